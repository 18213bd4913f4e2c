package intake

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/engine"
	"etalon/generator/table"
)

// MaxAnswers is how large a table of answers may be, in bytes: it is held in
// memory, some 10,000 sessions.
const MaxAnswers = 64 << 20

var answerColumns = []table.Column{
	{Name: "session", Max: 64}, {Name: "seed", Max: 64, Empty: true}, {Name: "start", Max: 40, Empty: true},
	{Name: "question", Max: 8, Empty: true}, {Name: "item", Max: 64, Empty: true}, {Name: "answer", Max: 8, Empty: true},
	{Name: "at", Max: 40}, {Name: "end", Max: 16, Empty: true},
}

// Answers is what a table of answers says of one session.
type Answers struct {
	Session string
	Line    int // its first
	seed    [32]byte
	start   time.Time
	lines   []answer
	end     string // reason
	File    string // that they stand in
	faulty  bool
}

type answer struct {
	line, question int
	item, answer   string
	at             time.Time
}

// How a question was answered.
const (
	right = "right"
	wrong = "wrong"
	pass  = "pass"
)

// ReadAnswers reads a table of answers whole, by session; file stands in the
// faults. The sessions with a fault are left out.
func ReadAnswers(file string, in io.Reader, faults *table.Faults) map[string]*Answers {
	found := make(map[string]*Answers)
	seeds := make(map[[32]byte]*Answers)
	items := make(map[string]string) // one copy of each id
	limited := &io.LimitedReader{R: in, N: MaxAnswers + 1}
	reader := table.NewReader(file, limited, answerColumns, faults)
	var a *Answers
	finish := func(line int) {
		if a != nil && a.end == "" && !a.faulty {
			reader.Fault(line, "end", "say in a last line of its own when and why the session ended", "is missing from the session")
			a.faulty = true
		}
	}
	last := 1
	for row := range reader.Rows() {
		session := row.Get("session")
		if a != nil && row.Refused("session") {
			session = a.Session // what else is wrong with the line, by the one before
		}
		if a == nil || session != a.Session {
			finish(last)
			before := found[session]
			a = &Answers{Session: session, Line: row.Line, File: file}
			if !name.MatchString(session) {
				row.Fault("session", nameRemedy, "%.64q is not a name for a session", session)
			} else if before != nil {
				before.faulty = true
				row.Fault("session", "put the lines of a session together", "stands apart from the session's other lines, which began at line %d", before.Line)
			} else {
				found[session] = a
			}
			a.open(row)
			if other := seeds[a.seed]; other != nil && a.seed != [32]byte{} {
				row.Fault("seed", "draw a fresh one for each session", "is that of the session of line %d", other.Line)
			}
			seeds[a.seed] = a
		}
		last = row.Line
		l := a.read(row)
		if l.item != "" {
			if items[l.item] == "" {
				items[l.item] = l.item
			}
			l.item = items[l.item]
		}
		a.lines = append(a.lines, l)
		a.faulty = a.faulty || row.Faulty()
	}
	finish(last)
	if limited.N == 0 {
		reader.Fault(last, "line", "split the file", "is where the file goes over the limit of %d bytes", MaxAnswers)
	}
	for session, a := range found {
		if a.faulty {
			delete(found, session)
		}
	}
	return found
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// open reads what the first line of a session says of all of it.
func (a *Answers) open(row *table.Row) {
	if s := row.Get("seed"); !hash.MatchString(s) {
		row.Fault("seed", "give the 64 lower-case hexadecimal digits that the session was drawn with", "is not a seed")
	} else {
		hex.Decode(a.seed[:], []byte(s))
	}
	if row.Get("start") == "" {
		row.Fault("start", "say in the first line when the session began, as 2026-09-14T08:00:00Z", "is empty")
	} else {
		a.start = instant(row, "start")
	}
}

func instant(row *table.Row, column string) time.Time {
	t, err := time.Parse(time.RFC3339, row.Get(column))
	if err != nil {
		row.Fault(column, "write day, time and zone, as 2026-09-14T08:00:00Z or 2026-09-14T10:00:00+02:00", "is not a time")
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// read reads one line and checks it against those before.
func (a *Answers) read(row *table.Row) answer {
	l := answer{line: row.Line, item: row.Get("item"), answer: row.Get("answer"), at: instant(row, "at")}
	if s := row.Get("seed"); s != "" && row.Line != a.Line && s != hex.EncodeToString(a.seed[:]) {
		row.Fault("seed", "repeat it or leave it empty", "is not that of the session, which began at line %d", a.Line)
	}
	if s := row.Get("start"); s != "" && row.Line != a.Line && !instant(row, "start").Equal(a.start) {
		row.Fault("start", "repeat it or leave it empty", "is not that of the session, which began at line %d", a.Line)
	}
	if a.end != "" {
		row.Fault("end", "let the end be the last line of the session", "came before, at line %d", a.lines[len(a.lines)-1].line)
		return l
	}
	if end := row.Get("end"); end != "" {
		reasons := []string{engine.EndCandidate, engine.EndSupervisor, engine.EndTechnical, engine.EndTime, engine.EndExhausted}
		if !slices.Contains(reasons, end) {
			row.Fault("end", "choose among "+strings.Join(reasons, ", "), "%.40q is not a reason for an end", end)
		}
		for _, column := range []string{"question", "item", "answer"} {
			if row.Get(column) != "" {
				row.Fault(column, "give the end a line of its own", "is filled in on the line of the end")
			}
		}
		a.end = end
		return l
	}
	if n, ok := whole(row.Get("question"), 2000); !ok || n != len(a.lines)+1 {
		row.Fault("question", "number the questions of a session from 1, in the order they were put", "is not %d, which is due", len(a.lines)+1)
	} else {
		l.question = n
	}
	if l.item == "" {
		row.Fault("item", "name the item that was put", "is empty")
	}
	if n := len(a.lines); n > 0 && a.lines[n-1].answer == "" && !a.faulty {
		row.Fault("question", "give the answer of the line before; only the last question can stay without one", "follows one that was not answered")
	}
	switch l.answer {
	case right, wrong, pass, "":
	default:
		row.Fault("answer", "write right, wrong or pass", "%.20q is none", l.answer)
	}
	return l
}

// inEvent finds the field in an error of the engine.
var inEvent = regexp.MustCompile(`^engine: event [a-z-]+, field ([A-Za-z.]+): (?s:(.*))$`)

// columns gives the column that an event's field comes from.
var columns = map[string]string{"reason": "end", "at": "at", "question": "question", "item": "item", "seed": "seed", "date": "start"}

// fault locates an error of the engine in the table.
func (a *Answers) fault(line int, err error) *table.Fault {
	f := &table.Fault{File: a.File, Line: line, Field: "line", Why: strings.TrimPrefix(err.Error(), "engine: ")}
	if m := inEvent.FindStringSubmatch(err.Error()); m != nil {
		f.Why = m[2]
		if f.Field = columns[m[1]]; f.Field == "" {
			f.Field = m[1]
		}
	}
	return f
}

// Play holds the session again and returns its log; the fault names the line
// that the engine would not have it at.
func (a *Answers) Play(o engine.Opening, b *engine.Bank, f *engine.Framework) ([]byte, *table.Fault) {
	o.Session, o.Seed, o.Consent, o.Start = a.Session, a.seed, a.start, a.start
	s, err := engine.Start(o, b, f)
	if err != nil {
		return nil, a.fault(a.Line, err)
	}
	now := a.start
	for _, l := range a.lines {
		if l.question == 0 { // the end
			err = s.End(l.at, a.end)
		} else if fault := a.put(s, l, now); fault != nil {
			return nil, fault
		} else {
			switch l.answer {
			case right, wrong:
				err = s.Answer(l.at, l.answer == right)
			case pass:
				err = s.Pass(l.at)
			}
			now = l.at
		}
		if err != nil {
			return nil, a.fault(l.line, err)
		}
	}
	return s.Log(), nil
}

// put puts the next question and checks that it is the line's.
func (a *Answers) put(s *engine.Session, l answer, now time.Time) *table.Fault {
	fault := func(field, remedy, format string, args ...any) *table.Fault {
		return &table.Fault{File: a.File, Line: l.line, Field: field, Why: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	switch q, err := s.Next(now); {
	case errors.Is(err, engine.ErrComplete):
		return fault("question", "take the line out", "comes after the last question of the test")
	case errors.Is(err, engine.ErrTimeUp):
		return fault("question", "take the line out; the session ended with time", "comes after the deadline, %s", s.Deadline().Format(time.RFC3339))
	case errors.Is(err, engine.ErrExhausted):
		return fault("question", "take the line out; the session ended with bank-exhausted", "comes when the bank has no item left")
	case err != nil:
		return a.fault(l.line, err)
	case q.Item.ID != l.item:
		return fault("item", "check seed, language, needs and the answers before; restore the table from its source", "is %.64q, where the engine puts %q as question %d", l.item, q.Item.ID, q.Number)
	}
	return nil
}
