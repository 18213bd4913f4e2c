package site

import (
	"slices"
	"strconv"

	"etalon/content"
)

// page is one page to make.
type page struct {
	Kind        string // its template
	Lang        content.Lang
	Path        string // address on the site
	Mirror      string // the same page in the other language
	Title       string
	Description string
	Section     string // entry of the menu that it belongs to
	Crumbs      []link
	Previous    *link // Key: what the link is
	Next        *link
	Item        any // what the page is about
	Chapters    []link
	Contents    []link
	Root        bool     // the page at /, in no language's folder
	Bilingual   bool     // French until a script changes it
	Scripts     bool     // the verification page
	NoIndex     bool     // not for search engines
	Tool        string   // way to read the referential that it is, as Tools lists them
	Sheets      []string // styles of its own
	Modules     []string // scripts of its own
	Canonical   string   // "" for the page's own address, "-" for none
	card        *Verdict
	filling     *filling // what the card shows, once it is known
}

// link is an address and its words.
type link struct {
	Address, Label, ID, Key string
	Here, Exact             bool
}

// words of addresses, by language.
var segments = map[content.Lang]map[string]string{
	content.FR: {"referential": "referentiel", "domain": "domaines", "c": "competences", "grid": "niveaux", "certification": "certification", "about": "a-propos", "verify": "verifier",
		"matrix": "matrice", "compareLevels": "comparer/niveaux", "compareCompetences": "comparer/competences", "book": "livre", "search": "recherche", "gap": "ecart", "history": "historique", "screens": "certification/avant-le-test"},
	content.EN: {"referential": "referential", "domain": "domains", "c": "competences", "grid": "levels", "certification": "certification", "about": "about", "verify": "verify",
		"matrix": "matrix", "compareLevels": "compare/levels", "compareCompetences": "compare/competences", "book": "book", "search": "search", "gap": "gap", "history": "history", "screens": "certification/before-the-test"},
}

// address returns the path of what content calls kind:id ("c:1.3",
// "domain:2", "level:4", "page:rules", "site:verify"), and of site:home and
// site:certification. Content is checked before: an unknown id cannot occur in
// it, and leads home.
func (s *Site) address(l content.Lang, kind, id string) string {
	root := "/" + string(l) + "/"
	at := segments[l]
	switch kind {
	case "c", "domain":
		return root + at[kind] + "/" + id + "/"
	case "level":
		return root + at["grid"] + "/" + id + "/"
	case "matrix":
		return root + at["matrix"] + "/" + id + "/"
	case "data":
		return "/data/" + id
	case "theme":
		return root + at["search"] + "/#theme-" + id
	case "page":
		if p := s.r.Page(id); p != nil {
			return root + at[group(p)] + "/" + p.Slug.In(l) + "/"
		}
	case "site":
		if at[id] != "" {
			return root + at[id] + "/"
		}
	}
	return root
}

func group(p *content.Page) string {
	if p.Group == "about" || p.Group == "screens" {
		return p.Group
	}
	return "certification"
}

func other(l content.Lang) content.Lang {
	if l == content.FR {
		return content.EN
	}
	return content.FR
}

// pages lists every page of the site.
func (s *Site) pages() []*page {
	fr := s.messages[content.FR].text
	out := []*page{
		{Kind: "home", Lang: content.FR, Path: "/", Mirror: "/en/", Root: true, Canonical: "/fr/",
			Title: fr["home.title"], Description: fr["home.description"]},
		{Kind: "notfound", Lang: content.FR, Path: "/404.html", Mirror: "/en/", NoIndex: true, Canonical: "-",
			Title: fr["notFound.title"], Description: fr["notFound.description"]},
		{Kind: "verify", Lang: content.FR, Path: "/v/", Mirror: "/en/verify/", Section: "verify", Bilingual: true,
			Scripts: true, NoIndex: true, Canonical: "-", Title: fr["verify.title"], Description: fr["verify.description"]},
	}
	for _, l := range content.Langs {
		out = append(out, s.single(l)...)
		out = append(out, s.domains(l)...)
		out = append(out, s.competences(l)...)
		out = append(out, s.articles(l)...)
		out = append(out, s.reading(l)...)
		out = append(out, s.history(l)...)
		out = append(out, s.screens(l)...)
	}
	return slices.Concat(out, s.formats(out), s.identifiers(), s.moved())
}

