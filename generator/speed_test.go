//go:build slow

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSpeed measures, on the same Markdown on a file system in memory, the
// build of a handbook, the same build by Hugo, and the floor: reading,
// converting with goldmark and writing, and nothing else. Each is a program of
// its own, started anew, on all cores; they take turns, and the median of the
// rounds counts. It fails where a limit is not held. Hugo is found in PATH or
// named by HUGO:
//
//	go install github.com/gohugoio/hugo@v0.165.0
//	go test -tags slow -run TestSpeed -v ./generator
func TestSpeed(t *testing.T) {
	hugo := os.Getenv("HUGO")
	if hugo == "" {
		hugo, _ = exec.LookPath("hugo")
	}
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	bin := t.TempDir()
	if said, err := exec.Command("go", "build", "-o", bin, ".", "./testdata/floor").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, n := range []int{200, 2000, 10000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dir, err := os.MkdirTemp(memory, "etalon-speed-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			source := filepath.Join(dir, "content")
			writeCorpus(t, source, n)
			out := func(name string) string { return filepath.Join(dir, "out-"+name) }
			run := func(cmd *exec.Cmd) time.Duration {
				t.Helper()
				started := time.Now()
				if said, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", cmd, err, said)
				}
				return time.Since(started)
			}
			build := func(fresh bool) time.Duration {
				if fresh {
					os.RemoveAll(out("etalon"))
					os.Remove(ledgerPath(out("etalon")))
				}
				return run(exec.Command(filepath.Join(bin, "generator"), "build", "-content", source, "-out", out("etalon")))
			}
			rounds := 7
			if n <= 200 {
				rounds = 21
			}
			times := map[string][]time.Duration{}
			for i := range rounds {
				times["etalon"] = append(times["etalon"], build(true))
				page := filepath.Join(source, "fr", "part-00", "page-00000.md")
				data, err := os.ReadFile(page)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(page, fmt.Appendf(data, "\nEdit %d.\n", i), 0o644); err != nil {
					t.Fatal(err)
				}
				times["rebuild"] = append(times["rebuild"], build(false))
				os.RemoveAll(out("floor"))
				times["floor"] = append(times["floor"], run(exec.Command(filepath.Join(bin, "floor"), source, out("floor"))))
				if hugo != "" {
					os.RemoveAll(out("hugo"))
					cmd := exec.Command(hugo, "--quiet", "--source", "testdata/hugo", "--contentDir", source,
						"--destination", out("hugo"), "--cacheDir", filepath.Join(dir, "cache"), "--noBuildLock")
					times["hugo"] = append(times["hugo"], run(cmd))
				}
			}
			for name := range times {
				if name == "rebuild" {
					continue
				}
				if pages := countPages(t, out(name)); pages < n {
					t.Errorf("%s made %d pages of %d", name, pages, n)
				}
			}
			median := func(name string) time.Duration {
				slices.Sort(times[name])
				return times[name][len(times[name])/2]
			}
			ratio := func(a, b string) float64 { return float64(median(a)) / float64(median(b)) }
			t.Logf("%d pages, medians of %d: build %v, floor %v, rebuild after one edit %v", n, rounds, median("etalon"), median("floor"), median("rebuild"))
			if over := ratio("etalon", "floor"); over > 1.25 {
				t.Errorf("the build takes %.2f times the floor: at most 1.25", over)
			} else {
				t.Logf("the build takes %.2f times the floor", over)
			}
			if part := ratio("rebuild", "etalon"); n >= 10000 && part > 0.2 {
				t.Errorf("a rebuild takes %.0f%% of a build: at most 20%%", 100*part)
			} else {
				t.Logf("a rebuild takes %.0f%% of a build", 100*part)
			}
			if hugo == "" {
				t.Skip("hugo is not installed: not compared with it")
			}
			if faster := ratio("hugo", "etalon"); faster < 3.5 {
				t.Errorf("Hugo takes %v, %.1f times the build: at least 3.5", median("hugo"), faster)
			} else {
				t.Logf("Hugo takes %v, %.1f times the build", median("hugo"), faster)
			}
		})
	}
}

func countPages(t *testing.T, dir string) (n int) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), "page-") && strings.HasSuffix(path, ".html") {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
