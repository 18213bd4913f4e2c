package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sort"
	"time"

	"etalon/content"
	"etalon/signing"
	"etalon/site"
)

// listLife is how long a published status list is believed: the longest a
// withheld revocation can stay unknown.
const listLife = 7 * 24 * time.Hour

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (e *env) publish(ctx context.Context, args []string) error {
	c := e.command("publish", "")
	k, at, err := c.openKeys(args)
	if err != nil {
		return err
	}
	p, err := k.publish(ctx, e, at)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Published at %s into %s: %d pages and files of the site, %d attestations, %d status lists.\n",
		at.Format(time.RFC3339), k.path("public"), p.pages, p.attestations, p.lists)
	for _, s := range []signing.Status{signing.Revoked, signing.Suspended, signing.Superseded} {
		for _, number := range p.statuses[s] {
			fmt.Fprintf(e.stdout, "  %s is %v\n", number, s)
		}
	}
	if p.erased > 0 {
		fmt.Fprintf(e.stdout, "  %d erased: the registry holds nothing of them\n", p.erased)
	}
	if err := k.redeliver(ctx, e, at); err != nil {
		return fmt.Errorf("published, but not delivered: %w", err)
	}
	if p.closed {
		fmt.Fprintln(e.stdout, "The service is closed: the status lists are the last ones and hold without end.")
		return nil
	}
	fmt.Fprintf(e.stdout, "Publish again before %s: the status lists end then. The manifest ends on %s.\n",
		at.Add(listLife).Format(time.RFC3339), k.manifest.ValidUntil.Format(time.DateOnly))
	e.warnEnds(k, at)
	return nil
}

// published sums up a publication.
type published struct {
	pages, attestations, lists int
	erased                     int
	closed                     bool                        // the lists are the last ones
	statuses                   map[signing.Status][]string // numbers that are not plainly valid
}

// publish makes public/ anew from the files of the workspace and one date. It
// is staged beside and put in place by renaming: a failure at any step leaves
// the former public/ as it was.
func (k *keyring) publish(ctx context.Context, e *env, at time.Time) (*published, error) {
	r, err := content.Default()
	if err != nil {
		return nil, err
	}
	closed, err := k.closed()
	if err != nil {
		return nil, err
	}
	var statusKey *signing.PrivateKey
	if !closed { // final lists need no key and outlive the manifest
		if err := k.current(at); err != nil {
			return nil, err
		}
		if statusKey, err = k.signer(signing.RoleStatus, at); err != nil {
			return nil, err
		}
	}
	all, err := k.allIssued()
	if err != nil {
		return nil, err
	}
	lives, err := k.lives()
	if err != nil {
		return nil, err
	}

	files, err := site.Build(r, site.Config{
		Address: k.config.Address, Issuer: k.config.Issuer, Specimen: k.config.Specimen,
		Roots: k.roots.Roots, LeastSequence: k.manifest.Sequence,
	})
	if err != nil {
		return nil, err
	}
	p := &published{pages: len(files), statuses: make(map[signing.Status][]string)}
	files["keys.json"] = k.signed
	if files["roots.json"], err = encode(rootsFile{LeastSequence: k.manifest.Sequence, Roots: k.roots.Roots}); err != nil {
		return nil, err
	}
	if err := k.publishRoll(files, all); err != nil {
		return nil, err
	}
	var lists map[string][]byte
	if closed {
		p.closed = true
		lists, err = k.finalLists()
	} else {
		lists, err = p.statusFiles(k, all, lives, at, at.Add(listLife), statusKey)
	}
	if err != nil {
		return nil, err
	}
	p.lists = len(lists)
	maps.Copy(files, lists)

	stage := k.path(".public.new")
	if err := os.RemoveAll(stage); err != nil {
		return nil, err
	}
	defer os.RemoveAll(stage)
	if err := stageTree(stage, files); err != nil {
		return nil, err
	}
	bar := newProgress(e.stderr, "publishing", len(all))
	defer bar.end()
	for _, f := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch wanted := lives[f.Number]; {
		case f.Erased != nil:
			p.erased++
		case wanted != nil && !wanted.erased.IsZero():
			return nil, withHint(fmt.Errorf("the erasure of %s was interrupted", f.Number), "finish it with 'generator erase %s -reason TEXT'", f.Number)
		default:
			if err := k.publishEntry(stage, f); err != nil {
				return nil, err
			}
			p.attestations++
		}
		bar.step()
	}
	if err := k.publishBadges(stage); err != nil {
		return nil, err
	}
	if err := syncTree(stage); err != nil {
		return nil, fmt.Errorf("write %s: %w", stage, err)
	}
	return p, replaceFolder(k.path("public"), stage)
}

