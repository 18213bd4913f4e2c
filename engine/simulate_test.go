package engine

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// A simulated test is the session that the same seed and answers give.
func TestSimulatorIsASession(t *testing.T) {
	bank, f := specimenData()
	needs := [][]string{nil, {NeedScreenReader}, {NeedKeyboard, NeedNoColour, NeedNoSound, NeedScreenReader}}
	for n := range 60 {
		o := testOpening()
		o.Needs, o.Language = needs[n%len(needs)], []string{"fr", "en"}[n%2]
		binary.BigEndian.PutUint64(o.Seed[:], uint64(n))
		ability := float64(n)/6 - 6
		answer := func(it *Item) bool { return chance(n, it.ID) < it.Probability(ability) }
		s, err := Start(o, bank, f)
		if err != nil {
			t.Fatal(err)
		}
		for range f.Questions {
			q, err := s.Next(o.Start)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Answer(o.Start, answer(q.Item)); err != nil {
				t.Fatal(err)
			}
		}
		sim, err := NewSimulator(bank, f, o.Language, o.Needs)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second test starts from nothing
			got := sim.Run(o.Seed, answer)
			var want []int
			for _, q := range s.asked {
				want = append(want, q.item)
			}
			capacity, deviation := s.Capacity()
			if !slices.Equal(got.Items, want) || got.Capacity != capacity || got.Error != deviation || got.Exhausted {
				t.Fatalf("test %d is %+v, the session put %v and ends at %v ± %v", n, got, want, capacity, deviation)
			}
		}
	}
}

func TestSimulatorRefusals(t *testing.T) {
	bank, f := specimenData()
	for language, needs := range map[string][]string{"xx": nil, "fr": {"wings"}, "en": {NeedScreenReader, NeedKeyboard}} {
		if _, err := NewSimulator(bank, f, language, needs); err == nil || !strings.HasPrefix(err.Error(), "engine: ") {
			t.Errorf("language %s, needs %v: %v", language, needs, err)
		}
	}
}
