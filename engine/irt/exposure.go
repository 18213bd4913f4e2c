package irt

// Exposure counts how often each item was put, over the candidates of one
// place and time, so that [Capped] can hold back what too many have seen. It
// is not safe for use by several goroutines at once.
type Exposure struct {
	counts     []int
	candidates int
	rate       float64
}

// NewExposure begins to count. rate is the greatest share of the candidates, 0
// to 1, that an item should be put to.
func NewExposure(b *Bank, rate float64) *Exposure {
	return &Exposure{counts: make([]int, len(b.items)), rate: rate}
}

// Begin notes that one more candidate takes the test.
func (e *Exposure) Begin() { e.candidates++ }

// Count notes that an item was put.
func (e *Exposure) Count(item int) { e.counts[item]++ }

// Rate returns the share of the candidates that an item was put to.
func (e *Exposure) Rate(item int) float64 {
	if e.candidates == 0 {
		return 0
	}
	return float64(e.counts[item]) / float64(e.candidates)
}

// reached tells that one question more would put an item over the rate. The
// first candidates may be asked anything once.
func (e *Exposure) reached(item int) bool {
	n := e.counts[item]
	return n > 0 && float64(n+1) > e.rate*float64(e.candidates)
}