// stageTree writes the files of a tree into a folder that nobody reads yet. A
// file by itself need not be safe: the whole is synced before it is put in
// place, and thrown away on any error.
func stageTree(dir string, files map[string][]byte) error {
	made := make(map[string]bool)
	for _, name := range sortedKeys(files) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if parent := filepath.Dir(path); !made[parent] {
			if err := os.MkdirAll(parent, 0o755); err != nil {
				return err
			}
			made[parent] = true
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return withHint(err, "public/ is as it was: check the free space and the rights of its folder, then publish again")
		}
	}
	return nil
}

// statusPath is where a status list stands below public/.
func statusPath(number uint32) string { return fmt.Sprintf("status/%d.json", number) }

// statusFiles signs every list that an issued attestation has its place in, as
// things stand at one time.
func (p *published) statusFiles(k *keyring, all []*issuedFile, lives map[string]*life, at, until time.Time, key *signing.PrivateKey) (map[string][]byte, error) {
	lists, err := p.statusLists(k.config.Address, all, lives, at, until)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(lists))
	for number, list := range lists {
		data, err := signing.SignStatusList(list, key)
		if err != nil {
			return nil, err
		}
		// A list that verifiers would refuse must not be published.
		if _, err := signing.OpenStatusList(data, k.manifest, number); err != nil {
			return nil, fmt.Errorf("the new status list %d does not verify: %w", number, err)
		}
		files[statusPath(number)] = data
	}
	return files, nil
}

// statusLists builds every list that an issued attestation has its place in.
func (p *published) statusLists(address string, all []*issuedFile, lives map[string]*life, at, until time.Time) (map[uint32]*signing.StatusList, error) {
	lists := make(map[uint32]*signing.StatusList)
	known := make(map[string]bool)
	for _, f := range all {
		known[f.Number] = true
		list := lists[f.List]
		if list == nil {
			list = signing.NewStatusList(address, f.List, at, until)
			lists[f.List] = list
		}
		status := signing.Valid
		if l := lives[f.Number]; l != nil {
			status = l.at(at)
		}
		if err := list.Set(f.Index, status); err != nil {
			return nil, fmt.Errorf("issued/%s.json: index: %w", f.Number, err)
		}
		if status != signing.Valid {
			p.statuses[status] = append(p.statuses[status], f.Number)
		}
	}
	for _, number := range sortedKeys(lives) {
		if !known[number] {
			return nil, withHint(fmt.Errorf("decisions/%s.001.json: no attestation %s was issued", number, number), "the file issued/%s.json is missing: restore it from a backup", number)
		}
	}
	return lists, nil
}

// publishEntry puts an attestation's sealed files into the staged tree, after
// checking that they are whole.
func (w *workspace) publishEntry(stage string, f *issuedFile) error {
	forms := append([]string{""}, sortedKeys(f.Forms)...)
	for _, form := range forms {
		rel := filepath.FromSlash(sealedPath(f.Locator, form))
		if err := linkOrCopy(w.path("issued", rel), filepath.Join(stage, rel)); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return withHint(fmt.Errorf("publish %s: %w", f.Number, err), "restore issued/ from a backup")
			}
			return fmt.Errorf("publish %s: %w", f.Number, err)
		}
	}
	return nil
}

// linkOrCopy gives a sealed file, which never changes, a second name; where
// links are not possible, it copies.
func linkOrCopy(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Link(from, to); err == nil {
		return nil
	}
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
	return errors.Join(err, dst.Close())
}

// replaceFolder puts stage in the place of dir, in one step where the system
// and the file system can.
func replaceFolder(dir, stage string) error {
	err := os.Rename(stage, dir) // works when there is no dir yet
	if err == nil {
		return nil
	}
	if _, statErr := os.Stat(dir); statErr != nil {
		return err
	}
	if err := exchange(stage, dir); err == nil {
		return os.RemoveAll(stage)
	}
	old := dir + ".old"
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(stage, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}
