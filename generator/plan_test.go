package main

import (
	"slices"
	"testing"
	"time"

	"etalon/generator/attestation"
)

// TestPlanOrder: a plan names its sessions in the order of their files, in which
// NAME-2.json comes before NAME.json.
func TestPlanOrder(t *testing.T) {
	t.Parallel()
	w := t.TempDir()
	makeRecords(t, w, 1)
	opened, err := openWorkspace(w)
	if err != nil {
		t.Fatal(err)
	}
	const first = "synthetic-2026-09-14-0000000"
	r, err := opened.record(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-bis", ".b", "0"} {
		r.Session = first + suffix
		if err := opened.saveRecord(r); err != nil {
			t.Fatal(err)
		}
	}
	k := &keyring{workspace: opened}
	at := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	if _, err := k.makePlan(testRandom(1), at, []attestation.Form{attestation.French}); err != nil {
		t.Fatal(err)
	}
	p, err := opened.plan()
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for session, err := range p.sessions() {
		if err != nil {
			t.Fatal(err)
		}
		have = append(have, session)
	}
	if want := []string{first + "-bis", first + ".b", first, first + "0"}; !slices.Equal(have, want) {
		t.Errorf("planned %v, where %v are due", have, want)
	}
}
