package irt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func mustBank(t testing.TB, items []Item) *Bank {
	t.Helper()
	b, err := NewBank(items)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drawItems(t *rapid.T, n int) []Item {
	items := make([]Item, n)
	for i := range items {
		// Few different values, so that ties happen.
		items[i] = Item{A: float64(rapid.IntRange(1, 12).Draw(t, "a")) / 5, B: float64(rapid.IntRange(-12, 12).Draw(t, "b")) / 3}
		if rapid.Bool().Draw(t, "asymptotes") {
			items[i].C = float64(rapid.IntRange(0, 3).Draw(t, "c")) / 10
			items[i].D = 1 - float64(rapid.IntRange(0, 3).Draw(t, "d"))/10
		}
	}
	return items
}

// rewritten is the selection written plainly: rules are lists of groups, all
// items are looked at, and what is left is sorted.
func rewritten(items []Item, usable []bool, asked, closed []int, competence, theme []int, θ float64, n int, round func(float64) float64) []Candidate {
	open := func(i int) bool {
		return usable[i] && !slices.Contains(asked, i) && !slices.Contains(closed, i)
	}
	had := func(groups []int, g int) (count int) {
		for _, a := range asked {
			if groups[a] == g {
				count++
			}
		}
		return count
	}
	waiting := false
	for i := range items {
		waiting = waiting || open(i) && competence[i] >= 0 && had(competence, competence[i]) == 0
	}
	rules := []func(i int) bool{
		func(i int) bool {
			last := asked[max(0, len(asked)-2):]
			return competence[i] >= 0 && slices.ContainsFunc(last, func(a int) bool { return competence[a] == competence[i] })
		},
		func(i int) bool { return theme[i] >= 0 && had(theme, theme[i]) >= 1 },
		func(i int) bool { return waiting && (competence[i] < 0 || had(competence, competence[i]) > 0) },
	}
	for waived := range len(rules) + 1 {
		var left []Candidate
		for i, it := range items {
			if open(i) && !slices.ContainsFunc(rules[waived:], func(bars func(int) bool) bool { return bars(i) }) {
				left = append(left, Candidate{i, round(it.Information(θ))})
			}
		}
		if len(left) > 0 {
			slices.SortStableFunc(left, func(a, b Candidate) int {
				switch {
				case a.Value > b.Value:
					return -1
				case a.Value < b.Value:
					return 1
				}
				return 0
			})
			return left[:min(n, len(left))]
		}
	}
	return nil
}

// Selection by rules, pruned and whole, against the plain rewriting, along
// tests whose ability jumps about.
func TestSelectionAgainstRewriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "items")
		items := drawItems(t, n)
		competence, theme, usable := make([]int, n), make([]int, n), make([]bool, n)
		for i := range n {
			competence[i] = rapid.IntRange(-1, 4).Draw(t, "competence")
			theme[i] = rapid.IntRange(-1, 9).Draw(t, "theme")
			usable[i] = rapid.IntRange(0, 4).Draw(t, "usable") > 0
		}
		round := func(x float64) float64 { return x }
		if rapid.Bool().Draw(t, "rounds") {
			round = func(x float64) float64 { return math.RoundToEven(x*100) / 100 }
		}
		b, err := NewBank(items)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "indexed") {
			b.Index()
		}
		s, err := NewSelector(b, usable, round, Apart(competence, 2), AtMost(theme, 1), Cover(competence))
		if err != nil {
			t.Fatal(err)
		}
		var asked, closed []int
		for range n + 1 {
			θ := rapid.Float64Range(-10, 10).Draw(t, "ability")
			wanted := rapid.IntRange(1, 6).Draw(t, "wanted")
			got, want := s.Best(θ, wanted), rewritten(items, usable, asked, closed, competence, theme, θ, wanted, round)
			if !slices.Equal(got, want) {
				t.Fatalf("at %v after %v: %v, want %v", θ, asked, got, want)
			}
			ranked := s.Rank(wanted, func(i int) float64 { return round(items[i].Information(θ)) })
			if !slices.Equal(ranked, want) {
				t.Fatalf("Rank gives %v, want %v", ranked, want)
			}
			if len(want) == 0 {
				break
			}
			i := want[rapid.IntRange(0, len(want)-1).Draw(t, "rank")].Item
			if rapid.IntRange(0, 9).Draw(t, "close") == 0 {
				s.Close(i)
				closed = append(closed, i)
			} else {
				if rapid.Bool().Draw(t, "clone") {
					s = s.Clone()
				}
				s.Ask(i)
				asked = append(asked, i)
			}
		}
		s.Reset()
		if got, want := s.Best(0, 3), rewritten(items, usable, nil, nil, competence, theme, 0, 3, round); !slices.Equal(got, want) {
			t.Fatalf("after Reset: %v, want %v", got, want)
		}
	})
}

