package server

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"etalon/content"
	"etalon/site"
	"etalon/verifier/check"
)

// Pages makes the pages of answers, in the name of the issuer that the key
// manifest tells; without a manifest, in nobody's.
func Pages(ctx context.Context, c *check.Checker) (*site.Site, error) {
	pages, _, err := makePages(ctx, c)
	return pages, err
}

// face is what the server shows: the pages of answers and, by name, the files
// of the site that it made itself.
type face struct {
	pages *site.Site
	files map[string][]byte
	named bool // in the issuer's name, as far as it can be known
}

// askAgain is how long a server without the issuer's name waits before it looks
// for the key manifest again.
const askAgain = time.Second

// shown returns what the server shows. While it bears no name, because the key
// manifest could not be read when it was made, each request has it looked for
// again, beside the request, which does not wait; so a verifier that was
// started before its host need not be started again.
func (s *Server) shown() *face {
	f := s.face.Load()
	if f.named || !s.asking.TryLock() {
		return f
	}
	if time.Since(s.asked) < askAgain {
		s.asking.Unlock()
		return f
	}
	go func() {
		defer s.asking.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
		defer cancel()
		switch f, err := s.makeFace(ctx, nil); {
		case err != nil:
			s.logger.Error("the pages cannot be made in the issuer's name", "error", err)
		case f.named:
			s.face.Store(f)
		}
		s.asked = time.Now()
	}()
	return f
}

// makeFace makes what the server shows, from pages or else anew.
func (s *Server) makeFace(ctx context.Context, pages *site.Site) (*face, error) {
	f := &face{pages: pages, named: pages != nil}
	var err error
	if pages == nil {
		if _, err := s.checker.Keys(ctx); err != nil && s.face.Load() != nil {
			return f, nil // as nameless as what is shown
		}
		if f.pages, f.named, err = makePages(ctx, s.checker); err != nil {
			return nil, err
		}
	}
	f.files = f.pages.Assets()
	if !s.folder {
		f.files, err = f.pages.Build()
	}
	return f, err
}

func makePages(ctx context.Context, c *check.Checker) (pages *site.Site, named bool, err error) {
	config := site.Config{Address: "http://localhost", LeastSequence: c.Trust.LeastSequence}
	for _, r := range c.Trust.Roots {
		config.Roots = append(config.Roots, r.Multikey())
	}
	if k, err := c.Keys(ctx); err == nil {
		named = true
		config.Issuer, config.Specimen = k.Issuer.Name, k.Issuer.Specimen
		if u, err := url.Parse(k.Issuer.URL); err == nil && u.Host != "" {
			config.Address = u.Scheme + "://" + u.Host
		}
	}
	r, err := content.Default()
	if err != nil {
		return nil, false, fmt.Errorf("the embedded referential: %w", err)
	}
	pages, err = site.New(r, config)
	return pages, named, err
}

// PageVerdict is a result as the site's page shows it.
func PageVerdict(r *check.Result, lang content.Lang) site.Verdict {
	v := site.Verdict{
		Verdict:   string(r.Verdict),
		CheckedAt: r.CheckedAt,
		Trust:     string(r.Trust),
		RootsFile: r.RootsFile,
		Input:     string(r.Input),
		Share:     r.Share,
		Reason:    r.Reason.In(string(lang)),
	}
	if r.Issuer != nil {
		v.Issuer = (*site.Issuer)(r.Issuer)
	}
	if r.Credential != nil {
		v.Credential = (*site.Credential)(r.Credential)
	}
	if r.Status != nil {
		v.Status = (*site.Status)(r.Status)
	}
	if r.Input == check.InputPDF && r.Credential != nil {
		v.Document = &site.Document{}
		if d := r.Document; d != nil {
			*v.Document = site.Document{Known: true, Issued: d.Issued, Form: d.Form}
		}
	}
	return v
}
