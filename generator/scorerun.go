package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"etalon/engine"
)

// A run of score reads the names of the logs in their order (listing), looks
// each up in the index of the last run (scoreindex.go), has the others replayed
// by all cores, some names at a time, and takes the results in order again:
// what it says does not depend on the number of workers, and memory not on the
// number of sessions.
//
// Records are written beside and renamed, so that a run that is killed leaves
// each whole, old or new; they are not synced one by one, which would take
// longer than all the rest, but all together at the end, and only then is the
// index put in its place. A machine that loses power before may leave records
// torn, empty or filled up with zeros (which file systems do to files that were
// renamed before their bytes were on the disk): such a record is known by
// being a beginning of the right one, and is made again. A record that is
// damaged in another way is a fault, which score does not overwrite, since it
// may have been final.

// scoreOptions are what score was asked for.
type scoreOptions struct {
	table bool // of every session
	again bool // without the index
}

// scored is what a run of score did.
type scored struct {
	sessions  int
	made      int                // scored in this run
	final     int                // left alone, as the jury made them
	counts    map[resultCode]int // sessions by what came of them
	records   []*engine.Record   // by session, when there are at most maxShown sessions
	faults    []error            // the first maxShown
	faulty    int
	unchanged int  // not looked at
	tabled    bool // a line was printed for each
}

const (
	scoreBatch = 64 // names that a worker takes at a time
	// settled is how long a log must not have been written for the index to
	// take its time as a sign; clocks of file systems step by up to 2 seconds.
	settled = 2 * time.Second
)

// scoreJob is some sessions on their way through the workers.
type scoreJob struct {
	names   []string
	known   []entry // of the index; name "" for none
	results []scoreResult
	done    chan struct{}
}

type scoreResult struct {
	entry            // name "" when the index is not to have it
	code  resultCode // whenever err is nil
	made  bool
	rec   *engine.Record // if it is to be shown
	err   error
}

// scorer is a run of score.
type scorer struct {
	*workspace
	replay *replayer
	now    time.Time
	shown  bool // records are wanted
	files  bulk // records/
}

// errStopped marks an error that every other session would meet as well.
type errStopped struct{ error }

func (e errStopped) Unwrap() error { return e.error }

