package content

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is CommonMark with tables and heading ids, and without raw HTML:
// the renderer leaves it out, Load refuses it.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
	goldmark.WithParserOptions(parser.WithAttribute()),
)

func parse(source []byte) ast.Node {
	return markdown.Parser().Parse(text.NewReader(source))
}

// HTML renders Markdown. Each internal link (see the package comment) takes
// the address that resolve returns for its kind and id, its fragment added.
// Links that are neither internal nor https, raw HTML and images are left
// out, their text kept.
func HTML(source string, resolve func(kind, id string) string) template.HTML {
	src := []byte(source)
	doc := parse(src)
	var drop []ast.Node
	// The walker returns no error, so Walk does not either.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			dest := string(n.Destination)
			if l, ok := parseLink(dest); ok {
				n.Destination = []byte(l.address(resolve))
			} else if !strings.HasPrefix(dest, "https://") {
				drop = append(drop, n)
			}
		case *ast.AutoLink, *ast.Image, *ast.RawHTML, *ast.HTMLBlock:
			if a, ok := n.(*ast.AutoLink); !ok || !bytes.HasPrefix(a.URL(src), []byte("https://")) {
				drop = append(drop, n)
			}
		case *east.TableCell:
			if _, ok := n.Parent().(*east.TableHeader); ok {
				n.SetAttributeString("scope", []byte("col"))
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range drop {
		unwrap(n)
	}
	var b bytes.Buffer
	// A buffer takes every write, so Render has no error to return.
	_ = markdown.Renderer().Render(&b, src, doc)
	return template.HTML(b.String())
}

// unwrap puts a node's children in its place.
func unwrap(n ast.Node) {
	parent := n.Parent()
	if parent == nil {
		return
	}
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		parent.InsertBefore(parent, n, child)
	}
	parent.RemoveChild(parent, n)
}

// Plain is Markdown as text without marks: one line a block, cells of a table
// set apart by a comma, links by their text alone.
func Plain(source string) string {
	src := []byte(source)
	return plain(parse(src), src)
}

func plain(doc ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				b.Write(textValue(n, src))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(src))
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if entering {
				b.Write(n.Lines().Value(src))
			}
		case *east.TableCell:
			if !entering && n.NextSibling() != nil {
				b.WriteString(", ")
			}
		case *ast.Paragraph, *ast.Heading, *ast.TextBlock, *east.TableRow, *east.TableHeader:
			if !entering {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// textValue is a text node with its escapes and entities read.
func textValue(n *ast.Text, src []byte) []byte {
	v := n.Segment.Value(src)
	if n.IsRaw() {
		return v
	}
	if _, code := n.Parent().(*ast.CodeSpan); code {
		return v
	}
	return util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(v)))
}
