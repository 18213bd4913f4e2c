package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

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
	items   string    // digest of the decisions on items
	settled time.Time // logs written since are not taken by their time
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
func (j *docket) finalIndex(now time.Time) *finalIndex {
	x := &finalIndex{path: j.path(".finalised"), program: program(), settled: now.Add(-settled)}
	items := sha256.New()
	for _, d := range j.holds() {
		fmt.Fprintln(items, d.SHA256)
	}
	x.items = string(items.Sum(nil))
	known, err := readFinalIndex(x.path)
	if err == nil {
		x.known = known
	}
	return x
}

func readFinalIndex(path string) ([]indexed, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const head = len(indexForm) + sha256.Size
	r := bufio.NewReaderSize(f, 1<<16)
	first := make([]byte, head)
	if _, err := io.ReadFull(r, first); err != nil {
		return nil, err
	}
	if string(first[:len(indexForm)]) != indexForm {
		return nil, errors.New("of another form")
	}
	sum := sha256.New()
	known := make([]indexed, (info.Size()-int64(head))/int64(len(indexed{})))
	for i := range known {
		if _, err := io.ReadFull(r, known[i][:]); err != nil {
			return nil, err
		}
		sum.Write(known[i][:])
	}
	if !bytes.Equal(sum.Sum(nil), first[len(indexForm):]) {
		return nil, errors.New("damaged")
	}
	return known, nil
}

// digest is that of the files of a session as they stand, by their stamps. It
// is false where one cannot be looked at, or where the log, which others write,
// was written just now and could change once more without a change of its stamp.
func (x *finalIndex) digest(j *docket, session string) (d indexed, ok bool) {
	h := sha256.New()
	n := j.later[session] + 1
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%d\x00", x.program, x.items, session, n)
	look := func(path string, settle bool) bool {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			h.Write([]byte{0})
			return true
		}
		if err != nil || settle && !info.ModTime().Before(x.settled) {
			return false
		}
		var b [9]byte
		b[0] = 1
		binary.BigEndian.PutUint64(b[1:], stamp(info))
		h.Write(b[:])
		return true
	}
	if x.program == "" || !look(j.path("records", session+".json"), false) || !look(j.path("sessions", session+".jsonl"), true) {
		return d, false
	}
	for i := range n {
		if !look(j.rulingPath(session, i+1), false) {
			return d, false
		}
	}
	copy(d[:15], h.Sum(nil))
	return d, true
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
	sum := sha256.New()
	for i := range seen {
		sum.Write(seen[i][:])
	}
	beside := x.path + "-new"
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return
	}
	w := bufio.NewWriterSize(f, 1<<16)
	w.WriteString(indexForm)
	w.Write(sum.Sum(nil))
	for i := range seen {
		w.Write(seen[i][:])
	}
	if errors.Join(w.Flush(), f.Close()) != nil || os.Rename(beside, x.path) != nil {
		os.Remove(beside)
	}
}
