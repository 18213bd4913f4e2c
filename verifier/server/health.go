package server

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"etalon/verifier/check"
)

// builtIn is a whole issuer made with TEST keys (see the test that writes it):
// a manifest, a list, the roots, and the QR text of a valid attestation.
//
//go:embed health
var builtIn embed.FS

// builtInNow is a moment at which the built-in attestation is valid.
var builtInNow = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// A selfTest verifies the built-in attestation as any other is verified.
type selfTest struct {
	checker *check.Checker
	qr      string
}

func newSelfTest() (*selfTest, error) {
	files, err := fs.Sub(builtIn, "health")
	if err != nil {
		return nil, err
	}
	roots, err := fs.ReadFile(files, "roots.json")
	if err != nil {
		return nil, err
	}
	trust, err := check.DecodeRoots("built-in roots.json", roots)
	if err != nil {
		return nil, err
	}
	qr, err := fs.ReadFile(files, "qr.txt")
	if err != nil {
		return nil, err
	}
	t := &selfTest{
		checker: &check.Checker{Trust: trust, Source: check.FS(files), Now: func() time.Time { return builtInNow }},
		qr:      string(bytes.TrimSpace(qr)),
	}
	return t, nil
}

// run fails unless the genuine text is valid and an altered one is refused.
func (t *selfTest) run(r *http.Request) error {
	if v := t.checker.QR(r.Context(), t.qr).Verdict; v != check.Valid {
		return fmt.Errorf("the built-in attestation is %s", v)
	}
	altered := []byte(t.qr)
	altered[len(altered)-1] ^= 1 // the last digit, into another digit
	if v := t.checker.QR(r.Context(), string(altered)).Verdict; v != check.NotGenuine {
		return errors.New("an altered attestation is not refused")
	}
	return nil
}

// healthAnswer is the JSON of /healthz. A manifest out of date does not make
// the service unhealthy: its answers are still true.
type healthAnswer struct {
	Status           string    `json:"status"` // ok, failing
	Error            string    `json:"error,omitzero"`
	Manifest         string    `json:"manifest"` // current, stale, missing
	ManifestSequence uint64    `json:"manifestSequence,omitzero"`
	ManifestUntil    time.Time `json:"manifestValidUntil,omitzero"`
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := s.checkContext(r)
	defer cancel()
	answer, status := healthAnswer{Status: "ok", Manifest: "missing"}, http.StatusOK
	if err := s.self.run(r); err != nil {
		answer.Status, answer.Error, status = "failing", err.Error(), http.StatusServiceUnavailable
	}
	if k, err := s.checker.Keys(ctx); err == nil {
		answer.Manifest, answer.ManifestSequence, answer.ManifestUntil = "stale", k.Sequence, k.ValidUntil
		if k.Current {
			answer.Manifest = "current"
		}
	}
	writeJSON(w, status, answer)
}
