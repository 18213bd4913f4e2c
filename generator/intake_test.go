package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/engine"
	"etalon/generator/intake"
	"etalon/generator/table"
)

// mutate damages a file as people, programs and disks do.
func mutate(r *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	nasty := []string{"\x00", "\xff", "\"", ";", ",", "\t", "\n", "\r\n", "\u202e", "\u200b", "e\u0301", "=1+1", "-1", "99999999999999999999", "2026-02-30", "'", "\ufeff", "null", "{", "}", "right", "é", " "}
	for range 1 + r.IntN(3) {
		if len(data) == 0 {
			return data
		}
		i := r.IntN(len(data))
		lines := bytes.SplitAfter(data, []byte("\n"))
		a, b := r.IntN(len(lines)), r.IntN(len(lines))
		switch r.IntN(10) {
		case 0:
			data[i] ^= 1 << r.IntN(8)
		case 1:
			data = append(data[:i], data[min(i+1+r.IntN(8), len(data)):]...)
		case 2, 3:
			data = append(data[:i:i], append([]byte(nasty[r.IntN(len(nasty))]), data[i:]...)...)
		case 4:
			data = data[:i]
		case 5:
			lines[a], lines[b] = lines[b], lines[a]
			data = bytes.Join(lines, nil)
		case 6:
			lines[a] = bytes.Repeat(lines[a], 2)
			data = bytes.Join(lines, nil)
		case 7:
			lines[a] = nil
			data = bytes.Join(lines, nil)
		default: // a cell or a member takes the place of another
			cells, others := bytes.Split(lines[a], []byte(";")), bytes.Split(lines[b], []byte(";"))
			if len(cells) == 1 {
				cells, others = bytes.Split(lines[a], []byte(",")), bytes.Split(lines[b], []byte(","))
			}
			c := cells[r.IntN(len(cells))]
			if r.IntN(2) == 0 {
				c = []byte(nasty[r.IntN(len(nasty))])
			}
			others[r.IntN(len(others))] = c
			lines[b] = bytes.Join(others, []byte(";"))
			data = bytes.Join(lines, nil)
		}
	}
	return data
}

// refusal is the form of every refusal: file, line, and field or event.
var refusal = regexp.MustCompile(`^[^:\n]+:[1-9][0-9]*: (event [0-9]+(, field [A-Za-z0-9./]+)?|[A-Za-z0-9][A-Za-z0-9. ]*): [^\n]+$`)

