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
	"strings"
	"syscall"

	"etalon/verifier/server"
)

// runServe serves until ctx ends or the process is told to stop.

func runServe(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("verifier", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		dir     = flags.String("site", "public", "")
		addr    = flags.String("addr", "localhost:8080", "")
		roots   = flags.String("roots", "", "")
		state   = flags.String("state", "", "")
		metrics = flags.String("metrics", "", "")
		rate    = flags.Int("rate", 60, "")
		proxies = flags.Int("proxies", 0, "")
		form    = flags.String("log", "text", "")
		verbose = flags.Bool("v", false, "")
	)
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
	case strings.HasPrefix(*dir, "https://") || strings.HasPrefix(*dir, "http://"):
		return badUsage("-site %q: serving needs a folder", *dir)
	}
	src, local, err := openSource(*dir)
	if err != nil {
		return err
	}
	checker, err := newChecker(src, local, *roots, *state, stderr)
	if err != nil {
		return err
	}
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if *verbose {
		options.Level = slog.LevelDebug
	}
	var handler slog.Handler = slog.NewTextHandler(stderr, options)
	if *form == "json" {
		handler = slog.NewJSONHandler(stderr, options)
	}
	logger := slog.New(handler)
	srv, err := server.New(server.Config{
		Site: local, Checker: checker, Logger: logger, PerMinute: *rate, Proxies: *proxies,
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	public, err := net.Listen("tcp", *addr)
	if err != nil {
		return hint(fmt.Errorf("listening on %s: %w", *addr, err), "choose another address with -addr HOST:PORT")
	}
	if *metrics == "" {
		fmt.Fprintf(stderr, "verifier: serving %s on http://%s\n", *dir, public.Addr())
		return server.Serve(ctx, public, srv, logger)
	}
	private, err := net.Listen("tcp", *metrics)
	if err != nil {
		public.Close()
		return hint(fmt.Errorf("listening on %s: %w", *metrics, err), "choose another address with -metrics HOST:PORT")
	}
	fmt.Fprintf(stderr, "verifier: serving %s on http://%s, metrics on http://%s/metrics\n", *dir, public.Addr(), private.Addr())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", srv.Metrics())
	// Whichever ends first ends the other.
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- server.Serve(ctx, private, mux, nil)
	}()
	err = server.Serve(ctx, public, srv, logger)
	cancel()
	return errors.Join(err, <-ended)
}
