package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"etalon/engine"
)

// print shows a workspace's status: what there is, what ends, what to type.
func (s *statusReport) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s\n\n", s.Issuer, s.At[:10])
	row := func(what string, n int, note string) {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("  %-20s %9d   %s", what, n, note), " "))
	}
	fmt.Fprintf(&b, "Sessions\n")
	a := s.Awaiting
	row("no log yet", a.Log, "")
	row("to score", a.Score, "")
	note := ""
	if a.Suspicion > 0 {
		note = fmt.Sprintf("%d with a suspicion of fraud", a.Suspicion)
	}
	row("awaiting the jury", a.Jury, note)
	row("to finalise", a.Finalise, "")
	row("to issue", a.Issue, "")
	row("to publish", a.Publish, "")
	p := s.Published
	note = ""
	if n := p.Obtained + p.NotObtained + p.Cancelled; n > 0 {
		note = fmt.Sprintf("%d obtained, %d not obtained, %d cancelled", p.Obtained, p.NotObtained, p.Cancelled)
	}
	row("published", p.Obtained+p.NotObtained+p.Cancelled, note)
	if i := s.Issued; i.Attestations > 0 {
		fmt.Fprintf(&b, "\nAttestations\n")
		row("issued", i.Attestations, "")
		for _, r := range []struct {
			what string
			n    int
		}{{"expiring in 90 days", i.Expiring}, {"expired", i.Expired}, {"erased", i.Erased}, {"changed, unpublished", i.Changed}} {
			if r.n > 0 {
				row(r.what, r.n, "")
			}
		}
	}
	if len(s.Renewal) > 0 {
		fmt.Fprintf(&b, "\nRenewal\n")
		for _, r := range s.Renewal {
			mark := ""
			if r.Soon {
				mark = "   due"
			}
			fmt.Fprintf(&b, "  %-24s %-10s   %s%s\n", r.What, r.Until, r.left(), mark)
		}
	}
	if len(s.Next) == 0 {
		b.WriteString("\nNothing is due.\n")
	} else {
		b.WriteString("\nNext\n")
		width := 0
		for _, n := range s.Next {
			width = max(width, len([]rune(n.Command)))
		}
		for _, n := range s.Next {
			fmt.Fprintf(&b, "  %s%s   %s\n", n.Command, strings.Repeat(" ", width-len([]rune(n.Command))), n.Why)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// sessionReport is where one session stands. It names nobody.
type sessionReport struct {
	Session      string   `json:"session"`
	Room         string   `json:"room,omitzero"`
	Centre       string   `json:"centre,omitzero"`
	Date         string   `json:"date,omitzero"`
	Log          bool     `json:"log"`
	State        string   `json:"state,omitzero"`   // of the record
	Outcome      string   `json:"outcome,omitzero"` // … that the operator knows
	Rule         string   `json:"rule,omitzero"`
	Suspicion    bool     `json:"suspicion"`
	Decided      string   `json:"decided,omitzero"` // day
	Attestations []string `json:"attestations"`     // numbers
	Status       string   `json:"status"`           // what the candidate was told
	Again        string   `json:"again,omitzero"`   // first day of another session
}

// sessionStatus tells where one session stands.
func (w *workspace) sessionStatus(session string) (*sessionReport, error) {
	s := &sessionReport{Session: session, Attestations: []string{}}
	if err := checkSession(session); err != nil {
		return nil, usagef("-session %.80q: %v", session, err)
	}
	path := w.path("sessions", session+".jsonl")
	switch _, err := os.Lstat(path); {
	case err == nil:
		s.Log = true
		o, err := readOpening(path)
		if err != nil {
			return nil, err
		}
		s.Centre, s.Date = o.Centre, o.Date
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	for r, err := range w.rooms() {
		if err != nil {
			return nil, err
		}
		if r.find(session) != nil {
			s.Room, s.Centre, s.Date = r.Room, r.Centre, r.Date
			break
		}
	}
	r, err := w.record(session)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r = nil
	case err != nil:
		return nil, err
	default:
		s.State, s.Outcome, s.Rule, s.Suspicion = r.State, r.Outcome, r.Rule, r.Suspicion
		if r.Decision != nil {
			s.Decided = r.Decision.At[:10]
		}
	}
	if s.Room == "" && !s.Log && r == nil {
		return nil, withHint(fmt.Errorf("no session %s in this workspace", session), "sessions are named in rooms/ and in the file names of sessions/")
	}
	for f, err := range w.attestations() {
		if err != nil {
			return nil, err
		}
		if f.Session == session {
			s.Attestations = append(s.Attestations, f.Number)
		}
	}
	known, err := w.published()
	if err != nil {
		return nil, err
	}
	s.Status = known.of(session).String()
	return s, s.again(w, r)
}

// again finds from when the candidate may sit another session, by the framework
// of this one, or by all that hold on its day.
func (s *sessionReport) again(w *workspace, r *engine.Record) error {
	frameworks, err := w.frameworks()
	if err != nil || s.Date == "" {
		return err
	}
	for _, f := range frameworks {
		if r != nil && f.SHA256 != r.Framework.SHA256 || r == nil && !f.Covers(s.Date) {
			continue
		}
		day, err := f.Again(s.Date)
		if err != nil {
			return err
		}
		s.Again = max(s.Again, day)
	}
	return nil
}

func (s *sessionReport) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", s.Session)
	row := func(what, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-14s %s\n", what, value)
		}
	}
	row("sat on", s.Date)
	row("in", s.Centre)
	row("room", s.Room)
	row("log", map[bool]string{true: "there", false: "not there yet"}[s.Log])
	switch {
	case s.State == "":
		row("record", "none yet")
	case s.Suspicion && s.State == engine.Proposed:
		row("record", fmt.Sprintf("%s, %s (%s), a suspicion of fraud to decide", s.State, s.Outcome, s.Rule))
	case s.Decided != "":
		row("record", fmt.Sprintf("%s, %s (%s), decided on %s", s.State, s.Outcome, s.Rule, s.Decided))
	default:
		row("record", fmt.Sprintf("%s, %s (%s)", s.State, s.Outcome, s.Rule))
	}
	row("attestations", strings.Join(s.Attestations, ", "))
	fmt.Fprintf(&b, "\n  %-14s %s\n", "candidate", s.Status)
	row("may sit again", map[bool]string{true: "from " + s.Again}[s.Again != ""])
	_, err := io.WriteString(out, b.String())
	return err
}
