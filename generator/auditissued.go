package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"etalon/engine"
	"etalon/signing"
)

// attestations compares every attestation with its record, and whatever was
// sealed of it with both.
func (a *auditor) attestations(ctx context.Context) error {
	if a.keys == nil {
		return nil
	}
	err := survey(ctx, a.path("issued"), ".json", func(_ int, number string) error {
		if _, err := signing.ParseNumber(number); err == nil {
			a.attestation(number)
		} else if number != planName {
			a.faults.add("issued/"+number+".json", "is not the name of an attestation: %v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.twice(ctx)
}

// attestation checks one attestation.
func (a *auditor) attestation(number string) {
	name := "issued/" + number + ".json"
	f, err := a.issued(number)
	if err != nil {
		a.faults.add(name, "%s", a.plain(err))
		return
	}
	a.note(countIssued)
	a.lock.Lock()
	a.places = append(a.places, placeKey(f))
	if f.Erased == nil && f.Supersedes == "" {
		a.papers = append(a.papers, paperKey(f.Session))
	} else if _, err := os.Stat(a.path("records", f.Session+".json")); err == nil {
		a.gone = append(a.gone, paperKey(f.Session))
	}
	a.lock.Unlock()
	if a.placement != nil {
		if list, index := signing.Place(*a.placement, f.Serial); list != f.List || index != f.Index {
			a.faults.add(name, "list and index are %d and %d, where serial %d has its place at %d and %d", f.List, f.Index, f.Serial, list, index)
		}
	}
	past := a.lives[number]
	if f.Erased != nil {
		a.note(countErased)
		if _, err := f.digests(); err != nil {
			a.faults.add(name, "%v", a.plain(err))
		}
		if a.lives != nil && (past == nil || past.erased.IsZero()) {
			a.faults.add(name, "is erased, and no decision in decisions/ says so")
		}
		return
	}
	if past != nil && !past.erased.IsZero() {
		a.faults.add(name, "is not erased, though decisions/ says so: its erasure was interrupted")
		return
	}
	a.sealed(name, f, a.credentials(name, f))
}

// placeKey is the place of an attestation in the status lists.
func placeKey(f *issuedFile) uint64 { return uint64(f.List)<<32 | uint64(f.Index) }

// paperKey stands for a session among those with an attestation.
func paperKey(session string) uint64 {
	sum := sha256.Sum256([]byte(session))
	return binary.BigEndian.Uint64(sum[:])
}

// credentials checks what was signed against the record, and returns the record
// as it was issued, nil when there is none.
func (a *auditor) credentials(name string, f *issuedFile) *engine.Record {
	signed, err := f.credentials()
	if err != nil {
		a.faults.add(name, "%v", a.plain(err))
		return nil
	}
	r, err := a.recordOf(f.Session)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.faults.add(name, "session is %q, of which there is no record", f.Session)
		r = nil
	case err != nil:
		r = nil // told of the record itself
	case !obtained(r):
		a.faults.add(name, "attests session %s, whose record is %s, %s by the rule %s", f.Session, r.State, r.Outcome, r.Rule)
		r = nil
	}
	if r != nil && f.Correction != nil {
		r.Candidate.FamilyName, r.Candidate.GivenNames, r.Candidate.BirthPlace = f.Correction.FamilyName, f.Correction.GivenNames, f.Correction.BirthPlace
	}
	if (f.Correction == nil) != (f.Supersedes == "") {
		a.faults.add(name, "has one of correction and supersedes, and not the other")
	}
	for i, field := range []string{"credential", "share"} {
		have, err := a.open(signed[i])
		if err != nil {
			a.faults.add(name, "%s: %v", field, err)
			continue
		}
		if r == nil {
			continue
		}
		want, err := a.due(f, r)
		if err != nil {
			a.faults.add(name, "%v", err)
			return nil
		}
		if i == 1 {
			want = want.Share()
		}
		if *have == *want {
			continue
		}
		wanted, err1 := credentialFields(want)
		had, err2 := credentialFields(have)
		if err := errors.Join(err1, err2); err != nil {
			a.faults.add(name, "%s: %v", field, err)
			continue
		}
		list, _ := differences(wanted, had)
		for _, d := range list {
			a.faults.add(name, "%s: %v", field, d)
		}
	}
	return r
}

// recordOf is the record that an attestation is compared with.
func (a *auditor) recordOf(session string) (*engine.Record, error) {
	if a.given != nil {
		r := *a.given
		return &r, nil
	}
	return a.record(session)
}

// due is the credential that a record makes, with the number, place and dates of
// an attestation.
func (a *auditor) due(f *issuedFile, r *engine.Record) (*signing.Credential, error) {
	number, err := signing.ParseNumber(f.Number)
	if err != nil {
		return nil, err
	}
	issued, err := signing.ParseDate(f.IssuedOn)
	if err != nil {
		return nil, err
	}
	want, err := credentialOf(a.referential, r, number, issued.Time(), f.List, f.Index)
	if err != nil {
		return nil, err
	}
	if f.Supersedes != "" { // it keeps the end of the one it corrects
		want.ExpiresOn, err = signing.ParseDate(f.ExpiresOn)
	} else if end := want.ExpiresOn.String(); end != f.ExpiresOn {
		a.faults.add("issued/"+f.Number+".json", "expiresOn is %q, where %q is due", f.ExpiresOn, end)
	}
	return want, err
}

// open verifies a signed credential, with the roll where its key is compromised.
func (a *auditor) open(signed []byte) (*signing.Credential, error) {
	c, err := signing.OpenCredential(signed, a.keys.manifest)
	if needed, ok := errors.AsType[*signing.RollNeeded](err); ok && a.shards != nil {
		return signing.OpenCredential(signed, a.keys.manifest, a.shards[needed.Shard])
	}
	return c, err
}

// sealed opens the registry entry and, when deep, the PDFs.
func (a *auditor) sealed(name string, f *issuedFile, r *engine.Record) {
	code, err := signing.ParseCode(f.Code)
	if err != nil {
		a.faults.add(name, "code: %v", err)
		return
	}
	if l := code.Locator(); l != f.Locator {
		a.faults.add(name, "locator is %q, where the code has %q", f.Locator, l)
		return
	}
	path := "issued/" + sealedPath(f.Locator, "")
	data, err := readFile(a.path(filepath.FromSlash(path)))
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, a.plain(err))
		return
	}
	entry, err := signing.OpenEntry(code, data, a.keys.manifest)
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, err)
		return
	}
	a.note(countFiles)
	if signed, err := f.credentials(); err == nil {
		if !bytes.Equal(entry.Credential, signed[0]) {
			a.faults.add(path, "(of %s) holds another credential than %s", f.Number, name)
		}
		if !bytes.Equal(entry.Share, signed[1]) {
			a.faults.add(path, "(of %s) holds another credential to share than %s", f.Number, name)
		}
	}
	if r != nil && !bytes.Equal(entry.Record, r.Encode()) {
		list, err := differences(r.Encode(), entry.Record)
		if err != nil || len(list) == 0 {
			a.faults.add(path, "(of %s) holds another record than records/%s.json", f.Number, f.Session)
		}
		for _, d := range list {
			a.faults.add(path, "(of %s) record: %v", f.Number, d)
		}
	}
	listed := make(map[string]string, len(entry.Forms))
	for _, form := range entry.Forms {
		listed[form.Form] = hex.EncodeToString(form.SHA256[:])
	}
	for _, form := range sortedKeys(f.Forms) {
		if listed[form] != f.Forms[form] {
			a.faults.add(path, "(of %s) names %.64q as the SHA-256 of the form %s, and %s %q", f.Number, listed[form], form, name, f.Forms[form])
		}
		a.form(code, f, form)
	}
	for _, form := range sortedKeys(listed) {
		if _, ok := f.Forms[form]; !ok {
			a.faults.add(path, "(of %s) has a form %s that %s does not have", f.Number, form, name)
		}
	}
}

