package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// pollEvery is how often -watch looks for changes. Looking at the dates of ten
// thousand files takes some hundredths of a second, and works on every system
// and every file system.
const pollEvery = 300 * time.Millisecond

// reloadScript is served with pages under -watch, and is in none that is
// written. Its name cannot be that of a page.
const (
	reloadPath   = "/.reload"
	reloadScript = `new EventSource("/.reload").onmessage = () => location.reload();` + "\n"
)

// watch builds, serves the pages to this machine alone, and builds again on
// every change of a file, until ctx ends. Mistakes are printed and waited for.
func (b *builder) watch(ctx context.Context, listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return usagef("-listen is %q: pages under -watch are for this machine, so give localhost:PORT", listen)
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return withHint(err, "another program may listen there: choose another port with -listen")
	}
	bell := &bell{waiting: map[chan struct{}]bool{}}
	server := &http.Server{Handler: b.reloading(bell), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	defer server.Close()
	fmt.Fprintf(b.env.stdout, "http://%s/ shows %s; stop with Ctrl-C.\n", l.Addr(), b.content)

	var seen uint64
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if now := b.state(); now != seen {
			seen = now
			if err := b.report(ctx); err != nil && ctx.Err() == nil {
				exitCode(err, b.env.stderr)
			} else {
				bell.ring()
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-tick.C:
		}
	}
}

// state digests the names, sizes and dates of all files of the content.
func (b *builder) state() uint64 {
	h := fnv.New64a()
	// A file that goes while we look is a change, seen at the next turn.
	_ = filepath.WalkDir(b.content, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintf(h, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return h.Sum64()
}

// bell tells every open page that a build is done.
type bell struct {
	mu      sync.Mutex
	waiting map[chan struct{}]bool
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.waiting {
		close(c)
	}
	clear(b.waiting)
}

func (b *bell) wait() chan struct{} {
	c := make(chan struct{})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[c] = true
	return c
}

func (b *bell) leave(c chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting, c)
}

// reloading serves the output. Pages get one script more on their way.
func (b *builder) reloading(bell *bell) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+reloadPath+".js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		io.WriteString(w, reloadScript)
	})
	mux.HandleFunc("GET "+reloadPath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, ": watching\n\n")
		rung := bell.wait()
		defer bell.leave(rung)
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-rung:
			io.WriteString(w, "data: built\n\n")
		case <-r.Context().Done():
		}
	})
	files := http.FileServer(http.Dir(b.out))
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		name := r.URL.Path
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if !strings.HasSuffix(name, ".html") {
			files.ServeHTTP(w, r)
			return
		}
		status := http.StatusOK
		page, err := fs.ReadFile(os.DirFS(b.out), strings.TrimPrefix(name, "/"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			status = http.StatusNotFound
			page, err = os.ReadFile(filepath.Join(b.out, "404.html"))
		}
		if err != nil {
			http.Error(w, "there is no such page", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		io.WriteString(w, strings.Replace(string(page), "</head>", `<script type="module" src="`+reloadPath+`.js"></script></head>`, 1))
	})
	return mux
}
