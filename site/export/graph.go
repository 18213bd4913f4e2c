package export

import (
	"fmt"
	"strconv"

	"etalon/content"
)

// prefixes of the vocabularies, in the order in which files name them.
var prefixes = [][2]string{
	{"dcterms", "http://purl.org/dc/terms/"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"schema", "https://schema.org/"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
}

// graph is what both RDF files say.
type graph struct{ nodes []*node }

// node is a subject with its types and its statements in order.
type node struct {
	id         string
	types      []string // prefixed
	statements []statement
}

type statement struct {
	property string // prefixed
	values   []value
}

// value is an IRI, or a text with a language or a datatype or neither.
type value struct{ iri, text, lang, datatype string }

func iri(s string) value { return value{iri: s} }

// in is a text in both languages.
func in(t content.Text) []value { return []value{{text: t.FR, lang: "fr"}, {text: t.EN, lang: "en"}} }

func (n *node) say(property string, values ...value) *node {
	if len(values) > 0 {
		n.statements = append(n.statements, statement{property, values})
	}
	return n
}

func (d *Document) graph() *graph {
	b := &graphBuilder{Document: d, file: d.Address + "/data/referential.ttl"}
	referential, levels := b.file+"#referential", b.file+"#levels"
	var domains, bands []value
	for _, x := range d.Domains {
		domains = append(domains, iri(x.ID))
	}
	for _, x := range d.Bands {
		bands = append(bands, iri(x.ID))
	}
	b.scheme(referential, content.Text{FR: "Référentiel des compétences numériques", EN: "Referential of digital competences"}, domains)
	b.scheme(levels, content.Text{FR: "Grille générale des niveaux", EN: "General grid of levels"}, bands)

	titles := map[string]string{}
	for _, t := range d.Themes {
		titles[t.Key] = t.ID
	}
	for _, x := range d.Domains {
		n := b.concept(x.ID, referential, strconv.Itoa(x.Number), x.Title, x.Definition)
		n.say("skos:topConceptOf", iri(referential))
		var below []value
		for _, code := range x.Competences {
			below = append(below, iri(d.Address+"/c/"+code))
		}
		n.say("skos:narrower", below...)
	}
	for _, x := range d.Competences {
		n := b.concept(x.ID, referential, x.Code, x.Title, x.Definition)
		n.say("skos:broader", iri(d.Domains[x.Domain-1].ID))
		var below, european []value
		for _, key := range x.Themes {
			below = append(below, iri(titles[key]))
		}
		for _, y := range x.Descriptors {
			below = append(below, iri(y.ID))
		}
		n.say("skos:narrower", below...)
		for _, y := range x.DigComp {
			european = append(european, value{text: "DigComp 2.1: " + y.Code + " " + y.Name, lang: "en"})
		}
		n.say("skos:note", european...)
		for _, y := range x.Descriptors {
			v := d.Levels[y.Level-1]
			label := content.Text{
				FR: fmt.Sprintf("%s %s, niveau %d", x.Code, x.Title.FR, y.Level),
				EN: fmt.Sprintf("%s %s, level %d", x.Code, x.Title.EN, y.Level),
			}
			b.concept(y.ID, referential, fmt.Sprintf("%s-%d", x.Code, y.Level), label, y.Text).
				say("skos:broader", iri(x.ID)).say("skos:relatedMatch", iri(v.ID))
		}
	}
	for _, x := range d.Themes {
		n := b.concept(x.ID, referential, x.Key, x.Title, content.Text{})
		var above []value
		for _, code := range x.Competences {
			above = append(above, iri(d.Address+"/c/"+code))
		}
		n.say("skos:broader", above...)
	}
	for _, x := range d.Bands {
		n := b.concept(x.ID, levels, "P"+strconv.Itoa(x.Number), x.Name, x.Description)
		n.say("skos:topConceptOf", iri(levels))
		n.say("skos:narrower", iri(d.Levels[x.Levels[0]-1].ID), iri(d.Levels[x.Levels[1]-1].ID))
	}
	for _, x := range d.Levels {
		b.concept(x.ID, levels, strconv.Itoa(x.Number), x.Name, x.Meaning).
			say("skos:scopeNote", in(x.Description)...).say("skos:broader", iri(d.Bands[x.Band-1].ID))
	}
	return &b.graph
}

type graphBuilder struct {
	graph
	*Document
	file string
}

func (b *graphBuilder) add(id string, types ...string) *node {
	n := &node{id: id, types: types}
	b.nodes = append(b.nodes, n)
	return n
}

func (b *graphBuilder) scheme(id string, title content.Text, top []value) {
	b.add(id, "skos:ConceptScheme", "schema:DefinedTermSet").
		say("skos:prefLabel", in(title)...).say("schema:name", in(title)...).
		say("dcterms:title", in(title)...).
		say("dcterms:issued", value{text: b.Edition.Date, datatype: "xsd:date"}).
		say("schema:version", value{text: b.Edition.ID}).
		say("dcterms:license", iri(licenceAddress)).say("schema:license", iri(licenceAddress)).
		say("skos:hasTopConcept", top...)
}

func (b *graphBuilder) concept(id, scheme, notation string, label, definition content.Text) *node {
	n := b.add(id, "skos:Concept", "schema:DefinedTerm").
		say("skos:inScheme", iri(scheme)).say("schema:inDefinedTermSet", iri(scheme)).
		say("skos:notation", value{text: notation}).say("schema:termCode", value{text: notation}).
		say("skos:prefLabel", in(label)...).say("schema:name", in(label)...)
	if definition != (content.Text{}) {
		n.say("skos:definition", in(definition)...).say("schema:description", in(definition)...)
	}
	return n
}
