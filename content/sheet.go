package content

import (
	"bytes"
	"fmt"
	"html/template"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Sheet is one page of a handbook, read and not yet converted.
type Sheet struct {
	Path    string // below the folder, with slashes, without .md
	Lang    Lang
	Title   string // plain text
	Summary string // plain text, may be empty
	body    []byte
	first   int // line of body[0]
}

// Outline is what a sheet offers to others and wants of them.
type Outline struct {
	Contents  []SheetHeading // headings of level 2, in order
	Fragments []string       // ids of all headings
	Links     []SheetLink    // to sheets of the handbook
}

// SheetHeading is a heading of level 2.
type SheetHeading struct{ ID, Title string }

// SheetLink is a link from one sheet to another or to itself.
type SheetLink struct {
	Line     int    // in the file
	Dest     string // as written
	Path     string // of the sheet it leads to
	Fragment string // "" for none
}

// sheetPath tells what a sheet may be called: its address is made of it.
func sheetPath(name string) bool {
	first := true
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			first = false
		case c == '/' && !first:
			first = true
		case (c == '.' || c == '_' || c == '-') && !first:
		default:
			return false
		}
	}
	return strings.HasSuffix(name, ".md") && len(name) <= maxSheetPath
}

const maxSheetPath = 200

// ReadSheet reads the front matter of a handbook's file and checks its text.
// name is its path in the folder; the error joins every mistake, each with
// file and line.
func ReadSheet(name string, lang Lang, data []byte) (*Sheet, error) {
	var ps problems
	if !sheetPath(name) {
		ps.add(name, 0, "file name is not lower-case letters, digits, dots and hyphens, at most %d of them; rename it", maxSheetPath)
	}
	if len(data) > maxFileBytes {
		ps.add(name, 0, "more than %d bytes; split the page", maxFileBytes)
		return nil, ps.err()
	}
	checkText(&ps, name, data)
	s := &Sheet{Path: strings.TrimSuffix(name, ".md"), Lang: lang}
	if title, summary, body, ok := plainFront(data); ok {
		s.body, s.first = body, 1+bytes.Count(data[:len(data)-len(body)], []byte("\n"))
		checkTitle(&ps, name, 2, "title", title, maxTitle)
		if summary != "" {
			checkTitle(&ps, name, 3, "summary", summary, maxSummary)
		}
		s.Title, s.Summary = typeset(lang, title), typeset(lang, summary)
	} else if doc := splitDocument(&ps, name, data, map[string]kind{"title": stringField, "summary": stringField}); doc != nil {
		s.body, s.first = doc.body, doc.bodyLine
		s.Title = typeset(lang, doc.text(&ps, "title", maxTitle))
		s.Summary = typeset(lang, doc.text(&ps, "summary", maxSummary))
	}
	if err := ps.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// plainFront reads the front matter that needs no YAML: title and summary, in
// this order, each in double quotes without a backslash. It is the form of
// nearly every sheet, and twenty times as quick.
func plainFront(data []byte) (title, summary string, body []byte, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte("---\ntitle: \""))
	if !ok {
		return
	}
	value := func(end string) (v string, found bool) {
		i := bytes.IndexByte(rest, '\n')
		if i < 1 || rest[i-1] != '"' || bytes.ContainsAny(rest[:i-1], `"\`) {
			return "", false
		}
		v = string(rest[:i-1])
		after, found := bytes.CutPrefix(rest[i:], []byte(end))
		rest = after
		return v, found
	}
	if title, ok = value("\nsummary: \""); !ok {
		return
	}
	summary, ok = value("\n---\n")
	return title, summary, rest, ok && summary != ""
}

// Converter turns sheets into HTML, one at a time: a goroutine has its own.
type Converter struct {
	md   goldmark.Markdown
	at   *Sheet
	body []byte // of at, typeset
	out  *Outline
	ps   *problems
	line int // of body[seen]
	seen int
}

// NewConverter returns a converter with the Markdown of pages (see the
// package comment), where a heading may go without an id and a link leads to
// another file of the handbook: [text](../folder/other.md#heading).
func NewConverter() *Converter {
	c := &Converter{body: []byte{}}
	c.md = goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithParserOptions(parser.WithAttribute(), parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(c, 100))),
	)
	return c
}

// RegisterFuncs is for goldmark: these nodes are checked where they are
// rendered, so that a sheet is walked once.
func (c *Converter) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, c.link)
	r.Register(ast.KindHeading, c.heading)
	r.Register(ast.KindAutoLink, c.autoLink)
	r.Register(east.KindTable, c.table)
	for _, kind := range []ast.NodeKind{ast.KindImage, ast.KindRawHTML, ast.KindHTMLBlock} {
		r.Register(kind, c.refused)
	}
}

// Convert appends the HTML of s to b. The error joins every mistake of the
// sheet; whether the places exist that its links lead to is for CheckLinks.
func (c *Converter) Convert(b *bytes.Buffer, s *Sheet) (*Outline, error) {
	c.at, c.out, c.ps = s, &Outline{}, &problems{}
	c.body = appendTypeset(c.body[:0], s.Lang, util.BytesToReadOnlyString(s.body))
	c.line, c.seen = s.first, 0
	ids := &sheetIDs{used: map[string]int{}}
	// A buffer takes every write, so Convert has no error to return.
	_ = c.md.Convert(c.body, whole{b}, parser.WithContext(parser.NewContext(parser.WithIDs(ids))))
	return c.out, c.ps.err()
}

// whole spares goldmark a buffer of its own: all is kept until the page ends.
type whole struct{ *bytes.Buffer }

func (whole) Buffered() int { return 0 }
func (whole) Flush() error  { return nil }

// lineOf names the file's line of a node. Nodes come in the order of the
// text, so that newlines are counted once.
func (c *Converter) lineOf(n ast.Node) int {
	offset := -1
	for m := n; m != nil && offset < 0; m = m.FirstChild() {
		if t, ok := m.(*ast.Text); ok {
			offset = t.Segment.Start
		} else if m.Type() == ast.TypeBlock && m.Lines() != nil && m.Lines().Len() > 0 {
			offset = m.Lines().At(0).Start
		} else if r, ok := m.(*ast.RawHTML); ok && r.Segments.Len() > 0 {
			offset = r.Segments.At(0).Start
		}
	}
	if offset > c.seen {
		c.line += bytes.Count(c.body[c.seen:offset], []byte("\n"))
		c.seen = offset
	}
	return c.line
}

func (c *Converter) mistake(n ast.Node, format string, args ...any) {
	c.ps.add(c.at.Path+".md", c.lineOf(n), format, args...)
}

func (c *Converter) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	dest := string(n.(*ast.Link).Destination)
	address := dest
	if host, ok := strings.CutPrefix(dest, "https://"); ok {
		if host == "" || host[0] == '/' {
			c.mistake(n, "link %q names no host; mend it", dest)
		}
	} else if address, ok = c.inside(n, dest); !ok {
		c.mistake(n, "link %q is neither a file of the handbook (other.md, ../folder/other.md#heading, #heading) nor https; mend it", dest)
	}
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape([]byte(address), true)))
	_, _ = w.WriteString(`">`)
	return ast.WalkContinue, nil
}

// inside notes a link to a file of the handbook and returns its address.
func (c *Converter) inside(n ast.Node, dest string) (address string, ok bool) {
	file, fragment, has := strings.Cut(dest, "#")
	if has && !isID(fragment) {
		return "", false
	}
	target := c.at.Path
	if file != "" {
		base, ok := strings.CutSuffix(file, ".md")
		if !ok || strings.Contains(file, ":") || file[0] == '/' {
			return "", false
		}
		target = path.Join(path.Dir(c.at.Path), base)
		address = base + ".html"
	}
	if has {
		address += "#" + fragment
	}
	c.out.Links = append(c.out.Links, SheetLink{c.lineOf(n), dest, target, fragment})
	return address, true
}

func (c *Converter) autoLink(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	a := n.(*ast.AutoLink)
	if !bytes.HasPrefix(a.URL(src), []byte("https://")) {
		c.mistake(n.Parent(), "link %q is not https; mend it", a.URL(src))
	}
	_, _ = fmt.Fprintf(w, `<a href="%s">%s</a>`, util.EscapeHTML(util.URLEscape(a.URL(src), false)), util.EscapeHTML(a.Label(src)))
	return ast.WalkContinue, nil
}

func (c *Converter) refused(_ util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		what := "raw HTML is not allowed; write it in Markdown"
		if n.Kind() == ast.KindImage {
			what = "images are not allowed; say it in words"
		}
		c.mistake(n, "%s", what)
	}
	return ast.WalkSkipChildren, nil
}

func (c *Converter) heading(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Heading)
	level := "0123456"[n.Level]
	if !entering {
		_, _ = w.WriteString("</h")
		_ = w.WriteByte(level)
		_, _ = w.WriteString(">\n")
		return ast.WalkContinue, nil
	}
	value, _ := n.AttributeString("id")
	raw, _ := value.([]byte)
	id := string(raw)
	if n.Level == 1 {
		c.mistake(n, "heading has level 1, which is the title's; use ##")
	}
	if len(n.Attributes()) != 1 || !isID(id) {
		c.mistake(n, "heading needs an id in lower-case letters, digits and hyphens and nothing else: ## Title {#id}")
	}
	c.out.Fragments = append(c.out.Fragments, id)
	if n.Level == 2 {
		c.out.Contents = append(c.out.Contents, SheetHeading{id, headingText(n, src)})
	}
	_, _ = w.WriteString("<h")
	_ = w.WriteByte(level)
	_, _ = w.WriteString(` id="`)
	_, _ = w.WriteString(template.HTMLEscapeString(id))
	_, _ = w.WriteString(`">`)
	return ast.WalkContinue, nil
}

