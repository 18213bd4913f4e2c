package site

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"etalon/content"
)

func sample() Verdict {
	c := &Credential{Number: "2026-0000123", Form: "full", Regime: "adaptive",
		FamilyName: "Łukaszewicz-N’Guyễn", GivenNames: "<b>Ķristīne</b> & Zoé", BirthDate: "2001-11-07", BirthPlace: "Saint-Étienne",
		Centre: "Lycée Jean-Moulin", SessionDate: "2026-10-03", IssuedOn: "2026-11-01", ExpiresOn: "2029-11-01",
		Score: 385, Level: 4, MaxLevel: 7, Professional: true, StatusList: 12, StatusIndex: 4711, Levels: map[string]int{}}
	for i, code := range []string{"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2"} {
		c.Levels[code] = i % 8
	}
	return Verdict{Verdict: "valid", CheckedAt: time.Date(2026, 11, 21, 22, 37, 0, 0, time.UTC), Trust: "pinned", Input: "pdf",
		Issuer: &Issuer{Name: "TEST issuer", URL: "https://issuer.example", Specimen: true}, Credential: c,
		Status:   &Status{Value: "valid", AsOf: time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC), ValidUntil: time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)},
		Document: &Document{Known: true, Issued: true, Form: "fr"}}
}

func verdictPage(t *testing.T, l content.Lang, v Verdict) string {
	t.Helper()
	var b bytes.Buffer
	if err := testSite(t).Verdict(&b, l, v); err != nil {
		t.Fatal(err)
	}
	tags(t, "verdict page", b.String())
	return b.String()
}

func TestVerdictShowsEverySignedField(t *testing.T) {
	t.Parallel()
	fr := []string{"Łukaszewicz-N’Guyễn", "&lt;b&gt;Ķristīne&lt;/b&gt; &amp; Zoé", "7 novembre 2001", "Saint-Étienne", "Lycée Jean-Moulin",
		"3 octobre 2026", "1er novembre 2026", "1er novembre 2029", "2026-0000123", "Test adaptatif", "Indépendant 2 (niveau 4 sur 8)",
		"385\u00a0pix", "de 1 à 7", "Certification professionnalisante", "liste 12, place 4711", "21 novembre 2026 à 22 h 37",
		"SPECIMEN", "TEST issuer", "Octet pour octet", "Attestation complète"}
	en := []string{"7 November 2001", "1 November 2029", "Independent 2 (level 4 of 8)", "385 pix", "list 12, place 4711",
		"21 November 2026 at 22:37", "SPECIMEN", "Byte for byte the issued file", "Professional certification"}
	for l, want := range map[content.Lang][]string{content.FR: fr, content.EN: en} {
		page := verdictPage(t, l, sample())
		for _, s := range want {
			if !strings.Contains(page, s) {
				t.Errorf("%s: no %q", l, s)
			}
		}
		for code, n := range sample().Credential.Levels {
			if n > 0 && !strings.Contains(page, "/competences/"+code+"/#n"+strconv.Itoa(n)) {
				t.Errorf("%s: level %d of %s is not shown", l, n, code)
			}
		}
	}
}

func TestEveryVerdictHasItsWords(t *testing.T) {
	t.Parallel()
	for _, verdict := range Verdicts {
		for _, l := range content.Langs {
			v := Verdict{Verdict: verdict, CheckedAt: time.Unix(0, 0), Reason: "A reason."}
			page := html.UnescapeString(verdictPage(t, l, v))
			m := testSite(t).messages[l].text
			for _, k := range []string{"title", "meaning", "action"} {
				if text := m["check.verdicts."+verdict+"."+k]; text == "" || !strings.Contains(page, text) {
					t.Errorf("%s %s: no %s", l, verdict, k)
				}
			}
			if !strings.Contains(page, `data-verdict="`+verdict+`"`) || !strings.Contains(page, "A reason.") {
				t.Errorf("%s %s: no verdict or no reason on the card", l, verdict)
			}
		}
	}
	if err := testSite(t).Verdict(&bytes.Buffer{}, content.FR, Verdict{Verdict: "fine"}); err == nil {
		t.Error("an unknown verdict was shown")
	}
}

func TestVerdictOfOtherKinds(t *testing.T) {
	t.Parallel()
	share := sample()
	share.Credential.Form, share.Credential.Levels = "share", nil
	share.Credential.BirthDate, share.Credential.BirthPlace = "", ""
	if page := verdictPage(t, content.EN, share); strings.Contains(page, "card-levels") || strings.Contains(page, "Date of birth") || !strings.Contains(page, "Share link") {
		t.Error("the card of a share link shows what it does not hold")
	}
	zero := sample()
	zero.Credential.Level = 0
	if page := verdictPage(t, content.FR, zero); !strings.Contains(page, "niveau Novice 1 non atteint") {
		t.Error("level 0 is not named")
	}
	profile := sample()
	profile.Credential.Regime, profile.Credential.Level, profile.Credential.Pix = "profile", 0, map[string]int{"1.2": 13}
	page := verdictPage(t, content.EN, profile)
	if !strings.Contains(page, "level 1, 13 pix") || strings.Contains(page, "not reached") {
		t.Error("the card of the profile regime lacks its pix, or names a global level")
	}
	if !strings.Contains(page, "Certified level in each competence") || !strings.Contains(page, "not certified<") || strings.Contains(page, "Estimate") {
		t.Error("the card of the profile regime calls its levels estimates, or misses what was not certified")
	}
	for document, want := range map[Document]string{{Known: true}: "is not, byte for byte", {}: "no telling"} {
		v := sample()
		v.Document = &document
		if page := verdictPage(t, content.EN, v); !strings.Contains(page, want) {
			t.Errorf("%+v: no %q", document, want)
		}
	}
	bad := sample()
	bad.Issuer.URL = "javascript:alert(1)"
	if page := verdictPage(t, content.EN, bad); strings.Contains(page, `href="javascript`) {
		t.Error("an address that is not https became a link")
	}
}

// Both languages say the same things.
func TestMessagesMirrorEachOther(t *testing.T) {
	t.Parallel()
	all, err := loadMessages()
	if err != nil {
		t.Fatal(err)
	}
	fr, en := all[content.FR], all[content.EN]
	if a, b := slices.Sorted(maps.Keys(fr.text)), slices.Sorted(maps.Keys(en.text)); !slices.Equal(a, b) {
		t.Errorf("keys differ: %d in French, %d in English", len(a), len(b))
	}
	names := func(s string) string {
		var out []string
		for rest := s; ; {
			_, after, ok := strings.Cut(rest, "{")
			if !ok {
				break
			}
			name, tail, _ := strings.Cut(after, "}")
			out, rest = append(out, name), tail
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for k, s := range fr.text {
		if s == "" || en.text[k] == "" {
			t.Errorf("%s is empty", k)
		}
		if names(s) != names(en.text[k]) {
			t.Errorf("%s: {%s} in French, {%s} in English", k, names(s), names(en.text[k]))
		}
	}
	if !json.Valid(fr.check) || !json.Valid(en.check) {
		t.Error("the scripts' section is not JSON")
	}
}
