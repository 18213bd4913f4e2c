package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/content"
	"etalon/signing"
	"etalon/site"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// bench is a server over a whole built site, its log at hand.
type bench struct {
	*Server
	log    *bytes.Buffer
	issuer *testsite.Site
	vars   []string // pairs for strings.NewReplacer
}

var pages = sync.OnceValues(func() (map[string][]byte, error) {
	r, err := content.Default()
	if err != nil {
		return nil, err
	}
	var roots []string
	for _, k := range testsite.New().Trust().Roots {
		roots = append(roots, k.Multikey())
	}
	return site.Build(r, site.Config{Address: testsite.Address, Issuer: "TEST Issuer", Specimen: true, Roots: roots, LeastSequence: 1})
})

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	built, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{log: new(bytes.Buffer), issuer: testsite.New()}
	valid, revoked, spoilt := b.issuer.Issue(nil), b.issuer.Issue(nil), b.issuer.Issue(nil)
	b.issuer.Set(revoked, signing.Revoked)
	files := maps.Clone(built)
	maps.Copy(files, b.issuer.Publish())
	// Sealed again by somebody who has the code.
	if files[spoilt.Path()+".fr"], err = signing.SealFile(spoilt.Code, "fr", []byte("%PDF-1.7 another")); err != nil {
		t.Fatal(err)
	}
	files["assets/app.0123abcd.js"] = []byte("export {};\n")
	files["assets/plain.js"] = []byte("export {};\n")
	files["big.zip"] = bytes.Repeat([]byte("0123456789abcdef"), wholeFile/16+1)
	files[".secret"] = []byte("concealed")
	files["fr/.git/config"] = []byte("concealed")
	c := Config{
		Site: testsite.FS(files),
		Checker: &check.Checker{
			Trust: b.issuer.Trust(), Source: check.FS(testsite.FS(files)), Now: func() time.Time { return testsite.Now },
		},
		Logger:    slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		PerMinute: -1,
	}
	if change != nil {
		change(&c)
	}
	if b.Server, err = New(c); err != nil {
		t.Fatal(err)
	}
	mangled := []byte(valid.QR)
	mangled[len(mangled)-1] ^= 1
	b.vars = []string{
		"$QR", valid.QR, "$CODE", valid.Code.String(), "$REVOKED", revoked.Code.String(), "$SPOILT", spoilt.Code.String(), "$MANGLED", string(mangled),
		"$PDF", string(valid.PDF["fr"]), "$EDITED", strings.Replace(string(valid.PDF["fr"]), "TEST", "EDIT", 1), "$ENTRY", valid.Path(),
		"$LONG", strings.Repeat("x", maxText+1), "$HUGE", strings.Repeat("x", check.MaxPDF+formOverhead+1),
	}
	return b
}

// TestScripts runs testdata/*.txt. A script is exchanges apart by blank lines:
//
//	METHOD PATH
//	send NAME: VALUE           a header of the request
//	data TEXT                  its body, or one more line of it
//	field NAME TEXT            a field of a multipart form
//	file NAME TEXT             a file in it
//	status N
//	header NAME is|has TEXT    in the answer
//	body has|lacks TEXT
//	body lines WORDS           the verdict, or code of the refusal, of each line
//
// $NAMES stand for the attestations of the bench; # begins a comment.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	b := newBench(t, nil)
	for _, name := range scripts {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			line, ran := 1, 0
			for _, block := range strings.Split(string(data), "\n\n") {
				if b.exchange(t, fmt.Sprintf("%s:%d", name, line), block) {
					ran++
				}
				line += strings.Count(block, "\n") + 2
			}
			if ran == 0 {
				t.Error("nothing ran")
			}
		})
	}
}

