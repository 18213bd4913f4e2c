package pdf

import (
	"fmt"
	"sync"
)

// Object numbers that every file has. Fonts and drawings follow, then pages
// with their contents, annotations, structure elements, and the streams that
// hold objects.
const (
	objCatalog = 1 + iota
	objPages
	objTree
	objParents
	objResources
	objProfile
	objMetadata
	objInfo
	objSpec
	objFile
	objKit // first of the kit's
)

// Objects of a font, from its first.
const (
	fontDict = iota
	fontDescendant
	fontDescriptor
	fontFile
	fontUnicode
	fontHolder // the stream that holds the first three
	fontObjects
)

// Drawing is a picture of operators alone, repeated without being sent again:
// a form XObject (8.10). Box holds its corners, in points.
type Drawing struct {
	Name string
	Box  [4]float64
	Ops  []byte
	Uses []string // drawings it repeats in its turn
}

// Kit is what the files of a program share, compressed once. It is safe for
// several goroutines.
type Kit struct {
	fonts    []*Font
	drawings []Drawing
	next     int // first object number after the kit's

	once    sync.Once
	profile object
	forms   []object // the drawings
	faces   [][2]stream

	mu     sync.RWMutex
	packed map[string][]byte // what many files repeat word for word
}

// object is an indirect object, written out.
type object struct {
	number int
	data   []byte
}

// NewKit returns the kit of these fonts and drawings.
func NewKit(fonts []*Font, drawings []Drawing) *Kit {
	return &Kit{
		fonts: fonts, drawings: drawings, packed: map[string][]byte{},
		next: objKit + fontObjects*len(fonts) + len(drawings),
	}
}

func (k *Kit) index(f *Font) int {
	for i, g := range k.fonts {
		if f == g {
			return i
		}
	}
	panic("pdf: font " + f.name + " is not in the kit")
}

func (k *Kit) fontObject(i int) int { return objKit + fontObjects*i }

func (k *Kit) drawing(name string) int {
	for i := range k.drawings {
		if k.drawings[i].Name == name {
			return i
		}
	}
	panic("pdf: no drawing " + name + " in the kit")
}

// prepare writes the objects that never change.
func (k *Kit) prepare() {
	profile := sRGB()
	k.profile = packedObject(objProfile, "/N 3", stream{deflated(profile), len(profile)})
	first := k.fontObject(len(k.fonts))
	for i, g := range k.drawings {
		dict := []byte("/Type/XObject/Subtype/Form/Resources<<")
		for n, name := range g.Uses {
			if n == 0 {
				dict = append(dict, "/XObject<<"...)
			}
			dict = appendRef(fmt.Appendf(dict, "/%s ", name), first+k.drawing(name))
		}
		if len(g.Uses) > 0 {
			dict = append(dict, ">>"...)
		}
		dict = append(dict, ">>/BBox["...)
		for _, v := range g.Box {
			dict = append(AppendNumber(dict, v), ' ')
		}
		dict[len(dict)-1] = ']'
		k.forms = append(k.forms, packedObject(first+i, string(dict), stream{deflated(g.Ops), len(g.Ops)}))
	}
	for i, f := range k.fonts {
		n := k.fontObject(i)
		var face [2]stream
		for variant := range face {
			dicts := []string{
				fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>\n",
					f.tagged(), n+fontDescendant, n+fontUnicode),
				fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 0/W%s/FontDescriptor %d 0 R>>\n",
					f.tagged(), f.packed().widths[variant], n+fontDescriptor),
				fmt.Sprintf("<<%s/FontFile2 %d 0 R>>\n", f.descriptor(), n+fontFile),
			}
			h := &held{}
			for d, dict := range dicts {
				h.next(n + d)
				h.body = append(h.body, dict...)
			}
			raw := append(h.index, h.body...)
			face[variant] = stream{deflated(raw), len(h.index)}
		}
		k.faces = append(k.faces, face)
	}
}

// font adds a font's objects for what a file shows of it.
func (k *Kit) font(f *file, i int, shown []bool) {
	font := k.fonts[i]
	program, variant := font.subset(shown)
	n := k.fontObject(i)
	face := k.faces[i][variant]
	f.hold([]int{n + fontDict, n + fontDescendant, n + fontDescriptor}, n+fontHolder, face.size, face.data)
	f.packed(n+fontFile, fmt.Sprintf("/Length1 %d", program.size), program)
	f.packed(n+fontUnicode, "", font.packed().unicode[variant])
}

// repeated compresses what files of the same shape repeat, and keeps it while
// there is room.
func (k *Kit) repeated(raw []byte) []byte {
	const room = 512
	k.mu.RLock()
	data, ok := k.packed[string(raw)]
	k.mu.RUnlock()
	if ok {
		return data
	}
	data = deflated(raw)
	k.mu.Lock()
	if len(k.packed) < room {
		k.packed[string(raw)] = data
	}
	k.mu.Unlock()
	return data
}

func wrap(n int, body []byte) []byte {
	b := appendInt(make([]byte, 0, len(body)+24), n)
	b = append(b, " 0 obj\n"...)
	b = append(b, body...)
	return append(b, "\nendobj\n"...)
}

func packedObject(n int, dict string, s stream) object {
	b := make([]byte, 0, len(s.data)+len(dict)+96)
	return object{n, appendStream(b, n, dict+"/Filter/FlateDecode", s.data)}
}

// appendStream writes a stream object (7.3.8).
func appendStream(b []byte, n int, dict string, data []byte) []byte {
	b = appendInt(b, n)
	b = append(b, " 0 obj\n<<"...)
	b = append(b, dict...)
	b = append(b, "/Length "...)
	b = appendInt(b, len(data))
	b = append(b, ">>\nstream\n"...)
	b = append(b, data...)
	return append(b, "\nendstream\nendobj\n"...)
}
