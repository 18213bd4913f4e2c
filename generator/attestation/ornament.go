package attestation

import (
	"math"
	"strings"

	"etalon/generator/attestation/pdf"
	"etalon/generator/attestation/picture"
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

// operators writes a curve as operators of a content stream.
type operators struct{ *strings.Builder }

func (o operators) Move(x, y float64) { o.WriteString(num(x) + " " + num(y) + " m\n") }

func (o operators) Cubic(ax, ay, bx, by, x, y float64) {
	for _, v := range []float64{ax, ay, bx, by, x, y} {
		o.WriteString(num(v))
		o.WriteByte(' ')
	}
	o.WriteString("c\n")
}

// bezier draws the curve p over t in [from, to], in points, as n cubic pieces.
func bezier(b *strings.Builder, n int, from, to float64, p func(t float64) (x, y float64)) {
	picture.Curve(operators{b}, n, from, to, p)
}

// axes is an affine map of the page's axes: x to (a, b), y to (c, d), then
// moved by (e, f) points.
func axes(a, b, c, d, e, f float64) string {
	var s []byte
	for _, v := range [4]float64{a, b, c, d} {
		s = append(pdf.AppendFine(s, v), ' ')
	}
	s = append(pdf.AppendNumber(s, e), ' ')
	return string(append(pdf.AppendNumber(s, f), " cm\n"...))
}

func num(v float64) string { return string(pdf.AppendNumber(nil, v)) }

// pen sets the colour of lines inside a drawing.
func pen(c color) string {
	var s []byte
	for _, v := range c {
		s = append(pdf.AppendFine(s, float64(v)/255), ' ')
	}
	return string(append(s, "RG\n"...))
}

// drawing wraps operators with the box of what they draw.
func drawing(name string, r float64, ops string, uses ...string) pdf.Drawing {
	return pdf.Drawing{Name: name, Box: [4]float64{-r, -r, r, r}, Ops: []byte(ops), Uses: uses}
}

// border is the frame of a page of the given size in millimetres, in the
// page's own axes (points, y up), with the cells that it repeats.
func border(name string, pageW, pageH float64) []pdf.Drawing {
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
	b.WriteString("q 0.28 w 1 J " + pen(bronze))
	x0, y0 := frameInset*k, frameInset*k
	x1, y1 := (pageW-frameInset)*k, (pageH-frameInset)*k
	r := radius * k
	sides := []struct {
		cos, sin, x, y float64 // direction and start
		n, length      float64
		cx, cy         float64 // centre of the corner that follows
		cell           string
	}{
		{1, 0, x0 + r, y0, nx, w / nx, x1 - r, y0 + r, name + "X"},
		{0, 1, x1, y0 + r, ny, h / ny, x1 - r, y1 - r, name + "Y"},
		{-1, 0, x1 - r, y1, nx, w / nx, x0 + r, y1 - r, name + "X"},
		{0, -1, x0, y1 - r, ny, h / ny, x0 + r, y0 + r, name + "Y"},
	}
	for _, s := range sides {
		start := "q " + axes(s.cos, s.sin, -s.sin, s.cos, s.x, s.y)
		b.WriteString(start)
		for range int(s.n) {
			b.WriteString("/" + s.cell + " Do 1 0 0 1 " + string(pdf.AppendFine(nil, s.length*k)) + " 0 cm\n")
		}
		total := s.n * s.length * k
		b.WriteString("Q " + start)
		for _, off := range []float64{-height - 0.5, height + 0.5} {
			b.WriteString("0 " + num(off*k) + " m " + num(total) + " " + num(off*k) + " l ")
		}
		b.WriteString("S Q\n")
		b.WriteString("q " + axes(s.cos, s.sin, -s.sin, s.cos, s.cx, s.cy) + "/" + name + "C Do Q\n")
	}
	b.WriteString("Q\n")
	whole := drawing(name, 0, b.String(), name+"X", name+"Y", name+"C")
	whole.Box = [4]float64{0, 0, pageW * k, pageH * k}
	return []pdf.Drawing{
		whole, drawing(name+"X", 2*wave*k, cell(w/nx)), drawing(name+"Y", 2*wave*k, cell(h/ny)), drawing(name+"C", 2*r, corner.String()),
	}
}

// rosette is the seal round the result, centred on the origin, in points: two
// rings of interlaced petals about a circle, with the petals it repeats.
func rosette(name string) []pdf.Drawing {
	k := mm
	var b strings.Builder
	b.WriteString("0.26 w 1 J " + pen(bronze))
	ring := func(cellName string, petals, phases int, middle, height, harmonic float64) pdf.Drawing {
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
			b.WriteString("q " + axes(math.Cos(a), math.Sin(a), -math.Sin(a), math.Cos(a), 0, 0) + "/" + cellName + " Do Q\n")
		}
		return drawing(cellName, 1.1*rosetteRadius*k, cell.String())
	}
	circle := func(radius float64) {
		bezier(&b, 8, 0, 1, func(t float64) (float64, float64) {
			return radius * k * math.Cos(2*math.Pi*t), radius * k * math.Sin(2*math.Pi*t)
		})
		b.WriteString("S\n")
	}
	outer := ring(name+"O", 12, 12, 18.2, 2.9, 0.1)
	inner := ring(name+"I", 24, 8, 15.4, 1.5, 0)
	b.WriteString("0.6 w\n")
	circle(13.5)
	b.WriteString("0.25 w\n")
	circle(13.05)
	return []pdf.Drawing{drawing(name, 1.1*rosetteRadius*k, b.String(), outer.Name, inner.Name), outer, inner}
}

// rosetteRadius is that of its petals, rosetteRoom that of the white inside, in
// millimetres.
const (
	rosetteRadius = 21.4
	rosetteRoom   = 12.8
)

// seal draws the rosette about a centre.
func (s *sheet) seal(x, y float64) { s.page.Place(drawingSeal, x*mm, (s.high-y)*mm) }

// specimen writes SPECIMEN across a page of width w, behind everything; the
// foot says so to those who do not see it.
func (s *sheet) specimen(w, angle float64) {
	if s.err != nil {
		return
	}
	const word, size, track = "SPECIMEN", 104.0, 0.06
	t := style{face: faces().bold, size: size, track: track}
	sin, cos := math.Sincos(angle * math.Pi / 180)
	// From the middle of the page, back along the word and down to its baseline.
	back, down := t.width(word)/2, 0.34*size/mm
	x, y := w/2-back*cos+down*sin, s.high/2-back*sin-down*cos
	s.file.Ornament(func() {
		s.page.Turned(pdf.Type{Font: t.face, Size: size, Track: track * size, Color: ghost}, 0.12*mm, pale, cos, sin, pdf.Line{X: x * mm, Y: y * mm, Text: word})
	})
}