func (b *bench) exchange(t *testing.T, at, block string) bool {
	t.Helper()
	vars := strings.NewReplacer(b.vars...)
	var method, path, body string
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	sent := http.Header{}
	var checks [][]string
	for _, line := range strings.Split(block, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		first, second, _ := strings.Cut(rest, " ")
		switch word {
		case "send":
			sent.Set(strings.TrimSuffix(first, ":"), second)
		case "data":
			if body != "" {
				body += "\n"
			}
			body += vars.Replace(rest)
		case "field":
			parts.WriteField(first, vars.Replace(second))
		case "file":
			w, _ := parts.CreateFormFile(first, "a.pdf")
			io.WriteString(w, vars.Replace(second))
		case "status", "header", "body":
			checks = append(checks, []string{word, first, second})
		default:
			method, path = word, vars.Replace(rest)
		}
	}
	if method == "" {
		return false
	}
	if form.Len() > 0 {
		parts.Close()
		body = form.String()
		sent.Set("Content-Type", parts.FormDataContentType())
	}
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	maps.Copy(req.Header, sent)
	rec := httptest.NewRecorder()
	b.ServeHTTP(rec, req)
	answered := rec.Body.String()
	if err := openAPI(t).answer(method, path, rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes()); err != nil {
		t.Errorf("%s: %s %.60s: against openapi.json: %v\n%.600s", at, method, path, err, answered)
	}
	for _, c := range checks {
		ok := false
		switch c[0] {
		case "status":
			ok = strconv.Itoa(rec.Code) == c[1]
		case "body":
			if c[1] == "lines" {
				ok = strings.Join(outcomes(answered), " ") == c[2]
				break
			}
			ok = strings.Contains(answered, vars.Replace(c[2])) == (c[1] == "has")
		case "header":
			how, want, _ := strings.Cut(c[2], " ")
			got := rec.Header().Get(c[1])
			ok = how == "is" && got == want || how == "has" && strings.Contains(got, want)
		}
		if !ok {
			t.Errorf("%s: %s %.60s: not %q; status %d, header %v\n%.600s", at, method, path, c, rec.Code, rec.Header(), answered)
		}
	}
	if len(checks) == 0 {
		t.Errorf("%s: nothing is checked", at)
	}
	for name, want := range securityHeaders {
		if name != "Cross-Origin-Resource-Policy" && rec.Header().Get(name) != want {
			t.Errorf("%s: header %s is %q", at, name, rec.Header().Get(name))
		}
	}
	if rec.Body.Len() > 0 && rec.Header().Get("Content-Type") == "" {
		t.Errorf("%s: no content type", at)
	}
	return true
}

var outcome = regexp.MustCompile(`^\{"(?:verdict|error":\{"code)":"([a-z-]+)"`)

// outcomes tells the verdict, or the code of the refusal, of each line.
func outcomes(answered string) []string {
	var all []string
	for line := range strings.Lines(answered) {
		word := "?"
		if m := outcome.FindStringSubmatch(line); m != nil {
			word = m[1]
		}
		all = append(all, word)
	}
	return all
}

// TestPrivacy: nothing that names a person or opens an entry reaches the log.
func TestPrivacy(t *testing.T) {
	b := newBench(t, nil)
	a := b.issuer.Attestations[0]
	for _, block := range []string{
		"POST /api/v1/verify\nsend Content-Type: application/json\nsend User-Agent: Agent-Smith/1.0\ndata {\"code\":\"$CODE\"}\nstatus 200",
		"POST /api/v1/verify\nsend Content-Type: application/json\ndata {\"qr\":\"$QR\"}\nstatus 200",
		"POST /api/v1/verify?who=Łukaszewicz\nsend Content-Type: application/json\ndata {\"$CODE\":1}\nstatus 400",
		"POST /verify\nfield text $CODE\nfield lang fr\nstatus 200",
		"POST /verify\nfile pdf $PDF\nstatus 200",
		"GET /$ENTRY\nstatus 200",
		"GET /v?code=$CODE\nstatus 200",
	} {
		b.exchange(t, "privacy", block)
	}
	log := b.log.String()
	if strings.Count(log, "verdict=valid") != 4 || !strings.Contains(log, "client=192.0.2.0/24") || !strings.Contains(log, "route=/ ") {
		t.Errorf("the log does not tell what was answered:\n%s", log)
	}
	for _, secret := range []string{
		a.Code.String(), a.Code.String()[2:12], a.Code.Locator(), "ukaszewicz", "Ķristīne", "2001", "Montbrison", "192.0.2.1", "Agent-Smith",
		a.QR[len(a.QR)-40:], "who=",
	} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}

