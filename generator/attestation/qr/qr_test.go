package qr

import (
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"
	general "github.com/skip2/go-qrcode"
)

const address = "https://etalon.example/v#"

func digits(rnd *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + rnd.IntN(10))
	}
	if n > 0 && b[0] == '0' {
		b[0] = '1'
	}
	return string(b)
}

// texts fill every version, to its last bit and one digit past.
func texts() []string {
	rnd := rand.New(rand.NewPCG(7, 8))
	list := []string{"A", "HTTPS", "é", address, "https://etalon.example/v#12x"}
	for n := 1; n < 925; n += 1 + rnd.IntN(9) {
		list = append(list, address+digits(rnd, n))
	}
	for v := 1; v <= MaxVersion; v++ {
		n := 4
		for bitLength(v, 3, n+1) <= 8*versions[v].dataCapacity {
			n++
		}
		list = append(list, "x/#"+digits(rnd, n))
		if v < MaxVersion {
			list = append(list, "x/#"+digits(rnd, n+1))
		}
	}
	return list
}

// TestSameModules compares with a general encoder, which may prefer another
// mask: under the mask it took, every module is the same.
func TestSameModules(t *testing.T) {
	compared, agreed := 0, 0
	for _, text := range texts() {
		got, err := Encode(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		q, err := general.New(text, general.Medium)
		if err != nil {
			t.Fatal(err)
		}
		if q.VersionNumber < got.Version {
			t.Errorf("%q: version %d, where %d holds it", text, got.Version, q.VersionNumber)
			continue
		}
		if len(text) < 5 || q.VersionNumber > got.Version || !strings.HasPrefix(text, "http") {
			continue // split in another way, at the same cost or a higher one
		}
		q.DisableBorder = true
		want := q.Bitmap()
		compared++
		if same(got, want) {
			agreed++
			continue
		}
		a, d := split(text)
		found := false
		for mask := range 8 {
			if same(encodeMask(got.Version, a, d, mask), want) {
				found = true
			}
		}
		if !found {
			t.Errorf("%q: no mask gives the modules of the general encoder", text)
		}
	}
	if compared < 100 {
		t.Errorf("only %d texts compared", compared)
	}
	t.Logf("%d compared, the same mask in %d", compared, agreed)
}

func encodeMask(version int, address, digits string, mask int) *Code {
	c := encode(version, address, digits)
	l := layouts[version]()
	var lines [2][most]row
	for y := range l.size {
		for x := range l.size {
			if c.Dark(x, y) {
				lines[0][y].set(x)
			}
		}
	}
	// Take the mask in use off: the one whose format information stands there.
	for k := range 8 {
		match := true
		for y := range l.size {
			for x := range l.size {
				if isFormat(x, y, l.size) && (l.formats[k][0][y][x>>6]>>(x&63)&1 != 0) != c.Dark(x, y) {
					match = false
				}
			}
		}
		if match {
			for y := range l.size {
				for i := range lines[0][y] {
					lines[0][y][i] = lines[0][y][i]&^l.formats[k][0][y][i] ^ l.masks[k][0][y][i]
				}
			}
			return l.with(&lines, mask)
		}
	}
	panic("no format information")
}

func isFormat(x, y, n int) bool {
	if x == 8 && y == n-8 {
		return false
	}
	return x == 8 && (y < 9 && y != 6 || y >= n-8) || y == 8 && (x < 9 && x != 6 || x >= n-8)
}

func same(c *Code, want [][]bool) bool {
	if len(want) != c.Size {
		return false
	}
	for y := range want {
		for x := range want[y] {
			if want[y][x] != c.Dark(x, y) {
				return false
			}
		}
	}
	return true
}

// TestDecoded reads every code back.
func TestDecoded(t *testing.T) {
	for i, text := range texts() {
		if testing.Short() && i%5 != 0 {
			continue
		}
		c, err := Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		const px, quiet = 3, 4
		side := (c.Size + 2*quiet) * px
		img := image.NewGray(image.Rect(0, 0, side, side))
		for k := range img.Pix {
			img.Pix[k] = 255
		}
		for y := range c.Size * px {
			for x := range c.Size * px {
				if c.Dark(x/px, y/px) {
					img.SetGray(x+quiet*px, y+quiet*px, color.Gray{})
				}
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		result, err := reader.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if result.GetText() != text {
			t.Errorf("%q reads %q", text, result.GetText())
		}
	}
}

// TestPenalty weighs a code module by module, as the standard words it.
func TestPenalty(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for _, version := range []int{1, 6, 12, 15} {
		a, d := address, digits(rnd, 100)
		if version == 1 {
			a, d = "", "123"
		}
		best, least := -1, 1<<30
		c := encode(version, a, d)
		for mask := range 8 {
			if p := slowPenalty(encodeMask(version, a, d, mask)); p < least {
				best, least = mask, p
			}
		}
		if *encodeMask(version, a, d, best) != *c {
			t.Errorf("version %d: another mask weighs less", version)
		}
	}
}

func slowPenalty(c *Code) int {
	n, total, dark := c.Size, 0, 0
	for axis := range 2 {
		at := func(i, k int) bool {
			if axis == 0 {
				return c.Dark(k, i)
			}
			return c.Dark(i, k)
		}
		for i := range n {
			var line strings.Builder
			run := 1
			for k := range n {
				line.WriteByte("01"[b2i(at(i, k))])
				if k > 0 && at(i, k) == at(i, k-1) {
					run++
				} else {
					run = 1
				}
				if run == 5 {
					total += 3
				} else if run > 5 {
					total++
				}
			}
			for k := range n - 10 {
				if s := line.String()[k : k+11]; s == "00001011101" || s == "10111010000" {
					total += 40
				}
			}
		}
	}
	for y := range n {
		for x := range n {
			dark += b2i(c.Dark(x, y))
			if x > 0 && y > 0 && c.Dark(x, y) == c.Dark(x-1, y) && c.Dark(x, y) == c.Dark(x, y-1) && c.Dark(x, y) == c.Dark(x-1, y-1) {
				total += 3
			}
		}
	}
	share := float64(dark) * 100 / float64(n*n)
	if share < 50 {
		share = 100 - share
	}
	return total + 10*int((share-50)/5)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestRectangles covers every dark module once and no other.
func TestRectangles(t *testing.T) {
	for _, text := range texts() {
		c, err := Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		var seen [most][most]int
		for _, r := range c.Rectangles() {
			for y := int(r[1]); y < int(r[1]+r[3]); y++ {
				for x := int(r[0]); x < int(r[0]+r[2]); x++ {
					seen[y][x]++
				}
			}
		}
		for y := range c.Size {
			for x := range c.Size {
				if seen[y][x] != b2i(c.Dark(x, y)) {
					t.Fatalf("%q: column %d, row %d is covered %d times", text, x, y, seen[y][x])
				}
			}
		}
	}
}

func TestTooLong(t *testing.T) {
	if _, err := Encode(address + strings.Repeat("7", 960)); err == nil {
		t.Error("960 digits are said to fit")
	}
}

func BenchmarkEncode(b *testing.B) {
	text := address + digits(rand.New(rand.NewPCG(1, 2)), 520)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if _, err := Encode(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("go-qrcode", func(b *testing.B) {
		for b.Loop() {
			q, err := general.New(text, general.Medium)
			if err != nil {
				b.Fatal(err)
			}
			q.Bitmap()
		}
	})
}
