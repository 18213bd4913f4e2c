package qr

import "sync"

// Powers of 2 and logarithms in GF(256) modulo x⁸ + x⁴ + x³ + x² + 1 (7.5.2).
var powers, logs = func() (p [510]byte, l [256]int) {
	x := 1
	for i := range 255 {
		p[i], p[i+255] = byte(x), byte(x)
		l[x] = i
		if x <<= 1; x > 255 {
			x ^= 0x11d
		}
	}
	return p, l
}()

// generator returns the logarithms of the coefficients of the generator
// polynomial of degree n, after the first, which is 1.
func generator(n int) []int {
	g := make([]byte, n+1)
	g[0] = 1
	for i := range n {
		for k := i + 1; k > 0; k-- {
			if g[k-1] != 0 {
				g[k] ^= powers[logs[g[k-1]]+i]
			}
		}
	}
	out := make([]int, n)
	for i, c := range g[1:] {
		out[i] = logs[c]
	}
	return out
}

var generators = func() (g [31]func() []int) {
	for n := range g {
		g[n] = sync.OnceValue(func() []int { return generator(n) })
	}
	return g
}()

// remainder appends the n error correction codewords of a block.
func remainder(out, block []byte, n int) []byte {
	g := generators[n]()
	var rest [30]byte
	for _, c := range block {
		lead := c ^ rest[0]
		copy(rest[:n-1], rest[1:n])
		rest[n-1] = 0
		if lead == 0 {
			continue
		}
		l := logs[lead]
		for i, e := range g {
			rest[i] ^= powers[l+e]
		}
	}
	return append(out, rest[:n]...)
}

// interleave puts the codewords of the blocks, data then correction, in the
// order of their placement (7.6).
func interleave(version int, data []byte) []byte {
	b := &versions[version]
	count := b.count[0] + b.count[1]
	check := make([]byte, 0, count*b.check)
	starts := make([]int, count+1)
	for i := range count {
		n := b.data[0]
		if i >= b.count[0] {
			n = b.data[1]
		}
		starts[i+1] = starts[i] + n
		check = remainder(check, data[starts[i]:starts[i+1]], b.check)
	}
	out := make([]byte, 0, len(data)+len(check))
	for k := range b.data[1] {
		for i := range count {
			if starts[i]+k < starts[i+1] {
				out = append(out, data[starts[i]+k])
			}
		}
	}
	for k := range b.check {
		for i := range count {
			out = append(out, check[i*b.check+k])
		}
	}
	return out
}
