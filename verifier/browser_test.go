package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/content"
	"etalon/signing"
	"etalon/site"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
	"etalon/verifier/server"
)

// browser starts a Chromium of its own.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("chromium is not installed: the page was not tried in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", program, err)
	}
	return ctx
}

// recorder notes every request that reaches the server.
type recorder struct {
	http.Handler
	mu  sync.Mutex
	all []string
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.all = append(r.all, req.Method+" "+req.URL.RequestURI())
	r.mu.Unlock()
	r.Handler.ServeHTTP(w, req)
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	slices.Sort(all)
	return slices.Compact(all)
}

// A liveSite is an issuer whose manifest and list hold now, by the clock of
// the machine, which browsers read, served on a free port.
type liveSite struct {
	*testsite.Site
	address string
	seen    *recorder
	stop    func()
}

func serveLive(t *testing.T, issue func(*testsite.Site)) *liveSite {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	live := &liveSite{Site: testsite.New(), address: "http://" + l.Addr().String()}
	now := time.Now().UTC().Truncate(time.Second)
	live.Manifest.Created, live.Manifest.ValidUntil = now.AddDate(0, 0, -14), now.AddDate(0, 0, 28)
	live.Lists[1].ValidFrom, live.Lists[1].ValidUntil = now.AddDate(0, 0, -1), now.AddDate(0, 0, 6)
	issue(live.Site)
	live.Publish()
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	var roots []string
	for _, k := range live.Trust().Roots {
		roots = append(roots, k.Multikey())
	}
	pages, err := site.Build(r, site.Config{Address: live.address, Issuer: "TEST Issuer", Specimen: true, Roots: roots, LeastSequence: 1})
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(live.Files, pages)
	files := testsite.FS(live.Files)
	h, err := server.New(server.Config{Site: files, PerMinute: -1, Checker: &check.Checker{Trust: live.Trust(), Source: check.FS(files)}})
	if err != nil {
		t.Fatal(err)
	}
	live.seen = &recorder{Handler: h}
	srv := &http.Server{Handler: live.seen}
	go srv.Serve(l)
	live.stop = func() { srv.Close() }
	t.Cleanup(live.stop)
	return live
}

// digits is the part of a QR text that stands behind its #.
func digits(a *testsite.Attestation) string {
	_, d, _ := strings.Cut(a.QR, "#")
	return d
}

// TestBrowser: a link, a code and a PDF are checked in the page; what leaves it
// are requests for whole public files, the same whoever is checked, and for a
// code and a PDF the locator. Then the network goes, and the page still checks.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	var valid, revoked *testsite.Attestation
	live := serveLive(t, func(issuer *testsite.Site) {
		valid, revoked = issuer.Issue(nil), issuer.Issue(nil)
		issuer.Set(revoked, signing.Revoked)
	})
	address, seen := live.address, live.seen

	pdf := filepath.Join(t.TempDir(), "attestation.pdf")
	if err := os.WriteFile(pdf, valid.PDF["fr"], 0o600); err != nil {
		t.Fatal(err)
	}
	verdict := func(want string) chromedp.Action[chromedp.Void] {
		return chromedp.WaitVisible(fmt.Sprintf(`[data-verdict="%s"]`, want))
	}
	run := func(what string, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		limited, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		if err := chromedp.Do(limited, actions...); err != nil {
			page, _ := chromedp.Run(ctx, chromedp.OuterHTML("main"))
			t.Fatalf("%s: %v\n%.1500s", what, err, page)
		}
	}
	// until waits for a promise of the page to be kept with true.
	until := func(what, expression string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
			if err == nil && ok {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %v", what, err)
			}
		}
	}
	public := regexp.MustCompile(`^GET (/v|/v/|/(fr/verifier|en/verify)/|/sw\.js|/assets/[\w.-]+|/keys\.json|/status/\d+\.json|/badges/\d{4}\.(fr|en)\.json|/favicon\.ico)$`)
	entry := "GET /" + valid.Path()
	nothingSent := func(what string, entries int) {
		t.Helper()
		got := 0
		for _, request := range seen.take() {
			switch {
			case request == entry:
				got++
			case !public.MatchString(request):
				t.Errorf("%s: %s", what, request)
			}
		}
		if got != entries {
			t.Errorf("%s: entry asked for %d times, want %d", what, got, entries)
		}
	}

	run("link", chromedp.Navigate(address+"/v#"+digits(valid)), verdict("valid"))
	// The worker has fetched the lists ahead.
	until("lists ahead", `caches.open('etalon-data').then((c) => c.match('/status/1.json')).then(Boolean)`)
	until("worker", `Promise.resolve(!!navigator.serviceWorker.controller)`)
	nothingSent("link", 0)
	run("code", chromedp.Navigate(address+"/en/verify/"), chromedp.SendKeys("#text", valid.Code.String()), chromedp.Click("#code-form button"), verdict("valid"))
	nothingSent("code", 1)
	run("pdf", chromedp.Navigate(address+"/en/verify/"), chromedp.SetUploadFiles("#pdf", []string{pdf}), verdict("valid"),
		chromedp.WaitVisible(`.document.same`))
	nothingSent("pdf", 1)
	stored, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => {
		const names = [];
		for (const n of await caches.keys()) for (const r of await (await caches.open(n)).keys()) names.push(new URL(r.url).pathname);
		return names.join(' ') + ' ' + JSON.stringify(localStorage) + document.cookie;
	})()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored, "registry") || strings.Contains(stored, valid.Code.Locator()) || strings.Contains(stored, digits(valid)[:40]) {
		t.Errorf("something of a person is kept: %s", stored)
	}

	// No network any more: nothing answers.
	live.stop()
	run("offline link", chromedp.Navigate(address+"/v#"+digits(revoked)), chromedp.Reload(), verdict("revoked"))
	run("offline page", chromedp.Navigate(address+"/en/verify/"), chromedp.SetUploadFiles("#pdf", []string{pdf}), verdict("valid"))
	run("offline code", chromedp.Navigate(address+"/en/verify/"), chromedp.SendKeys("#text", valid.Code.String()), chromedp.Click("#code-form button"))
	until("offline code", `Promise.resolve(document.getElementById('text-error').textContent !== '')`)
}

