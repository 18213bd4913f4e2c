package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"etalon/engine"
)

// replayer knows the banks and frameworks that logs may name. Goroutines may
// share it.
type replayer struct {
	banks      map[string]*engine.Bank
	frameworks map[string]*engine.Framework
	uses       map[string]*atomic.Int64 // logs replayed, by bank
}

// worthPreparing is how many logs make up for what preparing a bank costs.
const worthPreparing = 300

func (w *workspace) replayer() (*replayer, error) {
	r := &replayer{uses: make(map[string]*atomic.Int64)}
	var err error
	if r.banks, err = w.banks(); err != nil {
		return nil, err
	}
	for hash := range r.banks {
		r.uses[hash] = new(atomic.Int64)
	}
	r.frameworks, err = w.frameworks()
	return r, err
}

// open reads a log, and finds the very bank and framework that it was made with.
func (r *replayer) open(path string) (log []byte, bank *engine.Bank, framework *engine.Framework, err error) {
	if log, err = readFile(path); err == nil {
		bank, framework, err = r.find(path, log)
	}
	return log, bank, framework, err
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
	if r.uses[bank.SHA256].Add(1) == worthPreparing {
		b.Prepare()
	}
	return b, f, nil
}

// inputs lists the SHA-256 of every bank and framework, sorted.
func (r *replayer) inputs() []string {
	return append(sortedKeys(r.banks), sortedKeys(r.frameworks)...)
}

// score replays a log with the bank and the framework that it names.
func (r *replayer) score(name string, log []byte) (*engine.Record, error) {
	bank, framework, err := r.find(name, log)
	if err != nil {
		return nil, err
	}
	return engine.Score(name, log, bank, framework)
}

func (e *env) score(ctx context.Context, args []string) error {
	c := e.command("score", "")
	table := c.Bool("table", false, fmt.Sprintf("print a line for each session, however many; otherwise of more than %d only the sums are printed", maxShown))
	again := c.Bool("again", false, "score every log, also those in which nothing has changed since the last run")
	w, _, err := c.open(args)
	if err != nil {
		return err
	}
	done, err := w.score(ctx, e, scoreOptions{table: *table, again: *again})
	if done == nil {
		return err
	}
	return errors.Join(done.print(e.stdout), err)
}

func (w *workspace) saveRecord(r *engine.Record) error {
	_, err := writeIfChanged(w.path("records", r.Session+".json"), append(r.Encode(), '\n'), 0o600)
	return err
}
