package signing

import (
	"bytes"

	"github.com/fxamacker/cbor/v2"
)

// algorithm is Ed25519 in COSE (RFC 9864), not the older EdDSA (−8).
const algorithm = -19

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
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected struct{}
	Payload     []byte
	Signature   []byte
}

type coseHeader struct {
	Algorithm int64  `cbor:"1,keyasint"`
	KID       []byte `cbor:"4,keyasint"`
}

type sigStructure struct {
	_           struct{} `cbor:",toarray"`
	Context     string
	Protected   []byte
	ExternalAAD []byte
	Payload     []byte
}

// sign1Tag is CBOR tag 18, the first byte of every COSE_Sign1 here.
const sign1Tag = 0xd2

func protectedHeader(kid KID) []byte {
	return must(cborEncode.Marshal(coseHeader{algorithm, kid[:]}))
}

// toBeSigned is the Sig_structure of RFC 9052 section 4.4, without external
// data.
func toBeSigned(protected, payload []byte) []byte {
	return must(cborEncode.Marshal(sigStructure{
		Context: "Signature1", Protected: protected, ExternalAAD: []byte{}, Payload: payload,
	}))
}

func encodeSign1(protected, payload, signature []byte) []byte {
	return append([]byte{sign1Tag}, must(cborEncode.Marshal(sign1{
		Protected: protected, Payload: payload, Signature: signature,
	}))...)
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
	if !key.Public.Verify(toBeSigned(msg.Protected, msg.Payload), msg.Signature) {
		return nil, Key{}, notGenuine("the signature does not match the content")
	}
	return msg.Payload, key, nil
}

// splitCOSE takes a canonical COSE_Sign1 apart without verifying it.
func splitCOSE(b []byte) (KID, *sign1, error) {
	var msg sign1
	var header coseHeader
	if len(b) == 0 || b[0] != sign1Tag {
		return KID{}, nil, notGenuine("not a COSE_Sign1 message")
	}
	if cborDecode.Unmarshal(b[1:], &msg) != nil || cborDecode.Unmarshal(msg.Protected, &header) != nil {
		return KID{}, nil, notGenuine("the COSE_Sign1 message is damaged")
	}
	if header.Algorithm != algorithm || len(header.KID) != len(KID{}) {
		return KID{}, nil, notGenuine("the protected header does not name Ed25519 and a key of 4 bytes")
	}
	kid := KID(header.KID)
	if !bytes.Equal(msg.Protected, protectedHeader(kid)) ||
		!bytes.Equal(b, encodeSign1(msg.Protected, msg.Payload, msg.Signature)) {
		return KID{}, nil, notGenuine("the COSE_Sign1 message is not in its canonical form")
	}
	return kid, &msg, nil
}
