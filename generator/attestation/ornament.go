package attestation

import (
	"math"
	"strings"
	"sync"
)

// The line work is engraved in the manner of banknotes: sine waves of several
// phases, interlaced. One period is drawn as a cell, and the cell is repeated
// by moving or turning the axes: equal text, which compression reduces to
// almost nothing.

// Colours. Ink and bronze carry the page; a domain's colour marks that domain
// only. All are dark enough to print as distinct greys from their white.
var (
	ink     = color{22, 33, 60}
	bronze  = color{140, 110, 62}
	pale    = color{196, 178, 146}
	quiet   = color{86, 94, 112}
	hair    = color{201, 205, 214}
	faint   = color{243, 241, 236}
	ghost   = color{244, 242, 237}
	domains = [5]color{{31, 86, 158}, {8, 112, 112}, {124, 58, 128}, {168, 78, 36}, {72, 110, 36}}
)

// frameInset is where the middle of the border runs, from the paper's edge.
const frameInset = 9.0

// bezier draws the curve p over t in [from, to] as n cubic pieces whose ends
// have the curve's own tangents. Coordinates are in points.
func bezier(b *strings.Builder, n int, from, to float64, p func(t float64) (x, y float64)) {
	const h = 1e-4
	dt := (to - from) / float64(n)
	slope := func(t float64) (float64, float64) {
		x0, y0 := p(t - h)
		x1, y1 := p(t + h)
		return (x1 - x0) / (2 * h) * dt / 3, (y1 - y0) / (2 * h) * dt / 3
	}
	x, y := p(from)
	b.WriteString(num(x) + " " + num(y) + " m\n")
	for i := range n {
		t0, t1 := from+float64(i)*dt, from+float64(i+1)*dt
		x0, y0 := p(t0)
		x1, y1 := p(t1)
		dx0, dy0 := slope(t0)
		dx1, dy1 := slope(t1)
		for _, v := range []float64{x0 + dx0, y0 + dy0, x1 - dx1, y1 - dy1, x1, y1} {
			b.WriteString(num(v))
			b.WriteByte(' ')
		}
		b.WriteString("c\n")
	}
}

// axes is an affine map of the page's axes: x to (a, b), y to (c, d), then
// moved by (e, f) points.
func axes(a, b, c, d, e, f float64) string {
	four := func(v float64) string { return trim4(v) }
	return four(a) + " " + four(b) + " " + four(c) + " " + four(d) + " " + num(e) + " " + num(f) + " cm\n"
}

// trim4 prints v with four decimals at most: turning needs more than moving.
func trim4(v float64) string {
	s := num(math.Round(v * 1e4))
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for len(s) < 5 {
		s = "0" + s
	}
	s = strings.TrimRight(strings.TrimRight(s[:len(s)-4]+"."+s[len(s)-4:], "0"), ".")
	if neg && s != "0" {
		s = "-" + s
	}
	return s
}

// border is the frame of the page, in the page's own axes (points, y up).
var border = sync.OnceValue(func() string {
	const (
		wave   = 4.6  // wanted length of a period, mm
		height = 1.25 // of the waves over the middle line, mm
		phases = 6
	)
	k := mm
	radius := 2 * wave * 2 / math.Pi // a corner holds two periods
	w := pageW - 2*frameInset - 2*radius
	h := pageH - 2*frameInset - 2*radius
	nx, ny := math.Round(w/wave), math.Round(h/wave)

	cell := func(length float64) string {
		var b strings.Builder
		for j := range phases {
			shift := 2 * math.Pi * float64(j) / phases
			bezier(&b, 4, 0, 1, func(t float64) (float64, float64) {
				return t * length * k, height * k * math.Sin(2*math.Pi*t+shift)
			})
		}
		return b.String() + "S\n"
	}
	var corner strings.Builder
	for j := range phases {
		shift := 2 * math.Pi * float64(j) / phases
		bezier(&corner, 8, 0, 1, func(t float64) (float64, float64) {
			a := (t - 1) * math.Pi / 2
			r := (radius - height*math.Sin(4*math.Pi*t+shift)) * k
			return r * math.Cos(a), r * math.Sin(a)
		})
	}
	for _, off := range []float64{-height - 0.5, height + 0.5} {
		bezier(&corner, 2, 0, 1, func(t float64) (float64, float64) {
			a := (t - 1) * math.Pi / 2
			return (radius - off) * k * math.Cos(a), (radius - off) * k * math.Sin(a)
		})
	}
	corner.WriteString("S\n")

	var b strings.Builder
	b.WriteString("q 0.28 w 1 J\n")
	x0, y0 := frameInset*k, frameInset*k
	x1, y1 := (pageW-frameInset)*k, (pageH-frameInset)*k
	r := radius * k
	sides := []struct {
		cos, sin, x, y float64 // direction and start
		n, length      float64
		cx, cy         float64 // centre of the corner that follows
	}{
		{1, 0, x0 + r, y0, nx, w / nx, x1 - r, y0 + r},
		{0, 1, x1, y0 + r, ny, h / ny, x1 - r, y1 - r},
		{-1, 0, x1 - r, y1, nx, w / nx, x0 + r, y1 - r},
		{0, -1, x0, y1 - r, ny, h / ny, x0 + r, y0 + r},
	}
	for _, s := range sides {
		c := cell(s.length)
		for i := range int(s.n) {
			d := float64(i) * s.length * k
			b.WriteString("q " + axes(s.cos, s.sin, -s.sin, s.cos, s.x+s.cos*d, s.y+s.sin*d) + c + "Q\n")
		}
		total := s.n * s.length * k
		b.WriteString("q " + axes(s.cos, s.sin, -s.sin, s.cos, s.x, s.y))
		for _, off := range []float64{-height - 0.5, height + 0.5} {
			b.WriteString("0 " + num(off*k) + " m " + num(total) + " " + num(off*k) + " l ")
		}
		b.WriteString("S Q\n")
		b.WriteString("q " + axes(s.cos, s.sin, -s.sin, s.cos, s.cx, s.cy) + corner.String() + "Q\n")
	}
	b.WriteString("Q\n")
	return b.String()
})

