package content

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// fixture is the smallest tree that Load accepts. Its texts name their place,
// so that a test can find them.
func fixture() fstest.MapFS {
	fsys := fstest.MapFS{}
	put := func(name, text string) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	var themes strings.Builder
	for i := range themeCount {
		fmt.Fprintf(&themes, "- id: theme-%d\n  fr: \"Thème %d\"\n  en: \"Theme %d\"\n", i, i, i)
	}
	put("themes.yaml", themes.String())
	var european strings.Builder
	for i, code := range digCompCodes {
		fmt.Fprintf(&european, "- code: \"%s\"\n  name: \"European %s\"\n  here: [\"%s\"]\n", code, code, codes[i%len(codes)])
	}
	put("digcomp.yaml", european.String())
	for _, lang := range Langs {
		root := string(lang) + "/"
		for n := 1; n <= domainCount; n++ {
			put(fmt.Sprintf("%sdomains/%d.md", root, n), fmt.Sprintf("---\nnumber: %d\ntitle: \"Domain %d\"\n---\nDefinition of domain %d.\n", n, n, n))
		}
		for n := 1; n <= bandCount; n++ {
			put(fmt.Sprintf("%sbands/%d.md", root, n), fmt.Sprintf("---\nnumber: %d\nname: \"Band%d\"\nfirst: %d\nlast: %d\n---\nDescription of band %d.\n", n, n, 2*n-1, 2*n, n))
		}
		for n := 1; n <= levelCount; n++ {
			put(fmt.Sprintf("%slevels/%d.md", root, n), fmt.Sprintf("---\nnumber: %d\nname: \"Band%d %d\"\nmeaning: \"Meaning %d.\"\n---\nDescription of level %d.\n", n, (n+1)/2, (n+1)%2+1, n, n))
		}
		next := 0
		for _, code := range codes {
			var ids []string
			for range themesOf[code] {
				ids = append(ids, fmt.Sprintf("theme-%d", next%themeCount))
				next++
			}
			var b strings.Builder
			fmt.Fprintf(&b, "---\ncode: \"%s\"\ntitle: \"Competence %s\"\nthemes: [%s]\n---\nDefinition of %s.\n", code, code, strings.Join(ids, ", "), code)
			for n := 1; n <= levelCount; n++ {
				fmt.Fprintf(&b, "\n## %s%d\n\nDescriptor %d of %s.\n", levelHeading[lang], n, n, code)
			}
			put(root+"competences/"+code+".md", b.String())
		}
		put(root+"pages/rules.md", "---\nid: \"rules\"\norder: 1\ngroup: \"certification\"\nslug: \"rules\"\ntitle: \"Rules\"\nsummary: \"Summary.\"\n---\nFirst.\n\n## Part {#part}\n\nText with [a link](c:1.3#level-4).\n")
		put(root+"pages/about.md", "---\nid: \"about\"\norder: 2\ngroup: \"about\"\nslug: \"about\"\ntitle: \"About\"\nsummary: \"Summary.\"\n---\nSee [rules](page:rules#part).\n\n## End {#end}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
	}
	put("versions/2018.json", `{"schema": "etalon-version/1", "id": "2018", "date": "2018-01-01", "ceiling": 5, "texts": false,
  "title": {"fr": "Un", "en": "One"}, "note": {"fr": "Note.", "en": "Note."}, "competences": []}
`)
	put("versions/2020.json", `{"schema": "etalon-version/1", "id": "2020", "date": "2020-01-01", "ceiling": 7, "texts": true,
  "title": {"fr": "Deux", "en": "Two"}, "note": {"fr": "Note.", "en": "Note."}, "competences": []}
`)
	put("aliases.json", `{"schema": "etalon-aliases/1", "aliases": [{"from": "/old", "to": "/c/1.3"}]}
`)
	put("frameworks/adaptive-1.json", `{
  "schema": "etalon-framework/1",
  "id": "adaptive-1",
  "regime": "adaptive",
  "validFrom": "2022-01-01",
  "validUntil": "",
  "note": {"fr": "Note.", "en": "Note."},
  "maxLevel": 7,
  "scores": [64, 128, 256, 384, 512, 640, 768, 896],
  "professional": {"score": 120, "from": "2022-01-01"},
  "questions": 32,
  "minimumTreated": 20,
  "minutes": 105,
  "sessionMinutes": 120,
  "validityYears": 3,
  "waitDays": 15,
  "minimumCompetences": 5,
  "initialCapacity": -3,
  "variationLimit": null
}
`)
	put("frameworks/profile-1.json", `{
  "schema": "etalon-framework/1",
  "id": "profile-1",
  "regime": "profile",
  "validFrom": "2018-01-01",
  "validUntil": "2021-12-31",
  "note": {"fr": "Note.", "en": "Note."},
  "maxLevel": 5,
  "questionsPerCompetence": 3,
  "minimumQuestions": 15,
  "maximumQuestions": 48,
  "minutes": 105,
  "sessionMinutes": 120,
  "validityYears": 3,
  "waitDays": 15,
  "minimumCompetences": 5
}
`)
	return fsys
}

// edit replaces the only place where old stands in a file.
func edit(t *testing.T, fsys fstest.MapFS, name, old, new string) {
	t.Helper()
	f := fsys[name]
	if f == nil {
		t.Fatalf("fixture has no file %s", name)
	}
	if n := strings.Count(string(f.Data), old); n != 1 {
		t.Fatalf("%s holds %q %d times, wanted once", name, old, n)
	}
	f.Data = []byte(strings.Replace(string(f.Data), old, new, 1))
}

func TestFixture(t *testing.T) {
	r, err := Load(fixture())
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Competence("4.3").Descriptors[7].EN; got != "Descriptor 8 of 4.3." {
		t.Errorf("descriptor: %q", got)
	}
	if got := r.Domain(4).Competences[2]; got != r.Competence("4.3") || got.Domain != r.Domain(4) {
		t.Error("domain and competence do not name each other")
	}
	if r.Levels[6].Band != &r.Bands[3] {
		t.Error("level 7 is not of band 4")
	}
	if d := r.Competence("1.1").DigComp; len(d) != 2 || *d[0] != (DigComp{"1.1", "European 1.1"}) || d[1].Code != "4.4" {
		t.Errorf("DigComp of 1.1: %+v", d)
	}
	if p := r.Page("rules"); p == nil || len(p.Headings) != 1 || p.Headings[0] != (Heading{"part", Text{"Part", "Part"}}) {
		t.Errorf("page: %+v", p)
	}
	if r.Frameworks[0].ID != "profile-1" || r.Framework("adaptive-1").Scores[7] != 896 {
		t.Error("frameworks out of order or incomplete")
	}
}
