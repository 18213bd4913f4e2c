package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"

	"etalon/engine"
	"etalon/generator/intake"
	"etalon/generator/table"
)

// unmarshal reads the members of a document that v names, and passes over the
// others.
func unmarshal(data []byte, v any) error {
	return json.Unmarshal(data, v, json.MatchCaseInsensitiveNames(true))
}

// room checks the lines of one room and prepares what is new of it.
func (t *taking) room(lines *intake.Room) error {
	old, err := t.workspace.room(lines.Name)
	if errors.Is(err, fs.ErrNotExist) {
		old = &room{Schema: roomSchema, Room: lines.Name, Centre: lines.Centre, Date: lines.Date}
	} else if err != nil {
		return err
	}
	before := len(old.Candidates)
	t.count.rooms++
	if before == 0 {
		t.count.newRooms++
	}
	if len(lines.Candidates) == 0 {
		return nil
	}
	first := lines.Candidates[0]
	for _, f := range []struct{ column, was, is string }{{"centre", old.Centre, lines.Centre}, {"date", old.Date, lines.Date}} {
		if f.was != f.is {
			first.Fault(f.column, "name another room: a room is one sitting", "is not that of the room when it was taken in")
			return nil
		}
	}
	var fresh []enrolment
	results := make([]logResult, len(lines.Candidates))
	for i, c := range lines.Candidates {
		results[i].candidate = c
		t.certifiable(&results[i])
		e := enrolment{BirthDate: c.BirthDate, BirthPlace: c.BirthPlace, Class: c.Class, Competences: c.Competences, FamilyName: c.FamilyName, GivenNames: c.GivenNames, Prescriber: c.Prescriber, Session: c.Session}
		t.count.candidates++
		switch was := old.find(c.Session); {
		case was != nil:
			t.count.known++
			if column := was.differs(&e); column != "" {
				c.Fault(column, "leave what was taken in as it was; a spelling on an issued attestation is corrected with 'generator reissue'", "is not what was taken in for this session")
			}
		case t.taken.Has(c.Session):
			c.Fault("session", "give each candidate a session of their own", "is enrolled in another room")
		default:
			t.sat.Add(c.Candidate, c.Date, c.Line)
			fresh = append(fresh, e)
		}
		results[i].answers = t.answers[c.Session]
		delete(t.answers, c.Session)
	}
	share(len(results), func(_, i int) { t.log(&results[i]) })
	if err := t.settle(results); err != nil {
		return err
	}
	if len(fresh) == 0 {
		return nil
	}
	if before > 0 {
		t.count.grown++
	}
	if t.faults.Len() > 0 {
		return nil // nothing will be taken
	}
	old.Candidates = append(old.Candidates, fresh...)
	if len(old.Candidates) > intake.MaxRoom {
		first.Fault("room", "name another room for those who come later", "would hold more than %d candidates", intake.MaxRoom)
		return nil
	}
	data, err := old.encode()
	if err != nil {
		return err
	}
	return t.stage(data, "rooms", lines.Name+".json")
}

// stage prepares one file. All are synced at once, before any is shown.
func (t *taking) stage(data []byte, folder, name string) error {
	err := os.WriteFile(t.path(stageName, folder, name), data, 0o600)
	return withHint(err, "nothing was taken: check the free space and the rights of %s, then run the same command again", t.dir)
}

// differs names the first column in which two enrolments differ, or none.
func (e *enrolment) differs(o *enrolment) string {
	for _, f := range []struct {
		column string
		differ bool
	}{
		{"family", e.FamilyName != o.FamilyName}, {"given", e.GivenNames != o.GivenNames}, {"birthDate", e.BirthDate != o.BirthDate},
		{"birthPlace", e.BirthPlace != o.BirthPlace}, {"class", e.Class != o.Class}, {"prescriber", e.Prescriber != o.Prescriber},
		{"competences", e.Competences != o.Competences},
	} {
		if f.differ {
			return f.column
		}
	}
	return ""
}

// logResult is what became of one candidate's log.
type logResult struct {
	candidate *intake.Candidate
	answers   *intake.Answers
	profile   string // hash of the profile, where a file was named
	data      []byte // a log to take
	known     bool   // it was taken before
	faults    []error
}

