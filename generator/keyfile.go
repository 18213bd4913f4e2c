package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"etalon/signing"
)

// A key file is one JSON document,
//
//	{"name":…,"role":"credential","schema":"etalon-key/1","seed":64 hex digits}
//
// encrypted with age under a passphrase (scrypt recipient) and armoured. Only
// a key whose name begins with TEST may stand in clear: such a key vouches for
// nobody.
type keyFile struct {
	Name   string `json:"name"`
	Role   string `json:"role"` // a signing.Role, or "placement"
	Schema string `json:"schema"`
	Seed   string `json:"seed"` // 32 bytes, hex
}

const (
	keySchema     = "etalon-key/1"
	rolePlacement = "placement" // secret of the status list permutation
)

// passphraseWork is the base-2 logarithm of scrypt's work to try one
// passphrase, about a second. Tests have none to protect.
var passphraseWork = 18

// saveKey creates a key file; an existing one is never replaced.
func saveKey(path string, k keyFile, passphrase string) error {
	k.Schema = keySchema
	data, err := encode(k)
	if err != nil {
		return err
	}
	if passphrase == "" {
		if !strings.HasPrefix(k.Name, "TEST") {
			return withHint(fmt.Errorf("key %q would stand in clear in %s", k.Name, path),
				"put a passphrase in the ETALON_PASSPHRASE variable or in a file named by -passphrase-file")
		}
		return createFile(path, data, 0o600)
	}
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return fmt.Errorf("encrypt %s: %w", path, err)
	}
	recipient.SetWorkFactor(passphraseWork)
	var sealed bytes.Buffer
	armored := armor.NewWriter(&sealed)
	w, err := age.Encrypt(armored, recipient)
	if err != nil {
		return fmt.Errorf("encrypt %s: %w", path, err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("encrypt %s: %w", path, err)
	}
	if err := errors.Join(w.Close(), armored.Close()); err != nil {
		return fmt.Errorf("encrypt %s: %w", path, err)
	}
	return createFile(path, sealed.Bytes(), 0o600)
}

// loadKey reads a key file of the given role and returns its 32-byte seed.
func loadKey(path string, role string, passphrase string) (*keyFile, [32]byte, error) {
	var seed [32]byte
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, seed, withHint(fmt.Errorf("the %s key is missing: no %s: %w", role, path, fs.ErrNotExist),
			"restore it from its backup; if there is none, 'generator keys rotate' makes the next key of a role")
	}
	if err != nil {
		return nil, seed, err
	}
	if bytes.HasPrefix(data, []byte(armor.Header)) {
		if passphrase == "" {
			return nil, seed, withHint(fmt.Errorf("%s is under a passphrase", path),
				"put it in the ETALON_PASSPHRASE variable or in a file named by -passphrase-file")
		}
		if data, err = unseal(data, passphrase); err != nil {
			return nil, seed, withHint(fmt.Errorf("decrypt %s: %w", path, err), "check the passphrase")
		}
	}
	// What is wrong inside is named without its value: an error never shows a seed.
	k := new(keyFile)
	if err := decodeStrict(path, data, k); err != nil {
		return nil, seed, err
	}
	raw, err := hex.DecodeString(k.Seed)
	switch {
	case k.Schema != keySchema:
		err = fmt.Errorf("%s: schema %q where %q is expected", path, k.Schema, keySchema)
	case k.Role != role:
		err = fmt.Errorf("%s: role %q where %q is expected", path, k.Role, role)
	case err != nil || len(raw) != len(seed):
		err = fmt.Errorf("%s: seed is not 64 hexadecimal digits", path)
	}
	if err != nil {
		return nil, seed, withHint(err, "restore the key file from its backup")
	}
	copy(seed[:], raw)
	return k, seed, nil
}

// loadSigner reads the private half of a key that the manifest names.
func loadSigner(path string, role signing.Role, public signing.PublicKey, passphrase string) (*signing.PrivateKey, error) {
	_, seed, err := loadKey(path, string(role), passphrase)
	if err != nil {
		return nil, err
	}
	key, err := signing.NewKeyFromSeed(seed[:])
	if err == nil && key.Public() != public {
		err = withHint(fmt.Errorf("%s holds another key than its name says", path), "restore the key file from its backup")
	}
	return key, err
}

func unseal(data []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(data)), identity)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, 4096))
}
