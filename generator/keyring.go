package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"etalon/signing"
)

// How long before an end the operator is warned of it.
const (
	keyNotice      = 60 * 24 * time.Hour
	manifestNotice = 15 * 24 * time.Hour
)

// keyring is a workspace with what its keys folder says: whom verifiers pin,
// and the signed manifest of the keys that count. It holds no secret but the
// passphrase.
type keyring struct {
	*workspace
	roots    *rootsFile
	trust    signing.Trust
	manifest *signing.Manifest
	signed   []byte // keys.json
	pass     string
}

// rootsFile is roots.json: what a verifier of this issuer pins.
type rootsFile struct {
	LeastSequence uint64   `json:"leastSequence"`
	Roots         []string `json:"roots"` // two Multikeys
}

// keyring reads the workspace's pins and manifest. Whether the manifest is
// still believed is [keyring.current]'s to say.
func (w *workspace) keyring(pass string) (*keyring, error) {
	k := &keyring{workspace: w, roots: new(rootsFile), pass: pass}
	path := w.path("keys", "roots.json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("the workspace has no keys: no %s", path), "make them with 'generator keys init -root DIR'")
	}
	if err != nil {
		return nil, err
	}
	if err := decodeStrict(path, data, k.roots); err != nil {
		return nil, err
	}
	k.trust.LeastSequence = k.roots.LeastSequence
	for i, text := range k.roots.Roots {
		key, err := signing.ParseMultikey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: roots.%d: %w", path, i, err)
		}
		k.trust.Roots = append(k.trust.Roots, key)
	}
	path = w.path("keys", "manifest.json")
	if k.signed, err = readFile(path); err != nil {
		return nil, err
	}
	if k.manifest, err = signing.OpenManifest(k.signed, k.trust); err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", path, err), "restore keys/ from its latest backup: the manifest is never edited")
	}
	return k, nil
}

// openKeys opens the workspace with its keys, for a command without positional
// arguments.
func (c *command) openKeys(args []string) (*keyring, time.Time, error) {
	if _, err := c.parse(args, 0); err != nil {
		return nil, time.Time{}, err
	}
	return c.keys()
}

// keys opens the workspace with its keys.
func (c *command) keys() (*keyring, time.Time, error) {
	w, at, err := c.workspace()
	if err != nil {
		return nil, at, err
	}
	pass, err := c.passphrase()
	if err != nil {
		return nil, at, err
	}
	k, err := w.keyring(pass)
	return k, at, err
}

// current refuses a manifest that verifiers no longer believe.
func (k *keyring) current(at time.Time) error {
	if at.Before(k.manifest.ValidUntil) {
		return nil
	}
	return withHint(fmt.Errorf("%s ended on %s: verifiers no longer believe it", k.path("keys", "manifest.json"), k.manifest.ValidUntil.Format(time.DateOnly)),
		"sign a new one with 'generator keys renew -root DIR'")
}

// keyPath is where the private half of a key is kept: several keys of one role
// stand side by side.
func (w *workspace) keyPath(role signing.Role, kid signing.KID) string {
	return w.path("keys", fmt.Sprintf("%s-%s.key", role, kid))
}

// placementPath is where the key of the places in status lists is kept. It is
// never changed: places already given would be given again.
func (w *workspace) placementPath() string { return w.path("keys", rolePlacement+".key") }

// holds says whether a day lies in a key's window.
func holds(key signing.Key, day time.Time) bool {
	d := signing.DateOf(day)
	return signing.DateOf(key.NotBefore) <= d && d <= signing.DateOf(key.NotAfter)
}

// active is the key that signs for a role on a day: of the active ones whose
// window holds it, the last in the manifest, which is the newest.
func (k *keyring) active(role signing.Role, day time.Time) (signing.Key, error) {
	var found *signing.Key
	why := fmt.Sprintf("the manifest names no %s key", role)
	for i, key := range k.manifest.Keys {
		switch {
		case key.Role != role:
		case key.State != signing.Active:
			why = fmt.Sprintf("%s is %s", key.Public.KID(), key.State)
		case !holds(key, day):
			why = fmt.Sprintf("%s is for the days from %s to %s", key.Public.KID(), key.NotBefore.Format(time.DateOnly), key.NotAfter.Format(time.DateOnly))
		default:
			found = &k.manifest.Keys[i]
		}
	}
	if found == nil {
		return signing.Key{}, withHint(fmt.Errorf("no %s key may sign for %s: %s", role, day.Format(time.DateOnly), why),
			"make one with 'generator keys rotate %s -root DIR'", role)
	}
	return *found, nil
}

