//go:build !linux

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// exchange is not to be had here: the caller renames twice instead.
func exchange(a, b string) error { return errors.ErrUnsupported }

// syncTree makes every file below a folder safe against a crash.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		return errors.Join(syncFile(f), f.Close())
	})
}

// syncWritten makes files just written below a folder safe against a crash.
func syncWritten(_ string, files []string) error {
	for _, path := range files {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(syncFile(f), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder would make the names of a folder safe against a crash; not every
// system can.
func syncFolder(dir string) error { return nil }
