package statistics

import (
	"slices"

	"etalon/engine"
)

// Default and lowest threshold: counts of people below it are withheld.
const (
	DefaultLeast = 5
	LowestLeast  = 3
)

// Scope is what a report is about.
type Scope struct {
	Issuer   string
	From, To string // days of the sessions, both included; "" for open
	Least    int    // threshold
}

// Report is what may be published.
type Report struct {
	Scope
	Specimen bool
	Regimes  []Regime // those with final records
}

// Cell is a count, or that it is withheld.
type Cell struct {
	Count    int // 0 when withheld
	Withheld bool
}

// Class is an outcome, or several counted together.
type Class string

// Classes.
const (
	Obtained            Class = "obtained"
	NotObtained         Class = "not-obtained"
	Cancelled           Class = "cancelled"
	NotObtainedOrCancel Class = "not-obtained-or-cancelled"
	Sessions            Class = "sessions" // all of them
)

// Regime is the report on one regime.
type Regime struct {
	Name    string
	Classes []ClassRow // whose counts are published; none when even the sessions are too few
	Centres []Row      // by name
	Months  []Row      // in order
	Top     int        // highest level that could be reached
	Levels  *Levels    // global; adaptive regime, nil unless the obtained are told apart
	Codes   []Levels   // the 16 competences; none unless the obtained are told apart

}

// ClassRow is a class and the rules that led to it, in their order.
type ClassRow struct {
	Class Class
	Count int
	Rules []Rule
}

// Rule is how often a rule of validation applied.
type Rule struct {
	Name string
	Cell
}

// Row is one centre or month: a cell for each class, then their sum. With a
// single class there is no sum.
type Row struct {
	Name  string
	Cells []Cell
}

// Levels is how many reached each level.
type Levels struct {
	Code  string // of a competence, "" for the global level
	Cells []Cell // by level, from 0 to the highest that could be reached
	Count int    // of them all
	Mean  *int   // mean level in tenths; nil when withheld, or nobody is there
}

// rules in the order in which they are tried.
var rules = []string{
	engine.RuleFraud, engine.RuleCancelled, engine.RuleTooFewTechnical, engine.RuleTooFew, engine.RuleNeutralised, engine.RuleLowRate,
	engine.RuleScoreZero, engine.RuleStopped, engine.RuleDegraded, engine.RuleAllTreated, engine.RuleByCompetence,
}

// Report decides what is withheld. Equal counts give equal reports.
func (c *Counts) Report(s Scope) *Report {
	r := &Report{Scope: s}
	for _, name := range []string{Adaptive, Profile} {
		if n := c.regimes[name]; n != nil {
			r.Regimes = append(r.Regimes, n.report(name, s.Least))
			r.Specimen = r.Specimen || n.specimen
		}
	}
	return r
}

// group is a class and the outcomes counted in it.
type group struct {
	class Class
	of    []outcome
}

// groups are the classes that can be published: see the package comment.
func (n *counts) groups(least int) []group {
	sums := n.sums()
	o, r, c := sums[obtained], sums[notObtained], sums[cancelled]
	switch fine := func(k int) bool { return !small(k, least) }; {
	case o+r+c < least:
		return nil
	case fine(o) && fine(r) && fine(c):
		return []group{{Obtained, []outcome{obtained}}, {NotObtained, []outcome{notObtained}}, {Cancelled, []outcome{cancelled}}}
	case fine(o) && fine(r+c):
		return []group{{Obtained, []outcome{obtained}}, {NotObtainedOrCancel, []outcome{notObtained, cancelled}}}
	case o >= least:
		return []group{{Obtained, []outcome{obtained}}}
	}
	return []group{{Sessions, []outcome{obtained, notObtained, cancelled}}}
}

