package server

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// FuzzAPI: whatever is sent, the answer is one that openapi.json describes, and
// shows a person only where what was sent is genuine.
func FuzzAPI(f *testing.F) {
	issuer := testsite.New()
	a := issuer.Issue(nil)
	issuer.Publish()
	s, err := New(Config{Site: testsite.FS(nil), PerMinute: -1, Checker: &check.Checker{
		Trust: issuer.Trust(), Source: check.FS(issuer.FS()), Now: func() time.Time { return testsite.Now }}})
	if err != nil {
		f.Fatal(err)
	}
	kinds := []string{"application/json", "application/pdf", "application/x-ndjson", "text/plain", "application/json; charset="}
	for i := range kinds {
		f.Add(i, []byte(`{"qr":"`+a.QR+`"}`))
		f.Add(i, []byte(`{"code":"`+a.Code.String()+`"}`+"\n\n"+`{"qr":1}`+"\r\n{"))
		f.Add(i, a.PDF["fr"])
	}
	api := new(testing.T)
	description := openAPI(api)
	f.Fuzz(func(t *testing.T, kind int, body []byte) {
		at := kinds[max(kind, -(kind+1))%len(kinds)]
		req := httptest.NewRequest("POST", "/api/v1/verify", bytes.NewReader(body))
		req.Header.Set("Content-Type", at)
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		if err := description.answer("POST", "/api/v1/verify", rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes()); err != nil {
			t.Fatalf("%s: status %d: %v\n%.500s", at, rec.Code, err, rec.Body)
		}
		if strings.Contains(rec.Body.String(), "ukaszewicz") && !bytes.Contains(body, []byte("P-")) && !bytes.Contains(body, []byte(a.QR[strings.Index(a.QR, "#")+1:])) &&
			!strings.Contains(strings.ToUpper(string(body)), a.Code.String()[2:7]) {
			t.Fatalf("%s: a person is shown for %q", at, body)
		}
	})
}
