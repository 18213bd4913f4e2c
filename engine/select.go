package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"etalon/engine/irt"
)

// shortlist is how many of the most informative items a draw is made among.
const shortlist = 5

// The draw picks rank 1 when u < 0.51, and so on. u is n/2^53: each bound is
// the first n that is not below it, exact, since constants are.
var drawBounds = [shortlist - 1]uint64{
	51<<53/100 + 1,
	7599<<53/10_000 + 1,
	882351<<53/1_000_000 + 1,
	94235199<<53/100_000_000 + 1,
}

// drawn returns u·2^53 for question number ordinal (from 1, neutralised
// questions counted). The HMAC is written out: its key is short, and nothing is
// allocated.
func drawn(seed *[32]byte, ordinal uint64) uint64 {
	var inner [sha256.BlockSize + 8]byte
	var outer [sha256.BlockSize + sha256.Size]byte
	for i := range sha256.BlockSize {
		var k byte
		if i < len(seed) {
			k = seed[i]
		}
		inner[i], outer[i] = k^0x36, k^0x5c
	}
	binary.BigEndian.PutUint64(inner[sha256.BlockSize:], ordinal)
	sum := sha256.Sum256(inner[:])
	copy(outer[sha256.BlockSize:], sum[:])
	sum = sha256.Sum256(outer[:])
	return binary.BigEndian.Uint64(sum[:]) >> 11
}

// draw returns the rank, from 0, of the item to put as question number ordinal,
// among n candidates.
func draw(seed *[32]byte, ordinal uint64, n int) int {
	u, rank := drawn(seed, ordinal), 0
	for rank < shortlist-1 && u >= drawBounds[rank] {
		rank++
	}
	return min(rank, n-1)
}

// path is the state that selection looks at. Sessions and simulations move
// along the same; it is copied to explore what would come next, as the degraded
// score does.
type path struct {
	bank      *Bank
	usable    int // items in the candidate's language that serve all needs
	selector  *irt.Selector
	estimator *irt.Recentred // rounded to 1e-9 after each answer
	second    *irt.Recentred // ahead; nil until it was asked for
	table     *irt.Table     // of the bank for the estimator; nil when the bank was not prepared
}

// start is where all tests of a language and some needs start from. It is
// never changed.
type start struct {
	selector *irt.Selector
	usable   int
}

// maxStarts bounds the starts that a bank keeps: more languages than any has.
const maxStarts = 256

func newPath(b *Bank, f *Framework, language string, needs []string) *path {
	s := b.start(language, needs)
	return &path{
		bank: b, usable: s.usable, selector: s.selector.Clone(),
		estimator: irt.NewRecentred(f.initialCapacity, f.variationLimit, round9), table: b.table.Load(),
	}
}

// start returns the start of a language and some needs, which it remembers
// if a test can start there.
func (b *Bank) start(language string, needs []string) *start {
	key := language + " " + strings.Join(needs, " ")
	if known, ok := b.starts.Load(key); ok {
		return known.(*start)
	}
	s := new(start)
	usable := make([]bool, len(b.Items))
	for i := range b.Items {
		if b.Items[i].serves(language, needs) {
			usable[i] = true
			s.usable++
		}
	}
	var err error
	if s.selector, err = irt.NewSelector(b.model, usable, round9, b.rules[:]...); err != nil {
		panic("engine: " + err.Error()) // the bank's own lists have its length
	}
	if s.usable > 0 && b.started.Add(1) <= maxStarts {
		b.starts.Store(key, s)
	}
	return s
}

// reset takes the path back to before the first question.
func (p *path) reset() {
	p.selector.Reset()
	p.estimator.Reset()
}

func (p *path) clone() *path {
	q := *p
	q.selector, q.estimator, q.second = p.selector.Clone(), p.estimator.Clone(), nil
	return &q
}

// ask marks an item as asked and counts its theme and competence.
func (p *path) ask(i int) { p.selector.Ask(i) }

// answer moves the capacity.
func (p *path) answer(i int, correct bool) { p.move(p.estimator, i, correct) }

func (p *path) move(estimator *irt.Recentred, i int, correct bool) {
	if p.table != nil {
		estimator.AnswerItem(p.table, i, correct)
	} else {
		estimator.Answer(p.bank.model.Item(i), correct)
	}
}

// ahead returns a second estimator that stands where the first one does. It is
// good until the next call, or until take puts it in the place of the first.
func (p *path) ahead() *irt.Recentred {
	if p.second == nil {
		p.second = p.estimator.Clone()
	} else {
		p.second.Set(p.estimator)
	}
	return p.second
}

func (p *path) take() { p.estimator, p.second = p.second, p.estimator }

// best returns the up to five most informative items that the rules allow, in
// units of 1e-9, best first; ties go to the lower id. It is empty when nothing
// is left, and good until the next call.
func (p *path) best() []irt.Candidate {
	return p.selector.Best(p.estimator.Estimate().Ability, shortlist)
}

// next returns the index of the item to put as question number ordinal, -1
// when nothing is left.
func (p *path) next(seed *[32]byte, ordinal int) int {
	best := p.best()
	if len(best) == 0 {
		return -1
	}
	return best[draw(seed, uint64(ordinal), len(best))].Item
}
