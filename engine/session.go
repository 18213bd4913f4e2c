package engine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Reasons for which Next has no question to put. The session is still to be
// ended, but for ErrExhausted, where it was.
var (
	ErrComplete  = errors.New("engine: every question of the test was treated")
	ErrTimeUp    = errors.New("engine: the time for the test is over")
	ErrExhausted = errors.New("engine: the bank has no item left for this candidate")
)

// Reasons for the end of a session.
const (
	EndCandidate  = "candidate"      // handed in, after the last question or before
	EndSupervisor = "supervisor"     // stopped by the supervisor
	EndTechnical  = "technical"      // stopped by a technical problem
	EndTime       = "time"           // the deadline passed
	EndExhausted  = "bank-exhausted" // nothing left to ask; a technical end
)

// Opening is what must be known to start a session.
type Opening struct {
	Session      string    // id, unique to the certifying body
	Rules        string    // id of the rules that the candidate consented to
	Consent      time.Time // when
	Start        time.Time // when the test starts, and its time begins to run
	Date         string    // day at the centre, as 2026-09-14
	Candidate    Candidate // given names and birth place may be empty
	Centre       string
	Language     string   // of the items, as "fr"
	Needs        []string // accessibility needs
	ExtraMinutes int      // granted ahead, 0 to 240
	Seed         [32]byte // random, fresh for each session
	Profile      *Profile // profile regime: of the candidate, as last saved; else nil
}

// Session is a test being taken, or one replayed from its log. Its methods
// append one event each; an error leaves it as it was. It is not safe for use
// by several goroutines at once.
type Session struct {
	bank      *Bank
	framework *Framework
	opening   Opening
	log       []byte
	events    int
	prev      string // hash of the last line
	latest    time.Time

	deadline  time.Time
	path      *path   // adaptive regime: where the answers led; else nil
	frozen    *frozen // profile regime: what is to be confirmed; else nil
	asked     []asked
	current   int  // index of the question on screen, -1 for none
	treated   int  // answered or passed in time, not neutralised
	chosen    int  // item that comes next, -1 for not chosen yet
	extra     int  // minutes granted in all
	technical bool // a report was confirmed, or the end is technical
	suspicion bool
	ended     string // reason, "" while it runs
	stopped   bool   // a technical problem stopped it
}

// asked is one question that was put.
type asked struct {
	item                        int
	treated, correct, focusLost bool
	neutralised                 bool
	reported                    bool // a report waits for the supervisor
	confirmed                   bool // a report on it was confirmed
	open                        bool // … and the test has not gone on since
}

// Question is a question on screen.
type Question struct {
	Number int // from 1, neutralised questions counted
	Item   *Item
}

// Start begins a session: it writes the events consent and start, and in the
// profile regime the profile, frozen. Names and
// places come from keyboards and files that may spell an accent as a character
// of its own: they are brought to Unicode normal form C here, which is the only
// spelling that a log, a record and a signature hold.
func Start(o Opening, b *Bank, f *Framework) (*Session, error) {
	for _, text := range []*string{&o.Candidate.FamilyName, &o.Candidate.GivenNames, &o.Candidate.BirthPlace, &o.Centre} {
		*text = norm.NFC.String(*text)
	}
	switch {
	case f.Regime == regimeProfile && o.Profile == nil:
		return nil, fmt.Errorf("engine: a session of the profile regime starts from the candidate's profile; give it in the opening")
	case f.Regime != regimeProfile && o.Profile != nil:
		return nil, fmt.Errorf("engine: a profile is given, which the framework %s of the regime %q has no use for; leave it out", f.ID, f.Regime)
	case o.Profile != nil && o.Profile.bank != b:
		return nil, fmt.Errorf("engine: profile %s was made with bank %s, not with the very bank %s at hand; decode both with the same", o.Profile.ID, o.Profile.bank.ID, b.ID)
	}
	s := newSession(b, f)
	err := s.write(o.Consent, &event{Type: ptr(evConsent), Session: &o.Session, Rules: &o.Rules})
	if err != nil {
		return nil, err
	}
	needs := o.Needs
	if needs == nil {
		needs = []string{}
	}
	bank, framework := b.ref(), f.ref()
	err = s.write(o.Start, &event{
		Type: ptr(evStart), Schema: ptr(sessionSchema), Regime: &f.Regime, Bank: &bank, Framework: &framework,
		Candidate: &o.Candidate, Centre: &o.Centre, Date: &o.Date, Language: &o.Language, Needs: &needs,
		ExtraMinutes: &o.ExtraMinutes, Seed: ptr(hex.EncodeToString(o.Seed[:])),
	})
	if err != nil || o.Profile == nil {
		return s, err
	}
	skills, seen := o.Profile.freeze(f.MaxLevel)
	return s, s.write(o.Start, &event{Type: ptr(evProfile), Profile: ptr(o.Profile.ref()), Skills: &skills, Seen: &seen})
}

func newSession(b *Bank, f *Framework) *Session {
	return &Session{bank: b, framework: f, prev: strings.Repeat("0", 64), current: -1, chosen: -1}
}

func ptr[T any](v T) *T { return &v }

// write completes an event, applies it and appends its line.
func (s *Session) write(at time.Time, e *event) error {
	if s.events == maxEvents {
		return fmt.Errorf("engine: the log already holds %d events, its limit; the session cannot go on", maxEvents)
	}
	e.At, e.N, e.Prev = ptr(formatTime(at)), ptr(s.events+1), ptr(s.prev)
	if field, err := s.apply(e); err != nil {
		return fmt.Errorf("engine: event %s, field %s: %w", *e.Type, field, err)
	}
	s.append(inOrder(e))
	return nil
}