// fault adds a fault; results are filled by several goroutines at once.
func (r *logResult) fault(file string, line int, field, remedy, format string, args ...any) {
	r.faults = append(r.faults, &table.Fault{File: file, Line: line, Field: field, Why: fmt.Sprintf(format, args...), Remedy: remedy})
}

// settle adds the faults of a room's logs in their order and prepares the logs.
func (t *taking) settle(results []logResult) error {
	for i := range results {
		r := &results[i]
		for _, err := range r.faults {
			if f, ok := err.(*table.Fault); ok {
				t.faults.Add(f)
			} else {
				t.faults.AddAt(filepath.Join(t.logs, r.candidate.Session+".jsonl"), 0, err)
			}
		}
		switch {
		case r.known:
			t.count.knownLog++
		case r.data != nil:
			t.count.logs++
			if r.answers != nil {
				t.count.played++
			}
		}
	}
	if t.faults.Len() > 0 {
		return nil
	}
	for _, r := range results {
		if r.data == nil {
			continue
		}
		if err := t.stage(r.data, "sessions", r.candidate.Session+".jsonl"); err != nil {
			return err
		}
	}
	return nil
}

// certifiable checks that the rules of the day let a candidate sit.
func (t *taking) certifiable(r *logResult) {
	c := r.candidate
	rules := t.rules(c.Date)
	if len(rules) == 0 {
		c.Fault("date", "put the framework of that day into frameworks/", "is a day on which no framework of the workspace holds")
		return
	}
	column := "competences"
	if c.Profile != "" {
		column = "profile"
		if !t.profile(r) {
			return
		}
	}
	for _, f := range rules {
		if c.Competences < f.MinimumCompetences {
			c.Fault(column, "the candidate goes on with positioning first", "shows %d competences at level 1 or above, where %d are needed to sit", c.Competences, f.MinimumCompetences)
			return
		}
	}
}

// profile counts the competences of a profile that was handed in, by taking its
// tests again.
func (t *taking) profile(r *logResult) bool {
	c := r.candidate
	path := filepath.Join(filepath.Dir(t.file), filepath.FromSlash(c.Profile))
	data, err := readFile(path)
	if err != nil {
		c.Fault("profile", "put the file beside the table, or leave the cell empty and fill in competences", "cannot be read")
		return false
	}
	var made struct{ Bank, Framework engine.Ref }
	if err := unmarshal(data, &made); err != nil {
		c.Fault("profile", "restore the file from its copy", "is not a profile")
		return false
	}
	bank, framework := t.banks[made.Bank.SHA256], t.frameworks[made.Framework.SHA256]
	if bank == nil || framework == nil {
		c.Fault("profile", "put both into banks/ and frameworks/, unchanged", "was made with a bank or a framework that the workspace does not have")
		return false
	}
	p, err := engine.DecodeProfile(path, data, bank, framework)
	if err != nil {
		t.faults.AddAt(path, 0, err)
		return false
	}
	c.Competences = 0
	for _, code := range engine.Competences() {
		if p.Standing(code).Level > 0 {
			c.Competences++
		}
	}
	h := sha256.Sum256(p.Encode())
	r.profile = hex.EncodeToString(h[:])
	return true
}

// log finds, makes or checks the log of one candidate.
func (t *taking) log(r *logResult) {
	c := r.candidate
	from := "" // where the log to take stands
	if t.logs != "" {
		from = filepath.Join(t.logs, c.Session+".jsonl")
		data, err := readFile(from)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			from = ""
		case err != nil:
			r.fault(from, 1, "line", "make the file readable", "cannot be read")
			return
		default:
			r.data = data
		}
	}
	switch {
	case r.data != nil && r.answers != nil:
		r.fault(r.answers.File, r.answers.Line, "session", "take one of the two out", "has a log as well, %s", from)
	case r.data != nil:
		t.verify(r, from)
	case r.answers != nil && !c.Faulty():
		t.play(r)
	}
	if len(r.faults) > 0 {
		return
	}
	path := t.path("sessions", c.Session+".jsonl")
	was, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		r.fault(path, 1, "line", "make the file readable", "cannot be read")
	case r.data == nil:
		r.known = true
		if c.Faulty() {
			return
		}
		if o, err := readOpening(path); err != nil {
			r.faults = append(r.faults, err)
		} else {
			r.match(path, o)
		}
	case bytes.Equal(was, r.data):
		r.data, r.known = nil, true
	case r.answers != nil:
		r.fault(r.answers.File, r.answers.Line, "session", "leave what was taken as it is", "was taken with other answers, or as another log")
	default:
		r.fault(from, 1, "session", "leave what was taken as it is", "was taken with another log, %s", path)
	}
}

