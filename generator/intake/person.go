package intake

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"etalon/engine"
)

// unfolded are the Latin letters that have no decomposition, as those without
// them at hand write them.
var unfolded = strings.NewReplacer(
	"æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ß", "ss", "ı", "i", "ħ", "h", "ŧ", "t", "ŋ", "n", "ſ", "s",
)

// Fold brings a name to what its spellings have in common: small letters and
// digits, without marks.
func Fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return unfolded.Replace(b.String())
}

// personSize is how many bytes of a person's hash are kept: with a million
// persons the chance that any two share them is 1e-10.
const personSize = 9

// sitting is a person's hash, a day (3 bytes, from 1900-01-01) and a line of
// the table being taken in (4 bytes, 0 for a sitting of the past).
type sitting [16]byte

// Days knows on which days every person sat.
type Days struct{ sittings []sitting }

var epoch = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

// Add adds the sitting of a person on a day that exists, from 1900 on.
func (d *Days) Add(c engine.Candidate, day string, line int) {
	d.sittings = append(d.sittings, newSitting(c, day, line))
}

func newSitting(c engine.Candidate, day string, line int) (s sitting) {
	h := sha256.Sum256([]byte(Fold(c.FamilyName) + "\n" + Fold(c.GivenNames) + "\n" + c.BirthDate))
	copy(s[:], h[:personSize])
	t, _ := time.Parse(time.DateOnly, day)
	n := int(t.Sub(epoch).Hours() / 24)
	copy(s[personSize:], []byte{byte(n >> 16), byte(n >> 8), byte(n), byte(line >> 24), byte(line >> 16), byte(line >> 8), byte(line)})
	return s
}

func (s sitting) day() string {
	n := int(s[personSize])<<16 | int(s[personSize+1])<<8 | int(s[personSize+2])
	return epoch.AddDate(0, 0, n).Format(time.DateOnly)
}

func (s sitting) line() int { return int(s[12])<<24 | int(s[13])<<16 | int(s[14])<<8 | int(s[15]) }

// Len returns the number of sittings.
func (d *Days) Len() int { return len(d.sittings) }

// Check calls wait for each sitting of the present table, with its day and the
// days of all others of that person, and report for each that wait refuses. Of
// two of the present table the later one is the one to refuse.
func (d *Days) Check(wait func(day string, others []string) error, report func(line int, other Sat, err error)) {
	slices.SortFunc(d.sittings, func(a, b sitting) int { return bytes.Compare(a[:], b[:]) })
	for from := 0; from < len(d.sittings); {
		to := from + 1
		for to < len(d.sittings) && bytes.Equal(d.sittings[to][:personSize], d.sittings[from][:personSize]) {
			to++
		}
		for i := from; i < to && to-from > 1; i++ {
			s := d.sittings[i]
			if s.line() == 0 {
				continue
			}
			for j := from; j < to; j++ {
				// What comes later in the present table answers for itself.
				if o := d.sittings[j]; j != i && (o.line() == 0 || j < i) {
					if err := wait(s.day(), []string{o.day()}); err != nil {
						report(s.line(), Sat{o.day(), o.line()}, err)
						break
					}
				}
			}
		}
		from = to
	}
}

// Sat is a sitting of a person.
type Sat struct {
	Day  string
	Line int // of the present table, 0 for the past
}

// Names is a set of names by their hashes, 16 bytes a name.
type Names struct{ list []nameKey }

type nameKey [16]byte // 12 bytes of hash, 4 of a line

func hashName(name string, line int) (k nameKey) {
	h := sha256.Sum256([]byte(name))
	copy(k[:12], h[:])
	copy(k[12:], []byte{byte(line >> 24), byte(line >> 16), byte(line >> 8), byte(line)})
	return k
}

// Add adds a name and the line where it stands.
func (n *Names) Add(name string, line int) { n.list = append(n.list, hashName(name, line)) }

// Sort makes the set ready for Has and Twice.
func (n *Names) Sort() {
	slices.SortFunc(n.list, func(a, b nameKey) int { return bytes.Compare(a[:], b[:]) })
}

// Has tells whether the set holds a name.
func (n *Names) Has(name string) bool {
	k := hashName(name, 0)
	i, _ := slices.BinarySearchFunc(n.list, k, func(a, b nameKey) int { return bytes.Compare(a[:12], b[:12]) })
	return i < len(n.list) && bytes.Equal(n.list[i][:12], k[:12])
}

// Twice gives the lines of each name that was added before.
func (n *Names) Twice(report func(line, before int)) {
	for i := 1; i < len(n.list); i++ {
		if a, b := n.list[i-1], n.list[i]; bytes.Equal(a[:12], b[:12]) {
			report(b.line(), a.line())
		}
	}
}

func (k nameKey) line() int { return int(k[12])<<24 | int(k[13])<<16 | int(k[14])<<8 | int(k[15]) }
