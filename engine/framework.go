package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	frameworkSchema = "etalon-framework/1"
	maxFramework    = 1 << 20 // bytes of a framework file
	globalScale     = "global"
	regimeAdaptive  = "adaptive"
	regimeProfile   = "profile"
)

// Framework is the set of rules that sessions of a period are held and scored
// under, as DecodeFramework accepted it.
type Framework struct {
	ID       string
	SHA256   string // hex, of the file's bytes
	Regime   string // "adaptive" or "profile"
	MaxLevel int    // highest level that can be reached, 1 to 8

	Time               time.Duration // for the test, without extra time
	WaitDays           int           // between two sessions of a candidate
	MinimumCompetences int           // at level 1 or above, to sit a session

	// Adaptive regime.
	Questions      int // counted questions of a whole test
	MinimumTreated int // fewer give no score

	// Profile regime.
	QuestionsPerCompetence int // at most
	MinimumQuestions       int // of a test

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
	PerCompetence      int                           `json:"questionsPerCompetence"`
	MinimumQuestions   int                           `json:"minimumQuestions"`
	MaximumQuestions   int                           `json:"maximumQuestions"`
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
// name stands in its errors. Of the published files under content/frameworks,
// those of the adaptive regime hold no intervals and cannot be scored with:
// they are refused here.
func DecodeFramework(name string, data []byte) (*Framework, error) {
	d := document{name: name, data: data}
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
	if f.Regime != regimeAdaptive && f.Regime != regimeProfile {
		return nil, d.at("/regime", "is %.40q; give %q or %q", f.Regime, regimeAdaptive, regimeProfile)
	}
	if err := d.checkBounds([]bound{
		{"/maxLevel", f.MaxLevel, 1, 8},
		{"/minutes", f.Minutes, 1, 600},
		{"/sessionMinutes", f.SessionMinutes, f.Minutes, 600},
		{"/validityYears", f.ValidityYears, 1, 20},
		{"/waitDays", f.WaitDays, 0, 365},
		{"/minimumCompetences", f.MinimumCompetences, 0, 16},
	}); err != nil {
		return nil, err
	}
	out := &Framework{
		ID: f.ID, SHA256: sha256Hex(data), Regime: f.Regime, MaxLevel: f.MaxLevel,
		Time: time.Duration(f.Minutes) * time.Minute, WaitDays: f.WaitDays, MinimumCompetences: f.MinimumCompetences,
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
	if f.Regime == regimeProfile {
		return out, out.decodeProfile(d, &f)
	}
	return out, out.decodeAdaptive(d, &f)
}

// bound is what a number of a file must lie within.
type bound struct {
	at              jsontext.Pointer
	value, low, top int
}

func (d document) checkBounds(list []bound) error {
	for _, c := range list {
		if c.value < c.low || c.value > c.top {
			return d.at(c.at, "is %d or missing; give a whole number from %d to %d", c.value, c.low, c.top)
		}
	}
	return nil
}

// foreign refuses a member of the other regime.
func (f *frameworkFile) foreign(d document, members map[jsontext.Pointer]bool) error {
	for _, at := range slices.Sorted(maps.Keys(members)) {
		if members[at] {
			return d.at(at, "has no meaning in the regime %q; remove it", f.Regime)
		}
	}
	return nil
}

func (out *Framework) decodeAdaptive(d document, f *frameworkFile) error {
	if err := d.checkBounds([]bound{
		{"/questions", f.Questions, 1, 200},
		{"/minimumTreated", f.MinimumTreated, 1, f.Questions},
	}); err != nil {
		return err
	}
	if err := f.foreign(d, map[jsontext.Pointer]bool{
		"/questionsPerCompetence": f.PerCompetence != 0, "/minimumQuestions": f.MinimumQuestions != 0, "/maximumQuestions": f.MaximumQuestions != 0,
	}); err != nil {
		return err
	}
	out.Questions, out.MinimumTreated = f.Questions, f.MinimumTreated
	if err := out.decodeCapacities(d, f); err != nil {
		return err
	}
	if faults := out.decodeScales(d, f); len(faults) > 0 {
		return several(faults)
	}
	return nil
}

// decodeProfile reads what is the profile regime's own. Its table of outcomes
// knows up to three questions a competence.
func (out *Framework) decodeProfile(d document, f *frameworkFile) error {
	if err := d.checkBounds([]bound{
		{"/questionsPerCompetence", f.PerCompetence, 1, 3},
		{"/minimumQuestions", f.MinimumQuestions, 1, max(1, f.PerCompetence*f.MinimumCompetences)},
		{"/maximumQuestions", f.MaximumQuestions, f.PerCompetence * len(competenceCodes), f.PerCompetence * len(competenceCodes)},
	}); err != nil {
		return err
	}
	out.QuestionsPerCompetence, out.MinimumQuestions = f.PerCompetence, f.MinimumQuestions
	return f.foreign(d, map[jsontext.Pointer]bool{
		"/questions": f.Questions != 0, "/minimumTreated": f.MinimumTreated != 0, "/scores": f.Scores != nil,
		"/initialCapacity": f.InitialCapacity != nil, "/variationLimit": f.VariationLimit != nil, "/intervals": f.Intervals != nil,
	})
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

// decodeScales reads the intervals and returns all that is wrong with them.
func (out *Framework) decodeScales(d document, f *frameworkFile) (faults []error) {
	fail := func(p jsontext.Pointer, format string, args ...any) {
		faults = append(faults, d.at(p, format, args...))
	}
	var err error
	if out.floor, err = checkScores(f.Scores, f.MaxLevel); err != nil {
		fail("/scores", "%v", err)
	}
	if f.Intervals == nil {
		fail("/intervals", "is missing: this file holds the published rules only; score with the certifying body's file, which has the intervals")
		return faults
	}
	for _, key := range slices.Sorted(maps.Keys(f.Intervals)) {
		if key != globalScale && competenceIndex(key) < 0 {
			fail(jsontext.Pointer("/intervals").AppendToken(key), "names no competence; the keys are global and 1.1 to 5.2")
			return faults // a wrong file rather than a wrong key
		}
	}
	read := func(key string) scale {
		raw, ok := f.Intervals[key]
		if !ok {
			fail("/intervals", "lacks %s; give intervals for global and for each of the 16 competences", key)
			return nil
		}
		s, wrong := decodeScale(d, key, raw, f.MaxLevel)
		faults = append(faults, wrong...)
		return s
	}
	out.global = read(globalScale)
	for i, code := range competenceCodes {
		out.competences[i] = read(code)
	}
	return faults
}

// coversDay tells whether a session may be held on a day under the framework.
func (f *Framework) coversDay(day string) bool {
	return day >= f.validFrom && (f.validUntil == "" || day <= f.validUntil)
}

func (f *Framework) ref() Ref { return Ref{f.ID, f.SHA256} }
