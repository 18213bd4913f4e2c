package qr

import (
	"math/bits"
	"sync"
)

const most = 4*MaxVersion + 17

// layout is what a version fixes: function patterns, the order of the data
// modules, and the masks, by rows and by columns.
type layout struct {
	version, size int
	fixed         [2][most]row // dark modules of the patterns
	order         []module
	masks         [8][2][most]row // on data modules
	formats       [8][2][most]row // dark modules of the format information
}

type module struct{ x, y uint8 }

var layouts = func() (l [MaxVersion + 1]func() *layout) {
	for v := range l {
		l[v] = sync.OnceValue(func() *layout { return newLayout(v) })
	}
	return l
}()

// newLayout draws the function patterns (6.3) and reserves their place and
// that of the format and version information.
func newLayout(version int) *layout {
	l := &layout{version: version, size: 4*version + 17}
	var taken [most]row
	n := l.size
	put := func(x, y int, dark bool) {
		taken[y].set(x)
		if dark {
			l.fixed[0][y].set(x)
			l.fixed[1][x].set(y)
		}
	}
	for i := range n { // timing patterns
		put(6, i, i%2 == 0)
		put(i, 6, i%2 == 0)
	}
	clear(l.fixed[0][:]) // the finder patterns below overwrite their ends
	clear(l.fixed[1][:])
	for i := 8; i < n-8; i++ {
		put(6, i, i%2 == 0)
		put(i, 6, i%2 == 0)
	}
	for _, c := range [][2]int{{3, 3}, {n - 4, 3}, {3, n - 4}} { // finder patterns and separators
		for dy := -4; dy <= 4; dy++ {
			for dx := -4; dx <= 4; dx++ {
				x, y := c[0]+dx, c[1]+dy
				if x >= 0 && x < n && y >= 0 && y < n {
					ring := max(dx, -dx, dy, -dy)
					put(x, y, ring != 2 && ring != 4)
				}
			}
		}
	}
	centres := versions[version].centres
	for i, cy := range centres { // alignment patterns
		for k, cx := range centres {
			if last := len(centres) - 1; i == 0 && (k == 0 || k == last) || i == last && k == 0 {
				continue // a finder pattern stands there
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					put(cx+dx, cy+dy, max(dx, -dx, dy, -dy) != 1)
				}
			}
		}
	}
	for i := range 9 { // format information, set with the mask
		taken[8].set(i)
		taken[i].set(8)
	}
	for i := range 8 {
		taken[8].set(n - 1 - i)
		taken[n-1-i].set(8)
	}
	put(8, n-8, true)
	if version >= 7 { // version information (7.10)
		word := bch(version, 12, 0x1f25)
		for i := range 18 {
			dark := word>>i&1 != 0
			put(n-11+i%3, i/3, dark)
			put(i/3, n-11+i%3, dark)
		}
	}
	for m := range l.formats {
		l.format(m)
	}
	l.arrange(&taken)
	return l
}

// bch appends the n check bits of a code word to data.
func bch(data, n, generator int) int {
	rest := data << n
	for i := bits.Len(uint(rest)) - 1; i >= n; i-- {
		if rest>>i&1 != 0 {
			rest ^= generator << (i - n)
		}
	}
	return data<<n | rest
}

// format draws the format information of level M and a mask (7.9).
func (l *layout) format(mask int) {
	word := bch(mask, 10, 0x537) ^ 0x5412 // level M is 00
	n := l.size
	put := func(x, y, bit int) {
		if word>>bit&1 != 0 {
			l.formats[mask][0][y].set(x)
			l.formats[mask][1][x].set(y)
		}
	}
	for i := range 15 {
		switch { // up the first column, and along the first row from the right
		case i < 6:
			put(8, i, i)
		case i < 8:
			put(8, i+1, i)
		case i == 8:
			put(7, 8, i)
		default:
			put(14-i, 8, i)
		}
		if i < 8 {
			put(n-1-i, 8, i)
		} else {
			put(8, n-15+i, i)
		}
	}
}

// arrange lists the data modules in the order of placement (7.7.3) and applies
// the conditions of the masks to them (table 10).
func (l *layout) arrange(taken *[most]row) {
	n := l.size
	up := true
	for right := n - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range n {
			y := i
			if up {
				y = n - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if taken[y][x>>6]>>(x&63)&1 == 0 {
					l.order = append(l.order, module{uint8(x), uint8(y)})
				}
			}
		}
		up = !up
	}
	for _, m := range l.order {
		x, y := int(m.x), int(m.y)
		for k, on := range []bool{
			(x+y)%2 == 0, y%2 == 0, x%3 == 0, (x+y)%3 == 0,
			(y/2+x/3)%2 == 0, x*y%2+x*y%3 == 0, (x*y%2+x*y%3)%2 == 0, ((x+y)%2+x*y%3)%2 == 0,
		} {
			if on {
				l.masks[k][0][y].set(x)
				l.masks[k][1][x].set(y)
			}
		}
	}
}

// masked places the codewords and takes the mask of the least penalty, the
// first of equals.
func (l *layout) masked(codewords []byte) *Code {
	lines := l.fixed
	for i, m := range l.order {
		if i>>3 == len(codewords) {
			break // remainder bits, light before masking
		}
		if codewords[i>>3]>>(7-i&7)&1 != 0 {
			lines[0][m.y].set(int(m.x))
			lines[1][m.x].set(int(m.y))
		}
	}
	best, least := 0, 1<<30
	for k := range l.masks {
		if p := l.penalty(&lines, k); p < least {
			best, least = k, p
		}
	}
	return l.with(&lines, best)
}

// with is the code under a mask.
func (l *layout) with(lines *[2][most]row, mask int) *Code {
	c := &Code{Size: l.size, Version: l.version}
	for y := range l.size {
		for i := range c.rows[y] {
			c.rows[y][i] = lines[0][y][i] ^ l.masks[mask][0][y][i] | l.formats[mask][0][y][i]
		}
	}
	return c
}
