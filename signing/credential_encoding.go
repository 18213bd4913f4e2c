package signing

import (
	"bytes"
	"errors"
	"fmt"
)

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
// passes check: what it reads is encoded again and compared, so that the
// reading itself need not be strict.
func decodeClaims(payload []byte) (*Credential, error) {
	damaged := errors.New("the credential's content is damaged")
	r := &reader{b: payload}
	r.head(5)
	r.head(0)
	expiry := r.number()
	r.head(0)
	issued := r.number()
	r.head(1)
	const limit = 1 << 40 // seconds; keeps the divisions below within a Date
	if r.bad || expiry > limit || issued > limit {
		return nil, damaged
	}
	c := &Credential{IssuedOn: Date(issued / daySeconds), ExpiresOn: Date(expiry/daySeconds - 1)}
	switch {
	case bytes.HasPrefix(r.b, []byte{0x80 + 17, byte(Full)}), bytes.HasPrefix(r.b, []byte{0x80 + 11, byte(Share)}):
		c.fill(r)
	default:
		return nil, errors.New("the credential is of a version unknown here")
	}
	if r.bad {
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

// fill reads the private claim.
func (c *Credential) fill(r *reader) {
	r.head(4)
	c.Form, c.Regime, c.Number = Form(r.small()), Regime(r.small()), r.number()
	full := c.Form == Full
	c.FamilyName, c.GivenNames = r.text(), r.text()
	if full {
		c.BirthDate, c.BirthPlace, c.Centre, c.SessionDate = r.date(), r.text(), r.text(), r.date()
	}
	c.Score, c.Level, c.MaxLevel, c.Professional = r.small(), r.small(), r.small(), r.truth()
	if full {
		levels := r.bytes(8, 8)
		for i := range c.Levels {
			c.Levels[i] = int(levels[i/2]>>(4-4*(i%2))) & 15
		}
		for i, p := range r.bytes(0, 16) {
			c.Pix[i] = int(p)
		}
	}
	c.List, c.Index = uint32(r.small()), uint32(r.small())
}

// A reader takes CBOR items of the kinds that a credential has off b. After
// the first that is not as expected it is bad, and gives zeros.
type reader struct {
	b   []byte
	bad bool
}

// head reads the head of an item of a major type, and returns its number.
func (r *reader) head(major byte) uint64 {
	if r.bad || len(r.b) == 0 || r.b[0]>>5 != major {
		r.bad = true
		return 0
	}
	n := uint64(r.b[0] & 31)
	r.b = r.b[1:]
	if n < 24 {
		return n
	}
	size := 1 << (n - 24)
	if n > 27 || len(r.b) < size {
		r.bad = true
		return 0
	}
	n = 0
	for _, b := range r.b[:size] {
		n = n<<8 | uint64(b)
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) number() uint64 { return r.head(0) }

// small reads a number that fits every int.
func (r *reader) small() int {
	n := r.number()
	if n >= 1<<31 {
		r.bad = true
		return 0
	}
	return int(n)
}

// date reads days, which may be negative.
func (r *reader) date() Date {
	if len(r.b) > 0 && r.b[0]>>5 == 1 {
		n := r.head(1)
		if n >= 1<<31 {
			r.bad = true
		}
		return Date(-1 - int64(n))
	}
	return Date(r.small())
}

func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *reader) text() string { return string(r.take(r.head(3))) }

// bytes reads a string of least or most bytes, and always returns least.
func (r *reader) bytes(least, most int) []byte {
	b := r.take(r.head(2))
	if len(b) != least && len(b) != most {
		r.bad = true
	}
	if r.bad {
		return make([]byte, least)
	}
	return b
}

func (r *reader) truth() bool {
	b := r.take(1)
	if r.bad || b[0] != 0xf4 && b[0] != 0xf5 {
		r.bad = true
		return false
	}
	return b[0] == 0xf5
}
