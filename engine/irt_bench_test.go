package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	stdhash "hash"
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

// seeded is the source of the framework's draw, HMAC-SHA-256(seed, ordinal),
// one a question. Draws of exposure control, which the framework does not
// have, take the words that the draw leaves, then others.
type seeded struct {
	rng     *rand.Rand
	mac     stdhash.Hash
	ordinal uint64
	words   []byte
	sum     [sha256.Size]byte
}

func (s *seeded) reset() {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], s.rng.Uint64())
	s.mac, s.ordinal = hmac.New(sha256.New, seed[:]), 0
	s.next()
}

func (s *seeded) next() {
	if s.mac == nil {
		return
	}
	s.ordinal++
	s.mac.Reset()
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], s.ordinal)
	s.mac.Write(message[:])
	s.words = s.mac.Sum(s.sum[:0])
}

func (s *seeded) Float64() float64 {
	if len(s.words) == 0 {
		return s.rng.Float64()
	}
	u := binary.BigEndian.Uint64(s.words) >> 11
	s.words = s.words[8:]
	return float64(u) / (1 << 53)
}

// candidates plays one candidate an iteration.
func candidates(b *testing.B, t *irt.Test) {
	rng := rand.New(rand.NewPCG(1, 2))
	chance := &seeded{rng: rng}
	run, err := t.Start(chance)
	if err != nil {
		b.Fatal(err)
	}
	var θ float64
	answer := func(item int) bool {
		right, _ := t.Bank.Item(item).Probability(θ)
		chance.next()
		return rng.Float64() < right
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if len(t.Ranks) > 0 {
			chance.reset()
		}
		run.Reset(chance)
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

// frameworkTest is a test by every rule of the adaptive framework: capacity,
// draw among five, the three rules in their order, rounding.
func frameworkTest(bank *irt.Bank) *irt.Test {
	competences, themes := make([]int, bank.Len()), make([]int, bank.Len())
	for i := range competences {
		competences[i], themes[i] = i%16, i%121
	}
	return &irt.Test{
		Bank: bank, Estimator: func() irt.Estimator { return irt.NewRecentred(-3, 0, round9) },
		Ranks: irt.Ranks{0.51, 0.7599, 0.882351, 0.94235199},
		Rules: []irt.Rule{irt.Apart(competences, 2), irt.AtMost(themes, 1), irt.Cover(competences)},
		Stop:  irt.Stop{Questions: benchQuestions}, Round: round9,
	}
}

// Every rule of the framework, and no item to more than a fifth of the
// candidates.
func BenchmarkAdaptiveFrameworkCapped(b *testing.B) {
	bank := benchBank(b)
	bank.Index()
	t := frameworkTest(bank)
	t.Exposure = irt.NewExposure(bank, 0.2)
	t.Rules = append([]irt.Rule{irt.Capped(t.Exposure)}, t.Rules...)
	candidates(b, t)
}

// Every rule of the framework, with the chances of Sympson and Hetter for a
// fifth.
func BenchmarkAdaptiveFrameworkSympsonHetter(b *testing.B) {
	bank := benchBank(b)
	t := frameworkTest(bank)
	r, err := t.SympsonHetter(irt.Control{Rate: 0.2, Candidates: 500, Rounds: 5})
	if err != nil {
		b.Fatal(err)
	}
	controlled := frameworkTest(bank)
	controlled.Retain = r.Retain
	candidates(b, controlled)
}

// One choice among 1,000 items, after ten answers.
func benchmarkChoice(b *testing.B, criterion irt.Criterion) {
	t := &irt.Test{Bank: benchBank(b), Criterion: criterion, Stop: irt.Stop{Questions: benchItems}}
	rng := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	run, err := t.Start(rng)
	if err != nil {
		b.Fatal(err)
	}
	for k := range 10 {
		run.Next()
		run.Answer(k%2 == 0)
	}
	for b.Loop() {
		// Each choice is of an item more, which the answer takes out.
		run.Next()
		b.StopTimer()
		run.Answer(true)
		if len(run.Asked()) > 30 {
			run.Reset(rng)
			for k := range 10 {
				run.Next()
				run.Answer(k%2 == 0)
			}
		}
		b.StartTimer()
	}
}

func BenchmarkAdaptiveMEPV(b *testing.B) { benchmarkChoice(b, irt.MEPV(irt.Scale{})) }

func BenchmarkAdaptiveKullbackLeibler(b *testing.B) {
	benchmarkChoice(b, irt.KullbackLeibler(irt.Scale{}))
}
