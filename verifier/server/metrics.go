package server

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"etalon/verifier/check"
)

// metrics counts what the server does. No label ever comes from a request
// other than its route, its method among the known ones, and its outcome.
type metrics struct {
	checker  *check.Checker
	began    time.Time
	requests counters
	seconds  histograms
	checks   counters
	limited  counters
}

func newMetrics(c *check.Checker) *metrics {
	return &metrics{
		checker:  c,
		began:    time.Now(),
		requests: counters{name: "etalon_requests_total", help: "Requests answered.", labels: []string{"method", "route", "status"}},
		seconds: histograms{name: "etalon_request_seconds", help: "Time to answer a request.", label: "route",
			bounds: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}},
		checks:  counters{name: "etalon_checks_total", help: "Checks made, by what was given and what was answered.", labels: []string{"input", "verdict"}},
		limited: counters{name: "etalon_rate_limited_total", help: "Checks refused because the client had made too many."},
	}
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other"
	}
	m.requests.add(method, route, strconv.Itoa(status))
	m.seconds.observe(route, took.Seconds())
}

func (m *metrics) check(r *check.Result) { m.checks.add(string(r.Input), string(r.Verdict)) }

// handler answers in the Prometheus text format, version 0.0.4.
func (m *metrics) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		m.requests.write(&b)
		m.seconds.write(&b)
		m.checks.write(&b)
		m.limited.write(&b)
		m.writeKeys(r.Context(), &b)
		m.writeProcess(&b)
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(b.Bytes())
	})
}

// writeKeys tells the two numbers that an operator must watch.
func (m *metrics) writeKeys(ctx context.Context, b *bytes.Buffer) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	var sequence, until float64
	if k, err := m.checker.Keys(ctx); err == nil {
		sequence, until = float64(k.Sequence), float64(k.ValidUntil.Unix())
	}
	gauge(b, "etalon_manifest_sequence", "Sequence number of the key manifest in use; 0 if none can be read.", sequence)
	gauge(b, "etalon_manifest_valid_until_seconds", "When the key manifest in use goes out of date; 0 if none can be read.", until)
}

// writeProcess tells what the process uses, under the names that dashboards
// know from Prometheus' own Go client.
func (m *metrics) writeProcess(b *bytes.Buffer) {
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	gauge(b, "go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine()))
	gauge(b, "go_memstats_heap_inuse_bytes", "Bytes of the heap in use.", float64(mem.HeapInuse))
	gauge(b, "go_memstats_sys_bytes", "Bytes obtained from the system.", float64(mem.Sys))
	counterLine(b, "go_gc_cycles_total", "Garbage collections finished.", float64(mem.NumGC))
	gauge(b, "process_start_time_seconds", "When the server was made.", float64(m.began.Unix()))
	if p, ok := readProcess(); ok {
		gauge(b, "process_resident_memory_bytes", "Memory resident.", p.resident)
		counterLine(b, "process_cpu_seconds_total", "Time spent on a processor.", p.cpu)
		gauge(b, "process_open_fds", "Files and connections open.", p.open)
	}
}
