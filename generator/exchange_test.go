package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestExchangeIsOneStep: whoever reads a folder while it is replaced, again and
// again, always finds a file of it.
func TestExchangeIsOneStep(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("folders cannot be exchanged here: two renames stand in for it")
	}
	w := &workspace{dir: t.TempDir()}
	for _, dir := range []string{w.path("public"), w.sparePath()} {
		if err := createFile(filepath.Join(dir, "index.html"), []byte(dir), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	lost := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if _, err := os.ReadFile(w.path("public", "index.html")); err != nil {
				lost <- err
				return
			}
		}
		lost <- nil
	}()
	for range 3000 {
		if err := replaceFolder(w.path("public"), w.sparePath()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-lost; err != nil {
		t.Error(err)
	}
}

// TestInterruptedReplacement: where folders cannot be exchanged, a run killed
// between two renames leaves public/ aside, and the next one finds it.
func TestInterruptedReplacement(t *testing.T) {
	t.Parallel()
	w := &workspace{dir: t.TempDir()}
	for _, dir := range []string{w.formerPath(), w.sparePath()} {
		if err := createFile(filepath.Join(dir, "index.html"), []byte(filepath.Base(dir)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := w.recover(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(w.path("public", "index.html"))
		if err != nil || string(data) != ".public.old" {
			t.Fatalf("public/ holds %q, %v", data, err)
		}
	}
}
