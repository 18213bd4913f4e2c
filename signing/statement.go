package signing

import "time"

const maxStatement = 16 << 10 // bytes

// DistrustedStatement is the error of [OpenStatement] when the signature is
// right but its key is marked compromised: thief and issuer could both have
// made it. Nothing follows from Document until a person has looked at it and
// signed it again.
type DistrustedStatement struct {
	Document []byte // JSON, without the proof
}

// Error implements error.
func (d *DistrustedStatement) Error() string {
	return ErrNotGenuine.Error() + ": signed with a compromised key"
}

// Unwrap makes errors.Is(err, ErrNotGenuine) work.
func (d *DistrustedStatement) Unwrap() error { return ErrNotGenuine }

// SignStatement signs an operator's own document, a value that encodes as a
// JSON object, with a status key (section 9): what an issuer decides about an
// attestation is vouched for by the key that makes the decision known.
func SignStatement(doc any, created time.Time, k *PrivateKey) ([]byte, error) {
	return signDocument(doc, created, k)
}

// OpenStatement verifies what [SignStatement] wrote, on a day when its key was
// in use, and returns the document without its proof. The error is a [Refusal]
// or a [DistrustedStatement].
func OpenStatement(data []byte, m *Manifest) (doc []byte, err error) {
	if len(data) > maxStatement {
		return nil, notGenuine("longer than %d bytes", maxStatement)
	}
	doc, signer, created, err := openDocument(data)
	if err != nil {
		return nil, notGenuine("%v", err)
	}
	key, err := m.lookup(signer.KID(), RoleStatus)
	switch {
	case err != nil:
		return nil, err
	case key.Public != signer:
		return nil, unknownIssuer("signed with a key that the key manifest does not name")
	case key.State == Compromised:
		return nil, &DistrustedStatement{doc}
	case !key.covers(DateOf(created)):
		return nil, notGenuine("signed on a day when its key was not in use")
	}
	return doc, nil
}
