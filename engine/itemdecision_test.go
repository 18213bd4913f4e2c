package engine

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// forAll decides on an item of the sample bank for everyone.
func forAll(t failer, item string, change func(*ItemDecision)) *ItemDecision {
	t.Helper()
	b, _ := specimenData()
	d := ItemDecision{At: "2026-10-05T09:30:00.000Z", Bank: b.ID, By: "Jury", Item: item, Outcome: DecideNeutralise, Reason: "Énoncé ambigu."}
	if change != nil {
		change(&d)
	}
	got, err := NewItemDecision(d)
	if err != nil {
		t.Fatalf("decision on %s: %v", item, err)
	}
	return got
}

// What is taken out for everyone counts as what the jury takes out of the one
// session, and the record says by which decision.
func TestNeutralisedForEveryone(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(5, 9)
	q := r.confirmed()
	r.ok(r.s.Neutralise(r.at, q, "s"))
	r.answer(27, 4)
	rec := r.end(EndCandidate)
	item := func(i int) string { return r.s.bank.Items[r.s.asked[i].item].ID }
	finalise := func(d Ruling, items ...*ItemDecision) *Record {
		t.Helper()
		final, err := rec.Finalise(&Decision{d, "test-1"}, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework, items...)
		r.ok(err)
		if _, err := DecodeRecord("r.json", final.Encode()); err != nil {
			t.Errorf("the final record: %v", err)
		}
		return final
	}
	plain := finalise(ruling(DecideAccept))
	one := forAll(t, item(0), nil)
	for name, d := range map[string]*ItemDecision{
		"another bank":   forAll(t, item(0), func(d *ItemDecision) { d.Bank = "other" }),
		"later sessions": forAll(t, item(0), func(d *ItemDecision) { d.From = "2026-09-15" }),
		"earlier ones":   forAll(t, item(0), func(d *ItemDecision) { d.To = "2026-09-13" }),
		"in the room":    forAll(t, item(5), nil),
		"an end": forAll(t, item(0), func(d *ItemDecision) {
			d.Outcome, d.Follows = DecideRestore, one.SHA256
		}),
		"never put": forAll(t, "5.2-nothing-9", nil),
	} {
		if got := finalise(ruling(DecideAccept), d); string(got.Encode()) != string(plain.Encode()) {
			t.Errorf("%s: the record is changed to %s", name, got.Encode())
		}
	}
	out := finalise(ruling(DecideAccept), one)
	same := finalise(ruling(DecideNeutralise, item(0)))
	if out.Score != same.Score || out.Capacity != same.Capacity || out.Capacity == plain.Capacity {
		t.Errorf("capacity %v, and %v when this session alone is decided on, of %v", out.Capacity, same.Capacity, plain.Capacity)
	}
	if out.Treated != 32 || out.Neutralised[item(0)] != one.SHA256 || len(out.Neutralised) != 1 {
		t.Errorf("treated %d, neutralised %v", out.Treated, out.Neutralised)
	}
	both := finalise(ruling(DecideNeutralise, item(0), item(1)), one)
	if alone := finalise(ruling(DecideNeutralise, item(0), item(1))); both.Capacity != alone.Capacity {
		t.Error("an item decided on twice is taken out twice")
	}
	if a, err := Examine("test.jsonl", r.s.Log(), r.s.bank, r.s.framework, one); err != nil || a.Proposal.Score != out.Score {
		t.Errorf("the account proposes otherwise: %v", err)
	}

	var all []*ItemDecision
	for i, q := range r.s.asked {
		if !q.neutralised {
			all = append(all, forAll(t, item(i), nil))
		}
	}
	_, err := rec.Finalise(&Decision{ruling(DecideAccept), "test-1"}, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework, all...)
	if err == nil || !strings.Contains(err.Error(), "leaves no answer to score; cancel the session") {
		t.Errorf("no answer is left: %v", err)
	}
	if got := finalise(ruling(DecideCancel), all...); got.Rule != RuleCancelled {
		t.Errorf("cancelled, no answer left: %s", got.Rule)
	}

	// A later decision takes the place of the first, and gives what it would have
	// given at once.
	later := ruling(DecideFraud)
	later.Kind, later.Follows = FraudDevice, strings.Repeat("0", 64)
	again, err := out.Finalise(&Decision{later, "test-1"}, "test.jsonl", r.s.Log(), r.s.bank, r.s.framework, one)
	r.ok(err)
	if direct := finalise(later, one); string(again.Encode()) != string(direct.Encode()) || again.Outcome != Rejected {
		t.Errorf("decided later: %s\nat once: %s", again.Encode(), direct.Encode())
	}
}

