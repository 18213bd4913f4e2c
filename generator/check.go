package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"etalon/engine"
	"etalon/generator/table"
	"etalon/signing"
)

// workspaceNames are the files and folders that commands make in a workspace,
// and inbox/, where what centres send may wait. Hidden ones are caches and
// locks; they hold nothing that cannot be made again.
var workspaceNames = []string{
	"etalon.json", "attestations", "banks", "decisions", "deliveries", "frameworks", "inbox", "issued", "keys", "minutes",
	"public", "publications", "records", "rooms", "sessions", "statistics",
}

// checker looks through a workspace. It compares what one part says of another
// and holds 16 or 32 bytes a session; it does not score again, which is what
// 'generator audit' does.
type checker struct {
	*workspace
	at     time.Time
	faults table.Faults
	quick  bool // hash no log

	seats        []seat // of all rooms, sorted
	logs         sessionSet
	records      sessionSet
	final        sessionSet // records that earn an attestation
	proposed     sessionSet // records that are not final
	numbers      []uint64   // of attestations, sorted
	erased       []uint64   // of these
	locators     sessionSet // of these, as 16 bytes each
	decided      int
	publications int
	lives        map[string]*life // of attestations; read when one is asked for
}

// seat is 9 bytes of the hash of a session, and 7 of that of who was enrolled
// for it, where and when.
type seat [16]byte

const seatKey = 9

func seatOf(session string, c engine.Candidate, centre, date string) (s seat) {
	key := keyOf(session)
	copy(s[:seatKey], key[:])
	h := sha256.Sum256(fmt.Appendf(nil, "%q%q%q%q%q%q", c.FamilyName, c.GivenNames, c.BirthDate, c.BirthPlace, centre, date))
	copy(s[seatKey:], h[:])
	return s
}

func (e *env) check(ctx context.Context, args []string) error {
	c := e.command("check", "").reads()
	quick := c.Bool("quick", false, "do not read the logs again to compare them with the hashes in the records")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	k := &checker{workspace: w, at: at, quick: *quick}
	for _, part := range []func(context.Context) error{k.top, k.rules, k.enrolments, k.sessions, k.results, k.decisions, k.press, k.paper, k.keys} {
		if err := part(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if n := k.faults.Len(); n > 0 {
		for _, err := range k.faults.Unwrap() {
			fmt.Fprintln(e.stdout, err)
			for _, hint := range hints(err) {
				fmt.Fprintf(e.stdout, "    %s\n", hint)
			}
		}
		if more := n - len(k.faults.Unwrap()); more > 0 {
			fmt.Fprintf(e.stdout, "and %d more\n", more)
		}
		return withHint(fmt.Errorf("%s in %s", count(n, "fault"), w.dir), "each says what to do; a backup is the remedy for whatever a command did not make")
	}
	fmt.Fprintf(e.stdout, "Nothing is wrong: %s, %s, %s, %s, %s, %s.\n", count(len(k.seats), "candidate"), count(len(k.logs), "log"),
		count(len(k.records), "record"), count(k.decided, "decision"), count(len(k.numbers), "attestation"), count(k.publications, "publication"))
	return nil
}

// fault adds a fault about a file or folder, named from the workspace on.
func (k *checker) fault(path, remedy, format string, args ...any) {
	k.add(path, withHint(fmt.Errorf("%s: %s", k.path(path), fmt.Sprintf(format, args...)), "%s", remedy))
}

// add adds an error that names its file by itself.
func (k *checker) add(path string, err error) {
	folder, _, _ := strings.Cut(filepath.ToSlash(path), "/")
	k.faults.AddAt(folder, 0, err)
}

const restore = "restore it from a backup"

// top looks for what does not belong in the folder itself.
func (k *checker) top(context.Context) error {
	list, err := os.ReadDir(k.dir)
	if err != nil {
		return err
	}
	for _, entry := range list {
		name := entry.Name()
		switch {
		case name == stageName:
			k.fault(name, "run the same 'generator intake' again: it takes what is left", "an intake was cut short")
		case name[0] != '.' && !slices.Contains(workspaceNames, name):
			k.fault(name, "move it out: a workspace is backed up and published from as a whole", "does not belong in a workspace")
		}
	}
	for _, f := range folders {
		if f.private {
			if err := k.private(f.name); err != nil {
				return err
			}
		}
	}
	for _, name := range []string{"attestations", "deliveries", "minutes"} {
		if err := k.private(name); err != nil {
			return err
		}
	}
	return nil
}

// private looks for what others of the machine can read: a folder that is
// closed to them, or else each of its files.
func (k *checker) private(folder string) error {
	info, err := os.Stat(k.path(folder))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		k.fault(folder, "move it away", "is not a folder")
		return nil
	}
	open, first := 0, ""
	err = eachName(k.path(folder), "", func(name string) error {
		if folder == "keys" && !strings.HasSuffix(name, ".key") {
			return nil
		}
		info, err := os.Lstat(k.path(folder, name))
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			if open++; open == 1 || name < first {
				first = name
			}
		}
		return err
	})
	if open > 0 {
		k.fault(folder, fmt.Sprintf("chmod 700 %s", k.path(folder)), "%s can be read by others on this machine, %s first", count(open, "file"), first)
	}
	return err
}

