package engine

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"etalon/testdata"
)

type selectionVectors struct {
	Bank []struct {
		ID   string
		A, B float64
	}
	Selection []struct {
		Capacity float64
		Best     []struct {
			Item        string
			Information float64
		}
	}
}

func TestBestVectors(t *testing.T) {
	data, err := testdata.Vectors.ReadFile("vectors/capacity-recentred.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(selectionVectors)
	if err := json.Unmarshal(data, v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(v.Bank) != 192 || len(v.Selection) != 12 {
		t.Fatalf("vectors hold %d items, %d selections; want 192, 12", len(v.Bank), len(v.Selection))
	}
	var items []Item
	for _, it := range v.Bank {
		items = append(items, Item{ID: it.ID, Competence: it.ID[:3], Theme: it.ID[4:6], A: it.A, B: it.B, Languages: []string{"fr"}})
	}
	b := new(Bank)
	b.index(items)
	for _, c := range v.Selection {
		p := newPath(b, &Framework{initialCapacity: c.Capacity}, "fr", nil)
		best := p.best()
		if len(best) != shortlist {
			t.Fatalf("capacity %v: %d items", c.Capacity, len(best))
		}
		for i, want := range c.Best {
			if got := b.Items[best[i].Item].ID; got != want.Item {
				t.Errorf("capacity %v, rank %d: %s, want %s", c.Capacity, i+1, got, want.Item)
			}
			if got := best[i].Value; math.Abs(got-want.Information) > 1e-9 {
				t.Errorf("capacity %v, rank %d: information %.12f, want %.12f", c.Capacity, i+1, got, want.Information)
			}
		}
	}
}

// The bounds of the draw are the exact decimals, not the floats nearest to
// them.
func TestDrawBounds(t *testing.T) {
	for i, decimal := range []string{"0.51", "0.7599", "0.882351", "0.94235199"} {
		limit, _ := new(big.Rat).SetString(decimal)
		n := new(big.Int).SetUint64(drawBounds[i])
		u := func(n *big.Int) *big.Rat { return new(big.Rat).SetFrac(n, new(big.Int).Lsh(big.NewInt(1), 53)) }
		if u(n).Cmp(limit) < 0 {
			t.Errorf("bound %s: %v/2^53 is below it", decimal, n)
		}
		if u(n.Sub(n, big.NewInt(1))).Cmp(limit) >= 0 {
			t.Errorf("bound %s: %v/2^53 is not below it", decimal, n)
		}
	}
}

func TestDraw(t *testing.T) {
	// Computed apart, with Python's hmac and fractions.
	seed := [32]byte{}
	for i := range seed {
		seed[i] = byte(i)
	}
	var got []int
	for ordinal := uint64(1); ordinal <= 32; ordinal++ {
		got = append(got, draw(&seed, ordinal, 5))
	}
	if want := drawVector; !slices.Equal(got, want) {
		t.Errorf("draws are %v, want %v", got, want)
	}
	for n := 1; n < 5; n++ {
		for ordinal := uint64(1); ordinal <= 32; ordinal++ {
			if got, want := draw(&seed, ordinal, n), min(drawVector[ordinal-1], n-1); got != want {
				t.Errorf("draw %d among %d is %d, want %d", ordinal, n, got, want)
			}
		}
	}
	var count [5]int
	for ordinal := range uint64(20_000) {
		count[draw(&seed, ordinal, 5)]++
	}
	for i, share := range []float64{0.51, 0.2499, 0.122451, 0.06000099, 0.05764801} {
		if got := float64(count[i]) / 20_000; got < share-0.015 || got > share+0.015 {
			t.Errorf("rank %d is drawn in %v of cases, want about %v", i+1, got, share)
		}
	}
}

// testItem is an item whose difficulty is the capacity tests start from, less
// off: the smaller off, the more information.
func testItem(id, competence, theme string, off float64) Item {
	return Item{ID: id, Competence: competence, Theme: theme, Level: 1, A: 1, B: -3 - off, Mode: Free, Languages: []string{"fr"}}
}

// ids plays a path that always takes the first of the short list and never
// moves the capacity, and returns what it put.
func ids(p *path, n int) []string {
	var out []string
	for range n {
		best := p.best()
		if len(best) == 0 {
			return append(out, "none")
		}
		p.ask(best[0].Item)
		out = append(out, p.bank.Items[best[0].Item].ID)
	}
	return out
}

func TestSelectionRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		items []Item
		want  []string
	}{
		{"ties go to the lower id", []Item{
			testItem("b", "1.1", "x", 0), testItem("a", "1.1", "y", 0), testItem("c", "1.1", "z", 0),
		}, []string{"a", "b", "c", "none"}},
		{"each competence first, whatever the information", []Item{
			testItem("a1", "1.1", "x", 0), testItem("a2", "1.1", "y", 0.1), testItem("b1", "2.1", "x", 1), testItem("c1", "3.1", "x", 2),
		}, []string{"a1", "b1", "c1", "a2", "none"}},
		{"a theme once while another is left", []Item{
			testItem("a1", "1.1", "x", 0), testItem("a2", "1.1", "x", 0.1), testItem("a3", "1.1", "y", 2),
		}, []string{"a1", "a3", "a2", "none"}},
		{"a theme belongs to its competence", []Item{
			testItem("a1", "1.1", "x", 0), testItem("b1", "2.1", "x", 0.1),
		}, []string{"a1", "b1", "none"}},
		{"not a competence of the last two questions", []Item{
			testItem("a1", "1.1", "x", 0), testItem("b1", "2.1", "x", 0.1), testItem("c1", "3.1", "x", 0.2),
			testItem("a2", "1.1", "y", 3), testItem("c2", "3.1", "y", 1), testItem("b2", "2.1", "y", 2),
		}, []string{"a1", "b1", "c1", "a2", "b2", "c2", "none"}},
		{"the spread of competences yields before the theme does", []Item{
			testItem("a1", "1.1", "x", 0), testItem("b1", "2.1", "x", 1),
			testItem("b2", "2.1", "y", 3), testItem("a2", "1.1", "x", 0),
		}, []string{"a1", "b1", "b2", "a2", "none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := new(Bank)
			b.index(c.items)
			p := newPath(b, &Framework{initialCapacity: -3}, "fr", nil)
			if got := ids(p, len(c.items)+1); !slices.Equal(got, c.want) {
				t.Errorf("puts %v, want %v", got, c.want)
			}
		})
	}
}

