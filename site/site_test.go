package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"etalon/content"
)

var testConfig = Config{
	Address: "https://etalon.example", Issuer: "TEST", Specimen: true,
	Roots: []string{"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"}, LeastSequence: 3,
}

var referential = sync.OnceValues(content.Default)

func testSite(t *testing.T) *Site {
	t.Helper()
	r, err := referential()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(r, testConfig)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// built is the site of testConfig, built once for all tests: none changes it.
var built = sync.OnceValues(func() (map[string][]byte, error) {
	r, err := referential()
	if err != nil {
		return nil, err
	}
	return Build(r, testConfig)
})

func build(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func htmlPages(t *testing.T) map[string]string {
	pages := map[string]string{}
	for p, data := range build(t) {
		if strings.HasSuffix(p, ".html") {
			pages[p] = string(data)
		}
	}
	return pages
}

func TestBuildIsDeterministic(t *testing.T) {
	t.Parallel()
	one := build(t)
	two, err := testSite(t).Build()
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != len(two) {
		t.Fatalf("%d files, then %d", len(one), len(two))
	}
	for p, data := range one {
		if !bytes.Equal(data, two[p]) {
			t.Errorf("%s differs between two builds", p)
		}
	}
}

func TestEveryPageIsThere(t *testing.T) {
	t.Parallel()
	r, err := referential()
	if err != nil {
		t.Fatal(err)
	}
	files := build(t)
	want := []string{"index.html", "404.html", "v/index.html", "fr/verifier/index.html", "en/verify/index.html"}
	for _, c := range r.Competences() {
		want = append(want, "fr/competences/"+c.Code+"/index.html", "en/competences/"+c.Code+"/index.html")
	}
	for _, d := range r.Domains {
		want = append(want, "fr/domaines/"+string(rune('0'+d.Number))+"/index.html", "en/domains/"+string(rune('0'+d.Number))+"/index.html")
	}
	for _, l := range content.Langs {
		want = append(want, string(l)+"/index.html")
		at := segments[l]
		for _, id := range []string{"referential", "grid", "certification", "matrix", "compareLevels", "compareCompetences", "book", "search", "gap"} {
			want = append(want, string(l)+"/"+at[id]+"/index.html")
		}
		for i := range r.Pages {
			p := &r.Pages[i]
			want = append(want, string(l)+"/"+at[group(p)]+"/"+p.Slug.In(l)+"/index.html")
		}
	}
	want = append(want, "formats/index.html")
	for n := '1'; n <= '8'; n++ {
		want = append(want, "fr/niveaux/"+string(n)+"/index.html", "en/levels/"+string(n)+"/index.html", "l/"+string(n)+"/index.html")
		if n <= '5' {
			want = append(want, "fr/matrice/"+string(n)+"/index.html", "en/matrix/"+string(n)+"/index.html", "d/"+string(n)+"/index.html")
		}
	}
	for _, c := range r.Competences() {
		want = append(want, "c/"+c.Code+"/index.html")
	}
	for _, t := range testSite(t).themes() {
		want = append(want, "t/"+t.ID+"/index.html")
	}
	for _, l := range content.Langs {
		at := string(l) + "/" + segments[l]["history"]
		want = append(want, at+"/index.html")
		for i, from := range r.Versions {
			for _, to := range r.Versions[i+1:] {
				want = append(want, at+"/"+from.ID+"-"+to.ID+"/index.html")
			}
		}
	}
	for _, a := range r.Aliases {
		want = append(want, a.From[1:]+"/index.html")
	}
	for _, p := range want {
		if files[p] == nil {
			t.Errorf("%s is missing", p)
		}
	}
	pages := 0
	for p := range files {
		if strings.HasSuffix(p, ".html") {
			pages++
		}
	}
	if pages != len(want) {
		t.Errorf("%d pages, want %d", pages, len(want))
	}
}

var (
	tagForm  = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	attrForm = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
	void     = []string{"meta", "link", "br", "input", "hr", "img", "path", "circle"}
)

type tag struct {
	name  string
	attrs map[string]string
	text  string // up to the next tag
}

// tags takes a page apart and checks that its elements nest.
func tags(t *testing.T, file, page string) []tag {
	t.Helper()
	var out []tag
	var open []string
	for _, m := range tagForm.FindAllStringSubmatchIndex(page, -1) {
		name := page[m[4]:m[5]]
		if page[m[2]:m[3]] == "/" {
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("%s: </%s> closes %v", file, name, open)
			}
			open = open[:len(open)-1]
			continue
		}
		tg := tag{name: name, attrs: map[string]string{}}
		for _, a := range attrForm.FindAllStringSubmatch(page[m[6]:m[7]], -1) {
			if _, twice := tg.attrs[a[1]]; twice {
				t.Errorf("%s: <%s> has %s twice", file, name, a[1])
			}
			tg.attrs[a[1]] = a[2]
		}
		tg.text, _, _ = strings.Cut(page[m[1]:], "<")
		out = append(out, tg)
		if !slices.Contains(void, name) && !strings.HasSuffix(page[m[6]:m[7]], "/") {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %v never closed", file, open)
	}
	return out
}

func TestEveryLinkAndFragmentLeadsSomewhere(t *testing.T) {
	t.Parallel()
	files := build(t)
	ids := map[string]map[string]bool{}
	parsed := map[string][]tag{}
	for p, data := range files {
		if !strings.HasSuffix(p, ".html") {
			continue
		}
		parsed[p], ids[p] = tags(t, p, string(data)), map[string]bool{}
		for _, tg := range parsed[p] {
			if id := tg.attrs["id"]; id != "" {
				if ids[p][id] {
					t.Errorf("%s: id %q twice", p, id)
				}
				ids[p][id] = true
			}
		}
	}
	links := 0
	for p, list := range parsed {
		for _, tg := range list {
			for _, name := range []string{"href", "src", "data-fr", "data-en"} {
				href, ok := tg.attrs[name]
				if !ok {
					continue
				}
				links++
				checkLink(t, files, ids, p, strings.ReplaceAll(href, "&amp;", "&"))
			}
			for _, name := range []string{"aria-labelledby", "aria-describedby", "for"} {
				for _, id := range strings.Fields(tg.attrs[name]) {
					if !ids[p][id] {
						t.Errorf("%s: %s names %q, which is not there", p, name, id)
					}
				}
			}
		}
	}
	if links < 2000 {
		t.Errorf("only %d links seen", links)
	}
}

func checkLink(t *testing.T, files map[string][]byte, ids map[string]map[string]bool, from, href string) {
	t.Helper()
	href = strings.TrimPrefix(href, testConfig.Address)
	if strings.HasPrefix(href, "https://") {
		return // content's own, checked there
	}
	address, fragment, _ := strings.Cut(href, "#")
	address, _, _ = strings.Cut(address, "?")
	target := from
	if address != "" {
		if !strings.HasPrefix(address, "/") {
			t.Errorf("%s: link %q is not from the root", from, href)
			return
		}
		target = strings.TrimPrefix(address, "/")
		if target == "" || strings.HasSuffix(target, "/") {
			target += "index.html"
		} else if files[target] == nil {
			target += "/index.html" // servers add the slash: permanent identifiers have none
		}
	}
	if files[target] == nil {
		t.Errorf("%s: link %q leads nowhere", from, href)
	} else if fragment != "" && !ids[target][fragment] {
		t.Errorf("%s: link %q: no such place in %s", from, href, target)
	}
}

func TestEveryPageHasItsHead(t *testing.T) {
	t.Parallel()
	titles := map[string]string{}
	for p, page := range htmlPages(t) {
		list := tags(t, p, page)
		count, meta, lang := map[string]int{}, map[string]string{}, ""
		level := 0
		for _, tg := range list {
			count[tg.name]++
			switch tg.name {
			case "html":
				lang = tg.attrs["lang"]
			case "meta":
				meta[tg.attrs["name"]+tg.attrs["http-equiv"]] = tg.attrs["content"]
			case "title":
				if tg.text == "" || titles[tg.text] != "" && titles[tg.text] != p && !mirrored(p, titles[tg.text]) {
					t.Errorf("%s: title %q, also of %q", p, tg.text, titles[tg.text])
				}
				titles[tg.text] = p
			case "h1", "h2", "h3", "h4":
				n := int(tg.name[1] - '0')
				if n > level+1 {
					t.Errorf("%s: <%s> after <h%d>", p, tg.name, level)
				}
				level = n
			case "script":
				if tg.attrs["src"] == "" && tg.attrs["type"] != "application/json" {
					t.Errorf("%s: inline script", p)
				}
			case "style", "iframe", "img", "object":
				t.Errorf("%s: <%s>", p, tg.name)
			}
			for a := range tg.attrs {
				if a == "style" || strings.HasPrefix(a, "on") {
					t.Errorf("%s: attribute %s on <%s>", p, a, tg.name)
				}
			}
		}
		if count["h1"] != 1 || count["main"] != 1 || count["header"] < 1 || count["footer"] != 1 || count["title"] != 1 {
			t.Errorf("%s: %d h1, %d main, %d footer", p, count["h1"], count["main"], count["footer"])
		}
		want := "fr"
		if strings.HasPrefix(p, "en/") {
			want = "en"
		}
		if lang != want {
			t.Errorf("%s: lang %q", p, lang)
		}
		if n := len([]rune(meta["description"])); n < 30 {
			t.Errorf("%s: description of %d characters", p, n)
		}
		if policy := strings.ReplaceAll(meta["Content-Security-Policy"], "&#39;", "'"); policy != ContentSecurityPolicy {
			t.Errorf("%s: policy %q", p, policy)
		}
		if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") {
			t.Errorf("%s: a template refused a value", p)
		}
		if strings.Contains(page, `href="http:`) || strings.Contains(page, `src="http`) {
			t.Errorf("%s: fetches from another host", p)
		}
	}
}

// mirrored: pages that may bear one title, being one page.
func mirrored(a, b string) bool {
	for _, same := range [][]string{
		{"index.html", "fr/index.html", "v/index.html", "fr/verifier/index.html"},
		{"formats/index.html", "fr/a-propos/formats/index.html"},
	} {
		if slices.Contains(same, a) && slices.Contains(same, b) {
			return true
		}
	}
	return false
}

func TestLanguagesMirrorEachOther(t *testing.T) {
	t.Parallel()
	pages := htmlPages(t)
	alternate := regexp.MustCompile(`<link rel="alternate" hreflang="(\w+|x-default)" href="https://etalon\.example([^"]*)">`)
	canonical := regexp.MustCompile(`<link rel="canonical" href="https://etalon\.example([^"]*)">`)
	of := func(p string) map[string]string {
		m := map[string]string{}
		for _, a := range alternate.FindAllStringSubmatch(pages[p], -1) {
			m[a[1]] = a[2]
		}
		return m
	}
	for p := range pages {
		if !strings.HasPrefix(p, "fr/") && !strings.HasPrefix(p, "en/") {
			continue
		}
		alternates, self := of(p), "/"+strings.TrimSuffix(p, "index.html")
		if len(alternates) != 3 || alternates[p[:2]] != self {
			t.Errorf("%s: alternates %v", p, alternates)
			continue
		}
		if c := canonical.FindStringSubmatch(pages[p]); c == nil || c[1] != self {
			t.Errorf("%s: canonical %v", p, c)
		}
		mirror := alternates["fr"]
		if p[:2] == "fr" {
			mirror = alternates["en"]
		}
		if back := of(mirror[1:] + "index.html"); !maps.Equal(back, alternates) {
			t.Errorf("%s and %s do not mirror each other: %v, %v", p, mirror, alternates, back)
		}
		if !strings.Contains(pages[p], `class="lang" href="`+mirror+`"`) {
			t.Errorf("%s: no way to %s", p, mirror)
		}
	}
}

func TestPrintedAddressesStay(t *testing.T) {
	t.Parallel()
	files := build(t)
	for _, l := range content.Langs {
		page := string(files[string(l)+"/competences/1.3/index.html"])
		for n := '1'; n <= '8'; n++ {
			for _, id := range []string{"n", "level-"} {
				if !strings.Contains(page, `id="`+id+string(n)+`"`) {
					t.Errorf("%s 1.3 has no id %s%c", l, id, n)
				}
			}
		}
		if !strings.Contains(page, `id="theme-big-data"`) || !strings.Contains(page, `id="themes"`) {
			t.Errorf("%s 1.3 has no ids of themes", l)
		}
	}
}

func TestAssetsAreNamedByTheirBytes(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^assets/[\w.-]+\.([0-9a-f]{12})\.(css|js|json|svg|png|woff2|txt)$`)
	used := regexp.MustCompile(`'\./([^']+)'|url\("([^"]+)"\)`)
	files := build(t)
	seen := 0
	for p, data := range files {
		if !strings.HasPrefix(p, "assets/") {
			continue
		}
		seen++
		m := name.FindStringSubmatch(p)
		sum := sha256.Sum256(data)
		if m == nil || m[1] != hex.EncodeToString(sum[:6]) {
			t.Errorf("%s: SHA-256 begins with %x", p, sum[:6])
		}
		if ext := path.Ext(p); ext == ".js" || ext == ".css" {
			for _, u := range used.FindAllStringSubmatch(string(data), -1) {
				if files["assets/"+u[1]+u[2]] == nil {
					t.Errorf("%s uses %q, which is not built", p, u[1]+u[2])
				}
			}
		}
		if path.Ext(p) == ".js" && strings.Contains(string(data), "innerHTML") {
			t.Errorf("%s: innerHTML", p)
		}
	}
	if seen < 20 {
		t.Errorf("%d assets", seen)
	}
}

