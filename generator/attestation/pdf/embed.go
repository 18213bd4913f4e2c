package pdf

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// packedFont is what never changes of an embedded font, compressed once.
type packedFont struct {
	plain    embedded
	metrics  *piece    // hmtx of the base
	offsets  *piece    // loca of the base, in whole words, but for its last entry
	after    []byte    // what follows of it
	outlines *piece    // glyf entries of the base, filled up to four bytes
	sums     [3]uint32 // checksums of these three
	unicode  *piece    // ToUnicode of the base, but for its end
}

// embedded is a font as a file has it.
type embedded struct {
	program stream
	unicode stream // ToUnicode
}

// table is the size and checksum of a table of a font.
type table struct {
	size int
	sum  uint32
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
	glyf = pad4(glyf)
	whole := (len(loca) - 2) &^ 3
	p.metrics, p.offsets, p.outlines = newPiece(hmtx), newPiece(loca[:whole]), newPiece(glyf)
	p.sums = [3]uint32{checksum(hmtx), checksum(loca[:whole]), checksum(glyf)}
	p.after = slices.Clone(loca[whole:])
	all := slices.Concat(f.tables(f.base, [3]table{{len(hmtx), p.sums[0]}, {len(loca), checksum(loca)}, {len(glyf), p.sums[2]}}),
		pad4(hmtx), pad4(loca), glyf)
	m := f.toUnicode()
	p.unicode = newPiece(m)
	m = append(m, endUnicode...)
	p.plain = embedded{stream{deflated(all), len(all)}, stream{deflated(m), len(m)}}
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
// 32000-1, 9.9: no cmap, no names): directory, head, hhea and maxp. The tables
// hmtx, loca and glyf, described in this order, follow, each filled up to four
// bytes.
func (f *Font) tables(n int, last [3]table) []byte {
	be := binary.BigEndian
	header, hhea, maxp := slices.Clone(f.head), slices.Clone(f.hhea), slices.Clone(f.maxp)
	be.PutUint32(header[8:], 0)  // checkSumAdjustment, set below
	be.PutUint16(header[50:], 0) // short loca
	be.PutUint16(hhea[34:], uint16(n))
	be.PutUint16(maxp[4:], uint16(n))
	tables := []struct {
		tag string
		table
	}{
		{"glyf", last[2]}, {"head", table{len(header), checksum(header)}}, {"hhea", table{len(hhea), checksum(hhea)}},
		{"hmtx", last[0]}, {"loca", last[1]}, {"maxp", table{len(maxp), checksum(maxp)}},
	}
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
		sums += t.sum
		be.PutUint32(rec[4:], t.sum)
		be.PutUint32(rec[8:], uint32(at))
		be.PutUint32(rec[12:], uint32(t.size))
		at += (t.size + 3) / 4 * 4
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
// have the CIDs that follow the base; all adds the glyphs that these are
// composed of.
func (f *Font) embed(shown []uint16) (e embedded, all []uint16) {
	p := f.packed()
	if len(shown) == 0 {
		return p.plain, nil
	}
	be := binary.BigEndian
	all = f.withParts(shown)
	// What follows the base in each table. The first further glyph begins on a
	// whole word.
	base := len(p.outlines.raw)
	glyf, loca, hmtx := buffer(), append(buffer(), p.after...), buffer()
	be.PutUint16(loca[len(loca)-2:], uint16(base/2))
	for _, g := range all {
		glyf = f.appendFurther(glyf, g, all)
		loca = be.AppendUint16(loca, uint16((base+len(glyf))/2))
		hmtx = f.appendMetrics(hmtx, g)
	}
	z := deflater{out: buffer()}
	z.store(f.tables(f.base+len(all), [3]table{
		{len(p.metrics.raw) + len(hmtx), p.sums[0] + checksum(hmtx)},
		{len(p.offsets.raw) + len(loca), p.sums[1] + checksum(loca)},
		{base + len(glyf), p.sums[2] + checksum(glyf)},
	}))
	z.piece(p.metrics)
	z.store(pad4(hmtx))
	z.piece(p.offsets)
	z.store(pad4(loca))
	z.piece(p.outlines)
	z.outline(pad4(glyf))
	free(glyf)
	free(loca)
	free(hmtx)
	u := deflater{out: buffer()}
	u.piece(p.unicode)
	more := appendRanges(buffer(), f.spans(f.base, shown))
	u.write(append(more, endUnicode...))
	free(more)
	return embedded{stream{z.close(), z.size}, stream{u.close(), u.size}}, all
}

// appendWidths writes the widths of glyphs for W of a CIDFont.
func (f *Font) appendWidths(b []byte, glyphs []uint16) []byte {
	for _, g := range glyphs {
		b = appendInt(append(b, ' '), int(f.advance[g]))
	}
	return b
}

// span is a range of CIDs with consecutive characters.
type span struct{ first, last, char int }

// spans are the ranges of glyphs numbered from first on; they stay within one
// high byte.
func (f *Font) spans(first int, glyphs []uint16) (list []span) {
	for i, g := range glyphs {
		cid, c := first+i, int(f.runes[g])
		if c == 0 {
			continue
		}
		if k := len(list) - 1; k >= 0 && list[k].last == cid-1 && list[k].char+cid-list[k].first == c && cid>>8 == list[k].first>>8 && c>>8 == list[k].char>>8 {
			list[k].last = cid
			continue
		}
		list = append(list, span{cid, cid, c})
	}
	return list
}

func appendRanges(b []byte, spans []span) []byte {
	for part := range slices.Chunk(spans, 100) {
		b = append(appendInt(b, len(part)), " beginbfrange\n"...)
		for _, s := range part {
			for _, v := range [3]int{s.first, s.last, s.char} {
				b = appendHex(b, []byte{byte(v >> 8), byte(v)})
			}
			b = append(b, '\n')
		}
		b = append(b, "endbfrange\n"...)
	}
	return b
}

const endUnicode = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

// toUnicode is the CMap from the glyphs of the base to characters (ISO
// 32000-1, 9.10.3), but for its end.
func (f *Font) toUnicode() []byte {
	base := make([]uint16, f.base)
	for g := range base {
		base[g] = uint16(g)
	}
	return appendRanges([]byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"+
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"+
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"), f.spans(0, base))
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