// rules decodes banks and frameworks.
func (k *checker) rules(context.Context) error {
	for folder, decode := range map[string]func(string, []byte) error{
		"banks":      func(name string, data []byte) error { _, err := engine.DecodeBank(name, data); return err },
		"frameworks": func(name string, data []byte) error { _, err := engine.DecodeFramework(name, data); return err },
	} {
		list, err := names(k.path(folder), ".json")
		if err != nil {
			return err
		}
		for _, name := range list {
			path := filepath.Join(folder, name+".json")
			data, err := readFile(k.path(path))
			if err == nil {
				err = decode(k.path(path), data)
			}
			if err != nil {
				k.add(path, withHint(err, "put the file there as it was when the sessions were held"))
			}
		}
	}
	return nil
}

// enrolments reads the rooms: each session is in one.
func (k *checker) enrolments(ctx context.Context) error {
	list, err := listFiles(k.path("rooms"), ".json")
	if err != nil {
		return err
	}
	defer list.close()
	err = inOrder(ctx, list, k.room, func(name string, r *room, err error) error {
		path := filepath.Join("rooms", name+".json")
		if err != nil {
			k.add(path, err)
			return nil
		}
		for i := range r.Candidates {
			k.seats = append(k.seats, seatOf(r.Candidates[i].Session, r.Candidates[i].candidate(), r.Centre, r.Date))
		}
		return nil
	})
	slices.SortFunc(k.seats, func(a, b seat) int { return bytes.Compare(a[:], b[:]) })
	for i := 1; i < len(k.seats); i++ {
		if bytes.Equal(k.seats[i][:seatKey], k.seats[i-1][:seatKey]) {
			return errors.Join(err, k.twice(k.seats[i]))
		}
	}
	return err
}

// twice names the rooms that enrol one session, of those that enrol some twice.
func (k *checker) twice(s seat) error {
	first := ""
	for r, err := range k.rooms() {
		if err != nil {
			return nil // told already
		}
		for i := range r.Candidates {
			session := r.Candidates[i].Session
			if key := keyOf(session); !bytes.Equal(key[:seatKey], s[:seatKey]) {
				continue
			}
			if first != "" {
				k.fault(filepath.Join("rooms", r.Room+".json"), "rooms are made by 'generator intake', not by hand: restore rooms/ from a backup", "session %s is enrolled in room %s as well", session, first)
			}
			first = r.Room
		}
	}
	return nil
}

// sessions reads the head of each log: it has a name that it may have, and is
// of who was enrolled.
func (k *checker) sessions(ctx context.Context) error {
	list, err := listFiles(k.path("sessions"), "")
	if err != nil {
		return err
	}
	defer list.close()
	read := func(name string) (*opening, error) {
		if !strings.HasSuffix(name, ".jsonl") {
			return nil, withHint(fmt.Errorf("%s: does not belong there", k.path("sessions", name)), "move it away: logs are named SESSION.jsonl")
		}
		if err := checkSession(strings.TrimSuffix(name, ".jsonl")); err != nil {
			return nil, withHint(fmt.Errorf("%s: not a name for a session", k.path("sessions", name)), "%v", err)
		}
		return readOpening(k.path("sessions", name))
	}
	err = inOrder(ctx, list, read, func(name string, o *opening, err error) error {
		session := strings.TrimSuffix(name, ".jsonl")
		path := filepath.Join("sessions", name)
		k.logs = append(k.logs, keyOf(session))
		if err != nil {
			k.add(path, err)
			return nil
		}
		k.same(path, session, o.Candidate, o.Centre, o.Date)
		return nil
	})
	k.logs.sort()
	return err
}

// same compares who is in a file with who was enrolled.
func (k *checker) same(path, session string, c engine.Candidate, centre, date string) {
	s := seatOf(session, c, centre, date)
	i, enrolled := slices.BinarySearchFunc(k.seats, s, func(a, b seat) int { return bytes.Compare(a[:seatKey], b[:seatKey]) })
	if enrolled && k.seats[i] != s {
		k.fault(path, "one of the two was put there by hand: restore both from a backup", "is not of the candidate, centre and day that %s is enrolled with in rooms/", session)
	}
}

