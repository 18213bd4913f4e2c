// Package quality looks for what is wrong with an item bank before anybody is
// measured with it: items that belong nowhere or twice, parameters that no
// calibration gives, languages and needs that cannot be served, and levels at
// which the bank tells too little.
//
// What is enough follows from the error wanted of a test. To end with error e,
// a test of n questions needs information 1/e² at the candidate's ability, so
// 1/(n·e²) a question: the share of a question. At each bound between levels,
// then,
//
//   - the n best items, one a theme, must give 1/e² together;
//   - the five best of a competence, which is what a question is drawn among,
//     must give a share on average;
//   - the best of a theme must give a third of a share: with less, the theme is
//     never asked there.
package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"etalon/content"
	"etalon/engine"
)

// Parameters that a calibration may give but hardly does.
const (
	leastA, mostA = 0.2, 4
	mostB         = 9 // the nodes of the estimator end there
)

const (
	shortlist  = 5
	themeShare = 1.0 / 3
)

// Check is what is looked at.
type Check struct {
	Name        string // of the bank's file, for messages
	Bank        *engine.Inspection
	Framework   *engine.Framework    // nil to leave levels aside
	Faults      []error              // of the framework, when it is nil because of them
	Referential *content.Referential // whose themes count
	Error       float64              // wanted at the bounds of levels
}

// Report is what a check found.
type Report struct {
	Wrong       []string // everything that is, in order
	Items       int
	Competences []Row
	Whole       []float64 // best error of a test at each bound
	Bounds      []float64 // of levels 1 to the highest; nil without a framework
	Wanted      float64   // error
	Coverage    []Coverage
	curves      *curves
}

// Row is what the bank holds of a competence.
type Row struct {
	Code              string
	Items, Themes, Of int // Of: themes of the referential
	LeastA, MostA     float64
	LeastB, MostB     float64
	Errors            []float64 // at each bound, of a test whose questions are all like the five best
}

// Coverage is what candidates of a language and with some needs can be asked.
type Coverage struct {
	Language string
	Needs    []string
	Items    int
	Least    int // items of the competence that has fewest
}

// Run checks.
func (c *Check) Run() *Report {
	r := &Report{Items: len(c.Bank.Items), Wanted: c.Error}
	for _, err := range c.Bank.Mistakes {
		r.wrong("%v", err)
	}
	for _, err := range c.Faults {
		r.wrong("%v", err)
	}
	c.items(r)
	c.rows(r)
	if c.Framework != nil && c.Bank.Regime == c.Framework.Regime && c.Framework.Bounds("") != nil {
		c.levels(r)
	}
	c.coverage(r)
	return r
}

func (r *Report) wrong(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}

// items looks at each item by itself and at pairs of twins.
func (c *Check) items(r *Report) {
	type twin struct {
		competence, theme string
		level             int
		a, b              float64
	}
	first := map[twin]engine.Inspected{}
	for _, it := range c.Bank.Items {
		at := func(format string, args ...any) {
			r.wrong("%s:%d: item %q %s", c.Name, it.Line, it.ID, fmt.Sprintf(format, args...))
		}
		if comp := c.Referential.Competence(it.Competence); comp == nil {
			at("is of competence %s, which the referential does not have", it.Competence)
		} else if !slices.ContainsFunc(comp.Themes, func(t content.Theme) bool { return t.ID == it.Theme }) {
			at("has theme %q, which is none of competence %s in the referential; mend it, or add the theme there", it.Theme, it.Competence)
		}
		if !c.calibrated() {
			continue
		}
		if it.A < leastA || it.A > mostA {
			at("discriminates by a = %v; calibrations give %v to %v: calibrate it again or leave it out", it.A, leastA, mostA)
		}
		if math.Abs(it.B) > mostB {
			at("has difficulty b = %v; abilities are measured from -%d to %[2]d: calibrate it again or leave it out", it.B, mostB)
		}
		key := twin{it.Competence, it.Theme, it.Level, it.A, it.B}
		if other, ok := first[key]; ok {
			at("has the theme, level and parameters of item %q on line %d: keep one, if they are the same", other.ID, other.Line)
		} else {
			first[key] = it
		}
	}
}

// calibrated tells whether items have parameters.
func (c *Check) calibrated() bool { return c.Bank.Regime == "adaptive" }

func (c *Check) rows(r *Report) {
	for _, comp := range c.Referential.Competences() {
		row := Row{Code: comp.Code, Of: len(comp.Themes)}
		held := map[string]bool{}
		for _, it := range c.Bank.Items {
			if it.Competence != comp.Code {
				continue
			}
			if row.Items == 0 {
				row.LeastA, row.MostA, row.LeastB, row.MostB = it.A, it.A, it.B, it.B
			}
			row.LeastA, row.MostA = min(row.LeastA, it.A), max(row.MostA, it.A)
			row.LeastB, row.MostB = min(row.LeastB, it.B), max(row.MostB, it.B)
			row.Items++
			held[it.Theme] = true
		}
		for _, t := range comp.Themes {
			if held[t.ID] {
				row.Themes++
			} else {
				r.wrong("%s: theme %q of competence %s has no item", c.Name, t.ID, comp.Code)
			}
		}
		r.Competences = append(r.Competences, row)
	}
}

