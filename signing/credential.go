package signing

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Form tells the two kinds of credential apart.
type Form uint8

// The forms: everything that page 1 of the attestation prints, and the shorter
// one, without birth data, that a share link carries.
const (
	Full  Form = 1
	Share Form = 2
)

// String returns "full" or "share".
func (f Form) String() string {
	switch f {
	case Full:
		return "full"
	case Share:
		return "share"
	}
	return "form " + strconv.Itoa(int(f))
}

// Regime tells how the result was obtained.
type Regime uint8

// The regimes.
const (
	Adaptive Regime = 0
	Profile  Regime = 1
)

// String returns "adaptive" or "profile".
func (r Regime) String() string {
	switch r {
	case Adaptive:
		return "adaptive"
	case Profile:
		return "profile"
	}
	return "regime " + strconv.Itoa(int(r))
}

// Credential is what an attestation says and its issuer signs (section 4). In
// form Share, BirthDate, BirthPlace, Centre, SessionDate, Levels and Pix are
// zero.
type Credential struct {
	Form         Form
	Regime       Regime
	Number       uint64 // of the attestation, see FormatNumber
	FamilyName   string
	GivenNames   string // may be empty: not everyone has one
	BirthDate    Date
	BirthPlace   string // may be empty
	Centre       string
	SessionDate  Date
	IssuedOn     Date
	ExpiresOn    Date    // last day of validity, included
	Score        int     // pix, 0 to 128 × MaxLevel
	Level        int     // global level, 0 to MaxLevel; 0 in the profile regime
	MaxLevel     int     // highest level the framework lets one reach, 1 to 8
	Professional bool    // the mention « professionnalisante »
	Levels       [16]int // by competence, in the order of codes 1.1 … 5.2
	Pix          [16]int // the same; profile regime only
	List         uint32  // status list, from 1
	Index        uint32  // place in it, below ListSize
}

// Expired reports whether the last day of validity is over, in UTC.
func (c *Credential) Expired(now time.Time) bool { return DateOf(now) > c.ExpiresOn }

// Share returns the share form of a full credential: what the share link says.
func (c *Credential) Share() *Credential {
	return &Credential{
		Form: Share, Regime: c.Regime, Number: c.Number,
		FamilyName: c.FamilyName, GivenNames: c.GivenNames,
		IssuedOn: c.IssuedOn, ExpiresOn: c.ExpiresOn,
		Score: c.Score, Level: c.Level, MaxLevel: c.MaxLevel, Professional: c.Professional,
		List: c.List, Index: c.Index,
	}
}

// Bounds of section 4.
const (
	maxName       = 128 // bytes of UTF-8: family name, given names, centre
	maxPlace      = 96
	maxTexts      = 232 // the four together
	maxCredential = 400 // bytes, signature included
	maxList       = 1 << 20
	numberYear    = 10_000_000
)

var (
	firstBirth = must(ParseDate("1900-01-01"))
	firstDate  = must(ParseDate("2016-01-01"))
	lastDate   = must(ParseDate("2199-12-31"))
)

// FormatNumber prints an attestation number, year × 10,000,000 + rank, as
// "2026-0000123".
func FormatNumber(n uint64) string { return fmt.Sprintf("%04d-%07d", n/numberYear, n%numberYear) }

// ParseNumber reads what [FormatNumber] writes.
func ParseNumber(s string) (uint64, error) {
	bad := fmt.Errorf("number %.20q: want a year and seven digits, as in 2026-0000123", s)
	if len(s) != 12 || s[4] != '-' {
		return 0, bad
	}
	n, err := strconv.ParseUint(s[:4]+s[5:], 10, 64)
	if err != nil || FormatNumber(n) != s || checkNumber(n) != nil {
		return 0, bad
	}
	return n, nil
}

func checkNumber(n uint64) error {
	if year := n / numberYear; year < 2016 || year > 2199 || n%numberYear == 0 {
		return errors.New("number: want a year from 2016 and a rank from 1, as in 2026-0000123")
	}
	return nil
}

