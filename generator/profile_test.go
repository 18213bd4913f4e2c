package main

import (
	"encoding/base64"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

// profileSession is the session of the profile regime that obtains.
const profileSession = "valbrume-2026-09-14-07"

// TestProfileIssued follows a result of the profile regime from the record to
// the credential and onto paper: pix and level by competence, their total, no
// global level.
func TestProfileIssued(t *testing.T) {
	t.Parallel()
	d := demonstrate(t, "https://etalon.test", testDay)
	r, err := d.record(profileSession)
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.allIssued()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(f *issuedFile) bool { return f.Session == profileSession })
	if at < 0 {
		t.Fatal("no attestation was issued")
	}
	f := all[at]
	if !slices.ContainsFunc(d.links, func(l demoLink) bool { return l.verdict == "valid" && strings.Contains(l.about, f.Number) }) {
		t.Errorf("the demonstration gives no link to %s", f.Number)
	}
	raw, err := base64.RawURLEncoding.DecodeString(f.Credential)
	if err != nil {
		t.Fatal(err)
	}
	c, err := signing.OpenCredential(raw, d.manifest)
	if err != nil {
		t.Fatal(err)
	}
	if c.Regime != signing.Profile || c.Level != 0 || c.Score != r.Score || c.Score == 0 || c.MaxLevel != 6 || !c.Professional {
		t.Errorf("the credential is of regime %v, level %d, score %d of %d, professional %v", c.Regime, c.Level, c.Score, r.Score, c.Professional)
	}
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	for i, competence := range referential.Competences() {
		if code := competence.Code; c.Pix[i] != r.Pix[code] || c.Levels[i] != r.Levels[code] {
			t.Errorf("%s: %d pix, level %d; the record says %d, %d", code, c.Pix[i], c.Levels[i], r.Pix[code], r.Levels[code])
		}
	}

	pdftotext := need(t, "pdftotext")
	path := d.path("attestations", f.Number+".en.pdf")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(pdftotext, "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"178 pix", "23 pix, level 2", "30 pix, level 3", "14 pix, level 1"} {
		if !strings.Contains(strings.ReplaceAll(string(text), "\u00a0", " "), want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
}
