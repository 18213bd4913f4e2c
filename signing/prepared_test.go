package signing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// TestPrepared: a prepared key accepts what crypto/ed25519 accepts, on the
// published vectors, genuine signatures and altered ones.
func TestPrepared(t *testing.T) {
	data, err := os.ReadFile("../testdata/vectors/ed25519/wycheproof.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		TestGroups []struct {
			PublicKey struct {
				PK string `json:"pk"`
			} `json:"publicKey"`
			Tests []struct {
				Msg, Sig, Result string
			} `json:"tests"`
		} `json:"testGroups"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, g := range file.TestGroups {
		p, err := ParsePublicKey(fromHex(t, g.PublicKey.PK))
		if err != nil {
			t.Fatal(err)
		}
		k := p.prepare()
		for _, v := range g.Tests {
			count++
			if got := k.verify(fromHex(t, v.Msg), fromHex(t, v.Sig)); got != (v.Result == "valid") {
				t.Errorf("%s %s: %v, want %s", v.Msg, v.Sig, got, v.Result)
			}
		}
	}
	if count != 151 {
		t.Errorf("%d vectors, want 151", count)
	}
	if (PublicKey{}).prepare().verify(nil, make([]byte, 64)) {
		t.Error("no key verifies something")
	}
	rapid.Check(t, func(t *rapid.T) {
		seed := sha256.Sum256([]byte(rapid.String().Draw(t, "seed")))
		key := must(NewKeyFromSeed(seed[:]))
		msg := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
		sig := key.sign(msg)
		if i := rapid.IntRange(-1, 63).Draw(t, "altered"); i >= 0 {
			sig[i] ^= rapid.Byte().Draw(t, "by")
		}
		want := ed25519.Verify(key.Public().Bytes(), msg, sig)
		if got := key.Public().prepare().verify(msg, sig); got != want {
			t.Fatalf("%v, crypto/ed25519 says %v", got, want)
		}
	})
}

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func BenchmarkPrepared(b *testing.B) {
	k := testCredential.Public().prepare()
	msg := make([]byte, 200)
	sig := testCredential.sign(msg)
	for b.Loop() {
		if !k.verify(msg, sig) {
			b.Fatal("refused")
		}
	}
}

func TestFromDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "bytes")
		n := new(big.Int).SetBytes(append([]byte{1}, b...))
		if got := fromDecimal(n.String()); !bytes.Equal(got, n.Bytes()) {
			t.Fatalf("%x, want %x", got, n.Bytes())
		}
	})
	most := strings.Repeat("9", maxDigits)
	n, _ := new(big.Int).SetString(most, 10)
	if !bytes.Equal(fromDecimal(most), n.Bytes()) {
		t.Error("the longest number")
	}
}
