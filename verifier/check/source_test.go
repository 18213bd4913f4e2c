package check_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/signing"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

func TestDirStaysInside(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "public")
	for name, data := range map[string]string{"secret": "outside", "public/keys.json": "{}", "public/sub/x": "x"} {
		path := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../secret", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	src, err := check.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for _, name := range []string{"../secret", "link", "/etc/passwd", "sub/../../secret", "", ".", "sub", "sub/", "keys.json/x", "a\x00b"} {
		if data, _, err := src.Fetch(ctx, name, 1<<20, ""); err == nil {
			t.Errorf("%q: read %q", name, data)
		}
	}
	data, tag, err := src.Fetch(ctx, "keys.json", 2, "")
	if err != nil || string(data) != "{}" || tag == "" {
		t.Fatalf("%q %q %v", data, tag, err)
	}
	if data, again, err := src.Fetch(ctx, "keys.json", 2, tag); err != nil || data != nil || again != tag {
		t.Errorf("unchanged file: %q %q %v", data, again, err)
	}
	if _, _, err := src.Fetch(ctx, "keys.json", 1, ""); !errors.Is(err, check.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, _, err := src.Fetch(ctx, "none", 1, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	if _, err := check.Dir(filepath.Join(top, "nowhere")); err == nil {
		t.Error("a folder that does not exist was opened")
	}
}

// TestDirIsReplaced: a publication puts another folder in the place of the one
// that was opened, and removes the former.
func TestDirIsReplaced(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "public")
	write := func(dir, text string) {
		t.Helper()
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "keys.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(dir, "first")
	src, err := check.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for _, text := range []string{"first", "second", "third"} {
		if text != "first" {
			old := filepath.Join(top, "old")
			write(filepath.Join(top, "new"), text)
			if err := os.Rename(dir, old); err != nil {
				t.Fatal(err)
			}
			// Between the two renames, what was opened last is still read.
			if _, _, err := src.Fetch(context.Background(), "keys.json", 100, ""); err != nil {
				t.Errorf("between two folders: %v", err)
			}
			if err := os.Rename(filepath.Join(top, "new"), dir); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(old); err != nil {
				t.Fatal(err)
			}
		}
		data, _, err := src.Fetch(context.Background(), "keys.json", 100, "")
		if err != nil || string(data) != text {
			t.Errorf("%q %v, want %q", data, err, text)
		}
		if page, err := fs.ReadFile(src.FS(), "keys.json"); err != nil || string(page) != text {
			t.Errorf("as a file system: %q %v, want %q", page, err, text)
		}
	}
}

// TestDirChanges: a long-lived checker over a folder sees what publish writes.
func TestDirChanges(t *testing.T) {
	dir := t.TempDir()
	w := newWorld()
	w.Publish()
	if err := w.Write(dir); err != nil {
		t.Fatal(err)
	}
	src, err := check.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c := w.checker()
	c.Source = src
	for range 3 {
		if r := c.Code(ctx, w.valid.Code.String()); r.Verdict != check.Valid {
			t.Fatal(r.Verdict, r.Reason)
		}
	}
	w.Set(w.valid, signing.Revoked)
	w.Publish()
	if err := w.Write(dir); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Second)
	if err := os.Chtimes(filepath.Join(dir, "status/1.json"), later, later); err != nil {
		t.Fatal(err)
	}
	if r := c.Code(ctx, w.valid.Code.String()); r.Verdict != check.Revoked {
		t.Fatal(r.Verdict, r.Reason)
	}
}

