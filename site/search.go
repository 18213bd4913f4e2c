package site

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"etalon/content"
)

// found is a document of the search: what is indexed and what is shown.
type found struct {
	title, text string // indexed
	Kind        string `json:"k"`
	Label       string `json:"t"`
	Address     string `json:"a"`
	Text        string `json:"x,omitempty"`
}

// searchFields are indexed, in this order.
var searchFields = []string{"title", "text"}

// indexedText is how much of a part of a page the index takes, in characters:
// the whole weighs at most 60 kB on its way.
const indexedText = 180

// documents are what a search of a language finds.
func (s *Site) documents(l content.Lang) []found {
	m := s.messages[l]
	var out []found
	add := func(kind, indexed, label, address, text string) {
		shown := text
		if kind == "page" {
			text, shown = beginning(text, indexedText), ""
		}
		out = append(out, found{indexed, text, kind, label, address, shown})
	}
	plain := func(t content.Text) string { return plainText(string(content.HTML(t.In(l), s.resolve(l)))) }
	for i := range s.r.Domains {
		d := &s.r.Domains[i]
		label := fmt.Sprintf("%d. %s", d.Number, curl(d.Title.In(l)))
		add("domain", label, label, s.address(l, "domain", strconv.Itoa(d.Number)), plain(d.Definition))
	}
	for _, c := range s.r.Competences() {
		label := c.Code + " " + curl(c.Title.In(l))
		at := s.address(l, "c", c.Code)
		add("competence", label, label, at, plain(c.Definition))
		for i := range c.Descriptors {
			level := m.text["ui.level"] + " " + strconv.Itoa(i+1)
			add("descriptor", c.Code+" "+level, label+", "+strings.ToLower(level), fmt.Sprintf("%s#n%d", at, i+1), plain(c.Descriptors[i]))
		}
	}
	for _, t := range s.themes() {
		var in []string
		for _, c := range t.In {
			in = append(in, c.Code+" "+curl(c.Title.In(l)))
		}
		label := curl(t.Title.In(l))
		add("theme", label, label, s.address(l, "theme", t.ID), strings.Join(in, " · "))
	}
	for i := range s.r.Levels {
		v := &s.r.Levels[i]
		label := m.text["ui.level"] + " " + strconv.Itoa(v.Number) + ", " + curl(v.Name.In(l))
		add("level", label, label, s.address(l, "level", strconv.Itoa(v.Number)), plain(v.Description))
	}
	for i := range s.r.Pages {
		p := &s.r.Pages[i]
		if group(p) == "screens" {
			continue // they say in short what the pages on the test say
		}
		title, at := curl(p.Title.In(l)), s.address(l, "page", p.ID)
		pieces := sections(string(content.HTML(p.Body.In(l), s.resolve(l))))
		add("page", title, title, at, p.Summary.In(l)+" "+pieces[""])
		out[len(out)-1].Text = p.Summary.In(l)
		for _, h := range p.Headings {
			add("page", h.Title.In(l), title+" · "+h.Title.In(l), at+"#"+h.ID, pieces[h.ID])
		}
	}
	return out
}

// beginning cuts a text after n characters, at the end of a word.
func beginning(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	s = string(r[:n])
	if at := strings.LastIndexByte(s, ' '); at > 0 {
		s = s[:at]
	}
	return s + "…"
}

func (s *Site) resolve(l content.Lang) func(kind, id string) string {
	return func(kind, id string) string { return s.address(l, kind, id) }
}

var (
	headingTag = regexp.MustCompile(`(?s)<h2 id="([^"]*)">.*?</h2>`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
	blockEnd   = strings.NewReplacer("</p>", " ", "</li>", " ", "</td>", " ", "</th>", " ", "</h3>", ". ")
)

// sections cuts a page's HTML at its headings of level 2: text by id, what
// comes before the first under "".
func sections(page string) map[string]string {
	out := map[string]string{}
	id, from := "", 0
	for _, m := range headingTag.FindAllStringSubmatchIndex(page, -1) {
		out[id] = plainText(page[from:m[0]])
		id, from = page[m[2]:m[3]], m[1]
	}
	out[id] = plainText(page[from:])
	return out
}

func plainText(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(blockEnd.Replace(s), ""))), " ")
}

