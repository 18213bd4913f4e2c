package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Bounds of a table.
const (
	MaxBytes = 512 << 20
	MaxLines = 2_000_000
	MaxLine  = 16 << 10 // bytes of a line
	maxCell  = 256      // bytes of a cell, where its column does not say
)

// Column is a column that a table may have.
type Column struct {
	Name     string
	Optional bool // the header may leave it out
	Empty    bool // its cells may be empty
	Max      int  // bytes of a cell at most; 0 is 256
}

// Reader reads one table, line by line.
type Reader struct {
	name    string
	faults  *Faults
	lines   *bufio.Reader
	feed    feed
	csv     *csv.Reader
	columns []Column // by place in the header
	place   map[string]int
	line    int // of the last line read
	bytes   int64
}

// Row is one line of a table. It is good until the next one is read.
type Row struct {
	Line    int
	reader  *Reader
	cells   []string
	refused []string // columns whose cell the table refuses
	faults  int
}

// feed gives the CSV reader one line at a time.
type feed struct{ rest []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// NewReader reads the header of a table; name stands in the faults, which are
// added to faults. A table whose header is at fault has no rows.
func NewReader(name string, in io.Reader, columns []Column, faults *Faults) *Reader {
	r := &Reader{name: name, faults: faults, lines: bufio.NewReaderSize(in, MaxLine+1)}
	if !r.header(columns) {
		r.lines = nil
	}
	return r
}

// Has tells whether the header names a column.
func (r *Reader) Has(column string) bool { _, ok := r.place[column]; return ok }

// Rows gives the rows in their order, also those with a cell that the table
// refuses (see Row.Faulty), so that whoever walks can tell what else is wrong
// with them. Lines that cannot be cut into the cells of the header are passed
// over. All that is wrong has gone to the faults by the end of the walk, which
// can be made once.
func (r *Reader) Rows() iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for r.lines != nil {
			line, ok := r.next()
			if !ok {
				return
			}
			if row := r.row(line); row != nil && !yield(row) {
				return
			}
		}
	}
}

// Fault adds a fault of a line that was read. The text must not repeat what a
// cell holds that may be about a person.
func (r *Reader) Fault(line int, field, remedy, format string, args ...any) {
	r.faults.Add(&Fault{r.name, line, field, fmt.Sprintf(format, args...), remedy})
}

// next returns the next line with its end, or false at the end of the file or
// where reading cannot go on.
func (r *Reader) next() (line []byte, ok bool) {
	for {
		r.line++
		line, err := r.lines.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		r.bytes += int64(len(line))
		for errors.Is(err, bufio.ErrBufferFull) && r.bytes <= MaxBytes {
			var more []byte
			more, err = r.lines.ReadSlice('\n')
			r.bytes += int64(len(more))
		}
		switch {
		case r.bytes > MaxBytes:
			r.Fault(r.line, "line", "split the file", "goes over the limit of %d bytes a file", MaxBytes)
			return nil, false
		case r.line > MaxLines:
			if len(line) > 0 {
				r.Fault(r.line, "line", "split the file", "goes over the limit of %d lines a file", MaxLines)
			}
			return nil, false
		case err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull):
			r.Fault(r.line, "line", "make the file readable and run the command again", "cannot be read: %v", err)
			return nil, false
		case long:
			r.Fault(r.line, "line", "look for a missing line end or a quote that is not closed", "takes more than %d bytes", MaxLine)
			if err != nil {
				return nil, false
			}
			continue
		case err == io.EOF && len(line) == 0:
			return nil, false
		}
		return line, true
	}
}

// split cuts a line into its cells, or tells why it cannot be cut.
func (r *Reader) split(line []byte) ([]string, error) {
	r.feed.rest = line
	cells, err := r.csv.Read()
	// What an unclosed quote left unread must not run into the next line.
	r.feed.rest = nil
	return cells, err
}

func (r *Reader) row(line []byte) *Row {
	if len(bytes.Trim(line, "\r\n")) == 0 {
		return nil
	}
	row := &Row{Line: r.line, reader: r}
	cells, err := r.split(line)
	if err != nil {
		// The cells before the faulty one were cut: their number tells its column.
		row.Fault(r.column(len(cells)), "write a quote inside a quoted cell twice, and close the cell before the line ends", "has a quote out of place")
		return nil
	}
	if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
		return nil
	}
	if n := len(r.columns); len(cells) != n {
		field := r.column(min(len(cells), n))
		row.Fault(field, "give each line the cells of the header; put quotes around a cell that holds a separator", "the line has %s where the header has %d", plural(len(cells), "cell"), n)
		return nil
	}
	row.cells = cells
	for i, c := range r.columns {
		if why, remedy := c.check(cells[i]); why != "" {
			row.Fault(c.Name, remedy, "%s", why)
			row.refused = append(row.refused, c.Name)
		}
	}
	return row
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// column names the i-th column, from 0, also beyond the last one of the header.
func (r *Reader) column(i int) string {
	if i < len(r.columns) {
		return r.columns[i].Name
	}
	return fmt.Sprintf("column %d", i+1)
}

