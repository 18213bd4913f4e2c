//go:build slow

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
func TestScoreScale(t *testing.T) {
	n, p := scale(t), newPressRoom(t)
	records := filepath.Join(p.workspace, "records")
	started := time.Now()
	playSessions(t, p.workspace, n)
	files, size := measureTree(t, filepath.Join(p.workspace, "sessions"))
	t.Logf("%d sessions played in %v: %d files, %d MB", n, time.Since(started).Round(time.Millisecond), files, size>>20)
	time.Sleep(settled) // as any intake is older than the next scoring

	score := func(want string) (time.Duration, int64) {
		t.Helper()
		said, took, most := p.run(t, "score")
		if n > maxShown && !strings.Contains(said, want) {
			t.Errorf("does not say %q", want)
		}
		return took, most
	}
	first, memory := score(fmt.Sprintf("%d sessions: %[1]d scored", n))
	files, size = measureTree(t, records)
	if files != n {
		t.Errorf("%d records", files)
	}
	info, err := os.Stat(filepath.Join(p.workspace, ".scored"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("records: %d files, %d MB; index: %.1f bytes a session", files, size>>20, float64(info.Size())/float64(n))
	if info.Size() > int64(64*n)+4096 {
		t.Error("the index takes more than 64 bytes a session")
	}
	before := newestIn(t, records)
	second, _ := score(fmt.Sprintf("%d sessions: 0 scored, %[1]d as before", n))
	if after := newestIn(t, records); after != before {
		t.Error("the second run changed a record")
	}
	if memory == 0 || memory > 96 {
		t.Errorf("%d MB of memory: at most 96", memory)
	}
	atMostTwentieth(t, n, first, second)
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

const scaleConfig = `{"schema": "etalon-config/1", "issuer": "SPECIMEN", "address": "https://etalon.example", "specimen": true,
"signatory": {"name": "Camille Specimen", "role": {"fr": "Présidence", "en": "President"}}}
`
