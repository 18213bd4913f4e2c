package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBuildOfATree builds the referential from its folder: the same files as
// from what is built in, nothing written the second time, what is no longer
// made removed, a mistake told with file and line.
func TestBuildOfATree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	build := func(args ...string) (string, error) {
		t.Helper()
		var stdout bytes.Buffer
		err := run(context.Background(), append([]string{"build"}, args...), nil, &stdout, &stdout)
		return stdout.String(), err
	}
	source := filepath.Join("..", "content")
	out, inside := filepath.Join(dir, "public"), filepath.Join(dir, "inside")
	if said, err := build("-content", source, "-out", out); err != nil || !strings.Contains(said, ", 0 unchanged, 0 removed") {
		t.Fatalf("%s%v", said, err)
	}
	if said, err := build("-out", inside); err != nil {
		t.Fatalf("%s%v", said, err)
	}
	err := filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(out, path)
		if err != nil {
			return err
		}
		one, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if two, err := os.ReadFile(filepath.Join(inside, rel)); err != nil || !bytes.Equal(one, two) {
			t.Errorf("%s differs from what is built in (%v)", rel, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if said, err := build("-content", source, "-out", out); err != nil || !strings.Contains(said, ": 0 written, ") {
		t.Errorf("a second build: %s%v", said, err)
	}

	changed := filepath.Join(dir, "content")
	if err := os.CopyFS(changed, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		page := filepath.Join(changed, lang, "pages", "accessibility.md")
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		slug := map[string]string{"fr": `slug: "accessibilite"`, "en": `slug: "accessibility"`}[lang]
		if err := os.WriteFile(page, bytes.Replace(data, []byte(slug), []byte(`slug: "elsewhere"`), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := build("-content", changed, "-out", out); err != nil || strings.Contains(said, " 0 removed") {
		t.Errorf("after a page has moved: %s%v", said, err)
	}
	if _, err := os.Stat(filepath.Join(out, "fr", "a-propos", "accessibilite")); !os.IsNotExist(err) {
		t.Errorf("the page that has moved is still where it was (%v)", err)
	}
	if err := os.WriteFile(filepath.Join(changed, "fr", "domains", "1.md"), []byte("---\nnumber: 2\n---\nText.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := build("-content", changed, "-out", out); err == nil || !strings.Contains(err.Error(), `fr/domains/1.md:2: field "number" is 2`) {
		t.Errorf("a mistake is told as %v", err)
	}
}