func (n *counts) report(name string, least int) Regime {
	out := Regime{Name: name, Top: n.top}
	groups := n.groups(least)
	if len(groups) == 0 {
		return out
	}
	for _, g := range groups {
		out.Classes = append(out.Classes, n.class(g, least))
	}
	out.Centres = n.rows(n.centres, groups, least)
	out.Months = n.rows(n.months, groups, least)
	if groups[0].class != Obtained || out.Classes[0].Count == 0 {
		return out
	}
	if name == Adaptive {
		l := levelsOf("", n.levels[:n.top+1], least)
		out.Levels = &l
	}
	for i, code := range engine.Competences() {
		out.Codes = append(out.Codes, levelsOf(code, n.competences[i][:n.top+1], least))
	}
	return out
}

func (n *counts) class(g group, least int) ClassRow {
	row := ClassRow{Class: g.class}
	var counts []int
	for _, rule := range rules {
		k := 0
		for _, o := range g.of {
			k += n.rules[o][rule]
		}
		if k > 0 {
			row.Rules = append(row.Rules, Rule{Name: rule})
			counts = append(counts, k)
			row.Count += k
		}
	}
	for i, hidden := range withholdList(counts, least) {
		row.Rules[i].Cell = cellOf(counts[i], hidden)
	}
	return row
}

// rows makes a table of centres or months. Rows in which no published class
// has anybody are left out.
func (n *counts) rows(from map[string]*[outcomes]int, groups []group, least int) []Row {
	var rows []Row
	var counts [][]int
	for name, sums := range from {
		row, all := make([]int, len(groups)), 0
		for i, g := range groups {
			for _, o := range g.of {
				row[i] += sums[o]
			}
			all += row[i]
		}
		if all > 0 {
			rows = append(rows, Row{Name: name})
			rows[len(rows)-1].Cells = make([]Cell, 0, len(groups)+1)
			counts = append(counts, row)
		}
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if rows[a].Name < rows[b].Name {
			return -1
		}
		return 1
	})
	sorted, sortedCounts := make([]Row, len(rows)), make([][]int, len(rows))
	for i, from := range order {
		sorted[i], sortedCounts[i] = rows[from], counts[from]
	}
	hide(sorted, sortedCounts, least)
	return sorted
}

// hide fills the cells of a table.
func hide(rows []Row, counts [][]int, least int) {
	if len(rows) == 0 {
		return
	}
	if len(counts[0]) == 1 {
		list := make([]int, len(rows))
		for i := range counts {
			list[i] = counts[i][0]
		}
		for i, hidden := range withholdList(list, least) {
			rows[i].Cells = append(rows[i].Cells, cellOf(list[i], hidden))
		}
		return
	}
	for i, row := range withholdTable(counts, least) {
		sum := 0
		for c, k := range counts[i] {
			sum += k
			rows[i].Cells = append(rows[i].Cells, cellOf(k, row[c]))
		}
		rows[i].Cells = append(rows[i].Cells, cellOf(sum, row[len(row)-1]))
	}
}

func levelsOf(code string, counts []int, least int) Levels {
	l := Levels{Code: code}
	hidden, mean := withholdLevels(counts, least)
	for i, k := range counts {
		l.Cells = append(l.Cells, cellOf(k, hidden[i]))
		l.Count += k
	}
	if mean && l.Count > 0 {
		m := meanTenths(counts)
		l.Mean = &m
	}
	return l
}

func cellOf(count int, hidden bool) Cell {
	if hidden {
		return Cell{Withheld: true}
	}
	return Cell{Count: count}
}

// Withheld counts the cells of a report, and those withheld.
func (r *Report) Withheld() (withheld, cells int) {
	add := func(c Cell) {
		cells++
		if c.Withheld {
			withheld++
		}
	}
	for _, g := range r.Regimes {
		for _, c := range g.Classes {
			for _, rule := range c.Rules {
				add(rule.Cell)
			}
		}
		for _, row := range slices.Concat(g.Centres, g.Months) {
			for _, c := range row.Cells {
				add(c)
			}
		}
		lists := g.Codes
		if g.Levels != nil {
			lists = append([]Levels{*g.Levels}, lists...)
		}
		for _, l := range lists {
			for _, c := range l.Cells {
				add(c)
			}
		}
	}
	return withheld, cells
}
