package irt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func randomItems(n int, seed uint64) []Item {
	rng := rand.New(rand.NewPCG(seed, 1))
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{A: 0.6 + 1.6*rng.Float64(), B: 1.3 * rng.NormFloat64()}
	}
	return items
}

// candidate answers as somebody of that ability does.
func candidate(items []Item, θ float64, rng *rand.Rand) func(int) bool {
	return func(item int) bool {
		right, _ := items[item].Probability(θ)
		return rng.Float64() < right
	}
}

func TestStopRules(t *testing.T) {
	items := randomItems(300, 1)
	b := mustBank(t, items)
	for _, c := range []struct {
		name  string
		stop  Stop
		θ     float64
		want  Reason
		check func(questions int, e Estimate) bool
	}{
		{"length", Stop{Questions: 12}, 0, Length, func(n int, e Estimate) bool { return n == 12 }},
		{"error", Stop{Questions: 100, Error: 0.3}, 0, Precise, func(n int, e Estimate) bool { return e.Error <= 0.3 && n > 3 }},
		{"error, not too soon", Stop{Questions: 100, Least: 40, Error: 0.3}, 0, Precise, func(n int, e Estimate) bool { return n == 40 }},
		{"classification", Stop{Questions: 100, Cuts: []float64{-1, 0, 1}, Confidence: 0.95}, 2, Classified, func(n int, e Estimate) bool { return e.Ability-1.64*e.Error > 1 }},
		{"on a cut, never decided", Stop{Questions: 20, Cuts: []float64{0}, Confidence: 0.999999}, 0, Length, func(n int, e Estimate) bool { return n == 20 }},
		{"bank", Stop{}, 0, Exhausted, func(n int, e Estimate) bool { return n == 300 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			test := &Test{Bank: b, Stop: c.stop}
			run, err := test.Start(nil)
			if err != nil {
				t.Fatal(err)
			}
			e := run.Play(candidate(items, c.θ, rand.New(rand.NewPCG(2, 3))))
			if run.Ended() != c.want || !c.check(len(run.Asked()), e) {
				t.Errorf("%d questions, %+v, ended by %q, want %q", len(run.Asked()), e, run.Ended(), c.want)
			}
		})
	}
	for _, s := range []Stop{
		{Questions: -1}, {Error: math.NaN()}, {Cuts: []float64{0}}, {Confidence: 0.9}, {Cuts: []float64{0}, Confidence: 0.4},
		{Cuts: []float64{1, 0}, Confidence: 0.9}, {Cuts: []float64{0, 0}, Confidence: 0.9},
	} {
		if _, err := (&Test{Bank: b, Stop: s}).Start(nil); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}

// In a whole test, whatever the estimator and criterion: no item twice, an
// ability near the truth, and the same questions from the same chances.
func TestCriteriaAndEstimators(t *testing.T) {
	items := randomItems(200, 2)
	b := mustBank(t, items)
	for name, criterion := range map[string]Criterion{
		"information": MaximumInformation(), "MEPV": MEPV(Scale{}), "KL": KullbackLeibler(Scale{Nodes: 41}), "progressive": Progressive(2),
	} {
		for kind, estimator := range map[string]func() Estimator{
			"EAP": nil, "ML": func() Estimator { return NewML(Scale{}) }, "MAP": func() Estimator { return NewMAP(Scale{}) },
			"WL": func() Estimator { return NewWL(Scale{}) }, "recentred": func() Estimator { return NewRecentred(-3, 0, nil) },
		} {
			test := &Test{Bank: b, Criterion: criterion, Estimator: estimator, Ranks: Randomesque(2), Stop: Stop{Questions: 40}}
			var asked [2][]int
			var e [2]Estimate
			for k := range 2 {
				rng := rand.New(rand.NewPCG(5, 6))
				run, err := test.Start(rng)
				if err != nil {
					t.Fatal(err)
				}
				e[k] = run.Play(candidate(items, 0.8, rng))
				asked[k] = run.Asked()
			}
			once := slices.Clone(asked[0])
			slices.Sort(once)
			if len(once) != 40 || len(slices.Compact(once)) != 40 {
				t.Errorf("%s, %s: an item is asked twice", name, kind)
			}
			if !slices.Equal(asked[0], asked[1]) || e[0] != e[1] {
				t.Errorf("%s, %s: two equal tests differ", name, kind)
			}
			if math.Abs(e[0].Ability-0.8) > 3.5*e[0].Error || e[0].Error > 0.5 {
				t.Errorf("%s, %s: %+v, far from 0.8", name, kind, e[0])
			}
		}
	}
}

// MEPV against its definition: two estimators answered each way.
func TestExpectedVariance(t *testing.T) {
	items := randomItems(60, 3)
	items[7] = Item{A: 40, B: 3.9} // the wrong answer is all but certain
	items[8] = Item{A: 40, B: -3.9}
	b := mustBank(t, items)
	test := &Test{Bank: b, Criterion: MEPV(Scale{}), Stop: Stop{Questions: 10}}
	run, err := test.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	answers := []bool{true, false, true, true, false}
	for i, correct := range answers {
		run.current = 20 + i
		run.selector.Ask(20 + i)
		run.Answer(correct)
	}
	run.posterior.weigh()
	for i, it := range items {
		if !run.selector.Open(i) {
			continue
		}
		var want float64
		p, q := it.Probability(run.Estimate().Ability)
		for _, c := range []struct {
			correct bool
			weight  float64
		}{{true, p}, {false, q}} {
			e := NewEAP(Scale{})
			for k, correct := range answers {
				e.Answer(items[20+k], correct)
			}
			after := e.Answer(it, c.correct)
			want += c.weight * after.Error * after.Error
		}
		if got := run.posterior.expectedVariance(test.ranking, i, p, q); math.Abs(got-want) > 1e-9 {
			t.Errorf("item %d: %v, want %v", i, got, want)
		}
	}
}

func TestExposureControl(t *testing.T) {
	items := randomItems(120, 4)
	b := mustBank(t, items)
	play := func(test *Test) (greatest float64, shortest int) {
		const n = 800
		counts := make([]int, len(items))
		rng := rand.New(rand.NewPCG(9, 9))
		run, err := test.Start(rng)
		if err != nil {
			t.Fatal(err)
		}
		shortest = math.MaxInt
		for k := range n {
			if k > 0 {
				run.Reset(rng)
			}
			run.Play(candidate(items, rng.NormFloat64(), rng))
			for _, i := range run.Asked() {
				counts[i]++
			}
			shortest = min(shortest, len(run.Asked()))
		}
		return float64(slices.Max(counts)) / n, shortest
	}
	free := &Test{Bank: b, Stop: Stop{Questions: 15}}
	before, _ := play(free)
	if before < 0.8 {
		t.Fatalf("without control the greatest rate is %v only", before)
	}
	e := NewExposure(b, 0.3)
	capped, questions := play(&Test{Bank: b, Stop: Stop{Questions: 15}, Rules: []Rule{Capped(e)}, Exposure: e})
	if capped > 0.31 || questions != 15 {
		t.Errorf("capped at 0.3, the greatest rate is %v, the shortest test %d", capped, questions)
	}
	control := Control{Rate: 0.3, Candidates: 800, Rounds: 8, Seed: 11}
	r, err := free.SympsonHetter(control)
	if err != nil {
		t.Fatal(err)
	}
	held, questions := play(&Test{Bank: b, Stop: Stop{Questions: 15}, Retain: r.Retain})
	// Other candidates than those of the simulation: four standard errors of a rate.
	if margin := 4 * math.Sqrt(0.3*0.7/800); held > r.Greatest+margin || held > 0.38 || questions != 15 {
		t.Errorf("with %d rounds of Sympson-Hetter at 0.3 the greatest rate is %v (%v when simulated), the shortest test %d", r.Rounds, held, r.Greatest, questions)
	}
	again, err := free.SympsonHetter(control)
	if err != nil || !slices.Equal(again.Retain, r.Retain) {
		t.Error("two equal simulations give other chances")
	}
	t.Logf("greatest rate %.3f without control, %.3f capped, %.3f by Sympson-Hetter after %d rounds", before, capped, held, r.Rounds)
	for _, c := range []Control{{}, {Rate: 1.1}, {Rate: 0.2, Rounds: -1}} {
		if _, err := free.SympsonHetter(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	if _, err := (&Test{Bank: b, Exposure: e, Stop: Stop{Questions: 1}}).SympsonHetter(control); err == nil {
		t.Error("exposure counted across candidates is simulated with")
	}
}

func TestRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	count := make([]int, 5)
	ranks := Ranks{0.51, 0.7599, 0.882351, 0.94235199}
	for range 20_000 {
		count[ranks.draw(rng, 5)]++
	}
	for i, share := range []float64{0.51, 0.2499, 0.122451, 0.06000099, 0.05764801} {
		if got := float64(count[i]) / 20_000; math.Abs(got-share) > 0.015 {
			t.Errorf("rank %d is drawn in %v of cases, want about %v", i+1, got, share)
		}
	}
	for range 100 {
		if got := Randomesque(5).draw(rng, 2); got > 1 {
			t.Fatalf("rank %d of 2", got+1)
		}
	}
	b := mustBank(t, randomItems(5, 1))
	if _, err := (&Test{Bank: b, Ranks: Randomesque(3)}).Start(nil); err == nil {
		t.Error("a test with chances starts without a source")
	}
	if _, err := (&Test{Bank: b, Ranks: Ranks{0.5, 0.4}}).Start(rng); err == nil {
		t.Error("falling ranks are taken")
	}
	if _, err := (&Test{}).Start(rng); err == nil {
		t.Error("a test without a bank starts")
	}
}
