// Command floor makes pages of Markdown with the least work: it reads,
// converts with goldmark and writes, on all cores, and nothing else. TestSpeed
// measures a build against it.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

func main() {
	if err := floor(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func floor(source, out string) error {
	var files []string
	err := filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(source, path)
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(out, rel), 0o755)
		}
		files = append(files, rel)
		return err
	})
	if err != nil {
		return err
	}
	errs := make([]error, len(files))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAttribute(), parser.WithAutoHeadingID()))
			var b bytes.Buffer
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				data, err := os.ReadFile(filepath.Join(source, files[i]))
				if err == nil {
					b.Reset()
					err = md.Convert(data, &b)
				}
				if err == nil {
					err = os.WriteFile(filepath.Join(out, strings.TrimSuffix(files[i], ".md")+".html"), b.Bytes(), 0o644)
				}
				errs[i] = err
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
