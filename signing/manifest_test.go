package signing

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

func TestManifestRoundTrip(t *testing.T) {
	m := testManifest()
	m.Keys[1].State = Retired
	m.Created = m.Created.Add(999 * time.Millisecond) // kept to the second
	m.Keys[0].NotBefore = m.Keys[0].NotBefore.Add(5 * time.Hour)
	data := must(SignManifest(m, testRoot2))
	got, err := OpenManifest(data, testTrust)
	if err != nil {
		t.Fatal(err)
	}
	want := testManifest()
	want.Keys[1].State = Retired
	opened := got.opened
	if got.opened = nil; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	got.opened = opened
	if again := must(SignManifest(got, testRoot2)); !bytes.Equal(again, data) {
		t.Error("signed again, different bytes")
	}
	for at, current := range map[time.Time]bool{
		want.Created.Add(-1): false, want.Created: true, testNow: true,
		want.ValidUntil.Add(-1): true, want.ValidUntil: false,
	} {
		if got.Current(at) != current {
			t.Errorf("current at %s: %v", at, !current)
		}
	}
}

func TestManifestTrust(t *testing.T) {
	data := must(SignManifest(testManifest(), testRoot))
	other := must(SignManifest(testManifest(), testKey("stranger")))
	for name, c := range map[string]struct {
		data  []byte
		trust Trust
		want  error
	}{
		"pinned":        {data, testTrust, nil},
		"least equal":   {data, Trust{testTrust.Roots, 7}, nil},
		"rolled back":   {data, Trust{testTrust.Roots, 8}, ErrNotGenuine},
		"nothing":       {data, Trust{}, ErrUnknownIssuer},
		"other root":    {data, Trust{testTrust.Roots[1:], 1}, ErrUnknownIssuer},
		"stranger":      {other, testTrust, ErrUnknownIssuer},
		"own key":       {must(SignManifest(testManifest(), testKey("x"))), testTrust, ErrUnknownIssuer},
		"lists a root":  {data, Trust{append([]PublicKey{testCredential.Public()}, testTrust.Roots...), 1}, ErrNotGenuine},
		"too long":      {append(bytes.Clone(data), make([]byte, maxManifest)...), testTrust, ErrNotGenuine},
		"line end":      {append(bytes.Clone(data), '\n'), testTrust, ErrNotGenuine},
		"a status list": {must(SignStatusList(testList(), testRoot)), testTrust, ErrNotGenuine},
	} {
		if m, err := OpenManifest(c.data, c.trust); !errors.Is(err, c.want) || (m == nil) == (err == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestManifestRefusals: what SignManifest refuses, OpenManifest refuses too
// when a root signed it all the same.
func TestManifestRefusals(t *testing.T) {
	for name, change := range map[string]func(*Manifest){
		"no issuer":        func(m *Manifest) { m.Issuer.Name = "" },
		"issuer's name":    func(m *Manifest) { m.Issuer.Name = "A\u202eB" },
		"issuer's url":     func(m *Manifest) { m.Issuer.URL = "http://issuer.example" },
		"script":           func(m *Manifest) { m.Issuer.URL = "javascript:alert(1)" },
		"sequence 0":       func(m *Manifest) { m.Sequence = 0 },
		"sequence 2^53":    func(m *Manifest) { m.Sequence = 1 << 53 },
		"91 days":          func(m *Manifest) { m.ValidUntil = m.Created.AddDate(0, 0, 91) },
		"no time":          func(m *Manifest) { m.ValidUntil = m.Created },
		"created in 1970":  func(m *Manifest) { m.Created, m.ValidUntil = time.Unix(0, 0), time.Unix(60, 0) },
		"no key name":      func(m *Manifest) { m.Keys[0].Name = "" },
		"two of a name":    func(m *Manifest) { m.Keys[0].Name = m.Keys[1].Name },
		"two of a key":     func(m *Manifest) { m.Keys[0].Public = m.Keys[1].Public },
		"role root":        func(m *Manifest) { m.Keys[0].Role = RoleRoot },
		"no role":          func(m *Manifest) { m.Keys[0].Role = "" },
		"state":            func(m *Manifest) { m.Keys[0].State = "paused" },
		"window":           func(m *Manifest) { m.Keys[0].NotAfter = m.Keys[0].NotBefore.AddDate(0, 0, -1) },
		"window of 2015":   func(m *Manifest) { m.Keys[0].NotBefore = day("2015-12-31").Time() },
		"without the roll": func(m *Manifest) { m.Keys[0].State = Compromised },
		"65 keys": func(m *Manifest) {
			for i := range 62 {
				k := m.Keys[0]
				k.Name, k.Public = strings.Repeat("x", i+1), testKey(strings.Repeat("x", i+1)).Public()
				m.Keys = append(m.Keys, k)
			}
		},
	} {
		m := testManifest()
		change(m)
		if _, err := SignManifest(m, testRoot); err == nil {
			t.Errorf("%s: signed", name)
		}
		forged, err := signDocument(m.document(), m.Created, testRoot)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenManifest(forged, testTrust); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: opened: %v", name, err)
		}
	}
	m := testManifest()
	m.Keys[0].Public = PublicKey{}
	if _, err := SignManifest(m, testRoot); err == nil {
		t.Error("signed without a public key")
	}
	m.Keys[0].Public = testRoot.Public()
	if _, err := SignManifest(m, testRoot); err == nil {
		t.Error("signed with the root among the keys")
	}
}

// TestManifestDocument edits the JSON, then signs it with the root.
func TestManifestDocument(t *testing.T) {
	doc := string(must(marshalCanonical(testManifest().document())))
	resign := func(text string) []byte {
		return must(signDocument(jsontext.Value(text), testManifest().Created, testRoot))
	}
	if _, err := OpenManifest(resign(doc), testTrust); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to string }{
		{`"schema":"etalon-keys/1"`, `"schema":"etalon-keys/2"`},
		{`"schema":"etalon-keys/1",`, ``},
		{`"specimen":true,`, ``},
		{`"specimen":true`, `"specimen":null`},
		{`"specimen":true`, `"specimen":"true"`},
		{`"sequence":7`, `"sequence":7,"more":1`},
		{`"sequence":7`, `"sequence":7.5`},
		{`"sequence":7`, `"sequence":-7`},
		{`"sequence":7`, `"sequence":"7"`},
		{`"sequence":7`, `"roll":[],"sequence":7`},
		{`"sequence":7`, `"roll":null,"sequence":7`},
		{`"sequence":7`, `"roll":["00"],"sequence":7`},
		{`"sequence":7`, `"Sequence":7`},
		{`"notBefore":"2026-01-01"`, `"notBefore":"2026-01-01T00:00:00Z"`},
		{`"notBefore":"2026-01-01"`, `"notBefore":"2026-1-1"`},
		{`"z6Mk`, `"z6Ml`},
		{`"state":"active"`, `"State":"active"`},
		{`"keys":[`, `"keys":[null,`},
		{`12:00:00Z"`, `12:00:00.0Z"`},
		{`12:00:00Z"`, `12:00:00+00:00"`},
		{`12:00:00Z"`, `12:00:60Z"`},
	} {
		changed := strings.Replace(doc, c.from, c.to, 1)
		if changed == doc {
			t.Fatalf("%s does not occur", c.from)
		}
		if _, err := OpenManifest(resign(changed), testTrust); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s for %s: %v", c.to, c.from, err)
		}
	}
	other := must(signDocument(testManifest().document(), testNow, testRoot))
	if _, err := OpenManifest(other, testTrust); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("another date in the proof: %v", err)
	}
}

