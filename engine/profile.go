package engine

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	profileSchema = "etalon-profile/1"
	maxProfile    = 256 << 10 // bytes
)

// Profile is what a candidate showed in the positioning tests of the profile
// regime: of each competence, the last one saved. A certification freezes it.
type Profile struct {
	ID string

	bank      *Bank
	framework *Framework
	tests     [16]*Positioning // nil for a competence without one
	saved     [16]time.Time
}

// NewProfile returns a profile without any test, for a bank and a framework of
// the profile regime.
func NewProfile(id string, b *Bank, f *Framework) (*Profile, error) {
	if err := checkID(id); err != nil {
		return nil, fmt.Errorf("engine: profile: field id %w", err)
	}
	if err := fitRegime(b, f); err != nil {
		return nil, fmt.Errorf("engine: profile %s: %w", id, err)
	}
	if f.Regime != regimeProfile {
		return nil, fmt.Errorf("engine: profile %s: framework %s is of the regime %q; give one of %q", id, f.ID, f.Regime, regimeProfile)
	}
	return &Profile{ID: id, bank: b, framework: f}, nil
}

// fitRegime checks that a bank can be used under a framework.
func fitRegime(b *Bank, f *Framework) error {
	switch {
	case b.Regime != f.Regime:
		return fmt.Errorf("bank %s is of the regime %q and framework %s of %q; give two of the same", b.ID, b.Regime, f.ID, f.Regime)
	case f.Regime == regimeProfile && b.highest < f.MaxLevel:
		return fmt.Errorf("bank %s has skills up to level %d, and framework %s lets one reach level %d; use a bank that goes as far", b.ID, b.highest, f.ID, f.MaxLevel)
	}
	return nil
}

// Save puts a positioning test, complete or not, into the profile, in the place
// of the one saved before. at is when; an earlier state cannot come back.
func (p *Profile) Save(t *Positioning, at time.Time) error {
	if t.bank != p.bank || t.maxLevel != p.framework.MaxLevel {
		return fmt.Errorf("engine: profile %s: the test of %s was not begun under its bank and framework; begin it with Position", p.ID, competenceCodes[t.competence])
	}
	at = at.UTC().Truncate(time.Millisecond)
	if _, err := checkTimestamp(formatTime(at)); err != nil {
		return fmt.Errorf("engine: profile %s: field saved %w", p.ID, err)
	}
	if last := p.saved[t.competence]; at.Before(last) {
		return fmt.Errorf("engine: profile %s: a test of %s was saved on %s, later than this one, of %s; the last one counts", p.ID, competenceCodes[t.competence], formatTime(last), formatTime(at))
	}
	p.tests[t.competence], p.saved[t.competence] = t.clone(), at
	return nil
}

// Resume returns the saved test of a competence, to go on with where it
// stopped, or nil for none.
func (p *Profile) Resume(competence string) *Positioning {
	c := competenceIndex(competence)
	if c < 0 || p.tests[c] == nil {
		return nil
	}
	return p.tests[c].clone()
}

// Standing returns where the candidate stands in a competence: nowhere without
// a saved test.
func (p *Profile) Standing(competence string) Standing {
	if t := p.Resume(competence); t != nil {
		return t.Standing()
	}
	return standingOf(new(big.Rat))
}

// Certifiable tells whether the candidate may sit a certification: enough
// competences are at level 1 or above.
func (p *Profile) Certifiable() bool {
	n := 0
	for _, code := range competenceCodes {
		if p.Standing(code).Level >= 1 {
			n++
		}
	}
	return n >= p.framework.MinimumCompetences
}

// Wait checks that a candidate who sat sessions on some days, whatever came of
// them, may sit one on day: WaitDays lie between two.
func (f *Framework) Wait(day string, others ...string) error {
	on, err := checkDate(day)
	if err != nil {
		return fmt.Errorf("engine: the day %w", err)
	}
	for _, other := range others {
		at, err := checkDate(other)
		if err != nil {
			return fmt.Errorf("engine: the day of another session %w", err)
		}
		if apart := int(on.Sub(at).Abs().Hours() / 24); apart < f.WaitDays {
			return fmt.Errorf("engine: the session of %s is %d days from that of %s; %d must lie between two, so sit from %s on", day, apart, other, f.WaitDays, at.AddDate(0, 0, f.WaitDays).Format(time.DateOnly))
		}
	}
	return nil
}

type profileFile struct {
	Bank      Ref           `json:"bank"`
	Framework Ref           `json:"framework"`
	ID        string        `json:"id"`
	Schema    string        `json:"schema"`
	Tests     []profileTest `json:"tests"`
}

type profileTest struct {
	Answers    []profileAnswer `json:"answers"`
	Competence string          `json:"competence"`
	Language   string          `json:"language"`
	Needs      []string        `json:"needs"`
	Saved      string          `json:"saved"`
	Seed       string          `json:"seed"`
}

