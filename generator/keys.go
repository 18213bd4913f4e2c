package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/signing"
)

// manifestLife is how long a manifest may be believed without a newer one
// (design: at most 90 days).
const manifestLife = 90 * 24 * time.Hour

// rootsFile is public/roots.json: what a verifier of this issuer pins.
type rootsFile struct {
	LeastSequence uint64   `json:"leastSequence"`
	Roots         []string `json:"roots"` // two Multikeys
}

func (e *env) keys(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] != "init" {
		return usagef("keys takes the command init")
	}
	c := e.command("keys init", "")
	root := c.String("root", "", "`folder` of the two root keys, on a medium that is kept offline")
	notBefore := c.String("not-before", "", "first `day` the signing keys are good for (default: the day of -at)")
	years := c.Int("years", 2, "`years` the signing keys are good for")
	w, at, err := c.open(args[1:])
	if err != nil {
		return err
	}
	if *root == "" {
		return usagef("keys init needs -root DIR, a folder outside the workspace")
	}
	pass, err := c.passphrase()
	if err != nil {
		return err
	}
	from := at.Truncate(24 * time.Hour)
	if *notBefore != "" {
		if from, err = parseAt(*notBefore, at); err != nil {
			return err
		}
	}
	if *years < 1 || *years > 10 {
		return usagef("-years %d is not between 1 and 10", *years)
	}
	made, err := w.initKeys(e.rand, *root, pass, at, from, at.AddDate(*years, 0, 0))
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Roots in %s (take them offline now):\n", *root)
	for _, r := range made.Roots {
		fmt.Fprintf(e.stdout, "  %s\n", r)
	}
	fmt.Fprintf(e.stdout, "Signing keys and manifest in %s, good until %s; the manifest is to be renewed before %s.\n",
		w.path("keys"), at.AddDate(*years, 0, 0).Format(time.DateOnly), at.Add(manifestLife).Format(time.DateOnly))
	return nil
}

// initKeys makes two roots, a key for each signing role, the placement key
// and the first manifest. It refuses to start over when any key exists.
func (w *workspace) initKeys(random io.Reader, root, pass string, at, from, until time.Time) (*rootsFile, error) {
	if inside, err := within(root, w.dir); err != nil {
		return nil, err
	} else if inside {
		return nil, withHint(fmt.Errorf("root folder %s is inside the workspace", root), "the roots vouch for everything: keep them on a medium that is never connected")
	}
	paths := []string{filepath.Join(root, "root-1.key"), filepath.Join(root, "root-2.key"), w.path("keys", "manifest.json"), w.path("keys", "roots.json")}
	for _, role := range []string{"credential", "entry", "status", rolePlacement} {
		paths = append(paths, w.path("keys", role+".key"))
	}
	for _, p := range paths {
		if _, err := os.Lstat(p); err == nil {
			return nil, withHint(fmt.Errorf("%s exists already", p), "keys are never overwritten: a workspace is initialised once")
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}

	prefix := ""
	if w.config.Specimen {
		prefix = "TEST "
	}
	var made []string
	undo := func(err error) (*rootsFile, error) {
		for _, p := range made {
			os.Remove(p)
		}
		return nil, err
	}
	newKey := func(path, name, role string) (*signing.PrivateKey, error) {
		key, err := signing.GenerateKey(random)
		if err != nil {
			return nil, err
		}
		if err := saveKey(path, keyFile{Name: prefix + name, Role: role, Seed: hex.EncodeToString(key.Seed())}, pass); err != nil {
			return nil, err
		}
		made = append(made, path)
		return key, nil
	}

	roots := &rootsFile{LeastSequence: 1}
	var signer *signing.PrivateKey
	for i := 1; i <= 2; i++ {
		key, err := newKey(paths[i-1], fmt.Sprintf("root %d", i), string(signing.RoleRoot))
		if err != nil {
			return undo(err)
		}
		if signer == nil {
			signer = key
		}
		roots.Roots = append(roots.Roots, key.Public().Multikey())
	}
	manifest := &signing.Manifest{
		Issuer:   signing.Issuer{Name: w.config.Issuer, URL: w.config.Address, Specimen: w.config.Specimen},
		Sequence: 1, Created: at, ValidUntil: at.Add(manifestLife),
	}
	for _, role := range []signing.Role{signing.RoleCredential, signing.RoleEntry, signing.RoleStatus} {
		name := fmt.Sprintf("%s %d", role, at.Year())
		key, err := newKey(w.path("keys", string(role)+".key"), name, string(role))
		if err != nil {
			return undo(err)
		}
		manifest.Keys = append(manifest.Keys, signing.Key{
			Name: prefix + name, Role: role, Public: key.Public(), NotBefore: from, NotAfter: until, State: signing.Active,
		})
	}
	if _, err := newKey(w.path("keys", rolePlacement+".key"), "placement", rolePlacement); err != nil {
		return undo(err)
	}
	signed, err := signing.SignManifest(manifest, signer)
	if err != nil {
		return undo(err)
	}
	pins, err := encode(roots)
	if err != nil {
		return undo(err)
	}
	for path, data := range map[string][]byte{w.path("keys", "manifest.json"): signed, w.path("keys", "roots.json"): pins} {
		if err := createFile(path, data, 0o644); err != nil {
			return undo(err)
		}
		made = append(made, path)
	}
	return roots, nil
}

// within says whether folder a is b or lies inside it.
func within(a, b string) (bool, error) {
	a, err := filepath.Abs(a)
	if err != nil {
		return false, err
	}
	if b, err = filepath.Abs(b); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(b, a)
	return err == nil && filepath.IsLocal(rel), nil
}

// trust reads the issuer's own pins.
func (w *workspace) roots() (*rootsFile, signing.Trust, error) {
	path := w.path("keys", "roots.json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, signing.Trust{}, withHint(fmt.Errorf("the workspace has no keys: no %s", path), "make them with 'generator keys init -root DIR'")
	}
	if err != nil {
		return nil, signing.Trust{}, err
	}
	f := new(rootsFile)
	if err := decodeStrict(path, data, f); err != nil {
		return nil, signing.Trust{}, err
	}
	trust := signing.Trust{LeastSequence: f.LeastSequence}
	for i, text := range f.Roots {
		key, err := signing.ParseMultikey(text)
		if err != nil {
			return nil, signing.Trust{}, fmt.Errorf("%s: roots.%d: %w", path, i, err)
		}
		trust.Roots = append(trust.Roots, key)
	}
	return f, trust, nil
}

// manifest reads the signed key manifest and checks that it may be believed at
// the given time.
func (w *workspace) manifest(trust signing.Trust, at time.Time) (*signing.Manifest, []byte, error) {
	path := w.path("keys", "manifest.json")
	data, err := readFile(path)
	if err != nil {
		return nil, nil, err
	}
	m, err := signing.OpenManifest(data, trust)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if !at.Before(m.ValidUntil) {
		return nil, nil, withHint(fmt.Errorf("%s ended on %s: verifiers no longer believe it", path, m.ValidUntil.Format(time.DateOnly)),
			"have it signed again by an offline root before publishing")
	}
	return m, data, nil
}
