package signing

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// Status is what a status list says of one attestation.
type Status uint8

// The four values of a list, and the answer of a list that cannot say.
const (
	Valid      Status = 0
	Revoked    Status = 1
	Suspended  Status = 2
	Superseded Status = 3
	Unknown    Status = 4
)

// String returns "valid", "revoked", "suspended", "superseded" or "unknown".
func (s Status) String() string {
	if s > Unknown {
		s = Unknown
	}
	return [...]string{"valid", "revoked", "suspended", "superseded", "unknown"}[s]
}

// ListSize counts the places of a status list; each takes 2 bits.
const ListSize = 1 << 18

const (
	listBytes     = ListSize / 4
	maxStatusList = 128 << 10 // bytes of the signed document
)

// StatusList is one list (section 11). Make one with [NewStatusList], or read
// one with [OpenStatusList].
type StatusList struct {
	Address    string // of the site, "https://HOST"; the list is at /status/NUMBER.json
	Number     uint32 // from 1
	ValidFrom  time.Time
	ValidUntil time.Time // excluded; zero in the last list of a closed service

	bits []byte // listBytes of them
}

// NewStatusList returns a list in which every place is valid.
func NewStatusList(address string, number uint32, validFrom, validUntil time.Time) *StatusList {
	return &StatusList{address, number, validFrom, validUntil, make([]byte, listBytes)}
}

// Set writes one place.
func (l *StatusList) Set(index uint32, s Status) error {
	if index >= ListSize || s > Superseded || len(l.bits) != listBytes {
		return fmt.Errorf("status list %d: no status %d at index %d", l.Number, s, index)
	}
	shift := 6 - 2*(index%4) // index 0 in the most significant bits
	l.bits[index/4] = l.bits[index/4]&^(3<<shift) | byte(s)<<shift
	return nil
}

// Final reports whether this is the last list of a closed service, which holds
// without end.
func (l *StatusList) Final() bool { return l.ValidUntil.IsZero() }

// At returns what the list says at now: Unknown before ValidFrom, from
// ValidUntil on, and outside the list.
func (l *StatusList) At(index uint32, now time.Time) Status {
	if l == nil || index >= ListSize || len(l.bits) != listBytes || now.Before(l.ValidFrom) ||
		!l.Final() && !now.Before(l.ValidUntil) {
		return Unknown
	}
	return Status(l.bits[index/4] >> (6 - 2*(index%4)) & 3)
}

type statusDocument struct {
	Context    []string      `json:"@context"`
	Subject    statusSubject `json:"credentialSubject"`
	ID         string        `json:"id"`
	Issuer     string        `json:"issuer"`
	Type       []string      `json:"type"`
	ValidFrom  string        `json:"validFrom"`
	ValidUntil string        `json:"validUntil,omitzero"`
}

type statusSubject struct {
	EncodedList string `json:"encodedList"`
	ID          string `json:"id"`
	Purpose     string `json:"statusPurpose"`
	Type        string `json:"type"`
}

// document builds the W3C credential around an encoded list.
func (l *StatusList) document(encoded string, key PublicKey) statusDocument {
	id := l.Address + "/status/" + strconv.FormatUint(uint64(l.Number), 10) + ".json"
	d := statusDocument{
		Context: []string{"https://www.w3.org/ns/credentials/v2"},
		ID:      id, Issuer: key.didKey(),
		Type:      []string{"VerifiableCredential", "BitstringStatusListCredential"},
		ValidFrom: formatTime(l.ValidFrom),
		Subject:   statusSubject{encoded, id + "#list", "message", "BitstringStatusList"},
	}
	if !l.Final() {
		d.ValidUntil = formatTime(l.ValidUntil)
	}
	return d
}

func (l *StatusList) check() error {
	if err := checkAddress(l.Address); err != nil || l.Address[len(l.Address)-1] == '/' {
		return errors.Join(errors.New("address: want https://HOST without a slash at the end"), err)
	}
	if l.Number < 1 || l.Number > maxList {
		return fmt.Errorf("number %d: want 1 to %d", l.Number, maxList)
	}
	if d := DateOf(l.ValidFrom); d < firstDate || d > lastDate {
		return errors.New("validFrom: not plausible")
	}
	if w := l.ValidUntil.Sub(l.ValidFrom); !l.Final() && (w <= 0 || w > maxWindow) {
		return fmt.Errorf("validity of %v: want more than 0 and at most 90 days", w)
	}
	return nil
}

