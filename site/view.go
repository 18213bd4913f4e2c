package site

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"etalon/content"
)

// view is what templates see: a page, with the wording and the addresses of
// its language.
type view struct {
	*page
	s *Site
	m *messages
	R *content.Referential
}

// part is a view and one thing to show, for templates within templates.
type part struct {
	View *view
	Item any
}

func (v *view) With(item any) part { return part{v, item} }

func (v *view) T(key string, pairs ...any) (string, error) { return v.m.get(key, pairs...) }

// Other is T in the page's other language.
func (v *view) Other(key string) (string, error) { return v.s.messages[other(v.Lang)].get(key) }

// TA marks an element of a bilingual page with the key of its text.
func (v *view) TA(key string) template.HTMLAttr {
	if !v.Bilingual || key == "" {
		return ""
	}
	return template.HTMLAttr(` data-t="` + template.HTMLEscapeString(key) + `"`)
}

// Alt gives a link of a bilingual page its address in each language.
func (v *view) Alt(kind, id string) template.HTMLAttr {
	if !v.Bilingual {
		return ""
	}
	return template.HTMLAttr(fmt.Sprintf(` data-fr="%s" data-en="%s"`,
		template.HTMLEscapeString(v.s.address(content.FR, kind, id)), template.HTMLEscapeString(v.s.address(content.EN, kind, id))))
}

func (v *view) In(t content.Text) string { return curl(t.In(v.Lang)) }

func (v *view) HTML(t content.Text) template.HTML {
	h := content.HTML(t.In(v.Lang), func(kind, id string) string { return v.s.address(v.Lang, kind, id) })
	return template.HTML(scrollTables.Replace(string(h)))
}

// scrollTables lets a wide table scroll by itself on a narrow screen, and says
// in today's HTML how its columns are set.
var scrollTables = strings.NewReplacer("<table>", `<div class="scroller"><table>`, "</table>", "</table></div>",
	"<pre>", `<pre tabindex="0">`, ` align="left"`, "", ` align="right"`, ` class="right"`, ` align="center"`, ` class="centre"`)

func (v *view) URL(kind string, id any) string {
	switch id := id.(type) {
	case int:
		return v.s.address(v.Lang, kind, string(rune('0'+id))) // domains and levels have one digit
	case string:
		return v.s.address(v.Lang, kind, id)
	}
	return "/"
}

func (v *view) Asset(name string) string { return v.s.assets.names[name] }
func (v *view) Preloads() []string       { return v.s.assets.modules("page.js") }
func (v *view) Policy() string           { return ContentSecurityPolicy }
func (v *view) Specimen() bool           { return v.s.c.Specimen }
func (v *view) Issuer() string           { return v.s.c.Issuer }
func (v *view) Host() string             { return v.s.host }
func (v *view) OtherLang() content.Lang  { return other(v.Lang) }

func (v *view) FullTitle() string {
	if v.Kind == "home" {
		return "Étalon – " + v.Title
	}
	return v.Title + " – Étalon"
}

func (v *view) Canonical() string {
	switch v.page.Canonical {
	case "":
		return v.s.c.Address + v.Path
	case "-":
		return ""
	}
	return v.s.c.Address + v.page.Canonical
}

type alternate struct {
	Lang    string
	Address string
}

// Alternates are the language versions of the page, for search engines.
func (v *view) Alternates() []alternate {
	if v.page.Canonical == "-" {
		return nil
	}
	self := v.Path
	if v.Root {
		self = v.page.Canonical
	}
	fr, en := self, v.Mirror
	if v.Lang == content.EN {
		fr, en = v.Mirror, self
	}
	standard := fr
	if v.standsAt("home") {
		standard = "/"
	}
	return []alternate{{"fr", v.s.c.Address + fr}, {"en", v.s.c.Address + en}, {"x-default", v.s.c.Address + standard}}
}

func (v *view) standsAt(kind string) bool { return v.Kind == kind }

func (v *view) Menu() []link {
	var out []link
	for _, e := range [][2]string{{"referential", "ui.referential"}, {"grid", "ui.levels"}, {"certification", "ui.certification"}, {"verify", "ui.verify"}} {
		at := v.s.address(v.Lang, "site", e[0])
		out = append(out, link{Address: at, Label: v.m.text[e[1]], ID: e[0], Key: e[1], Here: v.Section == e[0], Exact: v.Path == at})
	}
	return out
}

