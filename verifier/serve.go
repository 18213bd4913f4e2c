package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/server"
)

// recheck is how long the server uses a manifest and a list before it looks for
// a newer one: a revocation takes effect a second late at most.
const recheck = time.Second

// gcPercent lets the heap grow to nearly three times what is in use, some 17 MB.
const gcPercent = 180

// runServe serves until ctx ends or the process is told to stop.
func runServe(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("verifier", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		dir     = flags.String("site", "public", "")
		files   = flags.String("registry", "", "")
		addr    = flags.String("addr", "localhost:8080", "")
		roots   = flags.String("roots", "", "")
		state   = flags.String("state", "", "")
		metrics = flags.String("metrics", "", "")
		rate    = flags.Int("rate", 60, "")
		proxies = flags.Int("proxies", 0, "")
		form    = flags.String("log", "text", "")
		verbose = flags.Bool("v", false, "")
	)
	if err := fromEnvironment(flags); err != nil {
		return err
	}
	if err := flags.Parse(args); err != nil {
		return &usageError{err.Error()}
	}
	switch {
	case flags.NArg() > 0:
		return badUsage("unknown subcommand %q", flags.Arg(0))
	case *rate == 0 || *rate < -1:
		return badUsage("-rate %d: give a number from 1, or -1 for no limit", *rate)
	case *proxies < 0:
		return badUsage("-proxies %d: give a number from 0", *proxies)
	case *form != "text" && *form != "json":
		return badUsage("-log %q: text or json", *form)
	}
	src, local, err := openSource(*dir)
	if err != nil {
		return err
	}
	// What is not in the site's folder is passed on from where it is.
	var relay check.Source
	if local == nil {
		relay = src
	}
	public := local
	if *files != "" {
		if src, public, err = openSource(*files); err != nil {
			return err
		}
		relay = src
	}
	checker, err := newChecker(src, public, *roots, *state, stderr)
	if err != nil {
		return err
	}
	checker.Recheck = recheck
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if *verbose {
		options.Level = slog.LevelDebug
	}
	late := newLateWriter(stderr)
	defer late.Close()
	var handler slog.Handler = slog.NewTextHandler(late, options)
	if *form == "json" {
		handler = slog.NewJSONHandler(late, options)
	}
	logger := slog.New(handler)
	srv, err := server.New(server.Config{
		Site: local, Relay: relay, Checker: checker, Logger: logger, PerMinute: *rate, Proxies: *proxies,
	})
	if err != nil {
		return err
	}
	// Making the pages left ten times what is kept of them. What is kept is small
	// beside what requests need and drop: collecting less often costs few MB.
	debug.FreeOSMemory()
	debug.SetGCPercent(gcPercent)
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return hint(fmt.Errorf("listening on %s: %w", *addr, err), "choose another address with -addr HOST:PORT")
	}
	if *metrics == "" {
		fmt.Fprintf(stderr, "verifier: serving %s on http://%s\n", *dir, listener.Addr())
		return server.Serve(ctx, listener, srv, logger)
	}
	private, err := net.Listen("tcp", *metrics)
	if err != nil {
		listener.Close()
		return hint(fmt.Errorf("listening on %s: %w", *metrics, err), "choose another address with -metrics HOST:PORT")
	}
	fmt.Fprintf(stderr, "verifier: serving %s on http://%s, metrics on http://%s/metrics\n", *dir, listener.Addr(), private.Addr())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", srv.Metrics())
	// Whichever ends first ends the other.
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- server.Serve(ctx, private, mux, nil)
	}()
	err = server.Serve(ctx, listener, srv, logger)
	cancel()
	return errors.Join(err, <-ended)
}
