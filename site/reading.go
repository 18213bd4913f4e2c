package site

import (
	"cmp"
	"slices"
	"strconv"

	"etalon/content"
)

// reading lists the pages of a language that show the referential in other
// ways than its list: levels, matrix, comparisons, book, search.
func (s *Site) reading(l content.Lang) []*page {
	m := s.messages[l]
	alone := func(kind, id, title, description string, item any) *page {
		return &page{Kind: kind, Lang: l, Path: s.address(l, "site", id), Mirror: s.address(other(l), "site", id),
			Title: m.text[title], Description: m.text[description], Section: "referential", Tool: id, Item: item}
	}
	levels := alone("compare", "compareLevels", "compare.levelsTitle", "compare.levelsDescription", comparison{Levels: true})
	competences := alone("compare", "compareCompetences", "compare.competencesTitle", "compare.competencesDescription", comparison{})
	competences.Tool = levels.Tool
	for _, p := range []*page{levels, competences} {
		p.Sheets, p.Modules = []string{"tables.css"}, []string{"compare.js"}
	}
	book := alone("book", "book", "book.title", "book.description", nil)
	book.Sheets, book.Modules = []string{"book.css"}, []string{"book.js"}
	search := alone("search", "search", "search.title", "search.description", s.index(l))
	search.Sheets, search.Modules = []string{"search.css"}, []string{"search.js"}
	return slices.Concat(s.levels(l), s.matrices(l), []*page{levels, competences, book, search, s.gapPage(l)})
}

// comparison is what a page sets side by side: two levels or two competences.
type comparison struct{ Levels bool }

// levels makes a page for each level, across all competences.
func (s *Site) levels(l content.Lang) []*page {
	m := s.messages[l]
	var out []*page
	for i := range s.r.Levels {
		v := &s.r.Levels[i]
		n := strconv.Itoa(v.Number)
		name := curl(v.Name.In(l))
		title, _ := m.get("level2.title", "n", n, "name", name)
		description, _ := m.get("level2.description", "n", n, "name", name)
		out = append(out, &page{Kind: "level", Lang: l, Item: v, Section: "grid",
			Path: s.address(l, "level", n), Mirror: s.address(other(l), "level", n),
			Title: title, Description: description,
			Crumbs: []link{{Address: s.address(l, "site", "grid"), Label: m.text["levels.title"]}, {Label: m.text["ui.level"] + " " + n}},
		})
	}
	join(out, m)
	return out
}

// matrix is a page of the matrix: of one domain, or of all when it is nil.
type matrix struct{ Domain *content.Domain }

// Domains are those whose rows stand in the page.
func (x matrix) Domains(r *content.Referential) []content.Domain {
	if x.Domain != nil {
		return r.Domains[x.Domain.Number-1 : x.Domain.Number]
	}
	return r.Domains
}

// matrices makes the matrix whole and by domain. The domain is in the path;
// band and level are the fragment, so that a choice of both has an address
// that works on any static host and without scripts: the column's heading is
// the target, and styles hide the other columns.
func (s *Site) matrices(l content.Lang) []*page {
	m := s.messages[l]
	root := &page{Kind: "matrix", Lang: l, Path: s.address(l, "site", "matrix"), Mirror: s.address(other(l), "site", "matrix"),
		Title: m.text["matrix.title"], Description: m.text["matrix.description"], Item: matrix{}}
	out := []*page{root}
	for i := range s.r.Domains {
		d := &s.r.Domains[i]
		n := strconv.Itoa(d.Number)
		title, _ := m.get("matrix.titleOf", "n", n)
		description, _ := m.get("matrix.descriptionOf", "n", n, "title", curl(d.Title.In(l)))
		out = append(out, &page{Kind: "matrix", Lang: l, Item: matrix{d},
			Path: s.address(l, "matrix", n), Mirror: s.address(other(l), "matrix", n), Title: title, Description: description})
	}
	for _, p := range out {
		p.Section, p.Tool = "referential", "matrix"
		p.Sheets, p.Modules = []string{"tables.css"}, []string{"matrix.js"}
	}
	return out
}

// Tools are the ways to read the referential, for the pages that are one.
func (v *view) Tools() []link {
	if v.Tool == "" {
		return nil
	}
	var out []link
	for _, e := range [][2]string{{"referential", "list"}, {"matrix", "matrix"}, {"compareLevels", "compare"}, {"search", "index"}, {"book", "book"}, {"gap", "gap"}, {"history", "history"}} {
		at := v.s.address(v.Lang, "site", e[0])
		out = append(out, link{Address: at, Label: v.m.text["tools."+e[1]], Here: v.Tool == e[0], Exact: v.Path == at})
	}
	return out
}

// near are the competences that share the most themes with one, at most three.
type near struct {
	Competence *content.Competence
	Shared     []content.Theme
}

func (v *view) Near(c *content.Competence) []near {
	var out []near
	for _, other := range v.R.Competences() {
		if other == c {
			continue
		}
		n := near{Competence: other}
		for _, t := range c.Themes {
			if slices.Contains(other.Themes, t) {
				n.Shared = append(n.Shared, t)
			}
		}
		if len(n.Shared) > 0 {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b near) int { return cmp.Compare(len(b.Shared), len(a.Shared)) })
	return out[:min(3, len(out))]
}

// Versus is the address of two competences or two levels side by side.
func (v *view) Versus(a, b any) string {
	if a, ok := a.(*content.Competence); ok {
		return v.s.address(v.Lang, "site", "compareCompetences") + "?a=" + a.Code + "&b=" + b.(*content.Competence).Code
	}
	return v.s.address(v.Lang, "site", "compareLevels") + "?a=" + strconv.Itoa(a.(int)) + "&b=" + strconv.Itoa(b.(int))
}

// Add adds small numbers in templates.
func (v *view) Add(a, b int) int { return a + b }

// Matrices is the address of the matrix of a domain, or the whole for 0.
func (v *view) Matrices(domain int) string {
	if domain == 0 {
		return v.s.address(v.Lang, "site", "matrix")
	}
	return v.s.address(v.Lang, "matrix", strconv.Itoa(domain))
}

// BookPage is the page of the printed book where a competence stands; of the
// grid for 0, of the index for 1. Cover, contents, grid and competences fill
// one page each, which a test reads from the paper: browsers cannot yet count
// pages ahead of themselves, and those that can replace the number.
func (v *view) BookPage(what any) int {
	const grid = 3
	all := v.R.Competences()
	switch what := what.(type) {
	case *content.Competence:
		return grid + 1 + slices.Index(all, what)
	case int:
		if what > 0 {
			return grid + 1 + len(all)
		}
	}
	return grid
}