func (v *view) About() []link { return v.s.chapters(v.Lang, "about", nil) }

func (v *view) PagerLabel() string {
	return v.m.text["ui.previous"] + " / " + strings.ToLower(v.m.text["ui.next"])
}

// UnderDomain tells that competences stand below a heading of their domain.
func (v *view) UnderDomain() bool { return v.Kind == "referential" }

func (v *view) LevelsOf(b content.Band) []content.Level { return v.R.Levels[b.First-1 : b.Last] }

func (v *view) Descriptor(c *content.Competence, level int) content.Text {
	return c.Descriptors[level-1]
}

// framework is the adaptive one in force, whose scores lead to global levels.
func (v *view) framework() *content.Framework {
	var out *content.Framework
	for i := range v.R.Frameworks {
		if f := &v.R.Frameworks[i]; f.Regime == "adaptive" && len(f.Scores) == len(v.R.Levels) && f.ValidUntil == "" {
			out = f
		}
	}
	return out
}

func (v *view) Score(level int) (string, error) {
	f := v.framework()
	if f == nil {
		return "", nil
	}
	n, err := v.T("levels.scoreFrom", "n", f.Scores[level-1])
	return v.m.text["levels.score"] + v.m.text["check.values.separator"] + n, err
}

func (v *view) ScoreNote() (string, error) {
	if f := v.framework(); f != nil {
		return v.T("levels.below", "n", f.Scores[0])
	}
	return "", nil
}

func (v *view) CeilingNote() (string, error) {
	if f := v.framework(); f != nil && f.MaxLevel < len(v.R.Levels) {
		return v.T("levels.reach", "max", f.MaxLevel)
	}
	return "", nil
}

func (v *view) Cell(code string, n int) (string, error) {
	return v.T("levels.cell", "code", code, "n", n)
}

// pageData is what the scripts of a verification page are given.
type pageData struct {
	Lang          content.Lang                     `json:"lang"`
	Langs         []content.Lang                   `json:"langs"`
	Address       string                           `json:"address"`
	Roots         []string                         `json:"roots"`
	LeastSequence uint64                           `json:"leastSequence"`
	Messages      map[content.Lang]json.RawMessage `json:"messages"`
	Page          map[content.Lang]map[string]any  `json:"page"`
	Levels        map[content.Lang][]string        `json:"levels"`
	Domains       map[content.Lang][]domainTitles  `json:"domains"`
}

type domainTitles struct {
	Title       string              `json:"title"`
	Competences []map[string]string `json:"competences"`
}

// Data is the JSON block of a verification page.
func (v *view) Data() pageData {
	langs := []content.Lang{v.Lang}
	if v.Bilingual {
		langs = content.Langs
	}
	d := pageData{Lang: v.Lang, Langs: langs, Address: v.s.c.Address, LeastSequence: v.s.c.LeastSequence,
		Roots:    append([]string{}, v.s.c.Roots...),
		Messages: map[content.Lang]json.RawMessage{}, Page: map[content.Lang]map[string]any{},
		Levels: map[content.Lang][]string{}, Domains: map[content.Lang][]domainTitles{}}
	for _, l := range langs {
		m := v.s.messages[l]
		d.Messages[l] = m.check
		d.Page[l] = map[string]any{}
		for key, text := range m.text {
			if strings.HasPrefix(key, "verify.") || strings.HasPrefix(key, "ui.") || strings.HasPrefix(key, "share.") {
				d.Page[l][key] = text
			}
		}
		for _, level := range v.R.Levels {
			d.Levels[l] = append(d.Levels[l], level.Name.In(l))
		}
		for _, dom := range v.R.Domains {
			t := domainTitles{Title: curl(dom.Title.In(l))}
			for _, c := range dom.Competences {
				t.Competences = append(t.Competences, map[string]string{"code": c.Code, "title": curl(c.Title.In(l)), "address": v.s.address(l, "c", c.Code)})
			}
			d.Domains[l] = append(d.Domains[l], t)
		}
	}
	return d
}

// Cards tells that the page shows verdicts.
func (v *view) Cards() bool { return v.Kind == "verify" || v.Kind == "verdict" }
