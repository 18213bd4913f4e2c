package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"etalon/signing"
	"etalon/verifier/check"
	"etalon/verifier/server"
)

// need skips a test when a program of the machine is missing, by its names.
func need(t *testing.T, programs ...string) string {
	t.Helper()
	for _, p := range programs {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	t.Skipf("skipped: %s is not installed", strings.Join(programs, " or "))
	return ""
}

// testDay is when the tests of a whole publication take place.
var testDay = time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)

// demonstrate makes the demonstration in a temporary folder at a given time,
// for an address.
func demonstrate(t *testing.T, address string, at time.Time) *demonstration {
	t.Helper()
	d := &demonstration{
		env: &env{stdout: io.Discard, stderr: io.Discard, now: func() time.Time { return at }, rand: testRandom(1)},
		dir: t.TempDir(), address: address,
	}
	if err := d.make(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	return d
}

// testRandom is a reader of bytes that look random and are not.
func testRandom(seed byte) io.Reader { return &counter{seed: seed} }

type counter struct {
	seed byte
	n    uint64
}

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = byte(c.n*2654435761>>13) ^ c.seed
	}
	return len(p), nil
}

// opened makes the demonstration of testDay, serves its public/ as the verifier
// does at another time, and starts a browser then.
func opened(t *testing.T, now time.Time) (*demonstration, func(...chromedp.Action[chromedp.Void]) (cardText, error)) {
	t.Helper()
	open := browser(t, now)
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	d := demonstrate(t, fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port), testDay)
	source, err := check.Dir(d.path("public"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := server.New(server.Config{
		Site: source.FS(), Checker: &check.Checker{Trust: d.trust, Source: source, Now: func() time.Time { return now }},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h}
	go s.Serve(l)
	t.Cleanup(func() { s.Close(); source.Close() })
	return d, open
}

// chromium starts a headless browser, or skips the test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := need(t, "chromium", "chromium-browser", "google-chrome")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	first, stopBrowser := chromedp.NewContext(allocator)
	t.Cleanup(stopBrowser)
	if err := chromedp.Do(first); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return first
}

// browser starts a headless Chromium whose clock stands at now. The function it
// returns runs actions in a fresh tab and then reads the verdict card.
func browser(t *testing.T, now time.Time) func(...chromedp.Action[chromedp.Void]) (cardText, error) {
	t.Helper()
	first := chromium(t)
	clock := fmt.Sprintf("{const real = Date, at = %d; globalThis.Date = class extends real { constructor(...a) { a.length ? super(...a) : super(at); } static now() { return at; } };}", now.UnixMilli())
	setClock := chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: clock})
		return err
	})
	return func(actions ...chromedp.Action[chromedp.Void]) (cardText, error) {
		tab, stop := chromedp.NewContext(first)
		defer stop()
		if err := chromedp.Do(tab, setClock); err != nil {
			return cardText{}, err
		}
		tab, cancel := context.WithTimeout(tab, 40*time.Second)
		defer cancel()
		actions = append(actions, chromedp.WaitVisible(`[data-verdict]`))
		if err := chromedp.Do(tab, actions...); err != nil {
			return cardText{}, err
		}
		return chromedp.Run(tab, chromedp.Evaluate[cardText](readCard))
	}
}

// card is what a verdict card says.
type cardText struct {
	Verdict string            `json:"verdict"`
	Title   string            `json:"title"`
	Fields  map[string]string `json:"fields"`
	Levels  map[string]string `json:"levels"`
	Text    string            `json:"text"`
}

const readCard = `(() => {
	const card = document.querySelector('[data-verdict]');
	const fields = {}, levels = {};
	for (const e of card.querySelectorAll('[data-field]')) fields[e.dataset.field] = e.textContent.trim();
	for (const e of card.querySelectorAll('[data-code]')) levels[e.dataset.code] = e.querySelector('.gauge-n').textContent.trim();
	return {verdict: card.dataset.verdict, title: card.querySelector('h2, h3').textContent.trim(), fields, levels, text: card.innerText};
})()`

