package site

import (
	"bytes"
	"strings"
	"testing"

	"etalon/content"
)

// TestSkeletons: the page put together from pieces is the page that the
// template makes, for each shape of a verdict, the first time and the next.
func TestSkeletons(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	count := 0
	for _, l := range content.Langs {
		for _, name := range Verdicts {
			for _, change := range []func(*Verdict){
				func(*Verdict) {},
				func(v *Verdict) { v.Document = nil; v.Input = "qr"; v.Trust = "site" },
				func(v *Verdict) { v.Document = &Document{}; v.Issuer.Specimen = false },
				func(v *Verdict) { v.Document = &Document{Known: true} },
				func(v *Verdict) {
					v.Credential, v.Issuer, v.Status, v.Document = nil, nil, nil, nil
					v.Reason = "Because <this>."
				},
				func(v *Verdict) { v.Credential.Form = "share"; v.Credential.Levels = nil; v.Credential.BirthDate = "" },
				func(v *Verdict) { v.Credential.Regime, v.Credential.Pix = "profile", map[string]int{"1.1": 9} },
				func(v *Verdict) { v.Credential.GivenNames, v.Credential.BirthPlace = "", "Q0valueaa0Q" },
				func(v *Verdict) { v.Credential.FamilyName = `"D'Arc" + <i> & Q0x0Q`; v.Credential.Score = 7 },
				func(v *Verdict) { v.Share = "https://verify.example/v#123" },
				func(v *Verdict) { v.Downloads, v.Code = []string{"fr", "en"}, `P-"<1>` },
			} {
				v := sample()
				v.Verdict = name
				change(&v)
				for range 2 {
					var got bytes.Buffer
					if err := s.Verdict(&got, l, v); err != nil {
						t.Fatal(err)
					}
					if want := whole(t, s, l, v); plus(got.String()) != plus(want) {
						t.Fatalf("%s %s: not what the template makes:\n%s", l, name, firstDifference(plus(got.String()), plus(want)))
					}
				}
				count++
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d shapes", count)
	}
}

// plus: the template engine also writes + as a reference.
func plus(s string) string { return strings.ReplaceAll(s, "&#43;", "+") }

// whole is the page as the template alone makes it.
func whole(t *testing.T, s *Site, l content.Lang, v Verdict) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.templates["verdict"].ExecuteTemplate(&b, "layout", s.verdictView(l, v)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func firstDifference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return a[max(0, at-80):min(len(a), at+80)] + "\n---\n" + b[max(0, at-80):min(len(b), at+80)]
}

// BenchmarkVerdict writes the page of a verdict.
func BenchmarkVerdict(b *testing.B) {
	r, err := content.Default()
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(r, Config{Address: "https://etalon.example"})
	if err != nil {
		b.Fatal(err)
	}
	v := sample()
	var page bytes.Buffer
	for b.Loop() {
		page.Reset()
		if err := s.Verdict(&page, content.FR, v); err != nil {
			b.Fatal(err)
		}
	}
}
