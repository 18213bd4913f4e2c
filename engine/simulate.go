package engine

import (
	"fmt"

	"etalon/engine/irt"
)

// Simulator takes tests by the rules of a framework without a room: questions
// are chosen, drawn and counted as in a Session with the same seed and the same
// answers, and nothing is written down. It serves one goroutine at a time;
// simulators of one bank share what was prepared for it.
type Simulator struct {
	framework *Framework
	path      *path
	test      Test
}

// Test is a test that a Simulator took.
type Test struct {
	Items     []int // indices in Bank.Items of the questions, in order; good until the next test
	Exhausted bool  // the bank had nothing left before all questions were put
	Capacity  float64
	Error     float64
}

// NewSimulator returns a simulator for candidates of a language and with some
// needs, sorted. It prepares the bank.
func NewSimulator(b *Bank, f *Framework, language string, needs []string) (*Simulator, error) {
	if b.Regime != regimeAdaptive || f.Regime != regimeAdaptive {
		return nil, fmt.Errorf("engine: bank %s is of the regime %q and framework %s of %q; simulations take both of the regime %q", b.ID, b.Regime, f.ID, f.Regime, regimeAdaptive)
	}
	if err := checkNeeds(needs); err != nil {
		return nil, fmt.Errorf("engine: the list of needs %w", err)
	}
	s := &Simulator{framework: f, path: newPath(b, f, language, needs)}
	if s.path.usable == 0 {
		return nil, fmt.Errorf("engine: bank %s has no item in language %.40q for needs %v; use another bank", b.ID, language, needs)
	}
	b.Prepare()
	s.path.table = b.table.Load()
	return s, nil
}

// Prepare makes, once, what many tests of a bank of the adaptive regime are
// fast with: it costs some 0.2 ms and 10 kB an item, is worth it from about
// 300 sessions on, and changes no result. Sessions that were started before go
// on as they were.
func (b *Bank) Prepare() {
	if b.model == nil {
		return
	}
	b.prepared.Do(func() {
		b.model.Index()
		b.table.Store(irt.RecentredTable(b.model))
	})
}

// Run takes one test. answer grades the answer to each question.
func (s *Simulator) Run(seed [32]byte, answer func(*Item) bool) *Test {
	p := s.path
	p.reset()
	s.test = Test{Items: s.test.Items[:0]}
	for n := range s.framework.Questions {
		i := p.next(&seed, n+1)
		if i < 0 {
			s.test.Exhausted = true
			break
		}
		p.ask(i)
		p.answer(i, answer(&p.bank.Items[i]))
		s.test.Items = append(s.test.Items, i)
	}
	e := p.estimator.Estimate()
	s.test.Capacity, s.test.Error = e.Ability, e.Error
	return &s.test
}

// Probability that a candidate of that ability answers the item right.
func (it *Item) Probability(ability float64) float64 {
	right, _ := it.model().Probability(ability)
	return right
}

// Information of the item on an ability, a²·P·(1-P).
func (it *Item) Information(ability float64) float64 { return it.model().Information(ability) }
