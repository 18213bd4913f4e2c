package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/engine"
	"etalon/testdata"
)

// scoring is a workspace with the sample logs of the adaptive regime, older than
// the index asks for.
type scoring struct {
	*testing.T
	dir    string
	stdout bytes.Buffer
}

func newScoring(t *testing.T) *scoring {
	s := &scoring{T: t, dir: t.TempDir()}
	entries, err := testdata.FS.ReadDir("specimen/sessions")
	s.ok(err)
	s.put("etalon.json", []byte(`{"schema": "etalon-config/1", "issuer": "SPECIMEN", "address": "https://etalon.example", "specimen": true,
"signatory": {"name": "Camille Specimen", "role": {"fr": "Présidence", "en": "President"}}}`))
	for to, from := range map[string]string{
		"banks/specimen-2026.json": "bank.json", "banks/skills.json": "skills.json",
		"frameworks/adaptive-2022.json": "adaptive-2022.json", "frameworks/profile-2021.json": "profile-2021.json",
	} {
		s.put(to, s.specimen(from))
	}
	for _, e := range entries {
		s.put("sessions/"+e.Name(), s.specimen("sessions/"+e.Name()))
	}
	return s
}

func (s *scoring) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *scoring) specimen(name string) []byte {
	data, err := testdata.FS.ReadFile("specimen/" + name)
	s.ok(err)
	return data
}

func (s *scoring) path(name string) string { return filepath.Join(s.dir, name) }

func (s *scoring) put(name string, data []byte) {
	s.Helper()
	s.ok(os.MkdirAll(filepath.Dir(s.path(name)), 0o755))
	s.ok(os.WriteFile(s.path(name), data, 0o600))
}

func (s *scoring) get(name string) string {
	s.Helper()
	data, err := os.ReadFile(s.path(name))
	s.ok(err)
	return string(data)
}

// score runs the command, an hour after everything was written.
func (s *scoring) score(flags ...string) error {
	s.stdout.Reset()
	e := &env{stdout: &s.stdout, stderr: io.Discard, now: func() time.Time { return time.Now().Add(time.Hour) }}
	return e.run(s.Context(), append([]string{"score", "-w", s.dir}, flags...))
}

// records gives every record by its name, and what stat says of it.
func (s *scoring) records() map[string]string {
	s.Helper()
	all := make(map[string]string)
	list, err := names(s.path("records"), ".json")
	s.ok(err)
	for _, name := range list {
		info, err := os.Stat(s.path("records/" + name + ".json"))
		s.ok(err)
		all[name] = fmt.Sprintf("%x %s", stamp(info), s.get("records/"+name+".json"))
	}
	return all
}

// A second run writes nothing, and reads no log: one that cannot be read any
// more is no fault to it.
func TestScoreAgain(t *testing.T) {
	t.Parallel()
	s := newScoring(t)
	s.ok(s.score())
	before, said := s.records(), s.stdout.String()
	if len(before) < 5 {
		t.Fatalf("%d records", len(before))
	}
	s.ok(s.score())
	if after := s.records(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Error("the second run changed a record")
	}
	if s.stdout.String() != said {
		t.Errorf("the second run says\n%s\nthe first\n%s", s.stdout.String(), said)
	}
	s.ok(s.score("-again"))
	if after := s.records(); fmt.Sprint(after) != fmt.Sprint(before) || s.stdout.String() != said {
		t.Error("scoring everything again changed a record")
	}
}

