package irt

import "math"

// NewML returns the maximum-likelihood estimator, within the bounds of the
// scale; its error is 1/√I.
func NewML(s Scale) Estimator { return newMaximum(s, likeliest) }

// NewMAP returns the estimator of the posterior's mode (also called BM), within
// the bounds of the scale; its error is 1/√(I + 1/SD²).
func NewMAP(s Scale) Estimator { return newMaximum(s, modal) }

// NewWL returns Warm's weighted-likelihood estimator (Warm 1989), within the
// bounds of the scale; its error is 1/√I.
func NewWL(s Scale) Estimator { return newMaximum(s, weighted) }

type maximumKind uint8

const (
	likeliest maximumKind = iota
	modal
	weighted
)

// maximum finds where the derivative of an objective, the log-likelihood or
// that with a term added, falls through 0.
type maximum struct {
	kind     maximumKind
	scale    Scale
	answers  []Response
	concave  bool // each answer has a concave log-likelihood: there is one root
	estimate Estimate
}

func newMaximum(s Scale, kind maximumKind) *maximum {
	m := &maximum{kind: kind, scale: s.mustCheck()}
	m.Reset()
	return m
}

// Reset forgets all answers. The estimate is then the prior's mean, with the
// prior's standard deviation for MAP and without a finite error for the others.
func (m *maximum) Reset() {
	m.answers, m.concave = m.answers[:0], m.kind != weighted
	m.estimate = Estimate{m.scale.clamp(m.scale.Mean), math.Inf(1)}
	if m.kind == modal {
		m.estimate.Error = m.scale.SD
	}
}

// Estimate returns the ability and its error.
func (m *maximum) Estimate() Estimate { return m.estimate }

// Answer takes one more answer into account. The root is looked for from where
// the last one lay.
func (m *maximum) Answer(it Item, correct bool) Estimate {
	m.note(Response{it, correct})
	θ := m.find()
	_, info, _ := m.derivative(θ)
	m.estimate = Estimate{θ, 1 / math.Sqrt(info)}
	return m.estimate
}

func (m *maximum) note(r Response) {
	m.answers = append(m.answers, r)
	m.concave = m.concave && r.Item.twoParameter()
}

// derivative returns the objective's derivative, and the information there,
// with that of the prior for MAP. term is the part that Warm's weights have in
// the derivative.
func (m *maximum) derivative(θ float64) (g, info, term float64) {
	var skewed float64
	for _, r := range m.answers {
		slope, i, skew := r.Item.at(θ, r.Correct)
		g += slope
		info += i
		skewed += float64(i * skew)
	}
	switch m.kind {
	case modal:
		v := float64(m.scale.SD * m.scale.SD)
		return g - (θ-m.scale.Mean)/v, info + 1/v, 0
	case weighted:
		term = m.warm(θ, info, skewed) / 2
		return g + term, info, term
	}
	return g, info, 0
}

// warm is J/I, the mean of P″/P' weighted by information. Where information is
// too small for a float64 the weights are taken in the log domain.
func (m *maximum) warm(θ, info, skewed float64) float64 {
	if info > 1e-250 {
		return skewed / info
	}
	highest := math.Inf(-1)
	for _, r := range m.answers {
		highest = max(highest, r.Item.logInformation(θ))
	}
	var total, sum float64
	for _, r := range m.answers {
		w := expNeg(r.Item.logInformation(θ) - highest)
		total += w
		_, _, skew := r.Item.at(θ, r.Correct)
		sum += float64(w * skew)
	}
	return sum / total
}

// find returns the ability with the greatest objective.
func (m *maximum) find() float64 {
	low, high := m.scale.Min, m.scale.Max
	if m.concave {
		if g, _, _ := m.derivative(low); g <= 0 {
			return low
		}
		if g, _, _ := m.derivative(high); g >= 0 {
			return high
		}
		return m.root(low, high, m.estimate.Ability)
	}
	// There may be several maxima: each is found, and the highest taken. The
	// range is walked in steps in which the derivative cannot reach 0, as far
	// as its steepness is bounded, but in 128 steps at most.
	const steps = 128
	least := (high - low) / steps
	steepness := m.steepness()
	best, top := low, math.Inf(-1)
	var height float64 // of what Warm's weights add, by the trapezoid rule
	consider := func(θ float64) {
		if o := m.objective(θ) + height; o > top {
			best, top = θ, o
		}
	}
	at := low
	g, _, term := m.derivative(at)
	if g <= 0 {
		consider(at)
	}
	for at < high {
		next := min(high, at+max(least, math.Abs(g)/steepness))
		gNext, _, termNext := m.derivative(next)
		height += float64((next - at) * (term + termNext) / 2)
		if g > 0 && gNext <= 0 {
			consider(m.root(at, next, (at+next)/2))
		}
		at, g, term = next, gNext, termNext
	}
	if g >= 0 {
		consider(high)
	}
	return best
}

// steepness bounds the derivative's own derivative: a²/4 for an answer to a
// two-parameter item, and, generously, a² for others and for Warm's weights.
func (m *maximum) steepness() float64 {
	var sum, most float64
	for _, r := range m.answers {
		square := float64(r.Item.A * r.Item.A)
		most = max(most, square)
		if r.Item.twoParameter() {
			square /= 4
		}
		sum += square
	}
	switch m.kind {
	case modal:
		return sum + 1/float64(m.scale.SD*m.scale.SD)
	case weighted:
		return sum + most
	}
	return sum
}

// objective is the log-likelihood, with the prior for MAP.
func (m *maximum) objective(θ float64) float64 {
	var sum float64
	for _, r := range m.answers {
		right, wrong := r.Item.LogProbability(θ)
		if r.Correct {
			sum += right
		} else {
			sum += wrong
		}
	}
	if m.kind == modal {
		d := (θ - m.scale.Mean) / m.scale.SD
		sum -= float64(d*d) / 2
	}
	return sum
}

// root finds where the derivative, above 0 at low and not at high, passes 0,
// by Fisher's scoring kept within the bracket, and halving it where that does
// not converge.
func (m *maximum) root(low, high, θ float64) float64 {
	if !(θ > low && θ < high) {
		θ = low + (high-low)/2
	}
	width, halved := high-low, 0
	for range 300 {
		g, info, _ := m.derivative(θ)
		if g == 0 {
			return θ
		}
		if g > 0 {
			low = θ
		} else {
			high = θ
		}
		next := θ + g/info
		if halved++; halved == 4 {
			// Four steps at least halve the bracket, or it is halved here.
			if high-low > width/2 {
				next = math.NaN()
			}
			width, halved = high-low, 0
		}
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-θ) <= 1e-14*max(1, math.Abs(θ)) || next == low || next == high {
			return next
		}
		θ = next
	}
	return θ
}
