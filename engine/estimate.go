package engine

import "math"

const (
	nodes         = 81
	priorVariance = 1.5
	// spacingTerm is what the grid itself adds to a variance: a uniform law as
	// wide as 9/80. The nodes are 18/80 apart; 9/80 is what the published
	// estimator takes, and what its vectors were computed with.
	spacingTerm = (9.0 / 80) * (9.0 / 80) / 12
)

// grid holds the nodes of ability, -9 to 9.
var grid = func() (g [nodes]float64) {
	for k := range g {
		g[k] = float64(18*k-720) / 80
	}
	return g
}()

// estimator is the recentred estimator of capacity (package comment,
// "Capacity"). The likelihood of all answers so far is kept by node, so that
// an answer costs the same whatever came before it; adding answers in the same
// order gives the same bits as starting again.
type estimator struct {
	logLikelihood [nodes]float64
	capacity      float64 // centre of the next prior
	deviation     float64 // "error" of the capacity
	limit         float64 // variation limit, 0 for none
}

func newEstimator(capacity, limit float64) estimator {
	return estimator{capacity: capacity, deviation: math.Sqrt(priorVariance), limit: limit}
}

// answer takes one more answer into account.
func (e *estimator) answer(a, b float64, correct bool) {
	var weight [nodes]float64
	highest := math.Inf(-1)
	for k, θ := range &grid {
		right, wrong := logProbability(float64(a * (θ - b)))
		if correct {
			e.logLikelihood[k] += right
		} else {
			e.logLikelihood[k] += wrong
		}
		d := θ - e.capacity
		w := e.logLikelihood[k] - float64(d*d)/(2*priorVariance)
		weight[k] = w
		highest = max(highest, w)
	}
	var total, sum float64
	for k, w := range &weight {
		w = expNeg(w - highest)
		weight[k] = w
		total += w
		sum += float64(w * grid[k])
	}
	e.capacity = limitStep(e.capacity, sum/total, e.limit)
	var square float64
	for k, w := range &weight {
		d := grid[k] - e.capacity
		square += float64(w * float64(d*d))
	}
	e.deviation = math.Sqrt(max(0, square/total-spacingTerm))
}

// limitStep bounds the step from previous to next: by limit while previous is
// smaller than it, then by |previous·limit|. A limit of 0 means none.
func limitStep(previous, next, limit float64) float64 {
	if limit == 0 {
		return next
	}
	bound := limit
	if math.Abs(previous) >= limit {
		bound = math.Abs(float64(previous * limit))
	}
	return max(previous-bound, min(previous+bound, next))
}

// round brings capacity and error to multiples of 1e-9, as sessions and
// records hold them.
func (e *estimator) round() {
	e.capacity = fromBillionths(billionths(e.capacity))
	e.deviation = fromBillionths(billionths(e.deviation))
}

// information of a 2PL item at a capacity, in units of 1e-9.
func information(a, b, capacity float64) int64 {
	t := expNeg(-math.Abs(float64(a * (capacity - b))))
	u := 1 + t
	return billionths(float64(a*a) * t / float64(u*u))
}
