package engine

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/testdata"
)

// specimenSkills makes up a bank of the profile regime: over the themes of the
// referential, skills of levels 1 to 7 with two variants each. A theme does not
// have a skill at every level.
func specimenSkills() []byte {
	var items []any
	for _, code := range competenceCodes {
		for i, theme := range strings.Fields(specimenThemes[code]) {
			for level := 1; level <= 7; level++ {
				// Three themes a competence have a skill at each level, the others
				// at one level at least.
				if i >= 3 && level != 1+i%6 && chance(code, theme, level, "skill") < 0.45 {
					continue
				}
				for _, letter := range []string{"v", "w"} {
					it := specimenItem(code, theme, level, letter)
					items = append(items, struct {
						ID         string   `json:"id"`
						Competence string   `json:"competence"`
						Theme      string   `json:"theme"`
						Level      int      `json:"level"`
						Mode       string   `json:"mode"`
						Languages  []string `json:"languages"`
						Accessible []string `json:"accessible"`
					}{it.ID, it.Competence, it.Theme, it.Level, it.Mode, it.Languages, it.Accessible})
				}
			}
		}
	}
	return specimenBankFile("\"id\": \"specimen-skills-2026\",\n \"regime\": \"profile\"", items)
}

// specimenProfileFramework is the published framework profile-2021, whose rules
// need nothing made up, but for its note.
const specimenProfileFramework = `{
 "schema": "etalon-framework/1",
 "id": "profile-2021",
 "regime": "profile",
 "validFrom": "2021-01-01",
 "validUntil": "",
 "note": {
  "fr": "SPECIMEN : pour la démonstration.",
  "en": "SPECIMEN: for the demonstration."
 },
 "maxLevel": 6,
 "professional": {"score": 120, "from": "2022-01-01"},
 "questionsPerCompetence": 3,
 "minimumQuestions": 15,
 "maximumQuestions": 48,
 "minutes": 105,
 "sessionMinutes": 120,
 "validityYears": 3,
 "waitDays": 15,
 "minimumCompetences": 5
}
`

// profileData decodes bank and framework of the profile regime once for all
// tests.
var profileData = sync.OnceValues(func() (*Bank, *Framework) {
	b, err := DecodeBank("skills.json", specimenSkills())
	if err != nil {
		panic(err)
	}
	f, err := DecodeFramework("profile-2021.json", []byte(specimenProfileFramework))
	if err != nil {
		panic(err)
	}
	return b, f
})

// specimenFor returns the bank and framework that a log was made with.
func specimenFor(t testing.TB, name string, log []byte) (*Bank, *Framework) {
	t.Helper()
	bank, _, err := References(name, log)
	if err != nil {
		t.Fatal(err)
	}
	b, f := specimenData()
	if bank != b.ref() {
		b, f = profileData()
	}
	return b, f
}

// positioning is how a made-up candidate of the profile regime made a profile.
type positioning struct {
	competences string  // codes taken, in order
	level       float64 // ability on the scale of levels
}

// profile takes the positioning tests, one a day, in the weeks before the
// session.
func (p *player) profile(b *Bank, f *Framework, start time.Time) *Profile {
	prof, err := NewProfile("profile-"+p.session, b, f)
	p.must(err)
	codes := strings.Fields(p.position.competences)
	for i, code := range codes {
		test, err := prof.Position(Setting{
			Competence: code, Language: p.language, Needs: p.needs, Seed: hash(fmt.Sprintln("SPECIMEN seed of", prof.ID, code, i)),
		})
		p.must(err)
		for test.Next() != nil {
			right, _ := onLevel(test.Next().Level).Probability(p.position.level + 2*chance(code, "strength") - 1)
			p.must(test.Answer(chance(prof.ID, code, i, test.Asked()) < right))
		}
		p.must(prof.Save(test, start.AddDate(0, 0, i-len(codes)).Add(time.Duration(1000*chance(code, i))*time.Second)))
	}
	back, err := DecodeProfile("profile.json", prof.Encode(), b, f)
	p.must(err)
	return back
}

func TestSpecimenSkills(t *testing.T) {
	b, f := profileData()
	if !b.Specimen || b.Regime != regimeProfile || b.highest != 7 || f.MaxLevel != 6 {
		t.Errorf("bank of the regime %q, specimen %v, up to level %d; framework up to %d", b.Regime, b.Specimen, b.highest, f.MaxLevel)
	}
	n := 0
	for _, list := range b.skills {
		n += len(list)
	}
	t.Logf("%d skills, %d items", n, len(b.Items))
	if data, err := testdata.FS.ReadFile("specimen/skills.json"); err != nil || !bytes.Equal(data, specimenSkills()) {
		t.Errorf("testdata/specimen/skills.json is not what this test makes (%v)", err)
	}
}
