package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"html"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/signing"
	"etalon/site/webtest"
)

// openedByCode is what the page shows the holder of a code to share.
type openedByCode struct {
	LinkedIn string   `json:"linkedIn"`
	Line     string   `json:"line"`
	Link     string   `json:"link"`
	Links    []string `json:"links"`
	Alt      string   `json:"alt"`
	SVG      string   `json:"svg"`
	PNG      string   `json:"png"` // base64
	Fetched  []string `json:"fetched"`
	Copied   string   `json:"copied"`
}

// readShared saves both badges, copies the line, and reads the rest.
const readShared = `(async () => {
	const saved = [], real = URL.createObjectURL;
	URL.createObjectURL = (blob) => { saved.push(blob); return real.call(URL, blob); };
	const until = async (is) => { for (let i = 0; i < 200 && !is(); i++) await new Promise((r) => setTimeout(r, 50)); };
	const $ = (s) => document.querySelector(s);
	await until(() => $('[data-badge=svg]'));
	$('[data-badge=svg]').click();
	$('[data-badge=png]').click();
	await until(() => saved.length === 2);
	let copied = '';
	navigator.clipboard.write = async ([item]) => { copied = await (await item.getType('text/html')).text(); };
	const copy = $('.cv-line + .tools button');
	const before = copy.textContent;
	copy.click();
	await until(() => copied && copy.textContent !== before);
	const bytes = new Uint8Array(await saved[1].arrayBuffer());
	return {
		linkedIn: $('[data-share=linkedin]').href, line: $('.cv-line').textContent, link: $('.share-link').href, alt: $('canvas').getAttribute('aria-label'),
		links: [...document.querySelectorAll('.card-tools a')].map((a) => a.getAttribute('href')),
		svg: await saved[0].text(), png: btoa(bytes.reduce((s, b) => s + String.fromCharCode(b), '')), copied,
		fetched: performance.getEntriesByType('resource').map((e) => e.name),
	};
})()`

// TestShared opens codes in the browser and in the form without scripts: both
// offer the same, which tells nothing but the share credential; the badge that
// the browser paints is the one published.
func TestShared(t *testing.T) {
	t.Parallel()
	d, open := opened(t, testDay)
	all, err := d.allIssued()
	if err != nil {
		t.Fatal(err)
	}
	files := []*issuedFile{d.sample}
	for _, f := range all {
		if r, err := d.record(f.Session); err != nil {
			t.Fatal(err)
		} else if r.Regime == signing.Profile.String() && f.Erased == nil && f.ExpiresOn > testDay.Format(time.DateOnly) {
			files = append(files, f)
			break
		}
	}
	for i, f := range files {
		lang, address := "fr", "/fr/verifier/"
		if i == 1 {
			lang, address = "en", "/en/verify/"
		}
		var got openedByCode
		c, err := open(chromedp.Navigate(d.address+address), chromedp.SendKeys("#text", f.Code), chromedp.Click("#code-form button"), chromedp.WaitVisible(".share-badge canvas"),
			chromedp.Func(func(ctx context.Context, tab *chromedp.Target) (err error) {
				got, err = chromedp.Run(ctx, chromedp.Evaluate[openedByCode](readShared, chromedp.EvalAwaitPromise))
				if err != nil {
					return err
				}
				axe := webtest.FindAxe()
				if axe == "" {
					return nil
				}
				faults, err := axe.Faults(ctx)
				for _, f := range faults {
					t.Errorf("%s: %s", address, f)
				}
				return err
			}))
		if err != nil || c.Verdict != "valid" {
			t.Fatalf("%s: verdict %q: %v", f.Number, c.Verdict, err)
		}
		both, err := f.credentials()
		if err != nil {
			t.Fatal(err)
		}
		if want := signing.QRText(d.config.Address, both[1]); got.Link != want {
			t.Errorf("%s: share link %q, want %q", f.Number, got.Link, want)
		}
		if !strings.Contains(got.Line, f.Number) || !strings.Contains(got.Line, d.config.Issuer) || !strings.Contains(got.Copied, `href="`+got.Link+`"`) {
			t.Errorf("%s: line %q, copied as %q", f.Number, got.Line, got.Copied)
		}
		for _, fetched := range got.Fetched {
			if u, err := url.Parse(fetched); err != nil || "http://"+u.Host != d.address || strings.Contains(u.Path, "adaptive") || strings.Contains(u.Path, "profile") {
				t.Errorf("%s: the page asked for %s", f.Number, fetched)
			}
		}
		plain := d.withoutScripts(t, lang, f)
		if plain.linkedIn != got.LinkedIn && unescape(t, plain.linkedIn) != unescape(t, got.LinkedIn) {
			t.Errorf("%s: LinkedIn differs:\n%s\n%s", f.Number, plain.linkedIn, got.LinkedIn)
		}
		if plain.line != got.Line {
			t.Errorf("%s: line differs:\n%s\n%s", f.Number, plain.line, got.Line)
		}
		record, err := d.record(f.Session)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range append(got.Links, plain.links...) {
			for _, secret := range []string{f.Code, f.Code[2:7], record.Candidate.BirthDate, record.Candidate.BirthPlace, record.Candidate.FamilyName, record.Candidate.GivenNames} {
				if strings.Contains(unescape(t, a), secret) {
					t.Errorf("%s: %q holds %q", f.Number, a, secret)
				}
			}
		}
		svg, err := os.ReadFile(d.path("public", plain.badge+".svg"))
		if err != nil || got.SVG != string(svg) {
			t.Errorf("%s: the badge saved is not %s.svg: %v", f.Number, plain.badge, err)
		}
		data, err := os.ReadFile(d.path("public", plain.badge+".png"))
		if err != nil {
			t.Fatal(err)
		}
		painted, err := base64.StdEncoding.DecodeString(got.PNG)
		if err != nil {
			t.Fatal(err)
		}
		if far := farthest(t, data, painted); far > 16 {
			t.Errorf("%s: the painted badge is up to %d of 255 from %s.png", f.Number, far, plain.badge)
		}
		if !strings.HasPrefix(got.Alt, "Badge") {
			t.Errorf("%s: the badge is called %q", f.Number, got.Alt)
		}
	}
}

