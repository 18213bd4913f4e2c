package pdf

import (
	_ "embed"
	"encoding/binary"
	"math/bits"
	"strings"
	"sync"
)

// What differs from file to file is compressed by a deflate encoder of our own
// (RFC 1951): page descriptions are so alike that the Huffman codes need not be
// worked out for each, which is most of what a general encoder does. The codes
// are those of codes.txt, trained on sample pages by a test.

//go:embed codes.txt
var codeLengths string

// Symbols of the literal and length alphabet, and of the distance alphabet.
const (
	symbols   = 286
	endBlock  = 256
	distances = 30
	window    = 32 << 10
	least     = 4 // shortest match sought
	longest   = 258
)

// word is a code with its extra bits' place: the first bit to send lowest.
type word struct {
	bits uint32
	n    uint8
}

// tables are the fixed codes, ready to send.
type tables struct {
	literal [symbols]word
	length  [longest + 1]word // code and extra bits of a match's length
	near    [257]uint8        // distance symbol, by distance − 1 up to 256
	far     [257]uint8        // and by (distance − 1) >> 7
	dist    [distances]word
	base    [distances]uint16
	extra   [distances]uint8
	header  []byte // of a block, all but the last bits
	rest    word   // those
}

var codes = sync.OnceValue(func() *tables {
	lit, dist, _ := strings.Cut(strings.TrimSpace(codeLengths), "\n")
	return newTables(lengthsOf(lit), lengthsOf(dist))
})

// lengthsOf reads a line of codes.txt: « a » for a code of one bit, and so on.
func lengthsOf(line string) []uint8 {
	l := make([]uint8, len(line))
	for i := range line {
		l[i] = line[i] - 'a' + 1
	}
	return l
}

// canonical assigns the codes of given lengths (3.2.2).
func canonical(lengths []uint8, out []word) {
	var count, next [16]int
	for _, n := range lengths {
		count[n]++
	}
	code := 0
	for n := 1; n < 16; n++ {
		next[n] = code
		code = (code + count[n]) << 1
	}
	for i, n := range lengths {
		out[i] = word{uint32(bits.Reverse16(uint16(next[n])) >> (16 - n)), n}
		next[n]++
	}
}

func newTables(lit, dist []uint8) *tables {
	t := &tables{}
	canonical(lit, t.literal[:])
	canonical(dist, t.dist[:])
	// Lengths 3 to 258 (3.2.5): symbols 257 to 284 with 0 to 5 extra bits, 285
	// for the longest.
	at := 3
	for s := 257; s < 285; s++ {
		extra := max(0, (s-261)/4)
		for k := 0; k < 1<<extra && at < longest; k++ {
			w := t.literal[s]
			t.length[at] = word{w.bits | uint32(k)<<w.n, w.n + uint8(extra)}
			at++
		}
	}
	t.length[longest] = t.literal[285]
	at = 0
	for s := range distances {
		extra := max(0, s/2-1)
		t.base[s], t.extra[s] = uint16(at), uint8(extra)
		for d := at; d < at+1<<extra; d++ {
			if d <= 256 {
				t.near[d] = uint8(s)
			}
			t.far[d>>7] = uint8(s)
		}
		at += 1 << extra
	}
	t.header, t.rest = blockHeader(lit, dist)
	return t
}

// blockHeader begins a block of given codes (3.2.7): a code of four bits for
// each length, 0 to 15, none for the repeats, so that every length costs four
// bits. The last bits, short of a byte, come apart.
func blockHeader(lit, dist []uint8) ([]byte, word) {
	b := bitWriter{buf: make([]byte, 256)}
	b.put(0, 1)
	b.put(2, 2)
	b.put(uint64(len(lit)-257), 5)
	b.put(uint64(len(dist)-1), 5)
	b.put(19-4, 4)
	for i := range 19 {
		if i < 3 {
			b.put(0, 3)
		} else {
			b.put(4, 3)
		}
	}
	for _, l := range [][]uint8{lit, dist} {
		for _, n := range l {
			b.put(uint64(bits.Reverse8(n)>>4), 4)
		}
	}
	return b.buf[:b.at], word{uint32(b.acc), uint8(b.n)}
}

