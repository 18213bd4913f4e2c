package irt

import "math"

// likelihood is the likelihood of the answers so far at each node of a grid,
// times a fixed prior where one is given. It is held as a product, so that an
// answer costs one multiplication a node, without logarithm or exponential;
// when the product has become small, it is brought back into range in the log
// domain, which no number of answers and no distance can exhaust.
//
// While the sum over the nodes stays above faint, no node that still counts in
// it can have passed through the denormal numbers, for a product only falls:
// the result is as exact as the sum of logarithms.
type likelihood struct {
	nodes   []float64 // abilities, rising; shared, never written
	prior   []float64 // ln of the fixed prior, by node; shared, nil for none
	product []float64
	base    []float64 // ln of the product up to the last fold
	since   []Response
	row     []float64 // scratch
}

const (
	faint = 1e-150
	// window is how many answers are multiplied before they are folded into
	// the logarithms: longer than a test, so that a test never pays for it.
	window = 64
)

func newLikelihood(nodes, prior []float64) likelihood {
	n := len(nodes)
	block := make([]float64, 3*n)
	l := likelihood{
		nodes: nodes, prior: prior,
		product: block[:n:n], base: block[n : 2*n : 2*n], row: block[2*n:],
		since: make([]Response, 0, window),
	}
	l.reset()
	return l
}

func (l *likelihood) clone() likelihood {
	c := newLikelihood(l.nodes, l.prior)
	c.set(l)
	return c
}

// set takes the answers of another likelihood of the same nodes and prior.
func (l *likelihood) set(from *likelihood) {
	copy(l.product, from.product)
	copy(l.base, from.base)
	l.since = append(l.since[:0], from.since...)
}

// reset forgets all answers.
func (l *likelihood) reset() {
	l.since = l.since[:0]
	if l.prior == nil {
		clear(l.base)
		for k := range l.product {
			l.product[k] = 1
		}
		return
	}
	copy(l.base, l.prior)
	l.exponentiate()
}

// rowOf fills the scratch row with the probability of an answer at each node.
func (l *likelihood) rowOf(r Response) []float64 {
	for k, θ := range l.nodes {
		right, wrong := r.Item.Probability(θ)
		if r.Correct {
			l.row[k] = right
		} else {
			l.row[k] = wrong
		}
	}
	return l.row
}

// note remembers an answer that the caller multiplies into the product. It
// tells whether room is left for another.
func (l *likelihood) note(r Response) bool {
	l.since = append(l.since, r)
	return len(l.since) < window
}

// fold moves the answers of the product into the logarithms and starts a
// product anew, whose greatest value is 1.
func (l *likelihood) fold() {
	for _, r := range l.since {
		for k, θ := range l.nodes {
			right, wrong := r.Item.LogProbability(θ)
			if r.Correct {
				l.base[k] += right
			} else {
				l.base[k] += wrong
			}
		}
	}
	l.since = l.since[:0]
	l.exponentiate()
}

func (l *likelihood) exponentiate() {
	highest := math.Inf(-1)
	for _, x := range l.base {
		highest = max(highest, x)
	}
	for k, x := range l.base {
		l.product[k] = expNeg(x - highest)
	}
}
