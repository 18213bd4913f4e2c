package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
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
//
// A publication puts a whole new folder in the place of the former one. What is
// at the path when a name is opened is what is read: a verifier that runs for
// months serves the latest publication.
type DirSource struct {
	Source
	folder *folder
}

// Dir opens the folder at path.
func Dir(path string) (*DirSource, error) {
	f := &folder{path: path}
	if _, err := f.root(); err != nil {
		return nil, err
	}
	return &DirSource{Source: FS(f), folder: f}, nil
}

// FS is the folder as a file system, with the same containment.
func (d *DirSource) FS() fs.FS { return d.folder }

// Close releases the folder.
func (d *DirSource) Close() error {
	if o := d.folder.current.Swap(nil); o != nil {
		return o.root.Close()
	}
	return nil
}

// folder is what stands at a path at the time of each use.
type folder struct {
	path    string
	current atomic.Pointer[opened]
}

// opened is a folder and the identity it had.
type opened struct {
	root *os.Root
	info fs.FileInfo
}

// root returns the folder at the path, opened anew if another was put there.
// One that was replaced is not closed here, since others may be using it: the
// runtime closes it once nobody does.
func (f *folder) root() (*os.Root, error) {
	info, err := os.Stat(f.path)
	was := f.current.Load()
	if err != nil {
		if was != nil { // between two renames nothing stands there
			return was.root, nil
		}
		return nil, err
	}
	if was != nil && os.SameFile(was.info, info) {
		return was.root, nil
	}
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return nil, err
	}
	now := &opened{root: root}
	if now.info, err = root.Stat("."); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	f.current.Store(now)
	return root, nil
}

// Open opens a file of the folder.
func (f *folder) Open(name string) (fs.File, error) {
	root, err := f.root()
	if err != nil {
		return nil, err
	}
	return root.FS().Open(name)
}

// Stat describes a file of the folder.
func (f *folder) Stat(name string) (fs.FileInfo, error) {
	root, err := f.root()
	if err != nil {
		return nil, err
	}
	return fs.Stat(root.FS(), name)
}

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
