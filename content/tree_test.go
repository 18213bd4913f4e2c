package content

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// Mistakes of the tree itself: what is missing, too much, too large.
func TestTree(t *testing.T) {
	put := func(name, text string) func(fstest.MapFS) {
		return func(fsys fstest.MapFS) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	}
	remove := func(name string) func(fstest.MapFS) {
		return func(fsys fstest.MapFS) { delete(fsys, name) }
	}
	for _, test := range []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"no competence", remove("en/competences/3.2.md"), "en/competences/3.2.md:1: … missing"},
		{"no domain", remove("fr/domains/5.md"), "fr/domains/5.md:1: … missing"},
		{"no level", remove("fr/levels/8.md"), "fr/levels/8.md:1: … missing"},
		{"no band", remove("en/bands/1.md"), "en/bands/1.md:1: … missing"},
		{"no themes", remove("themes.yaml"), "themes.yaml:1: … missing"},
		{"no DigComp", remove("digcomp.yaml"), "digcomp.yaml:1: … missing"},
		{"no English page", func(fsys fstest.MapFS) {
			put("fr/pages/more.md", "---\nid: \"more\"\norder: 3\ngroup: \"about\"\nslug: \"more\"\ntitle: \"More\"\nsummary: \"More.\"\n---\nText.\n")(fsys)
		}, "fr/pages/more.md:1: … no English counterpart"},
		{"no French page", func(fsys fstest.MapFS) {
			put("en/pages/more.md", "---\nid: \"more\"\norder: 3\ngroup: \"about\"\nslug: \"more\"\ntitle: \"More\"\nsummary: \"More.\"\n---\nText.\n")(fsys)
		}, "en/pages/more.md:1: … no French counterpart"},
		{"no framework", func(fsys fstest.MapFS) {
			delete(fsys, "frameworks/adaptive-1.json")
			delete(fsys, "frameworks/profile-1.json")
		}, "frameworks:1: … no framework"},
		{"unknown file", put("fr/notes.md", "Text.\n"), "fr/notes.md:1: … unknown … remove it"},
		{"unknown competence", put("fr/competences/1.4.md", "Text.\n"), "fr/competences/1.4.md:1: … unknown"},
		{"unknown level", put("fr/levels/9.md", "Text.\n"), "fr/levels/9.md:1: … unknown"},
		{"unknown language", put("de/domains/1.md", "Text.\n"), "de/domains/1.md:1: … unknown"},
		{"hidden file", put("fr/.DS_Store", "x"), "fr/.DS_Store:1: … unknown"},
		{"page of another kind", put("fr/pages/rules.txt", "x"), "fr/pages/rules.txt:1: … unknown"},
		{"Go file below the top", put("fr/x.go", "package x\n"), "fr/x.go:1: … unknown"},
		{"file name of a framework", put("frameworks/A.json", "{}"), "frameworks/A.json:1: … not kebab case"},
		{"symbolic link", func(fsys fstest.MapFS) {
			fsys["fr/link"] = &fstest.MapFile{Data: []byte("pages"), Mode: fs.ModeSymlink | 0o777}
		}, "fr/link:1: … not a regular file"},
		{"large file", func(fsys fstest.MapFS) {
			f := fsys["fr/domains/1.md"]
			f.Data = append(f.Data, strings.Repeat("\n", maxFileBytes)...)
		}, "fr/domains/1.md:1: … more than 65536 bytes"},
		{"empty file", func(fsys fstest.MapFS) { fsys["fr/domains/1.md"].Data = []byte{} }, "fr/domains/1.md:1: … front matter is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := fixture()
			test.change(fsys)
			_, err := Load(fsys)
			if err == nil {
				t.Fatalf("loaded; wanted %q", test.want)
			}
			var list interface{ Unwrap() []error }
			if !errors.As(err, &list) {
				t.Fatalf("not a join: %v", err)
			}
			for _, e := range list.Unwrap() {
				if matches(e, test.want) {
					return
				}
			}
			t.Errorf("errors\n%v\nwanted %q", err, test.want)
		})
	}
}

func TestTooManyFiles(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range maxFiles + 5 {
		fsys["fr/"+strings.Repeat("x", i+1)] = &fstest.MapFile{Data: []byte("x")}
	}
	_, err := Load(fsys)
	if err == nil || !strings.Contains(err.Error(), "more than 400 files") {
		t.Errorf("error %v", err)
	}
	if n := len(err.(interface{ Unwrap() []error }).Unwrap()); n > maxProblems+1 {
		t.Errorf("%d errors reported", n)
	}
}

// The package's own folder loads from disk as well: its Go files are passed
// over.
func TestGoFilesPassedOver(t *testing.T) {
	fsys := fixture()
	fsys["load.go"] = &fstest.MapFile{Data: []byte("package content\n")}
	fsys["testdata/fuzz/x"] = &fstest.MapFile{Data: []byte("\x00")}
	if _, err := Load(fsys); err != nil {
		t.Error(err)
	}
}

func TestEmptyTree(t *testing.T) {
	_, err := Load(fstest.MapFS{})
	if err == nil {
		t.Fatal("loaded nothing at all")
	}
	for _, want := range []string{"themes.yaml:1:", "fr/competences/1.1.md:1:", "en/levels/8.md:1:", "frameworks:1:", "fr/pages:1:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error says nothing of %s", want)
		}
	}
}

// Every mistake of a tree is reported at once, by file and line.
func TestAllAtOnce(t *testing.T) {
	fsys := fixture()
	edit(t, fsys, "fr/levels/3.md", "Band2 1", "Band2 2")
	edit(t, fsys, "fr/domains/2.md", "domain 2.", "domain 2, see [x](c:9.9).")
	edit(t, fsys, "fr/domains/2.md", "number: 2", "number: 3")
	edit(t, fsys, "en/pages/rules.md", "slug: \"rules\"", "slug: \"Rules\"")
	expect(t, fsys,
		"en/pages/rules.md:5: … slug",
		"fr/domains/2.md:2: … demands 2",
		"fr/domains/2.md:5: … no competence 9.9",
		"fr/levels/3.md:3: … Band2 1",
	)
}
