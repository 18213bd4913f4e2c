package signing

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// testList returns list 1, in force around testNow, with one place of each
// status but valid.
func testList() *StatusList {
	l := NewStatusList(testAddress, 1, testNow.AddDate(0, 0, -1), testNow.AddDate(0, 0, 7))
	for index, s := range map[uint32]Status{0: Revoked, 4711: Superseded, 262143: Suspended} {
		if err := l.Set(index, s); err != nil {
			panic(err)
		}
	}
	return l
}

func TestStatusList(t *testing.T) {
	m := openManifest(t, testManifest())
	l := testList()
	if l.bits[0] != 0x40 || l.bits[4711/4] != 0x03 || l.bits[listBytes-1] != 0x02 {
		t.Errorf("bits %02x %02x %02x: index 0 belongs in the highest", l.bits[0], l.bits[4711/4], l.bits[listBytes-1])
	}
	data := must(SignStatusList(l, testStatus))
	if again := must(SignStatusList(testList(), testStatus)); !bytes.Equal(again, data) {
		t.Error("signed twice, different bytes")
	}
	got, err := OpenStatusList(data, m, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got.Address != testAddress || got.Number != 1 || got.Final() || !bytes.Equal(got.bits, l.bits) {
		t.Errorf("got %+v", got)
	}
	for _, c := range []struct {
		index uint32
		at    time.Time
		want  Status
	}{
		{0, testNow, Revoked}, {1, testNow, Valid}, {4711, testNow, Superseded}, {262143, testNow, Suspended},
		{262144, testNow, Unknown}, {1 << 31, testNow, Unknown},
		{1, l.ValidFrom, Valid}, {1, l.ValidFrom.Add(-1), Unknown},
		{1, l.ValidUntil.Add(-1), Valid}, {1, l.ValidUntil, Unknown}, {0, l.ValidUntil, Unknown},
	} {
		if s := got.At(c.index, c.at); s != c.want {
			t.Errorf("at %d, %s: %s, want %s", c.index, c.at, s, c.want)
		}
	}
	for s := range Unknown {
		for i := range uint32(4) {
			if err := l.Set(400+i, s); err != nil || l.At(400+i, testNow) != s {
				t.Errorf("setting %s at %d: %v", s, 400+i, err)
			}
		}
	}
	if l.Set(ListSize, Valid) == nil || l.Set(0, Unknown) == nil || new(StatusList).Set(0, Valid) == nil {
		t.Error("set outside the list")
	}
	var none *StatusList
	if none.At(0, testNow) != Unknown || new(StatusList).At(0, testNow) != Unknown {
		t.Error("no list, and yet a status")
	}
}

func TestStatusListKeys(t *testing.T) {
	final := testList()
	final.ValidUntil = time.Time{}
	good := must(SignStatusList(testList(), testStatus))
	for _, c := range []struct {
		name   string
		data   []byte
		number uint32
		change func(*Manifest)
		want   error
	}{
		{"good", good, 1, nil, nil},
		{"another number", good, 2, nil, ErrNotGenuine},
		{"number 11", good, 11, nil, ErrNotGenuine},
		{"credential key", must(SignStatusList(testList(), testCredential)), 1, nil, ErrNotGenuine},
		{"stranger", must(SignStatusList(testList(), testKey("stranger"))), 1, nil, ErrUnknownIssuer},
		{"final by root", must(SignStatusList(final, testRoot2)), 1, nil, nil},
		{"final by status key", must(SignStatusList(final, testStatus)), 1, nil, ErrNotGenuine},
		{"dated by root", must(SignStatusList(testList(), testRoot)), 1, nil, ErrNotGenuine},
		{"final by stranger", must(SignStatusList(final, testKey("stranger"))), 1, nil, ErrUnknownIssuer},
		{"retired", good, 1, func(m *Manifest) { m.Keys[2].State = Retired }, nil},
		{"compromised", good, 1, func(m *Manifest) { m.Keys[2].State = Compromised }, ErrNotGenuine},
		{"before its window", good, 1, func(m *Manifest) { m.Keys[2].NotBefore = testNow }, ErrNotGenuine},
		{"after its window", good, 1, func(m *Manifest) { m.Keys[2].NotAfter = day("2026-11-19").Time() }, ErrNotGenuine},
		{"unlisted", good, 1, func(m *Manifest) { m.Keys = m.Keys[:2] }, ErrUnknownIssuer},
		{"a manifest", must(SignManifest(testManifest(), testRoot)), 1, nil, ErrNotGenuine},
	} {
		m := testManifest()
		if c.change != nil {
			c.change(m)
		}
		l, err := OpenStatusList(c.data, openManifest(t, m), c.number)
		if !errors.Is(err, c.want) || (l == nil) == (err == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for _, m := range []*Manifest{nil, testManifest()} {
		if _, err := OpenStatusList(good, m, 1); !errors.Is(err, ErrUnknownIssuer) {
			t.Errorf("opened with a manifest that nobody verified: %v", err)
		}
	}
	l, err := OpenStatusList(must(SignStatusList(final, testRoot)), openManifest(t, testManifest()), 1)
	if err != nil || !l.Final() || l.At(0, testNow.AddDate(50, 0, 0)) != Revoked {
		t.Errorf("a final list does not hold for ever: %v", err)
	}
}

func TestStatusListRefusals(t *testing.T) {
	m := openManifest(t, testManifest())
	for name, change := range map[string]func(*StatusList){
		"slash":        func(l *StatusList) { l.Address += "/" },
		"plain http":   func(l *StatusList) { l.Address = "http://verify.example" },
		"no address":   func(l *StatusList) { l.Address = "" },
		"number 0":     func(l *StatusList) { l.Number = 0 },
		"huge number":  func(l *StatusList) { l.Number = maxList + 1 },
		"91 days":      func(l *StatusList) { l.ValidUntil = l.ValidFrom.AddDate(0, 0, 91) },
		"reversed":     func(l *StatusList) { l.ValidUntil = l.ValidFrom },
		"no beginning": func(l *StatusList) { l.ValidFrom = time.Time{} },
		"no bits":      func(l *StatusList) { l.bits = nil },
	} {
		l := testList()
		change(l)
		if _, err := SignStatusList(l, testStatus); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
	encoded := func(level int, bits []byte, after string) string {
		var b bytes.Buffer
		w := must(gzip.NewWriterLevel(&b, level))
		if _, err := w.Write(bits); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return "u" + base64.RawURLEncoding.EncodeToString(append(b.Bytes(), after...))
	}
	l := testList()
	good := encoded(gzip.BestSpeed, l.bits, "") // any compression will do
	doc := func(encoded string) string {
		return string(must(marshalCanonical(l.document(encoded, testStatus.Public()))))
	}
	open := func(text string) error {
		_, err := OpenStatusList(must(signDocument(jsontext.Value(text), l.ValidFrom, testStatus)), m, 1)
		return err
	}
	if err := open(doc(good)); err != nil {
		t.Fatal(err)
	}
	second := good[1:]
	for name, text := range map[string]string{
		"one byte short":    encoded(9, l.bits[1:], ""),
		"one byte long":     encoded(9, append(bytes.Clone(l.bits), 0), ""),
		"empty list":        encoded(9, nil, ""),
		"bomb":              encoded(9, make([]byte, 4<<20), ""),
		"trailing byte":     encoded(9, l.bits, "x"),
		"two members":       encoded(9, l.bits[:100], string(must(base64.RawURLEncoding.DecodeString(encoded(9, l.bits[100:], "")[1:])))),
		"no prefix":         second,
		"base58 prefix":     "z" + second,
		"padding":           good + "=",
		"no gzip":           "u" + base64.RawURLEncoding.EncodeToString(l.bits[:100]),
		"cut":               good[:len(good)-8],
		"empty":             "",
		"standard alphabet": "u" + strings.Repeat("+", 40),
	} {
		if err := open(doc(text)); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: %v, want not genuine", name, err)
		}
	}
	for _, c := range []struct{ from, to string }{
		{`"message"`, `"revocation"`},
		{`"BitstringStatusList"`, `"StatusList2021"`},
		{`#list"`, `"`},
		{`["VerifiableCredential","BitstringStatusListCredential"]`, `["VerifiableCredential"]`},
		{`credentials/v2"`, `credentials/v1"`},
		{`"issuer":"did:key:`, `"issuer":"did:web:`},
		{`"validUntil":"2026`, `"validUntil":"2030`},
		{`"validFrom":"2026-11-20`, `"validFrom":"2026-11-21`},
		{`"validFrom"`, `"more":1,"validFrom"`},
		{`"statusPurpose"`, `"statusSize":2,"statusPurpose"`},
		{testAddress + "/status/1.json#", "https://other.example/status/1.json#"},
	} {
		changed := strings.Replace(doc(good), c.from, c.to, 1)
		if changed == doc(good) {
			t.Fatalf("%s does not occur", c.from)
		}
		if err := open(changed); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s for %s: %v", c.to, c.from, err)
		}
	}
}

// TestPlace: over two whole lists, every place once, and no visible order.
func TestPlace(t *testing.T) {
	key := [32]byte{'T', 'E', 'S', 'T'}
	var orders [2][ListSize]uint32
	for list := range orders {
		seen := make([]bool, ListSize)
		ascending := 0
		for i := range ListSize {
			number, index := Place(key, uint64(list*ListSize+i))
			if number != uint32(list+1) || index >= ListSize || seen[index] {
				t.Fatalf("attestation %d: list %d, index %d", list*ListSize+i, number, index)
			}
			seen[index] = true
			orders[list][i] = index
			if i > 0 && index > orders[list][i-1] {
				ascending++
			}
		}
		if ascending < ListSize*49/100 || ascending > ListSize*51/100 {
			t.Errorf("list %d: %d of %d neighbours ascend", list+1, ascending, ListSize)
		}
	}
	same := 0
	for i := range ListSize {
		if orders[0][i] == orders[1][i] {
			same++
		}
	}
	if same > 12 { // one is expected; twelve has probability below 1e-9
		t.Errorf("two lists have %d places in common", same)
	}
	if list, index := Place(key, 1<<63); list != 1<<32-1 || index >= ListSize {
		t.Errorf("far beyond: list %d, index %d", list, index)
	}
	if l1, i1 := Place(key, 5); l1 != 1 || i1 == placeIndex(Place([32]byte{}, 5)) {
		t.Error("the key changes nothing")
	}
}

func placeIndex(_, index uint32) uint32 { return index }
