package attestation

import (
	"bytes"
	"image"
	stdcolor "image/color"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// tool returns the path of a program, or skips the test, saying which.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: not checked with it", name)
	}
	return path
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".pdf")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

var spaces = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)

func squeeze(s string) string { return spaces.ReplaceAllString(s, " ") }

// TestScan rasterises page 1 at 150 dpi and reads the code back.
func TestScan(t *testing.T) {
	zbarimg, pdftoppm := tool(t, "zbarimg"), tool(t, "pdftoppm")
	all := samples(t)
	for _, name := range []string{"fr", "long", "profile-en"} { // 65 to 77 modules
		data, _ := render1(t, name, all[name])
		path := write(t, name, data)
		png := strings.TrimSuffix(path, ".pdf")
		run(t, pdftoppm, "-r", "150", "-f", "1", "-l", "1", "-singlefile", "-png", path, png)
		got := strings.TrimSpace(run(t, zbarimg, "-q", "--raw", png+".png"))
		if got != all[name].QR {
			t.Errorf("%s: the code reads\n%s, not\n%s", name, got, all[name].QR)
		}
	}
}

// TestModules reads the matrix itself, without any other program.
func TestModules(t *testing.T) {
	for name, d := range samples(t) {
		m := must(encode(d.QR))
		n := m.Size
		if side := qrSide(n); side < 33 || side > 40 || side/float64(n) < 0.4999 {
			t.Errorf("%s: %d modules on %.1f mm", name, n, side)
		}
		const px = 4
		img := image.NewGray(image.Rect(0, 0, (n+2*qrQuiet)*px, (n+2*qrQuiet)*px))
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		for y := range n * px {
			for x := range n * px {
				if m.Dark(x/px, y/px) {
					img.SetGray(x+qrQuiet*px, y+qrQuiet*px, stdcolor.Gray{})
				}
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if result.GetText() != d.QR {
			t.Errorf("%s: the code reads %q", name, result.GetText())
		}
		// 8 bits a byte of the address and 10 for 3 digits, and no more.
		at := strings.IndexByte(d.QR, '#') + 1
		if bits := 4 + 16 + 8*at + 4 + 12 + (10*(len(d.QR)-at)+2)/3; bits > dataBits(n) || n > 21 && bits <= dataBits(n-4) {
			t.Errorf("%s: %d bits in a code of %d modules", name, bits, n)
		}
	}
}

// dataBits is the capacity of codes of level M (ISO/IEC 18004, table 7).
func dataBits(modules int) int {
	codewords := map[int]int{10: 216, 11: 254, 12: 290, 13: 334, 14: 365, 15: 415}
	return 8 * codewords[(modules-17)/4]
}

// TestSameBytes draws every sample again, several at a time.
func TestSameBytes(t *testing.T) {
	type result struct {
		name string
		data []byte
		err  error
	}
	all := samples(t)
	results := make(chan result)
	for name, d := range all {
		go func() {
			data, err := Render(d)
			results <- result{name, data, err}
		}()
	}
	for range all {
		r := <-results
		want, _ := render1(t, r.name, all[r.name])
		if r.err != nil || !bytes.Equal(r.data, want) {
			t.Errorf("%s: two runs differ (%v)", r.name, r.err)
		}
	}
}

// TestSameBytesAlone draws random attestations with nothing kept from others:
// what is compressed once for many files must not show.
func TestSameBytesAlone(t *testing.T) {
	rnd := newRandom(31)
	shared := kit
	defer func() { kit = shared }()
	for i := range 30 {
		d := rnd.document(t, content.FR, i)
		d.Form = Forms[i%len(Forms)]
		want, err := Render(d)
		if err != nil {
			t.Fatal(err)
		}
		fresh := newKit()
		kit = func() *pdf.Kit { return fresh }
		got, err := Render(d)
		kit = shared
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d: other bytes alone than among others (%v)", i, err)
		}
	}
}

func TestDocumentsDiffer(t *testing.T) {
	a, _ := render1(t, "fr", document(t, content.FR, sample(nil)))
	b, _ := render1(t, "fr", document(t, content.FR, sample(func(c *signing.Credential) { c.Score++ })))
	if bytes.Equal(a, b) {
		t.Error("another score, the same bytes")
	}
}

// TestAttachment finds the signed text again, opens the credential and compares
// it with the one printed.
func TestAttachment(t *testing.T) {
	for name, d := range samples(t) {
		data, _ := render1(t, name, d)
		qr, code, err := signing.FindAttachment(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if qr != d.QR || code != d.Code {
			t.Errorf("%s: attached %q and %q", name, qr, code)
		}
		for _, part := range []string{"/AFRelationship /Data", "/AF[", "/Lang(" + string(d.Form.lang()) + ")", "/EmbeddedFiles", "/URI(" + d.Verify + ")", "%PDF-1.7\n"} {
			packed := d.Form == Bilingual && strings.HasPrefix(part, "/URI") // its links are in a stream
			if !packed && !bytes.Contains(data, []byte(part)) {
				t.Errorf("%s: the file has no %s", name, part)
			}
		}
	}
}

func TestQPDF(t *testing.T) {
	qpdf := tool(t, "qpdf")
	all := samples(t)
	for _, name := range []string{"fr", "long", "profile-en"} {
		data, _ := render1(t, name, all[name])
		path := write(t, name, data)
		if out := run(t, qpdf, "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("%s: %s", name, out)
		}
		if out := run(t, qpdf, "--list-attachments", path); !strings.Contains(out, attachmentName) {
			t.Errorf("%s: attachments: %s", name, out)
		}
		if out := run(t, qpdf, "--show-attachment="+attachmentName, path); out != string(signing.Attachment(all[name].QR, all[name].Code)) {
			t.Errorf("%s: attachment reads %q", name, out)
		}
	}
}

// TestMetadata reads title, author and dates with pdfinfo.
func TestMetadata(t *testing.T) {
	pdfinfo := tool(t, "pdfinfo")
	data, _ := render1(t, "kristine", samples(t)["kristine"])
	out := run(t, pdfinfo, "-isodates", write(t, "kristine", data))
	for _, want := range []string{"Ķristīne Łukaszewicz-N’Guyễn", "2026-0000123", "Organisme certificateur Étalon", "2026-11-21T00:00:00Z", "A4", "Pages:           2"} {
		if !strings.Contains(out, want) {
			t.Errorf("metadata does not say %q:\n%s", want, out)
		}
	}
}
