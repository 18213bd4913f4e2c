package site

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"etalon/content"
)

// shared is a result that a code opened.
func shared() Verdict {
	v := sample()
	v.Input, v.Document = "code", nil
	v.Share, v.Downloads, v.Code = "https://verify.example/v#12345678901234567890", []string{"fr", "bi", "diploma"}, "P-M5Y4B-8BW8P-GQRHD-1FH2T-V"
	return v
}

func TestSharing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lang   content.Lang
		change func(*Credential)
		line   string
		want   map[string]string // of LinkedIn's form
		badge  string
	}{
		"level": {content.FR, nil,
			"Certification des compétences numériques, Indépendant 2 (385\u00a0pix), TEST issuer, délivrée le 1er novembre 2026, valable jusqu’au 1er novembre 2029 inclus, n°\u00a02026-0000123",
			map[string]string{"name": "Certification des compétences numériques, Indépendant 2"}, "/badges/2026/adaptive-4.fr."},
		"in English": {content.EN, func(c *Credential) { c.Level, c.Score = 1, 64 },
			"Certification of digital competences, Novice 1 (64 pix), TEST issuer, issued on 1 November 2026, valid until 1 November 2029 inclusive, no.\u00a02026-0000123",
			map[string]string{"name": "Certification of digital competences, Novice 1"}, "/badges/2026/adaptive-1.en."},
		"no level": {content.EN, func(c *Credential) { c.Level, c.Score = 0, 41 },
			"Certification of digital competences, 41 pix, TEST issuer, issued on 1 November 2026, valid until 1 November 2029 inclusive, no.\u00a02026-0000123",
			map[string]string{"name": "Certification of digital competences, 41 pix"}, "/badges/2026/adaptive-0.en."},
		"profile regime": {content.FR, func(c *Credential) {
			c.Regime, c.Level, c.Score, c.IssuedOn, c.ExpiresOn = "profile", 0, 306, "2024-02-09", "2027-02-09"
		},
			"Certification des compétences numériques, 306\u00a0pix, TEST issuer, délivrée le 9 février 2024, valable jusqu’au 9 février 2027 inclus, n°\u00a02026-0000123",
			map[string]string{"name": "Certification des compétences numériques, 306\u00a0pix", "issueYear": "2024", "issueMonth": "2", "expirationYear": "2027", "expirationMonth": "2"}, "/badges/2024/profile.fr."},
	} {
		v := shared()
		if c.change != nil {
			c.change(v.Credential)
		}
		page := html.UnescapeString(verdictPage(t, c.lang, v))
		if !strings.Contains(page, `<p class="cv-line">`+c.line+`, <a href="`+v.Share+`"`) {
			t.Errorf("%s: the page has no line %q", name, c.line)
		}
		for _, ext := range []string{"svg", "png"} {
			if !strings.Contains(page, `href="`+c.badge+ext+`"`) {
				t.Errorf("%s: the page leads to no %s%s", name, c.badge, ext)
			}
		}
		want := map[string]string{"startTask": "CERTIFICATION_NAME", "organizationName": "TEST issuer", "issueYear": "2026", "issueMonth": "11",
			"expirationYear": "2029", "expirationMonth": "11", "certUrl": v.Share, "certId": "2026-0000123"}
		for k, value := range c.want {
			want[k] = value
		}
		link := regexp.MustCompile(`https://www\.linkedin\.com[^"]*`).FindString(page)
		u, err := url.Parse(link)
		if err != nil || u.Host != "www.linkedin.com" || u.Path != "/profile/add" || u.Fragment != "" {
			t.Fatalf("%s: link %q: %v", name, link, err)
		}
		query := u.Query()
		for k, value := range want {
			if got := query[k]; len(got) != 1 || got[0] != value {
				t.Errorf("%s: %s is %q, want %q", name, k, got, value)
			}
			delete(query, k)
		}
		if len(query) > 0 {
			t.Errorf("%s: the link tells more: %v", name, query)
		}
	}
}

// TestSharedAddressesNameNobody: no address on the page has the code, birth
// data or, but for the sealed share link, the name.
func TestSharedAddressesNameNobody(t *testing.T) {
	t.Parallel()
	v := shared()
	v.Credential.GivenNames = "Kristine"
	for _, l := range content.Langs {
		page := verdictPage(t, l, v)
		addresses := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1)
		if len(addresses) < 20 {
			t.Fatalf("%s: %d addresses", l, len(addresses))
		}
		for _, m := range addresses {
			a, err := url.QueryUnescape(html.UnescapeString(m[1]))
			if err != nil {
				t.Errorf("%s: %v", l, err)
			}
			for _, secret := range []string{v.Code, v.Code[2:7], v.Credential.BirthDate, "2001", "novembre 2001", v.Credential.BirthPlace, v.Credential.Centre, v.Credential.FamilyName, "Kristine"} {
				if strings.Contains(a, secret) {
					t.Errorf("%s: %q has %q", l, a, secret)
				}
			}
		}
	}
}

// TestSharingIsForTheValid: of another result there is its link alone, and of
// what no code opened nothing.
func TestSharingIsForTheValid(t *testing.T) {
	t.Parallel()
	for _, verdict := range Verdicts {
		v := shared()
		v.Verdict = verdict
		page := verdictPage(t, content.FR, v)
		if got := strings.Contains(page, "linkedin.com/profile") && strings.Contains(page, "cv-line") && strings.Contains(page, "/badges/"); got != (verdict == "valid") {
			t.Errorf("%s: offered to share: %v", verdict, got)
		}
	}
	if page := verdictPage(t, content.FR, sample()); strings.Contains(page, "linkedin") {
		t.Error("a result without a share link is offered to share")
	}
	v := shared()
	v.Issuer = nil
	if page := verdictPage(t, content.FR, v); strings.Contains(page, "linkedin") {
		t.Error("a result of nobody is offered to share")
	}
}

func TestDownloadLabels(t *testing.T) {
	t.Parallel()
	for l, want := range map[content.Lang][]string{
		content.FR: {">PDF en français<", ">PDF en français et anglais<", ">Diplôme en PDF<"},
		content.EN: {">PDF in French<", ">PDF in French and English<", ">Diploma as PDF<"},
	} {
		page := verdictPage(t, l, shared())
		for _, s := range want {
			if !strings.Contains(page, s) {
				t.Errorf("%s: no %s", l, s)
			}
		}
	}
}
