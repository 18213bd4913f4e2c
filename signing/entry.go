package signing

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
)

// Entry is what the registry holds for one access code (section 8).
type Entry struct {
	Credential []byte     // signed, full form
	Share      []byte     // signed, share form of the same
	Record     []byte     // the engine's final record, JSON
	Forms      []FormHash // every PDF ever issued; grows, never shrinks
}

// FormHash names one issued PDF.
type FormHash struct {
	Form   string // "fr", "en"
	SHA256 [32]byte
}

// Issued reports whether pdf is byte for byte one of the issued files, and in
// which form.
func (e *Entry) Issued(pdf []byte) (form string, ok bool) {
	sum := sha256.Sum256(pdf)
	for _, f := range e.Forms {
		if f.SHA256 == sum {
			return f.Form, true
		}
	}
	return "", false
}

const (
	maxRecord = 48 << 10
	maxForms  = 64
)

type entryMessage struct {
	_          struct{} `cbor:",toarray"`
	Version    uint64
	Locator    []byte
	Credential []byte
	Share      []byte
	Record     []byte
	Forms      []formMessage
}

type formMessage struct {
	_      struct{} `cbor:",toarray"`
	Form   string
	SHA256 []byte
}

// check also takes the two credentials apart, so that an entry can never pair
// the result of one person with the link of another.
func (e *Entry) check() error {
	full, err := splitCredential(e.Credential)
	if err != nil || full.Form != Full {
		return errors.New("credential: not a full credential")
	}
	share, err := splitCredential(e.Share)
	if err != nil || *share != *full.Share() {
		return errors.New("share: not the share form of the credential")
	}
	if len(e.Record) == 0 || len(e.Record) > maxRecord {
		return fmt.Errorf("record: %d bytes, want 1 to %d", len(e.Record), maxRecord)
	}
	if len(e.Forms) > maxForms {
		return fmt.Errorf("forms: %d, at most %d", len(e.Forms), maxForms)
	}
	seen := map[FormHash]bool{}
	for _, f := range e.Forms {
		if err := checkForm(f.Form); err != nil {
			return err
		}
		if seen[f] {
			return fmt.Errorf("forms: %s listed twice with one hash", f.Form)
		}
		seen[f] = true
	}
	return nil
}

func splitCredential(b []byte) (*Credential, error) {
	if len(b) > maxCredential {
		return nil, notGenuine("longer than %d bytes", maxCredential)
	}
	_, msg, err := splitCOSE(b)
	if err != nil {
		return nil, err
	}
	return decodeClaims(msg.Payload)
}

func encodeEntry(e *Entry, locator []byte) []byte {
	msg := entryMessage{Version: 1, Locator: locator, Credential: e.Credential,
		Share: e.Share, Record: e.Record, Forms: []formMessage{}}
	for _, f := range e.Forms {
		msg.Forms = append(msg.Forms, formMessage{Form: f.Form, SHA256: f.SHA256[:]})
	}
	return must(cborEncode.Marshal(msg))
}

// SealEntry signs e with an entry key and encrypts it for
// registry/ab/LOCATOR.
func SealEntry(code Code, e *Entry, k *PrivateKey) ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("sealing an entry: %w", err)
	}
	return entryBox.seal(code, signCOSE(encodeEntry(e, code.locator()), k))
}

// OpenEntry decrypts and verifies what [SealEntry] wrote. The two credentials
// in it are well formed and belong together; their signatures are
// [OpenCredential]'s to verify. The error is a [Refusal].
func OpenEntry(code Code, sealed []byte, m *Manifest) (*Entry, error) {
	b, err := entryBox.open(code, sealed)
	if err != nil {
		return nil, err
	}
	payload, key, err := openCOSE(b, m, RoleEntry)
	if err != nil {
		return nil, err
	}
	if key.State == Compromised {
		return nil, notGenuine("the entry is signed with a compromised key")
	}
	var msg entryMessage
	if cborDecode.Unmarshal(payload, &msg) != nil {
		return nil, notGenuine("the entry is damaged")
	}
	e := &Entry{Credential: msg.Credential, Share: msg.Share, Record: msg.Record}
	for _, f := range msg.Forms {
		if len(f.SHA256) != sha256.Size {
			return nil, notGenuine("the entry is damaged")
		}
		e.Forms = append(e.Forms, FormHash{f.Form, [32]byte(f.SHA256)})
	}
	if err := e.check(); err != nil {
		return nil, notGenuine("the entry is not allowed: %v", err)
	}
	if !bytes.Equal(payload, encodeEntry(e, code.locator())) {
		return nil, notGenuine("the entry is not this code's, or not in its canonical form")
	}
	return e, nil
}
