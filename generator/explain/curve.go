package explain

import (
	"fmt"
	"math"
	"strings"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/plot"
)

// SVG draws capacity and error after each question; nil in the profile regime,
// which measures neither. Dotted lines are the bounds of the global levels.
func (r *Report) SVG(lang content.Lang) []byte {
	f, _ := r.figure(tongue(lang))
	if f == nil {
		return nil
	}
	return f.SVG()
}

// figure returns the chart, and what it shows in words.
func (r *Report) figure(l tongue) (*plot.Figure, string) {
	if r.profile() {
		return nil, ""
	}
	line := [][2]float64{{0, r.Initial.Capacity}}
	upper := [][2]float64{{0, r.Initial.Capacity + r.Initial.Error}}
	lower := [][2]float64{{0, r.Initial.Capacity - r.Initial.Error}}
	var right, wrong, rerun, degraded [][2]float64
	low, high := lower[0][1], upper[0][1]
	see := func(p engine.Point) {
		low, high = min(low, p.Capacity-p.Error), max(high, p.Capacity+p.Error)
	}
	numbered := map[int]float64{}
	for i := range r.Questions {
		q := &r.Questions[i]
		if q.After == nil {
			continue
		}
		x := float64(q.Number)
		numbered[q.Number] = x
		line = append(line, [2]float64{x, q.After.Capacity})
		upper = append(upper, [2]float64{x, q.After.Capacity + q.After.Error})
		lower = append(lower, [2]float64{x, q.After.Capacity - q.After.Error})
		see(*q.After)
		dot := [2]float64{x, q.After.Capacity}
		if q.Answer == engine.AnswerRight {
			right = append(right, dot)
		} else {
			wrong = append(wrong, dot)
		}
	}
	last := float64(len(r.Questions))
	if len(r.Rerun) > 0 {
		rerun = append(rerun, line[0])
		for _, s := range r.Rerun {
			rerun = append(rerun, [2]float64{numbered[s.Question], s.Capacity})
			see(s.Point)
		}
	}
	if len(r.Degradation) > 0 {
		from := line[len(line)-1]
		if len(rerun) > 0 {
			from = rerun[len(rerun)-1]
		}
		degraded = append(degraded, from)
		for i, s := range r.Degradation {
			degraded = append(degraded, [2]float64{from[0] + float64(i+1), s.Capacity})
			see(s.Point)
		}
		last = max(last, degraded[len(degraded)-1][0])
	}
	low, high = math.Floor(low*2)/2, math.Ceil(high*2)/2
	band := append([][2]float64(nil), upper...)
	for i := len(lower) - 1; i >= 0; i-- {
		band = append(band, lower[i])
	}
	panel := plot.Panel{
		Width: 860, Height: 400,
		X: plot.Axis{Label: l.t("question", "question"), Min: 0, Max: max(last, 1)},
		Y: plot.Axis{Label: l.t("capacité", "capacity"), Min: low, Max: high},
		Series: []plot.Series{
			{Name: l.t("± erreur", "± error"), Style: plot.Band, Data: band},
		},
	}
	for _, bound := range r.Rules.Bounds("") {
		if bound > low && bound < high {
			panel.Series = append(panel.Series, plot.Series{Style: plot.Target, Data: [][2]float64{{0, bound}, {panel.X.Max, bound}}})
		}
	}
	for _, s := range []plot.Series{
		{Name: l.t("sans les neutralisées", "without those neutralised"), Style: plot.Dashed, Data: rerun},
		{Name: l.t("dégradation", "degradation"), Style: plot.Dashed, Data: degraded},
		{Name: l.t("capacité", "capacity"), Style: plot.Line, Data: line},
		{Name: l.t("juste", "right"), Style: plot.Dots, Data: right},
		{Name: l.t("faux", "wrong"), Style: plot.Rings, Data: wrong},
	} {
		if len(s.Data) > 0 {
			panel.Series = append(panel.Series, s)
		}
	}
	description := r.describe(l)
	return &plot.Figure{
		Title:       l.t("Capacité au fil des questions, session ", "Capacity question by question, session ") + r.Record.Session,
		Description: description,
		Note:        l.t("Pointillés : bornes des niveaux globaux.", "Dotted: bounds of the global levels."),
		Rows:        [][]plot.Panel{{panel}},
	}, description
}

// describe says what the chart shows.
func (r *Report) describe(l tongue) string {
	var parts []string
	say := func(fr, en string, args ...any) { parts = append(parts, l.f(fr, en, args...)) }
	say("La capacité part de %s ± %s.", "The capacity starts at %s ± %s.", fixed(r.Initial.Capacity, 2), fixed(r.Initial.Error, 2))
	for i := range r.Questions {
		q := &r.Questions[i]
		if q.After != nil && (q.Number%8 == 0 || i == len(r.Questions)-1) {
			say("Après la question %d : %s ± %s.", "After question %d: %s ± %s.", q.Number, fixed(q.After.Capacity, 2), fixed(q.After.Error, 2))
		}
	}
	for _, p := range []struct {
		fr, en string
		steps  []engine.Step
	}{
		{"Sans les questions neutralisées : %s ± %s.", "Without the questions neutralised: %s ± %s.", r.Rerun},
		{"Une fois dégradée : %s ± %s.", "Once degraded: %s ± %s.", r.Degradation},
	} {
		if n := len(p.steps); n > 0 {
			say(p.fr, p.en, fixed(p.steps[n-1].Capacity, 2), fixed(p.steps[n-1].Error, 2))
		}
	}
	return strings.TrimSpace(fmt.Sprint(strings.Join(parts, " ")))
}
