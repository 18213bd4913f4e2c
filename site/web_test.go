package site

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"etalon/content"
	"etalon/site/webtest"
)

// serve serves the built site; without holds names of scripts that are not
// found.
func serve(t *testing.T, without ...string) string {
	t.Helper()
	origin, _ := serveWith(t, testConfig.Roots, nil, without...)
	return origin
}

// serveWith serves the built site, trusting roots, with more files by path. It
// returns the origin, and a function that tells what was asked for so far.
func serveWith(t *testing.T, roots []string, more map[string][]byte, without ...string) (string, func() []string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	config := testConfig
	config.Roots = roots
	config.Address = "http://" + strings.Replace(server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	r, err := referential()
	must(t, err)
	files, err := Build(r, config)
	must(t, err)
	maps.Copy(files, more)
	types := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
	var lock sync.Mutex
	var asked []string
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		asked = append(asked, r.URL.RequestURI())
		lock.Unlock()
		name := strings.TrimPrefix(r.URL.Path, "/")
		if files[name+"/index.html"] != nil {
			http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
			return
		}
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		script, _, _ := strings.Cut(path.Base(name), ".")
		data := files[name]
		if data == nil || path.Ext(name) == ".js" && slices.Contains(without, script) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", types[path.Ext(name)])
		w.Write(data)
	})
	server.Start()
	t.Cleanup(server.Close)
	return config.Address, func() []string {
		lock.Lock()
		defer lock.Unlock()
		return slices.Clone(asked)
	}
}

// The tests of pages share one Chromium, each in a tab of its own.
var (
	startBrowser = sync.OnceValues(func() (context.Context, error) {
		var program string
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if at, err := exec.LookPath(name); err == nil {
				program = at
				break
			}
		}
		if program == "" {
			return nil, nil
		}
		dir, err := os.MkdirTemp("", "etalon-browser")
		if err != nil {
			return nil, err
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(dir),
			chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		browser, stopTab := chromedp.NewContext(allocator)
		stopBrowser = func() {
			stopTab()
			stop()
			os.RemoveAll(dir)
		}
		return browser, chromedp.Do(browser)
	})
	stopBrowser = func() {}
)

func TestMain(m *testing.M) {
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

// openTab opens a tab for a reader of a language.
func openTab(t *testing.T, limit time.Duration, lang string) context.Context {
	t.Helper()
	browser, err := startBrowser()
	if err == nil && browser == nil {
		t.Skip("skipped: chromium or chromium-browser or google-chrome is not installed")
	}
	must(t, err)
	tab, stopTab := chromedp.NewContext(browser)
	t.Cleanup(stopTab)
	timed, stopClock := context.WithTimeout(tab, limit)
	t.Cleanup(stopClock)
	must(t, chromedp.Do(timed, chromedp.Navigate("about:blank")))
	agent := ask[string](t, timed, `navigator.userAgent`)
	_, err = chromedp.Call(timed, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: lang})
	must(t, err)
	return timed
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, tab context.Context, script string) T {
	t.Helper()
	out, err := chromedp.Run(tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.60s: %v", script, err)
	}
	return out
}

func viewport(t *testing.T, tab context.Context, width int64, scheme string) {
	t.Helper()
	must(t, webtest.View(tab, width, "screen", scheme))
}

// TestKeyboardFollowsThePage walks through pages with the tabulator: everything
// that can be operated is reached, in the order of the page, and shows it.
func TestKeyboardFollowsThePage(t *testing.T) {
	t.Parallel()
	tab := openTab(t, 2*time.Minute, "fr")
	origin := serve(t)
	const list = `globalThis.stops = Array.from(document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"], summary'))
		.filter((e) => !e.disabled && e.checkVisibility({visibilityProperty: true})); stops.length`
	for _, address := range []string{"/fr/", "/fr/matrice/2/#n4", "/fr/competences/1.3/", "/fr/ecart/#e=4444444532444443&g=5434534343244643", "/en/compare/levels/", "/fr/verifier/"} {
		must(t, chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(origin+address)))
		viewport(t, tab, 1280, "light")
		n := ask[int](t, tab, list)
		// A fragment moves the place where the walk begins: start at the top.
		ask[any](t, tab, `document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); null`)
		for i := range n {
			must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.Tab)))
			at := ask[struct {
				At      int
				Outline string
				What    string
			}](t, tab, `(() => { const e = document.activeElement, s = getComputedStyle(e);
				return {At: stops.indexOf(e), Outline: s.outlineStyle, What: e.outerHTML.slice(0, 90)}; })()`)
			if at.At != i {
				t.Errorf("%s: stop %d of %d is number %d in the page: %s", address, i, n, at.At, at.What)
				break
			}
			if at.Outline == "none" {
				t.Errorf("%s: %s does not show that it has the focus", address, at.What)
			}
			if i == 0 && !strings.Contains(at.What, `class="skip"`) {
				t.Errorf("%s: first stop is %s", address, at.What)
			}
		}
	}
}

