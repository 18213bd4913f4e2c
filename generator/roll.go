package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"

	"etalon/signing"
)

// roll is every credential ever issued, in both forms, as hashes (package
// signing, section 10). It is made when a manifest is signed, and kept beside
// it in keys/roll-SEQUENCE.bin: the 256 shards one after the other. What is
// issued later changes issued/, but not what was signed.
type roll struct {
	shards       [256][]byte
	hashes       [256][32]byte
	credentials  int
	attestations int
}

// newRoll makes the roll of all that was issued, erased attestations included.
func (w *workspace) newRoll() (*roll, error) {
	var digests [][32]byte
	for f, err := range w.attestations() {
		if err != nil {
			return nil, err
		}
		both, err := f.digests()
		if err != nil {
			return nil, err
		}
		digests = append(digests, both[:]...)
	}
	r := &roll{credentials: len(digests), attestations: len(digests) / 2}
	r.shards, r.hashes = signing.BuildRoll(digests)
	return r, nil
}

func (r *roll) bytes() []byte { return bytes.Join(r.shards[:], nil) }

func (w *workspace) rollPath(sequence uint64) string {
	return w.path("keys", fmt.Sprintf("roll-%d.bin", sequence))
}

// rollShards reads the roll that the manifest carries the hashes of; nil when
// it carries none.
func (k *keyring) rollShards() (*[256][]byte, error) {
	if k.manifest.Roll == nil {
		return nil, nil
	}
	const remedy = "restore keys/ from its latest backup, or have the roll made again with 'generator keys renew -root DIR'"
	path := k.rollPath(k.manifest.Sequence)
	data, err := os.ReadFile(path) // as long as all that was ever issued
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("the roll of manifest %d is missing: no %s", k.manifest.Sequence, path), remedy)
	}
	if err != nil {
		return nil, err
	}
	shards := new([256][]byte)
	for i := range shards {
		n := 0
		for n < len(data) && data[n] == byte(i) {
			n = min(n+rollEntry, len(data))
		}
		shards[i], data = data[:n], data[n:]
		if sha256.Sum256(shards[i]) != k.manifest.Roll[i] {
			return nil, withHint(fmt.Errorf("%s: shard %02x is not the one that manifest %d names", path, i, k.manifest.Sequence), remedy)
		}
	}
	return shards, nil
}

// rollEntry is the length of an entry of the roll, in bytes (package signing,
// section 10).
const rollEntry = 16

// onRoll refuses an attestation that the roll does not know though its key is
// compromised: it would be taken for a forgery.
func (k *keyring) onRoll(shards *[256][]byte, f *issuedFile) error {
	if shards == nil || f.Erased != nil {
		return nil
	}
	signed, err := f.credentials()
	if err != nil {
		return err
	}
	for _, b := range signed {
		sum := sha256.Sum256(b)
		shard := shards[sum[0]]
		if onShard(shard, sum) {
			continue // rather than verify a million signatures at each publication
		}
		if _, err := signing.OpenCredential(b, k.manifest, shard); err != nil {
			return withHint(fmt.Errorf("issued/%s.json: %w", f.Number, err),
				"if it is genuine, have the roll made again with 'generator keys renew -root DIR'; if not, take it out of issued/")
		}
	}
	return nil
}

// onShard says whether a credential is in its shard of the roll.
func onShard(shard []byte, sum [32]byte) bool {
	_, found := sort.Find(len(shard)/rollEntry, func(i int) int {
		return bytes.Compare(sum[:rollEntry], shard[i*rollEntry:(i+1)*rollEntry])
	})
	return found
}