func TestRateLimit(t *testing.T) {
	now := testsite.Now
	b := newBench(t, func(c *Config) {
		c.PerMinute, c.Burst, c.Proxies = 6, 2, 1
		c.Now = func() time.Time { return now }
	})
	ask := func(client string) *httptest.ResponseRecorder {
		req := httptest.NewRequest("POST", "/api/v1/verify", strings.NewReader(`{"code":"x"}`))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Forwarded-For", "10.9.9.9, "+client)
		rec := httptest.NewRecorder()
		b.ServeHTTP(rec, req)
		return rec
	}
	for i, want := range []int{200, 200, 429} {
		if rec := ask("203.0.113.7"); rec.Code != want {
			t.Errorf("request %d: status %d, want %d", i, rec.Code, want)
		}
	}
	rec := ask("203.0.113.7")
	if rec.Header().Get("Retry-After") != "11" || !strings.Contains(rec.Body.String(), `"code":"too-many"`) {
		t.Errorf("%v %s", rec.Header(), rec.Body)
	}
	if rec := ask("203.0.113.8"); rec.Code != 200 {
		t.Errorf("another client: %d", rec.Code)
	}
	for i, want := range []int{200, 200, 429} {
		if rec := ask(fmt.Sprintf("2001:db8::%d", i)); rec.Code != want {
			t.Errorf("one /64, request %d: %d", i, rec.Code)
		}
	}
	now = now.Add(11 * time.Second)
	if rec := ask("203.0.113.7"); rec.Code != 200 {
		t.Errorf("after a while: %d", rec.Code)
	}
	page := httptest.NewRecorder()
	for range 3 {
		req := httptest.NewRequest("POST", "/verify", strings.NewReader("text=x"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", "203.0.113.9")
		page = httptest.NewRecorder()
		b.ServeHTTP(page, req)
	}
	if page.Code != 429 || !strings.Contains(page.Body.String(), "Trop de vérifications") {
		t.Errorf("form: %d %s", page.Code, page.Body)
	}
}

// TestClientsBounded: the table forgets, and never grows without end.
func TestClientsBounded(t *testing.T) {
	c := newClients(1, 1, func() time.Time { return testsite.Now })
	for i := range maxClients + 1000 {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255)
		if _, ok := c.allow(allowance(address(r, 0))); !ok {
			t.Fatalf("client %d refused at its first check", i)
		}
	}
	if len(c.table) != maxClients || c.order.Len() != maxClients {
		t.Errorf("%d clients in the table, %d in the list", len(c.table), c.order.Len())
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		remote, forwarded string
		proxies           int
		full, short       string
	}{
		{"198.51.100.7:1", "", 0, "198.51.100.7", "198.51.100.0/24"},
		{"198.51.100.7:1", "203.0.113.1", 0, "198.51.100.7", "198.51.100.0/24"},
		{"198.51.100.7:1", "6.6.6.6, 203.0.113.1", 1, "203.0.113.1", "203.0.113.0/24"},
		{"198.51.100.7:1", "6.6.6.6, 203.0.113.1, 10.0.0.1", 2, "203.0.113.1", "203.0.113.0/24"},
		{"198.51.100.7:1", "203.0.113.1", 2, "198.51.100.7", "198.51.100.0/24"},
		{"198.51.100.7:1", "203.0.113.1:50211", 1, "203.0.113.1", "203.0.113.0/24"},
		{"198.51.100.7:1", "[2001:db8:1:2:3::4]:50211", 1, "2001:db8:1:2:3::4", "2001:db8:1::/48"},
		{"198.51.100.7:1", "not an address", 1, "198.51.100.7", "198.51.100.0/24"},
		{"[2001:db8:1:2:3::4]:1", "", 0, "2001:db8:1:2:3::4", "2001:db8:1::/48"},
		{"[fe80::1%eth0]:1", "", 0, "fe80::1%eth0", "fe80::/48"},
		{"[::ffff:198.51.100.7]:1", "", 0, "198.51.100.7", "198.51.100.0/24"},
		{"nonsense", "", 0, "invalid IP", "unknown"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		a := address(r, c.proxies)
		if a.String() != c.full || truncated(a) != c.short {
			t.Errorf("%+v: %s, %s", c, a, truncated(a))
		}
	}
}

func TestMetrics(t *testing.T) {
	b := newBench(t, nil)
	b.exchange(t, "metrics", "POST /api/v1/verify\nsend Content-Type: application/json\ndata {\"code\":\"$REVOKED\"}\nstatus 200")
	rec := httptest.NewRecorder()
	b.Metrics().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`etalon_checks_total{input="code",verdict="revoked"} 1`,
		`etalon_requests_total{method="POST",route="POST /api/v1/verify",status="200"} 1`,
		"etalon_manifest_sequence 7", "etalon_manifest_valid_until_seconds 1.783", "go_goroutines",
	} {
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("metrics lack %q", want)
		}
	}
	pub := httptest.NewRecorder()
	b.ServeHTTP(pub, httptest.NewRequest("GET", "/metrics", nil))
	if pub.Code != 404 {
		t.Errorf("metrics on the public address: %d", pub.Code)
	}
}

