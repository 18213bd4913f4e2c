package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestRenamesSideBySide: where folders cannot be exchanged, those whose names
// differ in their last letters are replaced at the same time, and do not meet.
func TestRenamesSideBySide(t *testing.T) {
	dir := t.TempDir()
	var wait sync.WaitGroup
	for i := range 4 {
		folder, stage := filepath.Join(dir, fmt.Sprintf("room-%02d", i)), filepath.Join(dir, fmt.Sprintf(".room-%02d.new", i))
		wait.Go(func() {
			for round := range 100 {
				text := fmt.Sprintf("%s, %d", folder, round)
				if err := createFile(filepath.Join(stage, "results.csv"), []byte(text), 0o600); err != nil {
					t.Error(err)
					return
				}
				if round == 0 {
					if err := replaceFolder(folder, stage); err != nil {
						t.Error(err)
						return
					}
				} else if err := renameTwice(folder, stage); err != nil {
					t.Error(err)
					return
				}
				if data, err := os.ReadFile(filepath.Join(folder, "results.csv")); err != nil || string(data) != text {
					t.Errorf("%s holds %q, %v", folder, data, err)
				}
				if err := os.RemoveAll(stage); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}
