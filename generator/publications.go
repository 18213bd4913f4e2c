package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/engine"
	"etalon/signing"
)

// news is publications/AT.json: what one publication made visible for the first
// time. It is written once the publication stands, and tells no name of a
// person; with those before it, it says of every session whether its result is
// known to the candidate.
type news struct {
	At     string     `json:"at"`     // RFC 3339, UTC
	Counts newsCounts `json:"counts"` // of sessions
	// Numbers are those of the attestations, as pairs: the first and the last
	// of each unbroken row.
	Numbers  [][2]string       `json:"numbers"`
	Schema   string            `json:"schema"` // "etalon-publication/1"
	Sessions newsSessions      `json:"sessions"`
	Statuses map[string]string `json:"statuses"` // by number, where it is not what it was
}

// newsCounts and newsSessions are by the candidate's word for a result.
type newsCounts struct {
	Cancelled   int `json:"cancelled"`
	NotObtained int `json:"notObtained"`
	Obtained    int `json:"obtained"`
}

type newsSessions struct {
	Cancelled   []string `json:"cancelled"`
	NotObtained []string `json:"notObtained"`
	Obtained    []string `json:"obtained"`
}

const newsSchema = "etalon-publication/1"

// result is what a candidate may know of a session.
type result byte

const (
	resultPending result = iota // nothing: not published
	resultObtained
	resultNotObtained
	resultCancelled
)

func (r result) String() string {
	return [...]string{"pending", "obtained", "not obtained", "cancelled"}[r]
}

// publishedResults is what all publications so far made visible, 16 bytes a
// session.
type publishedResults struct {
	sessions []publishedSession // sorted by key
	numbers  [][2]uint64        // first and last of each row
	statuses map[string]string  // by number; the others are valid
}

// publishedSession is 15 bytes of the key of a session, and its result.
type publishedSession [16]byte

// of is the published result of a session; none is pending.
func (p *publishedResults) of(session string) result {
	key := keyOf(session)
	i, found := slices.BinarySearchFunc(p.sessions, key, func(s publishedSession, key sessionKey) int { return bytes.Compare(s[:15], key[:15]) })
	if !found {
		return resultPending
	}
	return result(p.sessions[i][15])
}

// has says whether an attestation was published.
func (p *publishedResults) has(number string) bool {
	n, err := signing.ParseNumber(number)
	_, found := slices.BinarySearchFunc(p.numbers, n, func(row [2]uint64, n uint64) int {
		switch {
		case row[1] < n:
			return -1
		case n < row[0]:
			return 1
		}
		return 0
	})
	return err == nil && found
}

func (w *workspace) publicationPath(name string) string { return w.path("publications", name+".json") }

// published reads what all publications made visible.
func (w *workspace) published() (*publishedResults, error) {
	list, err := names(w.path("publications"), ".json")
	if err != nil {
		return nil, err
	}
	p := &publishedResults{statuses: make(map[string]string)}
	for _, name := range list {
		n, err := w.publication(name)
		if err != nil {
			return nil, err
		}
		if err := p.add(n); err != nil {
			return nil, withHint(fmt.Errorf("%s: %w", w.publicationPath(name), err), "restore the file from a backup: it is never edited")
		}
	}
	// Of several results of a session the last holds.
	slices.SortStableFunc(p.sessions, func(a, b publishedSession) int { return bytes.Compare(a[:15], b[:15]) })
	kept := p.sessions[:0]
	for i, s := range p.sessions {
		if i+1 == len(p.sessions) || !bytes.Equal(s[:15], p.sessions[i+1][:15]) {
			kept = append(kept, s)
		}
	}
	p.sessions = kept
	slices.SortFunc(p.numbers, func(a, b [2]uint64) int { return cmp.Compare(a[0], b[0]) })
	rows := p.numbers[:0]
	for _, row := range p.numbers {
		if last := len(rows) - 1; last >= 0 && row[0] <= rows[last][1]+1 {
			rows[last][1] = max(rows[last][1], row[1])
		} else {
			rows = append(rows, row)
		}
	}
	p.numbers = rows
	return p, nil
}

func (p *publishedResults) add(n *news) error {
	for result, sessions := range map[result][]string{
		resultObtained: n.Sessions.Obtained, resultNotObtained: n.Sessions.NotObtained, resultCancelled: n.Sessions.Cancelled,
	} {
		for _, session := range sessions {
			key := keyOf(session)
			key[15] = byte(result)
			p.sessions = append(p.sessions, publishedSession(key))
		}
	}
	for i, row := range n.Numbers {
		first, err := signing.ParseNumber(row[0])
		last, err2 := signing.ParseNumber(row[1])
		if err := cmp.Or(err, err2); err != nil {
			return fmt.Errorf("numbers.%d: %w", i, err)
		}
		p.numbers = append(p.numbers, [2]uint64{first, last})
	}
	for number, status := range n.Statuses {
		if status == signing.Valid.String() {
			delete(p.statuses, number)
		} else {
			p.statuses[number] = status
		}
	}
	return nil
}

