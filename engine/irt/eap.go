package irt

import "math"

// EAP estimates ability by the mean of the posterior, and its error by the
// posterior's standard deviation, both on the nodes of a scale.
type EAP struct {
	likelihood
	scale    Scale
	estimate Estimate
	first    Estimate

	weighted []float64 // scratch of criteria: posterior times node, and times its square
}

// NewEAP returns the estimator on a scale.
func NewEAP(s Scale) *EAP {
	s = s.mustCheck()
	e := &EAP{likelihood: newLikelihood(s.nodes()), scale: s}
	e.measure()
	e.first = e.estimate
	return e
}

// Reset forgets all answers.
func (e *EAP) Reset() {
	e.likelihood.reset()
	e.estimate = e.first
}

// Estimate returns the posterior's mean and standard deviation.
func (e *EAP) Estimate() Estimate { return e.estimate }

// Answer takes one more answer into account.
func (e *EAP) Answer(it Item, correct bool) Estimate {
	answer := Response{it, correct}
	return e.answerRow(e.rowOf(answer), answer)
}

func (e *EAP) grid() []float64 { return e.nodes }

func (e *EAP) answerRow(row []float64, answer Response) Estimate {
	product := e.product
	row = row[:len(product)]
	for k, p := range row {
		product[k] *= p
	}
	room := e.note(answer)
	if total := e.measure(); !(total > faint) || !room {
		e.fold()
		e.measure()
	}
	return e.estimate
}

// measure computes the estimate and returns the sum of the weights. The sums
// run in four chains, which a processor adds abreast.
func (e *EAP) measure() (total float64) {
	w := e.product
	x := e.nodes[:len(w)]
	var t0, t1, t2, t3, s0, s1, s2, s3 float64
	k := 0
	for ; k+4 <= len(w); k += 4 {
		a, b, c, d := w[k], w[k+1], w[k+2], w[k+3]
		t0 += a
		t1 += b
		t2 += c
		t3 += d
		s0 += float64(a * x[k])
		s1 += float64(b * x[k+1])
		s2 += float64(c * x[k+2])
		s3 += float64(d * x[k+3])
	}
	for ; k < len(w); k++ {
		t0 += w[k]
		s0 += float64(w[k] * x[k])
	}
	total = (t0 + t1) + (t2 + t3)
	mean := ((s0 + s1) + (s2 + s3)) / total
	s0, s1, s2, s3 = 0, 0, 0, 0
	for k = 0; k+4 <= len(w); k += 4 {
		a, b, c, d := x[k]-mean, x[k+1]-mean, x[k+2]-mean, x[k+3]-mean
		s0 += float64(w[k] * float64(a*a))
		s1 += float64(w[k+1] * float64(b*b))
		s2 += float64(w[k+2] * float64(c*c))
		s3 += float64(w[k+3] * float64(d*d))
	}
	for ; k < len(w); k++ {
		a := x[k] - mean
		s0 += float64(w[k] * float64(a*a))
	}
	e.estimate = Estimate{mean, math.Sqrt(((s0 + s1) + (s2 + s3)) / total)}
	return total
}
