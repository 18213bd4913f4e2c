package check

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"etalon/signing"
)

// MaxRoots is the longest roots file that is read, in bytes.
const MaxRoots = 4 << 10

// DecodeRoots reads a roots file, which pins whom a verifier believes:
//
//	{"leastSequence":1,"roots":["z6Mk…","z6Mk…"]}
//
// name is used in errors only. A file without roots gives a Trust without
// roots: the caller decides what that means.
func DecodeRoots(name string, data []byte) (signing.Trust, error) {
	var f struct {
		LeastSequence uint64   `json:"leastSequence"`
		Roots         []string `json:"roots"`
	}
	if len(data) > MaxRoots {
		return signing.Trust{}, fmt.Errorf("%s: more than %d bytes", name, MaxRoots)
	}
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return signing.Trust{}, fmt.Errorf("%s: %w", name, err)
	}
	t := signing.Trust{LeastSequence: f.LeastSequence}
	for i, m := range f.Roots {
		k, err := signing.ParseMultikey(m)
		if err != nil {
			return signing.Trust{}, fmt.Errorf("%s: roots[%d]: %w", name, i, err)
		}
		for _, other := range t.Roots {
			if other == k {
				return signing.Trust{}, fmt.Errorf("%s: roots[%d]: %w", name, i, errors.New("the same key twice"))
			}
		}
		t.Roots = append(t.Roots, k)
	}
	return t, nil
}