type profileAnswer struct {
	Correct bool   `json:"correct"`
	Item    string `json:"item"`
}

// Encode returns the profile's JSON in RFC 8785 form, without a line end.
func (p *Profile) Encode() []byte {
	f := profileFile{Bank: p.bank.ref(), Framework: p.framework.ref(), ID: p.ID, Schema: profileSchema, Tests: []profileTest{}}
	for c, t := range p.tests {
		if t == nil {
			continue
		}
		out := profileTest{
			Answers: []profileAnswer{}, Competence: competenceCodes[c], Language: t.setting.Language,
			Needs: t.setting.Needs, Saved: formatTime(p.saved[c]), Seed: hex.EncodeToString(t.setting.Seed[:]),
		}
		for _, r := range t.answers {
			out.Answers = append(out.Answers, profileAnswer{r.correct, p.bank.Items[t.items[r.skill]].ID})
		}
		f.Tests = append(f.Tests, out)
	}
	return canonical(f)
}

// ref names the profile and its state.
func (p *Profile) ref() Ref { return Ref{p.ID, sha256Hex(p.Encode())} }

// DecodeProfile decodes a profile (package comment, "Profile"), which must be
// in the form that Encode gives, a line end after it allowed, taking every test
// again with the bank and framework it was taken under; name stands in its
// errors.
func DecodeProfile(name string, data []byte, b *Bank, fw *Framework) (*Profile, error) {
	d := document{name: name, data: data}
	var f profileFile
	if err := d.decode(&f, maxProfile); err != nil {
		return nil, err
	}
	if f.Schema != profileSchema {
		return nil, d.at("/schema", "is %.40q; this program reads %s", f.Schema, profileSchema)
	}
	for _, r := range []struct {
		at         jsontext.Pointer
		have, want Ref
	}{{"/bank", f.Bank, b.ref()}, {"/framework", f.Framework, fw.ref()}} {
		if r.have != r.want {
			return nil, d.at(r.at, "is %.80q with SHA-256 %.64q, and the one at hand is %q with %s; give the one the tests were taken with", r.have.ID, r.have.SHA256, r.want.ID, r.want.SHA256)
		}
	}
	p, err := NewProfile(f.ID, b, fw)
	if err != nil {
		return nil, d.at("/id", "%v", err)
	}
	for i := range f.Tests {
		at := jsontext.Pointer(fmt.Sprintf("/tests/%d", i))
		if field, err := p.replay(&f.Tests[i]); err != nil {
			return nil, d.at(at+jsontext.Pointer(field), "%v", err)
		}
	}
	if !bytes.Equal(bytes.TrimSuffix(data, []byte("\n")), p.Encode()) {
		return nil, d.at("", "is not in canonical form (RFC 8785), lacks a member, or has tests out of order or twice; restore the profile from its copy")
	}
	return p, nil
}

// replay takes a saved test again; field is a JSON pointer within it.
func (p *Profile) replay(f *profileTest) (field string, err error) {
	if !hashPattern.MatchString(f.Seed) {
		return "/seed", fmt.Errorf("is not 32 bytes in lower-case hexadecimal")
	}
	saved, err := checkTimestamp(f.Saved)
	if err != nil {
		return "/saved", err
	}
	s := Setting{Competence: f.Competence, Language: f.Language, Needs: f.Needs}
	hex.Decode(s.Seed[:], []byte(f.Seed))
	t, err := p.Position(s)
	if err != nil {
		return "", err
	}
	for i, a := range f.Answers {
		at := fmt.Sprintf("/answers/%d", i)
		it := t.Next()
		if it == nil {
			return at, fmt.Errorf("comes after the end of the test; the profile was altered")
		}
		if it.ID != a.Item {
			return at + "/item", fmt.Errorf("is %.80q, where the rules choose %q; the profile does not belong to this bank and framework, or was altered", a.Item, it.ID)
		}
		if err := t.Answer(a.Correct); err != nil {
			return at, err
		}
	}
	return "", p.Save(t, saved)
}

// freeze returns what a certification keeps of the profile: the hardest
// validated skill of each theme, and the items already seen, both by id.
func (p *Profile) freeze(maxLevel int) (skills, seen []string) {
	skills, seen = []string{}, []string{}
	for c, t := range p.tests {
		if t == nil {
			continue
		}
		hardest := map[string]string{} // by theme; skills go up by level
		for place, k := range p.bank.skills[c] {
			if t.states[place] == validated && k.level <= maxLevel {
				hardest[k.theme] = k.id
			}
		}
		for _, id := range hardest {
			skills = append(skills, id)
		}
		for _, r := range t.answers {
			seen = append(seen, p.bank.Items[t.items[r.skill]].ID)
		}
	}
	slices.Sort(skills)
	slices.Sort(seen)
	return skills, seen
}