// signer loads the private half of the key that signs for a role on a day.
func (k *keyring) signer(role signing.Role, day time.Time) (*signing.PrivateKey, error) {
	key, err := k.active(role, day)
	if err != nil {
		return nil, err
	}
	return loadSigner(k.keyPath(role, key.Public.KID()), role, key.Public, k.pass)
}

// entrySigner loads the private half of the key that seals entries at a time. No
// window applies to an entry, which bears no date (package signing, section 8):
// a plan that is older than the keys of today is carried out with the newest.
func (k *keyring) entrySigner(at time.Time) (*signing.PrivateKey, error) {
	if _, err := k.active(signing.RoleEntry, at); err != nil {
		for _, key := range k.manifest.Keys {
			if key.Role == signing.RoleEntry && key.State == signing.Active && key.NotBefore.After(at) {
				at = key.NotBefore
			}
		}
	}
	return k.signer(signing.RoleEntry, at)
}

// rootSigner loads a root from the operator's offline medium: the first of the
// two that is there.
func (k *keyring) rootSigner(dir, pass string) (*signing.PrivateKey, error) {
	for _, name := range rootFiles {
		path := filepath.Join(dir, name)
		data, seed, err := loadKey(path, string(signing.RoleRoot), pass)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		key, err := signing.NewKeyFromSeed(seed[:])
		if err != nil {
			return nil, err
		}
		for _, pinned := range k.trust.Roots {
			if key.Public() == pinned {
				return key, nil
			}
		}
		return nil, withHint(fmt.Errorf("%s: %q is not a root of this workspace", path, data.Name), "the roots of this workspace are named in %s", k.path("keys", "roots.json"))
	}
	return nil, withHint(fmt.Errorf("no root key in %s: neither %s nor %s", dir, rootFiles[0], rootFiles[1]), "connect the offline medium and name its folder with -root DIR")
}

// rootFiles are the names of the two roots on their medium. One is enough to
// sign, so that the other can be kept elsewhere, or lost.
var rootFiles = [2]string{"root-1.key", "root-2.key"}

// ends tells what runs out: warnings about what ends soon, errors about what
// has ended.
func (k *keyring) ends(at time.Time) (warnings []string, ended []error) {
	left := k.manifest.ValidUntil.Sub(at)
	if err := k.current(at); err != nil {
		ended = append(ended, err)
	} else if left <= manifestNotice {
		warnings = append(warnings, fmt.Sprintf("the key manifest ends on %s, in %s: sign a new one with 'generator keys renew -root DIR'",
			k.manifest.ValidUntil.Format(time.DateOnly), days(left)))
	}
	for _, role := range signingRoles {
		key, err := k.active(role, at)
		if err != nil {
			ended = append(ended, err)
			continue
		}
		// The last day is included.
		if left := key.NotAfter.AddDate(0, 0, 1).Sub(at); left <= keyNotice {
			warnings = append(warnings, fmt.Sprintf("the %s key %s is for days until %s, %s left: make the next one with 'generator keys rotate %s -root DIR'",
				role, key.Public.KID(), key.NotAfter.Format(time.DateOnly), days(left), role))
		}
	}
	return warnings, ended
}

// signingRoles are the roles of the keys that a manifest names.
var signingRoles = [...]signing.Role{signing.RoleCredential, signing.RoleEntry, signing.RoleStatus}

// days writes a duration in whole days, begun ones included.
func days(d time.Duration) string {
	n := int((d + 24*time.Hour - 1) / (24 * time.Hour))
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// warnEnds prints the warnings of [keyring.ends]; what has ended is for the
// command that needs it to refuse.
func (e *env) warnEnds(k *keyring, at time.Time) {
	warnings, _ := k.ends(at)
	for _, w := range warnings {
		e.warn("%s", w)
	}
}

// warn tells the operator of something that did not stop the command.
func (e *env) warn(format string, args ...any) {
	fmt.Fprintf(e.stderr, "generator: warning: %s\n", fmt.Sprintf(format, args...))
}