func TestItemDecisionRefusals(t *testing.T) {
	d := forAll(t, "1.1-a-1", func(d *ItemDecision) { d.From, d.To, d.Follows = "2026-09-01", "2026-09-30", strings.Repeat("1", 64) })
	good := string(d.Encode())
	back, err := DecodeItemDecision("d.json", []byte(good))
	if err != nil || *back != *d {
		t.Fatalf("%s becomes %+v (%v)", good, back, err)
	}
	checkRefusals(t, good, []refusal{
		{"an unknown member", `"by"`, `"bye"`, []string{"d.json:1:", "bye", "unknown"}},
		{"another schema", `decision/1`, `decision/2`, []string{"field schema"}},
		{"no bank", `"specimen-2026"`, `""`, []string{"field bank"}},
		{"no item", `"1.1-a-1"`, `"../a"`, []string{"field item"}},
		{"no reason", `"Énoncé ambigu."`, `""`, []string{"field reason"}},
		{"a day that does not exist", `"2026-09-30"`, `"2026-09-31"`, []string{"field to"}},
		{"days in the wrong order", `"2026-09-30"`, `"2026-08-31"`, []string{"field to", "before from"}},
		{"another outcome", `"neutralise"`, `"fraud"`, []string{"field outcome", "neutralise or restore"}},
		{"days of an end", `"neutralise"`, `"restore"`, []string{"field from"}},
		{"a hash that is none", `1111"`, `111"`, []string{"field follows"}},
	}, func(data []byte) error { _, err := DecodeItemDecision("d.json", data); return err })
	if _, err := NewItemDecision(ItemDecision{At: d.At, Bank: d.Bank, By: "Jury", Item: d.Item, Outcome: DecideRestore, Reason: "x"}); err == nil || !strings.Contains(err.Error(), "follows") {
		t.Errorf("an end of nothing: %v", err)
	}
}

func FuzzDecodeItemDecision(f *testing.F) {
	f.Add([]byte(`{"at":"2026-10-05T09:30:00.000Z","bank":"b","by":"Jury","from":"2026-09-01","item":"1.1-a-1","outcome":"neutralise","reason":"r","schema":"etalon-item-decision/1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := DecodeItemDecision("d.json", data)
		if err != nil {
			return
		}
		back, err := DecodeItemDecision("d.json", d.Encode())
		if err != nil {
			t.Fatalf("%q is accepted, and not as %q: %v", data, d.Encode(), err)
		}
		if back.SHA256, d.SHA256 = "", ""; *back != *d {
			t.Errorf("%+v becomes %+v", d, back)
		}
	})
}

func TestExamine(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(3, 4)
	r.ok(r.s.Suspect(r.at, "surveillante", "Téléphone sur les genoux."))
	for q := r.next(); q.Item.Mode != Focus; q = r.next() {
		r.ok(r.s.Answer(r.now(), true))
	}
	lost := r.s.Current()
	r.ok(r.s.FocusLost(r.at))
	r.ok(r.s.Answer(r.now(), true))
	q := r.confirmed()
	r.ok(r.s.Neutralise(r.at, q, "surveillante"))
	r.ok(r.s.AddTime(r.at, 5, "surveillante"))
	r.next()
	r.at = r.s.Deadline().Add(time.Minute)
	r.ok(r.s.Answer(r.at, true))
	rec := r.end(EndTime)
	a, err := Examine("test.jsonl", r.s.Log(), r.s.bank, r.s.framework)
	r.ok(err)
	if string(a.Proposal.Encode()) != string(rec.Encode()) {
		t.Errorf("the account proposes %s, the score %s", a.Proposal.Encode(), rec.Encode())
	}
	var types []string
	for _, e := range a.Room {
		types = append(types, e.Type)
	}
	if want := []string{"suspicion", "focus-lost", "problem", "confirmed", "neutralised", "extra-time", "answer", "end"}; !slices.Equal(types, want) {
		t.Errorf("events %v, want %v", types, want)
	}
	if e := a.Room[1]; e.Question != lost.Number || e.Item != lost.Item.ID {
		t.Errorf("focus lost on question %d, %s; want %d, %s", e.Question, e.Item, lost.Number, lost.Item.ID)
	}
	if e := a.Room[0]; e.By != "surveillante" || e.Note != "Téléphone sur les genoux." {
		t.Errorf("the suspicion reads %+v", e)
	}
	if a.Put != len(r.s.asked) || a.Ended != EndTime || !a.Deadline.Equal(r.s.Deadline()) || !a.End.Equal(r.at) {
		t.Errorf("put %d, ended %s, deadline %s, end %s", a.Put, a.Ended, a.Deadline, a.End)
	}
	if _, err := Examine("test.jsonl", r.s.Log()[:len(r.s.Log())-4], r.s.bank, r.s.framework); err == nil {
		t.Error("a log that was cut is examined")
	}
}
