package irt

import (
	"math"
	"slices"
)

// Candidate is an item that may be asked next and what its criterion gives,
// the information for one.
type Candidate struct {
	Item  int
	Value float64
}

// Selector knows what one candidate was asked, and finds what may come next.
// It is not safe for use by several goroutines at once.
type Selector struct {
	bank   *Bank
	rules  []ruleState
	first  []bool // items closed before the first question
	closed []bool
	round  func(float64) float64

	top    []Candidate // scratch: the best so far, best first
	wanted int
	waived int     // rules that must be waived for those in top
	below  float64 // greatest information, before rounding, found to round to less than the last of a full top
}

// NewSelector begins a test. usable tells which items the candidate may be
// asked at all, nil for all. round is applied to information before it is
// compared, nil for none; it must never make a greater value the smaller.
// Rules stand in the order in which they yield.
func NewSelector(b *Bank, usable []bool, round func(float64) float64, rules ...Rule) (*Selector, error) {
	if usable != nil && len(usable) != len(b.items) {
		return nil, errItems
	}
	s := &Selector{bank: b, first: make([]bool, len(b.items)), closed: make([]bool, len(b.items)), round: round}
	for i, u := range usable {
		s.first[i] = !u
	}
	for _, r := range rules {
		if r.kind == capped && len(r.cap.counts) != len(b.items) || r.kind != capped && len(r.groups) != len(b.items) {
			return nil, errItems
		}
		s.rules = append(s.rules, newRuleState(r, s.first))
	}
	copy(s.closed, s.first)
	return s, nil
}

// Reset begins another test, with the same items and rules.
func (s *Selector) Reset() {
	copy(s.closed, s.first)
	for i := range s.rules {
		s.rules[i].reset()
	}
}

// Clone returns a copy that goes its own way.
func (s *Selector) Clone() *Selector {
	c := *s
	c.closed = slices.Clone(s.closed)
	c.top = nil
	c.rules = slices.Clone(s.rules)
	for i := range s.rules {
		c.rules[i] = s.rules[i].clone()
	}
	return &c
}

// Ask notes that the item is put to the candidate. It is never found again.
func (s *Selector) Ask(item int) {
	for i := range s.rules {
		s.rules[i].ask(item)
	}
	s.Close(item)
}

// Close takes an item out of the test without a question: rules do not see it,
// but for Cover, which does not wait for it any more.
func (s *Selector) Close(item int) {
	if s.closed[item] {
		return
	}
	s.closed[item] = true
	for i := range s.rules {
		s.rules[i].close(item)
	}
}

// Open tells whether the item was neither asked nor closed.
func (s *Selector) Open(item int) bool { return !s.closed[item] }

// Best returns the n items with most information at an ability that may be
// asked next, best first, ties to the lower index; fewer only when no more
// are left under the rules that had to be kept, and none when nothing is left at all.
// The result is valid until the next call.
func (s *Selector) Best(θ float64, n int) []Candidate {
	s.begin(n)
	x := s.bank.index.Load()
	k := bin(θ)
	if x == nil || k < 0 || n <= 0 {
		return s.all(θ)
	}
	for _, b := range x.lists[k] {
		if s.beats(float64(b.most)) {
			return s.top
		}
		s.offer(int(b.item), θ)
	}
	if x.rest[k] < 0 || s.beats(x.rest[k]) {
		return s.top
	}
	// The list was too short: look at all. Reached where rules bar most of it.
	s.begin(n)
	return s.all(θ)
}

func (s *Selector) begin(n int) {
	s.wanted, s.waived, s.below = n, len(s.rules), math.Inf(-1)
	s.top = slices.Grow(s.top[:0], max(n, 0)+1)
}

func (s *Selector) all(θ float64) []Candidate {
	for i := range s.closed {
		s.offer(i, θ)
	}
	return s.top
}

// beats tells whether an item of at most that information could no longer
// enter the result.
func (s *Selector) beats(most float64) bool {
	if s.waived > 0 || len(s.top) < s.wanted {
		return false
	}
	if s.round != nil {
		most = s.round(most)
	}
	return most < s.top[len(s.top)-1].Value
}

func (s *Selector) offer(item int, θ float64) {
	waived, ok := s.allows(item)
	if !ok {
		return
	}
	info := s.bank.items[item].Information(θ)
	if s.round != nil {
		if waived == s.waived && info <= s.below {
			return // rounding keeps the order, and the last of top only rises
		}
		exact := info
		info = s.round(info)
		if waived == s.waived && len(s.top) == s.wanted && s.wanted > 0 && info < s.top[s.wanted-1].Value {
			s.below = max(s.below, exact)
			return
		}
	}
	s.insert(Candidate{item, info}, waived)
}

// allows tells how many rules must be waived for an item to be asked, and
// whether that is worth a look: it is not when fewer need be waived for
// another that was found.
func (s *Selector) allows(item int) (waived int, ok bool) {
	if s.closed[item] {
		return 0, false
	}
	for r := len(s.rules) - 1; r >= 0; r-- {
		if s.rules[r].bars(item) {
			return r + 1, len(s.top) == 0 || r+1 <= s.waived
		}
	}
	return 0, true
}

// insert places a candidate among the best.
func (s *Selector) insert(c Candidate, waived int) {
	if waived < s.waived || len(s.top) == 0 {
		s.top, s.waived, s.below = s.top[:0], waived, math.Inf(-1)
	}
	at := len(s.top)
	for at > 0 && (c.Value > s.top[at-1].Value || c.Value == s.top[at-1].Value && c.Item < s.top[at-1].Item) {
		at--
	}
	if at == s.wanted {
		return
	}
	s.top = slices.Insert(s.top, at, c)
	if len(s.top) > s.wanted {
		s.top = s.top[:s.wanted]
	}
}

// Rank returns the n items with the greatest value that may be asked next,
// like Best for any criterion. A value that is not a number ranks last.
func (s *Selector) Rank(n int, value func(item int) float64) []Candidate {
	s.begin(n)
	for i := range s.closed {
		if waived, ok := s.allows(i); ok {
			v := value(i)
			if math.IsNaN(v) {
				v = math.Inf(-1)
			}
			s.insert(Candidate{i, v}, waived)
		}
	}
	return s.top
}
