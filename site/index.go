package site

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"etalon/content"
)

// index is the alphabetical index of a language, which serves without scripts.
type index struct {
	Themes  int // how many it lists
	Letters []letter
}

type letter struct {
	Letter, Name string // of its fragment, and as shown
	Terms        []term
}

// term is an entry: what it leads to, where a theme stands, or another entry.
type term struct {
	Label, Address, ID string
	Places             []link // competences of a theme
	See                *link
	key                string // by which it is sorted
}

// fold makes texts comparable whatever their accents and capitals. The search
// script folds what is typed in the same way.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch r = unicode.ToLower(r); {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// articles are passed over when entries are sorted.
var articles = map[content.Lang][]string{
	content.FR: {"le ", "la ", "les ", "l'", "un ", "une ", "des ", "du ", "de la ", "de l'", "d'"},
	content.EN: {"the ", "a ", "an "},
}

func sortKey(l content.Lang, s string) string {
	key := fold(s)
	for _, a := range articles[l] {
		if rest, ok := strings.CutPrefix(key, a); ok && rest != "" {
			key = rest
			break
		}
	}
	return strings.TrimLeftFunc(key, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// index lists themes, the words within their titles, competences, domains,
// levels, pages and their headings.
func (s *Site) index(l content.Lang) index {
	var all []term
	add := func(t term) { t.key = sortKey(l, t.Label); all = append(all, t) }
	titles := map[string]bool{}
	themes := s.themes()
	for _, t := range themes {
		titles[fold(t.Title.In(l))] = true
	}
	for _, t := range themes {
		x := term{Label: curl(t.Title.In(l)), ID: "theme-" + t.ID}
		for _, c := range t.In {
			x.Places = append(x.Places, link{Address: s.address(l, "c", c.Code) + "#theme-" + t.ID, Label: c.Code})
		}
		add(x)
		for _, part := range parts(l, x.Label) {
			if !titles[fold(part)] {
				add(term{Label: part, See: &link{ID: x.ID, Label: x.Label}})
			}
		}
	}
	for i := range s.r.Domains {
		d := &s.r.Domains[i]
		add(term{Label: curl(d.Title.In(l)), Address: s.address(l, "domain", string(rune('0'+d.Number)))})
		for _, c := range d.Competences {
			add(term{Label: curl(c.Title.In(l)), Address: s.address(l, "c", c.Code)})
		}
	}
	for i := range s.r.Levels {
		v := &s.r.Levels[i]
		add(term{Label: curl(v.Name.In(l)), Address: s.address(l, "level", string(rune('0'+v.Number)))})
	}
	for i := range s.r.Pages {
		p := &s.r.Pages[i]
		address := s.address(l, "page", p.ID)
		add(term{Label: curl(p.Title.In(l)), Address: address})
		for _, h := range p.Headings {
			add(term{Label: h.Title.In(l), Address: address + "#" + h.ID})
		}
	}
	slices.SortStableFunc(all, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	out := index{Themes: len(themes)}
	for _, t := range all {
		first, _ := utf8.DecodeRuneInString(t.key)
		id, name := string(first), strings.ToUpper(string(first))
		if first < 'a' || first > 'z' {
			id, name = "0", "0–9"
		}
		if n := len(out.Letters); n == 0 || out.Letters[n-1].Letter != id {
			out.Letters = append(out.Letters, letter{Letter: id, Name: name})
		}
		last := &out.Letters[len(out.Letters)-1]
		last.Terms = append(last.Terms, t)
	}
	return out
}

// parts are what a title names besides its first words: « Veille
// d’information, flux et curation » also stands under flux and curation.
func parts(l content.Lang, title string) []string {
	and := map[content.Lang]string{content.FR: " et ", content.EN: " and "}[l]
	all := strings.Split(strings.ReplaceAll(title, and, ", "), ", ")
	var out []string
	for _, p := range all[1:] {
		first, size := utf8.DecodeRuneInString(p)
		if utf8.RuneCountInString(p) > 3 && len(strings.Fields(p)) <= 4 {
			out = append(out, string(unicode.ToUpper(first))+p[size:])
		}
	}
	return out
}

// ThemesByTitle lists the themes with the codes of their competences.
func (v *view) ThemesByTitle() []term {
	var out []term
	for _, t := range v.s.themes() {
		x := term{Label: v.In(t.Title), key: sortKey(v.Lang, t.Title.In(v.Lang))}
		for _, c := range t.In {
			x.Places = append(x.Places, link{Label: c.Code})
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	return out
}

// Plain writes a code as a class may be written: 13 for 1.3.
func (v *view) Plain(code string) string { return strings.ReplaceAll(code, ".", "") }
