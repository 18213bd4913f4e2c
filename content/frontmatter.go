package content

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// document is a Markdown file: its front matter by key, and its body.
type document struct {
	file     string
	fields   map[string]field
	body     []byte
	bodyLine int // line of the body's first byte
}

// field is one value of the front matter; exactly one of text and list counts.
type field struct {
	line  int
	text  string
	list  []item
	valid bool // false: a mistake was reported already
}

type item struct {
	line int
	text string
}

type kind int

const (
	stringField kind = iota
	intField
	listField
)

// splitDocument reads the front matter of a file. want holds every key the
// file must have, and no other. It returns nil when there is no front matter
// to speak of.
func splitDocument(ps *problems, file string, data []byte, want map[string]kind) *document {
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		ps.add(file, 1, "front matter is missing; begin the file with a line --- and close it with another")
		return nil
	}
	end := bytes.Index(rest, []byte("\n---\n"))
	if end < 0 {
		ps.add(file, 1, "front matter is not closed; end it with a line ---")
		return nil
	}
	front := rest[:end+1]
	d := &document{
		file:     file,
		fields:   map[string]field{},
		body:     rest[end+len("\n---\n"):],
		bodyLine: 1 + bytes.Count(front, []byte("\n")) + 2,
	}
	root := decodeYAML(ps, file, front, 1)
	if root == nil {
		return nil
	}
	d.fields = readMapping(ps, file, root, 1, want)
	return d
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// decodeYAML returns the one YAML document in data, or nil after reporting.
// shift is the number of lines before data in the file.
func decodeYAML(ps *problems, file string, data []byte, shift int) *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatchIndex(text); m != nil {
			line, _ = strconv.Atoi(text[m[2]:m[3]])
			text = text[:m[0]] + text[m[1]:]
			// The library counts from 0 in some of its errors: a line that
			// reads well is not the one at fault.
			if head := headLines(data, line); len(head) < len(data) && yaml.NewDecoder(bytes.NewReader(head)).Decode(new(yaml.Node)) == nil {
				line++
			}
		}
		if errors.Is(err, io.EOF) {
			text = "nothing there"
		}
		ps.add(file, min(line, lines(data))+shift, "YAML is wrong: %s", text)
		return nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		ps.add(file, 1+shift, "YAML holds more than one document; keep one")
		return nil
	}
	if len(doc.Content) != 1 {
		ps.add(file, 1+shift, "YAML holds nothing")
		return nil
	}
	within(doc.Content[0], lines(data))
	return doc.Content[0]
}

// within brings every line of a tree down to the last: the library gives what
// is left out at the end of a file the line after it.
func within(n *yaml.Node, last int) {
	n.Line = min(n.Line, last)
	for _, c := range n.Content {
		within(c, last)
	}
}

// lines counts the lines of data, an empty last one included.
func lines(data []byte) int { return bytes.Count(data, []byte("\n")) + 1 }

// headLines returns the first n lines of data.
func headLines(data []byte, n int) []byte {
	end := 0
	for range n {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return data
		}
		end += i + 1
	}
	return data[:end]
}

// readMapping reads a YAML mapping whose keys must be exactly those of want.
func readMapping(ps *problems, file string, n *yaml.Node, shift int, want map[string]kind) map[string]field {
	out := map[string]field{}
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		ps.add(file, n.Line+shift, "expected lines of the form key: value")
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		line := k.Line + shift
		want, known := want[k.Value]
		switch _, twice := out[k.Value]; {
		case k.Kind != yaml.ScalarNode || !known:
			ps.add(file, line, "field %q is unknown; remove it or mend its name", k.Value)
			continue
		case twice:
			ps.add(file, line, "field %q stands twice; keep one", k.Value)
			continue
		}
		out[k.Value] = readField(ps, file, k.Value, v, shift, want)
	}
	for _, name := range sortedKeys(want) {
		if _, ok := out[name]; !ok {
			ps.add(file, n.Line+shift, "field %q is missing; add it", name)
			out[name] = field{line: n.Line + shift}
		}
	}
	return out
}

func readField(ps *problems, file, name string, n *yaml.Node, shift int, want kind) field {
	f := field{line: n.Line + shift}
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		ps.add(file, f.line, "field %q uses a YAML anchor; write the value out", name)
		return f
	}
	switch want {
	case stringField:
		if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
			ps.add(file, f.line, "field %q is not text; put it in double quotes", name)
			return f
		}
		f.text = n.Value
	case intField:
		if _, err := strconv.Atoi(n.Value); n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
			ps.add(file, f.line, "field %q is not a whole number; write it in digits", name)
			return f
		}
		f.text = n.Value
	case listField:
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			ps.add(file, f.line, "field %q is not a list; write it as [one, two]", name)
			return f
		}
		for _, e := range n.Content {
			if e.Kind != yaml.ScalarNode || e.Tag != "!!str" || e.Anchor != "" {
				ps.add(file, e.Line+shift, "field %q holds something other than text", name)
				return f
			}
			f.list = append(f.list, item{e.Line + shift, e.Value})
		}
	}
	f.valid = true
	return f
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// text returns a field that must be one line of at most limit characters.
func (d *document) text(ps *problems, name string, limit int) string {
	f := d.fields[name]
	if !f.valid {
		return ""
	}
	checkTitle(ps, d.file, f.line, name, f.text, limit)
	return f.text
}

// number returns a whole number, which must be want: a file's number is in
// its name.
func (d *document) number(ps *problems, name string, want int) {
	f := d.fields[name]
	if f.valid && f.text != strconv.Itoa(want) {
		ps.add(d.file, f.line, "field %q is %s, yet its place demands %d; mend one of them", name, f.text, want)
	}
}

// checkTitle refuses text that is empty, edged with spaces, of several lines
// or too long. YAML escapes can spell what checkText cannot see in the file,
// so it looks for unseen characters again.
func checkTitle(ps *problems, file string, line int, name, s string, limit int) {
	if r, bad := unseen(s); bad {
		ps.add(file, line, "field %q holds %U, which cannot be seen or ends the line; remove it", name, r)
		return
	}
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		ps.add(file, line, "field %q is empty; fill it", name)
	case strings.TrimSpace(s) != s:
		ps.add(file, line, "field %q begins or ends with a space; remove it", name)
	case n > limit:
		ps.add(file, line, "field %q has %d characters, the limit is %d; shorten it", name, n, limit)
	case strings.ContainsAny(s, "<>"):
		ps.add(file, line, "field %q holds < or >; say it in words", name)
	}
}
