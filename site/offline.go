package site

import (
	"archive/zip"
	"bytes"
	"fmt"
	"path"
	"regexp"
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

var (
	onlineOnly = regexp.MustCompile(`(?s)<script[^>]*>.*?</script>\n?|<link rel="(?:modulepreload|preload)"[^>]*>\n?|<meta http-equiv="Content-Security-Policy"[^>]*>\n?`)
	linkForm   = regexp.MustCompile(` (href|src|action)="(/[^"]*)"`)
)

// relative rewrites a page for a folder of files.
func (s *Site) relative(name string, page []byte) []byte {
	root := strings.Repeat("../", strings.Count(name, "/"))
	page = onlineOnly.ReplaceAll(page, nil)
	return linkForm.ReplaceAllFunc(page, func(use []byte) []byte {
		m := linkForm.FindSubmatch(use)
		address := string(m[2])
		end := strings.IndexAny(address, "?#")
		if end < 0 {
			end = len(address)
		}
		file := address[1:end]
		if file == "" || strings.HasSuffix(file, "/") {
			file += "index.html"
		}
		if offlineFile(file) {
			address = root + file + address[end:]
		} else {
			address = s.c.Address + address
		}
		return fmt.Appendf(nil, ` %s="%s"`, m[1], address)
	})
}
