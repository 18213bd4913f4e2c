package engine

import (
	"bytes"
	"math/big"
	"slices"
	"time"

	"etalon/engine/irt"
)

// Explanation tells how a record came about: a session run again from its log,
// with what the rules looked at before each choice. It measures nothing that
// Score and Finalise do not measure as well, and nothing in a session knows of
// it: it looks at one between two events.
type Explanation struct {
	Proposed *Record `json:"proposed"` // what the table of validation gives
	Record   *Record `json:"record"`   // what the jury's decision makes of it; Proposed without one

	Consent   time.Time `json:"consent"`
	Start     time.Time `json:"start"`
	Deadline  time.Time `json:"deadline"` // with all the time that was added
	EndedAt   time.Time `json:"endedAt"`
	Ended     string    `json:"ended"` // reason, EndCandidate …
	Needs     []string  `json:"needs"`
	Minutes   int       `json:"minutes"`   // of the test, without those added
	Extra     int       `json:"extra"`     // minutes added, before and during the test
	Technical bool      `json:"technical"` // a report was confirmed, or the end is technical
	Stopped   bool      `json:"stopped"`   // a technical problem stopped the test
	Whole     int       `json:"whole"`     // questions of a whole test
	Least     int       `json:"least"`     // questions to treat for a score; adaptive regime

	Questions []Asking `json:"questions"` // in the order in which they were put
	Remarks   []Remark `json:"remarks"`   // of the room, on the session as a whole

	// Adaptive regime.
	Initial     *Point      `json:"initial,omitzero"`     // before the first answer
	Rerun       []Step      `json:"rerun,omitzero"`       // the path run again without the questions that the jury took out
	Degradation []Step      `json:"degradation,omitzero"` // the wrong answers that fill up the test
	Global      *Placement  `json:"global,omitzero"`      // nil without a score
	Competences []Placement `json:"competences,omitzero"` // 16, in the order of codes, or none

	// Profile regime.
	Tally  *Tally            `json:"tally,omitzero"`  // of the whole test
	Needed int               `json:"needed,omitzero"` // questions that must be left once some are neutralised
	Frozen []CompetenceTally `json:"frozen,omitzero"` // 16, in the order of codes
	Unput  []string          `json:"unput,omitzero"`  // items of the test that were never put
}

// Point is a capacity and its error.
type Point struct {
	Capacity float64 `json:"capacity"` // multiple of 1e-9
	Error    float64 `json:"error"`    // multiple of 1e-9
}

// Asking is one question and what came of it.
type Asking struct {
	Number      int       `json:"number"`
	At          time.Time `json:"at"`
	Item        *Item     `json:"item"`
	Answer      string    `json:"answer"` // AnswerRight … AnswerNone
	AnsweredAt  time.Time `json:"answeredAt,omitzero"`
	FocusLost   bool      `json:"focusLost"`
	Neutralised string    `json:"neutralised"` // ByRoom, ByJury or ""
	Remarks     []Remark  `json:"remarks,omitzero"`

	// Adaptive regime.
	Before     *Point      `json:"before,omitzero"`     // when it was chosen
	Candidates []Contender `json:"candidates,omitzero"` // the short list, best first
	Draw       float64     `json:"draw,omitzero"`       // u, in [0, 1)
	Rank       int         `json:"rank,omitzero"`       // drawn, from 1
	Yielded    int         `json:"yielded,omitzero"`    // how many of the three rules of selection yielded, the first ones
	After      *Point      `json:"after,omitzero"`      // once treated, as things stood then
	Unlimited  *float64    `json:"unlimited,omitzero"`  // capacity before the limit of the step, when it cut
	Moved      *Moved      `json:"moved,omitzero"`      // neutralised in the room: where the path then led

	// Profile regime.
	Skill string `json:"skill,omitzero"` // that it confirms, as "1.3-big-data-2"
}

// Moved is where a neutralisation in the room moved the capacity, and when.
type Moved struct {
	Point
	After int `json:"after"` // number of the last question that was put before
}

// What became of a question.
const (
	AnswerRight  = "right"
	AnswerWrong  = "wrong"
	AnswerPassed = "passed" // counts as wrong
	AnswerLate   = "late"   // after the deadline: not treated
	AnswerNone   = "none"   // still on screen at the end, or taken out before
)

