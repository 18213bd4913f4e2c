package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

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

// draw returns the rank, from 0, of the item to put as question number ordinal
// (from 1, neutralised questions counted), among n candidates.
func draw(seed *[32]byte, ordinal uint64, n int) int {
	mac := hmac.New(sha256.New, seed[:])
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], ordinal)
	mac.Write(message[:])
	u := binary.BigEndian.Uint64(mac.Sum(nil)) >> 11
	rank := 0
	for rank < shortlist-1 && u >= drawBounds[rank] {
		rank++
	}
	return min(rank, n-1)
}

// path is the state that selection looks at. It is copied to explore what
// would come next, as the degraded score does.
type path struct {
	bank      *Bank
	usable    []int          // indices of items in the candidate's language that serve all needs
	asked     []bool         // by item
	themes    []int          // counted questions, by theme
	count     [16]int        // counted questions, by competence
	last      [2]int         // competences of the last two counted questions, -1 for none
	estimator *irt.Recentred // rounded to 1e-9 after each answer
}

func newPath(b *Bank, f *Framework, language string, needs []string) *path {
	p := &path{
		bank: b, asked: make([]bool, len(b.Items)), themes: make([]int, b.themes), last: [2]int{-1, -1},
		estimator: irt.NewRecentred(f.initialCapacity, f.variationLimit, round9),
	}
	for i := range b.Items {
		if b.Items[i].serves(language, needs) {
			p.usable = append(p.usable, i)
		}
	}
	return p
}

func (p *path) clone() *path {
	q := *p
	q.asked = append([]bool(nil), p.asked...)
	q.themes = append([]int(nil), p.themes...)
	q.estimator = p.estimator.Clone()
	return &q
}

// ask marks an item as asked and counts its theme and competence.
func (p *path) ask(i int) {
	it := &p.bank.Items[i]
	p.asked[i] = true
	p.themes[it.theme]++
	p.count[it.competence]++
	p.last = [2]int{p.last[1], it.competence}
}

// answer moves the capacity.
func (p *path) answer(i int, correct bool) {
	it := &p.bank.Items[i]
	p.estimator.Answer(it.model(), correct)
}

// candidate is an item that may be asked next, and its information in 1e-9.
type candidate struct {
	index int
	info  int64
}

// best returns the up to five most informative items that the rules allow,
// best first; ties go to the lower id. It is empty when nothing is left.
func (p *path) best() []candidate {
	// A competence that has had no question is waited for while it has an item
	// that can still be asked.
	var waiting [16]bool
	cover := false
	for _, i := range p.usable {
		if c := p.bank.Items[i].competence; !p.asked[i] && p.count[c] == 0 {
			waiting[c], cover = true, true
		}
	}
	capacity := p.estimator.Estimate().Ability
	// The rules yield one after the other: spread of competences, then one
	// question a theme, then coverage of all competences.
	for yielded := range 4 {
		var top [shortlist]candidate
		n := 0
		for _, i := range p.usable {
			it := &p.bank.Items[i]
			switch {
			case p.asked[i],
				yielded < 1 && (it.competence == p.last[0] || it.competence == p.last[1]),
				yielded < 2 && p.themes[it.theme] > 0,
				yielded < 3 && cover && !waiting[it.competence]:
				continue
			}
			info := billionths(it.model().Information(capacity))
			// usable is in order of ids: an equal one comes after.
			at := n
			for at > 0 && info > top[at-1].info {
				at--
			}
			if at == shortlist {
				continue
			}
			n = min(n+1, shortlist)
			copy(top[at+1:n], top[at:])
			top[at] = candidate{i, info}
		}
		if n > 0 {
			return top[:n]
		}
	}
	return nil
}
