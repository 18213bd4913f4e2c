package irt

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var allEstimators = map[string]func() Estimator{
	"ML": func() Estimator { return NewML(Scale{}) }, "MAP": func() Estimator { return NewMAP(Scale{}) },
	"WL": func() Estimator { return NewWL(Scale{}) }, "EAP": func() Estimator { return NewEAP(Scale{}) },
	"recentred": func() Estimator { return NewRecentred(-3, 0, nil) },
}

// checkEstimate refuses what no estimate may be. An error without end is one
// where the answers inform too little for a float64.
func checkEstimate(t interface{ Fatalf(string, ...any) }, what string, e Estimate) {
	if math.IsNaN(e.Ability) || math.IsInf(e.Ability, 0) || math.IsNaN(e.Error) || e.Error < 0 {
		t.Fatalf("%s: %+v", what, e)
	}
}

// Ten thousand answers; the product of so many probabilities is far below the
// least float64.
func TestManyAnswers(t *testing.T) {
	items := randomItems(500, 8)
	for name, make := range allEstimators {
		n := 10_000
		answers := []Response{}
		for k := range n {
			it := items[k%500]
			answers = append(answers, Response{it, it.B < 0.5})
		}
		e := make()
		AnswerAll(e, answers)
		got := e.Estimate()
		checkEstimate(t, name, got)
		if math.Abs(got.Ability-0.5) > 0.3 {
			t.Errorf("%s: ability %v after %d answers that change at 0.5", name, got.Ability, n)
		}
	}
}

// The product with its folds gives what sums of logarithms give.
func TestProductAgainstLogarithms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, r := NewEAP(Scale{}), NewRecentred(0, 0, nil)
		nodes, prior := Scale{}.orUsual().nodes()
		capacity := 0.0
		wide := make([]float64, recentredNodes)
		for range rapid.IntRange(1, 150).Draw(t, "answers") {
			it := Item{A: rapid.SampledFrom([]float64{0.5, 2, 40, 300}).Draw(t, "a"), B: rapid.Float64Range(-8, 8).Draw(t, "b")}
			correct := rapid.Bool().Draw(t, "correct")
			got := e.Answer(it, correct)
			for k, θ := range nodes {
				right, wrong := it.LogProbability(θ)
				if correct {
					prior[k] += right
				} else {
					prior[k] += wrong
				}
			}
			want := byLogarithms(nodes, prior)
			if math.Abs(got.Ability-want.Ability) > 1e-9 || math.Abs(got.Error-want.Error) > 1e-7 {
				t.Fatalf("EAP %+v, want %+v", got, want)
			}
			for k, θ := range recentredGrid {
				right, wrong := it.LogProbability(θ)
				if correct {
					wide[k] += right
				} else {
					wide[k] += wrong
				}
			}
			posterior := make([]float64, recentredNodes)
			for k, θ := range recentredGrid {
				posterior[k] = wide[k] - (θ-capacity)*(θ-capacity)/3
			}
			want = byLogarithms(recentredGrid, posterior)
			if got := r.Answer(it, correct); math.Abs(got.Ability-want.Ability) > 1e-9 {
				t.Fatalf("recentred %+v, want %+v", got, want)
			} else {
				capacity = got.Ability
			}
		}
	})
}

func byLogarithms(nodes, logs []float64) Estimate {
	highest := math.Inf(-1)
	for _, x := range logs {
		highest = max(highest, x)
	}
	var total, sum, square float64
	for k, x := range logs {
		w := math.Exp(x - highest)
		total += w
		sum += w * nodes[k]
	}
	mean := sum / total
	for k, x := range logs {
		square += math.Exp(x-highest) * (nodes[k] - mean) * (nodes[k] - mean)
	}
	return Estimate{mean, math.Sqrt(square / total)}
}

