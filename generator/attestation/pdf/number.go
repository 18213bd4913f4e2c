package pdf

import (
	"math"
	"strconv"
	"unicode/utf16"
)

// AppendNumber prints a number of a page description: two decimals, no more
// than needed, so that equal drawings have equal bytes and pack well.
func AppendNumber(b []byte, v float64) []byte { return appendScaled(b, v, 100, 2) }

// AppendFine prints a number with four decimals at most: turning and scaling
// need more than moving.
func AppendFine(b []byte, v float64) []byte { return appendScaled(b, v, 10000, 4) }

func appendScaled(b []byte, v, scale float64, places int) []byte {
	n := int64(math.Round(v * scale))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	unit := int64(scale)
	whole, rest := n/unit, n%unit
	if whole > 0 || rest == 0 {
		b = appendInt(b, int(whole))
	}
	if rest == 0 {
		return b
	}
	if places == 2 {
		b = append(b, '.', byte('0'+rest/10))
		if rest %= 10; rest != 0 {
			b = append(b, byte('0'+rest))
		}
		return b
	}
	b = append(b, '.')
	for range places {
		unit /= 10
		b = append(b, byte('0'+rest/unit))
		if rest %= unit; rest == 0 {
			break
		}
	}
	return b
}

// appendInt prints an integer; nearly all are short.
func appendInt(b []byte, n int) []byte {
	switch {
	case n < 0 || n > 9999:
		return strconv.AppendInt(b, int64(n), 10)
	case n > 999:
		return append(b, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	case n > 99:
		return append(b, byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
	case n > 9:
		return append(b, byte('0'+n/10), byte('0'+n%10))
	}
	return append(b, byte('0'+n))
}

func appendRef(b []byte, n int) []byte { return append(appendInt(b, n), " 0 R"...) }

// appendText writes a text string (ISO 32000-1, 7.9.2.2): as it is if ASCII,
// else in UTF-16BE behind a byte order mark.
func appendText(b []byte, s string) []byte {
	ascii := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			ascii = false
			break
		}
	}
	b = append(b, '(')
	if ascii {
		for i := range len(s) {
			b = appendByte(b, s[i])
		}
		return append(b, ')')
	}
	b = append(b, 0xfe, 0xff)
	for _, r := range s {
		if r1, r2 := utf16.EncodeRune(r); r1 != 0xfffd {
			b = appendByte(appendByte(b, byte(r1>>8)), byte(r1))
			b = appendByte(appendByte(b, byte(r2>>8)), byte(r2))
			continue
		}
		b = appendByte(appendByte(b, byte(r>>8)), byte(r))
	}
	return append(b, ')')
}

// appendByte writes a byte of a literal string (7.3.4.2). Ends of lines are
// escaped: readers may change them.
func appendByte(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	case '\n':
		return append(b, '\\', 'n')
	}
	return append(b, c)
}
