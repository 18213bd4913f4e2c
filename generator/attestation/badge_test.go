package attestation

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"etalon/content"
)

func badgesOf(t testing.TB) Badges {
	return Badges{Referential: mustReferential(t), Issuer: "Organisme certificateur Étalon", Verify: "https://etalon.example/v", Specimen: true}
}

func badgeSet(t testing.TB, m Badges, lang content.Lang) *BadgeSet {
	t.Helper()
	s, err := m.Set(lang, 2026)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBadges holds every badge to what it must say, and to bytes and pixels
// that do not change by themselves.
func TestBadges(t *testing.T) {
	var golden strings.Builder
	for _, lang := range content.Langs {
		s := badgeSet(t, badgesOf(t), lang)
		if len(s.Kinds) != 10 { // 0 to 8, and the profile regime
			t.Errorf("%s: %d kinds of badges", lang, len(s.Kinds))
		}
		for _, k := range []BadgeKey{"adaptive-0", "adaptive-1", "adaptive-2", "adaptive-4", "adaptive-7", badgeProfile} {
			svg, data := s.SVG(k), s.PNG(k)
			if *keep != "" {
				base := filepath.Join(*keep, "badge-"+string(k)+"."+string(lang))
				for name, data := range map[string][]byte{base + ".svg": svg, base + ".png": data} {
					if err := os.WriteFile(name, data, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			title, desc := checkSVG(t, svg)
			img, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if n := img.Bounds(); n != image.Rect(0, 0, badgePixels, badgePixels) || len(data) > 60_000 {
				t.Errorf("%s %s: PNG of %v, %d bytes", lang, k, n, len(data))
			}
			if _, _, _, a := img.At(2, 2).RGBA(); a != 0 {
				t.Errorf("%s %s: the corner is not transparent", lang, k)
			}
			pixels := sha256.New()
			for y := range badgePixels {
				for x := range badgePixels {
					r, g, b, a := img.At(x, y).RGBA()
					pixels.Write([]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8), byte(a >> 8)})
				}
			}
			fmt.Fprintf(&golden, "%s %s\n  %s\n  %s\n  svg %x\n  pixels %x\n", lang, k, title, desc, sha256.Sum256(svg), pixels.Sum(nil))
		}
	}
	path := filepath.Join("testdata", "badges.golden")
	if *update {
		if err := os.WriteFile(path, []byte(golden.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if golden.String() != string(want) {
		t.Errorf("the badges differ from %s; look at them (-keep DIR), then run with -update:\n%s", path, firstDifference(golden.String(), string(want)))
	}
}

// TestBadgePicture: the picture that the project shows is the one drawn.
func TestBadgePicture(t *testing.T) {
	shown, err := os.ReadFile("pictures/badge.svg")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(shown, badgeSet(t, badgesOf(t), content.FR).SVG("adaptive-2")) {
		t.Error("pictures/badge.svg is not the badge adaptive-2 in French: draw it again with -keep DIR")
	}
}

// checkSVG reads a badge as XML: title and description first, shapes alone,
// nothing from elsewhere.
func checkSVG(t *testing.T, svg []byte) (title, desc string) {
	t.Helper()
	if len(svg) > 44_000 {
		t.Errorf("SVG of %d bytes", len(svg))
	}
	names := ""
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch names += e.Name.Local + " "; e.Name.Local {
		case "svg", "path":
		case "use":
			if !strings.HasPrefix(e.Attr[0].Value, "#turn") {
				t.Errorf("SVG uses %q", e.Attr[0].Value)
			}
		case "title", "desc":
			to := &title
			if e.Name.Local == "desc" {
				to = &desc
			}
			if err := d.DecodeElement(to, &e); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("SVG holds a %s", e.Name.Local)
		}
	}
	if !strings.HasPrefix(names, "svg title desc path") || title == "" || desc == "" {
		t.Errorf("SVG without title and description first: %.60s", names)
	}
	if !bytes.Contains(svg, []byte(` role="img" lang="`)) {
		t.Error("SVG without role or language")
	}
	return title, desc
}

// TestBadgesTogether draws sets at the same time: the same bytes.
func TestBadgesTogether(t *testing.T) {
	want := badgeSet(t, badgesOf(t), content.EN)
	wantPNG := want.PNG("adaptive-4")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			s, err := badgesOf(t).Set(content.EN, 2026)
			if err != nil || !bytes.Equal(s.SVG("adaptive-4"), want.SVG("adaptive-4")) || !bytes.Equal(s.PNG("adaptive-4"), wantPNG) || !bytes.Equal(want.PNG("adaptive-4"), wantPNG) {
				t.Errorf("two runs differ (%v)", err)
			}
		})
	}
	wait.Wait()
}

// TestBadgesDiffer tells levels, years and languages apart, and nobody.
func TestBadgesDiffer(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, lang := range content.Langs {
		for _, year := range []int{2025, 2026} {
			s, err := badgesOf(t).Set(lang, year)
			if err != nil {
				t.Fatal(err)
			}
			data, err := s.JSON()
			if err != nil {
				t.Fatal(err)
			}
			var again BadgeSet
			if err := json.Unmarshal(data, &again); err != nil || len(data) > 120_000 {
				t.Errorf("set of %d bytes: %v", len(data), err)
			}
			for k := range s.Kinds {
				name := fmt.Sprintf("%s %d %s", lang, year, k)
				if !bytes.Equal(again.SVG(k), s.SVG(k)) {
					t.Errorf("%s: another badge from the set as JSON", name)
				}
				sum := sha256.Sum256(s.SVG(k))
				if seen[sum] != "" {
					t.Errorf("%s is drawn like %s", name, seen[sum])
				}
				seen[sum] = name
			}
		}
	}
}

func TestBadgesFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Badges)
		want   string // in the error; empty for none
	}{
		"long issuer": {func(m *Badges) {
			m.Issuer = "Groupement d’intérêt public pour la certification des compétences numériques"
		}, ""},
		"long host":    {func(m *Badges) { m.Verify = "https://attestations.competences-numeriques.gouv.example/v" }, ""},
		"no specimen":  {func(m *Badges) { m.Specimen = false }, ""},
		"markup":       {func(m *Badges) { m.Issuer = "A <b>&\" B" }, ""},
		"endless host": {func(m *Badges) { m.Verify = "https://" + strings.Repeat("w", 90) + ".example/v" }, "verification address"},
		"endless name": {func(m *Badges) { m.Issuer = strings.Repeat("Institut ", 30) }, "issuer"},
		"no glyph":     {func(m *Badges) { m.Issuer = "Школа" }, "U+0428"},
		"nothing":      {func(m *Badges) { m.Referential = nil }, "referential"},
	} {
		m := badgesOf(t)
		c.change(&m)
		s, err := m.Set(content.FR, 2026)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want == "":
			checkSVG(t, s.SVG("adaptive-3"))
		case err == nil || !strings.Contains(err.Error(), c.want) || s != nil:
			t.Errorf("%s: error %v does not say %q", name, err, c.want)
		}
	}
}

func BenchmarkBadges(b *testing.B) {
	m := badgesOf(b)
	b.Run("set", func(b *testing.B) {
		for b.Loop() {
			badgeSet(b, m, content.FR)
		}
	})
	s := badgeSet(b, m, content.FR)
	b.Run("png", func(b *testing.B) {
		for b.Loop() {
			s.PNG("adaptive-2")
		}
	})
}
