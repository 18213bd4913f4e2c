package simulation

import (
	"math"

	"etalon/engine"
)

const (
	binWidth   = 0.5 // of abilities
	errorWidth = 0.01
	errorBins  = 200 // of the error at stop; the last holds what is beyond
)

// sums is what is kept of candidates once they are counted.
type sums struct {
	all         moments
	bins        map[int]*moments // by ability, floor(θ / binWidth)
	levels      [][]int          // candidates by true level, then by the level they were given
	competences [16]agreement
	items       []int // questions, by item
	lengths     []int // candidates, by questions put
	errors      [errorBins]int
	exhausted   int
}

// moments are the sums over some candidates.
type moments struct {
	N                  int
	off, square, error float64 // capacity less ability, its square, error at stop
	pix, pixSquare     float64 // score less the score of the ability
	worst              float64 // greatest error at stop
	length             int
	agreement
}

// agreement counts levels that are the true one, and within one of it.
type agreement struct{ exact, near int }

func (a *agreement) count(truth, given int) {
	if truth == given {
		a.exact++
	}
	if max(truth-given, given-truth) <= 1 {
		a.near++
	}
}

func newSums(b *engine.Bank, f *engine.Framework) *sums {
	s := &sums{bins: map[int]*moments{}, items: make([]int, len(b.Items)), lengths: make([]int, f.Questions+1)}
	s.levels = make([][]int, f.MaxLevel+1)
	for l := range s.levels {
		s.levels[l] = make([]int, f.MaxLevel+1)
	}
	return s
}

func (s *sums) bin(k int) *moments {
	if s.bins[k] == nil {
		s.bins[k] = new(moments)
	}
	return s.bins[k]
}

// count adds one candidate.
func (s *sums) count(f *engine.Framework, ability float64, t *engine.Test) {
	trueScore, trueLevel, trueLevels := f.Place(ability)
	score, level, levels := f.Place(t.Capacity)
	off, pix := t.Capacity-ability, float64(score-trueScore)
	for _, m := range []*moments{&s.all, s.bin(int(math.Floor(ability / binWidth)))} {
		m.N++
		m.off += off
		m.square += float64(off * off)
		m.error += t.Error
		m.worst = max(m.worst, t.Error)
		m.pix += pix
		m.pixSquare += float64(pix * pix)
		m.length += len(t.Items)
		m.agreement.count(trueLevel, level)
	}
	s.levels[trueLevel][level]++
	for c := range s.competences {
		s.competences[c].count(trueLevels[c], levels[c])
	}
	for _, i := range t.Items {
		s.items[i]++
	}
	s.lengths[len(t.Items)]++
	s.errors[min(int(t.Error/errorWidth), errorBins-1)]++
	if t.Exhausted {
		s.exhausted++
	}
}

// add adds candidates that come after those counted.
func (s *sums) add(t *sums) {
	s.all.add(&t.all)
	for k, m := range t.bins {
		s.bin(k).add(m)
	}
	for l := range s.levels {
		addInts(s.levels[l], t.levels[l])
	}
	for c := range s.competences {
		s.competences[c].exact += t.competences[c].exact
		s.competences[c].near += t.competences[c].near
	}
	addInts(s.items, t.items)
	addInts(s.lengths, t.lengths)
	addInts(s.errors[:], t.errors[:])
	s.exhausted += t.exhausted
}

func (m *moments) add(t *moments) {
	m.N += t.N
	m.off += t.off
	m.square += t.square
	m.error += t.error
	m.worst = max(m.worst, t.worst)
	m.pix += t.pix
	m.pixSquare += t.pixSquare
	m.length += t.length
	m.exact += t.exact
	m.near += t.near
}

func addInts(to, from []int) {
	for i, n := range from {
		to[i] += n
	}
}