// flush ends a block and goes on to a whole byte, with an empty stored block.
func (b *bitWriter) flush(end word) []byte {
	b.put(uint64(end.bits), uint(end.n))
	b.put(0, 3)
	if b.n > 0 {
		b.put(0, 8-b.n)
	}
	return append(b.buf[:b.at], 0, 0, 0xff, 0xff)
}

// bitWriter sends bits, the lowest first. It holds less than a byte between
// calls. The buffer has room.
type bitWriter struct {
	buf []byte
	at  int
	acc uint64
	n   uint
}

func (b *bitWriter) put(v uint64, n uint) {
	b.acc |= v << b.n
	b.n += n
	binary.LittleEndian.PutUint64(b.buf[b.at:], b.acc)
	b.at += int(b.n >> 3)
	b.acc >>= b.n &^ 7
	b.n &= 7
}

// finder is where four bytes were last seen, by their hash. Positions count on
// from one text to the next, so that the table is not cleared.
type finder struct {
	last [1 << finderBits]int32
	from int32 // position of the first byte of the text
}

const finderBits = 13

var finders = sync.Pool{New: func() any { return &finder{from: window + 1} }}

// append sends bits made elsewhere.
func (to *bitWriter) append(data []byte, count int) {
	b := *to
	for ; count >= 56; count, data = count-56, data[7:] {
		d := data[:7]
		b.put(uint64(d[0])|uint64(d[1])<<8|uint64(d[2])<<16|uint64(d[3])<<24|uint64(d[4])<<32|uint64(d[5])<<40|uint64(d[6])<<48, 56)
	}
	for ; count >= 8; count, data = count-8, data[1:] {
		b.put(uint64(data[0]), 8)
	}
	if count > 0 {
		b.put(uint64(data[0])&(1<<count-1), uint(count))
	}
	*to = b
}

// compress sends raw in the fixed codes, without looking back past its
// beginning. A symbol takes at most 15 bits, a match of four bytes or more 48.
func (to *bitWriter) compress(raw []byte) {
	t := codes()
	b := *to // so that it can stay in registers
	f := finders.Get().(*finder)
	if f.from > 1<<30 {
		*f = finder{from: window + 1}
	}
	base := f.from
	i, n := 0, len(raw)
	for i+8 <= n {
		v := binary.LittleEndian.Uint32(raw[i:])
		h := v * 0x9e3779b1 >> (32 - finderBits)
		was := int(f.last[h] - base)
		f.last[h] = base + int32(i)
		if was < 0 || i-was > window || binary.LittleEndian.Uint32(raw[was:]) != v {
			w := t.literal[raw[i]]
			b.put(uint64(w.bits), uint(w.n))
			i++
			continue
		}
		k := matchLength(raw, was, i)
		w := t.length[k]
		d := i - was - 1
		s := t.far[d>>7]
		if d < 256 {
			s = t.near[d]
		}
		c := t.dist[s]
		b.put(uint64(w.bits), uint(w.n))
		b.put(uint64(c.bits)|uint64(uint16(d)-t.base[s])<<c.n, uint(c.n+t.extra[s]))
		end := i + k
		if end+8 <= n { // so that what follows the match is found again
			v := binary.LittleEndian.Uint32(raw[end-1:])
			f.last[v*0x9e3779b1>>(32-finderBits)] = base + int32(end-1)
		}
		i = end
	}
	for ; i < n; i++ {
		w := t.literal[raw[i]]
		b.put(uint64(w.bits), uint(w.n))
	}
	*to = b
	f.from += int32(n) + window + 1
	finders.Put(f)
}

// matchLength is how far raw agrees from two places on, at most longest.
func matchLength(raw []byte, was, at int) int {
	k := least
	for most := min(longest, len(raw)-at); ; {
		if k+8 > most {
			for k < most && raw[was+k] == raw[at+k] {
				k++
			}
			return k
		}
		x := binary.LittleEndian.Uint64(raw[was+k:]) ^ binary.LittleEndian.Uint64(raw[at+k:])
		if x != 0 {
			return k + bits.TrailingZeros64(x)>>3
		}
		k += 8
	}
}
