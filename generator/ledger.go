package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ledger is what a build notes beside its output, so that the next one writes
// what changed alone and removes what is no longer made. It is a cache: without
// it, or with one of another program, everything is built anew.
type ledger struct {
	Program string // size and date of the program that built
	Layout  string // digest of the layout of pages; "" for the referential
	Sheets  []sheetEntry
	Files   []fileEntry // every file made, by path
}

// fileEntry is a file as it was written.
type fileEntry struct {
	Path     string
	Sum      string // SHA-256 of what it was made from
	Size     int64
	Modified int64 // nanoseconds
}

// sumOf is a SHA-256.
func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return string(sum[:])
}

// ledgerPath is beside the output folder, which may be online.
func ledgerPath(out string) string {
	out = filepath.Clean(out)
	return filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".build")
}

// program tells this program from another build of it.
func program() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %s", info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
}

// readLedger returns the ledger of the same program and layout. Of another's,
// only the names of its files count.
func readLedger(out, layout string) *ledger {
	now := &ledger{Program: program(), Layout: layout}
	data, err := readFile(ledgerPath(out))
	if err != nil {
		return now
	}
	l, err := parseLedger(data)
	if err != nil {
		return now
	}
	if now.Program == "" || l.Program != now.Program || l.Layout != layout {
		now.Files = l.Files
		for i := range now.Files {
			now.Files[i].Size = -1 // none is up to date
		}
		return now
	}
	return l
}

func (l *ledger) write(out string) error {
	_, err := replaceFile(ledgerPath(out), l.encode())
	return err
}

// stands tells that the file is there as it was written.
func (f *fileEntry) stands(out string) bool {
	if f.Size < 0 {
		return false
	}
	info, err := os.Lstat(filepath.Join(out, filepath.FromSlash(f.Path)))
	return err == nil && info.Mode().IsRegular() && info.Size() == f.Size && info.ModTime().UnixNano() == f.Modified
}

// write makes a file of the output and notes it.
func (f *fileEntry) write(out string, data []byte) error {
	info, err := replaceFile(filepath.Join(out, filepath.FromSlash(f.Path)), data)
	if err == nil {
		f.Size, f.Modified = info.Size(), info.ModTime().UnixNano()
	}
	return err
}

// replaceFile writes a file that can be made again at any time: at once if
// there is none, else beside and renamed, so that a reader never sees half of
// it; nothing is synced.
func replaceFile(path string, data []byte) (info fs.FileInfo, err error) {
	name := path
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		if f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"); err == nil {
			name = f.Name()
			err = f.Chmod(0o644)
		}
	}
	if f != nil {
		if err == nil {
			_, err = f.Write(data)
		}
		if err == nil {
			info, err = f.Stat()
		}
		err = errors.Join(err, f.Close())
		if err == nil && name != path {
			err = os.Rename(name, path)
		}
		if err != nil {
			os.Remove(name)
		}
	}
	if err != nil {
		return nil, withHint(fmt.Errorf("write %s: %w", path, err), "check the free space and the rights of %s, then build again", filepath.Dir(path))
	}
	return info, nil
}

// clear removes the files of old that are not among those of l, and folders
// that are empty then. It returns how many files it removed.
func (l *ledger) clear(out string, old []fileEntry) int {
	kept := make(map[string]bool, len(l.Files))
	for _, f := range l.Files {
		kept[f.Path] = true
	}
	removed := 0
	for _, f := range old {
		if kept[f.Path] || !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			continue
		}
		path := filepath.Join(out, filepath.FromSlash(f.Path))
		if os.Remove(path) != nil {
			continue
		}
		removed++
		for dir := filepath.Dir(path); len(dir) > len(filepath.Clean(out)) && os.Remove(dir) == nil; {
			dir = filepath.Dir(dir)
		}
	}
	return removed
}

// makeFolders makes the folders of all files.
func makeFolders(out string, files []fileEntry) error {
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, filepath.Dir(filepath.FromSlash(f.Path)))
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if err := os.MkdirAll(filepath.Join(out, dir), 0o755); err != nil {
			return err
		}
	}
	return nil
}
