package attestation

import (
	"fmt"

	"etalon/generator/attestation/qr"
)

// The printed QR code: modules of at least 0.5 mm in a square of 38.5 mm,
// with a quiet zone of 4 modules (ISO/IEC 18004).
const (
	qrLeastModule = 0.5
	qrLeastSide   = 38.5
	qrQuiet       = 4
)

func encode(text string) (*qr.Code, error) {
	c, err := qr.Encode(text)
	if err != nil {
		return nil, fmt.Errorf("attestation: QR text of %d characters: more than %d modules of %.1f mm hold: shorten the birth place, the centre's name or the address",
			len(text), 17+4*qr.MaxVersion, qrLeastModule)
	}
	return c, nil
}

// qrSide is the side of a code of n modules, without its quiet zone.
func qrSide(n int) float64 { return max(qrLeastSide, qrLeastModule*float64(n)) }

// code draws the modules with the top left one at (x, y): a white square for
// the quiet zone, then one path of rectangles, in units of one module, so that
// no seam shows between them.
func (s *sheet) code(c *qr.Code, x, y float64) rect {
	n := c.Size
	side := qrSide(n)
	module := side / float64(n)
	area := rect{x - qrQuiet*module, y - qrQuiet*module, side + 2*qrQuiet*module, side + 2*qrQuiet*module}
	s.fill(area, color{255, 255, 255})
	s.page.Fill(color{})
	s.page.Rectangles(x*mm, (s.high-y)*mm, module*mm, c.Rectangles())
	if s.watch {
		s.boxes = append(s.boxes, box{page: s.page.Number(), field: "QR code", frame: area, ink: area})
	}
	return area
}
