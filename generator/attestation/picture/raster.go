package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
)

// Canvas is a picture under way in pixels, transparent at first.
type Canvas struct {
	side int
	pix  []uint8 // red, green, blue, alpha, not premultiplied
}

// NewCanvas is empty, of side by side pixels.
func NewCanvas(side int) *Canvas {
	return &Canvas{side: side, pix: make([]uint8, 4*side*side)}
}

// Clone is another canvas with the same content.
func (c *Canvas) Clone() *Canvas { return &Canvas{c.side, slices.Clone(c.pix)} }

const (
	sub    = 256 // steps of a pixel, along a line
	lines  = 8   // lines that sample a pixel
	shades = 15  // degrees of coverage: few, so that a picture has few colours
)

// edge is a straight piece that goes down, in steps of a pixel.
type edge struct {
	x0, y0, x1, y1 int
	turn           int // +1 where the outline itself goes down, else -1
}

// Draw paints a picture over what is there.
func (c *Canvas) Draw(p Picture) {
	for _, l := range p {
		f := flattener{side: c.side}
		if l.Width > 0 {
			f.half = l.Width / 2 * float64(c.side) / Side * sub
		}
		f.walk(l.Path)
		for k := 1; k < l.Turns; k++ {
			f.walk(l.Path.turned(2 * math.Pi * float64(k) / float64(l.Turns)))
		}
		c.fill(f.edges, l.Color)
	}
}

// flattener makes edges of a path: of its outline, or of the quadrilaterals
// that a line of some width consists of.
type flattener struct {
	side  int
	half  float64 // half the width of the line, in steps; 0 to fill
	edges []edge
}

func (f *flattener) steps(p point) point {
	scale := func(v int) int { return (v*f.side*sub + Side*grain/2) / (Side * grain) }
	return point{scale(p.x), scale(p.y)}
}

func (f *flattener) walk(p *Path) {
	var here, start point
	for _, o := range p.ops {
		var q [3]point
		for i := range q {
			q[i] = f.steps(o.p[i])
		}
		switch o.kind {
		case 'M':
			if f.half == 0 {
				f.line(here, start)
			}
			here, start = q[0], q[0]
		case 'L':
			f.line(here, q[0])
			here = q[0]
		case 'Q':
			const n = 6
			from := here
			for i := 1; i <= n; i++ {
				u := n - i
				weigh := func(a, b, c int) int { return (u*u*a + 2*u*i*b + i*i*c) / (n * n) }
				next := point{weigh(from.x, q[0].x, q[1].x), weigh(from.y, q[0].y, q[1].y)}
				f.line(here, next)
				here = next
			}
		case 'C':
			const n = 8
			from := here
			for i := 1; i <= n; i++ {
				u := n - i
				weigh := func(a, b, c, d int) int { return (u*u*u*a + 3*u*u*i*b + 3*u*i*i*c + i*i*i*d) / (n * n * n) }
				next := point{weigh(from.x, q[0].x, q[1].x, q[2].x), weigh(from.y, q[0].y, q[1].y, q[2].y)}
				f.line(here, next)
				here = next
			}
		case 'Z':
			f.line(here, start)
			here = start
		}
	}
	if f.half == 0 {
		f.line(here, start)
	}
}

func (f *flattener) line(a, b point) {
	if a == b {
		return
	}
	if f.half == 0 {
		f.edge(a, b)
		return
	}
	// The four corners turn the same way whatever the direction, so that pieces
	// that overlap add up.
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	k := f.half / math.Sqrt(float64(dx*dx)+float64(dy*dy))
	nx, ny := int(math.Round(-dy*k)), int(math.Round(dx*k))
	corners := [4]point{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}}
	for i, p := range corners {
		f.edge(p, corners[(i+1)%4])
	}
}

