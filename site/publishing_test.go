package site

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/content"
)

// TestSitemap wants every page that search engines are to know, with both
// languages, and no other.
func TestSitemap(t *testing.T) {
	t.Parallel()
	files := build(t)
	var m struct {
		URLs []struct {
			Address string `xml:"loc"`
			Links   []struct {
				Lang string `xml:"hreflang,attr"`
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/1999/xhtml link"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(files["sitemap.xml"], &m); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, u := range m.URLs {
		file := strings.TrimPrefix(u.Address, testConfig.Address+"/") + "index.html"
		if listed[file] || files[file] == nil {
			t.Errorf("%s stands twice or is no page", u.Address)
		}
		listed[file] = true
		if !bytes.Contains(files[file], []byte(`<link rel="canonical" href="`+u.Address+`">`)) {
			t.Errorf("%s is not the address of that page itself", u.Address)
		}
		if len(u.Links) != 3 {
			t.Errorf("%s has %d other languages", u.Address, len(u.Links))
		}
	}
	for file, page := range htmlPages(t) {
		self := `<link rel="canonical" href="` + testConfig.Address + "/" + strings.TrimSuffix(file, "index.html") + `">`
		if wanted := !strings.Contains(page, `<meta name="robots" content="noindex">`) && strings.Contains(page, self); wanted != listed[file] {
			t.Errorf("%s: in the sitemap %v, want %v", file, listed[file], wanted)
		}
	}
	if !bytes.Contains(files["robots.txt"], []byte("\nSitemap: https://etalon.example/sitemap.xml\n")) {
		t.Errorf("robots.txt is %q", files["robots.txt"])
	}
}

// TestFeed wants what RFC 4287 demands, an entry a version, each leading to a
// page.
func TestFeed(t *testing.T) {
	t.Parallel()
	files := build(t)
	for _, l := range content.Langs {
		var f struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			ID      string   `xml:"id"`
			Title   string   `xml:"title"`
			Updated string   `xml:"updated"`
			Author  string   `xml:"author>name"`
			Entries []struct {
				ID      string `xml:"id"`
				Title   string `xml:"title"`
				Updated string `xml:"updated"`
				Content string `xml:"content"`
				Link    struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(files[string(l)+"/feed.xml"], &f); err != nil {
			t.Fatal(err)
		}
		r, err := referential()
		if err != nil {
			t.Fatal(err)
		}
		if f.ID == "" || f.Title == "" || f.Author == "" || len(f.Entries) != len(r.Versions) {
			t.Errorf("%s: feed %+v", l, f)
		}
		last := f.Updated
		for _, e := range f.Entries {
			if at, err := time.Parse(time.RFC3339, e.Updated); err != nil || at.IsZero() || e.Updated > last {
				t.Errorf("%s: entry of %q after %q", l, e.Updated, last)
			}
			last = e.Updated
			address, fragment, _ := strings.Cut(strings.TrimPrefix(e.Link.Href, testConfig.Address+"/"), "#")
			page := files[address+"index.html"]
			if page == nil || fragment != "" && !bytes.Contains(page, []byte(` id="`+fragment+`"`)) {
				t.Errorf("%s: entry leads to %s", l, e.Link.Href)
			}
			if e.Title == "" || len(e.Content) < 60 {
				t.Errorf("%s: entry %+v", l, e)
			}
		}
	}
}

// TestSocialImages wants pictures of the size that pages promise, light.
func TestSocialImages(t *testing.T) {
	t.Parallel()
	files := build(t)
	image := regexp.MustCompile(`<meta property="og:image" content="https://etalon\.example/(assets/og-(?:fr|en)\.[0-9a-f]{12}\.png)">`)
	seen := map[string]bool{}
	for file, page := range htmlPages(t) {
		if strings.Contains(page, "noindex") {
			continue
		}
		m := image.FindStringSubmatch(page)
		if m == nil || !strings.Contains(m[1], "og-"+file[:2]) && file[2] == '/' {
			t.Errorf("%s: picture %q", file, m)
			continue
		}
		seen[m[1]] = true
	}
	for name := range seen {
		c, err := png.DecodeConfig(bytes.NewReader(files[name]))
		if err != nil || c.Width != 1200 || c.Height != 630 || len(files[name]) > 20_000 {
			t.Errorf("%s: %d by %d, %d bytes (%v)", name, c.Width, c.Height, len(files[name]), err)
		}
	}
	if len(seen) != 2 {
		t.Errorf("%d pictures", len(seen))
	}
}

// TestOffline opens the archive as a folder: every relative link and fragment
// leads somewhere in it, every other one to the service.
func TestOffline(t *testing.T) {
	t.Parallel()
	data := build(t)[offlineName]
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	published := testSite(t).published()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(f.Name, "etalon/")] = string(text)
		if !f.Modified.Equal(published) {
			t.Fatalf("%s bears the date %v", f.Name, f.Modified)
		}
	}
	use := regexp.MustCompile(` (?:href|src|action)="([^"]*)"`)
	pages, links := 0, 0
	for name, text := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		pages++
		if strings.Contains(text, "<script") || strings.Contains(text, "Content-Security-Policy") {
			t.Errorf("%s holds what only the service runs", name)
		}
		for _, m := range use.FindAllStringSubmatch(text, -1) {
			links++
			address, fragment, _ := strings.Cut(m[1], "#")
			address, _, _ = strings.Cut(address, "?")
			switch {
			case strings.HasPrefix(address, "https://"):
				continue
			case strings.HasPrefix(address, "/"):
				t.Errorf("%s: %s leads to the root of a disk", name, m[1])
				continue
			}
			target := name
			if address != "" {
				target = path.Join(path.Dir(name), address)
			}
			page, ok := files[target]
			if !ok || fragment != "" && !strings.Contains(page, ` id="`+fragment+`"`) {
				t.Errorf("%s: %s leads nowhere", name, m[1])
			}
		}
	}
	if pages < 100 || links < 2000 || len(data) > 2<<20 {
		t.Errorf("%d pages, %d links, %d bytes", pages, links, len(data))
	}
	t.Logf("%d files, %d pages, %d links, %d bytes", len(files), pages, links, len(data))
}

