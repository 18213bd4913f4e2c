package engine

import "math"

// billionths returns x in units of 1e-9, rounded half to even. The product is
// corrected by its own rounding error, so that the result is that of exact
// decimal arithmetic on x. |x| must stay below 1e6.
func billionths(x float64) int64 {
	p := float64(x * 1e9)
	r := math.RoundToEven(p)
	if d := r - p; d == 0.5 || d == -0.5 {
		switch rest := math.FMA(x, 1e9, -p); {
		case rest > 0:
			r = math.Ceil(p)
		case rest < 0:
			r = math.Floor(p)
		}
	}
	return int64(r)
}

// fromBillionths is the float64 nearest to n·1e-9.
func fromBillionths(n int64) float64 { return float64(n) / 1e9 }

// round9 brings a capacity or an information to the nearest multiple of 1e-9,
// as sessions and records hold them, so that machines agree.
func round9(x float64) float64 { return fromBillionths(billionths(x)) }
