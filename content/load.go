package content

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// FS is the project's own content.
//
//go:embed aliases.json versions themes.yaml digcomp.yaml fr en frameworks
var FS embed.FS

// Default returns the project's own referential, loaded once. Its callers
// share it: none may change it.
var Default = sync.OnceValues(func() (*Referential, error) { return Load(FS) })

// Limits of a tree; a text's own stand beside the check that uses them.
const (
	maxFiles     = 400
	maxFileBytes = 64 << 10
	maxTitle     = 120 // characters of a title
	maxSummary   = 300 // of a page's summary
	maxNote      = 600 // of a framework's note
	maxMeaning   = 260 // of a level's meaning: four lines of an attestation
	maxDescr     = 380 // of a descriptor: the 16 of an attestation fit on one page
	maxProse     = 1500
	maxPage      = 20000
)

const (
	domainCount     = 5
	competenceCount = 16
	levelCount      = 8
	bandCount       = 4
	themeCount      = 82
)

// codes of the 16 competences, in order.
var codes = []string{
	"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1",
	"3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2",
}

// themesOf is how many themes the register gives each competence: 121 pairs.
var themesOf = map[string]int{
	"1.1": 9, "1.2": 10, "1.3": 7,
	"2.1": 7, "2.2": 13, "2.3": 8, "2.4": 8,
	"3.1": 8, "3.2": 6, "3.3": 7, "3.4": 6,
	"4.1": 6, "4.2": 4, "4.3": 9,
	"5.1": 6, "5.2": 7,
}

// Load reads and checks a tree of the form that the package comment states.
// Its error joins every mistake found, each naming file and line within fsys
// and what to do; the referential is nil then. At the top, Go files and the
// folder testdata are passed over, so that os.DirFS of this package works.
func Load(fsys fs.FS) (*Referential, error) {
	l := &loader{files: map[string][]byte{}, pages: map[Lang]map[string]*page{}, fragments: map[Lang]map[string][]string{}}
	l.read(fsys)
	l.unknown()
	themes := l.themes()
	r := &Referential{Domains: make([]Domain, domainCount)}
	for i := range r.Domains {
		r.Domains[i].Number = i + 1
	}
	for _, lang := range Langs {
		l.grid(r, lang)
		l.domains(r, lang)
		l.readPages(lang)
	}
	l.competences(r, themes)
	l.digComp(r)
	l.joinPages(r)
	l.frameworks(r)
	l.versions(r)
	l.aliases(r)
	for _, u := range l.links {
		checkLink(&l.ps, u, l.fragments[u.lang])
	}
	if err := l.ps.err(); err != nil {
		return nil, err
	}
	return r, nil
}

type loader struct {
	ps        problems
	files     map[string][]byte // path → text, of every file that could be read
	links     []linkUse
	pages     map[Lang]map[string]*page
	fragments map[Lang]map[string][]string // page id → heading ids
}

func (l *loader) read(fsys fs.FS) {
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.ps.add(name, 0, "cannot read: %v", err)
			return nil
		case d.IsDir():
			if name == "testdata" {
				return fs.SkipDir
			}
			return nil
		case !strings.Contains(name, "/") && path.Ext(name) == ".go":
			return nil
		case !d.Type().IsRegular():
			l.ps.add(name, 0, "not a regular file; remove it")
			return nil
		case len(l.files) == maxFiles:
			l.ps.add(name, 0, "the tree holds more than %d files; remove what does not belong", maxFiles)
			return fs.SkipAll
		}
		data, err := readFile(fsys, name)
		if err != nil {
			l.ps.add(name, 0, "cannot read: %v", err)
		}
		// A file that failed stays known: it is there, so it is not missing.
		l.files[name] = data
		checkText(&l.ps, name, data)
		return nil
	})
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(data) > maxFileBytes {
		return nil, fmt.Errorf("more than %d bytes; shorten it", maxFileBytes)
	}
	return data, err
}

// take returns the text of a file that must be there. ok is false when there
// is nothing to read, for a reason already reported.
func (l *loader) take(name string) (data []byte, ok bool) {
	data, known := l.files[name]
	if !known {
		l.ps.add(name, 0, "file is missing; write it")
	}
	return data, data != nil
}

