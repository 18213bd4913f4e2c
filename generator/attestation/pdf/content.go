package pdf

import (
	"slices"
	"unicode/utf8"
)

// Color is red, green, blue, in the sRGB space of the output intent.
type Color [3]uint8

// Page is one page under way. Lengths are in points from the lower left corner
// (ISO 32000-1, 8.3.2).
type Page struct {
	doc    *Document
	number int // from 0
	w, h   float64
	packed []byte  // the layers, once the page is finished
	pieces []part  // and, in a file of many, what stands in streams of its own
	marks  []int32 // by MCID: the element it belongs to
	links  []int   // annotations on it
	open   int32   // the element that the marked content under way belongs to
	mute   bool    // whether operators are left out, as a piece has them
	layers [2]layer
	*layer // the one in use
}

// layer is what lies in one plane: ornaments below, what belongs to elements
// above.
type layer struct {
	ops  []byte
	cuts []cut
	// What has been set, so that it is not set again.
	fill, stroke Color
	font         *Font
	size, track  float64
	width        float64
}

// cut is where a piece of operators stands that was compressed before.
type cut struct {
	at    int
	piece *piece
}

const (
	below = iota
	above
)

const nobody = -1

// Number is the page's place in the file, from 1.
func (p *Page) Number() int { return p.number + 1 }

// own makes what follows belong to the element under way or, as an artifact
// (14.8.2.2), to none. Figures own their drawings, other elements their text
// only. Artifacts lie below everything else, all in one sequence.
func (p *Page) own(text bool) {
	d := p.doc
	owner := int32(nobody)
	if n := len(d.stack); n > 0 && !d.ornament {
		if top := d.stack[n-1]; text || d.elements[top].tag == Figure {
			owner = top
		}
	}
	if owner == nobody {
		p.layer = &p.layers[below]
		return
	}
	p.layer = &p.layers[above]
	if owner == p.open {
		return
	}
	p.end()
	p.open = owner
	id := int32(len(p.marks))
	p.marks = append(p.marks, owner)
	d.elements[owner].page = int32(p.number)
	d.adopt(owner, kidContent, id)
	if p.mute {
		return
	}
	p.ops = append(p.ops, '/')
	p.ops = append(p.ops, d.elements[owner].tag...)
	p.ops = append(p.ops, "<</MCID "...)
	p.ops = appendInt(p.ops, int(id))
	p.ops = append(p.ops, ">>BDC\n"...)
}

// end closes the marked content under way.
func (p *Page) end() {
	if p.open != nobody && !p.mute {
		p.layers[above].ops = append(p.layers[above].ops, "EMC\n"...)
	}
	p.open = nobody
}

// Repeat draws what do draws with its origin at (x, y). Files whose key is
// equal must all have the same do, which sets only text in elements that it
// opens: its operators are kept, and compressed once.
func (p *Page) Repeat(key any, x, y float64, do func()) {
	p.end()
	p.layer = &p.layers[above]
	k := p.doc.kit
	if p.doc.mode == Many { // the move, too, is shared
		move := k.pieces.get(repeatKey{[2]float64{x, y}, -1})
		if move == nil {
			move = newText(appendMove(nil, x, y))
			k.pieces.put(repeatKey{[2]float64{x, y}, -1}, move)
		}
		p.cuts = append(p.cuts, cut{len(p.ops), move})
	} else {
		p.ops = appendMove(p.ops, x, y)
	}
	// From here to Q the state is that of the start of a page.
	before := *p.layer
	p.layers[above] = layer{width: 1}
	id := repeatKey{key, len(p.marks)}
	kept := k.pieces.get(id)
	p.mute = kept != nil
	further := p.doc.further
	do()
	p.end()
	p.mute = false
	p.layer = &p.layers[above]
	raw := p.ops
	*p.layer = before
	if kept == nil {
		if further != p.doc.further { // its letters have CIDs of this file
			p.ops = append(append(append(p.ops, pieceBegin...), raw...), pieceEnd...)
			return
		}
		kept = newText(slices.Concat([]byte(pieceBegin), raw, []byte(pieceEnd)))
		k.pieces.put(id, kept)
	}
	p.cuts = append(p.cuts, cut{len(p.ops), kept})
}

// What a piece begins and ends with.
const (
	pieceBegin = "0 g 0 G 1 w 0 Tc\n"
	pieceEnd   = "Q\n"
)

func appendMove(b []byte, x, y float64) []byte {
	b = append(AppendNumber(append(b, "q 1 0 0 1 "...), x), ' ')
	return append(AppendNumber(b, y), " cm\n"...)
}

// repeatKey also holds the first number of the marked content in a piece.
type repeatKey struct {
	key   any
	first int
}

// Rectangles paints rectangles in the colour of areas as one path, in units of
// scale points from (x, y) down: column, row, width, height, each below 100.
// There are many of them in a code, so they are compressed as they are written.
func (p *Page) Rectangles(x, y, scale float64, list [][4]uint8) {
	p.own(false)
	p.ops = append(AppendFine(append(p.ops, "q "...), scale), " 0 0 "...)
	p.ops = append(AppendFine(p.ops, -scale), ' ')
	p.ops = append(AppendNumber(p.ops, x), ' ')
	p.ops = append(AppendNumber(p.ops, y), " cm\n"...)
	p.cuts = append(p.cuts, cut{len(p.ops), rectangles(list)})
	p.ops = append(p.ops, "f Q\n"...)
}

func (p *Page) numbers(op string, v ...float64) {
	for _, x := range v {
		p.ops = append(AppendNumber(p.ops, x), ' ')
	}
	p.ops = append(p.ops, op...)
	p.ops = append(p.ops, '\n')
}

