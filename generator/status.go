package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"etalon/engine"
	"etalon/signing"
)

// How long before its end a thing is told under what awaits renewal.
const (
	statusNotice = 3 * 24 * time.Hour  // of a status list
	expiryNotice = 90 * 24 * time.Hour // of attestations
)

// statusReport is what a workspace waits for; with -json it is written as
// it stands.
type statusReport struct {
	At        string `json:"at"`     // RFC 3339
	Issuer    string `json:"issuer"` // name
	Specimen  bool   `json:"specimen"`
	Rooms     int    `json:"rooms"`
	Enrolled  int    `json:"enrolled"`  // in rooms
	Sessions  int    `json:"sessions"`  // with a log
	Awaiting  counts `json:"awaiting"`  // each session is in one of these …
	Published told   `json:"published"` // … or here
	Issued    tally  `json:"issued"`

	Plan    string     `json:"plan,omitzero"` // one that was not completed
	Renewal []renewal  `json:"renewal"`
	Next    []nextStep `json:"next"` // commands, in the order to type them
}

// counts are sessions by what they wait for.
type counts struct {
	Log       int `json:"log"`       // enrolled, no log yet
	Score     int `json:"score"`     // a log, no record
	Jury      int `json:"jury"`      // proposed, no decision
	Suspicion int `json:"suspicion"` // … of these, with a suspicion of fraud
	Finalise  int `json:"finalise"`  // decided, the record not yet final
	Issue     int `json:"issue"`     // final, to be attested
	Publish   int `json:"publish"`   // issued, or final without an attestation
}

// told are sessions by what their candidates were told.
type told struct {
	Obtained    int `json:"obtained"`
	NotObtained int `json:"notObtained"`
	Cancelled   int `json:"cancelled"`
}

// tally is of attestations.
type tally struct {
	Attestations int `json:"attestations"`
	Erased       int `json:"erased"`
	Expired      int `json:"expired"`
	Expiring     int `json:"expiring"` // within expiryNotice
	Changed      int `json:"changed"`  // decisions on them that no publication has yet
}

// renewal is something that ends.
type renewal struct {
	What  string `json:"what"`
	Until string `json:"until"` // day
	Days  int    `json:"days"`  // left, begun ones included; 0 and less: it has ended
	Soon  bool   `json:"soon"`
}

// nextStep is a command that is due.
type nextStep struct {
	Command string `json:"command"`
	Why     string `json:"why"`
}

func (e *env) status(ctx context.Context, args []string) error {
	c := e.command("status", "").reads()
	session := c.String("session", "", "`name` of one session: where it stands, and what its candidate was told")
	asJSON := c.Bool("json", false, "write JSON")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if *session != "" {
		s, err := w.sessionStatus(*session)
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(e.stdout, s)
		}
		return s.print(e.stdout)
	}
	s, err := w.statusAt(ctx, at)
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(e.stdout, s)
	}
	return s.print(e.stdout)
}

