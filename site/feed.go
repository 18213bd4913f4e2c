package site

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"etalon/content"
)

// atom is a feed as RFC 4287 has it.
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Rights  string      `xml:"rights"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Link      atomLink `xml:"link"`
	Content   struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"content"`
}

// feed lists the versions, newest first, each with what it changed.
func (s *Site) feed(l content.Lang) ([]byte, error) {
	m := s.messages[l]
	self := s.c.Address + "/" + string(l) + "/feed.xml"
	page := s.address(l, "site", "history")
	f := atom{Lang: string(l), ID: self, Title: m.text["history.feedTitle"], Author: "Étalon", Rights: "Apache-2.0",
		Updated: s.r.Edition().Date + "T00:00:00Z",
		Links:   []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", s.c.Address + page}}}
	for i := range slices.Backward(s.r.Versions) {
		v := &s.r.Versions[i]
		at := v.Date + "T00:00:00Z"
		e := atomEntry{Title: v.ID + " – " + v.Title.In(l), Published: at, Updated: at}
		// A tag (RFC 4151) stays the same when the service moves within the host.
		e.ID = fmt.Sprintf("tag:%s,%s:%s/version/%s", strings.Split(s.host, ":")[0], v.Date, l, v.ID)
		e.Link = atomLink{"alternate", "text/html", s.c.Address + page + "#v" + v.ID}
		text := []string{v.Note.In(l)}
		if i > 0 {
			e.Link.Href = fmt.Sprintf("%s%s%s-%s/", s.c.Address, page, s.r.Versions[i-1].ID, v.ID)
			text = append(text, summary(m, s.r.Changes(i-1, i))...)
		}
		e.Content.Type, e.Content.Text = "text", strings.Join(text, "\n")
		f.Entries = append(f.Entries, e)
	}
	return encodeXML(f)
}

// summary says what changed, a line for each competence, or one where all
// have changed alike.
func summary(m *messages, changes []content.Change) []string {
	var out []string
	same := true
	first := strings.Join(what(m, &changes[0]), ", ")
	for i := range changes {
		words := strings.Join(what(m, &changes[i]), ", ")
		same = same && words == first
		if !changes[i].Empty() {
			out = append(out, changes[i].Competence.Code+" "+curl(changes[i].Competence.Title.In(m.lang))+": "+words+".")
		}
	}
	if same {
		line, _ := m.get("history.same", "what", strings.ToLower(first[:1])+first[1:])
		return []string{line}
	}
	return out
}

type sitemap struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	Pages   []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Address string        `xml:"loc"`
	Links   []sitemapLink `xml:"xhtml:link"`
}

type sitemapLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// sitemap lists the pages that search engines are to know, each with its
// versions in other languages.
func (s *Site) sitemap(pages []*page) ([]byte, error) {
	m := sitemap{XHTML: "http://www.w3.org/1999/xhtml"}
	for _, p := range pages {
		if p.NoIndex || p.Canonical != "" {
			continue
		}
		v := &view{page: p, s: s, m: s.messages[p.Lang], R: s.r}
		u := sitemapURL{Address: v.Canonical()}
		for _, a := range v.Alternates() {
			u.Links = append(u.Links, sitemapLink{"alternate", a.Lang, a.Address})
		}
		m.Pages = append(m.Pages, u)
	}
	slices.SortFunc(m.Pages, func(a, b sitemapURL) int { return strings.Compare(a.Address, b.Address) })
	return encodeXML(m)
}

func encodeXML(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// robots lets everyone read everything.
func (s *Site) robots() []byte {
	return []byte("User-agent: *\nAllow: /\n\nSitemap: " + s.c.Address + "/sitemap.xml\n")
}
