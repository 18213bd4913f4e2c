package pdf

import (
	"sync"
)

// Standard structure types in use (14.8.4).
const (
	Root      = "Document"
	Part      = "Part"
	Section   = "Sect"
	H1        = "H1"
	H2        = "H2"
	H3        = "H3"
	H4        = "H4"
	Paragraph = "P"
	Span      = "Span"
	Table     = "Table"
	Row       = "TR"
	Header    = "TH"
	Cell      = "TD"
	Figure    = "Figure"
	LinkTag   = "Link"
)

// Trait is what an element says beside its type.
type Trait struct {
	Alt    string // alternative text of a figure (14.9.3)
	Lang   string // where it differs from the parent's (14.9.2)
	Title  string
	Attr   string // attribute dictionaries, written out (14.8.5)
	Single bool   // what it says differs from file to file, so it stands apart
}

// Attributes of header cells (14.8.5.7).
const (
	ScopeColumn = "<</O/Table/Scope/Column>>"
	ScopeRow    = "<</O/Table/Scope/Row>>"
)

// RowSpan is the attribute of a row's header that stands before n rows.
func RowSpan(n int) string {
	return "<</O/Table/Scope/Row/RowSpan " + string(appendInt(nil, n)) + ">>"
}

// Box is the layout attribute that says where a figure stands (14.8.5.4).
func Box(x, y, w, h float64) string {
	b := []byte("<</O/Layout/Placement/Block/BBox[")
	for _, v := range []float64{x, y, x + w, y + h} {
		b = append(AppendNumber(b, v), ' ')
	}
	return string(append(b[:len(b)-1], "]>>"...))
}

// element is a node of the structure tree (14.7.2).
type element struct {
	tag         string
	parent      int32
	page        int32 // of its content; -1 for none
	trait       int32 // in tree.traits; -1 for none
	first, last int32 // of its kids, in tree.kids; -1 for none
}

// kid is an element, a piece of marked content, or an annotation.
type kid struct {
	kind uint8
	n    int32
	next int32 // the kid after it; -1 for none
}

const (
	kidElement = iota
	kidContent
	kidLink
)

// tree is the structure tree of a file under way. It is used again from file
// to file.
type tree struct {
	elements []element
	kids     []kid
	traits   []Trait
	stack    []int32
}

var trees = sync.Pool{New: func() any { return new(tree) }}

func (t *tree) clear() {
	clear(t.elements)
	clear(t.traits)
	t.elements, t.kids, t.traits, t.stack = t.elements[:0], t.kids[:0], t.traits[:0], t.stack[:0]
}

// adopt adds a kid to an element.
func (t *tree) adopt(parent int32, kind uint8, n int32) {
	e := &t.elements[parent]
	k := int32(len(t.kids))
	t.kids = append(t.kids, kid{kind, n, -1})
	if e.last >= 0 {
		t.kids[e.last].next = k
	} else {
		e.first = k
	}
	e.last = k
}

// single says whether an element stands apart.
func (t *tree) single(e *element) bool { return e.trait >= 0 && t.traits[e.trait].Single }

// link is a link annotation (12.5.6.5).
type link struct {
	element  int32
	page     int
	rect     [4]float64
	address  string
	contents string
}

// Open begins an element inside the one under way.
func (d *Document) Open(tag string, t Trait) {
	parent := int32(-1)
	if n := len(d.stack); n > 0 {
		parent = d.stack[n-1]
	}
	id := int32(len(d.elements))
	e := element{tag: tag, parent: parent, page: -1, trait: -1, first: -1, last: -1}
	if t != (Trait{}) {
		e.trait = int32(len(d.traits))
		d.traits = append(d.traits, t)
	}
	d.elements = append(d.elements, e)
	if parent >= 0 {
		d.adopt(parent, kidElement, id)
	}
	d.stack = append(d.stack, id)
}

// Close ends the element under way.
func (d *Document) Close() { d.stack = d.stack[:len(d.stack)-1] }

// Ornament makes what do draws no part of the text, even its letters: a
// running head, a mark repeated.
func (d *Document) Ornament(do func()) {
	before := d.ornament
	d.ornament = true
	do()
	d.ornament = before
}

// Link makes a rectangle of the current page, drawn by the element under way,
// which must be a LinkTag, lead to an address; contents says where to.
func (d *Document) Link(x, y, w, h float64, address, contents string) {
	p := d.Page()
	top := d.stack[len(d.stack)-1]
	n := len(d.links)
	d.links = append(d.links, link{element: top, page: p.number, rect: [4]float64{x, y, x + w, y + h}, address: address, contents: contents})
	d.elements[top].page = int32(p.number)
	d.adopt(top, kidLink, int32(n))
	p.links = append(p.links, n)
}

// appendElement writes an element's dictionary.
func (d *Document) appendElement(b []byte, e *element, n *numbers) []byte {
	b = append(b, "<</S/"...)
	b = append(b, e.tag...)
	b = append(b, "/P "...)
	if e.parent < 0 {
		b = appendRef(b, objTree)
	} else {
		b = appendRef(b, n.elements+int(e.parent))
	}
	if e.page >= 0 {
		b = append(b, "/Pg "...)
		b = appendRef(b, n.pages+2*int(e.page))
	}
	if e.trait >= 0 {
		b = d.traits[e.trait].append(b)
	}
	if e.first >= 0 {
		open, end := "/K ", ""
		if e.first != e.last {
			open, end = "/K[", "]"
		}
		b = append(b, open...)
		for i := e.first; i >= 0; i = d.kids[i].next {
			if i != e.first {
				b = append(b, ' ')
			}
			switch k := d.kids[i]; k.kind {
			case kidElement:
				b = appendRef(b, n.elements+int(k.n))
			case kidContent:
				b = appendInt(b, int(k.n))
			case kidLink:
				b = append(b, "<</Type/OBJR/Obj "...)
				b = append(appendRef(b, n.links+int(k.n)), ">>"...)
			}
		}
		b = append(b, end...)
	}
	return append(b, ">>"...)
}

func (t *Trait) append(b []byte) []byte {
	for _, s := range []struct{ name, text string }{{"/Alt", t.Alt}, {"/Lang", t.Lang}, {"/T", t.Title}} {
		if s.text != "" {
			b = appendText(append(b, s.name...), s.text)
		}
	}
	if t.Attr != "" {
		b = append(append(b, "/A"...), t.Attr...)
	}
	return b
}

// appendParents writes the parent tree (14.7.4.4): by page, the element of each
// piece of marked content; then, by annotation, its element.
func (d *Document) appendParents(b []byte, n *numbers) []byte {
	b = append(b, "<</Nums["...)
	for i, p := range d.pages {
		b = append(appendInt(b, i), '[')
		for k, owner := range p.marks {
			if k > 0 {
				b = append(b, ' ')
			}
			b = appendRef(b, n.elements+int(owner))
		}
		b = append(b, ']')
	}
	for i, l := range d.links {
		b = append(appendInt(append(b, ' '), len(d.pages)+i), ' ')
		b = appendRef(b, n.elements+int(l.element))
	}
	return append(b, "]>>"...)
}
