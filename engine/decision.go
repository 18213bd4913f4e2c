package engine

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	decisionSchema = "etalon-decision/1"
	maxDecision    = 64 << 10 // bytes
	maxReason      = 1000     // bytes of a reason
)

// What a jury may decide.
const (
	DecideAccept     = "accept"     // the table's outcome stands; a suspicion was not established
	DecideFraud      = "fraud"      // fraud is established
	DecideCancel     = "cancel"     // the session is void
	DecideNeutralise = "neutralise" // the table's outcome without some items
)

// Ruling is a jury's decision as a final record holds it.
type Ruling struct {
	At      string   `json:"at"`             // UTC with milliseconds, as 2026-10-05T14:00:00.000Z
	By      string   `json:"by"`             // who decided
	Items   []string `json:"items,omitzero"` // ids, sorted; for DecideNeutralise only
	Outcome string   `json:"outcome"`        // DecideAccept …
	Reason  string   `json:"reason"`
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
	switch r.Outcome {
	case DecideAccept, DecideFraud, DecideCancel:
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
		return "outcome", fmt.Errorf("is %.40q; give %s, %s, %s or %s", r.Outcome, DecideAccept, DecideFraud, DecideCancel, DecideNeutralise)
	}
	return "", nil
}

// Finalise returns the final record of a session: it replays the log, checks
// that it gives r, the proposal, and applies the jury's decision. Neutralised
// items are taken out and the path is run again; the outcome is then once more
// the table's. r is left as it was; name stands in errors about the log.
func (r *Record) Finalise(d *Decision, name string, log []byte, b *Bank, f *Framework) (*Record, error) {
	if r.State != Proposed {
		return nil, fmt.Errorf("engine: record of session %s is %s; only a proposed one is finalised", r.Session, r.State)
	}
	if d.Session != r.Session {
		return nil, fmt.Errorf("engine: the decision is about session %q, the record about %s; give the decision of that session", d.Session, r.Session)
	}
	if field, err := d.Ruling.check(); err != nil {
		return nil, fmt.Errorf("engine: decision on session %s: field %s %w", d.Session, field, err)
	}
	s, err := replayEnded(name, log, b, f)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(s.record(nil, nil).Encode(), r.Encode()) {
		return nil, fmt.Errorf("%s: the log does not give the proposed record of session %s; score the log again", name, r.Session)
	}
	if at, _ := checkTimestamp(d.At); at.Before(s.latest) {
		return nil, fmt.Errorf("engine: decision on session %s: field at is %s, before the end of the session, %s; mend it", d.Session, d.At, formatTime(s.latest))
	}
	out, err := s.locate(d.Items)
	if err != nil {
		return nil, fmt.Errorf("engine: decision on session %s: field items %w", d.Session, err)
	}
	if s.path != nil && len(out) > 0 && !s.answered(out) {
		return nil, fmt.Errorf("engine: decision on session %s: field items leaves no answer to score; cancel the session instead", d.Session)
	}
	ruling := d.Ruling
	ruling.Items = slices.Clone(d.Items)
	return s.record(&ruling, out), nil
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
// starts from.
func (s *Session) answered(out []int) bool {
	for i, q := range s.asked {
		if q.treated && !q.neutralised && !slices.Contains(out, i) {
			return true
		}
	}
	return false
}
