package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A progress bar appears on a terminal once a task has taken a second, so that
// quick runs stay quiet and scripts read clean output.
type progress struct {
	w       io.Writer
	what    string
	total   int
	done    int
	started time.Time
	drawn   time.Time
	shown   bool
}

// newProgress returns a bar for total steps; on anything but a terminal it
// draws nothing.
func newProgress(w io.Writer, what string, total int) *progress {
	p := &progress{what: what, total: total, started: time.Now()}
	if isTerminal(w) {
		p.w = w
	}
	return p
}

// step records one finished step.
func (p *progress) step() { p.add(1) }

// add records n finished steps.
func (p *progress) add(n int) {
	p.done += n
	now := time.Now()
	if p.w == nil || now.Sub(p.started) < time.Second || now.Sub(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn, p.shown = now, true
	fmt.Fprint(p.w, "\r", p.line(now.Sub(p.started)))
}

// line is the bar after elapsed time.
func (p *progress) line(elapsed time.Duration) string {
	const width = 30
	filled := width * p.done / max(p.total, 1)
	left := time.Duration(float64(elapsed) / float64(max(p.done, 1)) * float64(p.total-p.done)).Round(time.Second)
	return fmt.Sprintf("%-12s %s%s %d/%d, %v left ", p.what, strings.Repeat("█", filled), strings.Repeat("░", width-filled), p.done, p.total, left)
}

// end wipes the bar.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
