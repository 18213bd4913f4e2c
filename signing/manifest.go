package signing

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// State tells how far a key is still to be trusted (section 10).
type State string

// The states. A retired key signs no more, but what it signed in its window
// counts; what a compromised one signed counts only if it is on the roll.
const (
	Active      State = "active"
	Retired     State = "retired"
	Compromised State = "compromised"
)

// Issuer tells who stands behind a manifest.
type Issuer struct {
	Name     string `json:"name"`
	Specimen bool   `json:"specimen"` // nothing it issues has any worth
	URL      string `json:"url"`
}

// Key is one line of a manifest.
type Key struct {
	Name   string // unique, for people
	Role   Role
	Public PublicKey
	// The window, both days included; the time of day is dropped. It speaks of
	// dates of issue: a key that re-issues attestations of earlier years needs
	// a window that begins then.
	NotBefore, NotAfter time.Time
	State               State
}

// covers reports whether the day is in the key's window.
func (k Key) covers(d Date) bool { return DateOf(k.NotBefore) <= d && d <= DateOf(k.NotAfter) }

// Manifest says which keys count (section 10). One put together by hand can be
// signed; only one that [OpenManifest] returned opens anything, and changing
// its fields afterwards changes nothing to what it opens.
type Manifest struct {
	Issuer     Issuer
	Sequence   uint64 // rises with every manifest
	Created    time.Time
	ValidUntil time.Time // excluded; at most 90 days after Created
	Keys       []Key
	// Roll holds the SHA-256 of each shard of the roll, nil while no
	// credential key is compromised.
	Roll *[256][32]byte

	opened *openedManifest
}

type openedManifest struct {
	keys  map[KID]Key
	ready map[KID]*preparedKey
	roots []PublicKey
	roll  [256][32]byte
}

// Trust is what a verifier pins: the root keys, and the least sequence number
// it still accepts, so that an old manifest cannot be served again.
type Trust struct {
	Roots         []PublicKey
	LeastSequence uint64
}

// Bounds of section 10.
const (
	maxManifest   = 128 << 10 // bytes
	maxKeys       = 64
	maxKeyName    = 64  // bytes
	maxIssuerName = 128 // bytes
	maxSequence   = 1<<53 - 1
	maxWindow     = 90 * 24 * time.Hour
	schemaKeys    = "etalon-keys/1"
)

// Current reports whether the manifest may still be relied on at now. When it
// may not, a key may have been compromised since: authenticity can be shown,
// but no credential is "valid" (section 10).
func (m *Manifest) Current(now time.Time) bool {
	return !now.Before(m.Created) && now.Before(m.ValidUntil)
}

// lookup finds the key of an opened manifest that kid names.
func (m *Manifest) lookup(kid KID, role Role) (Key, error) {
	if m == nil || m.opened == nil {
		return Key{}, unknownIssuer("no verified key manifest at hand")
	}
	k, ok := m.opened.keys[kid]
	if !ok {
		return Key{}, unknownIssuer("signed with key %s, which the key manifest does not name", kid)
	}
	if k.Role != role {
		return Key{}, notGenuine("signed with a key that may not sign a %s", role)
	}
	return k, nil
}

func (m *Manifest) check() error {
	if err := checkText("issuer's name", m.Issuer.Name, maxIssuerName); err != nil {
		return err
	}
	if m.Issuer.Name == "" {
		return errors.New("issuer's name: empty")
	}
	if err := checkAddress(m.Issuer.URL); err != nil {
		return fmt.Errorf("issuer's url: %w", err)
	}
	if m.Sequence < 1 || m.Sequence > maxSequence {
		return fmt.Errorf("sequence %d: want 1 to 2^53 − 1", m.Sequence)
	}
	if w := m.ValidUntil.Sub(m.Created); w <= 0 || w > maxWindow {
		return fmt.Errorf("validity of %v: want more than 0 and at most 90 days", w)
	}
	if DateOf(m.Created) < firstDate || DateOf(m.Created) > lastDate {
		return errors.New("created: not plausible")
	}
	if len(m.Keys) > maxKeys {
		return fmt.Errorf("%d keys, at most %d", len(m.Keys), maxKeys)
	}
	names, kids := map[string]bool{}, map[KID]bool{}
	for _, k := range m.Keys {
		if err := k.check(); err != nil {
			return fmt.Errorf("key %.64q: %w", k.Name, err)
		}
		if kid := k.Public.KID(); names[k.Name] || kids[kid] {
			return fmt.Errorf("key %q: name or key listed twice", k.Name)
		}
		names[k.Name], kids[k.Public.KID()] = true, true
		if k.Role == RoleCredential && k.State == Compromised && m.Roll == nil {
			return fmt.Errorf("key %q: compromised, so the manifest must carry the hashes of the roll", k.Name)
		}
	}
	return nil
}

func (k Key) check() error {
	if err := checkText("name", k.Name, maxKeyName); err != nil || k.Name == "" {
		return errors.Join(errors.New("want a name"), err)
	}
	if k.Role != RoleCredential && k.Role != RoleEntry && k.Role != RoleStatus {
		return fmt.Errorf("role %.20q: want credential, entry or status", k.Role)
	}
	if k.State != Active && k.State != Retired && k.State != Compromised {
		return fmt.Errorf("state %.20q: want active, retired or compromised", k.State)
	}
	if k.Public == (PublicKey{}) {
		return errors.New("no public key")
	}
	from, to := DateOf(k.NotBefore), DateOf(k.NotAfter)
	if from > to || from < firstDate || to > lastDate {
		return errors.New("window: want two days in order, from 2016 to 2199")
	}
	return nil
}

