package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/signing"
)

// online compares public/ with what publish makes at the time of the last
// publication, or at a given one: every file, byte for byte, and nothing else.
func (a *auditor) online(ctx context.Context, at time.Time) error {
	if a.keys == nil {
		return withHint(fmt.Errorf("the workspace has no keys: nothing was published"), "leave out -public")
	}
	if at.IsZero() {
		var err error
		if at, err = a.publishedAt(); err != nil {
			return err
		}
	}
	g := &gathering{keyring: a.keys, publication: &publication{at: at}}
	if err := g.gather(ctx); err != nil {
		a.faults.add("public", "cannot be made again at %s: %s", at.Format(time.RFC3339), a.plain(err))
		return nil
	}
	due := make(map[string]bool, len(g.files)+len(g.badges))
	for _, name := range sortedKeys(g.files) {
		due[filepath.FromSlash(name)] = true
		a.onlineFile(filepath.FromSlash(name), func() ([]byte, error) { return g.files[name], nil })
	}
	for _, name := range g.badges {
		due[name] = true
		a.onlineCopy(name)
	}
	all := allBytes()
	err := firstError(len(all), func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		wanted, folder := g.entries.names(all[i]), g.entries.folder(all[i])
		for _, name := range sortedKeys(wanted) {
			a.onlineCopy(filepath.Join(folder, name))
		}
		return eachName(a.path("public", folder), "", func(name string) error {
			if !wanted[name] {
				a.faults.add(filepath.Join("public", folder, name), "belongs to no attestation that is published")
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return a.strange(due)
}

// publishedAt is when public/ was made, as its status lists say.
func (a *auditor) publishedAt() (time.Time, error) {
	list, err := names(a.path("public", "status"), ".json")
	if err != nil {
		return time.Time{}, err
	}
	for _, name := range list {
		var number uint32
		if _, err := fmt.Sscan(name, &number); err != nil {
			continue
		}
		data, err := readFile(a.path("public", "status", name+".json"))
		if err != nil {
			return time.Time{}, err
		}
		l, err := signing.OpenStatusList(data, a.keys.manifest, number)
		if err != nil {
			a.faults.add("public/status/"+name+".json", "%v", err)
			continue
		}
		return l.ValidFrom, nil
	}
	return time.Time{}, withHint(fmt.Errorf("%s has no status list that verifies, to tell when it was made", a.path("public")), "give the time of the publication with -at, or publish again")
}

// onlineFile compares one file of public/ with what it should hold.
func (a *auditor) onlineFile(name string, due func() ([]byte, error)) {
	have, err := readFile(a.path("public", name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.faults.add(filepath.Join("public", name), "is missing")
		return
	case err != nil:
		a.faults.add(filepath.Join("public", name), "%s", a.plain(err))
		return
	}
	a.note(countPublic)
	if want, err := due(); err != nil {
		a.faults.add(filepath.Join("issued", name), "%s", a.plain(err))
	} else if !bytes.Equal(want, have) {
		a.faults.add(filepath.Join("public", name), "is not what publish makes")
	}
}

// onlineCopy compares a file of public/ with the one in issued/ that it is a
// copy of, or a link to.
func (a *auditor) onlineCopy(name string) {
	from, err1 := os.Stat(a.path("issued", name))
	to, err2 := os.Stat(a.path("public", name))
	if err1 == nil && err2 == nil && os.SameFile(from, to) {
		a.note(countPublic)
		return
	}
	a.onlineFile(name, func() ([]byte, error) { return readFile(a.path("issued", name)) })
}

// strange names the files of public/ outside the registry that publish does not
// make.
func (a *auditor) strange(due map[string]bool) error {
	root := a.path("public")
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && name == "registry" {
			return filepath.SkipDir
		}
		if !d.IsDir() && !due[name] {
			a.faults.add(filepath.Join("public", name), "is nothing that publish makes")
		}
		return nil
	})
}