// SignStatusList returns the bytes of status/NUMBER.json, signed with a status
// key, or, when ValidUntil is zero, with a root key.
func SignStatusList(l *StatusList, k *PrivateKey) ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("signing status list %d: %w", l.Number, err)
	}
	if len(l.bits) != listBytes {
		return nil, fmt.Errorf("signing status list %d: not made by NewStatusList", l.Number)
	}
	var zipped bytes.Buffer
	w := must(gzip.NewWriterLevel(&zipped, gzip.BestCompression))
	if _, err := w.Write(l.bits); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	encoded := "u" + base64.RawURLEncoding.EncodeToString(zipped.Bytes())
	return signDocument(l.document(encoded, k.public), l.ValidFrom, k)
}

// OpenStatusList verifies status/NUMBER.json. Whether it is still in its time
// is for [StatusList.At] to say. The error is a [Refusal].
func OpenStatusList(data []byte, m *Manifest, number uint32) (*StatusList, error) {
	if len(data) > maxStatusList {
		return nil, notGenuine("status list %d is longer than %d bytes", number, maxStatusList)
	}
	doc, signer, created, err := openDocument(data)
	if err != nil {
		return nil, notGenuine("status list %d: %v", number, err)
	}
	byRoot, err := m.statusKey(signer, DateOf(created))
	if err != nil {
		return nil, err
	}
	l, err := decodeStatusList(doc, signer, number)
	if err != nil {
		return nil, notGenuine("status list %d: %v", number, err)
	}
	if !created.Equal(l.ValidFrom) {
		return nil, notGenuine("status list %d and its proof differ in their date", number)
	}
	if byRoot != l.Final() {
		return nil, notGenuine("status list %d: a list without end is signed by a root, any other by a status key", number)
	}
	return l, nil
}

// statusKey decides whether a key may sign a status list on a day, and whether
// it is a root.
func (m *Manifest) statusKey(signer PublicKey, day Date) (byRoot bool, err error) {
	if m != nil && m.opened != nil && slices.Contains(m.opened.roots, signer) {
		return true, nil
	}
	key, err := m.lookup(signer.KID(), RoleStatus)
	if err != nil {
		return false, err
	}
	switch {
	case key.Public != signer:
		return false, unknownIssuer("the status list is signed with a key that the key manifest does not name")
	case key.State == Compromised:
		return false, notGenuine("the status list is signed with a compromised key")
	case !key.covers(day):
		return false, notGenuine("the status list is signed on a day when its key was not in use")
	}
	return false, nil
}

func decodeStatusList(doc []byte, signer PublicKey, number uint32) (*StatusList, error) {
	var d statusDocument
	if err := json.Unmarshal(doc, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, errors.New("unknown, missing or misplaced members")
	}
	suffix := "/status/" + strconv.FormatUint(uint64(number), 10) + ".json"
	if len(d.ID) <= len(suffix) || d.ID[len(d.ID)-len(suffix):] != suffix {
		return nil, errors.New("it is another list")
	}
	l := &StatusList{Address: d.ID[:len(d.ID)-len(suffix)], Number: number}
	var err error
	if l.ValidFrom, err = parseTime(d.ValidFrom); err != nil {
		return nil, err
	}
	if d.ValidUntil != "" {
		if l.ValidUntil, err = parseTime(d.ValidUntil); err != nil {
			return nil, err
		}
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	again, err := marshalCanonical(l.document(d.Subject.EncodedList, signer))
	if err != nil || !bytes.Equal(again, doc) {
		return nil, errors.New("not a list of the form that section 11 of the formats describes")
	}
	if l.bits, err = unpackList(d.Subject.EncodedList); err != nil {
		return nil, err
	}
	return l, nil
}

// unpackList reads "u", base64url without padding, one gzip member that holds
// exactly listBytes.
func unpackList(encoded string) ([]byte, error) {
	damaged := errors.New("encodedList is damaged")
	if len(encoded) < 1 || encoded[0] != 'u' {
		return nil, damaged
	}
	zipped, err := base64.RawURLEncoding.Strict().DecodeString(encoded[1:])
	if err != nil {
		return nil, damaged
	}
	rest := bytes.NewReader(zipped)
	r, err := gzip.NewReader(rest)
	if err != nil {
		return nil, damaged
	}
	r.Multistream(false)
	bits, err := io.ReadAll(io.LimitReader(r, listBytes+1))
	if err != nil || len(bits) != listBytes || rest.Len() != 0 {
		return nil, fmt.Errorf("encodedList does not hold exactly %d bytes", listBytes)
	}
	return bits, nil
}
