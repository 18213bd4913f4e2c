package signing

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestCredentialRefusals changes one field at a time: the error names it, both
// when signing and when a key signed it all the same.
func TestCredentialRefusals(t *testing.T) {
	m := openManifest(t, testManifest())
	shared := func() *Credential { return full().Share() }
	for _, c := range []struct {
		name   string
		base   func() *Credential
		change func(*Credential)
		want   string
	}{
		{"form", full, func(c *Credential) { c.Form = 3 }, "form"},
		{"regime", full, func(c *Credential) { c.Regime = 2 }, "regime"},
		{"number year", full, func(c *Credential) { c.Number = 20150000001 }, "number"},
		{"number rank", full, func(c *Credential) { c.Number = 20260000000 }, "number"},
		{"number huge", full, func(c *Credential) { c.Number = 1 << 63 }, "number"},
		{"no family name", full, func(c *Credential) { c.FamilyName = "" }, "family name"},
		{"no centre", full, func(c *Credential) { c.Centre = "" }, "centre"},
		{"long name", full, func(c *Credential) { c.FamilyName = strings.Repeat("é", 65) }, "family name: 130 bytes"},
		{"long given", full, func(c *Credential) { c.GivenNames = strings.Repeat("x", 129) }, "given names"},
		{"long place", full, func(c *Credential) { c.BirthPlace = strings.Repeat("x", 97) }, "birth place"},
		{"long centre", full, func(c *Credential) { c.Centre = strings.Repeat("x", 129) }, "centre"},
		{"long together", full, func(c *Credential) {
			c.FamilyName, c.GivenNames = strings.Repeat("x", 128), strings.Repeat("y", 80)
		}, "together"},
		{"decomposed", full, func(c *Credential) { c.FamilyName = "Noe\u0308l" }, "family name"},
		{"control", full, func(c *Credential) { c.GivenNames = "A\x07" }, "U+0007"},
		{"line", full, func(c *Credential) { c.Centre = "A\nB" }, "U+000A"},
		{"bidi", full, func(c *Credential) { c.FamilyName = "A\u202eB" }, "U+202E"},
		{"isolate", full, func(c *Credential) { c.FamilyName = "A\u2066B" }, "U+2066"},
		{"mark", full, func(c *Credential) { c.FamilyName = "A\u200fB" }, "U+200F"},
		{"soft hyphen", full, func(c *Credential) { c.FamilyName = "A\u00adB" }, "U+00AD"},
		{"private use", full, func(c *Credential) { c.FamilyName = "\ue000" }, "U+E000"},
		{"replacement", full, func(c *Credential) { c.FamilyName = "\ufffd" }, "U+FFFD"},
		{"tag", full, func(c *Credential) { c.FamilyName = "\U000e0041" }, "U+E0041"},
		{"space", full, func(c *Credential) { c.BirthPlace = " Brest" }, "birth place"},
		{"birth too early", full, func(c *Credential) { c.BirthDate = day("1899-12-31") }, "birth date"},
		{"born after", full, func(c *Credential) { c.BirthDate = c.SessionDate }, "birth date"},
		{"session after issue", full, func(c *Credential) { c.SessionDate = c.IssuedOn + 1 }, "session date"},
		{"session too early", full, func(c *Credential) { c.SessionDate = day("2015-12-31") }, "session date"},
		{"issued in 2200", full, func(c *Credential) { c.IssuedOn, c.ExpiresOn = day("2200-01-01"), day("2200-01-02") }, "issue"},
		{"expired at issue", full, func(c *Credential) { c.ExpiresOn = c.IssuedOn - 1 }, "expiry"},
		{"valid too long", full, func(c *Credential) { c.ExpiresOn = c.IssuedOn.AddYears(10) + 1 }, "expiry"},
		{"score", full, func(c *Credential) { c.Score = 128*7 + 1 }, "score"},
		{"level", full, func(c *Credential) { c.Level = 8 }, "level"},
		{"max level 9", full, func(c *Credential) { c.MaxLevel = 9 }, "highest level"},
		{"max level 0", full, func(c *Credential) { c.MaxLevel = 0 }, "highest level"},
		{"levels", full, func(c *Credential) { c.Levels[15] = 8 }, "levels: 8 at place 16"},
		{"pix in adaptive, not shared", full, func(c *Credential) { c.Pix[3] = 8 }, "pix"},
		{"list 0", full, func(c *Credential) { c.List = 0 }, "status list"},
		{"list too high", full, func(c *Credential) { c.List = maxList + 1 }, "status list"},
		{"index", full, func(c *Credential) { c.Index = ListSize }, "status list"},
		{"pix against level", profile, func(c *Credential) { c.Pix[0] -= 1 }, "pix: 23 at place 1"},
		{"sum of pix", profile, func(c *Credential) { c.Score++ }, "score"},
		{"global level", profile, func(c *Credential) { c.Level = 1 }, "level"},
		{"place shared", shared, func(c *Credential) { c.BirthPlace = "Brest" }, "share"},
		{"birth shared", shared, func(c *Credential) { c.BirthDate = day("2001-01-01") }, "share"},
		{"session shared", shared, func(c *Credential) { c.SessionDate = 20000 }, "share"},
		{"levels shared", shared, func(c *Credential) { c.Levels[0] = 1 }, "share"},
	} {
		bad := c.base()
		c.change(bad)
		if _, err := SignCredential(bad, testCredential); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: signing: %v, want an error naming %q", c.name, err, c.want)
		}
		if strings.HasSuffix(c.name, "shared") || strings.HasPrefix(c.name, "form") {
			continue // these fields have no place in the bytes
		}
		var forged []byte
		if bad.MaxLevel <= 15 {
			forged = signCOSE(encodeClaims(bad), testCredential)
		}
		if _, err := OpenCredential(forged, m); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: opening: %v, want not genuine", c.name, err)
		}
	}
	if _, err := SignCredential(&Credential{}, testCredential); err == nil {
		t.Error("the zero credential is signed")
	}
}

