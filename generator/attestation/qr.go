package attestation

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// The printed QR code: modules of at least 0.5 mm in a square of 36 to 38.5 mm,
// with a quiet zone of 4 modules (ISO/IEC 18004), error correction M.
const (
	qrLeastModule = 0.5
	qrLeastSide   = 36.0
	qrQuiet       = 4
	qrVersions    = 15 // 77 modules: 38.5 mm
)

// modules encodes text. The address goes as bytes and the digits after it as a
// numeric segment, 10 bits for 3 digits: the encoder splits where that is
// shorter.
func modules(text string) ([][]bool, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("attestation: QR text of %d characters: %w: shorten the birth place, the centre's name or the address", len(text), err)
	}
	if q.VersionNumber > qrVersions {
		return nil, fmt.Errorf("attestation: QR text of %d characters needs version %d, past %d modules of %.1f mm: shorten the birth place, the centre's name or the address",
			len(text), q.VersionNumber, 17+4*qrVersions, qrLeastModule)
	}
	q.DisableBorder = true
	return q.Bitmap(), nil
}

// qrSide is the side of a code of n modules, without its quiet zone.
func qrSide(n int) float64 { return max(qrLeastSide, qrLeastModule*float64(n)) }

// code draws the modules with the top left one at (x, y): a white square for
// the quiet zone, then one path of horizontal runs, in units of one module, so
// that no seam shows between rows.
func (s *sheet) code(m [][]bool, x, y float64) rect {
	n := len(m)
	module := qrSide(n) / float64(n)
	area := rect{x - qrQuiet*module, y - qrQuiet*module, qrSide(n) + 2*qrQuiet*module, qrSide(n) + 2*qrQuiet*module}
	s.fill(area, color{255, 255, 255})
	var b strings.Builder
	k := module * mm
	fmt.Fprintf(&b, "q 0 g %.5f 0 0 %.5f %.4f %.4f cm\n", k, -k, x*mm, (pageH-y)*mm)
	for row := range m {
		for col := 0; col < n; col++ {
			start := col
			for col < n && m[row][col] {
				col++
			}
			if col > start {
				fmt.Fprintf(&b, "%d %d %d 1 re\n", start, row, col-start)
			}
		}
	}
	b.WriteString("f Q")
	s.pdf.RawWriteStr(b.String())
	s.boxes = append(s.boxes, box{page: s.pdf.PageNo(), field: "QR code", frame: area, ink: area})
	return area
}