// Items far from any ability, steep ones, contradictory answers: |a(θ-b)| goes
// to 1e8.
func TestExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"ML", "MAP", "WL", "EAP", "recentred"}).Draw(t, "estimator")
		e := allEstimators[name]()
		for range rapid.IntRange(1, 12).Draw(t, "answers") {
			it := Item{
				A: rapid.SampledFrom([]float64{1e-3, 0.5, 2, 300, 1e4}).Draw(t, "a"),
				B: rapid.SampledFrom([]float64{-1e4, -400, -3, 0, 0.1, 3, 400, 1e4}).Draw(t, "b"),
				C: rapid.SampledFrom([]float64{0, 0, 0.25}).Draw(t, "c"), D: rapid.SampledFrom([]float64{0, 1, 0.95}).Draw(t, "d"),
			}
			if err := it.Check(); err != nil {
				t.Fatal(err)
			}
			θ := rapid.Float64Range(-4, 4).Draw(t, "ability")
			p, q := it.Probability(θ)
			lnP, lnQ := it.LogProbability(θ)
			if !(p >= 0 && q >= 0 && math.Abs(p+q-1) < 1e-12) || math.IsNaN(lnP+lnQ) || math.IsInf(lnP+lnQ, 0) || !(it.Information(θ) >= 0) {
				t.Fatalf("%+v at %v: %v, %v, logs %v, %v, information %v", it, θ, p, q, lnP, lnQ, it.Information(θ))
			}
			checkEstimate(t, name, e.Answer(it, rapid.Bool().Draw(t, "correct")))
		}
	})
}

// Information is the expectation of the squared slope of the log-likelihood,
// and slopes are what differences of log-probabilities give.
func TestSlopes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := Item{A: rapid.Float64Range(0.2, 3).Draw(t, "a"), B: rapid.Float64Range(-3, 3).Draw(t, "b")}
		if rapid.Bool().Draw(t, "asymptotes") {
			it.C, it.D = rapid.Float64Range(0, 0.4).Draw(t, "c"), rapid.Float64Range(0.6, 1).Draw(t, "d")
		}
		θ := rapid.Float64Range(-4, 4).Draw(t, "ability")
		p, q := it.Probability(θ)
		right, info, _ := it.at(θ, true)
		wrong, _, _ := it.at(θ, false)
		if got, want := it.Information(θ), p*right*right+q*wrong*wrong; math.Abs(got-want) > 1e-12*max(1, want) || math.Abs(info-want) > 1e-12*max(1, want) {
			t.Fatalf("information %v, want %v", got, want)
		}
		if got, want := it.logInformation(θ), math.Log(it.Information(θ)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("ln information %v, want %v", got, want)
		}
		const h = 1e-5
		p1, q1 := it.LogProbability(θ + h)
		p0, q0 := it.LogProbability(θ - h)
		if math.Abs((p1-p0)/(2*h)-right) > 1e-6 || math.Abs((q1-q0)/(2*h)-wrong) > 1e-6 {
			t.Fatalf("slopes %v, %v, want %v, %v", right, wrong, (p1-p0)/(2*h), (q1-q0)/(2*h))
		}
	})
}

// The estimators by maximum find no lower a place than any of a fine grid.
func TestMaximumIsGlobal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMaximum(Scale{}, rapid.SampledFrom([]maximumKind{likeliest, modal}).Draw(t, "kind"))
		for range rapid.IntRange(1, 10).Draw(t, "answers") {
			m.Answer(Item{A: rapid.Float64Range(0.3, 4).Draw(t, "a"), B: rapid.Float64Range(-3, 3).Draw(t, "b"),
				C: rapid.Float64Range(0, 0.35).Draw(t, "c")}, rapid.Bool().Draw(t, "correct"))
		}
		top := m.objective(m.estimate.Ability)
		for k := range 801 {
			if θ := -4 + float64(k)/100; m.objective(θ) > top+1e-9 {
				t.Fatalf("%v at %v, above %v at the estimate %v", m.objective(θ), θ, top, m.estimate.Ability)
			}
		}
	})
}
