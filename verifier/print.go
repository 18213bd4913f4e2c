package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"etalon/content"
	"etalon/site"
	"etalon/verifier/check"
	"etalon/verifier/server"
)

// textWidth is where sentences wrap, in characters.
const textWidth = 78

// printer writes answers for people.
type printer struct {
	w      io.Writer
	pages  *site.Site
	lang   content.Lang
	many   bool
	colour bool
	titles map[check.Verdict]string
	counts map[check.Verdict]int
}

// marks and colours of the verdicts; colours are ANSI codes.
var (
	marks = map[check.Verdict]string{
		check.Valid: "✓", check.NotGenuine: "✗", check.UnknownIssuer: "?", check.Revoked: "✗", check.NotFound: "?",
		check.Superseded: "!", check.Suspended: "!", check.Expired: "!", check.StatusUnknown: "?",
	}
	colours = map[check.Verdict]string{
		check.Valid: "32", check.NotGenuine: "31", check.UnknownIssuer: "31", check.Revoked: "31", check.NotFound: "33",
		check.Superseded: "33", check.Suspended: "33", check.Expired: "33", check.StatusUnknown: "33",
	}
)

func (p *printer) print(s subject, r *check.Result) error {
	card, err := p.pages.Card(p.lang, server.PageVerdict(r, p.lang))
	if err != nil {
		return err
	}
	var b strings.Builder
	if p.counts == nil {
		p.counts, p.titles = map[check.Verdict]int{}, map[check.Verdict]string{}
	} else {
		b.WriteByte('\n')
	}
	p.counts[r.Verdict]++
	p.titles[r.Verdict] = card.Title
	if p.many && s.file != "" {
		b.WriteString(p.paint("1", printable(s.file)) + "\n")
	}
	b.WriteString(p.paint("1;"+colours[r.Verdict], marks[r.Verdict]+" "+card.Title) + "\n")
	sentence(&b, card.Meaning)
	sentence(&b, card.Action)
	if card.Specimen != "" {
		sentence(&b, card.Specimen)
	}
	if card.Document != "" {
		sentence(&b, card.Document)
	}
	if card.Reason != "" {
		sentence(&b, card.Headings.Reason+card.Separator+card.Reason)
	}
	p.lines(&b, card.Headings.Fields, "", card.Fields)
	p.lines(&b, card.Headings.Levels, card.LevelsNote, card.Levels)
	p.lines(&b, card.Headings.Proof, "", card.Proof)
	if r.Share != "" {
		fmt.Fprintf(&b, "\n  %s\n", r.Share)
	}
	_, err = io.WriteString(p.w, b.String())
	return err
}

// summary counts the answers by verdict, after several.
func (p *printer) summary() error {
	var b strings.Builder
	b.WriteByte('\n')
	for _, v := range check.Verdicts {
		if n := p.counts[v]; n > 0 {
			fmt.Fprintf(&b, "%6d  %s\n", n, p.paint(colours[v], marks[v]+" "+p.titles[v]))
		}
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}

// lines writes a part of the card, its values aligned.
func (p *printer) lines(b *strings.Builder, heading, note string, lines []site.Line) {
	if len(lines) == 0 {
		return
	}
	width := 0
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.Name))
	}
	b.WriteString("\n  " + p.paint("1", heading) + "\n")
	for _, l := range lines {
		name := printable(l.Name)
		pad := max(0, width-utf8.RuneCountInString(name))
		fmt.Fprintf(b, "    %s%s  %s\n", p.paint("2", name), strings.Repeat(" ", pad), printable(l.Value))
	}
	if note != "" {
		sentence(b, note)
	}
}

func (p *printer) paint(code, s string) string {
	if !p.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// sentence wraps a text, indented.
func sentence(b *strings.Builder, text string) {
	column := 0
	for word := range strings.SplitSeq(printable(text), " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString("  ")
			column = 2
		case column+1+n > textWidth:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
}

// printable keeps a file name or a signed text from driving the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u00a0' || r == '\u202f' || unicode.IsPrint(r) {
			return r
		}
		return '\ufffd'
	}, s)
}

// colourful tells whether the output is a terminal that wants colours
// (https://no-color.org).
func colourful(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
