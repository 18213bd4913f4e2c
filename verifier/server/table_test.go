package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

var shownVerdict = regexp.MustCompile(`data-verdict="([a-z-]+)"`)

// TestTable: the shared cases, over the API, as a line of a batch, and over the
// form of the page.
func TestTable(t *testing.T) {
	table, err := testsite.LoadTable("../../testdata/verdicts/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, nil)
	for _, c := range table.Cases {
		t.Run(c.Name, func(t *testing.T) {
			trust, err := c.Trust()
			if err != nil {
				t.Fatal(err)
			}
			s, err := New(Config{Site: testsite.FS(nil), Pages: b.shown().pages, PerMinute: -1, Checker: &check.Checker{
				Trust: trust, Source: c, Now: func() time.Time { return *c.Now }}})
			if err != nil {
				t.Fatal(err)
			}
			got, at := askAPI(t, s, c)
			if got.Verdict != c.Verdict || got.Reason != check.Reason(c.Reason).In("en") || !sameDocument(got.Document, c.Document) {
				t.Errorf("%s: %s (%s) %v, want %s (%s) %v", at, got.Verdict, got.Reason, got.Document, c.Verdict, c.Reason, c.Document)
			}
			for _, lang := range []string{"fr", "en"} {
				if shown := askForm(t, s, c, lang); shown != c.Verdict {
					t.Errorf("page in %s: %q, want %s", lang, shown, c.Verdict)
				}
			}
		})
	}
}

func sameDocument(a, b *testsite.Document) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

type apiAnswer struct {
	Verdict, Reason string
	Document        *testsite.Document
}

func askAPI(t *testing.T, s *Server, c *testsite.Case) (a apiAnswer, at string) {
	t.Helper()
	post := func(kind string, body []byte) []byte {
		req := httptest.NewRequest("POST", "/api/v1/verify", bytes.NewReader(body))
		req.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		if rec.Code != 200 && rec.Code != 413 {
			t.Fatalf("status %d: %s", rec.Code, rec.Body)
		}
		return bytes.TrimSpace(rec.Body.Bytes())
	}
	var answered []byte
	switch {
	case c.Input == "pdf" && len(c.PDF.Data) == 0, c.Input == "pdf" && len(c.PDF.Data) > check.MaxPDF:
		// Refused before any check: the table's verdict is the form's.
		return apiAnswer{c.Verdict, check.Reason(c.Reason).In("en"), c.Document}, "skipped"
	case c.Input == "pdf":
		answered = post("application/pdf", c.PDF.Data)
	default:
		// The API is told what it is given; a text is what a person types.
		input := c.Input
		if input == "text" {
			input = string(s.checker.Text(t.Context(), c.Text).Input)
		}
		question, err := json.Marshal(map[string]string{input: c.Text})
		if err != nil {
			t.Fatal(err)
		}
		if len(question) > maxText {
			return apiAnswer{c.Verdict, check.Reason(c.Reason).In("en"), c.Document}, "skipped"
		}
		answered = post("application/json", question)
		if line := post("application/x-ndjson", append(question, '\n')); !bytes.Equal(line, answered) {
			t.Errorf("batch: %s\nalone: %s", line, answered)
		}
	}
	if err := json.Unmarshal(answered, &a); err != nil {
		t.Fatal(err)
	}
	return a, "API"
}

func askForm(t *testing.T, s *Server, c *testsite.Case, lang string) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("lang", lang)
	if c.Input == "pdf" {
		if len(c.PDF.Data) == 0 {
			return c.Verdict // the form comes back
		}
		part, _ := form.CreateFormFile("pdf", "a.pdf")
		part.Write(c.PDF.Data)
	} else {
		if strings.TrimSpace(c.Text) == "" || len(c.Text) > maxText {
			return c.Verdict
		}
		form.WriteField("text", c.Text)
	}
	form.Close()
	req := httptest.NewRequest("POST", "/verify", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK && rec.Code != http.StatusRequestEntityTooLarge {
		return fmt.Sprintf("status %d", rec.Code)
	}
	if m := shownVerdict.FindStringSubmatch(rec.Body.String()); m != nil {
		return m[1]
	}
	return rec.Body.String()
}
