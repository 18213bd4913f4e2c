package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
)

// issuedFile is issued/NUMBER.json: all that was decided once when an
// attestation was issued. It holds the access code, so it is the operator's
// alone (0600) and never published.
//
// After an erasure only number, place, serial, session and hashes remain:
// enough for the status list, the roll, and for never issuing it again.
type issuedFile struct {
	Code       string            `json:"code,omitzero"`
	Correction *correction       `json:"correction,omitzero"` // to the record's candidate
	Credential string            `json:"credential,omitzero"` // base64url of the COSE_Sign1
	Erased     *erasure          `json:"erased,omitzero"`     // then no member above or below that omits zero
	ExpiresOn  string            `json:"expiresOn,omitzero"`
	Forms      map[string]string `json:"forms,omitzero"` // SHA-256 of each PDF, hex
	Index      uint32            `json:"index"`
	IssuedOn   string            `json:"issuedOn,omitzero"`
	List       uint32            `json:"list"`
	Locator    string            `json:"locator,omitzero"`
	Number     string            `json:"number"`
	Schema     string            `json:"schema"` // "etalon-issued/1"
	Serial     uint64            `json:"serial"` // count of attestations issued before, ever
	Session    string            `json:"session"`
	Share      string            `json:"share,omitzero"`      // base64url
	Supersedes string            `json:"supersedes,omitzero"` // number of the attestation that this one corrects
}

// erasure is what remains of an erased attestation for the roll.
type erasure struct {
	On         string `json:"on"`         // day
	Credential string `json:"credential"` // SHA-256 of the full form, hex
	Share      string `json:"share"`      // SHA-256 of the share form, hex
}

const issuedSchema = "etalon-issued/1"

// sealedPath is where a sealed file stands below issued/ and below public/.
func sealedPath(locator, form string) string {
	name := locator
	if form != "" {
		name += "." + form
	}
	return path.Join("registry", locator[:2], name)
}

// issued reads one attestation's file.
func (w *workspace) issued(number string) (*issuedFile, error) {
	path := w.path("issued", number+".json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("no attestation %s was issued in this workspace: no %s", number, path), "the numbers are the file names in issued/")
	}
	if err != nil {
		return nil, err
	}
	f := new(issuedFile)
	if err := decodeStrict(path, data, f); err != nil {
		return nil, err
	}
	switch {
	case f.Schema != issuedSchema:
		err = fmt.Errorf("%s: schema: %q where %q is expected", path, f.Schema, issuedSchema)
	case f.Number != number:
		err = fmt.Errorf("%s: number: %q does not match the file's name", path, f.Number)
	case f.Erased == nil && len(f.Locator) != 32:
		err = fmt.Errorf("%s: locator: not 32 hexadecimal digits", path)
	}
	return f, withHint(err, "restore the file from a backup: it is never edited")
}

// credentials are the two signed forms, full and share, of an attestation that
// was not erased.
func (f *issuedFile) credentials() (both [2][]byte, err error) {
	for i, text := range []string{f.Credential, f.Share} {
		if both[i], err = base64.RawURLEncoding.DecodeString(text); err != nil || len(both[i]) == 0 {
			return both, withHint(fmt.Errorf("issued/%s.json: a credential is not base64url", f.Number), "restore the file from a backup: it is never edited")
		}
	}
	return both, nil
}

// digests are the SHA-256 of both forms, which outlive an erasure.
func (f *issuedFile) digests() (both [2][32]byte, err error) {
	if f.Erased == nil {
		signed, err := f.credentials()
		return [2][32]byte{sha256.Sum256(signed[0]), sha256.Sum256(signed[1])}, err
	}
	for i, text := range []string{f.Erased.Credential, f.Erased.Share} {
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != len(both[i]) {
			return both, withHint(fmt.Errorf("issued/%s.json: a hash is not 64 hexadecimal digits", f.Number), "restore the file from a backup: it is never edited")
		}
		both[i] = [32]byte(sum)
	}
	return both, nil
}

// planName is the one file in issued/ that is no attestation (see plan).
const planName = "plan"

// attestations reads every attestation's file, by number. An error is the last
// pair.
func (w *workspace) attestations() iter.Seq2[*issuedFile, error] {
	return ahead(w.path("issued"), func(name string) bool { return name != planName }, w.issued)
}

// ahead reads the wanted JSON files of a folder in the order of their names, a
// few ahead on the other cores. An error is the last pair.
func ahead[T any](dir string, wanted func(name string) bool, read func(name string) (*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for some, err := range chunks(dir, wanted) {
			if err != nil {
				yield(nil, err)
				return
			}
			values, errs := make([]*T, len(some)), make([]error, len(some))
			share(len(some), func(_, i int) { values[i], errs[i] = read(some[i]) })
			for i := range some {
				if !yield(values[i], errs[i]) || errs[i] != nil {
					return
				}
			}
		}
	}
}

// chunks lists the wanted JSON files of a folder, without the suffix and in
// order, some at a time. An error is the last pair.
func chunks(dir string, wanted func(name string) bool) iter.Seq2[[]string, error] {
	const most = 256
	return func(yield func([]string, error) bool) {
		list, err := listFiles(dir, ".json")
		if err != nil {
			yield(nil, err)
			return
		}
		defer list.close()
		some := make([]string, 0, most)
		for name, err := range list.all() {
			if err != nil {
				yield(nil, err)
				return
			}
			if !wanted(name) {
				continue
			}
			if some = append(some, name); len(some) == most {
				if !yield(some, nil) {
					return
				}
				some = some[:0]
			}
		}
		if len(some) > 0 {
			yield(some, nil)
		}
	}
}
