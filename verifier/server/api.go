package server

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

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
}

func (p *problem) Error() string { return p.Message }

// apiVerify answers POST /api/v1/verify: a JSON object with one member, qr or
// code, or a PDF as the body.
func (s *Server) apiVerify(w http.ResponseWriter, r *http.Request) {
	result, err := s.apiCheck(w, r)
	if err != nil {
		writeProblem(w, err)
		return
	}
	s.observe(r, result)
	writeJSON(w, http.StatusOK, result)
}

func (s *Server) apiCheck(w http.ResponseWriter, r *http.Request) (*check.Result, error) {
	ctx, cancel := checkContext(r)
	defer cancel()
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "application/pdf":
		data, err := readBody(w, r, s.maxPDF)
		if err != nil {
			return nil, err
		}
		if len(data) == 0 {
			return nil, &problem{http.StatusBadRequest, "empty", "the body is empty", "send the PDF file as the body"}
		}
		return s.checker.PDF(ctx, data), nil
	case "application/json":
		if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
			return nil, &problem{http.StatusUnsupportedMediaType, "media-type", "JSON is UTF-8", "leave the charset parameter out"}
		}
	default:
		return nil, &problem{http.StatusUnsupportedMediaType, "media-type",
			"the content type is neither application/json nor application/pdf",
			"set Content-Type to application/json for a QR text or a code, to application/pdf for a file"}
	}
	data, err := readBody(w, r, maxText)
	if err != nil {
		return nil, err
	}
	var question struct {
		QR   *string `json:"qr"`
		Code *string `json:"code"`
	}
	if err := json.Unmarshal(data, &question, json.RejectUnknownMembers(true)); err != nil {
		return nil, &problem{http.StatusBadRequest, "json", "the body is not as expected: " + where(err), questionHint}
	}
	switch {
	case question.QR != nil && question.Code == nil:
		return s.checker.QR(ctx, *question.QR), nil
	case question.Code != nil && question.QR == nil:
		return s.checker.Code(ctx, *question.Code), nil
	}
	return nil, &problem{http.StatusBadRequest, "question", "the object must have one member, qr or code", questionHint}
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

// readBody reads a request's body of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	return data, bodyProblem(err, limit)
}

func bodyProblem(err error, limit int64) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &problem{http.StatusRequestEntityTooLarge, "too-large",
			fmt.Sprintf("the body is longer than %d bytes", limit),
			"an attestation is far smaller: check that this is the right file"}
	}
	return &problem{http.StatusBadRequest, "body", "the body could not be read to its end", "send it again"}
}

func writeProblem(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = &problem{http.StatusInternalServerError, "internal", "the check could not be made", "try again later"}
	}
	writeJSON(w, p.Status, map[string]*problem{"error": p})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(data, '\n'))
}