// TestBrowserVerdicts opens the links of the demonstration as a phone would
// after scanning, and reads the verdict and every field from the page.
func TestBrowserVerdicts(t *testing.T) {
	t.Parallel()
	d, open := opened(t, testDay)

	// Every verdict but that of a code has its link.
	shown := make(map[string]bool)
	for _, link := range d.links {
		shown[link.verdict] = true
	}
	for _, v := range []check.Verdict{
		check.NotGenuine, check.UnknownIssuer, check.Revoked, check.Superseded, check.Suspended, check.Expired, check.StatusUnknown, check.Valid,
	} {
		if !shown[string(v)] {
			t.Errorf("no link shows the verdict %s", v)
		}
	}
	for _, link := range d.links {
		t.Run(link.verdict, func(t *testing.T) {
			c, err := open(chromedp.Navigate(link.text))
			if err != nil {
				t.Fatal(err)
			}
			if c.Verdict != link.verdict {
				t.Errorf("verdict %q, want %q: %s", c.Verdict, link.verdict, c.Text)
			}
			_, shown := c.Fields["number"]
			if hide := link.verdict == "not-genuine" || link.verdict == "unknown-issuer"; shown == hide {
				t.Errorf("signed fields shown: %v", shown)
			}
			if !shown {
				return
			}
			for _, field := range []string{"familyName", "givenNames", "birthDate", "birthPlace", "centre", "sessionDate", "issuedOn", "expiresOn", "number", "regime", "level", "score", "maxLevel", "professional"} {
				if c.Fields[field] == "" {
					t.Errorf("field %s is not shown", field)
				}
			}
			if len(c.Levels) != 16 {
				t.Errorf("%d levels shown", len(c.Levels))
			}
		})
	}

	record, err := d.record(d.sample.Session)
	if err != nil {
		t.Fatal(err)
	}
	sameAsRecord := func(t *testing.T, c cardText) {
		t.Helper()
		if c.Verdict != "valid" {
			t.Errorf("verdict %q: %s", c.Verdict, c.Text)
		}
		for field, want := range map[string]string{
			"familyName": record.Candidate.FamilyName, "givenNames": record.Candidate.GivenNames,
			"birthPlace": record.Candidate.BirthPlace, "centre": record.Centre, "number": d.sample.Number,
		} {
			if c.Fields[field] != want {
				t.Errorf("%s: %q, want %q", field, c.Fields[field], want)
			}
		}
		if !strings.Contains(c.Fields["score"], fmt.Sprint(record.Score)) {
			t.Errorf("score: %q, want %d", c.Fields["score"], record.Score)
		}
		for code, level := range record.Levels {
			if !strings.Contains(c.Levels[code], fmt.Sprint(level)) {
				t.Errorf("%s: %q, want %d", code, c.Levels[code], level)
			}
		}
	}
	t.Run("typed code", func(t *testing.T) {
		typed := strings.ToLower(strings.ReplaceAll(d.sample.Code, "-", " "))
		c, err := open(chromedp.Navigate(d.address+"/fr/verifier/"), chromedp.SendKeys("#text", typed), chromedp.Click("#code-form button"))
		if err != nil {
			t.Fatal(err)
		}
		sameAsRecord(t, c)
	})
	t.Run("code of nobody", func(t *testing.T) {
		code, err := signing.NewCode(testRandom(77))
		if err != nil {
			t.Fatal(err)
		}
		c, err := open(chromedp.Navigate(d.address+"/en/verify/"), chromedp.SendKeys("#text", code.String()), chromedp.Click("#code-form button"))
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict != "not-found" {
			t.Errorf("verdict %q", c.Verdict)
		}
	})
	t.Run("dropped PDF", func(t *testing.T) {
		pdf := d.path("attestations", d.sample.Number+".en.pdf")
		c, err := open(chromedp.Navigate(d.address+"/en/verify/"), chromedp.SetUploadFiles("#pdf", []string{pdf}))
		if err != nil {
			t.Fatal(err)
		}
		sameAsRecord(t, c)
		if !strings.Contains(c.Text, "Byte for byte") {
			t.Errorf("the page does not say that this is the issued file: %s", c.Text)
		}
	})
	t.Run("edited PDF", func(t *testing.T) {
		// The paper says another name; what was signed is shown beside it, and
		// the file is told to be another one.
		data, err := os.ReadFile(d.path("attestations", d.sample.Number+".en.pdf"))
		if err != nil {
			t.Fatal(err)
		}
		edited := filepath.Join(t.TempDir(), "edited.pdf")
		if err := os.WriteFile(edited, bytes.Replace(data, []byte("/Title"), []byte("/Tytle"), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := open(chromedp.Navigate(d.address+"/en/verify/"), chromedp.SetUploadFiles("#pdf", []string{edited}))
		if err != nil {
			t.Fatal(err)
		}
		sameAsRecord(t, c)
		if strings.Contains(c.Text, "Byte for byte") {
			t.Errorf("an edited file is said to be the issued one")
		}
	})
}

// TestBrowserStaleStatus: when the status list is past its date, the paper is
// still shown to be genuine, and never said to be valid.
func TestBrowserStaleStatus(t *testing.T) {
	t.Parallel()
	d, open := opened(t, testDay.Add(listLife))
	c, err := open(chromedp.Navigate(d.links[0].text))
	if err != nil {
		t.Fatal(err)
	}
	if c.Verdict != "status-unknown" || c.Fields["number"] != d.sample.Number {
		t.Errorf("verdict %q, number %q", c.Verdict, c.Fields["number"])
	}
}

// TestPaperDecodes rasterises page 1 of every third paper as a printer would at
// 150 dpi, reads the QR code with a program that is not ours, and verifies the
// text. (TestScanned of the paper's own package reads hundreds.)
func TestPaperDecodes(t *testing.T) {
	t.Parallel()
	pdftoppm, zbarimg := need(t, "pdftoppm"), need(t, "zbarimg")
	d := demonstrate(t, "https://etalon.test", testDay)
	source, err := check.Dir(d.path("public"))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	checker := &check.Checker{Trust: d.trust, Source: source, Now: func() time.Time { return testDay }}
	all, err := d.allIssued()
	if err != nil {
		t.Fatal(err)
	}
	digits := regexp.MustCompile(`https://etalon\.test/v#[0-9]+`)
	for i, f := range all {
		if i%3 != 0 {
			continue
		}
		picture := filepath.Join(t.TempDir(), "page")
		if out, err := exec.Command(pdftoppm, "-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", d.path("attestations", f.Number+".fr.pdf"), picture).CombinedOutput(); err != nil {
			t.Fatalf("pdftoppm: %v: %s", err, out)
		}
		out, err := exec.Command(zbarimg, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture+".png").Output()
		if err != nil {
			t.Errorf("%s: zbarimg: %v", f.Number, err)
			continue
		}
		text := digits.FindString(string(out))
		raw, err := base64.RawURLEncoding.DecodeString(f.Credential)
		if err != nil {
			t.Fatal(err)
		}
		if text != signing.QRText("https://etalon.test", raw) {
			t.Errorf("%s: the code reads %.60q", f.Number, text)
		}
		r := checker.QR(t.Context(), text)
		if r.Credential == nil || r.Credential.Number != f.Number {
			t.Errorf("%s: verdict %s", f.Number, r.Verdict)
		}
	}
}
