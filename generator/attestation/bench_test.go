package attestation

import (
	"testing"
	"time"

	"etalon/content"
)

// batches runs work over and over and reports the quickest batch of 20, beside
// the mean: on a machine that does other things, the quickest is what the work
// takes.
func batches(b *testing.B, work func()) {
	b.Helper()
	b.ReportAllocs()
	const batch = 20
	best := time.Duration(1 << 62)
	for b.Loop() {
		start := time.Now()
		for range batch {
			work()
		}
		best = min(best, time.Since(start))
	}
	per := best / batch
	b.ReportMetric(float64(per.Nanoseconds())/1000, "best-µs")
	b.ReportMetric(float64(time.Second)/float64(per), "best/s")
}

func BenchmarkRender(b *testing.B) {
	d := document(b, content.FR, sample(nil))
	b.Run("all", func(b *testing.B) {
		batches(b, func() {
			if _, err := Render(d); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("qr", func(b *testing.B) {
		batches(b, func() { _, _ = encode(d.QR) })
	})
}
