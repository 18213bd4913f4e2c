package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxFaults is how many faults are told one by one.
const MaxFaults = 100

// Fault is one mistake in a file, and where it stands.
type Fault struct {
	File   string
	Line   int    // from 1
	Field  string // column, or "line" for a line as a whole
	Why    string // as "is not a day of the calendar"
	Remedy string // as "write it as 2026-09-14"
}

func (f *Fault) Error() string {
	s := fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Field, f.Why)
	if f.Remedy != "" {
		s += "; " + f.Remedy
	}
	return s
}

// Faults collects the faults of a run over one or several files. The zero value
// is ready to use; it is not safe for use by several goroutines at once.
type Faults struct {
	files []string // in the order in which they were first met
	kept  []kept
	total int
}

type kept struct {
	file, line int
	err        error
}

// Add adds a fault.
func (f *Faults) Add(fault *Fault) { f.AddAt(fault.File, fault.Line, fault) }

// AddAt adds an error about a line that says by itself where it stands, as
// those of other packages do. Line 0 is a file as a whole.
func (f *Faults) AddAt(file string, line int, err error) {
	f.total++
	n := slices.Index(f.files, file)
	if n < 0 {
		// Beyond MaxFaults files order does not matter any more.
		if n = len(f.files); n < MaxFaults {
			f.files = append(f.files, file)
		}
	}
	k := kept{n, line, err}
	// Checks that compare lines find faults in earlier ones: what is kept is
	// what stands first, not what was found first.
	i, _ := slices.BinarySearchFunc(f.kept, k, func(a, b kept) int {
		if c := cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line)); c != 0 {
			return c
		}
		return -1 // after its equals
	})
	f.kept = slices.Insert(f.kept, i, k)
	if len(f.kept) > MaxFaults {
		f.kept = f.kept[:MaxFaults]
	}
}

// Len returns how many faults were found, those not kept included.
func (f *Faults) Len() int { return f.total }

// Err returns nil when there was no fault, else f.
func (f *Faults) Err() error {
	if f.total == 0 {
		return nil
	}
	return f
}

// Error tells every fault on a line of its own, and how many more there are.
func (f *Faults) Error() string {
	var b strings.Builder
	switch f.total {
	case 1:
		return f.kept[0].err.Error()
	default:
		fmt.Fprintf(&b, "%d faults:", f.total)
	}
	for _, k := range f.kept {
		b.WriteString("\n  ")
		b.WriteString(k.err.Error())
	}
	if more := f.total - len(f.kept); more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// Unwrap returns the faults that are kept, in the order of files and lines.
func (f *Faults) Unwrap() []error {
	list := make([]error, len(f.kept))
	for i, k := range f.kept {
		list[i] = k.err
	}
	return list
}
