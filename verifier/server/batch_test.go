package server

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

func ndjson(url string, body io.Reader) (*http.Response, error) {
	return http.Post(url+"/api/v1/verify", "application/x-ndjson", body)
}

// TestBatchStreams: each answer comes before the next line is sent.
func TestBatchStreams(t *testing.T) {
	b := newBench(t, nil)
	srv := httptest.NewServer(b)
	defer srv.Close()
	reader, writer := io.Pipe()
	lines := make(chan string)
	go func() {
		for line := range lines {
			io.WriteString(writer, line)
		}
		writer.Close()
	}()
	qr := fmt.Sprintf("{\"qr\":%q}\n", b.issuer.Attestations[0].QR)
	go func() { lines <- qr }()
	resp, err := ndjson(srv.URL, reader)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	in := bufio.NewReader(resp.Body)
	for i := range 5 {
		got, err := in.ReadString('\n')
		if err != nil || !strings.HasPrefix(got, `{"verdict":"valid"`) {
			t.Fatalf("answer %d: %.80s %v", i, got, err)
		}
		if i < 4 {
			lines <- qr[:20] // a line may come in pieces
			lines <- qr[20:]
		}
	}
	close(lines)
	if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
		t.Errorf("after the last line: %q %v", rest, err)
	}
	if log := b.log.String(); !strings.Contains(log, "lines=5") || strings.Contains(log, "ukasz") {
		t.Errorf("log: %s", log)
	}
}

