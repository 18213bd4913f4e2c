package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
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
	sheet                                                                  []*stencil // parted where the other forms stand, and the body
	alternate, crumb, contents, heading, pager, previous, next, list, item *stencil
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
	if h.s.assets, err = loadStyles("style.css", "pages.css", "print.css", "mark.svg", "atkinson.LICENSE.txt"); err != nil {
		return nil, err
	}
	if h.s.messages, err = loadUI(); err != nil {
		return nil, err
	}
	t, err := template.ParseFS(templateFiles, "templates/handbook.html", "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("site: template handbook: %w", err)
	}
	for _, l := range content.Langs {
		f := &handbookForms{}
		var sheet *stencil
		data := &handbookView{h.s, l}
		for _, form := range []struct {
			to    **stencil
			name  string
			holes []string
		}{
			{&sheet, "sheet", []string{"title", "summary", "address", "root", "alternates", "crumbs", "body", "pager", "contents"}},
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
		f.sheet = sheet.split(4, 5, 6, 7, 8)
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

// loadStyles loads these assets and the pictures and fonts that they name.
func loadStyles(names ...string) (*assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("site: listing assets: %w", err)
	}
	var named []string
	for _, e := range entries {
		if ext := path.Ext(e.Name()); ext == ".svg" || ext == ".woff2" {
			named = append(named, e.Name())
		}
	}
	a := &assets{served: map[string][]byte{}, names: map[string]string{}, uses: map[string][]string{}}
	for _, name := range names {
		if err := a.add(name, named, nil); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// loadUI reads the wording that every page needs, and no other: it is a tenth.
func loadUI() (map[content.Lang]*messages, error) {
	data, err := messageFiles.ReadFile("messages.json")
	if err != nil {
		return nil, fmt.Errorf("site: wording: %w", err)
	}
	var raw map[content.Lang]struct {
		UI map[string]string `json:"ui"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("site: messages.json: %w", err)
	}
	out := map[content.Lang]*messages{}
	for _, l := range content.Langs {
		m := &messages{lang: l, text: map[string]string{}}
		for key, text := range raw[l].UI {
			m.text["ui."+key] = typeset(l, text)
		}
		out[l] = m
	}
	return out, nil
}

// Assets returns the files that the pages need, by path: no script is among
// them.
func (h *Handbook) Assets() map[string][]byte { return h.s.Assets() }

// Digest tells the layout: pages made with equal ones look alike.
func (h *Handbook) Digest() string {
	var b bytes.Buffer
	for _, l := range content.Langs {
		f := h.forms[l]
		for _, s := range append([]*stencil{f.alternate, f.crumb, f.contents, f.heading, f.pager, f.previous, f.next, f.list, f.item}, f.sheet...) {
			for _, text := range s.text {
				b.Write(text)
			}
		}
	}
	b.WriteString(h.s.c.Address)
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// Page appends a whole page. body appends its HTML; after it, p.Contents counts.
// An error of body's ends the page where it stands.
func (h *Handbook) Page(b *bytes.Buffer, p *HandbookPage, body func(*bytes.Buffer) error) error {
	f := h.forms[p.Lang]
	root := strings.Repeat("../", strings.Count(p.Path, "/"))
	address := h.s.c.Address + "/" + p.Path + ".html"
	part := func(i int) { f.sheet[i].fill(b, escape(p.Title), escape(p.Summary), address, root) }
	part(0)
	if p.Mirror != "" {
		f.alternate.fill(b, string(p.Lang), address)
		f.alternate.fill(b, string(other(p.Lang)), h.s.c.Address+"/"+p.Mirror+".html")
	}
	part(1)
	for _, c := range p.Crumbs {
		f.crumb.fill(b, root+c.Path+".html", escape(c.Title))
	}
	part(2)
	if err := body(b); err != nil {
		return err
	}
	part(3)
	if p.Previous != nil || p.Next != nil {
		around := f.pager.split(0, 1)
		around[0].fill(b)
		if p.Previous != nil {
			f.previous.fill(b, root+p.Previous.Path+".html", escape(p.Previous.Title))
		}
		around[1].fill(b)
		if p.Next != nil {
			f.next.fill(b, root+p.Next.Path+".html", escape(p.Next.Title))
		}
		around[2].fill(b)
	}
	part(4)
	if len(p.Contents) > 1 {
		around := f.contents.split(0)
		around[0].fill(b)
		for _, c := range p.Contents {
			f.heading.fill(b, c.ID, escape(c.Title))
		}
		around[1].fill(b)
	}
	part(5)
	return nil
}

// List appends links to pages, for the page at that path that has them below it.
func (h *Handbook) List(b *bytes.Buffer, l content.Lang, at string, links []HandbookLink) {
	f := h.forms[l]
	root := strings.Repeat("../", strings.Count(at, "/"))
	around := f.list.split(0)
	around[0].fill(b)
	for _, to := range links {
		f.item.fill(b, root+to.Path+".html", escape(to.Title), escape(to.Summary))
	}
	around[1].fill(b)
}
