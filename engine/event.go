package engine

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

const (
	sessionSchema = "etalon-session/1"
	maxLine       = 32 << 10 // bytes of a line, its end left out
	maxEvents     = 2000
	maxNote       = 1000 // bytes of a note
	maxBy         = 64   // bytes of who did something
)

// Ref names a file by its id and the hash of its bytes.
type Ref struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"` // hex
}

func (r Ref) check() (field string, err error) {
	if err := checkID(r.ID); err != nil {
		return "id", err
	}
	if !hashPattern.MatchString(r.SHA256) {
		return "sha256", fmt.Errorf("is not 64 lower-case hexadecimal digits")
	}
	return "", nil
}

// Candidate is who sat the session, as the supervisor checked it on an
// identity document.
type Candidate struct {
	BirthDate  string `json:"birthDate"` // day, as 2001-11-07
	BirthPlace string `json:"birthPlace"`
	FamilyName string `json:"familyName"`
	GivenNames string `json:"givenNames"`
}

// Bounds of the texts that an attestation's signature carries, in bytes of
// UTF-8: each, and the three places and names together.
const (
	maxName       = 128
	maxBirthPlace = 96
	maxTexts      = 232
)

// check checks who, where and when together, as they will be signed.
func (c *Candidate) check(centre, day string) (field string, err error) {
	for _, t := range []struct {
		field, value string
		limit        int
		optional     bool // not every identity document states it
	}{
		{"candidate.familyName", c.FamilyName, maxName, false},
		{"candidate.givenNames", c.GivenNames, maxName, true},
		{"candidate.birthPlace", c.BirthPlace, maxBirthPlace, true},
		{"centre", centre, maxName, false},
	} {
		if t.optional && t.value == "" {
			continue
		}
		if err := checkText(t.value, t.limit); err != nil {
			return t.field, err
		}
	}
	if n := len(c.FamilyName) + len(c.GivenNames) + len(c.BirthPlace) + len(centre); n > maxTexts {
		return "candidate", fmt.Errorf("takes %d bytes of UTF-8 in its names and places, the centre included, over the limit of %d; shorten the longest", n, maxTexts)
	}
	if _, err := checkDate(c.BirthDate); err != nil {
		return "candidate.birthDate", err
	}
	if c.BirthDate > day {
		return "candidate.birthDate", fmt.Errorf("is %s, after the session of %s; mend it", c.BirthDate, day)
	}
	return "", nil
}

// event is one line of a log. Which members a type has is said by eventFields.
type event struct {
	At           *string    `json:"at,omitzero"`
	Bank         *Ref       `json:"bank,omitzero"`
	By           *string    `json:"by,omitzero"`
	Candidate    *Candidate `json:"candidate,omitzero"`
	Capacity     *float64   `json:"capacity,omitzero"`
	Centre       *string    `json:"centre,omitzero"`
	Correct      *bool      `json:"correct,omitzero"`
	Date         *string    `json:"date,omitzero"`
	Error        *float64   `json:"error,omitzero"`
	ExtraMinutes *int       `json:"extraMinutes,omitzero"`
	Framework    *Ref       `json:"framework,omitzero"`
	Item         *string    `json:"item,omitzero"`
	Language     *string    `json:"language,omitzero"`
	Minutes      *int       `json:"minutes,omitzero"`
	N            *int       `json:"n,omitzero"`
	Needs        *[]string  `json:"needs,omitzero"`
	Note         *string    `json:"note,omitzero"`
	Prev         *string    `json:"prev,omitzero"`
	Profile      *Ref       `json:"profile,omitzero"`
	Question     *int       `json:"question,omitzero"`
	Reason       *string    `json:"reason,omitzero"`
	Regime       *string    `json:"regime,omitzero"`
	Rules        *string    `json:"rules,omitzero"`
	Schema       *string    `json:"schema,omitzero"`
	Seed         *string    `json:"seed,omitzero"`
	Seen         *[]string  `json:"seen,omitzero"`
	Session      *string    `json:"session,omitzero"`
	Skills       *[]string  `json:"skills,omitzero"`
	Type         *string    `json:"type,omitzero"`
}

