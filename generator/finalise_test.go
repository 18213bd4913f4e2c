package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/engine"
	"etalon/testdata"
)

// juryWorkspace is a workspace of the sample with scored sessions and without
// decisions.
func juryWorkspace(t *testing.T, sessions ...string) (*workspace, *env) {
	t.Helper()
	w := &workspace{dir: t.TempDir()}
	put := func(path, from string) {
		t.Helper()
		data, err := testdata.FS.ReadFile("specimen/" + from)
		if err != nil {
			t.Fatal(err)
		}
		if err := writeFile(w.path(path), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("banks/bank.json", "bank.json")
	put("banks/skills.json", "skills.json")
	put("frameworks/adaptive.json", "adaptive-2022.json")
	put("frameworks/profile.json", "profile-2021.json")
	for _, s := range sessions {
		put("sessions/"+s+".jsonl", "sessions/"+s+".jsonl")
	}
	e := &env{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), now: time.Now}
	if _, err := w.score(t.Context(), e, scoreOptions{}); err != nil {
		t.Fatal(err)
	}
	return w, e
}

var juryDay = time.Date(2026, 10, 22, 9, 0, 0, 0, time.UTC)

func TestAcceptAll(t *testing.T) {
	t.Parallel()
	sessions := []string{"valbrume-2026-09-14-01", "valbrume-2026-09-14-05", "port-aux-anses-2026-09-22-05"}
	w, e := juryWorkspace(t, sessions...)
	if err := os.MkdirAll(w.path("decisions", ".accepting"), 0o755); err != nil {
		t.Fatal(err)
	}
	left := w.path("decisions", ".accepting", "valbrume-2026-09-14-01") // by who was killed
	if err := os.WriteFile(left, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.acceptAll(t.Context(), "Jury", juryDay); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(w.path("decisions"))
	if err != nil {
		t.Fatal(err)
	}
	var made []string
	for _, entry := range entries {
		made = append(made, entry.Name())
	}
	if want := []string{"port-aux-anses-2026-09-22-05.json", "valbrume-2026-09-14-01.json"}; !slices.Equal(made, want) {
		t.Errorf("decisions %v, want %v", made, want)
	}
	f, err := w.finalise(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if f.made != 2 || f.await() != 1 || f.counts[stateSuspected] != 1 || f.waiting[0] != "valbrume-2026-09-14-05" {
		t.Errorf("%+v", f)
	}
}

// The index spares what did not change, and nothing else.
func TestFinalIndex(t *testing.T) {
	t.Parallel()
	w, e := juryWorkspace(t, "valbrume-2026-09-14-01", "valbrume-2026-09-14-02", "valbrume-2026-09-14-05")
	old := time.Now().Add(-time.Hour)
	logs, _ := filepath.Glob(w.path("sessions", "*"))
	for _, log := range logs {
		if err := os.Chtimes(log, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.acceptAll(t.Context(), "Jury", juryDay); err != nil {
		t.Fatal(err)
	}
	known := func() map[string]byte {
		t.Helper()
		if _, err := w.finalise(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		j, err := w.docket()
		if err != nil {
			t.Fatal(err)
		}
		x, states := j.finalIndex(time.Now()), map[string]byte{}
		for _, log := range logs {
			session := strings.TrimSuffix(filepath.Base(log), ".jsonl")
			if d, ok := x.digest(j, session); ok {
				states[session[len(session)-2:]] = x.state(d)
			}
		}
		return states
	}
	if got := known(); got["01"] != stateValidated || got["02"] != stateValidated || got["05"] != stateSuspected {
		t.Fatalf("the index holds %v", got)
	}
	state := func(session string) byte {
		t.Helper()
		j, err := w.docket()
		if err != nil {
			t.Fatal(err)
		}
		x := j.finalIndex(time.Now())
		d, _ := x.digest(j, session)
		return x.state(d)
	}
	for name, change := range map[string]func() error{
		"record": func() error { return os.Chtimes(w.path("records/valbrume-2026-09-14-01.json"), old, old) },
		"log": func() error {
			return os.Chtimes(w.path("sessions/valbrume-2026-09-14-01.jsonl"), old, old.Add(time.Second))
		},
		"decision": func() error { return os.Chtimes(w.path("decisions/valbrume-2026-09-14-01.json"), old, old) },
		"later": func() error {
			return os.WriteFile(w.path("decisions/valbrume-2026-09-14-01.002.json"), nil, 0o600)
		},
	} {
		known()
		if state("valbrume-2026-09-14-01") == 0 {
			t.Fatalf("%s: not in the index", name)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if state("valbrume-2026-09-14-01") != 0 || state("valbrume-2026-09-14-02") == 0 {
			t.Errorf("%s: its change goes unseen, or another session's entry with it", name)
		}
		os.Remove(w.path("decisions/valbrume-2026-09-14-01.002.json"))
	}
	known()
	data, err := os.ReadFile(w.path(".finalised"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1
		if err := os.WriteFile(w.path(".finalised"), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if known, err := readFinalIndex(w.path(".finalised")); err == nil {
			t.Fatalf("byte %d altered: %d entries are read", i, len(known))
		}
		if err := os.WriteFile(w.path(".finalised"), data[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		if known, err := readFinalIndex(w.path(".finalised")); err == nil && len(known) != 0 {
			t.Fatalf("cut at %d: %d entries are read", i, len(known))
		}
	}
}

// A record that a loss of power has torn is made again, one that was edited is
// a fault.
func TestFinaliseTorn(t *testing.T) {
	t.Parallel()
	w, e := juryWorkspace(t, "valbrume-2026-09-14-01")
	proposal, err := os.ReadFile(w.path("records/valbrume-2026-09-14-01.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.acceptAll(t.Context(), "Jury", juryDay); err != nil {
		t.Fatal(err)
	}
	if _, err := w.finalise(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	path := w.path("records/valbrume-2026-09-14-01.json")
	final, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty": nil, "final, cut": final[:len(final)-7], "filled up with zeros": append(bytes.Clone(final[:700]), make([]byte, 30)...), "proposal, cut": proposal[:700],
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := w.finalise(t.Context(), e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, final) {
			t.Errorf("%s: becomes %.200s", name, got)
		}
	}
	edited := bytes.Replace(final, []byte(`"score":444`), []byte(`"score":944`), 1)
	if err := os.WriteFile(path, edited, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.finalise(t.Context(), e); err == nil {
		t.Error("an edited record is finalised")
	}
	if got, _ := os.ReadFile(path); !bytes.Equal(got, edited) {
		t.Error("an edited record is replaced")
	}
}

func TestCheckSession(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"valbrume-2026-09-14-01": true, "a.0001": true, "a.01": true, "2026-000001": true, "A_b": true,
		"a.001": false, "a.001.002": false, "2026-0000001": false, "2026-0000001.001": false, "../a": false, ".a": false, "": false, "a/b": false,
	} {
		if err := checkSession(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSameResult(t *testing.T) {
	t.Parallel()
	w, _ := juryWorkspace(t, "valbrume-2026-09-14-01", "valbrume-2026-09-14-07")
	for _, session := range []string{"valbrume-2026-09-14-01", "valbrume-2026-09-14-07"} {
		a, err := w.record(session)
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(r *engine.Record){
			"outcome":      func(r *engine.Record) { r.Outcome = engine.Rejected },
			"professional": func(r *engine.Record) { r.Professional = !r.Professional },
			"degraded":     func(r *engine.Record) { r.Degraded = !r.Degraded },
			"score":        func(r *engine.Record) { r.Score++ },
			"a level":      func(r *engine.Record) { r.Levels["1.1"]++ },
			"no result":    func(r *engine.Record) { r.Result = nil },
		} {
			b, err := w.record(session)
			if err != nil {
				t.Fatal(err)
			}
			if !sameResult(a, b) {
				t.Fatal("a record differs from itself")
			}
			if change(b); sameResult(a, b) || sameResult(b, a) {
				t.Errorf("%s: %s goes unseen", session, name)
			}
		}
		b, _ := w.record(session)
		b.State, b.Decision = engine.Final, &engine.Ruling{Outcome: engine.DecideAccept}
		if !sameResult(a, b) {
			t.Error("a decision that changes nothing changes the result")
		}
	}
}
