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

func (e *env) keys(ctx context.Context, args []string) error {
	commands := map[string]func([]string) error{
		"init": e.keysInit, "rotate": e.keysRotate, "retire": e.keysRetire,
		"compromise": e.keysCompromise, "renew": e.keysRenew, "list": e.keysList,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return usagef("keys takes one of the commands init, rotate, retire, compromise, renew and list")
	}
	return commands[args[0]](args[1:])
}

// rootCommand is a command that has the roots sign.
type rootCommand struct {
	*command
	root, rootPassFile *string
}

func (e *env) rootCommand(name, arguments string) *rootCommand {
	c := e.command("keys "+name, arguments)
	return &rootCommand{c,
		c.String("root", "", "`folder` of the two root keys, on a medium that is kept offline"),
		c.String("root-passphrase-file", "", "`file` holding the passphrase of the roots (default: that of the other keys)"),
	}
}

// opened is what every command with a root needs: the folder of the roots and
// both passphrases.
func (c *rootCommand) opened() (root, rootPass, pass string, err error) {
	if *c.root == "" {
		return "", "", "", usagef("%s needs -root DIR, the folder of the root keys, outside the workspace", c.Name())
	}
	if pass, err = c.passphrase(); err != nil {
		return "", "", "", err
	}
	rootPass = pass
	if *c.rootPassFile != "" {
		rootPass, err = passphraseIn(*c.rootPassFile)
	}
	return *c.root, rootPass, pass, err
}

func (e *env) keysInit(args []string) error {
	c := e.rootCommand("init", "")
	notBefore := c.String("not-before", "", "first `day` the signing keys are good for (default: the day of -at)")
	years := c.Int("years", 2, "`years` the signing keys are good for")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	root, rootPass, pass, err := c.opened()
	if err != nil {
		return err
	}
	from := at.Truncate(24 * time.Hour)
	if *notBefore != "" {
		if from, err = parseAt(*notBefore, at); err != nil {
			return err
		}
	}
	if err := checkYears(*years); err != nil {
		return err
	}
	made, err := w.initKeys(e.rand, root, rootPass, pass, at, from, at.AddDate(*years, 0, 0))
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Roots in %s (take them offline now):\n", root)
	for _, r := range made.Roots {
		fmt.Fprintf(e.stdout, "  %s\n", r)
	}
	fmt.Fprintf(e.stdout, "Signing keys and manifest in %s, good until %s; the manifest is to be renewed before %s.\n",
		w.path("keys"), at.AddDate(*years, 0, 0).Format(time.DateOnly), at.Add(manifestLife).Format(time.DateOnly))
	return nil
}

func checkYears(years int) error {
	if years < 1 || years > 10 {
		return usagef("-years %d is not between 1 and 10", years)
	}
	return nil
}