func TestLargestCredentialFits(t *testing.T) {
	for _, c := range []*Credential{full(), profile()} {
		c.FamilyName, c.GivenNames = strings.Repeat("x", 68), strings.Repeat("y", 68)
		c.BirthPlace, c.Centre = strings.Repeat("z", 48), strings.Repeat("c", 48)
		c.List, c.Index, c.Number = maxList, ListSize-1, 21990000001
		c.BirthDate = day("1900-01-01")
		b, err := SignCredential(c, testCredential)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("largest %s: %d bytes", c.Regime, len(b))
	}
}

// TestCredentialCanonical: content that means the same but is written
// otherwise is refused although the key signed it.
func TestCredentialCanonical(t *testing.T) {
	m := openManifest(t, testManifest())
	payload := encodeClaims(full())
	protected := protectedHeader(testCredential.Public().KID())
	replace := func(b []byte, from, to string) []byte {
		out := bytes.Replace(b, unhex(t, from), unhex(t, to), 1)
		if bytes.Equal(out, b) {
			t.Fatalf("%s does not occur in %x", from, b)
		}
		return out
	}
	if _, err := OpenCredential(signCOSE(payload, testCredential), m); err != nil {
		t.Fatal(err)
	}
	name := hex.EncodeToString([]byte("Ķristīne Zoé"))
	for what, p := range map[string][]byte{
		"indefinite map":       append(append([]byte{0xbf}, payload[1:]...), 0xff),
		"long map header":      append([]byte{0xb8, 3}, payload[1:]...),
		"long key":             replace(payload, "a304", "a31804"),
		"extra claim":          append(replace(payload, "a304", "a404"), 0x61, 'x', 0x00),
		"trailing byte":        append(bytes.Clone(payload), 0),
		"long form":            replace(payload, "9101", "911801"),
		"long array":           replace(payload, "9101", "981101"),
		"indefinite array":     append(replace(payload, "9101", "9f01"), 0xff),
		"tagged number":        replace(payload, "1b00000004", "c21b00000004"),
		"float expiry":         replace(payload, "041a", "04fa"),
		"null pix":             replace(payload, "4001191267", "f601191267"),
		"bytes for text":       replace(payload, "6f"+name, "4f"+name),
		"indefinite text":      replace(payload, "6f"+name, "7f6f"+name+"ff"),
		"invalid UTF-8":        replace(payload, name, "ff"+name[2:]),
		"level 1 for true":     replace(payload, "0407f5", "040701"),
		"undefined mention":    replace(payload, "0407f5", "0407f7"),
		"version 3":            replace(payload, "9101", "9103"),
		"issue not midnight":   append(payload[:7], replace(payload[7:], hex.EncodeToString(payload[7:12]), hex.EncodeToString(append(bytes.Clone(payload[7:11]), payload[11]^1)))...),
		"expiry not midnight":  append(bytes.Clone(payload[:6]), append([]byte{payload[6] ^ 1}, payload[7:]...)...),
		"pix in adaptive":      bytes.Replace(encodeClaims(profile()), []byte{0x91, 1, 1}, []byte{0x91, 1, 0}, 1),
		"empty":                {},
		"an array":             {0x80},
		"null":                 {0xf6},
		"18 elements":          append(replace(payload, "9101", "9201"), 0),
		"claims out of order":  append(append([]byte{0xa3}, payload[7:13]...), append(bytes.Clone(payload[1:7]), payload[13:]...)...),
		"duplicate claim":      append(append([]byte{0xa4}, payload[1:7]...), payload[1:]...),
		"share with 17 fields": replace(payload, "9101", "9102"),
	} {
		if c, err := OpenCredential(signCOSE(p, testCredential), m); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: %+v, %v, want not genuine", what, c, err)
		}
	}

	// The envelope, each time with a signature that is right for it.
	seal := func(protected []byte) []byte {
		return encodeSign1(protected, payload, testCredential.sign(toBeSigned(protected, payload)))
	}
	good := seal(protected)
	kid := hex.EncodeToString(protected[5:])
	for what, b := range map[string][]byte{
		"untagged":           good[1:],
		"tag in two bytes":   append([]byte{0xd8, 18}, good[1:]...),
		"tag 98":             append([]byte{0xd8, 98}, good[1:]...),
		"unprotected kid":    replace(good, "a058", "a1044401020304"+"58"),
		"null unprotected":   replace(good, "a058", "f658"),
		"long protected":     replace(good, "49a201", "5809a201"),
		"detached payload":   encodeSign1(protected, nil, testCredential.sign(toBeSigned(protected, payload))),
		"trailing":           append(bytes.Clone(good), 0),
		"alg EdDSA (−8)":     seal(unhex(t, "a2012704"+"44"+kid)),
		"alg missing":        seal(unhex(t, "a10444"+kid)),
		"kid missing":        seal(unhex(t, "a10132")),
		"kid of 5 bytes":     seal(unhex(t, "a201320445"+kid+"00")),
		"kid first":          seal(unhex(t, "a2"+"0444"+kid+"0132")),
		"further header":     seal(unhex(t, "a3"+"0132"+"0300"+"0444"+kid)),
		"empty protected":    seal(nil),
		"protected not map":  seal(unhex(t, "80")),
		"protected trailing": seal(append(bytes.Clone(protected), 0)),
	} {
		if c, err := OpenCredential(b, m); err == nil || c != nil {
			t.Errorf("%s: %+v, %v, want a refusal", what, c, err)
		}
	}
}

