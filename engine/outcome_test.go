package engine

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestValidation goes through the table of validation, row by row, and
// through what decides between two rows.
func TestValidation(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(r *room) *Record
		want string // rule, outcome, whether degraded
	}{
		{"all treated", func(r *room) *Record { r.answer(32, 4); return r.end(EndCandidate) }, "all-treated validated"},
		{"all treated, then a technical end", func(r *room) *Record { r.answer(32, 4); return r.end(EndTechnical) }, "all-treated validated"},
		{"all treated, problems on the way", func(r *room) *Record {
			r.answer(10, 4)
			r.ok(r.s.Continue(r.at, r.confirmed(), "s"))
			r.answer(22, 4)
			return r.end(EndCandidate)
		}, "all-treated validated"},
		{"31 treated", func(r *room) *Record { r.answer(31, 4); return r.end(EndCandidate) }, "degraded validated degraded"},
		{"20 treated, stopped by the supervisor", func(r *room) *Record { r.answer(20, 4); return r.end(EndSupervisor) }, "degraded validated degraded"},
		{"20 treated, technical end", func(r *room) *Record { r.answer(20, 4); return r.end(EndTechnical) }, "stopped-by-technical validated"},
		{"25 treated, open confirmed problem, end by the supervisor", func(r *room) *Record {
			r.answer(25, 4)
			r.confirmed()
			return r.end(EndSupervisor)
		}, "stopped-by-technical validated"},
		{"25 treated, open confirmed problem until the deadline", func(r *room) *Record {
			r.answer(25, 4)
			r.confirmed()
			r.at = r.s.Deadline()
			return r.end(EndTime)
		}, "stopped-by-technical validated"},
		{"25 treated, the problem was over", func(r *room) *Record {
			r.answer(25, 4)
			r.ok(r.s.Continue(r.at, r.confirmed(), "s"))
			return r.end(EndSupervisor)
		}, "degraded validated degraded"},
		{"25 treated, the question with the problem was answered", func(r *room) *Record {
			r.answer(24, 4)
			r.confirmed()
			r.answer(1, 4)
			r.next()
			return r.end(EndCandidate)
		}, "degraded validated degraded"},
		{"25 treated, the question with the problem was neutralised", func(r *room) *Record {
			r.answer(25, 4)
			r.ok(r.s.Neutralise(r.at, r.confirmed(), "s"))
			r.next()
			return r.end(EndCandidate)
		}, "degraded validated degraded"},
		{"25 treated, a mere report", func(r *room) *Record {
			r.answer(25, 4)
			r.ok(r.s.Report(r.at, r.next().Number, "Image absente."))
			return r.end(EndCandidate)
		}, "degraded validated degraded"},
		{"25 treated, a dismissed report", func(r *room) *Record {
			r.answer(25, 4)
			r.ok(r.s.Report(r.at, r.next().Number, "Image absente."))
			r.ok(r.s.Dismiss(r.at, r.next().Number, "s"))
			return r.end(EndCandidate)
		}, "degraded validated degraded"},
		{"19 treated", func(r *room) *Record { r.answer(19, 4); return r.end(EndCandidate) }, "too-few rejected no score"},
		{"none treated", func(r *room) *Record { return r.end(EndCandidate) }, "too-few rejected no score"},
		{"19 treated, a mere report", func(r *room) *Record {
			r.answer(19, 4)
			r.ok(r.s.Report(r.at, r.next().Number, "Image absente."))
			return r.end(EndCandidate)
		}, "too-few rejected no score"},
		{"19 treated, a confirmed problem long over", func(r *room) *Record {
			r.answer(3, 4)
			r.ok(r.s.Continue(r.at, r.confirmed(), "s"))
			r.answer(16, 4)
			return r.end(EndCandidate)
		}, "too-few-technical cancelled no score"},
		{"19 treated, technical end", func(r *room) *Record { r.answer(19, 4); return r.end(EndTechnical) }, "too-few-technical cancelled no score"},
		{"20 answered, one neutralised", func(r *room) *Record {
			r.answer(19, 4)
			q := r.confirmed()
			r.answer(1, 4)
			r.ok(r.s.Neutralise(r.at, q, "s"))
			return r.end(EndCandidate)
		}, "too-few-technical cancelled no score"},
		{"20 answered, the last one late", func(r *room) *Record {
			r.answer(19, 4)
			r.next()
			r.at = r.s.Deadline().Add(time.Second)
			r.ok(r.s.Answer(r.at, true))
			return r.end(EndTime)
		}, "too-few rejected no score"},
		{"all wrong", func(r *room) *Record { r.answer(32, 0); return r.end(EndCandidate) }, "score-zero rejected"},
		{"20 wrong, technical end", func(r *room) *Record { r.answer(30, 0); return r.end(EndTechnical) }, "score-zero rejected"},
		{"suspicion", func(r *room) *Record {
			r.ok(r.s.Suspect(r.at, "s", "Téléphone."))
			r.answer(32, 4)
			return r.end(EndCandidate)
		}, "all-treated validated suspicion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := c.play(openRoom(t, nil))
			got := rec.Rule + " " + rec.Outcome
			if rec.Degraded {
				got += " degraded"
			}
			if rec.Suspicion {
				got += " suspicion"
			}
			if rec.Result == nil {
				got += " no score"
				for _, field := range []string{`"score"`, `"level"`, `"levels"`, `"capacity"`, `"error"`} {
					if strings.Contains(string(rec.Encode()), field) {
						t.Errorf("a record without a score holds %s", field)
					}
				}
			}
			if got != c.want {
				t.Errorf("%q, want %q (score %v)", got, c.want, rec.Result)
			}
			if back, err := DecodeRecord("r.json", rec.Encode()); err != nil || back.Rule != rec.Rule {
				t.Errorf("the record does not decode: %v", err)
			}
		})
	}
}

