package engine_test

import (
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"time"

	"etalon/engine"
)

// The engine in ten lines: start, ask until nothing is left to ask, end, score.
// Your program brings the opening (who sits, where, a random seed), the clock
// and the grader; the other examples fill in the rest.
func Example() {
	bank, framework := specimen()
	opening, now, grade := candidate()

	session, err := engine.Start(opening, bank, framework)
	for err == nil {
		var question *engine.Question
		if question, err = session.Next(now()); err == nil {
			err = session.Answer(now(), grade(question.Item))
		}
	}
	if !errors.Is(err, engine.ErrComplete) {
		log.Fatal(err)
	}
	if err := session.End(now(), engine.EndCandidate); err != nil {
		log.Fatal(err)
	}
	record, err := engine.Score("session.jsonl", session.Log(), bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(record.Outcome, record.Score, "pix, level", record.Level)
	// Output:
	// validated 449 pix, level 4
}

// What the candidate sees: one question at a time, its item, and the time that
// is left. The capacity is for the operator alone.
func ExampleSession_Next() {
	bank, framework := specimen()
	opening, now, _ := candidate()
	session, err := engine.Start(opening, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	question, err := session.Next(now())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("question %d of %d: item %s, in %s mode\n", question.Number, framework.Questions, question.Item.ID, question.Item.Mode)
	fmt.Println("until", session.Deadline().Format(time.TimeOnly))

	if err := session.Pass(now()); err != nil { // counts as wrong, and is never asked again
		log.Fatal(err)
	}
	capacity, deviation := session.Capacity()
	fmt.Printf("capacity %.3f ± %.3f after %d treated\n", capacity, deviation, session.Treated())
	// Output:
	// question 1 of 32: item 1.2-system-security-3a, in focus mode
	// until 08:45:00
	// capacity -3.800 ± 0.935 after 1 treated
}

// Something goes wrong in the room: the candidate reports it, the supervisor
// confirms it and takes the question out. It is replaced, and leaves no trace
// in the capacity.
func ExampleSession_Neutralise() {
	bank, framework := specimen()
	opening, now, grade := candidate()
	session, err := engine.Start(opening, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		question, err := session.Next(now())
		if err != nil {
			log.Fatal(err)
		}
		if question.Number == 3 {
			before, _ := session.Capacity()
			err = errors.Join(
				session.Report(now(), 3, "The picture does not load."),
				session.Confirm(now(), 3, "supervisor-07"),
				session.Neutralise(now(), 3, "supervisor-07"),
				session.AddTime(now(), 4, "supervisor-07"),
			)
			after, _ := session.Capacity()
			fmt.Println("capacity as before:", after == before)
		} else {
			err = session.Answer(now(), grade(question.Item))
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	question, err := session.Next(now())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("then question", question.Number, "with", session.Treated(), "treated")
	// Output:
	// capacity as before: true
	// then question 4 with 2 treated
}

// The machine crashes in the middle of a test. Its log, kept line by line, is
// all that another machine takes to go on: it chooses the questions that would
// have come.
func ExampleSession_Resume() {
	bank, framework := specimen()
	opening, now, grade := candidate()
	session, err := engine.Start(opening, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	for range 5 {
		question, err := session.Next(now())
		if err != nil {
			log.Fatal(err)
		}
		if err := session.Answer(now(), grade(question.Item)); err != nil {
			log.Fatal(err)
		}
	}
	kept := session.Log()

	other, err := engine.Replay("session.jsonl", kept, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	if err := other.Resume(now(), "supervisor-07"); err != nil {
		log.Fatal(err)
	}
	at := now()
	there, err := session.Next(at)
	if err != nil {
		log.Fatal(err)
	}
	here, err := other.Next(at)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("question", here.Number, "as it would have been:", here.Item.ID == there.Item.ID)
	// Output:
	// question 6 as it would have been: true
}

// A candidate of known ability, some thousands of times: how far off is the
// capacity? The command 'generator simulate' does this over all abilities.
func ExampleSimulator() {
	bank, framework := specimen()
	simulator, err := engine.NewSimulator(bank, framework, "fr", nil)
	if err != nil {
		log.Fatal(err)
	}
	const ability, tests = -1.2, 2000
	off := 0.0
	for n := range tests {
		random := newRandom(n)
		test := simulator.Run([32]byte{byte(n), byte(n >> 8)}, func(item *engine.Item) bool {
			return random() < item.Probability(ability)
		})
		off += test.Capacity - ability
	}
	_, level, _ := framework.Place(ability)
	fmt.Printf("a candidate of level %d is measured with bias %+.2f\n", level, off/tests)
	// Output:
	// a candidate of level 4 is measured with bias +0.01
}

// A bank with mistakes: all of them, each with its line.
func ExampleInspectBank() {
	inspection := engine.InspectBank("bank.json", []byte(`{"schema": "etalon-bank/1", "id": "two", "specimen": true, "items": [
{"id": "x", "competence": "1.1", "theme": "copyright", "level": 1, "a": -1, "b": 0, "mode": "free", "languages": ["fr"]},
{"id": "y", "competence": "1.9", "theme": "copyright", "level": 1, "a": 1, "b": 0, "mode": "free", "languages": ["fr"]}]}`))
	for _, mistake := range inspection.Mistakes {
		fmt.Println(mistake)
	}
	// Output:
	// bank.json:2: field items[0].a (item "x") is -1; a discrimination lies above 0 and up to 10
	// bank.json:3: field items[1].competence (item "y") is "1.9"; give one of 1.1 to 5.2
}

// candidate is who sits in these examples: an opening, a clock that moves a
// minute at a time, and a grader, by which they know all below level 4.
func candidate() (opening engine.Opening, now func() time.Time, grade func(*engine.Item) bool) {
	at := time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC)
	opening = engine.Opening{
		Session: "valbrume-2026-09-14-77", Rules: "rules-2022",
		Consent: at.Add(-time.Minute), Start: at, Date: "2026-09-14",
		Candidate: engine.Candidate{
			FamilyName: "Delarue", GivenNames: "Sophie", BirthDate: "2001-11-07", BirthPlace: "Valbrume",
		},
		Centre: "Centre SPECIMEN de Valbrume", Language: "fr",
		Seed: [32]byte{1, 2, 3}, // crypto/rand fills it in a real session
	}
	now = func() time.Time {
		at = at.Add(time.Minute)
		return at
	}
	return opening, now, func(item *engine.Item) bool { return item.Level < 4 }
}

// newRandom returns numbers from 0 to 1 that depend on n alone.
func newRandom(n int) func() float64 { return rand.New(rand.NewPCG(1, uint64(n))).Float64 }
