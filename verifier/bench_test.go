package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etalon/content"
	"etalon/site"
	"etalon/verifier/internal/testsite"
)

// BenchmarkOverHTTP measures the server as it runs for the public, rate limit,
// metrics, JSON logs and status lists on, on one processor, over loopback: the
// program as it is delivered, asked by this one. "ofraw" is its rate of answers as a
// part of the rate at which the same processor verifies the bare Ed25519
// signature of the same credential: both are taken from processor time, so
// that what else the machine does counts for neither. "MB" is the most memory
// that the process ever had resident.
//
//	go test ./verifier -run '^$' -bench OverHTTP -benchtime 20000x
func BenchmarkOverHTTP(b *testing.B) {
	dir := b.TempDir()
	issuer := testsite.New()
	// The day it really is: the process has no clock of ours.
	now := time.Now().UTC().Truncate(time.Second)
	issuer.Manifest.Created, issuer.Manifest.ValidUntil = now.AddDate(0, 0, -14), now.AddDate(0, 0, 28)
	issuer.Lists[1].ValidFrom, issuer.Lists[1].ValidUntil = now.AddDate(0, 0, -1), now.AddDate(0, 0, 6)
	qr := issuer.Issue(nil).QR
	issuer.Publish()
	r, err := content.Default()
	if err != nil {
		b.Fatal(err)
	}
	var roots []string
	for _, k := range issuer.Trust().Roots {
		roots = append(roots, k.Multikey())
	}
	pages, err := site.Build(r, site.Config{Address: testsite.Address, Issuer: "TEST Issuer", Specimen: true, Roots: roots, LeastSequence: 1})
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range pages {
		issuer.Files[name] = data
	}
	if err := issuer.Write(dir); err != nil {
		b.Fatal(err)
	}
	line := fmt.Sprintf("{\"qr\":%q}\n", qr)
	form := url.Values{"text": {qr}, "lang": {"fr"}}.Encode()
	b.Run("json", func(b *testing.B) {
		overHTTP(b, dir, func(base string, n int) error {
			return many(n, 32, func(client *http.Client) error {
				return expect(client, base+"/api/v1/verify", "application/json", line, `{"verdict":"valid"`)
			})
		})
	})
	b.Run("html", func(b *testing.B) {
		overHTTP(b, dir, func(base string, n int) error {
			return many(n, 32, func(client *http.Client) error {
				return expect(client, base+"/verify", "application/x-www-form-urlencoded", form, `data-verdict="valid"`)
			})
		})
	})
	b.Run("batch", func(b *testing.B) {
		overHTTP(b, dir, func(base string, n int) error {
			for ; n > 0; n -= 10_000 {
				lines := min(n, 10_000)
				if err := batch(base, strings.Repeat(line, lines), lines); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func overHTTP(b *testing.B, dir string, ask func(base string, n int) error) {
	base, pid, stop := serveBench(b, dir)
	defer stop()
	if err := ask(base, 500); err != nil { // warm
		b.Fatal(err)
	}
	before := processorTime(b, pid)
	b.ResetTimer()
	if err := ask(base, b.N); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	each := (processorTime(b, pid) - before).Seconds() / float64(b.N)
	if each > 0 {
		b.ReportMetric(raw(b).Seconds()/each, "ofraw")
	}
	b.ReportMetric(each*1e6, "cpu-µs/op")
	b.ReportMetric(peak(b, pid), "MB")
}

// raw is the processor time of one bare verification, of as many bytes.
func raw(b *testing.B) time.Duration {
	const n = 10_000
	key := testsite.Key("credential")
	private := ed25519.NewKeyFromSeed(key.Seed())
	message := make([]byte, 200)
	signature := ed25519.Sign(private, message)
	public := key.Public().Bytes()
	before := own(b)
	for range n {
		if !ed25519.Verify(public, message, signature) {
			b.Fatal("refused")
		}
	}
	return (own(b) - before) / n
}

func own(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processorTime reads the 14th and 15th fields of stat, in hundredths.
func processorTime(b *testing.B, pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Skip("no /proc: the time of another process cannot be measured")
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func peak(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _ := strconv.Atoi(strings.Fields(after)[0])
	return float64(kib) / 1024
}

// many asks n times over so many connections.
func many(n, connections int, ask func(*http.Client) error) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	failed := make(chan error, connections)
	for i := range connections {
		all.Go(func() {
			for range (n + i) / connections {
				if err := ask(client); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}

func expect(client *http.Client, address, kind, body, want string) error {
	resp, err := client.Post(address, kind, strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answered, err := io.ReadAll(resp.Body)
	if err == nil && !bytes.Contains(answered, []byte(want)) {
		err = fmt.Errorf("status %d: %.200s", resp.StatusCode, answered)
	}
	return err
}

func batch(base, body string, lines int) error {
	resp, err := http.Post(base+"/api/v1/verify", "application/x-ndjson", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	got := 0
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 1<<16)
	for in.Scan() {
		if !bytes.HasPrefix(in.Bytes(), []byte(`{"verdict":"valid"`)) {
			return fmt.Errorf("line %d: %.200s", got, in.Bytes())
		}
		got++
	}
	if in.Err() == nil && got != lines {
		return fmt.Errorf("%d answers, want %d", got, lines)
	}
	return in.Err()
}

// serveBench starts the server on one processor, its log thrown away after it
// was written.
func serveBench(b *testing.B, dir string) (base string, pid int, stop func()) {
	b.Helper()
	exe := filepath.Join(b.TempDir(), "verifier")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", exe, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(exe, "-site", dir, "-roots", filepath.Join(dir, "roots.json"), "-state", "none", "-addr", "127.0.0.1:0", "-metrics", "127.0.0.1:0", "-log", "json", "-rate", "100000000")
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	log, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stop = func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}
	in := bufio.NewReader(log)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			stop()
			b.Fatalf("the server ended: %v", err)
		}
		if _, rest, ok := strings.Cut(line, " on http://"); ok {
			base, _, _ = strings.Cut(strings.TrimSpace(rest), ",")
			break
		}
	}
	go io.Copy(io.Discard, in)
	return "http://" + base, cmd.Process.Pid, stop
}
