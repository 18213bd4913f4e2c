package pdf

import (
	"encoding/binary"
	"slices"
)

// In a small file the base of a font holds only the outlines of the letters
// that are shown: the others are blank, so that every glyph keeps its number
// and whatever was written with these numbers stays true.

// mark notes that a small file shows a glyph of the base.
func (d *Document) mark(f *Font, g uint16) {
	if d.base == nil {
		d.base = make([][]bool, len(d.kit.fonts))
	}
	i := d.kit.index(f)
	if d.base[i] == nil {
		d.base[i] = make([]bool, f.base)
		d.base[i][0] = true // what stands for a missing glyph
	}
	d.base[i][g] = true
}

// lean is embed for a small file: used tells the glyphs of the base that it
// shows.
func (f *Font) lean(used []bool, shown []uint16) (e embedded, all []uint16) {
	be := binary.BigEndian
	all = f.withParts(shown)
	if used == nil {
		used = make([]bool, f.base)
	}
	// What a glyph is composed of is there with it.
	var need func(outline []byte)
	need = func(outline []byte) {
		for _, at := range components(outline) {
			if g := be.Uint16(outline[at:]); int(g) < f.base && !used[g] {
				used[g] = true
				need(f.outline[g])
			}
		}
	}
	for g, outline := range f.outline[:f.base] {
		if used[g] {
			need(outline)
		}
	}
	for _, g := range all {
		need(f.outline[g])
	}
	var glyf, hmtx []byte
	loca := []byte{0, 0}
	for g := range f.base {
		if used[g] {
			glyf = appendGlyph(glyf, f.outline[g])
		}
		loca = be.AppendUint16(loca, uint16(len(glyf)/2))
		hmtx = f.appendMetrics(hmtx, uint16(g))
	}
	for _, g := range all {
		glyf = f.appendFurther(glyf, g, all)
		loca = be.AppendUint16(loca, uint16(len(glyf)/2))
		hmtx = f.appendMetrics(hmtx, g)
	}
	program := f.tables(f.base+len(all), [3]table{{len(hmtx), checksum(hmtx)}, {len(loca), checksum(loca)}, {len(glyf), checksum(glyf)}})
	for _, t := range [][]byte{hmtx, loca, glyf} {
		program = append(program, pad4(t)...)
	}
	unicode := append(f.toUnicode(), appendRanges(nil, f.spans(f.base, shown))...)
	unicode = append(unicode, endUnicode...)
	return embedded{stream{deflated(program), len(program)}, stream{deflated(unicode), len(unicode)}}, all
}

// withParts adds the glyphs outside the base that others are composed of.
func (f *Font) withParts(shown []uint16) []uint16 {
	all := slices.Clone(shown)
	for i := 0; i < len(all); i++ { // grows: components follow
		for _, part := range f.parts[all[i]] {
			if !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

// appendFurther appends the entry of a glyph outside the base, its components
// numbered as in this file.
func (f *Font) appendFurther(glyf []byte, g uint16, all []uint16) []byte {
	be := binary.BigEndian
	at := len(glyf)
	glyf = appendGlyph(glyf, f.outline[g])
	for _, k := range f.places[g] {
		if part := be.Uint16(glyf[at+k:]); int(part) >= f.base {
			be.PutUint16(glyf[at+k:], uint16(f.base+slices.Index(all, part)))
		}
	}
	return glyf
}
