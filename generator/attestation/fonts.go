package attestation

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sync"
)

//go:embed fonts/serif-medium.ttf
var serifMedium []byte

//go:embed fonts/serif-italic.ttf
var serifItalic []byte

//go:embed fonts/sans-regular.ttf
var sansRegular []byte

//go:embed fonts/sans-semibold.ttf
var sansSemibold []byte

//go:embed fonts/mono-medium.ttf
var monoMedium []byte

// face is one font with the metrics layout needs. Lengths are in thousandths
// of the size.
type face struct {
	family  string // the name fpdf knows it by
	data    []byte
	glyphs  [lastRune + 1]uint16 // by character; 0 where there is none
	advance []int                // by glyph
	ink     [][4]int16           // by glyph: xMin, yMin, xMax, yMax; all 0 for a blank
}

// lastRune is the last character any of the faces has: « − », U+2212, and the
// signs just after it.
const lastRune = 0x22ff

// faces holds the five faces, parsed once.
var faces = sync.OnceValue(func() *faceSet {
	return &faceSet{
		serif:  parseFace("serif", serifMedium),
		italic: parseFace("italic", serifItalic),
		sans:   parseFace("sans", sansRegular),
		bold:   parseFace("bold", sansSemibold),
		mono:   parseFace("mono", monoMedium),
	}
})

type faceSet struct{ serif, italic, sans, bold, mono *face }

func (s *faceSet) all() []*face { return []*face{s.serif, s.italic, s.sans, s.bold, s.mono} }

// parseFace reads the tables head, hhea, hmtx, cmap (format 4), loca and glyf
// of a TrueType font (OpenType 1.9). The fonts are part of the program: one
// that does not parse is a mistake of the build, hence the panics.
func parseFace(family string, data []byte) *face {
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(data[4:])) {
		rec := data[12+16*i:]
		off, n := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = data[off : off+n]
	}
	f := &face{family: family, data: data}
	head, hmtx, loca, glyf := tables["head"], tables["hmtx"], tables["loca"], tables["glyf"]
	if unit := be.Uint16(head[18:]); unit != 1000 {
		panic(fmt.Sprintf("attestation: font %s has %d units an em, not 1000", family, unit))
	}
	metrics := int(be.Uint16(tables["hhea"][34:]))
	count := int(be.Uint16(tables["maxp"][4:]))
	long := be.Uint16(head[50:]) == 1
	at := func(i int) uint32 {
		if long {
			return be.Uint32(loca[4*i:])
		}
		return 2 * uint32(be.Uint16(loca[2*i:]))
	}
	for g := range count {
		f.advance = append(f.advance, int(be.Uint16(hmtx[4*min(g, metrics-1):])))
		var box [4]int16
		if lo, hi := at(g), at(g+1); hi > lo {
			for k := range box {
				box[k] = int16(be.Uint16(glyf[lo+2+2*uint32(k):]))
			}
		}
		f.ink = append(f.ink, box)
	}
	cmap := tables["cmap"]
	for i := range int(be.Uint16(cmap[2:])) {
		sub := cmap[be.Uint32(cmap[4+8*i+4:]):]
		if be.Uint16(sub) == 4 {
			f.readFormat4(sub)
			return f
		}
	}
	panic("attestation: font " + family + " has no cmap of format 4")
}

// readFormat4 reads a cmap subtable of format 4: segments of codes.
func (f *face) readFormat4(sub []byte) {
	be := binary.BigEndian
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
				f.glyphs[c] = g
			}
		}
	}
}

// glyph is the face's glyph for a character, 0 for none.
func (f *face) glyph(r rune) uint16 {
	if r < 0 || r > lastRune {
		return 0
	}
	return f.glyphs[r]
}

// missing returns the first character of s the face has no glyph for.
func (f *face) missing(s string) (rune, bool) {
	for _, r := range s {
		if f.glyph(r) == 0 {
			return r, true
		}
	}
	return 0, false
}

// width is the advance of s in thousandths of the size.
func (f *face) width(s string) int {
	w := 0
	for _, r := range s {
		w += f.advance[f.glyph(r)]
	}
	return w
}

// extent is the box of the ink of s in thousandths of the size: left and right
// from the origin, up and down from the baseline (down negative).
func (f *face) extent(s string) (left, right, down, up int) {
	x, first := 0, true
	for _, r := range s {
		g := f.glyph(r)
		if b := f.ink[g]; b != [4]int16{} {
			l, d, rt, u := x+int(b[0]), int(b[1]), x+int(b[2]), int(b[3])
			if first {
				left, right, down, up, first = l, rt, d, u, false
			}
			left, right, down, up = min(left, l), max(right, rt), min(down, d), max(up, u)
		}
		x += f.advance[g]
	}
	return left, right, down, up
}
