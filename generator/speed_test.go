//go:build slow

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

// TestSpeed measures, on the same Markdown on a file system in memory and on
// all cores, the build of a handbook, the same build by Hugo, and the floor:
// reading, converting with goldmark and writing, and nothing else. They take
// turns, and the best of the rounds counts: what else a machine does only adds
// to a time. The build is measured as a
// program against Hugo and against itself after an edit, and within this
// program against the floor, so that both have started. It fails where a limit
// is not held. Hugo is found in PATH or named by HUGO:
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
	if said, err := exec.Command("go", "build", "-o", filepath.Join(bin, "generator"), ".").CombinedOutput(); err != nil {
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
			start := func(cmd *exec.Cmd) time.Duration {
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
				return start(exec.Command(filepath.Join(bin, "generator"), "build", "-content", source, "-out", out("etalon")))
			}
			rounds := map[int]int{200: 31, 2000: 13, 10000: 7}[n]
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
				within := func(name string, work func() error) {
					t.Helper()
					os.RemoveAll(out(name))
					os.Remove(ledgerPath(out(name)))
					runtime.GC()
					started := time.Now()
					if err := work(); err != nil {
						t.Fatal(err)
					}
					times[name] = append(times[name], time.Since(started))
				}
				within("floor", func() error { return floor(source, out("floor")) })
				within("within", func() error {
					return runHere(t.Context(), "build", "-content", source, "-out", out("within"))
				})
				if hugo != "" {
					os.RemoveAll(out("hugo"))
					cmd := exec.Command(hugo, "--quiet", "--source", "testdata/hugo", "--contentDir", source,
						"--destination", out("hugo"), "--cacheDir", filepath.Join(dir, "cache"), "--noBuildLock")
					times["hugo"] = append(times["hugo"], start(cmd))
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
			best := func(name string) time.Duration { return slices.Min(times[name]) }
			ratio := func(a, b string) float64 { return float64(best(a)) / float64(best(b)) }
			t.Logf("%d pages, best of %d: build %v, within this program %v, floor %v; rebuild after one edit %v", n, rounds, best("etalon"), best("within"), best("floor"), best("rebuild"))
			if over := ratio("within", "floor"); over > 1.25 {
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
				t.Errorf("Hugo takes %v, %.1f times the build: at least 3.5", best("hugo"), faster)
			} else {
				t.Logf("Hugo takes %v, %.1f times the build", best("hugo"), faster)
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

// runHere runs a command in this program.
func runHere(ctx context.Context, args ...string) error {
	return run(ctx, args, nil, io.Discard, io.Discard)
}

// floor is the least that makes pages of Markdown.
func floor(source, out string) error {
	var files []string
	err := filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(source, path)
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(out, rel), 0o755)
		}
		files = append(files, rel)
		return err
	})
	if err != nil {
		return err
	}
	errs := make([]error, len(files))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAttribute(), parser.WithAutoHeadingID()))
			var b bytes.Buffer
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				data, err := os.ReadFile(filepath.Join(source, files[i]))
				if err == nil {
					b.Reset()
					err = md.Convert(data, &b)
				}
				if err == nil {
					err = os.WriteFile(filepath.Join(out, strings.TrimSuffix(files[i], ".md")+".html"), b.Bytes(), 0o644)
				}
				errs[i] = err
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
