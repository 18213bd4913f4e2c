// Package server answers over HTTP: the built site, and checks of attestations
// for people without JavaScript and for programs.
//
//	GET  /…              the files of the built site, /v among them
//	POST /verify         form: text (QR text, link or code) or pdf, lang → a page
//	POST /download       form: code, form, lang → the PDF, for browsers without scripts
//	POST /api/v1/verify  {"qr":"…"} or {"code":"…"} or a PDF body → JSON
//	GET  /api/v1/openapi.json   the API, described
//	GET  /healthz        verifies a built-in TEST credential, answers JSON
//
// A body of type application/x-ndjson is a batch: up to 10,000 such objects,
// one a line, answered line by line, in order, while the rest is still being
// sent. A client reads the answers while it sends.
//
// The server holds public keys only and keeps nothing: no file is written, no
// cookie set, and what is checked is in no log. Any number of them can run
// side by side over copies of the same folder.
//
// A refusal of the API is JSON too, with a status that fits (400, 404, 405,
// 413, 415, 429, 503), or, in a batch, a line among the others:
//
//	{"error":{"code":"media-type","message":"…","hint":"…"}}
//
// # Bounds
//
// Each client may make so many checks a minute; an upload counts as one, a code
// in a batch too, and 500 QR texts of a batch together. Uploads in memory have
// 32 MiB at one time, 64 batches are under way, 4 of them one client's, on one
// processor less than there are; what is beyond is refused at once (503), not
// kept waiting. Connections are 4,096, of which 256 from one address.
package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"etalon/site"
	"etalon/verifier/check"
)

// checkTimeout bounds one check, a slow registry host included.
const checkTimeout = 12 * time.Second

// checkContext bounds a check; where the files lie in a folder, nothing is
// waited for.
func (s *Server) checkContext(r *http.Request) (context.Context, context.CancelFunc) {
	if !s.remote {
		return r.Context(), func() {}
	}
	return context.WithTimeout(r.Context(), checkTimeout)
}

// Config says what to serve and within which limits.
type Config struct {
	Site    fs.FS          // the built site, a public/ folder; nil: made from Pages
	Pages   *site.Site     // makes the pages that answer the form; nil: see Pages
	Checker *check.Checker // required
	Relay   check.Source   // where keys.json, status/, registry/ and roll/ are; nil: in Site
	Logger  *slog.Logger   // nil: no log
	MaxPDF  int64          // bytes of an uploaded file; 0: check.MaxPDF

	// Checks one client may make: PerMinute on average, Burst at once; 0: 60
	// and 30. A negative PerMinute sets no limit.
	PerMinute, Burst int

	// Proxies is how many trusted proxies stand in front, each adding to
	// X-Forwarded-For; 0: clients connect directly.
	Proxies int

	Now func() time.Time // nil: time.Now; for the limit on clients only
}

// A Server is the handler of a verifier.
type Server struct {
	handler http.Handler
	face    atomic.Pointer[face]
	asking  sync.Mutex // guards asked, and lets one at a time make another face
	asked   time.Time
	folder  bool // the site's files are in a folder
	checker *check.Checker
	self    *selfTest
	logger  *slog.Logger
	maxPDF  int64
	proxies int
	remote  bool     // the issuer's files are elsewhere
	clients *clients // nil: no limit
	metrics *metrics
	uploads *uploads
	batches *batches
}

// New returns the handler that c describes.
func New(c Config) (*Server, error) {
	if c.Checker == nil {
		return nil, errors.New("server: a checker is needed")
	}
	self, err := newSelfTest()
	if err != nil {
		return nil, fmt.Errorf("server: the built-in attestation: %w", err)
	}
	s := &Server{
		folder:  c.Site != nil,
		checker: c.Checker,
		self:    self,
		logger:  c.Logger,
		maxPDF:  c.MaxPDF,
		proxies: c.Proxies,
		remote:  c.Relay != nil,
		metrics: newMetrics(c.Checker),
		uploads: &uploads{free: maxUploads},
		batches: newBatches(),
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.maxPDF <= 0 {
		s.maxPDF = check.MaxPDF
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.PerMinute >= 0 {
		s.clients = newClients(orDefault(c.PerMinute, 60), orDefault(c.Burst, 30), c.Now)
	}
	mux := http.NewServeMux()
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	first, err := s.makeFace(ctx, c.Pages)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	s.face.Store(first)
	s.asked = time.Now()
	mux.Handle("/", &static{fsys: c.Site, built: func() map[string][]byte { return s.shown().files }})
	if c.Relay != nil {
		relay := s.relay(c.Relay)
		for _, path := range []string{"/keys.json", "/status/", "/registry/", "/roll/"} {
			mux.Handle("GET "+path, relay)
		}
	}
	mux.HandleFunc("POST /verify", s.formVerify)
	mux.HandleFunc("/verify", formOnly)
	mux.HandleFunc("POST /download", s.formDownload)
	mux.HandleFunc("/download", formOnly)
	mux.HandleFunc("POST /api/v1/verify", s.apiVerify)
	mux.HandleFunc("/api/v1/verify", apiOnlyPost)
	mux.HandleFunc("GET /api/v1/openapi.json", describeAPI)
	mux.HandleFunc("/api/", apiNotFound)
	mux.HandleFunc("GET /healthz", s.health)
	s.handler = s.observed(secured(mux))
	return s, nil
}

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Metrics is the handler of /metrics, in the Prometheus text format. It is
// apart from the rest so that it can listen where the public does not reach.
func (s *Server) Metrics() http.Handler { return s.metrics.handler() }

// securityHeaders stand on every answer.
var securityHeaders = map[string]string{
	"Content-Security-Policy":      site.ContentSecurityPolicy + "; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

func secured(next http.Handler) http.Handler {
	// One slice each for all answers: nobody appends to them.
	headers := http.Header{}
	for k, v := range securityHeaders {
		headers.Set(k, v)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), headers)
		next.ServeHTTP(w, r)
	})
}

// allow counts a check of the client's; its error is a problem, the check one
// too many.
func (s *Server) allow(r *http.Request) error {
	if s.clients == nil {
		return nil
	}
	wait, ok := s.clients.allow(allowance(address(r, s.proxies)))
	if ok {
		return nil
	}
	s.metrics.limited.add()
	seconds := int(wait/time.Second) + 1
	p := refuse(http.StatusTooManyRequests, "too-many", "too many checks from this address", "try again in "+strconv.Itoa(seconds)+" s")
	p.Retry = seconds
	return p
}

// formOnly sends whoever opens the address of the form to the page with it.
func formOnly(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	http.Redirect(w, r, verifyPage(language(r)), http.StatusSeeOther)
}

// verifyPage is the address of the page with the form.
func verifyPage(lang string) string {
	if lang == "en" {
		return "/en/verify/"
	}
	return "/fr/verifier/"
}

func apiOnlyPost(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", "POST")
	writeProblem(w, refuse(http.StatusMethodNotAllowed, "method", "only POST is answered here", questionHint+", or a PDF as the body"))
}

func apiNotFound(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, refuse(http.StatusNotFound, "not-found", "no such address in the API", "POST to /api/v1/verify; /api/v1/openapi.json describes it"))
}
