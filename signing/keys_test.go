package signing

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/edwards25519"
)

const vectors = "../testdata/vectors"

func readVector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectors, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.TrimSpace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWycheproof: keys go through ParsePublicKey, then each case's signature
// through Verify; valid cases pass, invalid ones do not.
func TestWycheproof(t *testing.T) {
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			PublicKey struct{ PK string }
			Tests     []struct {
				TcID             int
				Msg, Sig, Result string
				Comment          string
			}
		}
	}
	if err := json.Unmarshal(readVector(t, "ed25519/wycheproof.json"), &file); err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, g := range file.TestGroups {
		key, err := ParsePublicKey(unhex(t, g.PublicKey.PK))
		for _, c := range g.Tests {
			cases++
			ok := err == nil && key.Verify(unhex(t, c.Msg), unhex(t, c.Sig))
			if ok != (c.Result == "valid") {
				t.Errorf("case %d (%s): accepted %v, want %s; key: %v", c.TcID, c.Comment, ok, c.Result, err)
			}
		}
	}
	if cases != 151 || file.NumberOfTests != 151 {
		t.Errorf("%d cases, want 151", cases)
	}
}

// TestSpeccheck: the twelve edge cases on which implementations differ are all
// refused, most by the key, the others by the signature.
func TestSpeccheck(t *testing.T) {
	var cases []struct {
		Message, Signature string
		PubKey             string `json:"pub_key"`
	}
	if err := json.Unmarshal(readVector(t, "ed25519/speccheck.json"), &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 12 {
		t.Fatalf("%d cases, want 12", len(cases))
	}
	for i, c := range cases {
		key, err := ParsePublicKey(unhex(t, c.PubKey))
		if err == nil && key.Verify(unhex(t, c.Message), unhex(t, c.Signature)) {
			t.Errorf("case %d accepted", i)
		}
		t.Logf("case %d: key: %v", i, err)
	}
}

// smallOrder returns the 8 points of the torsion subgroup.
func smallOrder(t *testing.T) []*edwards25519.Point {
	t.Helper()
	order8 := must(new(edwards25519.Point).SetBytes(
		unhex(t, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")))
	points := []*edwards25519.Point{edwards25519.NewIdentityPoint()}
	for range 7 {
		points = append(points, new(edwards25519.Point).Add(points[len(points)-1], order8))
	}
	if new(edwards25519.Point).Add(points[7], order8).Equal(points[0]) != 1 {
		t.Fatal("the point is not of order 8")
	}
	return points
}

func TestPublicKeyRefusals(t *testing.T) {
	good := testRoot.Public().Bytes()
	if _, err := ParsePublicKey(good); err != nil {
		t.Fatal(err)
	}
	a := must(new(edwards25519.Point).SetBytes(good))
	for i, p := range smallOrder(t) {
		if _, err := ParsePublicKey(p.Bytes()); err == nil {
			t.Errorf("small-order point %d accepted", i)
		}
		mixed := new(edwards25519.Point).Add(a, p)
		if _, err := ParsePublicKey(mixed.Bytes()); (err == nil) != (i == 0) {
			t.Errorf("key plus small-order point %d: %v", i, err)
		}
	}
	for name, text := range map[string]string{
		"y = p":              "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"y = p + 1":          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"y = 2^255 − 1":      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"x = −0":             "0100000000000000000000000000000000000000000000000000000000000080",
		"not on the curve":   "0200000000000000000000000000000000000000000000000000000000000000",
		"one byte too short": hex.EncodeToString(good[:31]),
		"one byte too long":  hex.EncodeToString(good) + "00",
		"empty":              "",
	} {
		if _, err := ParsePublicKey(unhex(t, text)); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
}

// TestNonCanonicalY: every y of 2^255 − 19 … 2^255 − 1, with both signs, is an
// encoding that must be refused even where the point itself is good.
func TestNonCanonicalY(t *testing.T) {
	b := bytes.Repeat([]byte{0xff}, 32)
	for low := 0xed; low <= 0xff; low++ {
		for _, high := range []byte{0x7f, 0xff} {
			b[0], b[31] = byte(low), high
			if _, err := ParsePublicKey(b); err == nil {
				t.Errorf("%x accepted", b)
			}
		}
	}
}

func TestZeroKeyVerifiesNothing(t *testing.T) {
	var zero PublicKey // its bytes encode a point of order 4
	for _, p := range smallOrder(t) {
		if zero.Verify([]byte("TEST"), append(p.Bytes(), make([]byte, 32)...)) {
			t.Error("the zero key verified a signature")
		}
	}
}

// TestSignatureMalleability: S + L, and every truncation and extension.
func TestSignatureMalleability(t *testing.T) {
	msg := []byte("TEST message")
	sig := testRoot.sign(msg)
	if !testRoot.Public().Verify(msg, sig) {
		t.Fatal("a good signature is refused")
	}
	l := unhex(t, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	shifted, carry := bytes.Clone(sig), 0
	for i, v := range l {
		carry += int(shifted[32+i]) + int(v)
		shifted[32+i], carry = byte(carry), carry>>8
	}
	if testRoot.Public().Verify(msg, shifted) {
		t.Error("S + L accepted")
	}
	for n := range sig {
		if testRoot.Public().Verify(msg, sig[:n]) {
			t.Errorf("signature of %d bytes accepted", n)
		}
	}
	if testRoot.Public().Verify(msg, append(bytes.Clone(sig), 0)) {
		t.Error("signature of 65 bytes accepted")
	}
}

func TestMultikey(t *testing.T) {
	for i := range 50 {
		p := testKey(fmt.Sprint(i)).Public()
		text := p.Multikey()
		if len(text) != 48 || !strings.HasPrefix(text, "z6Mk") {
			t.Fatalf("multikey %q", text)
		}
		if back, err := ParseMultikey(text); err != nil || back != p {
			t.Fatalf("%s: %v", text, err)
		}
		if back, err := parseVerificationMethod(p.verificationMethod()); err != nil || back != p {
			t.Fatalf("%s: %v", text, err)
		}
	}
	good := testRoot.Public().Multikey()
	for _, bad := range []string{"", "z", "z6Mk", good[1:], good + "1", "z1" + good[1:], good[:47], " " + good,
		strings.Replace(good, "M", "0", 1), "f" + good[1:], good + good, "z6Mk" + strings.Repeat("1", 400),
		"z" + encodeBase58(append([]byte{0xec, 0x01}, testRoot.Public().Bytes()...))} {
		if _, err := ParseMultikey(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
	other := testRoot2.Public().Multikey()
	for _, bad := range []string{"", good, "did:key:" + good, "did:key:" + good + "#" + other,
		"did:web:" + good + "#" + good, "did:key:" + good + "#" + good + "#", "did:key:#"} {
		if _, err := parseVerificationMethod(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestBase58(t *testing.T) {
	for _, c := range []struct{ hex, text string }{
		{"", ""}, {"00", "1"}, {"000001", "112"}, {"61", "2g"}, {"626262", "a3gV"},
		{"516b6fcd0f", "ABnLTmg"}, {"00000000000000000000", "1111111111"},
	} {
		b := unhex(t, c.hex)
		if got := encodeBase58(b); got != c.text {
			t.Errorf("%s: %q, want %q", c.hex, got, c.text)
		}
		if got, err := decodeBase58(c.text); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%q: %x %v", c.text, got, err)
		}
	}
}

func TestPrivateKeyStaysOutOfText(t *testing.T) {
	seed := testRoot.Seed()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		for _, v := range []any{testRoot, *testRoot, struct{ K *PrivateKey }{testRoot}} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, hex.EncodeToString(seed[:4])) || strings.Contains(text, fmt.Sprint(seed[0])+" "+fmt.Sprint(seed[1])) {
				t.Errorf("%s prints the secret: %s", verb, text)
			}
		}
	}
	if _, err := GenerateKey(bytes.NewReader(seed[:31])); err == nil {
		t.Error("key from 31 random bytes")
	}
	k, err := GenerateKey(bytes.NewReader(seed))
	if err != nil || k.Public() != testRoot.Public() {
		t.Errorf("GenerateKey does not use the bytes of its source: %v", err)
	}
	if _, err := NewKeyFromSeed(seed[:31]); err == nil {
		t.Error("key from a seed of 31 bytes")
	}
}
