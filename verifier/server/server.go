// Package server answers over HTTP: the built site, and checks of attestations
// for people without JavaScript and for programs.
//
//	GET  /…              the files of the built site, /v among them
//	POST /verify         form: text (QR text, link or code) or pdf, lang → a page
//	POST /api/v1/verify  {"qr":"…"} or {"code":"…"} or a PDF body → JSON
//	GET  /healthz        verifies a built-in TEST credential, answers JSON
//
// The server holds public keys only and keeps nothing: no file is written, no
// cookie set, and what is checked is in no log. Any number of them can run
// side by side over copies of the same folder.
//
// A refusal of the API is JSON too, with a status that fits (400, 404, 405,
// 413, 415, 429):
//
//	{"error":{"code":"media-type","message":"…","hint":"…"}}
package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"etalon/site"
	"etalon/verifier/check"
)

// checkTimeout bounds one check, a slow registry host included.
const checkTimeout = 12 * time.Second

func checkContext(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), checkTimeout)
}

// Config says what to serve and within which limits.
type Config struct {
	Site    fs.FS          // the built site, a public/ folder; required
	Pages   *site.Site     // makes the pages that answer the form; nil: see Pages
	Checker *check.Checker // required
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
	pages   *site.Site
	checker *check.Checker
	self    *selfTest
	logger  *slog.Logger
	maxPDF  int64
	proxies int
	clients *clients // nil: no limit
	metrics *metrics
}

// New returns the handler that c describes.
func New(c Config) (*Server, error) {
	if c.Site == nil || c.Checker == nil {
		return nil, errors.New("server: a site and a checker are needed")
	}
	if c.Pages == nil {
		ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
		defer cancel()
		var err error
		if c.Pages, err = Pages(ctx, c.Checker); err != nil {
			return nil, fmt.Errorf("server: %w", err)
		}
	}
	self, err := newSelfTest()
	if err != nil {
		return nil, fmt.Errorf("server: the built-in attestation: %w", err)
	}
	s := &Server{
		pages:   c.Pages,
		checker: c.Checker,
		self:    self,
		logger:  c.Logger,
		maxPDF:  c.MaxPDF,
		proxies: c.Proxies,
		metrics: newMetrics(c.Checker),
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
	mux.Handle("/", static{c.Site, c.Pages.Assets()})
	mux.Handle("POST /verify", s.limited(http.HandlerFunc(s.formVerify), s.formProblem))
	mux.HandleFunc("/verify", formOnly)
	mux.Handle("POST /api/v1/verify", s.limited(http.HandlerFunc(s.apiVerify), func(w http.ResponseWriter, _ *http.Request, err error) {
		writeProblem(w, err)
	}))
	mux.HandleFunc("/api/v1/verify", apiOnlyPost)
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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for k, v := range securityHeaders {
			h.Set(k, v)
		}
		next.ServeHTTP(w, r)
	})
}

// limited lets a client make so many checks; refuse writes the refusal.
func (s *Server) limited(next http.Handler, refuse func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.clients != nil {
			if wait, ok := s.clients.allow(allowance(address(r, s.proxies))); !ok {
				s.metrics.limited.Inc()
				seconds := strconv.Itoa(int(wait/time.Second) + 1)
				w.Header().Set("Retry-After", seconds)
				refuse(w, r, &problem{http.StatusTooManyRequests, "too-many",
					"too many checks from this address", "try again in " + seconds + " s"})
				return
			}
		}
		next.ServeHTTP(w, r)
	})
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
	writeProblem(w, &problem{http.StatusMethodNotAllowed, "method", "only POST is answered here", questionHint + ", or a PDF as the body"})
}

func apiNotFound(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, &problem{http.StatusNotFound, "not-found", "no such address in the API", "POST to /api/v1/verify"})
}
