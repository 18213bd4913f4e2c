package pdf

import (
	"hash/adler32"
	"slices"
	"sync"
)

// Rectangles of small numbers are words of a small vocabulary: a number below
// 100 with the space after it, and the operator. Their bits are worked out
// once, for codes that suit digits: a space takes two bits, « 1 » three.

// rectCodes are the lengths of the codes of the characters in use.
var rectCodes = map[byte]uint8{
	' ': 2, '1': 3, 'r': 4, 'e': 4, '\n': 4, '2': 4, '3': 4, '4': 4, '5': 4, '6': 4, '0': 5, '7': 5, '8': 5, '9': 6,
}

type rectTables struct {
	number   [100]word // and the space
	text     [100]string
	operator word
	end      word
	header   []byte
	rest     word
}

const rectOperator = "re\n"

var rectTable = sync.OnceValue(func() *rectTables {
	lengths := make([]uint8, endBlock+1)
	for c, n := range rectCodes {
		lengths[c] = n
	}
	lengths[endBlock] = 6
	var all [endBlock + 1]word
	canonical(lengths, all[:])
	join := func(s string) (w word) {
		for i := range len(s) {
			c := all[s[i]]
			w = word{w.bits | c.bits<<w.n, w.n + c.n}
		}
		return w
	}
	t := &rectTables{operator: join(rectOperator), end: all[endBlock]}
	for i := range t.number {
		t.text[i] = string(appendInt(nil, i)) + " "
		t.number[i] = join(t.text[i])
	}
	t.header, t.rest = blockHeader(lengths, []uint8{0}) // no distances
	return t
})

// rectangles writes and compresses the operators of rectangles.
func rectangles(list [][4]uint8) *piece {
	t := rectTable()
	raw := buffer()
	// At most 13 bits a number and 12 the operator.
	packed := slices.Grow(buffer(), len(t.header)+8*len(list)+32)
	b := bitWriter{buf: packed[:cap(packed)]}
	b.at = copy(b.buf, t.header)
	b.acc, b.n = uint64(t.rest.bits), uint(t.rest.n)
	for _, r := range list {
		// Two numbers at a time: 26 bits, and less than a byte before them.
		x, y, w, h := t.number[r[0]], t.number[r[1]], t.number[r[2]], t.number[r[3]]
		b.put(uint64(x.bits)|uint64(y.bits)<<x.n, uint(x.n+y.n))
		b.put(uint64(w.bits)|uint64(h.bits)<<w.n|uint64(t.operator.bits)<<(w.n+h.n), uint(w.n+h.n+t.operator.n))
		for _, v := range r {
			raw = append(raw, t.text[v]...)
		}
		raw = append(raw, rectOperator...)
	}
	return &piece{raw: raw, packed: b.flush(t.end), sum: adler32.Checksum(raw), own: true}
}
