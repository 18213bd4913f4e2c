package main

import (
	"context"
	"fmt"
	"path/filepath"

	"etalon/content"
	"etalon/site"
)

func (e *env) build(ctx context.Context, args []string) error {
	c := e.command("build", "")
	out := c.String("out", "public", "`folder` to write the pages to")
	address := c.String("address", "http://localhost:8080", "`URL` the pages will be served at")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	r, err := content.Default()
	if err != nil {
		return err
	}
	pages, err := site.Build(r, site.Config{Address: *address})
	if err != nil {
		return err
	}
	written, err := writeTree(*out, pages)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%d files in %s, %d of them changed.\n", len(pages), *out, written)
	return nil
}

// writeTree writes the files of a tree that differ from what is there, in the
// order of their paths, and returns their number.
func writeTree(dir string, files map[string][]byte) (int, error) {
	written := 0
	for _, name := range sortedKeys(files) {
		changed, err := writeIfChanged(filepath.Join(dir, filepath.FromSlash(name)), files[name], 0o644)
		if err != nil {
			return written, err
		}
		if changed {
			written++
		}
	}
	return written, nil
}

