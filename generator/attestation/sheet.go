package attestation

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// Lengths are in millimetres from the top left corner of the page, sizes of
// type in points.
const (
	pageW, pageH = 210.0, 297.0
	mm           = 72 / 25.4 // points in a millimetre
)

// color is red, green, blue.
type color [3]uint8

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
	face  *face
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
}

// sheet draws on fpdf's pages and keeps the first error.
type sheet struct {
	pdf   *fpdf.Fpdf
	boxes []box
	err   error
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
		_, _, down, up := t.face.extent(line)
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
	return (float64(t.face.width(s))/1000 + t.track*float64(max(n-1, 0))) * t.size / mm
}

// step is how finely sizes are tried, in points.
const step = 0.2

// fit sets text in a box of w by h: on one line from the wanted size down to
// the least, then on two, and so on to the style's most; prose (early) takes
// all its lines at each size before a smaller one is tried.
func (t style) fit(text string, w, h float64) (setting, bool) {
	most, least := max(t.lines, 1), t.least
	if least == 0 {
		least = t.size
	}
	try := func(size float64, lines int) (setting, bool) {
		u := t
		u.size = size
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

// text sets a text in a frame, from its top, and returns the y below it.
func (s *sheet) text(field string, frame rect, t style, text string) float64 {
	if s.err != nil || text == "" {
		return frame.y
	}
	if r, bad := t.face.missing(text); bad {
		s.fail("attestation: %s: character %q (%U) is not in the font: spell %q with letters of the Latin alphabet", field, r, r, text)
		return frame.y
	}
	out, ok := t.fit(text, frame.w, frame.h)
	if !ok {
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
	s.pdf.SetFont(out.face.family, "", out.size)
	s.pdf.SetTextColor(int(out.color[0]), int(out.color[1]), int(out.color[2]))
	if out.track != 0 {
		s.pdf.RawWriteStr(num(out.track*out.size) + " Tc")
	}
	for i, line := range out.lines {
		y := frame.y + out.base[i]*out.size/mm
		x := frame.x
		switch w := out.width(line); out.align {
		case center:
			x += (frame.w - w) / 2
		case right:
			x += frame.w - w
		}
		s.pdf.Text(x, y, line)
		l, r, d, u := out.face.extent(line)
		k := out.size / mm / 1000
		tracked := out.track * out.size / mm * float64(utf8.RuneCountInString(line)-1)
		s.boxes = append(s.boxes, box{
			page: s.pdf.PageNo(), field: field, text: line, frame: frame,
			ink: rect{x + float64(l)*k, y - float64(u)*k, float64(r-l)*k + tracked, float64(u-d) * k},
		})
	}
	if out.track != 0 {
		s.pdf.RawWriteStr("0 Tc")
	}
}

// link makes the frame lead to an address.
func (s *sheet) link(r rect, address string) { s.pdf.LinkString(r.x, r.y, r.w, r.h, address) }

// fill paints a rectangle.
func (s *sheet) fill(r rect, c color) {
	s.pdf.SetFillColor(int(c[0]), int(c[1]), int(c[2]))
	s.pdf.Rect(r.x, r.y, r.w, r.h, "F")
}

// stroke outlines a rectangle with a line of width w.
func (s *sheet) stroke(r rect, w float64, c color) {
	s.pen(w, c)
	s.pdf.Rect(r.x, r.y, r.w, r.h, "D")
}

// line draws a straight line.
func (s *sheet) line(x1, y1, x2, y2, w float64, c color) {
	s.pen(w, c)
	s.pdf.Line(x1, y1, x2, y2)
}

func (s *sheet) pen(w float64, c color) {
	s.pdf.SetDrawColor(int(c[0]), int(c[1]), int(c[2]))
	s.pdf.SetLineWidth(w)
}

// num prints a number of the page description: two decimals, no more than
// needed, so that equal drawings have equal bytes and pack well.
func num(v float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}
