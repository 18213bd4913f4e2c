package irt_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"etalon/engine/irt"
)

// sample makes a bank of n items.
func sample(n int) *irt.Bank {
	rng := rand.New(rand.NewPCG(1, 1))
	items := make([]irt.Item, n)
	for i := range items {
		items[i] = irt.Item{A: 0.8 + 1.2*rng.Float64(), B: 1.2 * rng.NormFloat64()}
	}
	bank, err := irt.NewBank(items)
	if err != nil {
		log.Fatal(err)
	}
	return bank
}

// An adaptive test in ten lines: it stops at an error of 0.3, or after 30
// questions.
func ExampleTest() {
	test := &irt.Test{Bank: sample(200), Stop: irt.Stop{Questions: 30, Error: 0.3}}
	run, err := test.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	for item, ok := run.Next(); ok; item, ok = run.Next() {
		correct := test.Bank.Item(item).B < 0.5 // the candidate's answer comes in here
		run.Answer(correct)
	}
	e := run.Estimate()
	fmt.Printf("ability %.2f ± %.2f after %d questions (%s)\n", e.Ability, e.Error, len(run.Asked()), run.Ended())
	// Output:
	// ability 0.52 ± 0.29 after 14 questions (error)
}

// The five estimators on the same answers.
func ExampleEstimator() {
	answers := []irt.Response{
		{Item: irt.Item{A: 1.2, B: -1}, Correct: true},
		{Item: irt.Item{A: 1.5, B: 0}, Correct: true},
		{Item: irt.Item{A: 0.9, B: 0.6, C: 0.2}, Correct: false},
		{Item: irt.Item{A: 1.8, B: 1.1}, Correct: false},
	}
	usual := irt.Scale{}
	for _, e := range []struct {
		name string
		irt.Estimator
	}{
		{"ML", irt.NewML(usual)}, {"MAP", irt.NewMAP(usual)}, {"WL", irt.NewWL(usual)},
		{"EAP", irt.NewEAP(usual)}, {"recentred", irt.NewRecentred(-3, 0, nil)},
	} {
		got := irt.AnswerAll(e, answers)
		fmt.Printf("%-9s %6.3f ± %.3f\n", e.name, got.Ability, got.Error)
	}
	// Output:
	// ML         0.340 ± 0.851
	// MAP        0.200 ± 0.653
	// WL         0.388 ± 0.848
	// EAP        0.179 ± 0.658
	// recentred  0.360 ± 0.710
}

// Rules of content, and two ways to hold exposure down.
func ExampleRule() {
	bank := sample(160)
	competence, theme := make([]int, bank.Len()), make([]int, bank.Len())
	for i := range bank.Len() {
		competence[i], theme[i] = i%16, i%100
	}
	seen := irt.NewExposure(bank, 0.25)
	test := &irt.Test{
		Bank: bank, Exposure: seen, Ranks: irt.Randomesque(5), Stop: irt.Stop{Questions: 32},
		Rules: []irt.Rule{ // the first yields first
			irt.Capped(seen),
			irt.Apart(competence, 2),
			irt.AtMost(theme, 1),
			irt.Cover(competence),
		},
	}
	rng := rand.New(rand.NewPCG(2, 2))
	run, err := test.Start(rng)
	if err != nil {
		log.Fatal(err)
	}
	simulate := func() {
		ability := rng.NormFloat64()
		run.Play(func(item int) bool {
			right, _ := bank.Item(item).Probability(ability)
			return rng.Float64() < right
		})
	}
	simulate()
	covered := map[int]bool{}
	for _, item := range run.Asked()[:16] {
		covered[competence[item]] = true
	}
	fmt.Println(len(covered), "competences in the first 16 questions")
	for range 199 {
		run.Reset(rng)
		simulate()
	}
	most := 0.0
	for i := range bank.Len() {
		most = max(most, seen.Rate(i))
	}
	fmt.Printf("no item is put to more than %.0f %% of 200 candidates\n", 100*most)

	free := &irt.Test{Bank: bank, Stop: irt.Stop{Questions: 32}}
	held, err := free.SympsonHetter(irt.Control{Rate: 0.3, Candidates: 200, Rounds: 5, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	free = &irt.Test{Bank: bank, Stop: irt.Stop{Questions: 32}, Retain: held.Retain}
	_, err = free.Start(rng)
	fmt.Println("chances of Sympson and Hetter found:", err == nil && held.Greatest < 0.4)
	// Output:
	// 16 competences in the first 16 questions
	// no item is put to more than 25 % of 200 candidates
	// chances of Sympson and Hetter found: true
}

// Parameters from answers: here those of 2,000 simulated persons to five items,
// the last of which is answered by chance.
func ExampleCalibrate() {
	items := []irt.Item{{A: 1.5, B: -1}, {A: 1, B: -0.5}, {A: 2, B: 0}, {A: 1.2, B: 0.5}, {A: 0.001, B: 0}}
	rng := rand.New(rand.NewPCG(8, 8))
	persons := make([][]irt.Answer, 2000)
	for p := range persons {
		ability := rng.NormFloat64()
		for i, it := range items {
			right, _ := it.Probability(ability)
			persons[p] = append(persons[p], irt.Answer{Item: int32(i), Correct: rng.Float64() < right})
		}
	}
	found, err := irt.Calibrate(len(items), persons, irt.Calibration{})
	if err != nil {
		log.Fatal(err)
	}
	for i, it := range found.Items {
		if it.A <= 2*it.ErrorA {
			fmt.Printf("item %d tells nobody apart\n", i+1)
			continue
		}
		fmt.Printf("item %d: a %.1f ± %.1f, b %.1f ± %.1f\n", i+1, it.A, it.ErrorA, it.B, it.ErrorB)
	}
	fmt.Println("do not fit:", found.Misfits(0.01, 0.02))
	// Output:
	// item 1: a 1.5 ± 0.1, b -1.1 ± 0.1
	// item 2: a 1.1 ± 0.1, b -0.4 ± 0.1
	// item 3: a 1.6 ± 0.2, b 0.0 ± 0.0
	// item 4: a 1.4 ± 0.1, b 0.5 ± 0.1
	// item 5 tells nobody apart
	// do not fit: []
}
