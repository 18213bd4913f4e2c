package server

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"etalon/verifier/internal/testsite"
)

var update = flag.Bool("update", false, "write the built-in attestation anew")

// TestBuiltIn makes the built-in issuer from the TEST keys again: what is
// embedded is that, and no private key is.
func TestBuiltIn(t *testing.T) {
	if !testsite.Now.Equal(builtInNow) {
		t.Fatalf("the built-in attestation is checked at %v, made for %v", builtInNow, testsite.Now)
	}
	issuer := testsite.New()
	a := issuer.Issue(nil)
	files := issuer.Publish()
	want := map[string][]byte{
		"keys.json":     files["keys.json"],
		"roots.json":    files["roots.json"],
		"status/1.json": files["status/1.json"],
		"qr.txt":        []byte(a.QR + "\n"),
	}
	for name, data := range want {
		path := filepath.Join("health", filepath.FromSlash(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := builtIn.ReadFile(filepath.ToSlash(path))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s is not what the TEST keys sign (%v); run go test ./verifier/server -run BuiltIn -update, then again", path, err)
		}
	}
}