// formats makes the address at which the formats are published whatever the
// language of the reader: the French page, which leads to the English one.
func (s *Site) formats(pages []*page) []*page {
	article := s.address(content.FR, "page", "formats")
	for _, p := range pages {
		if p.Path == article {
			short := *p
			short.Path, short.Canonical, short.Root = "/formats/", p.Path, true
			return []*page{&short}
		}
	}
	return nil
}

// single makes the pages that stand alone.
func (s *Site) single(l content.Lang) []*page {
	t := s.messages[l].text
	make := func(kind, id, text string) *page {
		return &page{Kind: kind, Lang: l, Path: s.address(l, "site", id), Mirror: s.address(other(l), "site", id),
			Title: t[text+".title"], Description: t[text+".description"], Section: id}
	}
	home := make("home", "home", "home")
	certification := make("section", "certification", "certification")
	certification.Chapters = s.chapters(l, "certification", nil)
	verify := make("verify", "verify", "verify")
	verify.Scripts = true
	list := make("referential", "referential", "referential")
	list.Tool = "referential"
	return []*page{home, certification, verify, list, make("levels", "grid", "levels")}
}

func (s *Site) domains(l content.Lang) []*page {
	m := s.messages[l]
	var out []*page
	for i := range s.r.Domains {
		d := &s.r.Domains[i]
		number := strconv.Itoa(d.Number)
		description, _ := m.get("domain.description", "number", d.Number, "title", curl(d.Title.In(l)))
		out = append(out, &page{Kind: "domain", Lang: l, Item: d, Section: "referential",
			Path: s.address(l, "domain", number), Mirror: s.address(other(l), "domain", number),
			Title: number + ". " + curl(d.Title.In(l)), Description: description,
			Crumbs: []link{{Address: s.address(l, "site", "referential"), Label: m.text["ui.referential"]}, {Label: number + ". " + curl(d.Title.In(l))}},
		})
	}
	join(out, m)
	return out
}

func (s *Site) competences(l content.Lang) []*page {
	m := s.messages[l]
	var out []*page
	for _, c := range s.r.Competences() {
		number := strconv.Itoa(c.Domain.Number)
		title := curl(c.Title.In(l))
		description, _ := m.get("competence.description", "code", c.Code, "title", title)
		out = append(out, &page{Kind: "competence", Lang: l, Item: c, Section: "referential",
			Path: s.address(l, "c", c.Code), Mirror: s.address(other(l), "c", c.Code),
			Title: c.Code + " " + title, Description: description,
			Crumbs: []link{
				{Address: s.address(l, "site", "referential"), Label: m.text["ui.referential"]},
				{Address: s.address(l, "domain", number), Label: number + ". " + curl(c.Domain.Title.In(l))},
				{Label: c.Code},
			},
		})
	}
	join(out, m)
	return out
}

func (s *Site) articles(l content.Lang) []*page {
	m := s.messages[l]
	var out []*page
	for _, g := range []string{"certification", "about"} {
		var part []*page
		for i := range s.r.Pages {
			p := &s.r.Pages[i]
			if group(p) != g {
				continue
			}
			a := &page{Kind: "article", Lang: l, Item: p, Section: g,
				Path: s.address(l, "page", p.ID), Mirror: s.address(other(l), "page", p.ID),
				Title: curl(p.Title.In(l)), Description: p.Summary.In(l),
				Chapters: s.chapters(l, g, p)}
			for _, h := range p.Headings {
				a.Contents = append(a.Contents, link{Address: "#" + h.ID, Label: h.Title.In(l)})
			}
			if g == "certification" {
				a.Crumbs = []link{{Address: s.address(l, "site", "certification"), Label: m.text["ui.certification"]}, {Label: a.Title}}
			}
			part = append(part, a)
		}
		join(part, m)
		out = append(out, part...)
	}
	return out
}

// chapters links to the pages of a group; Key holds their summaries.
func (s *Site) chapters(l content.Lang, g string, here *content.Page) []link {
	var out []link
	for i := range s.r.Pages {
		if p := &s.r.Pages[i]; group(p) == g {
			out = append(out, link{Address: s.address(l, "page", p.ID), Label: curl(p.Title.In(l)), Key: p.Summary.In(l), Here: p == here})
		}
	}
	return out
}

// join links each page to the one before and the one after.
func join(pages []*page, m *messages) {
	for i, p := range pages {
		if i > 0 {
			p.Previous = &link{Address: pages[i-1].Path, Label: pages[i-1].Title, Key: m.text["ui.previousPage"]}
		}
		if i+1 < len(pages) {
			p.Next = &link{Address: pages[i+1].Path, Label: pages[i+1].Title, Key: m.text["ui.nextPage"]}
		}
	}
}