// TestCredentialKeys: role, window and state decide, whatever the signature.
func TestCredentialKeys(t *testing.T) {
	b := must(SignCredential(full(), testCredential))
	open := func(change func(*Manifest)) error {
		m := testManifest()
		change(m)
		c, err := OpenCredential(b, openManifest(t, m))
		if (c == nil) == (err == nil) {
			t.Errorf("credential %v with error %v", c, err)
		}
		return err
	}
	for _, c := range []struct {
		name   string
		change func(*Manifest)
		want   error
	}{
		{"active", func(m *Manifest) {}, nil},
		{"retired", func(m *Manifest) { m.Keys[0].State = Retired }, nil},
		{"unlisted", func(m *Manifest) { m.Keys = m.Keys[1:] }, ErrUnknownIssuer},
		{"other role", func(m *Manifest) { m.Keys[0].Role = RoleEntry }, ErrNotGenuine},
		{"window of one day", func(m *Manifest) {
			m.Keys[0].NotBefore, m.Keys[0].NotAfter = day("2026-11-20").Time().Add(15*3600e9), day("2026-11-20").Time()
		}, nil},
		{"window too late", func(m *Manifest) { m.Keys[0].NotBefore = day("2026-11-21").Time() }, ErrNotGenuine},
		{"window too early", func(m *Manifest) { m.Keys[0].NotAfter = day("2026-11-19").Time() }, ErrNotGenuine},
		{"retired, window too early", func(m *Manifest) {
			m.Keys[0].State, m.Keys[0].NotAfter = Retired, day("2026-11-19").Time()
		}, ErrNotGenuine},
	} {
		if err := open(c.change); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for _, m := range []*Manifest{nil, {}, testManifest()} {
		if _, err := OpenCredential(b, m); !errors.Is(err, ErrUnknownIssuer) {
			t.Errorf("a manifest that nobody verified opens a credential: %v", err)
		}
	}
	opened := openManifest(t, testManifest())
	opened.Keys[0].Public = testRoot2.Public()
	if _, err := OpenCredential(must(SignCredential(full(), testRoot2)), opened); !errors.Is(err, ErrUnknownIssuer) {
		t.Errorf("changing an opened manifest's fields changes what it opens: %v", err)
	}
}

// TestCredentialRoundTrip: any credential that passes the checks comes back
// equal, and so does its share form.
func TestCredentialRoundTrip(t *testing.T) {
	manifest := testManifest()
	manifest.Keys[0].NotBefore, manifest.Keys[0].NotAfter = firstDate.Time(), lastDate.Time()
	m := openManifest(t, manifest)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-ZÀ-ÖĶŁ][a-zà-öķł’' -]{0,20}[a-zéů]`)
		c := full()
		c.Regime = Regime(rapid.IntRange(0, 1).Draw(t, "regime"))
		c.FamilyName, c.GivenNames = text.Draw(t, "family"), text.Draw(t, "given")
		c.BirthPlace, c.Centre = text.Draw(t, "place"), text.Draw(t, "centre")
		c.Number = uint64(rapid.IntRange(2016, 2199).Draw(t, "year"))*numberYear + uint64(rapid.IntRange(1, numberYear-1).Draw(t, "rank"))
		c.SessionDate = Date(rapid.IntRange(int(firstDate), int(lastDate)).Draw(t, "session"))
		c.IssuedOn = min(lastDate, c.SessionDate+Date(rapid.IntRange(0, 90).Draw(t, "days")))
		c.ExpiresOn = c.IssuedOn.AddYears(rapid.IntRange(0, 10).Draw(t, "years"))
		c.BirthDate = Date(rapid.IntRange(int(firstBirth), int(c.SessionDate)-1).Draw(t, "birth"))
		c.MaxLevel = rapid.IntRange(1, 8).Draw(t, "max")
		c.Score = rapid.IntRange(0, 128*c.MaxLevel).Draw(t, "score")
		c.Level = rapid.IntRange(0, c.MaxLevel).Draw(t, "level")
		c.Professional = rapid.Bool().Draw(t, "professional")
		for i := range c.Levels {
			c.Levels[i] = rapid.IntRange(0, c.MaxLevel).Draw(t, "competence")
		}
		if c.Regime == Profile {
			c.Level, c.Score = 0, 0
			for i, l := range c.Levels {
				c.Pix[i] = 8 * l
				c.Score += 8 * l
			}
		}
		c.List = uint32(rapid.IntRange(1, maxList).Draw(t, "list"))
		c.Index = uint32(rapid.IntRange(0, ListSize-1).Draw(t, "index"))
		for _, c := range []*Credential{c, c.Share()} {
			b, err := SignCredential(c, testCredential)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := OpenCredential(b, m); err != nil || !reflect.DeepEqual(got, c) {
				t.Fatalf("got %+v, %v; want %+v", got, err, c)
			}
		}
	})
}

