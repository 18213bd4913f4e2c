package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// exchange swaps two folders in one step (renameat2), so that a reader of
// either name finds a whole folder at every instant.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// syncTree makes a folder and all below it safe against a crash, with one call
// for the file system it is on: file by file, syncing costs more than writing.
func syncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if !durable {
		return nil
	}
	return unix.Syncfs(int(f.Fd()))
}

// syncWritten makes files just written below a folder safe against a crash,
// with one call, as syncTree does.
func syncWritten(dir string, _ []string) error { return syncTree(dir) }

// syncFolder makes the names of a folder safe against a crash.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return syncFile(f)
}
