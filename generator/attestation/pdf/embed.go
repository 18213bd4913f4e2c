package pdf

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// packedFont is what never changes of an embedded font, compressed once.
type packedFont struct {
	plain    embedded
	metrics  piece // hmtx of the base
	offsets  piece // loca of the base
	outlines piece // glyf entries of the base
}

// embedded is a font as a file has it.
type embedded struct {
	program stream
	unicode stream // ToUnicode
	widths  string // W
}

// stream is a deflated stream and the length of what it holds.
type stream struct {
	data []byte
	size int
}

func (f *Font) pack() *packedFont {
	p := &packedFont{}
	var glyf, hmtx []byte
	for g := range f.base {
		hmtx = f.appendMetrics(hmtx, uint16(g))
	}
	loca := []byte{0, 0}
	for _, e := range f.outline[:f.base] {
		glyf = appendGlyph(glyf, e)
		loca = binary.BigEndian.AppendUint16(loca, uint16(len(glyf)/2))
	}
	p.metrics, p.offsets, p.outlines = newPiece(hmtx), newPiece(loca), newPiece(glyf)
	all := slices.Concat(f.tables(f.base, hmtx, loca, glyf), pad4(hmtx), pad4(loca), pad4(glyf))
	m := f.toUnicode(nil)
	p.plain = embedded{stream{deflated(all), len(all)}, stream{deflated(m), len(m)}, f.widthArray(nil)}
	return p
}

func (f *Font) appendMetrics(b []byte, g uint16) []byte {
	b = binary.BigEndian.AppendUint16(b, f.advance[g])
	return binary.BigEndian.AppendUint16(b, uint16(f.left[g]))
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

// tables begins a TrueType font program of n glyphs, as PDF wants it (ISO
// 32000-1, 9.9: no cmap, no names): directory, head, hhea and maxp. The other
// three tables follow, each filled up to four bytes.
func (f *Font) tables(n int, hmtx, loca, glyf []byte) []byte {
	be := binary.BigEndian
	header, hhea, maxp := slices.Clone(f.head), slices.Clone(f.hhea), slices.Clone(f.maxp)
	be.PutUint32(header[8:], 0)  // checkSumAdjustment, set below
	be.PutUint16(header[50:], 0) // short loca
	be.PutUint16(hhea[34:], uint16(n))
	be.PutUint16(maxp[4:], uint16(n))
	tables := []struct {
		tag  string
		data []byte
	}{{"glyf", glyf}, {"head", header}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}}
	const count = 6
	dir := make([]byte, 12+16*count, 256)
	be.PutUint32(dir, 0x00010000)
	for i, v := range []uint16{count, 64, 2, count*16 - 64} { // searchRange, entrySelector, rangeShift
		be.PutUint16(dir[4+2*i:], v)
	}
	at := len(dir)
	sums := uint32(0)
	for _, i := range []int{1, 2, 5, 3, 4, 0} { // in this order in the file
		t := &tables[i]
		rec := dir[12+16*i:]
		copy(rec, t.tag)
		sum := checksum(t.data)
		sums += sum
		be.PutUint32(rec[4:], sum)
		be.PutUint32(rec[8:], uint32(at))
		be.PutUint32(rec[12:], uint32(len(t.data)))
		at += (len(t.data) + 3) / 4 * 4
	}
	be.PutUint32(header[8:], 0xb1b0afba-(sums+checksum(dir)))
	for _, t := range [][]byte{header, hhea, maxp} {
		dir = pad4(append(dir, t...))
	}
	return dir
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

// embed returns the font with the base and the further glyphs shown, which
// have the CIDs that follow the base.
func (f *Font) embed(shown []uint16) embedded {
	p := f.packed()
	if len(shown) == 0 {
		return p.plain
	}
	be := binary.BigEndian
	cids := make(map[uint16]uint16, 2*len(shown))
	for i, g := range shown {
		cids[g] = uint16(f.base + i)
	}
	all := slices.Clone(shown)
	for i := 0; i < len(all); i++ { // grows: components outside the base follow
		for _, part := range f.parts[all[i]] {
			if _, ok := cids[part]; !ok {
				cids[part] = uint16(f.base + len(all))
				all = append(all, part)
			}
		}
	}
	glyf, loca, hmtx := append(buffer(), p.outlines.raw...), append(buffer(), p.offsets.raw...), append(buffer(), p.metrics.raw...)
	for _, g := range all {
		at := len(glyf)
		glyf = appendGlyph(glyf, f.outline[g])
		for _, k := range components(f.outline[g]) {
			if cid, ok := cids[be.Uint16(glyf[at+k:])]; ok {
				be.PutUint16(glyf[at+k:], cid)
			}
		}
		loca = be.AppendUint16(loca, uint16(len(glyf)/2))
		hmtx = f.appendMetrics(hmtx, g)
	}
	z := deflater{out: buffer()}
	z.store(f.tables(f.base+len(all), hmtx, loca, glyf))
	for i, t := range [3][]byte{pad4(hmtx), pad4(loca), pad4(glyf)} {
		base := [3]*piece{&p.metrics, &p.offsets, &p.outlines}[i]
		z.piece(*base)
		z.store(t[len(base.raw):])
		free(t)
	}
	m := f.toUnicode(shown)
	u := deflater{out: buffer()}
	u.write(m)
	return embedded{stream{z.close(), z.size}, stream{u.close(), len(m)}, f.widthArray(all)}
}

// widthArray is W of a CIDFont: the widths of the base and of further glyphs.
func (f *Font) widthArray(more []uint16) string {
	b := []byte("[0[")
	for g, w := range f.advance[:f.base] {
		if g > 0 {
			b = append(b, ' ')
		}
		b = appendInt(b, int(w))
	}
	for _, g := range more {
		b = appendInt(append(b, ' '), int(f.advance[g]))
	}
	return string(append(b, "]]"...))
}

// toUnicode is the CMap from the glyphs of the base and further ones to
// characters (ISO 32000-1, 9.10.3): ranges of consecutive characters, which
// stay within one high byte.
func (f *Font) toUnicode(more []uint16) []byte {
	type span struct{ first, last, char int }
	var spans []span
	add := func(cid, c int) {
		if c == 0 {
			return
		}
		if k := len(spans) - 1; k >= 0 && spans[k].last == cid-1 && spans[k].char+cid-spans[k].first == c && cid>>8 == spans[k].first>>8 && c>>8 == spans[k].char>>8 {
			spans[k].last = cid
			return
		}
		spans = append(spans, span{cid, cid, c})
	}
	for g := 1; g < f.base; g++ {
		add(g, int(f.runes[g]))
	}
	for i, g := range more {
		add(f.base+i, int(f.runes[g]))
	}
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(spans, 100) {
		b = append(appendInt(b, len(part)), " beginbfrange\n"...)
		for _, s := range part {
			b = appendHex(b, []byte{byte(s.first >> 8), byte(s.first)})
			b = appendHex(b, []byte{byte(s.last >> 8), byte(s.last)})
			b = append(appendHex(b, []byte{byte(s.char >> 8), byte(s.char)}), '\n')
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
