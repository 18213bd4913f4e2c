package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A command that writes a workspace holds it alone, so that two operators
// never issue the same number: it locks the file DIR/.lock when it opens the
// workspace, and whoever comes second is told who holds it and since when.
// Nobody waits. The system itself releases the lock of a process that ends,
// however it ends; the file stays, and says nothing by itself.
//
// Commands that only read take no lock: what they read is replaced whole. The
// shards of issue share DIR/.lock, and each holds .lock-I-N alone.

// access is what a command does to its workspace.
type access int

const (
	writes access = iota // alone: what a command does unless it says otherwise
	shares               // with others of its kind
	reads
)

// errLocked marks the error of a lock that somebody else holds.
var errLocked = errors.New("locked")

// holder is what a lock file says of the process that holds it. It is for
// people: the lock is the system's.
type holder struct {
	Command string `json:"command"`
	Host    string `json:"host"`
	PID     int    `json:"pid"`
	Since   string `json:"since"`
}

// maxHolder bounds a lock file, in bytes.
const maxHolder = 1024

// lockPath is the file that is locked for the whole workspace.
func lockPath(dir string) string { return filepath.Join(dir, ".lock") }

// lock holds a workspace for a command until the command ends.
func (e *env) lock(dir, command string, a access) error {
	if a == reads {
		return nil
	}
	return e.lockFile(lockPath(dir), command, a)
}

// lockFile holds one lock file.
func (e *env) lockFile(path, command string, a access) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return withHint(fmt.Errorf("lock the workspace: %w", err), "check the free space and the rights of %s", filepath.Dir(path))
	}
	if err := flock(f, a == shares); err != nil {
		f.Close()
		if !errors.Is(err, errLocked) {
			return withHint(fmt.Errorf("lock %s: %w", path, err), "the file system must know locks: keep the workspace on a disk of this machine, or on one that does")
		}
		return withHint(fmt.Errorf("%s is in use by %s", filepath.Dir(path), heldBy(path)), "nothing was done: wait until it ends, then run the command again")
	}
	e.held = append(e.held, f)
	if a == shares { // its own file names each of those who share
		return nil
	}
	// The note is a courtesy: on a full disk the lock holds without it.
	host, _ := os.Hostname()
	note, err := json.Marshal(holder{Command: command, Host: host, PID: os.Getpid(), Since: e.now().UTC().Format(time.RFC3339)})
	if err == nil && f.Truncate(0) == nil {
		f.WriteAt(append(note, '\n'), 0)
	}
	return nil
}

// unlock lets go of everything that the command held.
func (e *env) unlock() {
	for _, f := range e.held {
		if note, err := f.Stat(); err == nil && note.Size() > 0 && ownNote(f) {
			f.Truncate(0)
		}
		release(f)
	}
	e.held = nil
}

// ownNote says whether the note in a lock file is this process's: one who
// shares a lock must not wipe what another wrote.
func ownNote(f *os.File) bool {
	h, err := readHolder(io.NewSectionReader(f, 0, maxHolder))
	return err == nil && h.PID == os.Getpid()
}

func readHolder(r io.Reader) (h holder, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxHolder))
	if err == nil {
		err = json.Unmarshal(data, &h)
	}
	return h, err
}

// heldBy tells who holds a lock: the one who holds it alone, or one of the
// shards that share it.
func heldBy(path string) string {
	candidates := []string{path}
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), filepath.Base(path)+"-") {
			candidates = append(candidates, filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	for _, name := range candidates {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		h, err := readHolder(f)
		f.Close()
		if err == nil && unclean(h.Command+h.Host+h.Since) == "" {
			return fmt.Sprintf("%q since %s (process %d on %s)", h.Command, h.Since, h.PID, h.Host)
		}
	}
	return "another command"
}

// shardLock is the file that the i-th of n shards holds alone.
func (w *workspace) shardLock(i, n int) string { return fmt.Sprintf("%s-%d-%d", lockPath(w.dir), i, n) }

// clearShardLocks removes the lock files of shards; the caller holds the
// workspace alone, so that none is in use.
func (w *workspace) clearShardLocks() error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), filepath.Base(lockPath(w.dir))+"-") {
			if err := os.Remove(w.path(entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