// Who neutralised a question.
const (
	ByRoom = "room" // the supervisor: another one was put in its place
	ByJury = "jury" // it stays in the count of those treated
)

// Contender is an item of a short list.
type Contender struct {
	Item        string  `json:"item"`
	Competence  string  `json:"competence"`
	Theme       string  `json:"theme"`
	Information float64 `json:"information"` // multiple of 1e-9
}

// Step is one answer of a path that was run apart from the session.
type Step struct {
	Question  int      `json:"question"` // number in the session, 0 for an item it never put
	Item      string   `json:"item"`
	Correct   bool     `json:"correct"`
	Unlimited *float64 `json:"unlimited,omitzero"` // as in Asking
	Point
}

// Remark is an event of the room.
type Remark struct {
	At      time.Time `json:"at"`
	Type    string    `json:"type"` // as in the log: problem, confirmed, suspicion, extra-time …
	By      string    `json:"by,omitzero"`
	Note    string    `json:"note,omitzero"`
	Minutes int       `json:"minutes,omitzero"`
}

// Placement is where a capacity stands on a scale of levels.
type Placement struct {
	Scale    string  `json:"scale"` // code of a competence, "" for the global scale
	Capacity float64 `json:"capacity"`
	Level    int     `json:"level"`
	Low      string  `json:"low"`             // of the level's interval, an exact decimal
	High     string  `json:"high"`            // excluded
	Beyond   string  `json:"beyond,omitzero"` // "below" or "above": outside all intervals
	// The global scale alone: the level spans [Least, Next) pix, and Exact is
	// Least + (capacity - low)·(Next - Least)/(high - low) in lowest terms.
	Least int    `json:"least,omitzero"`
	Next  int    `json:"next,omitzero"`
	Exact string `json:"exact,omitzero"` // as "4711/128"
	Score int    `json:"score,omitzero"`
}

// Tally counts questions.
type Tally struct {
	Asked       int `json:"asked"`
	Right       int `json:"right"`
	Neutralised int `json:"neutralised"`
}

// CompetenceTally is what a certification of the profile regime gives in one
// competence.
type CompetenceTally struct {
	Competence string `json:"competence"`
	Exact      string `json:"exact"` // pix of the frozen profile, a fraction
	Pix        int    `json:"pix"`   // of the frozen profile
	Level      int    `json:"level"`
	Tally
	Row       string `json:"row,omitzero"`     // outcomes at R ≥ 80, 70 ≤ R < 80 and R < 70, as "VDX"
	Outcome   string `json:"outcome,omitzero"` // V, D or X; "" when nothing was asked, or R below 50
	Certified int    `json:"certified"`        // pix
}

// Explain runs the log of an ended session again and tells how its record came
// about; d is the jury's decision, nil before it, and items are those on items
// for everyone. It refuses what Score and Finalise refuse; name stands in its
// errors.
func Explain(name string, log []byte, b *Bank, f *Framework, d *Decision, items ...*ItemDecision) (*Explanation, error) {
	proposed, err := Score(name, log, b, f)
	if err != nil {
		return nil, err
	}
	x := &Explanation{Proposed: proposed, Record: proposed}
	if d != nil {
		if x.Record, err = proposed.Finalise(d, name, log, b, f, items...); err != nil {
			return nil, err
		}
	}
	s := newSession(b, f)
	for n := 1; len(log) > 0; n++ { // Score has seen that all is right
		line, rest, _ := bytes.Cut(log, []byte{'\n'})
		e, err := decodeEvent(name, n, line)
		if err != nil {
			return nil, err
		}
		if err := x.event(s, e); err != nil {
			return nil, eventError(name, n, "", "%v", err)
		}
		s.append(line)
		log = rest
	}
	o := &s.opening
	x.Consent, x.Start, x.Deadline, x.Needs = o.Consent, o.Start, s.deadline, o.Needs
	x.Ended, x.EndedAt, x.Extra, x.Minutes = s.ended, s.latest, s.extra, int(f.Time/time.Minute)
	x.Technical, x.Stopped = s.technical, s.stopped
	out, err := s.locate(x.Record.takenOut())
	if err != nil {
		return nil, err
	}
	for _, i := range out {
		if i < len(x.Questions) {
			x.Questions[i].Neutralised = ByJury
		}
	}
	if s.frozen != nil {
		x.certification(s, out)
	} else {
		x.adaptive(s, out)
	}
	return x, nil
}