// TestBatchWhole: as many lines as allowed, in order, and not one more.
func TestBatchWhole(t *testing.T) {
	b := newBench(t, nil)
	srv := httptest.NewServer(b)
	defer srv.Close()
	var body strings.Builder
	for i := range maxLines + 5 {
		fmt.Fprintf(&body, "{%q:\"P-1\"}\n", []string{"qr", "code"}[i%2])
	}
	resp, err := ndjson(srv.URL, strings.NewReader(body.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answered, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := outcomes(string(answered))
	if len(got) != maxLines+1 || got[maxLines] != "too-many-lines" {
		t.Fatalf("%d lines, the last %s", len(got), got[len(got)-1])
	}
	for i, verdict := range got[:maxLines] {
		if want := []string{"not-genuine", "not-found"}[i%2]; verdict != want {
			t.Fatalf("line %d: %s, want %s", i, verdict, want)
		}
	}
}

// TestBatchAllowance: codes count one by one, QR texts by the hundreds.
func TestBatchAllowance(t *testing.T) {
	b := newBench(t, func(c *Config) {
		c.PerMinute, c.Burst = 6, 3
		c.Now = func() time.Time { return testsite.Now }
	})
	ask := func(body string) string {
		req := httptest.NewRequest("POST", "/api/v1/verify", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/x-ndjson")
		rec := httptest.NewRecorder()
		b.ServeHTTP(rec, req)
		return strings.Join(outcomes(rec.Body.String()), " ")
	}
	code, qr := "{\"code\":\"P-1\"}\n", "{\"qr\":\"1\"}\n"
	if got := ask(strings.Repeat(qr, 3) + code + code + code + qr); got != "not-genuine not-genuine not-genuine not-found not-found too-many not-genuine" {
		t.Error(got)
	}
	if got := ask(qr); got != "too-many" {
		t.Error(got)
	}
}

// TestBatchBusy: batches do not queue, and one client has no more than its part.
func TestBatchBusy(t *testing.T) {
	const batch = "POST /api/v1/verify\nsend Content-Type: application/x-ndjson\ndata {\"qr\":\"$QR\"}\n"
	const busy = batch + "status 503\nheader Retry-After is 5\nbody has \"code\":\"busy\""
	b := newBench(t, nil)
	other := netip.MustParsePrefix("198.51.100.1/32")
	for range maxBatches {
		if !b.batches.enter(other, false) {
			t.Fatal("refused too early")
		}
	}
	b.exchange(t, "busy", busy)
	b.exchange(t, "one", "POST /api/v1/verify\nsend Content-Type: application/json\ndata {\"qr\":\"$QR\"}\nstatus 200")
	b.batches.leave(other)
	b.exchange(t, "free", batch+"status 200\nbody lines valid")
	b = newBench(t, func(c *Config) { c.PerMinute = 1000 })
	own := netip.MustParsePrefix("192.0.2.1/32") // of httptest's requests
	for range maxClientBatches {
		b.batches.enter(own, true)
	}
	b.exchange(t, "its part", busy)
	b.batches.leave(own)
	b.exchange(t, "free again", batch+"status 200\nbody lines valid")
	for range maxClientBatches - 1 {
		b.batches.leave(own)
	}
	if b.batches.open != 0 || len(b.batches.by) != 0 || len(b.batches.work) != 0 {
		t.Errorf("%d open, of %d clients, %d processors taken", b.batches.open, len(b.batches.by), len(b.batches.work))
	}
}

// TestBatchWaits: a batch whose client says nothing more keeps no other waiting.
func TestBatchWaits(t *testing.T) {
	b := newBench(t, nil)
	srv := httptest.NewServer(b)
	defer srv.Close()
	for range 8 {
		reader, writer := io.Pipe()
		defer writer.Close()
		go func() { fmt.Fprintf(writer, "{\"qr\":%q}\n{\"qr\":", b.issuer.Attestations[0].QR) }()
		resp, err := ndjson(srv.URL, reader)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || !strings.HasPrefix(got, `{"verdict":"valid"`) {
			t.Fatalf("%.80s %v", got, err)
		}
	}
}

// TestUploads: files in memory are bounded, and given back.
func TestUploads(t *testing.T) {
	b := newBench(t, nil)
	const pdf = "POST /api/v1/verify\nsend Content-Type: application/pdf\ndata $PDF\n"
	const form = "POST /verify\nfile pdf $PDF\n"
	taken := b.uploads.free - firstUpload + 1
	if !b.uploads.take(taken) {
		t.Fatal("nothing free")
	}
	b.exchange(t, "full", pdf+"status 503\nheader Retry-After is 5\nbody has busy")
	b.exchange(t, "full", form+"status 503\nheader Retry-After is 5\nbody has Trop de fichiers")
	b.uploads.take(-taken)
	for _, block := range []string{pdf, form, "POST /api/v1/verify\nsend Content-Type: application/pdf\ndata $HUGE\n", "POST /verify\nfile pdf $HUGE\n", "POST /verify\nfile pdf $PDF\nfile pdf $PDF\n"} {
		want := "status 200"
		if strings.Contains(block, "$HUGE") {
			want = "status 413"
		}
		b.exchange(t, "free", block+want)
	}
	if b.uploads.free != maxUploads {
		t.Errorf("%d bytes not given back", maxUploads-b.uploads.free)
	}
}

// BenchmarkBatch answers one line of a batch, without a network.
func BenchmarkBatch(b *testing.B) {
	issuer := testsite.New()
	a := issuer.Issue(nil)
	issuer.Publish()
	dir := b.TempDir()
	if err := issuer.Write(dir); err != nil {
		b.Fatal(err)
	}
	source, err := check.Dir(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()
	s, err := New(Config{Site: source.FS(), PerMinute: -1, Checker: &check.Checker{
		Trust: issuer.Trust(), Source: source, Now: func() time.Time { return testsite.Now }, Recheck: time.Second}})
	if err != nil {
		b.Fatal(err)
	}
	line := fmt.Sprintf("{\"qr\":%q}\n", a.QR)
	b.ResetTimer()
	for n := b.N; n > 0; n -= maxLines {
		req := httptest.NewRequest("POST", "/api/v1/verify", strings.NewReader(strings.Repeat(line, min(n, maxLines))))
		req.Header.Set("Content-Type", "application/x-ndjson")
		s.ServeHTTP(silent{}, req)
	}
}

type silent struct{}

func (silent) Header() http.Header         { return http.Header{} }
func (silent) Write(p []byte) (int, error) { return len(p), nil }
func (silent) WriteHeader(int)             {}
func (silent) Flush()                      {}
