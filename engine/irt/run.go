package irt

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Test says how an adaptive test goes. Only Bank and a rule to stop by must be
// given; the rest has the usual value of its field when left out. It may be
// shared by goroutines, unless it has an Exposure, and must not be changed
// once a Run began.
type Test struct {
	Bank      *Bank
	Estimator func() Estimator // makes one candidate's; nil for EAP on the usual Scale
	Criterion Criterion        // zero for maximum information
	Ranks     Ranks            // nil for the best item; see Randomesque

	// Which items may be asked.
	Usable []bool // by item; nil for all
	Rules  []Rule // in the order in which they yield

	// Exposure, if any, counts what is put. Retain, if any, is what
	// SympsonHetter returned: the chance, by item, with which a chosen item is
	// really put; if it is not, it is set aside and the next one chosen. Items
	// set aside are put, first come first, only when no other is left.
	Exposure *Exposure
	Retain   []float64

	Stop Stop

	// Round is applied to information before it is compared, so that machines
	// agree; nil for none.
	Round func(float64) float64

	once    sync.Once
	fault   error
	answers *Table // on the nodes of the estimator, if it has any
	ranking *Table // on the nodes of the criterion
	logs    *Table // logarithms on them
}

// Source gives numbers from 0 to below 1, as *rand.Rand of math/rand/v2 does.
type Source interface{ Float64() float64 }

// Ranks are the chances of the items of a short list, summed: with 0.5, 0.75
// the best item is put with a chance of 0.5, the second of 0.25, the third of
// 0.25. One draw is made a question. A list that is shorter leaves the rest to its
// last item.
type Ranks []float64

// Randomesque gives the n best items the same chance (Kingsbury and Zara 1989).
func Randomesque(n int) Ranks {
	var r Ranks
	for i := 1; i < n; i++ {
		r = append(r, float64(i)/float64(n))
	}
	return r
}

func (r Ranks) draw(chance Source, n int) int {
	if len(r) == 0 {
		return 0
	}
	u, rank := chance.Float64(), 0
	for rank < len(r) && u >= r[rank] {
		rank++
	}
	return min(rank, n-1)
}

// gridded is an estimator on nodes, whose answers a table can speed up.
type gridded interface {
	grid() []float64
	answerRow(row []float64, r Response) Estimate
}

// prepare checks the test and makes its tables, once.
func (t *Test) prepare() error {
	t.once.Do(func() { t.fault = t.check() })
	return t.fault
}

func (t *Test) check() error {
	if t.Bank == nil {
		return errors.New("irt: a test without a bank")
	}
	n := t.Bank.Len()
	if err := t.Stop.check(); err != nil {
		return fmt.Errorf("irt: %w", err)
	}
	if t.Retain != nil && len(t.Retain) != n || t.Exposure != nil && len(t.Exposure.counts) != n {
		return errItems
	}
	for i, u := range t.Ranks {
		if !(u > 0 && u < 1) || i > 0 && u < t.Ranks[i-1] {
			return fmt.Errorf("irt: rank %d has the chance %v; give rising numbers between 0 and 1", i+1, u)
		}
	}
	if t.Criterion.kind == progressive && t.Stop.Questions == 0 {
		return errors.New("irt: the progressive criterion needs the test's length; give Stop.Questions")
	}
	if g, ok := t.estimator().(gridded); ok {
		t.answers = newTable(t.Bank, g.grid(), Item.Probability)
	}
	if k := t.Criterion.kind; k == expectedVariance || k == divergence {
		if err := t.Criterion.scale.Check(); err != nil {
			return fmt.Errorf("irt: %w", err)
		}
		nodes, _ := t.Criterion.scale.orUsual().nodes()
		t.ranking = t.answers
		if t.ranking == nil || !slices.Equal(t.ranking.nodes, nodes) {
			t.ranking = newTable(t.Bank, nodes, Item.Probability)
		}
		if k == divergence {
			t.logs = newTable(t.Bank, nodes, Item.LogProbability)
		}
	}
	return nil
}

func (t *Test) estimator() Estimator {
	if t.Estimator == nil {
		return NewEAP(Scale{})
	}
	return t.Estimator()
}

// Run is one candidate's test. It is not safe for use by several goroutines at
// once.
type Run struct {
	test      *Test
	chance    Source
	selector  *Selector
	estimator Estimator
	table     gridded // the estimator, if a table serves it
	posterior *EAP    // of the criterion, if it needs one
	asked     []int
	aside     []int
	current   int // item on screen, -1 for none
	reason    Reason

	chosen func(item int) // told each choice, before Retain; may be nil
}