func printJSON(out io.Writer, v any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

// glance is what the status needs of a record: reading that much is several
// times faster than checking all of it, which 'generator check' does.
type glance struct {
	Session, State, Outcome string
	Suspicion               bool
	Score                   *int
}

func (w *workspace) glance(session string) (*glance, error) {
	path := w.path("records", session+".json")
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	g := new(glance)
	if err := unmarshal(data, g); err != nil || g.Session != session {
		return nil, withHint(fmt.Errorf("%s: not the record of the session", path), "'generator check' tells all that is wrong; 'generator score' makes proposed records again")
	}
	return g, nil
}

// setOf reads the names of a folder's files as a set.
func setOf(dir, suffix string) (s sessionSet, err error) {
	err = eachName(dir, suffix, func(name string) error {
		s = append(s, keyOf(name))
		return nil
	})
	s.sort()
	return s, err
}

// statusAt counts where every session stands.
func (w *workspace) statusAt(ctx context.Context, at time.Time) (*statusReport, error) {
	s := &statusReport{At: at.Format(time.RFC3339), Issuer: w.config.Issuer, Specimen: w.config.Specimen, Renewal: []renewal{}, Next: []nextStep{}}
	logs, err := setOf(w.path("sessions"), ".jsonl")
	if err != nil {
		return nil, err
	}
	s.Sessions = len(logs)
	for r, err := range w.rooms() {
		if err != nil {
			return nil, err
		}
		s.Rooms++
		s.Enrolled += len(r.Candidates)
		for i := range r.Candidates {
			if !logs.has(r.Candidates[i].Session) {
				s.Awaiting.Log++
			}
		}
	}
	known, err := w.published()
	if err != nil {
		return nil, err
	}
	a, err := s.attestations(w, known, at)
	if err != nil {
		return nil, err
	}
	if err := s.records(ctx, w, known, a); err != nil {
		return nil, err
	}
	if p, err := w.plan(); err != nil {
		return nil, err
	} else if p != nil {
		s.Plan = p.name()
	}
	keyed, err := s.renewals(w, at)
	if err != nil {
		return nil, err
	}
	s.steps(keyed)
	return s, nil
}

// attested are the sessions with an attestation.
type attested struct {
	all, unpublished, erased sessionSet
}

// attestations counts those issued.
func (s *statusReport) attestations(w *workspace, known *publishedResults, at time.Time) (*attested, error) {
	a := new(attested)
	day, soon := at.Format(time.DateOnly), at.Add(expiryNotice).Format(time.DateOnly)
	for f, err := range w.attestations() {
		if err != nil {
			return nil, err
		}
		s.Issued.Attestations++
		switch {
		case f.Erased != nil:
			s.Issued.Erased++
			a.erased = append(a.erased, keyOf(f.Session))
		case f.ExpiresOn < day:
			s.Issued.Expired++
		case f.ExpiresOn <= soon:
			s.Issued.Expiring++
		}
		a.all = append(a.all, keyOf(f.Session))
		if !known.has(f.Number) && f.Erased == nil {
			a.unpublished = append(a.unpublished, keyOf(f.Session))
		}
	}
	a.all.sort()
	a.unpublished.sort()
	a.erased.sort()
	return a, nil
}

// records counts the records by what they wait for.
func (s *statusReport) records(ctx context.Context, w *workspace, known *publishedResults, a *attested) error {
	decided, err := setOf(w.path("decisions"), ".json")
	if err != nil {
		return err
	}
	overtaken, err := w.overtaken()
	if err != nil {
		return err
	}
	list, err := listFiles(w.path("records"), ".json")
	if err != nil {
		return err
	}
	defer list.close()
	scored := 0
	err = inOrder(ctx, list, w.glance, func(session string, g *glance, err error) error {
		if err != nil {
			return err
		}
		scored++
		final := g.State == engine.Final
		switch {
		case !final && decided.has(session) || overtaken[session]:
			s.Awaiting.Finalise++
		case !final:
			s.Awaiting.Jury++
			if g.Suspicion {
				s.Awaiting.Suspicion++
			}
		case g.Outcome == engine.Validated && !a.all.has(session):
			s.Awaiting.Issue++
		case a.unpublished.has(session):
			s.Awaiting.Publish++
		case known.of(session) == resultPending && a.erased.has(session): // never to be known
		case known.of(session) == resultPending:
			s.Awaiting.Publish++
		case known.of(session) == resultObtained:
			s.Published.Obtained++
		case known.of(session) == resultCancelled:
			s.Published.Cancelled++
		default:
			s.Published.NotObtained++
		}
		return nil
	})
	s.Awaiting.Score = max(0, s.Sessions-scored)
	return err
}

// overtaken are the sessions whose record does not hold yet what the jury
// decided last.
func (w *workspace) overtaken() (map[string]bool, error) {
	d, err := w.docket()
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool)
	for session := range d.later {
		holds, err := d.ruling(session)
		if err != nil {
			return nil, err
		}
		r, err := w.record(session)
		if err != nil {
			return nil, err
		}
		found[session] = r.Decision == nil || holds != nil && r.Decision.At != holds.At
	}
	return found, nil
}

