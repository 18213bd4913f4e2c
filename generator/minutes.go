package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/delivery"
	"etalon/generator/minutes"
)

// maxMinutes is how many candidates the minutes may be about: more than a jury
// can read, and what memory holds with ease.
const maxMinutes = 20_000

// minutesFlags say what the minutes are about.
type minutesFlags struct{ room, centre, from, to, lang, jury string }

// minutes writes what the jury has before it, and signs: a page to print and a
// table, in minutes/.
func (e *env) minutes(ctx context.Context, args []string) error {
	c := e.command("minutes", "")
	var f minutesFlags
	c.StringVar(&f.room, "room", "", "only the `room`, those without a test included")
	c.StringVar(&f.centre, "centre", "", "only the `centre` of that very name")
	c.StringVar(&f.from, "from", "", "only sessions from that `day` on")
	c.StringVar(&f.to, "to", "", "only sessions up to that `day`")
	c.StringVar(&f.lang, "lang", "", "`language`, fr or en, instead of the workspace's")
	c.StringVar(&f.jury, "jury", "", "`name` of the jury, for the head of the page")
	all := c.Bool("all", false, "also sessions whose record is final")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if err := f.check(w); err != nil {
		return err
	}
	chosen, err := w.chooseSessions(&f, *all)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return withHint(fmt.Errorf("nothing of that description awaits the jury"), "with -all, sessions that are final are shown too; 'generator score' proposes a record for each session")
	}
	rooms, err := w.roomsOf(ctx, chosen, &f)
	if err != nil {
		return err
	}
	referential, err := content.Default()
	if err != nil {
		return err
	}
	docket, err := w.docket()
	if err != nil {
		return err
	}
	m := &minutes.Minutes{
		Lang: content.Lang(f.lang), Referential: referential, Issuer: w.config.Issuer, Jury: f.jury, At: at,
		Room: f.room, Centre: f.centre, From: f.from, To: f.to, Neutralised: docket.holds(), Specimen: w.config.Specimen,
	}
	var page, sheet bytes.Buffer
	sums, err := m.Write(&page, &sheet, w.hear(ctx, docket, rooms))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.path("minutes"), 0o700); err != nil {
		return err
	}
	stem := w.path("minutes", f.stem(at))
	if err := writeFile(stem+".html", page.Bytes(), 0o600); err != nil {
		return err
	}
	if err := writeFile(stem+".csv", sheet.Bytes(), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s in %s; proposed: %d validated, %d rejected, %d cancelled; %d await the jury, %d of them with a suspicion of fraud to decide.\n",
		count(sums.Candidates, "candidate"), count(len(rooms), "room"), sums.Proposed[engine.Validated], sums.Proposed[engine.Rejected], sums.Proposed[engine.Cancelled], sums.Awaiting, sums.Suspicions)
	fmt.Fprintf(e.stdout, "To print on A4 across: %s.html; for a spreadsheet: %[1]s.csv. Both hold personal data.\n", stem)
	return nil
}

// count is a number of things, in words.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// check checks the flags, and fills in the language of the workspace.
func (f *minutesFlags) check(w *workspace) error {
	if f.lang == "" {
		f.lang = w.config.language()
	}
	if f.lang != "fr" && f.lang != "en" {
		return usagef("-lang: %.20q is neither fr nor en", f.lang)
	}
	for _, day := range []struct{ name, value string }{{"from", f.from}, {"to", f.to}} {
		if _, err := time.Parse(time.DateOnly, day.value); day.value != "" && err != nil {
			return usagef("-%s: %q is not a day, as 2026-09-14", day.name, day.value)
		}
	}
	if f.to != "" && f.to < f.from {
		return usagef("-to %s is before -from %s", f.to, f.from)
	}
	if f.room != "" && !sessionName.MatchString(f.room) {
		return usagef("-room: %.80q is no name of a room; they are the file names in rooms/", f.room)
	}
	return checkFlags(map[string]string{"jury": f.jury, "centre": f.centre})
}

// stem is the name of the files, without suffix.
func (f *minutesFlags) stem(at time.Time) string {
	parts := []string{at.Format(time.DateOnly)}
	if f.room != "" {
		parts = append(parts, f.room)
	}
	if f.centre != "" {
		parts = append(parts, delivery.Slug(f.centre))
	}
	if f.from != "" {
		parts = append(parts, "from-"+f.from)
	}
	if f.to != "" {
		parts = append(parts, "to-"+f.to)
	}
	return strings.Join(parts, "_") + "." + f.lang
}

// chosen is a session that the minutes are about.
type chosen struct {
	session, centre, date string
	room                  string // "" for none
	enrolled              *enrolment
	record                bool
}

func (f *minutesFlags) wants(centre, date string) bool {
	return (f.centre == "" || centre == f.centre) && f.from <= date && (f.to == "" || date <= f.to)
}

