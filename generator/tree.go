package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/generator/attestation"
)

// tree brings a folder that nobody reads yet to the state that public/ is to
// have, whatever state it is in: missing, that of an earlier publication, or
// that of a run killed half-way. What is right already stays; nothing is ever
// written into a file that exists, since somebody who opened public/ before it
// was exchanged may still read here.
type tree struct {
	dir     string
	source  string            // issued/, where sealed files and badges stand
	files   map[string][]byte // all others, by slash-separated name
	entries *registry
	badges  []string
}

// registry is which sealed files are to be published: by the first byte of the
// locator, 16 bytes an attestation.
type registry [256][]sealedSet

// sealedSet is the rest of a locator, and a bit for each form of its PDFs, in
// the order of attestation.Forms.
type sealedSet [16]byte

// add takes an attestation into the registry.
func (r *registry) add(f *issuedFile) error {
	locator, err := hex.DecodeString(f.Locator)
	if err != nil || len(locator) != 16 {
		return withHint(fmt.Errorf("issued/%s.json: locator: not 32 hexadecimal digits", f.Number), "restore the file from a backup: it is never edited")
	}
	var s sealedSet
	copy(s[:], locator[1:])
	for form := range f.Forms {
		i := slices.Index(attestation.Forms, attestation.Form(form))
		if i < 0 {
			return withHint(fmt.Errorf("issued/%s.json: forms: %.20q is not a form", f.Number, form), "restore the file from a backup: it is never edited")
		}
		s[15] |= 1 << i
	}
	r[locator[0]] = append(r[locator[0]], s)
	return nil
}

// names lists the files of the folder of one first byte.
func (r *registry) names(first int) map[string]bool {
	list := make(map[string]bool, 3*len(r[first]))
	for _, s := range r[first] {
		locator := hex.EncodeToString(append([]byte{byte(first)}, s[:15]...))
		list[locator] = true
		for i, form := range attestation.Forms {
			if s[15]>>i&1 != 0 {
				list[locator+"."+string(form)] = true
			}
		}
	}
	return list
}

// folder is where those files stand below issued/ and below public/.
func (r *registry) folder(first int) string {
	return filepath.Join("registry", fmt.Sprintf("%02x", first))
}

// update brings the tree to its state and makes it safe on the disk.
func (t *tree) update(ctx context.Context, bar *progress) error {
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return err
	}
	if err := t.clear(); err != nil {
		return err
	}
	if err := t.write(); err != nil {
		return err
	}
	for _, name := range t.badges {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(t.dir, name)), 0o755); err != nil {
			return err
		}
		if err := t.link(name); err != nil {
			return err
		}
	}
	bar.step()
	for some := range slices.Chunk(allBytes(), 16) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := firstError(len(some), func(i int) error { return t.sealed(some[i]) }); err != nil {
			return err
		}
		bar.add(len(some))
	}
	return syncTree(t.dir)
}

func allBytes() []int {
	list := make([]int, 256)
	for i := range list {
		list[i] = i
	}
	return list
}

// clear removes what is not to be there, but for the files of the registry.
func (t *tree) clear() error {
	wanted, folders := make(map[string]bool), map[string]bool{".": true, "registry": true}
	keep := func(name string) {
		wanted[name] = true
		for dir := filepath.Dir(name); !folders[dir]; dir = filepath.Dir(dir) {
			folders[dir] = true
		}
	}
	for name := range t.files {
		keep(filepath.FromSlash(name))
	}
	for _, name := range t.badges {
		keep(name)
	}
	for first := range t.entries {
		if len(t.entries[first]) > 0 {
			folders[t.entries.folder(first)] = true
		}
	}
	return filepath.WalkDir(t.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(t.dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() && folders[name] {
			if filepath.Dir(name) == "registry" {
				return filepath.SkipDir // see sealed
			}
			return nil
		}
		if d.Type().IsRegular() && wanted[name] {
			return nil
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if d.IsDir() {
			return filepath.SkipDir
		}
		return nil
	})
}

// write puts the files of the site in place, those whose bytes differ.
func (t *tree) write() error {
	list := sortedKeys(t.files)
	for _, name := range list {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(t.dir, filepath.FromSlash(name))), 0o755); err != nil {
			return err
		}
	}
	return firstError(len(list), func(i int) error {
		path, data := filepath.Join(t.dir, filepath.FromSlash(list[i])), t.files[list[i]]
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
			return nil
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.WriteFile(path, data, 0o644)
	})
}

