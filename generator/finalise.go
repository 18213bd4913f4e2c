package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"etalon/engine"
)

func (e *env) finalise(ctx context.Context, args []string) error {
	c := e.command("finalise", "")
	accept := c.Bool("accept", false, "accept the proposed outcome of every session without a decision and without a suspicion of fraud")
	by := c.String("by", "", "`name` of the jury that accepts (with -accept)")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if *accept {
		if strings.TrimSpace(*by) == "" {
			return usagef("-accept needs -by NAME: a decision is somebody's")
		}
		if err := w.acceptAll(*by, at); err != nil {
			return err
		}
	}
	records, waiting, err := w.finalise(ctx, e)
	if err != nil {
		return err
	}
	if err := printRecords(e.stdout, records); err != nil {
		return err
	}
	if len(waiting) > 0 {
		fmt.Fprintf(e.stdout, "\n%d await the jury: %s\nWrite decisions/SESSION.json for each, or accept what needs no debate with -accept -by NAME.\n", len(waiting), strings.Join(waiting, ", "))
	}
	return nil
}

// acceptAll writes the decision « accept » for each proposed record that has no
// decision and in which nobody noted a suspicion.
func (w *workspace) acceptAll(by string, at time.Time) error {
	list, err := names(w.path("records"), ".json")
	if err != nil {
		return err
	}
	for _, session := range list {
		r, err := w.record(session)
		if err != nil {
			return err
		}
		if r.State != engine.Proposed || r.Suspicion {
			continue
		}
		err = w.decide(session, engine.Ruling{Outcome: engine.DecideAccept, By: by, Reason: "as proposed"}, at)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// decide records the jury's ruling on a session; it is never replaced.
func (w *workspace) decide(session string, ruling engine.Ruling, at time.Time) error {
	ruling.At = at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	d := &engine.Decision{Ruling: ruling, Session: session}
	path := w.path("decisions", session+".json")
	data := append(d.Encode(), '\n')
	if _, err := engine.DecodeDecision(path, data); err != nil {
		return err
	}
	return createFile(path, data, 0o600)
}

// finalise applies every decision to its proposed record, and tells which
// records still wait for one.
func (w *workspace) finalise(ctx context.Context, e *env) (final []*engine.Record, waiting []string, err error) {
	replay, err := w.replayer()
	if err != nil {
		return nil, nil, err
	}
	list, err := names(w.path("records"), ".json")
	if err != nil {
		return nil, nil, err
	}
	bar := newProgress(e.stderr, "finalising", len(list))
	defer bar.end()
	for _, session := range list {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		r, err := w.finaliseOne(replay, session)
		if err != nil {
			return nil, nil, err
		}
		if r == nil {
			waiting = append(waiting, session)
		} else {
			final = append(final, r)
		}
		bar.step()
	}
	return final, waiting, nil
}

// finaliseOne returns a session's final record, or nil while no decision was
// taken.
func (w *workspace) finaliseOne(replay *replayer, session string) (*engine.Record, error) {
	r, err := w.record(session)
	if err != nil || r.State == engine.Final {
		return r, err
	}
	path := w.path("decisions", session+".json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := engine.DecodeDecision(path, data)
	if err != nil {
		return nil, err
	}
	logPath := w.path("sessions", session+".jsonl")
	log, err := readFile(logPath)
	if err != nil {
		return nil, err
	}
	bank, framework, err := replay.find(logPath, log)
	if err != nil {
		return nil, err
	}
	final, err := r.Finalise(d, logPath, log, bank, framework)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return final, w.saveRecord(final)
}