// chooseSessions picks the sessions by their records and, for a room, by its
// enrolments. They come by name.
func (w *workspace) chooseSessions(f *minutesFlags, all bool) ([]*chosen, error) {
	var list []*chosen
	take := func(r *engine.Record) error {
		if r.State == engine.Final && !all || !f.wants(r.Centre, r.SessionDate) {
			return nil
		}
		if len(list) == maxMinutes {
			return withHint(fmt.Errorf("more than %d candidates: no jury reads that", maxMinutes), "name what it meets for with -room, -centre, -from and -to")
		}
		list = append(list, &chosen{session: r.Session, centre: r.Centre, date: r.SessionDate, record: true})
		return nil
	}
	if f.room == "" {
		for r, err := range w.records() {
			if err != nil {
				return nil, err
			}
			if err := take(r); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	room, err := w.room(f.room)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("no room %s: no %s", f.room, w.path("rooms", f.room+".json")), "the rooms are the file names in rooms/")
	}
	if err != nil {
		return nil, err
	}
	for i := range room.Candidates {
		enrolled := &room.Candidates[i]
		r, err := w.record(enrolled.Session)
		if errors.Is(err, fs.ErrNotExist) {
			if f.wants(room.Centre, room.Date) {
				list = append(list, &chosen{session: enrolled.Session, centre: room.Centre, date: room.Date})
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := take(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// roomsOf puts the sessions into their rooms; those that came without one are
// put together by centre and day.
func (w *workspace) roomsOf(ctx context.Context, list []*chosen, f *minutesFlags) ([][]*chosen, error) {
	slices.SortFunc(list, func(a, b *chosen) int { return strings.Compare(a.session, b.session) })
	enrol := func(room *room) {
		for i := range room.Candidates {
			k, found := slices.BinarySearchFunc(list, room.Candidates[i].Session, func(c *chosen, s string) int { return strings.Compare(c.session, s) })
			if found {
				list[k].room, list[k].enrolled = room.Room, &room.Candidates[i]
			}
		}
	}
	if f.room != "" {
		room, err := w.room(f.room)
		if err != nil {
			return nil, err
		}
		enrol(room)
	} else {
		for room, err := range w.rooms() {
			if err != nil {
				return nil, err
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			enrol(room)
		}
	}
	slices.SortStableFunc(list, func(a, b *chosen) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.centre, b.centre), cmp.Compare(a.room, b.room))
	})
	var rooms [][]*chosen
	for i, c := range list {
		if i == 0 || list[i-1].date != c.date || list[i-1].centre != c.centre || list[i-1].room != c.room {
			rooms = append(rooms, nil)
		}
		rooms[len(rooms)-1] = append(rooms[len(rooms)-1], c)
	}
	return rooms, nil
}

// hear gives the rooms with what the jury reads of each candidate, one room at a
// time, its sessions replayed several at a time.
func (w *workspace) hear(ctx context.Context, docket *docket, rooms [][]*chosen) iter.Seq2[*minutes.Room, error] {
	return func(yield func(*minutes.Room, error) bool) {
		replay, err := w.replayer()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, list := range rooms {
			room := &minutes.Room{Name: list[0].room, Centre: list[0].centre, Date: list[0].date, Candidates: make([]*minutes.Candidate, len(list))}
			err := firstError(len(list), func(i int) (err error) {
				if err := ctx.Err(); err != nil {
					return err
				}
				room.Candidates[i], err = w.candidate(replay, docket, list[i])
				return err
			})
			if !yield(room, err) || err != nil {
				return
			}
		}
	}
}

// candidate is one line of the minutes.
func (w *workspace) candidate(replay *replayer, docket *docket, s *chosen) (*minutes.Candidate, error) {
	c := &minutes.Candidate{Session: s.session}
	if s.enrolled != nil {
		c.Person, c.Class, c.Prescriber = s.enrolled.candidate(), s.enrolled.Class, s.enrolled.Prescriber
	}
	path := w.path("sessions", s.session+".jsonl")
	if !s.record {
		_, err := os.Stat(path)
		c.Taken = err == nil
		return c, nil
	}
	r, err := w.record(s.session)
	if err != nil {
		return nil, err
	}
	c.Person = r.Candidate
	log, bank, framework, err := replay.open(path)
	if err != nil {
		return nil, err
	}
	c.Framework = framework
	if c.Account, err = engine.Examine(path, log, bank, framework, docket.about(bank.ID)...); err != nil {
		return nil, err
	}
	if c.Account.Proposal.Log != r.Log {
		return nil, withHint(fmt.Errorf("%s: not the log that the record of session %s was made from", path, s.session), "restore the log from its copy, or score again")
	}
	rule, err := docket.ruling(s.session)
	if err != nil || rule == nil {
		return c, err
	}
	c.Ruling = &rule.Ruling
	c.Final, err = r.Finalise(rule.Decision, path, log, bank, framework, docket.about(bank.ID)...)
	return c, err
}
