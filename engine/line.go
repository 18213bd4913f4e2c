package engine

import (
	"strings"
	"unicode/utf8"
)

// lineReader reads lines of a log in the one form they may have, RFC 8785, at a
// tenth of the cost of a general decoder. It knows less JSON than is allowed:
// a line that it does not take, be it wrong or merely unusual (an escape, a
// number with an exponent), goes through decodeEvent's general way, which
// accepts it or says what is wrong. What it takes, that way takes too, and
// makes the same event of it; tests hold the two against each other.
//
// An event that read returns is good until the next one. Its texts are parts
// of a copy of the line.
type lineReader struct {
	line string
	at   int // next byte

	event event
	// What the members of event point to.
	texts                                   [len(eventMembers)]string
	bank, framework, profile                Ref
	candidate                               Candidate
	capacity, deviation                     float64
	correct                                 bool
	extraMinutes, minutes, number, question int
	needs, seen, skills                     []string
}

// eventMembers lists the members of an event in their order, which is that of
// the fields of event.
var eventMembers = [...]string{
	"at", "bank", "by", "candidate", "capacity", "centre", "correct", "date", "error", "extraMinutes",
	"framework", "item", "language", "minutes", "n", "needs", "note", "prev", "profile", "question",
	"reason", "regime", "rules", "schema", "seed", "seen", "session", "skills", "type",
}

// eventSets gives for each type of event the members that it must have and
// those that it may have besides, as bits in the order of eventMembers.
var eventSets = func() map[string][2]uint32 {
	bits := make(map[string]uint32, len(eventMembers))
	for i, name := range eventMembers {
		bits[name] = 1 << i
	}
	sets := make(map[string][2]uint32, len(eventFields))
	for kind, fields := range eventFields {
		must, may := bits["at"]|bits["n"]|bits["prev"]|bits["type"], uint32(0)
		for _, name := range fields {
			if name == measured[0] || name == measured[1] {
				may |= bits[name]
			} else {
				must |= bits[name]
			}
		}
		sets[kind] = [2]uint32{must, may}
	}
	return sets
}()

// decode is decodeEvent, faster where it can be.
func (r *lineReader) decode(name string, n int, line []byte) (*event, error) {
	if e, ok := r.read(line); ok {
		return e, nil
	}
	return decodeEvent(name, n, line)
}

// read reads a line; ok is false when the general way must look at it.
func (r *lineReader) read(line []byte) (e *event, ok bool) {
	if len(line) > maxLine || !utf8.Valid(line) {
		return nil, false
	}
	r.line, r.at, r.event = string(line), 0, event{}
	var have uint32
	next := 0 // least index of the next member: they are sorted, and none stands twice
	for r.separator('{', have != 0) {
		name, ok := r.text()
		if !ok || !r.skip(':') {
			return nil, false
		}
		for next < len(eventMembers) && eventMembers[next] != name {
			next++
		}
		if next == len(eventMembers) || !r.member(next) {
			return nil, false
		}
		have |= 1 << next
		next++
	}
	if !r.skip('}') || r.at != len(r.line) || r.event.Type == nil {
		return nil, false
	}
	sets, ok := eventSets[*r.event.Type]
	if must, may := sets[0], sets[1]; !ok || have&must != must || have&^(must|may) != 0 {
		return nil, false
	}
	return &r.event, true
}

// separator reads what stands before a member or a value: the opening of its
// object or list before the first, then a comma. It is false at the end.
func (r *lineReader) separator(opening byte, begun bool) bool {
	if begun {
		return r.skip(',')
	}
	return r.skip(opening) && r.at < len(r.line) && r.line[r.at] == '"'
}

// member reads the value of a member of event, by its place in eventMembers.
func (r *lineReader) member(i int) bool {
	e, text := &r.event, &r.texts[i]
	switch eventMembers[i] {
	case "at":
		return point(&e.At, text, r.string)
	case "bank":
		return point(&e.Bank, &r.bank, r.ref)
	case "by":
		return point(&e.By, text, r.string)
	case "candidate":
		return point(&e.Candidate, &r.candidate, r.person)
	case "capacity":
		return point(&e.Capacity, &r.capacity, r.decimal)
	case "centre":
		return point(&e.Centre, text, r.string)
	case "correct":
		return point(&e.Correct, &r.correct, r.truth)
	case "date":
		return point(&e.Date, text, r.string)
	case "error":
		return point(&e.Error, &r.deviation, r.decimal)
	case "extraMinutes":
		return point(&e.ExtraMinutes, &r.extraMinutes, r.count)
	case "framework":
		return point(&e.Framework, &r.framework, r.ref)
	case "item":
		return point(&e.Item, text, r.string)
	case "language":
		return point(&e.Language, text, r.string)
	case "minutes":
		return point(&e.Minutes, &r.minutes, r.count)
	case "n":
		return point(&e.N, &r.number, r.count)
	case "needs":
		return point(&e.Needs, &r.needs, r.list)
	case "note":
		return point(&e.Note, text, r.string)
	case "prev":
		return point(&e.Prev, text, r.string)
	case "profile":
		return point(&e.Profile, &r.profile, r.ref)
	case "question":
		return point(&e.Question, &r.question, r.count)
	case "reason":
		return point(&e.Reason, text, r.string)
	case "regime":
		return point(&e.Regime, text, r.string)
	case "rules":
		return point(&e.Rules, text, r.string)
	case "schema":
		return point(&e.Schema, text, r.string)
	case "seed":
		return point(&e.Seed, text, r.string)
	case "seen":
		return point(&e.Seen, &r.seen, r.list)
	case "session":
		return point(&e.Session, text, r.string)
	case "skills":
		return point(&e.Skills, &r.skills, r.list)
	case "type":
		return point(&e.Type, text, r.string)
	}
	return false
}

