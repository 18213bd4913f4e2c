package quality

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"etalon/generator/plot"
)

// Print writes the tables, then what is wrong. Errors above the one wanted are
// marked.
func (r *Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head := "competence\titems\tthemes\ta\tb"
	for l := range r.Bounds {
		head += fmt.Sprintf("\tlevel %d", l+1)
	}
	fmt.Fprintln(t, head)
	for _, row := range r.Competences {
		parameters := "\t"
		if row.MostA > 0 {
			parameters = fmt.Sprintf("%.2f … %.2f\t%.1f … %.1f", row.LeastA, row.MostA, row.LeastB, row.MostB)
		}
		fmt.Fprintf(t, "%s\t%d\t%d of %d\t%s%s\n", row.Code, row.Items, row.Themes, row.Of, parameters, r.errors(row.Errors))
	}
	fmt.Fprintf(t, "whole\t%d\t\t\t%s\n", r.Items, r.errors(r.Whole))
	if err := t.Flush(); err != nil {
		return err
	}
	if r.Bounds != nil {
		fmt.Fprintf(w, "\nUnder each level, at its lower bound: the error of a test whose questions are all\nlike the five best of the competence; in the last line, of the best test.\nWanted: %g. ! marks what is above.\n", r.Wanted)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(t, "language\tneeds\titems\tleast in a competence")
	for _, c := range r.Coverage {
		needs := strings.Join(c.Needs, ", ")
		if needs == "" {
			needs = "none"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\n", c.Language, needs, c.Items, c.Least)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, line := range r.Wrong {
		fmt.Fprintln(w, line)
	}
	if len(r.Wrong) == 0 {
		fmt.Fprintln(w, "nothing is wrong")
	}
	return nil
}

func (r *Report) errors(list []float64) string {
	var b strings.Builder
	for _, e := range list {
		mark := ""
		if e > r.Wanted {
			mark = " !"
		}
		if math.IsInf(e, 1) {
			fmt.Fprintf(&b, "\tnone%s", mark)
		} else {
			fmt.Fprintf(&b, "\t%.2f%s", e, mark)
		}
	}
	return b.String()
}

// SVG draws the information of the bank and of each competence over ability,
// or returns nil when there was no framework to check against.
func (r *Report) SVG(bank string) []byte {
	v := r.curves
	if v == nil {
		return nil
	}
	low, high := math.Floor(r.Bounds[0]-1), math.Ceil(r.Bounds[len(r.Bounds)-1]+1)
	curve := func(f func(float64) float64) (data [][2]float64, most float64) {
		for i := range 121 {
			θ := low + (high-low)*float64(i)/120
			y := f(θ)
			data, most = append(data, [2]float64{θ, y}), max(most, y)
		}
		return data, most
	}
	flat := func(y float64) [][2]float64 { return [][2]float64{{low, y}, {high, y}} }
	x := func(label string) plot.Axis { return plot.Axis{Label: label, Min: low, Max: high} }

	wanted := 1 / (r.Wanted * r.Wanted)
	total, mostTotal := curve(v.total)
	best, mostBest := curve(v.test)
	rows := [][]plot.Panel{{
		{Title: "All items", Width: 620, Height: 280, X: x("ability"), Y: plot.Axis{Label: "information", Max: mostTotal * 1.08},
			Series: []plot.Series{{Style: plot.Line, Data: total}}},
		{Title: fmt.Sprintf("The best test of %d questions", v.questions), Width: 620, Height: 280, X: x("ability"), Y: plot.Axis{Label: "information", Max: max(mostBest, wanted) * 1.08},
			Series: []plot.Series{
				{Style: plot.Line, Data: best},
				{Name: fmt.Sprintf("wanted (error %g)", r.Wanted), Style: plot.Target, Data: flat(wanted)},
			}},
	}}
	most := v.share
	type panel struct {
		code string
		data [][2]float64
	}
	var panels []panel
	for _, row := range r.Competences {
		data, m := curve(func(θ float64) float64 { return v.five(row.Code, θ) })
		panels, most = append(panels, panel{row.Code, data}), max(most, m)
	}
	for i, p := range panels {
		if i%4 == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], plot.Panel{
			Title: p.code, Width: 310, Height: 210, X: x(""), Y: plot.Axis{Label: "five best, mean", Max: most * 1.08},
			Series: []plot.Series{{Style: plot.Line, Data: p.data}, {Style: plot.Target, Data: flat(v.share)}},
		})
	}
	var thin []string
	for _, row := range r.Competences {
		for l, e := range row.Errors {
			if e > r.Wanted {
				thin = append(thin, fmt.Sprintf("%s at level %d", row.Code, l+1))
			}
		}
	}
	said := "No competence is thin at a bound between levels."
	if len(thin) > 0 {
		said = "Thin: " + strings.Join(thin, ", ") + "."
	}
	f := plot.Figure{
		Title: "Information of " + bank,
		Description: fmt.Sprintf("Information by ability: of all items together, of the best test of %d questions, and of each competence, as the mean of its five best items; dotted, what a test must give to end with error %g. %s",
			v.questions, r.Wanted, said),
		Note: fmt.Sprintf("Dotted: wanted for error %g; in a competence, the share of one of %d questions.", r.Wanted, v.questions),
		Rows: rows,
	}
	return f.SVG()
}
