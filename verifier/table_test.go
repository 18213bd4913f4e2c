package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// TestTable: the shared cases, by the command, from a folder.
func TestTable(t *testing.T) {
	table, err := testsite.LoadTable("../testdata/verdicts/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range table.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			site, roots := filepath.Join(dir, "public"), filepath.Join(dir, "roots.json")
			if err := os.Mkdir(site, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := c.Write(site); err != nil {
				t.Fatal(err)
			}
			pins, err := c.RootsFile()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(roots, pins, 0o600); err != nil {
				t.Fatal(err)
			}
			subject := c.Text
			if c.Input == "pdf" {
				subject = filepath.Join(dir, "attestation.pdf")
				if err := os.WriteFile(subject, c.PDF.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := []string{"check", "-json", "-state", "none", "-site", site, "-roots", roots, "-at", c.Now.Format(time.RFC3339), "--", subject}
			var out bytes.Buffer
			err = run(t.Context(), args, strings.NewReader(""), &out, io.Discard)
			if len(*c.Roots) == 0 {
				if err == nil || out.Len() > 0 {
					t.Errorf("without roots the command must refuse to start: %v, %s", err, &out)
				}
				return
			}
			if (err == nil) != (c.Verdict == "valid") {
				t.Errorf("error %v", err)
			}
			var got struct {
				Verdict, Reason string
				Document        *testsite.Document
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, &out)
			}
			if got.Verdict != c.Verdict || got.Reason != check.Reason(c.Reason).In("en") ||
				(got.Document == nil) != (c.Document == nil) || got.Document != nil && *got.Document != *c.Document {
				t.Errorf("%s (%s) %v, want %s (%s) %v", got.Verdict, got.Reason, got.Document, c.Verdict, c.Reason, c.Document)
			}
		})
	}
}
