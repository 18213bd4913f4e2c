package irt

import (
	"fmt"
	"math"
	"testing"
)

// estimators as the vectors name them.
var estimators = map[string]func(Scale) Estimator{
	"ML": NewML, "BM": NewMAP, "WL": NewWL,
	"EAP": func(s Scale) Estimator { return NewEAP(s) },
}

func near(t *testing.T, what string, got, want, tolerance float64) float64 {
	t.Helper()
	d := math.Abs(got - want)
	if !(d <= tolerance) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
	return d
}

func TestTwoParameterVectors(t *testing.T) {
	type figures struct {
		Ability     float64 `json:"exact_theta"`
		Error       float64 `json:"exact_se"`
		Next        int     `json:"next_mfi"`
		Information float64 `json:"next_info"`
	}
	var v struct {
		Bank     []Item
		Thetas   []float64   `json:"info_thetas"`
		Info     [][]float64 `json:"item_info"`
		Whole    []float64   `json:"test_info_full_bank"`
		Patterns []struct {
			ID              int
			Items, X        []int
			ML, BM, EAP, WL figures
		}
	}
	readVectors(t, "irt-2pl.json", &v)
	if len(v.Bank) != 200 || len(v.Patterns) != 30 || len(v.Thetas) != 9 {
		t.Fatalf("vectors hold %d items, %d patterns, %d abilities", len(v.Bank), len(v.Patterns), len(v.Thetas))
	}
	bank, err := NewBank(v.Bank)
	if err != nil {
		t.Fatal(err)
	}
	bank.Index()
	for k, θ := range v.Thetas {
		var whole float64
		for i, it := range v.Bank {
			near(t, fmt.Sprintf("information of item %d at %v", i+1, θ), it.Information(θ), v.Info[i][k], 1e-12)
			whole += it.Information(θ)
		}
		near(t, "information of the bank", whole, v.Whole[k], 1e-10)
	}
	worst := 0.0
	for _, p := range v.Patterns {
		for name, want := range map[string]figures{"ML": p.ML, "BM": p.BM, "EAP": p.EAP, "WL": p.WL} {
			e := estimators[name](Scale{})
			s, err := NewSelector(bank, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, item := range p.Items {
				e.Answer(v.Bank[item-1], p.X[i] == 1)
				s.Ask(item - 1)
			}
			got, what := e.Estimate(), fmt.Sprintf("pattern %d, %s: ", p.ID, name)
			worst = max(worst, near(t, what+"ability", got.Ability, want.Ability, 1e-10), near(t, what+"error", got.Error, want.Error, 1e-10))
			best := s.Best(math.Round(got.Ability*1e12)/1e12, 1)[0]
			if best.Item != want.Next-1 {
				t.Errorf("%snext item is %d, want %d", what, best.Item+1, want.Next)
			}
			near(t, what+"next information", best.Value, want.Information, 1e-10)
		}
	}
	t.Logf("%d patterns, greatest difference %.2g", len(v.Patterns), worst)
}

func itemsOf(raw [][]float64) (items []Item) {
	for _, r := range raw {
		it := Item{A: r[0], B: r[1]}
		if len(r) == 4 {
			it.C, it.D = r[2], r[3]
		}
		items = append(items, it)
	}
	return items
}

type extraVectors struct {
	Three extraModel `json:"3PL"`
	Four  extraModel `json:"4PL"`
	Trace struct {
		Bank [][]float64
		Runs []struct {
			Responses  string
			Items      []int
			Abilities  []float64 `json:"theta_prov"`
			Errors     []float64 `json:"se_prov"`
			FinalTheta float64   `json:"theta_final"`
			FinalError float64   `json:"se_final"`
		}
	} `json:"trace_2PL"`
	Selection []struct {
		Items, X       []int
		Theta          float64
		MFI, MEPV, KLP [2]float64
	} `json:"selection_3PL"`
}

type extraModel struct {
	Bank     [][]float64
	Thetas   []float64   `json:"info_thetas"`
	Info     [][]float64 `json:"item_info"`
	Patterns []struct {
		Items, X        []int
		ML, BM, EAP, WL [2]float64
	} `json:"theta_se"`
}

func readExtra(t *testing.T) *extraVectors {
	t.Helper()
	v := new(extraVectors)
	readVectors(t, "irt-extra.json", v)
	if len(v.Three.Patterns) != 6 || len(v.Four.Patterns) != 6 || len(v.Trace.Runs) != 5 || len(v.Selection) != 5 {
		t.Fatal("vectors are not whole")
	}
	return v
}

func TestThreeAndFourParameterVectors(t *testing.T) {
	v := readExtra(t)
	worst := 0.0
	for model, m := range map[string]extraModel{"3PL": v.Three, "4PL": v.Four} {
		items := itemsOf(m.Bank)
		for k, θ := range m.Thetas {
			for i, it := range items {
				near(t, fmt.Sprintf("%s, information of item %d at %v", model, i+1, θ), it.Information(θ), m.Info[i][k], 1e-12)
			}
		}
		for k, p := range m.Patterns {
			for name, want := range map[string][2]float64{"ML": p.ML, "BM": p.BM, "EAP": p.EAP, "WL": p.WL} {
				e := estimators[name](Scale{})
				for i, item := range p.Items {
					e.Answer(items[item-1], p.X[i] == 1)
				}
				got, what := e.Estimate(), fmt.Sprintf("%s, pattern %d, %s: ", model, k+1, name)
				worst = max(worst, near(t, what+"ability", got.Ability, want[0], 1e-8), near(t, what+"error", got.Error, want[1], 1e-8))
			}
		}
	}
	t.Logf("greatest difference %.2g", worst)
}

// Five whole adaptive tests, EAP and maximum information, item by item.
func TestWholeTestVectors(t *testing.T) {
	v := readExtra(t)
	bank, err := NewBank(itemsOf(v.Trace.Bank))
	if err != nil {
		t.Fatal(err)
	}
	for _, indexed := range []bool{false, true} {
		if indexed {
			bank.Index()
		}
		test := &Test{Bank: bank, Stop: Stop{Questions: 32}}
		run, err := test.Start(nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range v.Trace.Runs {
			for i, item := range want.Items {
				got, ok := run.Next()
				if !ok || got != item-1 {
					t.Fatalf("test %d, question %d puts item %d, want %d", k+1, i+1, got+1, item)
				}
				e := run.Answer(want.Responses[got] == '1')
				near(t, fmt.Sprintf("test %d, ability after question %d", k+1, i+1), e.Ability, want.Abilities[i], 1e-10)
				near(t, fmt.Sprintf("test %d, error after question %d", k+1, i+1), e.Error, want.Errors[i], 1e-10)
			}
			if _, ok := run.Next(); ok || run.Ended() != Length {
				t.Errorf("test %d does not stop after its last question", k+1)
			}
			near(t, "final ability", run.Estimate().Ability, want.FinalTheta, 1e-10)
			near(t, "final error", run.Estimate().Error, want.FinalError, 1e-10)
			run.Reset(nil)
		}
	}
}

// The criteria shared with the vectors, in five states of a 3PL bank. They
// leave the divergence unnormalised: it is multiplied there by the
// posterior's integral.
func TestCriterionVectors(t *testing.T) {
	v := readExtra(t)
	items := itemsOf(v.Three.Bank)
	bank, err := NewBank(items)
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range v.Selection {
		for name, c := range map[string]struct {
			criterion Criterion
			want      [2]float64
		}{
			"MFI": {MaximumInformation(), s.MFI}, "MEPV": {MEPV(Scale{}), s.MEPV}, "KLP": {KullbackLeibler(Scale{}), s.KLP},
		} {
			test := &Test{
				Bank: bank, Criterion: c.criterion, Stop: Stop{Questions: 60},
				Estimator: func() Estimator { return fixed{s.Theta} },
			}
			run, err := test.Start(nil)
			if err != nil {
				t.Fatal(err)
			}
			integral := 1.0
			for i, item := range s.Items {
				run.current = item - 1
				run.selector.Ask(item - 1)
				run.Answer(s.X[i] == 1)
			}
			if name == "KLP" {
				integral = 0
				nodes, prior := Scale{}.orUsual().nodes()
				for j, θ := range nodes {
					w := math.Exp(prior[j]) / math.Sqrt(2*math.Pi) * (nodes[1] - nodes[0])
					for i, item := range s.Items {
						right, wrong := items[item-1].Probability(θ)
						if s.X[i] == 1 {
							w *= right
						} else {
							w *= wrong
						}
					}
					integral += w
				}
			}
			best := run.rank(1)[0]
			if best.Item != int(c.want[0])-1 {
				t.Errorf("state %d, %s: item %d, want %v", k+1, name, best.Item+1, c.want[0])
			}
			near(t, fmt.Sprintf("state %d, %s", k+1, name), math.Abs(best.Value)*integral, c.want[1], 1e-8*max(c.want[1], 1e-3))
		}
	}
}

// fixed is an estimator that never moves.
type fixed struct{ θ float64 }

func (f fixed) Answer(Item, bool) Estimate { return f.Estimate() }
func (f fixed) Estimate() Estimate         { return Estimate{f.θ, 1} }
func (f fixed) Reset()                     {}