// results reads the records: each has the very log that it was made from.
func (k *checker) results(ctx context.Context) error {
	list, err := listFiles(k.path("records"), ".json")
	if err != nil {
		return err
	}
	defer list.close()
	read := func(session string) (*engine.Record, error) {
		r, err := k.record(session)
		if err != nil || k.quick {
			return r, err
		}
		path := k.path("sessions", session+".jsonl")
		log, err := readFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return r, nil // told below
		case err != nil:
			return r, err
		}
		if h := sha256.Sum256(log); hex.EncodeToString(h[:]) != r.Log.SHA256 {
			return r, withHint(fmt.Errorf("%s: is not the log that the record was made from", path), "restore it from a backup; a proposed record can be made again with 'generator score'")
		}
		return r, nil
	}
	err = inOrder(ctx, list, read, func(session string, r *engine.Record, err error) error {
		path := filepath.Join("records", session+".json")
		k.records = append(k.records, keyOf(session))
		if err != nil {
			k.add(path, err)
		}
		if r == nil {
			return nil
		}
		if r.Session != session {
			k.fault(path, restore, "is the record of %q", r.Session)
			return nil
		}
		if !k.logs.has(session) {
			k.fault(path, "restore the log from a backup: without it nobody can say how the result came about", "its log, sessions/%s.jsonl, is missing", session)
		}
		k.same(path, session, r.Candidate, r.Centre, r.SessionDate)
		switch {
		case obtained(r):
			k.final = append(k.final, keyOf(session))
		case r.State != engine.Final:
			k.proposed = append(k.proposed, keyOf(session))
		}
		return nil
	})
	k.records.sort()
	k.final.sort()
	k.proposed.sort()
	return err
}

// decisions reads what the jury decided, each chain whole, and about sessions
// that exist; a final record has its decision.
func (k *checker) decisions(ctx context.Context) error {
	d, err := k.docket()
	if err != nil {
		k.add("decisions", err)
		return nil
	}
	k.decided += len(d.holds())
	list, err := listFiles(k.path("decisions"), "")
	if err != nil {
		return err
	}
	defer list.close()
	var first sessionSet
	read := func(name string) (*ruling, error) {
		session, ok := strings.CutSuffix(name, ".json")
		switch {
		case !ok:
			return nil, withHint(fmt.Errorf("%s: does not belong there", k.path("decisions", name)), "move it away")
		case laterFile.MatchString(session) || laterRuling.MatchString(session):
			return nil, nil
		}
		return d.ruling(session)
	}
	err = inOrder(ctx, list, read, func(name string, r *ruling, err error) error {
		path := filepath.Join("decisions", name)
		if err != nil {
			k.add(path, err)
			return nil
		}
		k.decided++
		if r == nil {
			return nil
		}
		first = append(first, keyOf(r.Session))
		if !k.records.has(r.Session) {
			k.fault(path, "score the session, or take the decision away", "is about a session that has no record")
		}
		return nil
	})
	if err != nil {
		return err
	}
	first.sort()
	for session := range d.later {
		if !first.has(session) {
			k.add("decisions", missing(k.rulingPath(session, 1)))
		}
	}
	again, err := listFiles(k.path("records"), ".json")
	if err != nil {
		return err
	}
	defer again.close()
	for session, err := range again.all() {
		if err != nil {
			return err
		}
		if !k.proposed.has(session) && !first.has(session) {
			k.fault(filepath.Join("records", session+".json"), "restore decisions/ from a backup", "is final, and the jury's decision, decisions/%s.json, is missing", session)
		}
	}
	return nil
}

// keys verifies the manifest, what runs out, and that the private keys are
// here.
func (k *checker) keys(context.Context) error {
	if _, err := os.Lstat(k.path("keys", "roots.json")); errors.Is(err, fs.ErrNotExist) {
		if len(k.numbers) > 0 {
			k.fault("keys", "restore keys/ from a backup", "attestations were issued, and there are no keys")
		}
		return nil
	}
	for _, name := range rootFiles {
		if _, err := os.Lstat(k.path("keys", name)); err == nil {
			k.fault(filepath.Join("keys", name), "take it offline: whoever copies this folder could make any key count", "is a root key")
		}
	}
	ring, err := k.keyring("")
	if err != nil {
		k.add("keys", err)
		return nil
	}
	_, ended := ring.ends(k.at)
	for _, err := range ended {
		k.add("keys", err)
	}
	for _, key := range ring.manifest.Keys {
		path := k.keyPath(key.Role, key.Public.KID())
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) && key.State == signing.Active {
			k.add("keys", withHint(fmt.Errorf("%s: the private half of an active key is missing", path), "restore it from a backup, or make the next key with 'generator keys rotate %s -root DIR'", key.Role))
		}
	}
	if _, err := os.Lstat(k.placementPath()); errors.Is(err, fs.ErrNotExist) {
		k.add("keys", withHint(fmt.Errorf("%s is missing", k.placementPath()), "restore it from a backup: another one would give places in status lists a second time"))
	}
	if _, err := ring.lives(); err != nil {
		k.add("decisions", err)
	}
	return nil
}
