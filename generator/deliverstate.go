package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/signing"
)

// deliveryState is deliveries/.state/NAME.json: what a delivery was made from,
// so that the next run leaves it alone while nothing changed, and who is in it,
// so that an erasure finds them. It stands before the folder does, then without
// files. Where it is missing or in another form, the folder is made anew.
type deliveryState struct {
	Date        string             `json:"date,omitzero"`        // of a sitting without a room
	Digest      string             `json:"digest"`               // of the contents of the inputs, hex
	Files       map[string]int64   `json:"files"`                // sizes, by path in the folder
	Kind        string             `json:"kind"`                 // kindRoom …
	Name        string             `json:"name"`                 // of the room, the centre, or the prescriber
	Prescribers []string           `json:"prescribers,omitzero"` // of a room, sorted
	Schema      string             `json:"schema"`
	Sessions    []deliveredSession `json:"sessions"`
	Source      string             `json:"source,omitzero"` // look of a room's own file
	Stamp       string             `json:"stamp"`           // of how the inputs looked, hex
}

// deliveredSession is one of those in a delivery, with the numbers issued for
// it.
type deliveredSession struct {
	Numbers []string `json:"numbers,omitzero"`
	Session string   `json:"session"`
}

const (
	deliverySchema = "etalon-delivery/1"
	stateFolder    = ".state"

	kindRoom       = "room"
	kindSitting    = "sitting" // sessions of one centre and day that have no room
	kindPrescriber = "prescriber"
)

// maxState bounds a state, in bytes: a sitting of millions.
const maxState = 1 << 30

func (w *workspace) deliveryStatePath(folder string) string {
	return w.path("deliveries", stateFolder, folder+".json")
}

// readDeliveryState reads a folder's state; nil when there is none that can be
// relied on.
func (w *workspace) readDeliveryState(folder string) *deliveryState {
	data, err := readUpTo(w.deliveryStatePath(folder), maxState)
	if err != nil {
		return nil
	}
	st := new(deliveryState)
	if decodeStrict(folder, data, st) != nil || st.Schema != deliverySchema {
		return nil
	}
	return st
}

// stands says whether every file is there in the size it was written with: a
// delivery that lost one, or that a crash cut short, is made anew.
func (st *deliveryState) stands(dir string) bool {
	for name, size := range st.Files {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !info.Mode().IsRegular() || info.Size() != size {
			return false
		}
	}
	return len(st.Files) > 0
}

// look is how a file looks from outside, as make and rsync judge it.
func look(path string) (string, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "-", nil
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), nil
}

// hashOf is 8 bytes of the hash of a name: what is kept of each in memory.
func hashOf(name string) uint64 {
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:])
}

// issuedIndex tells which attestations were issued for a session: 16 bytes
// each. Two names may have one hash, so that whoever reads the attestation's
// file compares.
type issuedIndex []issuedKey

type issuedKey struct{ session, number uint64 }

func (x issuedIndex) sort() {
	slices.SortFunc(x, func(a, b issuedKey) int {
		return cmp.Or(cmp.Compare(a.session, b.session), cmp.Compare(a.number, b.number))
	})
}

// of returns the numbers that may be a session's, in their order.
func (x issuedIndex) of(session string) []string {
	h := hashOf(session)
	i, _ := slices.BinarySearchFunc(x, h, func(k issuedKey, h uint64) int { return cmp.Compare(k.session, h) })
	var list []string
	for ; i < len(x) && x[i].session == h; i++ {
		list = append(list, signing.FormatNumber(x[i].number))
	}
	return list
}

// indexIssued lists what was issued, by session. Of what is in a delivery
// already, its state tells; the files of the rest are read.
func (d *deliverer) indexIssued() error {
	var known []uint64
	for _, folder := range d.folders {
		st := d.readDeliveryState(folder)
		if st == nil || st.Kind == kindPrescriber {
			continue
		}
		for _, s := range st.Sessions {
			for _, number := range s.Numbers {
				if n, err := signing.ParseNumber(number); err == nil {
					d.issued = append(d.issued, issuedKey{hashOf(s.Session), n})
					known = append(known, n)
				}
			}
		}
	}
	slices.Sort(known)
	unknown := func(name string) bool {
		n, err := signing.ParseNumber(name)
		_, found := slices.BinarySearch(known, n)
		return name != planName && (err != nil || !found)
	}
	for f, err := range ahead(d.path("issued"), unknown, d.workspace.issued) {
		if err != nil {
			return err
		}
		n, err := signing.ParseNumber(f.Number)
		if err != nil {
			return fmt.Errorf("%s: %w", d.path("issued", f.Number+".json"), err)
		}
		d.issued = append(d.issued, issuedKey{hashOf(f.Session), n})
	}
	d.issued.sort()
	d.issued = slices.Compact(d.issued)
	return nil
}

