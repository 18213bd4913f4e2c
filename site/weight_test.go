package site

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	fetched  = regexp.MustCompile(`<(?:link rel="(?:stylesheet|icon|preload|modulepreload)"|script type="module")[^>]* (?:href|src)="/(assets/[^"]+)"`)
	hrefs    = regexp.MustCompile(`(?:href|src)="/(assets/[^"]+)"`)
	inAssets = regexp.MustCompile(`(?m)^import [^;]*'\./([^']+)'|^} from '\./([^']+)'|url\("([^"]+)"\)`)
)

// first is what a first visit to a page fetches: the page, its styles, its
// scripts and theirs, the font, the icon. Letters beyond Latin-1 have a font of
// their own, which pages of the referential never ask for.
func first(t *testing.T, files map[string][]byte, page string) (bytes int, what map[string]int) {
	t.Helper()
	what = map[string]int{}
	var take func(name string)
	take = func(name string) {
		if _, done := what[name]; done || strings.Contains(name, "atkinson-ext") {
			return
		}
		data := files[name]
		if data == nil {
			t.Fatalf("%s: %s is not built", page, name)
		}
		what[name] = len(data)
		if path.Ext(name) != ".woff2" {
			what[name] = packed(t, data)
		}
		bytes += what[name]
		if ext := path.Ext(name); ext == ".js" || ext == ".css" {
			for _, m := range inAssets.FindAllStringSubmatch(string(data), -1) {
				take("assets/" + m[1] + m[2] + m[3])
			}
		}
	}
	take(page)
	for _, m := range fetched.FindAllString(string(files[page]), -1) {
		take(hrefs.FindStringSubmatch(m)[1])
	}
	return bytes, what
}

// What a first visit costs on a slow line, all included, compressed.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	files := build(t)
	for page, limit := range map[string]int{
		"index.html": 50_000, "fr/index.html": 50_000, "en/index.html": 50_000,
		"fr/recherche/index.html": 90_000, "fr/matrice/index.html": 60_000, "fr/livre/index.html": 70_000, "fr/ecart/index.html": 90_000,
		"fr/verifier/index.html": 90_000, "v/index.html": 95_000, "c/1.3/index.html": 32_000,
	} {
		if n, what := first(t, files, page); n > limit {
			t.Errorf("%s: %d bytes, the limit is %d: %v", page, n, limit, what)
		} else {
			t.Logf("%s: %d bytes in %d requests", page, n, len(what))
		}
	}
	heaviest, which := 0, ""
	for page := range files {
		if strings.Contains(page, "/competences/") && strings.HasSuffix(page, ".html") && !strings.Contains(page, "comparer") && !strings.Contains(page, "compare") {
			n, what := first(t, files, page)
			if n > 40_000 {
				t.Errorf("%s: %d bytes, the limit is 40000: %v", page, n, what)
			}
			if n > heaviest {
				heaviest, which = n, page
			}
		}
	}
	if which == "" {
		t.Fatal("no page of a competence")
	}
	t.Logf("heaviest competence, %s: %d bytes", which, heaviest)
}
