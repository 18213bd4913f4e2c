package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"sync"
	"time"

	"etalon/verifier/check"
)

// Bounds of a batch.
const (
	maxLines   = 10_000
	maxBatch   = 16 << 20         // bytes of the request: 10,000 QR texts of the longest kind
	batchPause = 20 * time.Second // longest wait for the client, to send a line or to take answers
	batchTime  = 10 * time.Minute
	batchShare = 500 // QR texts that count as one check of the client's; a code counts as one

	maxBatches       = 64 // under way at one time, some 60 KiB each
	maxClientBatches = 4  // of one client
)

// apiBatch answers a body of lines, each a JSON object as one request holds,
// with as many lines, in order: an answer, or {"error":{…}} where the line
// could not be read. It answers while it reads, and keeps neither whole.
func (s *Server) apiBatch(w http.ResponseWriter, r *http.Request) {
	client := allowance(address(r, s.proxies))
	if !s.batches.enter(client, s.clients != nil) {
		writeProblem(w, errBusy)
		return
	}
	defer s.batches.leave(client)
	ctx, cancel := context.WithTimeout(r.Context(), batchTime)
	defer cancel()
	control := http.NewResponseController(w)
	// A recorder in a test can do neither; there is nobody to wait for then.
	_ = control.EnableFullDuplex()
	wait := func() {
		limit := time.Now().Add(batchPause)
		_ = control.SetReadDeadline(limit)
		_ = control.SetWriteDeadline(limit)
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	b := &batch{
		Server: s, w: w, r: r, wait: wait,
		in:  bufio.NewReaderSize(http.MaxBytesReader(w, r.Body, maxBatch), 2*maxText),
		out: bufio.NewWriterSize(w, 32<<10),
		now: control.Flush,
	}
	b.run(ctx)
}

// batches bounds what runs at one time. A batch takes a place while it is open,
// and a processor only while it has lines to check: a client that waits, or
// that makes the server wait, keeps nobody from anything.
type batches struct {
	work chan struct{} // one for each processor in use

	mu   sync.Mutex
	open int
	by   map[netip.Prefix]int
}

// newBatches leaves a processor to the other requests where there are several.
func newBatches() *batches {
	return &batches{work: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)), by: map[netip.Prefix]int{}}
}

func (b *batches) enter(client netip.Prefix, limited bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open >= maxBatches || limited && b.by[client] >= maxClientBatches {
		return false
	}
	b.open++
	b.by[client]++
	return true
}

func (b *batches) leave(client netip.Prefix) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open--
	if b.by[client]--; b.by[client] <= 0 {
		delete(b.by, client)
	}
}

type batch struct {
	*Server
	w     http.ResponseWriter
	r     *http.Request
	in    *bufio.Reader
	out   *bufio.Writer
	now   func() error // sends what was written
	wait  func()       // the client has its pause again
	lines int
	texts int // QR texts checked
	buf   bytes.Buffer
	busy  bool // it has a processor
}

// take has the batch wait for a processor; give gives it back before the
// client is waited for.
func (b *batch) take() {
	if !b.busy {
		b.batches.work <- struct{}{}
		b.busy = true
	}
}

func (b *batch) give() {
	if b.busy {
		<-b.batches.work
		b.busy = false
	}
}

func (b *batch) run(ctx context.Context) {
	defer b.give()
	for {
		line, err := b.line()
		if err != nil {
			if p, ok := errors.AsType[*problem](err); ok {
				b.write(nil, p)
			}
			break
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if b.lines++; b.lines > maxLines {
			b.write(nil, refuse(http.StatusRequestEntityTooLarge, "too-many-lines",
				"a batch has at most "+strconv.Itoa(maxLines)+" lines; this one and those after it were not read", "send the rest in another batch"))
			break
		}
		b.take()
		result, err := b.answer(ctx, line)
		if b.write(result, err) != nil {
			break
		}
	}
	b.give()
	b.out.Flush()
	observeLines(b.w, b.lines)
}

// line returns the next line, without keeping it: it holds until the next
// call. Answers leave before a client is waited for.
func (b *batch) line() ([]byte, error) {
	if ahead, _ := b.in.Peek(b.in.Buffered()); bytes.IndexByte(ahead, '\n') < 0 {
		b.give()
		if b.out.Flush() != nil || b.now() != nil {
			return nil, io.ErrClosedPipe
		}
		b.wait()
	}
	line, err := b.in.ReadSlice('\n')
	switch {
	case err == nil, err == io.EOF && len(line) > 0:
		return line, nil
	case err == io.EOF:
		return nil, err
	case err == bufio.ErrBufferFull:
		return nil, refuse(http.StatusRequestEntityTooLarge, "too-large",
			"a line is longer than "+strconv.Itoa(maxText)+" bytes; it and those after it were not read", questionHint)
	}
	return nil, bodyProblem(err, maxBatch)
}

func (b *batch) answer(ctx context.Context, line []byte) (*check.Result, error) {
	if len(line) > maxText {
		return nil, bodyProblem(&http.MaxBytesError{Limit: maxText}, maxText)
	}
	q, err := readQuestion(line)
	if err != nil {
		return nil, err
	}
	if q.Code != nil || b.texts%batchShare == 0 {
		if err := b.allow(b.r); err != nil {
			return nil, err
		}
	}
	if q.QR != nil {
		b.texts++
	}
	return q.check(ctx, b.checker), nil
}

// write puts one line out; an error of its own means that nobody listens.
func (b *batch) write(result *check.Result, err error) error {
	var v any = result
	if result == nil {
		v = problemOf(err)
	} else {
		b.metrics.check(result)
	}
	b.buf.Reset()
	if err := appendAnswer(&b.buf, v); err != nil {
		return err
	}
	if b.out.Available() < b.buf.Len() {
		b.give()
		b.wait()
	}
	_, err = b.out.Write(b.buf.Bytes())
	return err
}
