package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"etalon/engine"
	"etalon/generator/simulation"
	"etalon/testdata"
)

// simulate takes many tests by candidates of known ability and reports how
// well they are measured.
func (e *env) simulate(ctx context.Context, args []string) error {
	c := e.flags("simulate", "")
	n := c.Int("n", 10_000, "`number` of candidates")
	seed := c.Uint64("seed", 1, "of all chance: equal `seed`s give equal reports")
	bank := c.String("bank", "", "item bank `file` (default the SPECIMEN)")
	framework := c.String("framework", "", "framework `file`, with its intervals (default the SPECIMEN)")
	language := c.String("language", "fr", "`language` of the items")
	needs := c.String("needs", "", "accessibility `needs` of the candidates, separated by commas")
	law := c.String("abilities", simulation.Normal, "spread of abilities: normal or grid")
	mean := c.Float64("mean", 0, "`mean` of a normal law (default the middle of the levels)")
	sd := c.Float64("sd", 0, "standard `deviation` of a normal law (default a quarter of the levels' range)")
	from := c.Float64("from", 0, "lowest `ability` of a grid (default 1 below the levels)")
	to := c.Float64("to", 0, "highest `ability` of a grid (default 1 above the levels)")
	workers := c.Int("workers", runtime.GOMAXPROCS(0), "`number` of tests at a time; changes nothing but the time taken")
	out := c.String("out", "", "`folder` for the report: JSON, CSV and SVG")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	b, f, err := readBankAndFramework(*bank, *framework)
	if err != nil {
		return err
	}
	abilities := simulation.Default(*law, f)
	for _, set := range []struct {
		flag, law string
		to        *float64
		value     float64
	}{
		{"mean", simulation.Normal, &abilities.Mean, *mean}, {"sd", simulation.Normal, &abilities.SD, *sd},
		{"from", simulation.Grid, &abilities.From, *from}, {"to", simulation.Grid, &abilities.To, *to},
	} {
		if !c.given(set.flag) {
			continue
		}
		if *law != set.law {
			return usagef("-%s goes with -abilities %s", set.flag, set.law)
		}
		*set.to = set.value
	}
	bar := newProgress(e.stderr, "tests", *n)
	r, err := simulation.Run(ctx, simulation.Plan{
		Bank: b, Framework: f, Language: *language, Needs: splitNeeds(*needs),
		Candidates: *n, Seed: *seed, Abilities: abilities, Workers: *workers, Step: bar.add,
	})
	bar.end()
	if err != nil {
		return withHint(err, "run 'generator simulate -h' for the flags")
	}
	summary(e.stdout, r)
	if *out == "" {
		return nil
	}
	files, err := r.Files()
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(files) {
		if err := writeFile(filepath.Join(*out, name), files[name], 0o644); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(e.stdout, "report in %s\n", *out)
	return err
}

// summary prints what matters most.
func summary(w io.Writer, r *simulation.Report) {
	specimen := ""
	if r.Specimen {
		specimen = " (SPECIMEN)"
	}
	fmt.Fprintf(w, "%d tests with bank %s%s under %s, seed %d\n", r.Candidates, r.Bank.ID, specimen, r.Framework.ID, r.Seed)
	o := r.Overall
	fmt.Fprintf(w, "  capacity   bias %+.3f, RMSE %.3f, error stated %.3f\n", o.Bias, o.RMSE, o.Error)
	fmt.Fprintf(w, "  score      bias %+.1f pix, RMSE %.1f pix\n", o.PixBias, o.PixRMSE)
	fmt.Fprintf(w, "  level      exact %.1f %%, within one %.1f %%\n", 100*o.Exact, 100*o.Near)
	fmt.Fprintf(w, "  length     %.2f questions, %d tests cut short by the bank\n", o.Length, r.Exhausted)
	fmt.Fprintf(w, "  exposure   at most %.1f %% of candidates, %d of %d items never put, %d make half of the questions\n",
		100*r.Exposure.Max, r.Exposure.Never, len(r.Items), r.Exposure.Half)
	fmt.Fprintf(w, "  overlap    %.1f %% of a test\n", 100*r.Exposure.Overlap)
}

// readBankAndFramework reads both files; the SPECIMEN stands for a name left
// empty.
func readBankAndFramework(bank, framework string) (*engine.Bank, *engine.Framework, error) {
	name, data, err := fileOrSpecimen(bank, "bank.json")
	if err != nil {
		return nil, nil, fmt.Errorf("bank: %w", err)
	}
	b, err := engine.DecodeBank(name, data)
	if err != nil {
		return nil, nil, withHint(err, "'generator bank check' lists all that is wrong with a bank")
	}
	if name, data, err = fileOrSpecimen(framework, "adaptive-2022.json"); err != nil {
		return nil, nil, fmt.Errorf("framework: %w", err)
	}
	f, err := engine.DecodeFramework(name, data)
	return b, f, err
}

func fileOrSpecimen(path, specimen string) (name string, data []byte, err error) {
	if path == "" {
		data, err = testdata.FS.ReadFile("specimen/" + specimen)
		return "SPECIMEN " + specimen, data, err
	}
	data, err = readFile(path)
	return path, data, err
}

// splitNeeds reads a list separated by commas.
func splitNeeds(list string) []string {
	if list == "" {
		return nil
	}
	needs := strings.Split(list, ",")
	slices.Sort(needs)
	return needs
}
