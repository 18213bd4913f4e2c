package engine

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	itemDecisionSchema = "etalon-item-decision/1"
	maxNeutralised     = 200 // items that the jury takes out of one session
)

// DecideRestore ends what a decision on an item neutralised for everyone.
const DecideRestore = "restore"

// ItemDecision is what a jury decided on an item of a bank, for every session
// that put it.
type ItemDecision struct {
	At      string `json:"at"`               // UTC with milliseconds
	Bank    string `json:"bank"`             // id; all files of that id
	By      string `json:"by"`               // who decided
	Follows string `json:"follows,omitzero"` // as in Ruling
	From    string `json:"from,omitzero"`    // first day of the sessions it is about; "" for any
	Item    string `json:"item"`             // id
	Outcome string `json:"outcome"`          // DecideNeutralise or DecideRestore
	Reason  string `json:"reason"`
	Schema  string `json:"schema"`      // "etalon-item-decision/1"
	To      string `json:"to,omitzero"` // last day; "" for any

	SHA256 string `json:"-"` // of the file, hex
}

// NewItemDecision completes and checks a decision to be written.
func NewItemDecision(d ItemDecision) (*ItemDecision, error) {
	d.Schema = itemDecisionSchema
	return DecodeItemDecision("the decision on item "+d.Item, append(canonical(d), '\n'))
}

// DecodeItemDecision decodes the file of a decision on an item (package
// comment, "Decision"); name stands in its errors.
func DecodeItemDecision(name string, data []byte) (*ItemDecision, error) {
	d := document{name: name, data: data}
	i := new(ItemDecision)
	if err := d.decode(i, maxDecision); err != nil {
		return nil, err
	}
	if field, err := i.check(); err != nil {
		return nil, d.at("/"+jsontext.Pointer(field), "%v", err)
	}
	i.SHA256 = sha256Hex(data)
	return i, nil
}

// Encode returns the decision's JSON in RFC 8785 form, with a line end: the
// bytes of its file.
func (d *ItemDecision) Encode() []byte { return append(canonical(d), '\n') }

func (d *ItemDecision) check() (field string, err error) {
	if d.Schema != itemDecisionSchema {
		return "schema", fmt.Errorf("is %.40q; this program reads %s", d.Schema, itemDecisionSchema)
	}
	for _, id := range []struct{ field, value string }{{"bank", d.Bank}, {"item", d.Item}} {
		if err := checkID(id.value); err != nil {
			return id.field, err
		}
	}
	r := Ruling{At: d.At, By: d.By, Follows: d.Follows, Outcome: DecideAccept, Reason: d.Reason}
	if field, err := r.check(); err != nil {
		return field, err
	}
	for _, day := range []struct{ field, value string }{{"from", d.From}, {"to", d.To}} {
		if day.value == "" {
			continue
		}
		if _, err := checkDate(day.value); err != nil {
			return day.field, err
		}
	}
	switch {
	case d.From != "" && d.To != "" && d.To < d.From:
		return "to", fmt.Errorf("is %s, before from, %s", d.To, d.From)
	case d.Outcome == DecideRestore && (d.From != "" || d.To != ""):
		return "from", errors.New("or to is given with the outcome restore, which is about every session")
	case d.Outcome == DecideRestore && d.Follows == "":
		return "follows", errors.New("is missing; only what was neutralised is restored")
	case d.Outcome != DecideNeutralise && d.Outcome != DecideRestore:
		return "outcome", fmt.Errorf("is %.40q; give %s or %s", d.Outcome, DecideNeutralise, DecideRestore)
	}
	return "", nil
}

// About tells whether the decision takes its item out of sessions held with a
// bank, by id, on a day.
func (d *ItemDecision) About(bank, day string) bool {
	return d.Outcome == DecideNeutralise && d.Bank == bank && d.From <= day && (d.To == "" || day <= d.To)
}

// withdraw adds to the questions in out, by index, those that decisions on items
// take out of the session, and names these. An item that the session did not
// put, or that was neutralised in the room, is left alone. There must be an
// answer left where there is a score.
func (s *Session) withdraw(out []int, items []*ItemDecision) ([]int, map[string]string, error) {
	var withdrawn map[string]string
	for _, d := range items {
		if !d.About(s.bank.ID, s.opening.Date) {
			continue
		}
		found, err := s.locate([]string{d.Item})
		if err != nil {
			continue
		}
		if withdrawn == nil {
			withdrawn = make(map[string]string)
		}
		withdrawn[d.Item] = d.SHA256
		if !slices.Contains(out, found[0]) {
			out = append(out, found[0])
		}
	}
	if len(out) > maxNeutralised {
		return out, withdrawn, fmt.Errorf("engine: session %s: the jury's decisions neutralise %d items, over the limit of %d; cancel the session", s.opening.Session, len(out), maxNeutralised)
	}
	if withdrawn != nil && s.treated >= s.framework.MinimumTreated && !s.answered(out) {
		return out, withdrawn, fmt.Errorf("engine: session %s: what is neutralised for everyone leaves no answer to score; cancel the session", s.opening.Session)
	}
	return out, withdrawn, nil
}