// Score 0 is that of the score to be issued: a session whose degraded score is
// 0 is rejected, and validated when a technical problem stopped it.
func TestScoreZeroAsIssued(t *testing.T) {
	b, _ := specimenData()
	f, err := DecodeFramework("fw.json", bytes.Replace(specimenFile(t, "adaptive-2022.json"), []byte(`"-7.50"`), []byte(`"-6.50"`), 1))
	if err != nil {
		t.Fatal(err)
	}
	for reason, want := range map[string]string{EndTechnical: RuleStopped, EndCandidate: RuleScoreZero} {
		r := openRoomWith(t, b, f, nil)
		r.answer(1, 3)
		r.answer(19, 1)
		rec := r.end(reason)
		if rec.Rule != want || (rec.Score == 0) != (want == RuleScoreZero) || rec.Degraded != (want == RuleScoreZero) {
			t.Errorf("end %s: rule %s, score %d, degraded %v; want rule %s", reason, rec.Rule, rec.Score, rec.Degraded, want)
		}
	}
}

func ruling(outcome string, items ...string) Ruling {
	return Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Outcome: outcome, Reason: "PV 3.", Items: items}
}

func (r *room) finalise(outcome string, items ...string) (*Record, error) {
	return r.score().Finalise(&Decision{ruling(outcome, items...), "test-1"}, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework)
}

// Fraud comes before every other row, whatever was treated.
func TestFraudFirst(t *testing.T) {
	for treated, reason := range map[int]string{0: EndCandidate, 12: EndTechnical, 25: EndCandidate, 26: EndTechnical, 32: EndCandidate} {
		r := openRoom(t, nil)
		r.answer(treated, 5)
		r.end(reason)
		for decision, want := range map[string]string{DecideFraud: RuleFraud + " " + Rejected, DecideCancel: RuleCancelled + " " + Cancelled} {
			rec, err := r.finalise(decision)
			r.ok(err)
			if got := rec.Rule + " " + rec.Outcome; got != want || rec.State != Final || rec.Professional {
				t.Errorf("%d treated, %s: %s, state %s, professional %v; want %s", treated, decision, got, rec.State, rec.Professional, want)
			}
			if (rec.Result != nil) != (treated >= 20) {
				t.Errorf("%d treated: result %v", treated, rec.Result)
			}
			if _, err := DecodeRecord("r.json", rec.Encode()); err != nil {
				t.Error(err)
			}
		}
	}
}

