package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"etalon/content"
)

// writeSearch puts the indexes and the documents behind them into a folder,
// for the scripts' tests.
func writeSearch(t *testing.T) string {
	t.Helper()
	s, dir := testSite(t), t.TempDir()
	for _, l := range content.Langs {
		index, err := s.searchFile(l)
		if err != nil {
			t.Fatal(err)
		}
		type document struct {
			ID    int    `json:"id"`
			Title string `json:"title"`
			Text  string `json:"text"`
			found
		}
		var docs []document
		for i, d := range s.documents(l) {
			docs = append(docs, document{i, d.title, d.text, d})
		}
		data, err := json.Marshal(docs)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{string(l) + ".json": index, string(l) + ".docs.json": data} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// packed is what a file weighs on its way.
func packed(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestSearchIndexIsLight(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	for _, l := range content.Langs {
		data, err := s.searchFile(l)
		if err != nil {
			t.Fatal(err)
		}
		n := packed(t, data)
		t.Logf("%s: %d documents, %d bytes, %d compressed", l, len(s.documents(l)), len(data), n)
		if n > 60_000 {
			t.Errorf("%s: %d bytes compressed, the limit is 60000", l, n)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"L’œuvre d’Élodie : 1.3, n° 4…": {"oeuvre", "elodie", "1.3", "4"},
		" . a ! ":                       nil,
		"P.S. la Straße":                {"p.s", "strasse"},
		"20\u00a0000 lignes":            {"20", "000", "lignes"},
	} {
		if got := words(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// MiniSearch 7.2.0, its dist/es/index.js.
func TestVendoredSearchIsTheRelease(t *testing.T) {
	t.Parallel()
	data, err := assetFiles.ReadFile("assets/minisearch.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != "0393b3ba253b809d5e55707c7b0875ef9b518a296a006c6739b28876e154edb3" {
		t.Errorf("minisearch.js has SHA-256 %s", got)
	}
}

// Every theme stands in the alphabetical index once, with its competences, and
// entries are in order.
func TestIndexIsWhole(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	for _, l := range content.Langs {
		x := s.index(l)
		themes, places, last, all := 0, 0, "", 0
		for _, letter := range x.Letters {
			for _, term := range letter.Terms {
				if term.key < last {
					t.Errorf("%s: %q stands after %q", l, term.Label, last)
				}
				last = term.key
				all++
				if term.ID != "" {
					themes++
					places += len(term.Places)
				}
			}
		}
		if themes != 82 || places != 121 || x.Themes != 82 || all < 230 {
			t.Errorf("%s: %d themes in %d places, %d entries", l, themes, places, all)
		}
	}
}
