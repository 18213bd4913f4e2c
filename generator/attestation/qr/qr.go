// Package qr encodes the QR code of an attestation (ISO/IEC 18004:2015), error
// correction level M, versions 1 to 15.
//
// Its text is an address that ends in « # » and decimal digits, so the split
// into segments is known ahead: the address in byte mode, the digits in numeric
// mode, 10 bits for 3 of them. A text of another shape is one byte segment.
//
// What does not depend on the text (function patterns, the order of the
// modules, the eight masks) is worked out once a version, and the masks are
// weighed on whole rows of bits: an encoding takes some fifty microseconds, a
// general encoder about a hundred times that.
package qr

import (
	"fmt"
	"math/bits"
	"strings"
)

// MaxVersion is the largest version made: 77 modules a side.
const MaxVersion = 15

// Code is the modules of a QR code, without the quiet zone.
type Code struct {
	Size    int
	Version int
	rows    [4*MaxVersion + 17]row
}

// Dark says whether the module of column x and row y is dark.
func (c *Code) Dark(x, y int) bool { return c.rows[y][x>>6]>>(x&63)&1 != 0 }

// Rectangles covers the dark modules, each once: column, row, width, height.
// A run of a row goes on down as long as the next row has the same run.
func (c *Code) Rectangles() [][4]uint8 {
	list := make([][4]uint8, 0, c.Size*c.Size/4)
	var open [most]struct{ index, w, row int } // by column, the run that began there last
	for y := range c.Size {
		// Where runs begin and where they end, in the same order.
		r := &c.rows[y]
		first := row{r[0] &^ (r[0] << 1), r[1] &^ (r[1]<<1 | r[0]>>63)}
		last := row{r[0] &^ (r[0]>>1 | r[1]<<63), r[1] &^ (r[1] >> 1)}
		for first[0]|first[1] != 0 {
			x := first.next()
			w := last.next() - x + 1
			if o := &open[x]; o.w == w && o.row == y-1 {
				list[o.index][3]++
				o.row = y
			} else {
				o.index, o.w, o.row = len(list), w, y
				list = append(list, [4]uint8{uint8(x), uint8(y), uint8(w), 1})
			}
		}
	}
	return list
}

// row is one line of modules, the module of column 0 in the lowest bit.
type row [2]uint64

func (r *row) set(x int) { r[x>>6] |= 1 << (x & 63) }

// next takes the first column set away and returns it.
func (r *row) next() int {
	if r[0] != 0 {
		x := bits.TrailingZeros64(r[0])
		r[0] &= r[0] - 1
		return x
	}
	x := bits.TrailingZeros64(r[1])
	r[1] &= r[1] - 1
	return 64 + x
}

// right moves the columns from k on to the beginning.
func (r row) right(k int) row {
	return row{r[0]>>k | r[1]<<(64-k), r[1] >> k}
}

// blocks is how the codewords of a version are split at level M (table 9).
type blocks struct {
	check        int    // error correction codewords of a block
	count, data  [2]int // blocks of two lengths, data codewords of each
	centres      []int  // of the alignment patterns (table E.1)
	dataCapacity int
}

