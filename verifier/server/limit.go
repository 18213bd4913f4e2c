package server

import (
	"container/list"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxClients bounds the table of clients: the one seen longest ago is
// forgotten first. Forgetting gives it a full allowance again, so an attacker
// needs more than this many addresses to profit.
const maxClients = 16384

// clients allows each client so many checks.
type clients struct {
	limit rate.Limit
	burst int
	now   func() time.Time

	mu    sync.Mutex
	table map[netip.Prefix]*list.Element
	order *list.List // of *client, most recent first
}

type client struct {
	prefix  netip.Prefix
	limiter *rate.Limiter
}

func newClients(perMinute, burst int, now func() time.Time) *clients {
	return &clients{
		limit: rate.Limit(float64(perMinute) / 60),
		burst: burst,
		now:   now,
		table: map[netip.Prefix]*list.Element{},
		order: list.New(),
	}
}

// allow counts one check for the client, and says how long to wait if it is
// one too many.
func (c *clients) allow(p netip.Prefix) (wait time.Duration, ok bool) {
	now := c.now()
	r := c.limiter(p).ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (c *clients) limiter(p netip.Prefix) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.table[p]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*client).limiter
	}
	if c.order.Len() >= maxClients {
		delete(c.table, c.order.Remove(c.order.Back()).(*client).prefix)
	}
	l := rate.NewLimiter(c.limit, c.burst)
	c.table[p] = c.order.PushFront(&client{p, l})
	return l
}

// address gives the client's address. proxies is how many trusted proxies
// stand in front: each appends to X-Forwarded-For the address it was called
// from, so that the client's is the proxies-th from the end. What stands
// before it is the client's own claim and is not read. Some proxies write the
// port too.
func address(r *http.Request, proxies int) netip.Addr {
	if proxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if i := len(hops) - proxies; i >= 0 {
			hop := strings.TrimSpace(hops[i])
			if a, err := netip.ParseAddr(hop); err == nil {
				return a.Unmap()
			}
			if a, err := netip.ParseAddrPort(hop); err == nil {
				return a.Addr().Unmap()
			}
		}
	}
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}

// allowance is the unit that is limited: one IPv4 address, or one IPv6 /64,
// which is what a subscriber is given.
func allowance(a netip.Addr) netip.Prefix { return cut(a, 32, 64) }

// truncated is what a log may hold of an address: a /24, or a /48.
func truncated(a netip.Addr) string {
	if !a.IsValid() {
		return "unknown"
	}
	return cut(a, 24, 48).String()
}

func cut(a netip.Addr, v4, v6 int) netip.Prefix {
	bits := v6
	if a.Is4() {
		bits = v4
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
