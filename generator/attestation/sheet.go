package attestation

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"etalon/generator/attestation/pdf"
)

// Lengths are in millimetres from the top left corner of the page, sizes of
// type in points. An A4 page is pageW by pageH.
const (
	pageW, pageH = 210.0, 297.0
	mm           = 72 / 25.4 // points in a millimetre
)

// color is red, green, blue.
type color = pdf.Color

// rect is a box on the page.
type rect struct{ x, y, w, h float64 }

func (r rect) right() float64  { return r.x + r.w }
func (r rect) bottom() float64 { return r.y + r.h }

// align says where lines stand in their frame.
type align int

const (
	left align = iota
	center
	right
)

// style is how a text is set.
type style struct {
	face  *pdf.Font
	size  float64 // wanted, in points
	least float64 // smallest, in points; 0 for size
	lines int     // most lines; 0 for 1
	lead  float64 // distance of baselines over size; 0 for 1.25
	track float64 // space added after each letter over size
	color color
	align align
	early bool // take a further line before going below size, as prose does
}

// box records one line of text that was set.
type box struct {
	page  int
	field string
	text  string
	frame rect // what layout allotted
	ink   rect // what the glyphs cover
	style style
	x, y  float64 // where the line begins
}

// sheet draws on the pages of a file and keeps the first error.
type sheet struct {
	file  *pdf.Document
	page  *pdf.Page
	high  float64 // the page's height
	start int     // pages in the file before this document's
	watch bool    // whether to record boxes
	boxes []box
	err   error
}

// add begins a page.
func (s *sheet) add(w, h float64) {
	s.page, s.high = s.file.AddPage(w*mm, h*mm), h
}

// local is the number of the page in the document.
func (s *sheet) local() int { return s.page.Number() - s.start }

// part draws an element of the structure: what do draws belongs to it.
func (s *sheet) part(tag string, do func()) { s.as(tag, pdf.Trait{}, do) }

func (s *sheet) as(tag string, t pdf.Trait, do func()) {
	s.file.Open(tag, t)
	do()
	s.file.Close()
}

// repeat draws text whose lines stand where they do from y on, the same for
// the same key, in whatever document.
func (s *sheet) repeat(key any, y float64, do func()) {
	if s.err != nil {
		return
	}
	high := s.high
	s.page.Repeat(key, 0, (high-y)*mm, func() {
		s.high = y
		do()
		s.high = high
	})
}

// figure draws a picture in a frame. Its text in words is one of its own, not
// shared by the documents of the same shape, if single says so.
func (s *sheet) figure(r rect, alt string, single bool, do func()) {
	s.as(pdf.Figure, pdf.Trait{Alt: alt, Single: single, Attr: pdf.Box(r.x*mm, (s.high-r.bottom())*mm, r.w*mm, r.h*mm)}, do)
}

func (s *sheet) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

// setting is a text broken into lines at a size.
type setting struct {
	style
	lines []string
	base  []float64 // baselines below the top, over the size
	depth float64   // the whole, over the size
}

func (t setting) height() float64 { return t.depth * t.size / mm }

// Room kept above the first baseline and below the last, over the size: more
// only where letters need it, as « Ệ » in the serif face does.
const (
	ascent  = 0.98
	descent = 0.32
	between = 0.04 // least gap between the ink of two lines
)

// stack places the lines: at the style's leading, further apart where the ink
// of one would touch the other's.
func (t style) stack(lines []string) setting {
	out := setting{style: t, lines: lines}
	under := 0.0
	for i, line := range lines {
		_, _, down, up := t.face.Extent(line)
		top := float64(up)/1000 + between
		if i == 0 {
			out.base = append(out.base, max(ascent, top))
		} else {
			out.base = append(out.base, out.base[i-1]+max(t.leading(), under+top))
		}
		under = -float64(down) / 1000
	}
	out.depth = max(descent, under)
	if n := len(lines); n > 0 {
		out.depth += out.base[n-1]
	}
	return out
}

func (t style) leading() float64 {
	if t.lead == 0 {
		return 1.25
	}
	return t.lead
}

// width is the length of s in millimetres at the style's size.
func (t style) width(s string) float64 {
	n := utf8.RuneCountInString(s)
	return (float64(t.face.Width(s))/1000 + t.track*float64(max(n-1, 0))) * t.size / mm
}

// step is how finely sizes are tried, in points.
const step = 0.2

// fit sets text in a box of w by h: on one line from the wanted size down to
// the least, then on two, and so on to the style's most; prose (early) takes
// all its lines at each size before a smaller one is tried. A character that
// the face lacks fits nowhere.
func (t style) fit(text string, w, h float64) (setting, bool) {
	if _, bad := t.face.Missing(text); bad {
		return setting{}, false
	}
	most, least := max(t.lines, 1), t.least
	if least == 0 {
		least = t.size
	}
	units, runes := t.face.Width(text), utf8.RuneCountInString(text)
	try := func(size float64, lines int) (setting, bool) {
		u := t
		u.size = size
		// The lines together are no shorter than the text but for the spaces
		// where it breaks.
		if k := float64(lines - 1); (float64(units)/1000-k*0.4+t.track*(float64(runes)-2*k-1))*size/mm > float64(lines)*w {
			return setting{}, false
		}
		broken := u.wrap(text, w)
		if broken == nil || len(broken) > lines {
			return setting{}, false
		}
		out := u.stack(broken)
		return out, out.height() <= h+1e-6
	}
	if t.early {
		for size := t.size; size >= least-1e-9; size -= step {
			if out, ok := try(size, most); ok {
				return out, true
			}
		}
		return setting{}, false
	}
	for lines := 1; lines <= most; lines++ {
		for size := t.size; size >= least-1e-9; size -= step {
			if out, ok := try(size, lines); ok {
				return out, true
			}
		}
	}
	return setting{}, false
}

