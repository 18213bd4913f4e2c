package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms is the one-way rule: what each room may import of the others.
var rooms = map[string][]string{
	"content":   nil,
	"engine":    nil,
	"signing":   nil,
	"testdata":  nil,
	"site":      {"content"},
	"verifier":  {"site", "content", "signing"},
	"generator": {"verifier", "site", "content", "engine", "signing", "testdata"},
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// TestImportsGoOneWay reads the imports of every package and refuses one that
// goes against the rule. Tests may also import testdata, which imports nothing.
func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	packages := list(t, "etalon/...", "etalon/testdata")
	if len(packages) < len(rooms) {
		t.Fatalf("only %d packages listed", len(packages))
	}
	seen := make(map[string]bool)
	for _, p := range packages {
		room := roomOf(p.ImportPath)
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s: %q is not a room of the house", p.ImportPath, room)
		}
		seen[room] = true
		for _, dep := range p.Imports {
			if to := roomOf(dep); to != "" && to != room && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s: %s may only import %v", p.ImportPath, dep, room, allowed)
			}
		}
		for _, dep := range slices.Concat(p.TestImports, p.XTestImports) {
			if to := roomOf(dep); to != "" && to != room && to != "testdata" && !slices.Contains(allowed, to) {
				t.Errorf("tests of %s import %s: %s may only import %v", p.ImportPath, dep, room, allowed)
			}
		}
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("room %s has no package", room)
		}
	}
}

// TestVerifierStaysSmall: the verifier must not be able to write a PDF, render
// a QR code or open a private key.
func TestVerifierStaysSmall(t *testing.T) {
	t.Parallel()
	deps := list(t, "-deps", "etalon/verifier")
	for _, p := range deps {
		for _, banned := range []string{"fpdf", "go-qrcode", "filippo.io/age", "etalon/generator", "etalon/engine", "etalon/testdata"} {
			if strings.Contains(p.ImportPath, banned) {
				t.Errorf("verifier links %s", p.ImportPath)
			}
		}
	}
	if len(deps) < 50 {
		t.Fatalf("only %d dependencies listed", len(deps))
	}
}

// roomOf is the top-level folder of one of our packages, or nothing.
func roomOf(path string) string {
	rest, ours := strings.CutPrefix(path, "etalon/")
	if !ours {
		return ""
	}
	room, _, _ := strings.Cut(rest, "/")
	return room
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
