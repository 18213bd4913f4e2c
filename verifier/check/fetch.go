package check

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"time"

	"etalon/signing"
)

// Bounds on what is read, in bytes; each is what the format allows.
const (
	maxManifest = 128 << 10
	maxList     = 128 << 10
	maxEntry    = 64<<10 + 64
	maxFile     = 4<<20 + 64
	maxBadges   = 512 << 10
	maxShard    = 16 << 20 // 16 bytes for each of 2^20 credentials: 256 million in all
	maxLists    = 64       // status lists kept verified, 64 KiB each
)

var publicFile = regexp.MustCompile(`^(?:(keys\.json)|(status/[1-9][0-9]{0,6}\.json)|(roll/[0-9a-f]{2})|` +
	`(registry/[0-9a-f]{2}/[0-9a-f]{32})|(registry/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z][a-z0-9-]{0,15})|` +
	`(badges/[0-9]{4}(?:/[a-z][a-z0-9-]{0,15})?\.[a-z]{2}\.(?:json|svg|png)))$`)

// Limit is the most bytes that the public file of a name may have; 0 where no
// issuer publishes a file of such a name.
func Limit(name string) int64 {
	m := publicFile.FindStringSubmatch(name)
	for i, limit := range []int64{0, maxManifest, maxList, maxShard, maxEntry, maxFile, maxBadges} {
		if i > 0 && m != nil && m[i] != "" {
			return limit
		}
	}
	return 0
}

// memo keeps what was verified, so that a check costs little more than the
// verification of its own credential. Each item stands for one state of its
// file (see Source) and is verified again when that changes.
type memo struct {
	manifest *signing.Manifest
	tag      string
	asked    time.Time // when the source said so, by the clock of the machine
	lists    map[uint32]listMemo
}

type listMemo struct {
	list  *signing.StatusList
	under *signing.Manifest // that it was verified with
	tag   string
	asked time.Time
}

// fresh tells that the source was asked a moment ago.
func (c *Checker) fresh(asked time.Time) bool {
	return c.Recheck > 0 && time.Since(asked) < c.Recheck
}

// manifest returns the key manifest. With a reason beside it, it is an earlier
// one, because the present one cannot be had; nil if there is no earlier one.
func (c *Checker) manifest(ctx context.Context) (*signing.Manifest, Reason) {
	c.mu.Lock()
	known, tag, asked := c.memo.manifest, c.memo.tag, c.memo.asked
	c.mu.Unlock()
	if known != nil && c.fresh(asked) {
		return known, ""
	}
	data, tag, err := c.Source.Fetch(ctx, "keys.json", maxManifest, tag)
	var reason Reason
	switch {
	case err != nil:
		reason = reasonNoManifest
	case data == nil && known != nil:
		c.mu.Lock()
		if c.memo.manifest == known {
			c.memo.asked = time.Now()
		}
		c.mu.Unlock()
		return known, ""
	default:
		m, refused := c.openManifest(data, known)
		if m != nil {
			c.mu.Lock()
			if c.memo.manifest == nil || m.Sequence >= c.memo.manifest.Sequence {
				c.memo.manifest, c.memo.tag, c.memo.asked = m, tag, time.Now()
			}
			m = c.memo.manifest
			c.mu.Unlock()
			c.State.raise(c.Trust.Roots, m.Sequence)
			return m, ""
		}
		reason = refused
	}
	if known != nil {
		return known, reasonKeysDown
	}
	return nil, reason
}

// openManifest opens a manifest that is not older than any accepted before.
func (c *Checker) openManifest(data []byte, known *signing.Manifest) (*signing.Manifest, Reason) {
	m, err := signing.OpenManifest(data, signing.Trust{Roots: c.Trust.Roots})
	if err != nil {
		return nil, reasonBadManifest
	}
	least := max(c.Trust.LeastSequence, c.State.least(c.Trust.Roots))
	if known != nil {
		least = max(least, known.Sequence)
	}
	if m.Sequence < least {
		return nil, reasonOldManifest
	}
	return m, ""
}

// Keys tells which key manifest is in use.
type Keys struct {
	Issuer     Issuer
	Sequence   uint64
	ValidUntil time.Time
	Current    bool // readable now, and within its dates
}

