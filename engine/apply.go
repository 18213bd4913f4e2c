package engine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/engine/irt"
)

const (
	maxExtra = 240 // minutes granted to a session in all
	maxDelay = 24 * time.Hour
)

var errEnded = errors.New("comes after the end of the session; an ended log takes no event")

// apply checks an event against the session and, when all is right, moves the
// session on. Live sessions and replays both come through here, so that a log
// holds nothing that a live session could not have written.
func (s *Session) apply(e *event) (field string, err error) {
	at, err := checkTimestamp(*e.At)
	if err != nil {
		return "at", err
	}
	if *e.N != s.events+1 {
		return "n", fmt.Errorf("is %d, where %d is due; an event was removed, added or moved", *e.N, s.events+1)
	}
	if *e.Prev != s.prev {
		return "prev", errors.New("is not the hash of the line before; that line or this one was altered")
	}
	if at.Before(s.latest) {
		return "at", fmt.Errorf("is %s, before the event that precedes it (%s); time never goes back", *e.At, formatTime(s.latest))
	}
	if first := s.framework.opening(); s.events < len(first) {
		if *e.Type != first[s.events] {
			return "type", fmt.Errorf("is %s, where %s is due; a log begins with %s", *e.Type, first[s.events], strings.Join(first, ", "))
		}
	} else if slices.Contains(first, *e.Type) {
		return "type", fmt.Errorf("is %s, which a log holds once, at its beginning", *e.Type)
	}
	if s.ended != "" {
		return "type", errEnded
	}
	if e.By != nil {
		if err := checkText(*e.By, maxBy); err != nil {
			return "by", err
		}
	}
	if e.Note != nil {
		if err := checkText(*e.Note, maxNote); err != nil {
			return "note", err
		}
	}
	switch *e.Type {
	case evConsent:
		field, err = s.applyConsent(e)
	case evStart:
		field, err = s.applyStart(e, at)
	case evProfile:
		field, err = s.applyProfile(e)
	case evQuestion:
		field, err = s.applyQuestion(e, at)
	case evAnswer, evPass:
		field, err = s.applyAnswer(e, at)
	case evFocusLost:
		field, err = s.applyFocusLost(e)
	case evProblem, evConfirmed, evDismissed, evContinued, evNeutralised:
		field, err = s.applyProblem(e)
	case evSuspicion:
		s.suspicion = true
	case evExtraTime:
		if m := *e.Minutes; m < 1 || s.extra+m > maxExtra {
			return "minutes", fmt.Errorf("is %d; give 1 or more, and %d at most to a session in all", m, maxExtra)
		}
		s.extra += *e.Minutes
		s.deadline = s.deadline.Add(time.Duration(*e.Minutes) * time.Minute)
	case evResume:
	case evEnd:
		field, err = s.applyEnd(e, at)
	}
	if err != nil {
		return field, err
	}
	s.latest = at
	return "", nil
}

// opening lists the types of the events that a log begins with.
func (f *Framework) opening() []string {
	if f.Regime == regimeProfile {
		return openings
	}
	return openings[:2]
}

var openings = []string{evConsent, evStart, evProfile}

func (s *Session) applyConsent(e *event) (string, error) {
	if err := checkID(*e.Session); err != nil {
		return "session", err
	}
	if err := checkID(*e.Rules); err != nil {
		return "rules", err
	}
	s.opening.Session, s.opening.Rules = *e.Session, *e.Rules
	s.opening.Consent, _ = checkTimestamp(*e.At)
	return "", nil
}

