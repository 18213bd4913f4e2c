package attestation

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	general "github.com/skip2/go-qrcode"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// batches runs work over and over and reports the quickest batch, beside the
// mean: on a machine that does other things, the quickest is what the work
// takes.
func batches(b *testing.B, batch int, work func(i int)) {
	b.Helper()
	b.ReportAllocs()
	best := time.Duration(1 << 62)
	i := 0
	for b.Loop() {
		start := time.Now()
		for range batch {
			work(i)
			i++
		}
		best = min(best, time.Since(start))
	}
	per := best / time.Duration(batch)
	b.ReportMetric(float64(per.Nanoseconds())/1000, "best-µs")
	b.ReportMetric(float64(time.Second)/float64(per), "best/s")
	b.ReportMetric(0, "ns/op")
}

// faceFiles are the fonts as fpdf takes them.
func faceFiles() map[*pdf.Font][]byte {
	f := faces()
	return map[*pdf.Font][]byte{f.serif: serifMedium, f.italic: serifItalic, f.sans: sansRegular, f.bold: sansSemibold, f.mono: monoMedium}
}

// byFpdf draws the lines of an attestation and its code with fpdf: no tags, no
// metadata, no attachment, no ornament.
func byFpdf(b testing.TB, boxes []box, qr [][]bool) []byte {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetAutoPageBreak(false, 0)
	for font, data := range faceFiles() {
		p.AddUTF8FontFromBytes(font.Name(), "", bytes.Clone(data))
	}
	for _, x := range boxes {
		for p.PageNo() < x.page {
			p.AddPage()
		}
		if x.style.face == nil {
			continue
		}
		p.SetFont(x.style.face.Name(), "", x.style.size)
		p.SetTextColor(int(x.style.color[0]), int(x.style.color[1]), int(x.style.color[2]))
		p.Text(x.x, x.y, x.text)
	}
	p.SetPage(1)
	side := qrSide(len(qr)) / float64(len(qr))
	for y, row := range qr {
		for x, dark := range row {
			if dark {
				p.Rect(marginX+float64(x)*side, 241.6+float64(y)*side, side, side, "F")
			}
		}
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// candidates are people such as one finds in a class.
var candidates = [][3]string{
	{"Sophie", "Delarue", "Boulogne-Billancourt"}, {"Mohamed Amine", "Benali", "Saint-Denis"},
	{"Ķristīne", "Łukaszewicz-N’Guyễn", "Ústí nad Labem"}, {"Noémie", "Šimková-Étienne", "Brest"},
	{"Jean-Baptiste", "Le Goff", "Quimper"}, {"Thị Hồng", "Nguyễn", "Đà Nẵng"},
	{"Inès", "Fernández y García", "Perpignan"}, {"Maëlys", "Rakotomalala", "Saint-Pierre (La Réunion)"},
	{"Björn", "Ångström", "Strasbourg"}, {"Zoé", "Martin", "Paris 13e arrondissement"},
	{"Fatoumata", "Diallo", "Conakry"}, {"Ștefan", "Popescu-Țurcanu", "Chișinău"},
}

// BenchmarkAttestation issues attestations of different people, with all that
// goes into them: credential signed, code encoded, pages laid out, tagged and
// compressed, credential attached. Beside it: the same without encoding the
// code, the code alone by our encoder and by go-qrcode, and fpdf's own output
// of the same lines.
func BenchmarkAttestation(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as a program does that issues many
	const people = 64
	rnd := newRandom(23)
	documents := make([]Document, people)
	for i := range documents {
		d := rnd.document(b, content.FR, i)
		who := candidates[i%len(candidates)]
		d.Credential.GivenNames, d.Credential.FamilyName, d.Credential.BirthPlace = who[0], who[1], who[2]
		d.Credential.Centre = "Lycée professionnel SPECIMEN, " + who[2]
		d.Form = Forms[i%2]
		documents[i] = d
	}
	key := testKey(b)
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	sign := func(d *Document) {
		signed, err := signing.SignCredential(d.Credential, key)
		fail(err)
		d.QR = signing.QRText("https://etalon.example", signed)
	}
	for i := range documents { // what is compressed once
		_, err := Render(documents[i])
		fail(err)
	}
	b.Run("all", func(b *testing.B) {
		batches(b, people, func(i int) {
			d := documents[i%people]
			sign(&d)
			_, err := Render(d)
			fail(err)
		})
	})
	b.Run("without-qr", func(b *testing.B) {
		encoded := make([]*pages, people)
		for i := range encoded {
			p, err := newPages(documents[i], nil)
			fail(err)
			encoded[i] = p
		}
		batches(b, people, func(i int) {
			d := documents[i%people]
			sign(&d)
			_, err := render(d, encoded[i%people].modules)
			fail(err)
		})
	})
	b.Run("qr", func(b *testing.B) {
		batches(b, people, func(i int) {
			_, err := encode(documents[i%people].QR)
			fail(err)
		})
	})
	b.Run("peer-go-qrcode", func(b *testing.B) {
		batches(b, 4, func(i int) {
			q, err := general.New(documents[i%people].QR, general.Medium)
			fail(err)
			q.Bitmap()
		})
	})
	b.Run("peer-fpdf", func(b *testing.B) {
		var lines [people][]box
		var codes [people][][]bool
		for i, d := range documents {
			p, err := lay(d, true)
			fail(err)
			q, err := general.New(d.QR, general.Medium)
			fail(err)
			q.DisableBorder = true
			lines[i], codes[i] = p.boxes, q.Bitmap()
		}
		batches(b, 4, func(i int) { byFpdf(b, lines[i%people], codes[i%people]) })
	})
}

// TestBounded draws many attestations: what is kept for the next ones stays
// bounded.
func TestBounded(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	rnd := newRandom(29)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early uint64
	for i := range n {
		d := rnd.document(t, content.FR, i)
		d.Form = Forms[i%2]
		if _, err := Render(d); err != nil {
			t.Fatal(err)
		}
		if i == n/2 {
			early = heap()
		}
	}
	late := heap()
	t.Logf("%d kB in use after %d, %d kB after %d", early>>10, n/2, late>>10, n)
	if late > early+uint64(n/2)*8<<10 { // 8 kB each
		t.Errorf("%d bytes more after %d attestations", late-early, n/2)
	}
}

// TestWidths compares our measures with fpdf's of the same fonts.
func TestWidths(t *testing.T) {
	p := fpdf.New("P", "pt", "A4", "")
	for font, data := range faceFiles() {
		p.AddUTF8FontFromBytes(font.Name(), "", bytes.Clone(data))
		p.SetFont(font.Name(), "", 1000)
		for _, s := range []string{"P-M5Y4B-8BW8P", "Ķristīne Łukaszewicz-N’Guyễn", "déjà vu : 1 024 pix"} {
			if _, bad := font.Missing(s); bad {
				continue
			}
			if got, want := fmt.Sprint(font.Width(s)), fmt.Sprintf("%.0f", p.GetStringWidth(s)); got != want {
				t.Errorf("%s: %q is %s wide, fpdf says %s", font.Name(), s, got, want)
			}
		}
	}
}
