package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/signing"
)

// TestRotateFailsLate: once the new manifest stands, nothing that fails
// afterwards takes the key away that it names.
func TestRotateFailsLate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, root := filepath.Join(dir, "w"), filepath.Join(dir, "root")
	makeRecords(t, w, 1)
	do(t, w, "keys", "init", "-root", root, "-at", "2026-11-01")
	// The roll of the first manifest cannot be removed: a folder that holds something.
	if err := os.MkdirAll(filepath.Join(w, "keys", "roll-1.bin", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), []string{"keys", "rotate", "credential", "-w", w, "-root", root, "-at", "2026-11-05"}, nil, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "roll-1.bin") {
		t.Fatalf("a rotation that cannot tidy up: %v", err)
	}
	opened, err := openWorkspace(w)
	if err != nil {
		t.Fatal(err)
	}
	k, err := opened.keyring("")
	if err != nil {
		t.Fatal(err)
	}
	if k.manifest.Sequence != 2 {
		t.Fatalf("manifest %d", k.manifest.Sequence)
	}
	if _, err := k.signer(signing.RoleCredential, k.manifest.Created); err != nil {
		t.Errorf("the key that signs: %v", err)
	}
}

// TestKeysInitCutShort: wherever it is killed, the next run says what to do, and
// replaces no key.
func TestKeysInitCutShort(t *testing.T) {
	for _, c := range []struct {
		lost []string // what a kill left unmade, from the last file on
		hint string
	}{
		{nil, "a workspace is initialised once"},
		{[]string{"w/keys/roots.json"}, "was cut short"},
		{[]string{"w/keys/roots.json", "w/keys/manifest.json"}, "was cut short"},
		{[]string{"w/keys"}, "name an empty folder with -root"},
	} {
		dir := t.TempDir()
		w, root := filepath.Join(dir, "w"), filepath.Join(dir, "root")
		makeRecords(t, w, 1)
		do(t, w, "keys", "init", "-root", root, "-at", "2026-11-01")
		for _, name := range c.lost {
			if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				t.Fatal(err)
			}
		}
		before := digestTree(t, dir)
		var stderr bytes.Buffer
		err := run(t.Context(), []string{"keys", "init", "-w", w, "-root", root, "-at", "2026-11-01"}, nil, io.Discard, io.Discard)
		if exitCode(err, &stderr) != 1 || !strings.Contains(stderr.String(), c.hint) {
			t.Errorf("without %v: %s", c.lost, stderr.String())
		}
		equalTrees(t, before, digestTree(t, dir))
	}
}

// TestRotateUnderPlan: a plan that is older than the key that seals entries can
// still be carried out.
func TestRotateUnderPlan(t *testing.T) {
	dir := t.TempDir()
	w, root := filepath.Join(dir, "w"), filepath.Join(dir, "root")
	makeRecords(t, w, 3)
	do(t, w, "keys", "init", "-root", root, "-at", "2026-11-01")
	do(t, w, "issue", "-plan", "-forms", "fr", "-at", "2026-11-03")
	for _, role := range []string{"entry", "credential", "status"} {
		do(t, w, "keys", "rotate", role, "-root", root, "-at", "2026-11-05")
	}
	if said := do(t, w, "issue", "-deliver=false", "-at", "2026-11-05"); !strings.Contains(said, "3 issued on 2026-11-03") {
		t.Error(said)
	}
	do(t, w, "publish", "-at", "2026-11-05")
}
