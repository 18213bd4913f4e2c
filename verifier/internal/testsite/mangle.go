package testsite

import (
	"bytes"
	"fmt"
)

// Mangled calls try with every altered form of b: each byte changed in one
// bit, each cut, one byte more, and each pair of its parts exchanged. Every
// stride-th byte and cut is tried. bounds are where parts begin; eighths of b
// are exchanged too.
func Mangled(b []byte, stride int, bounds []int, try func(what string, altered []byte)) {
	for i := 0; i < len(b); i += stride {
		altered := bytes.Clone(b)
		altered[i] ^= 1 << (i % 8)
		try(fmt.Sprintf("byte %d", i), altered)
		try(fmt.Sprintf("cut at %d", i), bytes.Clone(b[:i]))
	}
	try("one byte more", append(bytes.Clone(b), 0))
	var eighths []int
	for i := range 8 {
		eighths = append(eighths, i*len(b)/8)
	}
	for _, at := range [][]int{bounds, eighths} {
		for i := range at {
			for j := range i {
				if altered := exchange(b, at, j, i); !bytes.Equal(altered, b) {
					try(fmt.Sprintf("parts %d and %d of %d exchanged", j, i, len(at)), altered)
				}
			}
		}
	}
}

// exchange returns b with parts i and j of those that begin at the bounds in
// each other's place.
func exchange(b []byte, bounds []int, i, j int) []byte {
	var parts [][]byte
	for k, from := range bounds {
		to := len(b)
		if k+1 < len(bounds) {
			to = bounds[k+1]
		}
		parts = append(parts, b[from:to])
	}
	parts[i], parts[j] = parts[j], parts[i]
	return bytes.Join(parts, nil)
}

// CredentialParts are where the parts of a credential begin: tag, header,
// payload, and the halves of its signature.
func CredentialParts(signed []byte) []int {
	n := len(signed)
	return []int{0, 2, 12, 13, n - 66, n - 64, n - 32}
}