// check enforces section 4 on a credential about to be signed and on one just
// read.
func (c *Credential) check() error {
	if c.Form != Full && c.Form != Share {
		return fmt.Errorf("%s is unknown", c.Form)
	}
	if c.Regime != Adaptive && c.Regime != Profile {
		return fmt.Errorf("%s is unknown", c.Regime)
	}
	if err := checkNumber(c.Number); err != nil {
		return err
	}
	for _, check := range []func() error{c.checkTexts, c.checkDates, c.checkResult, c.checkLevels} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.List < 1 || c.List > maxList || c.Index >= ListSize {
		return fmt.Errorf("place in a status list: list %d, index %d is out of range", c.List, c.Index)
	}
	return nil
}

func (c *Credential) checkTexts() error {
	if c.FamilyName == "" {
		return errors.New("family name: empty")
	}
	if c.Form == Full && c.Centre == "" {
		return errors.New("centre: empty")
	}
	if c.Form == Share && (c.BirthPlace != "" || c.Centre != "") {
		return errors.New("birth place or centre: not part of the share form")
	}
	for _, f := range []struct {
		name, text string
		max        int
	}{
		{"family name", c.FamilyName, maxName}, {"given names", c.GivenNames, maxName},
		{"birth place", c.BirthPlace, maxPlace}, {"centre", c.Centre, maxName},
	} {
		if err := checkText(f.name, f.text, f.max); err != nil {
			return err
		}
	}
	if n := len(c.FamilyName) + len(c.GivenNames) + len(c.BirthPlace) + len(c.Centre); n > maxTexts {
		return fmt.Errorf("names, birth place and centre: %d bytes of UTF-8 together, at most %d", n, maxTexts)
	}
	return nil
}

func (c *Credential) checkDates() error {
	switch {
	case c.IssuedOn < firstDate || c.IssuedOn > lastDate:
		return errors.New("date of issue: not plausible")
	case c.ExpiresOn < c.IssuedOn || c.ExpiresOn > c.IssuedOn.AddYears(10):
		return errors.New("expiry: want a day from the date of issue to ten years after it")
	case c.Form == Share:
		if c.BirthDate != 0 || c.SessionDate != 0 {
			return errors.New("birth date or session date: not part of the share form")
		}
	case c.SessionDate < firstDate || c.SessionDate > c.IssuedOn:
		return errors.New("session date: not plausible, or after the date of issue")
	case c.BirthDate < firstBirth || c.BirthDate >= c.SessionDate:
		return errors.New("birth date: not plausible")
	}
	return nil
}

func (c *Credential) checkResult() error {
	switch {
	case c.MaxLevel < 1 || c.MaxLevel > 8:
		return fmt.Errorf("highest level: %d, want 1 to 8", c.MaxLevel)
	case c.Score < 0 || c.Score > 128*c.MaxLevel:
		return fmt.Errorf("score: %d, want 0 to %d", c.Score, 128*c.MaxLevel)
	case c.Level < 0 || c.Level > c.MaxLevel:
		return fmt.Errorf("level: %d, want 0 to %d", c.Level, c.MaxLevel)
	case c.Regime == Profile && c.Level != 0:
		return errors.New("level: the profile regime has no global level, want 0")
	}
	return nil
}

func (c *Credential) checkLevels() error {
	if c.Form == Share {
		if c.Levels != [16]int{} || c.Pix != [16]int{} {
			return errors.New("levels by competence: not part of the share form")
		}
		return nil
	}
	sum := 0
	for i, l := range c.Levels {
		if l < 0 || l > c.MaxLevel {
			return fmt.Errorf("levels: %d at place %d, want 0 to %d", l, i+1, c.MaxLevel)
		}
		if p := c.Pix[i]; c.Regime == Profile && (p < 0 || p > 64 || p/8 != l) {
			return fmt.Errorf("pix: %d at place %d, want 8 a level", p, i+1)
		}
		sum += c.Pix[i]
	}
	if c.Regime == Profile && sum != c.Score {
		return fmt.Errorf("score: %d, but the pix of the competences make %d", c.Score, sum)
	}
	if c.Regime == Adaptive && c.Pix != [16]int{} {
		return errors.New("pix: not part of the adaptive regime")
	}
	return nil
}
