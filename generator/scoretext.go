package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"etalon/engine"
)

// print tells what was done: sessions one by one when they are few, else sums.
func (d *scored) print(out io.Writer) error {
	switch {
	case d.sessions <= maxShown && d.tabled:
		return nil
	case d.sessions <= maxShown:
		return printRecords(out, d.records)
	case d.tabled:
		fmt.Fprintln(out)
	}
	type row struct{ outcome, rule, state string }
	sums := make(map[row]int)
	suspicions := 0
	for code, n := range d.counts {
		r := row{code.outcome(), code.rule(), engine.Proposed}
		if code.final() {
			r.state = engine.Final
		} else if code.suspicion() {
			suspicions += n
		}
		sums[r] += n
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "outcome\trule\tstate\tsessions")
	for _, outcome := range codedOutcomes {
		for _, rule := range codedRules {
			for _, state := range []string{engine.Proposed, engine.Final} {
				if n := sums[row{outcome, rule, state}]; n > 0 {
					fmt.Fprintf(t, "%s\t%s\t%s\t%d\n", outcome, rule, state, n)
				}
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d sessions: %d scored, %d as before, %d final before, %d faulty.\n", d.sessions, d.made, d.unchanged, d.final, d.faulty)
	if suspicions > 0 {
		fmt.Fprintf(out, "%d with a suspicion of fraud that the jury is to decide.\n", suspicions)
	}
	if d.tabled {
		return nil
	}
	_, err := fmt.Fprintln(out, "'generator score -table' prints a line for each.")
	return err
}

// printRecords shows sessions and results, without a word about the persons.
func printRecords(out io.Writer, records []*engine.Record) error {
	longest := 0
	for _, r := range records {
		longest = max(longest, len(r.Session))
	}
	t := newRecordTable(out, longest)
	for _, r := range records {
		if err := t.add(r); err != nil {
			return err
		}
	}
	return t.head()
}

// recordTable prints records in columns that are known ahead, one at a time.
type recordTable struct {
	out   io.Writer
	width int // of the first column
	begun bool
}

func newRecordTable(out io.Writer, longest int) *recordTable {
	return &recordTable{out: out, width: max(longest, len("session"))}
}

// row prints one line. No outcome and no rule is wider than its column.
func (t *recordTable) row(session, treated, score, level, outcome, rule, state string) error {
	_, err := fmt.Fprintf(t.out, "%-*s  %-7s  %-5s  %-5s  %-9s  %-20s  %s\n", t.width, session, treated, score, level, outcome, rule, state)
	return err
}

// head prints the heads of the columns, once.
func (t *recordTable) head() error {
	if t.begun {
		return nil
	}
	t.begun = true
	return t.row("session", "treated", "score", "level", "outcome", "rule", "state")
}

func (t *recordTable) add(r *engine.Record) error {
	if err := t.head(); err != nil {
		return err
	}
	score, level := "–", "–"
	if r.Result != nil {
		score = fmt.Sprint(r.Score)
		if r.Measure != nil { // the profile regime has no global level
			level = fmt.Sprint(r.Level)
		}
	}
	note := r.State
	if r.Suspicion && r.State == engine.Proposed {
		note += ", suspicion of fraud to decide"
	}
	return t.row(r.Session, fmt.Sprint(r.Treated), score, level, r.Outcome, r.Rule, note)
}
