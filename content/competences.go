package content

import (
	"strconv"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// domains reads the five domains of a language.
func (l *loader) domains(r *Referential, lang Lang) {
	for i := range r.Domains {
		d := &r.Domains[i]
		doc := l.document(numberPath(lang, "domains", d.Number), map[string]kind{"number": intField, "title": stringField})
		if doc == nil {
			continue
		}
		doc.number(&l.ps, "number", d.Number)
		d.Title.set(lang, doc.text(&l.ps, "title", maxTitle))
		d.Definition.set(lang, l.prose(doc, lang))
	}
}

// grid reads the levels and bands of a language and ties them together.
func (l *loader) grid(r *Referential, lang Lang) {
	for i := range r.Bands {
		b := &r.Bands[i]
		b.Number, b.First, b.Last = i+1, 2*i+1, 2*i+2
		doc := l.document(numberPath(lang, "bands", b.Number), map[string]kind{
			"number": intField, "name": stringField, "first": intField, "last": intField,
		})
		if doc == nil {
			continue
		}
		doc.number(&l.ps, "number", b.Number)
		doc.number(&l.ps, "first", b.First)
		doc.number(&l.ps, "last", b.Last)
		b.Name.set(lang, doc.text(&l.ps, "name", 40))
		b.Description.set(lang, l.prose(doc, lang))
	}
	for i := range r.Levels {
		v := &r.Levels[i]
		v.Number, v.Band = i+1, &r.Bands[i/2]
		doc := l.document(numberPath(lang, "levels", v.Number), map[string]kind{
			"number": intField, "name": stringField, "meaning": stringField,
		})
		if doc == nil {
			continue
		}
		doc.number(&l.ps, "number", v.Number)
		name := doc.text(&l.ps, "name", 40)
		if want := v.Band.Name.In(lang) + " " + strconv.Itoa(i%2+1); name != "" && v.Band.Name.In(lang) != "" && name != want {
			l.ps.add(doc.file, doc.fields["name"].line, "level is named %q, yet its band demands %q; mend one of them", name, want)
		}
		v.Name.set(lang, name)
		v.Meaning.set(lang, typeset(lang, doc.text(&l.ps, "meaning", maxMeaning)))
		v.Description.set(lang, l.prose(doc, lang))
	}
}

func (l *loader) document(name string, want map[string]kind) *document {
	data, ok := l.take(name)
	if !ok {
		return nil
	}
	return splitDocument(&l.ps, name, data, want)
}

func (l *loader) prose(doc *document, lang Lang) string {
	b := newBody(doc, lang, "")
	l.links = append(l.links, b.check(&l.ps, false)...)
	return b.prose(&l.ps, maxProse)
}

// competences reads the 16 competences in both languages and compares them.
func (l *loader) competences(r *Referential, themes map[string]*theme) {
	for _, code := range codes {
		d := &r.Domains[code[0]-'1']
		c := &Competence{Code: code, Domain: d}
		d.Competences = append(d.Competences, c)
		lists := map[Lang][]item{}
		for _, lang := range Langs {
			file := competencePath(lang, code)
			doc := l.document(file, map[string]kind{"code": stringField, "title": stringField, "themes": listField})
			if doc == nil {
				continue
			}
			if f := doc.fields["code"]; f.valid && f.text != code {
				l.ps.add(file, f.line, "code is %q, yet the file is %q; mend one of them", f.text, code+".md")
			}
			c.Title.set(lang, doc.text(&l.ps, "title", maxTitle))
			l.competenceBody(c, doc, lang)
			lists[lang] = doc.fields["themes"].list
			l.competenceThemes(file, code, doc.fields["themes"], themes)
		}
		for _, e := range lists[FR] {
			if t := themes[e.text]; t != nil {
				c.Themes = append(c.Themes, t.Theme)
			}
		}
		l.mirrorThemes(competencePath(EN, code), lists)
	}
	for _, id := range sortedKeys(themes) {
		if t := themes[id]; !t.used {
			l.ps.add("themes.yaml", t.line, "theme %q belongs to no competence; remove it or list it", id)
		}
	}
}

func (l *loader) competenceThemes(file, code string, f field, themes map[string]*theme) {
	if !f.valid || themes == nil {
		return
	}
	seen := map[string]bool{}
	for _, e := range f.list {
		switch {
		case themes[e.text] == nil:
			l.ps.add(file, e.line, "theme %q is not in themes.yaml; mend it or add it there", e.text)
		case seen[e.text]:
			l.ps.add(file, e.line, "theme %q stands twice; keep one", e.text)
		default:
			themes[e.text].used = true
		}
		seen[e.text] = true
	}
	if len(f.list) != themesOf[code] {
		l.ps.add(file, f.line, "competence lists %d themes, the register gives it %d; add or remove some", len(f.list), themesOf[code])
	}
}

// mirrorThemes wants the same themes in the same order in both languages.
func (l *loader) mirrorThemes(file string, lists map[Lang][]item) {
	fr, en := lists[FR], lists[EN]
	if len(fr) == 0 {
		return
	}
	for i, e := range en {
		if i >= len(fr) {
			l.ps.add(file, e.line, "theme %q has no counterpart in French; remove it", e.text)
		} else if fr[i].text != e.text {
			l.ps.add(file, e.line, "theme %d is %q, in French it is %q; use the same order", i+1, e.text, fr[i].text)
			return
		}
	}
}

var levelHeading = map[Lang]string{FR: "Niveau ", EN: "Level "}

// competenceBody reads the definition and the eight descriptors.
func (l *loader) competenceBody(c *Competence, doc *document, lang Lang) {
	b := newBody(doc, lang, "")
	l.links = append(l.links, b.check(&l.ps, false)...)
	texts := [levelCount + 1]string{} // 0 the definition
	lines := [levelCount + 1]int{}
	level := 0
	n := b.root.FirstChild()
	for ; n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			level++
			title := plain(n, b.src)
			if level > levelCount {
				l.ps.add(doc.file, b.at(n), "heading %q stands after level %d; remove it", title, levelCount)
				return
			}
			if want := levelHeading[lang] + strconv.Itoa(level); n.Level != 2 || title != want || len(n.Attributes()) > 0 {
				l.ps.add(doc.file, b.at(n), "expected the heading \"## %s\", found %q of level %d; give the eight levels in order", want, title, n.Level)
				return
			}
			lines[level] = b.at(n)
		case *ast.Paragraph:
			if texts[level] != "" {
				l.ps.add(doc.file, b.at(n), "second paragraph; a definition or descriptor is one paragraph: join them")
				continue
			}
			texts[level] = b.source(n, n)
			limit := maxDescr
			if level == 0 {
				limit = maxProse
			}
			if got := utf8.RuneCountInString(plain(n, b.src)); got > limit {
				l.ps.add(doc.file, b.at(n), "text has %d characters, the limit is %d; shorten it", got, limit)
			}
		}
	}
	if texts[0] == "" {
		l.ps.add(doc.file, b.first, "definition is missing; write a paragraph before the first heading")
	}
	for i := 1; i <= level; i++ {
		if texts[i] == "" {
			l.ps.add(doc.file, lines[i], "level %d is empty; write its descriptor", i)
		}
	}
	if level < levelCount {
		l.ps.add(doc.file, b.line(len(b.src)), "level %d is missing; add the heading \"## %s%d\" and its descriptor", level+1, levelHeading[lang], level+1)
	}
	c.Definition.set(lang, typeset(lang, texts[0]))
	for i := range c.Descriptors {
		c.Descriptors[i].set(lang, typeset(lang, texts[i+1]))
	}
}
