package attestation

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// checkBoxes fails for a line that leaves its frame or the text area, or whose
// ink touches another's.
func checkBoxes(t testing.TB, name string, boxes []box) {
	t.Helper()
	const slack = 0.45 // mm: overhang of italics and of large accents
	inside := func(in, out rect, by float64) bool {
		return in.x >= out.x-by && in.y >= out.y-by && in.right() <= out.right()+by && in.bottom() <= out.bottom()+by
	}
	area := rect{marginX, 17, areaW, 269}
	if strings.HasPrefix(name, string(Diploma)) {
		area = rect{wideMargin, 17, wideArea, wideH - 30}
	}
	for i, a := range boxes {
		if !inside(a.ink, a.frame, slack) {
			t.Errorf("%s: page %d, %s: %q leaves its frame: %.2f not in %.2f", name, a.page, a.field, a.text, a.ink, a.frame)
		}
		if a.field != "QR code" && !inside(a.frame, area, 0.01) {
			t.Errorf("%s: page %d, %s: frame %.2f leaves the text area", name, a.page, a.field, a.frame)
		}
		for _, b := range boxes[:i] {
			if a.page == b.page && a.ink.x < b.ink.right() && b.ink.x < a.ink.right() && a.ink.y < b.ink.bottom() && b.ink.y < a.ink.bottom() {
				t.Errorf("%s: page %d: %s %q %.2f and %s %q %.2f overlap", name, a.page, a.field, a.text, a.ink, b.field, b.text, b.ink)
			}
		}
	}
}

func TestNothingClippedNothingOverlaps(t *testing.T) {
	for name, d := range samples(t) {
		_, boxes := render1(t, name, d)
		if len(boxes) < 150 && d.Form != Diploma {
			t.Errorf("%s: only %d lines of text", name, len(boxes))
		}
		checkBoxes(t, name, boxes)
	}
}

// TestAir measures the white between lines of different texts, one above the
// other: not only do they not touch.
func TestAir(t *testing.T) {
	for name, d := range samples(t) {
		_, boxes := render1(t, name, d)
		for _, a := range boxes {
			for _, b := range boxes {
				white := b.ink.y - a.ink.bottom()
				if a.page != b.page || a.field == b.field || white < 0 || a.ink.x >= b.ink.right() || b.ink.x >= a.ink.right() {
					continue
				}
				least := 0.5
				switch {
				case b.field == a.field+" in English":
					least = 0.15
				case strings.HasPrefix(a.field, "competence"): // rows of the chart
					least = 0.15
				case a.page > 1:
					least = 0.3
				}
				if white < least {
					t.Errorf("%s: page %d: %.2f mm between %s %q and %s %q, less than %.2f", name, a.page, white, a.field, a.text, b.field, b.text, least)
				}
			}
		}
	}
}

// TestAnyName draws random names over Latin-1, Latin Extended-A and Vietnamese,
// up to the bounds of the credential.
func TestAnyName(t *testing.T) {
	rnd := newRandom(1)
	words := rnd.words
	rounds := 40
	if testing.Short() {
		rounds = 20
	}
	for i := range rounds {
		c := sample(func(c *signing.Credential) {
			c.FamilyName = "Ệ" + words(1+rnd.IntN(110))
			left := 228 - len(c.FamilyName)
			c.GivenNames = words(min(128, rnd.IntN(left/2)))
			left -= len(c.GivenNames)
			c.BirthPlace = "Ģ" + words(min(90, rnd.IntN(max(left/2, 1))))
			left -= len(c.BirthPlace)
			c.Centre = "Ṭ" + words(min(120, max(left-8, 1)))
			for k := range c.Levels {
				c.Levels[k] = rnd.IntN(8)
			}
		})
		name := fmt.Sprintf("random-%03d", i)
		d := document(t, content.Langs[i%2], c)
		d.Form = Forms[i%len(Forms)]
		if d.Form == Diploma {
			name = string(Diploma) + ", " + name
		}
		p, err := lay(d, true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkBoxes(t, name, p.boxes)
		if got := printed(p.boxes, "name"); got != c.GivenNames+" "+c.FamilyName && c.GivenNames != "" && got != c.GivenNames+c.FamilyName {
			t.Errorf("%s: printed name %q, signed %q and %q", name, got, c.GivenNames, c.FamilyName)
		}
	}
}

// printed joins the lines of a field as a reader would.
func printed(boxes []box, field string) string {
	var b strings.Builder
	for _, x := range boxes {
		if x.field != field {
			continue
		}
		if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
			b.WriteByte(' ')
		}
		b.WriteString(x.text)
	}
	return b.String()
}

// TestEveryLevel draws frameworks that end at each of the 8 levels, in every form.
func TestEveryLevel(t *testing.T) {
	base := *mustReferential(t)
	for ceiling := 1; ceiling <= 8; ceiling++ {
		r := base
		f := *r.Framework("adaptive-2022")
		f.MaxLevel = ceiling
		r.Frameworks = []content.Framework{f}
		for _, level := range []int{0, 1, ceiling} {
			d := document(t, content.Langs[level%2], sample(func(c *signing.Credential) {
				c.MaxLevel, c.Level = ceiling, level
				c.Score = 40
				if level > 0 {
					c.Score = f.Scores[level-1]
				}
				for i := range c.Levels {
					c.Levels[i] = level
				}
			}))
			d.Referential = &r
			for _, form := range Forms {
				d.Form = form
				checkLaid(t, fmt.Sprintf("%s, level-%d-of-%d", form, level, ceiling), d)
			}
		}
	}
}

