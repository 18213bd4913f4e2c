package check_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

var update = flag.Bool("update", false, "write testdata/verdicts/cases.json anew")

const tableFile = "../../testdata/verdicts/cases.json"

// noting is a checker that notes what it was asked last.
type noting struct {
	*check.Checker
	input, text string
	pdf         []byte
}

func (n *noting) QR(ctx context.Context, s string) *check.Result {
	n.input, n.text = "qr", s
	return n.Checker.QR(ctx, s)
}

func (n *noting) Code(ctx context.Context, s string) *check.Result {
	n.input, n.text = "code", s
	return n.Checker.Code(ctx, s)
}

func (n *noting) Text(ctx context.Context, s string) *check.Result {
	n.input, n.text = "text", s
	return n.Checker.Text(ctx, s)
}

func (n *noting) PDF(ctx context.Context, b []byte) *check.Result {
	n.input, n.pdf = "pdf", b
	return n.Checker.PDF(ctx, b)
}

// TestTable holds testdata/verdicts/cases.json to the tables of this package:
// the file is how the other verifiers are held to them.
func TestTable(t *testing.T) {
	base := newWorld()
	base.Publish()
	want := &testsite.Table{
		About: "TEST. What every verifier answers: an issuer's public files, and for each case what differs and what is asked. " +
			"Contents are base64; a number is so many zero bytes, null a file that is not there, false one that cannot be read. " +
			"Written by the tests of verifier/check with -update; its keys protect nothing and its people do not exist.",
		Address: testsite.Address, Now: testsite.Now, LeastSequence: base.Trust().LeastSequence, Files: blobs(base.Files),
	}
	for _, k := range base.Trust().Roots {
		want.Roots = append(want.Roots, k.Multikey())
	}
	for _, table := range tables() {
		for _, c := range table {
			if c.series != nil {
				continue // what a verifier remembers is its own affair
			}
			if one := c.shared(want); one != nil {
				want.Cases = append(want.Cases, one)
			}
		}
	}
	if *update {
		data, err := json.MarshalIndent(want, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(tableFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(tableFile, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	var have testsite.Table
	if err := json.Unmarshal(data, &have); err != nil {
		t.Fatal(err)
	}
	const again = "go test ./verifier/check -run TestTable -update writes it anew"
	if len(have.Cases) != len(want.Cases) {
		t.Fatalf("%s: %d cases, the tables have %d: %s", tableFile, len(have.Cases), len(want.Cases), again)
	}
	for i, c := range want.Cases {
		plain(c.Files)
		plain(have.Cases[i].Files)
		if !reflect.DeepEqual(read(t, c), read(t, have.Cases[i])) {
			t.Errorf("%s: case %q is not %q of the tables: %s", tableFile, have.Cases[i].Name, c.Name, again)
		}
	}
	want.Cases, have.Cases = nil, nil
	plain(want.Files)
	plain(have.Files)
	if !reflect.DeepEqual(read(t, want), read(t, &have)) {
		t.Errorf("%s: the issuer's files differ: %s", tableFile, again)
	}
}

// shared is the case as the file holds it.
func (c tableCase) shared(table *testsite.Table) *testsite.Case {
	w, checker := c.publish()
	asked := &noting{Checker: checker}
	prefix := "\x00" // begins no name
	if b, ok := checker.Source.(broken); ok {
		prefix = b.prefix
	}
	r := c.run(w, asked)
	one := &testsite.Case{Name: c.name, Input: asked.input, Text: asked.text, Verdict: string(c.want), Reason: string(r.Reason)}
	if strings.ToValidUTF8(one.Text, "") != one.Text {
		return nil // JSON holds text
	}
	if asked.input == "pdf" {
		one.PDF = &testsite.Blob{Data: asked.pdf}
	}
	if r.Document != nil {
		one.Document = &testsite.Document{Issued: r.Document.Issued, Form: r.Document.Form}
	}
	if now := checker.Now(); !now.Equal(testsite.Now) {
		one.Now = &now
	}
	if checker.Trust.LeastSequence != table.LeastSequence {
		one.LeastSequence = &checker.Trust.LeastSequence
	}
	roots := []string{}
	for _, k := range checker.Trust.Roots {
		roots = append(roots, k.Multikey())
	}
	if !reflect.DeepEqual(roots, table.Roots) {
		one.Roots = &roots
	}
	files := blobs(w.Files)
	for name := range files {
		if strings.HasPrefix(name, "roll/") && !w.onRoll(name) {
			delete(files, name)
		}
	}
	for name := range table.Files {
		if _, ok := files[name]; !ok {
			files[name] = testsite.Blob{Absent: true}
		}
	}
	maps.DeleteFunc(files, func(name string, b testsite.Blob) bool {
		old, ok := table.Files[name]
		return ok && reflect.DeepEqual(old, b) && !strings.HasPrefix(name, prefix)
	})
	for name := range files {
		if strings.HasPrefix(name, prefix) {
			files[name] = testsite.Blob{Unreadable: true}
		}
	}
	if len(files) > 0 {
		one.Files = files
	}
	return one
}

// onRoll tells the shards in which an attestation of this world belongs.
func (w *world) onRoll(name string) bool {
	for _, a := range w.Attestations {
		for _, b := range [][]byte{a.Signed, a.Share} {
			if name == fmt.Sprintf("roll/%02x", sum(b)[0]) {
				return true
			}
		}
	}
	return false
}

// blobs leaves out what no check reads: the sealed PDFs, the roots.
func blobs(files map[string][]byte) map[string]testsite.Blob {
	out := map[string]testsite.Blob{}
	for name, data := range files {
		if strings.HasPrefix(name, "registry/") && strings.Contains(name, ".") || name == "roots.json" {
			continue
		}
		out[name] = testsite.Blob{Data: data}
	}
	return out
}

// plain replaces status lists by what they say: another version of gzip may
// write the same list in other bytes.
func plain(files map[string]testsite.Blob) {
	for name, b := range files {
		var list struct {
			Subject struct {
				Encoded string `json:"encodedList"`
			} `json:"credentialSubject"`
		}
		if json.Unmarshal(b.Data, &list) != nil || !strings.HasPrefix(list.Subject.Encoded, "u") {
			continue
		}
		packed, err := base64.RawURLEncoding.DecodeString(list.Subject.Encoded[1:])
		if err != nil {
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			continue
		}
		bits, err := io.ReadAll(z)
		if err != nil {
			continue
		}
		head, rest, _ := strings.Cut(string(b.Data), list.Subject.Encoded)
		rest, _, _ = strings.Cut(rest, `"proofValue":`)
		sum := sum(bits)
		files[name] = testsite.Blob{Data: []byte(head + rest + string(sum[:]))}
	}
}

// read is v as its JSON says.
func read(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
