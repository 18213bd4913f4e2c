package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/content"
)

// writeCorpus makes a handbook of n pages in 50 folders, as many for any n
// above, of the referential's own prose: a page has the length and the parts
// of the project's pages on the certification (a median of 4 kB). Half of it
// is French, half English, each the other's mirror.
func writeCorpus(tb testing.TB, dir string, n int) {
	tb.Helper()
	r, err := content.Default()
	if err != nil {
		tb.Fatal(err)
	}
	prose := map[content.Lang][]string{}
	for _, lang := range content.Langs {
		for _, c := range r.Competences() {
			prose[lang] = append(prose[lang], c.Definition.In(lang))
			for _, d := range c.Descriptors {
				prose[lang] = append(prose[lang], d.In(lang))
			}
		}
	}
	name := func(i int) string { return fmt.Sprintf("part-%02d/page-%05d", i%50/2, i/2) }
	for i := range n {
		lang := content.Langs[i%2]
		other := (i + 100) % n
		if other%2 != i%2 {
			other = i
		}
		text := func(k int) string { return prose[lang][(i*7+k*13)%len(prose[lang])] }
		var b strings.Builder
		fmt.Fprintf(&b, "---\ntitle: \"%s %d\"\nsummary: \"%s %d.\"\n---\n", r.Competences()[i%16].Title.In(lang), i, r.Levels[i%8].Name.In(lang), i)
		fmt.Fprintf(&b, "%s\n", text(0))
		for s := range 4 {
			fmt.Fprintf(&b, "\n## %s %d {#s%d}\n\n%s\n\n%s **%s** [page](../%s.md#s1), `code %d`.\n\n", r.Levels[(i+s)%8].Name.In(lang), s, s, text(s*5+1), text(s*5+2), r.Levels[s].Name.In(lang), name(other), i)
			switch s {
			case 1:
				for k := range 4 {
					fmt.Fprintf(&b, "- *%s* %s\n", r.Bands[k].Name.In(lang), text(k + 30)[:60])
				}
			case 2:
				b.WriteString("| A | B |\n|---|---:|\n")
				for k := range 4 {
					fmt.Fprintf(&b, "| %s | %d |\n", r.Levels[k].Name.In(lang), k*64+i)
				}
			}
		}
		path := filepath.Join(dir, string(lang), filepath.FromSlash(name(i))+".md")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ToValidUTF8(b.String(), "")), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
}