// takenOut lists the items that the jury neutralised in the session, for it
// alone and for everyone.
func (r *Record) takenOut() []string {
	var items []string
	if r.Decision != nil {
		items = append(items, r.Decision.Items...)
	}
	for item := range r.Neutralised {
		items = append(items, item)
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// event applies one event, and notes what it did.
func (x *Explanation) event(s *Session, e *event) error {
	at, err := checkTimestamp(*e.At)
	if err != nil {
		return err
	}
	var q *Asking
	switch *e.Type {
	case evQuestion:
		x.Questions = append(x.Questions, x.choice(s, at))
		q = &x.Questions[len(x.Questions)-1]
	case evAnswer, evPass:
		q = &x.Questions[*e.Question-1]
		q.AnsweredAt = at
		if s.path != nil && !at.After(s.deadline) {
			correct := e.Correct != nil && *e.Correct && !q.FocusLost
			q.Unlimited = unlimited(s.path, s.asked[s.current].item, correct)
		}
	case evFocusLost:
		x.Questions[*e.Question-1].FocusLost = true
	case evProblem, evConfirmed, evDismissed, evContinued, evNeutralised:
		q = &x.Questions[*e.Question-1]
		q.Remarks = append(q.Remarks, remark(e, at))
	case evSuspicion, evExtraTime, evResume:
		x.Remarks = append(x.Remarks, remark(e, at))
	}
	if _, err := s.apply(e); err != nil {
		return err
	}
	switch *e.Type {
	case evQuestion:
		i := s.asked[len(s.asked)-1].item
		q.Item = &s.bank.Items[i]
		if s.frozen != nil {
			q.Skill = q.Item.skill()
		}
	case evAnswer, evPass:
		state := &s.asked[*e.Question-1]
		switch {
		case !state.treated:
			q.Answer = AnswerLate
		case *e.Type == evPass:
			q.Answer = AnswerPassed
		case state.correct:
			q.Answer = AnswerRight
		default:
			q.Answer = AnswerWrong
		}
		if state.treated {
			q.After = pointOf(s.path)
		} else {
			q.Unlimited = nil
		}
	case evNeutralised:
		q.Neutralised = ByRoom
		if p := pointOf(s.path); p != nil {
			q.Moved = &Moved{*p, len(s.asked)}
		}
	case evStart:
		x.Initial = pointOf(s.path)
	}
	return nil
}

// choice notes what the rules see before they choose.
func (x *Explanation) choice(s *Session, at time.Time) Asking {
	q := Asking{Number: len(s.asked) + 1, At: at, Answer: AnswerNone, Before: pointOf(s.path)}
	if s.path == nil {
		return q
	}
	for _, c := range s.path.best() {
		it := &s.bank.Items[c.Item]
		q.Candidates = append(q.Candidates, Contender{it.ID, it.Competence, it.Theme, c.Value})
	}
	q.Yielded = s.path.selector.Waived()
	q.Draw = float64(drawn(&s.opening.Seed, uint64(q.Number))) / (1 << 53)
	q.Rank = draw(&s.opening.Seed, uint64(q.Number), len(q.Candidates)) + 1
	return q
}

func remark(e *event, at time.Time) Remark {
	r := Remark{At: at, Type: *e.Type}
	if e.By != nil {
		r.By = *e.By
	}
	if e.Note != nil {
		r.Note = *e.Note
	}
	if e.Minutes != nil {
		r.Minutes = *e.Minutes
	}
	return r
}

// pointOf is where a path led; nil without one.
func pointOf(p *path) *Point {
	if p == nil {
		return nil
	}
	e := p.estimator.Estimate()
	return &Point{e.Ability, e.Error}
}

// unlimited returns the capacity that an answer would lead to without a limit
// of the step, nil when that is where it leads anyway.
func unlimited(p *path, item int, correct bool) *float64 {
	answer := p.bank.model.Item(item)
	free := p.estimator.Unlimited().Answer(answer, correct).Ability
	if free == p.estimator.Clone().Answer(answer, correct).Ability {
		return nil
	}
	return &free
}

// step answers on a path and notes where that leads.
func (p *path) step(question, item int, correct bool) Step {
	st := Step{Question: question, Item: p.bank.Items[item].ID, Correct: correct, Unlimited: unlimited(p, item, correct)}
	p.answer(item, correct)
	st.Point = *pointOf(p)
	return st
}

// adaptive explains score and levels.
func (x *Explanation) adaptive(s *Session, out []int) {
	f := s.framework
	x.Whole, x.Least = f.Questions, f.MinimumTreated
	if x.Record.Result == nil {
		return
	}
	p := s.path
	if len(out) > 0 {
		p = newPath(s.bank, f, s.opening.Language, s.opening.Needs)
		for i, q := range s.asked {
			if q.neutralised || slices.Contains(out, i) {
				p.selector.Close(q.item)
				continue
			}
			p.ask(q.item)
			if q.treated {
				x.Rerun = append(x.Rerun, p.step(i+1, q.item, q.correct))
			}
		}
	}
	if x.Record.Degraded {
		p = x.degrade(s, p.clone(), out)
	}
	e := p.estimator.Estimate()
	x.Global = f.global.place("", e, f.floor)
	for i := range f.competences {
		x.Competences = append(x.Competences, *f.competences[i].place(competenceCodes[i], e, nil))
	}
}

// degrade goes the way of Session.degrade, step by step.
func (x *Explanation) degrade(s *Session, p *path, out []int) *path {
	count := s.treated
	if s.current >= 0 && !slices.Contains(out, s.current) {
		x.Degradation = append(x.Degradation, p.step(s.current+1, s.asked[s.current].item, false))
		count++
	}
	for ; count < s.framework.Questions; count++ {
		best := p.best()
		if len(best) == 0 {
			break
		}
		i := best[0].Item
		p.ask(i)
		x.Degradation = append(x.Degradation, p.step(0, i, false))
	}
	return p
}

// place tells where a capacity stands; floor is that of the global scale, nil
// for a competence.
func (s scale) place(code string, e irt.Estimate, floor []int) *Placement {
	n := billionths(e.Ability)
	l := s.level(n)
	in := s[l]
	p := &Placement{Scale: code, Capacity: e.Ability, Level: l, Low: decimal(in.low), High: decimal(in.high)}
	if n < in.low {
		p.Beyond = "below"
	} else if n >= in.high {
		p.Beyond = "above"
	}
	if floor == nil {
		return p
	}
	p.Least, p.Next, p.Score = floor[l], floor[l+1], s.score(n, floor)
	exact := big.NewRat((n-in.low)*int64(p.Next-p.Least), in.high-in.low)
	p.Exact = exact.Add(exact, big.NewRat(int64(p.Least), 1)).RatString()
	return p
}

// certification explains what a test of the profile regime certified.
func (x *Explanation) certification(s *Session, out []int) {
	all, each := s.tallies(out)
	x.Whole, x.Tally, x.Needed = all.asked, all.export(), all.needed()
	for c, code := range competenceCodes {
		at, t := s.frozen.standings[c], each[c]
		row := CompetenceTally{Competence: code, Exact: at.Exact.RatString(), Pix: at.Pix, Level: at.Level, Tally: *t.export()}
		if t.asked > 0 {
			if row.Row = competenceOutcomes[t]; row.Row == "" {
				row.Row = "XXX"
			}
			if x.Record.Rate != nil && *x.Record.Rate >= LeastRate {
				row.Outcome = string(t.outcome(*x.Record.Rate))
			}
		}
		if x.Record.Result != nil {
			row.Certified = x.Record.Pix[code]
		}
		x.Frozen = append(x.Frozen, row)
	}
	for _, i := range s.frozen.items[len(s.asked):] {
		x.Unput = append(x.Unput, s.bank.Items[i].ID)
	}
}

func (t tally) export() *Tally { return &Tally{t.asked, t.right, t.neutralised} }