// idle words are in every text and tell none apart; the search script passes
// over the same.
var idle = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
		after all also an and any apres are as at au aussi autre autres aux
		avant avec be before but by can ce ces cet cette chaque comme dans de
		des deux do does dont du each elle elles en entre est et etre faire fait
		for from has have if il ils in into is it its je la le les leur leurs
		level levels lorsque lui mais may meme more ne ni niveau niveaux not
		nous of on only ont or other others ou par pas peut plus pour puis qu
		quand que qui sa same sans se ses si son sont sous sur that the their
		them then these they this to tous tout toute toutes un une vos votre
		vous was what when which who will with y you your`) {
		out[w] = true
	}
	return out
}()

// words cuts a text into the terms that are indexed: folded, letters and
// digits, with the dots of codes. Neither a letter alone nor an idle word is
// one.
func words(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(fold(s), func(r rune) bool { return r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		w = strings.Trim(w, ".")
		if !idle[w] && utf8.RuneCountInString(w) > 1 || w != "" && w[0] >= '0' && w[0] <= '9' {
			out = append(out, w)
		}
	}
	return out
}

// searchIndex is an index as MiniSearch 7 writes and loads it (version 2 of
// its format). Maps are encoded with their keys sorted: equal bytes each time.
type searchIndex struct {
	DocumentCount      int            `json:"documentCount"`
	NextID             int            `json:"nextId"`
	DocumentIDs        map[int]int    `json:"documentIds"`
	FieldIDs           map[string]int `json:"fieldIds"`
	FieldLength        map[int][]int  `json:"fieldLength"`
	AverageFieldLength []float64      `json:"averageFieldLength"`
	StoredFields       map[int]found  `json:"storedFields"`
	DirtCount          int            `json:"dirtCount"`
	Index              []any          `json:"index"` // [term, {field: {document: times}}]
	Version            int            `json:"serializationVersion"`
}

// searchFile builds the index of a language.
func (s *Site) searchFile(l content.Lang) ([]byte, error) {
	docs := s.documents(l)
	x := searchIndex{DocumentCount: len(docs), NextID: len(docs), Version: 2,
		DocumentIDs: map[int]int{}, FieldIDs: map[string]int{}, FieldLength: map[int][]int{},
		AverageFieldLength: make([]float64, len(searchFields)), StoredFields: map[int]found{}}
	for f, name := range searchFields {
		x.FieldIDs[name] = f
	}
	times := map[string]map[int]map[int]int{} // term, field, document
	for id, d := range docs {
		x.DocumentIDs[id], x.StoredFields[id] = id, d
		for f, text := range []string{d.title, d.text} {
			distinct := map[string]bool{}
			for _, w := range words(text) {
				distinct[w] = true
				if times[w] == nil {
					times[w] = map[int]map[int]int{}
				}
				if times[w][f] == nil {
					times[w][f] = map[int]int{}
				}
				times[w][f][id]++
			}
			x.FieldLength[id] = append(x.FieldLength[id], len(distinct))
			// The mean of what came before and this one, as MiniSearch does it.
			x.AverageFieldLength[f] = (x.AverageFieldLength[f]*float64(id) + float64(len(distinct))) / float64(id+1)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(times)) {
		x.Index = append(x.Index, []any{w, times[w]})
	}
	data, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("site: search index: %s: %w", l, err)
	}
	return data, nil
}

// SearchTexts is the wording of the search for its script.
func (v *view) SearchTexts() (string, error) {
	out := map[string]string{}
	for _, key := range []string{"none", "one", "many", "first", "otherOne", "otherMany", "failed"} {
		out[key] = v.m.text["search."+key]
	}
	for _, kind := range []string{"competence", "descriptor", "theme", "domain", "level", "page"} {
		out[kind] = v.m.text["kind."+kind]
	}
	data, err := json.Marshal(out)
	return string(data), err
}