// isID tells an id as headingID has it.
func isID(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// headingText is plain for a heading: mostly one text.
func headingText(n *ast.Heading, src []byte) string {
	if t, ok := n.FirstChild().(*ast.Text); ok && t.NextSibling() == nil {
		return string(bytes.TrimSpace(textValue(t, src)))
	}
	return plain(n, src)
}

// table lets a wide table scroll by itself on a narrow screen.
func (c *Converter) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<div class=\"scroller\"><table>\n")
	} else {
		_, _ = w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

// sheetIDs names headings after their words, without accents.
type sheetIDs struct{ used map[string]int }

func (s *sheetIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	id := make([]byte, 0, len(value))
	for len(value) > 0 && len(id) < 50 {
		r, size := utf8.DecodeRune(value)
		value = value[size:]
		switch b := base(r); {
		case b != 0:
			id = append(id, b)
		case len(id) > 0 && id[len(id)-1] != '-':
			id = append(id, '-')
		}
	}
	id = bytes.Trim(id, "-")
	if len(id) == 0 || id[0] < 'a' {
		id = append([]byte("s-"), id...)
	}
	id = bytes.TrimRight(id, "-")
	key := string(id)
	s.used[key]++
	for n := s.used[key]; n > 1; n++ {
		if next := fmt.Sprintf("%s-%d", key, n); s.used[next] == 0 {
			s.used[key], s.used[next] = n, 1
			return []byte(next)
		}
	}
	return id
}

func (s *sheetIDs) Put(value []byte) { s.used[string(value)]++ }

// latin is the bare letter of U+00C0 to U+00FF; a dot where there is none.
const latin = "aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"

// base is the letter or digit that a character is in an id, or 0.
func base(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return byte(r)
	case r >= 'A' && r <= 'Z':
		return byte(r) + 'a' - 'A'
	case r >= 0xc0 && r <= 0xff:
		if b := latin[r-0xc0]; b != '.' {
			return b
		}
	case r == 'œ' || r == 'Œ':
		return 'o'
	}
	return 0
}

// CheckLinks refuses links that lead nowhere. fragments returns the ids of a
// sheet's headings, and whether there is such a sheet.
func CheckLinks(file string, links []SheetLink, fragments func(path string) ([]string, bool)) error {
	var ps problems
	for _, l := range links {
		ids, ok := fragments(l.Path)
		if !ok {
			ps.add(file, l.Line, "link %q leads nowhere: there is no %s.md", l.Dest, l.Path)
			continue
		}
		found := l.Fragment == ""
		for i := 0; i < len(ids) && !found; i++ {
			found = ids[i] == l.Fragment
		}
		if !found {
			ps.add(file, l.Line, "link %q leads nowhere: %s.md has no heading %q; give a heading that id or mend the link", l.Dest, l.Path, l.Fragment)
		}
	}
	return ps.err()
}
