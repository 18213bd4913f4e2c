//go:build slow

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The scale tests have the command itself do its work on as many records as
// ETALON_SCALE says, in a folder of ETALON_SCALE_DIR, which ETALON_SCALE_KEEP=1
// leaves.

// scale is how many records to work on, 2,000 unless told.
func scale(t *testing.T) int {
	t.Helper()
	n := 2000
	if text := os.Getenv("ETALON_SCALE"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 10 {
			t.Fatalf("ETALON_SCALE=%s: a number from 10", text)
		}
	}
	return n
}

// A press room is a folder with the command and a workspace for it.
type pressRoom struct {
	dir, command, workspace string
}

func newPressRoom(t *testing.T) *pressRoom {
	t.Helper()
	dir, err := os.MkdirTemp(os.Getenv("ETALON_SCALE_DIR"), "etalon-scale-")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("ETALON_SCALE_KEEP") == "" {
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	p := &pressRoom{dir: dir, command: filepath.Join(dir, "generator"), workspace: filepath.Join(dir, "w")}
	if said, err := exec.Command("go", "build", "-o", p.command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return p
}

// run runs a command on the workspace, and returns what it said, the time that
// it took and the most memory that it held, in MB.
func (p *pressRoom) run(t *testing.T, args ...string) (said string, took time.Duration, memory int64) {
	t.Helper()
	cmd := exec.Command(p.command, append(args, "-w", p.workspace)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watched := watchMemory(cmd.Process.Pid)
	err := cmd.Wait()
	took = time.Since(started)
	if err != nil {
		t.Fatalf("%s: %v\n%s", args, err, &out)
	}
	memory = <-watched
	t.Logf("%s: %v (user %v, system %v), %d MB at most\n%s", args[0], took.Round(time.Millisecond),
		cmd.ProcessState.UserTime().Round(time.Millisecond), cmd.ProcessState.SystemTime().Round(time.Millisecond), memory, &out)
	return out.String(), took, memory
}

// atMostTwentieth judges the time of a second run, where the first is long
// enough for it.
func atMostTwentieth(t *testing.T, n int, first, second time.Duration) {
	t.Helper()
	t.Logf("%d: first run %v, %.0f a second; second run %v, %.1f %%", n, first.Round(time.Millisecond), float64(n)/first.Seconds(),
		second.Round(time.Millisecond), 100*float64(second)/float64(first))
	if n >= 10_000 && second > first/20 {
		t.Errorf("the second run takes %v, the first %v: at most a twentieth", second, first)
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