func TestHTTP(t *testing.T) {
	w := newWorld()
	w.Publish()
	files := http.FileServerFS(testsite.FS(w.Files))
	var asked atomic.Int32
	var failing atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if failing.Load() {
			http.Error(rw, "no", http.StatusBadGateway)
			return
		}
		switch r.URL.Path {
		case "/big":
			rw.Write(bytes.Repeat([]byte{'x'}, 1000))
		case "/elsewhere":
			http.Redirect(rw, r, "http://example.invalid/x", http.StatusFound)
		case "/loop":
			http.Redirect(rw, r, "/loop", http.StatusFound)
		default:
			files.ServeHTTP(rw, r)
		}
	}))
	defer srv.Close()
	src, err := check.HTTP(srv.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	c := w.checker()
	c.Source = src
	if r := c.PDF(ctx, w.valid.PDF["en"]); r.Verdict != check.Valid || r.Document == nil || !r.Document.Issued {
		t.Fatalf("%+v", r)
	}
	before := asked.Load()
	if r := c.QR(ctx, w.revoked.QR); r.Verdict != check.Revoked {
		t.Fatal(r.Verdict)
	}
	if asked.Load() != before {
		t.Errorf("%d requests for files read a moment ago", asked.Load()-before)
	}
	if _, _, err := src.Fetch(ctx, "big", 999, ""); !errors.Is(err, check.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, _, err := src.Fetch(ctx, "absent", 10, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	for _, name := range []string{"../x", "x?y", "x#y", "x%2fy", "/x"} {
		if _, _, err := src.Fetch(ctx, name, 10, ""); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	failing.Store(true)
	if _, _, err := src.Fetch(ctx, "status/2.json", 10, ""); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("failing host: %v", err)
	}
	for _, name := range []string{"elsewhere", "loop"} {
		other, err := check.HTTP(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		failing.Store(false)
		if _, _, err := other.Fetch(ctx, name, 10, ""); err == nil || strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "ftp://x", "http://attestations.example", "https://u:p@x", "https://x?y", "https://x#y", "https://"} {
		if _, err := check.HTTP(bad); err == nil {
			t.Errorf("address %q accepted", bad)
		}
	}
}

// TestHTTPHangs: a host that never answers makes a check slow, not endless, and
// the next one quick.
func TestHTTPHangs(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	src, err := check.HTTP(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld()
	c := w.checker()
	c.Source = src
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if r := c.Code(short, w.valid.Code.String()); r.Verdict != check.UnknownIssuer || r.Credential != nil {
		t.Error(r.Verdict)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "state.json")
	w := newWorld()
	w.Publish()
	fresh := func() *check.Checker {
		c := w.checker()
		c.State = &check.State{Path: path, Warn: func(err error) { t.Errorf("warning: %v", err) }}
		return c
	}
	if r := fresh().QR(ctx, w.valid.QR); r.Verdict != check.Valid {
		t.Fatal(r.Verdict)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), `: 7`) {
		t.Fatalf("%s %v", data, err)
	}
	w.Manifest.Sequence = 6
	w.Publish()
	if r := fresh().QR(ctx, w.valid.QR); r.Verdict != check.UnknownIssuer || !strings.Contains(r.Reason.In("en"), "older") {
		t.Errorf("older manifest: %s, %s", r.Verdict, r.Reason.In("en"))
	}
	// Other roots have a memory of their own.
	other := fresh()
	other.Trust.Roots = other.Trust.Roots[:1]
	if r := other.QR(ctx, w.valid.QR); r.Verdict != check.Valid {
		t.Errorf("other roots: %s", r.Verdict)
	}
	w.Manifest.Sequence = 9
	w.Publish()
	if r := fresh().QR(ctx, w.valid.QR); r.Verdict != check.Valid {
		t.Errorf("newer manifest: %s", r.Verdict)
	}
	data, err = os.ReadFile(path)
	if err != nil || strings.Count(string(data), ": 9")+strings.Count(string(data), ": 6") != 2 {
		t.Errorf("%s %v", data, err)
	}
}

// TestStateFails: a state file that cannot be read or written never fails a check.
func TestStateFails(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"schema":"something else"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld()
	w.Publish()
	for _, path := range []string{broken, dir, filepath.Join(broken, "x", "state.json")} {
		warned := 0
		c := w.checker()
		c.State = &check.State{Path: path, Warn: func(error) { warned++ }}
		if r := c.QR(ctx, w.valid.QR); r.Verdict != check.Valid {
			t.Errorf("%s: %s", path, r.Verdict)
		}
		if warned == 0 {
			t.Errorf("%s: no warning", path)
		}
	}
}

func TestDecodeRoots(t *testing.T) {
	key := testsite.Key("root 1").Public().Multikey()
	good := `{"leastSequence":3,"roots":["` + key + `"]}`
	trust, err := check.DecodeRoots("f", []byte(good))
	if err != nil || trust.LeastSequence != 3 || len(trust.Roots) != 1 {
		t.Fatalf("%+v %v", trust, err)
	}
	for _, bad := range []string{
		"", "{", "[]", good + "x", `{"roots":["` + key + `","` + key + `"]}`, `{"roots":["z6Mkx"]}`, `{"roots":[1]}`,
		`{"leastSequence":-1,"roots":[]}`, `{"roots":[],"roots":[]}`, `{"root":[]}`, strings.Repeat(" ", check.MaxRoots+1),
	} {
		if _, err := check.DecodeRoots("roots.json", []byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "roots.json: ") {
			t.Errorf("%.60q: %v", bad, err)
		}
	}
}

// FuzzInputs: no bytes make a check panic, and none that were not issued are
// called valid.
func FuzzInputs(f *testing.F) {
	w := newWorld()
	w.Publish()
	dir := f.TempDir() // with times, so that the manifest is verified once
	if err := w.Write(dir); err != nil {
		f.Fatal(err)
	}
	src, err := check.Dir(dir)
	if err != nil {
		f.Fatal(err)
	}
	defer src.Close()
	f.Add(w.valid.QR, w.valid.PDF["fr"])
	f.Add(w.valid.Code.String(), []byte("%PDF-"))
	f.Add("https://x/v#12", []byte("etalon-attestation-1\n1\n2\nend-etalon-attestation\n"))
	c := w.checker()
	c.Source = src
	f.Fuzz(func(t *testing.T, text string, pdf []byte) {
		c.Text(ctx, text)
		if r := c.PDF(ctx, pdf); r.Document != nil && r.Document.Issued != (bytes.Equal(pdf, w.valid.PDF["fr"]) || bytes.Equal(pdf, w.valid.PDF["en"])) {
			t.Errorf("document %+v", r.Document)
		}
	})
}

func BenchmarkQR(b *testing.B) {
	w := newWorld()
	w.Publish()
	dir := b.TempDir()
	if err := w.Write(dir); err != nil {
		b.Fatal(err)
	}
	src, err := check.Dir(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	c := w.checker()
	c.Source = src
	for b.Loop() {
		if c.QR(ctx, w.valid.QR).Verdict != check.Valid {
			b.Fatal()
		}
	}
}

func BenchmarkCredential(b *testing.B) {
	w := newWorld()
	m, err := signing.OpenManifest(w.Publish()["keys.json"], w.Trust())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := signing.OpenCredential(w.valid.Signed, m); err != nil {
			b.Fatal(err)
		}
	}
}
