package server

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

// TestGzip: pages and scripts travel compressed to whoever accepts it, under a
// tag of their own; what verifiers fetch travels as it was signed.
func TestGzip(t *testing.T) {
	b := newBench(t, nil)
	plain := get(b, "/fr/verifier/")
	packed := get(b, "/fr/verifier/", "Accept-Encoding", "br, gzip;q=0.8")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") != "Accept-Encoding" || plain.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%v", packed.Header())
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil || string(data) != plain.Body.String() {
		t.Errorf("not the same page: %v", err)
	}
	tag := packed.Header().Get("ETag")
	if tag == plain.Header().Get("ETag") {
		t.Errorf("one tag for two representations: %s", tag)
	}
	if again := get(b, "/fr/verifier/", "Accept-Encoding", "gzip", "If-None-Match", tag); again.Code != 304 {
		t.Errorf("again: %d", again.Code)
	}
	for path, accept := range map[string]string{
		"/fr/": "identity", "/en/": "gzip;q=0", "/keys.json": "gzip", "/status/1.json": "gzip", "/" + b.issuer.Attestations[0].Path(): "gzip", "/assets/plain.js": "gzip",
	} {
		if rec := get(b, path, "Accept-Encoding", accept); rec.Header().Get("Content-Encoding") != "" || rec.Code != 200 {
			t.Errorf("%s: %d %v", path, rec.Code, rec.Header())
		}
	}
}

// TestRelay: without a folder, the pages are made here and the issuer's files
// come from where they are.
func TestRelay(t *testing.T) {
	b := newBench(t, func(c *Config) {
		c.Site, c.Relay = nil, c.Checker.Source
	})
	entry := "/" + b.issuer.Attestations[0].Path()
	for path, want := range map[string]int{
		"/": 200, "/fr/": 200, "/fr": 301, "/en/verify/": 200, "/v": 200, "/v/": 200, "/nowhere": 404, "/assets": 404,
		"/keys.json": 200, "/status/1.json": 200, "/status/2.json": 404, "/status/../keys.json": 307, "/status/": 404, "/roll/00": 404,
		entry: 200, entry + ".fr": 200, entry + ".de": 404, "/registry/ab/" + strings.Repeat("0", 32): 404, "/registry/ab/x": 404, "/app.js": 404, "/roots.json": 404,
	} {
		if rec := get(b, path); rec.Code != want {
			t.Errorf("%s: %d, want %d", path, rec.Code, want)
		}
	}
	if rec := get(b, "/keys.json"); rec.Body.String() != string(b.issuer.Files["keys.json"]) || rec.Header().Get("Access-Control-Allow-Origin") != "*" || rec.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%v %s", rec.Header(), rec.Body)
	}
	if page := get(b, "/nowhere"); !strings.Contains(page.Body.String(), "<html") {
		t.Errorf("no page for what is not there: %.80s", page.Body)
	}
	b.exchange(t, "relay", "POST /api/v1/verify\nsend Content-Type: application/json\ndata {\"code\":\"$CODE\"}\nstatus 200\nbody has \"verdict\":\"valid\"")

	down := newBench(t, func(c *Config) {
		c.Site = nil
		c.Relay = check.FS(testsite.FS(map[string][]byte{"keys.json/x": nil, "registry/ab/" + strings.Repeat("0", 32) + "/x": nil}))
		c.PerMinute, c.Burst = 1, 2
	})
	if rec := get(down, "/keys.json"); rec.Code != 502 {
		t.Errorf("a file that cannot be read: %d", rec.Code)
	}
	codes := []int{}
	for range 3 {
		codes = append(codes, get(down, "/registry/ab/"+strings.Repeat("0", 32)).Code)
	}
	if codes[0] != 502 || codes[2] != 429 {
		t.Errorf("entries asked for without end: %v", codes)
	}
}
