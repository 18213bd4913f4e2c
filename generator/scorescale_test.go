//go:build slow

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/engine"
	"etalon/testdata"
)

// TestScoreScale plays sessions, has the command itself score them, and tells
// time, memory, bytes and files; then runs it again. Memory must not grow with
// the number, and the second run must change nothing and take a twentieth of
// the time:
//
//	ETALON_SCALE=100000 go test -tags slow -run TestScoreScale -v -timeout 60m ./generator
//
// ETALON_SCALE_DIR is a folder to work in, ETALON_SCALE_KEEP=1 leaves it.
func TestScoreScale(t *testing.T) {
	n := 2000
	if text := os.Getenv("ETALON_SCALE"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("ETALON_SCALE=%s", text)
		}
	}
	dir, err := os.MkdirTemp(os.Getenv("ETALON_SCALE_DIR"), "etalon-scale-")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("ETALON_SCALE_KEEP") == "" {
		defer os.RemoveAll(dir)
	}
	command := filepath.Join(dir, "generator")
	if said, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	w := filepath.Join(dir, "w")
	started := time.Now()
	playSessions(t, w, n)
	files, size := measureFolder(t, filepath.Join(w, "sessions"))
	t.Logf("%d sessions played in %v: %d files, %d MB", n, time.Since(started).Round(time.Millisecond), files, size>>20)
	time.Sleep(settled) // as any intake is older than the next scoring

	score := func(what, want string) (time.Duration, int64) {
		t.Helper()
		cmd := exec.Command(command, "score", "-w", w)
		started := time.Now()
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		memory := watchMemory(cmd.Process.Pid)
		err := cmd.Wait()
		took := time.Since(started)
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
		most := <-memory
		t.Logf("%s: %v (user %v, system %v), %d MB at most\n%s", what, took.Round(time.Millisecond),
			cmd.ProcessState.UserTime().Round(time.Millisecond), cmd.ProcessState.SystemTime().Round(time.Millisecond), most, said.String())
		if n > maxShown && !strings.Contains(said.String(), want) {
			t.Errorf("does not say %q", want)
		}
		return took, most
	}
	first, memory := score("first run", fmt.Sprintf("%d sessions: %[1]d scored", n))
	files, size = measureFolder(t, filepath.Join(w, "records"))
	if files != n {
		t.Errorf("%d records", files)
	}
	info, err := os.Stat(filepath.Join(w, ".scored"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("records: %d files, %d MB; index: %.1f bytes a session", files, size>>20, float64(info.Size())/float64(n))
	if info.Size() > int64(64*n)+4096 {
		t.Error("the index takes more than 64 bytes a session")
	}
	before := newestIn(t, filepath.Join(w, "records"))
	second, _ := score("second run", fmt.Sprintf("%d sessions: 0 scored, %[1]d as before", n))
	if after := newestIn(t, filepath.Join(w, "records")); after != before {
		t.Error("the second run changed a record")
	}
	if memory == 0 || memory > 96 {
		t.Errorf("%d MB of memory: at most 96", memory)
	}
	if n >= 10_000 && second > first/20 {
		t.Errorf("the second run takes %.1f %% of the first: at most 5", 100*float64(second)/float64(first))
	} else {
		t.Logf("the second run takes %.1f %% of the first", 100*float64(second)/float64(first))
	}
}

// watchMemory gives the most memory that a process ever held, in MB, once it has
// ended. (The usage that the system reports of a child counts the memory of its
// parent, whose copy it was.)
func watchMemory(pid int) <-chan int64 {
	most := make(chan int64, 1)
	go func() {
		var kB int64
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, rest, found := strings.Cut(string(status), "VmHWM:")
			if err != nil || !found { // ended
				most <- kB >> 10
				return
			}
			fmt.Sscan(rest, &kB)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return most
}

// playSessions makes a workspace of n sessions by simulated candidates: of
// every fifty, some hand in early, one is stopped by a technical problem and one
// is under suspicion.
func playSessions(t *testing.T, w string, n int) {
	t.Helper()
	for _, folder := range []string{"banks", "frameworks", "sessions"} {
		if err := os.MkdirAll(filepath.Join(w, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put := func(path, from string) []byte {
		t.Helper()
		data, err := testdata.FS.ReadFile("specimen/" + from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(w, path), data, 0o644); err != nil {
			t.Fatal(err)
		}
		return data
	}
	if err := os.WriteFile(filepath.Join(w, "etalon.json"), []byte(scaleConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	bank, err := engine.DecodeBank("bank", put("banks/specimen-2026.json", "bank.json"))
	if err != nil {
		t.Fatal(err)
	}
	framework, err := engine.DecodeFramework("framework", put("frameworks/adaptive-2022.json", "adaptive-2022.json"))
	if err != nil {
		t.Fatal(err)
	}
	bank.Prepare()
	var failed atomic.Pointer[error]
	each := func(n int, work func(i int) error) {
		t.Helper()
		share(n, func(_, i int) {
			if failed.Load() != nil {
				return
			}
			if err := work(i); err != nil {
				failed.Store(&err)
			}
		})
		if err := failed.Load(); err != nil {
			t.Fatal(*err)
		}
	}
	played := make([][]byte, min(n, maxPlayed))
	each(len(played), func(i int) (err error) {
		played[i], err = playSession(sessionOf(i), uint64(i), bank, framework)
		return err
	})
	each(n, func(i int) error {
		from := i % len(played)
		log := anotherPerson(played[from], sessionOf(from), sessionOf(i), from, i)
		return os.WriteFile(filepath.Join(w, "sessions", sessionOf(i)+".jsonl"), log, 0o600)
	})
}

// maxPlayed is how many sessions are played one by one; the others are those
// again, of other persons: another log each, with other hashes from the first
// line to the last, as dear to replay.
const maxPlayed = 5000

func sessionOf(i int) string { return fmt.Sprintf("valbrume-2026-09-14-%07d", i) }

func givenNames(i int) string { return fmt.Sprintf(`"givenNames":"Zoé %d"`, i) }

// anotherPerson returns a log with another session and person, chained anew.
func anotherPerson(log []byte, from, to string, was, is int) []byte {
	if was == is {
		return log
	}
	const member = `"prev":"`
	other := make([]byte, 0, len(log)+16)
	prev := ""
	n := 0
	for line := range bytes.Lines(log) {
		line = bytes.Clone(line)
		switch n++; n {
		case 1:
			line = bytes.Replace(line, []byte(from), []byte(to), 1)
		case 2:
			line = bytes.Replace(line, []byte(givenNames(was)), []byte(givenNames(is)), 1)
		}
		if prev != "" {
			at := bytes.Index(line, []byte(member)) + len(member)
			copy(line[at:], prev)
		}
		prev = fmt.Sprintf("%x", sha256.Sum256(line[:len(line)-1]))
		other = append(other, line...)
	}
	return other
}

func playSession(session string, i uint64, bank *engine.Bank, framework *engine.Framework) ([]byte, error) {
	random := rand.New(rand.NewPCG(7, i))
	at := time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(3600_000)) * time.Millisecond)
	o := engine.Opening{
		Session: session, Rules: "rules-2026", Consent: at, Start: at, Date: "2026-09-14", Language: "fr", Centre: "Centre SPECIMEN de Valbrume",
		Candidate: engine.Candidate{FamilyName: "Côté-Łuk", GivenNames: fmt.Sprintf("Zoé %d", i), BirthDate: "2001-11-07", BirthPlace: "Valbrume"},
	}
	binary.BigEndian.PutUint64(o.Seed[:], i)
	s, err := engine.Start(o, bank, framework)
	if err != nil {
		return nil, err
	}
	stop, reason := 32, engine.EndCandidate
	switch i % 50 {
	case 0, 1:
		stop = 20 + random.IntN(12)
	case 2:
		stop = random.IntN(20)
	case 3:
		stop, reason = 20+random.IntN(12), engine.EndTechnical
	case 4:
		if err := s.Suspect(at, "Supervisor", "spoke to a neighbour"); err != nil {
			return nil, err
		}
	}
	ability := random.NormFloat64()*1.5 - 1
	for range stop {
		at = at.Add(time.Duration(20_000+random.IntN(100_000)) * time.Millisecond)
		q, err := s.Next(at)
		if err != nil {
			return nil, err
		}
		at = at.Add(time.Duration(20_000+random.IntN(40_000)) * time.Millisecond)
		if random.IntN(40) == 0 {
			err = s.Pass(at)
		} else {
			err = s.Answer(at, random.Float64() < q.Item.Probability(ability))
		}
		if err != nil {
			return nil, err
		}
	}
	if err := s.End(at, reason); err != nil {
		return nil, err
	}
	return s.Log(), nil
}

// measureFolder counts files and their bytes.
func measureFolder(t *testing.T, dir string) (files int, size int64) {
	t.Helper()
	eachInfo(t, dir, func(info fs.FileInfo) {
		files++
		size += info.Size()
	})
	return files, size
}

// newestIn is the time of the latest change in a folder, of any kind.
func newestIn(t *testing.T, dir string) (newest int64) {
	t.Helper()
	eachInfo(t, dir, func(info fs.FileInfo) {
		change, _ := changeOf(info)
		newest = max(newest, change)
	})
	return newest
}

func eachInfo(t *testing.T, dir string, use func(fs.FileInfo)) {
	t.Helper()
	l, err := listFiles(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	for name, err := range l.all() {
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		use(info)
	}
}

const scaleConfig = `{"schema": "etalon-config/1", "issuer": "SPECIMEN", "address": "https://etalon.example", "specimen": true,
"signatory": {"name": "Camille Specimen", "role": {"fr": "Présidence", "en": "President"}}}
`
