package intake

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/engine"
	"etalon/generator/table"
)

// MaxRoom is how many candidates a room may have.
const MaxRoom = 1000

var candidateColumns = []table.Column{
	{Name: "room", Max: 64}, {Name: "session", Max: 64},
	{Name: "family", Max: 128}, {Name: "given", Max: 128, Empty: true},
	{Name: "birthDate", Max: 32}, {Name: "birthPlace", Max: 96, Empty: true},
	{Name: "centre", Max: 128}, {Name: "date", Max: 32},
	{Name: "class", Max: 128, Empty: true, Optional: true}, {Name: "prescriber", Max: 128, Empty: true, Optional: true},
	{Name: "competences", Max: 8, Empty: true, Optional: true}, {Name: "profile", Max: 200, Empty: true, Optional: true},
	{Name: "language", Max: 8, Empty: true, Optional: true}, {Name: "needs", Max: 100, Empty: true, Optional: true},
	{Name: "extraMinutes", Max: 8, Empty: true, Optional: true},
}

// Candidate is one line of a table of candidates.
type Candidate struct {
	*table.Row // where it stands
	engine.Candidate
	Room, Session     string
	Centre, Date      string
	Class, Prescriber string
	Competences       int    // at level 1 or above; -1 where Profile says it
	Profile           string // file, relative to the table; or ""
	Language          string // or ""
	Needs             []string
	ExtraMinutes      int
}

// Room is the lines of a room.
type Room struct {
	Name         string
	Centre, Date string
	Candidates   []*Candidate // in the order of the table
	Faulty       bool         // lines are missing, which were at fault
}

