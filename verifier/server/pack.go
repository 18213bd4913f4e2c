package server

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"path"
	"strings"
	"sync"
)

const (
	maxPacked   = 4 << 20 // bytes of compressed files kept; the whole site takes half a MiB
	leastToPack = 512
)

// packs keeps files compressed, by the digest of their content, so that each
// is compressed once.
type packs struct {
	mu    sync.Mutex
	files map[[32]byte][]byte
	bytes int
}

// of returns the file compressed, or nil where that would not make it shorter.
func (p *packs) of(sum [32]byte, data []byte) []byte {
	p.mu.Lock()
	packed, known := p.files[sum]
	p.mu.Unlock()
	if known {
		return packed
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level exists
	z.Write(data)
	z.Close()
	if packed = b.Bytes(); len(packed) >= len(data) {
		packed = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files == nil || p.bytes+len(packed) > maxPacked {
		p.files, p.bytes = map[[32]byte][]byte{}, 0
	}
	p.files[sum] = packed
	p.bytes += len(packed)
	return packed
}

func compressible(name string, data []byte) bool {
	if len(data) < leastToPack || shared(name) {
		return false
	}
	switch path.Ext(name) {
	case ".html", ".css", ".js", ".mjs", ".json", ".jsonld", ".webmanifest", ".xml", ".txt", ".md", ".csv", ".yaml", ".svg":
		return true
	}
	return false
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, quality, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(strings.TrimPrefix(quality, "q="), "0.") != "" || quality == ""
		}
	}
	return false
}
