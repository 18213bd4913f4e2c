package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// Info is what a file says of itself.
type Info struct {
	Title, Author, Subject string
	Lang                   string    // natural language of the text
	Date                   time.Time // of creation and of the last change
	Producer               string
	Attachment             *Attachment // nil for none
}

// Attachment is a file inside the file, uncompressed.
type Attachment struct {
	Name, Description string
	Type              string // media type
	Data              []byte
}

// Document is one file under way: elements of structure are opened and closed,
// and what is drawn between belongs to them.
type Document struct {
	kit  *Kit
	info Info
	*tree
	pages    []*Page
	links    []link
	marks    []bookmark
	parts    map[*piece]int // shared content streams, in the order of first use
	shown    [][]uint16     // by font: glyphs outside the base, in the order of their CIDs
	further  int            // letters set outside the base of their font
	base     [][]bool       // by font, in a small file: which glyphs of the base are shown
	drawn    []bool         // by drawing of the kit
	ornament bool
	mode     Mode
}

// Mode is what a file is made for.
type Mode int

const (
	Quick Mode = iota // the quickest to write
	Small             // small
	Many              // many documents: small, and pages share what they repeat
)

// New begins a file.
func (k *Kit) New(info Info, mode Mode) *Document {
	d := &Document{kit: k, info: info, shown: make([][]uint16, len(k.fonts)), drawn: make([]bool, len(k.drawings)), parts: map[*piece]int{}, mode: mode, tree: trees.Get().(*tree)}
	d.Open(Root, Trait{})
	return d
}

// AddPage begins a page of w by h points.
func (d *Document) AddPage(w, h float64) *Page {
	if n := len(d.pages); n > 0 {
		d.finish(d.pages[n-1])
	}
	p := &Page{doc: d, number: len(d.pages), w: w, h: h, open: nobody}
	for i := range p.layers {
		p.layers[i].width = 1 // its value at the start of a page (8.4.1)
		p.layers[i].ops = buffer()
	}
	p.layers[below].ops = append(p.layers[below].ops, "/Artifact BMC q\n"...)
	d.pages = append(d.pages, p)
	return p
}

// bookmark is an entry of the outline: a page and its name.
type bookmark struct {
	page  int
	title string
}

// Bookmark names the page that is added next, for the reader's table of
// contents (12.3.3).
func (d *Document) Bookmark(title string) {
	d.marks = append(d.marks, bookmark{len(d.pages), title})
}

// Pages counts the pages so far.
func (d *Document) Pages() int { return len(d.pages) }

// Shares says whether pages share what they repeat.
func (d *Document) Shares() bool { return d.mode == Many }

// Page is the page under way.
func (d *Document) Page() *Page { return d.pages[len(d.pages)-1] }

// finish closes a page and, in a tight file, compresses it, so that a file of
// many documents does not hold them all at length.
func (d *Document) finish(p *Page) {
	p.end()
	p.layers[below].ops = append(p.layers[below].ops, "Q EMC\n"...)
	switch d.mode {
	case Many:
		p.pieces = d.split(&p.layers[below], &p.layers[above])
	case Small:
		p.packed = deflated(append(p.layers[below].ops, p.layers[above].raw()...))
	default:
		z := deflater{out: buffer()}
		for i := range p.layers {
			p.layers[i].pack(&z)
		}
		p.packed = z.close()
	}
	for i := range p.layers {
		free(p.layers[i].ops)
		for _, c := range p.layers[i].cuts {
			if c.piece.own {
				free(c.piece.raw)
				free(c.piece.packed)
			}
		}
	}
	p.layers = [2]layer{}
}

// part is a content stream of a page: the page's own, or one that pages share.
type part struct {
	packed []byte
	shared *piece
}

// raw is the layer at length.
func (l *layer) raw() []byte {
	var b []byte
	at := 0
	for _, c := range l.cuts {
		b = append(append(b, l.ops[at:c.at]...), c.piece.raw...)
		at = c.at
	}
	return append(b, l.ops[at:]...)
}

// split cuts the layers into what is the page's own and what pages share. The
// contents of a page may stand in several streams, as if they were one (7.8.2).
func (d *Document) split(low, high *layer) (parts []part) {
	z := deflater{out: buffer()}
	z.write(low.ops)
	flush := func() {
		if len(z.out) > 0 {
			data := z.close()
			parts = append(parts, part{packed: slices.Clone(data)}) // the buffer is larger
			z = deflater{out: data[:0]}
		}
	}
	at := 0
	for _, c := range high.cuts {
		if c.at > at {
			z.write(high.ops[at:c.at])
		}
		at = c.at
		if c.piece.own {
			z.piece(c.piece)
			continue
		}
		flush()
		parts = append(parts, part{shared: c.piece})
		if _, ok := d.parts[c.piece]; !ok {
			d.parts[c.piece] = len(d.parts)
		}
	}
	if len(high.ops) > at {
		z.write(high.ops[at:])
	}
	flush()
	free(z.out)
	return parts
}

