// Package leaf makes HTML files that stand alone: a report that is opened from a
// disk, sent by mail, printed. Style and charts are in the file, a policy in its
// head lets nothing else be loaded and nothing run, and there is no script. It
// follows the light or dark scheme of whoever looks, fits a telephone and prints
// on A4.
package leaf

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"regexp"
	"strings"
)

// Page is one file.
type Page struct {
	Lang  string // "fr" or "en"
	Title string
	Body  template.HTML // within main, h1 included; it has no style attribute; tables stand in a div of class "scroll"
}

//go:embed leaf.css
var style string

// wide gives whatever scrolls sideways on a telephone a place in the order of the
// keyboard, and a name there.
var wide = map[string]*strings.Replacer{
	"fr": strings.NewReplacer(`<div class="scroll">`, `<div class="scroll" tabindex="0" role="group" aria-label="Tableau">`, "<figure", `<figure tabindex="0"`),
	"en": strings.NewReplacer(`<div class="scroll">`, `<div class="scroll" tabindex="0" role="group" aria-label="Table">`, "<figure", `<figure tabindex="0"`),
}

// styleTag finds the styles that charts bring along.
var styleTag = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

var layout = template.Must(template.New("").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{.Policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{{.Title}}</title>
{{.Style}}
</head>
<body>
<main>
{{.Body}}
</main>
</body>
</html>
`))

// HTML returns the file. Equal pages give equal bytes.
func (p *Page) HTML() []byte {
	own := "<style>\n" + style + "</style>"
	var policy strings.Builder
	policy.WriteString("default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src")
	seen := map[string]bool{}
	for _, tag := range styleTag.FindAllStringSubmatch(own+string(p.Body), -1) {
		sum := sha256.Sum256([]byte(tag[1]))
		hash := " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !seen[hash] {
			seen[hash] = true
			policy.WriteString(hash)
		}
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, map[string]any{
		"Lang": p.Lang, "Title": p.Title, "Policy": policy.String(), "Style": template.HTML(own), "Body": template.HTML(wide[p.Lang].Replace(string(p.Body))),
	}); err != nil {
		panic("leaf: " + err.Error()) // nothing in the layout can fail
	}
	return b.Bytes()
}