// in lists the files of a folder by their names without ext.
func (l *loader) in(folder, ext string) []string {
	var ids []string
	for name := range l.files {
		if path.Dir(name) == folder && path.Ext(name) == ext {
			ids = append(ids, strings.TrimSuffix(path.Base(name), ext))
		}
	}
	slices.Sort(ids)
	return ids
}

// unknown refuses files that nothing reads.
func (l *loader) unknown() {
	known := map[string]bool{"aliases.json": true, "themes.yaml": true, "digcomp.yaml": true}
	for _, lang := range Langs {
		for _, code := range codes {
			known[competencePath(lang, code)] = true
		}
		for folder, count := range map[string]int{"domains": domainCount, "levels": levelCount, "bands": bandCount} {
			for n := range count {
				known[numberPath(lang, folder, n+1)] = true
			}
		}
	}
	for _, name := range sortedKeys(l.files) {
		folder, ext := path.Dir(name), path.Ext(name)
		page := (folder == "fr/pages" || folder == "en/pages") && ext == ".md"
		framework := (folder == "frameworks" || folder == "versions") && ext == ".json"
		if !known[name] && !page && !framework {
			l.ps.add(name, 0, "file is unknown: nothing reads it; remove it or mend its name")
		}
	}
}

func competencePath(lang Lang, code string) string {
	return string(lang) + "/competences/" + code + ".md"
}

func numberPath(lang Lang, folder string, n int) string {
	return string(lang) + "/" + folder + "/" + strconv.Itoa(n) + ".md"
}

// themes reads themes.yaml: the titles by id, or nil if it cannot be read.
func (l *loader) themes() map[string]*theme {
	const file = "themes.yaml"
	data, ok := l.take(file)
	if !ok {
		return nil
	}
	root := decodeYAML(&l.ps, file, data, 0)
	if root == nil {
		return nil
	}
	if root.Kind != yaml.SequenceNode {
		l.ps.add(file, root.Line, "expected a list of themes: - id, fr, en")
		return nil
	}
	out := map[string]*theme{}
	titles := map[string]string{}
	for _, n := range root.Content {
		f := readMapping(&l.ps, file, n, 0, map[string]kind{"id": stringField, "fr": stringField, "en": stringField})
		d := &document{file: file, fields: f}
		t := &theme{line: n.Line, Theme: Theme{
			ID:    d.text(&l.ps, "id", 60),
			Title: Text{d.text(&l.ps, "fr", maxTitle), d.text(&l.ps, "en", maxTitle)},
		}}
		if t.ID == "" {
			continue
		}
		if !headingID.MatchString(t.ID) {
			l.ps.add(file, f["id"].line, "theme id %q is not kebab case; use lower-case letters, digits and hyphens", t.ID)
		}
		if out[t.ID] != nil {
			l.ps.add(file, f["id"].line, "theme id %q stands twice; keep one", t.ID)
			continue
		}
		out[t.ID] = t
		for _, lang := range Langs {
			title := t.Title.In(lang)
			if other, twice := titles[string(lang)+title]; twice && title != "" {
				l.ps.add(file, f[string(lang)].line, "title %q belongs to theme %q already; keep one theme", title, other)
			}
			titles[string(lang)+title] = t.ID
		}
	}
	if len(root.Content) != themeCount {
		l.ps.add(file, 1, "the file holds %d themes, the referential has %d; add or remove some", len(root.Content), themeCount)
	}
	return out
}

type theme struct {
	Theme
	line int
	used bool
}

// frameworks reads every file of frameworks/; at least one must be there.
func (l *loader) frameworks(r *Referential) {
	ids := l.in("frameworks", ".json")
	if len(ids) == 0 {
		l.ps.add("frameworks", 0, "no framework; write one as frameworks/ID.json")
	}
	for _, id := range ids {
		name := "frameworks/" + id + ".json"
		data, ok := l.take(name)
		if !ok {
			continue
		}
		if !headingID.MatchString(id) {
			l.ps.add(name, 0, "file name %q is not kebab case; rename it", id)
		}
		if f := loadFramework(&l.ps, name, id, data); f != nil {
			r.Frameworks = append(r.Frameworks, *f)
		}
	}
	slices.SortStableFunc(r.Frameworks, func(a, b Framework) int {
		return cmp.Or(cmp.Compare(a.ValidFrom, b.ValidFrom), cmp.Compare(a.ID, b.ID))
	})
}
