package engine

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"etalon/testdata"
)

// specimenData decodes bank and framework once for all tests.
var specimenData = sync.OnceValues(func() (*Bank, *Framework) {
	bank, err := testdata.FS.ReadFile("specimen/bank.json")
	if err != nil {
		panic(err)
	}
	framework, err := testdata.FS.ReadFile("specimen/adaptive-2022.json")
	if err != nil {
		panic(err)
	}
	b, err := DecodeBank("bank.json", bank)
	if err != nil {
		panic(err)
	}
	f, err := DecodeFramework("adaptive-2022.json", framework)
	if err != nil {
		panic(err)
	}
	return b, f
})

var testStart = time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC)

func testOpening() Opening {
	return Opening{
		Session: "test-1", Rules: "rules-2022", Consent: testStart.Add(-time.Minute), Start: testStart, Date: "2026-09-14",
		Candidate: Candidate{"2001-11-07", "Valbrume", "Delarue", "Sophie"}, Centre: "Centre SPECIMEN de Valbrume",
		Language: "fr", Seed: [32]byte{7},
	}
}

// failer is what helpers need of testing.TB and of rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// room drives a session in tests; every step takes a minute.
type room struct {
	t  failer
	s  *Session
	at time.Time
}

func openRoom(t failer, change func(*Opening)) *room {
	t.Helper()
	b, f := specimenData()
	return openRoomWith(t, b, f, change)
}

func openRoomWith(t failer, b *Bank, f *Framework, change func(*Opening)) *room {
	t.Helper()
	o := testOpening()
	if change != nil {
		change(&o)
	}
	s, err := Start(o, b, f)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return &room{t, s, o.Start}
}

func (r *room) now() time.Time {
	r.at = r.at.Add(time.Minute)
	return r.at
}

func (r *room) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v", err)
	}
}

func (r *room) next() *Question {
	r.t.Helper()
	q, err := r.s.Next(r.at)
	r.ok(err)
	return q
}

// answer answers n questions, those below a level rightly.
func (r *room) answer(n, below int) {
	r.t.Helper()
	for range n {
		q := r.next()
		r.ok(r.s.Answer(r.now(), q.Item.Level < below))
	}
}

// confirmed reports and confirms a problem with the question on screen.
func (r *room) confirmed() int {
	r.t.Helper()
	q := r.next().Number
	r.ok(r.s.Report(r.at, q, "Image absente."))
	r.ok(r.s.Confirm(r.at, q, "surveillant"))
	return q
}

func (r *room) score() *Record {
	r.t.Helper()
	rec, err := Score("test.jsonl", r.s.Log(), r.s.bank, r.s.framework)
	r.ok(err)
	return rec
}

func (r *room) end(reason string) *Record {
	r.t.Helper()
	r.ok(r.s.End(r.at, reason))
	return r.score()
}

func TestDeadline(t *testing.T) {
	r := openRoom(t, func(o *Opening) { o.ExtraMinutes = 10 })
	if want := testStart.Add(115 * time.Minute); !r.s.Deadline().Equal(want) {
		t.Fatalf("deadline %v, want %v", r.s.Deadline(), want)
	}
	r.next()
	r.ok(r.s.Answer(r.s.Deadline(), true)) // at the deadline: counts
	if r.s.Treated() != 1 {
		t.Error("an answer at the deadline is not treated")
	}
	r.at = r.s.Deadline()
	r.next()
	late := r.at.Add(time.Millisecond)
	capacity, _ := r.s.Capacity()
	r.ok(r.s.Answer(late, true))
	r.ok(r.s.Pass(late))
	if after, _ := r.s.Capacity(); r.s.Treated() != 1 || after != capacity || r.s.Current() == nil {
		t.Error("an answer past the deadline is treated")
	}
	if _, err := r.s.Next(late); !errors.Is(err, ErrTimeUp) {
		t.Errorf("next past the deadline: %v", err)
	}
	r.ok(r.s.Resume(late, "surveillant"))
	if _, err := r.s.Next(late); !errors.Is(err, ErrTimeUp) {
		t.Error("a resume moves the deadline")
	}
	r.ok(r.s.AddTime(late, 5, "surveillant"))
	r.ok(r.s.Answer(late, true))
	if r.s.Treated() != 2 {
		t.Error("an answer within the extra time is not treated")
	}
	if err := r.s.End(late, EndTime); err == nil {
		t.Error("the session ends by time before the deadline")
	}
	r.at = r.s.Deadline()
	if rec := r.end(EndTime); rec.Treated != 2 {
		t.Errorf("record counts %d treated, want 2", rec.Treated)
	}
}

