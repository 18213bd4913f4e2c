package site

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"etalon/content"
	"etalon/site/export"
)

// ContentSecurityPolicy is the policy that every page carries in itself; the
// one trusted type is the address of the worker (see page.js). A
// server should send it as a header too, with `frame-ancestors 'none'` added,
// which browsers heed only there.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types etalon-worker"

// Config is what the pages say of the service that publishes them.
type Config struct {
	Address       string   // https://HOST, or http to this machine; no path
	Issuer        string   // name of the certifying body; may be empty
	Specimen      bool     // a demonstration: every page says so
	Roots         []string // multikeys of the root keys that browsers trust
	LeastSequence uint64   // of the key manifest; an older one is refused
}

// Site makes pages. It holds nothing that changes: its methods may run at the
// same time.
type Site struct {
	r         *content.Referential
	c         Config
	host      string
	assets    *assets
	messages  map[content.Lang]*messages
	templates map[string]*template.Template
	profiles  []profile
	made      skeletons // pieces of verdicts' pages, made once
}

//go:embed templates
var templateFiles embed.FS

// kinds are the templates of whole pages, each a file defining "main".
var kinds = []string{"home", "referential", "domain", "competence", "levels", "section", "article", "verify", "notfound", "verdict",
	"level", "matrix", "compare", "book", "search", "identifier", "history", "changes", "moved", "screen", "gap"}

// New checks the configuration and reads the embedded templates and wording.
func New(r *content.Referential, c Config) (*Site, error) {
	host, err := checkAddress(c.Address)
	if err != nil {
		return nil, err
	}
	s := &Site{r: r, c: c, host: host, templates: map[string]*template.Template{}}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.messages, err = loadMessages(); err != nil {
		return nil, err
	}
	if s.profiles, err = loadProfiles(); err != nil {
		return nil, err
	}
	for _, l := range content.Langs {
		index, err := s.searchFile(l)
		if err != nil {
			return nil, err
		}
		s.assets.put("search-"+string(l)+".json", index)
	}
	for _, kind := range kinds {
		t, err := template.ParseFS(templateFiles, "templates/layout.html", "templates/cards.html", "templates/"+kind+".html")
		if err != nil {
			return nil, fmt.Errorf("site: template %s: %w", kind, err)
		}
		s.templates[kind] = t.Option("missingkey=error")
	}
	return s, nil
}

// checkAddress returns the host of an address that pages may print.
func checkAddress(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("site: address %q: %w", address, err)
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) || u.Host == "" || u.Scheme+"://"+u.Host != address {
		return "", fmt.Errorf("site: address %q: want https://HOST alone, without a slash at the end, or http://localhost:PORT", address)
	}
	return u.Host, nil
}

// Build returns every page and asset: the path under public/ and the bytes.
// Equal arguments give equal bytes.
func Build(r *content.Referential, c Config) (map[string][]byte, error) {
	s, err := New(r, c)
	if err != nil {
		return nil, err
	}
	return s.Build()
}

// Build is [Build] with the site at hand.
func (s *Site) Build() (map[string][]byte, error) {
	out := s.Assets()
	pages := s.pages()
	made, err := s.renderAll(pages)
	if err != nil {
		return nil, err
	}
	for i, p := range pages {
		if _, twice := out[p.file()]; twice {
			return nil, fmt.Errorf("site: two pages stand at %s", p.Path)
		}
		out[p.file()] = made[i]
	}
	if err := s.checkAliases(out); err != nil {
		return nil, err
	}
	data, err := export.Files(s.r, s.c.Address)
	if err != nil {
		return nil, err
	}
	maps.Copy(out, data)
	if out["sitemap.xml"], err = s.sitemap(pages); err != nil {
		return nil, err
	}
	for _, l := range content.Langs {
		if out[string(l)+"/feed.xml"], err = s.feed(l); err != nil {
			return nil, err
		}
	}
	out["robots.txt"] = s.robots()
	if out["sw.js"], err = s.worker(out); err != nil {
		return nil, err
	}
	out[offlineName], err = s.offline(out)
	return out, err
}

// renderAll renders pages, several at a time.
func (s *Site) renderAll(pages []*page) ([][]byte, error) {
	out, errs := make([][]byte, len(pages)), make([]error, len(pages))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(pages); i = next.Add(1) - 1 {
				var b bytes.Buffer
				errs[i] = s.render(&b, pages[i])
				out[i] = b.Bytes()
			}
		})
	}
	wait.Wait()
	return out, errors.Join(errs...)
}

// Assets returns the styles, scripts and fonts that pages of this version
// need, by path under public/. A server that answers with [Site.Verdict]
// serves them even when the folder it serves was built by another version.
func (s *Site) Assets() map[string][]byte { return maps.Clone(s.assets.served) }

func (s *Site) render(b *bytes.Buffer, p *page) error {
	v := &view{page: p, s: s, m: s.messages[p.Lang], R: s.r}
	if err := s.templates[p.Kind].ExecuteTemplate(b, "layout", v); err != nil {
		return fmt.Errorf("site: page %s: %w", p.Path, err)
	}
	return nil
}

// file is the path under public/ of a page.
func (p *page) file() string {
	path := strings.TrimPrefix(p.Path, "/")
	if strings.HasSuffix(path, ".html") {
		return path
	}
	if path != "" && !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path + "index.html"
}
