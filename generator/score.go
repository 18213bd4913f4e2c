package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/tabwriter"

	"etalon/engine"
)

// replayer knows the banks and frameworks that logs may name.
type replayer struct {
	banks      map[string]*engine.Bank
	frameworks map[string]*engine.Framework
}

func (w *workspace) replayer() (*replayer, error) {
	banks, err := w.banks()
	if err != nil {
		return nil, err
	}
	frameworks, err := w.frameworks()
	return &replayer{banks, frameworks}, err
}

// find returns the very bank and framework that a log was made with.
func (r *replayer) find(name string, log []byte) (*engine.Bank, *engine.Framework, error) {
	bank, framework, err := engine.References(name, log)
	if err != nil {
		return nil, nil, err
	}
	b, ok := r.banks[bank.SHA256]
	if !ok {
		return nil, nil, withHint(fmt.Errorf("%s: no file in banks/ is bank %s with SHA-256 %s", name, bank.ID, bank.SHA256), "put the bank the session was held with into banks/, unchanged")
	}
	f, ok := r.frameworks[framework.SHA256]
	if !ok {
		return nil, nil, withHint(fmt.Errorf("%s: no file in frameworks/ is framework %s with SHA-256 %s", name, framework.ID, framework.SHA256), "put the framework the session was held under into frameworks/, unchanged")
	}
	return b, f, nil
}

func (e *env) score(ctx context.Context, args []string) error {
	c := e.command("score", "")
	w, _, err := c.open(args)
	if err != nil {
		return err
	}
	records, err := w.score(ctx, e)
	if err != nil {
		return err
	}
	return printRecords(e.stdout, records)
}

// score replays every log and writes a proposed record for each session that
// has no final one. Every faulty log is named; the others are scored.
func (w *workspace) score(ctx context.Context, e *env) ([]*engine.Record, error) {
	replay, err := w.replayer()
	if err != nil {
		return nil, err
	}
	list, err := names(w.path("sessions"), ".jsonl")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, withHint(fmt.Errorf("%s holds no session log", w.path("sessions")), "put the event logs there, one a session, named SESSION.jsonl")
	}
	bar := newProgress(e.stderr, "scoring", len(list))
	defer bar.end()
	var records []*engine.Record
	var faults []error
	for _, session := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := w.scoreOne(replay, session)
		if err != nil {
			faults = append(faults, err)
		} else {
			records = append(records, r)
		}
		bar.step()
	}
	return records, errors.Join(faults...)
}

func (w *workspace) scoreOne(replay *replayer, session string) (*engine.Record, error) {
	if !sessionName.MatchString(session) || laterFile.MatchString(session) {
		return nil, withHint(fmt.Errorf("%s: not a name for a session", w.path("sessions", session+".jsonl")), "use letters, digits, dots, hyphens and underscores, at most 64")
	}
	if r, err := w.record(session); err == nil && r.State == engine.Final {
		return r, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	path := w.path("sessions", session+".jsonl")
	log, err := readFile(path)
	if err != nil {
		return nil, err
	}
	bank, framework, err := replay.find(path, log)
	if err != nil {
		return nil, err
	}
	r, err := engine.Score(path, log, bank, framework)
	if err != nil {
		return nil, err
	}
	if r.Session != session {
		return nil, withHint(fmt.Errorf("%s: the log is of session %q", path, r.Session), "name the file %s.jsonl", r.Session)
	}
	return r, w.saveRecord(r)
}

func (w *workspace) saveRecord(r *engine.Record) error {
	_, err := writeIfChanged(w.path("records", r.Session+".json"), append(r.Encode(), '\n'), 0o600)
	return err
}

// printRecords shows sessions and results, without a word about the persons.
func printRecords(out io.Writer, records []*engine.Record) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "session\ttreated\tscore\tlevel\toutcome\trule\tstate")
	for _, r := range records {
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
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", r.Session, r.Treated, score, level, r.Outcome, r.Rule, note)
	}
	return t.Flush()
}
