package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"etalon/content"
	"etalon/site"
)

// remembered is DIR/.published: what the last publication was made from and
// what it left. While the digests of both are as they were there is nothing to
// do; while those of the site are, its pages need not be rendered. Without it,
// or with that of another program, publish makes everything again.
type remembered struct {
	Inputs string            `json:"inputs"` // of names, lengths and times
	Output string            `json:"output"` // likewise, of public/
	Pages  map[string]string `json:"pages"`  // files of the site, by name: SHA-256
	Schema string            `json:"schema"` // "etalon-published/2"
	Site   string            `json:"site"`   // SHA-256 of what the pages were made from
}

const rememberedSchema = "etalon-published/2"

func (w *workspace) rememberedPath() string { return w.path(".published") }

// remembered returns what the last publication left, or nothing.
func (w *workspace) remembered() *remembered {
	last := new(remembered)
	data, err := readFile(w.rememberedPath())
	if err != nil || decodeStrict(w.rememberedPath(), data, last) != nil || last.Schema != rememberedSchema {
		return new(remembered)
	}
	return last
}

// stands says whether public/ is what these inputs led to already.
func (w *workspace) stands(last *remembered, inputs string) bool {
	if last.Inputs != inputs {
		return false
	}
	output, err := w.output()
	return err == nil && output == last.Output
}

// remember notes a publication that is complete.
func (w *workspace) remember(now *remembered) (err error) {
	now.Schema = rememberedSchema
	if now.Output, err = w.output(); err != nil {
		return err
	}
	data, err := encode(now)
	if err != nil {
		return err
	}
	return writeFile(w.rememberedPath(), data, 0o600)
}

// sitePages makes the pages of the site, to be remembered in now. Where those of
// the last publication were made from the same, and stand in public/ to the last
// byte, they are read instead; without a last one they are made.
func (w *workspace) sitePages(c site.Config, last, now *remembered) (map[string][]byte, error) {
	from, err := encode(struct {
		Config  site.Config
		Program string
	}{c, program()})
	if err != nil {
		return nil, err
	}
	now.Site = hexSum(from)
	if last != nil && last.Site == now.Site {
		if files := w.standingPages(last.Pages); files != nil {
			now.Pages = last.Pages
			return files, nil
		}
	}
	r, err := content.Default()
	if err != nil {
		return nil, err
	}
	files, err := site.Build(r, c)
	if err != nil {
		return nil, err
	}
	now.Pages = make(map[string]string, len(files))
	for name, data := range files {
		now.Pages[name] = hexSum(data)
	}
	return files, nil
}

// standingPages reads pages in public/, or none where one is not as it was.
func (w *workspace) standingPages(pages map[string]string) map[string][]byte {
	files := make(map[string][]byte, len(pages))
	for name, sum := range pages {
		data, err := readFile(w.path("public", filepath.FromSlash(name)))
		if err != nil || hexSum(data) != sum {
			return nil
		}
		files[name] = data
	}
	return files
}

// inputs is a digest of all that a publication is made from.
func (w *workspace) inputs(ctx context.Context, at time.Time) (string, error) {
	d := new(folderDigest)
	d.note(at.Format(time.RFC3339), program())
	for _, name := range []string{"etalon.json", "keys/manifest.json", "keys/roots.json"} {
		if err := d.file(w.path(filepath.FromSlash(name)), name); err != nil {
			return "", err
		}
	}
	for _, name := range []string{"keys", "issued", "issued/status", "issued/badges", "decisions", "records", "publications"} {
		if err := d.folder(ctx, w.path(filepath.FromSlash(name)), name); err != nil {
			return "", err
		}
	}
	// Sealed files are never changed in place: the times of their folders tell.
	for first := range 256 {
		name := filepath.Join("issued", new(registry).folder(first))
		if err := d.file(w.path(name), name); err != nil {
			return "", err
		}
	}
	return d.sum(), nil
}

// output is a digest of public/ as it stands: of every file but the sealed
// ones, of which their folders tell.
func (w *workspace) output() (string, error) {
	d, root := new(folderDigest), w.path("public")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if err := d.file(path, name); err != nil {
			return err
		}
		if entry.IsDir() && filepath.Dir(name) == "registry" {
			return filepath.SkipDir
		}
		return nil
	})
	return d.sum(), err
}

// folderDigest is a digest of files in any order, so that a million names need
// neither be kept nor sorted: the exclusive or of a SHA-256 a file.
type folderDigest struct {
	lock  sync.Mutex
	value [sha256.Size]byte
}

func (d *folderDigest) add(sum [sha256.Size]byte) {
	d.lock.Lock()
	defer d.lock.Unlock()
	subtle.XORBytes(d.value[:], d.value[:], sum[:])
}

func (d *folderDigest) sum() string { return hex.EncodeToString(d.value[:]) }

func (d *folderDigest) note(texts ...string) { d.add(sha256.Sum256(fmt.Appendf(nil, "%q", texts))) }

// file takes in a file or the folder itself, if it is there.
func (d *folderDigest) file(path, name string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b := make([]byte, 0, 128)
	b = binary.BigEndian.AppendUint32(b, uint32(info.Mode()))
	if !info.IsDir() { // the size of a folder is the system's affair
		b = binary.BigEndian.AppendUint64(b, uint64(info.Size()))
	}
	b = binary.BigEndian.AppendUint64(b, uint64(info.ModTime().UnixNano()))
	d.add(sha256.Sum256(append(b, name...)))
	return nil
}

// folder takes in the visible files right below a folder.
func (d *folderDigest) folder(ctx context.Context, path, name string) error {
	return survey(ctx, path, "", func(_ int, file string) error {
		return d.file(filepath.Join(path, file), name+"/"+file)
	})
}
