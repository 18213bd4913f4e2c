package qr

import "math/bits"

// Weights of the features that a mask should avoid (7.8.3.1).
const (
	weightRun    = 3
	weightBlock  = 3
	weightFinder = 40
	weightShare  = 10
)

// penalty weighs the code under a mask, on whole rows at a time.
func (l *layout) penalty(lines *[2][most]row, mask int) int {
	n := l.size
	total, dark := 0, 0
	pairs := ones(n - 1)
	for axis := range lines {
		var above row
		for i := range n {
			var r row
			for k := range r {
				r[k] = lines[axis][i][k] ^ l.masks[mask][axis][i][k] | l.formats[mask][axis][i][k]
			}
			total += runs(r, pairs) + finders(r, n)
			if axis == 0 {
				dark += bits.OnesCount64(r[0]) + bits.OnesCount64(r[1])
				if i > 0 {
					total += weightBlock * blocks2(above, r, pairs)
				}
				above = r
			}
		}
	}
	// Each 5 % away from one half; exact in integers.
	away := 20*dark - 10*n*n
	if away < 0 {
		away = -away
	}
	return total + weightShare*(away/(n*n))
}

// ones has the n lowest bits set.
func ones(n int) row {
	if n <= 64 {
		return row{1<<n - 1, 0}
	}
	return row{^uint64(0), 1<<(n-64) - 1}
}

// runs weighs runs of five or more modules of one colour: 3, and 1 for each
// module past the fifth.
func runs(r, pairs row) int {
	next := r.right(1)
	same := row{^(r[0] ^ next[0]) & pairs[0], ^(r[1] ^ next[1]) & pairs[1]}
	two := same.right(1)
	two[0], two[1] = two[0]&same[0], two[1]&same[1]
	five := two.right(2) // a set bit: five modules from here are alike
	five[0], five[1] = five[0]&two[0], five[1]&two[1]
	count := bits.OnesCount64(five[0]) + bits.OnesCount64(five[1])
	if count == 0 {
		return 0
	}
	after := five.right(1)
	ends := bits.OnesCount64(five[0]&^after[0]) + bits.OnesCount64(five[1]&^after[1])
	return count + (weightRun-1)*ends
}

// blocks2 counts the squares of four modules of one colour in two rows.
func blocks2(a, b, pairs row) int {
	n := 0
	nextA, nextB := a.right(1), b.right(1)
	for k := range a {
		n += bits.OnesCount64(^(a[k] ^ nextA[k]) & ^(b[k] ^ nextB[k]) & ^(a[k] ^ b[k]) & pairs[k])
	}
	return n
}

// finders weighs dark-light-dark-dark-dark-light-dark with four light modules
// before or after it.
func finders(r row, n int) int {
	one, two := r.right(1), r.right(2)
	three := row{r[0] & one[0] & two[0], r[1] & one[1] & two[1]}.right(2)
	five, six := r.right(5), r.right(6)
	core := row{three[0] & r[0] & six[0] &^ one[0] &^ five[0], three[1] & r[1] & six[1] &^ one[1] &^ five[1]}
	if core[0]|core[1] == 0 {
		return 0
	}
	light := row{^(r[0] | one[0]), ^(r[1] | one[1])}
	next := light.right(2)
	light[0], light[1] = light[0]&next[0], light[1]&next[1] // four from here
	before, after := core.right(4), light.right(7)
	fits := ones(n - 10)
	total := 0
	for k := range r {
		total += bits.OnesCount64(before[k]&light[k]&fits[k]) + bits.OnesCount64(core[k]&after[k]&fits[k])
	}
	return weightFinder * total
}
