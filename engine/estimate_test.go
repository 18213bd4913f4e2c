package engine

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"etalon/testdata"
)

type capacityVectors struct {
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
	Selection []struct {
		Capacity float64
		Best     []struct {
			Item        string
			Information float64
		}
	}
}

func readVectors(t *testing.T) *capacityVectors {
	t.Helper()
	data, err := testdata.FS.ReadFile("vectors/capacity-recentred.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(capacityVectors)
	if err := json.Unmarshal(data, v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(v.Bank) != 192 || len(v.Cases) != 30 || len(v.Selection) != 12 {
		t.Fatalf("vectors hold %d items, %d cases, %d selections; want 192, 30, 12", len(v.Bank), len(v.Cases), len(v.Selection))
	}
	return v
}

func TestCapacityVectors(t *testing.T) {
	v := readVectors(t)
	items := map[string][2]float64{}
	for _, it := range v.Bank {
		items[it.ID] = [2]float64{it.A, it.B}
	}
	steps, worst := 0, 0.0
	for _, c := range v.Cases {
		limit := 0.0
		if c.VariationLimit != nil {
			limit = *c.VariationLimit
		}
		e := newEstimator(c.InitialCapacity, limit)
		for i, ans := range c.Answers {
			it, ok := items[ans.Item]
			if !ok {
				t.Fatalf("case %d names item %q, which is not in the bank", c.ID, ans.Item)
			}
			e.answer(it[0], it[1], ans.Correct)
			want := c.History[i]
			worst = max(worst, math.Abs(e.capacity-want.Capacity), math.Abs(e.deviation-want.Error))
			if math.Abs(e.capacity-want.Capacity) > 1e-9 || math.Abs(e.deviation-want.Error) > 1e-9 {
				t.Fatalf("case %d, answer %d: capacity %.12f, error %.12f; want %.12f, %.12f",
					c.ID, i+1, e.capacity, e.deviation, want.Capacity, want.Error)
			}
			steps++
		}
	}
	t.Logf("%d answers, greatest difference %.2g", steps, worst)
	if steps < 400 {
		t.Fatalf("only %d answers were compared", steps)
	}
}

func TestSelectionVectors(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.Selection {
		type ranked struct {
			id   string
			info int64
		}
		var all []ranked
		for _, it := range v.Bank {
			all = append(all, ranked{it.ID, information(it.A, it.B, c.Capacity)})
		}
		slices.SortFunc(all, func(x, y ranked) int {
			if x.info != y.info {
				return int(y.info - x.info)
			}
			return strings.Compare(x.id, y.id)
		})
		for i, want := range c.Best {
			if all[i].id != want.Item || math.Abs(fromBillionths(all[i].info)-want.Information) > 1e-9 {
				t.Errorf("capacity %v, rank %d: %s %.12f, want %s %.12f", c.Capacity, i+1,
					all[i].id, fromBillionths(all[i].info), want.Item, want.Information)
			}
		}
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
		if got, want := logOnePlus(e), math.Log1p(e); math.Abs(got-want) > 8e-16*want {
			t.Fatalf("logOnePlus(%v) = %v, want %v", e, got, want)
		}
	})
	if expNeg(0) != 1 || expNeg(-1e9) != 0 || logOnePlus(0) != 0 {
		t.Error("elementary functions are wrong at their bounds")
	}
}

func TestBillionths(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want int64
	}{
		{0, 0}, {-3, -3000000000}, {1e-9, 1}, {2.4e-9, 2}, {-2.6e-9, -3},
		{0.5, 500000000}, {1.0 / 3, 333333333}, {-2.0 / 3, -666666667},
		// Exact ties, odd multiples of 2^-10: half to even.
		{0.0009765625, 976562}, {-0.0009765625, -976562}, {0.0029296875, 2929688}, {0.0048828125, 4882812},
	} {
		if got := billionths(c.x); got != c.want {
			t.Errorf("billionths(%v) = %d, want %d", c.x, got, c.want)
		}
	}
	// Near ties, against exact decimal arithmetic.
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-9e9, 9e9).Draw(t, "n")
		x := (float64(n) + 0.5) / 1e9
		want, err := strconv.ParseInt(strings.Replace(strconv.FormatFloat(x, 'f', 9, 64), ".", "", 1), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := billionths(x); got != want {
			t.Fatalf("billionths(%v) = %d, want %d", x, got, want)
		}
	})
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
		e := newEstimator(-3, limit)
		for range rapid.IntRange(0, 31).Draw(t, "before") {
			a, b, right := drawItem(t)
			e.answer(a, b, right)
			e.round()
		}
		up, down := e, e
		a, b, _ := drawItem(t)
		up.answer(a, b, true)
		down.answer(a, b, false)
		after := 0
		if limit == 0 {
			after = rapid.IntRange(0, 10).Draw(t, "after")
		}
		for i := 0; ; i++ {
			if up.capacity < down.capacity {
				t.Fatalf("right gives %v, wrong %v", up.capacity, down.capacity)
			}
			if !(up.deviation >= 0) || !(down.deviation >= 0) {
				t.Fatalf("errors %v, %v", up.deviation, down.deviation)
			}
			if i == after {
				return
			}
			a, b, right := drawItem(t)
			up.answer(a, b, right)
			down.answer(a, b, right)
		}
	})
}

func drawItem(t *rapid.T) (a, b float64, right bool) {
	return rapid.Float64Range(0.3, 2.7).Draw(t, "a"), rapid.Float64Range(-6, 6).Draw(t, "b"), rapid.Bool().Draw(t, "right")
}
