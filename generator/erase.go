package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// erase forgets a person on request: the registry entry and the PDFs, the
// readable copies, the access code and the signed credentials go, and so do the
// deliveries in which the person was, which are made anew without. What remains
// names nobody and opens nothing: number, place in a status list, hashes for
// the roll. The paper that the holder keeps verifies as before.
func (e *env) erase(ctx context.Context, args []string) error {
	d, err := e.decisionCommand("erase", nil).open(args)
	if err != nil {
		return err
	}
	// The seed of an open plan gives the code that is to be forgotten.
	if err := d.noPlan("the erasure of " + d.number); err != nil {
		return err
	}
	f, err := d.issued(d.number)
	if err != nil {
		return err
	}
	if f.Erased != nil {
		return fmt.Errorf("%s was erased on %s already", d.number, f.Erased.On)
	}
	lives, err := d.lives()
	if err != nil {
		return err
	}
	if err := d.onlyDeliveries(); err != nil {
		return err
	}
	on := d.at
	if l := lives[d.number]; l != nil && !l.erased.IsZero() {
		on = l.erased // decided in a run that was interrupted
	} else if _, err := d.decide(d.number, erase, d.why, d.by, d.at); err != nil {
		return err
	}
	if err := d.undeliver(f.Session); err != nil {
		return err
	}
	if err := d.forget(f, on); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s: erased, decided %s; publish to take it off the registry. The holder's own paper still verifies.\n", d.number, on.Format(time.DateOnly))
	fmt.Fprintf(e.stdout, "Still readable here: records/%s.json, sessions/%[1]s.jsonl, the line in rooms/ if there is one, and every backup; remove them as the law asks.\n", f.Session)
	for other, err := range d.attestations() {
		if err != nil {
			return err
		}
		if other.Erased == nil && other.Session == f.Session {
			fmt.Fprintf(e.stdout, "%s is of the same person: erase it too.\n", other.Number)
		}
	}
	if err := d.redeliver(ctx, e, d.at); err != nil {
		return fmt.Errorf("%s is erased, and in no delivery; the others are not up to date: %w", d.number, err)
	}
	return nil
}

// forget removes what can be read of an attestation. Its file in issued/, which
// tells where the rest is, is replaced last, so that an interrupted run can be
// finished by another.
func (w *workspace) forget(f *issuedFile, on time.Time) error {
	sums, err := f.digests()
	if err != nil {
		return err
	}
	var paths []string
	for _, form := range append([]string{""}, sortedKeys(f.Forms)...) {
		paths = append(paths, w.path("issued", sealedPath(f.Locator, form)))
	}
	copies, err := names(w.path("attestations"), ".pdf")
	if err != nil {
		return err
	}
	for _, name := range copies {
		if strings.HasPrefix(name, f.Number+".") {
			paths = append(paths, w.path("attestations", name+".pdf"))
		}
	}
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	data, err := encode(issuedFile{
		Erased: &erasure{On: on.Format(time.DateOnly), Credential: hex.EncodeToString(sums[0][:]), Share: hex.EncodeToString(sums[1][:])},
		Index:  f.Index, List: f.List, Number: f.Number, Schema: f.Schema, Serial: f.Serial, Session: f.Session,
	})
	if err != nil {
		return err
	}
	return writeFile(w.path("issued", f.Number+".json"), data, 0o600)
}