// rosette is the seal round the result, centred on the origin, in points:
// two rings of interlaced petals about a circle.
var rosette = sync.OnceValue(func() string {
	k := mm
	var b strings.Builder
	ring := func(petals, phases int, middle, height, harmonic float64) {
		var cell strings.Builder
		sector := 2 * math.Pi / float64(petals)
		for j := range phases {
			shift := 2 * math.Pi * float64(j) / float64(phases)
			bezier(&cell, 6, 0, 1, func(t float64) (float64, float64) {
				u := 2*math.Pi*t + shift
				r := (middle + height*(math.Sin(u)+harmonic*math.Sin(2*u))) * k
				return r * math.Cos(t*sector), r * math.Sin(t*sector)
			})
		}
		cell.WriteString("S\n")
		for i := range petals {
			a := float64(i) * sector
			b.WriteString("q " + axes(math.Cos(a), math.Sin(a), -math.Sin(a), math.Cos(a), 0, 0) + cell.String() + "Q\n")
		}
	}
	circle := func(radius float64) {
		bezier(&b, 8, 0, 1, func(t float64) (float64, float64) {
			return radius * k * math.Cos(2*math.Pi*t), radius * k * math.Sin(2*math.Pi*t)
		})
		b.WriteString("S\n")
	}
	b.WriteString("0.26 w 1 J\n")
	ring(12, 12, 18.2, 2.9, 0.1)
	ring(24, 8, 15.4, 1.5, 0)
	b.WriteString("0.6 w\n")
	circle(13.5)
	b.WriteString("0.25 w\n")
	circle(13.05)
	return b.String()
})

// rosetteRadius is that of its petals, rosetteRoom that of the white inside, in
// millimetres.
const (
	rosetteRadius = 21.4
	rosetteRoom   = 12.8
)

// frame draws the border.
func (s *sheet) frame() {
	s.pen(0.1, bronze)
	s.pdf.RawWriteStr(border())
}

// seal draws the rosette about a centre.
func (s *sheet) seal(x, y float64) {
	s.pen(0.1, bronze)
	s.pdf.RawWriteStr("q " + axes(1, 0, 0, 1, x*mm, (pageH-y)*mm) + rosette() + "Q")
}

// specimen writes SPECIMEN across the page, behind everything.
func (s *sheet) specimen() {
	if s.err != nil {
		return
	}
	const word, size, track, angle = "SPECIMEN", 104.0, 0.06, 53.0
	f := faces().bold
	t := style{face: f, size: size, track: track}
	s.pdf.SetFont(f.family, "", size)
	s.pdf.SetTextColor(int(ghost[0]), int(ghost[1]), int(ghost[2]))
	s.pdf.TransformBegin()
	s.pdf.TransformRotate(angle, pageW/2, pageH/2)
	s.pen(0.12, pale)
	s.pdf.SetTextRenderingMode(2) // fill, then outline
	s.pdf.RawWriteStr(num(track*size) + " Tc")
	s.pdf.Text(pageW/2-t.width(word)/2, pageH/2+0.34*size/mm, word)
	s.pdf.RawWriteStr("0 Tc")
	s.pdf.SetTextRenderingMode(0)
	s.pdf.TransformEnd()
}