type manifestDocument struct {
	Created    string        `json:"created"`
	Issuer     Issuer        `json:"issuer"`
	Keys       []keyDocument `json:"keys"`
	Roll       []string      `json:"roll,omitzero"`
	Schema     string        `json:"schema"`
	Sequence   uint64        `json:"sequence"`
	ValidUntil string        `json:"validUntil"`
}

type keyDocument struct {
	Name      string `json:"name"`
	NotAfter  string `json:"notAfter"`
	NotBefore string `json:"notBefore"`
	Public    string `json:"publicKeyMultibase"`
	Role      Role   `json:"role"`
	State     State  `json:"state"`
}

func (m *Manifest) document() manifestDocument {
	d := manifestDocument{
		Created: formatTime(m.Created), Issuer: m.Issuer, Keys: []keyDocument{},
		Schema: schemaKeys, Sequence: m.Sequence, ValidUntil: formatTime(m.ValidUntil),
	}
	for _, k := range m.Keys {
		d.Keys = append(d.Keys, keyDocument{
			Name: k.Name, Role: k.Role, State: k.State, Public: k.Public.Multikey(),
			NotBefore: DateOf(k.NotBefore).String(), NotAfter: DateOf(k.NotAfter).String(),
		})
	}
	if m.Roll != nil {
		for _, h := range m.Roll {
			d.Roll = append(d.Roll, hex.EncodeToString(h[:]))
		}
	}
	return d
}

// SignManifest checks m and returns the bytes of keys.json, signed with a root
// key. Times are kept to the second, windows to the day.
func SignManifest(m *Manifest, root *PrivateKey) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("signing the key manifest: %w", err)
	}
	for _, k := range m.Keys {
		if k.Public == root.public {
			return nil, fmt.Errorf("signing the key manifest: key %q is the root itself", k.Name)
		}
	}
	return signDocument(m.document(), m.Created, root)
}

// OpenManifest verifies keys.json with what the verifier pins. Whether it is
// still current is [Manifest.Current]'s to say. The error is a [Refusal].
func OpenManifest(data []byte, t Trust) (*Manifest, error) {
	if len(data) > maxManifest {
		return nil, notGenuine("the key manifest is longer than %d bytes", maxManifest)
	}
	doc, root, created, err := openDocument(data)
	if err != nil {
		return nil, notGenuine("the key manifest: %v", err)
	}
	if !slices.Contains(t.Roots, root) {
		return nil, unknownIssuer("the key manifest is signed with %s, which is not a pinned root", root)
	}
	m, err := decodeManifest(doc)
	if err != nil {
		return nil, notGenuine("the key manifest: %v", err)
	}
	if !created.Equal(m.Created) {
		return nil, notGenuine("the key manifest and its proof differ in their date")
	}
	if m.Sequence < t.LeastSequence {
		return nil, notGenuine("the key manifest has sequence %d, older than %d, the least accepted", m.Sequence, t.LeastSequence)
	}
	m.opened = &openedManifest{keys: map[KID]Key{}, ready: map[KID]*preparedKey{}, roots: slices.Clone(t.Roots)}
	for _, k := range m.Keys {
		if slices.Contains(t.Roots, k.Public) {
			return nil, notGenuine("the key manifest lists a root key")
		}
		m.opened.keys[k.Public.KID()] = k
		m.opened.ready[k.Public.KID()] = k.Public.prepare()
	}
	if m.Roll != nil {
		m.opened.roll = *m.Roll
	}
	return m, nil
}

func decodeManifest(doc []byte) (*Manifest, error) {
	var d manifestDocument
	if err := json.Unmarshal(doc, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, errors.New("unknown, missing or misplaced members")
	}
	m := &Manifest{Issuer: d.Issuer, Sequence: d.Sequence}
	var errs [2]error
	m.Created, errs[0] = parseTime(d.Created)
	m.ValidUntil, errs[1] = parseTime(d.ValidUntil)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	for _, k := range d.Keys {
		from, err1 := ParseDate(k.NotBefore)
		to, err2 := ParseDate(k.NotAfter)
		public, err3 := ParseMultikey(k.Public)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, err
		}
		m.Keys = append(m.Keys, Key{Name: k.Name, Role: k.Role, Public: public,
			NotBefore: from.Time(), NotAfter: to.Time(), State: k.State})
	}
	if len(d.Roll) != 0 {
		if len(d.Roll) != 256 {
			return nil, errors.New("roll: want 256 hashes")
		}
		m.Roll = new([256][32]byte)
		for i, h := range d.Roll {
			b, err := hex.DecodeString(h)
			if err != nil || len(b) != 32 {
				return nil, errors.New("roll: want 256 hashes of 64 hexadecimal digits")
			}
			m.Roll[i] = [32]byte(b)
		}
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	again, err := marshalCanonical(m.document())
	if err != nil || !bytes.Equal(again, doc) {
		return nil, errNotCanonical
	}
	return m, nil
}
