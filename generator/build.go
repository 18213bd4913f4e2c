package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"etalon/content"
	"etalon/site"
)

func (e *env) build(ctx context.Context, args []string) error {
	c := e.command("build", "")
	b := &builder{env: e}
	c.StringVar(&b.out, "out", "public", "`folder` to write the pages to")
	c.StringVar(&b.address, "address", "http://localhost:8080", "`URL` the pages will be served at")
	c.StringVar(&b.content, "content", "", "`folder` to build instead of the built-in referential: a tree like content/, or any folder of Markdown pages (a handbook)")
	lang := c.String("lang", "fr", "`language` of the pages of a handbook that are not in a folder fr or en")
	watch := c.Bool("watch", false, "build again on every change in -content, and serve the pages with live reload")
	listen := c.String("listen", "localhost:8080", "local `address` to serve at, with -watch")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(filepath.Dir(filepath.Clean(b.out)), "etalon.json")); err == nil {
		return withHint(fmt.Errorf("%s lies in a workspace, whose pages 'generator publish' makes", b.out), "name a folder elsewhere with -out")
	}
	b.lang = content.Lang(*lang)
	if b.lang != content.FR && b.lang != content.EN {
		return usagef("-lang is %q: it must be fr or en", *lang)
	}
	// A build is short and its machine has memory. More than twice the heap
	// costs more in fresh pages of memory than it spares in collections.
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	if *watch {
		if b.content == "" {
			return usagef("-watch needs -content: the built-in referential does not change")
		}
		return b.watch(ctx, *listen)
	}
	return b.report(ctx)
}

// builder is what one build after another has in common.
type builder struct {
	env                   *env
	content, out, address string
	lang                  content.Lang
}

// report builds and says what it did.
func (b *builder) report(ctx context.Context) error {
	started := time.Now()
	done, err := b.run(ctx)
	if done != nil {
		fmt.Fprintf(b.env.stdout, "%d files in %s: %d written, %d unchanged, %d removed; %v\n",
			done.written+done.unchanged, b.out, done.written, done.unchanged, done.removed, time.Since(started).Round(time.Millisecond))
	}
	return err
}

func (b *builder) run(ctx context.Context) (*built, error) {
	if b.content != "" {
		// themes.yaml tells a tree of the referential from a handbook.
		switch _, err := os.Stat(filepath.Join(b.content, "themes.yaml")); {
		case errors.Is(err, fs.ErrNotExist):
			return buildHandbook(ctx, b.content, b.out, b.address, b.lang)
		case err != nil:
			return nil, err
		}
	}
	load := content.Default
	if b.content != "" {
		load = func() (*content.Referential, error) { return content.Load(os.DirFS(b.content)) }
	}
	r, err := load()
	if err != nil {
		return nil, err
	}
	files, err := site.Build(r, site.Config{Address: b.address})
	if err != nil {
		return nil, err
	}
	return buildFiles(ctx, b.out, files)
}

// buildFiles writes the files of a tree that are not there yet and removes
// those that an earlier build had made and this one did not.
func buildFiles(ctx context.Context, out string, files map[string][]byte) (*built, error) {
	old := readLedger(out, "")
	known := make(map[string]*fileEntry, len(old.Files))
	for i := range old.Files {
		known[old.Files[i].Path] = &old.Files[i]
	}
	now := &ledger{Program: old.Program}
	names := sortedKeys(files)
	for _, name := range names {
		now.Files = append(now.Files, fileEntry{Path: name, Sum: sumOf(files[name])})
	}
	if err := makeFolders(out, now.Files); err != nil {
		return nil, err
	}
	errs := make([]error, len(names))
	written := make([]bool, len(names))
	share(len(names), func(_, i int) {
		f := &now.Files[i]
		if k := known[f.Path]; k != nil && k.Sum == f.Sum && k.stands(out) {
			*f = *k
		} else if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i], written[i] = f.write(out, files[f.Path]), true
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	b := &built{}
	for _, w := range written {
		if w {
			b.written++
		} else {
			b.unchanged++
		}
	}
	b.removed = now.clear(out, old.Files)
	if b.written+b.removed == 0 {
		return b, nil
	}
	return b, now.write(out)
}
