package export

import (
	"fmt"
	"strings"
)

// turtle writes the graph as RDF 1.1 Turtle.
func (g *graph) turtle() []byte {
	var b strings.Builder
	for _, p := range prefixes {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", p[0], p[1])
	}
	for _, n := range g.nodes {
		fmt.Fprintf(&b, "\n<%s> a %s", n.id, strings.Join(n.types, ", "))
		for _, s := range n.statements {
			fmt.Fprintf(&b, " ;\n  %s ", s.property)
			for i, v := range s.values {
				if i > 0 {
					b.WriteString(",\n    ")
				}
				b.WriteString(v.turtle())
			}
		}
		b.WriteString(" .\n")
	}
	return []byte(b.String())
}

var turtleText = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`)

func (v value) turtle() string {
	switch {
	case v.iri != "":
		return "<" + v.iri + ">"
	case v.lang != "":
		return `"` + turtleText.Replace(v.text) + `"@` + v.lang
	case v.datatype != "":
		return `"` + turtleText.Replace(v.text) + `"^^` + v.datatype
	}
	return `"` + turtleText.Replace(v.text) + `"`
}

// jsonLD is the graph as JSON-LD 1.1, with the context in the document: a
// reader fetches nothing. Encoding sorts the keys.
func (g *graph) jsonLD() any {
	context := map[string]any{}
	for _, p := range prefixes {
		context[p[0]] = p[1]
	}
	var nodes []any
	for _, n := range g.nodes {
		m := map[string]any{"@id": n.id, "@type": n.types}
		for _, s := range n.statements {
			var values []any
			for _, v := range s.values {
				values = append(values, v.jsonLD())
			}
			m[s.property] = values
		}
		nodes = append(nodes, m)
	}
	return map[string]any{"@context": context, "@graph": nodes}
}

func (v value) jsonLD() any {
	switch {
	case v.iri != "":
		return map[string]string{"@id": v.iri}
	case v.lang != "":
		return map[string]string{"@value": v.text, "@language": v.lang}
	case v.datatype != "":
		return map[string]string{"@value": v.text, "@type": v.datatype}
	}
	return v.text
}
