package engine

import (
	"errors"
	"fmt"
	"slices"

	"etalon/engine/irt"
)

const (
	positioningQuestions = 20 // at most, a competence
	positioningResults   = 5  // questions between two results
	positioningReach     = 2  // levels asked above the highest one succeeded
)

// Setting is how a candidate takes a positioning test.
type Setting struct {
	Competence string   // code
	Language   string   // of the items, as "fr"
	Needs      []string // accessibility needs
	Seed       [32]byte // random, fresh for each test: it picks among variants
}

// Positioning is the positioning test of one competence, without time limit:
// it may stop after any answer and go on whenever (Profile.Save, Profile.Resume).
// It is not safe for use by several goroutines at once.
type Positioning struct {
	bank       *Bank
	maxLevel   int
	competence int
	setting    Setting
	answers    []reply
	items      []int   // that ask for the skills of the competence, -1 where there is none
	states     []state // of these skills
	reached    int     // highest level succeeded
	next       int     // place of the skill on screen, -1 when the test is complete
}

// reply is one answer of a positioning test.
type reply struct {
	skill   int // place within the competence
	correct bool
}

// state of a skill in a positioning test.
type state uint8

const (
	unsettled state = iota
	validated
	ruledOut
)

// Position begins a positioning test of one competence. What is saved of it
// takes the place of the earlier test of that competence.
func (p *Profile) Position(s Setting) (*Positioning, error) {
	c := competenceIndex(s.Competence)
	switch {
	case c < 0:
		return nil, fmt.Errorf("engine: positioning: field competence is %.40q; give one of 1.1 to 5.2", s.Competence)
	case !langPattern.MatchString(s.Language):
		return nil, fmt.Errorf("engine: positioning: field language is %.40q; give a language code, as \"fr\"", s.Language)
	}
	if err := checkNeeds(s.Needs); err != nil {
		return nil, fmt.Errorf("engine: positioning: field needs %w", err)
	}
	s.Needs = append([]string{}, s.Needs...)
	skills := p.bank.skills[c]
	t := &Positioning{bank: p.bank, maxLevel: p.framework.MaxLevel, competence: c, setting: s, states: make([]state, len(skills))}
	for i := range skills {
		t.items = append(t.items, p.bank.variant(&skills[i], &s.Seed, s.Language, s.Needs, nil))
	}
	if t.choose(); t.next < 0 {
		return nil, fmt.Errorf("engine: positioning: field language is %q with needs %v, for which bank %s has no item of competence %s at the first levels; use another bank", s.Language, s.Needs, p.bank.ID, s.Competence)
	}
	return t, nil
}

// Next returns the item to answer now, the same until it is answered, or nil
// when the test is complete.
func (t *Positioning) Next() *Item {
	if t.next < 0 {
		return nil
	}
	return &t.bank.Items[t.items[t.next]]
}

// Answer answers the item of Next; a question passed is answered wrong.
func (t *Positioning) Answer(correct bool) error {
	if t.next < 0 {
		return errors.New("engine: the positioning test is complete; save it, or begin another")
	}
	t.answers = append(t.answers, reply{t.next, correct})
	t.settle(t.next, correct)
	if correct {
		t.reached = max(t.reached, t.bank.skills[t.competence][t.next].level)
	}
	t.choose()
	return nil
}

// settle draws from an answer all that it says: a right one validates the skill
// and the easier ones of its theme, a wrong one rules out it and the harder
// ones.
func (t *Positioning) settle(place int, correct bool) {
	for i := range t.states {
		if t.follows(place, i, correct) {
			t.states[i] = ruledOut
			if correct {
				t.states[i] = validated
			}
		}
	}
}

// follows tells whether an answer to the skill at place settles the one at
// other.
func (t *Positioning) follows(place, other int, correct bool) bool {
	k, o := &t.bank.skills[t.competence][place], &t.bank.skills[t.competence][other]
	if t.states[other] != unsettled || o.theme != k.theme || o.level > t.maxLevel {
		return false
	}
	return correct && o.level <= k.level || !correct && o.level >= k.level
}

// choose finds the next skill: among those not settled that lie at most two
// levels above the highest one succeeded, the one whose answer will settle most,
// on average; ties go to the lower level, then id, the order of skills.
func (t *Positioning) choose() {
	t.next = -1
	if len(t.answers) == positioningQuestions {
		return
	}
	ability := t.ability()
	var most int64
	for place, k := range t.bank.skills[t.competence] {
		if t.states[place] != unsettled || k.level > min(t.reached+positioningReach, t.maxLevel) || t.items[place] < 0 {
			continue
		}
		right, wrong := 0, 0
		for other := range t.states {
			if t.follows(place, other, true) {
				right++
			}
			if t.follows(place, other, false) {
				wrong++
			}
		}
		// Rounded, for what is equal must not differ by the last bit.
		p, _ := onLevel(k.level).Probability(ability)
		if gain := billionths(float64(wrong) + float64(p*float64(right-wrong))); t.next < 0 || gain > most {
			t.next, most = place, gain
		}
	}
}

// onLevel is the model of a skill: P(right | ℓ) = 1 / (1 + exp(level - ℓ)).
func onLevel(level int) irt.Item { return irt.Item{A: 1, B: float64(level)} }

// ability returns the most likely of 0, 0.5, … 8 from the answers so far, the
// lowest when there are several.
func (t *Positioning) ability() float64 {
	best, most := 0.0, 0.0
	for half := range 17 {
		ability, sum := float64(half)/2, 0.0
		for _, r := range t.answers {
			right, wrong := onLevel(t.bank.skills[t.competence][r.skill].level).LogProbability(ability)
			if r.correct {
				sum += right
			} else {
				sum += wrong
			}
		}
		if half == 0 || sum > most {
			best, most = ability, sum
		}
	}
	return best
}

// Asked returns how many questions were answered.
func (t *Positioning) Asked() int { return len(t.answers) }

// ResultsDue tells whether the candidate is shown results now: after every
// fifth question, and when the test is complete.
func (t *Positioning) ResultsDue() bool {
	return t.next < 0 || len(t.answers) > 0 && len(t.answers)%positioningResults == 0
}

// Standing returns what the skills validated so far are worth.
func (t *Positioning) Standing() Standing {
	return t.bank.standing(t.competence, t.maxLevel, func(place int) bool { return t.states[place] == validated })
}

// clone returns a copy that goes its own way.
func (t *Positioning) clone() *Positioning {
	c := *t
	c.answers, c.states = slices.Clone(t.answers), slices.Clone(t.states)
	return &c
}
