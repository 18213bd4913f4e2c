//go:build slow

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestPressScale has the command itself issue and publish attestations of made
// up final records, and tells time, memory, bytes and files; then does it all
// again. Memory must not grow with the number: it is compared with that of a
// tenth. The second run must change nothing and take a twentieth of the time:
//
//	ETALON_SCALE=100000 go test -tags slow -run TestPressScale -v -timeout 90m ./generator
//
// 10,000 attestations take 2 GB of disk.
func TestPressScale(t *testing.T) {
	n := scale(t)
	small := pressScale(t, n/10)
	if large := pressScale(t, n); large > 2*small+64 {
		t.Errorf("%d attestations take %d MB at most, %d take %d MB", n/10, small, n, large)
	}
}

// pressScale issues and publishes n attestations, and returns the most memory
// that it took, in MB.
func pressScale(t *testing.T, n int) (most int64) {
	p := newPressRoom(t)
	w := p.workspace
	makeRecords(t, w, n)
	p.run(t, "keys", "init", "-root", filepath.Join(p.dir, "offline"), "-at", "2026-11-01")
	both := func() (took time.Duration) {
		for _, args := range [][]string{{"issue", "-copies=false", "-deliver=false", "-at", "2026-11-02"}, {"publish", "-at", "2026-11-02"}} {
			_, one, memory := p.run(t, args...)
			took, most = took+one, max(most, memory)
		}
		return took
	}
	first := both()
	issued, issuedSize := measureTree(t, filepath.Join(w, "issued"))
	public, publicSize := measureTree(t, filepath.Join(w, "public"))
	t.Logf("%d: issued %d files, %d MB; public %d files, %d MB, the same bytes under a second name", n, issued, issuedSize>>20, public, publicSize>>20)
	if issued < 4*n || public < 3*n {
		t.Errorf("%d files issued, %d published, of %d attestations", issued, public, n)
	}
	before, err := os.Stat(filepath.Join(w, "public"))
	if err != nil {
		t.Fatal(err)
	}
	second := both()
	after, err := os.Stat(filepath.Join(w, "public"))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("the second publication put another folder in place")
	}
	if again, _ := measureTree(t, filepath.Join(w, "issued")); again != issued {
		t.Errorf("the second run left %d files issued", again)
	}
	atMostTwentieth(t, n, first, second)
	return most
}
