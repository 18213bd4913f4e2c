package main

import (
	"encoding/binary"
	"errors"

	"etalon/content"
)

// A ledger's form: a line that names it, then its members in order; a text or
// a list is its length and what it holds, a number is a varint. It is read and
// written at every build, and is as large as the names and links of all pages.
const ledgerForm = "etalon-build/1\n"

var errLedger = errors.New("not a ledger of this form")

func (l *ledger) encode() []byte {
	b := make([]byte, 0, 1<<10+512*len(l.Sheets)+128*len(l.Files))
	text := func(texts ...string) {
		for _, s := range texts {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
	}
	number := func(numbers ...int64) {
		for _, n := range numbers {
			b = binary.AppendVarint(b, n)
		}
	}
	b = append(b, ledgerForm...)
	text(l.Program, l.Layout)
	number(int64(len(l.Sheets)))
	for i := range l.Sheets {
		s := &l.Sheets[i]
		text(s.Path, s.Sum, s.Title, s.Summary)
		number(s.Size, s.Modified, s.Read, int64(len(s.Outline.Contents)))
		for _, h := range s.Outline.Contents {
			text(h.ID, h.Title)
		}
		number(int64(len(s.Outline.Fragments)))
		text(s.Outline.Fragments...)
		number(int64(len(s.Outline.Links)))
		for _, k := range s.Outline.Links {
			number(int64(k.Line))
			text(k.Dest, k.Path, k.Fragment)
		}
	}
	number(int64(len(l.Files)))
	for i := range l.Files {
		f := &l.Files[i]
		text(f.Path, f.Sum)
		number(f.Size, f.Modified)
	}
	return b
}

// ledgerReader reads what encode wrote; after the first mistake it reads
// nothing more.
type ledgerReader struct {
	rest string
	bad  bool
}

func (r *ledgerReader) number() int64 {
	// A varint has ten bytes at most.
	n, size := binary.Varint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	if size <= 0 {
		r.rest, r.bad = "", true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *ledgerReader) text() string {
	n, size := binary.Uvarint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.rest, r.bad = "", true
		return ""
	}
	s := r.rest[size : size+int(n)]
	r.rest = r.rest[size+int(n):]
	return s
}

// count is the length of a list, each of whose elements takes a byte at least.
func (r *ledgerReader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.rest)) {
		r.rest, r.bad = "", true
		return 0
	}
	return int(n)
}

func parseLedger(data []byte) (*ledger, error) {
	r := &ledgerReader{rest: string(data)}
	if len(data) < len(ledgerForm) || r.rest[:len(ledgerForm)] != ledgerForm {
		return nil, errLedger
	}
	r.rest = r.rest[len(ledgerForm):]
	l := &ledger{Program: r.text(), Layout: r.text()}
	for n := r.count(); n > 0 && !r.bad; n-- {
		s := sheetEntry{Path: r.text(), Sum: r.text(), Title: r.text(), Summary: r.text(), Size: r.number(), Modified: r.number(), Read: r.number()}
		for k := r.count(); k > 0 && !r.bad; k-- {
			s.Outline.Contents = append(s.Outline.Contents, content.SheetHeading{ID: r.text(), Title: r.text()})
		}
		for k := r.count(); k > 0 && !r.bad; k-- {
			s.Outline.Fragments = append(s.Outline.Fragments, r.text())
		}
		for k := r.count(); k > 0 && !r.bad; k-- {
			s.Outline.Links = append(s.Outline.Links, content.SheetLink{Line: int(r.number()), Dest: r.text(), Path: r.text(), Fragment: r.text()})
		}
		l.Sheets = append(l.Sheets, s)
	}
	for n := r.count(); n > 0 && !r.bad; n-- {
		l.Files = append(l.Files, fileEntry{Path: r.text(), Sum: r.text(), Size: r.number(), Modified: r.number()})
	}
	if r.bad || r.rest != "" {
		return nil, errLedger
	}
	return l, nil
}
