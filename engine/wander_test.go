package engine

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wanderer takes sessions in which anything may happen at any time, what the
// rules refuse included.
type wanderer struct {
	random *rand.Rand
	banks  []*Bank // the same bank twice: sessions move from one to the other
	s      *Session
	at     time.Time
	err    error // what must not happen
}

// wander takes session number n.
func wander(n int, f *Framework, banks ...*Bank) (*Session, error) {
	w := &wanderer{random: rand.New(rand.NewPCG(2026, uint64(n))), banks: banks}
	o := testOpening()
	o.Session = fmt.Sprintf("wander-%d", n)
	o.ExtraMinutes = w.random.IntN(3) * 15
	if w.random.IntN(4) == 0 {
		o.Language, o.Needs = "en", []string{NeedKeyboard, NeedScreenReader}
	}
	for i := range o.Seed {
		o.Seed[i] = byte(w.random.Uint32())
	}
	var err error
	if w.s, err = Start(o, banks[0], f); err != nil {
		return nil, err
	}
	w.at = o.Start
	ability, pace := w.random.Float64()*12-8, 20+w.random.IntN(300)
	stop := 1 + w.random.IntN(120) // steps before somebody may end it
	for step := 0; w.s.Ended() == "" && w.err == nil; step++ {
		w.at = w.at.Add(time.Duration(w.random.IntN(pace*1000)) * time.Millisecond)
		if w.random.IntN(400) == 0 {
			w.at = w.at.Add(time.Hour)
		}
		if w.s.Current() == nil && w.random.IntN(10) < 8 {
			w.next(step)
		} else {
			w.step(ability, step > stop)
		}
	}
	return w.s, w.err
}

// try notes an event that was refused: the log must be as it was.
func (w *wanderer) try(act func() error) {
	before := w.s.Log()
	if err := act(); err != nil && !bytes.Equal(before, w.s.Log()) {
		w.err = fmt.Errorf("a refused event left a trace: %w", err)
	}
}

func (w *wanderer) next(step int) {
	_, err := w.s.Next(w.at)
	switch {
	case errors.Is(err, ErrComplete):
		if w.random.IntN(3) == 0 || step > 300 {
			w.err = w.s.End(w.at, EndCandidate)
		}
	case errors.Is(err, ErrTimeUp):
		if w.random.IntN(3) > 0 || step > 300 {
			w.err = w.s.End(w.at, EndTime)
		}
	case !errors.Is(err, ErrExhausted):
		w.err = err
	}
}

func (w *wanderer) step(ability float64, stop bool) {
	s, at := w.s, w.at
	question := 1 + w.random.IntN(len(s.asked)+1) // one that was never put, at times
	if len(s.asked) > 0 && w.random.IntN(2) == 0 {
		question = len(s.asked)
	}
	switch k := w.random.IntN(100); {
	case k < 50 && s.Current() != nil:
		right := w.random.Float64() < s.Current().Item.Probability(ability)
		w.try(func() error { return s.Answer(at, right) })
	case k < 56:
		w.try(func() error { return s.Pass(at) })
	case k < 61:
		w.try(func() error { return s.FocusLost(at) })
	case k < 70:
		w.try(func() error { return s.Report(at, question, "Écran figé.") })
	case k < 78:
		w.try(func() error { return s.Confirm(at, question, supervisor) })
	case k < 80:
		w.try(func() error { return s.Dismiss(at, question, supervisor) })
	case k < 83:
		w.try(func() error { return s.Continue(at, question, supervisor) })
	case k < 87:
		w.try(func() error { return s.Neutralise(at, question, supervisor) })
	case k < 88:
		w.try(func() error { return s.Suspect(at, supervisor, "Regards répétés.") })
	case k < 89:
		w.try(func() error { return s.AddTime(at, 1+w.random.IntN(30), supervisor) })
	case k < 91:
		w.crash()
	case k < 92:
		w.try(func() error { return s.Answer(at.Add(-time.Hour), true) }) // time never goes back
	case stop && k < 95:
		reason := []string{EndCandidate, EndSupervisor, EndTechnical, EndTime, EndExhausted, "boredom"}[w.random.IntN(6)]
		w.try(func() error { return s.End(at, reason) })
	}
}

// crash loses the session, which goes on from its log on another machine.
func (w *wanderer) crash() {
	w.banks[0], w.banks[1] = w.banks[1], w.banks[0]
	s, err := Replay("crash.jsonl", w.s.Log(), w.banks[0], w.s.framework)
	if err != nil {
		w.err = err
		return
	}
	w.s = s
	if w.random.IntN(2) == 0 {
		w.err = w.s.Resume(w.at, supervisor)
	}
}

