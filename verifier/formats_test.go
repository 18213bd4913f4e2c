package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	update     = flag.Bool("update", false, "write the page of formats in English anew, from the package comments")
	translated = flag.Bool("translated", false, "note that the page of formats in French translates the English one as it is")
)

const (
	formatsPage   = "../content/%s/pages/formats.md"
	formatsNoting = "testdata/formats-fr.json"
)

// formatsHead is the head of the English page; the rest is the comments of
// package signing, from its rules on, and of package check.
const formatsHead = `---
id: "formats"
order: 230
group: "about"
slug: "formats"
title: "The formats, byte by byte"
summary: "Everything needed to verify an attestation with a program of one’s own: keys, credential, QR code, access code, registry, status list, and the steps of a whole check."
---
This page is the specification itself: it is made from the comments of the program that signs. With it alone, an attestation can be verified in any language; a [worked example](page:formats-example) goes through one of each format, byte by byte.

`

// TestFormatsPage: the page published in English is what the program says of
// itself, and the one in French translates it section by section.
func TestFormatsPage(t *testing.T) {
	t.Parallel()
	english := formatsHead + markdown(t, "../signing/doc.go", "../verifier/check/check.go")
	name := fmt.Sprintf(formatsPage, "en")
	if *update {
		if err := os.WriteFile(name, []byte(english), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != english {
		t.Errorf("%s is not what the package comments say: go test ./verifier -run TestFormatsPage -update writes it anew", name)
	}

	french, err := os.ReadFile(fmt.Sprintf(formatsPage, "fr"))
	if err != nil {
		t.Fatal(err)
	}
	of, fr := sections(english), sections(string(french))
	if *translated {
		sums := map[string]string{}
		for id, text := range of {
			sums[id] = digest(text)
		}
		data, err := json.MarshalIndent(sums, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(formatsNoting, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(formatsNoting)
	if err != nil {
		t.Fatal(err)
	}
	var noted map[string]string
	if err := json.Unmarshal(data, &noted); err != nil {
		t.Fatal(err)
	}
	for id, text := range of {
		if fr[id] == "" {
			t.Errorf("section %q is missing in French", id)
		}
		if noted[id] != digest(text) {
			t.Errorf("section %q was changed in English since it was translated: mend the French page, then go test ./verifier -run TestFormatsPage -translated", id)
		}
		// What a program copies is the same in both.
		if a, b := constants(text), constants(fr[id]); a != b {
			t.Errorf("section %q: constants in English\n%s\nin French\n%s", id, a, b)
		}
	}
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

var heading = regexp.MustCompile(`(?m)^## .*\{#([a-z0-9-]+)\}$`)

// sections cuts a page at its headings, by id.
func sections(page string) map[string]string {
	out := map[string]string{}
	at := heading.FindAllStringSubmatchIndex(page, -1)
	for i, m := range at {
		end := len(page)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out[page[m[2]:m[3]]] = page[m[1]:end]
	}
	return out
}

var constant = regexp.MustCompile(`[0-9a-f]*[0-9][0-9a-fA-F]{2,}`)

// constants lists the numbers of a section: what a program copies is the same
// in both languages.
func constants(s string) string {
	s = strings.NewReplacer("\u00a0", "", "10,000,000", "", "10 000 000", "").Replace(s)
	all := constant.FindAllString(s, -1)
	slices.Sort(all)
	return strings.Join(all, " ")
}

// markdown prints the comments of two packages as one page: of the first, what
// follows its example; of the second, what follows its first heading.
func markdown(t *testing.T, first, second string) string {
	t.Helper()
	var b strings.Builder
	number := 0
	for i, file := range []string{first, second} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		begun := false
		for _, block := range new(comment.Parser).Parse(f.Doc.Text()).Content {
			switch block := block.(type) {
			case *comment.Code:
				if begun {
					fmt.Fprintf(&b, "```\n%s```\n\n", block.Text)
				}
				begun = true
			case *comment.Heading:
				begun = true
				title := inline(block.Text)
				if i == 0 {
					fmt.Sscanf(title, "%d.", &number)
				} else {
					number++
					title = fmt.Sprintf("%d. %s", number, title)
				}
				_, words, _ := strings.Cut(title, ". ")
				id := strings.ToLower(strings.NewReplacer(" ", "-", `\_`, "-").Replace(words))
				fmt.Fprintf(&b, "## %s {#%s}\n\n", title, id)
			case *comment.Paragraph:
				if begun {
					b.WriteString(inline(block.Text) + "\n\n")
				}
			case *comment.List:
				for _, item := range block.Items {
					var parts []string
					for _, p := range item.Content {
						parts = append(parts, inline(p.(*comment.Paragraph).Text))
					}
					fmt.Fprintf(&b, "%s. %s\n", item.Number, strings.Join(parts, "\n\n   "))
				}
				b.WriteString("\n")
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var special = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "`", "\\`", "#", `\#`)

// verdictWords are quoted as words; every other word in quotation marks is a
// string, set as code.
var verdictWords = []string{"valid", "revoked", "Bytes"}

func inline(text []comment.Text) string {
	var b strings.Builder
	for _, t := range text {
		switch t := t.(type) {
		case comment.Plain:
			plain := strings.ReplaceAll(string(t), "\n", " ")
			for i, part := range strings.Split(plain, `"`) {
				switch {
				case i%2 == 0:
					b.WriteString(special.Replace(part))
				case strings.Contains(part, " ") || slices.Contains(verdictWords, part):
					b.WriteString("“" + special.Replace(part) + "”")
				default:
					b.WriteString("`" + part + "`")
				}
			}
		case comment.Italic:
			b.WriteString(special.Replace(string(t)))
		case *comment.Link:
			fmt.Fprintf(&b, "[%s](%s)", inline(t.Text), t.URL)
		case *comment.DocLink:
			b.WriteString(inline(t.Text))
		}
	}
	return b.String()
}
