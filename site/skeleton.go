package site

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"etalon/content"
)

// A page of a verdict costs the template engine ten times what verifying the
// signature costs. Verdicts that differ in values only (names, dates, levels)
// give the same page but for those values: there is one stencil for each such
// shape. A test holds the outcome to what the template alone makes.

const (
	maxSkeletons = 128  // a dozen KiB each
	maxLevelRows = 4096 // some 400 bytes each
)

// filling is what a card shows besides its wording.
type filling struct {
	rows, proof []row
	levels      []levelGroup
}

type skeletons struct {
	mu     sync.Mutex
	pages  map[string]*stencil // by shape
	levels map[levelKey]template.HTML
}

// writeVerdict writes the page of a card.
func (s *Site) writeVerdict(w io.Writer, v *view) error {
	p := v.page
	f := &filling{}
	var err error
	if c := p.card.Credential; c != nil {
		if f.rows, err = v.Rows(); err != nil {
			return err
		}
		if f.levels, err = v.Levels(); err != nil {
			return err
		}
	}
	if f.proof, err = v.Proof(); err != nil {
		return err
	}
	p.filling = f
	if p.card.Share != "" || len(p.card.Downloads) > 0 {
		return s.templates[p.Kind].ExecuteTemplate(w, "layout", v) // links that differ each time
	}
	shape, values := f.take(p)
	s.made.mu.Lock()
	made := s.made.pages[shape]
	s.made.mu.Unlock()
	if made == nil {
		if made, err = s.skeleton(v, len(values)); err != nil {
			return err
		}
		s.made.mu.Lock()
		if s.made.pages == nil || len(s.made.pages) >= maxSkeletons {
			s.made.pages = map[string]*stencil{}
		}
		s.made.pages[shape] = made
		s.made.mu.Unlock()
	}
	b, ok := w.(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	made.fill(b, values...)
	if !ok {
		_, err = w.Write(b.Bytes())
	}
	return err
}

// take tells the shape of a page and the values that its marks stand for, as
// HTML.
func (f *filling) take(p *page) (shape string, values []string) {
	var b strings.Builder
	d := p.card
	b.Grow(512)
	for _, part := range []string{string(p.Lang), d.Verdict, d.Reason, d.Trust} {
		b.WriteString(part + "\n")
	}
	if d.Issuer != nil {
		b.WriteString(strconv.FormatBool(d.Issuer.Specimen) + "\n")
	}
	if d.Document != nil {
		b.WriteString(strconv.FormatBool(d.Document.Known) + strconv.FormatBool(d.Document.Issued) + "\n")
	}
	if c := d.Credential; c != nil {
		b.WriteString(c.Regime + strconv.Itoa(c.MaxLevel) + "\n")
	}
	values = make([]string, 0, 64)
	for _, rows := range [][]row{f.rows, f.proof} {
		for _, r := range rows {
			b.WriteString(r.Key)
			b.WriteString(r.Address)
			b.WriteByte('\n')
			values = append(values, escape(r.Value))
		}
		b.WriteByte('\n')
	}
	for _, g := range f.levels {
		for _, r := range g.Rows {
			values = append(values, string(r))
		}
		b.WriteString(strconv.Itoa(len(g.Rows)) + "\n")
	}
	return b.String(), values
}

// skeleton is the page with a hole for each of n values.
func (s *Site) skeleton(v *view, n int) (*stencil, error) {
	whole := v.filling
	defer func() { v.filling = whole }()
	names := make([]string, n)
	for i := range names {
		names[i] = "value" + string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	next := 0
	value := func() string { next++; return hole(names[next-1]) }
	f := &filling{rows: slices.Clone(whole.rows), proof: slices.Clone(whole.proof)}
	for _, rows := range [][]row{f.rows, f.proof} {
		for i := range rows {
			rows[i].Value = value()
		}
	}
	for _, g := range whole.levels {
		g.Rows = slices.Clone(g.Rows)
		for i := range g.Rows {
			g.Rows[i] = template.HTML(value())
		}
		f.levels = append(f.levels, g)
	}
	v.filling = f
	return cut(s.templates[v.Kind], "layout", v, names...)
}

// A levelKey is what the line of a competence depends on.
type levelKey struct {
	lang            content.Lang
	code, regime    string
	level, max, pix int
}

// levelHTML writes the line of a competence, each once.
func (v *view) levelHTML(comp *content.Competence) (template.HTML, error) {
	s, c := v.s, v.card.Credential
	key := levelKey{v.Lang, comp.Code, c.Regime, c.Levels[comp.Code], c.MaxLevel, c.Pix[comp.Code]}
	s.made.mu.Lock()
	made, ok := s.made.levels[key]
	s.made.mu.Unlock()
	if ok {
		return made, nil
	}
	var b bytes.Buffer
	if err := s.templates["verdict"].ExecuteTemplate(&b, "level-row", v.levelRow(comp)); err != nil {
		return "", fmt.Errorf("site: level of competence %s: %w", comp.Code, err)
	}
	made = template.HTML(b.String())
	s.made.mu.Lock()
	defer s.made.mu.Unlock()
	if s.made.levels == nil || len(s.made.levels) >= maxLevelRows {
		s.made.levels = map[levelKey]template.HTML{}
	}
	s.made.levels[key] = made
	return made, nil
}