// TestVerdictsAreAccessible runs axe-core over each verdict, as the page makes
// it and as the server does, in both languages, and over the forms with and
// without an error.
func TestVerdictsAreAccessible(t *testing.T) {
	file := filepath.Join(os.Getenv("ETALON_NPM"), "axe-core", "axe.min.js")
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Skip("ETALON_NPM names no folder with the npm package axe-core: no rule was tried")
	}
	ctx := browser(t)
	texts := map[string]string{"not-found": "P-0000"}
	live := serveLive(t, func(issuer *testsite.Site) {
		for name, change := range map[string]func(*testsite.Attestation){
			"valid":      func(*testsite.Attestation) {},
			"revoked":    func(a *testsite.Attestation) { issuer.Set(a, signing.Revoked) },
			"suspended":  func(a *testsite.Attestation) { issuer.Set(a, signing.Suspended) },
			"superseded": func(a *testsite.Attestation) { issuer.Set(a, signing.Superseded) },
		} {
			a := issuer.Issue(nil)
			change(a)
			texts[name] = a.QR
		}
		texts["expired"] = issuer.Issue(func(c *signing.Credential) { c.ExpiresOn = c.IssuedOn }).QR
		texts["status-unknown"] = issuer.Issue(func(c *signing.Credential) { c.List = 9 }).QR
		texts["not-genuine"] = issuer.IssueWith(testsite.Key("entry"), nil).QR
		texts["unknown-issuer"] = issuer.IssueWith(testsite.Key("stranger"), nil).QR
		code := issuer.Issue(nil)
		texts["valid, by code"] = code.Code.String()
	})
	runs := 0
	try := func(what string) []string {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](string(axe)+"; null")); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		faults, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations']})
			.then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target + ' ' + n.failureSummary)))`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		runs++
		return faults
	}
	faultless := func(what string) {
		t.Helper()
		for _, f := range try(what) {
			t.Errorf("%s: %s", what, f)
		}
	}
	do := func(what string, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		limited, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		if err := chromedp.Do(limited, actions...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	for _, page := range []string{"/fr/verifier/", "/en/verify/", "/v/"} {
		do(page, chromedp.Navigate(live.address+page), chromedp.WaitVisible("#private"))
		faultless(page)
		do(page, chromedp.SendKeys("#text", "P-0000"), chromedp.Click("#code-form button"), chromedp.WaitVisible("#text[aria-invalid]"))
		faultless(page + ", a mistyped code")
		for name, text := range texts {
			verdict, _, _ := strings.Cut(name, ",")
			card := fmt.Sprintf(`[data-verdict="%s"]`, verdict)
			if name != "not-found" { // a mistyped code is told beside the field
				do(name, chromedp.Navigate("about:blank"), chromedp.Navigate(live.address+page), chromedp.WaitVisible("#private"),
					chromedp.SetValue("#text", text), chromedp.Click("#code-form button"), chromedp.WaitVisible(card))
				faultless(page + " " + name)
			}
			// Submitted as a browser without scripts does.
			do(name, chromedp.Navigate("about:blank"), chromedp.Navigate(live.address+page), chromedp.WaitVisible("#private"),
				chromedp.SetValue("#text", text), chromedp.Submit("#text"), chromedp.WaitVisible(card))
			faultless(page + " " + name + ", by the server")
		}
	}
	do("a fault", chromedp.Evaluate[chromedp.Void](`document.querySelector('h1').after(document.createElement('img'))`))
	if try("a fault") == nil {
		t.Error("axe finds no fault in a picture without words")
	}
	if runs < 50 {
		t.Errorf("only %d runs of axe", runs)
	}
}