// stamp is how everything looks that a delivery is made of. It costs no
// reading; while it is the same, nothing is done.
func (d *deliverer) stamp(source string, sessions []string) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", d.common, program(), source)
	for _, session := range sessions {
		seen, err := look(d.path("records", session+".json"))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %s\n", session, seen)
		for _, number := range d.issued.of(session) {
			if seen, err = look(d.path("issued", number+".json")); err != nil {
				return "", err
			}
			fmt.Fprintf(h, "\t%s %s %v\n", number, seen, d.status(number))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// digest adds to a hash the contents of what one candidate's part is made of.
func (d *deliverer) digest(h hash.Hash, m *member) error {
	line, err := encode(m.enrolment)
	if err != nil {
		return err
	}
	fmt.Fprintf(h, "%s %s %s %s", m.session, m.centre, m.date, line)
	paths := []string{d.path("records", m.session+".json")}
	for _, number := range d.issued.of(m.session) {
		fmt.Fprintf(h, "%s %v\n", number, d.status(number))
		paths = append(paths, d.path("issued", number+".json"))
	}
	for _, path := range paths {
		data, err := readFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		fmt.Fprintf(h, "%d %x\n", len(data), sha256.Sum256(data))
	}
	return nil
}

// undeliver removes every delivery that holds a session, before what remains of
// it is forgotten, and what is left of runs that were interrupted.
func (w *workspace) undeliver(session string) error {
	states, err := names(w.path("deliveries", stateFolder), ".json")
	if err != nil {
		return err
	}
	needle := []byte(`"` + session + `"`)
	for _, folder := range states {
		data, err := readUpTo(w.deliveryStatePath(folder), maxState)
		if err != nil {
			return err
		}
		if bytes.Contains(data, needle) || w.readDeliveryState(folder) == nil {
			if err := w.removeDelivery(folder); err != nil {
				return err
			}
		}
	}
	return w.clearStages()
}

// onlyDeliveries refuses while a folder in deliveries/ is of another make: it
// could hold who is to be erased, and nobody would look there again.
func (w *workspace) onlyDeliveries() error {
	folders, err := w.deliveries()
	for _, folder := range folders {
		if _, err := os.Lstat(w.deliveryStatePath(folder)); err != nil {
			return withHint(fmt.Errorf("%s was not made by 'generator deliver': it may hold who is to be erased", w.path("deliveries", folder)),
				"nothing was done: look through it, move it out of deliveries/, then run the command again")
		}
	}
	return err
}

// clearStages removes what is left of runs that were interrupted.
func (w *workspace) clearStages() error {
	entries, err := os.ReadDir(w.path("deliveries"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, ".") && name != stateFolder {
			err = errors.Join(err, os.RemoveAll(w.path("deliveries", name)))
		}
	}
	if err != nil {
		return err
	}
	left, err := filepath.Glob(w.path("deliveries", stateFolder, ".*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// deliveries lists the folders in deliveries/.
func (w *workspace) deliveries() ([]string, error) {
	entries, err := os.ReadDir(w.path("deliveries"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list []string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case strings.HasPrefix(name, "."):
		case entry.IsDir():
			list = append(list, name)
		case err == nil:
			err = withHint(fmt.Errorf("%s is not a folder", w.path("deliveries", name)), "move it out of deliveries/, which holds what 'generator deliver' makes")
		}
	}
	return list, err
}

// removeDelivery takes a delivery away, in one step as seen from outside.
func (w *workspace) removeDelivery(folder string) error {
	gone := w.path("deliveries", "."+folder+".old")
	if err := os.RemoveAll(gone); err != nil {
		return err
	}
	if err := os.Rename(w.path("deliveries", folder), gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(os.RemoveAll(gone), os.Remove(w.deliveryStatePath(folder)))
}
