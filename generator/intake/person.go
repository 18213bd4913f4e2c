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

// fold brings a name to what its spellings have in common: small letters and
// digits, without marks.
func fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return unfolded.Replace(b.String())
}

// Alike tells whether all the given names of one person are among the other's:
// "Jean" and "Jean-Paul", or none at all, but not "Jean" and "Paul".
func Alike(a, b string) bool {
	some, all := words(a), words(b)
	if len(some) > len(all) {
		some, all = all, some
	}
	return !slices.ContainsFunc(some, func(w string) bool { return !slices.Contains(all, w) })
}

func words(names string) []string {
	list := strings.FieldsFunc(norm.NFC.String(names), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	for i, w := range list {
		list[i] = fold(w)
	}
	return list
}

// How many bytes are kept of a person's hashes: that of family name and birth
// date, and that of all three. With a million persons the chance that any two
// share both is 1e-10.
const (
	kinSize    = 6
	personSize = kinSize + 3
)

type person [personSize]byte

// sitting is a person, a day (3 bytes, from 1900-01-01) and a line of the table
// being taken in (4 bytes, 0 for a sitting of the past).
type sitting [16]byte

// Days knows on which days every person sat.
type Days struct{ sittings []sitting }

var epoch = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

// Add adds the sitting of a person on a day that exists, from 1900 on.
func (d *Days) Add(c engine.Candidate, day string, line int) {
	d.sittings = append(d.sittings, newSitting(c, day, line))
}

func newPerson(c engine.Candidate) (p person) {
	kin := sha256.Sum256([]byte(fold(c.FamilyName) + "\n" + c.BirthDate))
	all := sha256.Sum256([]byte(fold(c.FamilyName) + "\n" + fold(c.GivenNames) + "\n" + c.BirthDate))
	copy(p[copy(p[:], kin[:kinSize]):], all[:])
	return p
}

func newSitting(c engine.Candidate, day string, line int) (s sitting) {
	p := newPerson(c)
	copy(s[:], p[:])
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

func (s sitting) sat() Sat { return Sat{Day: s.day(), Line: s.line(), person: person(s[:personSize])} }

// groups gives the sittings that share so many bytes of the hashes.
func (d *Days) groups(size int, see func([]sitting)) {
	slices.SortFunc(d.sittings, func(a, b sitting) int { return bytes.Compare(a[:], b[:]) })
	for from := 0; from < len(d.sittings); {
		to := from + 1
		for to < len(d.sittings) && bytes.Equal(d.sittings[to][:size], d.sittings[from][:size]) {
			to++
		}
		if to-from > 1 {
			see(d.sittings[from:to])
		}
		from = to
	}
}

// Check calls wait for each sitting of the present table, with its day and the
// days of all others of that person, and report for each that wait refuses. Of
// two of the present table the later one is the one to refuse.
func (d *Days) Check(wait func(day string, others []string) error, report func(line int, other Sat, err error)) {
	d.groups(personSize, func(list []sitting) {
		for i, s := range list {
			if s.line() == 0 {
				continue
			}
			for j, o := range list {
				// What comes later in the present table answers for itself.
				if j != i && (o.line() == 0 || j < i) {
					if err := wait(s.day(), []string{o.day()}); err != nil {
						report(s.line(), o.sat(), err)
						break
					}
				}
			}
		}
	})
}

// Kin reports each sitting of the present table with every other that wait
// refuses beside it and that is of another person of the same family name and
// birth date: a twin, or the same person after all (see Alike). Of two of the
// present table the one of the later line comes first.
func (d *Days) Kin(wait func(day string, others []string) error, report func(late, other Sat)) {
	d.groups(kinSize, func(list []sitting) {
		for _, s := range list {
			for _, o := range list {
				if s.line() > o.line() && !bytes.Equal(s[:personSize], o[:personSize]) && wait(s.day(), []string{o.day()}) != nil {
					report(s.sat(), o.sat())
				}
			}
		}
	})
}

// Sat is a sitting of a person.
type Sat struct {
	Day    string
	Line   int // of the present table, 0 for the past
	person person
}

// SatOn returns the sitting of a person on a day, of no line.
func SatOn(c engine.Candidate, day string) Sat { return Sat{Day: day, person: newPerson(c)} }

// Past is the same sitting, of no line.
func (s Sat) Past() Sat { return Sat{Day: s.Day, person: s.person} }

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
