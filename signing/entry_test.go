package signing

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
)

func TestSealedFiles(t *testing.T) {
	code := testCode()
	for _, n := range []int{0, 1, fileStep - 2, fileStep - 1, fileStep, fileStep + 1, 3*fileStep - 1, maxFile - 1} {
		data := bytes.Repeat([]byte{0x80}, n)
		sealed, err := SealFile(code, "fr", data)
		if err != nil {
			t.Fatal(err)
		}
		if (len(sealed)-29)%fileStep != 0 || len(sealed)-29 <= n || len(sealed)-29 > n+fileStep {
			t.Errorf("%d bytes make %d", n, len(sealed))
		}
		if again, _ := SealFile(code, "fr", data); !bytes.Equal(again, sealed) {
			t.Errorf("%d bytes: sealed twice, different bytes", n)
		}
		if got, err := OpenFile(code, "fr", sealed); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, err := OpenFile(code, "en", sealed); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("opens as another form: %v", err)
		}
		if _, err := OpenFile(someCodes(1)[0], "fr", sealed); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("opens with another code: %v", err)
		}
	}
	if _, err := SealFile(code, "fr", make([]byte, maxFile)); err == nil {
		t.Error("a file above 4 MiB is sealed")
	}
	for _, form := range []string{"", "FR", "fr/..", "-fr", "1", "é", ".", strings.Repeat("f", 17)} {
		if _, err := SealFile(code, form, nil); err == nil {
			t.Errorf("form %q accepted", form)
		}
		if _, err := OpenFile(code, form, make([]byte, 29+fileStep)); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("form %q opened: %v", form, err)
		}
	}
}

// TestSealCanonical: content that decrypts but was padded otherwise, or
// carries a nonce of its sealer's choice, is refused.
func TestSealCanonical(t *testing.T) {
	code, x := testCode(), entryBox
	encrypt := func(padded, nonce []byte) []byte {
		return x.aead(code).Seal(append([]byte{sealVersion}, nonce...), nonce, padded, x.aad(code))
	}
	pad := func(size int, content ...byte) []byte { return append(content, make([]byte, size-len(content))...) }
	good := pad(entryStep, 'a', 0x80)
	if got, err := x.open(code, encrypt(good, x.nonce(code, good))); err != nil || string(got) != "a" {
		t.Fatalf("%q %v", got, err)
	}
	if _, err := x.open(code, encrypt(good, make([]byte, nonceSize))); err == nil {
		t.Error("a chosen nonce is accepted")
	}
	for what, padded := range map[string][]byte{
		"two steps for one":   pad(2*entryStep, 'a', 0x80),
		"no end mark":         pad(entryStep, 'a'),
		"nothing but zeros":   pad(entryStep),
		"other end mark":      pad(entryStep, 'a', 0x81),
		"not a whole step":    pad(entryStep-1, 'a', 0x80),
		"above the limit":     append(pad(maxEntry), pad(entryStep, 0x80)...),
		"nothing":             {},
		"mark in second step": append(pad(entryStep, 'a'), pad(entryStep, 0, 0, 0x80)...)[:entryStep+1],
	} {
		if got, err := x.open(code, encrypt(padded, x.nonce(code, padded))); err == nil {
			t.Errorf("%s: %d bytes", what, len(got))
		}
	}
}

func TestEntryRefusals(t *testing.T) {
	m, code := openManifest(t, testManifest()), testCode()
	other := full()
	other.FamilyName = "Autre"
	for _, c := range []struct {
		name   string
		change func(*Entry)
		want   string
	}{
		{"no credential", func(e *Entry) { e.Credential = nil }, "credential"},
		{"share as credential", func(e *Entry) { e.Credential = e.Share }, "credential"},
		{"long credential", func(e *Entry) { e.Credential = append(e.Credential, make([]byte, 400)...) }, "credential"},
		{"no share", func(e *Entry) { e.Share = nil }, "share"},
		{"credential as share", func(e *Entry) { e.Share = e.Credential }, "share"},
		{"another's share", func(e *Entry) { e.Share = must(SignCredential(other.Share(), testCredential)) }, "share"},
		{"no record", func(e *Entry) { e.Record = nil }, "record"},
		{"long record", func(e *Entry) { e.Record = make([]byte, maxRecord+1) }, "record"},
		{"form", func(e *Entry) { e.Forms[0].Form = "../fr" }, "form"},
		{"twice", func(e *Entry) { e.Forms = append(e.Forms, e.Forms[0]) }, "twice"},
		{"many forms", func(e *Entry) {
			for i := range maxForms {
				e.Forms = append(e.Forms, FormHash{"fr", sha256.Sum256([]byte{byte(i)})})
			}
		}, "forms"},
	} {
		e := testEntryOf(t, full(), code)
		c.change(e)
		if _, err := SealEntry(code, e, testEntry); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: sealing: %v, want an error naming %q", c.name, err, c.want)
		}
		if e.Credential == nil || e.Share == nil || e.Record == nil {
			continue
		}
		forged := must(entryBox.seal(code, signCOSE(encodeEntry(e, code.locator()), testEntry)))
		if _, err := OpenEntry(code, forged, m); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: opening: %v, want not genuine", c.name, err)
		}
	}
}