// What the jury neutralises leaves the capacity as if it had never been put,
// and the count as it was.
func TestJuryNeutralises(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(32, 4)
	r.end(EndCandidate)
	id := r.s.bank.Items[r.s.asked[31].item].ID
	before := r.s.rerun([]int{31}).estimator.Estimate().Ability
	rec, err := r.finalise(DecideNeutralise, id)
	r.ok(err)
	if rec.Treated != 32 || rec.Rule != RuleAllTreated || rec.Capacity != before || rec.Degraded {
		t.Errorf("rule %s, %d treated, capacity %v, want %v", rec.Rule, rec.Treated, rec.Capacity, before)
	}
	plain, err := r.finalise(DecideAccept)
	r.ok(err)
	if plain.Capacity == rec.Capacity {
		t.Error("neutralising changes nothing")
	}

	// With 20 treated, the count stays at 20, and degrading goes on from it.
	r = openRoom(t, nil)
	r.answer(20, 4)
	r.next()
	r.end(EndCandidate)
	onScreen := r.s.bank.Items[r.s.asked[20].item].ID
	rec, err = r.finalise(DecideNeutralise, onScreen)
	r.ok(err)
	if rec.Treated != 20 || rec.Rule != RuleDegraded {
		t.Errorf("rule %s, %d treated", rec.Rule, rec.Treated)
	}
	plain, err = r.finalise(DecideAccept)
	r.ok(err)
	if rec.Capacity == plain.Capacity {
		t.Error("the question on screen still counts as wrong")
	}
}

func TestFinaliseRefusals(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(31, 4)
	q := r.confirmed()
	r.ok(r.s.Neutralise(r.at, q, "s"))
	r.answer(1, 4)
	rec := r.end(EndCandidate)
	first, neutralised := r.s.bank.Items[r.s.asked[0].item].ID, r.s.bank.Items[r.s.asked[31].item].ID
	var unasked string
	for i := range r.s.bank.Items {
		if r.s.path.selector.Open(i) {
			unasked = r.s.bank.Items[i].ID
		}
	}
	for want, d := range map[string]Decision{
		`session "test-2"`:        {ruling(DecideAccept), "test-2"},
		"field outcome":           {ruling("perhaps"), "test-1"},
		"only neutralise":         {ruling(DecideAccept, first), "test-1"},
		"field items is empty":    {ruling(DecideNeutralise), "test-1"},
		"neutralised in the room": {ruling(DecideNeutralise, neutralised), "test-1"},
		"did not put":             {ruling(DecideNeutralise, unasked), "test-1"},
		"not in bank":             {ruling(DecideNeutralise, "x"), "test-1"},
		"repeats":                 {ruling(DecideNeutralise, first, first), "test-1"},
		"field reason":            {Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Outcome: DecideAccept}, "test-1"},
		"field at":                {Ruling{At: "2026-10-05", By: "Jury", Outcome: DecideAccept, Reason: "x"}, "test-1"},
		"no suspicion was noted":  {ruling(DecideDismiss), "test-1"},
		"only fraud and dismiss":  {Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Kind: FraudDevice, Outcome: DecideAccept, Reason: "x"}, "test-1"},
		"impersonation, comm":     {Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Kind: "theft", Outcome: DecideFraud, Reason: "x"}, "test-1"},
		"field follows":           {Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Follows: "x", Outcome: DecideFraud, Reason: "x"}, "test-1"},
		"before the end":          {Ruling{At: "2026-09-14T07:30:00.000Z", By: "Jury", Outcome: DecideAccept, Reason: "x"}, "test-1"},
	} {
		if _, err := rec.Finalise(&d, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that holds %q: %v", want, err)
		}
	}
	var all []string
	for _, q := range r.s.asked {
		if !q.neutralised {
			all = append(all, r.s.bank.Items[q.item].ID)
		}
	}
	slices.Sort(all)
	if _, err := r.finalise(DecideNeutralise, all...); err == nil || !strings.Contains(err.Error(), "cancel the session") {
		t.Errorf("every answer is neutralised: %v", err)
	}
	final, err := r.finalise(DecideAccept)
	r.ok(err)
	d := Decision{ruling(DecideAccept), "test-1"}
	other := *final
	other.Log.SHA256 = strings.Repeat("0", 64)
	if _, err := other.Finalise(&d, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework); err == nil || !strings.Contains(err.Error(), "not the one that the final record") {
		t.Errorf("a final record of another log: %v", err)
	}
	better := *rec
	result := *rec.Result
	better.Result = &result
	better.Score++
	if _, err := better.Finalise(&d, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework); err == nil || !strings.Contains(err.Error(), "score the log again") {
		t.Errorf("a proposal that the log does not give: %v", err)
	}
}

