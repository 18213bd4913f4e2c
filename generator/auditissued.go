package main

import (
	"bytes"
	"context"
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
		a.papers = append(a.papers, hashOf(f.Session))
	} else if _, err := os.Stat(a.path("records", f.Session+".json")); err == nil {
		a.gone = append(a.gone, hashOf(f.Session))
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
	a.paper(name, f)
}

// paper compares what was signed and sealed of an attestation with the record it
// stands for.
func (a *auditor) paper(name string, f *issuedFile) {
	code, entry := a.entry(name, f)
	r := a.attested(name, f, entry)
	a.credentials(name, f, r)
	if entry != nil {
		a.sealed(name, f, code, entry, r)
	}
}

// attested is the record that an attestation has to agree with, nil when there
// is none: that of its session or, where the jury decided otherwise since, the
// one that log and decisions gave when it was issued. An attestation that stands
// must have the result that they give now.
func (a *auditor) attested(name string, f *issuedFile, entry *signing.Entry) *engine.Record {
	standing := a.lives[f.Number].stands()
	var then *engine.Record // as it was sealed
	if entry != nil {
		var err error
		if then, err = engine.DecodeRecord("record", entry.Record); err != nil {
			a.faults.add("issued/"+sealedPath(f.Locator, ""), "(of %s) %v", f.Number, err)
		}
	}
	now, err := a.recordOf(f.Session)
	if errors.Is(err, fs.ErrNotExist) {
		if !standing {
			return then
		}
		a.faults.add(name, "session is %q, of which there is no record", f.Session)
		return nil
	}
	if err != nil {
		return nil // told of the record itself
	}
	r := now
	if then != nil && then.Session == f.Session && !then.SameDecisions(now) {
		if r, err = a.docket.attested(a.replay, then); err != nil {
			a.faults.add(name, "%v", a.plain(err))
			return nil
		}
		if standing && !sameResult(r, now) {
			a.faults.add(name, "attests %s, where the decisions that hold give %s: 'generator finalise' says what to do", resultText(r), resultText(now))
		}
	}
	if !obtained(r) {
		a.faults.add(name, "attests session %s, whose record is %s, %s by the rule %s", f.Session, r.State, r.Outcome, r.Rule)
		return nil
	}
	if f.Correction != nil {
		f.Correction.apply(r)
	}
	return r
}

// placeKey is the place of an attestation in the status lists.
func placeKey(f *issuedFile) uint64 { return uint64(f.List)<<32 | uint64(f.Index) }

// credentials checks both signed forms, and compares them with a record.
func (a *auditor) credentials(name string, f *issuedFile, r *engine.Record) {
	signed, err := f.credentials()
	if err != nil {
		a.faults.add(name, "%v", a.plain(err))
		return
	}
	if f.Correction != nil && f.Supersedes == "" {
		a.faults.add(name, "has a correction, and supersedes nothing")
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
			return
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

// entry opens the registry entry, nil when it cannot be opened.
func (a *auditor) entry(name string, f *issuedFile) (signing.Code, *signing.Entry) {
	code, err := signing.ParseCode(f.Code)
	if err != nil {
		a.faults.add(name, "code: %v", err)
		return code, nil
	}
	if l := code.Locator(); l != f.Locator {
		a.faults.add(name, "locator is %q, where the code has %q", f.Locator, l)
		return code, nil
	}
	path := "issued/" + sealedPath(f.Locator, "")
	data, err := readFile(a.path(filepath.FromSlash(path)))
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, a.plain(err))
		return code, nil
	}
	entry, err := signing.OpenEntry(code, data, a.keys.manifest)
	if err != nil {
		a.faults.add(path, "(of %s) %v", f.Number, err)
		return code, nil
	}
	a.note(countFiles)
	return code, entry
}

// sealed compares an opened entry with the attestation and with a record, and
// looks at the PDFs.
func (a *auditor) sealed(name string, f *issuedFile, code signing.Code, entry *signing.Entry, r *engine.Record) {
	path := "issued/" + sealedPath(f.Locator, "")
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
		if _, found := slices.BinarySearch(papers, hashOf(f.Session)); found && f.Erased == nil && f.Supersedes == "" {
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