// inOrder reads the files of a list, some at a time, and calls use with each in
// the order of names.
func inOrder[T any](ctx context.Context, list *listing, read func(name string) (*T, error), use func(name string, v *T, err error) error) error {
	const most = 256
	var some []string
	var values [most]*T
	var errs [most]error
	flush := func() error {
		share(len(some), func(_, i int) { values[i], errs[i] = read(some[i]) })
		for i, name := range some {
			if err := use(name, values[i], errs[i]); err != nil {
				return err
			}
		}
		some = some[:0]
		return ctx.Err()
	}
	for name, err := range list.all() {
		if err != nil {
			return err
		}
		if some = append(some, name); len(some) == most {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// renewals tells what ends, and when; keyed is whether the workspace has keys.
func (s *statusReport) renewals(w *workspace, at time.Time) (keyed bool, err error) {
	add := func(what string, end time.Time, notice time.Duration) {
		left := end.Sub(at)
		n := int((left + 24*time.Hour - 1) / (24 * time.Hour))
		if left <= 0 {
			n = int(left / (24 * time.Hour))
		}
		s.Renewal = append(s.Renewal, renewal{what, end.Format(time.DateOnly), n, left <= notice})
	}
	if _, err := os.Lstat(w.path("keys", "roots.json")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	k, err := w.keyring("")
	if err != nil {
		return false, err
	}
	add("key manifest", k.manifest.ValidUntil, manifestNotice)
	for _, role := range signingRoles {
		if key, err := k.active(role, at); err == nil {
			// The last day is included.
			add(fmt.Sprintf("%s key %s", role, key.Public.KID()), key.NotAfter.AddDate(0, 0, 1), keyNotice)
		} else {
			s.Renewal = append(s.Renewal, renewal{What: fmt.Sprintf("%s key", role), Until: "none signs", Soon: true})
		}
	}
	lists, err := names(w.path("public", "status"), ".json")
	if err != nil {
		return true, err
	}
	var first time.Time
	for _, name := range lists {
		data, err := readFile(w.path("public", "status", name+".json"))
		if err != nil {
			return true, err
		}
		var list struct{ ValidUntil time.Time }
		if unmarshal(data, &list) == nil && !list.ValidUntil.IsZero() && (first.IsZero() || list.ValidUntil.Before(first)) {
			first = list.ValidUntil
		}
	}
	if !first.IsZero() {
		add("status lists", first, statusNotice)
	}
	lives, err := k.lives()
	if err != nil {
		return true, err
	}
	known, err := w.published()
	if err != nil {
		return true, err
	}
	for number, l := range lives {
		status := known.statuses[number]
		if status == "" {
			status = signing.Valid.String()
		}
		if l.status().String() != status {
			s.Issued.Changed++
		}
	}
	return true, nil
}

// steps says what to type, in order.
func (s *statusReport) steps(keyed bool) {
	add := func(command, format string, args ...any) {
		s.Next = append(s.Next, nextStep{"generator " + command, fmt.Sprintf(format, args...)})
	}
	if !keyed {
		add("keys init -root DIR", "no keys yet; DIR is a medium that is kept offline")
	}
	for _, r := range s.Renewal {
		role, isKey := strings.CutSuffix(r.What, " key")
		if i := strings.Index(r.What, " key "); i > 0 {
			role, isKey = r.What[:i], true
		}
		switch {
		case !r.Soon || r.What == "status lists":
		case isKey:
			add("keys rotate "+role+" -root DIR", "%s", r.left())
		default:
			add("keys renew -root DIR", "the manifest: %s", r.left())
		}
	}
	if s.Plan != "" {
		add("issue", "%s is not complete", s.Plan)
	}
	if s.Enrolled+s.Sessions == 0 {
		add("intake -candidates FILE -logs DIR", "no session yet")
	}
	a := s.Awaiting
	if a.Log > 0 {
		add("intake -candidates FILE -logs DIR", "%s enrolled, without a log", count(a.Log, "candidate"))
	}
	if a.Score > 0 {
		add("score", "%s without a record", count(a.Score, "log"))
	}
	if a.Suspicion > 0 {
		add("decide SESSION accept|dismiss|fraud …", "%s of fraud for the jury; 'generator minutes' lists them", count(a.Suspicion, "suspicion"))
	}
	if n := a.Jury - a.Suspicion; n > 0 {
		add("finalise -accept -by NAME", "%s to accept as proposed", count(n, "session"))
	}
	if a.Finalise > 0 {
		add("finalise", "%s decided", count(a.Finalise, "session"))
	}
	if a.Issue > 0 && s.Plan == "" {
		add("issue", "%s to attest", count(a.Issue, "result"))
	}
	switch {
	case a.Publish > 0:
		add("publish", "%s to make known", count(a.Publish, "result"))
	case s.Issued.Changed > 0:
		add("publish", "%s to make known", count(s.Issued.Changed, "change")+" of status")
	default:
		for _, r := range s.Renewal {
			if r.What == "status lists" && r.Soon {
				add("publish", "the status lists: %s", r.left())
			}
		}
	}
}

// left says how long something lasts.
func (r renewal) left() string {
	switch {
	case r.Until == "none signs":
		return r.Until
	case r.Days == 1:
		return "1 day left"
	case r.Days > 1:
		return fmt.Sprintf("%d days left", r.Days)
	}
	return "ended"
}
