package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/engine"
	"etalon/generator/intake"
	"etalon/generator/table"
)

// Intake checks everything first, and tells all faults at once. What it takes
// is prepared in .intake/ and then linked into place, the rooms before the
// logs. A run that is cut short leaves a room whose logs have not all come, which
// is no different from one whose candidates have not all sat: the same command
// again finds the rest new.

// stageName is the folder of what is about to be taken. Only a run that was cut
// short leaves it behind.
const stageName = ".intake"

// taking is one run of intake.
type taking struct {
	*workspace
	at         time.Time
	file, logs string
	bank, rule string // ids, of sessions made from answers
	consent    string // id of the rules consented to
	banks      map[string]*engine.Bank
	frameworks map[string]*engine.Framework
	days       map[string][]*engine.Framework // that hold, by day
	answers    map[string]*intake.Answers
	sat        intake.Days
	taken      intake.Names // sessions of all rooms
	faults     table.Faults
	doubts     *table.Faults // that stop nothing
	count      intakeCount
}

// intakeCount is what a run took, and what it found taken already.
type intakeCount struct {
	rooms, newRooms, grown int
	candidates, known      int
	logs, played, knownLog int
}

func (e *env) intake(ctx context.Context, args []string) error {
	c := e.command("intake", "")
	t := new(taking)
	c.StringVar(&t.file, "candidates", "", "`table` of who sat, CSV with the columns room, session, family, given, birthDate, birthPlace, centre, date, competences or profile, and if need be class, prescriber, language, needs, extraMinutes (required)")
	answers := c.String("answers", "", "`table` of answers, from centres that keep no logs: session, seed, start, question, item, answer (right, wrong or pass), at, end")
	c.StringVar(&t.logs, "logs", "", "`folder` of event logs, SESSION.jsonl")
	c.StringVar(&t.bank, "bank", "", "`id` of the bank that the answers were given to (default: the only one)")
	c.StringVar(&t.rule, "framework", "", "`id` of the framework of the answers (default: the only one of the day)")
	c.StringVar(&t.consent, "rules", "rules-2022", "`id` of the rules that candidates consented to, for sessions made from answers")
	check := c.Bool("check", false, "only tell what is wrong, take nothing")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if t.file == "" {
		return usagef("intake needs -candidates FILE, the table of who sat")
	}
	t.workspace, t.at = w, at
	if err := t.load(); err != nil {
		return err
	}
	if err := t.prepare(*answers); err != nil {
		return err
	}
	defer os.RemoveAll(t.path(stageName))
	if err := t.read(ctx, e); err != nil {
		return err
	}
	if err := t.faults.Err(); err != nil {
		return withHint(fmt.Errorf("nothing was taken: %w", err), "correct the files and run the same command again")
	}
	for _, doubt := range t.doubts.Unwrap() {
		e.warn("%v", doubt)
	}
	if more := t.doubts.Len() - len(t.doubts.Unwrap()); more > 0 {
		e.warn("and %d more of these", more)
	}
	if *check {
		fmt.Fprint(e.stdout, "Nothing is wrong; nothing was written.\n\n")
		return t.count.print(e.stdout, false)
	}
	if err := t.show(); err != nil {
		return err
	}
	return t.count.print(e.stdout, true)
}

// load reads the banks and frameworks.
func (t *taking) load() (err error) {
	if t.banks, err = t.workspace.banks(); err == nil {
		t.frameworks, err = t.workspace.frameworks()
	}
	return err
}

// prepare reads what the lines will be compared with.
func (t *taking) prepare(answers string) error {
	if len(t.frameworks) == 0 {
		return withHint(fmt.Errorf("%s holds no framework", t.path("frameworks")), "put the framework that sessions are held under there; 'generator init -specimen' lays a sample")
	}
	t.days = make(map[string][]*engine.Framework)
	for r, err := range t.rooms() {
		if err != nil {
			return err
		}
		for i := range r.Candidates {
			t.sat.Add(r.Candidates[i].candidate(), r.Date, 0)
			t.taken.Add(r.Candidates[i].Session, 0)
		}
	}
	t.taken.Sort()
	if answers == "" {
		return nil
	}
	return withFile(answers, func(f *os.File) error {
		if info, err := f.Stat(); err == nil && info.Size() > intake.MaxAnswers {
			return withHint(fmt.Errorf("%s holds %d bytes, over the limit of %d", answers, info.Size(), intake.MaxAnswers), "split it by sessions, and the table of candidates alike")
		}
		t.answers = intake.ReadAnswers(answers, f, &t.faults)
		return nil
	})
}

