package pdf

import "encoding/binary"

// OutlinePoint is a point of a contour: on it, or the control point of a
// quadratic curve between two that are, given or halfway between controls.
type OutlinePoint struct {
	X, Y float64
	On   bool
}

// Outline returns the closed contours of a character's glyph, in thousandths
// of the size, y up (OpenType 1.9, glyf); none for a blank.
func (f *Font) Outline(r rune) [][]OutlinePoint { return f.contours(f.Glyph(r)) }

func (f *Font) contours(g uint16) [][]OutlinePoint {
	e := f.outline[g]
	if len(e) == 0 {
		return nil
	}
	if n := int(int16(binary.BigEndian.Uint16(e))); n >= 0 {
		return simpleContours(e[10:], n)
	}
	var out [][]OutlinePoint
	for i, more := 10, true; more; {
		var part uint16
		var m [6]float64
		part, m, more, i = component(e, i)
		for _, contour := range f.contours(part) {
			for k, p := range contour {
				contour[k].X = m[0]*p.X + m[2]*p.Y + m[4]
				contour[k].Y = m[1]*p.X + m[3]*p.Y + m[5]
			}
			out = append(out, contour)
		}
	}
	return out
}

// component reads a part of a composite glyph: its number and the map of its
// axes, placed by offsets.
func component(e []byte, i int) (g uint16, m [6]float64, more bool, next int) {
	const words, offsets, oneScale, goesOn, twoScales, matrix = 0x1, 0x2, 0x8, 0x20, 0x40, 0x80
	be := binary.BigEndian
	flags := be.Uint16(e[i:])
	g = be.Uint16(e[i+2:])
	i += 4
	m = [6]float64{1, 0, 0, 1, 0, 0}
	if flags&offsets == 0 {
		panic("pdf: a glyph whose parts are placed by points")
	}
	if flags&words != 0 {
		m[4], m[5] = float64(int16(be.Uint16(e[i:]))), float64(int16(be.Uint16(e[i+2:])))
		i += 4
	} else {
		m[4], m[5] = float64(int8(e[i])), float64(int8(e[i+1]))
		i += 2
	}
	scale := func() float64 { // 2 bits and 14 of fraction
		v := float64(int16(be.Uint16(e[i:]))) / (1 << 14)
		i += 2
		return v
	}
	switch {
	case flags&oneScale != 0:
		m[0] = scale()
		m[3] = m[0]
	case flags&twoScales != 0:
		m[0], m[3] = scale(), scale()
	case flags&matrix != 0:
		m[0], m[1], m[2], m[3] = scale(), scale(), scale(), scale()
	}
	return g, m, flags&goesOn != 0, i
}

// simpleContours reads n contours: their ends, instructions, flags, then x and
// y as differences.
func simpleContours(e []byte, n int) [][]OutlinePoint {
	const on, shortX, shortY, repeat, sameX, sameY = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20
	be := binary.BigEndian
	ends := make([]int, n)
	for i := range ends {
		ends[i] = int(be.Uint16(e[2*i:])) + 1
	}
	e = e[2*n:]
	e = e[2+int(be.Uint16(e)):]
	total := 0
	if n > 0 {
		total = ends[n-1]
	}
	flags := make([]byte, 0, total)
	for len(flags) < total {
		f, times := e[0], 1
		e = e[1:]
		if f&repeat != 0 {
			times += int(e[0])
			e = e[1:]
		}
		for range times {
			flags = append(flags, f)
		}
	}
	points := make([]OutlinePoint, total)
	axis := func(short, same byte, put func(p *OutlinePoint, v int)) {
		v := 0
		for i := range points {
			switch f := flags[i]; {
			case f&short != 0 && f&same != 0:
				v += int(e[0])
				e = e[1:]
			case f&short != 0:
				v -= int(e[0])
				e = e[1:]
			case f&same == 0:
				v += int(int16(be.Uint16(e)))
				e = e[2:]
			}
			put(&points[i], v)
		}
	}
	axis(shortX, sameX, func(p *OutlinePoint, v int) { p.X = float64(v) })
	axis(shortY, sameY, func(p *OutlinePoint, v int) { p.Y = float64(v) })
	out := make([][]OutlinePoint, 0, n)
	from := 0
	for _, end := range ends {
		for i := from; i < end; i++ {
			points[i].On = flags[i]&on != 0
		}
		out = append(out, points[from:end:end])
		from = end
	}
	return out
}
