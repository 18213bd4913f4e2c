package content

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// page is a page in one language.
type page struct {
	doc                  *document
	order                int
	group, slug          string
	title, summary, body string
	headings             []headingAt
	broken               bool // its headings are wrong: no use comparing them
}

// pageGroups are the parts of the site that pages belong to. Those of screens
// are shown one after the other, as a candidate meets them before the test.
var pageGroups = []string{"certification", "screens", "about"}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) readPages(lang Lang) {
	folder := string(lang) + "/pages"
	l.pages[lang] = map[string]*page{}
	l.fragments[lang] = map[string][]string{}
	slugs := map[string]string{}
	orders := map[int]string{}
	for _, id := range l.in(folder, ".md") {
		name := folder + "/" + id + ".md"
		l.fragments[lang][id] = nil
		if !headingID.MatchString(id) {
			l.ps.add(name, 0, "file name %q is not kebab case; rename it", id)
		}
		doc := l.document(name, map[string]kind{
			"id": stringField, "order": intField, "group": stringField,
			"slug": stringField, "title": stringField, "summary": stringField,
		})
		if doc == nil {
			continue
		}
		p := &page{doc: doc}
		l.pages[lang][id] = p
		if f := doc.fields["id"]; f.valid && f.text != id {
			l.ps.add(name, f.line, "id is %q, yet the file is %q; mend one of them", f.text, id+".md")
		}
		if f := doc.fields["order"]; f.valid {
			p.order, _ = strconv.Atoi(f.text)
			if p.order < 1 || p.order > 999 {
				l.ps.add(name, f.line, "order is %d; give a number from 1 to 999", p.order)
				p.order = 0
			} else if other, twice := orders[p.order]; twice {
				l.ps.add(name, f.line, "order %d belongs to page %q already; choose another", p.order, other)
			}
			orders[p.order] = id
		}
		if f := doc.fields["group"]; f.valid {
			if slices.Contains(pageGroups, f.text) {
				p.group = f.text
			} else {
				l.ps.add(name, f.line, "group is %q; it must be certification, screens or about", f.text)
			}
		}
		if f := doc.fields["slug"]; f.valid {
			p.slug = f.text
			if !slugForm.MatchString(f.text) || len(f.text) > 60 {
				l.ps.add(name, f.line, "slug %q is not lower-case letters, digits and single hyphens; mend it", f.text)
			} else if other, twice := slugs[f.text]; twice {
				l.ps.add(name, f.line, "slug %q belongs to page %q already; choose another", f.text, other)
			}
			slugs[f.text] = id
		}
		p.title = typeset(lang, doc.text(&l.ps, "title", maxTitle))
		p.summary = typeset(lang, doc.text(&l.ps, "summary", maxSummary))
		l.pageBody(p, lang, id)
	}
	if len(l.pages[lang]) == 0 {
		l.ps.add(folder, 0, "no page; write one as %s/ID.md", folder)
	}
}

func (l *loader) pageBody(p *page, lang Lang, id string) {
	b := newBody(p.doc, lang, id)
	l.links = append(l.links, b.check(&l.ps, true)...)
	var ids []string
	var ok bool
	p.headings, ids, ok = b.headings(&l.ps)
	p.broken = !ok
	l.fragments[lang][id] = ids
	text := plain(b.root, b.src)
	switch n := utf8.RuneCountInString(text); {
	case text == "":
		l.ps.add(p.doc.file, b.first, "text is missing; write it")
	case n > maxPage:
		l.ps.add(p.doc.file, b.first, "text has %d characters, the limit is %d; split the page", n, maxPage)
	}
	p.body = typeset(lang, string(b.src))
}

// joinPages compares the pages of the languages and joins them.
func (l *loader) joinPages(r *Referential) {
	fr, en := l.pages[FR], l.pages[EN]
	for _, id := range sortedKeys(en) {
		if _, ok := l.files["fr/pages/"+id+".md"]; !ok {
			l.ps.add(en[id].doc.file, 0, "page has no French counterpart; write fr/pages/%s.md or remove this one", id)
		}
	}
	for _, id := range sortedKeys(fr) {
		f, e := fr[id], en[id]
		if e == nil {
			if _, ok := l.files["en/pages/"+id+".md"]; !ok {
				l.ps.add(f.doc.file, 0, "page has no English counterpart; write en/pages/%s.md or remove this one", id)
			}
			continue
		}
		if e.order != f.order && e.order != 0 && f.order != 0 {
			l.ps.add(e.doc.file, e.doc.fields["order"].line, "order is %d, in French it is %d; use the same", e.order, f.order)
		}
		if e.group != f.group && e.group != "" && f.group != "" {
			l.ps.add(e.doc.file, e.doc.fields["group"].line, "group is %q, in French it is %q; use the same", e.group, f.group)
		}
		headings := l.joinHeadings(f, e)
		r.Pages = append(r.Pages, Page{
			ID: id, Order: f.order, Group: f.group,
			Slug: Text{f.slug, e.slug}, Title: Text{f.title, e.title},
			Summary: Text{f.summary, e.summary}, Body: Text{f.body, e.body},
			Headings: headings,
		})
	}
	slices.SortStableFunc(r.Pages, func(a, b Page) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
}

// joinHeadings wants the same headings in the same order, so that a link into
// one language holds in the other. It returns those of level 2.
func (l *loader) joinHeadings(f, e *page) []Heading {
	if f.broken || e.broken {
		return nil
	}
	var out []Heading
	for i, h := range e.headings {
		if i >= len(f.headings) || f.headings[i].id != h.id || f.headings[i].level != h.level {
			l.ps.add(e.doc.file, h.line, "heading %q does not mirror the French page; use the same ids and levels in the same order", h.id)
			return nil
		}
		if h.level == 2 {
			out = append(out, Heading{h.id, Text{f.headings[i].title, h.title}})
		}
	}
	if len(f.headings) > len(e.headings) {
		h := f.headings[len(e.headings)]
		l.ps.add(f.doc.file, h.line, "heading %q is missing from the English page; add it there", h.id)
	}
	return out
}
