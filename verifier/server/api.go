package server

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/verifier/check"
)

// maxText is the longest request with a text in it, in bytes: a QR text has
// about 1,000.
const maxText = 8 << 10

// A problem is an answer that refuses the request, in the API's JSON:
//
//	{"error":{"code":"too-large","message":"…","hint":"…"}}
type problem struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Retry   int    `json:"-"` // seconds to wait, for Retry-After; 0: no use
}

func refuse(status int, code, message, hint string) *problem {
	return &problem{Status: status, Code: code, Message: message, Hint: hint}
}

func (p *problem) Error() string { return p.Message }

// errBusy refuses what would take more memory or time than the server gives.
var errBusy = &problem{http.StatusServiceUnavailable, "busy", "the server is busy with large requests", "try again in some seconds", 5}

// apiVerify answers POST /api/v1/verify: a JSON object with one member, qr or
// code, or a PDF as the body, or a batch of such objects, one a line.
func (s *Server) apiVerify(w http.ResponseWriter, r *http.Request) {
	kind := r.Header.Get("Content-Type")
	if kind != "application/json" {
		var params map[string]string
		var err error
		if kind, params, err = mime.ParseMediaType(kind); err != nil {
			kind = ""
		}
		if c := params["charset"]; kind != "application/pdf" && c != "" && !strings.EqualFold(c, "utf-8") {
			writeProblem(w, refuse(http.StatusUnsupportedMediaType, "media-type", "JSON is UTF-8", "leave the charset parameter out"))
			return
		}
	}
	if kind == "application/x-ndjson" {
		s.apiBatch(w, r)
		return
	}
	var result *check.Result
	err := s.allow(r)
	if err == nil {
		result, err = s.apiCheck(w, r, kind)
	}
	if err != nil {
		writeProblem(w, err)
		return
	}
	s.observe(w, result)
	writeJSON(w, http.StatusOK, result)
}

func (s *Server) apiCheck(w http.ResponseWriter, r *http.Request, kind string) (*check.Result, error) {
	ctx, cancel := s.checkContext(r)
	defer cancel()
	switch kind {
	case "application/pdf":
		file, err := s.uploads.read(http.MaxBytesReader(w, r.Body, s.maxPDF), s.maxPDF)
		defer file.release()
		if err != nil {
			return nil, err
		}
		if len(file.data) == 0 {
			return nil, refuse(http.StatusBadRequest, "empty", "the body is empty", "send the PDF file as the body")
		}
		return s.checker.PDF(ctx, file.data), nil
	case "application/json":
	default:
		return nil, refuse(http.StatusUnsupportedMediaType, "media-type",
			"the content type is none of application/json, application/pdf and application/x-ndjson",
			"set Content-Type to application/json for a QR text or a code, to application/pdf for a file, to application/x-ndjson for many")
	}
	body := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxText)); err != nil {
		return nil, bodyProblem(err, maxText)
	}
	q, err := readQuestion(body.Bytes())
	if err != nil {
		return nil, err
	}
	return q.check(ctx, s.checker), nil
}

// A question is what one asks of the API in JSON: one of the two members.
type question struct {
	QR   *string `json:"qr"`
	Code *string `json:"code"`
}

func readQuestion(data []byte) (question, error) {
	var q question
	if err := json.Unmarshal(data, &q, json.RejectUnknownMembers(true)); err != nil {
		return q, refuse(http.StatusBadRequest, "json", "the body is not as expected: "+where(err), questionHint)
	}
	if (q.QR == nil) == (q.Code == nil) {
		return q, refuse(http.StatusBadRequest, "question", "the object must have one member, qr or code", questionHint)
	}
	return q, nil
}

func (q question) check(ctx context.Context, c *check.Checker) *check.Result {
	if q.QR != nil {
		return c.QR(ctx, *q.QR)
	}
	return c.Code(ctx, *q.Code)
}

const questionHint = `send {"qr":"https://…/v#…"} or {"code":"P-…"}`

// where tells what is wrong with a JSON text and at which byte, without
// repeating any of it: it may hold a code.
func where(err error) string {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("malformed JSON at byte %d", syntax.ByteOffset)
	case errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName):
		return fmt.Sprintf("an unknown member at byte %d", semantic.ByteOffset)
	case errors.As(err, &semantic):
		return fmt.Sprintf("a value of the wrong type at byte %d", semantic.ByteOffset)
	}
	return "malformed JSON"
}

// bodyProblem is why a body of at most limit bytes could not be read.
func bodyProblem(err error, limit int64) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refuse(http.StatusRequestEntityTooLarge, "too-large",
			fmt.Sprintf("the body is longer than %d bytes", limit),
			"an attestation is far smaller: check that this is the right file")
	}
	return refuse(http.StatusBadRequest, "body", "the body could not be read to its end", "send it again")
}

func writeProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	p.Error.header(w)
	writeJSON(w, p.Error.Status, p)
}

func (p *problem) header(w http.ResponseWriter) {
	if p.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.Retry))
	}
}

// refusal is the JSON of a problem.
type refusal struct {
	Error *problem `json:"error"`
}

func problemOf(err error) refusal {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = refuse(http.StatusInternalServerError, "internal", "the check could not be made", "try again later")
	}
	return refusal{p}
}

// appendAnswer appends v, an answer or a refusal, and a line end.
func appendAnswer(b *bytes.Buffer, v any) error {
	if r, ok := v.(*check.Result); ok {
		b.Write(r.AppendJSON(b.AvailableBuffer()))
	} else if err := json.MarshalWrite(b, v, json.Deterministic(true)); err != nil {
		return err
	}
	return b.WriteByte('\n')
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	data := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(data)
	data.Reset()
	if err := appendAnswer(data, v); err != nil {
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(data.Bytes())
}

// description is the API in OpenAPI 3.1, written by hand; a test holds every
// answer of the server against it.
//
//go:embed openapi.json
var description []byte

func describeAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(description))
}
