package site

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"etalon/content"
)

// luminance is the relative luminance of WCAG 2.2 of a colour #rrggbb.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Texts reach 4.5 to 1 and edges of fields 3 to 1, in light and in dark.
func TestColoursContrast(t *testing.T) {
	t.Parallel()
	css, err := assetFiles.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllSubmatch(css, -1)
	if len(schemes) != 2 {
		t.Fatalf("%d sets of colours, want light and dark", len(schemes))
	}
	for i, scheme := range schemes {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([\w-]+): (#[0-9a-f]{6});`).FindAllSubmatch(scheme[1], -1) {
			colours[string(m[1])] = string(m[2])
		}
		check := func(front, back string, least float64) {
			if colours[front] == "" || colours[back] == "" {
				t.Fatalf("scheme %d: no colour %q or %q", i, front, back)
			}
			a, b := luminance(t, colours[front]), luminance(t, colours[back])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < least {
				t.Errorf("scheme %d: %s on %s: %.2f to 1, want %.1f", i, front, back, ratio, least)
			}
		}
		for _, back := range []string{"paper", "surface", "wash"} {
			for _, front := range []string{"ink", "soft", "accent", "brass"} {
				check(front, back, 4.5)
			}
		}
		for _, tone := range []string{"good", "warn", "bad", "calm"} {
			check(tone, tone+"-wash", 4.5)
			check("ink", tone+"-wash", 4.5)
			check(tone, "surface", 4.5)
		}
		check("accent-ink", "accent", 4.5)
		check("edge", "paper", 3)
		check("brass", "paper", 3) // the ring of focus
		check("b3", "surface", 3)  // the levels reached on a card
	}
}

// The vendored library is the published release, byte for byte: noble-ed25519
// 3.2.0, its index.js.
func TestVendoredScriptIsTheRelease(t *testing.T) {
	t.Parallel()
	data, err := assetFiles.ReadFile("assets/noble-ed25519.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != "a4f631d1876b5d9e43a86cd71194ca27b5e1451edf4ba4db9a418f40a475569a" {
		t.Errorf("noble-ed25519.js has SHA-256 %s", got)
	}
}

// The browser's card and the server's have the same lines in the same order.
func TestBothCardsHaveTheSameLines(t *testing.T) {
	t.Parallel()
	script, err := assetFiles.ReadFile("assets/card.js")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range regexp.MustCompile(`\['([a-zA-Z]+)',`).FindAllSubmatch(script, -1) {
		want = append(want, string(m[1]))
	}
	s, v := testSite(t), sample()
	view := &view{page: &page{Lang: content.FR, card: &v}, s: s, m: s.messages[content.FR], R: s.r}
	rows, err := view.Rows()
	if err != nil {
		t.Fatal(err)
	}
	proof, err := view.Proof()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range append(rows, proof...) {
		got = append(got, r.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("server: %v\nbrowser: %v", got, want)
	}
}
