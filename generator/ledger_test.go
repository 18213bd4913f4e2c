package main

import (
	"bytes"
	"reflect"
	"testing"

	"etalon/content"
)

func sampleLedger() *ledger {
	return &ledger{Program: "1 2026", Layout: "abc",
		Sheets: []sheetEntry{{Path: "fr/a", Sum: "x", Title: "À", Summary: "s", Size: 1, Modified: -2, Read: 1 << 62, Outline: content.Outline{
			Contents:  []content.SheetHeading{{ID: "a", Title: "A"}},
			Fragments: []string{"a", "b"},
			Links:     []content.SheetLink{{Line: 3, Dest: "b.md#c", Path: "fr/b", Fragment: "c"}},
		}}, {Path: "fr/b"}},
		Files: []fileEntry{{Path: "fr/a.html", Sum: "y", Size: -1, Modified: 9}}}
}

// TestLedgerForm wants a ledger back as it was written, and every truncation
// and every byte put after it refused.
func TestLedgerForm(t *testing.T) {
	t.Parallel()
	want := sampleLedger()
	data := want.encode()
	got, err := parseLedger(data)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v; want %+v", got, err, want)
	}
	for n := range data {
		if _, err := parseLedger(data[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are accepted", n, len(data))
		}
	}
	if _, err := parseLedger(append(bytes.Clone(data), 0)); err == nil {
		t.Error("a byte too many is accepted")
	}
}

func FuzzLedger(f *testing.F) {
	f.Add(sampleLedger().encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := parseLedger(data)
		if err != nil {
			return
		}
		again, err := parseLedger(l.encode())
		if err != nil || !reflect.DeepEqual(again, l) {
			t.Errorf("%+v becomes %+v (%v)", l, again, err)
		}
	})
}
