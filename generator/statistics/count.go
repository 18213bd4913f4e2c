package statistics

import (
	"etalon/engine"
)

// levels are 0 to 8, whatever a framework lets one reach.
const levels = 9

// Regimes, in the order in which they are shown.
const (
	Adaptive = "adaptive"
	Profile  = "profile"
)

// outcome is one of three.
type outcome int

const (
	obtained outcome = iota
	notObtained
	cancelled
	outcomes
)

var outcomeOf = map[string]outcome{
	engine.Validated: obtained, engine.Rejected: notObtained, engine.Cancelled: cancelled,
}

// Counts adds up records. It holds a few numbers for each centre and month,
// nothing for a record. The zero value is ready to use.
type Counts struct {
	Waiting int // records that are not final, which count nowhere
	regimes map[string]*counts
}

// counts are those of one regime.
type counts struct {
	rules       [outcomes]map[string]int
	centres     map[string]*[outcomes]int
	months      map[string]*[outcomes]int // as 2026-09
	levels      [levels]int               // global, of those obtained
	competences [16][levels]int           // of those obtained
	top         int                       // highest level that a framework let one reach
	specimen    bool
}

func (c *Counts) regime(name string) *counts {
	if c.regimes == nil {
		c.regimes = make(map[string]*counts)
	}
	n := c.regimes[name]
	if n == nil {
		n = &counts{centres: make(map[string]*[outcomes]int), months: make(map[string]*[outcomes]int)}
		for o := range n.rules {
			n.rules[o] = make(map[string]int)
		}
		c.regimes[name] = n
	}
	return n
}

// Add counts a record.
func (c *Counts) Add(r *engine.Record) {
	if r.State != engine.Final {
		c.Waiting++
		return
	}
	n := c.regime(r.Regime)
	o := outcomeOf[r.Outcome]
	n.rules[o][r.Rule]++
	cell(n.centres, r.Centre)[o]++
	cell(n.months, r.SessionDate[:len("2006-01")])[o]++
	n.top = max(n.top, r.MaxLevel)
	n.specimen = n.specimen || r.Specimen
	if o != obtained || r.Result == nil {
		return
	}
	if r.Measure != nil {
		n.levels[r.Level]++
	}
	for i, code := range engine.Competences() {
		n.competences[i][r.Levels[code]]++
	}
}

func cell(m map[string]*[outcomes]int, key string) *[outcomes]int {
	if m[key] == nil {
		m[key] = new([outcomes]int)
	}
	return m[key]
}

// Merge adds the counts of another.
func (c *Counts) Merge(from *Counts) {
	c.Waiting += from.Waiting
	for name, f := range from.regimes {
		n := c.regime(name)
		for o := range f.rules {
			for rule, k := range f.rules[o] {
				n.rules[o][rule] += k
			}
		}
		for _, m := range []struct{ to, from map[string]*[outcomes]int }{{n.centres, f.centres}, {n.months, f.months}} {
			for key, row := range m.from {
				to := cell(m.to, key)
				for o, k := range row {
					to[o] += k
				}
			}
		}
		for l, k := range f.levels {
			n.levels[l] += k
		}
		for i := range f.competences {
			for l, k := range f.competences[i] {
				n.competences[i][l] += k
			}
		}
		n.top, n.specimen = max(n.top, f.top), n.specimen || f.specimen
	}
}

// Sessions returns how many final records of a regime were counted.
func (c *Counts) Sessions(regime string) int {
	sum := 0
	if n := c.regimes[regime]; n != nil {
		for _, k := range n.sums() {
			sum += k
		}
	}
	return sum
}

// sums are the sessions by outcome.
func (n *counts) sums() (sums [outcomes]int) {
	for o, rules := range n.rules {
		for _, k := range rules {
			sums[o] += k
		}
	}
	return sums
}
