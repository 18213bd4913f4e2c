package site

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
)

// A stencil is a template executed once, with holes where pages differ.
// Filling it costs little more than copying the text, which matters when
// pages are counted in thousands.
type stencil struct {
	text  [][]byte // text[i] stands before hole i; one more after the last
	holes []int    // which value fills hole i
}

var holeForm = regexp.MustCompile(`Q0[a-z]+0Q`)

// hole marks a place in a template. Letters and digits stay as they are in
// every context that html/template escapes for.
func hole(name string) string { return "Q0" + name + "0Q" }

// cut executes the template of that name and cuts it at its holes, which must
// be among names; fill takes their values in that order.
func cut(t *template.Template, name string, data any, names ...string) (*stencil, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("site: template %s: %w", name, err)
	}
	s := &stencil{}
	rest := b.Bytes()
	for {
		at := holeForm.FindIndex(rest)
		if at == nil {
			s.text = append(s.text, rest)
			return s, nil
		}
		i := slices.Index(names, string(rest[at[0]+2:at[1]-2]))
		if i < 0 {
			return nil, fmt.Errorf("site: template %s: hole %s has no value", name, rest[at[0]:at[1]])
		}
		s.text, s.holes = append(s.text, rest[:at[0]]), append(s.holes, i)
		rest = rest[at[1]:]
	}
}

// fill appends the text with its holes filled. Values are HTML: escape turns
// plain text into it.
func (s *stencil) fill(b *bytes.Buffer, values ...string) {
	for i, hole := range s.holes {
		b.Write(s.text[i])
		b.WriteString(values[hole])
	}
	b.Write(s.text[len(s.text)-1])
}

// split parts a stencil at holes, which must stand in it in the order of the
// given values. Between the parts, one writes what is too long to copy twice.
func (s *stencil) split(values ...int) []*stencil {
	var out []*stencil
	from := 0
	for i, hole := range s.holes {
		if len(values) > 0 && hole == values[0] {
			out = append(out, &stencil{s.text[from : i+1], s.holes[from:i]})
			from, values = i+1, values[1:]
		}
	}
	return append(out, &stencil{s.text[from:], s.holes[from:]})
}

// escape is plain text as HTML, for content and quoted attributes.
func escape(s string) string {
	if !strings.ContainsAny(s, "<>&'\"\x00") {
		return s
	}
	return template.HTMLEscapeString(s)
}
