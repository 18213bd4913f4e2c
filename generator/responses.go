package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"etalon/engine/irt"
)

// responses are who answered what: the data of a calibration.
type responses struct {
	items   []string // ids, in the order in which they first stand
	persons [][]irt.Answer

	index map[string]int32
}

// maxColumns bounds the items of a table of answers.
const maxColumns = irt.MaxItems

// decodeResponses reads answers in one of two forms. JSON, as the patterns of
// an estimation file:
//
//	{"patterns": [{"id": "p1", "responses": [{"item": "i1", "correct": true}, …]}, …]}
//
// or CSV, with commas, semicolons or tabs: the first line names the items after
// a first column for persons, and each line that follows holds a person's id and
// for each item 1, 0, or nothing where it was not asked (or NA).
func decodeResponses(path string, data []byte) (*responses, error) {
	r := &responses{index: make(map[string]int32)}
	var err error
	if first := bytes.TrimLeft(data, " \t\r\n"); len(first) > 0 && first[0] == '{' {
		err = r.decodeJSON(path, data)
	} else {
		err = r.decodeCSV(path, data)
	}
	switch {
	case err != nil:
		return nil, err
	case len(r.items) > irt.MaxItems:
		return nil, fmt.Errorf("%s: holds answers to %d items; give at most %d", path, len(r.items), irt.MaxItems)
	case len(r.persons) > irt.MaxPersons:
		return nil, fmt.Errorf("%s: holds answers of %d persons; give at most %d", path, len(r.persons), irt.MaxPersons)
	}
	return r, nil
}

// item numbers the items as they come.
func (r *responses) item(id string) int32 {
	i, ok := r.index[id]
	if !ok {
		i = int32(len(r.items))
		r.index[id] = i
		r.items = append(r.items, id)
	}
	return i
}

func (r *responses) decodeJSON(path string, data []byte) error {
	var f struct {
		Patterns []pattern `json:"patterns"`
	}
	if err := decodeStrict(path, data, &f); err != nil {
		return err
	}
	if err := refuseNull(path, data); err != nil {
		return err
	}
	at := func(format string, args ...any) error {
		return withHint(fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)), "correct the file and run the command again")
	}
	persons := make(map[label]int, len(f.Patterns))
	asked := make(map[int32]int) // by whom last, from 1
	for i, p := range f.Patterns {
		if p.ID == "" {
			return at("patterns[%d].id: is missing", i)
		}
		if j, ok := persons[p.ID]; ok {
			return at("patterns[%d].id: repeats %s of patterns[%d]", i, p.ID, j)
		}
		persons[p.ID] = i
		if n := len(p.Responses); n > maxResponses {
			return at("patterns[%d].responses: holds %d responses; give at most %d", i, n, maxResponses)
		}
		answers := make([]irt.Answer, len(p.Responses))
		for k, a := range p.Responses {
			if a.Item == "" || a.Correct == nil {
				return at("patterns[%d].responses[%d]: lacks item or correct; give both", i, k)
			}
			n := r.item(a.Item.text())
			if asked[n] == i+1 {
				return at("patterns[%d].responses[%d].item: is %s again; a person answers an item once", i, k, a.Item)
			}
			asked[n] = i + 1
			answers[k] = irt.Answer{Item: n, Correct: *a.Correct}
		}
		r.persons = append(r.persons, answers)
	}
	return nil
}

func (r *responses) decodeCSV(path string, data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return withHint(fmt.Errorf("%s: is not UTF-8", path), "save the table as UTF-8")
	}
	head, _, _ := bytes.Cut(data, []byte("\n"))
	in := csv.NewReader(bytes.NewReader(data))
	in.ReuseRecord = true
	for _, separator := range []rune{';', '\t'} {
		if bytes.ContainsRune(head, separator) && !bytes.Contains(head, []byte(",")) {
			in.Comma = separator
		}
	}
	persons := make(map[string]int)
	for row := 0; ; row++ {
		cells, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			// A csv.ParseError names the line.
			if errors.Is(err, csv.ErrFieldCount) {
				err = fmt.Errorf("line %d holds %d cells, the first line %d", lineOf(in), len(cells), len(r.items)+1)
			}
			return withHint(fmt.Errorf("%s: %w", path, err), "give every line a cell for the person and one for each item")
		}
		at := func(column int, format string, args ...any) error {
			line, _ := in.FieldPos(min(column, len(cells)-1))
			return withHint(fmt.Errorf("%s:%d: column %d: %s", path, line, column+1, fmt.Sprintf(format, args...)), "correct the table and run the command again")
		}
		for k, c := range cells {
			if why := unclean(c); why != "" {
				return at(k, "%s", why)
			}
		}
		if row == 0 {
			if len(cells) < 2 || len(cells)-1 > maxColumns {
				return at(0, "the first line names %d items; give the column of persons, then 1 to %d items", len(cells)-1, maxColumns)
			}
			for k, c := range cells[1:] {
				id := strings.TrimSpace(c)
				if _, ok := r.index[id]; ok || id == "" || len(id) > maxLabel {
					return at(k+1, "%.80q does not name an item, or names one again", id)
				}
				r.item(strings.Clone(id))
			}
			continue
		}
		id := strings.TrimSpace(cells[0])
		if id == "" || len(id) > maxLabel {
			return at(0, "an id of %d bytes for the person; give 1 to %d", len(id), maxLabel)
		}
		if j, ok := persons[id]; ok {
			return at(0, "repeats the person %.80q of row %d", id, j+1)
		}
		persons[strings.Clone(id)] = row
		var answers []irt.Answer
		for k, c := range cells[1:] {
			switch c {
			case "1", "0":
				answers = append(answers, irt.Answer{Item: int32(k), Correct: c == "1"})
			case "", "NA":
			default:
				return at(k+1, "(item %s) holds %.40q; give 1, 0 or nothing", r.items[k], c)
			}
		}
		r.persons = append(r.persons, answers)
	}
	return nil
}

func lineOf(in *csv.Reader) int {
	line, _ := in.FieldPos(0)
	return line
}
