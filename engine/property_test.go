package engine

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// answers draws items and whether each was answered right.
func drawAnswers(t *rapid.T, b *Bank, most int) (items []int, right []bool) {
	items = rapid.SliceOfNDistinct(rapid.IntRange(0, len(b.Items)-1), 1, most, rapid.ID[int]).Draw(t, "items")
	return items, rapid.SliceOfN(rapid.Bool(), len(items), len(items)).Draw(t, "right")
}

// capacityOf runs a path through the answers.
func capacityOf(b *Bank, f *Framework, items []int, right []bool) float64 {
	p := newPath(b, f, "fr", nil)
	for i, item := range items {
		p.ask(item)
		p.answer(item, right[i])
	}
	return p.estimator.Estimate().Ability
}

// Whatever came before and whatever limit holds, a right answer leads at least
// as high as a wrong one to the same question.
func TestRightIsNeverBelowWrong(t *testing.T) {
	b, _ := specimenData()
	rapid.Check(t, func(t *rapid.T) {
		f := &Framework{Regime: regimeAdaptive, initialCapacity: -3, variationLimit: rapid.SampledFrom([]float64{0, 0.3, 1, 1.5}).Draw(t, "limit")}
		items, right := drawAnswers(t, b, 32)
		last := len(right) - 1
		right[last] = false
		wrong := capacityOf(b, f, items, right)
		right[last] = true
		if got := capacityOf(b, f, items, right); got < wrong {
			t.Fatalf("a right answer leads to %v, a wrong one to %v", got, wrong)
		}
	})
}

// With the same questions, one answer more that is right never lowers what the
// test ends with, wherever it stands; one that is passed never raises it. (With
// a variation limit this does not hold: a higher capacity may move less.)
func TestOneMoreRightNeverLowers(t *testing.T) {
	b, f := specimenData()
	rapid.Check(t, func(t *rapid.T) {
		items, right := drawAnswers(t, b, 32)
		better := slices.Clone(right)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			better[rapid.IntRange(0, len(better)-1).Draw(t, "at")] = true
		}
		low, high := capacityOf(b, f, items, right), capacityOf(b, f, items, better)
		if high < low {
			t.Fatalf("%v right leads to %v, %v to %v", right, low, better, high)
		}
		lowScore, lowLevel, lowLevels := f.Place(low)
		highScore, highLevel, highLevels := f.Place(high)
		if lowScore > highScore || lowLevel > highLevel {
			t.Fatalf("capacity %v scores %d at level %d, %v scores %d at level %d", low, lowScore, lowLevel, high, highScore, highLevel)
		}
		for c := range lowLevels {
			if lowLevels[c] > highLevels[c] {
				t.Fatalf("competence %s is at level %d for %v, %d for %v", competenceCodes[c], lowLevels[c], low, highLevels[c], high)
			}
		}
	})
}

// Reports, their dismissal, suspicions, time granted and resumptions may come
// in any number and at any moment: questions, capacities and result stay.
func TestHarmlessEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain, busy := openRoom(t, nil), openRoom(t, nil)
		for n := range 32 {
			right := rapid.Bool().Draw(t, "right")
			plain.next()
			busy.next()
			for range rapid.IntRange(0, 2).Draw(t, "events") {
				question := rapid.IntRange(1, n+1).Draw(t, "question")
				switch rapid.IntRange(0, 4).Draw(t, "event") {
				case 0:
					busy.ok(busy.s.Report(busy.at, question, "Son faible."))
				case 1:
					busy.ok(busy.s.Report(busy.at, question, "Son faible."))
					busy.ok(busy.s.Dismiss(busy.at, question, supervisor))
				case 2:
					busy.ok(busy.s.Suspect(busy.at, supervisor, "Bavardage."))
				case 3:
					busy.ok(busy.s.AddTime(busy.at, 1, supervisor))
				case 4:
					busy.ok(busy.s.Resume(busy.at, supervisor))
				}
			}
			if p, q := plain.s.Current().Item.ID, busy.s.Current().Item.ID; p != q {
				t.Fatalf("question %d is %s, and %s with events", n+1, p, q)
			}
			plain.ok(plain.s.Answer(plain.at, right))
			busy.ok(busy.s.Answer(busy.at, right))
		}
		a, b := plain.end(EndCandidate), busy.end(EndCandidate)
		if a.Rule != b.Rule || a.Score != b.Score || a.Capacity != b.Capacity || a.Error != b.Error || a.Treated != b.Treated {
			t.Fatalf("records differ:\n%s\n%s", a.Encode(), b.Encode())
		}
	})
}

// Questions neutralised in whatever order leave the same capacity: that of the
// other answers alone.
func TestNeutralisingInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, two := openRoom(t, nil), openRoom(t, nil)
		asked := rapid.IntRange(2, 31).Draw(t, "asked")
		for range asked {
			right := rapid.Bool().Draw(t, "right")
			for _, r := range []*room{one, two} {
				r.next()
				r.ok(r.s.Answer(r.at, right))
			}
		}
		out := rapid.SliceOfNDistinct(rapid.IntRange(1, asked), 1, min(asked, 6), rapid.ID[int]).Draw(t, "out")
		reversed := slices.Clone(out)
		slices.Reverse(reversed)
		for i := range out {
			for r, question := range map[*room]int{one: out[i], two: reversed[i]} {
				r.ok(r.s.Report(r.at, question, "Page blanche."))
				r.ok(r.s.Confirm(r.at, question, supervisor))
				r.ok(r.s.Neutralise(r.at, question, supervisor))
			}
		}
		var items []int
		var right []bool
		for i, q := range one.s.asked {
			if !slices.Contains(out, i+1) {
				items, right = append(items, q.item), append(right, q.correct)
			}
		}
		want := capacityOf(one.s.bank, one.s.framework, items, right)
		for _, r := range []*room{one, two} {
			if got, _ := r.s.Capacity(); got != want || r.s.Treated() != len(items) {
				t.Fatalf("capacity %v with %d treated, want %v with %d", got, r.s.Treated(), want, len(items))
			}
		}
		one.next()
		two.next()
		if p, q := one.s.Current().Item.ID, two.s.Current().Item.ID; p != q {
			t.Fatalf("then comes %s, or %s", p, q)
		}
	})
}
