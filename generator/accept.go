package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/engine"
)

// acceptBatch is how many decisions are made safe at a time.
const acceptBatch = 4096

// acceptAll writes the decision « accept » for each proposed record that has no
// decision and in which nobody noted a suspicion. A decision cannot be made
// again, so that each is on the disk before it stands under its name: some
// thousands are written beside, synced together, and then shown. Who is killed
// leaves fewer decisions, all whole.
func (w *workspace) acceptAll(ctx context.Context, by string, at time.Time) error {
	list, err := listFiles(w.path("records"), ".json")
	if err != nil {
		return err
	}
	defer list.close()
	beside := w.path("decisions", ".accepting")
	if err := os.RemoveAll(beside); err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	var batch []string
	flush := func() error {
		defer func() { batch = batch[:0] }()
		return w.accept(ctx, batch, beside, by, at)
	}
	for session, err := range list.all() {
		if err != nil {
			return err
		}
		if batch = append(batch, session); len(batch) == acceptBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// accept accepts those of some sessions that need no debate.
func (w *workspace) accept(ctx context.Context, sessions []string, beside, by string, at time.Time) error {
	plain := make([]bool, len(sessions))
	err := firstError(len(sessions), func(i int) (err error) {
		if err := ctx.Err(); err != nil {
			return err
		}
		plain[i], err = w.needsNoDebate(sessions[i])
		return err
	})
	if err != nil {
		return err
	}
	var due []string
	for i, session := range sessions {
		if plain[i] {
			due = append(due, session)
		}
	}
	if len(due) == 0 {
		return nil
	}
	fail := func(err error) error {
		return withHint(fmt.Errorf("accept: %w", err), "check the free space and the rights of %s, then run the command again: what was decided stands", w.path("decisions"))
	}
	if err := os.MkdirAll(beside, 0o700); err != nil {
		return fail(err)
	}
	err = firstError(len(due), func(i int) error {
		d := &engine.Decision{Session: due[i], Ruling: engine.Ruling{At: timestamp(at), By: by, Outcome: engine.DecideAccept, Reason: "as proposed"}}
		data := append(d.Encode(), '\n')
		if _, err := engine.DecodeDecision(w.rulingPath(due[i], 1), data); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(beside, due[i]), data, 0o600)
	})
	if err == nil {
		err = syncTree(beside)
	}
	if err != nil {
		return fail(err)
	}
	err = firstError(len(due), func(i int) error {
		from := filepath.Join(beside, due[i])
		if err := os.Link(from, w.rulingPath(due[i], 1)); err != nil {
			return err
		}
		return os.Remove(from)
	})
	if err == nil {
		err = syncFolder(w.path("decisions"))
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// needsNoDebate tells whether a session has a proposed record, no decision, and
// no suspicion of fraud. Most are told by two members of their record: these
// stand so nowhere else in it, as quotes in a text are written with a backslash.
func (w *workspace) needsNoDebate(session string) (bool, error) {
	if _, err := os.Lstat(w.rulingPath(session, 1)); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	path := w.path("records", session+".json")
	data, err := readFile(path)
	if err != nil || !bytes.Contains(data, []byte(`"state":"proposed"`)) {
		return false, err
	}
	r, err := engine.DecodeRecord(path, data)
	if err != nil {
		return false, err
	}
	return r.State == engine.Proposed && !r.Suspicion && r.Session == session, nil
}

// timestamp is a time as records and decisions write it.
func timestamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
