//go:build slow

package site

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/site/webtest"
)

// TestHTMLIsValid runs html-validate over every page.
func TestHTMLIsValid(t *testing.T) { webtest.ValidateHTML(t, htmlPages(t)) }

// samplePeople is what a test gives the map of a group.
const samplePeople = "Ada;5;4;3;4;5;3;4;3;4;3;2;4;4;6;4;3\nBlaise;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2\nune ligne de trop"

// everyTemplate has a page of each template, and each state that a script gives one.
var everyTemplate = []struct{ kind, address, then string }{
	{"home", "/fr/", ""},
	{"home", "/", ""},
	{"referential", "/fr/referentiel/", ""},
	{"domain", "/en/domains/2/", ""},
	{"competence", "/fr/competences/1.3/#n4", ""},
	{"levels", "/fr/niveaux/", ""},
	{"level", "/en/levels/4/", ""},
	{"matrix", "/fr/matrice/", ""},
	{"matrix", "/fr/matrice/2/#b2", ""},
	{"compare", "/fr/comparer/niveaux/?a=2&b=6", ""},
	{"compare", "/en/compare/competences/", ""},
	{"book", "/fr/livre/", ""},
	{"search", "/fr/recherche/", ""},
	{"search", "/fr/recherche/?q=donnees", `new Promise((done) => { const wait = () => document.querySelector('.results li') ? done(true) : setTimeout(wait, 20); wait(); })`},
	{"gap", "/fr/ecart/", ""},
	{"gap", "/fr/ecart/#e=4444444532444443&g=5434534343244643", `(async () => {
		document.getElementById('people').value = ` + "`" + samplePeople + "`" + `;
		document.getElementById('group-form').requestSubmit();
		while (!document.querySelector('.gap-map')) await new Promise((r) => setTimeout(r, 20));
		return true;
	})()`},
	{"section", "/fr/certification/", ""},
	{"article", "/fr/certification/scores-et-niveaux/", ""},
	{"article", "/fr/certification/questions/", ""},
	{"article", "/en/about/formats/", ""},
	{"screen", "/fr/certification/avant-le-test/deux-modes/", ""},
	{"screen", "/fr/certification/avant-le-test/regles-et-engagement/", ""},
	{"verify", "/fr/verifier/", ""},
	{"verify", "/v/", ""},
	{"notfound", "/404.html", ""},
	{"history", "/fr/historique/", ""},
	{"changes", "/en/history/2018-2026/", ""},
	{"identifier", "/c/1.3/", ""},
	{"identifier", "/t/big-data/", ""},
}

// TestPagesAreAccessible runs axe-core on every template, in light and in
// dark, on a phone and on a desk; and nothing may overflow sideways.
func TestPagesAreAccessible(t *testing.T) {
	axe := webtest.LoadAxe(t)
	tab := openTab(t, 4*time.Minute, "fr")
	origin := serve(t, "lead")
	seen := map[string]bool{
		"verdict": true, // the verification page shows the same card
		"moved":   true, // only where an address was given up
	}
	runs := 0
	for _, page := range everyTemplate {
		seen[page.kind] = true
		must(t, chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(origin+page.address)))
		if page.then != "" {
			ask[bool](t, tab, page.then)
		}
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{360, 1280} {
				viewport(t, tab, width, scheme)
				faults, err := axe.Faults(tab)
				must(t, err)
				for _, f := range faults {
					t.Errorf("%s, %s, %d px: %s", page.address, scheme, width, f)
				}
				runs++
			}
		}
		for _, width := range []int64{320, 360} {
			viewport(t, tab, width, "light")
			if over := ask[int](t, tab, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s overflows by %d px at %d px", page.address, over, width)
			}
		}
	}
	for _, kind := range kinds {
		if !seen[kind] {
			t.Errorf("template %s has no page in this test", kind)
		}
	}
	t.Logf("%d runs of axe", runs)
}
