package engine_test

import (
	"math/rand/v2"
	"testing"

	"etalon/engine/irt"
)

// Benchmarks of the adaptive test: one core (run them with -cpu 1), 1,000
// items of two parameters, 32 questions a candidate. Each reports candidates a
// second; the ability and the answers of each are drawn within the loop.

const (
	benchItems     = 1000
	benchQuestions = 32
)

// benchBank draws discriminations about 1.3 and difficulties about 0.
func benchBank(b testing.TB) *irt.Bank {
	rng := rand.New(rand.NewPCG(3, 1000))
	items := make([]irt.Item, benchItems)
	for i := range items {
		items[i] = irt.Item{A: 0.5 + 2*rng.Float64(), B: max(-4, min(4, 1.5*rng.NormFloat64()))}
	}
	bank, err := irt.NewBank(items)
	if err != nil {
		b.Fatal(err)
	}
	return bank
}

// candidates plays one candidate an iteration.
func candidates(b *testing.B, t *irt.Test) {
	rng := rand.New(rand.NewPCG(1, 2))
	run, err := t.Start(rng)
	if err != nil {
		b.Fatal(err)
	}
	var θ float64
	answer := func(item int) bool {
		right, _ := t.Bank.Item(item).Probability(θ)
		return rng.Float64() < right
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		run.Reset(rng)
		θ = rng.NormFloat64()
		run.Play(answer)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "candidates/s")
}

// EAP with its error and maximum information, pruned: the questions are those
// of the full scan (TestPrunedSelection).
func BenchmarkAdaptive(b *testing.B) {
	bank := benchBank(b)
	bank.Index()
	candidates(b, &irt.Test{Bank: bank, Stop: irt.Stop{Questions: benchQuestions}})
}

// The floor: the same, looking at every item for every question.
func BenchmarkAdaptiveFullScan(b *testing.B) {
	candidates(b, &irt.Test{Bank: benchBank(b), Stop: irt.Stop{Questions: benchQuestions}})
}
