package signing

import (
	"crypto/ed25519"
	"crypto/sha512"
	"sync"

	"filippo.io/edwards25519"
)

// A preparedKey verifies as [PublicKey.Verify] does, the same signatures and
// no other, in less time: multiples of the key's point are kept, so that
// [k]A takes 43 additions at most and no doubling. A verifier sees millions of
// signatures under a handful of keys. The table, 430 KB, is made at first use.
type preparedKey struct {
	public PublicKey
	make   func() *multiples
}

// multiples holds −j·64^i·A at [i][j−1].
type multiples [43][63]edwards25519.Point

func (p PublicKey) prepare() *preparedKey {
	return &preparedKey{public: p, make: sync.OnceValue(func() *multiples {
		a, err := new(edwards25519.Point).SetBytes(p.b[:])
		if err != nil {
			return nil // not a key that was parsed: verifies nothing
		}
		m := new(multiples)
		base := a.Negate(a)
		for i := range m {
			m[i][0].Set(base)
			for j := 1; j < len(m[i]); j++ {
				m[i][j].Add(&m[i][j-1], base)
			}
			base = new(edwards25519.Point).Add(&m[i][len(m[i])-1], base)
		}
		return m
	})}
}

// verify follows RFC 8032 section 5.1.7 without cofactor: S below L, and R, as
// bytes, the encoding of [S]B − [k]A.
func (k *preparedKey) verify(msg, sig []byte) bool {
	if len(sig) != ed25519.SignatureSize {
		return false
	}
	m := k.make()
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(sig[32:])
	if m == nil || err != nil {
		return false
	}
	h := sha512.New()
	h.Write(sig[:32])
	h.Write(k.public.b[:])
	h.Write(msg)
	var digest [sha512.Size]byte
	challenge, err := new(edwards25519.Scalar).SetUniformBytes(h.Sum(digest[:0]))
	if err != nil {
		return false // 64 bytes always fit
	}
	r := new(edwards25519.Point).ScalarBaseMult(s)
	bits := challenge.Bytes() // 252 bits and a little, the lowest first
	for i := range m {
		at := 6 * i
		digit := uint16(bits[at/8])
		if at/8+1 < len(bits) {
			digit |= uint16(bits[at/8+1]) << 8
		}
		if digit = digit >> (at % 8) & 63; digit > 0 {
			r.Add(r, &m[i][digit-1])
		}
	}
	return [32]byte(r.Bytes()) == [32]byte(sig)
}
