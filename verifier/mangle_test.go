package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/signing"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
	"etalon/verifier/server"
)

// TestMangledAlike: the server and the command refuse every altered form of a
// credential, and say the same of each (package check goes on to entry, list,
// manifest and PDF; the browser's scripts have the same test).
func TestMangledAlike(t *testing.T) {
	t.Parallel()
	issuer := testsite.New()
	a := issuer.Issue(nil)
	issuer.Publish()
	dir := t.TempDir()
	if err := issuer.Write(dir); err != nil {
		t.Fatal(err)
	}
	var names []string
	var lines, questions bytes.Buffer
	testsite.Mangled(a.Signed, 1, testsite.CredentialParts(a.Signed), func(what string, altered []byte) {
		names = append(names, what)
		text := signing.QRText(testsite.Address, altered)
		lines.WriteString(text + "\n")
		question, err := json.Marshal(map[string]string{"qr": text})
		if err != nil {
			t.Fatal(err)
		}
		questions.Write(append(question, '\n'))
	})

	var fromCommand bytes.Buffer
	err := run(t.Context(), []string{"check", "-json", "-state", "none", "-site", dir, "-roots", filepath.Join(dir, "roots.json"), "-at", testsite.Now.Format(time.RFC3339), "-"}, &lines, &fromCommand, io.Discard)
	if err != errNotValid {
		t.Fatal(err)
	}
	s, err := server.New(server.Config{Site: os.DirFS(dir), PerMinute: -1, Checker: &check.Checker{
		Trust: issuer.Trust(), RootsFile: "roots.json", Source: check.FS(issuer.FS()), Now: func() time.Time { return testsite.Now }}})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest("POST", "/api/v1/verify", &questions)
	req.Header.Set("Content-Type", "application/x-ndjson")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)

	command, served := strings.Split(fromCommand.String(), "\n"), strings.Split(rec.Body.String(), "\n")
	if len(command) != len(names)+1 || len(served) != len(names)+1 {
		t.Fatalf("%d altered, %d answers of the command, %d of the server", len(names), len(command)-1, len(served)-1)
	}
	for i, what := range names {
		if command[i] != served[i] {
			t.Errorf("%s: the command says %s\nthe server says %s", what, command[i], served[i])
		}
		if !strings.HasPrefix(served[i], `{"verdict":"not-genuine"`) && !strings.HasPrefix(served[i], `{"verdict":"unknown-issuer"`) || strings.Contains(served[i], "credential\":") {
			t.Errorf("%s: %s", what, served[i])
		}
	}
	t.Logf("%d altered credentials", len(names))
}
