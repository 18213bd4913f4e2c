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
	t.Parallel()
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
