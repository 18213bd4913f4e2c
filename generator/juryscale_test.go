//go:build slow

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFinaliseScale has a jury accept many sessions at once, tells time and
// memory, and does it again: memory must not grow with the number but for some
// 64 bytes a session, and the second run changes nothing and takes a twentieth of
// the time. ETALON_SCALE is the number, as in TestScoreScale.
func TestFinaliseScale(t *testing.T) {
	n, p := scale(t), newPressRoom(t)
	records := filepath.Join(p.workspace, "records")
	playSessions(t, p.workspace, n)
	run := func(want string, args ...string) (time.Duration, int64) {
		t.Helper()
		said, took, most := p.run(t, args...)
		if !strings.Contains(said, want) {
			t.Fatalf("%s does not say %q", args[0], want)
		}
		return took, most
	}
	run("sessions", "score")
	time.Sleep(settled)
	first, memory := run("made final now", "finalise", "-accept", "-by", "TEST jury")
	if limit := int64(96 + 64*n>>20); memory == 0 || memory > limit {
		t.Errorf("%d MB of memory: at most %d", memory, limit)
	}
	files, size := measureTree(t, filepath.Join(p.workspace, "decisions"))
	t.Logf("decisions: %d files, %d MB", files, size>>20)
	before := newestIn(t, records)
	second, _ := run("0 made final now", "finalise", "-accept", "-by", "TEST jury")
	if after := newestIn(t, records); after != before {
		t.Error("the second run changed a record")
	}
	atMostTwentieth(t, n, first, second)
	run("sessions of that bank", "neutralise", "-n", "4.3-ai-robots-2a", "-bank", "specimen-2026")
}
