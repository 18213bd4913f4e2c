package engine

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	frameworkSchema = "etalon-framework/1"
	maxFramework    = 1 << 20 // bytes of a framework file
	globalScale     = "global"
	regimeAdaptive  = "adaptive"
)

// Framework is the set of rules that sessions of a period are held and scored
// under, as DecodeFramework accepted it.
type Framework struct {
	ID       string
	SHA256   string // hex, of the file's bytes
	Regime   string // "adaptive"
	MaxLevel int    // highest level that can be reached, 1 to 8

	Questions      int           // counted questions of a whole test
	MinimumTreated int           // fewer give no score
	Time           time.Duration // for the test, without extra time

	validFrom, validUntil string // days; validUntil "" while open
	professionalScore     int    // pix, 0 for none
	professionalFrom      string // day
	initialCapacity       float64
	variationLimit        float64 // 0 for none
	floor                 []int   // least score by level, and one beyond
	global                scale
	competences           [16]scale
}

type frameworkFile struct {
	Schema     string `json:"schema"`
	ID         string `json:"id"`
	Regime     string `json:"regime"`
	ValidFrom  string `json:"validFrom"`
	ValidUntil string `json:"validUntil"`
	Note       struct {
		FR string `json:"fr"`
		EN string `json:"en"`
	} `json:"note"`
	MaxLevel     int   `json:"maxLevel"`
	Scores       []int `json:"scores"`
	Professional *struct {
		Score int    `json:"score"`
		From  string `json:"from"`
	} `json:"professional"`
	Questions          int                           `json:"questions"`
	MinimumTreated     int                           `json:"minimumTreated"`
	Minutes            int                           `json:"minutes"`
	SessionMinutes     int                           `json:"sessionMinutes"`
	ValidityYears      int                           `json:"validityYears"`
	WaitDays           int                           `json:"waitDays"`
	MinimumCompetences int                           `json:"minimumCompetences"`
	InitialCapacity    jsontext.Value                `json:"initialCapacity"`
	VariationLimit     jsontext.Value                `json:"variationLimit"`
	Intervals          map[string][][]jsontext.Value `json:"intervals"`
}

// DecodeFramework decodes a framework file (package comment, "Framework");
// name stands in its errors. The published files under content/frameworks hold
// no intervals and cannot be scored with: they are refused here.
func DecodeFramework(name string, data []byte) (*Framework, error) {
	d := document{name, data}
	var f frameworkFile
	if err := d.decode(&f, maxFramework, "/variationLimit", "/professional"); err != nil {
		return nil, err
	}
	if f.Schema != frameworkSchema {
		return nil, d.at("/schema", "is %.40q; this program reads %s", f.Schema, frameworkSchema)
	}
	if err := checkID(f.ID); err != nil {
		return nil, d.at("/id", "%v", err)
	}
	if f.Regime != regimeAdaptive {
		return nil, d.at("/regime", "is %.40q; sessions are scored under a framework whose regime is %q", f.Regime, regimeAdaptive)
	}
	for _, c := range []struct {
		at              jsontext.Pointer
		value, low, top int
	}{
		{"/maxLevel", f.MaxLevel, 1, 8},
		{"/questions", f.Questions, 1, 200},
		{"/minimumTreated", f.MinimumTreated, 1, f.Questions},
		{"/minutes", f.Minutes, 1, 600},
		{"/sessionMinutes", f.SessionMinutes, f.Minutes, 600},
		{"/validityYears", f.ValidityYears, 1, 20},
		{"/waitDays", f.WaitDays, 0, 365},
		{"/minimumCompetences", f.MinimumCompetences, 0, 16},
	} {
		if c.value < c.low || c.value > c.top {
			return nil, d.at(c.at, "is %d or missing; give a whole number from %d to %d", c.value, c.low, c.top)
		}
	}
	out := &Framework{
		ID: f.ID, SHA256: sha256Hex(data), Regime: f.Regime, MaxLevel: f.MaxLevel,
		Questions: f.Questions, MinimumTreated: f.MinimumTreated,
		Time:      time.Duration(f.Minutes) * time.Minute,
		validFrom: f.ValidFrom, validUntil: f.ValidUntil,
	}
	if _, err := checkDate(f.ValidFrom); err != nil {
		return nil, d.at("/validFrom", "%v", err)
	}
	if f.ValidUntil != "" {
		if _, err := checkDate(f.ValidUntil); err != nil {
			return nil, d.at("/validUntil", "%v (or \"\" while it holds)", err)
		}
		if f.ValidUntil < f.ValidFrom {
			return nil, d.at("/validUntil", "is %s, before validFrom %s; mend one of them", f.ValidUntil, f.ValidFrom)
		}
	}
	if p := f.Professional; p != nil {
		if p.Score < 1 || p.Score > 1024 {
			return nil, d.at("/professional/score", "is %d; give pix from 1 to 1024", p.Score)
		}
		if _, err := checkDate(p.From); err != nil {
			return nil, d.at("/professional/from", "%v", err)
		}
		out.professionalScore, out.professionalFrom = p.Score, p.From
	}
	if err := out.decodeCapacities(d, &f); err != nil {
		return nil, err
	}
	return out, out.decodeScales(d, &f)
}

func (out *Framework) decodeCapacities(d document, f *frameworkFile) error {
	if f.InitialCapacity == nil {
		return d.at("/initialCapacity", "is missing; give the capacity every test starts from, as -3")
	}
	n, err := parseDecimal(f.InitialCapacity)
	if err != nil {
		return d.at("/initialCapacity", "%v", err)
	}
	if n < -9*billion || n > 9*billion {
		return d.at("/initialCapacity", "is %s; give a number from -9 to 9", decimal(n))
	}
	out.initialCapacity = fromBillionths(n)
	switch {
	case f.VariationLimit == nil:
		return d.at("/variationLimit", "is missing; give null for no limit")
	case f.VariationLimit.Kind() == 'n':
		return nil
	}
	if n, err = parseDecimal(f.VariationLimit); err != nil {
		return d.at("/variationLimit", "%v", err)
	}
	if n <= 0 {
		return d.at("/variationLimit", "is %s; give a number above 0, or null for no limit", decimal(n))
	}
	out.variationLimit = fromBillionths(n)
	return nil
}

func (out *Framework) decodeScales(d document, f *frameworkFile) (err error) {
	if out.floor, err = checkScores(f.Scores, f.MaxLevel); err != nil {
		return d.at("/scores", "%v", err)
	}
	if f.Intervals == nil {
		return d.at("/intervals", "is missing: this file holds the published rules only; score with the certifying body's file, which has the intervals")
	}
	for key := range f.Intervals {
		if key != globalScale && competenceIndex(key) < 0 {
			return d.at(jsontext.Pointer("/intervals").AppendToken(key), "names no competence; the keys are global and 1.1 to 5.2")
		}
	}
	read := func(key string) (scale, error) {
		raw, ok := f.Intervals[key]
		if !ok {
			return nil, d.at("/intervals", "lacks %s; give intervals for global and for each of the 16 competences", key)
		}
		return decodeScale(d, key, raw, f.MaxLevel)
	}
	if out.global, err = read(globalScale); err != nil {
		return err
	}
	for i, code := range competenceCodes {
		if out.competences[i], err = read(code); err != nil {
			return err
		}
	}
	return nil
}

// coversDay tells whether a session may be held on a day under the framework.
func (f *Framework) coversDay(day string) bool {
	return day >= f.validFrom && (f.validUntil == "" || day <= f.validUntil)
}

func (f *Framework) ref() Ref { return Ref{f.ID, f.SHA256} }
