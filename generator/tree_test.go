package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestTreeReplacesFiles: whoever opened a file of the former public/ goes on
// reading what it held, also when the next state is made there.
func TestTreeReplacesFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tree := &tree{dir: filepath.Join(dir, "spare"), source: filepath.Join(dir, "issued"), entries: new(registry)}
	for _, text := range []string{"former", "latter"} {
		held, _ := os.Open(filepath.Join(tree.dir, "status", "1.json"))
		tree.files = map[string][]byte{"status/1.json": []byte(text)}
		if err := tree.update(context.Background(), newProgress(io.Discard, "", 1)); err != nil {
			t.Fatal(err)
		}
		if held != nil {
			defer held.Close()
			if data, err := io.ReadAll(held); err != nil || string(data) != "former" {
				t.Errorf("an open file holds %q, %v", data, err)
			}
		} else if text != "former" {
			t.Error("the first state was not there")
		}
		if data, err := os.ReadFile(filepath.Join(tree.dir, "status", "1.json")); err != nil || string(data) != text {
			t.Errorf("the file holds %q, %v", data, err)
		}
	}
}
