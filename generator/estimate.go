package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/engine/irt"
)

// Limits of an estimation file.
const (
	maxPatterns  = 200_000
	maxResponses = 20_000 // of one pattern
	maxLabel     = 128    // bytes of an id
)

// estimation is the file that estimate reads: items, and patterns of answers to
// them. An item may be answered more than once.
type estimation struct {
	Bank     []parameters `json:"bank"`
	Patterns []pattern    `json:"patterns"`
}

// pattern is one person's answers.
type pattern struct {
	ID        label `json:"id"`
	Responses []struct {
		Item    label `json:"item"`
		Correct *bool `json:"correct"`
	} `json:"responses"`
}

// parameters are those of one item; c and d may be absent.
type parameters struct {
	ID label    `json:"id"`
	A  *float64 `json:"a"`
	B  *float64 `json:"b"`
	C  *float64 `json:"c,omitzero"`
	D  *float64 `json:"d,omitzero"`
}

// label is an id as the file writes it: a text or a whole number, and given
// back in the same form.
type label string

func (l *label) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case '"':
		s, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return err
		}
		if len(s) == 0 || len(s) > maxLabel {
			return fmt.Errorf("an id of %d bytes; give 1 to %d", len(s), maxLabel)
		}
	case '0':
		if _, err := strconv.ParseInt(string(v), 10, 64); err != nil {
			return fmt.Errorf("%.40s where an id is expected; give a text or a whole number", v)
		}
	default:
		return fmt.Errorf("%s where an id is expected; give a text or a whole number", kindName(v.Kind()))
	}
	c := v.Clone()
	if err := c.Canonicalize(); err != nil {
		return err
	}
	*l = label(c)
	return nil
}

// text is the id without quotes.
func (l label) text() string {
	if s, err := jsontext.AppendUnquote(nil, string(l)); err == nil {
		return string(s)
	}
	return string(l)
}

func (l label) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteValue(jsontext.Value(l))
}

// questionBank is a bank made ready: its items by the ids of the file.
type questionBank struct {
	bank  *irt.Bank
	ids   []label
	index map[label]int
}

// decodeEstimation reads an estimation file and checks it whole.
func decodeEstimation(path string, data []byte) (*estimation, *questionBank, error) {
	f := new(estimation)
	if err := decodeStrict(path, data, f); err != nil {
		return nil, nil, err
	}
	if err := refuseNull(path, data); err != nil {
		return nil, nil, err
	}
	at := func(format string, args ...any) func(string, ...any) (*estimation, *questionBank, error) {
		where := fmt.Sprintf(format, args...)
		return func(format string, args ...any) (*estimation, *questionBank, error) {
			return nil, nil, withHint(fmt.Errorf("%s: %s: %s", path, where, fmt.Sprintf(format, args...)), "correct the file and run the command again")
		}
	}
	if n := len(f.Bank); n == 0 || n > irt.MaxItems {
		return at("bank")("holds %d items; give 1 to %d", n, irt.MaxItems)
	}
	if n := len(f.Patterns); n > maxPatterns {
		return at("patterns")("holds %d patterns; give at most %d", n, maxPatterns)
	}
	b := &questionBank{index: make(map[label]int, len(f.Bank))}
	items := make([]irt.Item, len(f.Bank))
	for i, p := range f.Bank {
		if p.ID == "" {
			return at("bank[%d].id", i)("is missing")
		}
		if j, ok := b.index[p.ID]; ok {
			return at("bank[%d].id", i)("repeats %s of bank[%d]", p.ID, j)
		}
		it, err := p.item()
		if err != nil {
			return at("bank[%d]", i)("(item %s) %v", p.ID, err)
		}
		b.index[p.ID] = i
		b.ids = append(b.ids, p.ID)
		items[i] = it
	}
	for i, p := range f.Patterns {
		if p.ID == "" {
			return at("patterns[%d].id", i)("is missing")
		}
		if n := len(p.Responses); n > maxResponses {
			return at("patterns[%d].responses", i)("holds %d responses; give at most %d", n, maxResponses)
		}
		for k, r := range p.Responses {
			if r.Item == "" {
				return at("patterns[%d].responses[%d].item", i, k)("is missing")
			}
			if _, ok := b.index[r.Item]; !ok {
				return at("patterns[%d].responses[%d].item", i, k)("is %s, which the bank does not hold", r.Item)
			}
			if r.Correct == nil {
				return at("patterns[%d].responses[%d].correct", i, k)("is missing")
			}
		}
	}
	var err error
	b.bank, err = irt.NewBank(items)
	return f, b, err
}

func (p parameters) item() (irt.Item, error) {
	if p.A == nil || p.B == nil {
		return irt.Item{}, fmt.Errorf("lacks a or b; give both")
	}
	it := irt.Item{A: *p.A, B: *p.B}
	if p.C != nil {
		it.C = *p.C
	}
	if p.D != nil {
		if it.D = *p.D; it.D == 0 {
			return it, fmt.Errorf("d is 0; an upper asymptote lies above 0 and up to 1")
		}
	}
	return it, it.Check()
}

// refuseNull refuses null, which decoding takes for absence.
func refuseNull(path string, data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for dec.PeekKind() != 0 {
		tok, err := dec.ReadToken()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if tok.Kind() == 'n' {
			return located(path, data, dec.InputOffset(), dec.StackPointer(), "null where a value is expected; leave the member out")
		}
	}
	return nil
}

