package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxInput bounds every file the generator reads whole, in bytes.
const maxInput = 64 << 20

// readFile reads a whole file of at most maxInput bytes.
func readFile(path string) ([]byte, error) { return readUpTo(path, maxInput) }

// readUpTo reads a whole file of at most some bytes.
func readUpTo(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Size() <= most {
		b.Grow(int(info.Size()) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if n > most {
		return nil, fmt.Errorf("read %s: larger than %d bytes", path, most)
	}
	return b.Bytes(), nil
}

// writeFile puts data in path whole or not at all: written beside, synced,
// renamed. A reader sees the old file or the new one, and a loss of power after
// it returned leaves the new one.
func writeFile(path string, data []byte, perm fs.FileMode) error {
	tmp, err := writeBeside(path, data, perm)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(tmp)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// createFile is writeFile for a file that must not exist yet: what is there
// (a key, an issued attestation) is never replaced.
func createFile(path string, data []byte, perm fs.FileMode) error {
	tmp, err := writeBeside(path, data, perm)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	// A hard link fails when the target exists, so that the complete file
	// appears under its name in one step and nothing is overwritten.
	if err := os.Link(tmp, path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return withHint(fmt.Errorf("%s exists already: %w", path, fs.ErrExist), "it is never overwritten: move it away if it is really to be replaced")
		}
		return fmt.Errorf("create %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// makeFolderOf makes the folder that a file of these rights stands in: what is
// for the operator alone, in one of that kind.
func makeFolderOf(path string, perm fs.FileMode) error {
	mode := fs.FileMode(0o755)
	if perm&0o077 == 0 {
		mode = 0o700
	}
	return os.MkdirAll(filepath.Dir(path), mode)
}

// writeBeside writes data to a temporary file in path's folder and syncs it.
func writeBeside(path string, data []byte, perm fs.FileMode) (name string, err error) {
	fail := func(err error) (string, error) {
		return "", withHint(fmt.Errorf("write %s: %w", path, err), "nothing was changed there: check the free space and the rights of %s, then run the command again", filepath.Dir(path))
	}
	if err := makeFolderOf(path, perm); err != nil {
		return fail(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fail(err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return fail(err)
	}
	if err := f.Chmod(perm); err != nil {
		return fail(err)
	}
	if err := syncFile(f); err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	return f.Name(), nil
}

// writeIfChanged writes data unless the file holds it already, and says
// whether it wrote.
func writeIfChanged(path string, data []byte, perm fs.FileMode) (bool, error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return false, nil
	}
	return true, writeFile(path, data, perm)
}

// names lists the files of a folder that end in suffix, without it, sorted. A
// missing folder is an empty one.
func names(dir, suffix string) (list []string, err error) {
	err = eachName(dir, suffix, func(name string) error {
		list = append(list, name)
		return nil
	})
	slices.Sort(list)
	return list, err
}

// eachName calls use with the name of each file of a folder that ends in
// suffix, without it, in no order. The folder's list is never held whole. A
// missing folder is an empty one.
func eachName(dir, suffix string, use func(name string) error) error {
	return eachEntry(dir, func(entry fs.DirEntry) error {
		if name, ok := strings.CutSuffix(entry.Name(), suffix); ok && !entry.IsDir() && !strings.HasPrefix(name, ".") {
			return use(name)
		}
		return nil
	})
}

// eachEntry calls use with each entry of a folder, in no order.
func eachEntry(dir string, use func(entry fs.DirEntry) error) error {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(1024)
		for _, entry := range entries {
			if err := use(entry); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// sweep removes what a killed run was writing beside its place in a folder: see
// writeBeside. The caller holds the workspace alone.
func sweep(dir, prefix string) error {
	var strays []string
	err := eachEntry(dir, func(entry fs.DirEntry) error {
		if entry.Type().IsRegular() && strings.HasPrefix(entry.Name(), prefix) {
			strays = append(strays, filepath.Join(dir, entry.Name()))
		}
		return nil
	})
	for _, path := range strays {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// durable is whether commands wait until what they wrote is safe on the disk.
// The tests do not: their files are not to outlive a loss of power, and on a
// common disk the waiting takes longer than the work.
var durable = true

// syncFile makes what was written into a file safe against a crash.
func syncFile(f *os.File) error {
	if !durable {
		return nil
	}
	return f.Sync()
}
