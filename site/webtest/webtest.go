// Package webtest holds pages against the rules for pages, in the tests of
// whatever room makes them: axe-core for accessibility and html-validate for
// HTML. Both come from the folder node_modules that ETALON_NPM names, which
// .ci/run fills; where it is not set, the test that asks is skipped.
package webtest

import (
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// modules is the folder with the npm package of a name.
func modules(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("ETALON_NPM")
	if _, err := os.Stat(filepath.Join(dir, name)); dir == "" || err != nil {
		t.Skipf("skipped: ETALON_NPM names no folder with the npm package %s", name)
	}
	return dir
}

// Axe is the script of axe-core.
type Axe string

// LoadAxe reads it, or skips the test.
func LoadAxe(t testing.TB) Axe {
	t.Helper()
	modules(t, "axe-core")
	axe := FindAxe()
	if axe == "" {
		t.Fatal("axe-core cannot be read")
	}
	return axe
}

// FindAxe reads it, "" where there is none: for a test that looks at more.
func FindAxe() Axe {
	script, _ := os.ReadFile(filepath.Join(os.Getenv("ETALON_NPM"), "axe-core", "axe.min.js"))
	return Axe(script)
}

// Faults runs the rules of WCAG 2.2, levels A and AA, and those of good practice
// on the page that a tab shows, as it shows it.
func (a Axe) Faults(tab context.Context) ([]string, error) {
	there, err := chromedp.Run(tab, chromedp.Evaluate[bool](`typeof axe !== 'undefined'`))
	if err == nil && !there {
		err = chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](string(a)+"; null"))
	}
	if err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
		.then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target + ' ' + n.failureSummary)))`, chromedp.EvalAwaitPromise))
}

// View shows a tab's page in a width in pixels, on a medium ("screen", "print"),
// in a colour scheme ("light", "dark"), without motion.
func View(tab context.Context, width int64, medium, scheme string) error {
	if _, err := chromedp.Call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1}); err != nil {
		return err
	}
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}) // no colour halfway
	return err
}

//go:embed validate.mjs
var validate string

// ValidateHTML runs html-validate over pages, by name, which end in ".html".
func ValidateHTML(t *testing.T, pages map[string]string) {
	t.Helper()
	npm := modules(t, "html-validate")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not installed")
	}
	dir := t.TempDir()
	write := func(name, data string) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("validate.mjs", validate)
	for name, data := range pages {
		write("pages/"+name, data)
	}
	out, err := exec.Command(node, filepath.Join(dir, "validate.mjs"), npm, filepath.Join(dir, "pages")).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || !strings.HasSuffix(lines[len(lines)-1], " pages") || lines[len(lines)-1] == "0 pages" {
		t.Fatalf("html-validate: %v\n%s", err, out)
	}
	for _, line := range lines[:len(lines)-1] {
		t.Error(line)
	}
	t.Log(lines[len(lines)-1])
}