// Rules against a plain rewriting of them, on random small banks.
func TestSelectionAgainstRewriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items []Item
		for i := range rapid.IntRange(1, 40).Draw(t, "items") {
			it := testItem(fmt.Sprintf("i-%02d", i),
				competenceCodes[rapid.IntRange(0, 4).Draw(t, "competence")],
				rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "theme"),
				float64(rapid.IntRange(-8, 8).Draw(t, "off"))/4)
			it.Languages = rapid.SampledFrom([][]string{{"fr"}, {"en"}, {"en", "fr"}}).Draw(t, "languages")
			it.Accessible = rapid.SampledFrom([][]string{nil, {NeedKeyboard}, {NeedKeyboard, NeedNoSound}}).Draw(t, "accessible")
			items = append(items, it)
		}
		needs := rapid.SampledFrom([][]string{nil, {NeedKeyboard}, {NeedNoSound}}).Draw(t, "needs")
		b := new(Bank)
		b.index(items)
		p := newPath(b, &Framework{initialCapacity: -3}, "fr", needs)
		var put []Item
		for {
			best, want := p.best(), rewritten(b, needs, put)
			if len(best) != min(len(want), shortlist) {
				t.Fatalf("short list of %d, want of %d", len(best), len(want))
			}
			for i, c := range best {
				if b.Items[c.Item].ID != want[i] {
					t.Fatalf("rank %d is %s, want %s", i+1, b.Items[c.Item].ID, want[i])
				}
			}
			if len(best) == 0 {
				return
			}
			i := best[rapid.IntRange(0, len(best)-1).Draw(t, "rank")].Item
			p.ask(i)
			put = append(put, b.Items[i])
		}
	})
}

func rewritten(b *Bank, needs []string, put []Item) []string {
	var left []Item
	for _, it := range b.Items {
		ok := slices.Contains(it.Languages, "fr") && !slices.ContainsFunc(put, func(p Item) bool { return p.ID == it.ID })
		for _, n := range needs {
			ok = ok && slices.Contains(it.Accessible, n)
		}
		if ok {
			left = append(left, it)
		}
	}
	without := func(c string) bool {
		return !slices.ContainsFunc(put, func(p Item) bool { return p.Competence == c })
	}
	var uncovered []Item
	for _, it := range left {
		if without(it.Competence) {
			uncovered = append(uncovered, it)
		}
	}
	if len(uncovered) == 0 {
		uncovered = left
	}
	keep := func(from []Item, ok func(Item) bool) (out []Item) {
		for _, it := range from {
			if ok(it) {
				out = append(out, it)
			}
		}
		return out
	}
	themed := keep(uncovered, func(it Item) bool {
		return !slices.ContainsFunc(put, func(p Item) bool { return p.Competence == it.Competence && p.Theme == it.Theme })
	})
	spread := keep(themed, func(it Item) bool {
		last := put[max(0, len(put)-2):]
		return !slices.ContainsFunc(last, func(p Item) bool { return p.Competence == it.Competence })
	})
	for _, set := range [][]Item{spread, themed, uncovered, left} {
		if len(set) > 0 {
			slices.SortFunc(set, func(x, y Item) int {
				ix, iy := billionths(x.model().Information(-3)), billionths(y.model().Information(-3))
				if ix != iy {
					return int(iy - ix)
				}
				return slices.Compare([]byte(x.ID), []byte(y.ID))
			})
			var out []string
			for _, it := range set {
				out = append(out, it.ID)
			}
			return out
		}
	}
	return nil
}

var drawVector = []int{2, 4, 1, 4, 0, 0, 2, 4, 0, 1, 2, 0, 2, 0, 0, 2, 2, 0, 0, 1, 0, 2, 1, 0, 0, 4, 2, 1, 1, 0, 0, 0}