func unescape(t *testing.T, address string) string {
	t.Helper()
	s, err := url.PathUnescape(address)
	if err != nil {
		t.Error(err)
	}
	return s
}

// plainPage is what the page without scripts offers.
type plainPage struct {
	linkedIn, line, badge string
	links                 []string
}

func (d *demonstration) withoutScripts(t *testing.T, lang string, f *issuedFile) plainPage {
	t.Helper()
	answer, err := http.PostForm(d.address+"/verify", url.Values{"lang": {lang}, "text": {f.Code}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	one := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("%s: the page without scripts has no %s:\n%s", f.Number, pattern, text)
		}
		return html.UnescapeString(m[1])
	}
	p := plainPage{
		linkedIn: one(`href="([^"]*)"[^>]*data-share="linkedin"`), badge: one(`href="/([^"]*)\.svg" download`),
		line: regexp.MustCompile(`<[^>]*>`).ReplaceAllString(one(`<p class="cv-line">(.*?)</p>`), ""),
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(text[strings.Index(text, "card-tools"):], -1) {
		p.links = append(p.links, html.UnescapeString(m[1]))
	}
	for _, kind := range []struct{ ext, kind string }{{".svg", "image/svg+xml"}, {".png", "image/png"}} {
		answer, err := http.Get(d.address + "/" + p.badge + kind.ext)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || got != kind.kind {
			t.Errorf("%s%s: %s, %s", p.badge, kind.ext, answer.Status, got)
		}
	}
	return p
}

// farthest compares two pictures in squares of a twentieth of their sides: how
// far their means are from each other at most, over white.
func farthest(t *testing.T, a, b []byte) int {
	t.Helper()
	var means [2][]int
	for i, data := range [][]byte{a, b} {
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		means[i] = squares(img, 20)
	}
	far := 0
	for i := range means[0] {
		far = max(far, means[0][i]-means[1][i], means[1][i]-means[0][i])
	}
	return far
}

func squares(img image.Image, n int) []int {
	side := img.Bounds().Dx() / n
	out := make([]int, 0, n*n)
	for y := range n {
		for x := range n {
			sum := 0
			for v := range side {
				for u := range side {
					r, g, b, a := img.At(x*side+u, y*side+v).RGBA() // premultiplied
					sum += int((r+g+b)/3+0xffff-a) >> 8
				}
			}
			out = append(out, sum/(side*side))
		}
	}
	return out
}
