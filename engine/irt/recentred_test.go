package irt

import (
	"math"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"etalon/testdata"
)

// readVectors decodes one file of testdata/vectors.
func readVectors(t testing.TB, name string, v any) {
	t.Helper()
	data, err := testdata.Vectors.ReadFile("vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
}

func TestCapacityVectors(t *testing.T) {
	var v struct {
		Bank []struct {
			ID   string
			A, B float64
		}
		Cases []struct {
			ID              int
			InitialCapacity float64  `json:"initial_capacity"`
			VariationLimit  *float64 `json:"variation_limit"`
			Answers         []struct {
				Item    string
				Correct bool
			}
			History []struct{ Capacity, Error float64 }
		}
	}
	readVectors(t, "capacity-recentred.json", &v)
	if len(v.Bank) != 192 || len(v.Cases) != 30 {
		t.Fatalf("vectors hold %d items, %d cases; want 192, 30", len(v.Bank), len(v.Cases))
	}
	items := map[string]Item{}
	for _, it := range v.Bank {
		items[it.ID] = Item{A: it.A, B: it.B}
	}
	steps, worst := 0, 0.0
	for _, c := range v.Cases {
		limit := 0.0
		if c.VariationLimit != nil {
			limit = *c.VariationLimit
		}
		e := NewRecentred(c.InitialCapacity, limit, nil)
		for i, ans := range c.Answers {
			it, ok := items[ans.Item]
			if !ok {
				t.Fatalf("case %d names item %q, which is not in the bank", c.ID, ans.Item)
			}
			got, want := e.Answer(it, ans.Correct), c.History[i]
			worst = max(worst, math.Abs(got.Ability-want.Capacity), math.Abs(got.Error-want.Error))
			if !(math.Abs(got.Ability-want.Capacity) <= 1e-9) || !(math.Abs(got.Error-want.Error) <= 1e-9) {
				t.Fatalf("case %d, answer %d: capacity %.12f, error %.12f; want %.12f, %.12f",
					c.ID, i+1, got.Ability, got.Error, want.Capacity, want.Error)
			}
			steps++
		}
	}
	t.Logf("%d answers, greatest difference %.2g", steps, worst)
	if steps < 400 {
		t.Fatalf("only %d answers were compared", steps)
	}
}

// The functions of elementary.go against the standard library's, which are
// within one unit in the last place.
func TestElementary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-690, 0).Draw(t, "x")
		if got, want := expNeg(x), math.Exp(x); math.Abs(got-want) > 4e-16*want {
			t.Fatalf("expNeg(%v) = %v, want %v", x, got, want)
		}
		e := rapid.Float64Range(0, 1).Draw(t, "e")
		if got, want := ln(x*x), math.Log(x*x); x*x > 1e-300 && math.Abs(got-want) > 1e-15*max(1, math.Abs(want)) {
			t.Fatalf("ln(%v) = %v, want %v", x*x, got, want)
		}
		if got, want := logOnePlus(e), math.Log1p(e); math.Abs(got-want) > 8e-16*want {
			t.Fatalf("logOnePlus(%v) = %v, want %v", e, got, want)
		}
	})
	if expNeg(0) != 1 || expNeg(-1e9) != 0 || logOnePlus(0) != 0 {
		t.Error("elementary functions are wrong at their bounds")
	}
}

func TestLimitStep(t *testing.T) {
	for _, c := range []struct{ previous, next, limit, want float64 }{
		{-3, 5, 0, 5},    // no limit
		{0, 5, 0.5, 0.5}, // |previous| < limit: at most the limit
		{0.25, -5, 0.5, -0.25},
		{-3, 5, 0.5, -1.5}, // else at most |previous·limit|
		{-3, -3.1, 0.5, -3.1},
		{0.5, 5, 0.5, 0.75}, // the bound itself counts as "not below"
	} {
		if got := limitStep(c.previous, c.next, c.limit); got != c.want {
			t.Errorf("limitStep(%v, %v, %v) = %v, want %v", c.previous, c.next, c.limit, got, c.want)
		}
	}
}

// From the same answers so far, a right answer never gives a lower capacity
// than a wrong one; and, without a limit, turning one answer of a path from
// wrong to right never lowers any later capacity. (The capacity itself may
// fall on a right answer: the prior moves with it.)
func TestRightNeverLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]float64{0, 0.2, 0.5}).Draw(t, "limit")
		round := func(x float64) float64 { return math.RoundToEven(x*1e9) / 1e9 }
		e := NewRecentred(-3, limit, rapid.SampledFrom([]func(float64) float64{nil, round}).Draw(t, "round"))
		for range rapid.IntRange(0, 31).Draw(t, "before") {
			e.Answer(drawItem(t))
		}
		up, down := e, e.Clone()
		it, _ := drawItem(t)
		up.Answer(it, true)
		down.Answer(it, false)
		after := 0
		if limit == 0 {
			after = rapid.IntRange(0, 10).Draw(t, "after")
		}
		for i := 0; ; i++ {
			u, d := up.Estimate(), down.Estimate()
			if u.Ability < d.Ability {
				t.Fatalf("right gives %v, wrong %v", u.Ability, d.Ability)
			}
			if !(u.Error >= 0) || !(d.Error >= 0) {
				t.Fatalf("errors %v, %v", u.Error, d.Error)
			}
			if i == after {
				return
			}
			it, right := drawItem(t)
			up.Answer(it, right)
			down.Answer(it, right)
		}
	})
}

func drawItem(t *rapid.T) (it Item, right bool) {
	return Item{A: rapid.Float64Range(0.3, 2.7).Draw(t, "a"), B: rapid.Float64Range(-6, 6).Draw(t, "b")}, rapid.Bool().Draw(t, "right")
}
