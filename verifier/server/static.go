package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// wholeFile is the longest file that is read at once and tagged by its
// content; a longer one is streamed and tagged by its time of change.
const wholeFile = 1 << 20

// contentTypes are the types the site may hold; nothing is guessed from bytes.
var contentTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".json":        "application/json",
	".jsonld":      "application/ld+json",
	".webmanifest": "application/manifest+json",
	".xml":         "application/xml; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".ttl":         "text/turtle; charset=utf-8",
	".yaml":        "application/yaml",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".jpg":         "image/jpeg",
	".webp":        "image/webp",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".pdf":         "application/pdf",
	".zip":         "application/zip",
	".ods":         "application/vnd.oasis.opendocument.spreadsheet",
	".xlsx":        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// fingerprinted matches an asset named by its content: app.3f9a0c11.js.
var fingerprinted = regexp.MustCompile(`[.-][0-9a-f]{8,64}\.[0-9a-z]+$`)

// static serves the files of the built site and, where the folder was built by
// another version, the assets that this version's own pages need; without a
// folder, everything it built itself.
type static struct {
	fsys  fs.FS                    // may be nil
	built func() map[string][]byte // nil: nothing
	packs packs
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "v" {
		// The address in a QR code. No redirection: the page is here.
		name = "v/index.html"
	} else if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !fs.ValidPath(name) || hidden(name) {
		s.notFound(w, r)
		return
	}
	info, err := s.stat(name)
	switch {
	case err == nil && info.IsDir():
		if _, err := s.stat(name + "/index.html"); err == nil {
			redirectInto(w, r, name)
			return
		}
		s.notFound(w, r)
	case errors.Is(err, fs.ErrNotExist) && s.made(name) != nil:
		s.serve(w, r, name, s.made(name))
	case errors.Is(err, fs.ErrNotExist) && s.made(name+"/index.html") != nil:
		redirectInto(w, r, name)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		s.notFound(w, r)
	case err != nil || !info.Mode().IsRegular():
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
	default:
		s.file(w, r, name, info)
	}
}

// made is a file that this version built itself; nil for none.
func (s *static) made(name string) []byte {
	if s.built == nil {
		return nil
	}
	return s.built()[name]
}

func (s *static) stat(name string) (fs.FileInfo, error) {
	if s.fsys == nil {
		return nil, fs.ErrNotExist
	}
	return fs.Stat(s.fsys, name)
}

func redirectInto(w http.ResponseWriter, r *http.Request, name string) {
	http.Redirect(w, r, (&localURL{"/" + name + "/", r.URL.RawQuery}).String(), http.StatusMovedPermanently)
}

// localURL is a path on this host, never read as another host's address.
type localURL struct{ path, query string }

func (u *localURL) String() string {
	s := "/" + strings.TrimLeft(u.path, "/\\")
	if u.query != "" {
		s += "?" + u.query
	}
	return s
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") && !strings.HasPrefix(name, ".well-known/") || strings.Contains(name, "/.")
}

func (s *static) file(w http.ResponseWriter, r *http.Request, name string, info fs.FileInfo) {
	f, err := s.fsys.Open(name)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	defer f.Close()
	seeker, ok := f.(io.ReadSeeker)
	if info.Size() > wholeFile && ok {
		describe(w.Header(), name)
		w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
		http.ServeContent(w, r, "", time.Time{}, seeker)
		return
	}
	data, err := io.ReadAll(io.LimitReader(f, wholeFile+1))
	if err != nil || len(data) > wholeFile {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	s.serve(w, r, name, data)
}

// serve tags a file by its content, so that every copy of the site has the
// same tags.
func (s *static) serve(w http.ResponseWriter, r *http.Request, name string, data []byte) {
	describe(w.Header(), name)
	sum := sha256.Sum256(data)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	if compressible(name, data) {
		w.Header().Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			if packed := s.packs.of(sum, data); packed != nil {
				w.Header().Set("Content-Encoding", "gzip")
				data, tag = packed, tag+"-gz"
			}
		}
	}
	w.Header().Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func describe(h http.Header, name string) {
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", cacheControl(name))
	if shared(name) {
		// Public, meant to be read by any page: other verifiers live elsewhere.
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}

func contentType(name string) string {
	if t := contentTypes[path.Ext(name)]; t != "" && !strings.HasPrefix(name, "registry/") {
		return t
	}
	return "application/octet-stream"
}

// cacheControl lets a browser keep what is named by its content, and ask again
// for the rest: a status list that is an hour old is an hour of false answers.
func cacheControl(name string) string {
	if strings.HasPrefix(name, "assets/") && fingerprinted.MatchString(name) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// shared tells the files that verifiers fetch from the pages people read.
func shared(name string) bool {
	for _, dir := range []string{"registry/", "status/", "roll/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return name == "keys.json" || name == "roots.json"
}

// notFound answers with the site's own page, in the language of the address
// or else of the browser.
func (s *static) notFound(w http.ResponseWriter, r *http.Request) {
	if shared(strings.TrimPrefix(r.URL.Path, "/")) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	for _, name := range []string{language(r) + "/404.html", "404.html"} {
		page := s.made(name)
		if s.fsys != nil {
			var err error
			if page, err = fs.ReadFile(s.fsys, name); err != nil {
				continue
			}
		}
		if page == nil {
			continue
		}
		w.Header().Set("Content-Type", contentTypes[".html"])
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusNotFound)
		w.Write(page)
		return
	}
	http.Error(w, "not found", http.StatusNotFound)
}

// language chooses fr or en: by the address, then by what the browser prefers.
func language(r *http.Request) string {
	switch p := r.URL.Path; {
	case p == "/en" || strings.HasPrefix(p, "/en/"):
		return "en"
	case p == "/fr" || strings.HasPrefix(p, "/fr/"):
		return "fr"
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		switch tag = strings.TrimSpace(tag); {
		case strings.HasPrefix(tag, "fr"):
			return "fr"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "fr"
}