// The questions of whole tests are the same pruned and looking at all items,
// on a bank longer than the lists of the index.
func TestPrunedSelection(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	items := make([]Item, depth+300)
	for i := range items {
		items[i] = Item{A: 0.5 + 2*rng.Float64(), B: 1.5 * rng.NormFloat64()}
	}
	competence := make([]int, len(items))
	for i := range competence {
		competence[i] = i % 16
	}
	// One competence lies below the lists everywhere.
	for i := range 300 {
		competence[depth+i] = 16
		items[depth+i].A = 0.05
	}
	whole, pruned := mustBank(t, items), mustBank(t, items)
	pruned.Index()
	for _, rules := range [][]Rule{nil, {Apart(competence, 2), Cover(competence)}} {
		play := func(b *Bank) (asked []int) {
			test := &Test{Bank: b, Rules: rules, Ranks: Randomesque(3), Stop: Stop{Questions: 32}}
			for k := range 30 {
				rng := rand.New(rand.NewPCG(1, uint64(k)))
				run, err := test.Start(rng)
				if err != nil {
					t.Fatal(err)
				}
				θ := 2 * rng.NormFloat64()
				run.Play(func(item int) bool {
					right, _ := items[item].Probability(θ)
					return rng.Float64() < right
				})
				asked = append(asked, run.Asked()...)
			}
			return asked
		}
		a, b := play(whole), play(pruned)
		if len(a) != 960 || !slices.Equal(a, b) {
			t.Errorf("%d questions looking at all items, %d pruned, or they differ", len(a), len(b))
		}
	}
}

// No item informs more within a bin than its bound says.
func TestIndexBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := Item{A: rapid.Float64Range(0.1, 30).Draw(t, "a"), B: rapid.Float64Range(-9, 9).Draw(t, "b")}
		if rapid.Bool().Draw(t, "asymptotes") {
			it.C, it.D = rapid.Float64Range(0, 0.5).Draw(t, "c"), rapid.Float64Range(0.6, 1).Draw(t, "d")
		}
		low := rapid.Float64Range(-9, 9).Draw(t, "low")
		high := low + 1/perUnit
		most := float64(it.mostWithin(low, high, it.peak()))
		for k := range 101 {
			if θ := low + (high-low)*float64(k)/100; it.Information(θ) > most {
				t.Fatalf("%+v informs %v at %v, above its bound %v", it, it.Information(θ), θ, most)
			}
		}
	})
}

func TestSelectorRefusesForeignLists(t *testing.T) {
	b := mustBank(t, []Item{{A: 1}, {A: 2}})
	for _, r := range []Rule{Apart([]int{1}, 1), AtMost(nil, 1), Cover([]int{1, 2, 3}), Capped(NewExposure(mustBank(t, []Item{{A: 1}}), 0.5))} {
		if _, err := NewSelector(b, nil, nil, r); err == nil {
			t.Error("groups of another bank are taken")
		}
	}
	if _, err := NewSelector(b, []bool{true}, nil); err == nil {
		t.Error("a list of usable items of another bank is taken")
	}
}
