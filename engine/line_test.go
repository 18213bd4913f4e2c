package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/testdata"
)

// The members that lineReader knows are those of event, sorted.
func TestEventMembers(t *testing.T) {
	if !slices.IsSorted(eventMembers[:]) {
		t.Error("members are not sorted")
	}
	fields := reflect.TypeFor[event]()
	if fields.NumField() != len(eventMembers) {
		t.Fatalf("%d members, %d fields", len(eventMembers), fields.NumField())
	}
	for i, name := range eventMembers {
		if tag, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ","); tag != name {
			t.Errorf("member %d is %s, field %s", i, name, tag)
		}
	}
}

// sameEvent holds the two ways of reading a line against each other, and tells
// whether the fast one took it.
func sameEvent(t *testing.T, r *lineReader, line []byte) bool {
	t.Helper()
	fast, ok := r.read(line)
	if !ok {
		return false
	}
	general, err := decodeEvent("log", 1, line)
	if err != nil {
		t.Fatalf("taken, though it is wrong (%v): %q", err, line)
	}
	if !reflect.DeepEqual(fast, general) || !bytes.Equal(canonical(fast), line) {
		t.Fatalf("%q is read as\n%s and by the general way as\n%s", line, canonical(fast), canonical(general))
	}
	return true
}

// Every line of the sample logs is read the fast way.
func TestLines(t *testing.T) {
	entries, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	var r lineReader
	kinds := map[string]bool{}
	for _, e := range entries {
		for line := range bytes.Lines(specimenFile(t, "sessions/"+e.Name())) {
			line = bytes.TrimSuffix(line, []byte("\n"))
			if !sameEvent(t, &r, line) {
				t.Errorf("%s: not read the fast way: %s", e.Name(), line)
			}
			kinds[*r.event.Type] = true
		}
	}
	if len(kinds) < 12 {
		t.Errorf("only events of the types %v", kinds)
	}
}

// Whatever a byte is changed to, removed or put in, the fast way takes no line
// that the general one refuses, or reads otherwise.
func TestLinesMangled(t *testing.T) {
	var r lineReader
	seen, taken := map[string]bool{}, 0
	for _, name := range []string{"sessions/valbrume-2026-09-14-01.jsonl", profileLog(t)} {
		for line := range bytes.Lines(specimenFile(t, name)) {
			line = bytes.TrimSuffix(line, []byte("\n"))
			if sameEvent(t, &r, line); seen[*r.event.Type] {
				continue
			}
			seen[*r.event.Type] = true
			for i := 0; i < len(line); i += 1 + len(line)/200 {
				for _, c := range []byte("\x00 09z\"\\{],-e\xc3") {
					with := bytes.Clone(line)
					with[i] = c
					for _, mangled := range [][]byte{with, slices.Insert(bytes.Clone(line), i, c)} {
						if sameEvent(t, &r, mangled) {
							taken++
						}
					}
				}
				sameEvent(t, &r, slices.Delete(bytes.Clone(line), i, i+1))
				sameEvent(t, &r, line[:i])
			}
		}
	}
	if taken < 1000 {
		t.Errorf("only %d mangled lines were read", taken)
	}
}

// profileLog is a sample log of the profile regime.
func profileLog(t *testing.T) string {
	entries, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := "sessions/" + e.Name(); bytes.Contains(specimenFile(t, name), []byte(`"type":"profile"`)) {
			return name
		}
	}
	t.Fatal("no sample log of the profile regime")
	return ""
}

// Numbers are read to the bit, and only in their shortest form.
func TestLineNumbers(t *testing.T) {
	var r lineReader
	take := func(number string) bool {
		return sameEvent(t, &r, fmt.Appendf(nil, `{"at":"","capacity":%s,"error":0,"n":1,"prev":"","question":1,"type":"pass"}`, number))
	}
	for _, number := range []string{"0", "3", "-3", "10", "0.5", "-2.226541801", "0.934265868", "123456789.012345", "0.000001", "-0.000001", "99999999999999", "999999999999999", "0.1", "1.00000000000001"} {
		if !take(number) {
			t.Errorf("%s is not read the fast way", number)
		}
	}
	for _, number := range []string{"", "-", "-0", "0.0", "00", "01", "1.", ".5", "1.50", "0.0000001", "1e3", "1E3", "+1", "1234567890123456", "0.1234567890123456", "12345678901234567890123", "null", `"1"`, "true", "1 ", " 1"} {
		if take(number) {
			t.Errorf("%s is read", number)
		}
	}
	for i := range 20_000 {
		value := float64(i*7919%100_000_000_000) * 314159.0 / 1e9
		text, err := json.Marshal(round9(value))
		if err != nil {
			t.Fatal(err)
		}
		take(string(text))
	}
	for count, want := range map[string]bool{"0": true, "7": true, "999999999": true, "1000000000": false, "-1": false, "01": false, "1.0": false, "": false} {
		line := fmt.Appendf(nil, `{"at":"","by":"","minutes":%s,"n":1,"prev":"","type":"extra-time"}`, count)
		if sameEvent(t, &r, line) != want {
			t.Errorf("minutes %q", count)
		}
	}
}

// What is legal and unusual goes through the general way, and is accepted.
func TestLineUnusual(t *testing.T) {
	var r lineReader
	for _, line := range []string{
		`{"at":"","by":"x","n":1,"note":"a \"b\"","prev":"","type":"suspicion"}`,
		`{"at":"","capacity":1e-9,"error":0,"n":1,"prev":"","question":1,"type":"pass"}`,
	} {
		if _, ok := r.read([]byte(line)); ok {
			t.Errorf("taken: %s", line)
		}
		if _, err := r.decode("log", 1, []byte(line)); err != nil {
			t.Error(err)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, name := range []string{"sessions/valbrume-2026-09-14-01.jsonl", "sessions/valbrume-2026-09-14-02.jsonl"} {
		for line := range bytes.Lines(specimenFile(f, name)) {
			f.Add(bytes.TrimSuffix(line, []byte("\n")))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) { sameEvent(t, new(lineReader), line) })
}

// Times and ids are read by hand, and as the general parsers read them.
func TestByHand(t *testing.T) {
	read := 0
	check := func(s string) {
		have, ok := readTimestamp(s)
		if !ok {
			return
		}
		read++
		want, err := time.Parse(timestampLayout, s)
		if err != nil || have != want || want.Format(timestampLayout) != s || want.Year() < 2000 || want.Year() > 2199 {
			t.Fatalf("%q is read as %v: %v, %v", s, have, want, err)
		}
	}
	pattern := regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`)
	for _, s := range []string{"2026-09-14T08:30:00.000Z", "2000-01-28T23:59:59.999Z", "2199-12-01T00:00:00.001Z", "1-a.b-2", "a", "0.1"} {
		for i := range len(s) + 1 {
			for _, c := range []byte("\x00 /059:@`afgz{-.TZ\xff") {
				for _, m := range []string{s, s[:i], s[i:], s[:i] + string([]byte{byte(c)}) + s[min(i+1, len(s)):], s[:i] + string([]byte{byte(c)}) + s[i:]} {
					check(m)
					if have, want := isID(m), pattern.MatchString(m) && len(m) <= maxID; have != want {
						t.Fatalf("id %q: %v", m, have)
					}
				}
			}
		}
	}
	for _, n := range []int{maxID - 1, maxID, maxID + 1} {
		if s := strings.Repeat("a", n); isID(s) != (n <= maxID) {
			t.Errorf("an id of %d bytes: %v", n, isID(s))
		}
	}
	if read < 1000 {
		t.Errorf("only %d times were read", read)
	}
}
