package simulation

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"etalon/engine"
	"etalon/testdata"
)

var update = flag.Bool("update", false, "write the plot that the README shows")

var specimen = sync.OnceValues(func() (*engine.Bank, *engine.Framework) {
	read := func(name string) []byte {
		data, err := testdata.FS.ReadFile("specimen/" + name)
		if err != nil {
			panic(err)
		}
		return data
	}
	b, err := engine.DecodeBank("bank.json", read("bank.json"))
	if err != nil {
		panic(err)
	}
	f, err := engine.DecodeFramework("adaptive-2022.json", read("adaptive-2022.json"))
	if err != nil {
		panic(err)
	}
	return b, f
})

func plan(law string, n int) Plan {
	b, f := specimen()
	return Plan{Bank: b, Framework: f, Language: "fr", Candidates: n, Seed: 7, Abilities: Default(law, f), Workers: 2}
}

func run(t *testing.T, p Plan) *Report {
	t.Helper()
	r, err := Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every file is the same, byte for byte, whatever the number of workers, and
// another one with another seed.
func TestWorkersChangeNothing(t *testing.T) {
	files := func(workers int, seed uint64) map[string][]byte {
		p := plan(Normal, 2*chunk+17)
		p.Workers, p.Seed = workers, seed
		files, err := run(t, p).Files()
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	one := files(1, 7)
	if len(one) != 8 {
		t.Errorf("%d files", len(one))
	}
	for _, workers := range []int{2, 3, 64} {
		for name, data := range files(workers, 7) {
			if !bytes.Equal(data, one[name]) {
				t.Errorf("%s differs with %d workers", name, workers)
			}
		}
	}
	for name, data := range files(2, 8) {
		if bytes.Equal(data, one[name]) {
			t.Errorf("%s is the same with another seed", name)
		}
	}
}

// What is counted adds up, and the tests measure what they are to measure.
func TestReport(t *testing.T) {
	const n = 4000
	done := 0
	p := plan(Normal, n)
	p.Step = func(k int) { done += k }
	r := run(t, p)
	if done != n {
		t.Errorf("%d steps told", done)
	}
	sum := 0
	for _, a := range r.Abilities {
		sum += a.Candidates
	}
	levels := 0
	exact := 0
	for l, row := range r.Levels {
		for k, count := range row {
			levels += count
			if l == k {
				exact += count
			}
		}
	}
	put := 0
	for _, i := range r.Items {
		put += i.Put
	}
	if sum != n || levels != n || put != 32*n || len(r.Lengths) != 1 || r.Lengths[0] != (LengthRow{32, n}) {
		t.Errorf("%d by ability, %d by level, %d questions, lengths %v", sum, levels, put, r.Lengths)
	}
	if want := float64(exact) / n; math.Abs(r.Overall.Exact-want) > 1e-6 {
		t.Errorf("%v exact, the matrix says %v", r.Overall.Exact, want)
	}
	o := r.Overall
	if math.Abs(o.Bias) > 0.02 || o.RMSE < 0.15 || o.RMSE > 0.3 || math.Abs(o.RMSE-o.Error) > 0.05 || o.Exact < 0.75 || o.Near < 0.98 {
		t.Errorf("measure %+v", o)
	}
	if !r.Specimen || r.Exposure.Overlap <= 0 || r.Exposure.Overlap >= 1 || r.Exposure.Max < r.Exposure.Overlap {
		t.Errorf("exposure %+v, specimen %v", r.Exposure, r.Specimen)
	}
	if s := r.Stops; !(s.P10 <= s.Median && s.Median <= s.P90 && s.P90 <= s.P99 && s.P99 <= s.Max) {
		t.Errorf("errors at stop %+v", s)
	}
	for _, c := range r.ByCode {
		if c.Exact < 0.6 || c.Near < c.Exact {
			t.Errorf("competence %+v", c)
		}
	}
}

// Overlap as defined, on a few candidates, against its formula by exposure.
func TestOverlap(t *testing.T) {
	b, f := specimen()
	s := newSums(b, f)
	tests := [][]int{{1, 2, 3, 4}, {3, 4, 5, 6}, {1, 3, 7, 8}}
	for _, items := range tests {
		s.count(f, 0, &engine.Test{Items: items, Error: 0.2})
	}
	r := s.report(plan(Grid, 3))
	// Pairs share 2, 2 and 1 of 4 items.
	if want := (2.0 + 2 + 1) / 3 / 4; math.Abs(r.Exposure.Overlap-want) > 1e-6 {
		t.Errorf("overlap %v, want %v", r.Exposure.Overlap, want)
	}
	if r.Exposure.Max != 1 || r.Exposure.Half != 3 || r.Exposure.Never != len(b.Items)-8 {
		t.Errorf("exposure %+v", r.Exposure)
	}
}

func TestGrid(t *testing.T) {
	p := plan(Grid, 300)
	p.Abilities = Abilities{Law: Grid, From: -1, To: 1}
	r := run(t, p)
	if len(r.Abilities) != 4 || r.Abilities[0].From != -1 || r.Abilities[3].To != 1 {
		t.Fatalf("%+v", r.Abilities)
	}
	for _, a := range r.Abilities {
		if a.Candidates != 75 {
			t.Errorf("%d candidates from %v to %v", a.Candidates, a.From, a.To)
		}
	}
	files, err := r.Files()
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(files["simulation.json"], &back, json.RejectUnknownMembers(true)); err != nil || back.Spread != p.Abilities || back.Seed != 7 {
		t.Errorf("%v, %+v", err, back.Spread)
	}
	if !strings.HasPrefix(string(files["abilities.csv"]), "from,to,candidates,bias,") {
		t.Errorf("%s", files["abilities.csv"])
	}
}

// The plot that the README shows is what its command gives.
func TestShownPlot(t *testing.T) {
	p := plan(Grid, 20_000)
	p.Seed = 2026
	got := run(t, p).biasPlot().SVG()
	path := filepath.Join("..", "..", "testdata", "simulation", "bias.svg")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the simulation gives (%v); look at it and run with -update", path, err)
	}
}

func skills(t *testing.T) *engine.Bank {
	data, err := testdata.FS.ReadFile("specimen/skills.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := engine.DecodeBank("skills.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRunRefusals(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		"0 candidates":   func(p *Plan) { p.Candidates = 0 },
		"0 workers":      func(p *Plan) { p.Workers = 0 },
		"unknown law":    func(p *Plan) { p.Abilities.Law = "cauchy" },
		"a normal law":   func(p *Plan) { p.Abilities.SD = math.NaN() },
		"a grid from":    func(p *Plan) { p.Abilities = Abilities{Law: Grid, From: 1, To: 0} },
		"of the regime":  func(p *Plan) { p.Bank = skills(t) },
		"in language":    func(p *Plan) { p.Language = "xx" },
		"list of needs ": func(p *Plan) { p.Needs = []string{"wings"} },
	} {
		p := plan(Normal, 10)
		change(&p)
		if _, err := Run(t.Context(), p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that holds %q: %v", want, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Run(ctx, plan(Normal, 1_000_000)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
