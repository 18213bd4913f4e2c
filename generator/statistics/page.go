package statistics

import (
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"etalon/content"
	"etalon/generator/leaf"
)

// mostBars bounds the centres of the chart.
const mostBars = 40

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is the report in one language.
func (r *Report) page(referential *content.Referential, lang content.Lang) []byte {
	v := &view{Report: r, referential: referential, lang: lang}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, v); err != nil {
		panic("statistics: " + err.Error()) // the view has all that the page asks for
	}
	page := leaf.Page{Lang: string(lang), Title: v.W("title") + " – " + r.Issuer, Body: template.HTML(b.String())}
	return page.HTML()
}

// view is what the page is made from.
type view struct {
	*Report
	referential *content.Referential
	lang        content.Lang
	swatches    int // drawn so far, for names within images
}

// W returns a text in the page's language.
func (v *view) W(key string, args ...any) string {
	return fmt.Sprintf(words[key].In(v.lang), args...)
}

// Other is the page in the other language.
func (v *view) Other() map[string]string {
	if v.lang == content.FR {
		return map[string]string{"href": "statistics.en.html", "lang": "en", "text": "In English"}
	}
	return map[string]string{"href": "statistics.fr.html", "lang": "fr", "text": "En français"}
}

// Period is the period in words.
func (v *view) Period() string {
	switch {
	case v.From != "" && v.To != "":
		return v.W("between", dayName(v.From, v.lang), dayName(v.To, v.lang))
	case v.From != "":
		return v.W("from", dayName(v.From, v.lang))
	case v.To != "":
		return v.W("to", dayName(v.To, v.lang))
	}
	return v.W("all")
}

// Most is the greatest count that is withheld.
func (v *view) Most() int { return v.Least - 1 }

// N writes a cell.
func (v *view) N(c Cell) string {
	if c.Withheld {
		return "c"
	}
	return figure(c.Count, v.lang)
}

// Figure writes a count that is published.
func (v *view) Figure(n int) string { return figure(n, v.lang) }

// Percent writes a share of a published count.
func (v *view) Percent(c Cell, whole int) string {
	if c.Withheld {
		return "c"
	}
	return percent(c.Count, whole, v.lang)
}

// Part writes what share one published count is of another.
func (v *view) Part(n, whole int) string { return percent(n, whole, v.lang) }

// Class names an outcome.
func (v *view) Class(c Class) string { return classNames[c].In(v.lang) }

// Rule names a rule.
func (v *view) Rule(name string) string { return ruleNames[name].In(v.lang) }

// Level names a global level.
func (v *view) Level(level int) string {
	if level == 0 {
		return v.W("none")
	}
	return v.referential.LevelName(level).In(v.lang)
}

// Title of a competence.
func (v *view) Title(code string) string { return v.referential.Competence(code).Title.In(v.lang) }

// Month names a month.
func (v *view) Month(month string) string { return monthName(month, v.lang) }

// Mean writes the mean level.
func (v *view) Mean(l *Levels) string {
	point := "."
	if v.lang == content.FR {
		point = ","
	}
	return l.mean("c", point)
}

// MeanAt is the mean level in one competence.
func (v *view) MeanAt(g Regime, i int) string { return v.Mean(&g.Codes[i]) }

// Columns are the heads of a table of centres or months.
func (v *view) Columns(g Regime) []Class { return g.columns() }

// LevelNumbers are 0 to the highest of a regime.
func (v *view) LevelNumbers(g Regime) []int {
	var list []int
	for l := range g.Top + 1 {
		list = append(list, l)
	}
	return list
}

// Note tells why outcomes are counted together, or nothing.
func (v *view) Note(g Regime) string {
	switch {
	case len(g.Classes) == 0:
		return v.W("few")
	case len(g.Classes) == 2:
		return v.W("merged")
	case len(g.Classes) == 1 && g.Classes[0].Class == Obtained:
		return v.W("only")
	case len(g.Classes) == 1:
		return v.W("undivided")
	}
	return ""
}

// fillOf shades a level by its band, and an outcome.
func fillOf(level int) int { return (level + 1) / 2 }

var classFill = map[Class]int{Obtained: 3, NotObtained: 1, NotObtainedOrCancel: 1, Cancelled: 0, Sessions: 3}

// LevelChart is the distribution of global levels.
func (v *view) LevelChart(g Regime) template.HTML {
	var lines []bar
	var told []string
	for l, c := range g.Levels.Cells {
		label := v.Level(l)
		if l == 0 {
			label = "0"
		}
		line := bar{label: label, note: v.N(c)}
		if c.Withheld {
			line.hidden = -1
			told = append(told, v.Level(l)+" "+v.W("withheld"))
		} else {
			line.parts = []part{{count: c.Count, fill: fillOf(l)}}
			told = append(told, v.Level(l)+" "+figure(c.Count, v.lang))
		}
		lines = append(lines, line)
	}
	return template.HTML(columns(g.Name+"-levels", v.W("levels"), strings.Join(told, ", "), lines))
}

