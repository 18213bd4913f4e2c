package main

import (
	"context"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	passphraseWork = 10 // the passphrases of the tests protect nothing
	durable = false
	testscript.Main(m, map[string]func(){
		"generator": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			code := exitCode(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr), os.Stderr)
			stop()
			os.Exit(code)
		},
	})
}

// TestScripts runs the command as a person would, refusals included: each file
// of testdata/script is a session.
func TestScripts(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "script")
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) < 9 {
		t.Fatalf("%d scripts in %s (%v)", len(files), dir, err)
	}
	files = slices.DeleteFunc(files, func(path string) bool { return slices.Contains(leftOut, filepath.Base(path)) })
	root, err := filepath.Abs(filepath.Join("..", "testdata", "specimen"))
	if err != nil {
		t.Fatal(err)
	}
	commands := maps.Clone(trustCommands)
	commands["workspace"], commands["tree"] = layWorkspace, compareTree
	testscript.Run(t, testscript.Params{
		Files: files,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SPECIMEN", root)
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                commands,
	})
}

// layWorkspace DIR SESSION…: makes a workspace with the sample bank, framework
// and the named sessions with their jury decisions.
func layWorkspace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: workspace DIR SESSION…")
	}
	dir, specimen := ts.MkAbs(args[0]), ts.Getenv("SPECIMEN")
	copyFile := func(from, to string) {
		data, err := os.ReadFile(filepath.Join(specimen, from))
		ts.Check(err)
		path := filepath.Join(dir, to)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
		ts.Check(os.WriteFile(path, data, 0o644))
	}
	copyFile("bank.json", "banks/specimen-2026.json")
	copyFile("skills.json", "banks/specimen-skills-2026.json")
	copyFile("profile-2021.json", "frameworks/profile-2021.json")
	copyFile("adaptive-2022.json", "frameworks/adaptive-2022.json")
	for _, session := range args[1:] {
		copyFile("sessions/"+session+".jsonl", "sessions/"+session+".jsonl")
		copyFile("decisions/"+session+".json", "decisions/"+session+".json")
	}
	ts.Check(os.WriteFile(filepath.Join(dir, "etalon.json"), []byte(`{
  "schema": "etalon-config/1",
  "issuer": "Étalon SPECIMEN",
  "address": "https://etalon.test",
  "signatory": {"name": "Camille SPECIMEN", "role": {"fr": "Direction de la certification", "en": "Head of certification"}},
  "specimen": true
}
`), 0o644))
}

// compareTree A B: the two folders hold the same files with the same bytes.
func compareTree(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: tree A B")
	}
	a, b := readTree(ts, ts.MkAbs(args[0])), readTree(ts, ts.MkAbs(args[1]))
	var differ []string
	for _, name := range sortedKeys(a) {
		if other, ok := b[name]; !ok || other != a[name] {
			differ = append(differ, name)
		}
	}
	for _, name := range sortedKeys(b) {
		if _, ok := a[name]; !ok {
			differ = append(differ, name)
		}
	}
	if len(a) == 0 {
		ts.Fatalf("%s holds no file", args[0])
	}
	if neg == (len(differ) == 0) {
		ts.Fatalf("%s and %s differ in %v", args[0], args[1], differ)
	}
}

func readTree(ts *testscript.TestScript, dir string) map[string]string {
	files, err := filesIn(dir)
	ts.Check(err)
	return files
}

// filesIn is the content of each file under dir, by path.
func filesIn(dir string) (map[string]string, error) {
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	return files, err
}
