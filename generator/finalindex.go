package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"etalon/engine"
)

// finalIndex tells which sessions a run of finalise need not look at: nothing of
// theirs has changed since an earlier run saw that all was as it should be. It
// is a cache, 16 bytes a session, DIR/.finalised; without it everything
// is read again.
type finalIndex struct {
	path    string
	known   []indexed // sorted
	program string
	items   string // digest of the decisions on items
}

// indexed is 15 bytes of a digest of what stands in the files of a session, and
// what came of it.
type indexed [16]byte

// indexForm names the form and its version.
const indexForm = "etalon-finalised/1\n"

// What came of a session, as the index notes it.
const (
	stateWaiting   = 'w'
	stateSuspected = 's' // waiting, with a suspicion to decide
	stateValidated = 'v'
	stateRejected  = 'r'
	stateCancelled = 'c'
)

// stateOf is what the index notes of a record.
func stateOf(r *engine.Record) byte {
	switch {
	case r.State != engine.Final && r.Suspicion:
		return stateSuspected
	case r.State != engine.Final:
		return stateWaiting
	case r.Outcome == engine.Validated:
		return stateValidated
	case r.Outcome == engine.Cancelled:
		return stateCancelled
	}
	return stateRejected
}

// finalIndex reads the index. One that is damaged, or cut, is as none.
func (j *docket) finalIndex() (*finalIndex, error) {
	x := &finalIndex{path: j.path(".finalised"), program: program()}
	items := sha256.New()
	for _, d := range j.holds() {
		fmt.Fprintln(items, d.SHA256)
	}
	x.items = string(items.Sum(nil))
	data, err := os.ReadFile(x.path)
	if errors.Is(err, fs.ErrNotExist) {
		return x, nil
	}
	if err != nil {
		return nil, err
	}
	body, ok := bytes.CutPrefix(data, []byte(indexForm))
	if !ok || len(body) < sha256.Size || (len(body)-sha256.Size)%len(indexed{}) != 0 {
		return x, nil
	}
	sum, body := body[:sha256.Size], body[sha256.Size:]
	if sha256.Sum256(body) != [sha256.Size]byte(sum) {
		return x, nil
	}
	x.known = make([]indexed, 0, len(body)/len(indexed{}))
	for entry := range slices.Chunk(body, len(indexed{})) {
		x.known = append(x.known, indexed(entry))
	}
	return x, nil
}

// digest is that of the files of a session as they stand: by size and time, as
// make and rsync do. It is false where one cannot be looked at.
func (x *finalIndex) digest(j *docket, session string) (d indexed, ok bool) {
	h := sha256.New()
	n := j.later[session] + 1
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%d\x00", x.program, x.items, session, n)
	paths := []string{j.path("records", session+".json"), j.path("sessions", session+".jsonl")}
	for i := range n {
		paths = append(paths, j.rulingPath(session, i+1))
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			h.Write([]byte{0})
		case err != nil:
			return d, false
		default:
			var b [17]byte
			b[0] = 1
			binary.BigEndian.PutUint64(b[1:], uint64(info.Size()))
			binary.BigEndian.PutUint64(b[9:], uint64(info.ModTime().UnixNano()))
			h.Write(b[:])
		}
	}
	copy(d[:15], h.Sum(nil))
	return d, x.program != ""
}

// state is what came of a session whose files stand as they stood, or 0.
func (x *finalIndex) state(d indexed) byte {
	i, found := slices.BinarySearchFunc(x.known, d, func(a, b indexed) int { return bytes.Compare(a[:15], b[:15]) })
	if !found {
		return 0
	}
	return x.known[i][15]
}

// write keeps what a run saw, for the next one. What cannot be kept costs time
// and nothing else.
func (x *finalIndex) write(seen []indexed) {
	slices.SortFunc(seen, func(a, b indexed) int { return bytes.Compare(a[:], b[:]) })
	if slices.Equal(seen, x.known) {
		return
	}
	body := make([]byte, 0, len(seen)*len(indexed{}))
	for _, d := range seen {
		body = append(body, d[:]...)
	}
	sum := sha256.Sum256(body)
	replaceFile(x.path, slices.Concat([]byte(indexForm), sum[:], body))
}
