package engine

import (
	"cmp"
	"fmt"
	"slices"
)

// frozen is a profile as a certification holds it, and the test that follows
// from it.
type frozen struct {
	profile   Ref
	standings [16]Standing
	items     []int // indices, in the order in which they are put
}

// maxThemes bounds the skills of a frozen profile, one a theme; the referential
// has 121.
const maxThemes = 200

// applyProfile freezes the profile: the third event of a log of the profile
// regime.
func (s *Session) applyProfile(e *event) (string, error) {
	if field, err := e.Profile.check(); err != nil {
		return "profile." + field, err
	}
	b, f := s.bank, s.framework
	anything := func(string) bool { return true }
	if err := checkSet(*e.Skills, maxThemes, anything, "ids of skills, one a theme"); err != nil {
		return "skills", err
	}
	if err := checkSet(*e.Seen, len(competenceCodes)*positioningQuestions, anything, "ids of items"); err != nil {
		return "seen", err
	}
	hardest := map[string]int{} // validated level by theme
	for _, id := range *e.Skills {
		c, place, ok := b.skillByID(id)
		switch k := b.skills[c]; {
		case !ok:
			return "skills", fmt.Errorf("names %.80q, which bank %s does not have; mend it", id, b.ID)
		case k[place].level > f.MaxLevel:
			return "skills", fmt.Errorf("names %q, above the highest level of framework %s, %d; freeze the profile anew", id, f.ID, f.MaxLevel)
		case hardest[k[place].theme] > 0:
			return "skills", fmt.Errorf("names two skills of the theme of %q; the hardest stands for the easier ones", id)
		default:
			hardest[k[place].theme] = k[place].level
		}
	}
	seen := make(map[int]bool, len(*e.Seen))
	for _, id := range *e.Seen {
		i, ok := b.byID[id]
		if !ok {
			return "seen", fmt.Errorf("names %.80q, which bank %s does not have; mend it", id, b.ID)
		}
		seen[i] = true
	}
	z := &frozen{profile: *e.Profile}
	certifiable := 0
	for c, skills := range b.skills {
		holds := func(place int) bool { return skills[place].level <= hardest[skills[place].theme] }
		z.standings[c] = b.standing(c, f.MaxLevel, holds)
		if z.standings[c].Level >= 1 {
			certifiable++
			z.items = append(z.items, s.pick(skills, holds, seen)...)
		}
	}
	if certifiable < f.MinimumCompetences {
		return "skills", fmt.Errorf("puts %d competences at level 1 or above, and %d are needed to sit the certification; go on with positioning", certifiable, f.MinimumCompetences)
	}
	if len(z.items) < f.MinimumQuestions {
		return "skills", fmt.Errorf("gives a test of %d questions in language %q with needs %v, fewer than the %d of framework %s; go on with positioning, or use a bank with more variants", len(z.items), s.opening.Language, s.opening.Needs, f.MinimumQuestions, f.ID)
	}
	s.frozen = z
	return "", nil
}

// pick returns the items for one competence: its highest validated skills,
// those of themes not taken yet first. A skill without an item for the candidate
// is left out; what the rules leave open, the seed decides.
func (s *Session) pick(skills []skill, holds func(place int) bool, seen map[int]bool) []int {
	type choice struct {
		skill *skill
		item  int
		key   string
	}
	var open []choice
	for place := range skills {
		if k := &skills[place]; holds(place) {
			if i := s.bank.variant(k, &s.opening.Seed, s.opening.Language, s.opening.Needs, seen); i >= 0 {
				open = append(open, choice{k, i, keyed(&s.opening.Seed, k.id)})
			}
		}
	}
	slices.SortFunc(open, func(x, y choice) int {
		return cmp.Or(cmp.Compare(y.skill.level, x.skill.level), cmp.Compare(x.key, y.key))
	})
	var picked []int
	themes := map[string]bool{}
	for len(picked) < s.framework.QuestionsPerCompetence && len(open) > 0 {
		next := max(0, slices.IndexFunc(open, func(c choice) bool { return !themes[c.skill.theme] }))
		themes[open[next].skill.theme] = true
		picked = append(picked, open[next].item)
		open = slices.Delete(open, next, next+1)
	}
	return picked
}

