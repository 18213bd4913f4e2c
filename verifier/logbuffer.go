package main

import (
	"bufio"
	"io"
	"sync"
	"time"
)

// A lateWriter puts log lines together, so that a busy server makes one system
// call for many. A line waits flushAfter at most; Close writes what is left.
type lateWriter struct {
	mu      sync.Mutex
	w       *bufio.Writer
	waiting bool
}

const flushAfter = 100 * time.Millisecond

func newLateWriter(w io.Writer) *lateWriter {
	return &lateWriter{w: bufio.NewWriterSize(w, 16<<10)}
}

func (l *lateWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.waiting {
		l.waiting = true
		time.AfterFunc(flushAfter, func() { l.Close() })
	}
	return l.w.Write(p)
}

func (l *lateWriter) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = false
	return l.w.Flush()
}
