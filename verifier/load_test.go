package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etalon/verifier/internal/testsite"
)

// A process is a verifier as it runs for the public.
type process struct {
	*exec.Cmd
	base string // http://127.0.0.1:PORT
	dir  string // of the issuer's files
	qr   string // of a valid attestation
	code string
}

// start starts a verifier over an issuer that is valid now.
func start(t *testing.T, flags ...string) *process {
	t.Helper()
	p := prepare(t)
	p.launch(t, p.dir, flags...)
	return p
}

// prepare writes the issuer's files.
func prepare(t *testing.T) *process {
	t.Helper()
	p := &process{dir: t.TempDir()}
	issuer := testsite.New()
	now := time.Now().UTC().Truncate(time.Second)
	issuer.Manifest.Created, issuer.Manifest.ValidUntil = now.AddDate(0, 0, -14), now.AddDate(0, 0, 28)
	issuer.Lists[1].ValidFrom, issuer.Lists[1].ValidUntil = now.AddDate(0, 0, -1), now.AddDate(0, 0, 6)
	a := issuer.Issue(nil)
	p.qr, p.code = a.QR, a.Code.String()
	issuer.Publish()
	if err := issuer.Write(p.dir); err != nil {
		t.Fatal(err)
	}
	return p
}

// launch starts the verifier over a folder or an address.
func (p *process) launch(t *testing.T, at string, flags ...string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.follow(t, exec.Command(exe, append([]string{"-site", at, "-roots", filepath.Join(p.dir, "roots.json"), "-state", "none", "-addr", "127.0.0.1:0"}, flags...)...))
}

// follow starts a command that is a verifier, and waits until it listens.
func (p *process) follow(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	p.Cmd = cmd
	p.Args[0] = "verifier" // testscript.Main runs the command of this name
	log, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	in := bufio.NewReader(log)
	var said strings.Builder
	for p.base = ""; p.base == ""; {
		line, err := in.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("the server ended: %v\n%s", err, &said)
		}
		if _, address, ok := strings.Cut(line, " on http://"); ok {
			address, _, _ = strings.Cut(strings.TrimSpace(address), ",")
			p.base = "http://" + address
		}
	}
	go io.Copy(io.Discard, in)
}

// resident is the memory of a process, in MB, or 0 where that cannot be told.
func (p *process) resident(name string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), name+":")
	kib, _ := strconv.Atoi(strings.Fields(after)[0])
	return float64(kib) / 1024
}

// stop asks the process to end, and wants a clean end.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.Process.Signal(syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("the server did not stop")
	}
}

