// Package plot draws charts as SVG: for a page, for a README, for a printer. A
// figure is a grid of panels; it names and describes itself to screen readers,
// follows the light or dark scheme of whoever looks, and never tells series
// apart by colour alone. Equal figures give equal bytes.
package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Figure is one SVG image.
type Figure struct {
	Title       string // shown above the panels
	Description string // what the figure shows, in words, for those who do not see it
	Note        string // small print below, may be empty
	Rows        [][]Panel
}

// Panel is a chart: axes, then its series in their order.
type Panel struct {
	Title         string // "" for none
	Width, Height int    // of the whole panel, in CSS pixels
	X, Y          Axis
	Series        []Series
	Cells         [][]float64 // rows from the bottom, shares of 0 to 1: a matrix in place of series
}

// Axis is a scale from Min to Max.
type Axis struct {
	Label    string
	Min, Max float64
	Ticks    []float64 // nil for round steps
}

// Series is a list of points in rising X.
type Series struct {
	Name  string // in the legend, "" to leave it out
	Style Style
	Data  [][2]float64
}

// Style is how a series is drawn.
type Style int

// Styles of series.
const (
	Line Style = iota
	Dashed
	Dots
	Bars   // from 0, as wide as the points are apart
	Target // thin and dotted: what is wanted
	Rings  // hollow dots
	Band   // a pale area: points along its upper edge, then back along the lower one
)

// strokes are the classes of the styles that are drawn as paths.
var strokes = map[Style]string{Line: "line", Dashed: "line dash", Target: "want", Band: "band"}

