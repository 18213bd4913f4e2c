package irt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// answersOf simulates persons of the standard normal law.
func answersOf(items []Item, persons int, seed uint64, asked func(rng *rand.Rand, i int) bool) [][]Answer {
	rng := rand.New(rand.NewPCG(seed, 77))
	out := make([][]Answer, persons)
	for p := range out {
		θ := rng.NormFloat64()
		for i, it := range items {
			if asked(rng, i) {
				right, _ := it.Probability(θ)
				out[p] = append(out[p], Answer{int32(i), rng.Float64() < right})
			}
		}
	}
	return out
}

func everything(*rand.Rand, int) bool { return true }

func TestCalibrateRecovers(t *testing.T) {
	items := randomItems(24, 12)
	for name, c := range map[string]struct {
		persons int
		asked   func(*rand.Rand, int) bool
	}{
		"every item":       {1200, everything},
		"half, by chance":  {1500, func(rng *rand.Rand, i int) bool { return rng.IntN(2) == 0 }},
		"two linked forms": {1500, nil},
	} {
		asked := c.asked
		if asked == nil {
			form := 0
			asked = func(rng *rand.Rand, i int) bool {
				if i == 0 {
					form = rng.IntN(2)
				}
				return i >= 6 && i < 18 || i < 6 && form == 0 || i >= 18 && form == 1
			}
		}
		out, err := Calibrate(len(items), answersOf(items, c.persons, 3, asked), Calibration{Tolerance: 1e-5})
		if err != nil {
			t.Fatal(err)
		}
		if !out.Converged || !out.Joint {
			t.Errorf("%s: converged %v, joint errors %v", name, out.Converged, out.Joint)
		}
		// In standard errors the differences follow the standard normal law:
		// none lies beyond 4.5, and their mean square is near 1.
		var square float64
		for i, it := range out.Items {
			za, zb := (it.A-items[i].A)/it.ErrorA, (it.B-items[i].B)/it.ErrorB
			if !(math.Abs(za) < 4.5) || !(math.Abs(zb) < 4.5) {
				t.Errorf("%s, item %d: a %.3f±%.3f, true %.3f; b %.3f±%.3f, true %.3f", name, i, it.A, it.ErrorA, items[i].A, it.B, it.ErrorB, items[i].B)
			}
			square += za*za + zb*zb
		}
		if square /= 48; square < 0.5 || square > 1.6 {
			t.Errorf("%s: the mean square of differences, in standard errors, is %.2f", name, square)
		}
		if found := out.Misfits(0.05, 0); len(found) > 2 {
			t.Errorf("%s: items %v are said not to fit", name, found)
		}
		t.Logf("%s: %d iterations, mean square %.2f, ln likelihood %.1f", name, out.Iterations, square, out.LogLikelihood)
	}
}

// Items that do not follow the model are found, and no other.
func TestCalibrateMisfits(t *testing.T) {
	items := randomItems(40, 12)
	items[3] = Item{A: 2.5, B: 0.8, C: 0.35}  // guessed
	items[17] = Item{A: 2.5, B: -0.8, D: 0.7} // slipped
	persons := answersOf(items, 2000, 5, everything)
	rng := rand.New(rand.NewPCG(1, 1))
	for p := range persons {
		persons[p][25].Correct = rng.IntN(2) == 0                    // chance
		persons[p][30].Correct = !persons[p][30].Correct             // key inverted
		persons[p] = slices.Delete(persons[p], 35, 36)               // never asked
		persons[p][35].Correct, persons[p][36].Correct = true, false // items 36 and 37
	}
	out, err := Calibrate(len(items), persons, Calibration{Tolerance: 1e-3})
	if err != nil {
		t.Fatal(err)
	}
	if found := out.Misfits(0.01, 0.01); !slices.Equal(found, []int{3, 17}) {
		t.Errorf("items %v are said not to fit, want 3 and 17", found)
	}
	if a := out.Items[25].A; math.Abs(a) > 0.15 {
		t.Errorf("an item answered by chance has slope %v", a)
	}
	if a := out.Items[30].A; a > -0.3 {
		t.Errorf("an item with its key inverted has slope %v", a)
	}
	for i, want := range map[int]string{35: "no answer", 36: "every answer is right", 37: "every answer is wrong"} {
		if it := out.Items[i]; it.Fault != want || !math.IsNaN(it.A) {
			t.Errorf("item %d: %q, a %v; want %q", i, it.Fault, it.A, want)
		}
	}
}

func TestCalibrateRefuses(t *testing.T) {
	for _, persons := range [][][]Answer{nil, {{}}, {{{5, true}}, {}}, {{{-1, true}}, {}}} {
		if _, err := Calibrate(5, persons, Calibration{}); err == nil {
			t.Errorf("%v is taken", persons)
		}
	}
	if _, err := Calibrate(1, [][]Answer{{{0, true}}, {{0, false}}}, Calibration{Progress: func(int, float64) bool { return false }}); err == nil {
		t.Error("a stopped calibration gives figures")
	}
	// Two persons can be calibrated with, to no use.
	if _, err := Calibrate(2, [][]Answer{{{0, true}, {1, false}}, {{0, false}, {1, true}}}, Calibration{Iterations: 50}); err != nil {
		t.Error(err)
	}
}

func TestInvert(t *testing.T) {
	const n = 12
	rng := rand.New(rand.NewPCG(4, 4))
	m := make([]float64, n*n)
	for range 3 * n {
		var v [n]float64
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		for i := range n {
			for j := range n {
				m[i*n+j] += v[i] * v[j]
			}
		}
	}
	inverse := slices.Clone(m)
	if !invert(inverse, n) {
		t.Fatal("no inverse")
	}
	for i := range n {
		for j := range n {
			var sum, want float64
			for k := range n {
				sum += m[i*n+k] * inverse[k*n+j]
			}
			if i == j {
				want = 1
			}
			if math.Abs(sum-want) > 1e-9 {
				t.Fatalf("entry %d, %d of the product is %v", i, j, sum)
			}
		}
	}
	if invert(make([]float64, 4), 2) {
		t.Error("a matrix of zeros has an inverse")
	}
}
