package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Time limits of a connection. The longest allowed reading time lets 10 MiB
// through a slow line of 3 Mbit/s.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 40 * time.Second
	idleTimeout       = 60 * time.Second
	drainTimeout      = 20 * time.Second
	maxHeaderBytes    = 16 << 10
)

// Bounds on open connections, about 20 KiB each. Behind a proxy all come from
// it, so that one address counts for itself only where it is the client's: not
// when Config.Proxies says otherwise, nor from this machine or its network.
const (
	maxConnections = 4096
	maxFromAddress = 256
)

// Serve answers on l until ctx ends, then lets the requests that were accepted
// finish, and returns nil. l is closed on return.
func Serve(ctx context.Context, l net.Listener, h http.Handler, logger *slog.Logger) error {
	behind, _ := h.(*Server)
	l = &limitedListener{
		Listener: l, room: make(chan struct{}, maxConnections), from: map[netip.Prefix]int{},
		proxied: behind != nil && behind.proxies > 0,
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// The standard messages name the client's address in full.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	logger.Info("stopping", "grace", drainTimeout.String())
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		srv.Close()
		return fmt.Errorf("stopping: requests were still running after %s: %w", drainTimeout, err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// limitedListener leaves connections beyond maxConnections waiting in the
// operating system's queue, and closes those of an address that has too many.
type limitedListener struct {
	net.Listener
	room    chan struct{}
	proxied bool // whoever connects is a proxy

	mu   sync.Mutex
	from map[netip.Prefix]int
}

func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		l.room <- struct{}{}
		c, err := l.Listener.Accept()
		if err != nil {
			<-l.room
			return nil, err
		}
		var client netip.Prefix
		if !l.proxied {
			client = clientOf(c)
		}
		l.mu.Lock()
		many := client.IsValid() && l.from[client] >= maxFromAddress
		if !many {
			l.from[client]++
		}
		l.mu.Unlock()
		if !many {
			return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(client) })}, nil
		}
		c.Close()
		<-l.room
	}
}

func (l *limitedListener) leave(client netip.Prefix) {
	l.mu.Lock()
	if l.from[client]--; l.from[client] <= 0 {
		delete(l.from, client)
	}
	l.mu.Unlock()
	<-l.room
}

// clientOf tells whose connection c is; nobody's, for one from this machine or
// its network, where proxies stand.
func clientOf(c net.Conn) netip.Prefix {
	a, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil || a.Addr().IsLoopback() || a.Addr().Unmap().IsPrivate() {
		return netip.Prefix{}
	}
	return allowance(a.Addr().Unmap())
}

type limitedConn struct {
	net.Conn
	leave func()
}

func (c *limitedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
