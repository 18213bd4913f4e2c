package signing

import (
	"crypto/aes"
	"encoding/binary"
	"math"
)

const (
	placeRounds = 10
	halfBits    = 9 // of the 18 bits of an index
	halfMask    = 1<<halfBits - 1
)

// Place gives the n-th attestation ever issued, counted from 0, its place for
// ever: lists fill up one after the other, each in an order that only the
// holder of key knows (section 12). n stays below 2^38, the places of as many
// lists as a credential can name.
func Place(key [32]byte, n uint64) (list, index uint32) {
	number := min(n/ListSize+1, math.MaxUint32)
	block := must(aes.NewCipher(key[:]))
	left, right := uint32(n>>halfBits)&halfMask, uint32(n)&halfMask
	var in, out [aes.BlockSize]byte
	copy(in[:], "place")
	binary.BigEndian.PutUint32(in[8:], uint32(number))
	for round := range placeRounds {
		in[12] = byte(round)
		binary.BigEndian.PutUint16(in[14:], uint16(right))
		block.Encrypt(out[:], in[:])
		f := uint32(binary.BigEndian.Uint16(out[:])) & halfMask
		left, right = right, left^f
	}
	return uint32(number), left<<halfBits | right
}