// CodeChart is the distribution of levels of every competence.
func (v *view) CodeChart(g Regime) template.HTML {
	var lines []bar
	var told []string
	for i := range g.Codes {
		l := &g.Codes[i]
		line := bar{label: l.Code + " " + v.Title(l.Code), note: v.Mean(l), hidden: l.Count}
		for level, c := range l.Cells {
			if !c.Withheld {
				line.parts = append(line.parts, part{c.Count, fillOf(level), strconv.Itoa(level)})
				line.hidden -= c.Count
			}
		}
		lines = append(lines, line)
		told = append(told, l.Code+" "+v.Mean(l))
	}
	return template.HTML(bars(g.Name+"-codes", v.W("competences"), v.W("mean")+": "+strings.Join(told, ", "), 250, 44, 0, lines))
}

// PlaceChart shows the rows of centres or months that count most.
func (v *view) PlaceChart(g Regime, kind string) template.HTML {
	rows := g.Months
	if kind == "centres" {
		rows = v.Largest(g)
	}
	columns := g.columns()
	var lines []bar
	var told []string
	most := 1
	for _, row := range rows {
		line := bar{label: row.Name}
		if kind == "months" {
			line.label = v.Month(row.Name)
		}
		sum, total := 0, row.Cells[len(row.Cells)-1]
		for c := range g.Classes {
			if cell := row.Cells[c]; !cell.Withheld {
				line.parts = append(line.parts, part{cell.Count, classFill[columns[c]], figure(cell.Count, v.lang)})
				sum += cell.Count
			}
		}
		line.note = v.N(total)
		switch {
		case total.Withheld:
			line.hidden = -1
		case len(columns) > 1:
			line.hidden = total.Count - sum
			most = max(most, total.Count)
		}
		most = max(most, sum)
		lines = append(lines, line)
		told = append(told, line.label+" "+line.note)
	}
	return template.HTML(bars(g.Name+"-"+kind, v.W(kind), strings.Join(told, ", "), 220, 56, most, lines))
}

// Largest are the centres of the chart, those with most sessions published.
func (v *view) Largest(g Regime) []Row {
	rows := slices.Clone(g.Centres)
	slices.SortStableFunc(rows, func(a, b Row) int { return b.Cells[len(b.Cells)-1].Count - a.Cells[len(a.Cells)-1].Count })
	return rows[:min(len(rows), mostBars)]
}

// Cut tells how many centres the chart shows, when not all.
func (v *view) Cut(g Regime) string {
	if len(g.Centres) <= mostBars {
		return ""
	}
	return v.W("first", mostBars)
}

// Share is the share obtained of a row, where both counts are published.
func (v *view) Share(g Regime, row Row) string {
	if len(g.Classes) < 2 {
		return ""
	}
	total := row.Cells[len(row.Cells)-1]
	if total.Withheld {
		return "c"
	}
	return v.Percent(row.Cells[0], total.Count)
}

// Sum of all classes of a regime.
func (v *view) Sum(g Regime) int {
	sum := 0
	for _, c := range g.Classes {
		sum += c.Count
	}
	return sum
}

// Swatch is a square of the legend; below 0, of what is withheld.
func (v *view) Swatch(fill int) template.HTML {
	if fill >= 0 {
		return template.HTML(fmt.Sprintf("<svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect class=\"f%d\" width=\"14\" height=\"14\"/></svg>", fill))
	}
	v.swatches++
	id := fmt.Sprintf("swatch%d", v.swatches)
	return template.HTML("<svg width=\"14\" height=\"14\" aria-hidden=\"true\">" + hatch(id) + "<rect class=\"blank\" x=\"0.5\" y=\"0.5\" width=\"13\" height=\"13\" fill=\"url(#" + id + "-h)\"/></svg>")
}

// Bands of the legend of levels: how they are filled, and their levels.
func (v *view) Bands() []map[string]any {
	list := []map[string]any{{"Fill": 0, "Name": "0 " + v.W("none")}}
	for _, b := range v.referential.Bands {
		list = append(list, map[string]any{"Fill": b.Number, "Name": fmt.Sprintf("%d–%d %s", b.First, b.Last, b.Name.In(v.lang))})
	}
	return list
}

// Fill of a class in charts.
func (v *view) Fill(c Class) int { return classFill[c] }