// pack compresses the layer but for its pieces.
func (l *layer) pack(z *deflater) {
	at := 0
	for _, c := range l.cuts {
		z.write(l.ops[at:c.at])
		z.piece(c.piece)
		at = c.at
	}
	z.write(l.ops[at:])
}

// cid is the number of a glyph in this file: its own in the base, else the
// next free one when it is first shown.
func (d *Document) cid(f *Font, g uint16) uint16 {
	if int(g) < f.base {
		if d.mode == Small {
			d.mark(f, g)
		}
		return g
	}
	d.further++
	i := d.kit.index(f)
	k := slices.Index(d.shown[i], g)
	if k < 0 {
		k = len(d.shown[i])
		d.shown[i] = append(d.shown[i], g)
	}
	return uint16(f.base + k)
}

// numbers are the first object numbers of what varies in number.
type numbers struct {
	pages    int // page and contents in turn
	parts    int // shared content streams
	own      int // and those of one page of several
	links    int
	elements int
	outline  int // the root, then the bookmarks
	streams  int // that hold objects
}

// file is the bytes of a file with the places of its objects.
type file struct {
	out    []byte
	places []place // by object number
}

// place is where an object stands: an offset, or the stream that holds it and
// its index there.
type place struct {
	at    int32
	index int16
	held  bool
}

func (f *file) begin(n int) {
	for len(f.places) <= n {
		f.places = append(f.places, place{})
	}
	f.places[n] = place{at: int32(len(f.out))}
}

func (f *file) add(o object) {
	f.begin(o.number)
	f.out = append(f.out, o.data...)
}

func (f *file) packed(n int, dict string, s stream) {
	f.stream(n, dict+"/Filter/FlateDecode", s.data)
}

// hold adds a stream of objects: their numbers, its own, and where the first
// of them begins.
func (f *file) hold(numbers []int, at, first int, data []byte) {
	for i, n := range numbers {
		for len(f.places) <= n {
			f.places = append(f.places, place{})
		}
		f.places[n] = place{at: int32(at), index: int16(i), held: true}
	}
	dict := appendInt([]byte("/Type/ObjStm/N "), len(numbers))
	dict = appendInt(append(dict, "/First "...), first)
	f.stream(at, string(append(dict, "/Filter/FlateDecode"...)), data)
}

func (f *file) stream(n int, dict string, data []byte) {
	f.begin(n)
	f.out = appendStream(f.out, n, dict, data)
}

// held collects objects for one stream (7.5.7).
type held struct {
	index, body []byte
	numbers     []int
}

func (h *held) next(n int) {
	h.index = append(appendInt(h.index, n), ' ')
	h.index = append(appendInt(h.index, len(h.body)), ' ')
	h.numbers = append(h.numbers, n)
}

