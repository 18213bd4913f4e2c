package pdf

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
)

// Font is one TrueType face with the metrics that layout needs, its glyphs in
// an order of ours: first those of the base, which every file carries, then
// the rest, of which a file carries what it shows. A glyph of the base has the
// same CID in every file, the others are numbered as they are first shown.
// Lengths are in thousandths of the size.
type Font struct {
	name    string // PostScript name
	base    int    // glyphs in the base
	glyphs  [lastRune + 1]uint16
	runes   []rune // by glyph: the first character it stands for; 0 for none
	advance []uint16
	ink     [][4]int16 // by glyph: xMin, yMin, xMax, yMax; all 0 for a blank
	outline [][]byte   // by glyph: its glyf entry, components renumbered
	parts   [][]uint16 // by glyph: components outside the base
	places  [][]int    // by glyph: where in its entry the components are named

	head, hhea, maxp []byte
	left             []int16 // by glyph: left side bearing
	capHeight        int
	italic           bool
	packed           func() *packedFont
}

// lastRune is the last character any face has: « − », U+2212, and the signs
// just after it.
const lastRune = 0x22ff

// ParseFont reads the tables head, hhea, maxp, hmtx, cmap (format 4), loca,
// glyf, OS/2 and name of a TrueType font of 1,000 units (OpenType 1.9). Fonts
// are part of the program: one that does not parse is a mistake of the build,
// hence the panics. base holds the characters that every file carries.
func ParseFont(data []byte, base string) *Font {
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(data[4:])) {
		rec := data[12+16*i:]
		off, n := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = data[off : off+n]
	}
	f := &Font{name: postScriptName(tables["name"]), head: tables["head"], hhea: tables["hhea"], maxp: tables["maxp"]}
	if unit := be.Uint16(f.head[18:]); unit != 1000 {
		panic(fmt.Sprintf("pdf: font %s has %d units an em, not 1000", f.name, unit))
	}
	f.capHeight = int(int16(be.Uint16(tables["OS/2"][88:])))
	f.italic = be.Uint16(f.head[44:])&2 != 0
	loca, glyf, hmtx := tables["loca"], tables["glyf"], tables["hmtx"]
	metrics := int(be.Uint16(f.hhea[34:]))
	count := int(be.Uint16(f.maxp[4:]))
	long := be.Uint16(f.head[50:]) == 1
	at := func(i int) uint32 {
		if long {
			return be.Uint32(loca[4*i:])
		}
		return 2 * uint32(be.Uint16(loca[2*i:]))
	}
	entry := func(g uint16) []byte { return glyf[at(int(g)):at(int(g)+1)] }

	chars := readCmap(f.name, tables["cmap"])
	order := glyphOrder(chars, count, base, entry)
	f.base = order.base
	renumber := make([]uint16, count)
	for now, old := range order.glyphs {
		renumber[old] = uint16(now)
	}
	f.runes = make([]rune, count)
	for c, old := range chars {
		if old == 0 {
			continue
		}
		g := renumber[old]
		f.glyphs[c] = g
		if f.runes[g] == 0 {
			f.runes[g] = rune(c)
		}
	}
	for _, old := range order.glyphs {
		m := int(old)
		if m < metrics {
			f.left = append(f.left, int16(be.Uint16(hmtx[4*m+2:])))
		} else {
			f.left = append(f.left, int16(be.Uint16(hmtx[4*metrics+2*(m-metrics):])))
		}
		f.advance = append(f.advance, be.Uint16(hmtx[4*min(m, metrics-1):]))
		var box [4]int16
		e := slices.Clone(entry(old))
		if len(e) > 0 {
			for k := range box {
				box[k] = int16(be.Uint16(e[2+2*k:]))
			}
		}
		f.ink = append(f.ink, box)
		var parts []uint16
		places := components(e)
		for _, at := range places {
			g := renumber[be.Uint16(e[at:])]
			be.PutUint16(e[at:], g)
			if int(g) >= f.base {
				parts = append(parts, g)
			}
		}
		f.parts, f.places = append(f.parts, parts), append(f.places, places)
		f.outline = append(f.outline, e)
	}
	f.packed = sync.OnceValue(f.pack)
	return f
}

// order is how the glyphs of a font are numbered.
type order struct {
	glyphs []uint16 // old numbers
	base   int
}

