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

// piece is a part of a stream, compressed by itself.
type piece struct {
	raw, packed []byte
	sum         uint32
	own         bool // of one file
}

// thorough holds compressors: their tables are large, so they are used again.
var thorough = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestCompression) // the level exists
	return w
}}

func newPiece(raw []byte) piece {
	var out bytes.Buffer
	w := thorough.Get().(*flate.Writer)
	w.Reset(&out)
	_, _ = w.Write(raw) // a bytes.Buffer does not fail
	_ = w.Flush()
	thorough.Put(w)
	return piece{raw: raw, packed: out.Bytes(), sum: adler32.Checksum(raw)}
}

// deflated compresses what is compressed once and kept.
func deflated(raw []byte) []byte {
	var z deflater
	z.piece(newPiece(raw))
	return z.close()
}

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
	size int // of what is compressed
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
	if len(raw) < 100 { // not worth a code
		z.store(raw)
		return
	}
	z.begin()
	z.add(adler32.Checksum(raw), len(raw))
	z.out = compress(z.out, raw)
}

// store takes raw as it is, in stored blocks (RFC 1951, 3.2.4).
func (z *deflater) store(raw []byte) {
	z.begin()
	z.add(adler32.Checksum(raw), len(raw))
	for part := range slices.Chunk(raw, 0xffff) {
		n := uint16(len(part))
		z.out = append(z.out, 0, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
		z.out = append(z.out, part...)
	}
}

func (z *deflater) piece(p piece) {
	z.begin()
	z.out = append(z.out, p.packed...)
	z.add(p.sum, len(p.raw))
}

// close ends the stream: an empty last block, of fixed codes, and the checksum.
func (z *deflater) close() []byte {
	z.begin()
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
