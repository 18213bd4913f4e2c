package pdf

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/adler32"
	"slices"
	"sync"
)

// Streams are in the zlib format (RFC 1950). A deflate stream may be flushed
// to a whole byte (RFC 1951, an empty stored block), after which what follows
// may have been compressed elsewhere, as long as it looks back no further than
// its own beginning: so pieces that many files share are compressed once, well,
// and copied. The checksum of the whole follows from those of the parts.

// piece is a part of a stream, compressed by itself: to whole bytes, or to bits
// in the fixed codes, which go on in a block of them.
type piece struct {
	raw    []byte
	packed []byte
	bits   []byte
	count  int // of bits
	sum    uint32
	own    bool // of one file

	// A stream of its own, which files of many documents share: made at first
	// use.
	once   sync.Once
	stream []byte
}

// alone is the piece as a whole stream.
func (p *piece) alone() []byte {
	p.once.Do(func() { p.stream = deflated(p.raw) })
	return p.stream
}

// thorough holds compressors: their tables are large, so they are used again.
var thorough = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestCompression) // the level exists
	return w
}}

func newPiece(raw []byte) *piece {
	var out bytes.Buffer
	w := thorough.Get().(*flate.Writer)
	w.Reset(&out)
	_, _ = w.Write(raw) // a bytes.Buffer does not fail
	_ = w.Flush()
	thorough.Put(w)
	return &piece{raw: raw, packed: out.Bytes(), sum: adler32.Checksum(raw)}
}

// newText is a piece of a page description, in the fixed codes.
func newText(raw []byte) *piece {
	b := bitWriter{buf: make([]byte, 2*len(raw)+64)}
	b.compress(raw)
	count := 8*b.at + int(b.n)
	return &piece{raw: raw, bits: slices.Clone(b.buf[:b.at+1]), count: count, sum: adler32.Checksum(raw)}
}

// deflated compresses what is compressed once and kept.
func deflated(raw []byte) []byte {
	var z deflater
	z.piece(newPiece(raw))
	return z.close()
}

// brisk compresses what is long, repeats itself, and belongs to one file: within
// a twentieth as small as thorough does, in a fifth of the time.
func brisk(raw []byte) []byte {
	z := deflater{}
	z.begin()
	z.add(adler32.Checksum(raw), len(raw))
	w := fastest.Get().(*flate.Writer)
	w.Reset(&z)
	_, _ = w.Write(raw) // z does not fail
	_ = w.Flush()
	fastest.Put(w)
	return z.close()
}

var fastest = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level exists
	return w
}}

// buffers are used again from file to file.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// buffer returns an empty one. It goes back with free when nothing refers to
// it any more.
func buffer() []byte {
	b := buffers.Get().(*[]byte)
	if cap(*b) == 0 {
		return make([]byte, 0, 80<<10)
	}
	return (*b)[:0]
}

func free(b []byte) {
	if cap(b) <= 1<<20 {
		buffers.Put(&b)
	}
}

// deflater puts a stream together.
type deflater struct {
	out  []byte
	sum  uint32
	size int  // of what is compressed
	open bool // in a block of the fixed codes, of which acc holds the last n bits
	acc  uint64
	n    uint
}

func (z *deflater) begin() {
	if len(z.out) == 0 {
		z.out = append(z.out, 0x78, 0xda)
		z.sum = 1
	}
}

func (z *deflater) add(sum uint32, n int) {
	z.sum = combine(z.sum, sum, n)
	z.size += n
}

// write compresses what differs from file to file.
func (z *deflater) write(raw []byte) {
	if !z.open && len(raw) < 200 { // not worth a block
		z.store(raw)
		return
	}
	z.begin()
	z.add(adler32.Checksum(raw), len(raw))
	b := z.block(2*len(raw) + 64)
	b.compress(raw)
	z.take(b)
}

// outline compresses what is neither text nor long: further outlines of a font.
func (z *deflater) outline(raw []byte) {
	if len(raw) < 300 {
		z.store(raw)
		return
	}
	z.begin()
	z.end()
	z.add(adler32.Checksum(raw), len(raw))
	w := literal.Get().(*flate.Writer)
	w.Reset(z)
	_, _ = w.Write(raw) // z does not fail
	_ = w.Flush()
	literal.Put(w)
}

// literal holds compressors that look for no matches.
var literal = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.HuffmanOnly) // the level exists
	return w
}}

// Write takes what a compressor makes.
func (z *deflater) Write(b []byte) (int, error) {
	z.out = append(z.out, b...)
	return len(b), nil
}

// store takes raw as it is, in stored blocks (RFC 1951, 3.2.4).
func (z *deflater) store(raw []byte) {
	z.begin()
	z.end()
	z.add(adler32.Checksum(raw), len(raw))
	for part := range slices.Chunk(raw, 0xffff) {
		n := uint16(len(part))
		z.out = append(z.out, 0, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
		z.out = append(z.out, part...)
	}
}

func (z *deflater) piece(p *piece) {
	z.begin()
	z.add(p.sum, len(p.raw))
	if p.packed != nil {
		z.end()
		z.out = append(z.out, p.packed...)
		return
	}
	b := z.block(len(p.bits) + 64)
	b.append(p.bits, p.count)
	z.take(b)
}

// block goes on with a block of the fixed codes, or begins one, with room for
// more bytes.
func (z *deflater) block(room int) bitWriter {
	z.begin()
	t := codes()
	if len(z.out)+room+len(t.header)+16 > cap(z.out) {
		z.out = slices.Grow(z.out, room+len(t.header)+16)
	}
	b := bitWriter{buf: z.out[:cap(z.out)], at: len(z.out), acc: z.acc, n: z.n}
	if !z.open {
		b.at += copy(b.buf[b.at:], t.header)
		b.acc, b.n = uint64(t.rest.bits), uint(t.rest.n)
		z.open = true
	}
	return b
}

func (z *deflater) take(b bitWriter) { z.out, z.acc, z.n = b.buf[:b.at], b.acc, b.n }

// end ends the block under way, if any, on a whole byte.
func (z *deflater) end() {
	if z.open {
		b := z.block(16)
		z.out, z.acc, z.n, z.open = b.flush(codes().literal[endBlock]), 0, 0, false
	}
}

// close ends the stream: an empty last block, of fixed codes, and the checksum.
func (z *deflater) close() []byte {
	z.begin()
	z.end()
	return binary.BigEndian.AppendUint32(append(z.out, 0x03, 0x00), z.sum)
}

// combine is the Adler-32 checksum of two parts in a row, the second n bytes.
func combine(first, second uint32, n int) uint32 {
	const base = 65521
	k := uint32(n % base)
	a1, b1 := first&0xffff, first>>16
	a2, b2 := second&0xffff, second>>16
	a := (a1 + a2 + base - 1) % base
	b := (k*a1%base + b1 + b2 + base - k) % base
	return b<<16 | a
}
