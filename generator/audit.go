package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/signing"
)

// audit makes everything again that follows from logs, banks, frameworks and
// decisions, and names whatever in the workspace is not what it should be. It
// changes nothing.
func (e *env) audit(ctx context.Context, args []string) error {
	c := e.command("audit", "").reads()
	deep := c.Bool("deep", false, "open the sealed PDFs too, and compare the readable copies")
	online := c.Bool("public", false, "compare public/ with what publish makes at the time of its status lists, or at -at; takes the status key")
	show := c.Int("show", 1000, "differences shown at most, the first by file; all are counted")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if *show < 1 {
		return usagef("-show is %d; give 1 or more", *show)
	}
	pass, err := c.passphrase()
	if err != nil {
		return err
	}
	a := &auditor{workspace: w, deep: *deep, faults: faults{most: *show}}
	started := e.now()
	if err := a.prepare(pass); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{a.sessions, a.attestations} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if *online {
		if !c.given("at") {
			at = time.Time{}
		}
		if err := a.online(ctx, at); err != nil {
			return err
		}
	}
	a.print(e, e.now().Sub(started))
	if n := a.faults.count; n > 0 {
		return withHint(fmt.Errorf("audit: %d differences in %s", n, w.dir), "restore what was altered from a backup; nothing was changed. 'generator explain' shows how a result comes about")
	}
	return nil
}

// auditor is a run of audit.
type auditor struct {
	*workspace
	keys        *keyring // nil in a workspace without keys
	docket      *docket
	replay      *replayer
	lives       map[string]*life
	shards      *[256][]byte // of the roll, nil while none is needed
	placement   *[32]byte    // nil when its key is not to hand
	referential *content.Referential
	deep        bool
	given       *engine.Record // the record to compare with, in place of those in records/

	faults faults
	counts [countKinds]atomic.Int64

	lock   sync.Mutex
	places []uint64 // status list and index of every attestation
	papers []uint64 // hash of the session of every attestation that corrects none and is not erased
	gone   []uint64 // the same of those erased whose record is still there
}

// What audit counts.
const (
	countSame     = iota // records that are what the log and the decisions give
	countProposed        // of these, those that are not final
	countUnscored        // logs without a record
	countIssued          // attestations
	countErased          // of these, those erased
	countFiles           // sealed files opened
	countCopies          // readable copies compared
	countObtained        // results that earn an attestation
	countPublic          // files compared in public/
	countKinds
)

func (a *auditor) note(kind int) { a.counts[kind].Add(1) }

// prepare reads what everything else is judged by. Where it is itself at fault,
// nothing can be judged.
func (a *auditor) prepare(pass string) (err error) {
	if a.replay, err = a.replayer(); err != nil {
		return err
	}
	if a.docket, err = a.workspace.docket(); err != nil {
		return err
	}
	if a.referential, err = content.Default(); err != nil {
		return err
	}
	if _, err := os.Stat(a.path("keys", "roots.json")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if a.keys, err = a.keyring(pass); err != nil {
		return err
	}
	if a.shards, err = a.keys.rollShards(); err != nil {
		return err
	}
	if a.lives, err = a.keys.lives(); err != nil {
		a.faults.add("decisions", "%v", err)
		a.lives = nil
	}
	if _, key, err := loadKey(a.placementPath(), rolePlacement, pass); err == nil {
		a.placement = &key
	}
	return nil
}

// sessions makes every record again.
func (a *auditor) sessions(ctx context.Context) error {
	err := survey(ctx, a.path("sessions"), ".jsonl", func(_ int, session string) error {
		a.session(session)
		return nil
	})
	if err != nil {
		return err
	}
	return survey(ctx, a.path("records"), ".json", func(_ int, session string) error {
		if _, err := os.Stat(a.path("sessions", session+".jsonl")); errors.Is(err, fs.ErrNotExist) {
			a.faults.add("records/"+session+".json", "stands there without a log: sessions/%s.jsonl is missing", session)
		}
		return nil
	})
}

// session compares one record with what its log gives.
func (a *auditor) session(session string) {
	logName, name := "sessions/"+session+".jsonl", "records/"+session+".json"
	if err := checkSession(session); err != nil {
		a.faults.add(logName, "is not the name of a session: %v", err)
		return
	}
	have, err := a.record(session)
	if errors.Is(err, fs.ErrNotExist) {
		have, err = nil, nil
	}
	if err != nil {
		a.faults.add(name, "%v", a.plain(err))
	}
	want, err := a.recompute(session, have)
	if err != nil {
		a.faults.add(logName, "%v", a.plain(err))
		return
	}
	switch {
	case want.Session != session:
		a.faults.add(logName, "session is %q, which is not the name of the file", want.Session)
	case have == nil:
		if _, err := os.Stat(a.path("records", session+".json")); errors.Is(err, fs.ErrNotExist) {
			a.note(countUnscored)
		}
	case bytes.Equal(have.Encode(), want.Encode()):
		a.note(countSame)
		if have.State != engine.Final {
			a.note(countProposed)
		} else if obtained(have) {
			a.note(countObtained)
		}
	default:
		a.compare(name, want.Encode(), have.Encode())
	}
}

// recompute makes a session's record again: the final one once the jury has
// decided and finalise has run, else the one proposed. have is the record that
// stands in records/, nil for none.
func (a *auditor) recompute(session string, have *engine.Record) (*engine.Record, error) {
	ruling, err := a.docket.ruling(session)
	if err != nil {
		return nil, err
	}
	final := ruling != nil && have != nil && have.State == engine.Final
	if final {
		// One replay does, when the record is of this log.
		if want, err := a.docket.final(a.replay, have, ruling.Decision); err == nil {
			return want, nil
		}
	}
	path := a.path("sessions", session+".jsonl")
	log, bank, framework, err := a.replay.open(path)
	if err != nil {
		return nil, err
	}
	want, err := engine.Score(path, log, bank, framework)
	if err != nil || !final || want.Session != session {
		return want, err
	}
	return want.Finalise(ruling.Decision, path, log, bank, framework, a.docket.about(bank.ID)...)
}

// compare names every field by which a document is not what it should be.
func (a *auditor) compare(name string, want, have []byte) {
	list, err := differences(want, have)
	if err != nil {
		a.faults.add(name, "%v", err)
	}
	for _, d := range list {
		a.faults.add(name, "%v", d)
	}
	if len(list) == 0 {
		a.faults.add(name, "does not have the bytes that it should")
	}
}

// plain says an error without the folder of the workspace before its paths.
func (a *auditor) plain(err error) string {
	dir := filepath.Clean(a.dir)
	if dir == "." {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), dir+string(os.PathSeparator), "")
}

