// Package simulation takes many adaptive tests by simulated candidates whose
// ability is known, and reports how well the tests measured it. Candidates are
// numbered; each has random numbers of its own, that depend on the seed and
// its number alone, and sums are taken in order of numbers: whatever the number
// of workers, equal plans give equal reports.
package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"etalon/engine"
)

// MaxCandidates bounds a simulation.
const MaxCandidates = 100_000_000

// Plan says what to simulate.
type Plan struct {
	Bank       *engine.Bank
	Framework  *engine.Framework
	Language   string
	Needs      []string // sorted
	Candidates int
	Seed       uint64
	Abilities  Abilities
	Workers    int            // at least 1
	Step       func(done int) // told how many more are done, from one goroutine; nil for none
}

// Abilities is how the abilities of candidates are spread.
type Abilities struct {
	Law  string  `json:"law"`  // Normal or Grid
	Mean float64 `json:"mean"` // Normal
	SD   float64 `json:"sd"`
	From float64 `json:"from"` // Grid: evenly from one
	To   float64 `json:"to"`   // to the other
}

// Laws of abilities.
const (
	Normal = "normal"
	Grid   = "grid"
)

// Default spreads abilities over the levels that a framework tells apart: a
// normal law about their middle, 95 of 100 candidates between the lowest and
// the highest bound, or a grid a unit wider than these.
func Default(law string, f *engine.Framework) Abilities {
	bounds := f.Bounds("")
	if bounds == nil { // of the profile regime, which Run refuses
		return Abilities{Law: law, SD: 1}
	}
	low, high := bounds[1], bounds[len(bounds)-2]
	if law == Grid {
		return Abilities{Law: law, From: low - 1, To: high + 1}
	}
	return Abilities{Law: law, Mean: (low + high) / 2, SD: max((high-low)/4, 0.1)}
}

func (a Abilities) check() error {
	finite := func(x float64) bool { return !math.IsNaN(x) && math.Abs(x) <= 100 }
	switch {
	case a.Law == Normal && finite(a.Mean) && a.SD >= 0 && a.SD <= 100:
	case a.Law == Grid && finite(a.From) && finite(a.To) && a.From <= a.To:
	case a.Law == Normal:
		return fmt.Errorf("simulation: a normal law of mean %v and deviation %v; give a mean within 100 of 0 and a deviation from 0 to 100", a.Mean, a.SD)
	case a.Law == Grid:
		return fmt.Errorf("simulation: a grid from %v to %v; give two abilities within 100 of 0, the lower first", a.From, a.To)
	default:
		return fmt.Errorf("simulation: unknown law of abilities %.40q; give %s or %s", a.Law, Normal, Grid)
	}
	return nil
}

// chunk is how many candidates are summed up at a time.
const chunk = 250

// Run simulates.
func Run(ctx context.Context, p Plan) (*Report, error) {
	if p.Candidates < 1 || p.Candidates > MaxCandidates {
		return nil, fmt.Errorf("simulation: %d candidates; give 1 to %d", p.Candidates, MaxCandidates)
	}
	if p.Workers < 1 {
		return nil, fmt.Errorf("simulation: %d workers; give at least 1", p.Workers)
	}
	if err := p.Abilities.check(); err != nil {
		return nil, err
	}
	chunks := (p.Candidates + chunk - 1) / chunk
	workers := min(p.Workers, chunks)
	sims := make([]*engine.Simulator, workers)
	for i := range sims {
		var err error
		if sims[i], err = engine.NewSimulator(p.Bank, p.Framework, p.Language, p.Needs); err != nil {
			return nil, err
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// Worker w takes chunks w, w + workers, …; they are added up in order.
	results := make([]chan *sums, workers)
	var running sync.WaitGroup
	for w := range workers {
		results[w] = make(chan *sums, 4)
		running.Go(func() {
			for c := w; c < chunks; c += workers {
				select {
				case results[w] <- p.run(sims[w], c*chunk, min((c+1)*chunk, p.Candidates)):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	total := newSums(p.Bank, p.Framework)
	for c := range chunks {
		select {
		case part := <-results[c%workers]:
			total.add(part)
			if p.Step != nil {
				p.Step(part.all.N)
			}
		case <-ctx.Done():
			running.Wait()
			return nil, ctx.Err()
		}
	}
	return total.report(p), nil
}

// run simulates candidates first to beyond, the last left out.
func (p *Plan) run(sim *engine.Simulator, first, beyond int) *sums {
	s := newSums(p.Bank, p.Framework)
	source := rand.NewChaCha8([32]byte{})
	random := rand.New(source)
	for n := first; n < beyond; n++ {
		source.Seed(p.stream("candidate", n))
		ability := p.Abilities.of(n, p.Candidates, random)
		test := sim.Run(p.stream("session", n), func(it *engine.Item) bool {
			return random.Float64() < it.Probability(ability)
		})
		s.count(p.Framework, ability, test)
	}
	return s
}

// stream returns the seed of one candidate's random numbers.
func (p *Plan) stream(use string, n int) [32]byte {
	var message [32]byte
	copy(message[:], use)
	binary.BigEndian.PutUint64(message[16:], p.Seed)
	binary.BigEndian.PutUint64(message[24:], uint64(n))
	return sha256.Sum256(message[:])
}

// of returns the ability of candidate n of a number.
func (a Abilities) of(n, candidates int, random *rand.Rand) float64 {
	if a.Law == Grid {
		return a.From + (a.To-a.From)*(float64(n)+0.5)/float64(candidates)
	}
	return a.Mean + a.SD*random.NormFloat64()
}