// Types of event.
const (
	evConsent     = "consent"
	evStart       = "start"
	evProfile     = "profile"
	evQuestion    = "question"
	evAnswer      = "answer"
	evPass        = "pass"
	evFocusLost   = "focus-lost"
	evProblem     = "problem"
	evConfirmed   = "confirmed"
	evDismissed   = "dismissed"
	evContinued   = "continued"
	evNeutralised = "neutralised"
	evSuspicion   = "suspicion"
	evExtraTime   = "extra-time"
	evResume      = "resume"
	evEnd         = "end"
)

// measured lists the members by which an event says where the candidate stands
// after it: those of the adaptive regime have both, those of the profile regime
// none (Session.checkMeasure).
var measured = []string{"capacity", "error"}

// eventFields lists the members of each type besides at, n, prev and type.
// All are required but the measured ones, and no other is allowed.
var eventFields = map[string][]string{
	evConsent:     {"rules", "session"},
	evStart:       {"bank", "candidate", "centre", "date", "extraMinutes", "framework", "language", "needs", "regime", "schema", "seed"},
	evProfile:     {"profile", "seen", "skills"},
	evQuestion:    {"item", "question"},
	evAnswer:      {"capacity", "correct", "error", "question"},
	evPass:        {"capacity", "error", "question"},
	evFocusLost:   {"question"},
	evProblem:     {"note", "question"},
	evConfirmed:   {"by", "question"},
	evDismissed:   {"by", "question"},
	evContinued:   {"by", "question"},
	evNeutralised: {"by", "capacity", "error", "question"},
	evSuspicion:   {"by", "note"},
	evExtraTime:   {"by", "minutes"},
	evResume:      {"by"},
	evEnd:         {"reason"},
}

// members lists the members that an event has, by name.
func (e *event) members() []string {
	var names []string
	v := reflect.ValueOf(e).Elem()
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

// checkMembers checks that an event has the members of its type.
func (e *event) checkMembers() (field string, err error) {
	if e.Type == nil {
		return "type", fmt.Errorf("is missing")
	}
	want, ok := eventFields[*e.Type]
	if !ok {
		return "type", fmt.Errorf("is %.40q, which no event has", *e.Type)
	}
	have := e.members()
	for _, name := range append([]string{"at", "n", "prev", "type"}, want...) {
		i := slices.Index(have, name)
		if i < 0 && slices.Contains(measured, name) {
			continue
		}
		if i < 0 {
			return name, errMissing(*e.Type)
		}
		have = slices.Delete(have, i, i+1)
	}
	if len(have) > 0 {
		return have[0], fmt.Errorf("does not belong to an event of type %s", *e.Type)
	}
	return "", nil
}

func errMissing(eventType string) error {
	return fmt.Errorf("is missing from an event of type %s", eventType)
}

// decodeEvent reads one line of a log, its end left out.
func decodeEvent(name string, n int, line []byte) (*event, error) {
	fail := func(field, format string, args ...any) error { return eventError(name, n, field, format, args...) }
	if len(line) > maxLine {
		return nil, fail("", "holds %d bytes, over the limit of %d; no event is that long: restore the log from its copy", len(line), maxLine)
	}
	e := new(event)
	if err := (document{name: name, data: line}).decode(e, maxLine); err != nil {
		// The document knows line 1 only.
		return nil, fail("", "%s", strings.TrimPrefix(err.Error(), name+":1: "))
	}
	if field, err := e.checkMembers(); err != nil {
		return nil, fail(field, "%v", err)
	}
	if !bytes.Equal(line, canonical(e)) {
		return nil, fail("", "is not in canonical form (RFC 8785: sorted members, no spaces, shortest numbers); restore the log from its copy")
	}
	return e, nil
}

// eventError names an event by its number, which is that of its line.
func eventError(name string, n int, field, format string, args ...any) error {
	if field != "" {
		field = ", field " + field
	}
	return fmt.Errorf("%s:%d: event %d%s: %s", name, n, n, field, fmt.Sprintf(format, args...))
}

func formatTime(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format(timestampLayout)
}
