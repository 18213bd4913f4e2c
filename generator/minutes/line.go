package minutes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/engine"
)

// Candidate is one line of the minutes.
type Candidate struct {
	Session           string
	Person            engine.Candidate
	Class, Prescriber string            // "" for none
	Account           *engine.Account   // nil while there is no test to decide on
	Framework         *engine.Framework // of the session; nil without an account
	Ruling            *engine.Ruling    // the decision that holds; nil before one
	Final             *engine.Record    // what it gives; nil before one
	Taken             bool              // a log was taken in
}

// line is a candidate as page and table show them.
type line struct {
	No                        int
	Session, Log              string // Log: the first digits of its SHA-256
	Family, Given, Birth      string
	Class, Prescriber         string
	Treated, Time, Ended      string
	Score, Level              string
	Outcome, Why              string
	Technical, Pending        bool // Pending: nothing is decided
	Focus                     int
	Events, Suspicions        []string
	Kind                      string
	Ruling, By, On, Because   string
	OnDay, AgainDay           string // the same days, in words
	Later                     bool   // in the place of an earlier decision
	FinalOutcome, FinalResult string
	Again                     string // day from which the person may sit again; "" for who obtained it
	Missing                   string // why there is nothing to decide on

	account *engine.Account
	final   *engine.Record
}

func (m *Minutes) line(c *Candidate, no int) (*line, error) {
	l := &line{
		No: no, Session: c.Session, Family: c.Person.FamilyName, Given: c.Person.GivenNames,
		Class: c.Class, Prescriber: c.Prescriber, account: c.Account, final: c.Final,
	}
	l.Birth = day(c.Person.BirthDate, m.Lang)
	if c.Person.BirthPlace != "" {
		l.Birth += ", " + c.Person.BirthPlace
	}
	a := c.Account
	if a == nil {
		l.Missing = m.word("notTaken")
		if c.Taken {
			l.Missing = m.word("unscored")
		}
		return l, nil
	}
	r := a.Proposal
	l.Log = r.Log.SHA256[:12]
	whole := c.Framework.Questions
	if r.Regime == "profile" {
		whole = a.Put
	}
	l.Treated = fmt.Sprintf("%d/%d", r.Treated, whole)
	l.Time = length(a.End.Sub(a.Start))
	l.Ended = endWords[a.Ended].In(m.Lang)
	l.Score, l.Level = m.result(r)
	l.Outcome = outcomeWords[r.Outcome].In(m.Lang)
	m.events(l, a)
	var err error
	if l.Why, err = m.why(r, c.Framework); err != nil {
		return nil, err
	}
	if r.Rule == engine.RuleAllTreated && l.Technical {
		l.Why += despiteWords.In(m.Lang)
	}
	if len(r.Neutralised) > 0 {
		l.Why += " " + m.word("neutralised") + colon.In(m.Lang) + strings.Join(sorted(r.Neutralised), ", ") + "."
	}
	outcome := r.Outcome
	if l.Pending = c.Ruling == nil; !l.Pending {
		outcome = c.Final.Outcome
		if err := m.decided(l, c); err != nil {
			return nil, err
		}
	}
	if outcome != engine.Validated {
		l.Again, err = c.Framework.Again(r.SessionDate)
		l.AgainDay = day(l.Again, m.Lang)
	}
	return l, err
}

// decided fills in the decision that holds.
func (m *Minutes) decided(l *line, c *Candidate) error {
	d := c.Ruling
	text, ok := rulingWords[d.Outcome]
	if !ok {
		return fmt.Errorf("session %s: no words for the decision %q", c.Session, d.Outcome)
	}
	l.Ruling = text.In(m.Lang)
	if d.Kind != "" {
		l.Kind = kindWords[d.Kind].In(m.Lang)
	}
	if len(d.Items) > 0 {
		l.Ruling += colon.In(m.Lang) + strings.Join(d.Items, ", ")
	}
	l.By, l.On, l.Because, l.Later = d.By, d.At[:10], d.Reason, d.Follows != ""
	l.OnDay = day(l.On, m.Lang)
	l.FinalOutcome = outcomeWords[c.Final.Outcome].In(m.Lang)
	if c.Final.Outcome == engine.Validated {
		score, level := m.result(c.Final)
		l.FinalResult = score + " pix"
		if level != "" {
			l.FinalResult += ", " + level
		}
	}
	return nil
}

// result is a record's score in pix and its level in words; "" where there is
// none.
func (m *Minutes) result(r *engine.Record) (score, level string) {
	if r.Result == nil {
		return "", ""
	}
	score = strconv.Itoa(r.Score)
	if r.Measure != nil {
		level = m.Referential.LevelName(r.Level).In(m.Lang)
	}
	return score, level
}

// why is the rule that gave a record's outcome, in words.
func (m *Minutes) why(r *engine.Record, f *engine.Framework) (string, error) {
	text, ok := ruleWords[r.Rule]
	if !ok {
		return "", fmt.Errorf("session %s: no words for the rule %q", r.Session, r.Rule)
	}
	rate := 0
	if r.Rate != nil {
		rate = *r.Rate
	}
	return spell(text, m.Lang, r.Treated, f.Questions, f.MinimumTreated, rate, engine.LeastRate, engine.LeastKept), nil
}

// events tells what happened in the room: suspicions apart, pages left together.
func (m *Minutes) events(l *line, a *engine.Account) {
	var focus []string
	l.Technical = a.Stopped
	for _, e := range a.Room {
		text, ok := eventWords[e.Type]
		switch e.Type {
		case "focus-lost":
			l.Focus++
			if n := strconv.Itoa(e.Question); !slices.Contains(focus, n) {
				focus = append(focus, n)
			}
			continue
		case "confirmed":
			l.Technical = true
		}
		if !ok {
			continue // the end, which has its column
		}
		told := fmt.Sprintf(m.word("minutes"), int(e.At.Sub(a.Start)/time.Minute))
		told += spell(text, m.Lang, e.Question, e.By, e.Note, e.Minutes)
		if e.Type == "suspicion" {
			l.Suspicions = append(l.Suspicions, told)
		} else {
			l.Events = append(l.Events, told)
		}
	}
	if len(focus) > 0 {
		l.Events = append(l.Events, spell(focusWords, m.Lang, strings.Join(focus, ", ")))
	}
	if a.Stopped {
		l.Technical = true
	}
}

var colon = in(" : ", ": ")

// length writes a duration as 1 h 05.
func length(d time.Duration) string {
	minutes := int(d / time.Minute)
	return fmt.Sprintf("%d h %02d", minutes/60, minutes%60)
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
