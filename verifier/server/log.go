package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"etalon/verifier/check"
)

// answer records what was answered, for the log and the metrics.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
	result *check.Result
	lines  int // of a batch
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// observed wraps the routes: it logs and counts each request. A log line holds
// the route's pattern, never the address asked for (a locator would stand in
// it), no name, no code, no query, no agent, and the client's network only.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		a := &answer{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				// The value may quote the input; the stack does not.
				s.logger.Error("panic while answering", "route", r.Pattern, "stack", string(debug.Stack()))
				if a.status == 0 {
					http.Error(a, "internal error", http.StatusInternalServerError)
				}
			}
			s.record(r, a, time.Since(began))
		}()
		next.ServeHTTP(a, r)
	})
}

func (s *Server) record(r *http.Request, a *answer, took time.Duration) {
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	s.metrics.request(route, r.Method, a.status, took)
	level := slog.LevelInfo
	if a.result == nil && a.lines == 0 && a.status < 500 {
		level = slog.LevelDebug
	}
	if !s.logger.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("route", route),
		slog.Int("status", a.status),
		slog.Int64("bytes", a.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.String("client", truncated(address(r, s.proxies))),
	}
	if a.result != nil {
		attrs = append(attrs, slog.String("input", string(a.result.Input)), slog.String("verdict", string(a.result.Verdict)))
	}
	if a.lines > 0 {
		attrs = append(attrs, slog.Int("lines", a.lines))
	}
	s.logger.LogAttrs(r.Context(), level, "answered", attrs...)
}

// observe notes the result of a check for the log and the metrics.
func (s *Server) observe(w http.ResponseWriter, result *check.Result) {
	s.metrics.check(result)
	if a, ok := w.(*answer); ok {
		a.result = result
	}
}

// observeLines notes the length of a batch for the log; its results count one
// by one in the metrics.
func observeLines(w http.ResponseWriter, lines int) {
	if a, ok := w.(*answer); ok {
		a.lines = lines
	}
}