// glyphOrder puts the missing glyph first, then the base and what it is
// composed of, then the rest; each in the order of the characters, so that a
// map from glyphs to characters has few ranges.
func glyphOrder(chars *[lastRune + 1]uint16, count int, base string, entry func(uint16) []byte) order {
	o := order{}
	seen := make([]bool, count)
	add := func(g uint16) {
		if !seen[g] {
			seen[g] = true
			o.glyphs = append(o.glyphs, g)
		}
	}
	add(0)
	wanted := []rune(base)
	slices.Sort(wanted)
	for _, r := range wanted {
		add(chars[r])
	}
	for i := 0; i < len(o.glyphs); i++ { // grows: components of components too
		e := entry(o.glyphs[i])
		for _, at := range components(e) {
			add(binary.BigEndian.Uint16(e[at:]))
		}
	}
	o.base = len(o.glyphs)
	for _, g := range chars {
		add(g)
	}
	for g := range count {
		add(uint16(g))
	}
	return o
}

// components returns where in a composite glyph the numbers of its parts
// stand (OpenType 1.9, glyf).
func components(e []byte) (at []int) {
	const wordArgs, oneScale, more, twoScales, matrix = 0x1, 0x8, 0x20, 0x40, 0x80
	if len(e) == 0 || int16(binary.BigEndian.Uint16(e)) >= 0 {
		return nil
	}
	for i := 10; ; {
		flags := binary.BigEndian.Uint16(e[i:])
		at = append(at, i+2)
		i += 6
		if flags&wordArgs != 0 {
			i += 2
		}
		switch {
		case flags&oneScale != 0:
			i += 2
		case flags&twoScales != 0:
			i += 4
		case flags&matrix != 0:
			i += 8
		}
		if flags&more == 0 {
			return at
		}
	}
}

// readCmap reads the first subtable of format 4: segments of codes.
func readCmap(name string, cmap []byte) *[lastRune + 1]uint16 {
	be := binary.BigEndian
	chars := new([lastRune + 1]uint16)
	for i := range int(be.Uint16(cmap[2:])) {
		sub := cmap[be.Uint32(cmap[4+8*i+4:]):]
		if be.Uint16(sub) != 4 {
			continue
		}
		n := int(be.Uint16(sub[6:])) // twice the number of segments
		for i := 0; i < n; i += 2 {
			last, first := int(be.Uint16(sub[14+i:])), int(be.Uint16(sub[16+n+i:]))
			delta, rangeAt := be.Uint16(sub[16+2*n+i:]), 16+3*n+i
			offset := int(be.Uint16(sub[rangeAt:]))
			for c := first; c <= last && c != 0xffff; c++ {
				g := uint16(c) + delta
				if offset != 0 {
					if g = be.Uint16(sub[rangeAt+offset+2*(c-first):]); g != 0 {
						g += delta
					}
				}
				if g != 0 && c <= lastRune {
					chars[c] = g
				}
			}
		}
		return chars
	}
	panic("pdf: font " + name + " has no cmap of format 4")
}

// postScriptName is name 6 of the table, in UTF-16BE (platform 3).
func postScriptName(t []byte) string {
	be := binary.BigEndian
	for i := range int(be.Uint16(t[2:])) {
		rec := t[6+12*i:]
		if be.Uint16(rec) == 3 && be.Uint16(rec[6:]) == 6 {
			at := int(be.Uint16(t[4:])) + int(be.Uint16(rec[10:]))
			var s []byte
			for k := 1; k < int(be.Uint16(rec[8:])); k += 2 {
				s = append(s, t[at+k])
			}
			return string(s)
		}
	}
	panic("pdf: a font without a PostScript name")
}

// Name is the font's PostScript name.
func (f *Font) Name() string { return f.name }

// Glyph is the font's glyph for a character, 0 for none.
func (f *Font) Glyph(r rune) uint16 {
	if uint32(r) > lastRune {
		return 0
	}
	return f.glyphs[r]
}

// Missing returns the first character of s the font has no glyph for.
func (f *Font) Missing(s string) (rune, bool) {
	for _, r := range s {
		if f.Glyph(r) == 0 {
			return r, true
		}
	}
	return 0, false
}

// Width is the advance of s.
func (f *Font) Width(s string) int {
	w := 0
	for _, r := range s {
		w += int(f.advance[f.Glyph(r)])
	}
	return w
}

// Extent is the box of the ink of s: left and right from the origin, up and
// down from the baseline (down negative).
func (f *Font) Extent(s string) (left, right, down, up int) {
	x, first := 0, true
	for _, r := range s {
		g := f.Glyph(r)
		if b := &f.ink[g]; *b != [4]int16{} {
			l, d, rt, u := x+int(b[0]), int(b[1]), x+int(b[2]), int(b[3])
			if first {
				left, right, down, up, first = l, rt, d, u, false
			}
			left, right, down, up = min(left, l), max(right, rt), min(down, d), max(up, u)
		}
		x += int(f.advance[g])
	}
	return left, right, down, up
}