// initKeys makes two roots, a key for each signing role, the placement key
// and the first manifest. It refuses to start over when any key exists.
func (w *workspace) initKeys(random io.Reader, root, rootPass, pass string, at, from, until time.Time) (*rootsFile, error) {
	if inside, err := within(root, w.dir); err != nil {
		return nil, err
	} else if inside {
		return nil, withHint(fmt.Errorf("root folder %s is inside the workspace", root), "the roots vouch for everything: keep them on a medium that is never connected")
	}
	if err := w.refuseKeys(root); err != nil {
		return nil, err
	}
	var made []string
	undo := func(err error) (*rootsFile, error) {
		for _, p := range made {
			os.Remove(p)
		}
		return nil, err
	}
	roots := &rootsFile{LeastSequence: 1}
	var signer *signing.PrivateKey
	for i, name := range rootFiles {
		key, err := signing.GenerateKey(random)
		if err != nil {
			return undo(err)
		}
		path := filepath.Join(root, name)
		if err := w.saveSigner(path, key, fmt.Sprintf("root %d", i+1), signing.RoleRoot, rootPass); err != nil {
			return undo(err)
		}
		made = append(made, path)
		if signer == nil {
			signer = key
		}
		roots.Roots = append(roots.Roots, key.Public().Multikey())
	}
	manifest := &signing.Manifest{Issuer: w.issuer(), Sequence: 1, Created: at, ValidUntil: at.Add(manifestLife)}
	for _, role := range signingRoles {
		key, path, err := w.newKey(random, role, keyName(role, at), pass)
		if err != nil {
			return undo(err)
		}
		made = append(made, path)
		key.NotBefore, key.NotAfter = from, until
		manifest.Keys = append(manifest.Keys, key)
	}
	placement, err := signing.GenerateKey(random)
	if err != nil {
		return undo(err)
	}
	if err := w.saveSigner(w.placementPath(), placement, rolePlacement, rolePlacement, pass); err != nil {
		return undo(err)
	}
	made = append(made, w.placementPath())
	signed, err := signing.SignManifest(manifest, signer)
	if err != nil {
		return undo(err)
	}
	pins, err := encode(roots)
	if err != nil {
		return undo(err)
	}
	if err := createFile(w.path("keys", "manifest.json"), signed, 0o644); err != nil {
		return undo(err)
	}
	made = append(made, w.path("keys", "manifest.json"))
	// Without this file a workspace has no keys: it comes last.
	if err := createFile(w.path("keys", "roots.json"), pins, 0o644); err != nil {
		return undo(err)
	}
	return roots, nil
}

// refuseKeys refuses to go on where there is a key already.
func (w *workspace) refuseKeys(root string) error {
	pins := w.path("keys", "roots.json")
	paths := []string{pins, w.path("keys", "manifest.json")}
	kept, err := names(w.path("keys"), ".key")
	if err != nil {
		return err
	}
	for _, name := range kept {
		paths = append(paths, w.path("keys", name+".key"))
	}
	for _, name := range rootFiles {
		paths = append(paths, filepath.Join(root, name))
	}
	for _, p := range paths {
		if _, err := os.Lstat(p); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		hint := "an earlier 'keys init' was cut short, or " + pins + " was lost: if issued/ is empty, move away what is in keys/ and name an empty folder with -root; if not, restore keys/ from a backup"
		switch {
		case p == pins:
			hint = "keys are never overwritten: a workspace is initialised once; 'generator keys rotate' makes the next key of a role"
		case filepath.Dir(p) == filepath.Clean(root):
			hint = "keys are never overwritten: name an empty folder with -root"
		}
		return withHint(fmt.Errorf("%s exists already", p), "%s", hint)
	}
	return nil
}

// issuer is what a manifest says of this workspace's issuer.
func (w *workspace) issuer() signing.Issuer {
	return signing.Issuer{Name: w.config.Issuer, URL: w.config.Address, Specimen: w.config.Specimen}
}

// keyName is what people call a key: its role and the day it was made.
func keyName(role signing.Role, at time.Time) string {
	return string(role) + " " + at.Format(time.DateOnly)
}

// newKey makes a key for a signing role and keeps its private half; the window
// is the caller's to set.
func (w *workspace) newKey(random io.Reader, role signing.Role, name, pass string) (signing.Key, string, error) {
	key, err := signing.GenerateKey(random)
	if err != nil {
		return signing.Key{}, "", err
	}
	path := w.keyPath(role, key.Public().KID())
	if err := w.saveSigner(path, key, name, role, pass); err != nil {
		return signing.Key{}, "", err
	}
	return signing.Key{Name: w.mark(name), Role: role, Public: key.Public(), State: signing.Active}, path, nil
}

func (w *workspace) saveSigner(path string, key *signing.PrivateKey, name string, role signing.Role, pass string) error {
	return saveKey(path, keyFile{Name: w.mark(name), Role: string(role), Seed: hex.EncodeToString(key.Seed())}, pass)
}

// mark says TEST before the name of a key that vouches for nobody.
func (w *workspace) mark(name string) string {
	if w.config.Specimen {
		return "TEST " + name
	}
	return name
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
