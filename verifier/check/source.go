package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A Source gives the public files of one issuer: keys.json, status/1.json,
// registry/ab/…, by their slash-separated names under the issuer's site.
type Source interface {
	// Fetch returns the content of the named file and a tag for this state of
	// it. A caller that already holds the state tagged have gets nil data and
	// the same tag back when the file has not changed since; an empty tag
	// matches nothing. More than limit bytes is an error.
	//
	// A file that is not there is fs.ErrNotExist. Any other error means that
	// nobody can tell: the answer must then say so, never guess.
	Fetch(ctx context.Context, name string, limit int64, have string) (data []byte, tag string, err error)
}

// ErrTooLarge reports a file longer than any that an issuer publishes.
var ErrTooLarge = errors.New("file larger than the format allows")

// FS is a Source over a file system. A file's tag is its length and time of
// change, so a file system without times (fstest.MapFS) is read anew each time.
func FS(fsys fs.FS) Source { return fsSource{fsys} }

// A DirSource is a Source over a folder of this machine. Names and symbolic
// links that lead out of the folder are refused by the operating system's
// root (see os.Root).
type DirSource struct {
	Source
	root *os.Root
}

// Dir opens the folder at path.
func Dir(path string) (*DirSource, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &DirSource{Source: FS(root.FS()), root: root}, nil
}

// FS is the folder as a file system, with the same containment.
func (d *DirSource) FS() fs.FS { return d.root.FS() }

// Close releases the folder.
func (d *DirSource) Close() error { return d.root.Close() }

type fsSource struct{ fsys fs.FS }

func (s fsSource) Fetch(ctx context.Context, name string, limit int64, have string) ([]byte, string, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	if !fs.ValidPath(name) {
		return nil, "", fmt.Errorf("name %q: %w", name, fs.ErrInvalid)
	}
	// Stat comes before Open because opening a named pipe waits for a writer.
	info, err := fs.Stat(s.fsys, name)
	if err != nil {
		return nil, "", err
	}
	if !info.Mode().IsRegular() {
		return nil, "", fmt.Errorf("%s is not a regular file", name)
	}
	if info.Size() > limit {
		return nil, "", fmt.Errorf("%s: %d bytes, at most %d: %w", name, info.Size(), limit, ErrTooLarge)
	}
	var tag string
	if !info.ModTime().IsZero() {
		tag = fmt.Sprintf("%x-%x", info.ModTime().UnixNano(), info.Size())
	}
	if tag != "" && tag == have {
		return nil, tag, nil
	}
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err := readAtMost(f, limit)
	if err != nil {
		return nil, "", fmt.Errorf("reading %s: %w", name, err)
	}
	return data, tag, nil
}

// readAtMost reads r to its end, which must come within limit bytes.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("more than %d bytes: %w", limit, ErrTooLarge)
	}
	return data, nil
}
