package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/content"
)

// history is the page of all versions.
type history struct {
	Newest []*content.Version // newest first
	Later  []*content.Version // those that one can compare to: all but the first
	Rows   []historyRow       // those that one can compare from, newest first
}

type historyRow struct {
	Version *content.Version
	Cells   []link // one for each of Later, with no address where it is not later
}

// changes is the page that compares two versions.
type changes struct {
	From, To *content.Version
	Changes  []content.Change
}

// Rewritten are the changes with texts to set before and after.
func (c changes) Rewritten() []content.Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x content.Change) bool {
		return x.Title == nil && x.Definition == nil && len(x.Descriptors) == 0
	})
}

// history makes the page of versions and one for each pair of them.
func (s *Site) history(l content.Lang) []*page {
	m := s.messages[l]
	at := s.address(l, "site", "history")
	h := history{}
	root := &page{Kind: "history", Lang: l, Path: at, Mirror: s.address(other(l), "site", "history"),
		Title: m.text["history.title"], Description: m.text["history.description"], Section: "referential", Tool: "history"}
	out := []*page{root}
	pair := func(l content.Lang, from, to *content.Version) string {
		return s.address(l, "site", "history") + from.ID + "-" + to.ID + "/"
	}
	for i := range s.r.Versions {
		h.Newest = append([]*content.Version{&s.r.Versions[i]}, h.Newest...)
		if i > 0 {
			h.Later = append(h.Later, &s.r.Versions[i])
		}
	}
	for i := len(s.r.Versions) - 2; i >= 0; i-- {
		from := &s.r.Versions[i]
		row := historyRow{Version: from}
		for j := 1; j < len(s.r.Versions); j++ {
			to := &s.r.Versions[j]
			if j <= i {
				row.Cells = append(row.Cells, link{})
				continue
			}
			title, _ := m.get("history.change", "from", from.ID, "to", to.ID)
			description, _ := m.get("history.changeDescription", "from", from.ID, "to", to.ID)
			row.Cells = append(row.Cells, link{Address: pair(l, from, to), Label: title})
			out = append(out, &page{Kind: "changes", Lang: l, Path: pair(l, from, to), Mirror: pair(other(l), from, to),
				Title: title, Description: description, Section: "referential", Item: changes{from, to, s.r.Changes(i, j)},
				Crumbs: []link{{Address: at, Label: m.text["history.title"]}, {Label: title}},
			})
		}
		h.Rows = append(h.Rows, row)
	}
	root.Item = h
	return out
}

// Day is a date as 2006-01-02 in words.
func (v *view) Day(date string) string { return v.m.isoDate(date) }

// IsEdition tells the version that the site shows.
func (v *view) IsEdition(x *content.Version) bool { return x == v.R.Edition() }

// What says in a few words each what changed.
func (v *view) What(c content.Change) []string { return what(v.m, &c) }

func what(m *messages, c *content.Change) []string {
	var out []string
	say := func(key string, pairs ...any) {
		text, _ := m.get("history."+key, pairs...)
		out = append(out, text)
	}
	for _, n := range c.Opened {
		say("opened", "n", n)
	}
	if c.First {
		say("first")
	}
	if c.Title != nil {
		say("titleChanged")
	}
	if c.Definition != nil {
		say("definitionChanged")
	}
	for _, d := range c.Descriptors {
		say("descriptorChanged", "n", d.Level)
	}
	for _, t := range c.Added {
		say("added", "title", curl(t.In(m.lang)))
	}
	for _, t := range c.Gone {
		say("gone", "title", curl(t.In(m.lang)))
	}
	if c.Empty() {
		say("nothing")
	}
	return out
}

type textPair struct{ What, Before, After string }

// Pairs are the texts of a change before and after, as plain text.
func (v *view) Pairs(c content.Change) ([]textPair, error) {
	var out []textPair
	add := func(key string, t *[2]content.Text, pairs ...any) error {
		what, err := v.T("history."+key, pairs...)
		out = append(out, textPair{what, curl(content.Plain(t[0].In(v.Lang))), curl(content.Plain(t[1].In(v.Lang)))})
		return err
	}
	if c.Title != nil {
		if err := add("titleChanged", c.Title); err != nil {
			return nil, err
		}
	}
	if c.Definition != nil {
		if err := add("definitionChanged", c.Definition); err != nil {
			return nil, err
		}
	}
	for _, d := range c.Descriptors {
		if err := add("descriptorChanged", &d.Texts, "n", d.Level); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FeedAddress is where the page's language has its feed.
func (v *view) FeedAddress() string { return "/" + string(v.Lang) + "/feed.xml" }

// socialCard is what a page shows where someone shares its link.
type socialCard struct{ Locale, Image string }

// SocialCard is nil for pages that are not for sharing.
func (v *view) SocialCard() *socialCard {
	if v.Canonical() == "" {
		return nil
	}
	locale := map[content.Lang]string{content.FR: "fr_FR", content.EN: "en_GB"}[v.Lang]
	return &socialCard{locale, v.s.c.Address + v.Asset("og-"+string(v.Lang)+".png")}
}

// moved makes a page at every former address that leads on; a former fragment
// is a place of the identifier's page instead (see formerPlaces).
func (s *Site) moved() []*page {
	var out []*page
	for _, a := range s.r.Aliases {
		if strings.Contains(a.From, "#") {
			continue
		}
		m := s.messages[content.FR]
		title, _ := m.get("history.moved", "from", a.From)
		out = append(out, &page{Kind: "moved", Lang: content.FR, Path: strings.TrimSuffix(a.From, "/") + "/", NoIndex: true, Canonical: "-",
			Title: title, Description: m.text["history.movedText"] + " " + s.c.Address + a.To, Item: a.To})
	}
	return out
}

// formerPlaces are the fragments that the identifier at path once had.
func (s *Site) formerPlaces(path string) []place {
	var out []place
	for _, a := range s.r.Aliases {
		from, fragment, ok := strings.Cut(a.From, "#")
		if !ok || from != path {
			continue
		}
		p := place{ID: fragment, Label: a.From}
		for _, l := range content.Langs {
			p.Read = append(p.Read, reader{Lang: l, Address: a.To, Label: s.messages[l].text["id.read"]})
		}
		out = append(out, p)
	}
	return out
}

// checkAliases refuses a former address that is a page of its own or that
// leads nowhere; files are those of the site.
func (s *Site) checkAliases(files map[string][]byte) error {
	for _, a := range s.r.Aliases {
		path, fragment, _ := strings.Cut(a.To, "#")
		file := strings.TrimPrefix(strings.TrimSuffix(path, "/")+"/index.html", "/")
		target, ok := files[file]
		if !ok {
			return fmt.Errorf("site: aliases.json: %s leads to %s, which is no page", a.From, a.To)
		}
		if fragment != "" && !strings.Contains(string(target), ` id="`+fragment+`"`) {
			return fmt.Errorf("site: aliases.json: %s leads to %s, and that page has no such place", a.From, a.To)
		}
	}
	return nil
}

// published is the day of the edition, for files that bear a date.
func (s *Site) published() time.Time {
	day, _ := time.Parse(time.DateOnly, s.r.Edition().Date) // checked when it was loaded
	return day
}
