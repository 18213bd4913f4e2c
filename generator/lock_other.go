//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import (
	"errors"
	"io/fs"
	"os"
)

// flock stands in for the system's locks where there are none to be had: a
// second file, FILE.held, that only one process can create. Nobody shares, and
// a process that is killed leaves the file behind, to be removed by hand.
func flock(f *os.File, _ bool) error {
	held, err := os.OpenFile(f.Name()+".held", os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errLocked
	}
	if err != nil {
		return err
	}
	return held.Close()
}

// release lets go of a locked file.
func release(f *os.File) {
	os.Remove(f.Name() + ".held")
	f.Close()
}
