package content

import (
	"cmp"
	"regexp"
	"slices"
	"time"
)

// Version is a state of the referential that was published. The last one is
// what the tree holds.
type Version struct {
	ID      string // its file's name without .json, in addresses
	Date    string // 2006-01-02
	Ceiling int    // highest level that can be reached
	Texts   bool   // definitions and descriptors were published with it
	Title   Text
	Note    Text     // what its date and its content rest on
	former  []former // what it had otherwise than the version after it
}

// former is what a version had otherwise, for one competence; what is absent
// was as it is in the version after it.
type former struct {
	Code        string `json:"code"`
	Title       *Text  `json:"title"`
	Definition  *Text  `json:"definition"`
	Themes      []Text `json:"themes"` // titles
	Descriptors []struct {
		Level int  `json:"level"`
		Text  Text `json:"text"`
	} `json:"descriptors"`
}

// Alias is an address that once was permanent, and the one that took its
// place: /t/old to /t/new, /c/1.3#theme-old to /c/1.3#theme-new.
type Alias struct{ From, To string }

// Change is what differs between two versions for one competence.
type Change struct {
	Competence  *Competence
	Opened      []int    // levels that can be reached since
	Title       *[2]Text // before and after; nil if the same, as below
	Definition  *[2]Text
	Descriptors []DescriptorChange
	Added, Gone []Text // titles of themes
	First       bool   // definition and descriptors are published for the first time
}

// DescriptorChange is a descriptor before and after.
type DescriptorChange struct {
	Level int
	Texts [2]Text
}

// Empty tells that nothing changed.
func (c *Change) Empty() bool {
	return len(c.Opened)+len(c.Descriptors)+len(c.Added)+len(c.Gone) == 0 && c.Title == nil && c.Definition == nil && !c.First
}

// state is a competence at a version.
type state struct {
	title, definition Text
	themes            []Text
	descriptors       [levelCount]Text
}

// states returns every competence as it was at version i: from today's, what
// each version had otherwise is put back.
func (r *Referential) states(i int) map[string]*state {
	out := map[string]*state{}
	for _, c := range r.Competences() {
		s := &state{title: c.Title, definition: c.Definition, descriptors: c.Descriptors}
		for _, t := range c.Themes {
			s.themes = append(s.themes, t.Title)
		}
		out[c.Code] = s
	}
	for n := len(r.Versions) - 2; n >= i; n-- {
		for _, f := range r.Versions[n].former {
			s := out[f.Code]
			if f.Title != nil {
				s.title = *f.Title
			}
			if f.Definition != nil {
				s.definition = *f.Definition
			}
			if f.Themes != nil {
				s.themes = f.Themes
			}
			for _, d := range f.Descriptors {
				s.descriptors[d.Level-1] = d.Text
			}
		}
	}
	return out
}

// Changes compares two versions, by their places in Versions: one change for
// each competence, empty ones included, by code.
func (r *Referential) Changes(from, to int) []Change {
	before, after := r.states(from), r.states(to)
	a, b := r.Versions[from], r.Versions[to]
	var out []Change
	for _, c := range r.Competences() {
		x, y := before[c.Code], after[c.Code]
		change := Change{Competence: c}
		for n := a.Ceiling + 1; n <= b.Ceiling; n++ {
			change.Opened = append(change.Opened, n)
		}
		if x.title != y.title {
			change.Title = &[2]Text{x.title, y.title}
		}
		for _, t := range y.themes {
			if !slices.Contains(x.themes, t) {
				change.Added = append(change.Added, t)
			}
		}
		for _, t := range x.themes {
			if !slices.Contains(y.themes, t) {
				change.Gone = append(change.Gone, t)
			}
		}
		switch {
		case !a.Texts && b.Texts:
			change.First = true
		case a.Texts && b.Texts:
			if x.definition != y.definition {
				change.Definition = &[2]Text{x.definition, y.definition}
			}
			for n := range levelCount {
				if x.descriptors[n] != y.descriptors[n] {
					change.Descriptors = append(change.Descriptors, DescriptorChange{n + 1, [2]Text{x.descriptors[n], y.descriptors[n]}})
				}
			}
		}
		out = append(out, change)
	}
	return out
}

// Edition is the version that the tree holds.
func (r *Referential) Edition() *Version { return &r.Versions[len(r.Versions)-1] }

var versionID = regexp.MustCompile(`^[0-9]{4}[a-z]?$`)

