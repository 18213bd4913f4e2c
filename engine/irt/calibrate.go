package irt

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
)

// Answer is an answer to the item of an index.
type Answer struct {
	Item    int32
	Correct bool
}

// Calibration configures Calibrate; its zero value is a good choice.
type Calibration struct {
	Iterations int     // at most; 0 stands for 2000
	Tolerance  float64 // greatest change of a parameter in the last iteration; 0 stands for 1e-6

	// Progress is told each iteration and its greatest change; false stops the
	// calibration. nil for none.
	Progress func(iteration int, change float64) bool
}

// Calibrated is the outcome of Calibrate.
type Calibrated struct {
	Items         []CalibratedItem
	Persons       int
	Iterations    int
	Converged     bool
	LogLikelihood float64
	// Joint tells that standard errors come from the information on all
	// parameters together. Where there are too many of them for the persons,
	// or for the time, each item is taken by itself, its errors a little small.
	Joint bool
}

// CalibratedItem holds what was found for one item. A and B, their errors and
// the fit are NaN when Fault says that they cannot be estimated.
type CalibratedItem struct {
	Answers, Right int
	A, B           float64
	ErrorA, ErrorB float64
	Fault          string

	// Fit is a score test of the curve against one with a quadratic and a
	// cubic term, by the law of chi-square with two degrees of freedom, and P
	// its probability for an item that fits. RMSD is the root mean square of
	// the difference between the curve and the share of right answers, over the
	// abilities of those who answered.
	Fit, P, RMSD float64
}

// Limits of a calibration.
const (
	MaxPersons = 1_000_000
	// maxJoint bounds the parameters whose errors are computed together, and
	// jointWork the products that this takes.
	maxJoint  = 1000
	jointWork = 2e10
	// steepest is the slope, and furthest the intercept, past which an item's
	// estimates are taken to run away.
	steepest = 15
	furthest = 60
	shards   = 8
)

// Nodes of the population's law: -6 to 6, by 0.25.
const calibrationNodes = 49

var calibrationGrid, calibrationPrior = func() (nodes, prior [calibrationNodes]float64) {
	var total float64
	for k := range nodes {
		nodes[k] = float64(k-calibrationNodes/2) / 4
		prior[k] = expNeg(-nodes[k] * nodes[k] / 2)
		total += prior[k]
	}
	for k := range prior {
		prior[k] /= total
	}
	return nodes, prior
}()

// Calibrate estimates the parameters of two-parameter items from the answers of
// persons, by marginal maximum likelihood (Bock and Aitkin 1981, an EM
// algorithm). Abilities are taken to follow the standard normal law: this
// fixes the scale. A person need not have answered every item, and which were
// asked may depend on earlier answers, as in an adaptive test; none is
// answered twice.
//
// The same answers give the same figures, however many processors there are.
func Calibrate(items int, persons [][]Answer, c Calibration) (*Calibrated, error) {
	if c.Iterations == 0 {
		c.Iterations = 2000
	}
	if c.Tolerance == 0 {
		c.Tolerance = 1e-6
	}
	switch {
	case items < 1 || items > MaxItems:
		return nil, fmt.Errorf("irt: %d items to calibrate; give 1 to %d", items, MaxItems)
	case len(persons) < 2 || len(persons) > MaxPersons:
		return nil, fmt.Errorf("irt: answers of %d persons; give those of 2 to %d", len(persons), MaxPersons)
	case c.Iterations < 0 || !(c.Tolerance > 0):
		return nil, errors.New("irt: the iterations or the tolerance are not above 0")
	}
	e := &em{persons: persons, curves: make([]curve, items), out: make([]CalibratedItem, items)}
	for p, answers := range persons {
		for _, a := range answers {
			if a.Item < 0 || int(a.Item) >= items {
				return nil, fmt.Errorf("irt: person %d answers item %d of %d", p, a.Item, items)
			}
			e.out[a.Item].Answers++
			if a.Correct {
				e.out[a.Item].Right++
			}
		}
	}
	e.begin()
	out := &Calibrated{Items: e.out, Persons: len(persons)}
	for out.Iterations < c.Iterations && !out.Converged {
		out.Iterations++
		out.LogLikelihood = e.expect()
		change := e.maximise()
		out.Converged = change <= c.Tolerance
		if c.Progress != nil && !c.Progress(out.Iterations, change) {
			return nil, errors.New("irt: the calibration was stopped")
		}
	}
	out.LogLikelihood = e.expect()
	e.judge(out)
	return out, nil
}

// curve is an item during calibration: ln(P/(1-P)) = slope·θ + intercept.
type curve struct {
	slope, intercept float64
	idle             bool // cannot be estimated: its answers are left out

	lnP, lnQ [calibrationNodes]float64
	p        [calibrationNodes]float64
	n, r     [calibrationNodes]float64 // expected answers, and right ones, by node
}

func (c *curve) tabulate() {
	for k, θ := range &calibrationGrid {
		z := float64(c.slope*θ) + c.intercept
		c.p[k], _ = logistic(z)
		c.lnP[k], c.lnQ[k] = logLogistic(z)
	}
}