func (s *Session) applyStart(e *event, at time.Time) (string, error) {
	if *e.Schema != sessionSchema {
		return "schema", fmt.Errorf("is %.40q; this program reads %s", *e.Schema, sessionSchema)
	}
	if *e.Regime != s.framework.Regime {
		return "regime", fmt.Errorf("is %.40q; the framework's is %q", *e.Regime, s.framework.Regime)
	}
	for _, r := range []struct {
		field      string
		have, want Ref
	}{{"bank", *e.Bank, s.bank.ref()}, {"framework", *e.Framework, s.framework.ref()}} {
		if r.have.ID != r.want.ID {
			return r.field + ".id", fmt.Errorf("is %.80q and the %s at hand is %q; give the %s the session was held with", r.have.ID, r.field, r.want.ID, r.field)
		}
		if r.have.SHA256 != r.want.SHA256 {
			return r.field + ".sha256", fmt.Errorf("does not match the %s at hand, whose hash is %s; give the very file the session was held with", r.field, r.want.SHA256)
		}
	}
	day, err := checkDate(*e.Date)
	if err != nil {
		return "date", err
	}
	// Midnight differs by at most 14 hours between a centre and UTC.
	if d := at.Sub(day); d < -14*time.Hour || d >= 36*time.Hour {
		return "date", fmt.Errorf("is %s, which is the day nowhere when the session starts, %s; mend it", *e.Date, *e.At)
	}
	if !s.framework.coversDay(*e.Date) {
		return "date", fmt.Errorf("is %s, when framework %s does not hold (from %s to %s); use the framework of that day", *e.Date, s.framework.ID, s.framework.validFrom, orOpen(s.framework.validUntil))
	}
	if at.Sub(s.opening.Consent) > maxDelay {
		return "at", errors.New("is more than a day after the consent; ask for the consent again")
	}
	if field, err := e.Candidate.check(*e.Centre, *e.Date); err != nil {
		return field, err
	}
	if !langPattern.MatchString(*e.Language) {
		return "language", fmt.Errorf("is %.40q; give a language code, as \"fr\"", *e.Language)
	}
	if err := checkNeeds(*e.Needs); err != nil {
		return "needs", err
	}
	if m := *e.ExtraMinutes; m < 0 || m > maxExtra {
		return "extraMinutes", fmt.Errorf("is %d; give 0 to %d", m, maxExtra)
	}
	if !hashPattern.MatchString(*e.Seed) {
		return "seed", errors.New("is not 32 bytes in lower-case hexadecimal")
	}
	if err := fitRegime(s.bank, s.framework); err != nil {
		return "bank", err
	}
	var p *path
	if s.framework.Regime == regimeAdaptive {
		if p = newPath(s.bank, s.framework, *e.Language, *e.Needs); p.usable == 0 {
			return "language", fmt.Errorf("is %q with needs %v, for which bank %s has no item; use another bank", *e.Language, *e.Needs, s.bank.ID)
		}
	}
	o := &s.opening
	o.Start, o.Date, o.Candidate, o.Centre = at, *e.Date, *e.Candidate, *e.Centre
	o.Language, o.Needs, o.ExtraMinutes = *e.Language, *e.Needs, *e.ExtraMinutes
	hex.Decode(o.Seed[:], []byte(*e.Seed))
	s.extra = o.ExtraMinutes
	s.deadline = at.Add(s.framework.Time + time.Duration(s.extra)*time.Minute)
	s.path = p
	return "", nil
}

func orOpen(day string) string {
	if day == "" {
		return "now on"
	}
	return day
}

func (s *Session) applyQuestion(e *event, at time.Time) (string, error) {
	switch {
	case s.current >= 0:
		return "type", fmt.Errorf("is question, while question %d is on screen; it must be answered, passed or neutralised first", s.current+1)
	case s.whole():
		return "type", errors.New("is question, though the test has no more")
	case at.After(s.deadline):
		return "at", fmt.Errorf("is past the deadline, %s; no question is put then", formatTime(s.deadline))
	case *e.Question != len(s.asked)+1:
		return "question", fmt.Errorf("is %d, where %d is due", *e.Question, len(s.asked)+1)
	}
	i := s.choose()
	if i < 0 {
		return "item", errors.New("is given, though the bank has none left for this candidate")
	}
	if id := s.bank.Items[i].ID; *e.Item != id {
		return "item", fmt.Errorf("is %.80q, where the rules choose %q; the log does not belong to this bank and framework, or was altered", *e.Item, id)
	}
	if s.path != nil {
		s.path.ask(i)
	}
	s.asked = append(s.asked, asked{item: i})
	s.current, s.chosen = len(s.asked)-1, -1
	return "", nil
}

// whole tells whether no question is left to put: in the adaptive regime, where
// neutralised ones are replaced, since enough were treated; in the profile
// regime since all were put.
func (s *Session) whole() bool {
	if s.frozen != nil {
		return len(s.asked) == len(s.frozen.items)
	}
	return s.treated >= s.framework.Questions
}

// after returns where the candidate will stand once the question on screen is
// answered at that time (path.ahead); nil in the profile regime.
func (s *Session) after(at time.Time, correct bool) *irt.Recentred {
	if s.path == nil {
		return nil
	}
	estimator := s.path.ahead()
	if s.current >= 0 && !at.Truncate(time.Millisecond).After(s.deadline) {
		q := s.asked[s.current]
		s.path.move(estimator, q.item, correct && !q.focusLost)
	}
	return estimator
}

// stands returns the estimator of a path, nil for none.
func (p *path) stands() *irt.Recentred {
	if p == nil {
		return nil
	}
	return p.estimator
}

// measure makes an event say where the candidate stands after it, in the
// adaptive regime; in the profile regime r is nil, and nothing is measured
// before the end.
func (e *event) measure(r *irt.Recentred) {
	if r != nil {
		est := r.Estimate()
		e.Capacity, e.Error = &est.Ability, &est.Error
	}
}