// lastNews is the date of the latest publication that made something visible;
// zero for none.
func (w *workspace) lastNews() (time.Time, error) {
	list, err := names(w.path("publications"), ".json")
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	n, err := w.publication(list[len(list)-1])
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, n.At)
	if err != nil {
		return at, withHint(fmt.Errorf("%s: at: %w", w.publicationPath(list[len(list)-1]), err), "restore the file from a backup: it is never edited")
	}
	return at, nil
}

// publication reads what one publication made visible.
func (w *workspace) publication(name string) (*news, error) {
	path := w.publicationPath(name)
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	n := new(news)
	if err := decodeStrict(path, data, n); err != nil {
		return nil, err
	}
	if n.Schema != newsSchema {
		return nil, fmt.Errorf("%s: schema: %q where %q is expected", path, n.Schema, newsSchema)
	}
	return n, nil
}

// newsMaker collects what a publication makes visible.
type newsMaker struct {
	news     news
	known    *publishedResults
	attest   sessionSet // sessions that have an attestation, published or held back
	numbered uint64     // last of the last row
}

func newNews(at time.Time, known *publishedResults) *newsMaker {
	return &newsMaker{known: known, news: news{
		At: at.Format(time.RFC3339), Schema: newsSchema, Numbers: [][2]string{}, Statuses: make(map[string]string),
		Sessions: newsSessions{Cancelled: []string{}, NotObtained: []string{}, Obtained: []string{}},
	}}
}

// attested notes a session that its attestation speaks for.
func (m *newsMaker) attested(session string) { m.attest = append(m.attest, keyOf(session)) }

// obtained takes in an attestation that is published; they come in the order of
// their numbers.
func (m *newsMaker) obtained(f *issuedFile) {
	if !m.known.has(f.Number) {
		n, err := signing.ParseNumber(f.Number)
		if err == nil && m.numbered != 0 && n == m.numbered+1 {
			m.news.Numbers[len(m.news.Numbers)-1][1] = f.Number
		} else {
			m.news.Numbers = append(m.news.Numbers, [2]string{f.Number, f.Number})
		}
		m.numbered = n
	}
	if m.known.of(f.Session) != resultObtained {
		m.news.Sessions.Obtained = append(m.news.Sessions.Obtained, f.Session)
	}
}

// other takes in a final record that earns no attestation.
func (m *newsMaker) other(r *engine.Record) {
	result, list := resultNotObtained, &m.news.Sessions.NotObtained
	if r.Outcome == engine.Cancelled {
		result, list = resultCancelled, &m.news.Sessions.Cancelled
	}
	if m.known.of(r.Session) != result {
		*list = append(*list, r.Session)
	}
}

// statuses takes in what holds of the attestations that are not plainly valid.
func (m *newsMaker) statuses(all map[signing.Status][]string) {
	now := make(map[string]string)
	for status, numbers := range all {
		for _, number := range numbers {
			now[number] = status.String()
			if m.known.statuses[number] != status.String() {
				m.news.Statuses[number] = status.String()
			}
		}
	}
	for number := range m.known.statuses {
		if now[number] == "" {
			m.news.Statuses[number] = signing.Valid.String()
		}
	}
}

// done is what became visible; nil if nothing did.
func (m *newsMaker) done() *news {
	n := &m.news
	slices.Sort(n.Sessions.Obtained)
	n.Sessions.Obtained = slices.Compact(n.Sessions.Obtained) // issued again at once
	n.Counts = newsCounts{len(n.Sessions.Cancelled), len(n.Sessions.NotObtained), len(n.Sessions.Obtained)}
	if n.Counts == (newsCounts{}) && len(n.Numbers) == 0 && len(n.Statuses) == 0 {
		return nil
	}
	return n
}

// summary is the news in words.
func (n *news) summary() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what result
	}{{n.Counts.Obtained, resultObtained}, {n.Counts.NotObtained, resultNotObtained}, {n.Counts.Cancelled, resultCancelled}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", c.n, c.what))
		}
	}
	if k := len(n.Statuses); k > 0 {
		parts = append(parts, count(k, "change")+" of status")
	}
	if len(parts) == 0 {
		parts = append(parts, "attestations issued again")
	}
	return strings.Join(parts, ", ")
}

// writeNews keeps what became visible, once it is: AT.json, or AT.02.json and
// so on for a second publication of the same date.
func (w *workspace) writeNews(n *news) (string, error) {
	if n == nil {
		return "", nil
	}
	data, err := encode(n)
	if err != nil {
		return "", err
	}
	name := strings.ReplaceAll(n.At, ":", "")
	for i := 2; ; i++ {
		path := w.publicationPath(name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(w.path("publications"), 0o700); err != nil {
				return "", err
			}
			return path, createFile(path, data, 0o600)
		} else if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s.%02d", strings.ReplaceAll(n.At, ":", ""), i)
	}
}

// unattested takes in the final records without an attestation; those, too, wait
// for the end of an open plan, so that a room learns its results together.
func (g *gathering) unattested(n *newsMaker) error {
	if g.open != nil {
		return nil
	}
	n.attest.sort()
	for r, err := range ahead(g.path("records"), func(session string) bool { return !n.attest.has(session) }, g.record) {
		if err != nil {
			return err
		}
		if r.State == engine.Final && !obtained(r) {
			n.other(r)
		}
	}
	return nil
}
