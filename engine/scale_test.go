package engine

import (
	"math"
	"math/big"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"
)

var officialScores = []int{64, 128, 256, 384, 512, 640, 768, 896}

func TestScoreAtBounds(t *testing.T) {
	floor, err := checkScores(officialScores, 7)
	if err != nil {
		t.Fatal(err)
	}
	var s scale
	for l := range 8 {
		s = append(s, interval{int64(l-4) * billion, int64(l-3) * billion})
	}
	for _, c := range []struct {
		capacity     float64
		score, level int
	}{
		{-9, 0, 0}, {-4.000000001, 0, 0}, {-4, 0, 0}, {-3.000000001, 63, 0}, {-3, 64, 1},
		{-2, 128, 2}, {-1.5, 192, 2}, {-1, 256, 3}, {0, 384, 4}, {1, 512, 5}, {2, 640, 6}, {2.999999999, 767, 6},
		{3, 768, 7}, {3.999999999, 895, 7}, {4, 895, 7}, {9, 895, 7},
	} {
		capacity := billionths(c.capacity)
		if got := s.score(capacity, floor); got != c.score {
			t.Errorf("capacity %v scores %d, want %d", c.capacity, got, c.score)
		}
		if got := s.level(capacity); got != c.level {
			t.Errorf("capacity %v is at level %d, want %d", c.capacity, got, c.level)
		}
	}
}

// Where the product is an integer, floats may fall just below it and lose a
// point; the engine must not.
func TestScoreExact(t *testing.T) {
	floor, _ := checkScores(officialScores, 7)
	s := scale{{-3 * billion, -2 * billion}, {-2 * billion, 3_700_000_000}, {3_700_000_000, 4_400_000_000}}
	lost := 0
	for k := range int64(128) {
		// Level 2 is 128 pix on 0.7 of ability: 0.00546875 a pix.
		capacity := s[2].low + k*5_468_750
		want := 128 + int(k)
		if got := s.score(capacity, floor); got != want {
			t.Errorf("capacity %s scores %d, want %d", decimal(capacity), got, want)
		}
		x, low, high := fromBillionths(capacity), 3.7, 4.4
		if int(math.Floor(128+(x-low)*128/(high-low))) < want {
			lost++
		}
	}
	t.Logf("floats lose a point at %d of 128 capacities", lost)
	if lost == 0 {
		t.Error("floats lose no point here: the test shows nothing")
	}
}

func TestScoreAgainstRationals(t *testing.T) {
	floor, _ := checkScores(officialScores, 7)
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.Int64Range(-9_000_000, -5_000_000).Draw(t, "first")
		var s scale
		for range 8 {
			next := bound + rapid.Int64Range(1, 3_000_000).Draw(t, "width")
			s = append(s, interval{bound * 1000, next * 1000})
			bound = next
		}
		capacity := rapid.Int64Range(-9*billion, 9*billion).Draw(t, "capacity")
		got := s.score(capacity, floor)
		if again := s.score(capacity+1, floor); again < got {
			t.Fatalf("score falls from %d to %d as capacity rises", got, again)
		}
		want := 0
		for l, i := range s {
			if capacity >= i.high {
				want = floor[l+1] - 1
			}
			if capacity >= i.low && capacity < i.high {
				r := big.NewRat(capacity-i.low, i.high-i.low)
				r.Mul(r, big.NewRat(int64(floor[l+1]-floor[l]), 1))
				want = floor[l] + int(new(big.Int).Quo(r.Num(), r.Denom()).Int64())
			}
		}
		if got != want {
			t.Fatalf("score %d, want %d", got, want)
		}
	})
}

func TestParseDecimal(t *testing.T) {
	for in, want := range map[string]int64{
		`-3`: -3 * billion, `"-4.5"`: -4_500_000_000, `0.000001`: 1000, `"-0.25"`: -250_000_000, `100`: 100 * billion,
	} {
		if got, err := parseDecimal(jsontext.Value(in)); err != nil || got != want {
			t.Errorf("%s gives %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{`1e2`, `"1E1"`, `0.0000001`, `"+1"`, `".5"`, `"1."`, `"01"`, `""`, `"NaN"`, `[1]`, `{}`, `true`, `101`, `-100.000001`, `" 1"`, `"1٣"`} {
		if got, err := parseDecimal(jsontext.Value(in)); err == nil {
			t.Errorf("%s is accepted as %d", in, got)
		}
	}
}

func TestCheckScores(t *testing.T) {
	for maxLevel := 1; maxLevel <= 8; maxLevel++ {
		floor, err := checkScores(officialScores, maxLevel)
		if err != nil || floor[maxLevel+1] != 128*maxLevel {
			t.Errorf("up to level %d: %v, %v", maxLevel, floor, err)
		}
	}
	for _, bad := range [][]int{nil, officialScores[:7], {64, 64, 256, 384, 512, 640, 768, 896}, {64, 128, 256, 384, 512, 640, 768, 1024}, {64, 128, 256, 384, 512, 640, 768, 900}} {
		if _, err := checkScores(bad, 7); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
