package main

import (
	"errors"
	"fmt"
	"slices"
)

// standing returns, for each of some sessions, sorted, the attestation that
// stands for it: neither revoked nor superseded.
func (w *workspace) standing(sessions []string) (map[string]*issuedFile, error) {
	found := make(map[string]*issuedFile)
	var lives map[string]*life
	for f, err := range w.attestations() {
		if err != nil {
			return nil, err
		}
		if _, ok := slices.BinarySearch(sessions, f.Session); !ok {
			continue
		}
		if lives == nil { // only now are keys needed
			k, err := w.keyring("")
			if err != nil {
				return nil, err
			}
			if lives, err = k.lives(); err != nil {
				return nil, err
			}
		}
		if lives[f.Number].stands() {
			found[f.Session] = f
		}
	}
	return found, nil
}

// maxFaults is how many faults of a run over many files are told.
const maxFaults = 100

// faultList collects the faults of a run, those of the first files in their
// order.
type faultList struct {
	names []string // sorted
	errs  []error
	more  int
}

func (l *faultList) add(name string, err error) {
	i, _ := slices.BinarySearch(l.names, name)
	l.names, l.errs = slices.Insert(l.names, i, name), slices.Insert(l.errs, i, err)
	if len(l.names) > maxFaults {
		l.names, l.errs = l.names[:maxFaults], l.errs[:maxFaults]
		l.more++
	}
}

func (l *faultList) err() error {
	errs := slices.Clone(l.errs)
	if l.more > 0 {
		errs = append(errs, fmt.Errorf("and %d more", l.more))
	}
	return errors.Join(errs...)
}