func TestVerificationPageIsGivenWhatItTrusts(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile(`(?s)<script type="application/json" id="etalon-data">(.*?)</script>`)
	pages := htmlPages(t)
	for p, langs := range map[string]int{"v/index.html": 2, "fr/verifier/index.html": 1, "en/verify/index.html": 1} {
		m := block.FindStringSubmatch(pages[p])
		if m == nil {
			t.Errorf("%s: no data block", p)
			continue
		}
		var d struct {
			Address       string
			Roots         []string
			LeastSequence uint64
			Messages      map[string]struct{ Verdicts map[string]any }
			Domains       map[string][]struct{ Competences []any }
		}
		if err := json.Unmarshal([]byte(m[1]), &d); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		if !slices.Equal(d.Roots, testConfig.Roots) || d.LeastSequence != 3 || d.Address != testConfig.Address || len(d.Messages) != langs {
			t.Errorf("%s: %+v", p, d)
		}
		for l, x := range d.Messages {
			if len(x.Verdicts) != len(Verdicts) || len(d.Domains[l]) != 5 {
				t.Errorf("%s: %s: %d verdicts, %d domains", p, l, len(x.Verdicts), len(d.Domains[l]))
			}
		}
	}
}

func TestOfficialTitlesAreSetWithCurvedApostrophes(t *testing.T) {
	t.Parallel()
	straight := regexp.MustCompile(`\pL&#39;\pL`)
	for p, page := range htmlPages(t) {
		body := page[strings.Index(page, "<body>"):]
		if at := straight.FindStringIndex(body); at != nil {
			t.Errorf("%s: straight apostrophe in %q", p, body[max(0, at[0]-30):at[1]+20])
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	r, err := referential()
	if err != nil {
		t.Fatal(err)
	}
	for address, good := range map[string]bool{
		"https://a.example": true, "http://localhost:8080": true, "http://127.0.0.1": true, "https://a.example:8443": true,
		"": false, "a.example": false, "http://a.example": false, "https://a.example/": false, "https://a.example/x": false,
		"https://u@a.example": false, "javascript://a": false,
	} {
		if _, err := New(r, Config{Address: address}); (err == nil) != good {
			t.Errorf("address %q: %v", address, err)
		}
	}
}
