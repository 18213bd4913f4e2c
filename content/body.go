package content

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// body is the parsed Markdown of a document, with what is needed to name a
// line of the file.
type body struct {
	file  string
	lang  Lang
	page  string
	src   []byte
	first int // line of src[0]
	root  ast.Node
}

func newBody(d *document, lang Lang, page string) *body {
	return &body{file: d.file, lang: lang, page: page, src: d.body, first: d.bodyLine, root: parse(d.body)}
}

// line names the file's line of a byte of the body.
func (b *body) line(offset int) int {
	offset = min(max(offset, 0), len(b.src))
	return b.first + bytes.Count(b.src[:offset], []byte("\n"))
}

// at names the line of a node. Some nodes hold no position of their own:
// their children's or their parent's is the nearest.
func (b *body) at(n ast.Node) int {
	for m := n; m != nil; m = m.FirstChild() {
		if p := m.Pos(); p >= 0 {
			return b.line(p)
		}
		if t, ok := m.(*ast.Text); ok {
			return b.line(t.Segment.Start)
		}
		if m.Type() == ast.TypeBlock && m.Lines() != nil && m.Lines().Len() > 0 {
			return b.line(m.Lines().At(0).Start)
		}
	}
	if p := n.Parent(); p != nil && p.Type() == ast.TypeBlock && p.Lines() != nil && p.Lines().Len() > 0 {
		return b.line(p.Lines().At(0).Start)
	}
	return b.first
}

// check refuses nodes that the body may not hold and collects its links.
// pages may hold tables, lists, headings, quotations and code; everything
// else is paragraphs alone.
func (b *body) check(ps *problems, rich bool) []linkUse {
	var links []linkUse
	use := func(n ast.Node, dest string) {
		if l, ok := parseLink(dest); ok {
			links = append(links, linkUse{b.file, b.at(n), b.lang, b.page, dest, l})
		} else if host, ok := strings.CutPrefix(dest, "https://"); !ok || host == "" || host[0] == '/' {
			ps.add(b.file, b.at(n), "link %q is neither internal (c:1.3, domain:2, level:4, page:rules, site:verify, #heading) nor https; mend it", dest)
		}
	}
	_ = ast.Walk(b.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.Paragraph, *ast.Text, *ast.String, *ast.Emphasis, *ast.CodeSpan, *ast.Heading:
		case *ast.Link:
			use(n, string(n.Destination))
		case *ast.AutoLink:
			use(n, string(n.URL(b.src)))
		case *ast.HTMLBlock, *ast.RawHTML:
			ps.add(b.file, b.at(n), "raw HTML is not allowed; write it in Markdown")
		case *ast.Image:
			ps.add(b.file, b.at(n), "images are not allowed; say it in words")
		case *ast.List, *ast.ListItem, *ast.TextBlock, *ast.Blockquote, *ast.FencedCodeBlock,
			*east.Table, *east.TableHeader, *east.TableRow, *east.TableCell:
			if !rich {
				ps.add(b.file, b.at(n), "only paragraphs are allowed here; write it as a sentence")
				return ast.WalkSkipChildren, nil
			}
		default:
			ps.add(b.file, b.at(n), "Markdown element %s is not allowed; write it as a paragraph", n.Kind())
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return links
}

// source returns the Markdown from one block to another, both included.
func (b *body) source(first, last ast.Node) string {
	start := first.Lines().At(0).Start
	end := last.Lines().At(last.Lines().Len() - 1).Stop
	return strings.TrimSpace(string(b.src[start:end]))
}

// prose is the body of paragraphs alone.
func (b *body) prose(ps *problems, limit int) string {
	s := strings.TrimSpace(string(b.src))
	if s == "" {
		ps.add(b.file, b.first, "text is missing; write it")
		return ""
	}
	for n := b.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			ps.add(b.file, b.at(h), "headings are not allowed here; write paragraphs")
		}
	}
	if n := utf8.RuneCountInString(plain(b.root, b.src)); n > limit {
		ps.add(b.file, b.first, "text has %d characters, the limit is %d; shorten it", n, limit)
	}
	return typeset(b.lang, s)
}

var headingID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)

// headings returns the headings and their ids; not ok, if one is wrong.
func (b *body) headings(ps *problems) (list []headingAt, ids []string, ok bool) {
	before := len(ps.list)
	for n := b.root.FirstChild(); n != nil; n = n.NextSibling() {
		h, is := n.(*ast.Heading)
		if !is {
			continue
		}
		line := b.at(h)
		if h.Level != 2 && h.Level != 3 {
			ps.add(b.file, line, "heading has level %d; pages use ## and ###", h.Level)
		}
		if len(list) == 0 && h.Level == 3 {
			ps.add(b.file, line, "heading of level 3 stands before any of level 2; use ##")
		}
		value, _ := h.AttributeString("id")
		raw, _ := value.([]byte)
		id := string(raw)
		switch {
		case len(h.Attributes()) != 1 || !headingID.MatchString(id):
			ps.add(b.file, line, "heading needs an id in lower-case letters, digits and hyphens and nothing else: ## Title {#id}")
			continue
		case slices.Contains(ids, id):
			ps.add(b.file, line, "heading id %q stands twice; rename one", id)
			continue
		}
		ids = append(ids, id)
		title := plain(h, b.src)
		if title == "" {
			ps.add(b.file, line, "heading is empty; fill it")
		}
		list = append(list, headingAt{line, h.Level, id, typeset(b.lang, title)})
	}
	return list, ids, len(ps.list) == before
}

type headingAt struct {
	line, level int
	id, title   string
}