// Start begins a test. chance is read where the test leaves something to
// chance: Ranks, Retain, the progressive criterion; it may be nil otherwise.
func (t *Test) Start(chance Source) (*Run, error) {
	if err := t.prepare(); err != nil {
		return nil, err
	}
	if chance == nil && (len(t.Ranks) > 0 || t.Retain != nil || t.Criterion.kind == progressive) {
		return nil, errors.New("irt: the test leaves something to chance; give a source")
	}
	s, err := NewSelector(t.Bank, t.Usable, t.Round, t.Rules...)
	if err != nil {
		return nil, err
	}
	r := &Run{test: t, selector: s, estimator: t.estimator()}
	if t.answers != nil {
		r.table, _ = r.estimator.(gridded)
	}
	if k := t.Criterion.kind; k == expectedVariance || k == divergence {
		e, ok := r.estimator.(*EAP)
		if !ok || e.scale != t.Criterion.scale.orUsual() {
			e = NewEAP(t.Criterion.scale)
		}
		r.posterior = e
	}
	r.Reset(chance)
	return r, nil
}

// Reset begins the test of another candidate, without allocating anew.
func (r *Run) Reset(chance Source) {
	r.chance = chance
	r.selector.Reset()
	r.estimator.Reset()
	if r.separate() {
		r.posterior.Reset()
	}
	r.asked, r.aside = r.asked[:0], r.aside[:0]
	r.current, r.reason = -1, ""
	if r.test.Exposure != nil {
		r.test.Exposure.Begin()
	}
}

// separate tells that the criterion has a posterior of its own.
func (r *Run) separate() bool { return r.posterior != nil && Estimator(r.posterior) != r.estimator }

// Next returns the item to put, the same one until it is answered, and false
// once the test is over.
func (r *Run) Next() (item int, ok bool) {
	if r.current >= 0 {
		return r.current, true
	}
	if r.reason == "" {
		r.reason = r.test.Stop.reached(len(r.asked), r.estimator.Estimate())
	}
	if r.reason != "" {
		return -1, false
	}
	if r.current = r.choose(); r.current < 0 {
		r.reason = Exhausted
		return -1, false
	}
	r.selector.Ask(r.current)
	r.asked = append(r.asked, r.current)
	if r.test.Exposure != nil {
		r.test.Exposure.Count(r.current)
	}
	return r.current, true
}

func (r *Run) choose() int {
	for {
		best := r.rank(len(r.test.Ranks) + 1)
		if len(best) == 0 {
			break
		}
		item := best[r.test.Ranks.draw(r.chance, len(best))].Item
		if r.chosen != nil {
			r.chosen(item)
		}
		if r.test.Retain == nil || r.chance.Float64() < r.test.Retain[item] {
			return item
		}
		r.selector.Close(item)
		r.aside = append(r.aside, item)
	}
	if len(r.aside) == 0 {
		return -1
	}
	item := r.aside[0]
	r.aside = r.aside[1:]
	return item
}

// Answer takes the answer to the item on screen into account and returns the
// estimate. Without an item on screen it changes nothing.
func (r *Run) Answer(correct bool) Estimate {
	if r.current < 0 {
		return r.estimator.Estimate()
	}
	answer := Response{r.test.Bank.items[r.current], correct}
	if r.separate() {
		r.posterior.answerRow(r.test.ranking.row(r.current, correct), answer)
	}
	var e Estimate
	if r.table != nil {
		e = r.table.answerRow(r.test.answers.row(r.current, correct), answer)
	} else {
		e = r.estimator.Answer(answer.Item, correct)
	}
	r.current = -1
	return e
}

// Play puts one item after the other until the test is over and returns the
// last estimate.
func (r *Run) Play(answer func(item int) (correct bool)) Estimate {
	for {
		item, ok := r.Next()
		if !ok {
			return r.estimator.Estimate()
		}
		r.Answer(answer(item))
	}
}

// Estimate returns the estimate as it stands.
func (r *Run) Estimate() Estimate { return r.estimator.Estimate() }

// Asked returns the items put so far, in order. It is valid until Reset.
func (r *Run) Asked() []int { return r.asked }

// Ended returns why the test is over, or "" while it runs.
func (r *Run) Ended() Reason { return r.reason }
