package picture

import (
	"fmt"
	"strconv"
)

// SVG writes the layers as elements of an SVG whose view box is 0 0 400 400
// (SVG 2).
func (p Picture) SVG() string {
	var b []byte
	for i, l := range p {
		if len(l.Path.ops) == 0 {
			continue
		}
		b = append(b, `<path `...)
		id := "turn" + strconv.Itoa(i)
		if l.Turns > 1 {
			b = append(b, `id="`+id+`" `...)
		}
		hue := fmt.Sprintf("#%02x%02x%02x", l.Color[0], l.Color[1], l.Color[2])
		if l.Width > 0 {
			b = append(b, `fill="none" stroke="`+hue+`" stroke-width="`...)
			b = appendUnits(b, at(l.Width, 0).x, false)
			b = append(b, `" d="`...)
		} else {
			b = append(b, `fill="`+hue+`" d="`...)
		}
		b = append(l.Path.appendData(b), "\"/>\n"...)
		for k := 1; k < l.Turns; k++ {
			b = fmt.Appendf(b, "<use href=\"#%s\" transform=\"rotate(%g %d %[3]d)\"/>\n", id, float64(360*k)/float64(l.Turns), Side/2)
		}
	}
	return string(b)
}

// appendData writes the path in commands relative to the point reached, which
// are short.
func (p *Path) appendData(b []byte) []byte {
	var here, start point
	last := byte(0)
	put := func(kind byte, points ...point) {
		if kind != last || kind == 'm' {
			b = append(b, kind)
			last = kind
		} else if points[0].x-here.x >= 0 {
			b = append(b, ' ')
		}
		for i, q := range points {
			b = appendUnits(b, q.x-here.x, i > 0)
			b = appendUnits(b, q.y-here.y, true)
		}
		here = points[len(points)-1]
	}
	for _, o := range p.ops {
		switch o.kind {
		case 'M':
			put('m', o.p[0])
			start = here
		case 'L':
			put('l', o.p[0])
		case 'Q':
			put('q', o.p[:2]...)
		case 'C':
			put('c', o.p[:]...)
		case 'Z':
			b = append(b, 'z')
			last, here = 'z', start
		}
	}
	return b
}

// appendUnits writes tenths as units, with a space before what would run
// into the number that stands there.
func appendUnits(b []byte, v int, spaced bool) []byte {
	if spaced && v >= 0 {
		b = append(b, ' ')
	}
	if v < 0 {
		b = append(b, '-')
		v = -v
	}
	whole, rest := v/grain, v%grain
	if whole > 0 || rest == 0 {
		b = strconv.AppendInt(b, int64(whole), 10)
	}
	if rest > 0 {
		b = append(b, '.', byte('0'+rest))
	}
	return b
}
