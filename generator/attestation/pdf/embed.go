package pdf

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// packedFont is what never changes of an embedded font, compressed once.
type packedFont struct {
	file     stream    // font program with the base alone
	unicode  [2]stream // ToUnicode of the base, of every glyph
	widths   [2]string // W of the base, of every glyph
	metrics  piece     // table hmtx of every glyph
	outlines piece     // glyf entries of the base
	offsets  []byte    // loca of the base
}

// stream is a deflated stream and the length of what it holds.
type stream struct {
	data []byte
	size int
}

func (f *Font) pack() *packedFont {
	p := &packedFont{}
	var hmtx, glyf []byte
	for g := range f.advance {
		hmtx = binary.BigEndian.AppendUint16(hmtx, f.advance[g])
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(f.left[g]))
	}
	p.offsets = append(p.offsets, 0, 0)
	for _, e := range f.outline[:f.base] {
		glyf = appendGlyph(glyf, e)
		p.offsets = binary.BigEndian.AppendUint16(p.offsets, uint16(len(glyf)/2))
	}
	p.metrics, p.outlines = newPiece(pad4(hmtx)), newPiece(glyf)
	whole := f.program(f.base, slices.Clone(hmtx[:4*f.base]), slices.Clone(p.offsets), glyf)
	all := slices.Concat(whole...)
	p.file = stream{deflated(all), len(all)}
	for i, n := range []int{f.base, len(f.advance)} {
		m := f.toUnicode(n)
		p.unicode[i] = stream{deflated(m), len(m)}
		p.widths[i] = f.widthArray(n)
	}
	return p
}

func appendGlyph(glyf, e []byte) []byte {
	glyf = append(glyf, e...)
	if len(glyf)%2 != 0 {
		glyf = append(glyf, 0)
	}
	return glyf
}

func pad4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// program is a TrueType font program of the first n glyphs, as PDF wants it
// (ISO 32000-1, 9.9: no cmap, no names), in pieces: directory and small
// tables, hmtx, loca, glyf.
func (f *Font) program(n int, hmtx, loca, glyf []byte) [][]byte {
	be := binary.BigEndian
	head, hhea, maxp := slices.Clone(f.head), slices.Clone(f.hhea), slices.Clone(f.maxp)
	be.PutUint32(head[8:], 0)  // checkSumAdjustment, set below
	be.PutUint16(head[50:], 0) // short loca
	be.PutUint16(hhea[34:], uint16(n))
	be.PutUint16(maxp[4:], uint16(n))
	tables := []struct {
		tag  string
		data []byte
		size int
	}{
		{"glyf", glyf, len(glyf)}, {"head", head, len(head)}, {"hhea", hhea, len(hhea)},
		{"hmtx", hmtx, 4 * n}, {"loca", loca, 2 * (n + 1)}, {"maxp", maxp, len(maxp)},
	}
	const count = 6
	dir := make([]byte, 12+16*count, 512)
	be.PutUint32(dir, 0x00010000)
	for i, v := range []uint16{count, 64, 2, count*16 - 64} { // searchRange, entrySelector, rangeShift
		be.PutUint16(dir[4+2*i:], v)
	}
	place := map[string]int{}
	at := len(dir)
	sums := uint32(0)
	for _, i := range []int{1, 2, 5, 3, 4, 0} { // in this order in the file
		t := &tables[i]
		place[t.tag] = at
		rec := dir[12+16*i:]
		copy(rec, t.tag)
		sum := checksum(t.data)
		sums += sum
		be.PutUint32(rec[4:], sum)
		be.PutUint32(rec[8:], uint32(at))
		be.PutUint32(rec[12:], uint32(t.size))
		at += (len(t.data) + 3) / 4 * 4
	}
	be.PutUint32(head[8:], 0xb1b0afba-(sums+checksum(dir)))
	for _, t := range [][]byte{head, hhea, maxp} {
		dir = pad4(append(dir, t...))
	}
	return [][]byte{dir, pad4(hmtx), pad4(loca), pad4(glyf)}
}

// checksum is that of a table (OpenType 1.9).
func checksum(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += binary.BigEndian.Uint32(last[:])
	}
	return sum
}

// subset returns the font program with the base and the further glyphs shown,
// and which variant of widths and ToUnicode goes with it.
func (f *Font) subset(shown []bool) (stream, int) {
	p := f.packed()
	more := false
	need := make([]bool, len(f.advance))
	var mark func(g uint16)
	mark = func(g uint16) {
		if int(g) >= f.base && !need[g] {
			need[g], more = true, true
			for _, part := range f.parts[g] {
				mark(part)
			}
		}
	}
	for g, on := range shown {
		if on {
			mark(uint16(g))
		}
	}
	if !more {
		return p.file, 0
	}
	n := len(f.advance)
	glyf := p.outlines.raw
	loca := slices.Grow(slices.Clone(p.offsets), 2*(n-f.base)+2)
	for g := f.base; g < n; g++ {
		if need[g] {
			glyf = appendGlyph(slices.Clip(glyf), f.outline[g])
		}
		loca = binary.BigEndian.AppendUint16(loca, uint16(len(glyf)/2))
	}
	parts := f.program(n, p.metrics.raw[:4*n], loca, glyf)
	var z deflater
	z.write(parts[0])
	z.piece(p.metrics)
	z.write(parts[2])
	z.piece(p.outlines)
	z.write(parts[3][len(p.outlines.raw):])
	data := z.close()
	return stream{data, z.size}, 1
}

// widthArray is W of a CIDFont: the widths of the first n glyphs.
func (f *Font) widthArray(n int) string {
	b := []byte("[0[")
	for g, w := range f.advance[:n] {
		if g > 0 {
			b = append(b, ' ')
		}
		b = fmt.Appendf(b, "%d", w)
	}
	return string(append(b, "]]"...))
}

// toUnicode is the CMap from the first n glyphs to characters (ISO 32000-1,
// 9.10.3): ranges of consecutive characters, which stay within one high byte.
func (f *Font) toUnicode(n int) []byte {
	type span struct{ first, last, char int }
	var spans []span
	for g := 1; g < n; g++ {
		c := int(f.runes[g])
		if c == 0 {
			continue
		}
		if k := len(spans) - 1; k >= 0 && spans[k].last == g-1 && spans[k].char+g-spans[k].first == c && g>>8 == spans[k].first>>8 && c>>8 == spans[k].char>>8 {
			spans[k].last = g
			continue
		}
		spans = append(spans, span{g, g, c})
	}
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(spans, 100) {
		b = fmt.Appendf(b, "%d beginbfrange\n", len(part))
		for _, s := range part {
			b = fmt.Appendf(b, "<%04X> <%04X> <%04X>\n", s.first, s.last, s.char)
		}
		b = append(b, "endbfrange\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}

// descriptor is the font descriptor (ISO 32000-1, 9.8), but for the font file.
func (f *Font) descriptor() string {
	be := binary.BigEndian
	flags, angle, stem := 4, 0, 80 // symbolic: not in a standard encoding
	if f.italic {
		flags, angle = flags|64, -12
	}
	return fmt.Sprintf("/Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d/StemV %d",
		f.tagged(), flags, int16(be.Uint16(f.head[36:])), int16(be.Uint16(f.head[38:])), int16(be.Uint16(f.head[40:])), int16(be.Uint16(f.head[42:])),
		angle, int16(be.Uint16(f.hhea[4:])), int16(be.Uint16(f.hhea[6:])), f.capHeight, stem)
}

// tagged is the font's name with the tag of a subset (9.6.4).
func (f *Font) tagged() string { return "ETALON+" + f.name }
