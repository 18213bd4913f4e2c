package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"etalon/signing"
	"etalon/verifier/check"
)

// pinnedRoots are the roots compiled in. The file holds none as long as no
// issuer exists: whoever becomes one puts the keys here, or ships -roots.
//
//go:embed roots.json
var pinnedRoots []byte

// openSource opens the folder or the address where the public files are. The
// file system is nil for an address.
func openSource(site string) (check.Source, fs.FS, error) {
	if strings.HasPrefix(site, "https://") || strings.HasPrefix(site, "http://") {
		src, err := check.HTTP(site)
		if err != nil {
			return nil, nil, &usageError{err.Error()}
		}
		return src, nil, nil
	}
	dir, err := check.Dir(site)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			err = p.Err
		}
		return nil, nil, hint(fmt.Errorf("opening the site %q: %w", site, err),
			"name the issuer's public folder with -site DIR; generator demo or generator publish makes one")
	}
	return dir, dir.FS(), nil
}

// openFiles opens a key manifest and status lists that lie anywhere.
func openFiles(manifest string, lists []string) (check.Source, error) {
	var all [][]byte
	for _, name := range append([]string{manifest}, lists...) {
		data, err := readFile(name, 1<<20)
		if err != nil {
			return nil, hint(err, "name the issuer's keys.json with -manifest and its status lists, status/1.json and so on, with -status")
		}
		all = append(all, data)
	}
	src, err := check.Files(all[0], all[1:]...)
	if err != nil {
		return nil, hint(err, "copy keys.json and status/1.json from the issuer's site again")
	}
	return src, nil
}

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s: more than %d bytes", path, limit)
	}
	return data, err
}

// newChecker decides whom to believe. local is the site's folder, or nil.
func newChecker(src check.Source, local fs.FS, rootsFile, stateFile string, stderr io.Writer) (*check.Checker, error) {
	warn := func(err error) { fmt.Fprintf(stderr, "verifier: warning: %v\n", err) }
	c := &check.Checker{Source: src, Origin: check.Pinned}
	switch trust, err := check.DecodeRoots("roots compiled in", pinnedRoots); {
	case err != nil:
		return nil, err
	case rootsFile != "":
		if c.Trust, err = readRoots(rootsFile); err != nil {
			return nil, err
		}
		c.RootsFile = filepath.Base(rootsFile) // answers go to others: not its folder
	case len(trust.Roots) > 0:
		c.Trust = trust
	case local != nil:
		if c.Trust, err = siteRoots(local); err != nil {
			return nil, err
		}
		c.Origin = check.FromSite
		fmt.Fprintln(stderr, "verifier: warning: the root keys come from the site itself: "+
			"answers say that it agrees with itself, not who made it; pin them with -roots FILE")
		// Nothing to remember: such roots are not a choice of the user's.
		return c, nil
	default:
		return nil, hint(errors.New("no root keys to believe: none are compiled in, and neither an address nor a manifest can vouch for itself"),
			"give the issuer's root keys with -roots FILE, obtained by another way than this address or file")
	}
	switch stateFile {
	case "none":
	case "":
		path, err := check.DefaultStatePath()
		if err != nil {
			warn(fmt.Errorf("no place to remember the manifest's sequence: %w", err))
			break
		}
		c.State = &check.State{Path: path, Warn: warn}
	default:
		c.State = &check.State{Path: stateFile, Warn: warn}
	}
	return c, nil
}

func readRoots(path string) (signing.Trust, error) {
	const help = `a roots file reads {"leastSequence":1,"roots":["z6Mk…","z6Mk…"]}; the issuer gives it out`
	data, err := readFile(path, check.MaxRoots)
	if err != nil {
		return signing.Trust{}, hint(err, help)
	}
	trust, err := check.DecodeRoots(path, data)
	if err == nil && len(trust.Roots) == 0 {
		err = fmt.Errorf("%s: no root key in it", path)
	}
	if err != nil {
		return signing.Trust{}, hint(err, help)
	}
	return trust, nil
}

func siteRoots(local fs.FS) (signing.Trust, error) {
	const help = "give the issuer's root keys with -roots FILE, or name a folder made by generator publish"
	info, err := fs.Stat(local, "roots.json")
	if err == nil && info.Size() > check.MaxRoots {
		err = fmt.Errorf("roots.json: more than %d bytes", check.MaxRoots)
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(local, "roots.json")
	}
	if err != nil {
		return signing.Trust{}, hint(fmt.Errorf("no root keys: none pinned, and none in the site: %w", err), help)
	}
	trust, err := check.DecodeRoots("roots.json of the site", data)
	if err == nil && len(trust.Roots) == 0 {
		err = errors.New("roots.json of the site: no root key in it")
	}
	if err != nil {
		return signing.Trust{}, hint(err, help)
	}
	return trust, nil
}