// Whatever changes in a log or a record is noticed, though size and time of
// writing are as they were.
func TestScoreNotices(t *testing.T) {
	t.Parallel()
	s := newScoring(t)
	s.ok(s.score())
	const session = "valbrume-2026-09-14-01"
	log, record := "sessions/"+session+".jsonl", "records/"+session+".json"
	want := s.get(record)
	change := func(name string, data []byte) {
		t.Helper()
		info, err := os.Stat(s.path(name))
		s.ok(err)
		s.ok(os.WriteFile(s.path(name), data, 0o600))
		s.ok(os.Chtimes(s.path(name), time.Time{}, info.ModTime()))
	}
	is := func(what string) {
		t.Helper()
		s.ok(s.score())
		if s.get(record) != want {
			t.Errorf("%s: the record was not made again", what)
		}
	}
	if _, number := changeOf(must(os.Stat(s.path(log)))); number != 0 {
		whole := s.get(log)
		change(log, []byte(strings.Replace(whole, `"correct":true`, `"correct":null`, 1)))
		if err := s.score(); err == nil || !strings.Contains(err.Error(), log+":") {
			t.Errorf("an altered log of the same size and time: %v", err)
		}
		change(log, []byte(whole))
		change(record, []byte(strings.Replace(want, `"treated":32`, `"treated":31`, 1)))
		is("an edited record of the same size and time")
	}
	s.ok(os.Remove(s.path(record)))
	is("a record removed")
	s.put(".scored", []byte(s.get(".scored")[:40]))
	s.put(record, []byte(strings.Replace(want, `"treated":32`, `"treated":31`, 1)))
	is("a record edited, and the index cut")

	// What a loss of power leaves is made again.
	for what, left := range map[string]string{
		"empty": "", "cut": want[:200], "zeros": strings.Repeat("\x00", len(want)), "half zeros": want[:100] + strings.Repeat("\x00", len(want)-100),
	} {
		s.put(record, []byte(left))
		is("a record " + what)
	}
	// What is damaged otherwise is not: it may have been final.
	for what, left := range map[string]string{"half": want[200:], "longer": want + "x", "other": "{}", "final": strings.Replace(want, "proposed", "final", 1)} {
		s.put(record, []byte(left))
		if err := s.score(); err == nil || !strings.Contains(err.Error(), record) || s.get(record) != left {
			t.Errorf("a damaged record (%s): %v", what, err)
		}
	}
	s.ok(os.Remove(s.path(record)))
	is("the damaged record removed")

	// A bank that is gone is missed, though nothing else changed.
	s.ok(os.Rename(s.path("banks/specimen-2026.json"), s.path("bank.json")))
	if err := s.score(); err == nil || !strings.Contains(err.Error(), "no file in banks/ is bank specimen-2026") {
		t.Errorf("without the bank: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A log that was written just now is looked at once more.
func TestScoreUnsettled(t *testing.T) {
	t.Parallel()
	s := newScoring(t)
	e := &env{stdout: io.Discard, stderr: io.Discard, now: time.Now}
	s.ok(e.run(t.Context(), []string{"score", "-w", s.dir}))
	x := openIndex(s.path(".scored"), program(), s.inputs())
	defer x.close()
	if x.more {
		t.Errorf("the index holds %s, which was written within %v", x.entry.name, settled)
	}
}

func (s *scoring) inputs() []string {
	w, err := openWorkspace(s.dir)
	s.ok(err)
	replay, err := w.replayer()
	s.ok(err)
	return replay.inputs()
}

// Of many sessions the sums are printed, whatever the number of workers; of
// many faults the first hundred are told and the others counted; the rest are
// scored.
func TestScoreMany(t *testing.T) {
	s := newScoring(t)
	w, err := openWorkspace(s.dir)
	s.ok(err)
	replay, err := w.replayer()
	s.ok(err)
	var bank *engine.Bank
	var framework *engine.Framework
	for _, b := range replay.banks {
		if b.Regime == "adaptive" {
			bank = b
		}
	}
	for _, f := range replay.frameworks {
		if f.Regime == "adaptive" {
			framework = f
		}
	}
	const good, bad = 150, 130
	for i := range good + bad {
		name := fmt.Sprintf("many-%03d", i)
		start := testDay.Add(-24 * time.Hour)
		o := engine.Opening{
			Session: name, Rules: "rules-2026", Consent: start, Start: start, Date: start.Format(time.DateOnly), Language: "fr", Centre: "SPECIMEN",
			Candidate: engine.Candidate{FamilyName: "Nemo", BirthDate: "2001-11-07"}, Seed: [32]byte{byte(i)},
		}
		session, err := engine.Start(o, bank, framework)
		s.ok(err)
		if i%2 == 0 || i >= 2*bad {
			s.ok(session.End(start, engine.EndCandidate))
		}
		s.put("sessions/"+name+".jsonl", session.Log())
	}
	type run struct{ said, err, records string }
	one := func(cores int) run {
		t.Helper()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		s.ok(os.RemoveAll(s.path("records")))
		os.Remove(s.path(".scored"))
		err := s.score()
		if err == nil {
			t.Fatal("no fault")
		}
		var all []string
		for name, record := range s.records() {
			_, record, _ = strings.Cut(record, " ")
			all = append(all, name+" "+record)
		}
		slices.Sort(all)
		return run{said: s.stdout.String(), err: err.Error(), records: strings.Join(all, "")}
	}
	first := one(1)
	for _, cores := range []int{2, 5} {
		if again := one(cores); again != first {
			t.Errorf("with %d workers:\n%s%s\nwith one:\n%s%s", cores, again.said, again.err, first.said, first.err)
		}
	}
	lines := strings.Split(first.err, "\n")
	if len(lines) != maxShown+1 || !slices.IsSorted(lines[:maxShown]) || !strings.Contains(lines[0], "many-001.jsonl:2: event 2") {
		t.Errorf("%d lines:\n%s", len(lines), first.err)
	}
	if want := fmt.Sprintf("and %d more faulty logs", bad-maxShown); lines[len(lines)-1] != want {
		t.Errorf("%q where %q is due", lines[len(lines)-1], want)
	}
	if !strings.Contains(first.said, fmt.Sprintf("rejected   too-few               proposed  %d\n", good+1)) {
		t.Errorf("says\n%s", first.said)
	}
	if err := s.score("-table"); err == nil || strings.Count(s.stdout.String(), "\nmany-") != good || !strings.HasPrefix(s.stdout.String(), "session ") {
		t.Errorf("the table: %v\n%s", err, s.stdout.String())
	}
}

// Names come sorted, of a folder that memory does not hold as well.
func TestListing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	var want []string
	for i := range 500 {
		name := fmt.Sprintf("%x-%d", random.IntN(300), i)
		want = append(want, name+".jsonl")
		if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	for _, other := range []string{".hidden.jsonl", "other.json", "jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.jsonl"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, most := range []int{1, 7, 100, 250, 499, 500, 501, maxNames} {
		l, err := listRuns(dir, ".jsonl", most)
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for name, err := range l.all() {
			if err != nil {
				t.Fatal(err)
			}
			have = append(have, name+".jsonl")
		}
		l.close()
		if !slices.Equal(have, want) || l.count != len(want) {
			t.Errorf("%d names at a time: %d of %d", most, len(have), len(want))
		}
	}
	if l, err := listFiles(filepath.Join(dir, "none"), ".jsonl"); err != nil || l.count != 0 {
		t.Errorf("a missing folder: %v", err)
	}
}

// An index gives back what was put in, and when it is damaged anywhere only
// less of it.
func TestScoreIndex(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), ".scored")
	inputs := []string{"aa", "bb"}
	const n = 6000
	name := func(i int) string { return fmt.Sprintf("s%d", 100_000+i*3) }
	entryOf := func(i int) entry {
		return entry{name(i), uint64(i) * 0x9e3779b97f4a7c15, ^uint64(i), resultCode(i % 176 &^ 12)}
	}
	w := createIndex(path, "p", inputs)
	for i := range n {
		w.add(entryOf(i))
	}
	w.commit()
	if w.err != nil {
		t.Fatal(w.err)
	}
	whole := must(os.ReadFile(path))
	if len(whole) > 64*n {
		t.Errorf("%d bytes", len(whole))
	}
	read := func(program string, inputs []string) (found int) {
		t.Helper()
		x := openIndex(path, program, inputs)
		defer x.close()
		for i := range 3 * n {
			e, ok := x.find(fmt.Sprintf("s%d", 100_000+i), ".jsonl")
			if ok && (i%3 != 0 || e != entryOf(i/3)) {
				t.Fatalf("%v of another session, or altered", e)
			}
			if ok {
				found++
			}
		}
		return found
	}
	if found := read("p", []string{"aa", "bb", "cc"}); found != n {
		t.Errorf("%d of %d", found, n)
	}
	if read("another", inputs) != 0 || read("p", inputs[:1]) != 0 {
		t.Error("another program's index, or one without a bank that is gone, was read")
	}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 300 {
		at := random.IntN(len(whole))
		if i < 60 {
			at = i
		}
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1 << random.IntN(8)
		if i%3 == 2 {
			damaged = whole[:at]
		}
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		read("p", inputs)
	}
}

// The order of an index is that of files.
func TestCompareFiles(t *testing.T) {
	t.Parallel()
	list := []string{"a", "a-b", "a.b", "a0", "aa", "ab", "b", "a-", "a.", "a.jsonl"}
	for _, a := range list {
		for _, b := range list {
			if have, want := compareFiles(a, b, ".jsonl"), strings.Compare(a+".jsonl", b+".jsonl"); have != want {
				t.Errorf("%s, %s: %d", a, b, have)
			}
		}
	}
}
