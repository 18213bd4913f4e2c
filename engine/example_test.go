package engine_test

import (
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"etalon/engine"
	"etalon/testdata"
)

// A whole session: the candidate answers every question, the log is scored,
// the jury accepts.
func ExampleStart() {
	bank, framework := specimen()

	// What must be known to begin. In a real session the seed is random, and
	// times come from the clock.
	start := time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC)
	session, err := engine.Start(engine.Opening{
		Session: "valbrume-2026-09-14-77", Rules: "rules-2022",
		Consent: start.Add(-time.Minute), Start: start, Date: "2026-09-14",
		Candidate: engine.Candidate{
			FamilyName: "Delarue", GivenNames: "Sophie", BirthDate: "2001-11-07", BirthPlace: "Valbrume",
		},
		Centre: "Centre SPECIMEN de Valbrume", Language: "fr",
		Seed: [32]byte{1, 2, 3},
	}, bank, framework)
	if err != nil {
		log.Fatal(err)
	}

	// One question after the other, until there is none. This candidate knows
	// all that is asked below level 4.
	at := start
	for {
		question, err := session.Next(at)
		if errors.Is(err, engine.ErrComplete) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		at = at.Add(2 * time.Minute)
		if err := session.Answer(at, question.Item.Level < 4); err != nil {
			log.Fatal(err)
		}
	}
	if err := session.End(at, engine.EndCandidate); err != nil {
		log.Fatal(err)
	}

	// The log is all that is kept; whoever has bank and framework can score it.
	events := session.Log()
	fmt.Println(strings.Count(string(events), "\n"), "events")
	proposed, err := engine.Score("sessions/valbrume-2026-09-14-77.jsonl", events, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(proposed.State, proposed.Rule, proposed.Outcome)

	final, err := proposed.Finalise(&engine.Decision{
		Session: proposed.Session,
		Ruling: engine.Ruling{
			Outcome: engine.DecideAccept, At: "2026-10-05T09:30:00.000Z", By: "Jury SPECIMEN", Reason: "No remark.",
		},
	}, "sessions/valbrume-2026-09-14-77.jsonl", events, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d pix, level %d of %d, 1.3 at level %d\n",
		final.State, final.Score, final.Level, final.MaxLevel, final.Levels["1.3"])
	// Output:
	// 67 events
	// proposed all-treated validated
	// final: 449 pix, level 4 of 7, 1.3 at level 4
}

// A log that was tampered with is refused, with the place.
func ExampleReplay() {
	bank, framework := specimen()
	events, err := testdata.FS.ReadFile("specimen/sessions/valbrume-2026-09-14-01.jsonl")
	if err != nil {
		log.Fatal(err)
	}
	altered := strings.Replace(string(events), `"correct":false`, `"correct":true`, 1)
	_, err = engine.Replay("01.jsonl", []byte(altered), bank, framework)
	fmt.Println(err)
	// Output:
	// 01.jsonl:8: event 8, field capacity: is -1.560116117, where the answers give -0.417750285; the log does not belong to this bank and framework, or was altered
}

func specimen() (*engine.Bank, *engine.Framework) {
	return decodeSpecimen("bank.json", "adaptive-2022.json")
}

func decodeSpecimen(bankFile, frameworkFile string) (*engine.Bank, *engine.Framework) {
	read := func(name string) []byte {
		data, err := testdata.FS.ReadFile("specimen/" + name)
		if err != nil {
			log.Fatal(err)
		}
		return data
	}
	bank, err := engine.DecodeBank(bankFile, read(bankFile))
	if err != nil {
		log.Fatal(err)
	}
	framework, err := engine.DecodeFramework(frameworkFile, read(frameworkFile))
	if err != nil {
		log.Fatal(err)
	}
	return bank, framework
}

// The profile regime: the candidate first shows a profile, competence by
// competence, then sits a certification that confirms it.
func ExampleProfile() {
	bank, framework := decodeSpecimen("skills.json", "profile-2021.json")
	profile, err := engine.NewProfile("profile-delarue", bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	start := time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC)
	for i, competence := range []string{"1.3", "3.2", "3.4", "4.2", "5.1"} {
		test, err := profile.Position(engine.Setting{Competence: competence, Language: "fr", Seed: [32]byte{byte(i)}})
		if err != nil {
			log.Fatal(err)
		}
		// This candidate knows all that is asked below level 4.
		for test.Next() != nil {
			if err := test.Answer(test.Next().Level < 4); err != nil {
				log.Fatal(err)
			}
		}
		if err := profile.Save(test, start.AddDate(0, 0, i-9)); err != nil {
			log.Fatal(err)
		}
		fmt.Println(competence, test.Asked(), "questions,", test.Standing().Pix, "pix, level", test.Standing().Level)
	}
	fmt.Println("certifiable:", profile.Certifiable())

	session, err := engine.Start(engine.Opening{
		Session: "valbrume-2026-09-14-78", Rules: "rules-2022",
		Consent: start.Add(-time.Minute), Start: start, Date: "2026-09-14",
		Candidate: engine.Candidate{FamilyName: "Delarue", BirthDate: "2001-11-07"},
		Centre:    "Centre SPECIMEN de Valbrume", Language: "fr", Profile: profile,
	}, bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	for {
		question, err := session.Next(start)
		if errors.Is(err, engine.ErrComplete) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		// One slip, in competence 1.3.
		if err := session.Answer(start, question.Number != 2); err != nil {
			log.Fatal(err)
		}
	}
	if err := session.End(start, engine.EndCandidate); err != nil {
		log.Fatal(err)
	}
	record, err := engine.Score("log", session.Log(), bank, framework)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %d in 100 right: %d pix, 1.3 at level %d\n", record.Outcome, *record.Rate, record.Score, record.Levels["1.3"])
	// Output:
	// 1.3 15 questions, 24 pix, level 3
	// 3.2 13 questions, 24 pix, level 3
	// 3.4 14 questions, 24 pix, level 3
	// 4.2 10 questions, 24 pix, level 3
	// 5.1 14 questions, 24 pix, level 3
	// certifiable: true
	// validated, 93 in 100 right: 120 pix, 1.3 at level 3
}
