//go:build slow

package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestPressScale has the command itself issue and publish attestations of made
// up final records, and tells time, memory, bytes and files; then does it all
// again. Memory must not grow with the number: it is compared with that of a
// tenth. The second run must change nothing and take a twentieth of the time:
//
//	ETALON_SCALE=100000 go test -tags slow -run TestPressScale -v -timeout 90m ./generator
//
// ETALON_SCALE_DIR is a folder to work in; 10,000 attestations take 2 GB there.
func TestPressScale(t *testing.T) {
	n := 2000
	if text := os.Getenv("ETALON_SCALE"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 10 {
			t.Fatalf("ETALON_SCALE=%s", text)
		}
	}
	small := pressScale(t, n/10)
	if large := pressScale(t, n); large > 2*small+64 {
		t.Errorf("%d attestations take %d MB at most, %d take %d MB", n/10, small, n, large)
	}
}

// pressScale issues and publishes n attestations, and returns the most memory
// that it took, in MB.
func pressScale(t *testing.T, n int) (most int64) {
	dir, err := os.MkdirTemp(os.Getenv("ETALON_SCALE_DIR"), "etalon-scale-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	command := filepath.Join(dir, "generator")
	if said, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	w := filepath.Join(dir, "w")
	run := func(args ...string) time.Duration {
		t.Helper()
		cmd := exec.Command(command, append(args, "-w", w)...)
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
			t.Fatalf("%s: %v\n%s", args, err, said.String())
		}
		taken := <-memory
		most = max(most, taken)
		t.Logf("%d, %s: %v (user %v, system %v), %d MB at most\n%s", n, args[0], took.Round(time.Millisecond),
			cmd.ProcessState.UserTime().Round(time.Millisecond), cmd.ProcessState.SystemTime().Round(time.Millisecond), taken, said.String())
		return took
	}
	makeRecords(t, w, n)
	run("keys", "init", "-root", filepath.Join(dir, "offline"), "-at", "2026-11-01")
	both := func() time.Duration {
		return run("issue", "-copies=false", "-deliver=false", "-at", "2026-11-02") + run("publish", "-at", "2026-11-02")
	}
	first := both()
	issued, issuedSize := measureTree(t, filepath.Join(w, "issued"))
	public, publicSize := measureTree(t, filepath.Join(w, "public"))
	t.Logf("%d: issued %d files, %d MB; public %d files, %d MB, the same bytes under a second name", n, issued, issuedSize>>20, public, publicSize>>20)
	if issued < 4*n || public < 3*n {
		t.Errorf("%d files issued, %d published, of %d attestations", issued, public, n)
	}
	before, err := os.Stat(filepath.Join(w, "public"))
	if err != nil {
		t.Fatal(err)
	}
	second := both()
	after, err := os.Stat(filepath.Join(w, "public"))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("the second publication put another folder in place")
	}
	if again, _ := measureTree(t, filepath.Join(w, "issued")); again != issued {
		t.Errorf("the second run left %d files issued", again)
	}
	t.Logf("%d: first run %v, %.0f a second; second run %v, %.1f%%", n, first.Round(time.Millisecond), float64(n)/first.Seconds(), second.Round(time.Millisecond), 100*second.Seconds()/first.Seconds())
	if n >= 10_000 && second > first/20 {
		t.Errorf("the second run takes %v, the first %v: at most a twentieth", second, first)
	}
	return most
}

// measureTree counts the files below a folder and their bytes.
func measureTree(t *testing.T, dir string) (files int, size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files, size = files+1, size+info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, size
}
