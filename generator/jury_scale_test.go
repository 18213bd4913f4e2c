//go:build slow

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFinaliseScale has a jury accept many sessions at once, tells time and
// memory, and does it again: memory must not grow with the number but for some
// 64 bytes a session, and the second run changes nothing and takes a twentieth of
// the time. ETALON_SCALE is the number, as in TestScoreScale.
func TestFinaliseScale(t *testing.T) {
	n := 2000
	if text := os.Getenv("ETALON_SCALE"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("ETALON_SCALE=%s", text)
		}
	}
	dir, err := os.MkdirTemp(os.Getenv("ETALON_SCALE_DIR"), "etalon-jury-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	command := filepath.Join(dir, "generator")
	if said, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	w := filepath.Join(dir, "w")
	playSessions(t, w, n)
	run := func(want string, args ...string) (time.Duration, int64) {
		t.Helper()
		cmd := exec.Command(command, append(args, "-w", w)...)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		started := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		memory := watchMemory(cmd.Process.Pid)
		err := cmd.Wait()
		took := time.Since(started)
		if err != nil || !strings.Contains(said.String(), want) {
			t.Fatalf("%v: %v, or does not say %q\n%s", args, err, want, said.String())
		}
		most := <-memory
		t.Logf("%v: %v (user %v, system %v), %d MB at most", args, took.Round(time.Millisecond),
			cmd.ProcessState.UserTime().Round(time.Millisecond), cmd.ProcessState.SystemTime().Round(time.Millisecond), most)
		return took, most
	}
	run("sessions", "score")
	time.Sleep(settled)
	first, memory := run("made final now", "finalise", "-accept", "-by", "TEST jury")
	if limit := int64(96 + 64*n>>20); memory == 0 || memory > limit {
		t.Errorf("%d MB of memory: at most %d", memory, limit)
	}
	files, size := measureFolder(t, filepath.Join(w, "decisions"))
	t.Logf("decisions: %d files, %d MB", files, size>>20)
	before := newestIn(t, filepath.Join(w, "records"))
	second, _ := run("0 made final now", "finalise", "-accept", "-by", "TEST jury")
	if after := newestIn(t, filepath.Join(w, "records")); after != before {
		t.Error("the second run changed a record")
	}
	t.Logf("the second run takes %.1f %% of the first", 100*float64(second)/float64(first))
	if n >= 10_000 && second > first/20 {
		t.Error("that is more than 5 %")
	}
	run("sessions of that bank", "neutralise", "-n", "4.3-ai-robots-2a", "-bank", "specimen-2026")
}
