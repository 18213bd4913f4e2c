package site

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The scripts have tests of their own, run by Node.js as a browser would run
// the scripts: modules, Web Crypto and nothing else.
func TestScripts(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the tests of the browser's scripts (site/scripttest) did not run")
	}
	files, err := filepath.Glob("scripttest/*.test.mjs")
	if err != nil || len(files) < 3 {
		t.Fatalf("only %d test files in scripttest: %v", len(files), err)
	}
	command := exec.Command(node, append([]string{"--test"}, files...)...)
	command.Env = append(os.Environ(), "ETALON_SEARCH="+writeSearch(t))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !regexp.MustCompile(`(?m)^(#|ℹ) pass [1-9][0-9]`).Match(out) {
		t.Fatalf("fewer than ten tests ran:\n%s", out)
	}
}