// fault is one difference.
type fault struct{ file, what string }

// faults keeps the first differences, by file, and counts them all. It serves
// several goroutines.
type faults struct {
	most  int
	lock  sync.Mutex
	list  []fault
	count int
}

func (f *faults) add(file, format string, args ...any) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.count++
	f.list = append(f.list, fault{file, fmt.Sprintf(format, args...)})
	if len(f.list) > 2*f.most {
		f.cut()
	}
}

// cut sorts the list and forgets what comes after the first ones.
func (f *faults) cut() {
	slices.SortFunc(f.list, func(x, y fault) int {
		if c := strings.Compare(x.file, y.file); c != 0 {
			return c
		}
		return strings.Compare(x.what, y.what)
	})
	f.list = f.list[:min(len(f.list), f.most)]
}

// print tells what was found, by file, then the sums.
func (a *auditor) print(e *env, took time.Duration) {
	a.faults.cut()
	for _, f := range a.faults.list {
		fmt.Fprintf(e.stdout, "%s: %s\n", f.file, f.what)
	}
	if more := a.faults.count - len(a.faults.list); more > 0 {
		fmt.Fprintf(e.stdout, "… and %d more\n", more)
	}
	n := func(kind int) int64 { return a.counts[kind].Load() }
	attested := append(a.papers, a.gone...)
	slices.Sort(attested)
	a.counts[countObtained].Add(-int64(len(slices.Compact(attested))))
	fmt.Fprintf(e.stdout, "%d records are what log, bank, framework and decisions give", n(countSame))
	for _, k := range []struct {
		kind int
		text string
	}{{countProposed, "%d of them await the jury"}, {countUnscored, "%d logs await scoring"}, {countObtained, "%d results obtained await their attestation"}} {
		if n(k.kind) > 0 {
			fmt.Fprintf(e.stdout, "; "+k.text, n(k.kind))
		}
	}
	fmt.Fprintf(e.stdout, "\n%d attestations, %d of them erased; %d sealed files opened", n(countIssued), n(countErased), n(countFiles))
	if a.deep {
		fmt.Fprintf(e.stdout, "; %d readable copies compared", n(countCopies))
	}
	if a.keys != nil && a.placement == nil {
		fmt.Fprint(e.stdout, "; their places in the status lists are not checked, for keys/placement.key cannot be read")
	}
	if k := n(countPublic); k > 0 {
		fmt.Fprintf(e.stdout, "; %d files of public/ compared", k)
	}
	fmt.Fprintf(e.stdout, "\n%d differences\n", a.faults.count)
	if took > 0 {
		fmt.Fprintf(e.stderr, "%.1f s, %.0f sessions and attestations a second\n", took.Seconds(), float64(n(countSame)+n(countIssued))/took.Seconds())
	}
}

// credentialFields are what a credential says, by name.
func credentialFields(c *signing.Credential) ([]byte, error) {
	type fields struct {
		BirthDate    string  `json:"candidate.birthDate"`
		BirthPlace   string  `json:"candidate.birthPlace"`
		Centre       string  `json:"centre"`
		ExpiresOn    string  `json:"expiresOn"`
		FamilyName   string  `json:"candidate.familyName"`
		Form         string  `json:"form"`
		GivenNames   string  `json:"candidate.givenNames"`
		Index        uint32  `json:"index"`
		IssuedOn     string  `json:"issuedOn"`
		Level        int     `json:"level"`
		Levels       [16]int `json:"levels"`
		List         uint32  `json:"list"`
		MaxLevel     int     `json:"maxLevel"`
		Number       string  `json:"number"`
		Pix          [16]int `json:"pix"`
		Professional bool    `json:"professional"`
		Regime       string  `json:"regime"`
		Score        int     `json:"score"`
		SessionDate  string  `json:"sessionDate"`
	}
	return encode(fields{
		c.BirthDate.String(), c.BirthPlace, c.Centre, c.ExpiresOn.String(), c.FamilyName, c.Form.String(), c.GivenNames, c.Index, c.IssuedOn.String(),
		c.Level, c.Levels, c.List, c.MaxLevel, signing.FormatNumber(c.Number), c.Pix, c.Professional, c.Regime.String(), c.Score, c.SessionDate.String(),
	})
}
