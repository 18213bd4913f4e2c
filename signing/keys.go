package signing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/edwards25519"
)

// Role says what a key may sign (section 1).
type Role string

// The roles. A root signs manifests, and the last status list of a service
// that closes; it is pinned by verifiers and never listed in a manifest.
const (
	RoleRoot       Role = "root"
	RoleCredential Role = "credential"
	RoleEntry      Role = "entry"
	RoleStatus     Role = "status"
)

// KID names a public key: the first 4 bytes of the SHA-256 of its 32 bytes.
type KID [4]byte

// String returns 8 lower hexadecimal digits.
func (k KID) String() string { return hex.EncodeToString(k[:]) }

// PublicKey is an Ed25519 public key that passed the checks of section 1. The
// zero value is no key: it verifies nothing. Keys compare with ==.
type PublicKey struct{ b [32]byte }

// ParsePublicKey checks the 32 bytes of a public key: canonical encoding, not
// the identity, and of prime order ([L]A = O).
func ParsePublicKey(b []byte) (PublicKey, error) {
	if len(b) != ed25519.PublicKeySize {
		return PublicKey{}, fmt.Errorf("public key of %d bytes: 32 are needed", len(b))
	}
	a, err := new(edwards25519.Point).SetBytes(b)
	if err != nil {
		return PublicKey{}, errors.New("public key: not a point of the curve")
	}
	if !bytes.Equal(a.Bytes(), b) { // SetBytes also reads y ≥ p and x = −0
		return PublicKey{}, errors.New("public key: encoding is not canonical")
	}
	identity := edwards25519.NewIdentityPoint()
	if a.Equal(identity) == 1 {
		return PublicKey{}, errors.New("public key: identity point")
	}
	// A scalar is reduced modulo L, so [L]A is computed as [L−1]A + A.
	one, _ := edwards25519.NewScalar().SetCanonicalBytes(append([]byte{1}, make([]byte, 31)...))
	last := edwards25519.NewScalar().Negate(one)
	la := new(edwards25519.Point).ScalarMult(last, a)
	if la.Add(la, a).Equal(identity) != 1 {
		return PublicKey{}, errors.New("public key: not of prime order")
	}
	var p PublicKey
	copy(p.b[:], b)
	return p, nil
}

// Bytes returns the 32 bytes of the key.
func (p PublicKey) Bytes() []byte { return append([]byte(nil), p.b[:]...) }

// KID returns the key's short name.
func (p PublicKey) KID() KID {
	sum := sha256.Sum256(p.b[:])
	return KID(sum[:4])
}

// Verify reports whether sig is the key's Ed25519 signature of msg: RFC 8032
// without cofactor, S below L, R compared as bytes, hence canonical.
func (p PublicKey) Verify(msg, sig []byte) bool {
	return p != PublicKey{} && len(sig) == ed25519.SignatureSize &&
		ed25519.Verify(p.b[:], msg, sig)
}

// multikeyPrefix is the multicodec ed25519-pub (0xed) as a varint.
var multikeyPrefix = []byte{0xed, 0x01}

// Multikey returns the key as W3C Multikey text, "z6Mk…".
func (p PublicKey) Multikey() string {
	return "z" + encodeBase58(append(bytes.Clone(multikeyPrefix), p.b[:]...))
}

// String returns the Multikey text.
func (p PublicKey) String() string { return p.Multikey() }

// ParseMultikey reads what [PublicKey.Multikey] writes and checks the key.
func ParseMultikey(s string) (PublicKey, error) {
	if !strings.HasPrefix(s, "z6Mk") {
		return PublicKey{}, errors.New("multikey: an Ed25519 key begins with z6Mk")
	}
	b, err := decodeBase58(s[1:])
	if err != nil {
		return PublicKey{}, fmt.Errorf("multikey: %w", err)
	}
	if len(b) != 34 || !bytes.HasPrefix(b, multikeyPrefix) {
		return PublicKey{}, errors.New("multikey: not an Ed25519 public key")
	}
	return ParsePublicKey(b[2:])
}

// didKey returns the did:key identifier of p.
func (p PublicKey) didKey() string { return "did:key:" + p.Multikey() }

// verificationMethod returns the did:key URL that proofs name.
func (p PublicKey) verificationMethod() string { return p.didKey() + "#" + p.Multikey() }

// parseVerificationMethod accepts exactly what verificationMethod returns.
func parseVerificationMethod(s string) (PublicKey, error) {
	did, fragment, _ := strings.Cut(s, "#")
	text, ok := strings.CutPrefix(did, "did:key:")
	if !ok || text != fragment {
		return PublicKey{}, errors.New("verification method: want did:key:KEY#KEY")
	}
	return ParseMultikey(text)
}

// PrivateKey is an Ed25519 key that can sign. How it is kept on disk is not
// this package's affair.
type PrivateKey struct {
	key    ed25519.PrivateKey
	public PublicKey
}

// GenerateKey makes a key from 32 bytes of rand, [crypto/rand.Reader] outside
// tests.
func GenerateKey(rand io.Reader) (*PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return nil, fmt.Errorf("generating a key: %w", err)
	}
	return NewKeyFromSeed(seed)
}

// NewKeyFromSeed returns the key of a 32-byte RFC 8032 seed.
func NewKeyFromSeed(seed []byte) (*PrivateKey, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("key seed of %d bytes: 32 are needed", len(seed))
	}
	k := ed25519.NewKeyFromSeed(seed)
	p, err := ParsePublicKey(k.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	return &PrivateKey{key: k, public: p}, nil
}

// Public returns the public half.
func (k *PrivateKey) Public() PublicKey { return k.public }

// Seed returns the 32-byte seed: the secret itself.
func (k *PrivateKey) Seed() []byte { return bytes.Clone(k.key.Seed()) }

// Format writes the key's short name whatever the verb, so that no log line
// can hold the secret by accident.
func (k PrivateKey) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "private key %s", k.public.KID())
}

func (k *PrivateKey) sign(msg []byte) []byte { return ed25519.Sign(k.key, msg) }
