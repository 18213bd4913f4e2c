package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"etalon/content"
)

// said collects what a command prints, for another goroutine to wait for.
type said struct {
	*io.PipeWriter
	lines chan string
}

func newSaid() *said {
	r, w := io.Pipe()
	s := &said{w, make(chan string, 100)}
	go func() {
		for lines := bufio.NewScanner(r); lines.Scan(); {
			s.lines <- lines.Text()
		}
	}()
	return s
}

func (s *said) find(t *testing.T, pattern string) []string {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case line := <-s.lines:
			if m := regexp.MustCompile(pattern).FindStringSubmatch(line); m != nil {
				return m
			}
		case <-deadline:
			t.Fatalf("nothing printed matches %q", pattern)
		}
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book, out := filepath.Join(dir, "book"), filepath.Join(dir, "public")
	writeCorpus(t, book, 4)
	page := filepath.Join(book, "fr", "part-00", "page-00000.md")
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stdout, stderr := newSaid(), newSaid()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"build", "-watch", "-listen", "127.0.0.1:0", "-content", book, "-out", out}, nil, stdout, stderr)
	}()
	address := stdout.find(t, `^(http://127.0.0.1:\d+)/ shows`)[1]
	stdout.find(t, `written, 0 unchanged`)

	get := func(path string) (int, string) {
		t.Helper()
		answer, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	if status, body := get("/fr/part-00/page-00000.html"); status != 200 || !strings.Contains(body, `<script type="module" src="/.reload.js">`) {
		t.Errorf("page: status %d, without the script that reloads:\n%.900s", status, body)
	}
	if status, body := get("/.reload.js"); status != 200 || !strings.Contains(body, "EventSource") {
		t.Errorf("script: status %d, %q", status, body)
	}
	for _, path := range []string{"/nothing.html", "/../book/fr/part-00/page-00000.md", "/.public.build"} {
		if status, _ := get(path); status != 404 {
			t.Errorf("%s: status %d", path, status)
		}
	}
	written, err := os.ReadFile(filepath.Join(out, "fr", "part-00", "page-00000.html"))
	if err != nil || bytes.Contains(written, []byte("reload")) || bytes.Contains(written, []byte("<script")) {
		t.Errorf("the page as written holds a script (%v)", err)
	}

	listen := func() *bufio.Scanner {
		t.Helper()
		answer, err := http.Get(address + "/.reload")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
			t.Errorf("events are %q", kind)
		}
		lines := bufio.NewScanner(answer.Body)
		if !lines.Scan() || lines.Text() != ": watching" {
			t.Fatalf("no event stream: %q", lines.Text())
		}
		return lines
	}
	events := listen()
	edit := func(text string) {
		t.Helper()
		if err := os.WriteFile(page, fmt.Appendf(source, "%s", text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit("\n[Nowhere](nowhere.md)\n")
	stderr.find(t, `fr/part-00/page-00000.md:\d+: link "nowhere.md" leads nowhere`)
	edit("\nA sentence more.\n")
	stdout.find(t, `: 1 written`)
	for events.Scan() && events.Text() == "" {
	}
	if events.Text() != "data: built" {
		t.Errorf("the page hears %q", events.Text())
	}
	if _, body := get("/fr/part-00/page-00000.html"); !strings.Contains(body, "A sentence more.") {
		t.Error("the page served is not the new one")
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped with %v", err)
	}
}

// TestHandbookIsOneFunction wants equal bytes from equal folders, whatever the
// number of cores.
func TestHandbookIsOneFunction(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeCorpus(t, filepath.Join(dir, "book"), 60)
	trees := make([]map[string]string, 2)
	for i := range trees {
		out := filepath.Join(dir, fmt.Sprint("out", i))
		done, err := buildHandbook(context.Background(), filepath.Join(dir, "book"), out, "https://etalon.test", content.FR)
		if err != nil || done.written <= 60 {
			t.Fatalf("%+v, %v", done, err)
		}
		trees[i] = map[string]string{}
		err = filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			trees[i][strings.TrimPrefix(path, out)] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(trees[0]) != len(trees[1]) {
		t.Errorf("%d files, then %d", len(trees[0]), len(trees[1]))
	}
	for name, text := range trees[0] {
		if trees[1][name] != text {
			t.Errorf("%s differs", name)
		}
	}
}
