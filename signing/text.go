package signing

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// checkText enforces section 2: valid UTF-8 of at most max bytes, NFC, none of
// the forbidden characters, no space at either end.
func checkText(field, s string, max int) error {
	switch {
	case len(s) > max:
		return fmt.Errorf("%s: %d bytes of UTF-8, at most %d", field, len(s), max)
	case !utf8.ValidString(s):
		return fmt.Errorf("%s: invalid UTF-8", field)
	case !norm.NFC.IsNormalString(s):
		return fmt.Errorf("%s: not in Unicode normalisation form C", field)
	case strings.HasPrefix(s, " ") || strings.HasSuffix(s, " "):
		return fmt.Errorf("%s: space at the beginning or the end", field)
	}
	for _, r := range s {
		if forbidden(r) {
			return fmt.Errorf("%s: character %U is not allowed", field, r)
		}
	}
	return nil
}

// forbidden is written as ranges, not as Unicode categories, so that every
// implementation refuses the same characters whatever its Unicode version:
// controls, invisible format characters (those that change the direction of
// text among them), line separators, private use, noncharacters at the end of
// the first plane, and the tag characters.
func forbidden(r rune) bool {
	switch {
	case r <= 0x1f, r >= 0x7f && r <= 0x9f, r == 0xad, r == 0x61c,
		r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f,
		r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xd800 && r <= 0xf8ff, r == 0xfeff, r >= 0xfff0 && r <= 0xffff,
		r >= 0xe0000:
		return true
	}
	return false
}

// checkAddress accepts a web address that can be printed and followed: https,
// or http towards this very machine, nothing after the path.
func checkAddress(s string) error {
	if len(s) > 200 {
		return errors.New("address longer than 200 bytes")
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(s, "?#") || u.String() != s {
		return fmt.Errorf("address %.60q: want https://HOST", s)
	}
	switch h := u.Hostname(); {
	case u.Scheme == "https":
	case u.Scheme == "http" && (h == "localhost" || h == "127.0.0.1" || h == "::1"):
	default:
		return fmt.Errorf("address %.60q: want https, or http to localhost", s)
	}
	return nil
}
