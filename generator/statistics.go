package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"etalon/content"
	"etalon/generator/statistics"
)

// statistics counts the final records and writes what may be published of the
// counts. It puts nothing online: that is the operator's to decide.
func (e *env) statistics(ctx context.Context, args []string) error {
	c := e.command("statistics", "").reads()
	from := c.String("from", "", "first `day` of the sessions counted, as 2026-01-01")
	to := c.String("to", "", "last `day`")
	out := c.String("out", "", "`folder` for the tables and pages (default statistics/ in the workspace)")
	least := c.Int("least", statistics.DefaultLeast, "counts of fewer `people` are withheld")
	w, _, err := c.open(args)
	if err != nil {
		return err
	}
	for _, f := range []struct{ flag, day string }{{"from", *from}, {"to", *to}} {
		if _, err := time.Parse(time.DateOnly, f.day); f.day != "" && err != nil {
			return usagef("-%s %q is not a day, as 2026-01-01", f.flag, f.day)
		}
	}
	if *from != "" && *to != "" && *to < *from {
		return usagef("-to %s is before -from %s", *to, *from)
	}
	if *least < statistics.LowestLeast || *least > 1000 {
		return usagef("-least is %d; give %d to 1000: with fewer, a count tells about persons", *least, statistics.LowestLeast)
	}
	counts, err := w.count(ctx, *from, *to)
	if err != nil {
		return err
	}
	referential, err := content.Default()
	if err != nil {
		return err
	}
	report := counts.Report(statistics.Scope{Issuer: w.config.Issuer, From: *from, To: *to, Least: *least})
	files, err := report.Files(referential)
	if err != nil {
		return err
	}
	if *out == "" {
		*out = w.path("statistics")
	}
	for _, name := range sortedKeys(files) {
		if _, err := writeIfChanged(filepath.Join(*out, name), files[name], 0o644); err != nil {
			return err
		}
	}
	for _, regime := range []string{statistics.Adaptive, statistics.Profile} {
		if n := counts.Sessions(regime); n > 0 {
			fmt.Fprintf(e.stdout, "%d final sessions of the regime %q", n, regime)
			if n < *least {
				fmt.Fprint(e.stdout, ", too few for anything about them to be published")
			}
			fmt.Fprintln(e.stdout)
		}
	}
	if counts.Waiting > 0 {
		fmt.Fprintf(e.stdout, "%d records await the jury and are not counted\n", counts.Waiting)
	}
	withheld, cells := report.Withheld()
	fmt.Fprintf(e.stdout, "%d of %d counts withheld, below %d people or so that none of these can be computed; tables and pages in %s\n", withheld, cells, *least, *out)
	return nil
}

// count adds up the records of sessions held in a period.
func (w *workspace) count(ctx context.Context, from, to string) (*statistics.Counts, error) {
	each := make([]statistics.Counts, workers())
	err := survey(ctx, w.path("records"), ".json", func(worker int, session string) error {
		r, err := w.record(session)
		if err == nil && r.SessionDate >= from && (to == "" || r.SessionDate <= to) {
			each[worker].Add(r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	all := new(statistics.Counts)
	for i := range each {
		all.Merge(&each[i])
	}
	if all.Waiting == 0 && all.Sessions(statistics.Adaptive)+all.Sessions(statistics.Profile) == 0 {
		return nil, withHint(fmt.Errorf("%s holds no record of the period", w.path("records")), "score the sessions and finalise them first, or widen -from and -to")
	}
	return all, nil
}