// TestSearchByKeyboard types, goes through the results and opens one.
func TestSearchByKeyboard(t *testing.T) {
	t.Parallel()
	tab := openTab(t, time.Minute, "fr")
	origin := serve(t)
	until := func(script string) {
		t.Helper()
		ask[bool](t, tab, `(async () => { for (let i = 0; i < 300; i++) { if (`+script+`) return true; await new Promise((r) => setTimeout(r, 20)); } throw new Error('never'); })()`)
	}
	must(t, chromedp.Do(tab, chromedp.Navigate(origin+"/fr/"), chromedp.KeyEvent("/")))
	until(`location.pathname === '/fr/recherche/' && document.activeElement?.id === 'q'`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent("DONNEES traiter")))
	until(`document.querySelector('.results a')?.getAttribute('href') === '/fr/competences/1.3/' && new URLSearchParams(location.search).get('q') === 'DONNEES traiter'`)
	if !ask[bool](t, tab, `document.getElementById('index').hidden && /réponse/.test(document.getElementById('found').textContent) && !!document.querySelector('.results mark')`) {
		t.Error("results are not announced, marked, or stand below the index")
	}
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.ArrowDown)))
	until(`document.activeElement.getAttribute('href') === '/fr/competences/1.3/'`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.ArrowUp)))
	until(`document.activeElement.id === 'q'`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.Escape)))
	until(`document.activeElement.id === 'q' && document.activeElement.value === '' && !document.getElementById('index').hidden`)
	// A word of the other language is found there.
	must(t, chromedp.Do(tab, chromedp.KeyEvent("spreadsheet")))
	until(`document.querySelector('#others a')?.getAttribute('href').startsWith('/en/')`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("evoluer"), chromedp.KeyEvent(kb.Enter)))
	until(`location.pathname === '/fr/competences/5.2/'`)
}

// TestReadingOrder looks at pages as a screen reader is given them: landmarks
// in order, the title first in the main part, everything operable named.
func TestReadingOrder(t *testing.T) {
	t.Parallel()
	tab := openTab(t, time.Minute, "fr")
	origin := serve(t)
	for _, address := range []string{"/fr/", "/fr/matrice/", "/fr/competences/1.3/", "/fr/ecart/", "/fr/recherche/"} {
		must(t, chromedp.Do(tab, chromedp.Navigate(origin+address)))
		tree, err := chromedp.Call(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		must(t, err)
		text := func(v *accessibility.Value) string {
			if v == nil {
				return ""
			}
			var s string
			must(t, json.Unmarshal(v.Value, &s))
			return s
		}
		var landmarks []string
		inMain, title := false, ""
		look := func(n *accessibility.Node) {
			role, name := text(n.Role), text(n.Name)
			switch role {
			case "banner", "main", "contentinfo":
				landmarks = append(landmarks, role)
				inMain = role == "main"
			case "heading":
				if inMain && title == "" {
					title = name
				}
			case "link", "button", "textbox", "searchbox", "spinbutton", "combobox":
				if name == "" {
					t.Errorf("%s: a %s has no name", address, role)
				}
			}
		}
		nodes := map[accessibility.NodeID]*accessibility.Node{}
		for _, n := range tree.Nodes {
			nodes[n.NodeID] = n
		}
		var read func(*accessibility.Node)
		read = func(n *accessibility.Node) {
			if !n.Ignored {
				look(n)
			}
			for _, id := range n.ChildIDs {
				if nodes[id] != nil {
					read(nodes[id])
				}
			}
		}
		read(tree.Nodes[0])
		if !slices.Equal(landmarks, []string{"banner", "main", "contentinfo"}) {
			t.Errorf("%s: landmarks %v", address, landmarks)
		}
		if h1 := ask[string](t, tab, `document.querySelector('h1').textContent`); title == "" || h1 != title {
			t.Errorf("%s: first heading %q, title %q", address, title, h1)
		}
	}
}

// TestWithoutScripts reads what needs none: filters of the matrix, comparisons,
// identifiers, the index.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	tab := openTab(t, time.Minute, "fr")
	origin := serve(t)
	_, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(t, err)
	shown := func(selector string) int {
		t.Helper()
		return ask[int](t, tab, fmt.Sprintf(`Array.from(document.querySelectorAll(%q)).filter((e) => e.checkVisibility()).length`, selector))
	}
	check := func(address, selector string, want int) {
		t.Helper()
		must(t, chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(origin+address)))
		if got := shown(selector); got != want {
			t.Errorf("%s: %d of %s are shown, want %d", address, got, selector, want)
		}
	}
	check("/fr/matrice/", "td.lv", 128)
	check("/fr/matrice/", ".d", 0)
	check("/fr/matrice/#n4", "td.lv", 16)
	check("/fr/matrice/#n4", ".d", 16)
	check("/fr/matrice/#b2", "td.lv", 32)
	check("/fr/matrice/3/", "td.lv", 32)
	check("/fr/matrice/3/#b4", "td.lv", 8)
	check("/en/matrix/3/#n7", "td.n7 .d", 4)
	check("/fr/comparer/niveaux/", "td.k", 32)
	check("/fr/comparer/competences/", "td.k", 16)
	check("/fr/recherche/", "#search", 0)
	check("/fr/recherche/", ".a-to-z [id^=theme-]", 82)
	check("/c/1.3#n4", "#n4 a", 2)
	check("/fr/ecart/", "input", 32)
	check("/fr/ecart/", "#starts, #tools, #group", 0)
	check("/fr/competences/1.3/", ".rung", 8)
}