func TestPassAndFocusCountAsWrong(t *testing.T) {
	wrong, passed, lost := openRoom(t, nil), openRoom(t, nil), openRoom(t, nil)
	for range 12 {
		q := wrong.next()
		passed.next()
		lost.next()
		wrong.ok(wrong.s.Answer(wrong.now(), false))
		passed.ok(passed.s.Pass(passed.now()))
		if q.Item.Mode == Focus {
			lost.ok(lost.s.FocusLost(lost.at))
			lost.ok(lost.s.Answer(lost.now(), true))
		} else {
			if err := lost.s.FocusLost(lost.at); err == nil || !strings.Contains(err.Error(), "free mode") {
				t.Errorf("focus lost in free mode: %v", err)
			}
			lost.ok(lost.s.Answer(lost.now(), false))
		}
	}
	want, _ := wrong.s.Capacity()
	for name, r := range map[string]*room{"passed": passed, "focus lost": lost} {
		if got, _ := r.s.Capacity(); got != want {
			t.Errorf("%s: capacity %v, want %v as for wrong answers", name, got, want)
		}
		if r.s.Treated() != 12 {
			t.Errorf("%s: %d treated, want 12", name, r.s.Treated())
		}
	}
}

// A neutralised question leaves no trace in the capacity; its item is never
// put again, and it is replaced.
func TestNeutralise(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(5, 4)
	before, _ := r.s.Capacity()
	q := r.confirmed()
	r.ok(r.s.Answer(r.now(), true)) // answered all the same
	if r.s.Treated() != 6 {
		t.Fatalf("%d treated, want 6", r.s.Treated())
	}
	item := r.s.asked[q-1].item
	r.ok(r.s.Neutralise(r.at, q, "surveillant"))
	if after, _ := r.s.Capacity(); after != before || r.s.Treated() != 5 {
		t.Errorf("capacity %v after neutralising, want %v; %d treated, want 5", after, before, r.s.Treated())
	}
	if r.s.path.selector.Open(item) {
		t.Error("the neutralised item may be asked again")
	}
	covered := map[string]bool{}
	for _, q := range r.s.asked[:q-1] {
		covered[r.s.bank.Items[q.item].Competence] = true
	}
	for p := r.s.path.clone(); len(covered) < 16; {
		i := p.best()[0].Item
		if c := r.s.bank.Items[i].Competence; covered[c] {
			t.Fatalf("competence %s comes a second time, while one waits", c)
		}
		covered[r.s.bank.Items[i].Competence] = true
		p.ask(i)
	}
	if err := r.s.Neutralise(r.at, q, "surveillant"); err == nil {
		t.Error("a question is neutralised twice")
	}
	if err := r.s.Neutralise(r.at, 1, "surveillant"); err == nil || !strings.Contains(err.Error(), "confirm a report first") {
		t.Errorf("a question without a problem is neutralised: %v", err)
	}
	// On screen: it goes, and the next comes.
	q = r.confirmed()
	r.ok(r.s.Neutralise(r.at, q, "surveillant"))
	if r.s.Current() != nil {
		t.Error("a neutralised question stays on screen")
	}
	r.answer(27, 4)
	if _, err := r.s.Next(r.at); !errors.Is(err, ErrComplete) {
		t.Errorf("after 32 treated: %v", err)
	}
	if rec := r.end(EndCandidate); rec.Treated != 32 || rec.Rule != RuleAllTreated || len(r.s.asked) != 34 {
		t.Errorf("rule %s, %d treated, %d put", rec.Rule, rec.Treated, len(r.s.asked))
	}
}

