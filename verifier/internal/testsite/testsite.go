// Package testsite builds small issuers for tests: TEST keys, a manifest, a
// status list, attestations with their registry entries and PDFs. Everything
// is computed from fixed seeds, so that equal calls give equal bytes. Its keys
// protect nothing and its people do not exist.
package testsite

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing/fstest"
	"time"

	"etalon/signing"
)

// Now is the moment at which the tests stand.
var Now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// Address is the issuer's.
const Address = "https://attestations.example"

// A Site is one issuer. Change its fields, then Publish.
type Site struct {
	Manifest     signing.Manifest
	Root         *signing.PrivateKey // that signs the manifest
	Entry        *signing.PrivateKey // that signs new entries
	Status       *signing.PrivateKey // that signs the lists
	Lists        map[uint32]*signing.StatusList
	Attestations []*Attestation
	Files        map[string][]byte // by path under public/; filled by Publish
}

// An Attestation is one person's.
type Attestation struct {
	Code       signing.Code
	Credential signing.Credential
	Signed     []byte // the credential
	Share      []byte // its share form, signed
	Entry      signing.Entry
	QR         string            // text of the QR code
	PDF        map[string][]byte // by form
}

// Key is the TEST key of a name: "root 1", "root 2", "credential", "entry",
// "status", or any other.
func Key(name string) *signing.PrivateKey {
	if key, ok := keys.Load(name); ok {
		return key.(*signing.PrivateKey)
	}
	seed := sha256.Sum256([]byte("TEST key of etalon: " + name))
	key := must(signing.NewKeyFromSeed(seed[:]))
	keys.Store(name, key)
	return key
}

// keys are those made already, by name; trust keeps what verifying with the
// roots takes time to prepare.
var (
	keys  sync.Map
	trust = sync.OnceValue(func() signing.Trust {
		return signing.Trust{Roots: []signing.PublicKey{Key("root 1").Public(), Key("root 2").Public()}, LeastSequence: 1}
	})
)

// New makes an issuer without attestations, its manifest and its list 1 good
// from two weeks before Now to four weeks after.
func New() *Site {
	from, to := Now.AddDate(0, 0, -14), Now.AddDate(0, 0, 28)
	key := func(name string, role signing.Role) signing.Key {
		return signing.Key{
			Name: "TEST " + name, Role: role, Public: Key(name).Public(), State: signing.Active,
			NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
			NotAfter:  time.Date(2029, 12, 31, 0, 0, 0, 0, time.UTC),
		}
	}
	return &Site{
		Manifest: signing.Manifest{
			Issuer:   signing.Issuer{Name: "TEST Issuer", URL: Address, Specimen: true},
			Sequence: 7, Created: from, ValidUntil: to,
			Keys: []signing.Key{
				key("credential", signing.RoleCredential),
				key("entry", signing.RoleEntry),
				key("status", signing.RoleStatus),
			},
		},
		Root: Key("root 1"), Entry: Key("entry"), Status: Key("status"),
		Lists: map[uint32]*signing.StatusList{1: signing.NewStatusList(Address, 1, from, to)},
		Files: map[string][]byte{},
	}
}

// Trust pins the two TEST roots.
func (s *Site) Trust() signing.Trust {
	t := trust()
	t.Roots = slices.Clone(t.Roots)
	return t
}

// Issue adds an attestation issued on 2026-03-10, valid until 2029-03-10,
// after edit, if any, has changed it.
func (s *Site) Issue(edit func(*signing.Credential)) *Attestation {
	return s.IssueWith(Key("credential"), edit)
}

// IssueWith is Issue with another credential key.
func (s *Site) IssueWith(k *signing.PrivateKey, edit func(*signing.Credential)) *Attestation {
	n := len(s.Attestations) + 1
	issued := must(signing.ParseDate("2026-03-10"))
	c := signing.Credential{
		Form: signing.Full, Regime: signing.Adaptive, Number: 20260000000 + uint64(n),
		FamilyName: "Łukaszewicz-N’Guyễn", GivenNames: "Ķristīne", BirthDate: must(signing.ParseDate("2001-11-07")),
		BirthPlace: "Saint-Étienne (42)", Centre: "Lycée TEST, Montbrison",
		SessionDate: must(signing.ParseDate("2026-03-02")), IssuedOn: issued, ExpiresOn: issued.AddYears(3),
		Score: 385, Level: 4, MaxLevel: 7, Professional: true,
		Levels: [16]int{4, 3, 5, 4, 4, 3, 4, 4, 2, 4, 3, 4, 5, 4, 3, 0},
		List:   1, Index: uint32(n) * 4711,
	}
	if edit != nil {
		edit(&c)
	}
	seed := sha256.Sum256(fmt.Appendf(nil, "TEST code %d", n))
	a := &Attestation{
		Code:       must(signing.NewCode(&repeat{seed[:]})),
		Credential: c,
		Signed:     must(signing.SignCredential(&c, k)),
		Share:      must(signing.SignCredential(c.Share(), k)),
		PDF:        map[string][]byte{},
	}
	a.QR = signing.QRText(Address, a.Signed)
	a.Entry = signing.Entry{Credential: a.Signed, Share: a.Share, Record: Record(&c)}
	for _, form := range []string{"fr", "en"} {
		a.PDF[form] = PDF("attestation "+form, a.QR, a.Code.String())
		a.Entry.Forms = append(a.Entry.Forms, signing.FormHash{Form: form, SHA256: sha256.Sum256(a.PDF[form])})
	}
	s.Attestations = append(s.Attestations, a)
	return a
}

