package site

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// workerFile is the script that keeps the verification pages for when there is
// no network. It stands at /sw.js, whose folder is all that it may see.
//
//go:embed worker.js
var workerFile string

var (
	assetInPage  = regexp.MustCompile(`"/(assets/[\w.-]+)"`)
	assetInAsset = regexp.MustCompile(`'\./([\w.-]+)'|url\("([\w.-]+)"\)`)
)

// worker is sw.js for the pages in out: it names what they are made of, and
// its version changes with any of it.
func (s *Site) worker(out map[string][]byte) ([]byte, error) {
	pages := []string{"/v/", "/fr/verifier/", "/en/verify/"}
	var assets []string
	seen := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if seen[name] || out[name] == nil {
			return
		}
		seen[name] = true
		assets = append(assets, "/"+name)
		for _, m := range assetInAsset.FindAllSubmatch(out[name], -1) {
			add("assets/" + string(m[1]) + string(m[2]))
		}
	}
	sum := sha256.New()
	for _, page := range pages {
		html := out[page[1:]+"index.html"]
		if html == nil {
			return nil, fmt.Errorf("site: page %s, which works without a network, is missing", page)
		}
		sum.Write(html)
		for _, m := range assetInPage.FindAllSubmatch(html, -1) {
			add(string(m[1]))
		}
	}
	slices.Sort(assets)
	list := func(v any) string {
		b, _ := json.Marshal(v) // strings and lists of them
		return string(b)
	}
	sum.Write([]byte(list(assets) + workerFile))
	return []byte(strings.NewReplacer("VERSION", list(hex.EncodeToString(sum.Sum(nil)[:6])), "ASSETS", list(assets), "PAGES", list(pages)).Replace(workerFile)), nil
}
