package statistics

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"etalon/content"
	"etalon/engine"
)

// population makes n final records of one regime by chance.
func population(chance *rand.Rand, n, centres int, regime string, fail float64) []*engine.Record {
	var list []*engine.Record
	for i := range n {
		// Centres differ in size, as those of a country do.
		at := int(float64(centres) * chance.Float64() * chance.Float64())
		r := &engine.Record{
			Regime: regime, State: engine.Final, Session: fmt.Sprintf("s-%06d", i), Centre: fmt.Sprintf("Centre %03d", at),
			SessionDate: fmt.Sprintf("2026-%02d-%02d", 1+chance.IntN(12), 1+chance.IntN(28)), MaxLevel: 7, Specimen: true,
		}
		switch x := chance.Float64(); {
		case x < fail/4:
			r.Outcome, r.Rule = engine.Cancelled, engine.RuleTooFewTechnical
		case x < fail/2:
			r.Outcome, r.Rule = engine.Rejected, engine.RuleTooFew
		case x < fail:
			r.Outcome, r.Rule = engine.Rejected, engine.RuleFraud
		default:
			r.Outcome, r.Rule = engine.Validated, engine.RuleAllTreated
			if chance.IntN(12) == 0 {
				r.Rule = engine.RuleDegraded
			}
			ability := chance.NormFloat64()*1.4 + 3.4
			r.Result = &engine.Result{Levels: map[string]int{}}
			if regime == Adaptive {
				r.Measure = &engine.Measure{Level: clamp(ability, 7)}
			}
			for k, code := range engine.Competences() {
				r.Levels[code] = clamp(ability+float64(k%5-2)/3+chance.NormFloat64()/2, 7)
			}
		}
		list = append(list, r)
	}
	return list
}

func clamp(x float64, top int) int { return max(0, min(top, int(x))) }

// TestReport solves every table of reports on populations of all sizes.
func TestReport(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 3))
	seen := map[int]int{}
	for n := 1; n < 60; n++ {
		for _, fail := range []float64{0, 0.1, 0.4, 1} {
			var c Counts
			for _, r := range population(chance, n, 1+n/12, Adaptive, fail) {
				c.Add(r)
			}
			rep := c.Report(Scope{Issuer: "SPECIMEN", Least: 3})
			g, true_ := rep.Regimes[0], c.regimes[Adaptive]
			seen[len(g.Classes)]++
			checkRegime(t, &g, true_, 3)
		}
	}
	for classes := range 4 {
		if seen[classes] == 0 {
			t.Errorf("no population has %d classes: %v", classes, seen)
		}
	}
}

// checkRegime looks for small counts that are published.
func checkRegime(t *testing.T, g *Regime, n *counts, least int) {
	t.Helper()
	check := func(what string, c Cell) {
		if !c.Withheld && small(c.Count, least) {
			t.Errorf("%s: %d is published", what, c.Count)
		}
	}
	for _, c := range g.Classes {
		check(string(c.Class), Cell{Count: c.Count})
		for _, r := range c.Rules {
			check(r.Name, r.Cell)
		}
	}
	for _, rows := range [][]Row{g.Centres, g.Months} {
		for _, row := range rows {
			for _, c := range row.Cells {
				check(row.Name, c)
			}
		}
	}
	lists := g.Codes
	if g.Levels != nil {
		lists = append([]Levels{*g.Levels}, lists...)
	}
	for _, l := range lists {
		if l.Count != g.Classes[0].Count {
			t.Errorf("%s: levels of %d people, %d obtained", l.Code, l.Count, g.Classes[0].Count)
		}
		hidden, sum := 0, 0
		for _, c := range l.Cells {
			check("level", c)
			if c.Withheld {
				hidden++
			}
			sum += c.Count
		}
		if rest := l.Count - sum; hidden == 1 || hidden > 0 && rest < least {
			t.Errorf("%s: %d withheld counts of %d people", l.Code, hidden, rest)
		}
	}
	// What is said of all outcomes together must not tell of one.
	sums := n.sums()
	if len(g.Classes) == 1 && g.Classes[0].Class == Sessions && g.Levels != nil {
		t.Errorf("levels are published though the %d obtained are not", sums[obtained])
	}
}

func TestMerge(t *testing.T) {
	chance := rand.New(rand.NewPCG(4, 4))
	people := append(population(chance, 500, 9, Adaptive, 0.2), population(chance, 80, 3, Profile, 0.2)...)
	var whole, a, b Counts
	for i, r := range people {
		whole.Add(r)
		if i%3 == 0 {
			a.Add(r)
		} else {
			b.Add(r)
		}
	}
	a.Merge(&b)
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	scope := Scope{Issuer: "SPECIMEN", From: "2026-01-01", To: "2026-12-31", Least: 5}
	one, err := whole.Report(scope).Files(referential)
	if err != nil {
		t.Fatal(err)
	}
	two, err := a.Report(scope).Files(referential)
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 7 {
		t.Errorf("%d files", len(one))
	}
	for name := range one {
		if !bytes.Equal(one[name], two[name]) {
			t.Errorf("%s differs when counted in two parts", name)
		}
		if dir := os.Getenv("STATISTICS_OUT"); dir != "" {
			os.WriteFile(dir+"/"+name, one[name], 0o644)
		}
	}
	for _, name := range []string{"statistics.fr.html", "statistics.en.html"} {
		page := string(one[name])
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: id %s twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, never := range []string{"<script", "https://", " style=\"", "%!", "no value"} {
			if strings.Contains(page, never) {
				t.Errorf("%s holds %q", name, never)
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	people := population(rand.New(rand.NewPCG(5, 5)), 1000, 100, Adaptive, 0.1)
	var c Counts
	for i := 0; b.Loop(); i++ {
		c.Add(people[i%len(people)])
	}
}
