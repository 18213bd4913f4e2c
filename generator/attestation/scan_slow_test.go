//go:build slow

package attestation

import (
	"bytes"
	"flag"
	"image"
	stdcolor "image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"etalon/content"
)

var only = flag.Int("only", -1, "the one attestation to scan")

var scanned = flag.Int("scanned", 200, "attestations printed, degraded and scanned")

// TestScanned rasterises random attestations, turns them by 3 degrees, blurs
// them and packs them as JPEG of quality 50, and reads them with two decoders.
func TestScanned(t *testing.T) {
	zbarimg, pdftoppm := tool(t, "zbarimg"), tool(t, "pdftoppm")
	rnd := newRandom(17)
	dir := t.TempDir()
	n := *scanned
	read := map[string]int{}
	for i := range n {
		d := rnd.document(t, content.FR, i)
		d.Form = Forms[i%2]
		if *only >= 0 && i != *only {
			continue
		}
		data, err := Render(d)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "page.pdf")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		try := func(name string, img image.Image, write func(string) error) {
			file := filepath.Join(dir, "scan.jpg")
			if err := write(file); err != nil {
				t.Fatal(err)
			}
			if decoded(img) == d.QR {
				read["gozxing "+name]++
			} else {
				t.Logf("%d: gozxing, %s: not read", i, name)
			}
			if strings.TrimSpace(run(t, zbarimg, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file)) == d.QR {
				read["zbarimg "+name]++
			} else {
				t.Logf("%d: zbarimg, %s: not read", i, name)
			}
		}
		for _, dpi := range []string{"300", "150"} {
			base := filepath.Join(dir, "page"+dpi)
			run(t, pdftoppm, "-r", dpi, "-f", "1", "-l", "1", "-singlefile", "-gray", "-png", path, base)
			f, err := os.Open(base + ".png")
			if err != nil {
				t.Fatal(err)
			}
			page, err := png.Decode(f)
			f.Close()
			if err != nil {
				t.Fatal(err)
			}
			if dpi == "150" {
				try("150 dpi", page, func(file string) error { return copyFile(base+".png", file) })
				continue
			}
			var b bytes.Buffer
			if err := jpeg.Encode(&b, blurred(turned(page, 3)), &jpeg.Options{Quality: 50}); err != nil {
				t.Fatal(err)
			}
			scan, err := jpeg.Decode(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			try("300 dpi degraded", scan, func(file string) error { return os.WriteFile(file, b.Bytes(), 0o644) })
		}
	}
	t.Logf("read of %d: %v", n, read)
	for name, least := range map[string]int{
		"gozxing 300 dpi degraded": n, "zbarimg 300 dpi degraded": n,
		"gozxing 150 dpi": n - n/40, "zbarimg 150 dpi": n - n/40,
	} {
		if read[name] < least {
			t.Errorf("%s: %d of %d read, want %d", name, read[name], n, least)
		}
	}
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// decoded reads a code with gozxing, which has two ways of telling dark from
// light and, for each, two of looking for the corners.
func decoded(img image.Image) string {
	source := gozxing.NewLuminanceSourceFromImage(img)
	for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer)
		if err != nil {
			continue
		}
		for _, hints := range []map[gozxing.DecodeHintType]any{{gozxing.DecodeHintType_TRY_HARDER: true}, nil} {
			if result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints); err == nil {
				return result.GetText()
			}
		}
	}
	return ""
}

// gray reads the brightness of a pixel, white outside.
func gray(img image.Image, x, y int) float64 {
	if !image.Pt(x, y).In(img.Bounds()) {
		return 255
	}
	if g, ok := img.(*image.Gray); ok {
		return float64(g.GrayAt(x, y).Y)
	}
	return float64(stdcolor.GrayModel.Convert(img.At(x, y)).(stdcolor.Gray).Y)
}

// turned rotates about the middle, between pixels in proportion.
func turned(img image.Image, degrees float64) *image.Gray {
	b := img.Bounds()
	out := image.NewGray(b)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
	for y := range b.Dy() {
		for x := range b.Dx() {
			u := cos*(float64(x)-cx) + sin*(float64(y)-cy) + cx
			v := -sin*(float64(x)-cx) + cos*(float64(y)-cy) + cy
			x0, y0 := math.Floor(u), math.Floor(v)
			fx, fy := u-x0, v-y0
			i, k := int(x0), int(y0)
			p := (1-fy)*((1-fx)*gray(img, i, k)+fx*gray(img, i+1, k)) + fy*((1-fx)*gray(img, i, k+1)+fx*gray(img, i+1, k+1))
			out.SetGray(x, y, stdcolor.Gray{Y: uint8(p + 0.5)})
		}
	}
	return out
}

// blurred applies a binomial kernel of 5 by 5, close to a Gaussian of one
// pixel.
func blurred(img *image.Gray) *image.Gray {
	kernel := [5]int{1, 4, 6, 4, 1}
	b := img.Bounds()
	pass := func(src *image.Gray, dx, dy int) *image.Gray {
		out := image.NewGray(b)
		for y := range b.Dy() {
			for x := range b.Dx() {
				sum := 0
				for k, w := range kernel {
					sum += w * int(gray(src, x+(k-2)*dx, y+(k-2)*dy))
				}
				out.SetGray(x, y, stdcolor.Gray{Y: uint8(sum / 16)})
			}
		}
		return out
	}
	return pass(pass(img, 1, 0), 0, 1)
}
