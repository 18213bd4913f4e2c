package engine

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

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