func TestBankExhausted(t *testing.T) {
	_, f := specimenData()
	b, err := DecodeBank("small.json", []byte(smallBank))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(testOpening(), b, f)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Next(testStart); err != nil {
			t.Fatal(err)
		}
		if err := s.Answer(testStart, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(testStart, "over"); err == nil {
		t.Error("a reason that is none is accepted")
	}
	if _, err := s.Next(testStart); !errors.Is(err, ErrExhausted) || s.Ended() != EndExhausted {
		t.Fatalf("bank of 2 items: %v, ended %q", err, s.Ended())
	}
	r, err := Score("test.jsonl", s.Log(), b, f)
	if err != nil || r.Rule != RuleTooFewTechnical || r.Result != nil {
		t.Errorf("record %+v, %v", r, err)
	}
	open := openRoom(t, nil)
	open.answer(1, 8)
	if err := open.s.End(open.at, EndExhausted); err == nil {
		t.Error("a full bank is called exhausted")
	}
	o := testOpening()
	o.Language = "en"
	o.Needs = []string{NeedScreenReader}
	if _, err := Start(o, b, f); err == nil || !strings.Contains(err.Error(), "no item") {
		t.Errorf("a bank without an item for the candidate: %v", err)
	}
}

// A name typed on a machine that writes accents as characters of their own is
// the same name; a document without given names or birth place is a document.
func TestStartNormalises(t *testing.T) {
	b, f := specimenData()
	o := testOpening()
	o.Candidate = Candidate{BirthDate: "2001-11-07", FamilyName: "K\u0327ristine Nguye\u0302\u0303n"}
	s, err := Start(o, b, f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.opening.Candidate.FamilyName, "\u0136ristine Nguy\u1ec5n"; got != want {
		t.Errorf("family name %+q, want %+q", got, want)
	}
	if _, err := Replay("test.jsonl", s.Log(), b, f); err != nil {
		t.Error(err)
	}
}

func TestStartRefusals(t *testing.T) {
	b, f := specimenData()
	for want, change := range map[string]func(*Opening){
		"field session":              func(o *Opening) { o.Session = "../x" },
		"field rules":                func(o *Opening) { o.Rules = "" },
		"field candidate.familyName": func(o *Opening) { o.Candidate.FamilyName = "Delarue\u202e" },
		"field candidate.givenNames": func(o *Opening) { o.Candidate.GivenNames = "Zoé\u200b" },
		"field candidate.birthPlace": func(o *Opening) { o.Candidate.BirthPlace = strings.Repeat("é", 49) },
		"field candidate:": func(o *Opening) {
			o.Candidate.FamilyName, o.Candidate.GivenNames = strings.Repeat("a", 110), strings.Repeat("b", 110)
		},
		"field candidate.birthDate": func(o *Opening) { o.Candidate.BirthDate = "2026-09-15" },
		"field centre":              func(o *Opening) { o.Centre = "" },
		"field date":                func(o *Opening) { o.Date = "2026-09-16" },
		"2021-12-31, when framework": func(o *Opening) {
			o.Start = time.Date(2021, 12, 31, 9, 0, 0, 0, time.UTC)
			o.Consent, o.Date = o.Start, "2021-12-31"
		},
		"field language":            func(o *Opening) { o.Language = "FR" },
		"field needs":               func(o *Opening) { o.Needs = []string{NeedScreenReader, NeedKeyboard} },
		"field extraMinutes":        func(o *Opening) { o.ExtraMinutes = 241 },
		"time never goes back":      func(o *Opening) { o.Consent = o.Start.Add(time.Second) },
		"ask for the consent again": func(o *Opening) { o.Consent = o.Start.Add(-25 * time.Hour) },
		"field at":                  func(o *Opening) { o.Consent = time.Time{} },
	} {
		o := testOpening()
		change(&o)
		if _, err := Start(o, b, f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that holds %q: %v", want, err)
		}
	}
	// The day at the centre may be another than that of UTC.
	o := testOpening()
	o.Start, o.Date = time.Date(2026, 9, 14, 20, 0, 0, 0, time.UTC), "2026-09-15" // Nouméa
	if _, err := Start(o, b, f); err != nil {
		t.Error(err)
	}
}

// An event that has no place where it comes is refused, and changes nothing.
func TestRefusedEvents(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(2, 4)
	s, at := r.s, r.at
	for _, c := range []struct {
		err  error
		want string
	}{
		{s.Answer(at, true), "no question is on screen"},
		{s.Pass(at), "no question is on screen"},
		{s.FocusLost(at), "no question is on screen"},
		{s.Report(at, 3, "x"), "questions 1 to 2 were put"},
		{s.Report(at, 0, "x"), "questions 1 to 2 were put"},
		{s.Report(at, 1, ""), "field note: is empty"},
		{s.Report(at, 1, "a\x1b[2J"), "field note: holds U+001B"},
		{s.Report(at, 1, "a\xff"), "field note: is not valid UTF-8"},
		{s.Confirm(at, 1, "s"), "no report waits"},
		{s.Dismiss(at, 1, "s"), "no report waits"},
		{s.Continue(at, 1, "s"), "no confirmed problem is open"},
		{s.Neutralise(at, 9, "s"), "questions 1 to 2 were put"},
		{s.Suspect(at, "", "x"), "field by: is empty"},
		{s.AddTime(at, 0, "s"), "field minutes"},
		{s.AddTime(at, 241, "s"), "field minutes"},
		{s.Resume(at.Add(-time.Minute), "s"), "time never goes back"},
		{s.End(at, "bored"), "field reason"},
		{s.End(at, EndTime), "before the deadline"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("want an error that holds %q: %v", c.want, c.err)
		}
	}
	if s.events != 6 || s.Treated() != 2 || s.technical || s.suspicion {
		t.Error("a refused event changed the session")
	}
	r.ok(s.End(at, EndSupervisor))
	for _, err := range []error{s.Answer(at, true), s.AddTime(at, 5, "s"), s.End(at, EndCandidate), s.Suspect(at, "s", "x")} {
		if err == nil || !strings.Contains(err.Error(), "after the end") {
			t.Errorf("an event after the end: %v", err)
		}
	}
	if _, err := s.Next(at); err == nil || !strings.Contains(err.Error(), "after the end") {
		t.Errorf("a question after the end: %v", err)
	}
}

// A log is bounded: the last event that fits is followed by an error.
func TestLogLimit(t *testing.T) {
	r := openRoom(t, nil)
	var err error
	n := r.s.events
	for ; err == nil; n++ {
		err = r.s.Resume(r.at, "s")
	}
	if n-1 != maxEvents || !strings.Contains(err.Error(), "2000 events") {
		t.Errorf("after %d events: %v", n-1, err)
	}
	if _, err := Replay("s.jsonl", r.s.Log(), r.s.bank, r.s.framework); err != nil {
		t.Error(err)
	}
	if _, err := Replay("s.jsonl", append(r.s.Log(), "{}\n"...), r.s.bank, r.s.framework); err == nil || !strings.Contains(err.Error(), "s.jsonl:2001: event 2001") {
		t.Errorf("a log of 2001 events: %v", err)
	}
}

// Whatever happens in the room, the log replays to the same session, and the
// session can go on from there.
func TestReplayRandomSessions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := openRoom(t, func(o *Opening) {
			o.Language = rapid.SampledFrom([]string{"fr", "en"}).Draw(t, "language")
			o.Needs = rapid.SampledFrom([][]string{nil, {NeedScreenReader}, {NeedKeyboard, NeedNoSound}}).Draw(t, "needs")
			o.Seed[3] = rapid.Byte().Draw(t, "seed")
		})
		steps := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 60).Draw(t, "steps")
		for _, step := range steps {
			randomStep(r, step)
			if rapid.IntRange(0, 9).Draw(t, "crash") == 0 {
				again, err := Replay("test.jsonl", r.s.Log(), r.s.bank, r.s.framework)
				r.ok(err)
				r.s = again
			}
		}
		if r.s.Ended() == "" {
			r.ok(r.s.End(r.now(), EndSupervisor))
		}
		log := r.s.Log()
		again, err := Replay("test.jsonl", log, r.s.bank, r.s.framework)
		r.ok(err)
		c1, e1 := r.s.Capacity()
		c2, e2 := again.Capacity()
		if c1 != c2 || e1 != e2 || !bytes.Equal(again.Log(), log) {
			t.Fatalf("replay gives %v ± %v, the session %v ± %v", c2, e2, c1, e1)
		}
		if fresh := r.s.rerun(nil); fresh.estimator.Estimate() != r.s.path.estimator.Estimate() {
			t.Fatalf("the path run again gives another capacity: %v, %v", fresh.estimator.Estimate().Ability, c1)
		}
		rec := r.score()
		if _, err := DecodeRecord("record.json", rec.Encode()); err != nil {
			t.Fatalf("%v", err)
		}
	})
}