func (s *Session) append(line []byte) {
	s.log = append(append(s.log, line...), '\n')
	s.prev = sha256Hex(line)
	s.events++
}

// Next puts the next question, or gives again the one on screen, after a
// resume for instance. It fails with ErrComplete, ErrTimeUp or ErrExhausted
// when there is none.
func (s *Session) Next(at time.Time) (*Question, error) {
	switch {
	case s.ended != "":
		return nil, fmt.Errorf("engine: the next question %w", errEnded)
	case s.current < 0 && s.whole():
		return nil, ErrComplete
	case at.After(s.deadline):
		return nil, ErrTimeUp
	case s.current >= 0:
		return s.Current(), nil
	case s.choose() < 0:
		if err := s.End(at, EndExhausted); err != nil {
			return nil, err
		}
		return nil, ErrExhausted
	}
	err := s.write(at, &event{Type: ptr(evQuestion), Question: ptr(len(s.asked) + 1), Item: &s.bank.Items[s.choose()].ID})
	return s.Current(), err
}

// Current returns the question on screen, or nil.
func (s *Session) Current() *Question {
	if s.current < 0 {
		return nil
	}
	return &Question{s.current + 1, &s.bank.Items[s.asked[s.current].item]}
}

// choose returns the index of the item that comes next, -1 for none.
func (s *Session) choose() int {
	switch {
	case s.chosen >= 0:
	case s.path == nil:
		s.chosen = s.frozen.items[len(s.asked)]
	default:
		s.chosen = s.path.next(&s.opening.Seed, len(s.asked)+1)
	}
	return s.chosen
}

// Answer answers the question on screen; correct is the grader's verdict. Past
// the deadline the answer is kept in the log, but not treated.
func (s *Session) Answer(at time.Time, correct bool) error {
	e := &event{Type: ptr(evAnswer), Question: ptr(s.current + 1), Correct: &correct}
	e.measure(s.after(at, correct))
	return s.write(at, e)
}

// Pass passes the question on screen: it counts as wrong and is never asked
// again.
func (s *Session) Pass(at time.Time) error {
	e := &event{Type: ptr(evPass), Question: ptr(s.current + 1)}
	e.measure(s.after(at, false))
	return s.write(at, e)
}

// FocusLost notes that the candidate left the page of a question in focus
// mode: its answer will be wrong.
func (s *Session) FocusLost(at time.Time) error {
	return s.write(at, &event{Type: ptr(evFocusLost), Question: ptr(s.current + 1)})
}

// Report notes that the candidate reports a problem with a question. By itself
// it changes nothing: the supervisor must Confirm or Dismiss it.
func (s *Session) Report(at time.Time, question int, note string) error {
	return s.write(at, &event{Type: ptr(evProblem), Question: &question, Note: &note})
}

// Confirm confirms a report: there was a technical problem.
func (s *Session) Confirm(at time.Time, question int, by string) error {
	return s.write(at, &event{Type: ptr(evConfirmed), Question: &question, By: &by})
}

// Dismiss dismisses a report.
func (s *Session) Dismiss(at time.Time, question int, by string) error {
	return s.write(at, &event{Type: ptr(evDismissed), Question: &question, By: &by})
}

// Continue notes that a confirmed problem is over and the question stands.
func (s *Session) Continue(at time.Time, question int, by string) error {
	return s.write(at, &event{Type: ptr(evContinued), Question: &question, By: &by})
}

// Neutralise takes a question with a confirmed problem out of the test. In the
// adaptive regime Next replaces it.
func (s *Session) Neutralise(at time.Time, question int, by string) error {
	e := &event{Type: ptr(evNeutralised), Question: &question, By: &by}
	e.measure(s.rerun([]int{question - 1}).stands())
	return s.write(at, e)
}

// Suspect notes a suspicion of fraud, for the jury to decide.
func (s *Session) Suspect(at time.Time, by, note string) error {
	return s.write(at, &event{Type: ptr(evSuspicion), By: &by, Note: &note})
}

// AddTime moves the deadline by some minutes.
func (s *Session) AddTime(at time.Time, minutes int, by string) error {
	return s.write(at, &event{Type: ptr(evExtraTime), Minutes: &minutes, By: &by})
}

// Resume notes that the test goes on after an interruption. The deadline does
// not move: AddTime does that.
func (s *Session) Resume(at time.Time, by string) error {
	return s.write(at, &event{Type: ptr(evResume), By: &by})
}

// End ends the session, for one of the reasons EndCandidate to EndExhausted.
func (s *Session) End(at time.Time, reason string) error {
	return s.write(at, &event{Type: ptr(evEnd), Reason: &reason})
}

// Log returns a copy of the log so far.
func (s *Session) Log() []byte { return append([]byte(nil), s.log...) }

// Capacity returns the capacity and its error, multiples of 1e-9; 0 in the
// profile regime, which has none.
func (s *Session) Capacity() (capacity, deviation float64) {
	if s.path == nil {
		return 0, 0
	}
	e := s.path.estimator.Estimate()
	return e.Ability, e.Error
}

// Treated returns how many questions were answered or passed in time and not
// neutralised.
func (s *Session) Treated() int { return s.treated }

// Deadline returns the last instant at which an answer counts.
func (s *Session) Deadline() time.Time { return s.deadline }

// Ended returns the reason for the end, or "" while the session runs.
func (s *Session) Ended() string { return s.ended }