// Get returns the cell of a column, "" where the header leaves it out. A cell
// that was refused comes as it stands.
func (w *Row) Get(column string) string {
	if i, ok := w.reader.place[column]; ok {
		return w.cells[i]
	}
	return ""
}

// File returns the name of the table, as it stands in faults.
func (w *Row) File() string { return w.reader.name }

// Refused tells whether the table refused the cell of a column.
func (w *Row) Refused(column string) bool { return slices.Contains(w.refused, column) }

// Fault adds a fault of this row. Of a cell that was refused it adds nothing:
// what it means can only follow from what is wrong with it.
func (w *Row) Fault(column, remedy, format string, args ...any) {
	if w.Refused(column) {
		return
	}
	w.faults++
	w.reader.Fault(w.Line, column, remedy, format, args...)
}

// Faulty tells whether a fault of this row was added.
func (w *Row) Faulty() bool { return w.faults > 0 }

// header reads the first line and tells whether rows can be read by it.
func (r *Reader) header(known []Column) bool {
	before := r.faults.Len()
	line, ok := r.next()
	if !ok && r.faults.Len() == before {
		r.Fault(1, "header", "begin with the line "+example(known), "the file is empty")
	}
	if r.faults.Len() > before {
		return false
	}
	if bytes.HasPrefix(line, []byte("\xff\xfe")) || bytes.HasPrefix(line, []byte("\xfe\xff")) {
		r.Fault(1, "header", "save it as \"CSV UTF-8\"", "the file is in UTF-16")
		return false
	}
	line = bytes.TrimPrefix(line, []byte(bom))
	cells := r.cut(line, known)
	r.place = make(map[string]int, len(cells))
	for i, name := range cells {
		n := slices.IndexFunc(known, func(c Column) bool { return c.Name == name })
		switch _, twice := r.place[name]; {
		case n < 0:
			r.unknown(i, name, known)
		case twice:
			r.Fault(1, name, "leave one of the two", "the column stands twice in the header")
		default:
			r.place[name] = i
			r.columns = append(r.columns, known[n])
		}
	}
	for _, c := range known {
		if _, ok := r.place[c.Name]; !ok && !c.Optional && len(cells) > 0 {
			r.Fault(1, c.Name, "add it; the header reads "+example(known), "the column is missing")
		}
	}
	return r.faults.Len() == before
}

// unknown refuses the name of a column, which may be any text.
func (r *Reader) unknown(i int, name string, known []Column) {
	field, remedy := fmt.Sprintf("column %d", i+1), "take it out; the columns are "+example(known)
	for _, c := range known {
		if strings.EqualFold(strings.TrimSpace(name), c.Name) {
			remedy = "write " + c.Name
		}
	}
	if name == "" {
		r.Fault(1, field, remedy, "has no name")
		return
	}
	r.Fault(1, field, remedy, "%.40q is not a column of this table", name)
}

// cut cuts the header by the separator that gives it the most known columns.
func (r *Reader) cut(line []byte, known []Column) (best []string) {
	most := -1
	var failed error
	for _, separator := range []rune{';', ',', '\t'} {
		reader := csv.NewReader(&r.feed)
		reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = separator, -1, true
		was := r.csv
		r.csv = reader
		cells, err := r.split(line)
		if err == io.EOF {
			err = errors.New("empty") // a line end alone
		}
		found := 0
		for _, c := range cells {
			if slices.ContainsFunc(known, func(k Column) bool { return strings.EqualFold(strings.TrimSpace(c), k.Name) }) {
				found++
			}
		}
		// Between equals the one with more cells is the more telling.
		if score := found*len(line) + len(cells); score > most {
			most, best, failed = score, slices.Clone(cells), err
		} else {
			r.csv = was
		}
	}
	if failed != nil || most < len(line) { // not one of its cells names a column
		r.Fault(1, "header", "begin with the line "+example(known), "the first line is not a header")
		return nil
	}
	return best
}

// example is a header with every column.
func example(known []Column) string {
	names := make([]string, len(known))
	for i, c := range known {
		names[i] = c.Name
	}
	return strings.Join(names, ";")
}