// A line of the answer. A number without end, the error where the answers
// inform on nothing, is null.
type (
	estimateLine struct {
		Pattern label `json:"pattern"`
		figures
		Next    *nextItem  `json:"next"` // null when every item was asked
		History *[]figures `json:"history,omitzero"`
	}
	figures struct {
		Ability float64  `json:"ability"`
		Error   *float64 `json:"error"`
	}
	nextItem struct {
		Item        label   `json:"item"`
		Information float64 `json:"information"`
	}
)

func figuresOf(e irt.Estimate) figures {
	f := figures{Ability: e.Ability}
	if !math.IsInf(e.Error, 0) {
		f.Error = &e.Error
	}
	return f
}

// estimators by the name of their flag, and which flags each takes.
var estimators = map[string]struct {
	make  func(irt.Scale) irt.Estimator
	flags []string
}{
	"ml":        {irt.NewML, []string{"min", "max"}},
	"map":       {irt.NewMAP, []string{"min", "max", "prior-mean", "prior-sd"}},
	"eap":       {func(s irt.Scale) irt.Estimator { return irt.NewEAP(s) }, []string{"min", "max", "prior-mean", "prior-sd", "nodes"}},
	"wl":        {irt.NewWL, []string{"min", "max"}},
	"recentred": {nil, []string{"initial", "limit"}},
}

func (e *env) estimate(ctx context.Context, args []string) error {
	c := e.flags("estimate", "FILE")
	name := c.String("estimator", "eap", "`name`: ml, map, eap, wl or recentred")
	var scale irt.Scale
	c.Float64Var(&scale.Mean, "prior-mean", 0, "mean of the normal prior (map, eap)")
	c.Float64Var(&scale.SD, "prior-sd", 1, "standard deviation of the normal prior (map, eap)")
	c.Float64Var(&scale.Min, "min", -4, "lower bound of ability (ml, map, eap, wl)")
	c.Float64Var(&scale.Max, "max", 4, "upper bound of ability (ml, map, eap, wl)")
	c.IntVar(&scale.Nodes, "nodes", 33, "nodes of the posterior, from min to max (eap)")
	initial := c.Float64("initial", -3, "capacity to start from (recentred)")
	limit := c.Float64("limit", 0, "greatest `step` of the capacity, 0 for none (recentred)")
	history := c.Bool("history", false, "add the estimate after each answer")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	kind, ok := estimators[*name]
	if !ok {
		return usagef("-estimator is %q; give ml, map, eap, wl or recentred", *name)
	}
	for _, f := range []string{"min", "max", "prior-mean", "prior-sd", "nodes", "initial", "limit"} {
		if c.given(f) && !slices.Contains(kind.flags, f) {
			return usagef("-%s has no meaning for the estimator %s", f, *name)
		}
	}
	var estimator irt.Estimator
	switch {
	case *name != "recentred":
		if err := checkScale(scale); err != nil {
			return usagef("%v", err)
		}
		estimator = kind.make(scale)
	case !(math.Abs(*initial) <= 9):
		return usagef("-initial is %v; give a capacity from -9 to 9", *initial)
	case !(*limit >= 0 && *limit <= 18):
		return usagef("-limit is %v; give a step above 0, at most 18, or 0 for none", *limit)
	default:
		estimator = irt.NewRecentred(*initial, *limit, nil)
	}
	data, err := readFile(rest[0])
	if err != nil {
		return withHint(err, "give an estimation file that can be read, of at most %d MiB", maxInput>>20)
	}
	f, bank, err := decodeEstimation(rest[0], data)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr, "estimating", len(f.Patterns))
	defer bar.end()
	out := bufio.NewWriter(e.stdout)
	for i := range f.Patterns {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := json.Marshal(bank.line(f, i, estimator, *history))
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
		bar.step()
	}
	return out.Flush()
}

// checkScale is Scale.Check for flags, in which 0 stands for nothing else.
func checkScale(s irt.Scale) error {
	switch {
	case s.SD == 0:
		return fmt.Errorf("-prior-sd is 0; give a number from 0.01 to 100")
	case s.Nodes == 0:
		return fmt.Errorf("-nodes is 0; give 3 to %d", irt.MaxNodes)
	case s.Min == 0 && s.Max == 0:
		return fmt.Errorf("-min and -max are both 0; give two numbers, the lower first")
	}
	return s.Check()
}

// line estimates the ability behind one pattern.
func (b *questionBank) line(f *estimation, pattern int, e irt.Estimator, history bool) *estimateLine {
	p := &f.Patterns[pattern]
	e.Reset()
	line := &estimateLine{Pattern: p.ID}
	asked := make([]bool, b.bank.Len())
	answers := make([]irt.Response, len(p.Responses))
	for k, r := range p.Responses {
		i := b.index[r.Item]
		asked[i] = true
		answers[k] = irt.Response{Item: b.bank.Item(i), Correct: *r.Correct}
	}
	if history {
		h := make([]figures, len(answers))
		for k, a := range answers {
			h[k] = figuresOf(e.Answer(a.Item, a.Correct))
		}
		line.History = &h
	} else {
		irt.AnswerAll(e, answers)
	}
	estimate := e.Estimate()
	line.figures = figuresOf(estimate)
	best, most := -1, math.Inf(-1)
	for i := range b.ids {
		if !asked[i] {
			if info := b.bank.Item(i).Information(estimate.Ability); info > most {
				best, most = i, info
			}
		}
	}
	if best >= 0 {
		line.Next = &nextItem{b.ids[best], most}
	}
	return line
}