// checkMeasure compares what an event says with what the answers give.
func (e *event) checkMeasure(r *irt.Recentred) (string, error) {
	for i, have := range [...]*float64{e.Capacity, e.Error} {
		switch {
		case r == nil && have != nil:
			return measured[i], fmt.Errorf("does not belong to an event of the regime %q", regimeProfile)
		case r != nil && have == nil:
			return measured[i], errMissing(*e.Type)
		}
	}
	if r == nil {
		return "", nil
	}
	est := r.Estimate()
	for _, c := range [...]struct {
		field     string
		have, due float64
	}{{"capacity", *e.Capacity, est.Ability}, {"error", *e.Error, est.Error}} {
		if c.have != c.due {
			return c.field, fmt.Errorf("is %v, where the answers give %v; the log does not belong to this bank and framework, or was altered", c.have, c.due)
		}
	}
	return "", nil
}

func (s *Session) applyAnswer(e *event, at time.Time) (string, error) {
	if field, err := s.onScreen(*e.Question); err != nil {
		return field, err
	}
	correct := e.Correct != nil && *e.Correct
	after := s.after(at, correct)
	if field, err := e.checkMeasure(after); err != nil {
		return field, err
	}
	if at.After(s.deadline) {
		return "", nil // kept, not treated: the question stays on screen
	}
	q := &s.asked[s.current]
	q.treated, q.correct, q.open = true, correct && !q.focusLost, false
	if after != nil {
		s.path.take()
	}
	s.treated++
	s.current, s.chosen = -1, -1
	return "", nil
}

func (s *Session) onScreen(question int) (string, error) {
	switch {
	case s.current < 0:
		return "question", fmt.Errorf("is %d, while no question is on screen", question)
	case question != s.current+1:
		return "question", fmt.Errorf("is %d, while question %d is on screen", question, s.current+1)
	}
	return "", nil
}

func (s *Session) applyFocusLost(e *event) (string, error) {
	if field, err := s.onScreen(*e.Question); err != nil {
		return field, err
	}
	q := &s.asked[s.current]
	if s.bank.Items[q.item].Mode != Focus {
		return "question", fmt.Errorf("is %d, which is in free mode; there the candidate may leave the page", *e.Question)
	}
	q.focusLost = true
	return "", nil
}

func (s *Session) applyProblem(e *event) (string, error) {
	n := *e.Question
	if n < 1 || n > len(s.asked) {
		return "question", fmt.Errorf("is %d; questions 1 to %d were put", n, len(s.asked))
	}
	q := &s.asked[n-1]
	if q.neutralised {
		return "question", fmt.Errorf("is %d, which was neutralised", n)
	}
	switch *e.Type {
	case evProblem:
		q.reported = true
	case evConfirmed, evDismissed:
		if !q.reported {
			return "question", fmt.Errorf("is %d, on which no report waits", n)
		}
		q.reported = false
		if *e.Type == evConfirmed {
			q.confirmed, q.open, s.technical = true, true, true
		}
	case evContinued:
		if !q.open {
			return "question", fmt.Errorf("is %d, on which no confirmed problem is open", n)
		}
		q.open = false
	case evNeutralised:
		if !q.confirmed {
			return "question", fmt.Errorf("is %d, on which no problem was confirmed; confirm a report first", n)
		}
		p := s.rerun([]int{n - 1})
		if field, err := e.checkMeasure(p.stands()); err != nil {
			return field, err
		}
		q.neutralised = true
		if q.treated {
			s.treated--
		}
		if s.current == n-1 {
			s.current = -1
		}
		s.path, s.chosen = p, -1
	}
	return "", nil
}

// rerun runs the path again from the start without the neutralised questions
// and without those in out, by index. Their items stay asked; their themes and
// competences are free again. There is no path in the profile regime.
func (s *Session) rerun(out []int) *path {
	if s.path == nil {
		return nil
	}
	p := newPath(s.bank, s.framework, s.opening.Language, s.opening.Needs)
	for i, q := range s.asked {
		if q.neutralised || slices.Contains(out, i) {
			p.selector.Close(q.item)
			continue
		}
		p.ask(q.item)
		if q.treated {
			p.answer(q.item, q.correct)
		}
	}
	return p
}

func (s *Session) applyEnd(e *event, at time.Time) (string, error) {
	switch *e.Reason {
	case EndCandidate, EndSupervisor, EndTechnical:
	case EndTime:
		if at.Before(s.deadline) {
			return "reason", fmt.Errorf("is time, before the deadline, %s", formatTime(s.deadline))
		}
	case EndExhausted:
		if s.current >= 0 || s.whole() || s.choose() >= 0 {
			return "reason", errors.New("is bank-exhausted, though the test could go on")
		}
	default:
		return "reason", fmt.Errorf("is %.40q; give candidate, supervisor, technical, time or bank-exhausted", *e.Reason)
	}
	s.stopped = *e.Reason == EndTechnical || *e.Reason == EndExhausted
	s.technical = s.technical || s.stopped
	if s.current >= 0 && s.asked[s.current].open {
		s.stopped = true
	}
	s.ended = *e.Reason
	return "", nil
}