// TestEntryKeys: who sealed, for which code, with which key.
func TestEntryKeys(t *testing.T) {
	code, e := testCode(), testEntryOf(t, full(), testCode())
	m := openManifest(t, testManifest())
	other := someCodes(1)[0]
	good := must(SealEntry(code, e, testEntry))
	if _, err := OpenEntry(other, good, m); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("opens with another code: %v", err)
	}
	// An entry lifted out of its file and sealed again under another code.
	lifted := must(entryBox.seal(other, must(entryBox.open(code, good))))
	if _, err := OpenEntry(other, lifted, m); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("an entry moved to another code opens: %v", err)
	}
	for name, c := range map[string]struct {
		key  *PrivateKey
		want error
	}{
		"credential key": {testCredential, ErrNotGenuine},
		"status key":     {testStatus, ErrNotGenuine},
		"stranger":       {testKey("stranger"), ErrUnknownIssuer},
		"root":           {testRoot, ErrUnknownIssuer},
	} {
		if _, err := OpenEntry(code, must(SealEntry(code, e, c.key)), m); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for state, want := range map[State]error{Active: nil, Retired: nil, Compromised: ErrNotGenuine} {
		manifest := testManifest()
		manifest.Keys[1].State = state
		manifest.Keys[1].NotAfter = manifest.Keys[1].NotBefore // no window for entries
		if _, err := OpenEntry(code, good, openManifest(t, manifest)); !errors.Is(err, want) {
			t.Errorf("%s entry key: %v, want %v", state, err, want)
		}
	}
	// The bytes of an entry are no credential, and the other way round.
	inner := must(entryBox.open(code, good))
	if _, err := OpenCredential(inner, m); err == nil {
		t.Error("an entry opens as a credential")
	}
	if _, err := OpenEntry(code, must(entryBox.seal(code, e.Credential)), m); err == nil {
		t.Error("a credential opens as an entry")
	}
}

func TestAttachment(t *testing.T) {
	code := testCode()
	qr := QRText(testAddress, must(SignCredential(full(), testCredential)))
	block := string(Attachment(qr, code.String()))
	if got, c, err := FindAttachment([]byte("%PDF\nstream\r\n" + block + "endstream")); err != nil || got != qr || c != code.String() {
		t.Errorf("%q %q %v", got, c, err)
	}
	for _, none := range []string{"", "%PDF-1.7", strings.Replace(block, "-1\n", "-2\n", 1), "etalon-attestation-1.txt",
		strings.ReplaceAll(block, "\n", "\r\n")} {
		if _, _, err := FindAttachment([]byte(none)); err != ErrNoAttachment {
			t.Errorf("%.40q: %v, want none found", none, err)
		}
	}
	pre := "%PDF\n"
	for what, bad := range map[string]string{
		"twice":               pre + block + block,
		"begun twice":         pre + block + "\netalon-attestation-1\n",
		"ended twice":         pre + block + "end-etalon-attestation\n",
		"not after a line":    "%PDF " + block,
		"at the very start":   block,
		"no end":              pre + strings.Replace(block, "end-", "", 1),
		"cut":                 pre + block[:len(block)-1],
		"further line":        pre + strings.Replace(block, "end-", "\nend-", 1),
		"lower case code":     pre + strings.Replace(block, code.String(), strings.ToLower(code.String()), 1),
		"damaged code":        pre + strings.Replace(block, code.String(), "P-00000-00000-00000-00000-1", 1),
		"bare digits":         pre + strings.Replace(block, testAddress+"/v#", "", 1),
		"other page":          pre + strings.Replace(block, "/v#", "/fr/verifier/#", 1),
		"query":               pre + strings.Replace(block, "/v#", "/v?a=b#", 1),
		"leading zero":        pre + strings.Replace(block, "/v#", "/v#0", 1),
		"space after the QR":  pre + strings.Replace(block, "\nP-", " \nP-", 1),
		"plain http":          pre + strings.Replace(block, "https:", "http:", 1),
		"ten thousand digits": pre + strings.Replace(block, "/v#", "/v#"+strings.Repeat("1", 10000), 1),
	} {
		if got, _, err := FindAttachment([]byte(bad)); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s: %.60q %v, want not genuine", what, got, err)
		}
	}
}