func withFile(path string, use func(*os.File) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return use(f)
}

// roomless gives the sittings of the logs that no room knows of, and neither
// the table.
func (t *taking) roomless(r *intake.Reader, see func(c engine.Candidate, day, session string)) error {
	return eachName(t.path("sessions"), ".jsonl", func(session string) error {
		if t.taken.Has(session) || r.Sessions.Has(session) {
			return nil
		}
		path := t.path("sessions", session+".jsonl")
		o, err := readOpening(path)
		if err != nil {
			return err
		}
		see(o.Candidate, o.Date, session)
		return nil
	})
}

// opening is what the start event of a log says of who sat, where and when.
type opening struct {
	Type      string
	Candidate engine.Candidate
	Centre    string
	Date      string
}

// readOpening reads the start event of a log and no more of it. The log is not
// verified: that is what scoring does.
func readOpening(path string) (o *opening, err error) {
	err = withFile(path, func(f *os.File) error {
		head, err := io.ReadAll(io.LimitReader(f, 128<<10))
		if err != nil {
			return err
		}
		_, rest, _ := bytes.Cut(head, []byte("\n"))
		line, _, whole := bytes.Cut(rest, []byte("\n"))
		o = new(opening)
		if !whole || unmarshal(line, o) != nil || o.Type != "start" || !isDay(o.Date) || !isDay(o.Candidate.BirthDate) {
			return withHint(fmt.Errorf("%s:2: start: the log does not say who sat and when", path), "restore the log from its copy, or take it out of the folder")
		}
		return nil
	})
	return o, err
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// read reads the table, checks all of it and prepares what is new.
func (t *taking) read(ctx context.Context, e *env) error {
	for _, dir := range []string{"rooms", "sessions"} {
		if err := errors.Join(os.RemoveAll(t.path(stageName, dir)), os.MkdirAll(t.path(stageName, dir), 0o700), os.MkdirAll(t.path(dir), 0o700)); err != nil {
			return withHint(err, "check the free space and the rights of %s", t.dir)
		}
	}
	lines, err := countLines(t.file)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr, "taking in", lines)
	defer bar.end()
	return withFile(t.file, func(f *os.File) error {
		before := t.faults.Len()
		r := intake.Candidates(t.file, f, t.at, &t.faults)
		for room := range r.Rooms() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := t.room(room); err != nil {
				return err
			}
			bar.add(len(room.Candidates))
		}
		if err := t.roomless(r, func(c engine.Candidate, day, _ string) { t.sat.Add(c, day, 0) }); err != nil {
			return err
		}
		t.sat.Check(t.wait, func(line int, other intake.Sat, err error) {
			where := "on " + other.Day
			if other.Line > 0 {
				where = fmt.Sprintf("at line %d, on %s", other.Line, other.Day)
			}
			t.faults.Add(&table.Fault{File: t.file, Line: line, Field: "date", Why: "is too close to another session of the same person, " + where, Remedy: err.Error()})
		})
		// A line at fault may be the one that enrols what seems to be a stray.
		if t.faults.Len() == before {
			err = t.strays(r)
		}
		if err == nil && t.faults.Len() == 0 {
			t.doubts, err = t.kin(r)
		}
		return err
	})
}

