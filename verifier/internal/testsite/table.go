package testsite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"etalon/signing"
	"etalon/verifier/check"
)

// A Table is testdata/verdicts/cases.json: what every verifier must answer,
// whoever wrote it and in whichever language. Package check writes it; the
// server, the command, the browser's scripts and the script in Python are held
// to it.
type Table struct {
	About         string          `json:"about"`
	Address       string          `json:"address"`
	Now           time.Time       `json:"now"`
	Roots         []string        `json:"roots"`
	LeastSequence uint64          `json:"leastSequence"`
	Files         map[string]Blob `json:"files"`
	Cases         []*Case         `json:"cases"`
}

// A Case is one check. What it leaves out is as the table says.
type Case struct {
	Name          string          `json:"name"`
	Now           *time.Time      `json:"now,omitempty"`
	Roots         *[]string       `json:"roots,omitempty"`
	LeastSequence *uint64         `json:"leastSequence,omitempty"`
	Files         map[string]Blob `json:"files,omitempty"` // that differ
	Input         string          `json:"input"`           // qr, code, pdf, or text for whichever of the first two it is
	Text          string          `json:"text,omitempty"`
	PDF           *Blob           `json:"pdf,omitempty"`
	Verdict       string          `json:"verdict"`
	Reason        string          `json:"reason,omitempty"`
	Document      *Document       `json:"document,omitempty"`
}

// Document is what is said of a PDF.
type Document struct {
	Issued bool   `json:"issued"`
	Form   string `json:"form,omitempty"`
}

// A Blob is the content of a file: base64 in JSON; a number stands for so many
// zero bytes, null for a file that is not there, false for one that is there
// and cannot be read.
type Blob struct {
	Data               []byte
	Absent, Unreadable bool
}

// zeros is the least length that is written as a number.
const zeros = 1 << 16

// MarshalJSON implements json.Marshaler.
func (b Blob) MarshalJSON() ([]byte, error) {
	switch {
	case b.Absent:
		return []byte("null"), nil
	case b.Unreadable:
		return []byte("false"), nil
	case len(b.Data) >= zeros && string(b.Data) == string(make([]byte, len(b.Data))):
		return json.Marshal(len(b.Data))
	case b.Data == nil:
		return []byte(`""`), nil
	}
	return json.Marshal(b.Data)
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Blob) UnmarshalJSON(text []byte) error {
	var n int
	switch {
	case string(text) == "null":
		*b = Blob{Absent: true}
	case string(text) == "false":
		*b = Blob{Unreadable: true}
	case json.Unmarshal(text, &n) == nil:
		*b = Blob{Data: make([]byte, n)}
	default:
		*b = Blob{}
		return json.Unmarshal(text, &b.Data)
	}
	return nil
}

// LoadTable reads a table and fills in what its cases leave out.
func LoadTable(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var t Table
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, c := range t.Cases {
		own := c.Files
		c.Files = maps.Clone(t.Files)
		maps.Copy(c.Files, own)
		if c.Now == nil {
			c.Now = &t.Now
		}
		if c.Roots == nil {
			c.Roots = &t.Roots
		}
		if c.LeastSequence == nil {
			c.LeastSequence = &t.LeastSequence
		}
	}
	if len(t.Cases) < 60 {
		return nil, fmt.Errorf("%s: only %d cases", path, len(t.Cases))
	}
	return &t, nil
}

// Trust is what the case pins.
func (c *Case) Trust() (t signing.Trust, err error) {
	t.LeastSequence = *c.LeastSequence
	for _, m := range *c.Roots {
		k, err := signing.ParseMultikey(m)
		if err != nil {
			return t, err
		}
		t.Roots = append(t.Roots, k)
	}
	return t, nil
}

// RootsFile is the roots file that pins the same.
func (c *Case) RootsFile() ([]byte, error) {
	return json.Marshal(map[string]any{"leastSequence": *c.LeastSequence, "roots": *c.Roots})
}

// Write puts the case's files under dir. A folder stands where a file cannot
// be read.
func (c *Case) Write(dir string) error {
	for name, b := range c.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if b.Absent {
			continue
		}
		at := filepath.Dir(path)
		if b.Unreadable {
			at = path
		}
		if err := os.MkdirAll(at, 0o755); err != nil {
			return err
		}
		if b.Unreadable {
			continue
		}
		if err := os.WriteFile(path, b.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Fetch makes a case a source of its files, as package check wants it.
func (c *Case) Fetch(_ context.Context, name string, limit int64, _ string) ([]byte, string, error) {
	b, ok := c.Files[name]
	switch {
	case !ok || b.Absent:
		return nil, "", fs.ErrNotExist
	case b.Unreadable:
		return nil, "", errors.New("the file cannot be read")
	case int64(len(b.Data)) > limit:
		return nil, "", check.ErrTooLarge
	}
	return append([]byte{}, b.Data...), "", nil
}
