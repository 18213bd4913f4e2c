package delivery

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug bounds a name made by Slug, in bytes.
const maxSlug = 64

// Slug makes a file name of a text: its letters and digits without accents, in
// lower case, with hyphens between: « Lycée d’Aval » gives lycee-d-aval. It may be equal
// for different texts, and is "x" for one without any letter of the Latin
// alphabet or digit.
func Slug(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		case unicode.Is(unicode.Mn, r): // an accent
		default:
			if s, ok := letters[r]; ok {
				if gap && b.Len() > 0 {
					b.WriteByte('-')
				}
				b.WriteString(s)
				gap = false
				break
			}
			gap = true
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

// letters that no accent makes.
var letters = map[rune]string{'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'đ': "d", 'ł': "l", 'ı': "i", 'þ': "th", 'ð': "d"}

// Slugs gives each of some texts a name of its own: that of Slug, and for those
// whose slug is taken by one before, slug-2, slug-3 …. Texts are in a set
// order, so that equal texts give equal names.
type Slugs map[string]bool

// Name gives a text its name.
func (s Slugs) Name(text string) string {
	slug := Slug(text)
	name := slug
	for n := 2; s[name]; n++ {
		name = slug + "-" + strconv.Itoa(n)
	}
	s[name] = true
	return name
}
