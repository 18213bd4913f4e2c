package irt

import "math"

const (
	recentredNodes    = 81
	recentredVariance = 1.5
	// spacingTerm is what the grid itself adds to a variance: a uniform law as
	// wide as 9/80. The nodes are 18/80 apart; 9/80 is what the published
	// estimator takes, and what its vectors were computed with.
	spacingTerm = (9.0 / 80) * (9.0 / 80) / 12
	// startDeviation is the error before the first answer, √1.5.
	startDeviation = 1.22474487139158904909864203735
)

// recentredGrid holds the nodes of ability, -9 to 9, and recentredCentral the
// prior centred on 0 at each.
var recentredGrid, recentredCentral = func() (nodes, central []float64) {
	for k := range recentredNodes {
		θ := float64(18*k-720) / 80
		nodes = append(nodes, θ)
		central = append(central, expNeg(-float64(θ*θ)/(2*recentredVariance)))
	}
	return nodes, central
}()

// Recentred is the recentred estimator of capacity: the mean of a posterior on
// the nodes -9, -8.775, … 9, whose prior, normal of variance 1.5, is centred
// before each answer on the capacity so far. The likelihood is that of all
// answers. See the package comment, "Estimators".
type Recentred struct {
	likelihood
	start, limit float64
	round        func(float64) float64
	estimate     Estimate
}

// NewRecentred returns the estimator that starts at a capacity, within -9 to
// 9. limit bounds the step an answer may cause, 0 for no bound: by limit while
// the capacity is closer to 0 than it, then by limit times the capacity. round
// is applied to capacity and error after each answer, and what it returns
// centres the next prior; nil for none.
func NewRecentred(start, limit float64, round func(float64) float64) *Recentred {
	if round == nil {
		round = func(x float64) float64 { return x }
	}
	r := &Recentred{likelihood: newLikelihood(recentredGrid, nil), start: start, limit: limit, round: round}
	r.Reset()
	return r
}

// Reset forgets all answers.
func (r *Recentred) Reset() {
	r.likelihood.reset()
	r.estimate = Estimate{r.round(r.start), r.round(startDeviation)}
}

// Clone returns a copy that goes its own way.
func (r *Recentred) Clone() *Recentred {
	c := *r
	c.likelihood = r.likelihood.clone()
	return &c
}

// Set makes r, an estimator of the same start, limit and rounding, hold the
// answers of another; unlike Clone it allocates nothing.
func (r *Recentred) Set(from *Recentred) {
	r.likelihood.set(&from.likelihood)
	r.estimate = from.estimate
}

// Estimate returns the capacity and its error, the square root of max(0,
// Σ posterior·(θ - capacity)² - (9/80)²/12).
func (r *Recentred) Estimate() Estimate { return r.estimate }

// Answer takes one more answer into account.
func (r *Recentred) Answer(it Item, correct bool) Estimate {
	answer := Response{it, correct}
	return r.answerRow(r.rowOf(answer), answer)
}

// RecentredTable prepares a bank for AnswerItem. It takes 1.3 kB an item.
func RecentredTable(b *Bank) *Table { return newTable(b, recentredGrid, Item.Probability) }

// AnswerItem is Answer to an item of the bank that t was made of, to the same
// bit, several times as fast.
func (r *Recentred) AnswerItem(t *Table, item int, correct bool) Estimate {
	return r.answerRow(t.row(item, correct), Response{t.bank.items[item], correct})
}

func (r *Recentred) grid() []float64 { return recentredGrid }

func (r *Recentred) answerRow(row []float64, answer Response) Estimate {
	product := r.product[:recentredNodes]
	row = row[:recentredNodes]
	for k, p := range row {
		product[k] *= p
	}
	room := r.note(answer)
	var weight [recentredNodes]float64
	total, sum := r.weigh(&weight)
	if !(total > faint) || !room {
		r.fold()
		total, sum = r.weigh(&weight)
	}
	capacity := limitStep(r.estimate.Ability, sum/total, r.limit)
	var square [2]float64
	for k := 0; k < recentredNodes-1; k += 2 {
		d, e := recentredGrid[k]-capacity, recentredGrid[k+1]-capacity
		square[0] += float64(weight[k] * float64(d*d))
		square[1] += float64(weight[k+1] * float64(e*e))
	}
	d := recentredGrid[recentredNodes-1] - capacity
	square[0] += float64(weight[recentredNodes-1] * float64(d*d))
	deviation := math.Sqrt(max(0, (square[0]+square[1])/total-spacingTerm))
	r.estimate = Estimate{r.round(capacity), r.round(deviation)}
	return r.estimate
}

// weigh multiplies the likelihood by the prior centred on the capacity c so
// far, whose constant factor is left out: exp(-(θ-c)²/2v) is proportional to
// exp(-θ²/2v)·exp(θ·c/v), and the last factor is a geometric progression over
// the nodes. It returns the sum of the weights and of the weighted nodes.
func (r *Recentred) weigh(weight *[recentredNodes]float64) (total, sum float64) {
	const middle = recentredNodes / 2
	product, central, nodes := r.product[:recentredNodes], recentredCentral[:recentredNodes], recentredGrid[:recentredNodes]
	c := r.estimate.Ability
	up := expNeg(-math.Abs(float64(c*(18.0/80)) / recentredVariance))
	down := 1 / up
	if c > 0 {
		up, down = down, up
	}
	w := float64(product[middle] * central[middle])
	weight[middle] = w
	total = w
	above, below := 1.0, 1.0
	var totals, sums [2]float64
	for j := 1; j <= middle; j++ {
		above, below = float64(above*up), float64(below*down)
		wa := float64(product[middle+j] * float64(central[middle+j]*above))
		wb := float64(product[middle-j] * float64(central[middle-j]*below))
		weight[middle+j], weight[middle-j] = wa, wb
		totals[0] += wa
		totals[1] += wb
		sums[0] += float64(wa * nodes[middle+j])
		sums[1] += float64(wb * nodes[middle-j])
	}
	return total + (totals[0] + totals[1]), sums[0] + sums[1]
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
