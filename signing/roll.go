package signing

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// rollEntry is how many bytes of a credential's SHA-256 the roll keeps.
const rollEntry = 16

// BuildRoll returns the 256 shards of the roll (section 10) and the hashes
// that the manifest carries, from the SHA-256 of every credential ever issued,
// full and share forms, erased ones included, in any order.
func BuildRoll(digests [][32]byte) (shards [256][]byte, hashes [256][32]byte) {
	sorted := slices.Clone(digests)
	slices.SortFunc(sorted, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	var last []byte
	for _, d := range sorted {
		if entry := d[:rollEntry]; !bytes.Equal(entry, last) {
			last = bytes.Clone(entry)
			shards[d[0]] = append(shards[d[0]], entry...)
		}
	}
	for i, s := range shards {
		hashes[i] = sha256.Sum256(s)
	}
	return shards, hashes
}

// onRoll decides on a credential whose signature is right but whose key is
// compromised.
func (c *Credential) onRoll(b []byte, m *Manifest, given [][]byte) (*Credential, error) {
	sum := sha256.Sum256(b)
	// A shard that is not the one the manifest names decides nothing: it is its
	// host that errs or lies.
	if len(given) != 1 || sha256.Sum256(given[0]) != m.opened.roll[sum[0]] {
		return nil, &RollNeeded{Shard: sum[0]}
	}
	shard := given[0]
	n := len(shard) / rollEntry
	if len(shard)%rollEntry != 0 {
		return nil, notGenuine("the shard of the roll is damaged")
	}
	// Binary search: the hash above vouches that the entries are sorted.
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		switch bytes.Compare(shard[mid*rollEntry:(mid+1)*rollEntry], sum[:rollEntry]) {
		case 0:
			return c, nil
		case -1:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return nil, notGenuine("signed with a compromised key and not on the roll of issued credentials")
}
