package check

import (
	"slices"

	"github.com/go-json-experiment/json"

	"etalon/signing"
)

// recordView is what a record and a credential both say. The record as a whole
// belongs to the engine; what is absent from a record of another regime or
// version is not compared.
type recordView struct {
	Schema    string `json:"schema"`
	State     string `json:"state"`
	Outcome   string `json:"outcome"`
	Regime    string `json:"regime"`
	Candidate struct {
		BirthDate  string `json:"birthDate"`
		BirthPlace string `json:"birthPlace"`
		FamilyName string `json:"familyName"`
		GivenNames string `json:"givenNames"`
	} `json:"candidate"`
	Centre       string         `json:"centre"`
	SessionDate  string         `json:"sessionDate"`
	Score        *int           `json:"score"`
	Level        *int           `json:"level"`
	MaxLevel     *int           `json:"maxLevel"`
	Professional *bool          `json:"professional"`
	Levels       map[string]int `json:"levels"`
	Pix          map[string]int `json:"pix"` // profile regime only
}

// agrees reports whether the record that lies in a registry entry describes
// what the credential beside it certifies. Both are signed by the issuer; they
// differ only if it put two people's parts together.
func agrees(record []byte, c *signing.Credential) bool {
	var v recordView
	if json.Unmarshal(record, &v) != nil {
		return false
	}
	same := v.State == "final" && v.Outcome == "validated" &&
		v.Regime == c.Regime.String() &&
		v.Candidate.FamilyName == c.FamilyName &&
		v.Candidate.GivenNames == c.GivenNames &&
		v.Candidate.BirthDate == c.BirthDate.String() &&
		v.Candidate.BirthPlace == c.BirthPlace &&
		v.Centre == c.Centre &&
		v.SessionDate == c.SessionDate.String() &&
		equal(v.Score, c.Score) &&
		equal(v.MaxLevel, c.MaxLevel) &&
		equal(v.Professional, c.Professional)
	if c.Regime == signing.Adaptive {
		same = same && equal(v.Level, c.Level)
	}
	return same && equalByCode(v.Levels, &c.Levels) && equalByCode(v.Pix, &c.Pix)
}

// equalByCode compares what is said of some competences.
func equalByCode(have map[string]int, want *[16]int) bool {
	for code, n := range have {
		if at := slices.Index(Codes[:], code); at < 0 || want[at] != n {
			return false
		}
	}
	return true
}

// equal compares a member that may be absent.
func equal[T comparable](have *T, want T) bool { return have == nil || *have == want }