var versions = func() [MaxVersion + 1]blocks {
	v := [MaxVersion + 1]blocks{
		1:  {10, [2]int{1, 0}, [2]int{16, 17}, nil, 0},
		2:  {16, [2]int{1, 0}, [2]int{28, 29}, []int{6, 18}, 0},
		3:  {26, [2]int{1, 0}, [2]int{44, 45}, []int{6, 22}, 0},
		4:  {18, [2]int{2, 0}, [2]int{32, 33}, []int{6, 26}, 0},
		5:  {24, [2]int{2, 0}, [2]int{43, 44}, []int{6, 30}, 0},
		6:  {16, [2]int{4, 0}, [2]int{27, 28}, []int{6, 34}, 0},
		7:  {18, [2]int{4, 0}, [2]int{31, 32}, []int{6, 22, 38}, 0},
		8:  {22, [2]int{2, 2}, [2]int{38, 39}, []int{6, 24, 42}, 0},
		9:  {22, [2]int{3, 2}, [2]int{36, 37}, []int{6, 26, 46}, 0},
		10: {26, [2]int{4, 1}, [2]int{43, 44}, []int{6, 28, 50}, 0},
		11: {30, [2]int{1, 4}, [2]int{50, 51}, []int{6, 30, 54}, 0},
		12: {22, [2]int{6, 2}, [2]int{36, 37}, []int{6, 32, 58}, 0},
		13: {22, [2]int{8, 1}, [2]int{37, 38}, []int{6, 34, 62}, 0},
		14: {24, [2]int{4, 5}, [2]int{40, 41}, []int{6, 26, 46, 66}, 0},
		15: {24, [2]int{5, 5}, [2]int{41, 42}, []int{6, 26, 48, 70}, 0},
	}
	for i := range v {
		b := &v[i]
		b.dataCapacity = b.count[0]*b.data[0] + b.count[1]*b.data[1]
	}
	return v
}()

// Encode makes the smallest code that holds text.
func Encode(text string) (*Code, error) {
	address, digits := split(text)
	for v := 1; v <= MaxVersion; v++ {
		if bitLength(v, len(address), len(digits)) <= 8*versions[v].dataCapacity {
			return encode(v, address, digits), nil
		}
	}
	return nil, fmt.Errorf("qr: %d characters do not fit version %d, of %d modules", len(text), MaxVersion, 4*MaxVersion+17)
}

// split cuts text after its last « # » if only digits follow, more than the
// few that a segment of their own makes no shorter.
func split(text string) (address, digits string) {
	at := strings.LastIndexByte(text, '#') + 1
	if len(text)-at < 4 || strings.Trim(text[at:], "0123456789") != "" {
		return text, ""
	}
	return text[:at], text[at:]
}

// countBits are the lengths of the character counts (table 3).
func countBits(version int) (byteMode, numeric int) {
	if version < 10 {
		return 8, 10
	}
	return 16, 12
}

func bitLength(version, address, digits int) int {
	b, n := countBits(version)
	bits := 0
	if address > 0 {
		bits += 4 + b + 8*address
	}
	if digits > 0 {
		bits += 4 + n + digits/3*10 + []int{0, 4, 7}[digits%3]
	}
	return bits
}

// encode fills a version with the text (7.4), adds error correction (7.5, 7.6)
// and takes the mask of the least penalty (7.8).
func encode(version int, address, digits string) *Code {
	w := &writer{buf: make([]byte, 0, versions[version].dataCapacity+8)}
	b, n := countBits(version)
	if address != "" {
		w.put(0b0100, 4)
		w.put(uint64(len(address)), b)
		for i := range len(address) {
			w.put(uint64(address[i]), 8)
		}
	}
	if digits != "" {
		w.put(0b0001, 4)
		w.put(uint64(len(digits)), n)
		for len(digits) > 0 {
			k := min(3, len(digits))
			value := uint64(0)
			for _, c := range []byte(digits[:k]) {
				value = 10*value + uint64(c-'0')
			}
			w.put(value, []int{0, 4, 7, 10}[k])
			digits = digits[k:]
		}
	}
	return layouts[version]().masked(interleave(version, w.finish(versions[version].dataCapacity)))
}

// writer packs bits, the first in the highest place.
type writer struct {
	buf  []byte
	bits uint64
	n    int
}

func (w *writer) put(value uint64, n int) {
	w.bits, w.n = w.bits<<n|value, w.n+n
	for w.n >= 8 {
		w.n -= 8
		w.buf = append(w.buf, byte(w.bits>>w.n))
	}
}

// finish ends the message and pads it (7.4.9, 7.4.10).
func (w *writer) finish(capacity int) []byte {
	if free := 8*capacity - 8*len(w.buf) - w.n; free > 0 {
		w.put(0, min(4, free))
	}
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
	for pad := byte(0xec); len(w.buf) < capacity; pad ^= 0xec ^ 0x11 {
		w.buf = append(w.buf, pad)
	}
	return w.buf
}