// Set writes the attestation's place in its status list.
func (s *Site) Set(a *Attestation, value signing.Status) {
	if err := s.Lists[a.Credential.List].Set(a.Credential.Index, value); err != nil {
		panic(err)
	}
}

// Publish signs and seals everything into Files and returns them.
func (s *Site) Publish() map[string][]byte {
	s.Files["keys.json"] = must(signing.SignManifest(&s.Manifest, s.Root))
	var roots []string
	for _, k := range s.Trust().Roots {
		roots = append(roots, k.Multikey())
	}
	s.Files["roots.json"] = must(json.Marshal(map[string]any{"leastSequence": 1, "roots": roots}))
	for n, l := range s.Lists {
		s.Files[fmt.Sprintf("status/%d.json", n)] = must(signing.SignStatusList(l, s.Status))
	}
	for _, a := range s.Attestations {
		s.Files[a.Path()] = must(signing.SealEntry(a.Code, &a.Entry, s.Entry))
		for form, pdf := range a.PDF {
			s.Files[a.Path()+"."+form] = must(signing.SealFile(a.Code, form, pdf))
		}
	}
	return s.Files
}

// Path is where the attestation's entry lies.
func (a *Attestation) Path() string {
	l := a.Code.Locator()
	return "registry/" + l[:2] + "/" + l
}

// Compromise marks a key and makes the roll of the credentials given.
func (s *Site) Compromise(name string, genuine ...*Attestation) {
	var digests [][32]byte
	for _, a := range genuine {
		digests = append(digests, sha256.Sum256(a.Signed), sha256.Sum256(a.Share))
	}
	shards, hashes := signing.BuildRoll(digests)
	s.Manifest.Roll = &hashes
	for i, shard := range shards {
		s.Files[fmt.Sprintf("roll/%02x", i)] = shard
	}
	for i := range s.Manifest.Keys {
		if s.Manifest.Keys[i].Public == Key(name).Public() {
			s.Manifest.Keys[i].State = signing.Compromised
		}
	}
}

// FS is a copy of Files as a file system without times.
func (s *Site) FS() fs.FS { return FS(s.Files) }

// FS is a copy of files as a file system without times.
func FS(files map[string][]byte) fs.FS {
	m := fstest.MapFS{}
	for name, data := range maps.All(files) {
		m[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	return m
}

// Write puts Files under dir.
func (s *Site) Write(dir string) error {
	for name, data := range s.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Record is a final record of the engine that says what c says.
func Record(c *signing.Credential) []byte {
	codes := []string{"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2"}
	levels := map[string]int{}
	for i, code := range codes {
		levels[code] = c.Levels[i]
	}
	return must(json.Marshal(map[string]any{
		"schema": "etalon-record/1", "state": "final", "outcome": "validated", "regime": c.Regime.String(),
		"candidate": map[string]string{
			"familyName": c.FamilyName, "givenNames": c.GivenNames,
			"birthDate": c.BirthDate.String(), "birthPlace": c.BirthPlace,
		},
		"centre": c.Centre, "sessionDate": c.SessionDate.String(), "score": c.Score, "level": c.Level,
		"maxLevel": c.MaxLevel, "professional": c.Professional, "levels": levels, "specimen": true,
	}))
}

// PDF is the least file that a verifier takes for an attestation.
func PDF(page, qr, code string) []byte {
	stream := signing.Attachment(qr, code)
	return fmt.Appendf(nil, "%%PDF-1.7\n%% TEST %s\n1 0 obj\n<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream\nendobj\n%%%%EOF\n",
		page, len(stream), stream)
}

// repeat reads the same bytes over and over.
type repeat struct{ b []byte }

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.b[i%len(r.b)]
	}
	return len(p), nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
