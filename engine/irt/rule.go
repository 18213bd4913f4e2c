package irt

import "slices"

// Rule bars items from being asked next because of the groups they belong to:
// their competence, theme, author, or themselves. Rules are given in the order
// in which they yield: when they leave nothing to ask, the first one is waived
// for this question, then the second as well, and so on.
type Rule struct {
	groups []int32 // of each item, from 1; 0 for none
	count  int     // of groups, none included
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
	r := Rule{groups: make([]int32, len(groups)), count: 1, kind: kind, n: n}
	for i, g := range groups {
		r.groups[i] = int32(max(g, -1) + 1)
		r.count = max(r.count, g+2)
	}
	return r
}

// ruleState is what a rule knows of one candidate's test.
type ruleState struct {
	Rule
	barred  []bool  // by group
	asked   []int32 // questions by group
	open    []int32 // items that can still be asked, by group
	first   []int32 // of open, before the first question
	last    []int32 // groups of the last n questions
	waiting int     // groups without a question that have an open item
	initial int     // of waiting
}

func newRuleState(r Rule, closed []bool) ruleState {
	s := ruleState{
		Rule: r, barred: make([]bool, r.count), asked: make([]int32, r.count),
		open: make([]int32, r.count), first: make([]int32, r.count),
	}
	if r.kind == apart {
		s.last = make([]int32, 0, max(r.n, 0)+1)
	}
	for i, g := range r.groups {
		if !closed[i] {
			s.first[g]++
		}
	}
	for g, n := range s.first {
		if g > 0 && n > 0 {
			s.initial++
		}
	}
	s.reset()
	return s
}

func (s *ruleState) clone() ruleState {
	c := *s
	c.barred, c.asked, c.open = slices.Clone(s.barred), slices.Clone(s.asked), slices.Clone(s.open)
	c.last = append(make([]int32, 0, cap(s.last)), s.last...)
	return c
}

func (s *ruleState) reset() {
	clear(s.barred)
	clear(s.asked)
	copy(s.open, s.first)
	s.last = s.last[:0]
	s.waiting = s.initial
	if s.kind == atMost && s.n <= 0 {
		for g := 1; g < len(s.barred); g++ {
			s.barred[g] = true
		}
	}
	if s.kind == cover && len(s.barred) > 0 {
		s.barred[0] = s.waiting > 0
	}
}

// close notes that an item cannot be asked any more.
func (s *ruleState) close(item int) {
	if s.kind == capped {
		return
	}
	g := s.groups[item]
	s.open[g]--
	if g > 0 && s.open[g] == 0 && s.asked[g] == 0 {
		s.served()
	}
}

// served notes that one group less is waited for.
func (s *ruleState) served() {
	s.waiting--
	if s.kind == cover && s.waiting == 0 {
		clear(s.barred)
	}
}

// ask notes a question; it comes before close.
func (s *ruleState) ask(item int) {
	if s.kind == capped {
		return
	}
	g := s.groups[item]
	s.asked[g]++
	switch s.kind {
	case apart:
		s.last = append(s.last, g)
		s.barred[g] = g > 0
		if len(s.last) > s.n {
			left := s.last[0]
			copy(s.last, s.last[1:])
			s.last = s.last[:len(s.last)-1]
			s.barred[left] = left > 0 && slices.Contains(s.last, left)
		}
	case atMost:
		s.barred[g] = g > 0 && int(s.asked[g]) >= s.n
	case cover:
		s.barred[g] = s.waiting > 0
	}
	if g > 0 && s.asked[g] == 1 && s.open[g] > 0 {
		s.served()
	}
}

// bars tells whether an item that can still be asked is barred for now.
func (s *ruleState) bars(item int) bool {
	if s.groups == nil {
		return s.cap.reached(item)
	}
	return s.barred[s.groups[item]]
}
