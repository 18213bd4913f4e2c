package engine

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// several stands for a list of errors where one is due: it reads as the first.
type several []error

func (s several) Error() string   { return s[0].Error() }
func (s several) Unwrap() []error { return s }

// Inspection is all that is wrong with a bank's file, and what is not.
type Inspection struct {
	Mistakes []error     // in order; each names file, line, field and remedy
	Regime   string      // as in Bank
	Specimen bool        // as in Bank
	Items    []Inspected // without a mistake of their own, in the order of the file
}

// Inspected is an item and where it stands.
type Inspected struct {
	*Item
	Line int // of its first character
}

// maxMistakes is how many mistakes of a bank are listed: a person mends them
// one by one.
const maxMistakes = 1000

// InspectBank reads a bank as DecodeBank does, but goes on after a mistake in an
// item. There is no mistake just when DecodeBank accepts the file; name stands
// in them.
func InspectBank(name string, data []byte) *Inspection {
	in := &Inspection{Regime: regimeAdaptive}
	_, first := DecodeBank(name, data)
	if len(data) <= maxBank {
		in.read(document{name: name, data: data})
	}
	if first != nil && !slices.ContainsFunc(in.Mistakes, func(err error) bool { return err.Error() == first.Error() }) {
		in.Mistakes = slices.Insert(in.Mistakes, 0, first)
	}
	return in
}

// InspectFramework decodes a framework and returns all that is wrong with its
// intervals, or the first of its other mistakes. The framework is good only
// when there is none.
func InspectFramework(name string, data []byte) (*Framework, []error) {
	f, err := DecodeFramework(name, data)
	if err == nil {
		return f, nil
	}
	if all, ok := errors.AsType[several](err); ok {
		return nil, all
	}
	return nil, []error{err}
}

// read walks through the items. It stops where the JSON is broken, which
// DecodeBank says.
func (in *Inspection) read(d document) {
	// The regime says what an item holds, and may stand after the items.
	head := bankHead{Regime: regimeAdaptive}
	if json.Unmarshal(d.data, &head, jsontext.AllowDuplicateNames(true)) != nil {
		return
	}
	in.Regime, in.Specimen = head.Regime, head.Specimen
	dec := jsontext.NewDecoder(bytes.NewReader(d.data), jsontext.AllowDuplicateNames(true))
	for dec.StackPointer() != "/items" || dec.PeekKind() != '[' {
		if _, err := dec.ReadToken(); err != nil {
			return
		}
	}
	dec.ReadToken()
	ids := map[string]int{}
	line, counted := 1, 0
	for n := 0; dec.PeekKind() != ']' && n < maxItems; n++ {
		raw, err := dec.ReadValue()
		if err != nil {
			return
		}
		first := int(dec.InputOffset()) - len(raw)
		line += bytes.Count(d.data[counted:first], []byte("\n"))
		counted = first
		in.item(document{
			name: d.name, data: slices.Clone(raw), above: line - 1,
			place: jsontext.Pointer("/items").AppendToken(strconv.Itoa(n)),
		}, ids, n)
		if len(in.Mistakes) >= maxMistakes {
			in.Mistakes = append(in.Mistakes, fmt.Errorf("%s: more mistakes after these %d; mend them and check again", d.name, maxMistakes))
			return
		}
	}
}

// item reads item n, and keeps it when it is sound. ids holds where each id
// stood first.
func (in *Inspection) item(d document, ids map[string]int, n int) {
	var f itemFile
	if err := d.decode(&f, maxBank); err != nil {
		in.Mistakes = append(in.Mistakes, err)
		return
	}
	faults := f.faults(in.Regime)
	for _, fault := range faults {
		in.Mistakes = append(in.Mistakes, d.at(jsontext.Pointer("/"+fault.field), "(item %.80q) %v", f.ID, fault.err))
	}
	if j, ok := ids[f.ID]; ok && f.ID != "" {
		in.Mistakes = append(in.Mistakes, d.at("/id", "repeats the id %q of items[%d]; give each item its own", f.ID, j))
		return
	}
	ids[f.ID] = n
	if faults == nil {
		in.Items = append(in.Items, Inspected{&f.Item, d.above + 1})
	}
}

// bankHead is a bank's file but for its items.
type bankHead struct {
	Regime   string `json:"regime"`
	Specimen bool   `json:"specimen"`
}
