package check

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/signing"
)

const (
	stateSchema = "etalon-verifier-state/1"
	maxState    = 1 << 20
)

// A State remembers, from one run to the next, the highest sequence number
// seen of a key manifest, so that a host cannot bring back an older manifest
// in which a stolen key was still good. One file serves any number of sets of
// roots:
//
//	{"schema":"etalon-verifier-state/1","leastSequence":{"<set>":7}}
//
// where <set> names the roots: the first 16 bytes in hexadecimal of the
// SHA-256 of their multikeys, sorted, one a line.
//
// Keeping it is best effort: a check goes on without it, and says so through
// Warn.
type State struct {
	Path string
	Warn func(error) // may be nil

	mu   sync.Mutex
	seen map[string]uint64 // as far as this process knows
}

type stateFile struct {
	Schema        string            `json:"schema"`
	LeastSequence map[string]uint64 `json:"leastSequence"`
}

// DefaultStatePath is the state file in the user's configuration folder.
func DefaultStatePath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "etalon", "verifier-state.json"), nil
}

// least returns the least sequence number to accept under the given roots.
func (s *State) least(roots []signing.PublicKey) uint64 {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]uint64{}
		f, err := readState(s.Path)
		if err != nil {
			s.warn(err)
		}
		for k, n := range f.LeastSequence {
			s.seen[k] = n
		}
	}
	return s.seen[rootSet(roots)]
}

// raise records that a manifest of this sequence number was seen.
func (s *State) raise(roots []signing.PublicKey, sequence uint64) {
	if s == nil || s.least(roots) >= sequence {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[rootSet(roots)] = sequence
	// Another process may have written since: keep the higher of each.
	f, _ := readState(s.Path)
	if f.LeastSequence == nil {
		f.LeastSequence = map[string]uint64{}
	}
	for k, n := range s.seen {
		f.LeastSequence[k] = max(f.LeastSequence[k], n)
	}
	f.Schema = stateSchema
	if err := writeState(s.Path, f); err != nil {
		s.warn(err)
	}
}

func (s *State) warn(err error) {
	if s.Warn != nil {
		s.Warn(err)
	}
}

func rootSet(roots []signing.PublicKey) string {
	var lines []string
	for _, r := range roots {
		lines = append(lines, r.Multikey()+"\n")
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range slices.Compact(lines) {
		h.Write([]byte(l))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func readState(path string) (stateFile, error) {
	var f stateFile
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err == nil && info.Size() > maxState {
		err = fmt.Errorf("more than %d bytes", maxState)
	}
	if err != nil {
		return f, fmt.Errorf("reading the state file %s: %w", path, err)
	}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &f, json.RejectUnknownMembers(true))
	}
	if err == nil && f.Schema != stateSchema {
		err = fmt.Errorf("schema %q, want %q", f.Schema, stateSchema)
	}
	if err != nil {
		return stateFile{}, fmt.Errorf("reading the state file %s (delete it to start anew): %w", path, err)
	}
	return f, nil
}

// writeState writes beside and renames, so that a reader never meets half a file.
func writeState(path string, f stateFile) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("keeping the state file %s: %w", path, err)
		}
	}()
	data, err := json.Marshal(f, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".verifier-state-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(append(data, '\n')); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Sync(); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
