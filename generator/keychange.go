package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"etalon/signing"
)

// keyChange is what every command that signs a manifest works with.
type keyChange struct {
	*keyring
	env  *env
	root *signing.PrivateKey
	at   time.Time
}

func (c *rootCommand) change() (*keyChange, error) {
	dir, rootPass, pass, err := c.opened()
	if err != nil {
		return nil, err
	}
	w, at, err := c.workspace()
	if err != nil {
		return nil, err
	}
	k, err := w.keyring(pass)
	if err != nil {
		return nil, err
	}
	if at.Before(k.manifest.Created) {
		return nil, fmt.Errorf("a manifest of %s cannot follow the present one, of %s", at.Format(time.RFC3339), k.manifest.Created.Format(time.RFC3339))
	}
	root, err := k.rootSigner(dir, rootPass)
	return &keyChange{k, c.env, root, at}, err
}

func (e *env) keysRenew(args []string) error {
	c := e.rootCommand("renew", "")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	k, err := c.change()
	if err != nil {
		return err
	}
	return k.sign(k.manifest.Keys)
}

func (e *env) keysRotate(args []string) error {
	c := e.rootCommand("rotate", "ROLE")
	years := c.Int("years", 2, "`years` the new key is good for")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	role := signing.Role(rest[0])
	if !slices.Contains(signingRoles[:], role) {
		return usagef("%q is not a role: credential, entry or status", rest[0])
	}
	if err := checkYears(*years); err != nil {
		return err
	}
	k, err := c.change()
	if err != nil {
		return err
	}
	return k.rotate(role, *years)
}

// rotate makes the next key of a role and retires the ones before it.
//
// A window speaks of dates of issue (package signing, section 4), and an
// attestation that is issued again keeps its own: the window of a credential
// key therefore begins as long ago as an attestation still valid can have been
// issued.
func (k *keyChange) rotate(role signing.Role, years int) error {
	// A slip in the passphrase would lock the new key away: it must open an old one.
	if _, _, err := loadKey(k.placementPath(), rolePlacement, k.pass); err != nil {
		return err
	}
	name, day := keyName(role, k.at), k.at.Truncate(24*time.Hour)
	keys := slices.Clone(k.manifest.Keys)
	taken := make(map[string]bool)
	for i := range keys {
		key := &keys[i]
		taken[key.Name] = true
		if key.Role != role || key.State != signing.Active {
			continue
		}
		if key.Name == k.mark(name) {
			return withHint(fmt.Errorf("the %s key %s was made on this very day: there is nothing to rotate", role, key.Public.KID()),
				"if it was stolen since, say so with 'generator keys compromise %s -root DIR' first", key.Public.KID())
		}
		retireKey(key, day)
	}
	unique := name
	for n := 2; taken[k.mark(unique)]; n++ {
		unique = fmt.Sprintf("%s (%d)", name, n)
	}
	key, path, err := k.newKey(k.env.rand, role, unique, k.pass)
	if err != nil {
		return err
	}
	key.NotBefore, key.NotAfter = day, day.AddDate(years, 0, 0)
	if role == signing.RoleCredential {
		key.NotBefore = day.AddDate(-validityYears, 0, 0)
	}
	if err := k.sign(append(keys, key), path); err != nil {
		return err
	}
	fmt.Fprintf(k.env.stdout, "New %s key %s in %s, for days until %s; the former ones are retired and their files of no more use.\n",
		role, key.Public.KID(), path, key.NotAfter.Format(time.DateOnly))
	return nil
}

// retireKey ends a key on a day: what it signed in its window counts, and the
// window holds no later day.
func retireKey(key *signing.Key, day time.Time) {
	key.State = signing.Retired
	if day.Before(key.NotAfter) && !day.Before(key.NotBefore) {
		key.NotAfter = day
	}
}

func (e *env) keysRetire(args []string) error {
	return e.changeKey("retire", args, func(k *keyChange, key *signing.Key) error {
		if key.State != signing.Active {
			return fmt.Errorf("the %s key %s is %s already", key.Role, key.Public.KID(), key.State)
		}
		retireKey(key, k.at.Truncate(24*time.Hour))
		return nil
	})
}

// keysCompromise marks a stolen key. What it signed counts from then on only
// if it is on the roll, which is made here, from issued/ as it stands, and
// whose hashes the same manifest carries: the mark and the proof of what is
// genuine become known in one step, and no verifier ever meets one without the
// other. What is issued afterwards is signed with another key and needs no
// roll.
func (e *env) keysCompromise(args []string) error {
	return e.changeKey("compromise", args, func(_ *keyChange, key *signing.Key) error {
		if key.State == signing.Compromised {
			return fmt.Errorf("the %s key %s is marked compromised already", key.Role, key.Public.KID())
		}
		key.State = signing.Compromised
		return nil
	})
}