func TestDecisionRoundTrip(t *testing.T) {
	for _, d := range []Decision{
		{ruling(DecideAccept), "test-1"}, {ruling(DecideNeutralise, "1.1-a-1", "1.1-a-2"), "test-1"},
		{Ruling{At: "2026-10-05T09:30:00.000Z", By: "Jury", Follows: strings.Repeat("0", 64), Kind: FraudImpersonation, Outcome: DecideFraud, Reason: "x"}, "test-1"},
	} {
		back, err := DecodeDecision("d.json", append(d.Encode(), '\n'))
		if err != nil {
			t.Fatal(err)
		}
		if string(back.Encode()) != string(d.Encode()) {
			t.Errorf("%s becomes %s", d.Encode(), back.Encode())
		}
	}
	d := Decision{ruling(DecideAccept), "test-1"}
	checkRefusals(t, string(d.Encode()), []refusal{
		{"an unknown member", `"by"`, `"bye"`, []string{"d.json:1:", "bye", "unknown"}},
		{"an unknown outcome", `"accept"`, `"accepted"`, []string{"d.json:1:", "field outcome"}},
		{"another schema", `decision/1`, `decision/2`, []string{"field schema"}},
		{"no session", `"test-1"`, `""`, []string{"field session"}},
		{"damaged text", `"Jury"`, `"Jury�"`, []string{"field by", "U+FFFD"}},
	}, func(data []byte) error { _, err := DecodeDecision("d.json", data); return err })
	d.Reason = "bad \xff"
	if _, err := DecodeDecision("d.json", d.Encode()); err == nil {
		t.Error("a reason of invalid UTF-8 comes back")
	}
}

// The degraded capacity is never above that of a candidate who answered the
// same further questions in any way.
func TestDegradedIsLowest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := openRoom(t, func(o *Opening) { o.Seed[0] = rapid.Byte().Draw(t, "seed") })
		r.answer(rapid.IntRange(20, 31).Draw(t, "treated"), rapid.IntRange(0, 8).Draw(t, "below"))
		if rapid.Bool().Draw(t, "on screen") {
			r.next()
		}
		r.end(EndCandidate)
		low, high, count := r.s.path.clone(), r.s.path.clone(), r.s.treated
		further := func(i int) {
			low.answer(i, false)
			high.answer(i, rapid.Bool().Draw(t, "right"))
			count++
		}
		if r.s.current >= 0 {
			further(r.s.asked[r.s.current].item)
		}
		for count < 32 {
			i := low.best()[0].Item
			low.ask(i)
			further(i)
		}
		if got := r.s.degrade(r.s.path, nil).estimator; got.Estimate() != low.estimator.Estimate() {
			t.Fatalf("degraded capacity %v, want %v", got.Estimate().Ability, low.estimator.Estimate().Ability)
		}
		if low.estimator.Estimate().Ability > high.estimator.Estimate().Ability {
			t.Fatalf("degraded capacity %v, above another, %v", low.estimator.Estimate().Ability, high.estimator.Estimate().Ability)
		}
	})
}
