package server

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// TestHostComesLater: a verifier that was started while its host was down shows
// pages in nobody's name, and in the issuer's once the host is there.
func TestHostComesLater(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	source, err := check.HTTP("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	issuer := testsite.New()
	s, err := New(Config{Relay: source, PerMinute: -1, Checker: &check.Checker{
		Trust: issuer.Trust(), Source: source, Now: func() time.Time { return testsite.Now }}})
	if err != nil {
		t.Fatal(err)
	}
	get := func() string {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/en/verify/", nil))
		if w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	if strings.Contains(get(), "TEST Issuer") {
		t.Fatal("named before anything was fetched")
	}
	issuer.Publish()
	if l, err = net.Listen("tcp", address); err != nil {
		t.Skipf("skipped: %s was taken meanwhile", address)
	}
	host := &http.Server{Handler: http.FileServerFS(issuer.FS())}
	go host.Serve(l)
	defer host.Close()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(get(), "TEST Issuer"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("still nameless")
		}
	}
}