// Bytes ends the file and returns it. The document is of no further use.
func (d *Document) Bytes() []byte {
	d.finish(d.Page())
	k := d.kit
	n := &numbers{pages: k.next}
	n.parts = n.pages + 2*len(d.pages)
	n.own = n.parts + len(d.parts)
	n.links = n.own
	for _, p := range d.pages {
		for _, t := range p.pieces {
			if t.shared == nil {
				n.links++
			}
		}
	}
	n.elements = n.links + len(d.links)
	n.outline = n.elements + len(d.elements)
	n.streams = n.outline
	if len(d.marks) > 0 {
		n.streams += 1 + len(d.marks)
	}

	f := &file{out: buffer(), places: make([]place, 0, n.streams+8)}
	f.out = append(f.out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"...)
	id := sha256.New()
	d.writeCatalog(f, n, id)
	k.once.Do(k.prepare)
	d.writeResources(f)
	for i := range k.fonts {
		k.font(f, i, d)
	}
	own, shared := n.own, make([][]byte, len(d.parts))
	for i, p := range d.pages {
		if d.mode != Many {
			f.stream(n.pages+2*i+1, "/Filter/FlateDecode", p.packed)
			_, _ = id.Write(p.packed[len(p.packed)-4:]) // its checksum
			free(p.packed)
			continue
		}
		list := []byte{'['}
		for _, t := range p.pieces {
			if t.shared != nil {
				list = append(appendRef(list, n.parts+d.parts[t.shared]), ' ')
				continue
			}
			list = append(appendRef(list, own), ' ')
			f.stream(own, "/Filter/FlateDecode", t.packed)
			_, _ = id.Write(t.packed[len(t.packed)-4:])
			own++
		}
		p.packed = append(list, ']')
	}
	for piece, i := range d.parts {
		shared[i] = piece.alone()
	}
	for i, data := range shared {
		f.stream(n.parts+i, "/Filter/FlateDecode", data)
	}
	d.writeHeld(f, n)
	d.writeXref(f, n, id.Sum(nil)[:16])
	out := slices.Clone(f.out) // of its own size; the buffer is larger
	free(f.out)
	d.tree.clear()
	trees.Put(d.tree)
	d.tree = nil
	return out
}

// writeResources writes the resources that every page has, and those of the
// kit's drawings that the file uses.
func (d *Document) writeResources(f *file) {
	k := d.kit
	b := []byte("<</Font<<")
	for i := range k.fonts {
		b = append(appendInt(append(b, "/F"...), i), ' ')
		b = appendRef(b, k.fontObject(i))
	}
	b = append(b, ">>/XObject<<"...)
	first := k.fontObject(len(k.fonts))
	for i, used := range d.drawn {
		if used {
			b = append(append(append(b, '/'), k.drawings[i].Name...), ' ')
			b = appendRef(b, first+i)
			f.add(k.forms[i])
		}
	}
	f.add(object{objResources, wrap(objResources, append(b, ">>>>"...))})
	f.add(k.profile)
}

// uses notes a drawing and those in it.
func (d *Document) uses(name string) {
	i := d.kit.drawing(name)
	if !d.drawn[i] {
		d.drawn[i] = true
		for _, part := range d.kit.drawings[i].Uses {
			d.uses(part)
		}
	}
}

// writeHeld writes pages, annotations, elements and the parent tree into
// streams of objects. What differs between files of the same shape stands
// apart, so that the rest is compressed once for all of them.
func (d *Document) writeHeld(f *file, n *numbers) {
	const most = 400 // objects in a stream
	h := &held{body: buffer(), index: buffer(), numbers: make([]int, 0, most)}
	defer func() { free(h.body); free(h.index) }()
	streams := 0
	flush := func() {
		if len(h.numbers) == 0 {
			return
		}
		first := len(h.index)
		h.index = append(h.index, h.body...)
		data := []byte(nil)
		if d.mode == Many {
			data = brisk(h.index)
		} else if d.mode == Small {
			data = deflated(h.index)
		} else {
			data = d.kit.repeated(h.index)
		}
		f.hold(h.numbers, n.streams+streams, first, data)
		streams++
		h.index, h.body, h.numbers = h.index[:0], h.body[:0], h.numbers[:0]
	}
	next := func(number int) {
		if len(h.numbers) == most {
			flush()
		}
		h.next(number)
	}
	next(objPages)
	h.body = append(h.body, "<</Type/Pages/Kids["...)
	for i := range d.pages {
		h.body = append(appendRef(h.body, n.pages+2*i), ' ')
	}
	h.body = append(appendInt(append(h.body, "]/Count "...), len(d.pages)), ">>\n"...)
	next(objTree)
	h.body = append(h.body, "<</Type/StructTreeRoot/K "...)
	h.body = appendRef(h.body, n.elements)
	h.body = appendRef(append(h.body, "/ParentTree "...), objParents)
	h.body = appendInt(append(h.body, "/ParentTreeNextKey "...), len(d.pages)+len(d.links))
	h.body = append(h.body, ">>\n"...)
	next(objParents)
	h.body = append(d.appendParents(h.body, n), '\n')
	for i, p := range d.pages {
		next(n.pages + 2*i)
		h.body = append(d.appendPage(h.body, p, n), '\n')
		if d.mode == Many {
			next(n.pages + 2*i + 1)
			h.body = append(append(h.body, p.packed...), '\n')
		}
	}
	for i := range d.elements {
		e := &d.elements[i]
		if d.mode == Quick && d.single(e) {
			continue
		}
		next(n.elements + i)
		h.body = append(d.appendElement(h.body, e, n), '\n')
	}
	for i := 0; len(d.marks) > 0 && i <= len(d.marks); i++ {
		next(n.outline + i)
		h.body = append(d.appendBookmark(h.body, i, n), '\n')
	}
	if d.mode != Quick {
		for i := range d.links {
			next(n.links + i)
			h.body = append(d.appendLink(h.body, i, n), '\n')
		}
	}
	flush()
	n.streams += streams
	if d.mode != Quick {
		return
	}
	for i := range d.elements {
		if e := &d.elements[i]; d.single(e) {
			f.add(object{n.elements + i, wrap(n.elements+i, d.appendElement(nil, e, n))})
		}
	}
	for i := range d.links {
		f.add(object{n.links + i, wrap(n.links+i, d.appendLink(nil, i, n))})
	}
}

func (d *Document) appendPage(b []byte, p *Page, n *numbers) []byte {
	b = append(b, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 "...)
	b = append(AppendNumber(b, p.w), ' ')
	b = append(AppendNumber(b, p.h), "]/Resources "...)
	b = appendRef(append(appendRef(b, objResources), "/Contents "...), n.pages+2*p.number+1)
	b = appendInt(append(b, "/StructParents "...), p.number)
	b = append(b, "/Tabs/S"...)
	if len(p.links) > 0 {
		b = append(b, "/Annots["...)
		for _, l := range p.links {
			b = append(appendRef(b, n.links+l), ' ')
		}
		b = append(b, ']')
	}
	return append(b, ">>"...)
}

// appendBookmark writes the root of the outline, which is 0, or a bookmark.
func (d *Document) appendBookmark(b []byte, i int, n *numbers) []byte {
	if i == 0 {
		b = appendRef(append(b, "<</Type/Outlines/First "...), n.outline+1)
		b = appendRef(append(b, "/Last "...), n.outline+len(d.marks))
		return append(appendInt(append(b, "/Count "...), len(d.marks)), ">>"...)
	}
	m := d.marks[i-1]
	b = appendText(append(b, "<</Title"...), m.title)
	b = appendRef(append(b, "/Parent "...), n.outline)
	if i > 1 {
		b = appendRef(append(b, "/Prev "...), n.outline+i-1)
	}
	if i < len(d.marks) {
		b = appendRef(append(b, "/Next "...), n.outline+i+1)
	}
	b = appendRef(append(b, "/Dest["...), n.pages+2*m.page)
	return append(b, "/Fit]>>"...)
}

// appendLink writes a link annotation that is printed (PDF/A) and described
// (PDF/UA).
func (d *Document) appendLink(b []byte, i int, n *numbers) []byte {
	l := &d.links[i]
	b = append(b, "<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect["...)
	for _, v := range l.rect {
		b = append(AppendNumber(b, v), ' ')
	}
	b = appendRef(append(b, "]/P "...), n.pages+2*l.page)
	b = appendInt(append(b, "/StructParent "...), len(d.pages)+i)
	b = appendText(append(b, "/Contents"...), l.contents)
	b = appendText(append(b, "/A<</S/URI/URI"...), l.address)
	return append(b, ">>>>"...)
}

// writeXref writes the cross-reference stream (7.5.8), its rows as differences
// from the row before, which for objects in a row are all alike.
func (d *Document) writeXref(f *file, n *numbers, id []byte) {
	at := n.streams
	f.begin(at)
	const columns = 7 // type, 4 bytes, 2 bytes
	rows := buffer()
	var last [columns]byte
	for i, p := range f.places {
		var row [columns]byte
		switch {
		case p.held:
			row[0] = 2
			binary.BigEndian.PutUint16(row[5:], uint16(p.index))
		case p.at > 0:
			row[0] = 1
		case i == 0:
			row[5], row[6] = 0xff, 0xff
		}
		binary.BigEndian.PutUint32(row[1:], uint32(p.at))
		rows = append(rows, 2) // PNG filter « up »
		for k := range row {
			rows = append(rows, row[k]-last[k])
		}
		last = row
	}
	z := deflater{out: buffer()}
	z.write(rows)
	free(rows)
	dict := append([]byte("/Type/XRef/W[1 4 2]/Size "), appendInt(nil, len(f.places))...)
	dict = appendRef(append(dict, "/Root "...), objCatalog)
	dict = appendRef(append(dict, "/Info "...), objInfo)
	dict = append(dict, "/ID["...)
	dict = append(appendHex(appendHex(dict, id), id), "]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>"...)
	start := len(f.out)
	data := z.close()
	f.stream(at, string(dict), data)
	free(data)
	f.out = append(f.out, "startxref\n"...)
	f.out = append(appendInt(f.out, start), "\n%%EOF\n"...)
}

func appendHex(b, data []byte) []byte {
	const digits = "0123456789ABCDEF"
	b = append(b, '<')
	for _, c := range data {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return append(b, '>')
}
