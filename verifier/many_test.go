//go:build slow

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMillionEntries: a million entries in the registry's folder change neither
// the time to start nor that of a check.
func TestMillionEntries(t *testing.T) {
	measure := func(p *process) (started, median time.Duration) {
		began := time.Now()
		p.launch(t, p.dir, "-rate", "-1")
		started = time.Since(began)
		var all []time.Duration
		for range 300 {
			began := time.Now()
			if v := p.verdict(t, fmt.Sprintf("{\"code\":%q}", p.code)); v != "valid" {
				t.Fatal(v)
			}
			all = append(all, time.Since(began))
		}
		p.stop(t)
		slices.Sort(all)
		return started, all[len(all)/2]
	}
	p := prepare(t)
	start1, check1 := measure(p)
	sealed := make([]byte, 1053)
	for dir := range 256 {
		at := filepath.Join(p.dir, "registry", fmt.Sprintf("%02x", dir))
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		for n := range 1_000_000/256 + 1 {
			name := fmt.Sprintf("%02x%s", dir, strings.Repeat("0", 22)+fmt.Sprintf("%08x", n))
			if err := os.WriteFile(filepath.Join(at, name), sealed, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	start2, check2 := measure(p)
	t.Logf("start %s and %s, check of a code %s and %s, without and with a million entries", start1, start2, check1, check2)
	if start2 > 2*start1+200*time.Millisecond || check2 > 2*check1+2*time.Millisecond {
		t.Error("a million entries slow the verifier down")
	}
}
