package attestation

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"etalon/content"
	"etalon/signing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var keep = flag.String("keep", "", "folder in which to leave the PDFs the tests draw, to look at them")

// referential is the project's own, loaded once.
var referential = sync.OnceValues(func() (*content.Referential, error) { return content.Load(content.FS) })

func mustReferential(t testing.TB) *content.Referential {
	t.Helper()
	r, err := referential()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sample is a credential like that of the source documents' specimen, with
// changes.
func sample(change func(*signing.Credential)) *signing.Credential {
	day := func(s string) signing.Date {
		d, err := signing.ParseDate(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	c := &signing.Credential{
		Form: signing.Full, Regime: signing.Adaptive, Number: 20260000123,
		FamilyName: "Delarue", GivenNames: "Sophie",
		BirthDate: day("2001-11-07"), BirthPlace: "Boulogne-Billancourt",
		Centre:      "Centre de certification de la Mairie de Boulogne-Billancourt",
		SessionDate: day("2026-11-12"), IssuedOn: day("2026-11-21"), ExpiresOn: day("2029-11-21"),
		Score: 185, Level: 2, MaxLevel: 7, Professional: true,
		Levels: [16]int{3, 3, 1, 4, 4, 5, 3, 6, 2, 3, 4, 5, 7, 3, 4, 0},
		List:   1, Index: 4711,
	}
	if change != nil {
		change(c)
	}
	return c
}

// document signs a credential with a TEST key and wraps it for printing.
func document(t testing.TB, lang content.Lang, c *signing.Credential) Document {
	t.Helper()
	key := testKey(t)
	named := *c
	if named.BirthPlace == "" { // drawn here, though signing may ask for one
		named.BirthPlace = "–"
	}
	signed, err := signing.SignCredential(&named, key)
	if err != nil {
		t.Fatal(err)
	}
	code, err := signing.NewCode(bytes.NewReader(bytes.Repeat([]byte{0x5a, 0x17, 0xc4}, 10)))
	if err != nil {
		t.Fatal(err)
	}
	d := Document{
		Credential: c, QR: signing.QRText("https://etalon.example", signed), Code: code.String(),
		Form: Form(lang), Referential: mustReferential(t),
		Issuer:    "Organisme certificateur Étalon",
		Signatory: Signatory{Name: "Camille Vasseur-Étienne", Role: content.Text{FR: "Directrice de la certification", EN: "Director of certification"}},
		Verify:    "https://etalon.example/v",
		Reference: content.Text{FR: "https://etalon.example/fr/referentiel/", EN: "https://etalon.example/en/referential/"},
		Specimen:  true,
	}
	return d
}

func testKey(t testing.TB) *signing.PrivateKey {
	t.Helper()
	key, err := signing.NewKeyFromSeed([]byte("TEST seed of 32 bytes, no secret"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// profile turns a credential into one of the profile regime.
func profile(c *signing.Credential) {
	c.Regime, c.MaxLevel, c.Level, c.Score = signing.Profile, 6, 0, 0
	c.SessionDate, _ = signing.ParseDate("2021-11-12")
	c.IssuedOn, _ = signing.ParseDate("2021-11-26")
	c.ExpiresOn, _ = signing.ParseDate("2024-11-26")
	for i := range c.Pix {
		c.Pix[i] = []int{30, 24, 0, 17, 41, 8, 0, 33}[i%8]
		c.Levels[i] = c.Pix[i] / 8
		c.Score += c.Pix[i]
	}
}

// long has the longest names that forms are made for.
func long(c *signing.Credential) {
	c.FamilyName = "Montmorency-Laval-Rochechouart-de-la-Tour-d’Auvergne-Lorraine"[:60] + "e"
	c.GivenNames, c.BirthPlace, c.Centre = "Marie-Élisabeth Jeanne Antoinette Clémentine", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "Lycée professionnel des métiers de la mer"
}

// levelZero stays below the first level.
func levelZero(c *signing.Credential) {
	c.Score, c.Level, c.Professional, c.Levels = 41, 0, false, [16]int{0, 1, 0, 0, 2}
}

// samples are the documents every test of layout goes through.
func samples(t testing.TB) map[string]Document {
	t.Helper()
	out := map[string]Document{}
	add := func(name string, lang content.Lang, change func(*signing.Credential)) {
		out[name] = document(t, lang, sample(change))
	}
	add("fr", content.FR, nil)
	add("en", content.EN, nil)
	add("level0", content.FR, levelZero)
	add("level7", content.EN, func(c *signing.Credential) {
		c.Score, c.Level = 881, 7
		for i := range c.Levels {
			c.Levels[i] = 7
		}
	})
	for level := 1; level <= 7; level++ {
		add("all-"+string(rune('0'+level)), content.Langs[level%2], func(c *signing.Credential) {
			c.Level = level
			c.Score = []int{0, 64, 128, 256, 384, 512, 640, 768}[level]
			c.Professional = c.Score >= 120
			for i := range c.Levels {
				c.Levels[i] = level
			}
		})
	}
	add("profile", content.FR, profile)
	add("profile-en", content.EN, profile)
	add("kristine", content.FR, func(c *signing.Credential) {
		c.GivenNames, c.FamilyName, c.BirthPlace = "Ķristīne", "Łukaszewicz-N’Guyễn", "Ústí nad Labem"
	})
	for _, form := range []Form{Bilingual, Diploma} {
		for name, change := range map[string]func(*signing.Credential){"": nil, "-profile": profile, "-long": long, "-level0": levelZero} {
			d := document(t, content.FR, sample(change))
			d.Form = form
			out[string(form)+name] = d
		}
	}
	add("long", content.FR, long)
	add("sixty", content.EN, func(c *signing.Credential) {
		c.FamilyName, c.GivenNames, c.BirthPlace = strings.Repeat("Wolfeschlegelsteinhausenbergerdorff", 2)[:60], "", ""
	})
	return out
}

// drawn keeps what the samples gave: they are pure, and many tests read them.
var drawn = map[string]struct {
	doc   Document
	data  []byte
	boxes []box
}{}

// render1 draws a sample, once.
func render1(t testing.TB, name string, d Document) ([]byte, []box) {
	t.Helper()
	old, ok := drawn[name]
	if ok && old.doc.QR == d.QR {
		return old.data, old.boxes
	}
	p, err := lay(d, true)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	data, err := Render(d)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	boxes := p.boxes
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+".pdf"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old.doc, old.data, old.boxes = d, data, boxes
	drawn[name] = old
	return data, boxes
}

func TestSixtyLetters(t *testing.T) {
	if n := utf8.RuneCountInString(samples(t)["sixty"].Credential.FamilyName); n != 60 {
		t.Fatalf("the long name has %d letters, not 60", n)
	}
}

// TestSamples draws every sample and people with the longest names; the files
// are small.
func TestSamples(t *testing.T) {
	rnd := newRandom(41)
	most := map[Form]int{}
	for i := range 120 {
		d := rnd.document(t, content.FR, i)
		if i%2 == 1 {
			d = rnd.longest(t, i)
		}
		d.Form = Forms[i/2%len(Forms)]
		data, err := Render(d)
		if err != nil || len(data) > 70_000 {
			t.Errorf("random %d: %d bytes (%v)", i, len(data), err)
		}
		most[d.Form] = max(most[d.Form], len(data))
	}
	t.Logf("most bytes of random people: %v", most)
	for name, d := range samples(t) {
		data, _ := render1(t, name, d)
		if len(data) > 70_000 {
			t.Errorf("%s: %d bytes, more than 70,000", name, len(data))
		}
		t.Logf("%s: %d bytes, QR of %d modules", name, len(data), must(encode(d.QR)).Size)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
