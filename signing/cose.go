package signing

import (
	"bytes"
	"encoding/binary"

	"github.com/fxamacker/cbor/v2"
)

var (
	cborEncode = must(cbor.CoreDetEncOptions().EncMode())
	cborDecode = must(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxNestedLevels:   8,
		MaxArrayElements:  1024,
		MaxMapPairs:       16,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		UTF8:              cbor.UTF8RejectInvalid,
		NaN:               cbor.NaNDecodeForbidden,
		Inf:               cbor.InfDecodeForbidden,
		BignumTag:         cbor.BignumTagForbidden,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // constant options: only a programming error
	}
	return v
}

type sign1 struct {
	Protected, Payload, Signature []byte
}

// sign1Tag is CBOR tag 18, the first byte of every COSE_Sign1 here.
const sign1Tag = 0xd2

// headerStart is the protected header up to the kid. Its algorithm is −19,
// Ed25519 (RFC 9864), not the older EdDSA (−8).
var headerStart = []byte{0xa2, 0x01, 0x32, 0x04, 0x44}

func protectedHeader(kid KID) []byte {
	return append(bytes.Clone(headerStart), kid[:]...)
}

// toBeSigned is the Sig_structure of RFC 9052 section 4.4, without external
// data.
func toBeSigned(protected, payload []byte) []byte {
	b := append(make([]byte, 0, 64+len(payload)), "\x84\x6aSignature1"...)
	b = appendBytes(b, protected)
	b = appendBytes(b, nil)
	return appendBytes(b, payload)
}

func encodeSign1(protected, payload, signature []byte) []byte {
	b := append(make([]byte, 0, 96+len(payload)), sign1Tag, 0x84)
	b = appendBytes(b, protected)
	b = append(b, 0xa0) // the unprotected header, empty
	b = appendBytes(b, payload)
	return appendBytes(b, signature)
}

// appendHead appends the head of a CBOR item in its shortest form (RFC 8949
// section 3): major type and length, or value.
func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func appendBytes(b, s []byte) []byte { return append(appendHead(b, 2, uint64(len(s))), s...) }
func appendText(b []byte, s string) []byte {
	return append(appendHead(b, 3, uint64(len(s))), s...)
}

func appendInt(b []byte, n int64) []byte {
	if n < 0 {
		return appendHead(b, 1, uint64(-1-n))
	}
	return appendHead(b, 0, uint64(n))
}

// signCOSE wraps a payload as section 3 says.
func signCOSE(payload []byte, k *PrivateKey) []byte {
	protected := protectedHeader(k.public.KID())
	return encodeSign1(protected, payload, k.sign(toBeSigned(protected, payload)))
}

// openCOSE returns the payload and the key of a COSE_Sign1 whose signature is
// right and whose key has the role. State and window are the caller's to judge.
func openCOSE(b []byte, m *Manifest, role Role) (payload []byte, key Key, err error) {
	kid, msg, err := splitCOSE(b)
	if err != nil {
		return nil, Key{}, err
	}
	key, err = m.lookup(kid, role)
	if err != nil {
		return nil, Key{}, err
	}
	if !m.opened.ready[kid].verify(toBeSigned(msg.Protected, msg.Payload), msg.Signature) {
		return nil, Key{}, notGenuine("the signature does not match the content")
	}
	return msg.Payload, key, nil
}

// splitCOSE takes a canonical COSE_Sign1 apart without verifying it.
func splitCOSE(b []byte) (KID, *sign1, error) {
	if len(b) == 0 || b[0] != sign1Tag {
		return KID{}, nil, notGenuine("not a COSE_Sign1 message")
	}
	r := &reader{b: b[1:]}
	r.head(4)
	msg := &sign1{Protected: r.take(r.head(2))}
	r.head(5)
	msg.Payload = r.take(r.head(2))
	msg.Signature = r.take(r.head(2))
	if r.bad {
		return KID{}, nil, notGenuine("the COSE_Sign1 message is damaged")
	}
	start, kid := msg.Protected, KID{}
	if n := len(start) - len(kid); n >= 0 {
		start, kid = start[:n], KID(start[n:])
	}
	if !bytes.Equal(start, headerStart) {
		return KID{}, nil, notGenuine("the protected header does not name Ed25519 and a key of 4 bytes")
	}
	// Whatever the reading let pass, the message is written in one way only.
	if !bytes.Equal(b, encodeSign1(msg.Protected, msg.Payload, msg.Signature)) {
		return KID{}, nil, notGenuine("the COSE_Sign1 message is not in its canonical form")
	}
	return kid, msg, nil
}
