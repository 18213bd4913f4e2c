package irt

import (
	"fmt"
	"math"
)

// Scale is the scale of ability that estimators work on. Its zero value is the
// one usual in the field: a standard normal prior, abilities from -4 to 4, 33
// nodes.
type Scale struct {
	Mean, SD float64 // of the normal prior; an SD of 0 stands for 1
	Min, Max float64 // bounds of ability; both 0 stand for -4 and 4
	Nodes    int     // of EAP, equally spaced from Min to Max; 0 stands for 33
}

// MaxNodes bounds the nodes of a scale.
const MaxNodes = 1001

// Check tells what is wrong with the scale, if anything.
func (s Scale) Check() error {
	s = s.orUsual()
	switch {
	case !(math.Abs(s.Mean) <= 100):
		return fmt.Errorf("the prior's mean is %v; give a number from -100 to 100", s.Mean)
	case !(s.SD >= 0.01 && s.SD <= 100):
		return fmt.Errorf("the prior's standard deviation is %v; give a number from 0.01 to 100", s.SD)
	case !(s.Min < s.Max && s.Min >= -100 && s.Max <= 100):
		return fmt.Errorf("the bounds of ability are %v and %v; give two numbers from -100 to 100, the lower first", s.Min, s.Max)
	case s.Nodes < 3 || s.Nodes > MaxNodes:
		return fmt.Errorf("there are %d nodes; give 3 to %d", s.Nodes, MaxNodes)
	}
	return nil
}

func (s Scale) orUsual() Scale {
	if s.SD == 0 {
		s.SD = 1
	}
	if s.Min == 0 && s.Max == 0 {
		s.Min, s.Max = -4, 4
	}
	if s.Nodes == 0 {
		s.Nodes = 33
	}
	return s
}

// mustCheck returns the scale with its usual values filled in. A scale that
// Check refuses is a mistake in the program.
func (s Scale) mustCheck() Scale {
	if err := s.Check(); err != nil {
		panic("irt: " + err.Error())
	}
	return s.orUsual()
}

func (s Scale) clamp(θ float64) float64 { return max(s.Min, min(s.Max, θ)) }

// nodes returns the nodes and the logarithm of the prior at each, up to a
// constant. Sums over the nodes follow the trapezoid rule: the two at the ends
// count half.
func (s Scale) nodes() (nodes, prior []float64) {
	const ln2 = ln2Hi + ln2Lo
	n := s.Nodes
	nodes, prior = make([]float64, n), make([]float64, n)
	for k := range n {
		nodes[k] = s.Min + float64((s.Max-s.Min)*float64(k))/float64(n-1)
		d := (nodes[k] - s.Mean) / s.SD
		prior[k] = -float64(d*d) / 2
	}
	prior[0] -= ln2
	prior[n-1] -= ln2
	return nodes, prior
}

// Table holds a value of each answer to the items of a bank at the nodes of an
// estimator: the probability, so that estimates cost neither exponential nor
// logarithm, or its logarithm. It is never changed, and may be shared by
// goroutines.
type Table struct {
	bank  *Bank
	nodes []float64
	rows  []float64 // by item, wrong and right, node
}

func newTable(b *Bank, nodes []float64, value func(it Item, θ float64) (right, wrong float64)) *Table {
	t := &Table{bank: b, nodes: nodes, rows: make([]float64, 2*len(nodes)*len(b.items))}
	for i, it := range b.items {
		wrong, right := t.row(i, false), t.row(i, true)
		for k, θ := range nodes {
			right[k], wrong[k] = value(it, θ)
		}
	}
	return t
}

// row returns the values of an answer at the nodes.
func (t *Table) row(item int, correct bool) []float64 {
	n := len(t.nodes)
	at := 2 * item * n
	if correct {
		at += n
	}
	return t.rows[at : at+n : at+n]
}
