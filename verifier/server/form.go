package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"etalon/content"
	"etalon/verifier/check"
)

// formOverhead is what a multipart form may add to the file it carries.
const formOverhead = 16 << 10

// maxDownload is the memory that decrypting a PDF of the longest kind takes.
const maxDownload = 12 << 20

// form is what the verification page sends.
type form struct {
	lang content.Lang
	text string
	pdf  upload
}

// formVerify answers POST /verify with a page.
func (s *Server) formVerify(w http.ResponseWriter, r *http.Request) {
	if err := s.allow(r); err != nil {
		s.formProblem(w, r, err)
		return
	}
	f, err := s.readForm(w, r)
	defer f.pdf.release()
	if err != nil {
		s.formProblem(w, r, err)
		return
	}
	ctx, cancel := s.checkContext(r)
	defer cancel()
	var result *check.Result
	switch {
	case len(f.pdf.data) > 0:
		result = s.checker.PDF(ctx, f.pdf.data)
	case strings.TrimSpace(f.text) != "":
		result = s.checker.Text(ctx, f.text)
	default:
		http.Redirect(w, r, verifyPage(string(f.lang)), http.StatusSeeOther)
		return
	}
	s.observe(w, result)
	s.writeVerdict(w, http.StatusOK, f.lang, result, f.text)
}

// formDownload answers POST /download, the button of the page that answered a
// code, with the PDF: a browser with scripts decrypts it by itself.
func (s *Server) formDownload(w http.ResponseWriter, r *http.Request) {
	if err := s.allow(r); err != nil {
		s.formProblem(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxText)
	if err := r.ParseForm(); err != nil {
		s.formProblem(w, r, bodyProblem(err, maxText))
		return
	}
	f := form{lang: content.Lang(language(r)), text: r.PostForm.Get("code")}
	f.setLang(r.PostForm.Get("lang"))
	// The sealed file, the padded one and the file itself.
	if !s.uploads.take(maxDownload) {
		s.formProblem(w, r, errBusy)
		return
	}
	defer s.uploads.take(-maxDownload)
	ctx, cancel := s.checkContext(r)
	defer cancel()
	language := r.PostForm.Get("form")
	pdf, result := s.checker.File(ctx, f.text, language)
	s.observe(w, result)
	if pdf == nil {
		s.writeVerdict(w, http.StatusNotFound, f.lang, result, "")
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="attestation-%s.%s.pdf"`, result.Credential.Number, language))
	w.Header().Set("Content-Length", strconv.Itoa(len(pdf)))
	w.Header().Set("Cache-Control", "no-store")
	w.Write(pdf)
}

// buffers are used again and again.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// writeVerdict writes the page of an answer. code is the access code that was
// given, for the buttons that ask for the PDFs; the page goes to whoever gave it.
func (s *Server) writeVerdict(w http.ResponseWriter, status int, lang content.Lang, result *check.Result, code string) {
	page := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(page)
	page.Reset()
	shown := PageVerdict(result, lang)
	if code = strings.TrimSpace(code); code != "" {
		shown.Downloads, shown.Code = result.Forms, code
	}
	if err := s.shown().pages.Verdict(page, lang, shown); err != nil {
		s.logger.Error("writing the page of a verdict", "error", err.Error())
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	w.WriteHeader(status)
	w.Write(page.Bytes())
}

// readForm reads a form of either encoding, field by field: nothing is
// written to disk, and nothing beyond the limits is kept.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) (form, error) {
	f := form{lang: content.Lang(language(r))}
	limit := s.maxPDF + formOverhead
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "application/x-www-form-urlencoded":
		r.Body = http.MaxBytesReader(w, r.Body, maxText)
		if err := r.ParseForm(); err != nil {
			return f, bodyProblem(err, maxText)
		}
		f.setLang(r.PostForm.Get("lang"))
		f.text = r.PostForm.Get("text")
		return f, nil
	case "multipart/form-data":
	default:
		return f, refuse(http.StatusUnsupportedMediaType, "media-type", "the content type is not that of a form", "use the form of the page")
	}
	reader, err := r.MultipartReader()
	if err != nil {
		return f, bodyProblem(err, limit)
	}
	for range 8 { // the page sends two parts
		part, err := reader.NextPart()
		if err == io.EOF {
			return f, nil
		}
		if err != nil {
			return f, bodyProblem(err, limit)
		}
		if err := s.readPart(&f, part); err != nil {
			return f, err
		}
	}
	return f, refuse(http.StatusBadRequest, "form", "the form has too many parts", "use the form of the page")
}

func (s *Server) readPart(f *form, part *multipart.Part) error {
	if part.FormName() == "pdf" {
		f.pdf.release()
		var err error
		f.pdf, err = s.uploads.read(part, s.maxPDF)
		return err
	}
	data, err := io.ReadAll(io.LimitReader(part, maxText+1))
	if err != nil {
		return bodyProblem(err, maxText)
	}
	if len(data) > maxText {
		return bodyProblem(&http.MaxBytesError{Limit: maxText}, maxText)
	}
	switch part.FormName() {
	case "lang":
		f.setLang(string(data))
	case "text":
		f.text = string(data)
	}
	return nil
}

func (f *form) setLang(s string) {
	for _, l := range content.Langs {
		if s == string(l) {
			f.lang = l
		}
	}
}

// formProblem refuses a form in words.
func (s *Server) formProblem(w http.ResponseWriter, r *http.Request, err error) {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = &problem{Status: http.StatusInternalServerError}
	}
	lang := language(r)
	if p.Status == http.StatusRequestEntityTooLarge {
		// Too large for an attestation is an answer, not a fault.
		s.writeVerdict(w, p.Status, content.Lang(lang), s.checker.TooLarge(), "")
		return
	}
	text := refusals[p.Status]
	if text == (content.Text{}) {
		text = refusals[http.StatusInternalServerError]
	}
	p.header(w)
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, text.In(content.Lang(lang)), p.Status)
}

// refusals are said to a person whose form cannot be answered.
var refusals = map[int]content.Text{
	http.StatusBadRequest: {
		FR: "Le formulaire n’est pas arrivé entier. Revenez à la page précédente et recommencez.",
		EN: "The form did not arrive whole. Go back to the previous page and try again."},
	http.StatusUnsupportedMediaType: {
		FR: "Cette adresse répond au formulaire de la page de vérification, et à lui seul.",
		EN: "This address answers the form of the verification page, and nothing else."},
	http.StatusTooManyRequests: {
		FR: "Trop de vérifications ont été demandées depuis votre adresse. Attendez une minute et recommencez.",
		EN: "Too many checks were asked for from your address. Wait a minute and try again."},
	http.StatusServiceUnavailable: {
		FR: "Trop de fichiers sont envoyés en même temps. Attendez quelques secondes et recommencez.",
		EN: "Too many files are being sent at the same time. Wait some seconds and try again."},
	http.StatusInternalServerError: {
		FR: "La vérification n’a pas pu se faire. Recommencez plus tard.",
		EN: "The check could not be made. Try again later."},
}