// randomStep does something that may be refused; a refusal changes nothing.
func randomStep(r *room, step int) {
	at := r.now()
	q, err := r.s.Next(at)
	if err != nil {
		if !errors.Is(err, ErrTimeUp) && !errors.Is(err, ErrComplete) && r.s.Ended() == "" {
			r.t.Fatalf("%v", err)
		}
		return
	}
	before := r.s.Log()
	switch step {
	case 0:
		err = r.s.Pass(at)
	case 1:
		err = r.s.FocusLost(at)
	case 2:
		err = r.s.Report(at, q.Number, "Son absent.")
	case 3:
		if err = r.s.Report(at, q.Number, "Son absent."); err == nil {
			err = r.s.Dismiss(at, q.Number, "s")
		}
	case 4:
		err = r.s.Confirm(at, q.Number, "s")
	case 5:
		err = r.s.Continue(at, q.Number, "s")
	case 6:
		err = r.s.Neutralise(at, q.Number, "s")
	case 7:
		err = r.s.Neutralise(at, q.Number/2, "s")
	case 8:
		err = r.s.AddTime(at, 3, "s")
	case 9:
		err = r.s.Suspect(at, "s", "Bruit.")
	default:
		err = r.s.Answer(at, q.Item.Level <= step-10)
	}
	if err != nil && step != 3 && !bytes.Equal(before, r.s.Log()) {
		r.t.Fatalf("a refused event is in the log: %v", err)
	}
}
