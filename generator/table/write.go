package table

import (
	"encoding/csv"
	"fmt"
	"io"
)

// Writer writes one table.
type Writer struct {
	csv   *csv.Writer
	width int
	err   error
}

// NewWriter returns a writer of a table with some columns, whose header it
// writes.
func NewWriter(out io.Writer, columns ...string) *Writer {
	w := &Writer{csv: csv.NewWriter(out), width: len(columns)}
	w.csv.Comma, w.csv.UseCRLF = ';', true
	if _, err := io.WriteString(out, bom); err != nil {
		w.err = err
	}
	w.Write(columns...)
	return w
}

// Write writes a row, a cell a column. Errors of the underlying writer are
// given by Flush.
func (w *Writer) Write(cells ...string) {
	if w.err != nil {
		return
	}
	if len(cells) != w.width {
		w.err = fmt.Errorf("table: %d cells for %d columns", len(cells), w.width)
		return
	}
	safe := make([]string, len(cells))
	for i, c := range cells {
		if runs(c) {
			c = "'" + c
		}
		safe[i] = c
	}
	w.err = w.csv.Write(safe)
}

// Flush writes what is still held back and returns the first error of all.
func (w *Writer) Flush() error {
	w.csv.Flush()
	if w.err != nil {
		return w.err
	}
	return w.csv.Error()
}