func ask(client *http.Client, address, kind, body string) (string, error) {
	resp, err := client.Post(address, kind, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answered, err := io.ReadAll(resp.Body)
	return string(answered), err
}

// TestStopUnderLoad: no request that was accepted is lost when the server is
// told to stop. What is refused is the connection, before a byte was read.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	p := start(t, "-rate", "-1")
	question := fmt.Sprintf("{\"qr\":%q}", p.qr)
	var answered, lost atomic.Int64
	var all sync.WaitGroup
	stopped := make(chan struct{})
	for range 16 {
		all.Go(func() {
			// A connection each: what the client has sent, the server has accepted.
			for {
				conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
				if err != nil {
					return // nobody listens any more
				}
				conn.SetDeadline(time.Now().Add(20 * time.Second))
				fmt.Fprintf(conn, "POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(question), question)
				got, err := io.ReadAll(conn)
				conn.Close()
				switch {
				case bytes.Contains(got, []byte(`{"verdict":"valid"`)):
					answered.Add(1)
				case len(got) == 0 && isClosed(stopped):
					// In the queue of the operating system when the listener
					// closed: never accepted.
					return
				default:
					lost.Add(1)
					t.Errorf("lost: %v %.100q", err, got)
					return
				}
			}
		})
	}
	// A batch is under way, too: its lines are answered to the last.
	lines := make(chan int, 1)
	reader, writer := io.Pipe()
	go func() {
		resp, err := http.Post(p.base+"/api/v1/verify", "application/x-ndjson", reader)
		if err != nil {
			lines <- -1
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		lines <- bytes.Count(body, []byte(`{"verdict":"valid"`))
	}()
	for range 50 {
		io.WriteString(writer, question+"\n")
	}
	time.Sleep(300 * time.Millisecond)
	close(stopped)
	p.Process.Signal(syscall.SIGTERM)
	for range 50 {
		io.WriteString(writer, question+"\n")
	}
	writer.Close()
	p.stop(t)
	all.Wait()
	if n := <-lines; n != 100 {
		t.Errorf("batch: %d lines answered of 100", n)
	}
	if answered.Load() < 50 {
		t.Errorf("only %d answers: no load", answered.Load())
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestIdleConnections: a thousand connections that say nothing, or half a
// request, cost little memory and keep nobody from being served.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	p := start(t, "-rate", "-1")
	before := p.resident("VmRSS")
	for i := range 1000 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		if errors.Is(err, syscall.EMFILE) {
			t.Skip("the system gives this test too few files")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		switch i % 4 {
		case 1: // a head that never ends
			io.WriteString(conn, "POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		case 2: // a file that never comes whole
			io.WriteString(conn, "POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/pdf\r\nContent-Length: 8000000\r\n\r\n%PDF-")
		case 3: // a batch without its first line end
			io.WriteString(conn, "POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{\"\r\n")
		}
	}
	time.Sleep(200 * time.Millisecond)
	client := &http.Client{Timeout: 5 * time.Second}
	for range 100 {
		got, err := ask(client, p.base+"/api/v1/verify", "application/json", fmt.Sprintf("{\"qr\":%q}", p.qr))
		if err != nil || !strings.HasPrefix(got, `{"verdict":"valid"`) {
			t.Fatalf("%v %.200s", err, got)
		}
	}
	after := p.resident("VmRSS")
	t.Logf("%.1f MB before, %.1f MB with a thousand connections", before, after)
	if after > 64 && !raceDetector {
		t.Errorf("%.1f MB with a thousand connections", after)
	}
	if got, err := ask(client, p.base+"/api/v1/verify", "application/x-ndjson", fmt.Sprintf("{\"qr\":%q}\n", p.qr)); err != nil || !strings.HasPrefix(got, `{"verdict":"valid"`) && !strings.Contains(got, `"busy"`) {
		t.Errorf("batch: %v %.200s", err, got)
	}
	if got, err := ask(client, p.base+"/api/v1/verify", "application/pdf", "%PDF-1.7 nothing"); err != nil || !strings.HasPrefix(got, `{"verdict":"not-genuine"`) {
		t.Errorf("file: %v %.200s", err, got)
	}
}

// TestRegistryElsewhere: a server in front of a static host. The host hangs,
// lies, fails or vanishes, before anything was read or afterwards: the answer
// says soon what is not known, and is never "valid"; the pages still come.
func TestRegistryElsewhere(t *testing.T) {
	for _, mode := range []string{"hangs", "lies", "fails", "vanishes"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			host := newHost(t)
			host.mode.Store(mode)
			p := prepare(t)
			p.launch(t, host.URL, "-rate", "-1")
			// The manifest cannot be had: no signature can be verified.
			for _, question := range []string{fmt.Sprintf("{\"qr\":%q}", p.qr), fmt.Sprintf("{\"code\":%q}", p.code)} {
				if v := p.verdict(t, question); v != "unknown-issuer" {
					t.Errorf("never reached: %s", v)
				}
			}
			p.stop(t)

			host.mode.Store("good")
			host.dir.Store(p.dir)
			p.launch(t, host.URL, "-rate", "-1")
			if v := p.verdict(t, `{"qr":"1"}`); v != "not-genuine" {
				t.Errorf("%s", v)
			}
			host.mode.Store(mode)
			if v := p.verdict(t, fmt.Sprintf("{\"qr\":%q}", p.qr)); v != "status-unknown" {
				t.Errorf("list not to be had: %s", v)
			}
			if v := p.verdict(t, fmt.Sprintf("{\"code\":%q}", p.code)); v != "not-found" && (mode != "lies" || v != "not-genuine") {
				t.Errorf("entry not to be had: %s", v)
			}
			client := &http.Client{Timeout: 2 * time.Second}
			page, err := client.Get(p.base + "/en/verify/")
			if err != nil || page.StatusCode != 200 {
				t.Errorf("the page does not come: %v", err)
			} else {
				page.Body.Close()
			}
			p.stop(t)
		})
	}
}

// A host is a static host that misbehaves.
type host struct {
	*httptest.Server
	mode, dir atomic.Value
}

func newHost(t *testing.T) *host {
	h := &host{}
	release := make(chan struct{})
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch h.mode.Load() {
		case "good":
			dir, ok := h.dir.Load().(string)
			if !ok {
				http.NotFound(w, r)
				return
			}
			http.FileServer(http.Dir(dir)).ServeHTTP(w, r)
		case "lies":
			io.WriteString(w, "<html>Welcome to our new page!</html>")
		case "fails":
			http.Error(w, "no", http.StatusBadGateway)
		case "vanishes": // in the middle of an answer
			w.Header().Set("Content-Length", "4096")
			io.WriteString(w, "{")
			panic(http.ErrAbortHandler)
		case "hangs":
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
	}))
	t.Cleanup(h.Close)
	t.Cleanup(func() { close(release) })
	return h
}

// verdict asks, and wants an answer within the time a check may take.
func (p *process) verdict(t *testing.T, question string) string {
	t.Helper()
	began := time.Now()
	got, err := ask(&http.Client{Timeout: 20 * time.Second}, p.base+"/api/v1/verify", "application/json", question)
	if took := time.Since(began); err != nil || took > 13*time.Second {
		t.Fatalf("%v after %s", err, took)
	}
	word, _, _ := strings.Cut(strings.TrimPrefix(got, `{"verdict":"`), `"`)
	return word
}
