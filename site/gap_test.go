package site

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"etalon/content"
)

func TestSampleProfilesAreWhole(t *testing.T) {
	t.Parallel()
	all, err := loadProfiles()
	must(t, err)
	ids := map[string]bool{}
	for _, p := range all {
		if ids[p.ID] || p.Name(content.FR) == p.Name(content.EN) {
			t.Errorf("profile %q stands twice or has one name", p.ID)
		}
		ids[p.ID] = true
	}
	if len(all) < 5 {
		t.Errorf("%d profiles", len(all))
	}
}

// TestGapReadsAttestations gives the tool signed data: levels are taken from
// what is genuine, nothing from what is not, and nothing of it is sent.
func TestGapReadsAttestations(t *testing.T) {
	t.Parallel()
	var v struct {
		Now         string
		Trust       struct{ Roots []string }
		Manifest    struct{ Signed string }
		StatusLists []struct {
			Number int
			Final  bool
			Signed string
		}
		Code  struct{ Locator, Text string }
		Entry struct{ Sealed string }

		Credentials []struct {
			Digits, QRText string
			Fields         struct {
				Number, Form string
				Levels       map[string]int
			}
		}
	}
	data, err := os.ReadFile("../testdata/signing/vectors.json")
	must(t, err)
	must(t, json.Unmarshal(data, &v))
	// The vectors call both attestations replaced or suspended. Once their list
	// is out of date the status is unknown, and levels are taken over.
	now, err := time.Parse(time.RFC3339, v.Now)
	must(t, err)
	later := now.AddDate(0, 0, 24)
	sealed, err := hex.DecodeString(v.Entry.Sealed)
	must(t, err)
	files := map[string][]byte{"keys.json": []byte(v.Manifest.Signed), "registry/" + v.Code.Locator[:2] + "/" + v.Code.Locator: sealed}
	for _, l := range v.StatusLists {
		if !l.Final {
			files[fmt.Sprintf("status/%d.json", l.Number)] = []byte(l.Signed)
		}
	}
	origin, asked := serveWith(t, v.Trust.Roots, files)
	tab := openTab(t, time.Minute, "fr")
	_, err = chromedp.Call(tab, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf("Date.now = () => %d;", later.UnixMilli())})
	must(t, err)
	must(t, chromedp.Do(tab, chromedp.Navigate(origin+"/fr/ecart/#e=4444444444444444")))
	read := func(text string) (status, given, address string) {
		t.Helper()
		got := ask[[]string](t, tab, fmt.Sprintf(`(async () => {
			document.getElementById('clear').click();
			document.getElementById('link').value = %q;
			document.getElementById('attestation').requestSubmit();
			const status = document.getElementById('link-status');
			while (/^(Lecture…)?$/.test(status.textContent)) await new Promise((r) => setTimeout(r, 20));
			return [status.textContent, Array.from(document.querySelectorAll('[data-profile=given]'), (f) => f.value || '-').join(''), location.hash];
		})()`, text))
		return got[0], got[1], got[2]
	}
	// The record that the vectors seal says other things than the credential:
	// the code opens it, and is refused.
	full, share := v.Credentials[0], v.Credentials[2]
	want := ""
	for _, c := range testSite(t).r.Competences() {
		want += fmt.Sprint(full.Fields.Levels[c.Code])
	}
	none := strings.Repeat("-", 16)
	for _, text := range []string{full.QRText, full.Digits} {
		status, given, address := read(text)
		if given != want || address != "#g="+want || !strings.Contains(status, full.Fields.Number) {
			t.Errorf("%.30s: %q, %s at %s, want %s", text, status, given, address, want)
		}
	}
	altered := full.Digits[:len(full.Digits)-9] + "1" + full.Digits[len(full.Digits)-8:]
	for text, what := range map[string]string{share.QRText: "lien de partage", altered: "Rien n’en est repris", v.Code.Text: "Rien n’en est repris", "hello": "Ni un lien"} {
		if status, given, _ := read(text); given != none || !strings.Contains(status, what) {
			t.Errorf("%.30s: %q, %s", text, status, given)
		}
	}
	// A group of a line and a link, against an expected profile.
	got := ask[[]string](t, tab, fmt.Sprintf(`(async () => {
		document.getElementById('sample').value = 'office';
		document.getElementById('use').click();
		document.getElementById('people').value = %q;
		document.getElementById('group-form').requestSubmit();
		while (!document.querySelector('.gap-map')) await new Promise((r) => setTimeout(r, 20));
		const text = (s) => Array.from(document.querySelectorAll(s), (e) => e.textContent);
		return [location.hash, text('.gap-map tbody th').join('|'), text('#group-errors li').join('|'), text('.gap-map tfoot tr:nth-child(2) td')[0], String(text('.gap-map td.below').length > 0)];
	})()`, "Ada;9;4;4;4;4;4;4;4;4;4;4;4;4;4;4;4\nBlaise;4;4;4;4;4;4;4;4;4;4;4;4;4;4;4;4\n"+full.QRText))
	if !strings.HasPrefix(got[0], "#e=4444444532444443") || !strings.HasPrefix(got[1], "Blaise|") || !strings.Contains(got[2], "Ligne") || got[3] != "1/2" || got[4] != "true" {
		t.Errorf("map of the group: %q", got)
	}
	ask[any](t, tab, fmt.Sprintf(`Date.now = () => %d; null`, now.UnixMilli()))
	if status, given, _ := read(full.QRText); given != none || !strings.Contains(status, "Remplacée") {
		t.Errorf("replaced: %q, %s", status, given)
	}
	for _, uri := range asked() {
		if strings.Contains(uri, full.Digits[:20]) || strings.Contains(uri, "91CGB") || strings.Contains(uri, "44444444") || strings.Contains(uri, "Blaise") {
			t.Errorf("the page sent %s", uri)
		}
	}
}