// TestFormerAddresses wants an address that has moved to lead on, a former
// fragment to be a place of its identifier, and an alias to nowhere refused.
func TestFormerAddresses(t *testing.T) {
	t.Parallel()
	r, err := referential()
	if err != nil {
		t.Fatal(err)
	}
	with := func(aliases ...content.Alias) (map[string][]byte, error) {
		changed := *r
		changed.Aliases = aliases
		return Build(&changed, testConfig)
	}
	files, err := with(content.Alias{From: "/t/old-theme", To: "/t/big-data/"}, content.Alias{From: "/c/1.3#theme-old", To: "/fr/competences/1.3/#theme-big-data"})
	if err != nil {
		t.Fatal(err)
	}
	if page := string(files["t/old-theme/index.html"]); !strings.Contains(page, `<meta http-equiv="refresh" content="0; url=/t/big-data/">`) || !strings.Contains(page, `<link rel="canonical" href="https://etalon.example/t/big-data/">`) {
		t.Errorf("a former address leads nowhere:\n%s", page)
	}
	if page := string(files["c/1.3/index.html"]); !strings.Contains(page, `<li id="theme-old">`) {
		t.Error("a former fragment is no place of its identifier")
	}
	for _, a := range []content.Alias{{From: "/old", To: "/nowhere"}, {From: "/old", To: "/c/1.3#nothing"}, {From: "/c/1.3", To: "/c/1.2"}} {
		if _, err := with(a); err == nil {
			t.Errorf("%+v is accepted", a)
		}
	}
}

// TestHistoryPages wants every pair of versions compared, for all competences.
func TestHistoryPages(t *testing.T) {
	t.Parallel()
	files := build(t)
	page := string(files["fr/historique/2018-2026/index.html"])
	for _, want := range []string{`<tr id="c1.1">`, `<tr id="c5.2">`, "Niveau 6 ouvert. Niveau 7 ouvert. Définition et huit descripteurs publiés pour la première fois", "1er janvier 2018"} {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), want) {
			t.Errorf("2018 to 2026 does not say %q", want)
		}
	}
	index := string(files["en/history/index.html"])
	for _, pair := range []string{"2018-2021", "2018-2022", "2018-2026", "2021-2022", "2021-2026", "2022-2026"} {
		if !strings.Contains(index, `<a href="/en/history/`+pair+`/">`) {
			t.Errorf("no link to %s", pair)
		}
	}
	if slices.Contains(strings.Split(index, `"`), "/en/history/2021-2018/") {
		t.Error("a version is compared to an earlier one")
	}
}

// TestDataFilesAreThere wants the files that content links to.
func TestDataFilesAreThere(t *testing.T) {
	t.Parallel()
	files := build(t)
	for _, name := range content.DataFiles {
		if files["data/"+name] == nil {
			t.Errorf("data/%s is missing", name)
		}
	}
	for name := range files {
		if rest, ok := strings.CutPrefix(name, "data/"); ok && !slices.Contains(content.DataFiles, rest) {
			t.Errorf("%s cannot be linked to", name)
		}
	}
}