// changeKey signs a manifest in which one key was changed.
func (e *env) changeKey(name string, args []string, change func(*keyChange, *signing.Key) error) error {
	c := e.rootCommand(name, "KID")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if kid, err := hex.DecodeString(rest[0]); err != nil || len(kid) != len(signing.KID{}) {
		return usagef("%q is not the short name of a key: 8 hexadecimal digits, as 'generator keys list' shows them", rest[0])
	}
	k, err := c.change()
	if err != nil {
		return err
	}
	keys := slices.Clone(k.manifest.Keys)
	at := slices.IndexFunc(keys, func(key signing.Key) bool { return key.Public.KID().String() == rest[0] })
	if at < 0 {
		return withHint(fmt.Errorf("the manifest names no key %s", rest[0]), "'generator keys list' shows the keys")
	}
	if err := change(k, &keys[at]); err != nil {
		return err
	}
	if err := k.sign(keys); err != nil {
		return err
	}
	role := keys[at].Role
	fmt.Fprintf(e.stdout, "The %s key %s is %s: destroy %s.\n", role, rest[0], keys[at].State, k.keyPath(role, keys[at].Public.KID()))
	if !slices.ContainsFunc(keys, func(key signing.Key) bool { return key.Role == role && key.State == signing.Active }) {
		fmt.Fprintf(e.stdout, "No %s key is left: make the next one with 'generator keys rotate %s -root DIR'.\n", role, role)
	}
	if keys[at].State == signing.Compromised && role != signing.RoleCredential {
		fmt.Fprintf(e.stdout, "Nothing it signed counts any more: look through what it signed, then sign it again with 'generator countersign'.\n")
	}
	return nil
}

// sign makes a manifest with these keys follow the present one. Its files are
// put in place in an order that leaves, wherever it is interrupted, a
// workspace that goes on with the former manifest or with the new one. made are
// the files that the new one alone needs: they go if it does not come to stand.
func (k *keyChange) sign(keys []signing.Key, made ...string) (err error) {
	var signed []byte
	defer func() {
		if err == nil {
			return
		}
		if stands, _ := readFile(k.path("keys", "manifest.json")); !bytes.Equal(stands, signed) {
			for _, path := range made {
				os.Remove(path)
			}
		}
	}()
	next := &signing.Manifest{
		Issuer: k.issuer(), Sequence: k.manifest.Sequence + 1,
		Created: k.at, ValidUntil: k.at.Add(manifestLife), Keys: keys,
	}
	var roll *roll
	if slices.ContainsFunc(keys, func(key signing.Key) bool {
		return key.Role == signing.RoleCredential && key.State == signing.Compromised
	}) {
		if roll, err = k.newRoll(); err != nil {
			return err
		}
		next.Roll = &roll.hashes
	}
	if signed, err = signing.SignManifest(next, k.root); err != nil {
		return err
	}
	if _, err := signing.OpenManifest(signed, signing.Trust{Roots: k.trust.Roots, LeastSequence: next.Sequence}); err != nil {
		return fmt.Errorf("the new manifest does not verify: %w", err)
	}
	pins, err := encode(rootsFile{LeastSequence: next.Sequence, Roots: k.roots.Roots})
	if err != nil {
		return err
	}
	if roll != nil {
		made = append(made, k.rollPath(next.Sequence))
		if err := writeFile(k.rollPath(next.Sequence), roll.bytes(), 0o644); err != nil {
			return err
		}
	}
	if err := writeFile(k.path("keys", "manifest.json"), signed, 0o644); err != nil {
		return err
	}
	// The new manifest counts from here on. A least sequence that lags behind
	// refuses nothing; publish states the manifest's own.
	if err := writeFile(k.path("keys", "roots.json"), pins, 0o644); err != nil {
		return err
	}
	if err := os.Remove(k.rollPath(k.manifest.Sequence)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fmt.Fprintf(k.env.stdout, "Manifest %d signed, believed until %s; publish to make it known.\n", next.Sequence, next.ValidUntil.Format(time.DateOnly))
	if roll != nil {
		fmt.Fprintf(k.env.stdout, "It carries the roll: the %d credentials of %d attestations ever issued.\n", roll.credentials, roll.attestations)
	}
	return nil
}

func (e *env) keysList(args []string) error {
	c := e.command("keys list", "").reads()
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	k, err := w.keyring("")
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "key\trole\tstate\tfrom\tuntil\tfile\tname")
	for _, key := range k.manifest.Keys {
		file := "here"
		if _, err := os.Lstat(k.keyPath(key.Role, key.Public.KID())); err != nil {
			file = "–"
		}
		state := string(key.State)
		if now, err := k.active(key.Role, at); err == nil && now.Public == key.Public {
			state += ", signs"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", key.Public.KID(), key.Role, state,
			key.NotBefore.Format(time.DateOnly), key.NotAfter.Format(time.DateOnly), file, key.Name)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "\nManifest %d of %s, believed until %s.\n", k.manifest.Sequence, k.manifest.Created.Format(time.DateOnly), k.manifest.ValidUntil.Format(time.DateOnly))
	warnings, ended := k.ends(at)
	for _, text := range warnings {
		e.warn("%s", text)
	}
	return errors.Join(ended...)
}
