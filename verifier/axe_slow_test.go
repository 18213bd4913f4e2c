//go:build slow

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/signing"
	"etalon/site/webtest"
	"etalon/verifier/internal/testsite"
)

// TestVerdictsAreAccessible runs axe-core over each verdict, as the page makes
// it and as the server does, in both languages, and over the forms with and
// without an error.
func TestVerdictsAreAccessible(t *testing.T) {
	axe := webtest.LoadAxe(t)
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
		faults, err := axe.Faults(ctx)
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
