package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"etalon/verifier/check"
)

// metrics counts on a registry of its own. No label ever comes from a request
// other than its route, its method among the known ones, and its outcome.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	checks   *prometheus.CounterVec
	limited  prometheus.Counter
}

func newMetrics(c *check.Checker) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "etalon_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "etalon_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		checks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "etalon_checks_total", Help: "Checks made, by what was given and what was answered.",
		}, []string{"input", "verdict"}),
		limited: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "etalon_rate_limited_total", Help: "Checks refused because the client had made too many.",
		}),
	}
	// The two dates an operator must never let pass, in Unix seconds.
	manifest := func(name, help string, value func(check.Keys) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
			defer cancel()
			k, err := c.Keys(ctx)
			if err != nil {
				return 0
			}
			return value(k)
		})
	}
	m.registry.MustRegister(m.requests, m.seconds, m.checks, m.limited,
		manifest("etalon_manifest_sequence", "Sequence number of the key manifest in use; 0 if none can be read.",
			func(k check.Keys) float64 { return float64(k.Sequence) }),
		manifest("etalon_manifest_valid_until_seconds", "When the key manifest in use goes out of date; 0 if none can be read.",
			func(k check.Keys) float64 { return float64(k.ValidUntil.Unix()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) check(r *check.Result) {
	m.checks.WithLabelValues(string(r.Input), string(r.Verdict)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}
