package content

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// maxProblems bounds a report: past it the tree is wrong as a whole, and more
// lines help nobody.
const maxProblems = 500

// problem is one mistake, at a line (from 1) of a file of the tree.
type problem struct {
	file string
	line int
	text string
}

func (p problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text) }

// problems collects every mistake of a load, so that an author sees them all
// at once.
type problems struct{ list []problem }

// add notes a mistake; a line below 1 means the file as a whole.
func (ps *problems) add(file string, line int, format string, args ...any) {
	ps.list = append(ps.list, problem{file, max(line, 1), fmt.Sprintf(format, args...)})
}

// err joins the mistakes by file and line, each once, or returns nil.
func (ps *problems) err() error {
	slices.SortStableFunc(ps.list, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	list := slices.Compact(ps.list)
	var errs []error
	for i, p := range list {
		if i == maxProblems {
			errs = append(errs, fmt.Errorf("and %d more mistakes; mend these first", len(list)-i))
			break
		}
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}