// versions reads every file of versions/; at least one must be there.
func (l *loader) versions(r *Referential) {
	ids := l.in("versions", ".json")
	if len(ids) == 0 {
		l.ps.add("versions", 0, "no version; write one as versions/YEAR.json")
	}
	for _, id := range ids {
		if v := l.version("versions/"+id+".json", id); v != nil {
			r.Versions = append(r.Versions, *v)
		}
	}
	slices.SortStableFunc(r.Versions, func(a, b Version) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(r.Versions); i++ {
		a, b := &r.Versions[i-1], &r.Versions[i]
		file := "versions/" + b.ID + ".json"
		if b.Date <= a.Date {
			l.ps.add(file, 0, "date %s is not after %s, that of %s; mend one of them", b.Date, a.Date, a.ID)
		}
		if b.Ceiling < a.Ceiling || a.Texts && !b.Texts {
			l.ps.add(file, 0, "a version takes back what %s gave: its ceiling or its texts; mend one of them", a.ID)
		}
	}
	if n := len(r.Versions); n > 0 {
		last := &r.Versions[n-1]
		file := "versions/" + last.ID + ".json"
		if len(last.former) > 0 {
			l.ps.add(file, 0, "the last version is what the tree holds: it has no changes; move them to the version before")
		}
		if !last.Texts {
			l.ps.add(file, 0, "the tree holds definitions and descriptors, so the last version has texts; say true")
		}
	}
}

func (l *loader) version(file, id string) *Version {
	data, ok := l.take(file)
	if !ok {
		return nil
	}
	var f struct {
		Schema      string   `json:"schema"`
		ID          string   `json:"id"`
		Date        string   `json:"date"`
		Ceiling     int      `json:"ceiling"`
		Texts       bool     `json:"texts"`
		Title       Text     `json:"title"`
		Note        Text     `json:"note"`
		Competences []former `json:"competences"`
	}
	if !decodeJSON(&l.ps, file, data, &f, "") {
		return nil
	}
	c := &frameworkCheck{ps: &l.ps, file: file, lines: memberLines(data)}
	if f.Schema != "etalon-version/1" {
		c.fail("/schema", "is %q; it must be etalon-version/1", f.Schema)
	}
	if f.ID != id || !versionID.MatchString(id) {
		c.fail("/id", "is %q: it must be the file's name, a year and perhaps a letter; mend one of them", f.ID)
	}
	c.date("/date", f.Date)
	if _, err := time.Parse(time.DateOnly, f.Date); err == nil && len(id) >= 4 && f.Date[:4] != id[:4] {
		c.fail("/date", "is %s, not in the year of %q; mend one of them", f.Date, id)
	}
	c.between("/ceiling", f.Ceiling, 1, levelCount)
	for _, lang := range Langs {
		checkTitle(c.ps, file, c.lines["/title"], "/title/"+string(lang), f.Title.In(lang), maxTitle)
		checkTitle(c.ps, file, c.lines["/note"], "/note/"+string(lang), f.Note.In(lang), maxNote)
	}
	for i, x := range f.Competences {
		if !slices.Contains(codes, x.Code) || slices.ContainsFunc(f.Competences[:i], func(y former) bool { return y.Code == x.Code }) {
			c.fail("/competences", "names competence %q, which is unknown or stands twice; mend it", x.Code)
		}
		for _, d := range x.Descriptors {
			if d.Level < 1 || d.Level > levelCount {
				c.fail("/competences", "names level %d of competence %s; give one from 1 to %d", d.Level, x.Code, levelCount)
				return nil
			}
		}
	}
	set := func(t Text) Text { return Text{typeset(FR, t.FR), typeset(EN, t.EN)} }
	return &Version{ID: id, Date: f.Date, Ceiling: f.Ceiling, Texts: f.Texts, Title: set(f.Title), Note: set(f.Note), former: f.Competences}
}

var aliasForm = regexp.MustCompile(`^(/[a-z0-9][a-z0-9.-]*)+/?(#[a-z][a-z0-9-]*)?$`)

// aliases reads aliases.json. Whether the addresses exist is for the site,
// which alone knows them.
func (l *loader) aliases(r *Referential) {
	const file = "aliases.json"
	data, ok := l.take(file)
	if !ok {
		return
	}
	var f struct {
		Schema  string `json:"schema"`
		Aliases []struct {
			From string `json:"from"`
			To   string `json:"to"`
		} `json:"aliases"`
	}
	if !decodeJSON(&l.ps, file, data, &f, "") {
		return
	}
	c := &frameworkCheck{ps: &l.ps, file: file, lines: memberLines(data)}
	if f.Schema != "etalon-aliases/1" {
		c.fail("/schema", "is %q; it must be etalon-aliases/1", f.Schema)
	}
	seen := map[string]bool{}
	for _, a := range f.Aliases {
		if !aliasForm.MatchString(a.From) || !aliasForm.MatchString(a.To) {
			c.fail("/aliases", "holds %q to %q: give addresses as /t/old or /c/1.3#theme-old", a.From, a.To)
		}
		if seen[a.From] {
			c.fail("/aliases", "holds %q twice; keep one", a.From)
		}
		seen[a.From] = true
		r.Aliases = append(r.Aliases, Alias{a.From, a.To})
	}
}
