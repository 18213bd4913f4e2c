package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"etalon/engine"
)

// Config is etalon.json, what the certifying body says of itself.
type Config struct {
	Schema    string    `json:"schema"`    // "etalon-config/1"
	Issuer    string    `json:"issuer"`    // name printed on every attestation
	Address   string    `json:"address"`   // https://HOST, where public/ is served
	Signatory Signatory `json:"signatory"` // who signs the paper
	Specimen  bool      `json:"specimen"`  // demonstration: everything is marked SPECIMEN

	// Language, fr or en, that minutes and letters are written in, that
	// questions are put in unless a table says otherwise, and that stands first
	// among the forms of an attestation. Absent, it is fr.
	Language string `json:"language,omitzero"`
}

// language is the workspace's language.
func (c Config) language() string {
	if c.Language == "" {
		return "fr"
	}
	return c.Language
}

// Signatory is the person whose name closes the attestation.
type Signatory struct {
	Name string            `json:"name"`
	Role map[string]string `json:"role"` // by language: fr, en
}

const configSchema = "etalon-config/1"

// workspace is an opened workspace folder.
type workspace struct {
	dir    string
	config Config
}

// openWorkspace reads and checks a workspace's configuration.
func openWorkspace(dir string) (*workspace, error) {
	w := &workspace{dir: dir}
	path := w.path("etalon.json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("%s is not a workspace: it has no etalon.json", dir),
			"name the workspace with -w DIR, make one with 'generator init DIR', or one to look at with 'generator demo -once -out DIR'")
	}
	if err != nil {
		return nil, err
	}
	if err := decodeStrict(path, data, &w.config); err != nil {
		return nil, err
	}
	if err := w.config.check(); err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", path, err), "correct the field in %s", path)
	}
	return w, nil
}

func (c Config) check() error {
	if c.Schema != configSchema {
		return fmt.Errorf("schema: %q where %q is expected", c.Schema, configSchema)
	}
	if l := c.language(); l != "fr" && l != "en" {
		return fmt.Errorf("language: %.20q is neither fr nor en", l)
	}
	u, err := url.Parse(c.Address)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("address: %q is not of the form https://HOST", c.Address)
	}
	if local := u.Hostname() == "localhost"; u.Scheme != "https" && !(local && u.Scheme == "http") {
		return fmt.Errorf("address: %q must be https (http is for localhost only)", c.Address)
	}
	for _, f := range []struct{ name, value string }{
		{"issuer", c.Issuer}, {"signatory.name", c.Signatory.Name},
		{"signatory.role.fr", c.Signatory.Role["fr"]}, {"signatory.role.en", c.Signatory.Role["en"]},
	} {
		if strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s: missing", f.name)
		}
		if len(f.value) > 128 {
			return fmt.Errorf("%s: longer than 128 bytes", f.name)
		}
	}
	return nil
}

func (w *workspace) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

// sessionName is what a session may be called: it becomes a file name.
var sessionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// banks loads every item bank of the workspace, by the hash that logs name.
func (w *workspace) banks() (map[string]*engine.Bank, error) {
	return load(w.path("banks"), engine.DecodeBank, func(b *engine.Bank) string { return b.SHA256 })
}

// frameworks loads every framework of the workspace, by hash.
func (w *workspace) frameworks() (map[string]*engine.Framework, error) {
	return load(w.path("frameworks"), engine.DecodeFramework, func(f *engine.Framework) string { return f.SHA256 })
}

// load decodes each JSON file of a folder and keys it by its hash.
func load[T any](dir string, decode func(string, []byte) (*T, error), hash func(*T) string) (map[string]*T, error) {
	list, err := names(dir, ".json")
	if err != nil {
		return nil, err
	}
	found := make(map[string]*T, len(list))
	for _, name := range list {
		path := filepath.Join(dir, name+".json")
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		v, err := decode(path, data)
		if err != nil {
			return nil, err
		}
		found[hash(v)] = v
	}
	return found, nil
}

// record reads one session's record.
func (w *workspace) record(session string) (*engine.Record, error) {
	path := w.path("records", session+".json")
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return engine.DecodeRecord(path, data)
}

// parseAt reads a -at flag: a day (its first instant, UTC) or an RFC 3339 time.
func parseAt(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now.UTC().Truncate(time.Second), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Truncate(time.Second), nil
		}
	}
	return time.Time{}, usagef("-at %q is neither a day (2026-11-21) nor a time (2026-11-21T08:00:00Z)", s)
}