// point has a field of the event point to where its value is read.
func point[T any](field **T, to *T, read func(*T) bool) bool {
	*field = to
	return read(to)
}

func (r *lineReader) skip(c byte) bool {
	if r.at < len(r.line) && r.line[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *lineReader) word(w string) bool {
	if strings.HasPrefix(r.line[r.at:], w) {
		r.at += len(w)
		return true
	}
	return false
}

// truth reads true or false.
func (r *lineReader) truth(to *bool) bool {
	*to = r.word("true")
	return *to || r.word("false")
}

func (r *lineReader) string(to *string) (ok bool) {
	*to, ok = r.text()
	return ok
}

// text reads a string without an escape.
func (r *lineReader) text() (string, bool) {
	if !r.skip('"') {
		return "", false
	}
	for i := r.at; i < len(r.line); i++ {
		switch c := r.line[i]; {
		case c == '"':
			s := r.line[r.at:i]
			r.at = i + 1
			return s, true
		case c < ' ' || c == '\\':
			return "", false
		}
	}
	return "", false
}

// digits reads decimal digits, and tells how many.
func (r *lineReader) digits(value *int64) (n int) {
	for r.at < len(r.line) && r.line[r.at]-'0' <= 9 && n <= 18 {
		*value = *value*10 + int64(r.line[r.at]-'0')
		r.at++
		n++
	}
	return n
}

// count reads a whole number of at most nine digits.
func (r *lineReader) count(to *int) bool {
	var v int64
	from := r.at
	n := r.digits(&v)
	*to = int(v)
	return n == 1 || n > 1 && n <= 9 && r.line[from] != '0'
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14}

// decimal reads a number of at most 15 digits, the fraction included. So few
// are a whole number below 2^53 and a power of ten, both exact, whose quotient
// is rounded once: the float64 nearest to what is written. And since two
// decimals of so few digits are never nearest to the same float64, what is
// written is the shortest form, which RFC 8785 asks for, unless zeros stand at
// its end, or it is so small that it is written with an exponent.
func (r *lineReader) decimal(to *float64) bool {
	negative := r.skip('-')
	var v int64
	from := r.at
	whole, fraction := r.digits(&v), 0
	if whole == 0 || whole > 1 && r.line[from] == '0' {
		return false
	}
	if r.skip('.') {
		if fraction = r.digits(&v); fraction == 0 || r.line[r.at-1] == '0' {
			return false
		}
	}
	if whole+fraction > 15 {
		return false
	}
	*to = float64(v) / powersOfTen[fraction]
	if negative {
		*to = -*to
	}
	return *to >= 1e-6 || *to <= -1e-6 || v == 0 && !negative
}

// list reads a list of texts.
func (r *lineReader) list(to *[]string) bool {
	*to = []string{}
	if r.word("[]") {
		return true
	}
	for r.separator('[', len(*to) > 0) {
		s, ok := r.text()
		if !ok {
			return false
		}
		*to = append(*to, s)
	}
	return len(*to) > 0 && r.skip(']')
}

// key reads the name of a member that must come next.
func (r *lineReader) key(before byte, name string) bool {
	return r.skip(before) && r.skip('"') && r.word(name) && r.skip('"') && r.skip(':')
}

func (r *lineReader) named(before byte, name string, to *string) (ok bool) {
	if !r.key(before, name) {
		return false
	}
	*to, ok = r.text()
	return ok
}

func (r *lineReader) ref(to *Ref) bool {
	return r.named('{', "id", &to.ID) && r.named(',', "sha256", &to.SHA256) && r.skip('}')
}

func (r *lineReader) person(to *Candidate) bool {
	return r.named('{', "birthDate", &to.BirthDate) && r.named(',', "birthPlace", &to.BirthPlace) &&
		r.named(',', "familyName", &to.FamilyName) && r.named(',', "givenNames", &to.GivenNames) && r.skip('}')
}