// form looks for a sealed PDF and, when deep, opens it and compares the readable
// copy.
func (a *auditor) form(code signing.Code, f *issuedFile, form string) {
	path := "issued/" + sealedPath(f.Locator, form)
	file := a.path(filepath.FromSlash(path))
	if !a.deep {
		if _, err := os.Stat(file); err != nil {
			a.faults.add(path, "(of %s) %v", f.Number, a.plain(err))
		}
		return
	}
	data, err := readFile(file)
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, a.plain(err))
		return
	}
	pdf, err := signing.OpenFile(code, form, data)
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, err)
		return
	}
	a.note(countFiles)
	if hexSum(pdf) != f.Forms[form] {
		a.faults.add(path, "(of %s) holds a PDF whose SHA-256 is %s, where %s is due", f.Number, hexSum(pdf), f.Forms[form])
	}
	name := f.Number + "." + form + ".pdf"
	kept, err := readFile(a.path("attestations", name))
	switch {
	case errors.Is(err, fs.ErrNotExist): // copies are the operator's, and may go
	case err != nil:
		a.faults.add("attestations/"+name, "%v", a.plain(err))
	default:
		a.note(countCopies)
		if !bytes.Equal(kept, pdf) {
			a.faults.add("attestations/"+name, "is not the PDF that was issued")
		}
	}
}

// twice looks for a place or a session that two attestations have. It reads
// issued/ again only when there are some.
func (a *auditor) twice(ctx context.Context) error {
	places, papers := repeated(a.places), repeated(a.papers)
	if len(places)+len(papers) == 0 {
		return nil
	}
	return survey(ctx, a.path("issued"), ".json", func(_ int, number string) error {
		f, err := a.issued(number)
		if err != nil {
			return nil // told already
		}
		name := "issued/" + number + ".json"
		if _, found := slices.BinarySearch(places, placeKey(f)); found {
			a.faults.add(name, "shares its place in the status lists, list %d index %d, with another attestation", f.List, f.Index)
		}
		if _, found := slices.BinarySearch(papers, paperKey(f.Session)); found && f.Erased == nil && f.Supersedes == "" {
			a.faults.add(name, "attests session %s, which has another attestation that neither corrects", f.Session)
		}
		return nil
	})
}

// repeated returns the keys that stand in a list more than once, sorted.
func repeated(keys []uint64) []uint64 {
	slices.Sort(keys)
	var found []uint64
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			found = append(found, keys[i])
		}
	}
	return slices.Compact(found)
}
