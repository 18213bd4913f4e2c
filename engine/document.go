package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// document is a JSON file being decoded; its methods give errors that name
// file, line and field.
type document struct {
	name string
	data []byte

	// Where data is a part of the file: lines before it, and its place.
	above int
	place jsontext.Pointer
}

// decode fills v, which must hold one JSON value and nothing else: unknown and
// duplicate members, wrong types, invalid UTF-8 and null (but at the pointers
// of nullable) are refused.
func (d document) decode(v any, limit int, nullable ...jsontext.Pointer) error {
	if len(d.data) > limit {
		return fmt.Errorf("%s: the file holds %d bytes, over the limit of %d; split it or check that it is the right file", d.name, len(d.data), limit)
	}
	err := json.Unmarshal(d.data, v, json.RejectUnknownMembers(true))
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return d.atOffset(syntactic.ByteOffset, syntactic.JSONPointer, "stands twice in its object; keep one")
		}
		return d.atOffset(syntactic.ByteOffset, syntactic.JSONPointer, "is not valid JSON: %v; mend the file or fetch it again", syntactic.Err)
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		switch {
		case errors.Is(err, json.ErrUnknownName):
			return d.atOffset(semantic.ByteOffset, semantic.JSONPointer, "is unknown; remove it or mend its name")
		case semantic.GoType != nil:
			return d.atOffset(semantic.ByteOffset, semantic.JSONPointer, "holds a JSON %v where %s is expected", semantic.JSONKind, kindName(semantic))
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return d.refuseNull(nullable)
}

func kindName(e *json.SemanticError) string {
	switch k := e.GoType.Kind().String(); {
	case k == "string":
		return "a string"
	case strings.HasPrefix(k, "int"):
		return "a whole number"
	case strings.HasPrefix(k, "float"):
		return "a number"
	case k == "bool":
		return "true or false"
	case k == "slice" || k == "array":
		return "a list of the right length"
	}
	return "an object"
}

func (d document) refuseNull(nullable []jsontext.Pointer) error {
	dec := jsontext.NewDecoder(bytes.NewReader(d.data))
next:
	for {
		tok, err := dec.ReadToken()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		if tok.Kind() == 'n' {
			for _, p := range nullable {
				if dec.StackPointer() == p {
					continue next
				}
			}
			return d.atOffset(dec.InputOffset(), dec.StackPointer(), "is null; give a value or leave the member out")
		}
	}
}

// at gives an error about the value at a pointer, or about its nearest
// ancestor when it is missing.
func (d document) at(p jsontext.Pointer, format string, args ...any) error {
	dec := jsontext.NewDecoder(bytes.NewReader(d.data))
	best, offset := -1, int64(0)
	for {
		if _, err := dec.ReadToken(); err != nil {
			break
		}
		if q := dec.StackPointer(); len(q) > best && q.Contains(p) {
			best, offset = len(q), dec.InputOffset()
		}
	}
	return d.atOffset(offset, p, format, args...)
}

func (d document) atOffset(offset int64, p jsontext.Pointer, format string, args ...any) error {
	offset = min(max(offset, 0), int64(len(d.data)))
	for offset < int64(len(d.data)) && strings.IndexByte(" \t\r\n,:", d.data[offset]) >= 0 && !lineEnds(d.data, offset) {
		offset++
	}
	line := d.above + 1 + bytes.Count(d.data[:offset], []byte("\n"))
	return fmt.Errorf("%s:%d: field %s %s", d.name, line, fieldName(d.place+p), fmt.Sprintf(format, args...))
}

// lineEnds tells whether a value ended just before offset: the error is then
// about that value, and must not slide to the next line.
func lineEnds(data []byte, offset int64) bool {
	return offset > 0 && strings.IndexByte(" \t\r\n,:{[", data[offset-1]) < 0 && data[offset] != ':'
}

// fieldName writes a JSON pointer as a person would: items[3].theme.
func fieldName(p jsontext.Pointer) string {
	var b strings.Builder
	for tok := range p.Tokens() {
		switch {
		case tok != "" && strings.Trim(tok, "0123456789") == "":
			fmt.Fprintf(&b, "[%s]", tok)
		case b.Len() > 0:
			b.WriteByte('.')
			fallthrough
		default:
			b.WriteString(tok)
		}
	}
	if b.Len() == 0 {
		return "(the whole value)"
	}
	if s := b.String(); len(s) > 120 || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Sprintf("%.120q", s)
	}
	return b.String()
}

