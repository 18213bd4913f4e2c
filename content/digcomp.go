package content

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// digCompCodes are the competences of DigComp 2.1, in order.
var digCompCodes = []string{
	"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2",
	"3.3", "3.4", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3", "5.4",
}

// digComp reads digcomp.yaml into the competences.
func (l *loader) digComp(r *Referential) {
	const file = "digcomp.yaml"
	data, ok := l.take(file)
	if !ok {
		return
	}
	root := decodeYAML(&l.ps, file, data, 0)
	if root == nil {
		return
	}
	if root.Kind != yaml.SequenceNode {
		l.ps.add(file, root.Line, "expected a list of competences of DigComp: - code, name, here")
		return
	}
	for i, n := range root.Content {
		f := readMapping(&l.ps, file, n, 0, map[string]kind{"code": stringField, "name": stringField, "here": listField})
		d := &document{file: file, fields: f}
		e := &DigComp{d.text(&l.ps, "code", 3), d.text(&l.ps, "name", maxTitle)}
		if i < len(digCompCodes) && e.Code != "" && e.Code != digCompCodes[i] {
			l.ps.add(file, f["code"].line, "competence %d is %q, in DigComp 2.1 it is %q; use its order", i+1, e.Code, digCompCodes[i])
			return
		}
		for _, here := range f["here"].list {
			switch c := r.Competence(here.text); {
			case c == nil:
				l.ps.add(file, here.line, "there is no competence %q here; mend the code", here.text)
			case slices.Contains(c.DigComp, e):
				l.ps.add(file, here.line, "competence %q stands twice; keep one", here.text)
			default:
				c.DigComp = append(c.DigComp, e)
			}
		}
	}
	if len(root.Content) != len(digCompCodes) {
		l.ps.add(file, 1, "the file holds %d competences, DigComp 2.1 has %d; add or remove some", len(root.Content), len(digCompCodes))
		return
	}
	for _, c := range r.Competences() {
		if len(c.DigComp) == 0 {
			l.ps.add(file, 1, "nothing of DigComp leads to competence %s; list it under what it covers", c.Code)
		}
	}
}