// levels looks at the information at each bound between levels.
func (c *Check) levels(r *Report) {
	bounds := c.Framework.Bounds("")
	for l := 1; l < len(bounds); l++ {
		if width := bounds[l] - bounds[l-1]; width < c.Error {
			r.wrong("framework %s: level %d is %.3g wide, less than the error of %g wanted of a test, which cannot tell it from its neighbours", c.Framework.ID, l-1, width, c.Error)
		}
	}
	r.Bounds = bounds[1 : len(bounds)-1]
	r.curves = newCurves(c)
	share := r.curves.share
	for l, θ := range r.Bounds {
		where := fmt.Sprintf("at the bound of level %d (ability %g)", l+1, θ)
		best := r.curves.test(θ)
		r.Whole = append(r.Whole, 1/math.Sqrt(best))
		if best < 1/(c.Error*c.Error) {
			r.wrong("%s: the best test %s ends with error %.2f, above %g; add items of difficulty near it", c.Name, where, 1/math.Sqrt(best), c.Error)
		}
		for i := range r.Competences {
			row := &r.Competences[i]
			five := r.curves.five(row.Code, θ)
			row.Errors = append(row.Errors, 1/math.Sqrt(float64(c.Framework.Questions)*five))
			if five < share && row.Items > 0 {
				r.wrong("%s: competence %s is thin %s: its %d best items give %.2f on average, of the %.2f that a question must give", c.Name, row.Code, where, shortlist, five, share)
			}
		}
		for _, t := range r.curves.themes {
			if most := t.most(θ); most < themeShare*share {
				r.wrong("%s: theme %q of competence %s is thin %s: its best item gives %.3f, less than a third of the %.2f that a question must give", c.Name, t.id, t.competence, where, most, share)
			}
		}
	}
}

// coverage looks at each language of the bank and each need.
func (c *Check) coverage(r *Report) {
	var languages []string
	for _, it := range c.Bank.Items {
		for _, l := range it.Languages {
			if !slices.Contains(languages, l) {
				languages = append(languages, l)
			}
		}
	}
	slices.Sort(languages)
	needs := [][]string{nil, {engine.NeedKeyboard}, {engine.NeedNoColour}, {engine.NeedNoSound}, {engine.NeedScreenReader},
		{engine.NeedKeyboard, engine.NeedNoColour, engine.NeedNoSound, engine.NeedScreenReader}}
	for _, language := range languages {
		for _, n := range needs {
			cov := Coverage{Language: language, Needs: n}
			count := map[string]int{}
			for _, it := range c.Bank.Items {
				if slices.Contains(it.Languages, language) && !slices.ContainsFunc(n, func(need string) bool { return !slices.Contains(it.Accessible, need) }) {
					cov.Items++
					count[it.Competence]++
				}
			}
			var none []string
			cov.Least = cov.Items
			for _, row := range r.Competences {
				cov.Least = min(cov.Least, count[row.Code])
				if count[row.Code] == 0 {
					none = append(none, row.Code)
				}
			}
			r.Coverage = append(r.Coverage, cov)
			if len(none) > 0 {
				r.wrong("%s: in language %s and for %s, no item of %s", c.Name, language, needText(n), strings.Join(none, ", "))
			}
		}
	}
}

func needText(needs []string) string {
	switch len(needs) {
	case 0:
		return "candidates without a need"
	case 1:
		return "the need " + needs[0]
	}
	return "all needs at once"
}

// curves holds the items as information is asked of them.
type curves struct {
	all         []*engine.Item
	competences map[string][]*engine.Item
	themes      []theme
	questions   int
	share       float64 // of information, that a question must give
}

type theme struct {
	competence, id string
	items          []*engine.Item
}

func newCurves(c *Check) *curves {
	v := &curves{competences: map[string][]*engine.Item{}, questions: c.Framework.Questions}
	v.share = 1 / (c.Error * c.Error) / float64(v.questions)
	for _, it := range c.Bank.Items {
		v.all = append(v.all, it.Item)
		v.competences[it.Competence] = append(v.competences[it.Competence], it.Item)
		i := slices.IndexFunc(v.themes, func(t theme) bool { return t.competence == it.Competence && t.id == it.Theme })
		if i < 0 {
			i = len(v.themes)
			v.themes = append(v.themes, theme{competence: it.Competence, id: it.Theme})
		}
		v.themes[i].items = append(v.themes[i].items, it.Item)
	}
	slices.SortFunc(v.themes, func(a, b theme) int {
		return cmp.Or(strings.Compare(a.competence, b.competence), strings.Compare(a.id, b.id))
	})
	return v
}

// most is the information of the theme's best item.
func (t *theme) most(θ float64) (most float64) {
	for _, it := range t.items {
		most = max(most, it.Information(θ))
	}
	return most
}

// test is the information of a test of the best items, one a theme.
func (v *curves) test(θ float64) float64 {
	var best []float64
	for _, t := range v.themes {
		best = append(best, t.most(θ))
	}
	return sumOfBest(best, v.questions)
}

// five is the mean information of a competence's five best items. Those that
// are missing give none.
func (v *curves) five(code string, θ float64) float64 {
	var all []float64
	for _, it := range v.competences[code] {
		all = append(all, it.Information(θ))
	}
	return sumOfBest(all, shortlist) / shortlist
}

// total is the information of all items together.
func (v *curves) total(θ float64) (sum float64) {
	for _, it := range v.all {
		sum += it.Information(θ)
	}
	return sum
}

func sumOfBest(values []float64, n int) (sum float64) {
	slices.SortFunc(values, func(a, b float64) int { return cmp.Compare(b, a) })
	for _, x := range values[:min(n, len(values))] {
		sum += x
	}
	return sum
}
