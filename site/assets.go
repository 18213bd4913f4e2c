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
	served map[string][]byte // "assets/style.0123456789ab.css" → bytes
	names  map[string]string // "style.css" → "/assets/style.0123456789ab.css"
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
				text = strings.ReplaceAll(text, use.from, fmt.Sprintf(use.to, path.Base(a.names[other])))
			}
		}
		data = []byte(text)
	}
	sum := sha256.Sum256(data)
	served := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.served["assets/"+served] = data
	a.names[name] = "/assets/" + served
	return nil
}

// modules returns the addresses of the scripts of the verification page, for
// the browser to fetch side by side.
func (a *assets) modules() []string {
	var out []string
	for name, address := range a.names {
		if path.Ext(name) == ".js" && name != "page.js" && name != "noble-ed25519.js" {
			out = append(out, address)
		}
	}
	slices.Sort(out)
	return out
}
