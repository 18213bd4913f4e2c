package server

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"etalon/verifier/check"
)

// relay passes the issuer's public files on from where they are kept, so that
// a browser, which asks this server only, can verify by itself.
func (s *Server) relay(from check.Source) http.Handler {
	files := &static{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		limit := check.Limit(name)
		if limit == 0 {
			files.notFound(w, r)
			return
		}
		if strings.HasPrefix(name, "registry/") {
			// Each is asked of the other host: it counts as a check.
			if err := s.allow(r); err != nil {
				writeProblem(w, err)
				return
			}
		}
		ctx, cancel := s.checkContext(r)
		defer cancel()
		data, _, err := from.Fetch(ctx, name, limit, "")
		switch {
		case err == nil:
			files.serve(w, r, name, data)
		case errors.Is(err, fs.ErrNotExist):
			files.notFound(w, r)
		default:
			http.Error(w, "the registry cannot be read", http.StatusBadGateway)
		}
	})
}
