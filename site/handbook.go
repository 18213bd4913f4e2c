package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"strings"

	"etalon/content"
)

// Handbook lays out the pages of a handbook (see content's package comment).
// Its methods may run at the same time.
//
// Links between pages and to styles are relative, so that a handbook may stand
// in any folder of any host and be read without one.
type Handbook struct {
	s     *Site
	forms map[content.Lang]*handbookForms
}

type handbookForms struct {
	sheet, alternate, crumb, contents, heading, pager, previous, next, list, item *stencil
}

// HandbookPage is what a page of a handbook shows besides its body.
type HandbookPage struct {
	Lang           content.Lang
	Path           string // of its file, without .html
	Title, Summary string
	Mirror         string // path of the page in the other language, or ""
	Crumbs         []HandbookLink
	Previous, Next *HandbookLink
	Contents       []content.SheetHeading
}

// HandbookLink leads to another page.
type HandbookLink struct{ Path, Title, Summary string }

// NewHandbook reads the templates. Of c, only the address counts.
func NewHandbook(c Config) (*Handbook, error) {
	host, err := checkAddress(c.Address)
	if err != nil {
		return nil, err
	}
	h := &Handbook{s: &Site{c: c, host: host}, forms: map[content.Lang]*handbookForms{}}
	if h.s.assets, err = loadAssets(".css", ".svg", ".woff2", ".txt"); err != nil {
		return nil, err
	}
	if h.s.messages, err = loadMessages(); err != nil {
		return nil, err
	}
	t, err := template.ParseFS(templateFiles, "templates/handbook.html", "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("site: template handbook: %w", err)
	}
	for _, l := range content.Langs {
		f := &handbookForms{}
		data := &handbookView{h.s, l}
		for _, form := range []struct {
			to    **stencil
			name  string
			holes []string
		}{
			{&f.sheet, "sheet", []string{"title", "summary", "address", "alternates", "root", "crumbs", "body", "pager", "contents"}},
			{&f.alternate, "sheet-alternate", []string{"lang", "address"}},
			{&f.crumb, "sheet-crumb", []string{"address", "title"}},
			{&f.contents, "sheet-contents", []string{"items"}},
			{&f.heading, "sheet-heading", []string{"id", "title"}},
			{&f.pager, "sheet-pager", []string{"previous", "next"}},
			{&f.previous, "sheet-previous", []string{"address", "title"}},
			{&f.next, "sheet-next", []string{"address", "title"}},
			{&f.list, "sheet-list", []string{"items"}},
			{&f.item, "sheet-item", []string{"address", "title", "summary"}},
		} {
			if *form.to, err = cut(t, form.name, data, form.holes...); err != nil {
				return nil, err
			}
		}
		h.forms[l] = f
	}
	return h, nil
}

// handbookView is what the templates of a handbook see.
type handbookView struct {
	s    *Site
	Lang content.Lang
}

func (v *handbookView) Hole(name string) string { return hole(name) }
func (v *handbookView) Policy() string          { return ContentSecurityPolicy }
func (v *handbookView) Asset(name string) string {
	return strings.TrimPrefix(v.s.assets.names[name], "/")
}
func (v *handbookView) T(key string) (string, error) {
	return v.s.messages[v.Lang].get(key)
}

// Assets returns the files that the pages need, by path: no script is among
// them.
func (h *Handbook) Assets() map[string][]byte { return h.s.Assets() }

// Digest tells the layout: pages made with equal ones look alike.
func (h *Handbook) Digest() string {
	var b bytes.Buffer
	for _, l := range content.Langs {
		for _, s := range []*stencil{h.forms[l].sheet, h.forms[l].alternate, h.forms[l].crumb, h.forms[l].contents, h.forms[l].heading,
			h.forms[l].pager, h.forms[l].previous, h.forms[l].next, h.forms[l].list, h.forms[l].item} {
			for _, text := range s.text {
				b.Write(text)
			}
		}
	}
	b.WriteString(h.s.c.Address)
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// Page appends a whole page around the HTML of its body.
func (h *Handbook) Page(b *bytes.Buffer, p *HandbookPage, body []byte) {
	f := h.forms[p.Lang]
	depth := strings.Count(p.Path, "/")
	root := strings.Repeat("../", depth)
	var alternates, crumbs, pager, contents bytes.Buffer
	address := h.s.c.Address + "/" + p.Path + ".html"
	if p.Mirror != "" {
		f.alternate.fill(&alternates, string(p.Lang), address)
		f.alternate.fill(&alternates, string(other(p.Lang)), h.s.c.Address+"/"+p.Mirror+".html")
	}
	for _, c := range p.Crumbs {
		f.crumb.fill(&crumbs, root+c.Path+".html", escape(c.Title))
	}
	if len(p.Contents) > 1 {
		var items bytes.Buffer
		for _, c := range p.Contents {
			f.heading.fill(&items, c.ID, escape(c.Title))
		}
		f.contents.fill(&contents, items.String())
	}
	if p.Previous != nil || p.Next != nil {
		var previous, next bytes.Buffer
		if p.Previous != nil {
			f.previous.fill(&previous, root+p.Previous.Path+".html", escape(p.Previous.Title))
		}
		if p.Next != nil {
			f.next.fill(&next, root+p.Next.Path+".html", escape(p.Next.Title))
		}
		f.pager.fill(&pager, previous.String(), next.String())
	}
	f.sheet.fill(b, escape(p.Title), escape(p.Summary), address, alternates.String(), root, crumbs.String(), string(body), pager.String(), contents.String())
}

// List appends links to pages, for the page at that path that has them below it.
func (h *Handbook) List(b *bytes.Buffer, l content.Lang, at string, links []HandbookLink) {
	f := h.forms[l]
	root := strings.Repeat("../", strings.Count(at, "/"))
	var items bytes.Buffer
	for _, to := range links {
		f.item.fill(&items, root+to.Path+".html", escape(to.Title), escape(to.Summary))
	}
	f.list.fill(b, items.String())
}
