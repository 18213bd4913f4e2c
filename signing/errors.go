package signing

import (
	"errors"
	"fmt"
)

// The two ways in which something signed can fail; test with [errors.Is].
var (
	// ErrNotGenuine: the bytes are not what a recognised key signed, or are
	// not in their one canonical form, or the key had no right to sign them.
	ErrNotGenuine = errors.New("not genuine")
	// ErrUnknownIssuer: well formed, but signed by a key that neither the
	// manifest nor the pinned roots name. Nothing can be said of the content.
	ErrUnknownIssuer = errors.New("unknown issuer")
)

// Refusal is the error of every Open function: one of the two sentinels above
// and one sentence, fit to be shown, that says why. It never quotes unverified
// content.
type Refusal struct {
	Kind   error  // ErrNotGenuine or ErrUnknownIssuer
	Reason string // lower case, no period
}

// Error implements error.
func (r *Refusal) Error() string { return r.Kind.Error() + ": " + r.Reason }

// Unwrap makes errors.Is(err, ErrNotGenuine) work.
func (r *Refusal) Unwrap() error { return r.Kind }

// RollNeeded is the error of [OpenCredential] when the signature is right but
// its key is marked compromised: fetch roll/xx, xx being Shard in two lower
// hexadecimal digits, and call OpenCredential again with it. The same error
// then means that these bytes are not the shard that the manifest names, so
// that nothing is decided.
type RollNeeded struct{ Shard byte }

// Error implements error.
func (r *RollNeeded) Error() string {
	return fmt.Sprintf("the signing key is marked compromised: shard %02x of the roll is needed to decide", r.Shard)
}

func notGenuine(format string, args ...any) error {
	return &Refusal{ErrNotGenuine, fmt.Sprintf(format, args...)}
}

func unknownIssuer(format string, args ...any) error {
	return &Refusal{ErrUnknownIssuer, fmt.Sprintf(format, args...)}
}
