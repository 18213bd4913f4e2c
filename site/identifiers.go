package site

import (
	"fmt"
	"strconv"

	"etalon/content"
)

// identifier is what a permanent identifier names. Its page belongs to no
// language: it leads to the page of each, with the fragment it was given.
type identifier struct {
	Kind    string // domain, competence, level, theme
	Code    string // as in the address: "1.3"; a theme has none
	Title   content.Text
	English string
	Differs bool // the two titles differ
	Read    []reader
	Places  []place
}

// place is a fragment of an identifier: a descriptor, a theme of a competence.
type place struct {
	ID, Label string
	Read      []reader
}

// reader is where a language says what an identifier names.
type reader struct {
	Lang           content.Lang
	Address, Label string
}

// identifiers makes the pages of permanent identifiers:
//
//	/d/2  /c/1.3  /c/1.3#n4  /c/1.3#theme-big-data  /l/4  /t/big-data
//
// A script chooses by the reader's languages; without it both links stand there.
func (s *Site) identifiers() []*page {
	var out []*page
	add := func(prefix, id string, x identifier) {
		x.Differs, x.English = x.Title.FR != x.Title.EN, curl(x.Title.EN)
		m := s.messages[content.FR]
		path := "/" + prefix + "/" + id
		x.Places = append(x.Places, s.formerPlaces(path)...)
		title, _ := m.get("id.title", "id", path[1:])
		description, _ := m.get("id.description", "id", path[1:], "title", curl(x.Title.FR))
		out = append(out, &page{Kind: "identifier", Lang: content.FR, Path: path + "/", NoIndex: true, Canonical: "-",
			Title: title, Description: description, Item: x})
	}
	for i := range s.r.Domains {
		d := &s.r.Domains[i]
		n := strconv.Itoa(d.Number)
		add("d", n, identifier{Kind: "domain", Code: n, Title: d.Title, Read: s.readers("domain", n, "")})
	}
	for _, c := range s.r.Competences() {
		x := identifier{Kind: "competence", Code: c.Code, Title: c.Title, Read: s.readers("c", c.Code, "")}
		for n := range s.r.Levels {
			id := "n" + strconv.Itoa(n+1)
			x.Places = append(x.Places, place{id, fmt.Sprintf("/c/%s#%s", c.Code, id), s.readers("c", c.Code, id)})
		}
		for _, t := range c.Themes {
			id := "theme-" + t.ID
			x.Places = append(x.Places, place{id, fmt.Sprintf("/c/%s#%s", c.Code, id), s.readers("c", c.Code, id)})
		}
		add("c", c.Code, x)
	}
	for i := range s.r.Levels {
		v := &s.r.Levels[i]
		n := strconv.Itoa(v.Number)
		add("l", n, identifier{Kind: "level", Code: n, Title: v.Name, Read: s.readers("level", n, "")})
	}
	for _, t := range s.themes() {
		x := identifier{Kind: "theme", Title: t.Title, Read: s.readers("theme", t.ID, "")}
		for _, c := range t.In {
			x.Places = append(x.Places, place{"c" + c.Code, c.Code, s.readers("c", c.Code, "theme-"+t.ID)})
		}
		add("t", t.ID, x)
	}
	return out
}

// readers gives the address in each language, and what the link says.
func (s *Site) readers(kind, id, fragment string) []reader {
	var out []reader
	for _, l := range content.Langs {
		r := reader{Lang: l, Address: s.address(l, kind, id), Label: s.messages[l].text["id.read"]}
		if fragment != "" {
			r.Address += "#" + fragment
			r.Label = s.label(l, kind, id, fragment)
		}
		out = append(out, r)
	}
	return out
}

// label says what a fragment of a competence is, in a language.
func (s *Site) label(l content.Lang, kind, id, fragment string) string {
	c := s.r.Competence(id)
	if fragment[0] == 'n' {
		return s.messages[l].text["ui.level"] + " " + fragment[1:] + ", " + curl(s.r.Levels[fragment[1]-'1'].Name.In(l))
	}
	for _, t := range c.Themes {
		if "theme-"+t.ID == fragment {
			return curl(t.Title.In(l)) + " (" + curl(c.Title.In(l)) + ")"
		}
	}
	return id
}

// themeUse is a theme with the competences that it belongs to.
type themeUse struct {
	content.Theme
	In []*content.Competence
}

// themes lists every theme once, in the order in which competences have them.
func (s *Site) themes() []*themeUse {
	var out []*themeUse
	by := map[string]*themeUse{}
	for _, c := range s.r.Competences() {
		for _, t := range c.Themes {
			if by[t.ID] == nil {
				by[t.ID] = &themeUse{Theme: t}
				out = append(out, by[t.ID])
			}
			by[t.ID].In = append(by[t.ID].In, c)
		}
	}
	return out
}

// permanent is a link to a permanent identifier.
type permanent struct{ Address, Label, Copied string }

// Permanent is the identifier of a thing: its letter, its id, a fragment or
// none, and what the link says it is.
func (v *view) Permanent(letter string, id any, fragment, what string) (permanent, error) {
	p := permanent{Address: fmt.Sprintf("/%s/%v", letter, id), Copied: v.m.text["id.copied"]}
	if fragment != "" {
		p.Address += "#" + fragment
	}
	var err error
	p.Label, err = v.T("id.permalink", "what", what)
	return p, err
}

// Origin is the address that paths are added to.
func (v *view) Origin() string { return v.s.c.Address }