// rulingFor is a jury's decision on a session, any that may be taken, and the
// indices of the questions that it neutralises.
func (w *wanderer) rulingFor(s *Session) (d *Decision, out []int) {
	d = &Decision{Session: s.opening.Session, Ruling: Ruling{Outcome: DecideAccept, At: formatTime(s.latest.AddDate(0, 0, 9)), By: "Jury", Reason: "Au hasard."}}
	switch w.random.IntN(6) {
	case 0:
		d.Outcome = DecideFraud
	case 1:
		d.Outcome = DecideCancel
	case 2, 3:
		for i, q := range s.asked {
			if !q.neutralised && w.random.IntN(5) == 0 {
				out = append(out, i)
			}
		}
		if out == nil || !s.answered(out) {
			return d, nil
		}
		d.Outcome = DecideNeutralise
		for _, i := range out {
			d.Items = append(d.Items, s.bank.Items[s.asked[i].item].ID)
		}
		slices.Sort(d.Items)
	}
	return d, out
}

// seen counts what the wanderings went through.
type seen struct {
	sync.Mutex
	count map[string]int
}

func (c *seen) add(what string) {
	c.Lock()
	c.count[what]++
	c.Unlock()
}

// Whatever happens in a session, its log gives the same log, the same proposed
// record and, after the jury, the same final one, with another copy of the bank
// and whatever crashed on the way.
func TestWanderings(t *testing.T) {
	indexed, f := readSpecimen(t)
	indexed.Prepare()
	plain, _ := readSpecimen(t)
	small, again := smallSpecimen(t, plain), smallSpecimen(t, plain)
	c := &seen{count: map[string]int{}}
	var running sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		running.Go(func() {
			for n := worker; n < wanderings && !t.Failed(); n += workers {
				banks := []*Bank{indexed, plain}
				if n%8 == 7 {
					banks = []*Bank{small, again}
				}
				if err := c.check(n, f, banks...); err != nil {
					t.Errorf("session %d: %v", n, err)
				}
			}
		})
	}
	running.Wait()
	want := []string{EndCandidate, EndSupervisor, EndTechnical, EndTime, EndExhausted, DecideFraud, DecideCancel, DecideNeutralise,
		RuleFraud, RuleCancelled, RuleTooFewTechnical, RuleTooFew, RuleScoreZero, RuleStopped, RuleDegraded, RuleAllTreated}
	for _, what := range append(want, evConsent, evStart, evQuestion, evAnswer, evPass, evFocusLost, evProblem, evConfirmed, evDismissed, evContinued, evNeutralised, evSuspicion, evExtraTime, evResume, evEnd) {
		if c.count[what] == 0 && !t.Failed() {
			t.Errorf("no session went through %s", what)
		}
	}
	t.Logf("%d sessions: %v", wanderings, c.count)
}

func (c *seen) check(n int, f *Framework, banks ...*Bank) error {
	s, err := wander(n, f, banks...)
	if err != nil {
		return err
	}
	log, b := s.Log(), banks[n/2%2]
	again, err := Replay("s.jsonl", log, b, f)
	if err != nil {
		return err
	}
	if !bytes.Equal(again.Log(), log) {
		return errors.New("replay gives another log")
	}
	first := again.record(nil, nil)
	if live := s.record(nil, nil); !bytes.Equal(live.Encode(), first.Encode()) {
		return fmt.Errorf("the session gives the record\n%s\nits log\n%s", live.Encode(), first.Encode())
	}
	w := &wanderer{random: rand.New(rand.NewPCG(9, uint64(n)))}
	d, out := w.rulingFor(s)
	final, err := first.Finalise(d, "s.jsonl", log, banks[0], f)
	if err != nil {
		return err
	}
	if live := s.record(&d.Ruling, out); !bytes.Equal(live.Encode(), final.Encode()) {
		return fmt.Errorf("after the jury the session gives the record\n%s\nits log\n%s", live.Encode(), final.Encode())
	}
	back, err := DecodeRecord("r.json", final.Encode())
	if err != nil {
		return err
	}
	if !bytes.Equal(final.Encode(), back.Encode()) {
		return errors.New("the final record changes when decoded and encoded again")
	}
	for line := range bytes.Lines(log) {
		if value := jsontext.Value(bytes.Clone(line[:len(line)-1])); value.Canonicalize() != nil || !bytes.Equal(value, line[:len(line)-1]) {
			return fmt.Errorf("not in canonical form: %s", line)
		}
		var e struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		c.add(e.Type)
	}
	for _, what := range []string{s.Ended(), d.Outcome, first.Rule} {
		c.add(what)
	}
	if final.Rule != first.Rule {
		c.add(final.Rule)
	}
	return nil
}

// smallSpecimen is a bank that a test can exhaust.
func smallSpecimen(t *testing.T, from *Bank) *Bank {
	data := []byte(`{"schema":"etalon-bank/1","id":"small","specimen":true,"items":[`)
	for i := 0; i < len(from.Items); i += 29 {
		item, err := json.Marshal(from.Items[i])
		if err != nil {
			t.Fatal(err)
		}
		data = append(append(data, item...), ',')
	}
	data = append(data[:len(data)-1], "]}"...)
	b, err := DecodeBank("small.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
