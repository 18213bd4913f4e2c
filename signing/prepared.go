package signing

import (
	"crypto/ed25519"
	"crypto/sha512"
	"sync"

	"filippo.io/edwards25519"
)

// A preparedKey verifies as [PublicKey.Verify] does, the same signatures and
// no other, in less time: multiples of the key's point and of the base point
// are kept, so that [S]B − [k]A takes 86 additions at most and no doubling. A
// verifier sees millions of signatures under a handful of keys. All of it is
// public, so nothing need take a constant time.
type preparedKey struct {
	public PublicKey
	minusA func() *multiples // made at first use
}

// multiples holds j·64^i·P at [i][j−1], for a point P: 430 KB.
type multiples [43][63]edwards25519.Point

func multiplesOf(p *edwards25519.Point) *multiples {
	m := new(multiples)
	base := new(edwards25519.Point).Set(p)
	for i := range m {
		m[i][0].Set(base)
		for j := 1; j < len(m[i]); j++ {
			m[i][j].Add(&m[i][j-1], base)
		}
		base.Add(&m[i][len(m[i])-1], base)
	}
	return m
}

// add adds s·P to r.
func (m *multiples) add(r *edwards25519.Point, s *edwards25519.Scalar) {
	bits := s.Bytes() // below 2^253, the lowest first
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
}

// baseMultiples are those of B.
var baseMultiples = sync.OnceValue(func() *multiples { return multiplesOf(edwards25519.NewGeneratorPoint()) })

func (p PublicKey) prepare() *preparedKey {
	return &preparedKey{public: p, minusA: sync.OnceValue(func() *multiples {
		a, err := new(edwards25519.Point).SetBytes(p.b[:])
		if err != nil || (p == PublicKey{}) {
			return nil // not a key that was parsed: verifies nothing
		}
		return multiplesOf(a.Negate(a))
	})}
}

// verify follows RFC 8032 section 5.1.7 without cofactor: S below L, and R, as
// bytes, the encoding of [S]B − [k]A.
func (k *preparedKey) verify(msg, sig []byte) bool {
	if len(sig) != ed25519.SignatureSize {
		return false
	}
	minusA := k.minusA()
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(sig[32:])
	if minusA == nil || err != nil {
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
	r := edwards25519.NewIdentityPoint()
	baseMultiples().add(r, s)
	minusA.add(r, challenge)
	return [32]byte(r.Bytes()) == [32]byte(sig)
}