// testRoll is the roll of the fixtures' credentials and a thousand others.
func testRoll(credentials ...[]byte) ([256][]byte, *[256][32]byte) {
	var digests [][32]byte
	for i := range 1000 {
		digests = append(digests, sha256.Sum256([]byte{byte(i), byte(i >> 8), 'T'}))
	}
	for _, b := range credentials {
		digests = append(digests, sha256.Sum256(b), sha256.Sum256(b)) // twice: no matter
	}
	shards, hashes := BuildRoll(digests)
	return shards, &hashes
}

func TestRoll(t *testing.T) {
	genuine := must(SignCredential(full(), testCredential))
	share := must(SignCredential(full().Share(), testCredential))
	stolen := full()
	stolen.Number, stolen.FamilyName = 20260000999, "Faussaire"
	forged := must(SignCredential(stolen, testCredential))
	shards, hashes := testRoll(genuine, share)
	total := 0
	for i, s := range shards {
		total += len(s) / rollEntry
		for at := 0; at < len(s); at += rollEntry {
			if s[at] != byte(i) || at > 0 && bytes.Compare(s[at-rollEntry:at], s[at:at+rollEntry]) >= 0 {
				t.Fatalf("shard %02x is not sorted", i)
			}
		}
	}
	if total != 1002 {
		t.Errorf("%d entries, want 1002", total)
	}
	if again, _ := testRoll(share, genuine); !reflect.DeepEqual(again, shards) {
		t.Error("the order of digests changes the roll")
	}
	manifest := testManifest()
	manifest.Keys[0].State, manifest.Roll = Compromised, hashes
	m := openManifest(t, manifest)
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{"genuine": {genuine, nil}, "its share": {share, nil}, "forged": {forged, ErrNotGenuine}} {
		var need *RollNeeded
		if got, err := OpenCredential(c.b, m); got != nil || !errors.As(err, &need) {
			t.Errorf("%s: %v, %v, want the roll needed", name, got, err)
			continue
		}
		if need.Shard != sha256.Sum256(c.b)[0] {
			t.Errorf("%s: shard %02x asked for", name, need.Shard)
		}
		got, err := OpenCredential(c.b, m, shards[need.Shard])
		if !errors.Is(err, c.want) || (got == nil) == (err == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		sum := sha256.Sum256(c.b)
		padded := append(bytes.Clone(shards[need.Shard]), sum[:rollEntry]...)
		for what, shard := range map[string][]byte{
			"another shard": shards[need.Shard+1], "an edited shard": padded, "no shard": nil,
			"a cut shard": shards[need.Shard][:max(0, len(shards[need.Shard])-1)],
		} {
			if bytes.Equal(shard, shards[need.Shard]) {
				continue // cut from nothing
			}
			if got, err := OpenCredential(c.b, m, shard); got != nil || !errors.As(err, &need) {
				t.Errorf("%s with %s: %v, want nothing decided", name, what, err)
			}
		}
	}
	// On the roll, but outside the window.
	manifest.Keys[0].NotAfter = day("2026-11-19").Time()
	if _, err := OpenCredential(genuine, openManifest(t, manifest), shards[sha256.Sum256(genuine)[0]]); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("outside the window: %v", err)
	}
	// A roll in the manifest asks nothing of a key in good standing.
	manifest = testManifest()
	manifest.Roll = hashes
	if _, err := OpenCredential(genuine, openManifest(t, manifest)); err != nil {
		t.Error(err)
	}
}
