package check

import (
	"time"

	"etalon/signing"
)

// A Verdict is the one word of an answer. Where several would hold, the first
// of this order is given.
type Verdict string

// The verdicts, in order of precedence; NotFound stands apart: it is said of a
// code that opens nothing.
const (
	NotGenuine    Verdict = "not-genuine"    // not signed by the issuer, or altered since
	UnknownIssuer Verdict = "unknown-issuer" // signed by a key that no trusted manifest vouches for
	Revoked       Verdict = "revoked"
	Superseded    Verdict = "superseded"
	Suspended     Verdict = "suspended"
	Expired       Verdict = "expired"
	StatusUnknown Verdict = "status-unknown" // authentic; whether it still holds cannot be told
	Valid         Verdict = "valid"
	NotFound      Verdict = "not-found"
)

// Verdicts lists every verdict, in order of precedence, NotFound last.
var Verdicts = []Verdict{NotGenuine, UnknownIssuer, Revoked, Superseded, Suspended, Expired, StatusUnknown, Valid, NotFound}

// Input is what was checked.
type Input string

// The three things that can be checked.
const (
	InputQR   Input = "qr"
	InputCode Input = "code"
	InputPDF  Input = "pdf"
)

// Origin says where the trusted roots came from.
type Origin string

// Roots are pinned by whoever runs the verifier, or, on the operator's own
// machine only, taken from the site under test: such an answer says that the
// site agrees with itself and nothing more.
const (
	Pinned   Origin = "pinned"
	FromSite Origin = "site"
)

// A Result is the answer to one check. Its JSON form is the answer of the API
// and of "verifier check -json". Credential is nil unless it is authentic:
// nothing unverified about a person ever stands in a Result.
type Result struct {
	Verdict    Verdict     `json:"verdict"`
	CheckedAt  time.Time   `json:"checkedAt"` // UTC, whole seconds
	Issuer     *Issuer     `json:"issuer,omitzero"`
	Trust      Origin      `json:"trust"`
	RootsFile  string      `json:"rootsFile,omitzero"` // name of the file of pinned roots; "": they are compiled in
	Input      Input       `json:"input"`
	Credential *Credential `json:"credential,omitzero"`
	Status     *Status     `json:"status,omitzero"`
	Document   *Document   `json:"document,omitzero"`
	Share      string      `json:"share,omitzero"` // link to the shorter credential, for a code
	Forms      []string    `json:"forms,omitzero"` // forms of the PDF in the registry, for a code
	Reason     Reason      `json:"reason,omitzero"`
}

// Issuer is whom the key manifest names.
type Issuer struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Specimen bool   `json:"specimen"` // made for trials: certifies nothing
}

// A Credential holds every signed field. Dates are YYYY-MM-DD; ExpiresOn is
// the last day of validity. The share form has neither birth data, centre,
// session date nor competences.
type Credential struct {
	Number       string         `json:"number"`
	Form         string         `json:"form"`   // full, share
	Regime       string         `json:"regime"` // adaptive, profile
	FamilyName   string         `json:"familyName"`
	GivenNames   string         `json:"givenNames"`
	BirthDate    string         `json:"birthDate,omitzero"`
	BirthPlace   string         `json:"birthPlace,omitzero"`
	Centre       string         `json:"centre,omitzero"`
	SessionDate  string         `json:"sessionDate,omitzero"`
	IssuedOn     string         `json:"issuedOn"`
	ExpiresOn    string         `json:"expiresOn"`
	Score        int            `json:"score"` // pix
	Level        int            `json:"level"`
	MaxLevel     int            `json:"maxLevel"` // highest level that could be reached
	Professional bool           `json:"professional"`
	Levels       map[string]int `json:"levels,omitzero"` // by competence code
	Pix          map[string]int `json:"pix,omitzero"`    // by competence code, profile regime only
	StatusList   uint32         `json:"statusList"`
	StatusIndex  uint32         `json:"statusIndex"`
}

// Status is what the issuer's status list says of a credential.
type Status struct {
	Value      string    `json:"value"`               // valid, revoked, suspended, superseded, unknown
	AsOf       time.Time `json:"asOf,omitzero"`       // when the list was made; zero if it could not be read
	ValidUntil time.Time `json:"validUntil,omitzero"` // zero if it could not be read, or for a list without end
}

// Document says whether a PDF is, byte for byte, a file that was issued. It is
// nil where the registry could not be asked.
type Document struct {
	Issued bool   `json:"issued"`
	Form   string `json:"form,omitzero"` // of the issued file: fr, en
}

// Codes are the codes of the competences, in the order of a credential's levels.
var Codes = [16]string{
	"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1",
	"3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2",
}

// show spells a verified credential out.
func show(c *signing.Credential) *Credential {
	v := &Credential{
		Number:       signing.FormatNumber(c.Number),
		Form:         "full",
		Regime:       "adaptive",
		FamilyName:   c.FamilyName,
		GivenNames:   c.GivenNames,
		IssuedOn:     c.IssuedOn.String(),
		ExpiresOn:    c.ExpiresOn.String(),
		Score:        c.Score,
		Level:        c.Level,
		MaxLevel:     c.MaxLevel,
		Professional: c.Professional,
		StatusList:   c.List,
		StatusIndex:  c.Index,
	}
	if c.Regime == signing.Profile {
		v.Regime = "profile"
	}
	if c.Form == signing.Share {
		v.Form = "share"
		return v
	}
	v.BirthDate, v.BirthPlace = c.BirthDate.String(), c.BirthPlace
	v.Centre, v.SessionDate = c.Centre, c.SessionDate.String()
	v.Levels = byCode(c.Levels)
	if c.Regime == signing.Profile {
		v.Pix = byCode(c.Pix)
	}
	return v
}

func byCode(values [16]int) map[string]int {
	m := make(map[string]int, len(Codes))
	for i, code := range Codes {
		m[code] = values[i]
	}
	return m
}
