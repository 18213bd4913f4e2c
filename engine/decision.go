package engine

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	decisionSchema = "etalon-decision/1"
	maxDecision    = 64 << 10 // bytes
	maxReason      = 1000     // bytes of a reason
)

// What a jury may decide on a session.
const (
	DecideAccept     = "accept"     // the table's outcome stands; a suspicion was not established
	DecideDismiss    = "dismiss"    // the same, and says so of the suspicion noted in the room
	DecideFraud      = "fraud"      // fraud is established
	DecideCancel     = "cancel"     // the session is void
	DecideNeutralise = "neutralise" // the table's outcome without some items
)

// Kinds of fraud: what the rules that a candidate consents to forbid.
const (
	FraudImpersonation = "impersonation" // somebody else sat the test
	FraudCommunication = "communication" // with anybody, in the room or outside
	FraudDevice        = "device"        // a telephone or another connected device
	FraudAI            = "ai"            // a system of artificial intelligence, a chatbot
	FraudForum         = "forum"         // a forum that hands the answer to a question
	FraudAnswers       = "answers"       // any other means that gives answers ready made
	FraudOther         = "other"         // the reason says what
)

// FraudKinds lists the kinds of fraud, in the order in which they are shown.
func FraudKinds() []string {
	return []string{FraudImpersonation, FraudCommunication, FraudDevice, FraudAI, FraudForum, FraudAnswers, FraudOther}
}

// Ruling is a jury's decision as a final record holds it.
type Ruling struct {
	At      string   `json:"at"`               // UTC with milliseconds, as 2026-10-05T14:00:00.000Z
	By      string   `json:"by"`               // who decided
	Follows string   `json:"follows,omitzero"` // SHA-256 of the file of the decision whose place it takes, hex; "" for the first
	Items   []string `json:"items,omitzero"`   // ids, sorted; for DecideNeutralise only
	Kind    string   `json:"kind,omitzero"`    // FraudImpersonation …; for DecideFraud and DecideDismiss only
	Outcome string   `json:"outcome"`          // DecideAccept …
	Reason  string   `json:"reason"`
}

// Same tells whether two rulings are the same in every member.
func (r *Ruling) Same(o *Ruling) bool {
	return r.At == o.At && r.By == o.By && r.Follows == o.Follows && slices.Equal(r.Items, o.Items) &&
		r.Kind == o.Kind && r.Outcome == o.Outcome && r.Reason == o.Reason
}

// SameDecisions tells whether two records were made with the same decisions of
// the jury, or both without.
func (r *Record) SameDecisions(o *Record) bool {
	if (r.Decision == nil) != (o.Decision == nil) || !maps.Equal(r.Neutralised, o.Neutralised) {
		return false
	}
	return r.Decision == nil || r.Decision.Same(o.Decision)
}

// Decision is a Ruling on one session.
type Decision struct {
	Ruling
	Session string
}

type decisionFile struct {
	Schema string `json:"schema"`
	Ruling
	Session string `json:"session"`
}

// DecodeDecision decodes a decision file (package comment, "Decision"); name
// stands in its errors.
func DecodeDecision(name string, data []byte) (*Decision, error) {
	d := document{name: name, data: data}
	var f decisionFile
	if err := d.decode(&f, maxDecision); err != nil {
		return nil, err
	}
	if f.Schema != decisionSchema {
		return nil, d.at("/schema", "is %.40q; this program reads %s", f.Schema, decisionSchema)
	}
	if err := checkID(f.Session); err != nil {
		return nil, d.at("/session", "%v", err)
	}
	if field, err := f.Ruling.check(); err != nil {
		return nil, d.at("/"+jsontext.Pointer(field), "%v", err)
	}
	return &Decision{f.Ruling, f.Session}, nil
}

// Encode returns the decision's JSON in RFC 8785 form, without a line end.
func (d *Decision) Encode() []byte {
	return canonical(decisionFile{decisionSchema, d.Ruling, d.Session})
}

