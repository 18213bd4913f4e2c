package simulation

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/generator/plot"
)

// Files returns the report as files, by name: simulation.json, tables as CSV
// and plots as SVG.
func (r *Report) Files() (map[string][]byte, error) {
	data, err := json.Marshal(r, jsontext.WithIndent(" "))
	if err != nil {
		return nil, fmt.Errorf("simulation: encode the report: %w", err)
	}
	return map[string][]byte{
		"simulation.json": append(data, '\n'),
		"abilities.csv":   r.abilitiesCSV(),
		"levels.csv":      r.levelsCSV(),
		"items.csv":       r.itemsCSV(),
		"bias.svg":        r.biasPlot().SVG(),
		"levels.svg":      r.levelsPlot().SVG(),
		"error.svg":       r.errorPlot().SVG(),
		"exposure.svg":    r.exposurePlot().SVG(),
	}, nil
}

func table(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(rows) // a buffer takes all
	return b.Bytes()
}

func text(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (r *Report) abilitiesCSV() []byte {
	rows := [][]string{{"from", "to", "candidates", "bias", "rmse", "error", "pix_bias", "pix_rmse", "exact", "near", "length"}}
	for _, a := range r.Abilities {
		rows = append(rows, []string{text(a.From), text(a.To), strconv.Itoa(a.Candidates), text(a.Bias), text(a.RMSE), text(a.Error),
			text(a.PixBias), text(a.PixRMSE), text(a.Exact), text(a.Near), text(a.Length)})
	}
	return table(rows)
}

func (r *Report) levelsCSV() []byte {
	rows := [][]string{{"true_level"}}
	for l, given := range r.Levels {
		rows[0] = append(rows[0], "given_"+strconv.Itoa(l))
		row := []string{strconv.Itoa(l)}
		for _, n := range given {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return table(rows)
}

func (r *Report) itemsCSV() []byte {
	rows := [][]string{{"item", "competence", "theme", "put", "rate"}}
	for _, i := range r.Items {
		rows = append(rows, []string{i.Item, i.Competence, i.Theme, strconv.Itoa(i.Put), text(i.Rate)})
	}
	return table(rows)
}

// note says where a plot comes from.
func (r *Report) note() string {
	what := ""
	if r.Specimen {
		what = "SPECIMEN "
	}
	return fmt.Sprintf("%d simulated candidates, seed %d, %sbank %s, framework %s", r.Candidates, r.Seed, what, r.Bank.ID, r.Framework.ID)
}

// span is the axis of abilities that holds all of the rows.
func (r *Report) span() plot.Axis {
	return plot.Axis{Label: "ability of the candidate", Min: r.Abilities[0].From, Max: r.Abilities[len(r.Abilities)-1].To}
}

// by returns one number of each row at the middle of its abilities. Rows of a
// few candidates show chance and are left out, unless none has more.
func (r *Report) by(value func(AbilityRow) float64) [][2]float64 {
	var points [][2]float64
	for _, least := range []int{30, 1} {
		for _, a := range r.Abilities {
			if a.Candidates >= least {
				points = append(points, [2]float64{(a.From + a.To) / 2, value(a)})
			}
		}
		if points != nil {
			break
		}
	}
	return points
}

func (r *Report) biasPlot() *plot.Figure {
	bias := r.by(func(a AbilityRow) float64 { return a.Bias })
	rmse := r.by(func(a AbilityRow) float64 { return a.RMSE })
	low, high := -0.1, 0.1
	for i := range bias {
		low, high = min(low, bias[i][1]), max(high, rmse[i][1], bias[i][1])
	}
	return &plot.Figure{
		Title: "Capacity measured against true ability",
		Description: fmt.Sprintf("Two lines by ability of the candidate. Bias, capacity less ability, is %.3f over all; the root of the mean square error is %.3f. %s.",
			r.Overall.Bias, r.Overall.RMSE, r.note()),
		Note: r.note(),
		Rows: [][]plot.Panel{{{Width: 720, Height: 340, X: r.span(), Y: plot.Axis{Label: "on the scale of ability", Min: low * 1.1, Max: high * 1.1}, Series: []plot.Series{
			{Style: plot.Target, Data: [][2]float64{{r.span().Min, 0}, {r.span().Max, 0}}},
			{Name: "bias", Style: plot.Line, Data: bias},
			{Name: "RMSE", Style: plot.Dashed, Data: rmse},
		}}}},
	}
}

func (r *Report) levelsPlot() *plot.Figure {
	n := len(r.Levels)
	axis := func(label string) plot.Axis {
		a := plot.Axis{Label: label, Min: -0.5, Max: float64(n) - 0.5}
		for l := range n {
			a.Ticks = append(a.Ticks, float64(l))
		}
		return a
	}
	cells := make([][]float64, n)
	for truth, given := range r.Levels {
		total := 0
		for _, k := range given {
			total += k
		}
		cells[truth] = make([]float64, n)
		for l, k := range given {
			if total > 0 {
				cells[truth][l] = share(k, total)
			}
		}
	}
	return &plot.Figure{
		Title: "Level given against true level, in % of each true level",
		Description: fmt.Sprintf("A matrix: for each true level, the shares of candidates who were given each level. %.1f%% get their true level, %.1f%% that or one beside it. %s.",
			100*r.Overall.Exact, 100*r.Overall.Near, r.note()),
		Note: r.note(),
		Rows: [][]plot.Panel{{{Width: 560, Height: 470, X: axis("level given"), Y: axis("true level"), Cells: cells}}},
	}
}

func (r *Report) errorPlot() *plot.Figure {
	mean := r.by(func(a AbilityRow) float64 { return a.Error })
	rmse := r.by(func(a AbilityRow) float64 { return a.RMSE })
	high := 0.1
	for i := range mean {
		high = max(high, mean[i][1], rmse[i][1])
	}
	return &plot.Figure{
		Title: "Error stated at the end of the test, and error made",
		Description: fmt.Sprintf("Two lines by ability of the candidate: the mean error that tests state, %.3f over all, and the root of the mean square error they made. Half of the tests state %.2f or less, nine in ten %.2f or less. %s.",
			r.Stops.Mean, r.Stops.Median+errorWidth, r.Stops.P90+errorWidth, r.note()),
		Note: r.note(),
		Rows: [][]plot.Panel{{{Width: 720, Height: 340, X: r.span(), Y: plot.Axis{Label: "on the scale of ability", Min: 0, Max: high * 1.1}, Series: []plot.Series{
			{Name: "stated", Style: plot.Line, Data: mean},
			{Name: "made (RMSE)", Style: plot.Dashed, Data: rmse},
		}}}},
	}
}

func (r *Report) exposurePlot() *plot.Figure {
	// At most 300 points: more would only draw the same line thicker.
	var rates [][2]float64
	step := max(1, len(r.Items)/300)
	for i := 0; i < len(r.Items); i += step {
		rates = append(rates, [2]float64{float64(i + 1), r.Items[i].Rate})
	}
	return &plot.Figure{
		Title: "Share of the candidates who are asked each item",
		Description: fmt.Sprintf("A falling line over the %d items, most asked first: the first is put to %.1f%% of the candidates, %d items to nobody. Two candidates share %.1f%% of a test on average. %s.",
			len(r.Items), 100*r.Exposure.Max, r.Exposure.Never, 100*r.Exposure.Overlap, r.note()),
		Note: r.note(),
		Rows: [][]plot.Panel{{{Width: 720, Height: 340,
			X:      plot.Axis{Label: "items, most asked first", Min: 0, Max: float64(len(r.Items) + 1)},
			Y:      plot.Axis{Label: "share of the candidates", Min: 0, Max: max(0.01, r.Exposure.Max) * 1.1},
			Series: []plot.Series{{Style: plot.Line, Data: rates}},
		}}},
	}
}