// sealed brings a folder of the registry up to date with issued/.
func (t *tree) sealed(first int) error {
	wanted, folder := t.entries.names(first), t.entries.folder(first)
	if len(wanted) == 0 {
		return nil // clear removed the folder
	}
	if err := os.MkdirAll(filepath.Join(t.dir, folder), 0o755); err != nil {
		return err
	}
	if err := t.pruneFolder(folder, wanted); err != nil {
		return err
	}
	for _, name := range sortedKeys(wanted) {
		if err := t.link(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// pruneFolder removes what is not wanted from a folder of the registry.
func (t *tree) pruneFolder(folder string, wanted map[string]bool) error {
	dir := filepath.Join(t.dir, folder)
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range list {
		if !wanted[d.Name()] || !d.Type().IsRegular() {
			if err := os.RemoveAll(filepath.Join(dir, d.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// prune removes from the registry of the tree, which is the former public/ now,
// what is published no more.
func (t *tree) prune() error {
	return firstError(len(t.entries), func(first int) error {
		folder := t.entries.folder(first)
		if len(t.entries[first]) == 0 {
			return os.RemoveAll(filepath.Join(t.dir, folder))
		}
		return t.pruneFolder(folder, t.entries.names(first))
	})
}

// link gives a file of issued/, which never changes, its second name; where
// links are not possible, it copies.
func (t *tree) link(name string) error {
	from, to := filepath.Join(t.source, name), filepath.Join(t.dir, name)
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		same, sameErr := sameFile(from, to)
		if sameErr != nil || same {
			return toRestore(sameErr)
		}
		if err = os.Remove(to); err == nil {
			err = os.Link(from, to)
		}
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return toRestore(err)
	}
	return toRestore(copyFile(from, to))
}

// toRestore adds the remedy for a file of issued/ that is not there.
func toRestore(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return withHint(err, "restore issued/ from a backup")
	}
	return err
}

// sameFile says whether two names are of one file, or of equal ones where there
// are no links.
func sameFile(a, b string) (bool, error) {
	infoA, err := os.Lstat(a)
	if err != nil {
		return false, err
	}
	infoB, err := os.Lstat(b)
	if err != nil {
		return false, err
	}
	if os.SameFile(infoA, infoB) {
		return true, nil
	}
	if !infoB.Mode().IsRegular() || infoA.Size() != infoB.Size() {
		return false, nil
	}
	dataA, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	dataB, err := os.ReadFile(b)
	return err == nil && bytes.Equal(dataA, dataB), err
}

// copyFile makes a new file with the bytes of another.
func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err = errors.Join(err, dst.Close()); err != nil {
		os.Remove(to)
	}
	return err
}

// drawnBadges lists the badges of every year and language whose set is whole.
func (w *workspace) drawnBadges() ([]string, error) {
	sets, err := names(w.path("issued", "badges"), ".json")
	if err != nil {
		return nil, err
	}
	var list []string
	for _, set := range sets { // 2026.fr
		list = append(list, filepath.Join("badges", set+".json"))
		year, lang, _ := strings.Cut(set, ".")
		for _, kind := range []string{"png", "svg"} {
			suffix := "." + lang + "." + kind
			drawn, err := names(w.path("issued", "badges", year), suffix)
			if err != nil {
				return nil, err
			}
			for _, name := range drawn {
				list = append(list, filepath.Join("badges", year, name+suffix))
			}
		}
	}
	return list, nil
}
