package site

import (
	"archive/zip"
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// offlineName is the archive for reading without a network.
const offlineName = "data/etalon.zip"

// offline packs the pages of both languages, their styles and the data so that
// they can be read from a folder: links are relative, and scripts, which
// browsers do not run from there, are left out. What needs the service (the
// verification) is linked to where it stands.
func (s *Site) offline(files map[string][]byte) ([]byte, error) {
	var names []string
	for name := range files {
		if offlineFile(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		data := files[name]
		if path.Ext(name) == ".html" {
			data = s.relative(name, data)
		}
		method := zip.Deflate
		if path.Ext(name) == ".woff2" || path.Ext(name) == ".png" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: "etalon/" + name, Method: method, Modified: s.published()})
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			return nil, fmt.Errorf("site: %s: %w", offlineName, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("site: %s: %w", offlineName, err)
	}
	return b.Bytes(), nil
}

// offlineFile tells the files that are of use without the service.
func offlineFile(name string) bool {
	ext := path.Ext(name)
	switch folder, rest, _ := strings.Cut(name, "/"); folder {
	case "index.html":
		return true
	case "fr", "en":
		needs := strings.HasPrefix(rest, segments["fr"]["verify"]+"/") || strings.HasPrefix(rest, segments["en"]["verify"]+"/") ||
			strings.HasPrefix(rest, segments["fr"]["gap"]+"/") || strings.HasPrefix(rest, segments["en"]["gap"]+"/")
		return ext == ".html" && !needs
	case "assets":
		return ext == ".css" || ext == ".svg" || ext == ".woff2" || ext == ".txt"
	case "data":
		return name != offlineName
	}
	return false
}

// relative rewrites a page for a folder of files.
func (s *Site) relative(name string, page []byte) []byte {
	for _, online := range [][2]string{
		{`<script`, `</script>`}, {`<link rel="modulepreload"`, `>`}, {`<link rel="preload"`, `>`},
		{`<meta http-equiv="Content-Security-Policy"`, `>`},
	} {
		page = without(page, online[0], online[1])
	}
	root, within := strings.Repeat("../", strings.Count(name, "/")), []byte(`="/`)
	var out []byte
	for {
		before, rest, found := bytes.Cut(page, within)
		out = append(out, before...)
		if !found {
			return out
		}
		page = rest
		attribute := before[bytes.LastIndexByte(before, ' ')+1:]
		if a := string(attribute); a != "href" && a != "src" && a != "action" {
			out = append(out, within...)
			continue
		}
		end := bytes.IndexByte(page, '"')
		if end < 0 {
			end = len(page)
		}
		out = append(append(out, `="`...), s.fromFolder(root, string(page[:end]))...)
		page = page[end:]
	}
}

// fromFolder is where a page finds the file of an address of this site, given
// without its first slash: in the folder at root, or on the service.
func (s *Site) fromFolder(root, address string) string {
	end := strings.IndexAny(address, "?#")
	if end < 0 {
		end = len(address)
	}
	file := address[:end]
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	if offlineFile(file) {
		return root + file + address[end:]
	}
	return s.c.Address + "/" + address
}

// without is the page less each stretch from one mark to the next of another,
// both included, and the end of line behind it.
func without(page []byte, from, to string) []byte {
	var kept []byte
	for {
		before, rest, found := bytes.Cut(page, []byte(from))
		_, after, ended := bytes.Cut(rest, []byte(to))
		if !found || !ended {
			return append(kept, page...)
		}
		kept, page = append(kept, before...), bytes.TrimPrefix(after, []byte("\n"))
	}
}
