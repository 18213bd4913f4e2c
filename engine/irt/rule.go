package irt

// Rule bars items from being asked next because of the groups they belong to:
// their competence, theme, author, or themselves. Rules are given in the order
// in which they yield: when they leave nothing to ask, the first one is waived
// for this question, then the second as well, and so on.
type Rule struct {
	groups []int32 // of each item; -1 for none
	count  int     // of groups
	kind   ruleKind
	n      int
	cap    *Exposure
}

type ruleKind uint8

const (
	apart ruleKind = iota
	atMost
	cover
	capped
)

// Apart bars the groups of the last n questions. groups gives that of each item
// of the bank, from 0, or -1 for none.
func Apart(groups []int, n int) Rule { return newRule(groups, apart, n) }

// AtMost bars the groups that have had n questions.
func AtMost(groups []int, n int) Rule { return newRule(groups, atMost, n) }

// Cover bars, until each group has had a question, the items of those that
// have, and of none. A group without an item left is not waited for.
func Cover(groups []int) Rule { return newRule(groups, cover, 0) }

// Capped bars the items that were already put to too many candidates.
func Capped(e *Exposure) Rule { return Rule{kind: capped, cap: e} }

func newRule(groups []int, kind ruleKind, n int) Rule {
	r := Rule{groups: make([]int32, len(groups)), kind: kind, n: n}
	for i, g := range groups {
		r.groups[i] = int32(max(g, -1))
		r.count = max(r.count, g+1)
	}
	return r
}

// ruleState is what a rule knows of one candidate's test.
type ruleState struct {
	Rule
	asked   []int32 // questions by group
	open    []int32 // items that can still be asked, by group
	first   []int32 // of open, before the first question
	last    []int32 // groups of the last n questions
	waiting int     // groups without a question that have an open item
	initial int     // of waiting
}

func newRuleState(r Rule, closed []bool) ruleState {
	s := ruleState{
		Rule: r, asked: make([]int32, r.count),
		open: make([]int32, r.count), first: make([]int32, r.count),
	}
	if r.kind == apart {
		s.last = make([]int32, 0, max(r.n, 0))
	}
	for i, g := range r.groups {
		if g >= 0 && !closed[i] {
			s.first[g]++
		}
	}
	for _, n := range s.first {
		if n > 0 {
			s.initial++
		}
	}
	s.reset()
	return s
}

func (s *ruleState) reset() {
	clear(s.asked)
	copy(s.open, s.first)
	s.last = s.last[:0]
	s.waiting = s.initial
}

// close notes that an item cannot be asked any more.
func (s *ruleState) close(item int) {
	if s.groups == nil || s.groups[item] < 0 {
		return
	}
	g := s.groups[item]
	s.open[g]--
	if s.open[g] == 0 && s.asked[g] == 0 {
		s.waiting--
	}
}

// ask notes a question; it comes before close.
func (s *ruleState) ask(item int) {
	if s.groups == nil {
		return
	}
	g := s.groups[item]
	if s.kind == apart && s.n > 0 {
		if len(s.last) == s.n {
			copy(s.last, s.last[1:])
			s.last = s.last[:s.n-1]
		}
		s.last = append(s.last, g)
	}
	if g < 0 {
		return
	}
	if s.asked[g] == 0 && s.open[g] > 0 {
		s.waiting--
	}
	s.asked[g]++
}

// bars tells whether an item that can still be asked is barred for now.
func (s *ruleState) bars(item int) bool {
	if s.kind == capped {
		return s.cap.reached(item)
	}
	g := s.groups[item]
	switch s.kind {
	case apart:
		for _, l := range s.last {
			if l == g && g >= 0 {
				return true
			}
		}
		return false
	case atMost:
		return g >= 0 && s.asked[g] >= int32(s.n)
	default:
		return s.waiting > 0 && (g < 0 || s.asked[g] > 0)
	}
}
