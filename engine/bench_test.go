package engine

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

func BenchmarkAdaptiveSelection(b *testing.B) {
	bank, f := specimenData()
	p := newPath(bank, f, "fr", nil)
	for b.Loop() {
		p.best()
	}
}

// A whole session of 32 questions, events and log included.
func BenchmarkAdaptiveSession(b *testing.B) {
	bank, f := specimenData()
	o := testOpening()
	for b.Loop() {
		s, err := Start(o, bank, f)
		if err != nil {
			b.Fatal(err)
		}
		for range f.Questions {
			q, err := s.Next(o.Start)
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Answer(o.Start, q.Item.Level < 4); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkAdaptiveScore(b *testing.B) {
	bank, f := specimenData()
	bank.Prepare()
	log := specimenFile(b, "sessions/valbrume-2026-09-14-01.jsonl")
	b.ReportAllocs()
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := Score("s.jsonl", log, bank, f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeBank(b *testing.B) {
	data := specimenFile(b, "bank.json")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := DecodeBank("bank.json", data); err != nil {
			b.Fatal(err)
		}
	}
}

// Whole tests by every rule of the framework, without events and log, on one
// core.
func BenchmarkAdaptiveSimulation(b *testing.B) {
	bank, f := specimenData()
	sim, err := NewSimulator(bank, f, "fr", nil)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var seed [32]byte
	ability := 0.0
	answer := func(it *Item) bool { return random.Float64() < it.Probability(ability) }
	b.ReportAllocs()
	for b.Loop() {
		binary.BigEndian.PutUint64(seed[:], random.Uint64())
		ability = random.NormFloat64()*1.5 - 1.5
		sim.Run(seed, answer)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tests/s")
}
