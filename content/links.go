package content

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// SitePages are the ids of links of kind "site": the pages that the site
// makes itself.
var SitePages = []string{"home", "referential", "grid", "certification", "verify",
	"matrix", "compareLevels", "compareCompetences", "book", "search", "gap", "history"}

// DataFiles are the ids of links of kind "data": the files of the referential
// for other programs.
var DataFiles = []string{"referential.json", "referential.schema.json", "referentiel.csv", "referential.csv",
	"referential.ttl", "referential.jsonld", "case-fr.json", "case-en.json", "etalon.zip"}

// link is an internal link: kind:id#fragment, or #fragment within a page.
type link struct {
	kind, id, fragment string
}

var linkForm = regexp.MustCompile(`^(c|domain|level|page|site|data):([A-Za-z0-9.-]+)(?:#([a-z][a-z0-9-]*))?$`)
var fragmentForm = regexp.MustCompile(`^#([a-z][a-z0-9-]*)$`)

// parseLink reads the destination of a Markdown link; not ok means that it
// has not the form of an internal one.
func parseLink(dest string) (link, bool) {
	if m := fragmentForm.FindStringSubmatch(dest); m != nil {
		return link{fragment: m[1]}, true
	}
	if m := linkForm.FindStringSubmatch(dest); m != nil {
		return link{m[1], m[2], m[3]}, true
	}
	return link{}, false
}

func (l link) address(resolve func(kind, id string) string) string {
	address := ""
	if l.kind != "" {
		address = resolve(l.kind, l.id)
	}
	if l.fragment != "" {
		address += "#" + l.fragment
	}
	return address
}

// linkUse is a link where it stands.
type linkUse struct {
	file string
	line int
	lang Lang
	page string // id of the page that holds it, or ""
	dest string
	link link
}

// competenceFragments are the places in a competence's page that a link may
// give; the site sets these ids.
func competenceFragment(f string) bool {
	if f == "themes" {
		return true
	}
	n, ok := strings.CutPrefix(f, "level-")
	return ok && len(n) == 1 && n[0] >= '1' && n[0] <= '8'
}

// checkLink refuses a link whose target or fragment does not exist.
// fragments holds the heading ids of each page in the link's language.
func checkLink(ps *problems, u linkUse, fragments map[string][]string) {
	l := u.link
	known, place := false, false
	switch l.kind {
	case "":
		l.id = u.page
		known = u.page != ""
		place = slices.Contains(fragments[u.page], l.fragment)
	case "c":
		known = slices.Contains(codes, l.id)
		place = competenceFragment(l.fragment)
	case "domain":
		n, err := strconv.Atoi(l.id)
		known = err == nil && n >= 1 && n <= domainCount && strconv.Itoa(n) == l.id
	case "level":
		n, err := strconv.Atoi(l.id)
		known = err == nil && n >= 1 && n <= levelCount && strconv.Itoa(n) == l.id
	case "page":
		_, known = fragments[l.id]
		place = slices.Contains(fragments[l.id], l.fragment)
	case "site":
		known = slices.Contains(SitePages, l.id)
	case "data":
		known = slices.Contains(DataFiles, l.id)
	}
	switch {
	case !known:
		ps.add(u.file, u.line, "link %q leads nowhere: no %s", u.dest, targetName(l))
	case l.fragment != "" && !place:
		ps.add(u.file, u.line, "link %q leads nowhere: %s has no place %q; give a heading that id or mend the link", u.dest, targetName(l), l.fragment)
	}
}

func targetName(l link) string {
	switch l.kind {
	case "c":
		return "competence " + l.id
	case "":
		if l.id == "" {
			return "headings here"
		}
		return "page " + l.id
	case "site":
		return "page " + l.id + " made by the site (" + strings.Join(SitePages, ", ") + ")"
	case "data":
		return "file " + l.id + " (" + strings.Join(DataFiles, ", ") + ")"
	}
	return l.kind + " " + l.id
}