// TestGolden compares every line of text, page by page, with testdata.
func TestGolden(t *testing.T) {
	all := samples(t)
	for _, name := range []string{"fr", "en", "level0", "profile"} {
		_, boxes := render1(t, name, all[name])
		var b strings.Builder
		for _, x := range boxes {
			fmt.Fprintf(&b, "%d %s: %s\n", x.page, x.field, x.text)
		}
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s differs from %s; look at the pages (-keep DIR), then run with -update:\n%s", name, path, firstDifference(b.String(), string(want)))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d:\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Document)
		want   []string
	}{
		"invalid UTF-8": {func(d *Document) { d.Credential.FamilyName = "Del\xffarue" }, []string{"family name", "UTF-8"}},
		"missing glyph": {func(d *Document) { d.Credential.GivenNames = "Ольга" }, []string{"name", "'О'", "U+041E"}},
		"missing glyph in centre": {func(d *Document) { d.Credential.Centre = "Centre ☃" },
			[]string{"centre", "U+2603"}},
		"decomposed":      {func(d *Document) { d.Credential.GivenNames = "Zoe\u0308" }, []string{"name", "U+0308"}},
		"beyond the BMP":  {func(d *Document) { d.Credential.BirthPlace = "𝔓aris" }, []string{"birth", "U+1D513"}},
		"endless name":    {func(d *Document) { d.Credential.FamilyName = strings.Repeat("W", 128) }, []string{"name", "shorten"}},
		"endless issuer":  {func(d *Document) { d.Issuer = strings.Repeat("Institut ", 60) }, []string{"issuer", "shorten"}},
		"endless role":    {func(d *Document) { d.Signatory.Role.FR = strings.Repeat("directrice ", 30) }, []string{"signatory role", "shorten"}},
		"endless address": {func(d *Document) { d.Verify = "https://" + strings.Repeat("x", 200) + ".example" }, []string{"verification address", "shorten"}},
		"no code":         {func(d *Document) { d.Code = "" }, []string{"access code", "missing"}},
		"QR too large":    {func(d *Document) { d.QR = "https://etalon.example/v#" + strings.Repeat("7", 960) }, []string{"QR text", "shorten"}},
		"QR far too large": {func(d *Document) { d.QR = strings.Repeat("7x", 2000) },
			[]string{"QR text", "shorten"}},
		"form":         {func(d *Document) { d.Form = "de" }, []string{"form", "de"}},
		"share form":   {func(d *Document) { d.Credential = d.Credential.Share() }, []string{"share"}},
		"no framework": {func(d *Document) { d.Credential.MaxLevel = 8 }, []string{"framework", "8"}},
		"level":        {func(d *Document) { d.Credential.Levels[3] = 9 }, []string{"level 9"}},
		"nothing":      {func(d *Document) { *d = Document{} }, []string{"credential"}},
	} {
		d := document(t, content.FR, sample(nil))
		c.change(&d)
		data, err := Render(d)
		if err == nil || data != nil {
			t.Errorf("%s: drawn all the same", name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %q does not say %q", name, err, w)
			}
		}
	}
}

// TestNoPanic puts arbitrary bytes in every text.
func TestNoPanic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	junk := func() string {
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			b[i] = byte(rnd.IntN(256))
		}
		if rnd.IntN(2) == 0 {
			return strings.ToValidUTF8(string(b), "—")
		}
		return string(b)
	}
	for range 40 {
		d := document(t, content.EN, sample(nil))
		c := d.Credential
		fields := []*string{&c.FamilyName, &c.GivenNames, &c.BirthPlace, &c.Centre, &d.Issuer, &d.Signatory.Name, &d.Signatory.Role.EN, &d.Verify, &d.Reference.EN, &d.QR, &d.Code}
		*fields[rnd.IntN(len(fields))] = junk()
		_, _ = Render(d)
	}
}

func TestFontsCoverLatin(t *testing.T) {
	f := faces()
	for _, face := range []*pdf.Font{f.serif, f.italic, f.sans, f.bold} {
		for _, r := range [][2]rune{{0x20, 0x7e}, {0xa0, 0xac}, {0xae, 0x17f}, {0x1a0, 0x1a1}, {0x1af, 0x1b0}, {0x218, 0x21b}, {0x1ea0, 0x1ef9}} {
			for c := r[0]; c <= r[1]; c++ {
				if _, bad := face.Missing(string(c)); bad {
					t.Errorf("%s has no %c (%U)", face.Name(), c, c)
				}
			}
		}
	}
	for _, c := range "-0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		if _, bad := f.mono.Missing(string(c)); bad {
			t.Errorf("mono has no %c", c)
		}
	}
}

func TestFit(t *testing.T) {
	s := style{face: faces().serif, size: 30, least: 20, lines: 2}
	one, ok := s.fit("Élise Martin", 100, 40)
	if !ok || len(one.lines) != 1 || one.size != 30 {
		t.Errorf("a short name: %v %v", one.lines, one.size)
	}
	smaller, ok := s.fit("Élisabeth Montagnac", 85, 40)
	if !ok || len(smaller.lines) != 1 || smaller.size >= 30 {
		t.Errorf("a longer one is not made smaller first: %v %v", smaller.lines, smaller.size)
	}
	two, ok := s.fit("Élisabeth Montagnac-Beauregard", 85, 40)
	if !ok || len(two.lines) != 2 {
		t.Errorf("a long one does not take two lines: %v", two.lines)
	}
	if _, ok := s.fit(strings.Repeat("m", 60), 85, 40); ok {
		t.Error("what cannot fit is said to")
	}
	for _, line := range two.lines {
		if w := two.width(line); w > 85 || utf8.RuneCountInString(line) == 0 {
			t.Errorf("line %q is %.1f mm wide", line, w)
		}
	}
}
