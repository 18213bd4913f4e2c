package irt

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// Control says how exposure is to be controlled. All but Rate may be left out.
type Control struct {
	Rate       float64 // greatest share of the candidates that an item is put to, above 0 and up to 1
	Candidates int     // simulated in each round; 0 stands for 2000
	Rounds     int     // 0 stands for 20
	Mean, SD   float64 // of the candidates' abilities, normal; an SD of 0 stands for 1
	Seed       uint64
}

// Retention is the outcome of SympsonHetter.
type Retention struct {
	Retain   []float64 // of Test
	Greatest float64   // greatest rate of exposure in the last round
	Rounds   int
}

// SympsonHetter computes by simulation with which chance each item, once
// chosen, is to be put, so that none is put to more than Rate of the candidates
// (Sympson and Hetter 1985). In each round candidates take the test with the
// chances found so far; an item chosen by a share S of them, above the rate,
// then gets the chance Rate/S, any other 1. As many items as a test has
// questions keep a chance of 1, so that no test runs dry. It ends when no rate
// is above Rate by more than what as many candidates leave to chance, or after
// Rounds, with the chances that came closest.
//
// The same arguments give the same chances, however many processors there are.
func (t *Test) SympsonHetter(c Control) (*Retention, error) {
	if c.SD == 0 {
		c.SD = 1
	}
	if c.Candidates == 0 {
		c.Candidates = 2000
	}
	if c.Rounds == 0 {
		c.Rounds = 20
	}
	switch {
	case !(c.Rate > 0 && c.Rate <= 1):
		return nil, fmt.Errorf("irt: the rate is %v; give a number above 0 and up to 1", c.Rate)
	case c.Candidates < 1 || c.Rounds < 1:
		return nil, errors.New("irt: the numbers of candidates and rounds are not above 0")
	case t.Exposure != nil || slices.ContainsFunc(t.Rules, func(r Rule) bool { return r.kind == capped }):
		return nil, errors.New("irt: the test counts exposure from one candidate to the next; leave that out to simulate")
	}
	trial := &Test{
		Bank: t.Bank, Estimator: t.Estimator, Criterion: t.Criterion, Ranks: t.Ranks,
		Usable: t.Usable, Rules: t.Rules, Stop: t.Stop, Round: t.Round,
	}
	if t.Bank != nil {
		trial.Retain = slices.Repeat([]float64{1}, t.Bank.Len())
		t.Bank.Index()
	}
	if err := trial.prepare(); err != nil {
		return nil, err
	}
	best := &Retention{Greatest: 2}
	for round := 1; round <= c.Rounds; round++ {
		chosen, put, longest, err := trial.expose(c, uint64(round))
		if err != nil {
			return nil, err
		}
		greatest := float64(slices.Max(put)) / float64(c.Candidates)
		if greatest < best.Greatest {
			best.Retain, best.Greatest = slices.Clone(trial.Retain), greatest
		}
		best.Rounds = round
		// One in a hundred, and at least one candidate.
		if greatest <= c.Rate*1.01+1/float64(c.Candidates) {
			break
		}
		trial.retain(c, chosen, longest)
	}
	return best, nil
}

// retain computes the chances of the next round.
func (t *Test) retain(c Control, chosen []int, longest int) {
	for i, n := range chosen {
		t.Retain[i] = 1
		if share := float64(n) / float64(c.Candidates); share > c.Rate {
			t.Retain[i] = c.Rate / share
		}
	}
	order := slices.Clone(t.Retain)
	slices.Sort(order)
	if longest >= len(order) {
		longest = len(order)
	}
	if longest == 0 {
		return
	}
	if least := order[len(order)-longest]; least < 1 {
		for i, k := range t.Retain {
			if k >= least {
				t.Retain[i] = 1
			}
		}
	}
}

// expose lets candidates take the test and counts, by item, by how many it was
// chosen and to how many it was put, and the most questions one had.
func (t *Test) expose(c Control, round uint64) (chosen, put []int, longest int, err error) {
	n := t.Bank.Len()
	chosen, put = make([]int, n), make([]int, n)
	workers := max(1, min(runtime.GOMAXPROCS(0), c.Candidates))
	runs := make([]*Run, workers)
	for w := range runs {
		// The source is a placeholder until each candidate brings their own.
		if runs[w], err = t.Start(rand.New(rand.NewPCG(0, 0))); err != nil {
			return nil, nil, 0, err
		}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w, run := range runs {
		wg.Go(func() {
			mine, given, most := make([]int, n), make([]int, n), 0
			run.chosen = func(item int) { mine[item]++ }
			for k := w; k < c.Candidates; k += workers {
				rng := rand.New(rand.NewPCG(c.Seed, round<<32|uint64(k)))
				θ := c.Mean + c.SD*rng.NormFloat64()
				run.Reset(rng)
				run.Play(func(item int) bool {
					right, _ := t.Bank.items[item].Probability(θ)
					return rng.Float64() < right
				})
				for _, item := range run.asked {
					given[item]++
				}
				most = max(most, len(run.asked))
			}
			// Sums of whole numbers come out the same in any order.
			mu.Lock()
			defer mu.Unlock()
			for i := range n {
				chosen[i] += mine[i]
				put[i] += given[i]
			}
			longest = max(longest, most)
		})
	}
	wg.Wait()
	return chosen, put, longest, nil
}
