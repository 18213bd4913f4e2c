package irt

import "math"

// Criterion is what the next item is chosen by. Its zero value is maximum
// information.
type Criterion struct {
	kind         criterionKind
	scale        Scale
	acceleration float64
}

type criterionKind uint8

const (
	maximumInformation criterionKind = iota
	expectedVariance
	divergence
	progressive
)

// MaximumInformation chooses the item with the greatest Fisher information at
// the ability estimated so far.
func MaximumInformation() Criterion { return Criterion{} }

// MEPV chooses the item with the least expected posterior variance: that after
// a right and that after a wrong answer, weighted by the probabilities of the
// two at the ability estimated so far. The posterior is that of the scale.
func MEPV(s Scale) Criterion { return Criterion{kind: expectedVariance, scale: s} }

// KullbackLeibler chooses the item with the greatest divergence between the
// answers expected at the ability estimated so far and those expected at
// others, averaged over the posterior on the scale (Chang and Ying 1996, with
// the weight called KLP).
func KullbackLeibler(s Scale) Criterion { return Criterion{kind: divergence, scale: s} }

// Progressive chooses by information mixed with chance (Revuelta and Ponsoda
// 1998): the value of an item is W times its information plus (1-W) times a
// draw between 0 and the greatest information of all that may be asked. W
// rises from 0 at the first of n questions to 1 at the last, as (k-1) to the
// power of acceleration, summed; 0 stands for 1. The test's length must be given.
func Progressive(acceleration float64) Criterion {
	return Criterion{kind: progressive, acceleration: acceleration}
}

// rank returns the n items that the criterion puts first.
func (r *Run) rank(n int) []Candidate {
	θ := r.estimator.Estimate().Ability
	switch r.test.Criterion.kind {
	case expectedVariance:
		r.posterior.weigh()
		return r.selector.Rank(n, func(i int) float64 {
			p, q := r.test.Bank.items[i].Probability(θ)
			return -r.posterior.expectedVariance(r.test.ranking, i, p, q)
		})
	case divergence:
		r.posterior.weigh()
		return r.selector.Rank(n, func(i int) float64 {
			return r.posterior.divergence(r.test.logs, r.test.Bank.items[i], i, θ)
		})
	case progressive:
		return r.rankProgressively(θ, n)
	}
	return r.selector.Best(θ, n)
}

// weigh prepares the posterior for criteria: its weights, and the first and
// second moments about its mean that each node contributes.
func (e *EAP) weigh() {
	n := len(e.nodes)
	if e.weighted == nil {
		e.weighted = make([]float64, 3*n)
	}
	var total float64
	for _, w := range e.product {
		total += w
	}
	zeroth, first, second := e.weighted[:n], e.weighted[n:2*n], e.weighted[2*n:]
	for k, w := range e.product {
		d := e.nodes[k] - e.estimate.Ability
		w /= total
		zeroth[k], first[k], second[k] = w, float64(w*d), float64(float64(w*d)*d)
	}
}

// moments of the posterior times a row of probabilities.
func (e *EAP) moments(row []float64) (m0, m1, m2 float64) {
	n := len(row)
	zeroth, first, second := e.weighted[:n], e.weighted[n : 2*n][:n], e.weighted[2*n : 3*n][:n]
	var o0, o1, o2 float64
	k := 0
	for ; k+2 <= n; k += 2 {
		p, q := row[k], row[k+1]
		m0 += float64(zeroth[k] * p)
		m1 += float64(first[k] * p)
		m2 += float64(second[k] * p)
		o0 += float64(zeroth[k+1] * q)
		o1 += float64(first[k+1] * q)
		o2 += float64(second[k+1] * q)
	}
	if k < n {
		p := row[k]
		m0 += float64(zeroth[k] * p)
		m1 += float64(first[k] * p)
		m2 += float64(second[k] * p)
	}
	return m0 + o0, m1 + o1, m2 + o2
}

// expectedVariance is that of the posterior after an answer to the item, right
// with probability p and wrong with q. The moments after a wrong answer are
// what those after a right one leave of the whole, unless too little is left
// to subtract with precision.
func (e *EAP) expectedVariance(t *Table, item int, p, q float64) float64 {
	m0, m1, m2 := e.moments(t.row(item, true))
	variance := float64(e.estimate.Error * e.estimate.Error)
	n0, n1, n2 := 1-m0, -m1, variance-m2
	if n0 < 1e-6 {
		n0, n1, n2 = e.moments(t.row(item, false))
	}
	var sum float64
	if m0 > 0 {
		mean := m1 / m0
		sum += float64(p * (m2/m0 - float64(mean*mean)))
	}
	if n0 > 0 {
		mean := n1 / n0
		sum += float64(q * (n2/n0 - float64(mean*mean)))
	}
	return sum
}

// divergence is the posterior's mean of the Kullback-Leibler divergence of the
// item's answers at the nodes from those at θ. logs holds logarithms.
func (e *EAP) divergence(logs *Table, it Item, item int, θ float64) float64 {
	p, q := it.Probability(θ)
	lnP, lnQ := it.LogProbability(θ)
	var right, wrong float64
	rowR, rowW := logs.row(item, true), logs.row(item, false)
	for k, w := range e.weighted[:len(rowR)] {
		right += float64(w * rowR[k])
		wrong += float64(w * rowW[k])
	}
	return float64(p*(lnP-right)) + float64(q*(lnQ-wrong))
}

func (r *Run) rankProgressively(θ float64, n int) []Candidate {
	// Information of all that may be asked, in the order of items, so that
	// each takes its own draw.
	all := r.selector.Best(θ, 1)
	if len(all) == 0 {
		return nil
	}
	greatest := all[0].Value
	length, power := r.test.Stop.Questions, r.test.Criterion.acceleration
	if power == 0 {
		power = 1
	}
	var part, whole float64
	for k := 1; k <= length; k++ {
		x := math.Pow(float64(k-1), power)
		whole += x
		if k <= len(r.asked)+1 {
			part += x
		}
	}
	weight := 1.0
	if whole > 0 {
		weight = part / whole
	}
	return r.selector.Rank(n, func(i int) float64 {
		draw := r.chance.Float64() * greatest
		return float64((1-weight)*draw) + float64(weight*r.test.Bank.items[i].Information(θ))
	})
}