func TestExpired(t *testing.T) {
	c := full()
	last := c.ExpiresOn.Time()
	if c.Expired(last.Add(daySeconds*1e9 - 1)) {
		t.Error("expired on its last day")
	}
	if !c.Expired(last.Add(daySeconds * 1e9)) {
		t.Error("not expired the day after")
	}
}

func TestNumbers(t *testing.T) {
	if got := FormatNumber(20260000123); got != "2026-0000123" {
		t.Error(got)
	}
	if n, err := ParseNumber("2026-0000123"); err != nil || n != 20260000123 {
		t.Error(n, err)
	}
	for _, bad := range []string{"", "2026-123", "20260000123", "2026-0000000", "2015-0000001", "2026-00001233",
		"2026_0000123", "+026-0000123", "2026-+000123", "2026-000 123", "2200-0000001"} {
		if n, err := ParseNumber(bad); err == nil {
			t.Errorf("%q gives %d", bad, n)
		}
	}
}

func TestDates(t *testing.T) {
	for from, want := range map[string]string{"2024-02-29": "2027-02-28", "2026-11-20": "2029-11-20",
		"2021-02-28": "2024-02-28", "2026-12-31": "2029-12-31"} {
		if got := day(from).AddYears(3).String(); got != want {
			t.Errorf("%s and three years: %s, want %s", from, got, want)
		}
	}
	if day("1970-01-01") != 0 || day("1969-12-31") != -1 || DateOf(day("1969-12-31").Time().Add(1)) != -1 {
		t.Error("days do not count from 1970-01-01")
	}
	for _, bad := range []string{"", "2026-2-01", "2026-02-30", "26-02-01", "2026-02-01T00:00:00Z", "2026/02/01"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("%q gives %s", bad, d)
		}
	}
}
