package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/engine/irt"
)

// What makes an item one that does not fit: of those flagged, one in a hundred
// at most is expected to fit, and its curve is off by two points or more.
const (
	misfitShare = 0.01
	misfitRMSD  = 0.02
	fewAnswers  = 200
)

// calibration is the file that bank calibrate writes: what was found for each
// item, in the order of the answers.
type calibration struct {
	Schema        string           `json:"schema"` // etalon-calibration/1
	Persons       int              `json:"persons"`
	Iterations    int              `json:"iterations"`
	Converged     bool             `json:"converged"`
	LogLikelihood float64          `json:"logLikelihood"`
	Errors        string           `json:"errors"` // joint, or by item: how standard errors were computed
	Items         []calibratedItem `json:"items"`
}

// calibratedItem lacks all figures but the counts when it could not be
// estimated; a flag says why.
type calibratedItem struct {
	ID      string   `json:"id"`
	Answers int      `json:"answers"`
	Right   int      `json:"right"`
	A       *float64 `json:"a,omitzero"`
	B       *float64 `json:"b,omitzero"`
	ErrorA  *float64 `json:"errorA,omitzero"`
	ErrorB  *float64 `json:"errorB,omitzero"`
	Fit     *float64 `json:"fit,omitzero"` // chi-square, 2 degrees of freedom
	P       *float64 `json:"p,omitzero"`
	RMSD    *float64 `json:"rmsd,omitzero"`
	Flags   []string `json:"flags"`
}

// bankCalibrate estimates item parameters from answers.
func (e *env) bankCalibrate(ctx context.Context, args []string) error {
	c := e.flags("bank calibrate", "RESPONSES")
	out := c.String("out", "", "`file` for the parameters, as JSON; - for the standard output, the table then going to the error output")
	iterations := c.Int("iterations", 2000, "most iterations")
	tolerance := c.Float64("tolerance", 1e-5, "greatest change of a parameter in the last iteration")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if *iterations < 1 || !(*tolerance >= 1e-9 && *tolerance <= 0.1) {
		return usagef("give 1 iteration or more, and a tolerance from 1e-9 to 0.1")
	}
	data, err := readFile(rest[0])
	if err != nil {
		return fmt.Errorf("responses: %w", err)
	}
	r, err := decodeResponses(rest[0], data)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr, "calibrating", *iterations)
	found, err := irt.Calibrate(len(r.items), r.persons, irt.Calibration{
		Iterations: *iterations, Tolerance: *tolerance,
		Progress: func(int, float64) bool { bar.step(); return ctx.Err() == nil },
	})
	bar.end()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		return withHint(fmt.Errorf("%s: %w", rest[0], err), "a calibration takes the answers of some hundred persons to each item")
	}
	f := r.report(found)
	table := e.stdout
	switch *out {
	case "":
	case "-":
		table = e.stderr
		if err := writeCalibration(e.stdout, f); err != nil {
			return err
		}
	default:
		var text strings.Builder
		if err := writeCalibration(&text, f); err != nil {
			return err
		}
		if err := writeFile(*out, []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	return f.print(table)
}

func (r *responses) report(found *irt.Calibrated) *calibration {
	f := &calibration{
		Schema: "etalon-calibration/1", Persons: found.Persons, Iterations: found.Iterations,
		Converged: found.Converged, LogLikelihood: found.LogLikelihood, Errors: "by item",
	}
	if found.Joint {
		f.Errors = "joint"
	}
	misfit := make(map[int]bool)
	for _, i := range found.Misfits(misfitShare, misfitRMSD) {
		misfit[i] = true
	}
	for i, it := range found.Items {
		o := calibratedItem{ID: r.items[i], Answers: it.Answers, Right: it.Right, Flags: []string{}}
		if it.Fault != "" {
			o.Flags = append(o.Flags, it.Fault)
		} else {
			o.A, o.B, o.ErrorA, o.ErrorB = finite(it.A), finite(it.B), finite(it.ErrorA), finite(it.ErrorB)
			o.Fit, o.P, o.RMSD = finite(it.Fit), finite(it.P), finite(it.RMSD)
			if misfit[i] {
				o.Flags = append(o.Flags, "does not fit")
			}
			// Two errors: a slope that may well be 0 tells nobody apart.
			if it.A <= 2*it.ErrorA {
				o.Flags = append(o.Flags, "does not discriminate: check its key")
			}
			if it.Answers < fewAnswers {
				o.Flags = append(o.Flags, "few answers")
			}
		}
		f.Items = append(f.Items, o)
	}
	return f
}

// finite is a number that JSON can hold, or nothing.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func writeCalibration(w io.Writer, f *calibration) error {
	data, err := json.Marshal(f, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

func (f *calibration) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "item\tanswers\tright\ta\t±\tb\t±\tfit\tp\trmsd\tflags")
	number := func(x *float64, format string) string {
		if x == nil {
			return "–"
		}
		return fmt.Sprintf(format, *x)
	}
	flagged := 0
	for _, it := range f.Items {
		share := "–"
		if it.Answers > 0 {
			share = fmt.Sprintf("%.0f %%", 100*float64(it.Right)/float64(it.Answers))
		}
		if len(it.Flags) > 0 {
			flagged++
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", it.ID, it.Answers, share,
			number(it.A, "%.3f"), number(it.ErrorA, "%.3f"), number(it.B, "%.3f"), number(it.ErrorB, "%.3f"),
			number(it.Fit, "%.1f"), number(it.P, "%.2g"), number(it.RMSD, "%.3f"), strings.Join(it.Flags, "; "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	state := "converged"
	if !f.Converged {
		state = "did not converge: give more -iterations"
	}
	_, err := fmt.Fprintf(w, "\n%d persons, %d items, %d flagged; %s after %d iterations, standard errors %s\n",
		f.Persons, len(f.Items), flagged, state, f.Iterations, f.Errors)
	return err
}
