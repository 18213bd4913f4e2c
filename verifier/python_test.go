package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/verifier/internal/testsite"
)

// python returns a Python with the two modules of Debian that the script needs.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import cryptography, cbor2").Run() == nil {
			return name
		}
	}
	t.Skip("python3 with cryptography and cbor2 is not installed: the implementation apart did not run")
	return ""
}

// TestPython: an implementation written from the published page, in another
// language, gives the verdicts of the shared table; and it is short.
func TestPython(t *testing.T) {
	t.Parallel()
	const script = "../testdata/python/verify.py"
	source, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(source, []byte("\n")); n > 150 {
		t.Errorf("%s has %d lines: 150 are enough for the formats", script, n)
	}
	py := python(t)
	out, err := exec.Command(py, "-B", "../testdata/python/cases.py").CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "102 cases\n") {
		t.Errorf("%v\n%s", err, out)
	}
	// The command of the script, over a folder, on the day that it is.
	table, err := testsite.LoadTable("../testdata/verdicts/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range table.Cases {
		if c.Name != "closed service, list without end" && c.Name != "closed service, revoked" {
			continue
		}
		dir := t.TempDir()
		roots, err := c.RootsFile()
		if err == nil {
			err = c.Write(dir)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "roots.json"), roots, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(py, "-B", "-W", "ignore", script, dir, filepath.Join(dir, "roots.json"), c.Text, "P-12345").Output()
		// A final list holds for ever, the attestation until 2029-03-10.
		if got := strings.Fields(string(out)); err != nil || len(got) != 2 || got[1] != "not-found" || got[0] != c.Verdict && got[0] != "expired" {
			t.Errorf("%s: %q %v", c.Name, out, err)
		}
	}
}