func (f *flattener) edge(a, b point) {
	switch {
	case a.y < b.y:
		f.edges = append(f.edges, edge{a.x, a.y, b.x, b.y, 1})
	case a.y > b.y:
		f.edges = append(f.edges, edge{b.x, b.y, a.x, a.y, -1})
	}
}

// fill paints what the edges turn round, by the non-zero rule.
func (c *Canvas) fill(edges []edge, hue Color) {
	slices.SortStableFunc(edges, func(a, b edge) int { return a.y0 - b.y0 })
	type crossing struct{ x, turn int }
	var active []edge
	var row []crossing
	cover := make([]int, c.side+1)
	next := 0
	for y := range c.side {
		lo, hi := c.side, 0
		for s := range lines {
			level := y*sub + s*sub/lines + sub/lines/2
			for next < len(edges) && edges[next].y0 <= level {
				active = append(active, edges[next])
				next++
			}
			row = row[:0]
			kept := active[:0]
			for _, e := range active {
				if e.y1 <= level {
					continue
				}
				kept = append(kept, e)
				row = append(row, crossing{e.x0 + (e.x1-e.x0)*(level-e.y0)/(e.y1-e.y0), e.turn})
			}
			active = kept
			slices.SortStableFunc(row, func(a, b crossing) int { return a.x - b.x })
			turns := 0
			for i, x := range row {
				if turns == 0 {
					lo = min(lo, max(x.x, 0)/sub)
				}
				if turns != 0 {
					span(cover, row[i-1].x, x.x)
					hi = max(hi, min(x.x/sub+1, c.side))
				}
				turns += x.turn
			}
		}
		for x := lo; x < hi; x++ {
			if n := (cover[x]*shades + lines*sub/2) / (lines * sub); n > 0 {
				c.blend(y*c.side+x, hue, min(n, shades))
			}
			cover[x] = 0
		}
	}
}

// span adds what a line covers from x0 to x1 to the pixels it crosses.
func span(cover []int, x0, x1 int) {
	x0, x1 = max(x0, 0), min(x1, (len(cover)-1)*sub)
	if x0 >= x1 {
		return
	}
	first, last := x0/sub, x1/sub
	if first == last {
		cover[first] += x1 - x0
		return
	}
	cover[first] += (first+1)*sub - x0
	for i := first + 1; i < last; i++ {
		cover[i] += sub
	}
	cover[last] += x1 - last*sub
}

// blend lays a colour over a pixel; n of shades.
func (c *Canvas) blend(i int, hue Color, n int) {
	p := c.pix[4*i : 4*i+4]
	under := int(p[3]) * (shades - n) // of 255·shades
	whole := under + 255*n
	for k := range hue {
		p[k] = uint8((int(p[k])*under + int(hue[k])*255*n + whole/2) / whole)
	}
	p[3] = uint8((whole + shades/2) / shades)
}

// PNG encodes the canvas, with a palette where 256 colours are enough.
func (c *Canvas) PNG() []byte {
	box := image.Rect(0, 0, c.side, c.side)
	var img image.Image = &image.NRGBA{Pix: c.pix, Stride: 4 * c.side, Rect: box}
	palette := color.Palette{}
	index := map[[4]uint8]uint8{}
	few := image.NewPaletted(box, nil)
	var last [4]uint8
	n, ok := uint8(0), false
	for i := range c.side * c.side {
		key := [4]uint8(c.pix[4*i : 4*i+4])
		if key[3] == 0 {
			key = [4]uint8{}
		}
		if !ok || key != last {
			if n, ok = index[key]; !ok {
				if len(palette) == 256 {
					few = nil
					break
				}
				n, ok = uint8(len(palette)), true
				index[key] = n
				palette = append(palette, color.NRGBA{key[0], key[1], key[2], key[3]})
			}
			last = key
		}
		few.Pix[i] = n
	}
	if few != nil {
		few.Palette = palette
		img = few
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, img); err != nil { // a buffer takes everything
		panic("picture: " + err.Error())
	}
	return b.Bytes()
}
