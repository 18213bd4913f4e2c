package engine

import (
	"slices"

	"etalon/engine/irt"
)

// Outcomes of a session.
const (
	Validated = "validated" // the candidate obtains the certification
	Rejected  = "rejected"
	Cancelled = "cancelled"
)

// Rules of validation, in the order in which they are tried: the first that
// applies gives the outcome. A cancellation by the jury comes with no rule of
// the table.
const (
	RuleFraud     = "fraud-established" // rejected
	RuleCancelled = "cancelled-by-jury" // cancelled

	// Adaptive regime, and RuleScoreZero in both.
	RuleTooFewTechnical = "too-few-technical"    // too few treated, technical problem: cancelled
	RuleTooFew          = "too-few"              // too few treated: rejected
	RuleScoreZero       = "score-zero"           // rejected
	RuleStopped         = "stopped-by-technical" // part treated, a technical problem stopped it: validated
	RuleDegraded        = "degraded"             // part treated: validated with the degraded score
	RuleAllTreated      = "all-treated"          // validated

	// Profile regime.
	RuleNeutralised  = "too-many-neutralised" // cancelled
	RuleLowRate      = "low-rate"             // too few right: rejected
	RuleByCompetence = "by-competence"        // validated: what each competence gives
)

// ruleOutcomes gives, by regime, the outcome of each rule.
var ruleOutcomes = map[string]map[string]string{
	regimeAdaptive: {
		RuleFraud: Rejected, RuleCancelled: Cancelled, RuleTooFewTechnical: Cancelled, RuleTooFew: Rejected,
		RuleScoreZero: Rejected, RuleStopped: Validated, RuleDegraded: Validated, RuleAllTreated: Validated,
	},
	regimeProfile: {
		RuleFraud: Rejected, RuleCancelled: Cancelled, RuleNeutralised: Cancelled, RuleLowRate: Rejected,
		RuleScoreZero: Rejected, RuleByCompetence: Validated,
	},
}

// verdict is what the table of validation says of an ended session.
type verdict struct {
	rule     string
	degraded bool
	rate     *int    // profile regime: right answers in 100; nil when too many were neutralised
	result   *Result // nil when too few questions were treated, or answered right
}

// judge applies the table to an ended session. ruling is the jury's, or nil
// before it decided; out holds the indices of the questions it neutralised.
// These leave the count of treated questions as it is: only a neutralisation
// in the room, where the question is replaced, lowers it.
func (s *Session) judge(ruling *Ruling, out []int) verdict {
	if s.frozen != nil {
		return s.judgeProfile(ruling, out)
	}
	f := s.framework
	var v verdict
	enough := s.treated >= f.MinimumTreated
	whole := s.treated >= f.Questions
	if enough {
		p := s.path
		if len(out) > 0 {
			p = s.rerun(out)
		}
		if v.degraded = !whole && !s.stopped; v.degraded {
			p = s.degrade(p, out)
		}
		v.result = f.result(p.estimator.Estimate())
	}
	switch {
	case ruling != nil && ruling.Outcome == DecideFraud:
		v.rule = RuleFraud
	case ruling != nil && ruling.Outcome == DecideCancel:
		v.rule = RuleCancelled
	case !enough && s.technical:
		v.rule = RuleTooFewTechnical
	case !enough:
		v.rule = RuleTooFew
	case v.result.Score == 0:
		v.rule = RuleScoreZero
	case !whole && s.stopped:
		v.rule = RuleStopped
	case !whole:
		v.rule = RuleDegraded
	default:
		v.rule = RuleAllTreated
	}
	return v
}

// degrade returns where the path leads when every question up to the full
// count is answered wrong: first the one on screen, then the most informative
// item each time, without a draw.
func (s *Session) degrade(p *path, out []int) *path {
	p = p.clone()
	count := s.treated
	if s.current >= 0 && !slices.Contains(out, s.current) {
		p.answer(s.asked[s.current].item, false)
		count++
	}
	for ; count < s.framework.Questions; count++ {
		best := p.best()
		if len(best) == 0 {
			break
		}
		p.ask(best[0].Item)
		p.answer(best[0].Item, false)
	}
	return p
}

// Result is what a session gives: in the adaptive regime an estimate, in the
// profile regime what was certified.
type Result struct {
	*Measure                // capacity, error, level; nil in the profile regime
	Levels   map[string]int `json:"levels"`       // by competence, "1.1" to "5.2"
	Pix      map[string]int `json:"pix,omitzero"` // the same; profile regime only
	Score    int            `json:"score"`        // pix
}

// Measure is what the adaptive regime measures.
type Measure struct {
	Capacity float64 `json:"capacity"` // multiple of 1e-9
	Error    float64 `json:"error"`    // multiple of 1e-9
	Level    int     `json:"level"`    // global, 0 to the framework's highest
}

func (f *Framework) result(e irt.Estimate) *Result {
	score, level, levels := f.Place(e.Ability)
	r := &Result{Measure: &Measure{e.Ability, e.Error, level}, Levels: make(map[string]int, len(levels)), Score: score}
	for i, code := range competenceCodes {
		r.Levels[code] = levels[i]
	}
	return r
}
