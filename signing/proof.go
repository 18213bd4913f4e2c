package signing

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const cryptosuite = "eddsa-jcs-2022"

// proof is a Data Integrity proof (section 9). Without Value it is the proof
// configuration, the part that is hashed.
type proof struct {
	Context jsontext.Value `json:"@context,omitzero"` // the document's own, where it has one
	Created string         `json:"created"`
	Suite   string         `json:"cryptosuite"`
	Purpose string         `json:"proofPurpose"`
	Value   string         `json:"proofValue,omitzero"`
	Type    string         `json:"type"`
	Method  string         `json:"verificationMethod"`
}

// canonical returns the RFC 8785 form of one JSON value; duplicate names and
// invalid UTF-8 are refused.
func canonical(data []byte) ([]byte, error) {
	v := jsontext.Value(bytes.Clone(data))
	if err := v.Canonicalize(); err != nil {
		return nil, err
	}
	return v, nil
}

// marshalCanonical is for this package's own structures, which always have a
// JSON form unless a text in them is invalid UTF-8.
func marshalCanonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return canonical(b)
}

// hashData is what the key signs: SHA-256 of the canonical proof configuration,
// then of the canonical document without its proof.
func hashData(p proof, doc []byte) ([]byte, error) {
	p.Value = ""
	config, err := marshalCanonical(p)
	if err != nil {
		return nil, err
	}
	doc, err = canonical(doc)
	if err != nil {
		return nil, err
	}
	a, b := sha256.Sum256(config), sha256.Sum256(doc)
	return append(a[:], b[:]...), nil
}

// signDocument adds an eddsa-jcs-2022 proof to a JSON object and returns the
// canonical bytes of the whole.
func signDocument(doc any, created time.Time, k *PrivateKey) ([]byte, error) {
	plain, err := marshalCanonical(doc)
	if err != nil {
		return nil, err
	}
	var fields map[string]jsontext.Value
	if err := json.Unmarshal(plain, &fields); err != nil {
		return nil, err
	}
	p := proof{
		Context: fields["@context"], Created: formatTime(created), Suite: cryptosuite,
		Purpose: "assertionMethod", Type: "DataIntegrityProof", Method: k.public.verificationMethod(),
	}
	hash, err := hashData(p, plain)
	if err != nil {
		return nil, err
	}
	p.Value = "z" + encodeBase58(k.sign(hash))
	if fields["proof"], err = json.Marshal(p); err != nil {
		return nil, err
	}
	return marshalCanonical(fields)
}

var (
	errNotCanonical = errors.New("not in its canonical form (RFC 8785)")
	errProof        = errors.New("no usable eddsa-jcs-2022 proof")
	errSignature    = errors.New("the signature does not match the content")
)

// openDocument takes the proof off a canonical signed document and verifies it
// with the key that the proof itself names: whether that key counts is the
// caller's to decide, before anything else is read.
func openDocument(data []byte) (doc []byte, key PublicKey, created time.Time, err error) {
	fail := func(err error) ([]byte, PublicKey, time.Time, error) {
		return nil, PublicKey{}, time.Time{}, err
	}
	form, err := canonical(data)
	if err != nil || !bytes.Equal(form, data) {
		return fail(errNotCanonical)
	}
	var fields map[string]jsontext.Value
	if err := json.Unmarshal(data, &fields); err != nil {
		return fail(errProof)
	}
	var p proof
	if json.Unmarshal(fields["proof"], &p, json.RejectUnknownMembers(true)) != nil {
		return fail(errProof)
	}
	delete(fields, "proof")
	if p.Suite != cryptosuite || p.Purpose != "assertionMethod" ||
		p.Type != "DataIntegrityProof" || !bytes.Equal(p.Context, fields["@context"]) {
		return fail(errProof)
	}
	if created, err = parseTime(p.Created); err != nil {
		return fail(errProof)
	}
	if key, err = parseVerificationMethod(p.Method); err != nil {
		return fail(errProof)
	}
	if len(p.Value) == 0 || p.Value[0] != 'z' {
		return fail(errProof)
	}
	signature, err := decodeBase58(p.Value[1:])
	if err != nil {
		return fail(errProof)
	}
	if doc, err = marshalCanonical(fields); err != nil {
		return fail(errProof)
	}
	hash, err := hashData(p, doc)
	if err != nil {
		return fail(errProof)
	}
	if !key.Verify(hash, signature) {
		return fail(errSignature)
	}
	return doc, key, created, nil
}
