package table

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const bom = "\ufeff"

// check tells what is wrong with a cell of the column and what to do, or
// nothing.
func (c *Column) check(cell string) (why, remedy string) {
	limit := c.Max
	if limit == 0 {
		limit = maxCell
	}
	switch {
	case cell == "" && c.Empty:
		return "", ""
	case cell == "":
		return "is empty", "fill it in"
	case len(cell) > limit:
		return fmt.Sprintf("takes %d bytes, over the limit of %d", len(cell), limit), "shorten it"
	case !utf8.ValidString(cell):
		return "is not UTF-8", "save the file as \"CSV UTF-8\""
	}
	for _, r := range cell {
		if invisible(r) {
			return fmt.Sprintf("holds %U, a control, bidirectional or invisible character", r), "take it out"
		}
	}
	switch {
	case !norm.NFC.IsNormalString(cell):
		return "spells an accent as a character of its own", "bring the file to Unicode normal form C (uconv -x nfc)"
	case cell != strings.TrimSpace(cell):
		return "begins or ends with a space", "remove it"
	case runs(cell):
		return "begins with a sign that a spreadsheet takes for a formula", "take the sign out; leave the cell empty if there is nothing to say"
	}
	return "", ""
}

// invisible tells what no reader of a cell would see: package engine refuses
// the same in names and places.
func invisible(r rune) bool {
	if r == '\u200c' || r == '\u200d' { // joiners, which some scripts spell names with
		return false
	}
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point, unicode.Co)
}

// runs tells whether a spreadsheet might take a cell for a formula.
func runs(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) && !number(cell)
}

// number tells whether a cell is a plain decimal number: a spreadsheet takes
// it for that and runs nothing.
func number(cell string) bool {
	digits := strings.TrimPrefix(cell, "-")
	whole, fraction, dot := strings.Cut(digits, ".")
	return onlyDigits(whole) && (!dot || onlyDigits(fraction))
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