// em is the state of the algorithm.
type em struct {
	persons [][]Answer
	curves  []curve
	out     []CalibratedItem
}

func (e *em) begin() {
	for i := range e.curves {
		c, o := &e.curves[i], &e.out[i]
		switch {
		case o.Answers == 0:
			o.Fault = "no answer"
		case o.Right == 0:
			o.Fault = "every answer is wrong"
		case o.Right == o.Answers:
			o.Fault = "every answer is right"
		}
		if o.Fault != "" {
			c.idle = true
			continue
		}
		share := float64(o.Right) / float64(o.Answers)
		c.slope, c.intercept = 1, 1.2*(ln(share)-ln(1-share))
		c.tabulate()
	}
}

// posterior fills w with the law of a person's ability and returns the
// logarithm of the likelihood of the answers.
func (e *em) posterior(answers []Answer, w *[calibrationNodes]float64) float64 {
	clear(w[:])
	for _, a := range answers {
		c := &e.curves[a.Item]
		if c.idle {
			continue
		}
		row := &c.lnQ
		if a.Correct {
			row = &c.lnP
		}
		for k, x := range row {
			w[k] += x
		}
	}
	highest := math.Inf(-1)
	for _, x := range w {
		highest = max(highest, x)
	}
	var total float64
	for k, x := range w {
		w[k] = float64(calibrationPrior[k] * expNeg(x-highest))
		total += w[k]
	}
	for k := range w {
		w[k] /= total
	}
	return highest + math.Log(total)
}

// expect computes, by item and node, how many are expected to have answered,
// and right. The persons are cut into as many parts whatever the number of
// processors, and the sums of the parts added in order.
func (e *em) expect() (logLikelihood float64) {
	type sums struct {
		n, r [calibrationNodes]float64
	}
	parts := make([][]sums, shards)
	logs := make([]float64, shards)
	next := make(chan int, shards)
	for s := range shards {
		next <- s
	}
	close(next)
	var wg sync.WaitGroup
	for range min(shards, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			var w [calibrationNodes]float64
			for s := range next {
				part := make([]sums, len(e.curves))
				for _, answers := range e.persons[s*len(e.persons)/shards : (s+1)*len(e.persons)/shards] {
					logs[s] += e.posterior(answers, &w)
					for _, a := range answers {
						to := &part[a.Item]
						for k, x := range &w {
							to.n[k] += x
						}
						if a.Correct {
							for k, x := range &w {
								to.r[k] += x
							}
						}
					}
				}
				parts[s] = part
			}
		})
	}
	wg.Wait()
	for i := range e.curves {
		c := &e.curves[i]
		clear(c.n[:])
		clear(c.r[:])
		for s := range parts {
			for k := range c.n {
				c.n[k] += parts[s][i].n[k]
				c.r[k] += parts[s][i].r[k]
			}
		}
	}
	for _, l := range logs {
		logLikelihood += l
	}
	return logLikelihood
}

// maximise moves each curve to where the expected answers are likeliest and
// returns the greatest change of a slope or intercept.
func (e *em) maximise() (change float64) {
	for i := range e.curves {
		c := &e.curves[i]
		if c.idle {
			continue
		}
		slope, intercept := c.slope, c.intercept
		c.climb()
		if math.Abs(c.slope) > steepest || math.Abs(c.intercept) > furthest {
			e.out[i].Fault, c.idle = "the estimates run away: the answers separate abilities too sharply, or there are too few", true
			change = math.Inf(1)
			continue
		}
		change = max(change, math.Abs(c.slope-slope), math.Abs(c.intercept-intercept))
		c.tabulate()
	}
	return change
}

// climb is Newton's method on the concave likelihood of the expected answers.
func (c *curve) climb() {
	height := c.height(c.slope, c.intercept)
	for range 25 {
		var gs, gi, ss, si, ii float64
		for k, θ := range &calibrationGrid {
			p, q := logistic(float64(c.slope*θ) + c.intercept)
			g := c.r[k] - float64(c.n[k]*p)
			h := float64(c.n[k] * float64(p*q))
			gs += float64(g * θ)
			gi += g
			ss += float64(h * float64(θ*θ))
			si += float64(h * θ)
			ii += h
		}
		det := float64(ss*ii) - float64(si*si)
		if !(det > 1e-12) {
			return
		}
		ds, di := (float64(gs*ii)-float64(gi*si))/det, (float64(gi*ss)-float64(gs*si))/det
		for range 30 {
			if next := c.height(c.slope+ds, c.intercept+di); next >= height {
				c.slope, c.intercept, height = c.slope+ds, c.intercept+di, next
				break
			}
			ds, di = ds/2, di/2
		}
		if math.Abs(ds)+math.Abs(di) < 1e-9 {
			return
		}
	}
}

func (c *curve) height(slope, intercept float64) (sum float64) {
	for k, θ := range &calibrationGrid {
		lnP, lnQ := logLogistic(float64(slope*θ) + intercept)
		sum += float64(c.r[k]*lnP) + float64((c.n[k]-c.r[k])*lnQ)
	}
	return sum
}