// verify replays a log as scoring does, and checks whose it is.
func (t *taking) verify(r *logResult, path string) {
	bank, framework, err := engine.References(path, r.data)
	if err != nil {
		r.faults = append(r.faults, err)
		return
	}
	b, f := t.banks[bank.SHA256], t.frameworks[framework.SHA256]
	if b == nil {
		r.fault(path, 2, "bank", "put the bank the session was held with into banks/, unchanged", "is %s with SHA-256 %s, which no file in banks/ is", bank.ID, bank.SHA256)
	}
	if f == nil {
		r.fault(path, 2, "framework", "put the framework the session was held under into frameworks/, unchanged", "is %s with SHA-256 %s, which no file in frameworks/ is", framework.ID, framework.SHA256)
	}
	if b == nil || f == nil {
		return
	}
	record, err := engine.Score(path, r.data, b, f)
	if err != nil {
		r.faults = append(r.faults, err)
		return
	}
	if record.Session != r.candidate.Session {
		r.fault(path, 1, "session", "name the file after its session", "is %q", record.Session)
		return
	}
	if record.Profile != nil && r.profile != "" && record.Profile.SHA256 != r.profile {
		r.fault(r.candidate.File(), r.candidate.Line, "profile", "hand in the profile that the session was started with", "is not the one of the log, %s:3", path)
	}
	r.match(path, &opening{Candidate: record.Candidate, Centre: record.Centre, Date: record.SessionDate})
}

// match checks that a log is of the candidate of the table.
func (r *logResult) match(path string, o *opening) {
	c := r.candidate
	for _, f := range []struct{ column, table, log string }{
		{"family", c.FamilyName, o.Candidate.FamilyName}, {"given", c.GivenNames, o.Candidate.GivenNames},
		{"birthDate", c.BirthDate, o.Candidate.BirthDate}, {"birthPlace", c.BirthPlace, o.Candidate.BirthPlace},
		{"centre", c.Centre, o.Centre}, {"date", c.Date, o.Date},
	} {
		if f.table != f.log {
			r.fault(c.File(), c.Line, f.column, "correct the line; what a log holds cannot be changed", "is not that of the log, %s:2", path)
		}
	}
}

// play makes a log from answers.
func (t *taking) play(r *logResult) {
	c := r.candidate
	bank, framework, why := t.held(c.Date)
	if why != "" {
		r.fault(r.answers.File, r.answers.Line, "session", "put it into the workspace, or choose with -bank and -framework", "%s", why)
		return
	}
	language := c.Language
	if language == "" {
		language = t.config.language()
	}
	data, fault := r.answers.Play(engine.Opening{
		Rules: t.consent, Date: c.Date, Candidate: c.Candidate, Centre: c.Centre,
		Language: language, Needs: c.Needs, ExtraMinutes: c.ExtraMinutes,
	}, bank, framework)
	if fault != nil {
		r.faults = append(r.faults, fault)
		return
	}
	r.data = data
}

// held returns the bank and the framework that answers of a day were given
// under, or why there is not exactly one of each.
func (t *taking) held(day string) (bank *engine.Bank, framework *engine.Framework, why string) {
	n := 0
	for _, f := range t.rules(day) {
		if f.Questions > 0 && (t.rule == "" || f.ID == t.rule) {
			framework, n = f, n+1
		}
	}
	if n != 1 {
		return nil, nil, fmt.Sprintf("%d frameworks of the adaptive regime hold on %s", n, day)
	}
	n = 0
	for _, b := range t.banks {
		if b.Regime == framework.Regime && (t.bank == "" || b.ID == t.bank) {
			bank, n = b, n+1
		}
	}
	if n != 1 {
		return nil, nil, fmt.Sprintf("%d banks of the adaptive regime could have been asked from", n)
	}
	return bank, framework, ""
}
