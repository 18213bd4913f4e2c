package main

import (
	"io/fs"
	"syscall"
)

// changeOf returns the time of the last change of a file, of whatever kind, in
// nanoseconds, and the file's number.
func changeOf(info fs.FileInfo) (change int64, number uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctim.Nano(), s.Ino
	}
	return 0, 0
}
