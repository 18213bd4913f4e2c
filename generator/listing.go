package main

import (
	"bufio"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
)

// listing is the names of a folder's files of one kind, sorted. A folder may
// hold millions: what memory does not hold stands, sorted in runs, in a
// temporary file, and the runs are merged when the names are read. (A million
// names take a second and 20 MB on the disk.)
type listing struct {
	suffix  string
	count   int
	longest int // bytes of the longest name

	names []string // of a small folder, or of the last run
	spill *os.File // the other runs: each name after a byte for its length; nil for none
	ends  []int64  // of the runs in spill
}

// maxNames is how many names of a folder memory holds at once.
const maxNames = 1 << 14

// listFiles reads the names of the files in a folder that end in suffix, but for
// hidden ones. A missing folder is an empty one.
func listFiles(dir, suffix string) (*listing, error) { return listRuns(dir, suffix, maxNames) }

// listRuns is listFiles with at most most names in memory.
func listRuns(dir, suffix string, most int) (l *listing, err error) {
	l = &listing{suffix: suffix}
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	for {
		entries, err := f.ReadDir(1024)
		for _, e := range entries {
			name := e.Name()
			if !strings.HasSuffix(name, suffix) || name[0] == '.' || e.IsDir() {
				continue
			}
			if len(l.names) == most {
				if err := l.spillRun(); err != nil {
					return nil, fmt.Errorf("list %s: %w", dir, err)
				}
			}
			l.names = append(l.names, name)
			l.count++
			l.longest = max(l.longest, len(name)-len(suffix))
		}
		if err == io.EOF {
			slices.Sort(l.names)
			return l, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// spillRun moves the names in memory to the temporary file.
func (l *listing) spillRun() (err error) {
	if l.spill == nil {
		if l.spill, err = os.CreateTemp("", "etalon-names-*"); err != nil {
			return err
		}
		os.Remove(l.spill.Name()) // where an open file can be removed; else close does
	}
	slices.Sort(l.names)
	w := bufio.NewWriterSize(l.spill, 1<<16)
	end := int64(0)
	if len(l.ends) > 0 {
		end = l.ends[len(l.ends)-1]
	}
	for _, name := range l.names {
		if len(name) > 255 {
			return fmt.Errorf("%.80q…: a name of %d bytes", name, len(name))
		}
		w.WriteByte(byte(len(name)))
		w.WriteString(name)
		end += int64(1 + len(name))
	}
	l.ends, l.names = append(l.ends, end), l.names[:0]
	return w.Flush()
}

func (l *listing) close() {
	if l.spill != nil {
		l.spill.Close()
		os.Remove(l.spill.Name())
	}
}

// all gives the names in the order of the files, without the suffix. An error
// is the last pair.
func (l *listing) all() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		runs := runHeap{{rest: l.names}}
		from := int64(0)
		for _, end := range l.ends {
			runs = append(runs, &nameRun{file: bufio.NewReaderSize(io.NewSectionReader(l.spill, from, end-from), 1<<14)})
			from = end
		}
		for i := len(runs) - 1; i >= 0; i-- {
			if more, err := runs[i].next(); err != nil {
				yield("", err)
				return
			} else if !more {
				runs = slices.Delete(runs, i, i+1)
			}
		}
		heap.Init(&runs)
		last := ""
		for len(runs) > 0 {
			// A folder that changes meanwhile may name a file twice.
			if name := runs[0].name; name != last {
				if last = name; !yield(name[:len(name)-len(l.suffix)], nil) {
					return
				}
			}
			more, err := runs[0].next()
			switch {
			case err != nil:
				yield("", err)
				return
			case more:
				heap.Fix(&runs, 0)
			default:
				heap.Pop(&runs)
			}
		}
	}
}

// nameRun is a sorted run of names, in memory or in a file.
type nameRun struct {
	name string // the first one not given yet
	rest []string
	file *bufio.Reader
}

func (r *nameRun) next() (more bool, err error) {
	if r.file == nil {
		if len(r.rest) == 0 {
			return false, nil
		}
		r.name, r.rest = r.rest[0], r.rest[1:]
		return true, nil
	}
	n, err := r.file.ReadByte()
	if err == io.EOF {
		return false, nil
	}
	if err == nil {
		name := make([]byte, n)
		_, err = io.ReadFull(r.file, name)
		r.name = string(name)
	}
	return err == nil, err
}

// runHeap has the run of the least name first.
type runHeap []*nameRun

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return h[i].name < h[j].name }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*nameRun)) }
func (h *runHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
