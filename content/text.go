package content

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// checkText refuses what an author cannot see: bytes that are not UTF-8,
// controls, tabs, carriage returns, bidirectional and other format
// characters, characters not in NFC. It reports each line once.
func checkText(ps *problems, file string, data []byte) {
	line := 0
	for l := range bytes.Lines(data) {
		line++
		l = bytes.TrimSuffix(l, []byte("\n"))
		if !utf8.Valid(l) {
			ps.add(file, line, "text is not UTF-8; save the file as UTF-8")
			continue
		}
		if r, bad := unseen(string(l)); bad {
			ps.add(file, line, "character %U cannot be seen or is not text; remove it", r)
			continue
		}
		if !norm.NFC.IsNormal(l) {
			ps.add(file, line, "text is not in Unicode form NFC; normalise it")
		}
	}
}

// unseen returns the first character of s that is no text for a reader.
func unseen(s string) (rune, bool) {
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return r, true
		case unicode.IsPrint(r): // most of them, and none of what follows
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			return r, true
		case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef: // noncharacters, never printed
			return r, true
		}
	}
	return 0, false
}

const nbsp = "\u00a0"

// typeset sets prose as a printer would, so that pages and attestations need
// not: a curved apostrophe between letters; a no-break space between a number
// and its unit; in French also before « ; : ! ? » and inside quotation marks.
// It never changes code, a link's target or a table's rule.
//
// The no-break space is U+00A0 everywhere: fonts for print often lack the
// narrow one.
func typeset(lang Lang, s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/50)
	rest := s
	var prev rune
	for rest != "" {
		if n := literal(rest, prev); n > 0 {
			b.WriteString(rest[:n])
			prev, _ = utf8.DecodeLastRuneInString(rest[:n])
			rest = rest[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		next, _ := utf8.DecodeRuneInString(rest[size:])
		switch {
		case r == '\'' && unicode.IsLetter(prev) && unicode.IsLetter(next):
			b.WriteString("’")
		case r == ' ' && (joined(prev, rest[size:]) || lang == FR && french(prev, rest[size:])):
			b.WriteString(nbsp)
		default:
			b.WriteString(rest[:size])
		}
		prev = r
		rest = rest[size:]
	}
	return b.String()
}

// literal returns the length of the code span, fenced block, link target or
// autolink that s begins with, or 0.
func literal(s string, prev rune) int {
	switch {
	case s[0] == '`':
		run := len(s) - len(strings.TrimLeft(s, "`"))
		if end := strings.Index(s[run:], s[:run]); end >= 0 {
			return run + end + run
		}
		return run
	case s[0] == '(' && prev == ']':
		return strings.IndexByte(s, ')') + 1
	case strings.HasPrefix(s, "<https:"):
		return strings.IndexByte(s, '>') + 1
	}
	return 0
}

// joined tells a space between a number and its unit, or within "1 h 45".
func joined(prev rune, after string) bool {
	if prev == 'h' && digits(after) == 2 {
		return true
	}
	if prev < '0' || prev > '9' {
		return false
	}
	for _, unit := range []string{"pix", "h", "min", "€", "%"} {
		if tail, ok := strings.CutPrefix(after, unit); ok {
			next, _ := utf8.DecodeRuneInString(tail)
			return !unicode.IsLetter(next)
		}
	}
	return false
}

// french tells a space that French sets as no-break. A colon or an
// exclamation mark counts only at the end of its word: ":---" rules a table.
func french(prev rune, after string) bool {
	if prev == '«' || prev >= '0' && prev <= '9' && digits(after) == 3 { // 1 024
		return true
	}
	r, size := utf8.DecodeRuneInString(after)
	if r == '»' {
		return true
	}
	if prev == '|' || !strings.ContainsRune(";:!?", r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(after[size:])
	return size == len(after) || next == ' ' || next == '\n' || next == ')' || next == '*' || next == '|' || next == '»' || next == nbspRune
}

// digits counts the digits that s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

const nbspRune = '\u00a0'