func (r *Ruling) check() (field string, err error) {
	if _, err := checkTimestamp(r.At); err != nil {
		return "at", err
	}
	if err := checkText(r.By, maxName); err != nil {
		return "by", err
	}
	if err := checkText(r.Reason, maxReason); err != nil {
		return "reason", err
	}
	if r.Follows != "" && !hashPattern.MatchString(r.Follows) {
		return "follows", errors.New("is not 64 lower-case hexadecimal digits")
	}
	if r.Kind != "" {
		switch {
		case r.Outcome != DecideFraud && r.Outcome != DecideDismiss:
			return "kind", fmt.Errorf("is given with the outcome %.40q; only %s and %s have a kind", r.Outcome, DecideFraud, DecideDismiss)
		case !slices.Contains(FraudKinds(), r.Kind):
			return "kind", fmt.Errorf("is %.40q; give one of %s", r.Kind, strings.Join(FraudKinds(), ", "))
		}
	}
	switch r.Outcome {
	case DecideAccept, DecideDismiss, DecideFraud, DecideCancel:
		if r.Items != nil {
			return "items", fmt.Errorf("is given with the outcome %s; only %s has items", r.Outcome, DecideNeutralise)
		}
	case DecideNeutralise:
		if len(r.Items) == 0 {
			return "items", errors.New("is empty or missing; name the items to neutralise")
		}
		valid := func(s string) bool { return checkID(s) == nil }
		if err := checkSet(r.Items, 200, valid, "ids of items"); err != nil {
			return "items", err
		}
	default:
		return "outcome", fmt.Errorf("is %.40q; give %s, %s, %s, %s or %s", r.Outcome, DecideAccept, DecideDismiss, DecideFraud, DecideCancel, DecideNeutralise)
	}
	return "", nil
}

// Finalise returns the final record of a session: it replays the log, checks
// that r belongs to it, and applies the jury's decision and those on items for
// everyone, as far as they are about the session. What is neutralised is taken
// out and the path is run again; the outcome is then once more the table's. r is
// the proposal, which the log must give, or a final record of the same log, in
// whose place a later decision puts another. r is left as it was; name stands in
// errors about the log.
func (r *Record) Finalise(d *Decision, name string, log []byte, b *Bank, f *Framework, items ...*ItemDecision) (*Record, error) {
	if d.Session != r.Session {
		return nil, fmt.Errorf("engine: the decision is about session %q, the record about %s; give the decision of that session", d.Session, r.Session)
	}
	fail := func(field string, err error) error {
		return fmt.Errorf("engine: decision on session %s: field %s %w", d.Session, field, err)
	}
	if field, err := d.Ruling.check(); err != nil {
		return nil, fail(field, err)
	}
	s, err := replayEnded(name, log, b, f)
	if err != nil {
		return nil, err
	}
	switch {
	case r.State == Final && r.Log != s.logRef():
		return nil, fmt.Errorf("%s: the log is not the one that the final record of session %s was made from; restore it from its copy", name, r.Session)
	case r.State != Final && !bytes.Equal(s.record(nil, nil).Encode(), r.Encode()):
		return nil, fmt.Errorf("%s: the log does not give the proposed record of session %s; score the log again", name, r.Session)
	}
	if at, _ := checkTimestamp(d.At); at.Before(s.latest) {
		return nil, fail("at", fmt.Errorf("is %s, before the end of the session, %s; mend it", d.At, formatTime(s.latest)))
	}
	if d.Outcome == DecideDismiss && !s.suspicion {
		return nil, fail("outcome", fmt.Errorf("is %s, though no suspicion was noted in the room; give %s", DecideDismiss, DecideAccept))
	}
	out, err := s.locate(d.Items)
	if err != nil {
		return nil, fail("items", err)
	}
	if len(out) > 0 && !s.answered(out) {
		return nil, fail("items", errors.New("leaves no answer to score; cancel the session instead"))
	}
	out, withdrawn, err := s.withdraw(out, items)
	if err != nil && d.Outcome != DecideFraud && d.Outcome != DecideCancel {
		return nil, err
	}
	ruling := d.Ruling
	ruling.Items = slices.Clone(d.Items)
	final := s.record(&ruling, out)
	final.Neutralised = withdrawn
	return final, nil
}

// locate returns the indices of the questions that put some items. In the
// profile regime a question of the test that was never put can be named as well.
func (s *Session) locate(items []string) ([]int, error) {
	var questions []int // items
	for _, q := range s.asked {
		questions = append(questions, q.item)
	}
	if s.frozen != nil {
		questions = s.frozen.items
	}
	var out []int
	for _, id := range items {
		it := s.bank.item(id)
		i := slices.IndexFunc(questions, func(item int) bool { return s.bank.Items[item].ID == id })
		switch {
		case it == nil:
			return nil, fmt.Errorf("names %q, which is not in bank %s; mend it", id, s.bank.ID)
		case i < 0:
			return nil, fmt.Errorf("names %q, which the session did not put; remove it", id)
		case i < len(s.asked) && s.asked[i].neutralised:
			return nil, fmt.Errorf("names %q, which was neutralised in the room; remove it", id)
		}
		out = append(out, i)
	}
	return out, nil
}

// answered tells whether an answer is left once the questions in out, by
// index, are taken out: without any, the capacity would be the one every test
// starts from. The profile regime has a rule for that, and needs none.
func (s *Session) answered(out []int) bool {
	if s.path == nil {
		return true
	}
	for i, q := range s.asked {
		if q.treated && !q.neutralised && !slices.Contains(out, i) {
			return true
		}
	}
	return false
}
