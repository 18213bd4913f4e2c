package signing

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

type claims struct {
	Expiry  int64           `cbor:"4,keyasint"`
	Issued  int64           `cbor:"6,keyasint"`
	Private cbor.RawMessage `cbor:"-65537,keyasint"`
}

type fullClaim struct {
	_            struct{} `cbor:",toarray"`
	Form         uint64
	Regime       uint64
	Number       uint64
	FamilyName   string
	GivenNames   string
	BirthDate    int64
	BirthPlace   string
	Centre       string
	SessionDate  int64
	Score        uint64
	Level        uint64
	MaxLevel     uint64
	Professional bool
	Levels       []byte
	Pix          []byte
	List         uint64
	Index        uint64
}

type shareClaim struct {
	_            struct{} `cbor:",toarray"`
	Form         uint64
	Regime       uint64
	Number       uint64
	FamilyName   string
	GivenNames   string
	Score        uint64
	Level        uint64
	MaxLevel     uint64
	Professional bool
	List         uint64
	Index        uint64
}

// SignCredential checks c against section 4 and returns its signed bytes. The
// error names the field at fault.
func SignCredential(c *Credential, k *PrivateKey) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("signing a credential: %w", err)
	}
	b := signCOSE(encodeClaims(c), k)
	if len(b) > maxCredential {
		return nil, fmt.Errorf("signing a credential: %d bytes, at most %d", len(b), maxCredential)
	}
	return b, nil
}

// OpenCredential verifies b with a key that m names for credentials and whose
// window holds the date of issue. The error is a [Refusal]; or, when the key
// is marked compromised, a [RollNeeded], until the named shard of the roll is
// given too.
func OpenCredential(b []byte, m *Manifest, shard ...[]byte) (*Credential, error) {
	if len(b) > maxCredential {
		return nil, notGenuine("longer than %d bytes", maxCredential)
	}
	payload, key, err := openCOSE(b, m, RoleCredential)
	if err != nil {
		return nil, err
	}
	c, err := decodeClaims(payload)
	if err != nil {
		return nil, notGenuine("%v", err)
	}
	if !key.covers(c.IssuedOn) {
		return nil, notGenuine("issued on a day when its key was not in use")
	}
	if key.State == Compromised {
		return c.onRoll(b, m, shard)
	}
	return c, nil
}

// encodeClaims is the CWT payload of a checked credential.
func encodeClaims(c *Credential) []byte {
	b := appendHead(make([]byte, 0, 256), 5, 3)
	b = appendInt(appendHead(b, 0, 4), (int64(c.ExpiresOn)+1)*daySeconds)
	b = appendInt(appendHead(b, 0, 6), int64(c.IssuedOn)*daySeconds)
	b = appendInt(b, -65537)
	number := func(n uint64) { b = appendHead(b, 0, n) }
	if c.Form == Full {
		b = appendHead(b, 4, 17)
	} else {
		b = appendHead(b, 4, 11)
	}
	number(uint64(c.Form))
	number(uint64(c.Regime))
	number(c.Number)
	b = appendText(b, c.FamilyName)
	b = appendText(b, c.GivenNames)
	if c.Form == Full {
		b = appendInt(b, int64(c.BirthDate))
		b = appendText(b, c.BirthPlace)
		b = appendText(b, c.Centre)
		b = appendInt(b, int64(c.SessionDate))
	}
	number(uint64(c.Score))
	number(uint64(c.Level))
	number(uint64(c.MaxLevel))
	b = append(b, 0xf4)
	if c.Professional {
		b[len(b)-1] = 0xf5
	}
	if c.Form == Full {
		b = appendHead(b, 2, 8)
		for i := 0; i < len(c.Levels); i += 2 {
			b = append(b, byte(c.Levels[i]<<4|c.Levels[i+1])) // first of a pair in the high half
		}
		if c.Regime == Profile {
			b = appendHead(b, 2, 16)
			for _, p := range c.Pix {
				b = append(b, byte(p))
			}
		} else {
			b = appendHead(b, 2, 0)
		}
	}
	number(uint64(c.List))
	number(uint64(c.Index))
	return b
}

// decodeClaims accepts exactly what encodeClaims writes for a credential that
// passes check.
func decodeClaims(payload []byte) (*Credential, error) {
	damaged := errors.New("the credential's content is damaged")
	var cl claims
	if cborDecode.Unmarshal(payload, &cl) != nil {
		return nil, damaged
	}
	const limit = 1 << 40 // seconds; keeps the divisions below within a Date
	if cl.Expiry < 0 || cl.Expiry > limit || cl.Issued < 0 || cl.Issued > limit {
		return nil, damaged
	}
	c := &Credential{IssuedOn: Date(cl.Issued / daySeconds), ExpiresOn: Date(cl.Expiry/daySeconds - 1)}
	var err error
	switch p := cl.Private; {
	case bytes.HasPrefix(p, []byte{0x80 + 17, byte(Full)}):
		err = c.fillFull(p)
	case bytes.HasPrefix(p, []byte{0x80 + 11, byte(Share)}):
		err = c.fillShare(p)
	default:
		return nil, errors.New("the credential is of a version unknown here")
	}
	if err != nil {
		return nil, damaged
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("the content is not allowed: %w", err)
	}
	if !bytes.Equal(encodeClaims(c), payload) {
		return nil, errors.New("the content is not in its canonical form")
	}
	return c, nil
}

var errRange = errors.New("number out of range")

// maxSmall bounds every integer but the number before it becomes an int.
const maxSmall = 1 << 31

func (c *Credential) fillFull(private []byte) error {
	var f fullClaim
	if err := cborDecode.Unmarshal(private, &f); err != nil {
		return err
	}
	if len(f.Levels) != 8 || len(f.Pix) != 0 && len(f.Pix) != 16 ||
		max(f.Form, f.Regime) > 255 ||
		max(f.Score, f.Level, f.MaxLevel, f.List, f.Index) >= maxSmall ||
		min(f.BirthDate, f.SessionDate) <= -maxSmall || max(f.BirthDate, f.SessionDate) >= maxSmall {
		return errRange
	}
	for i := range c.Levels {
		c.Levels[i] = int(f.Levels[i/2]>>(4-4*(i%2))) & 15
	}
	for i, p := range f.Pix {
		c.Pix[i] = int(p)
	}
	c.Form, c.Regime, c.Number = Form(f.Form), Regime(f.Regime), f.Number
	c.FamilyName, c.GivenNames = f.FamilyName, f.GivenNames
	c.BirthDate, c.BirthPlace = Date(f.BirthDate), f.BirthPlace
	c.Centre, c.SessionDate = f.Centre, Date(f.SessionDate)
	c.Score, c.Level, c.MaxLevel = int(f.Score), int(f.Level), int(f.MaxLevel)
	c.Professional = f.Professional
	c.List, c.Index = uint32(f.List), uint32(f.Index)
	return nil
}

func (c *Credential) fillShare(private []byte) error {
	var f shareClaim
	if err := cborDecode.Unmarshal(private, &f); err != nil {
		return err
	}
	if max(f.Form, f.Regime) > 255 || max(f.Score, f.Level, f.MaxLevel, f.List, f.Index) >= maxSmall {
		return errRange
	}
	c.Form, c.Regime, c.Number = Form(f.Form), Regime(f.Regime), f.Number
	c.FamilyName, c.GivenNames = f.FamilyName, f.GivenNames
	c.Score, c.Level, c.MaxLevel = int(f.Score), int(f.Level), int(f.MaxLevel)
	c.Professional = f.Professional
	c.List, c.Index = uint32(f.List), uint32(f.Index)
	return nil
}