func (p *Page) color(op string, c Color) {
	for _, v := range c {
		p.ops = append(appendScaled(p.ops, float64(v)/255, 1000, 3), ' ')
	}
	p.ops = append(p.ops, op...)
	p.ops = append(p.ops, '\n')
}

// Fill sets the colour of areas and letters.
func (p *Page) Fill(c Color) {
	p.own(false)
	if p.fill != c {
		p.fill = c
		p.color("rg", c)
	}
}

// Pen sets the colour and width of lines.
func (p *Page) Pen(width float64, c Color) {
	p.own(false)
	if p.stroke != c {
		p.stroke = c
		p.color("RG", c)
	}
	if p.width != width {
		p.width = width
		p.numbers("w", width)
	}
}

// Area paints a rectangle in the colour of areas.
func (p *Page) Area(x, y, w, h float64) {
	p.own(false)
	p.numbers("re f", x, y, w, h)
}

// Outline draws a rectangle with the pen.
func (p *Page) Outline(x, y, w, h float64) {
	p.own(false)
	p.numbers("re S", x, y, w, h)
}

// Line draws a straight line with the pen.
func (p *Page) Line(x1, y1, x2, y2 float64) {
	p.own(false)
	p.numbers("m", x1, y1)
	p.numbers("l S", x2, y2)
}

// Dashes draws a straight line with the pen, in strokes of length on and gaps
// of length off.
func (p *Page) Dashes(x1, y1, x2, y2, on, off float64) {
	p.own(false)
	// The pattern is repeated: a rounding would add up.
	p.ops = append(AppendFine(append(p.ops, '['), on), ' ')
	p.ops = append(AppendFine(p.ops, off), "]0 d "...)
	p.numbers("m", x1, y1)
	p.numbers("l S[]0 d", x2, y2)
}

// Polygon paints a polygon, given as x, y, x, y, …
func (p *Page) Polygon(points ...float64) {
	p.own(false)
	for i := 0; i < len(points); i += 2 {
		op := "l"
		if i == 0 {
			op = "m"
		}
		p.numbers(op, points[i], points[i+1])
	}
	p.ops = append(p.ops, "f\n"...)
}

// Place draws one of the kit's drawings, its origin at (x, y).
func (p *Page) Place(drawing string, x, y float64) {
	p.own(false)
	p.doc.uses(drawing)
	p.ops = append(p.ops, "q 1 0 0 1 "...)
	p.ops = append(AppendNumber(p.ops, x), ' ')
	p.ops = append(AppendNumber(p.ops, y), " cm /"...)
	p.ops = append(p.ops, drawing...)
	p.ops = append(p.ops, " Do Q\n"...)
}

// Line is one line of text: where it begins and what it says.
type Line struct {
	X, Y float64
	Text string
}

// Type is how text is set: track is the space added after each letter.
type Type struct {
	Font        *Font
	Size, Track float64
	Color       Color
}

// Text sets lines, which belong to the element under way. Every character must
// have a glyph.
func (p *Page) Text(t Type, lines []Line) {
	p.own(true)
	if p.mute {
		if p.doc.mode == Small { // its letters are shown all the same
			n := len(p.ops)
			for _, l := range lines {
				p.encode(t.Font, l.Text)
			}
			p.ops = p.ops[:n]
		}
		return
	}
	if p.fill != t.Color {
		p.fill = t.Color
		p.color("rg", t.Color)
	}
	p.ops = append(p.ops, "BT "...)
	p.face(t)
	var x, y float64
	for _, l := range lines {
		// Rounded here, so that the moves add up.
		lx, ly := round2(l.X), round2(l.Y)
		p.ops = append(AppendNumber(p.ops, lx-x), ' ')
		p.ops = append(AppendNumber(p.ops, ly-y), " Td("...)
		x, y = lx, ly
		p.encode(t.Font, l.Text)
		p.ops = append(p.ops, ")Tj\n"...)
	}
	p.ops = append(p.ops, "ET\n"...)
}

// Turned sets one line along the direction (cos, sin), its letters filled and
// outlined with a pen.
func (p *Page) Turned(t Type, width float64, outline Color, cos, sin float64, l Line) {
	p.own(true)
	p.Pen(width, outline)
	if p.fill != t.Color {
		p.fill = t.Color
		p.color("rg", t.Color)
	}
	p.ops = append(p.ops, "BT 2 Tr "...)
	p.face(t)
	for _, v := range []float64{cos, sin, -sin, cos} {
		p.ops = append(AppendFine(p.ops, v), ' ')
	}
	p.ops = append(AppendNumber(p.ops, l.X), ' ')
	p.ops = append(AppendNumber(p.ops, l.Y), " Tm("...)
	p.encode(t.Font, l.Text)
	p.ops = append(p.ops, ")Tj 0 Tr ET\n"...)
}

// face sets font, size and tracking where they differ.
func (p *Page) face(t Type) {
	if p.font != t.Font || p.size != t.Size {
		p.font, p.size = t.Font, t.Size
		p.ops = append(p.ops, "/F"...)
		p.ops = appendInt(p.ops, p.doc.kit.index(t.Font))
		p.ops = append(p.ops, ' ')
		p.ops = append(AppendNumber(p.ops, t.Size), " Tf "...)
	}
	if p.track != t.Track {
		p.track = t.Track
		p.ops = append(AppendNumber(p.ops, t.Track), " Tc "...)
	}
}

func round2(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }

// encode writes text as glyph numbers of two bytes (Identity-H).
func (p *Page) encode(f *Font, s string) {
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		i += n
		g := p.doc.cid(f, f.Glyph(r))
		p.ops = appendByte(appendByte(p.ops, byte(g>>8)), byte(g))
	}
}
