package pdf

import (
	"fmt"
	"strconv"
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
	faces   []face

	packed kept[string, []byte]    // streams that many files repeat word for word
	pieces kept[repeatKey, *piece] // operators that many pages repeat
}

// kept remembers what is compressed once for many files, while there is room.
type kept[K comparable, V any] struct {
	mu   sync.RWMutex
	room int
	all  map[K]V
}

func (k *kept[K, V]) get(key K) (v V) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.all[key]
}

func (k *kept[K, V]) put(key K, v V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) < k.room {
		k.all[key] = v
	}
}

// object is an indirect object, written out.
type object struct {
	number int
	data   []byte
}

// NewKit returns the kit of these fonts and drawings.
func NewKit(fonts []*Font, drawings []Drawing) *Kit {
	return &Kit{
		fonts: fonts, drawings: drawings, next: objKit + fontObjects*len(fonts) + len(drawings),
		packed: kept[string, []byte]{room: 512, all: map[string][]byte{}},
		pieces: kept[repeatKey, *piece]{room: 20_000, all: map[repeatKey]*piece{}},
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
	for i := range k.fonts {
		k.faces = append(k.faces, k.newFace(i))
	}
}

// face is the dictionaries of a font, as a stream of objects: all up to the
// widths of the base, which come last and to which more may be added.
type face struct {
	numbers []int
	first   int // where the first object begins
	begin   *piece
	end     string
	plain   []byte // the whole, for the base alone
}

func (k *Kit) newFace(i int) face {
	f, n := k.fonts[i], k.fontObject(i)
	h := &held{}
	h.next(n + fontDict)
	h.body = fmt.Appendf(h.body, "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>\n",
		f.tagged(), n+fontDescendant, n+fontUnicode)
	h.next(n + fontDescriptor)
	h.body = fmt.Appendf(h.body, "<<%s/FontFile2 %d 0 R>>\n", f.descriptor(), n+fontFile)
	h.next(n + fontDescendant)
	h.body = fmt.Appendf(h.body, "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 0/FontDescriptor %d 0 R/W[0[",
		f.tagged(), n+fontDescriptor)
	for g := range f.base {
		h.body = append(appendInt(h.body, int(f.advance[g])), ' ')
	}
	c := face{numbers: h.numbers, first: len(h.index), begin: newPiece(append(h.index, h.body...)), end: "]]>>\n"}
	var z deflater
	z.piece(c.begin)
	z.store([]byte(c.end))
	c.plain = z.close()
	return c
}

// font adds a font's objects with what a file shows of it.
func (k *Kit) font(f *file, i int, d *Document) {
	var e embedded
	var all []uint16
	if d.mode == Small && d.base != nil {
		e, all = k.fonts[i].lean(d.base[i], d.shown[i])
	} else {
		e, all = k.fonts[i].embed(d.shown[i])
	}
	n, c := k.fontObject(i), &k.faces[i]
	dicts := c.plain
	if len(all) > 0 {
		more := append(k.fonts[i].appendWidths(buffer(), all), c.end...)
		z := deflater{out: buffer()}
		z.piece(c.begin)
		z.store(more)
		dicts = z.close()
		free(more)
	}
	f.hold(c.numbers, n+fontHolder, c.first, dicts)
	f.packed(n+fontFile, "/Length1 "+strconv.Itoa(e.program.size), e.program)
	f.packed(n+fontUnicode, "", e.unicode)
	if len(all) > 0 && d.mode != Small {
		free(dicts)
		free(e.program.data)
		free(e.unicode.data)
	}
}

// repeated compresses what files of the same shape repeat.
func (k *Kit) repeated(raw []byte) []byte {
	data := k.packed.get(string(raw))
	if data == nil {
		data = deflated(raw)
		k.packed.put(string(raw), data)
	}
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