// TestConnectionsOfOneAddress: an address holds so many connections and no
// more, unless it is a proxy's, from which everybody comes.
func TestConnectionsOfOneAddress(t *testing.T) {
	for _, c := range []struct {
		from    string
		proxied bool
		want    int
	}{
		{"198.51.100.7", false, maxFromAddress},
		{"198.51.100.7", true, maxFromAddress + 44},
		{"10.1.2.3", false, maxFromAddress + 44},
		{"127.0.0.1", false, maxFromAddress + 44},
	} {
		l := &limitedListener{
			Listener: &callers{from: c.from, left: maxFromAddress + 44}, proxied: c.proxied,
			room: make(chan struct{}, maxConnections), from: map[netip.Prefix]int{},
		}
		open := 0
		for {
			if _, err := l.Accept(); err != nil {
				break
			}
			open++
		}
		if open != c.want || len(l.room) != c.want {
			t.Errorf("%+v: %d connections accepted, %d counted", c, open, len(l.room))
		}
	}
}

// callers is a listener that so many connections from one address come to.
type callers struct {
	net.Listener
	from string
	left int
}

func (l *callers) Accept() (net.Conn, error) {
	if l.left--; l.left < 0 {
		return nil, net.ErrClosed
	}
	return &call{from: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(l.from), 1))}, nil
}

type call struct {
	net.Conn
	from net.Addr
}

func (c *call) RemoteAddr() net.Addr { return c.from }
func (c *call) Close() error         { return nil }

// TestShutdown: a request that was accepted is answered after the order to stop.
func TestShutdown(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	entered := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		time.Sleep(100 * time.Millisecond)
		io.WriteString(w, "done")
	})
	srv := httptest.NewUnstartedServer(nil) // for its listener
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, srv.Listener, h, nil) }()
	type got struct {
		body string
		err  error
	}
	answered := make(chan got, 1)
	go func() {
		resp, err := http.Get("http://" + srv.Listener.Addr().String())
		if err != nil {
			answered <- got{"", err}
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		answered <- got{string(body), err}
	}()
	<-entered
	stop()
	if a := <-answered; a.err != nil || a.body != "done" {
		t.Errorf("%+v", a)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestPanicIsAnswered(t *testing.T) {
	b := newBench(t, nil)
	rec := httptest.NewRecorder()
	b.observed(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("P-SECRET") })).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != 500 || strings.Contains(b.log.String(), "P-SECRET") || !strings.Contains(b.log.String(), "panic while answering") {
		t.Errorf("%d %s", rec.Code, b.log)
	}
}

func TestConfig(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a server of nothing")
	}
}

// BenchmarkAPI measures a whole request without a network.
func BenchmarkAPI(b *testing.B) {
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
		Trust: issuer.Trust(), Source: source, Now: func() time.Time { return testsite.Now }}})
	if err != nil {
		b.Fatal(err)
	}
	body := `{"qr":"` + a.QR + `"}`
	for b.Loop() {
		req := httptest.NewRequest("POST", "/api/v1/verify", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		if s.ServeHTTP(rec, req); rec.Code != 200 {
			b.Fatal(rec.Code)
		}
	}
}