// score replays every log that changed and writes a proposed record for each
// session that has no final one. Every faulty log is named, or counted; the
// others are scored.
func (w *workspace) score(ctx context.Context, e *env, o scoreOptions) (*scored, error) {
	replay, err := w.replayer()
	if err != nil {
		return nil, err
	}
	logs, err := listFiles(w.path("sessions"), ".jsonl")
	if err != nil {
		return nil, err
	}
	defer logs.close()
	if logs.count == 0 {
		return nil, withHint(fmt.Errorf("%s holds no session log", w.path("sessions")), "put the event logs there, one a session, named SESSION.jsonl")
	}
	s := &scorer{workspace: w, replay: replay, now: e.now(), shown: o.table || logs.count <= maxShown, files: bulk{dir: w.path("records")}}
	index := new(indexReader)
	if !o.again {
		index = openIndex(w.path(".scored"), program(), replay.inputs())
	}
	defer index.close()

	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	work, order := make(chan *scoreJob, workers()), make(chan *scoreJob, 4*workers())
	for worker := range workers() {
		running.Go(func() {
			buffer := make([]byte, 0, 64<<10)
			for job := range work {
				for i := range job.names {
					if ctx.Err() == nil {
						buffer = s.one(worker, job, i, buffer)
					}
				}
				close(job.done)
			}
		})
	}
	var listed error
	running.Go(func() {
		defer close(order)
		defer close(work)
		listed = s.feed(ctx, logs, index, work, order)
	})

	done := &scored{counts: make(map[resultCode]int), tabled: o.table}
	next := createIndex(w.path(".scored"), program(), replay.inputs())
	bar := newProgress(e.stderr, "scoring", logs.count)
	defer bar.end()
	var rows *recordTable
	if o.table {
		rows = newRecordTable(e.stdout, logs.longest)
	}
	for job := range order {
		<-job.done
		if err = ctx.Err(); err != nil {
			break
		}
		for i := range job.results {
			if err = done.take(&job.results[i], next, rows); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
		bar.add(len(job.names))
	}
	stop()
	for range order { // the workers drop what is left
	}
	if err == nil {
		err = listed
	}
	if err == nil {
		err = s.files.sync()
	}
	if err != nil {
		next.discard()
		return nil, err
	}
	next.commit()
	return done, done.err()
}

// feed cuts the names into jobs, in order.
func (s *scorer) feed(ctx context.Context, logs *listing, index *indexReader, work, order chan<- *scoreJob) error {
	job := new(scoreJob)
	send := func() bool {
		job.results, job.done = make([]scoreResult, len(job.names)), make(chan struct{})
		select {
		case <-ctx.Done():
			return false
		case work <- job:
		}
		order <- job
		job = new(scoreJob)
		return true
	}
	for name, err := range logs.all() {
		if err != nil {
			return err
		}
		known, _ := index.find(name, logs.suffix)
		job.names, job.known = append(job.names, name), append(job.known, known)
		if len(job.names) == scoreBatch && !send() {
			return ctx.Err()
		}
	}
	if len(job.names) > 0 {
		send()
	}
	return ctx.Err()
}

// take counts a result.
func (d *scored) take(r *scoreResult, next *indexWriter, rows *recordTable) error {
	d.sessions++
	if stopped, ok := errors.AsType[errStopped](r.err); ok {
		return stopped.error
	}
	if r.err != nil {
		if d.faulty++; d.faulty <= maxShown {
			d.faults = append(d.faults, r.err)
		}
		return nil
	}
	d.counts[r.code]++
	switch {
	case r.made:
		d.made++
	case r.code.final():
		d.final++
	default:
		d.unchanged++
	}
	if r.name != "" {
		next.add(r.entry)
	}
	if rows != nil && r.rec != nil {
		return rows.add(r.rec)
	}
	if r.rec != nil {
		d.records = append(d.records, r.rec)
	}
	return nil
}

func (d *scored) err() error {
	faults := d.faults
	if more := d.faulty - len(faults); more > 0 {
		faults = append(faults, fmt.Errorf("and %d more faulty logs", more))
	}
	return errors.Join(faults...)
}

// one looks at one session. buffer is the worker's own.
func (s *scorer) one(worker int, job *scoreJob, i int, buffer []byte) []byte {
	r, name := &job.results[i], job.names[i]
	known := job.known[i]
	logPath, recordPath := s.path("sessions", name+".jsonl"), s.path("records", name+".json")
	if known.name != "" && s.stands(logPath, known.log) && s.stands(recordPath, known.record) {
		r.entry, r.code = known, known.code
		if !s.shown {
			return buffer
		}
		if r.rec, r.err = s.record(name); r.err == nil && codeOf(r.rec) == known.code {
			return buffer
		}
		*r = scoreResult{}
	}
	if err := checkSession(name); err != nil {
		r.err = withHint(fmt.Errorf("%s: not a name for a session", logPath), "%v", err)
		return buffer
	}
	file, err := os.Open(logPath)
	if err != nil {
		r.err = err
		return buffer
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		r.err = err
		return buffer
	}
	rec, made, buffer, err := s.settle(worker, name, recordPath, file, info, buffer)
	if err != nil {
		r.err = err
		return buffer
	}
	r.code, r.made = codeOf(rec), made
	if s.shown {
		r.rec = rec
	}
	if left, err := os.Stat(recordPath); err == nil && s.quiet(info) {
		r.entry = entry{name, stamp(info), stamp(left), r.code}
	}
	return buffer
}

func (s *scorer) stands(path string, want uint64) bool {
	info, err := os.Stat(path)
	return err == nil && stamp(info) == want
}

// quiet tells whether a file was not written just now.
func (s *scorer) quiet(info fs.FileInfo) bool {
	change, _ := changeOf(info)
	limit := s.now.Add(-settled)
	return info.ModTime().Before(limit) && time.Unix(0, change).Before(limit)
}

// settle returns the record of a session as it is to stand in records/: a final
// one as it is, else what the log gives. made tells whether the log was scored.
func (s *scorer) settle(worker int, name, recordPath string, log *os.File, info fs.FileInfo, buffer []byte) (rec *engine.Record, made bool, _ []byte, err error) {
	old, err := readFile(recordPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, buffer, err
	}
	if bytes.Contains(old, []byte(`"state":"final"`)) {
		rec, err := engine.DecodeRecord(recordPath, old)
		return rec, false, buffer, err
	}
	if buffer, err = readAll(log, info.Size(), buffer); err != nil {
		return nil, false, buffer, err
	}
	if rec, err = s.replay.score(log.Name(), buffer); err != nil {
		return nil, false, buffer, err
	}
	if rec.Session != name {
		return nil, false, buffer, withHint(fmt.Errorf("%s: the log is of session %q", log.Name(), rec.Session), "name the file %s.jsonl", rec.Session)
	}
	data := append(rec.Encode(), '\n')
	if bytes.Equal(old, data) {
		return rec, true, buffer, nil
	}
	if !torn(old, data) {
		if _, err := engine.DecodeRecord(recordPath, old); err != nil {
			return nil, false, buffer, withHint(err, "restore the record from a backup, or, if the jury had not decided, remove it and score again")
		}
	}
	if err := s.files.write(worker, name+".json", data); err != nil {
		return nil, false, buffer, errStopped{err}
	}
	return rec, true, buffer, nil
}

// torn tells whether a file is what a loss of power leaves of data: a beginning
// of it, then zeros, or nothing.
func torn(file, data []byte) bool {
	if len(file) > len(data) {
		return false
	}
	file = bytes.TrimRight(file, "\x00")
	return bytes.HasPrefix(data, file)
}

// readAll reads a file of about that size into buffer, which it may replace by
// a larger one.
func readAll(f *os.File, size int64, buffer []byte) ([]byte, error) {
	if size > maxInput {
		return buffer, fmt.Errorf("read %s: larger than %d bytes", f.Name(), maxInput)
	}
	if int64(cap(buffer)) < size+1 {
		buffer = make([]byte, 0, size+1)
	}
	buffer = buffer[:0]
	for {
		n, err := f.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF {
			return buffer, nil
		}
		if err != nil {
			return buffer, fmt.Errorf("read %s: %w", f.Name(), err)
		}
		if len(buffer) == cap(buffer) {
			if len(buffer) > maxInput {
				return buffer, fmt.Errorf("read %s: larger than %d bytes", f.Name(), maxInput)
			}
			buffer = append(buffer, 0)[:len(buffer)]
		}
	}
}