// wrap breaks text at spaces, and after hyphens where a word alone is too
// long; it returns nil if a part of a word is wider than w.
func (t style) wrap(text string, w float64) []string {
	if t.width(text) <= w && !strings.Contains(text, "  ") {
		return []string{text}
	}
	var lines []string
	var line strings.Builder
	used := 0.0
	put := func(glue, part string) bool {
		long := t.width(part)
		if grown := used + t.width(glue) + long + 2*t.track*t.size/mm; line.Len() > 0 && grown <= w {
			line.WriteString(glue + part)
			used = grown
			return true
		}
		if line.Len() > 0 {
			lines = append(lines, line.String())
			line.Reset()
		}
		line.WriteString(part)
		used = long
		return long <= w
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' }) {
		if t.width(word) <= w {
			put(" ", word)
			continue
		}
		glue := " "
		for part := range strings.SplitAfterSeq(word, "-") {
			if !put(glue, part) {
				return nil
			}
			glue = ""
		}
	}
	return append(lines, line.String())
}

// text sets a text of the document's own in a frame, from its top, and returns
// the y below it.
func (s *sheet) text(field string, frame rect, t style, text string) float64 {
	return s.set(field, frame, t, text, style.fit)
}

// word sets a text that many documents have, and remembers how it was set.
func (s *sheet) word(field string, frame rect, t style, text string) float64 {
	return s.set(field, frame, t, text, settings.fit)
}

func (s *sheet) set(field string, frame rect, t style, text string, fit func(style, string, float64, float64) (setting, bool)) float64 {
	if s.err != nil || text == "" {
		return frame.y
	}
	out, ok := fit(t, text, frame.w, frame.h)
	if !ok {
		if r, bad := t.face.Missing(text); bad {
			s.fail("attestation: %s: character %q (%U) is not in the font: spell %q with letters of the Latin alphabet", field, r, r, text)
			return frame.y
		}
		least := t.least
		if least == 0 {
			least = t.size
		}
		s.fail("attestation: %s: %q does not fit its %.1f × %.1f mm at %.1f points on %d lines: shorten it",
			field, text, frame.w, frame.h, least, max(t.lines, 1))
		return frame.y
	}
	s.place(field, frame, out)
	return frame.y + out.height()
}

// place draws a setting from the top of its frame.
func (s *sheet) place(field string, frame rect, out setting) {
	if s.err != nil {
		return
	}
	var few [4]pdf.Line
	lines := few[:0]
	for i, line := range out.lines {
		y := frame.y + out.base[i]*out.size/mm
		x := frame.x
		if out.align != left {
			w := out.width(line)
			if x += frame.w - w; out.align == center {
				x -= (frame.w - w) / 2
			}
		}
		lines = append(lines, pdf.Line{X: x * mm, Y: (s.high - y) * mm, Text: line})
		if s.watch {
			l, r, d, u := out.face.Extent(line)
			k := out.size / mm / 1000
			tracked := out.track * out.size / mm * float64(utf8.RuneCountInString(line)-1)
			s.boxes = append(s.boxes, box{
				page: s.page.Number(), field: field, text: line, frame: frame, style: out.style, x: x, y: y,
				ink: rect{x + float64(l)*k, y - float64(u)*k, float64(r-l)*k + tracked, float64(u-d) * k},
			})
		}
	}
	s.page.Text(pdf.Type{Font: out.face, Size: out.size, Track: out.track * out.size, Color: out.color}, lines)
}

// link sets a text that leads to an address, said in words for those who do
// not see where they are.
func (s *sheet) link(r rect, address, words string, do func()) {
	s.part(pdf.LinkTag, func() {
		do()
		s.file.Link(r.x*mm, (s.high-r.bottom())*mm, r.w*mm, r.h*mm, address, words)
	})
}

// fill paints a rectangle.
func (s *sheet) fill(r rect, c color) {
	s.page.Fill(c)
	s.page.Area(r.x*mm, (s.high-r.bottom())*mm, r.w*mm, r.h*mm)
}

// stroke outlines a rectangle with a line of width w.
func (s *sheet) stroke(r rect, w float64, c color) {
	s.page.Pen(w*mm, c)
	s.page.Outline(r.x*mm, (s.high-r.bottom())*mm, r.w*mm, r.h*mm)
}

// line draws a straight line.
func (s *sheet) line(x1, y1, x2, y2, w float64, c color) {
	s.page.Pen(w*mm, c)
	s.page.Line(x1*mm, (s.high-y1)*mm, x2*mm, (s.high-y2)*mm)
}

// polygon paints a polygon given as x, y, x, y, …
func (s *sheet) polygon(c color, points ...float64) {
	for i := range points {
		if i%2 != 0 {
			points[i] = s.high - points[i]
		}
		points[i] *= mm
	}
	s.page.Fill(c)
	s.page.Polygon(points...)
}
