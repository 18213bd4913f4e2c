package signing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

const (
	sealVersion = 0x01
	nonceSize   = 12
	tagSize     = 16
	entryStep   = 1024
	fileStep    = 16384
	maxEntry    = 64 << 10 // bytes of a padded entry
	maxFile     = 4 << 20  // bytes of a padded PDF
)

// derive returns n bytes of HKDF-SHA-256 (section 7).
func (c Code) derive(info string, n int) []byte {
	return must(hkdf.Key(sha256.New, c.bits[:], []byte("etalon/1"), info, n))
}

// Locator names the code's files in the registry: 32 lower hexadecimal digits.
// It tells nothing about the code.
func (c Code) Locator() string { return hex.EncodeToString(c.locator()) }

func (c Code) locator() []byte { return c.derive("locator", 16) }

// box is what sealing and opening one kind of file needs.
type box struct {
	kind    string
	key     string // the info of its key
	step    int
	maximum int
}

var entryBox = box{"entry", "entry key", entryStep, maxEntry}

func fileBox(form string) (box, error) {
	if err := checkForm(form); err != nil {
		return box{}, err
	}
	return box{"pdf:" + form, "pdf key", fileStep, maxFile}, nil
}

// checkForm bounds the name of a PDF's form, which is also a file extension.
func checkForm(form string) error {
	if len(form) < 1 || len(form) > 16 {
		return fmt.Errorf("form %.20q: want 1 to 16 characters", form)
	}
	for i, r := range form {
		if !(r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '-')) {
			return fmt.Errorf("form %.20q: want lower letters, then also digits and hyphens", form)
		}
	}
	return nil
}

func (x box) aead(c Code) cipher.AEAD {
	return must(cipher.NewGCM(must(aes.NewCipher(c.derive(x.key, 32)))))
}

func (x box) aad(c Code) []byte {
	return append(append([]byte(x.kind), 0), c.locator()...)
}

// nonce depends on key and content alone: sealing twice gives the same bytes,
// and no two contents share a nonce.
func (x box) nonce(c Code, padded []byte) []byte {
	h := hmac.New(sha256.New, c.derive("nonce key", 32))
	h.Write([]byte(x.kind))
	h.Write([]byte{0})
	h.Write(padded)
	return h.Sum(nil)[:nonceSize]
}

func (x box) seal(c Code, data []byte) ([]byte, error) {
	size := (len(data)/x.step + 1) * x.step
	if size > x.maximum {
		return nil, fmt.Errorf("sealing %s: %d bytes, at most %d", x.kind, len(data), x.maximum-1)
	}
	padded := make([]byte, size)
	copy(padded, data)
	padded[len(data)] = 0x80
	nonce := x.nonce(c, padded)
	out := append([]byte{sealVersion}, nonce...)
	return x.aead(c).Seal(out, nonce, padded, x.aad(c)), nil
}

func (x box) open(c Code, sealed []byte) ([]byte, error) {
	size := len(sealed) - 1 - nonceSize - tagSize
	if size < x.step || size > x.maximum || size%x.step != 0 || sealed[0] != sealVersion {
		return nil, notGenuine("the sealed file is damaged")
	}
	nonce := sealed[1 : 1+nonceSize]
	padded, err := x.aead(c).Open(nil, nonce, sealed[1+nonceSize:], x.aad(c))
	if err != nil {
		return nil, notGenuine("the sealed file does not open with this code")
	}
	end := len(bytes.TrimRight(padded, "\x00")) - 1
	if end < 0 || padded[end] != 0x80 || end/x.step+1 != size/x.step ||
		!hmac.Equal(nonce, x.nonce(c, padded)) {
		return nil, notGenuine("the sealed file is not in its canonical form")
	}
	return padded[:end], nil
}

// SealFile encrypts a PDF for registry/ab/LOCATOR.FORM (section 7).
func SealFile(code Code, form string, data []byte) ([]byte, error) {
	x, err := fileBox(form)
	if err != nil {
		return nil, err
	}
	return x.seal(code, data)
}

// OpenFile decrypts what [SealFile] wrote. Whoever knows the code can seal: a
// file is the issued one only if its SHA-256 is on the entry's list.
func OpenFile(code Code, form string, sealed []byte) ([]byte, error) {
	x, err := fileBox(form)
	if err != nil {
		return nil, notGenuine("%v", err)
	}
	return x.open(code, sealed)
}
