//go:build slow

package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"etalon/site/webtest"
)

// TestPagesForTheOffice: the pages that the operator's commands write — results
// explained, statistics, the jury's minutes — are valid HTML, accessible in light
// and in dark on a telephone, at a desk and on paper, and wider than none of
// these.
func TestPagesForTheOffice(t *testing.T) {
	axe := webtest.LoadAxe(t)
	d := demonstrate(t, "https://etalon.test", testDay)
	out := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	order := func(args ...string) {
		t.Helper()
		e := &env{stdout: io.Discard, stderr: os.Stderr, now: d.env.now, rand: d.env.rand}
		if err := e.run(t.Context(), append([]string{args[0], "-w", d.dir}, args[1:]...)); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	order("statistics")
	for _, lang := range []string{"fr", "en"} {
		order("minutes", "-all", "-lang", lang)
		for _, session := range []string{
			"valbrume-2026-09-14-02", "valbrume-2026-09-14-03", "valbrume-2026-09-14-05", // obtained, neutralised, fraud
			"montclair-2026-10-01-01", "port-aux-anses-2026-09-22-01", // degraded, too few
			"valbrume-2026-09-14-07", "port-aux-anses-2026-09-22-05", // profiles
		} {
			order("explain", "-lang", lang, "-out", filepath.Join(out, session+"."+lang+".html"), session)
		}
	}
	pages := map[string]string{}
	for _, dir := range []string{d.path("minutes"), d.path("statistics"), out} {
		files, err := filepath.Glob(filepath.Join(dir, "*.html"))
		must(err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(err)
			pages[filepath.Base(file)] = string(data)
			must(os.WriteFile(filepath.Join(out, filepath.Base(file)), data, 0o600))
		}
	}
	if len(pages) != 18 {
		t.Fatalf("%d pages", len(pages))
	}
	t.Run("html", func(t *testing.T) { webtest.ValidateHTML(t, pages) })

	tab := chromium(t)
	views := []struct {
		width          int64
		medium, scheme string
	}{
		{320, "screen", "light"}, {390, "screen", "light"}, {390, "screen", "dark"}, {1280, "screen", "light"}, {1280, "screen", "dark"},
		{688, "print", "light"}, {688, "print", "dark"}, // A4 upright, without the margins
	}
	runs := 0
	for _, name := range sortedKeys(pages) {
		must(chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate("file://"+filepath.Join(out, name))))
		minutes := strings.HasPrefix(name, "2026-")
		for _, v := range views {
			if minutes && v.medium == "print" {
				v.width = 1032 // A4 across
			}
			must(webtest.View(tab, v.width, v.medium, v.scheme))
			faults, err := axe.Faults(tab)
			must(err)
			slices.Sort(faults)
			for _, f := range slices.Compact(faults) {
				t.Errorf("%s, %v: %s", name, v, f)
			}
			over, err := chromedp.Run(tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
			must(err)
			if over > 0 {
				t.Errorf("%s, %v: %d px too wide", name, v, over)
			}
			runs++
		}
	}
	if runs != len(pages)*len(views) {
		t.Errorf("%d runs of axe", runs)
	}
}
