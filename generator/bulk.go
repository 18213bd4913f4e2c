package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// bulk writes many files of one folder, from several goroutines, and makes them
// safe against a loss of power all together: syncing each would take longer
// than all the rest of a run. Each file is written beside and renamed, so that
// who is killed leaves every one whole, old or new. Until sync has returned, a
// loss of power may leave files torn (see torn), so that nothing may rely on
// them before.
type bulk struct {
	dir  string
	lock sync.Mutex
	used bool
}

// write writes a file of the folder. Each worker has one name beside, so that
// a run that is killed leaves no more than those, and the next one uses them.
func (b *bulk) write(worker int, name string, data []byte) error {
	path := filepath.Join(b.dir, name)
	fail := func(err error) error {
		return withHint(fmt.Errorf("write %s: %w", path, err), "check the free space and the rights of %s, then run the command again: what was done stands", b.dir)
	}
	if err := b.begin(); err != nil {
		return fail(err)
	}
	beside := filepath.Join(b.dir, fmt.Sprintf(".bulk-%d", worker))
	err := os.WriteFile(beside, data, 0o600)
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		os.Remove(beside)
		return fail(err)
	}
	return nil
}

// begin makes the folder for the first file.
func (b *bulk) begin() error {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.used {
		return nil
	}
	err := os.MkdirAll(b.dir, 0o700)
	b.used = err == nil
	return err
}

// sync makes what was written safe.
func (b *bulk) sync() error {
	if !b.used {
		return nil
	}
	return syncTree(b.dir)
}
