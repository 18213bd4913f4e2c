package check

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Bounds of the HTTP source.
const (
	httpFresh   = 30 * time.Second // a cached answer is used without asking again
	httpTimeout = 5 * time.Second  // one fetch, from dialling to the last byte
	httpFailure = 2 * time.Second  // a host that failed is left alone this long
	httpEntries = 256              // cached answers
	httpBytes   = 16 << 20         // bytes of cached answers
)

// HTTP is a Source over the site at base ("https://attestations.example"),
// which any static host can be. Plain http is accepted for this machine only.
// Answers are kept for half a minute and revalidated by their ETag; a host
// that does not answer within five seconds is unreachable.
func HTTP(base string) (Source, error) {
	u, err := url.Parse(strings.TrimSuffix(base, "/"))
	if err != nil {
		return nil, fmt.Errorf("address of the site: %w", err)
	}
	if u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("address of the site %q: want https://HOST, without user, query or fragment", base)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fmt.Errorf("address of the site %q: want https", base)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 16 << 10
	transport.MaxConnsPerHost = 32
	return &httpSource{
		base: u.String(),
		client: &http.Client{
			Transport: transport,
			Timeout:   httpTimeout,
			CheckRedirect: func(r *http.Request, via []*http.Request) error {
				if len(via) > 3 || r.URL.Host != u.Host || r.URL.Scheme != u.Scheme {
					return errors.New("redirection away from the site")
				}
				return nil
			},
		},
		now:   time.Now,
		items: map[string]*list.Element{},
		order: list.New(),
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type httpSource struct {
	base   string
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	items map[string]*list.Element // of *cached, by name
	order *list.List               // most recently used first
	bytes int
	down  time.Time // until then, the host is taken as unreachable
	cause error
}

type cached struct {
	name string
	data []byte // nil: the host has no such file
	etag string
	tag  string
	at   time.Time
}

func (s *httpSource) Fetch(ctx context.Context, name string, limit int64, have string) ([]byte, string, error) {
	if !fs.ValidPath(name) || strings.ContainsAny(name, "?#%\\ ") {
		return nil, "", fmt.Errorf("name %q: %w", name, fs.ErrInvalid)
	}
	s.mu.Lock()
	old := s.lookup(name)
	fresh := old != nil && s.now().Sub(old.at) < httpFresh
	down, cause := s.now().Before(s.down), s.cause
	s.mu.Unlock()
	if fresh {
		return old.answer(limit, have)
	}
	if down {
		return nil, "", cause
	}
	item, err := s.get(ctx, name, limit, old)
	if err != nil {
		if ctx.Err() == nil && !errors.Is(err, ErrTooLarge) {
			s.mu.Lock()
			s.down, s.cause = s.now().Add(httpFailure), err
			s.mu.Unlock()
		}
		return nil, "", err
	}
	s.mu.Lock()
	s.store(item)
	s.mu.Unlock()
	return item.answer(limit, have)
}

// get asks the host; old, if any, lets the host answer "unchanged".
func (s *httpSource) get(ctx context.Context, name string, limit int64, old *cached) (*cached, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	if old != nil && old.etag != "" {
		req.Header.Set("If-None-Match", old.etag)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetching a public file: %w", unwrapURL(err))
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && old != nil:
		renewed := *old
		renewed.at = s.now()
		return &renewed, nil
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return &cached{name: name, at: s.now()}, nil
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("fetching a public file: the host answered %s", resp.Status)
	}
	data, err := readAtMost(resp.Body, limit)
	if err != nil {
		return nil, fmt.Errorf("fetching a public file: %w", err)
	}
	if data == nil {
		data = []byte{}
	}
	at := s.now()
	return &cached{name: name, data: data, etag: resp.Header.Get("ETag"), tag: fmt.Sprintf("%x", at.UnixNano()), at: at}, nil
}

// unwrapURL drops the address from a client error: it may hold a locator, and
// errors reach logs.
func unwrapURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func (c *cached) answer(limit int64, have string) ([]byte, string, error) {
	switch {
	case c.data == nil:
		return nil, "", fs.ErrNotExist
	case int64(len(c.data)) > limit:
		return nil, "", ErrTooLarge
	case c.tag == have:
		return nil, c.tag, nil
	}
	return c.data, c.tag, nil
}

// lookup and store are called with mu held.
func (s *httpSource) lookup(name string) *cached {
	e := s.items[name]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*cached)
}

func (s *httpSource) store(c *cached) {
	if e := s.items[c.name]; e != nil {
		s.drop(e)
	}
	if len(c.data) > httpBytes/8 {
		return
	}
	s.items[c.name] = s.order.PushFront(c)
	s.bytes += len(c.data)
	for s.order.Len() > httpEntries || s.bytes > httpBytes {
		s.drop(s.order.Back())
	}
}

func (s *httpSource) drop(e *list.Element) {
	c := s.order.Remove(e).(*cached)
	delete(s.items, c.name)
	s.bytes -= len(c.data)
}
