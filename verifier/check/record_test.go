package check

import (
	"fmt"
	"testing"

	"etalon/signing"
)

// A record of the profile regime and a credential agree in the pix of each
// competence as in its level.
func TestRecordAgreesInPix(t *testing.T) {
	born, _ := signing.ParseDate("2004-02-17")
	sat, _ := signing.ParseDate("2026-09-14")
	c := &signing.Credential{
		Form: signing.Full, Regime: signing.Profile, FamilyName: "Ben Salah", BirthDate: born, Centre: "Valbrume",
		SessionDate: sat, Score: 22, MaxLevel: 6,
	}
	c.Levels[1], c.Pix[1] = 2, 22
	for _, r := range []struct {
		levels, pix string
		want        bool
	}{
		{`{"1.1":0,"1.2":2}`, `{"1.1":0,"1.2":22}`, true},
		{`{"1.1":0,"1.2":2}`, `{"1.1":0,"1.2":21}`, false},
		{`{"1.1":0,"1.2":2}`, `{"1.1":8,"1.2":22}`, false},
		{`{"1.1":0,"1.2":3}`, `{"1.1":0,"1.2":22}`, false},
		{`{"1.2":2}`, `{"9.9":0}`, false},
	} {
		record := fmt.Sprintf(`{"state":"final","outcome":"validated","regime":"profile","candidate":{"birthDate":"2004-02-17","birthPlace":"","familyName":"Ben Salah","givenNames":""},`+
			`"centre":"Valbrume","sessionDate":"2026-09-14","score":22,"maxLevel":6,"professional":false,"levels":%s,"pix":%s}`, r.levels, r.pix)
		if got := agrees([]byte(record), c); got != r.want {
			t.Errorf("levels %s, pix %s: agrees %v", r.levels, r.pix, got)
		}
	}
}