// canonical returns the RFC 8785 form of v, one of this package's own types.
// Invalid UTF-8 becomes U+FFFD, which checkText refuses; a number that JSON
// cannot write is a fault of the program.
func canonical(v any) []byte {
	value := jsontext.Value(inOrder(v))
	if err := value.Canonicalize(); err != nil {
		panic("engine: encoding a value that no log or file gave: " + err.Error())
	}
	return value
}

// inOrder is canonical, at half the cost, for a type whose members are declared
// in their order throughout, as those of event are: numbers and texts are
// encoded as RFC 8785 asks for, and only the members may be out of order.
func inOrder(v any) []byte {
	data, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("engine: encoding a value that no log or file gave: " + err.Error())
	}
	return data
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], sum[:])
	return string(digits[:])
}

var (
	hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	langPattern = regexp.MustCompile(`^[a-z]{2,3}$`)
)

const maxID = 64 // bytes of an id

// checkID checks an id of a session, item, bank or framework: it may stand in
// a file name.
func checkID(s string) error {
	if !isID(s) {
		return fmt.Errorf("is %.80q; give lower-case letters and digits, joined by single dots or hyphens, at most %d", s, maxID)
	}
	return nil
}

func isID(s string) bool {
	joined := true // by a dot or hyphen, or at the beginning
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			joined = false
		case (c == '.' || c == '-') && !joined:
			joined = true
		default:
			return false
		}
	}
	return !joined && len(s) <= maxID
}

// checkText checks a text that a person wrote and another will read.
func checkText(s string, limit int) error {
	switch {
	case s == "":
		return errors.New("is empty; fill it in")
	case len(s) > limit:
		return fmt.Errorf("takes %d bytes of UTF-8, over the limit of %d; shorten it", len(s), limit)
	case !utf8.ValidString(s):
		return errors.New("is not valid UTF-8; write it again")
	case !norm.NFC.IsNormalString(s):
		return errors.New("is not in Unicode normal form C; normalise it to NFC")
	case s != strings.TrimSpace(s):
		return errors.New("begins or ends with a space; remove it")
	}
	for _, r := range s {
		if forbidden(r) {
			return fmt.Errorf("holds %U, a control, bidirectional, invisible or replacement character; remove it", r)
		}
	}
	return nil
}

// forbidden refuses controls, line and paragraph separators, non-characters,
// the mark of text once damaged, and invisible format characters, the bidirectional ones among them. The two
// joiners stay: Persian and several Indian scripts spell names with them.
func forbidden(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point, unicode.Co)
}

func checkDate(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return t, fmt.Errorf("is %.40q; give a day that exists, as 2026-09-14", s)
	}
	return t, nil
}

// timestampLayout is RFC 3339 in UTC with milliseconds, the one form of time
// in logs, records and decisions.
const timestampLayout = "2006-01-02T15:04:05.000Z"

func checkTimestamp(s string) (time.Time, error) {
	if t, ok := readTimestamp(s); ok {
		return t, nil
	}
	t, err := time.Parse(timestampLayout, s)
	if err != nil || t.Format(timestampLayout) != s || t.Year() < 2000 || t.Year() > 2199 {
		return t, fmt.Errorf("is %.40q; give UTC with milliseconds, as 2026-09-14T08:30:00.000Z", s)
	}
	return t, nil
}

// readTimestamp reads a time that checkTimestamp accepts, at a tenth of the
// cost of the general parser.
func readTimestamp(s string) (t time.Time, ok bool) {
	if len(s) != len(timestampLayout) {
		return t, false
	}
	var v [7]int // year to millisecond
	field := 0
	for i := range len(s) {
		switch c, like := s[i], timestampLayout[i]; {
		case c-'0' <= 9 && like-'0' <= 9:
			v[field] = 10*v[field] + int(c-'0')
		case c == like:
			field++
		default:
			return t, false
		}
	}
	// Days after the 28th are left to the general parser, which knows months.
	if v[0] < 2000 || v[0] > 2199 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 28 || v[3] > 23 || v[4] > 59 || v[5] > 59 {
		return t, false
	}
	return time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], v[6]*1e6, time.UTC), true
}
