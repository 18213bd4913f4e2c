package site

import "etalon/content"

// screen is one of the screens that a candidate meets before the test. They
// are pages of their own, so that the visit needs no script.
type screen struct {
	Page         *content.Page
	Number       int // from 1
	Total        int // screens before the last page, which ends the visit
	Steps        []link
	Back, Onward string // addresses, or ""
	Consents     bool   // the screen asks for the candidate's undertaking
}

// screens makes the pages of the group of that name, one after the other. The
// one before the last asks for consent; the last ends the visit.
func (s *Site) screens(l content.Lang) []*page {
	m := s.messages[l]
	var list []*content.Page
	for i := range s.r.Pages {
		if p := &s.r.Pages[i]; group(p) == "screens" {
			list = append(list, p)
		}
	}
	var out []*page
	for i, p := range list {
		x := screen{Page: p, Number: i + 1, Total: len(list) - 1, Consents: i == len(list)-2}
		for j, q := range list[:len(list)-1] {
			x.Steps = append(x.Steps, link{Address: s.address(l, "page", q.ID), Label: curl(q.Title.In(l)), Here: j == i})
		}
		if i > 0 {
			x.Back = s.address(l, "page", list[i-1].ID)
		}
		if i+1 < len(list) {
			x.Onward = s.address(l, "page", list[i+1].ID)
		}
		out = append(out, &page{Kind: "screen", Lang: l, Item: x, Section: "certification", Sheets: []string{"screens.css"},
			Path: s.address(l, "page", p.ID), Mirror: s.address(other(l), "page", p.ID),
			Title: curl(p.Title.In(l)), Description: p.Summary.In(l),
			Crumbs: []link{{Address: s.address(l, "site", "certification"), Label: m.text["ui.certification"]}, {Label: curl(p.Title.In(l))}},
		})
	}
	return out
}
