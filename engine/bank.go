package engine

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"etalon/engine/irt"
)

const (
	bankSchema = "etalon-bank/1"
	maxBank    = 32 << 20 // bytes of a bank file
	maxItems   = 50_000
)

// Modes of an item.
const (
	Free  = "free"  // the web and the machine's own tools may be used
	Focus = "focus" // leaving the page makes the answer wrong
)

// Needs that a candidate may have and an item may serve. An item is put to a
// candidate only if it serves all of the candidate's needs.
const (
	NeedKeyboard     = "keyboard"      // answered without a pointing device
	NeedNoColour     = "no-colour"     // nothing told by colour alone
	NeedNoSound      = "no-sound"      // nothing told by sound alone
	NeedScreenReader = "screen-reader" // read and answered with a screen reader
)

var allNeeds = []string{NeedKeyboard, NeedNoColour, NeedNoSound, NeedScreenReader}

// Item is one question of a bank. In a bank of the profile regime, those of one
// competence, theme and level are the variants of one skill.
type Item struct {
	ID         string   `json:"id"`
	Competence string   `json:"competence"` // code, "1.1" to "5.2"
	Theme      string   `json:"theme"`      // id of a theme of that competence
	Level      int      `json:"level"`      // 1 to 8, of the skill it asks for
	A          float64  `json:"a"`          // discrimination, above 0; 0 in the profile regime
	B          float64  `json:"b"`          // difficulty, on the scale of ability; 0 in the profile regime
	Mode       string   `json:"mode"`       // Free or Focus
	Languages  []string `json:"languages"`  // it exists in, as "fr"
	Accessible []string `json:"accessible"` // needs it serves; may be absent
}

// Bank is a set of items, as DecodeBank accepted it. It is never
// changed, and may be shared by goroutines.
type Bank struct {
	ID       string
	SHA256   string // hex, of the file's bytes
	Regime   string // "adaptive": calibrated; or "profile"
	Specimen bool   // made up: what is scored with it certifies nothing
	Items    []Item // by id

	byID map[string]int

	// Adaptive regime.
	model *irt.Bank   // the same items, by the same indices
	rules [3]irt.Rule // of selection, in the order in which they yield

	prepared sync.Once
	table    atomic.Pointer[irt.Table] // of the recentred estimator, once prepared
	starts   sync.Map                  // *start by language and needs
	started  atomic.Int32              // of them

	// Profile regime.
	skills  [16][]skill // by competence, then level and id
	highest int         // level of a skill
}

type bankFile struct {
	Schema   string     `json:"schema"`
	ID       string     `json:"id"`
	Regime   *string    `json:"regime"`
	Specimen bool       `json:"specimen"`
	Items    []itemFile `json:"items"`
}

type itemFile struct {
	Item
	// These take the place of the Item's: 0 is a value, absence is not.
	A *float64 `json:"a"`
	B *float64 `json:"b"`
}

// fault is a field and what is wrong with it.
type fault struct {
	field string
	err   error
}

// DecodeBank decodes an item bank (package comment, "Bank"); name stands in
// its errors.
func DecodeBank(name string, data []byte) (*Bank, error) {
	d := document{name: name, data: data}
	var f bankFile
	if err := d.decode(&f, maxBank); err != nil {
		return nil, err
	}
	if f.Schema != bankSchema {
		return nil, d.at("/schema", "is %.40q; this program reads %s", f.Schema, bankSchema)
	}
	if err := checkID(f.ID); err != nil {
		return nil, d.at("/id", "%v", err)
	}
	if len(f.Items) == 0 || len(f.Items) > maxItems {
		return nil, d.at("/items", "holds %d items; give 1 to %d", len(f.Items), maxItems)
	}
	b := &Bank{ID: f.ID, SHA256: sha256Hex(data), Regime: regimeAdaptive, Specimen: f.Specimen, byID: make(map[string]int, len(f.Items))}
	if f.Regime != nil {
		if b.Regime = *f.Regime; b.Regime != regimeAdaptive && b.Regime != regimeProfile {
			return nil, d.at("/regime", "is %.40q; give %q or %q", b.Regime, regimeAdaptive, regimeProfile)
		}
	}
	items := make([]Item, len(f.Items))
	for i := range f.Items {
		if faults := f.Items[i].faults(b.Regime); len(faults) > 0 {
			return nil, d.at(jsontext.Pointer(fmt.Sprintf("/items/%d/%s", i, faults[0].field)), "(item %.80q) %v", f.Items[i].ID, faults[0].err)
		}
		it := &items[i]
		*it = f.Items[i].Item
		if j, ok := b.byID[it.ID]; ok {
			return nil, d.at(jsontext.Pointer(fmt.Sprintf("/items/%d/id", i)), "repeats the id %q of items[%d]; give each item its own", it.ID, j)
		}
		b.byID[it.ID] = i
	}
	b.index(items)
	if b.Regime == regimeProfile {
		if err := b.indexSkills(); err != nil {
			return nil, d.at("/items", "%v", err)
		}
	}
	return b, nil
}

