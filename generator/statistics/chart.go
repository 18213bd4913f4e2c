package statistics

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// bar is one line of a chart: parts side by side, then what is withheld.
type bar struct {
	label  string
	parts  []part
	hidden int    // people in counts that are withheld; -1 when that is not known either
	note   string // at the right, may be empty
}

// part is a count and how it is filled, 0 to 4.
type part struct {
	count, fill int
	label       string // within the part, where there is room
}

const (
	chartWidth = 720
	barHeight  = 20
	barStep    = 27
)

// bars draws lines of bars. Each fills its line when whole is 0, else they are
// in proportion to whole. id makes the names within the image unique on a page.
func bars(id, title, description string, labelWidth, noteWidth, whole int, lines []bar) string {
	var b strings.Builder
	height := len(lines)*barStep + 16
	open(&b, id, title, description, height)
	room := float64(chartWidth - labelWidth - noteWidth - 16)
	for i, line := range lines {
		y := 8 + i*barStep
		fmt.Fprintf(&b, "<text class=\"e\" x=\"%d\" y=\"%d\">%s</text>", labelWidth, y+14, html.EscapeString(shorten(line.label, labelWidth)))
		all := max(0, line.hidden)
		for _, p := range line.parts {
			all += p.count
		}
		if whole > 0 {
			all = whole
		}
		x := float64(labelWidth + 8)
		for _, p := range line.parts {
			if p.count == 0 {
				continue
			}
			w := room * float64(p.count) / float64(all)
			fmt.Fprintf(&b, "<rect class=\"f%d\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>", p.fill, pixel(x), y, pixel(max(w-1, 0.6)), barHeight)
			if w > 8+6.6*float64(len([]rune(p.label))) {
				fmt.Fprintf(&b, "<text class=\"m t%d\" x=\"%s\" y=\"%d\">%s</text>", p.fill, pixel(x+w/2-0.5), y+14, html.EscapeString(p.label))
			}
			x += w
		}
		if line.hidden != 0 {
			w := 18.0
			if line.hidden > 0 && all > 0 {
				w = max(6, room*float64(line.hidden)/float64(all))
			}
			w = max(4, min(w, float64(labelWidth+8)+room-x))
			fmt.Fprintf(&b, "<rect class=\"blank\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%d\" fill=\"url(#%s-h)\"/>", pixel(x+0.5), pixel(float64(y)+0.5), pixel(max(w-2, 3)), barHeight-1, id)
		}
		if line.note != "" {
			fmt.Fprintf(&b, "<text class=\"e\" x=\"%d\" y=\"%d\">%s</text>", chartWidth-8, y+14, html.EscapeString(line.note))
		}
		b.WriteString("\n")
	}
	b.WriteString("</svg>")
	return b.String()
}

// columns draws one column a line, its note above and its label below.
func columns(id, title, description string, lines []bar) string {
	const base, top = 232, 30
	most := 1
	for _, line := range lines {
		for _, p := range line.parts {
			most = max(most, p.count)
		}
	}
	var b strings.Builder
	open(&b, id, title, description, 278)
	step := float64(chartWidth-32) / float64(len(lines))
	for i, line := range lines {
		x := 16 + step*float64(i)
		middle := x + step/2
		y := float64(base)
		for _, p := range line.parts {
			h := float64(base-top) * float64(p.count) / float64(most)
			if p.count > 0 {
				h = max(h, 1)
			}
			y -= h
			fmt.Fprintf(&b, "<rect class=\"f%d\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>", p.fill, pixel(x+step*0.14), pixel(y), pixel(step*0.72), pixel(h))
		}
		if line.hidden != 0 {
			y -= 16
			fmt.Fprintf(&b, "<rect class=\"blank\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"16\" fill=\"url(#%s-h)\"/>", pixel(x+step*0.14), pixel(y), pixel(step*0.72), id)
		}
		fmt.Fprintf(&b, "<text class=\"m\" x=\"%s\" y=\"%s\">%s</text>", pixel(middle), pixel(y-6), html.EscapeString(line.note))
		for k, word := range strings.SplitN(line.label, " ", 2) {
			fmt.Fprintf(&b, "<text class=\"m s\" x=\"%s\" y=\"%d\">%s</text>", pixel(middle), base+18+15*k, html.EscapeString(word))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "<path class=\"axis\" d=\"M16 %dH%d\"/></svg>", base, chartWidth-16)
	return b.String()
}

// open begins an image.
func open(b *strings.Builder, id, title, description string, height int) {
	fmt.Fprintf(b, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" width=\"%[1]d\" height=\"%[2]d\" role=\"img\" aria-labelledby=\"%[3]s-t %[3]s-d\">\n", chartWidth, height, id)
	fmt.Fprintf(b, "<title id=\"%[1]s-t\">%[2]s</title>\n<desc id=\"%[1]s-d\">%[3]s</desc>\n", id, html.EscapeString(title), html.EscapeString(description))
	b.WriteString(hatch(id))
}

// hatch is the pattern of what is withheld.
func hatch(id string) string {
	return fmt.Sprintf("<defs><pattern id=\"%s-h\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>\n", id)
}

// shorten cuts a label to about what a width holds.
func shorten(label string, width int) string {
	if runes, most := []rune(label), width/7; len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return label
}

func pixel(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}