// countLines counts the lines of a file, for the progress bar.
func countLines(path string) (n int, err error) {
	err = withFile(path, func(f *os.File) error {
		buffer := make([]byte, 1<<16)
		for {
			k, err := f.Read(buffer)
			n += bytes.Count(buffer[:k], []byte("\n"))
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
	return n, err
}

// wait refuses a sitting on a day too close to others of the same person.
func (t *taking) wait(day string, others []string) error {
	for _, f := range t.rules(day) {
		if f.Wait(day, others...) != nil {
			return fmt.Errorf("%d days lie between two sessions, whatever came of the first", f.WaitDays)
		}
	}
	return nil
}

// rules are the frameworks that hold on a day.
func (t *taking) rules(day string) []*engine.Framework {
	list, ok := t.days[day]
	if !ok {
		for _, hash := range sortedKeys(t.frameworks) {
			if f := t.frameworks[hash]; f.Covers(day) {
				list = append(list, f)
			}
		}
		t.days[day] = list
	}
	return list
}

// strays refuses logs and answers that belong to nobody in the table.
func (t *taking) strays(r *intake.Reader) error {
	for _, session := range sortedKeys(t.answers) {
		t.faults.Add(&table.Fault{File: t.answers[session].File, Line: t.answers[session].Line, Field: "session",
			Why: "is of nobody in " + t.file, Remedy: "add the candidate there, or take the session's lines out"})
	}
	if t.logs == "" {
		return nil
	}
	return eachName(t.logs, ".jsonl", func(session string) error {
		if !r.Sessions.Has(session) {
			path := filepath.Join(t.logs, session+".jsonl")
			t.faults.Add(&table.Fault{File: path, Line: 1, Field: "session", Why: "is of nobody in " + t.file, Remedy: "add the candidate there, or take the log out of the folder"})
		}
		return nil
	})
}

// show puts what was prepared into place: rooms before logs, each in one step.
func (t *taking) show() error {
	if err := syncTree(t.path(stageName)); err != nil {
		return withHint(err, "nothing was taken: check the free space and the rights of %s, then run the same command again", t.dir)
	}
	list, err := names(t.path(stageName, "rooms"), ".json")
	if err != nil {
		return err
	}
	for _, name := range list {
		if err := os.Rename(t.path(stageName, "rooms", name+".json"), t.path("rooms", name+".json")); err != nil {
			return t.cutShort(err)
		}
	}
	err = eachName(t.path(stageName, "sessions"), ".jsonl", func(session string) error {
		// A link never replaces a log that came by another way meanwhile.
		return os.Link(t.path(stageName, "sessions", session+".jsonl"), t.path("sessions", session+".jsonl"))
	})
	// What the operator is told was taken is not to be lost with the power.
	if err := errors.Join(err, syncFolder(t.path("rooms")), syncFolder(t.path("sessions"))); err != nil {
		return t.cutShort(err)
	}
	return nil
}

func (t *taking) cutShort(err error) error {
	return withHint(fmt.Errorf("intake was cut short: %w", err), "check the free space and the rights of %s, then run the same command again: it takes what is left", t.dir)
}

// print shows what was taken, or would be.
func (n *intakeCount) print(out io.Writer, done bool) error {
	if n.newRooms+n.grown+n.logs == 0 && done {
		_, err := fmt.Fprintf(out, "Nothing new: all %d candidates and %d logs were taken before.\n", n.candidates, n.knownLog)
		return err
	}
	fmt.Fprintf(out, "%-10s %9s %9s %9s\n", "", "new", "known", "in all")
	fmt.Fprintf(out, "%-10s %9d %9d %9d\n", "rooms", n.newRooms, n.rooms-n.newRooms, n.rooms)
	fmt.Fprintf(out, "%-10s %9d %9d %9d\n", "candidates", n.candidates-n.known, n.known, n.candidates)
	fmt.Fprintf(out, "%-10s %9d %9d %9d\n", "logs", n.logs, n.knownLog, n.logs+n.knownLog)
	if n.played > 0 {
		fmt.Fprintf(out, "\nMade from the table of answers: %d.\n", n.played)
	}
	if missing := n.candidates - n.logs - n.knownLog; missing > 0 {
		fmt.Fprintf(out, "\nLogs still to come: %d.\n", missing)
	}
	switch {
	case done && n.logs > 0:
		fmt.Fprint(out, "\nNext: generator score\n")
	case done:
		fmt.Fprint(out, "\nNext: the logs, once they are there: the same command with -logs DIR\n")
	}
	return nil
}
