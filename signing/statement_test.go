package signing

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

type testStatement struct {
	Action string `json:"action"`
	Number string `json:"number"`
}

func TestStatement(t *testing.T) {
	m := openManifest(t, testManifest())
	good := must(SignStatement(testStatement{"revoke", "2026-0000123"}, testNow, testStatus))
	doc, err := OpenStatement(good, m)
	if err != nil || string(doc) != `{"action":"revoke","number":"2026-0000123"}` {
		t.Fatalf("%s, %v", doc, err)
	}
	tried := 0
	mangle(good, fewBits, func(what string, at int, changed []byte) {
		tried++
		if doc, err := OpenStatement(changed, m); err == nil || doc != nil {
			t.Errorf("%s at %d: %s", what, at, doc)
		}
	})
	if tried < len(good) {
		t.Fatalf("only %d variants tried", tried)
	}
	// The proof of one on the content of another.
	swapped := bytes.Replace(good, []byte("0000123"), []byte("0000124"), 1)
	if _, err := OpenStatement(swapped, m); bytes.Equal(swapped, good) || err == nil {
		t.Error("the proof of another statement is accepted")
	}
}

// TestStatementRefusals: who may sign, and when.
func TestStatementRefusals(t *testing.T) {
	doc := testStatement{"revoke", "2026-0000123"}
	good := must(SignStatement(doc, testNow, testStatus))
	for _, c := range []struct {
		what   string
		data   []byte
		change func(*Manifest)
		kind   error
	}{
		{"a retired key", good, func(m *Manifest) { m.Keys[2].State = Retired }, nil},
		{"a credential key", must(SignStatement(doc, testNow, testCredential)), nil, ErrNotGenuine},
		{"a root", must(SignStatement(doc, testNow, testRoot)), nil, ErrUnknownIssuer},
		{"a stranger", must(SignStatement(doc, testNow, testKey("stranger"))), nil, ErrUnknownIssuer},
		{"before the window", must(SignStatement(doc, day("2025-12-31").Time(), testStatus)), nil, ErrNotGenuine},
		{"after the window", must(SignStatement(doc, day("2028-01-01").Time(), testStatus)), nil, ErrNotGenuine},
		{"too long", must(SignStatement(testStatement{"revoke", strings.Repeat("1", maxStatement)}, testNow, testStatus)), nil, ErrNotGenuine},
		{"a compromised key", good, func(m *Manifest) { m.Keys[2].State = Compromised }, ErrNotGenuine},
	} {
		m := testManifest()
		if c.change != nil {
			c.change(m)
		}
		doc, err := OpenStatement(c.data, openManifest(t, m))
		if c.kind == nil && err != nil || c.kind != nil && (!errors.Is(err, c.kind) || doc != nil) {
			t.Errorf("%s: %v, want %v", c.what, err, c.kind)
		}
		// Only the last is handed out for review, and inside its error.
		distrusted, ok := errors.AsType[*DistrustedStatement](err)
		if review := c.what == "a compromised key"; ok != review || ok && !bytes.Contains(distrusted.Document, []byte("revoke")) {
			t.Errorf("%s: handed out for review: %v", c.what, ok)
		}
	}
	if _, err := OpenStatement(good, nil); !errors.Is(err, ErrUnknownIssuer) {
		t.Errorf("without a manifest: %v", err)
	}
}
