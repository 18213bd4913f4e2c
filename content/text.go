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
		if ordinary(l) {
			continue
		}
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

// ordinary tells a line that is beyond doubt: printable ASCII, Latin letters
// and signs from U+00A0 to U+017F but the soft hyphen, and dashes, quotes and
// dots from U+2010 to U+2027. None of them combines, so such a line is in NFC.
// It only spares the time of the full checks.
func ordinary(l []byte) bool {
	for i := 0; i < len(l); i++ {
		switch c := l[i]; {
		case c >= 0x20 && c < 0x7f:
		case c >= 0xc2 && c <= 0xc5 && i+1 < len(l) && l[i+1]&0xc0 == 0x80 && (c != 0xc2 || l[i+1] >= 0xa0 && l[i+1] != 0xad):
			i++
		case c == 0xe2 && i+2 < len(l) && l[i+1] == 0x80 && l[i+2] >= 0x90 && l[i+2] <= 0xa7:
			i += 2
		default:
			return false
		}
	}
	return true
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
	b := appendTypeset(nil, lang, s)
	if b == nil {
		return s
	}
	return string(b)
}

// turning are the bytes at which typeset must look again.
var turning = [256]bool{'`': true, '(': true, '<': true, '\'': true, ' ': true}

// appendTypeset appends s as typeset returns it to b, or returns nil if b is
// nil and nothing changes.
func appendTypeset(b []byte, lang Lang, s string) []byte {
	done := 0 // s[:done] stands in b
	for i := 0; i < len(s); i++ {
		if !turning[s[i]] {
			continue
		}
		with := ""
		switch s[i] {
		case ' ':
			if !spaceMatters(s, i) {
				continue
			}
			prev, _ := utf8.DecodeLastRuneInString(s[:i])
			if joined(prev, s[i+1:]) || lang == FR && french(prev, s[i+1:]) {
				with = nbsp
			}
		case '\'':
			prev, _ := utf8.DecodeLastRuneInString(s[:i])
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if unicode.IsLetter(prev) && unicode.IsLetter(next) {
				with = "’"
			}
		default:
			prev, _ := utf8.DecodeLastRuneInString(s[:i])
			if n := literal(s[i:], prev); n > 0 {
				i += n - 1
			}
		}
		if with != "" {
			if b == nil {
				b = make([]byte, 0, len(s)+len(s)/50+len(with))
			}
			b = append(append(b, s[done:i]...), with...)
			done = i + 1
		}
	}
	if b == nil {
		return nil
	}
	return append(b, s[done:]...)
}

// spaceMatters tells by the bytes around whether the space at s[i] might be
// one that joined or french would change: most are not.
func spaceMatters(s string, i int) bool {
	if i > 0 {
		if p := s[i-1]; p >= '0' && p <= '9' || p == 'h' || p == 0xab { // the last byte of «
			return true
		}
	}
	if i+1 < len(s) {
		switch s[i+1] {
		case ';', ':', '!', '?', 0xc2: // the first byte of »
			return true
		}
	}
	return false
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
