package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"etalon/content"
	"etalon/engine"
	"etalon/signing"
)

// TestNamesOnPaper plays a session for people whose names break other
// programs, issues the attestation, and reads the name back from the PDF and
// from the verdict: complete, whatever spelling it was typed in.
func TestNamesOnPaper(t *testing.T) {
	t.Parallel()
	pdftotext := need(t, "pdftotext")
	d := demonstrate(t, "https://etalon.test", testDay)
	replay, err := d.replayer()
	if err != nil {
		t.Fatal(err)
	}
	var bank *engine.Bank
	var framework *engine.Framework
	for _, b := range replay.banks {
		if b.ID == "specimen-2026" {
			bank = b
		}
	}
	for _, f := range replay.frameworks {
		if f.ID == "adaptive-2022" {
			framework = f
		}
	}
	long := "Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausenberger"
	if n := len([]rune(long)); n < 60 {
		t.Fatalf("only %d letters", n)
	}
	for i, who := range []engine.Candidate{
		{FamilyName: "Łukaszewicz-N’Guyễn", GivenNames: "Ķristīne", BirthPlace: "Łódź", BirthDate: "1999-02-28"},
		{FamilyName: long, GivenNames: "Jean Baptiste Aurèle Maximilien", BirthPlace: "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", BirthDate: "2004-02-29"},
		{FamilyName: norm.NFD.String("Đặng-Ķēniņš"), GivenNames: norm.NFD.String("Zoë Ünal"), BirthPlace: norm.NFD.String("Nîmes"), BirthDate: "1961-12-31"},
		{FamilyName: "Suharto", BirthDate: "1950-01-01"}, // neither given names nor birth place
	} {
		session := fmt.Sprintf("names-%d", i)
		start := testDay.Add(-30 * 24 * time.Hour)
		s, err := engine.Start(engine.Opening{
			Session: session, Rules: "rules-2026", Consent: start, Start: start, Date: start.Format(time.DateOnly),
			Candidate: who, Centre: "Centre SPECIMEN de Valbrume", Language: "fr", Seed: [32]byte{byte(i)},
		}, bank, framework)
		if err != nil {
			t.Fatal(err)
		}
		at := start
		for n := 0; ; n++ {
			at = at.Add(time.Minute)
			if _, err := s.Next(at); err == engine.ErrComplete {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if err := s.Answer(at, n%3 > 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.End(at, engine.EndCandidate); err != nil {
			t.Fatal(err)
		}
		if err := createFile(d.path("sessions", session+".jsonl"), s.Log(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.score(t.Context(), d.env, scoreOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := d.acceptAll(t.Context(), "TEST jury", testDay); err != nil {
		t.Fatal(err)
	}
	if _, err := d.finalise(t.Context(), d.env); err != nil {
		t.Fatal(err)
	}
	before, err := d.allIssued()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.issueDue(t.Context(), d.env, testDay); err != nil {
		t.Fatal(err)
	}
	made, err := d.allIssued()
	if err != nil {
		t.Fatal(err)
	}
	made = made[len(before):] // by number
	if len(made) != 4 {
		t.Fatalf("%d issued", len(made))
	}
	for _, f := range made {
		r, err := d.record(f.Session)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range content.Langs {
			out, err := exec.Command(pdftotext, "-raw", d.path("attestations", f.Number+"."+string(lang)+".pdf"), "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			// A name may be set on two lines; its letters are all there, in order.
			text := letters(string(out))
			for _, name := range []string{r.Candidate.FamilyName, r.Candidate.GivenNames, r.Candidate.BirthPlace} {
				if n := strings.Count(text, letters(name)); n < 2 {
					t.Errorf("%s.%s: %q stands %d times in the text, want it on both pages", f.Number, lang, name, n)
				}
			}
		}
		if _, err := signing.ParseCode(f.Code); err != nil {
			t.Error(err)
		}
	}
}

// letters drops the white space of a text.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }
