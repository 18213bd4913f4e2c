package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// assets holds every embedded asset under the name it is served by.
type assets struct {
	served map[string][]byte   // "assets/style.0123456789ab.css" → bytes
	names  map[string]string   // "style.css" → "/assets/style.0123456789ab.css"
	uses   map[string][]string // "page.js" → the assets that it names
}

// loadAssets names each asset after its bytes. An asset that refers to others
// ('./cbor.js' in a script, url("rule.svg") in a style) is rewritten first, so
// its own name changes with theirs.
func loadAssets() (*assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("site: listing assets: %w", err)
	}
	a := &assets{served: map[string][]byte{}, names: map[string]string{}}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	for _, name := range all {
		if err := a.add(name, all, nil); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *assets) add(name string, all, above []string) error {
	if a.uses == nil {
		a.uses = map[string][]string{}
	}
	if _, done := a.names[name]; done {
		return nil
	}
	if slices.Contains(above, name) {
		return fmt.Errorf("site: assets refer to each other in a circle: %s", strings.Join(append(above, name), " → "))
	}
	data, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return fmt.Errorf("site: reading asset %s: %w", name, err)
	}
	ext := path.Ext(name)
	if ext == ".js" || ext == ".css" {
		text := string(data)
		for _, other := range all {
			for _, use := range []struct{ from, to string }{
				{`'./` + other + `'`, `'./%s'`},
				{`url("` + other + `")`, `url("%s")`},
			} {
				if !strings.Contains(text, use.from) {
					continue
				}
				if err := a.add(other, all, append(above, name)); err != nil {
					return err
				}
				a.uses[name] = append(a.uses[name], other)
				text = strings.ReplaceAll(text, use.from, fmt.Sprintf(use.to, path.Base(a.names[other])))
			}
		}
		data = []byte(text)
	}
	a.put(name, data)
	return nil
}

// put files an asset under the name of its bytes.
func (a *assets) put(name string, data []byte) {
	ext := path.Ext(name)
	sum := sha256.Sum256(data)
	served := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.served["assets/"+served] = data
	a.names[name] = "/assets/" + served
}

// modules returns the addresses of the scripts that a script needs, for the
// browser to fetch side by side; not of what it fetches only in need.
func (a *assets) modules(script string) []string {
	seen := map[string]bool{script: true, "noble-ed25519.js": true}
	var out []string
	var visit func(string)
	visit = func(name string) {
		for _, other := range a.uses[name] {
			if !seen[other] && path.Ext(other) == ".js" {
				seen[other] = true
				out = append(out, a.names[other])
				visit(other)
			}
		}
	}
	visit(script)
	slices.Sort(out)
	return out
}