// style holds both schemes. The hues are told apart with any colour vision
// (Okabe and Ito), and each kind of series has a stroke of its own.
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#333}.h{font-size:15px;font-weight:600;fill:#111}.b{font-weight:600}.n{font-size:11px;fill:#555}
.paper{fill:#fff}.axis{stroke:#767676;fill:none}.grid{stroke:#e4e4e4;fill:none}
.s0{--c:#0060a0}.s1{--c:#b84a00}.s2{--c:#007458}.s3{--c:#8f3f71}
.line{stroke:var(--c);fill:none;stroke-width:2}.ring{stroke:var(--c);stroke-width:2}.band{fill:var(--c);opacity:.16}.dash{stroke-dasharray:7 4}.dot,.bar{fill:var(--c)}.want{stroke:#555;fill:none;stroke-dasharray:2 3}
.cell{fill:#0060a0}.in{fill:#111}.inv{fill:#fff}
@media (prefers-color-scheme:dark){text{fill:#ccc}.h{fill:#f4f4f4}.n{fill:#aaa}.paper{fill:#16181c}.axis{stroke:#8c8c8c}.grid{stroke:#2e3138}
.s0{--c:#63b5f2}.s1{--c:#f2994a}.s2{--c:#3fc79f}.s3{--c:#e08fc1}.want{stroke:#b5b5b5}.cell{fill:#63b5f2}.in{fill:#f4f4f4}.inv{fill:#111}}
</style>
`

const (
	left, right, top, bottom = 62, 16, 34, 46 // margins within a panel
	head                     = 38             // of the figure, for its title
)

// SVG returns the image, ended by a line feed.
func (f *Figure) SVG() []byte {
	width, height := 0, head
	var body strings.Builder
	for _, row := range f.Rows {
		x, tallest := 0, 0
		for _, p := range row {
			fmt.Fprintf(&body, "<g transform=\"translate(%d %d)\">\n", x, height)
			p.draw(&body)
			body.WriteString("</g>\n")
			x, tallest = x+p.Width, max(tallest, p.Height)
		}
		width, height = max(width, x), height+tallest
	}
	if f.Note != "" {
		fmt.Fprintf(&body, "<text class=\"n\" x=\"14\" y=\"%d\">%s</text>\n", height+6, escape(f.Note))
		height += 20
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%d" role="img" aria-labelledby="t d">`+"\n", width, height)
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", escape(f.Title), escape(f.Description))
	b.WriteString(style)
	fmt.Fprintf(&b, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n<text class=\"h\" x=\"14\" y=\"25\">%s</text>\n", width, height, escape(f.Title))
	b.WriteString(body.String())
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// frame maps values to pixels of a panel.
type frame struct {
	x, y          Axis
	width, height float64 // of the inner area
}

func (f *frame) px(x float64) float64 { return left + f.width*(x-f.x.Min)/(f.x.Max-f.x.Min) }
func (f *frame) py(y float64) float64 { return top + f.height*(f.y.Max-y)/(f.y.Max-f.y.Min) }

func (p *Panel) draw(b *strings.Builder) {
	f := &frame{p.X, p.Y, float64(p.Width - left - right), float64(p.Height - top - bottom)}
	if p.Title != "" {
		fmt.Fprintf(b, "<text class=\"b\" x=\"%d\" y=\"%d\">%s</text>\n", left, top-10, escape(p.Title))
	}
	f.axes(b, p.Cells == nil)
	if p.Cells != nil {
		f.cells(b, p.Cells)
	}
	colour := 0
	for _, s := range p.Series {
		class := "s" + strconv.Itoa(colour%4)
		if s.Style == Target {
			class = ""
		} else {
			colour++
		}
		f.series(b, s, class)
	}
	p.legend(b)
}

func (f *frame) axes(b *strings.Builder, grid bool) {
	for _, y := range f.y.ticks(f.height / 24) {
		if grid {
			fmt.Fprintf(b, "<path class=\"grid\" d=\"M%d %sH%s\"/>", left, number(f.py(y)), number(left+f.width))
		}
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>\n", left-6, number(f.py(y)+4), label(y))
	}
	for _, x := range f.x.ticks(f.width / 40) {
		fmt.Fprintf(b, "<path class=\"axis\" d=\"M%s %sv4\"/><text x=\"%[1]s\" y=\"%[3]s\" text-anchor=\"middle\">%[4]s</text>\n",
			number(f.px(x)), number(top+f.height), number(top+f.height+17), label(x))
	}
	fmt.Fprintf(b, "<path class=\"axis\" d=\"M%d %dV%sH%s\"/>\n", left, top, number(top+f.height), number(left+f.width))
	fmt.Fprintf(b, "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n", number(left+f.width/2), number(top+f.height+36), escape(f.x.Label))
	fmt.Fprintf(b, "<text transform=\"translate(15 %s) rotate(-90)\" text-anchor=\"middle\">%s</text>\n", number(top+f.height/2), escape(f.y.Label))
}

func (f *frame) series(b *strings.Builder, s Series, class string) {
	var path strings.Builder
	verb := "M"
	for i, point := range s.Data {
		x, y := f.px(point[0]), f.py(max(f.y.Min, min(f.y.Max, point[1])))
		switch s.Style {
		case Dots:
			fmt.Fprintf(b, "<circle class=\"dot %s\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n", class, number(x), number(y))
		case Rings:
			fmt.Fprintf(b, "<circle class=\"paper ring %s\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>\n", class, number(x), number(y))
		case Bars:
			w := f.width / float64(len(s.Data))
			if i > 0 {
				w = x - f.px(s.Data[i-1][0])
			} else if len(s.Data) > 1 {
				w = f.px(s.Data[1][0]) - x
			}
			zero := f.py(max(0, f.y.Min))
			fmt.Fprintf(b, "<rect class=\"bar %s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n", class,
				number(x-w*0.45), number(min(y, zero)), number(max(w*0.9, 0.5)), number(math.Abs(zero-y)))
		default:
			path.WriteString(verb + number(x) + " " + number(y))
			verb = "L"
		}
	}
	kind := strokes[s.Style]
	if s.Style == Band {
		path.WriteString("Z")
	}
	if len(s.Data) > 0 && kind != "" {
		fmt.Fprintf(b, "<path class=\"%s\" d=\"%s\"/>\n", strings.TrimSpace(kind+" "+class), path.String())
	}
}

// cells draws a matrix with its shares in figures.
func (f *frame) cells(b *strings.Builder, rows [][]float64) {
	h := f.height / float64(len(rows))
	for r, row := range rows {
		w := f.width / float64(len(row))
		for c, share := range row {
			if !(share > 0) {
				continue
			}
			x, y := left+w*float64(c), top+f.height-h*float64(r+1)
			fmt.Fprintf(b, "<rect class=\"cell\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" opacity=\"%s\"/>",
				number(x), number(y), number(w), number(h), number(0.06+0.94*share))
			if share >= 0.005 {
				ink := "in"
				if share > 0.55 {
					ink = "inv"
				}
				fmt.Fprintf(b, "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%.0f</text>", ink, number(x+w/2), number(y+h/2+4), share*100)
			}
			b.WriteByte('\n')
		}
	}
}

// legend names the series in one line above the chart, from the right.
func (p *Panel) legend(b *strings.Builder) {
	x := float64(p.Width - right)
	colour := 0
	for _, s := range p.Series {
		if s.Style != Target {
			colour++
		}
	}
	for i := len(p.Series) - 1; i >= 0; i-- {
		s := p.Series[i]
		class := ""
		if s.Style != Target {
			colour--
			class = "s" + strconv.Itoa(colour%4)
		}
		if s.Name == "" {
			continue
		}
		x -= 6.4*float64(len([]rune(s.Name))) + 6
		fmt.Fprintf(b, "<text x=\"%s\" y=\"%d\">%s</text>", number(x), top-10, escape(s.Name))
		x -= 28
		switch s.Style {
		case Dots:
			fmt.Fprintf(b, "<circle class=\"dot %s\" cx=\"%s\" cy=\"%d\" r=\"3\"/>\n", class, number(x+14), top-14)
		case Rings:
			fmt.Fprintf(b, "<circle class=\"paper ring %s\" cx=\"%s\" cy=\"%d\" r=\"3.5\"/>\n", class, number(x+14), top-14)
		case Band:
			fmt.Fprintf(b, "<rect class=\"band %s\" x=\"%s\" y=\"%d\" width=\"22\" height=\"10\"/>\n", class, number(x), top-19)
		case Bars:
			fmt.Fprintf(b, "<rect class=\"bar %s\" x=\"%s\" y=\"%d\" width=\"12\" height=\"10\"/>\n", class, number(x+10), top-19)
		default:
			kind := strokes[s.Style]
			fmt.Fprintf(b, "<path class=\"%s\" d=\"M%s %dh22\"/>\n", strings.TrimSpace(kind+" "+class), number(x), top-14)
		}
		x -= 12
	}
}

// ticks returns the given ticks, or round steps that lie on the axis: so many
// at most, or nearly.
func (a *Axis) ticks(most float64) []float64 {
	if a.Ticks != nil {
		return a.Ticks
	}
	span := a.Max - a.Min
	step := math.Pow(10, math.Floor(math.Log10(span)))
	for _, part := range []float64{0.1, 0.2, 0.25, 0.5} {
		if span/(step*part) <= min(most, 9) {
			step *= part
			break
		}
	}
	var ticks []float64
	for k := math.Ceil(a.Min/step - 1e-9); k*step <= a.Max+1e-9*span; k++ {
		ticks = append(ticks, k*step)
	}
	return ticks
}

// number writes a coordinate with at most two decimals.
func number(x float64) string { return trim(strconv.FormatFloat(x, 'f', 2, 64)) }

// label writes the value of a tick.
func label(x float64) string {
	return strings.Replace(trim(strconv.FormatFloat(x, 'f', 4, 64)), "-", "−", 1)
}

func trim(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
