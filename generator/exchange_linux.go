package main

import "golang.org/x/sys/unix"

// exchange swaps two folders in one step (renameat2), so that a reader of
// either name finds a whole folder at every instant.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