// faults lists what is wrong with an item and, when nothing is, completes it:
// items of the adaptive regime have parameters, those of the profile regime
// have not.
func (f *itemFile) faults(regime string) (found []fault) {
	note := func(field string, err error) {
		if err != nil {
			found = append(found, fault{field, err})
		}
	}
	it := &f.Item
	note("id", checkID(it.ID))
	if competenceIndex(it.Competence) < 0 {
		note("competence", fmt.Errorf("is %.40q; give one of 1.1 to 5.2", it.Competence))
	}
	note("theme", checkID(it.Theme))
	if it.Level < 1 || it.Level > 8 {
		note("level", fmt.Errorf("is %d or missing; give 1 to 8", it.Level))
	}
	if it.Mode != Free && it.Mode != Focus {
		note("mode", fmt.Errorf("is %.40q; give %q or %q", it.Mode, Free, Focus))
	}
	if len(it.Languages) == 0 {
		note("languages", errors.New("is empty or missing; give at least one, as \"fr\""))
	}
	note("languages", checkSet(it.Languages, 32, func(s string) bool { return langPattern.MatchString(s) }, "language codes, as \"fr\""))
	note("accessible", checkNeeds(it.Accessible))
	note("a", checkParameter(regime, f.A, "discrimination", "above 0 and up to 10", func(a float64) bool { return a > 0 && a <= 10 }))
	note("b", checkParameter(regime, f.B, "difficulty", "between -30 and 30", func(b float64) bool { return math.Abs(b) <= 30 }))
	if found == nil && regime != regimeProfile {
		it.A, it.B = *f.A, *f.B
	}
	return found
}

func checkParameter(regime string, value *float64, what, where string, lies func(float64) bool) error {
	switch {
	case regime == regimeProfile && value != nil:
		return errors.New("is given in a bank of the profile regime, which has no use for it; remove it")
	case regime == regimeProfile:
		return nil
	case value == nil:
		return fmt.Errorf("is missing; give the %s", what)
	case !lies(*value):
		return fmt.Errorf("is %v; a %s lies %s", *value, what, where)
	}
	return nil
}

// index sorts the items by id, which is how ties between them are broken.
func (b *Bank) index(items []Item) {
	slices.SortFunc(items, func(x, y Item) int { return strings.Compare(x.ID, y.ID) })
	b.Items, b.byID = items, make(map[string]int, len(items))
	for i := range items {
		b.byID[items[i].ID] = i
	}
	if b.Regime != regimeProfile {
		b.prepare()
	}
}

// prepare prepares the model and the rules of selection of the adaptive regime:
// spread of competences, one question a theme, coverage of all competences.
func (b *Bank) prepare() {
	items := b.Items
	numbers := map[[2]string]int{}
	competences, themes := make([]int, len(items)), make([]int, len(items))
	models := make([]irt.Item, len(items))
	for i := range items {
		it := &items[i]
		key := [2]string{it.Competence, it.Theme}
		if _, ok := numbers[key]; !ok {
			numbers[key] = len(numbers)
		}
		competences[i], themes[i] = competenceIndex(it.Competence), numbers[key]
		models[i] = it.model()
	}
	b.rules = [3]irt.Rule{irt.Apart(competences, 2), irt.AtMost(themes, 1), irt.Cover(competences)}
	var err error
	if b.model, err = irt.NewBank(models); err != nil {
		panic("engine: an item passed its check: " + err.Error())
	}
}

func checkNeeds(needs []string) error {
	known := func(s string) bool { return slices.Contains(allNeeds, s) }
	return checkSet(needs, len(allNeeds), known, "any of "+strings.Join(allNeeds, ", "))
}

// checkSet checks a list that stands for a set: in order, nothing twice.
func checkSet(list []string, most int, valid func(string) bool, give string) error {
	if len(list) > most {
		return fmt.Errorf("holds %d values; give at most %d", len(list), most)
	}
	for i, s := range list {
		if !valid(s) {
			return fmt.Errorf("holds %.40q; give %s", s, give)
		}
		if i > 0 && list[i-1] >= s {
			return fmt.Errorf("is not in alphabetical order or repeats %q; sort it", s)
		}
	}
	return nil
}

// serves tells whether the item may be put to a candidate.
func (it *Item) serves(language string, needs []string) bool {
	if !slices.Contains(it.Languages, language) {
		return false
	}
	for _, n := range needs {
		if !slices.Contains(it.Accessible, n) {
			return false
		}
	}
	return true
}

// model returns the parameters that abilities are estimated with.
func (it *Item) model() irt.Item { return irt.Item{A: it.A, B: it.B} }

// item returns the item of that id, or nil.
func (b *Bank) item(id string) *Item {
	if i, ok := b.byID[id]; ok {
		return &b.Items[i]
	}
	return nil
}

func (b *Bank) ref() Ref { return Ref{b.ID, b.SHA256} }