// TestMutatedIntake: whatever the damage, intake does not panic, names file,
// line and field in each refusal, and what it accepts is sound.
func TestMutatedIntake(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "w")
	config := Config{Schema: configSchema, Issuer: "Étalon SPECIMEN", Address: "https://etalon.test", Specimen: true,
		Signatory: Signatory{Name: "Camille SPECIMEN", Role: map[string]string{"fr": "Direction", "en": "Head"}}}
	if err := layWorkspaceIn(dir, config, true); err != nil {
		t.Fatal(err)
	}
	w, err := openWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	shared := &taking{workspace: w}
	if err := shared.load(); err != nil {
		t.Fatal(err)
	}
	inbox := w.path("inbox")
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(inbox, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	candidates, answers := read("candidates.csv"), read("answers.csv")
	_, logs := specimenLogs(t)
	const one = "valbrume-2026-09-14-07" // of the profile regime
	plain := regexp.MustCompile(`;profiles/[^;]*`).ReplaceAll(bytes.ReplaceAll(candidates, []byte(";;profiles"), []byte(";9;profiles")), []byte(";"))
	header, _, _ := bytes.Cut(candidates, []byte("\n"))
	few := slices.Concat(header, []byte("\n"), line(plain, one))
	fewLogs := filepath.Join(inbox, "few")
	if err := os.Mkdir(fewLogs, 0o755); err != nil {
		t.Fatal(err)
	}

	r := rand.New(rand.NewPCG(7, 2026))
	e := &env{stdout: io.Discard, stderr: io.Discard}
	refused, accepted := 0, 0
	for n := range intakeMutations {
		run := &taking{workspace: w, banks: shared.banks, frameworks: shared.frameworks, consent: "rules-2022", at: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
		run.file = filepath.Join(inbox, "mutated.csv")
		table, answered := plain, ""
		switch n % 3 {
		case 0:
			if n%30 == 0 { // with profiles, whose tests are taken again
				table = candidates
			}
			table = mutate(r, table)
		case 1:
			answered = filepath.Join(inbox, "mutated-answers.csv")
			write(t, answered, mutate(r, answers))
		case 2:
			run.logs, table = fewLogs, few
			write(t, filepath.Join(fewLogs, one+".jsonl"), mutate(r, logs[one]))
		}
		write(t, run.file, table)
		err := run.prepare(answered)
		if err == nil {
			err = run.read(context.Background(), e)
		}
		if err != nil {
			t.Fatalf("mutation %d stops intake: %v", n, err)
		}
		if run.faults.Len() == 0 {
			accepted++
			sound(t, n, run)
			continue
		}
		refused++
		for _, fault := range run.faults.Unwrap() {
			if text := strings.TrimPrefix(fault.Error(), inbox+"/"); !refusal.MatchString(text) {
				t.Fatalf("mutation %d: %q does not name file, line and field", n, text)
			}
		}
	}
	t.Logf("%d mutated files: %d refused, %d accepted", intakeMutations, refused, accepted)
	if refused < intakeMutations/2 || accepted < intakeMutations/50 {
		t.Errorf("%d refused and %d accepted: the mutations try little", refused, accepted)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// line returns the line of a table that names a session.
func line(data []byte, session string) []byte {
	for l := range bytes.Lines(data) {
		if bytes.Contains(l, []byte(";"+session+";")) {
			return l
		}
	}
	return nil
}

// sound checks what a run is about to take: rooms and logs that read back.
func sound(t *testing.T, n int, run *taking) {
	t.Helper()
	stage := &workspace{dir: run.path(stageName), config: run.config}
	for _, err := range stage.rooms() {
		if err != nil {
			t.Fatalf("mutation %d: %v", n, err)
		}
	}
	list, err := names(stage.path("sessions"), ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, session := range list {
		path := stage.path("sessions", session+".jsonl")
		log, err := readFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bank, framework, err := engine.References(path, log)
		if err == nil {
			_, err = engine.Score(path, log, run.banks[bank.SHA256], run.frameworks[framework.SHA256])
		}
		if err != nil {
			t.Fatalf("mutation %d: %v", n, err)
		}
	}
}

// TestIntakeCutShort: from wherever a run was cut short, the same command makes
// what the undisturbed one makes, and the next finds nothing new.
func TestIntakeCutShort(t *testing.T) {
	t.Parallel()
	config := Config{Schema: configSchema, Issuer: "A", Address: "https://a.test", Specimen: true, Signatory: Signatory{Name: "B", Role: map[string]string{"fr": "C", "en": "D"}}}
	shared := new(taking)
	begin := func() *taking {
		dir := filepath.Join(t.TempDir(), "w")
		if err := layWorkspaceIn(dir, config, true); err != nil {
			t.Fatal(err)
		}
		w, err := openWorkspace(dir)
		if err != nil {
			t.Fatal(err)
		}
		if shared.banks == nil {
			shared.workspace = w
			if err := shared.load(); err != nil {
				t.Fatal(err)
			}
		}
		return &taking{workspace: w, banks: shared.banks, frameworks: shared.frameworks, consent: "rules-2022",
			at: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), file: w.path("inbox", "candidates.csv"), logs: w.path("inbox", "logs")}
	}
	prepare := func(run *taking) {
		t.Helper()
		err := run.prepare(run.path("inbox", "answers.csv"))
		if err == nil {
			err = run.read(context.Background(), &env{stderr: io.Discard})
		}
		if err := errors.Join(err, run.faults.Err()); err != nil {
			t.Fatal(err)
		}
	}
	// The order in which a run shows what it takes: rooms, then logs in any order.
	whole := begin()
	prepare(whole)
	if err := whole.show(); err != nil {
		t.Fatal(err)
	}
	var shown []string
	want := make(map[string]string)
	for _, folder := range []string{"rooms", "sessions"} {
		list, err := names(whole.path(folder), "")
		if err != nil || len(list) == 0 {
			t.Fatalf("%d files in %s, %v", len(list), folder, err)
		}
		for _, name := range list {
			data, err := readFile(whole.path(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			shown = append(shown, filepath.Join(folder, name))
			want[filepath.Join(folder, name)] = string(data)
		}
	}
	for n := 0; n <= len(shown); n += 1 + n/4 {
		cut := begin()
		prepare(cut) // leaves .intake/ as a killed run would
		for _, name := range shown[:n] {
			if err := os.Rename(cut.path(stageName, name), cut.path(name)); err != nil {
				t.Fatal(err)
			}
		}
		again := *cut
		again.faults, again.sat, again.taken, again.count, again.days = table.Faults{}, intake.Days{}, intake.Names{}, intakeCount{}, nil
		prepare(&again)
		if err := again.show(); err != nil {
			t.Fatalf("after %d files: %v", n, err)
		}
		for name, data := range want {
			if got, err := readFile(again.path(name)); err != nil || string(got) != data {
				t.Fatalf("after %d files: %s is not what the undisturbed run takes (%v)", n, name, err)
			}
		}
		if got := again.count; n == len(shown) && got.logs+got.newRooms > 0 {
			t.Fatalf("after %d files: %+v", n, got)
		}
	}
}

// TestManyLines: a table of a whole year is checked in memory that grows by
// the keys of its lines alone, and its faults are told to the last.
func TestManyLines(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "w")
	config := Config{Schema: configSchema, Issuer: "A", Address: "https://a.test", Specimen: true, Signatory: Signatory{Name: "B", Role: map[string]string{"fr": "C", "en": "D"}}}
	if err := layWorkspaceIn(dir, config, false); err != nil {
		t.Fatal(err)
	}
	w, err := openWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	run := &taking{workspace: w, at: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), file: filepath.Join(dir, "year.csv")}
	const lines = 20_000
	f, err := os.Create(run.file)
	if err != nil {
		t.Fatal(err)
	}
	rows := table.NewWriter(f, "room", "session", "family", "given", "birthDate", "birthPlace", "centre", "date", "competences")
	for i := range lines {
		room := fmt.Sprintf("room-%d", i/100)
		rows.Write(room, fmt.Sprintf("%s-%d", room, i%100), fmt.Sprintf("Nom %d", i), "Zoé", "2001-02-28", "", "Centre", "2026-09-14", "4")
	}
	if err := errors.Join(rows.Flush(), f.Close(), run.load(), run.prepare(""), run.read(context.Background(), &env{stderr: io.Discard})); err != nil {
		t.Fatal(err)
	}
	if text := run.faults.Err().Error(); run.faults.Len() != lines || !strings.HasPrefix(text, "20000 faults:\n") || !strings.HasSuffix(text, "\n  and 19900 more") {
		t.Errorf("%.200s", text)
	}
	if got := run.sat.Len(); got != lines {
		t.Errorf("%d sittings of %d lines are known", got, lines)
	}
}
