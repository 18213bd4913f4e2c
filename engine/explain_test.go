package engine

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/testdata"
)

// explainSpecimen explains a sample session, with the jury's decision.
func explainSpecimen(t *testing.T, session string) *Explanation {
	t.Helper()
	log := specimenFile(t, "sessions/"+session+".jsonl")
	b, f := specimenFor(t, session, log)
	d, err := DecodeDecision(session, specimenFile(t, "decisions/"+session+".json"))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Explain(session, log, b, f, d)
	if err != nil {
		t.Fatal(err)
	}
	proposed, err := Score(session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	final, err := proposed.Finalise(d, session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x.Record.Encode(), final.Encode()) || !bytes.Equal(x.Proposed.Encode(), proposed.Encode()) {
		t.Errorf("%s: the explanation's records are not those of Score and Finalise", session)
	}
	return x
}

// TestExplain checks of every sample session that what the explanation says
// hangs together and leads to the record.
func TestExplain(t *testing.T) {
	logs, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil || len(logs) < 10 {
		t.Fatal(len(logs), err)
	}
	seen := map[string]int{}
	for _, entry := range logs {
		x := explainSpecimen(t, strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name())))
		if x.Record.Regime == regimeProfile {
			checkFrozen(t, x)
			continue
		}
		treated := 0
		last := *x.Initial
		for i, q := range x.Questions {
			if q.Item.ID != q.Candidates[q.Rank-1].Item {
				t.Errorf("%s: question %d put %s, rank %d is %s", x.Record.Session, q.Number, q.Item.ID, q.Rank, q.Candidates[q.Rank-1].Item)
			}
			if !slices.IsSortedFunc(q.Candidates, func(a, b Contender) int { return -int(billionths(a.Information) - billionths(b.Information)) }) {
				t.Errorf("%s: question %d: candidates %v out of order", x.Record.Session, q.Number, q.Candidates)
			}
			if i > 0 && x.Questions[i-1].Moved == nil && *q.Before != last {
				t.Errorf("%s: question %d begins at %v, where %v was reached", x.Record.Session, q.Number, *q.Before, last)
			}
			if q.After != nil {
				last = *q.After
				if q.Neutralised != ByRoom {
					treated++
				}
			}
			seen[q.Answer]++
			seen[q.Neutralised]++
			if q.Yielded > 0 {
				seen["yielded"]++
			}
			if q.FocusLost {
				seen["focus"]++
			}
		}
		if treated != x.Record.Treated {
			t.Errorf("%s: %d treated, the record has %d", x.Record.Session, treated, x.Record.Treated)
		}
		end := last
		for _, path := range [][]Step{x.Rerun, x.Degradation} {
			if len(path) > 0 {
				end = path[len(path)-1].Point
				seen["path"]++
			}
		}
		if x.Record.Result == nil {
			continue
		}
		if (Point{x.Record.Capacity, x.Record.Error}) != end {
			t.Errorf("%s: the path ends at %v, the record has %v ± %v", x.Record.Session, end, x.Record.Capacity, x.Record.Error)
		}
		if x.Global.Score != x.Record.Score {
			t.Errorf("%s: placed at %d pix, the record has %d", x.Record.Session, x.Global.Score, x.Record.Score)
		}
		for _, p := range x.Competences {
			if p.Level != x.Record.Levels[p.Scale] {
				t.Errorf("%s: competence %s placed at level %d, the record has %d", x.Record.Session, p.Scale, p.Level, x.Record.Levels[p.Scale])
			}
		}
	}
	for _, what := range []string{AnswerRight, AnswerWrong, AnswerPassed, AnswerNone, ByRoom, ByJury, "focus", "path"} {
		if seen[what] == 0 {
			t.Errorf("no sample session shows %q: %v", what, seen)
		}
	}
	t.Log(seen)
}

func checkFrozen(t *testing.T, x *Explanation) {
	var sum Tally
	pix := 0
	for _, c := range x.Frozen {
		sum.Asked += c.Asked
		sum.Right += c.Right
		sum.Neutralised += c.Neutralised
		pix += c.Certified
	}
	if sum != *x.Tally || len(x.Frozen) != 16 {
		t.Errorf("%s: the competences make %v, the test %v", x.Record.Session, sum, *x.Tally)
	}
	if x.Record.Result != nil && pix != x.Record.Score {
		t.Errorf("%s: %d pix certified, the record has %d", x.Record.Session, pix, x.Record.Score)
	}
	if len(x.Questions)+len(x.Unput) != x.Tally.Asked {
		t.Errorf("%s: %d put and %d not, of %d", x.Record.Session, len(x.Questions), len(x.Unput), x.Tally.Asked)
	}
}

// TestExplainLimit: a framework with a limit of the step says where it cut.
func TestExplainLimit(t *testing.T) {
	b, f := readSpecimen(t)
	limited := *f
	start := time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	limited.variationLimit = 0.2
	s, err := Start(Opening{
		Session: "limited-1", Rules: "rules-2022", Consent: at(0), Start: at(10), Date: "2026-09-14",
		Candidate: Candidate{BirthDate: "2001-11-07", FamilyName: "SPECIMEN"}, Centre: "Valbrume", Language: "fr",
	}, b, &limited)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 32 {
		if _, err := s.Next(at(20 + 20*n)); err != nil {
			t.Fatal(err)
		}
		if err := s.Answer(at(30+20*n), n%3 > 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(at(3000), EndCandidate); err != nil {
		t.Fatal(err)
	}
	x, err := Explain("log", s.Log(), b, &limited, nil)
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for _, q := range x.Questions {
		if q.Unlimited == nil {
			continue
		}
		cut++
		bound := max(0.2, 0.2*max(q.Before.Capacity, -q.Before.Capacity))
		if step := q.After.Capacity - q.Before.Capacity; max(step, -step) > bound+1e-9 || max(step, -step) < 0.04 {
			t.Errorf("question %d: cut to a step of %v, bound %v", q.Number, step, bound)
		}
		if free := *q.Unlimited - q.Before.Capacity; max(free, -free) <= bound-1e-9 && q.Before.Capacity <= -0.2 {
			t.Errorf("question %d: a step of %v was cut, bound %v", q.Number, free, bound)
		}
	}
	if cut == 0 {
		t.Error("no step was cut")
	}
}