// name is the form of the names of rooms and sessions.
var name = regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`)

const nameRemedy = "use lower-case letters and digits, joined by single dots or hyphens, at most 64"

// Reader reads a table of candidates.
type Reader struct {
	Sessions Names // of the lines read so far; sorted by the end of the walk
	rooms    Names
	table    *table.Reader
	at       time.Time
}

// Candidates reads the header of a table; file stands in the faults. Nobody can
// be enrolled for a day more than a year after at.
func Candidates(file string, in io.Reader, at time.Time, faults *table.Faults) *Reader {
	return &Reader{table: table.NewReader(file, in, candidateColumns, faults), at: at}
}

// Rooms gives the rooms in the order of the table, each with its lines that are
// without a fault. One room at a time is in memory.
func (r *Reader) Rooms() iter.Seq[*Room] {
	return func(yield func(*Room) bool) {
		var room *Room
		var first int // line of the room
		for row := range r.table.Rows() {
			c := &Candidate{Row: row}
			c.read(r.at)
			// Of a line with another fault too: all are told at once.
			if name.MatchString(c.Session) && !row.Refused("session") {
				r.Sessions.Add(c.Session, row.Line)
			}
			if row.Faulty() && (room == nil || c.Room != room.Name) {
				continue // it may not even be the room that it says
			}
			if room == nil || c.Room != room.Name {
				if room != nil && !yield(room) {
					return
				}
				room, first = &Room{Name: c.Room, Centre: c.Centre, Date: c.Date}, row.Line
				r.rooms.Add(c.Room, row.Line)
			}
			switch {
			case row.Faulty():
			case c.Centre != room.Centre:
				row.Fault("centre", "a room is one sitting in one centre: correct it, or name another room", "is not that of the room, which began at line %d", first)
			case c.Date != room.Date:
				row.Fault("date", "a room is one sitting on one day: correct it, or name another room", "is not that of the room, which began at line %d", first)
			case len(room.Candidates) == MaxRoom:
				row.Fault("room", "share the candidates among several rooms", "holds more than %d candidates", MaxRoom)
			}
			if row.Faulty() {
				room.Faulty = true
				continue
			}
			room.Candidates = append(room.Candidates, c)
		}
		if room != nil && !yield(room) {
			return
		}
		r.again()
	}
}

// again refuses rooms and sessions that come a second time.
func (r *Reader) again() {
	r.rooms.Sort()
	r.rooms.Twice(func(line, before int) {
		r.table.Fault(line, "room", "put the lines of a room together", "stands apart from the room's other lines, which began at line %d", before)
	})
	r.Sessions.Sort()
	r.Sessions.Twice(func(line, before int) {
		r.table.Fault(line, "session", "give each candidate a session of their own", "is that of line %d", before)
	})
}

// read reads the cells of a line and adds a fault for each that is wrong.
func (c *Candidate) read(at time.Time) {
	c.Room, c.Session = c.id("room"), c.id("session")
	c.FamilyName, c.GivenNames, c.BirthPlace = c.Get("family"), c.Get("given"), c.Get("birthPlace")
	c.Centre, c.Class, c.Prescriber = c.Get("centre"), c.Get("class"), c.Get("prescriber")
	born, sits := c.day("birthDate"), c.day("date")
	c.BirthDate, c.Date = c.Get("birthDate"), c.Get("date")
	switch age := sits.Year() - born.Year(); {
	case born.IsZero() || sits.IsZero():
	case sits.After(at.AddDate(1, 0, 0)):
		c.Fault("date", "correct the year", "is more than a year ahead")
	case age < 6 || age > 120:
		c.Fault("birthDate", "correct the year", "gives the candidate an age of %d on the day of the sitting", age)
	default:
		if _, err := c.Check(c.Centre, c.Date); err != nil && !c.Faulty() {
			c.Fault("family", "shorten the longest of them", "and the given names, birth place and centre together take more than the 232 bytes that can be signed")
		}
	}
	c.count()
	c.language()
}

// reserved are the names of later decisions and of attestations.
var reserved = regexp.MustCompile(`\.[0-9]{3}$|^[0-9]{4}-[0-9]{7}$`)

func (c *Candidate) id(column string) string {
	s := c.Get(column)
	switch {
	case !name.MatchString(s):
		c.Fault(column, nameRemedy, "%.64q is not a name for a %s", s, column)
	case reserved.MatchString(s):
		c.Fault(column, "give it another name", "%q has the form of a number that the program gives", s)
	}
	return s
}

// foreign is how spreadsheets write days; which number is the month they do
// not say.
var foreign = regexp.MustCompile(`^[0-9]{1,2}[/. -][0-9]{1,2}[/. -][0-9]{2,4}$`)

func (c *Candidate) day(column string) time.Time {
	s := c.Get(column)
	t, err := time.Parse(time.DateOnly, s)
	switch {
	case err == nil && t.Year() >= 1900 && t.Year() <= 2199:
		return t
	case foreign.MatchString(s):
		c.Fault(column, "write year, month, day, as 2001-11-07: in a spreadsheet, give the column the format yyyy-mm-dd", "is not in the one form that cannot be misread")
	case err == nil:
		c.Fault(column, "correct the year", "is of no year from 1900 to 2199")
	default:
		c.Fault(column, "write a day that exists, as 2001-11-07", "is not a day of the calendar")
	}
	return time.Time{}
}

// count reads how many competences are at level 1 or above.
func (c *Candidate) count() {
	number, profile := c.Get("competences"), c.Get("profile")
	c.Competences, c.Profile = -1, profile
	switch {
	case c.Refused("competences") || c.Refused("profile"):
	case number == "" && profile == "":
		c.Fault("competences", "say how many competences of the positioning profile are at level 1 or above, or name the profile's file", "is missing, and so is the profile")
	case number != "" && profile != "":
		c.Fault("competences", "leave one of the two empty", "stands beside a profile")
	case profile != "":
		if !filepath.IsLocal(filepath.FromSlash(profile)) || strings.Contains(profile, `\`) || !strings.HasSuffix(profile, ".json") {
			c.Fault("profile", "name a .json file beside the table or in a folder there", "is not the name of such a file")
		}
	default:
		n, ok := whole(number, 16)
		if !ok {
			c.Fault("competences", "give a whole number, 0 to 16", "is not a number of competences")
		}
		c.Competences = n
	}
}

// language reads how a session made from answers is held.
func (c *Candidate) language() {
	c.Language = c.Get("language")
	if c.Language != "" && (len(c.Language) > 3 || len(c.Language) < 2 || strings.Trim(c.Language, "abcdefghijklmnopqrstuvwxyz") != "") {
		c.Fault("language", "give a language code, as fr", "is not a language")
	}
	known := []string{engine.NeedKeyboard, engine.NeedNoColour, engine.NeedNoSound, engine.NeedScreenReader}
	c.Needs = strings.Fields(c.Get("needs"))
	slices.Sort(c.Needs)
	for i, n := range c.Needs {
		if !slices.Contains(known, n) {
			c.Fault("needs", "choose among "+strings.Join(known, " "), "holds %.40q, which is not a need", n)
		} else if i > 0 && n == c.Needs[i-1] {
			c.Fault("needs", "say it once", "holds %s twice", n)
		}
	}
	if s := c.Get("extraMinutes"); s != "" {
		n, ok := whole(s, 240)
		if !ok {
			c.Fault("extraMinutes", "give a whole number, 0 to 240", "is not a number of minutes")
		}
		c.ExtraMinutes = n
	}
}

// whole reads a whole number from 0 to limit, in its shortest form.
func whole(s string, limit int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= limit && fmt.Sprint(n) == s
}