// tally counts the questions of one competence, or of the whole test.
type tally struct{ asked, right, neutralised int }

// Outcomes of a competence.
const (
	confirmed    = 'V' // level and pix of the profile
	downgraded   = 'D' // one level and 8 pix less
	notCertified = 'X'
)

// competenceOutcomes gives the outcome of a competence with a right answer, at
// a rate R ≥ 80, 70 ≤ R < 80 and R < 70. Without a right answer it is not
// certified.
var competenceOutcomes = map[tally]string{
	{3, 3, 0}: "VVV", {3, 2, 0}: "VDD", {3, 2, 1}: "VVV",
	{3, 1, 0}: "XXX", {3, 1, 1}: "VDX", {3, 1, 2}: "VVD",
	{2, 2, 0}: "VVV", {2, 1, 0}: "VDX", {2, 1, 1}: "VVD",
	{1, 1, 0}: "VVD",
}

// outcome returns V, D or X.
func (t tally) outcome(rate int) byte {
	row := competenceOutcomes[t]
	switch {
	case row == "":
		return notCertified
	case rate >= 80:
		return row[0]
	case rate >= 70:
		return row[1]
	}
	return row[2]
}

// enough tells whether the questions not neutralised are at least LeastKept in
// 100, rounded up.
func (t tally) enough() bool { return t.asked-t.neutralised >= t.needed() }

// needed is how many questions must be left.
func (t tally) needed() int { return (LeastKept*t.asked + 99) / 100 }

// rate returns how many of 100 questions not neutralised were answered right,
// rounded half up.
func (t tally) rate() int {
	counted := t.asked - t.neutralised
	return (200*t.right + counted) / (2 * counted)
}

// tallies counts the questions of a certification, all and by competence. Those
// in out, by index, were neutralised by the jury, if they were put or not.
func (s *Session) tallies(out []int) (all tally, each [16]tally) {
	for i, item := range s.frozen.items {
		var q asked // one never put is unanswered
		if i < len(s.asked) {
			q = s.asked[i]
		}
		for _, t := range []*tally{&all, &each[competenceIndex(s.bank.Items[item].Competence)]} {
			t.asked++
			switch {
			case q.neutralised || slices.Contains(out, i):
				t.neutralised++
			case q.correct:
				t.right++
			}
		}
	}
	return all, each
}

// judgeProfile applies the rules of the profile regime to an ended session.
func (s *Session) judgeProfile(ruling *Ruling, out []int) verdict {
	all, each := s.tallies(out)
	v := verdict{}
	if all.enough() {
		v.rate = ptr(all.rate())
		if *v.rate >= LeastRate {
			v.result = s.certify(&each, *v.rate)
		}
	}
	switch {
	case ruling != nil && ruling.Outcome == DecideFraud:
		v.rule = RuleFraud
	case ruling != nil && ruling.Outcome == DecideCancel:
		v.rule = RuleCancelled
	case v.rate == nil:
		v.rule = RuleNeutralised
	case v.result == nil:
		v.rule = RuleLowRate
	case v.result.Score == 0:
		v.rule = RuleScoreZero
	default:
		v.rule = RuleByCompetence
	}
	return v
}

// What the profile regime asks of a session under any framework, in 100.
const (
	LeastRate = 50 // right answers: with fewer the profile is not the candidate's own
	LeastKept = 66 // of its questions that must be left once the neutralised ones are out
)

// certify returns what is certified of the frozen profile.
func (s *Session) certify(each *[16]tally, rate int) *Result {
	r := &Result{Levels: map[string]int{}, Pix: map[string]int{}}
	for c, code := range competenceCodes {
		pix := 0
		if t := each[c]; t.asked > 0 {
			switch at := s.frozen.standings[c]; t.outcome(rate) {
			case confirmed:
				pix = at.Pix
			case downgraded:
				if at.Level > 1 {
					pix = at.Pix - pixPerLevel
				}
			}
		}
		r.Levels[code], r.Pix[code] = pix/pixPerLevel, pix
		r.Score += pix
	}
	return r
}
