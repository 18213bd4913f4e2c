package content

import (
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad puts any bytes in the place of one file: Load must return the tree
// or errors that each name a file and a line of it, and never panic; what it
// accepts must be fit to show.
func FuzzLoad(f *testing.F) {
	names := []string{"fr/competences/1.3.md", "en/domains/2.md", "fr/levels/3.md", "en/bands/1.md", "en/pages/rules.md", "themes.yaml", "frameworks/adaptive-1.json"}
	base := fixture()
	for i, name := range names {
		f.Add(uint8(i), base[name].Data)
	}
	for _, m := range mistakes {
		for i, name := range names {
			if name == m.file {
				f.Add(uint8(i), []byte(strings.Replace(string(base[name].Data), m.old, m.new, 1)))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := names[int(which)%len(names)]
		file := &fstest.MapFile{Data: data}
		// The file alone: all others are missing, which costs little.
		_, err := Load(fstest.MapFS{name: file})
		lines := strings.Count(string(data), "\n") + 1
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			p, ok := e.(problem)
			if !ok || p.file != name {
				continue
			}
			if p.line < 1 || p.line > lines {
				t.Errorf("line %d of %d: %v", p.line, lines, e)
			}
			if !strings.Contains(p.text, "leads nowhere") && !strings.Contains(p.text, "themes.yaml") {
				return
			}
		}
		// Nothing wrong with the file itself: now within its tree.
		fsys := fstest.MapFS{}
		for k, v := range base {
			fsys[k] = v
		}
		fsys[name] = file
		r, err := Load(fsys)
		if err != nil {
			return
		}
		resolve := func(kind, id string) string { return "/" + kind + "/" + id }
		for _, text := range []string{r.Competence("1.3").Definition.FR, r.Domain(2).Definition.EN, r.Page("rules").Body.EN} {
			if html := string(HTML(text, resolve)); strings.Contains(html, "<script") || strings.Contains(html, "raw HTML omitted") {
				t.Errorf("HTML of %q: %q", text, html)
			}
			Plain(text)
		}
	})
}

// FuzzHTML renders any text at all: no panic, nothing live in it.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"", "[a](c:1.3)", "[a](javascript:x)", "<script>x</script>", "![x](y)", "<a@b.c>", "[![x](y)](z)",
		"## A {#a onclick=x}", "|a|\n|-|\n|b|", "```\nx", "[x]\n\n[x]: data:text/html,x", "1. a\n   - b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		html := strings.ToLower(string(HTML(s, func(kind, id string) string { return "/" + kind + "/" + id })))
		for _, bad := range []string{"<script", "<img", "<iframe", "<style", `href="javascript:`, `href="data:`, `href="http:`} {
			if strings.Contains(html, bad) {
				t.Errorf("HTML of %q holds %s: %q", s, bad, html)
			}
		}
		Plain(s)
		typeset(FR, s)
	})
}
