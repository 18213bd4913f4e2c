//go:build slow

package attestation

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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
	n := *scanned
	var mu sync.Mutex
	read := map[string]int{}
	scan := func(i int, d Document) error {
		data, err := Render(d)
		if err != nil {
			return err
		}
		dir, err := os.MkdirTemp(t.TempDir(), "scan")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "page.pdf")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
		try := func(name, file string, img image.Image) {
			out, _ := exec.Command(zbarimg, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
			for reader, text := range map[string]string{"gozxing": decoded(img), "zbarimg": strings.TrimSpace(string(out))} {
				mu.Lock()
				if text == d.QR {
					read[reader+" "+name]++
				} else {
					t.Logf("%d: %s, %s: not read", i, reader, name)
				}
				mu.Unlock()
			}
		}
		for _, dpi := range []string{"300", "150"} {
			base := filepath.Join(dir, "page"+dpi)
			if out, err := exec.Command(pdftoppm, "-r", dpi, "-f", "1", "-l", "1", "-singlefile", "-gray", "-png", path, base).CombinedOutput(); err != nil {
				return fmt.Errorf("pdftoppm: %w: %s", err, out)
			}
			file, err := os.ReadFile(base + ".png")
			if err != nil {
				return err
			}
			page, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				return err
			}
			if dpi == "150" {
				try("150 dpi", base+".png", page)
				continue
			}
			var b bytes.Buffer
			if err := jpeg.Encode(&b, blurred(turned(page, 3)), &jpeg.Options{Quality: 50}); err != nil {
				return err
			}
			if err := os.WriteFile(base+".jpg", b.Bytes(), 0o644); err != nil {
				return err
			}
			photo, err := jpeg.Decode(&b)
			if err != nil {
				return err
			}
			try("300 dpi degraded", base+".jpg", photo)
		}
		return nil
	}
	var wait sync.WaitGroup
	turn := make(chan bool, runtime.GOMAXPROCS(0))
	for i := range n {
		d := rnd.document(t, content.FR, i)
		d.Form = Forms[i%len(Forms)]
		if *only >= 0 && i != *only {
			continue
		}
		turn <- true
		wait.Go(func() {
			if err := scan(i, d); err != nil {
				t.Error(err)
			}
			<-turn
		})
	}
	wait.Wait()
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

// asGray is a picture in shades of gray, with a white rim of two pixels: what
// is turned and blurred reads beyond the edge.
func asGray(img image.Image) *image.Gray {
	b := img.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx()+4, b.Dy()+4))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	draw.Draw(out, image.Rect(2, 2, b.Dx()+2, b.Dy()+2), img, b.Min, draw.Src)
	return out
}

// turned rotates about the middle, between pixels in proportion.
func turned(page image.Image, degrees float64) *image.Gray {
	img := asGray(page)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewGray(img.Rect)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(w)/2, float64(h)/2
	for y := range h {
		row := out.Pix[y*out.Stride:]
		for x := range w {
			u := cos*(float64(x)-cx) + sin*(float64(y)-cy) + cx
			v := -sin*(float64(x)-cx) + cos*(float64(y)-cy) + cy
			i, k := int(u), int(v)
			if u < 0 || v < 0 || i >= w-1 || k >= h-1 {
				row[x] = 255
				continue
			}
			fx, fy := u-float64(i), v-float64(k)
			p, q := img.Pix[k*img.Stride+i:], img.Pix[(k+1)*img.Stride+i:]
			top := (1-fx)*float64(p[0]) + fx*float64(p[1])
			low := (1-fx)*float64(q[0]) + fx*float64(q[1])
			row[x] = uint8((1-fy)*top + fy*low + 0.5)
		}
	}
	return out
}

// blurred applies a binomial kernel of 5 by 5, close to a Gaussian of one
// pixel. The rim stays as it is.
func blurred(img *image.Gray) *image.Gray {
	pass := func(src *image.Gray, step int) *image.Gray {
		out := image.NewGray(src.Rect)
		copy(out.Pix, src.Pix)
		for y := 2; y < src.Rect.Dy()-2; y++ {
			for x := 2; x < src.Rect.Dx()-2; x++ {
				i, p := y*src.Stride+x, src.Pix
				sum := int(p[i-2*step]) + 4*int(p[i-step]) + 6*int(p[i]) + 4*int(p[i+step]) + int(p[i+2*step])
				out.Pix[i] = uint8(sum / 16)
			}
		}
		return out
	}
	return pass(pass(img, 1), img.Stride)
}