// TestIdentifiersLead follows permanent identifiers into the reader's language.
func TestIdentifiersLead(t *testing.T) {
	t.Parallel()
	origin := serve(t)
	for lang, all := range map[string]map[string]string{
		"fr-CA": {"/c/1.3": "/fr/competences/1.3/", "/c/1.3#n4": "/fr/competences/1.3/#n4", "/d/2": "/fr/domaines/2/", "/l/4": "/fr/niveaux/4/",
			"/t/big-data": "/fr/recherche/#theme-big-data", "/c/1.3#theme-big-data": "/fr/competences/1.3/#theme-big-data"},
		"de,en-GB": {"/c/1.3#n4": "/en/competences/1.3/#n4", "/t/big-data": "/en/search/#theme-big-data"},
		"de":       {"/l/4": "/fr/niveaux/4/"},
	} {
		tab := openTab(t, time.Minute, lang)
		for from, want := range all {
			must(t, chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(origin+from)))
			got := ask[string](t, tab, `(async () => { for (let i = 0; i < 200 && /^\/[cdlt]\//.test(location.pathname); i++) await new Promise((r) => setTimeout(r, 20)); return location.pathname + location.hash; })()`)
			if got != want {
				t.Errorf("%s: %s leads to %s, want %s", lang, from, got, want)
			}
		}
	}
}

// TestPermanentLinksCopy presses one: the address of the descriptor is copied,
// and said to be.
func TestPermanentLinksCopy(t *testing.T) {
	t.Parallel()
	tab := openTab(t, time.Minute, "fr")
	origin := serve(t)
	must(t, chromedp.Do(tab, chromedp.Navigate(origin+"/fr/competences/1.3/")))
	got := ask[[]string](t, tab, `(async () => {
		let copied = '';
		Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (s) => { copied = s; }}});
		document.querySelector('#n4 .permalink').click();
		for (let i = 0; i < 100 && !document.querySelector('#n4 [role=status]')?.textContent; i++) await new Promise((r) => setTimeout(r, 20));
		return [copied, document.querySelector('#n4 [role=status]').textContent, location.pathname];
	})()`)
	if want := []string{origin + "/c/1.3#n4", "Lien copié", "/fr/competences/1.3/"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestBookIsPaged prints the book and finds every competence on the page that
// the contents announce.
func TestBookIsPaged(t *testing.T) {
	t.Parallel()
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("skipped: pdftotext is not installed")
	}
	tab := openTab(t, time.Minute, "fr")
	origin := serve(t)
	for _, l := range content.Langs {
		address := "/fr/livre/"
		if l == content.EN {
			address = "/en/book/"
		}
		must(t, chromedp.Do(tab, chromedp.Navigate(origin+address)))
		announced := ask[map[string]string](t, tab, `Object.fromEntries(Array.from(document.querySelectorAll('.book-contents a'), (a) => [a.hash, a.querySelector('.page-n').textContent]))`)
		printed, err := chromedp.Call(tab, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: new(true)})
		must(t, err)
		command := exec.Command(reader, "-layout", "-", "-")
		command.Stdin = bytes.NewReader(printed.Data)
		out, err := command.Output()
		must(t, err)
		sheets := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
		if len(sheets) != 20 || len(announced) != 23 {
			t.Errorf("%s: %d pages, %d lines of contents", l, len(sheets), len(announced))
		}
		for _, c := range testSite(t).r.Competences() {
			n, err := strconv.Atoi(announced["#c"+c.Code])
			if err != nil || n > len(sheets) {
				t.Fatalf("%s: %s is announced on page %q", l, c.Code, announced["#c"+c.Code])
			}
			heading := regexp.MustCompile(`(?m)^ *` + regexp.QuoteMeta(c.Code) + ` +` + regexp.QuoteMeta(curl(c.Title.In(l))))
			if !heading.MatchString(sheets[n-1]) || !strings.HasSuffix(strings.TrimSpace(sheets[n-1]), announced["#c"+c.Code]) {
				t.Errorf("%s: %s is not on page %d, or the page is not numbered", l, c.Code, n)
			}
		}
	}
}