// Keys reads the key manifest as a check would.
func (c *Checker) Keys(ctx context.Context) (Keys, error) {
	m, reason := c.manifest(ctx)
	if m == nil {
		return Keys{}, errors.New(reason.In("en"))
	}
	return Keys{
		Issuer:     Issuer{Name: m.Issuer.Name, URL: m.Issuer.URL, Specimen: m.Issuer.Specimen},
		Sequence:   m.Sequence,
		ValidUntil: m.ValidUntil,
		Current:    reason == "" && m.Current(c.now()),
	}, nil
}

// open verifies a credential, with the roll if its key is compromised. Without
// a credential, it says why.
func (c *Checker) open(ctx context.Context, m *signing.Manifest, b []byte) (*signing.Credential, Verdict, Reason) {
	cred, err := signing.OpenCredential(b, m)
	if need, ok := errors.AsType[*signing.RollNeeded](err); ok {
		return c.openWithRoll(ctx, m, b, need.Shard)
	}
	switch {
	case err == nil:
		return cred, "", ""
	case errors.Is(err, signing.ErrUnknownIssuer):
		return nil, UnknownIssuer, reasonNoKey
	}
	return nil, NotGenuine, reasonAltered
}

func (c *Checker) openWithRoll(ctx context.Context, m *signing.Manifest, b []byte, at byte) (*signing.Credential, Verdict, Reason) {
	shard, _, err := c.Source.Fetch(ctx, fmt.Sprintf("roll/%02x", at), maxShard, "")
	// A shard that is not the one the manifest names decides nothing: it is
	// the host that lies, and the credential may be genuine.
	if err != nil || m.Roll == nil || sha256.Sum256(shard) != m.Roll[at] {
		return nil, UnknownIssuer, reasonNoRoll
	}
	cred, err := signing.OpenCredential(b, m, shard)
	if err != nil {
		return nil, NotGenuine, reasonNotOnRoll
	}
	return cred, "", ""
}

// status asks the status list, and notes in r when it was made. final tells
// the last list of a closed service.
func (c *Checker) status(ctx context.Context, r *Result, m *signing.Manifest, cred *signing.Credential) (value signing.Status, final bool, reason Reason) {
	r.Status = &Status{}
	list, reason := c.list(ctx, m, cred.List)
	if list == nil {
		return signing.Unknown, false, reason
	}
	r.Status.AsOf, r.Status.ValidUntil = list.ValidFrom, list.ValidUntil
	value = list.At(cred.Index, r.CheckedAt)
	if value == signing.Unknown {
		return value, list.Final(), reasonListStale
	}
	return value, list.Final(), ""
}

func (c *Checker) list(ctx context.Context, m *signing.Manifest, number uint32) (*signing.StatusList, Reason) {
	c.mu.Lock()
	known := c.memo.lists[number]
	c.mu.Unlock()
	if known.under != m {
		known = listMemo{}
	}
	if known.list != nil && c.fresh(known.asked) {
		return known.list, ""
	}
	data, tag, err := c.Source.Fetch(ctx, fmt.Sprintf("status/%d.json", number), maxList, known.tag)
	if err != nil {
		return nil, reasonListDown
	}
	if data == nil && known.list != nil {
		known.asked = time.Now()
		c.keepList(number, known)
		return known.list, ""
	}
	list, err := signing.OpenStatusList(data, m, number)
	if err != nil {
		return nil, reasonListBad
	}
	c.keepList(number, listMemo{list, m, tag, time.Now()})
	return list, ""
}

func (c *Checker) keepList(number uint32, l listMemo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.memo.lists == nil {
		c.memo.lists = map[uint32]listMemo{}
	}
	for n := range c.memo.lists {
		if _, ok := c.memo.lists[number]; ok || len(c.memo.lists) < maxLists {
			break
		}
		delete(c.memo.lists, n)
	}
	c.memo.lists[number] = l
}

// entry opens the registry entry of a code. Without one, it says why.
func (c *Checker) entry(ctx context.Context, code signing.Code, m *signing.Manifest) (*signing.Entry, Verdict, Reason) {
	locator := code.Locator()
	sealed, _, err := c.Source.Fetch(ctx, "registry/"+locator[:2]+"/"+locator, maxEntry, "")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, NotFound, reasonCodeNothing
	case errors.Is(err, ErrTooLarge):
		return nil, NotGenuine, reasonEntryAltered
	case err != nil:
		return nil, NotFound, reasonRegistryDown
	}
	entry, err := signing.OpenEntry(code, sealed, m)
	switch {
	case err == nil:
		return entry, "", ""
	case errors.Is(err, signing.ErrUnknownIssuer):
		return nil, UnknownIssuer, reasonNoKey
	}
	return nil, NotGenuine, reasonEntryAltered
}
