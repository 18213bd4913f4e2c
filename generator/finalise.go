package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"etalon/engine"
)

func (e *env) finalise(ctx context.Context, args []string) error {
	c := e.command("finalise", "")
	accept := c.Bool("accept", false, "accept the proposed outcome of every session without a decision and without a suspicion of fraud")
	by := c.String("by", "", "`name` of the jury that accepts (with -accept)")
	w, at, err := c.open(args)
	if err != nil {
		return err
	}
	if *accept {
		if strings.TrimSpace(*by) == "" {
			return usagef("-accept needs -by NAME: a decision is somebody's")
		}
		if err := checkFlags(map[string]string{"by": *by}); err != nil {
			return err
		}
		if err := w.acceptAll(ctx, *by, at); err != nil {
			return err
		}
	}
	f, err := w.finalise(ctx, e)
	if f != nil {
		err = errors.Join(err, f.print(e.stdout))
	}
	return err
}

// maxShown is how many sessions a command shows one by one; of more it gives
// the sums.
const maxShown = 100

// finalised is what a run of finalise did.
type finalised struct {
	records  []*engine.Record // final ones, by session, when there are at most maxShown sessions
	counts   map[byte]int     // sessions by their state, as in the index
	waiting  []string         // the first maxShown that await the jury, by session
	made     int              // final since this run
	changed  int              // final before, with another result now
	standing []conflict       // issued with a result that does not hold any more
}

// conflict is an attestation whose result the jury's decisions do not give any
// more.
type conflict struct {
	session, number, was, is string
	obtained, erased         bool // obtained: by the decisions that hold
}

// finaliser runs over the records, several at a time.
type finaliser struct {
	*docket
	replay *replayer
	index  *finalIndex
	files  bulk // records/
	few    bool // few enough sessions to show each
	lock   sync.Mutex
	done   *finalised // this and all below under lock
	seen   []indexed
	differ []string // final records that decisions have changed since
	faults faultList
}

// finalise applies the decisions that hold to every record, the proposed ones
// and those that an earlier run made final. Every fault is named; the other
// sessions are finalised. A record that an attestation stands for keeps its
// result: what is to be done is for a person to do.
func (w *workspace) finalise(ctx context.Context, e *env) (*finalised, error) {
	z := &finaliser{done: &finalised{counts: make(map[byte]int)}, files: bulk{dir: w.path("records")}}
	var err error
	if z.docket, err = w.docket(); err != nil {
		return nil, err
	}
	if z.replay, err = w.replayer(); err != nil {
		return nil, err
	}
	z.index = z.finalIndex(e.now())
	list, err := listFiles(w.path("records"), ".json")
	if err != nil {
		return nil, err
	}
	defer list.close()
	z.few = list.count <= maxShown
	bar := newProgress(e.stderr, "finalising", list.count)
	defer bar.end()
	err = list.share(ctx, func(worker int, session string) error {
		err := z.one(worker, session)
		z.lock.Lock()
		defer z.lock.Unlock()
		bar.step()
		return z.keep(session, err)
	})
	if err != nil {
		return nil, err
	}
	if err := z.again(ctx); err != nil {
		return nil, err
	}
	if err := z.files.sync(); err != nil {
		return nil, err
	}
	z.index.write(z.seen)
	slices.SortFunc(z.done.records, func(a, b *engine.Record) int { return strings.Compare(a.Session, b.Session) })
	return z.done, z.faults.err()
}

// keep keeps what is wrong with one session, and returns an error that every
// other one would meet as well.
func (z *finaliser) keep(session string, err error) error {
	if stopped, ok := errors.AsType[errStopped](err); ok {
		return stopped.error
	}
	if err != nil {
		z.faults.add(session, err)
	}
	return nil
}

// one looks at one session; those whose final record would change are left for
// later.
func (z *finaliser) one(worker int, session string) error {
	if d, ok := z.index.digest(z.docket, session); ok && !z.few {
		if state := z.index.state(d); state != 0 {
			z.note(session, state, nil)
			return nil
		}
	}
	r, err := z.record(session)
	if err != nil {
		if r = z.mend(session); r == nil {
			return err
		}
	}
	if r.Session != session {
		return withHint(fmt.Errorf("%s: session: %q does not match the file's name", z.path("records", session+".json"), r.Session), "score the session again")
	}
	rule, err := z.ruling(session)
	if err != nil {
		return err
	}
	if rule == nil {
		if r.State == engine.Final {
			return missing(z.rulingPath(session, 1))
		}
		z.note(session, stateOf(r), nil)
		return nil
	}
	final, err := z.final(z.replay, r, rule.Decision)
	if err != nil {
		return fmt.Errorf("%s: %w", rule.path, err)
	}
	if r.State == engine.Final && !sameResult(r, final) {
		z.lock.Lock()
		defer z.lock.Unlock()
		z.differ = append(z.differ, session)
		return nil
	}
	if err := z.save(worker, r, final); err != nil {
		return err
	}
	z.lock.Lock()
	if r.State != engine.Final {
		z.done.made++
	}
	z.lock.Unlock()
	z.note(session, stateOf(final), final)
	return nil
}

// mend returns the proposal of a session whose record a loss of power has torn:
// it is a beginning of the very record that is to stand there. It returns nil
// for a record that is damaged in another way.
func (z *finaliser) mend(session string) *engine.Record {
	old, err := readFile(z.path("records", session+".json"))
	if err != nil {
		return nil
	}
	path := z.path("sessions", session+".jsonl")
	log, err := readFile(path)
	if err != nil {
		return nil
	}
	r, err := z.replay.score(path, log)
	if err != nil {
		return nil
	}
	if torn(old, append(r.Encode(), '\n')) {
		return r
	}
	rule, err := z.ruling(session)
	if err != nil || rule == nil {
		return nil
	}
	final, err := z.final(z.replay, r, rule.Decision)
	if err != nil || !torn(old, append(final.Encode(), '\n')) {
		return nil
	}
	return r
}

// save puts a final record in the place of another, if they differ.
func (z *finaliser) save(worker int, was, final *engine.Record) error {
	data := append(final.Encode(), '\n')
	if was.State == engine.Final && bytes.Equal(data, append(was.Encode(), '\n')) {
		return nil
	}
	if err := z.files.write(worker, final.Session+".json", data); err != nil {
		return errStopped{err}
	}
	return nil
}

// note counts a session that is as it should be.
func (z *finaliser) note(session string, state byte, final *engine.Record) {
	d, ok := z.index.digest(z.docket, session)
	d[15] = state
	z.lock.Lock()
	defer z.lock.Unlock()
	if ok {
		z.seen = append(z.seen, d)
	}
	z.done.counts[state]++
	if state == stateWaiting || state == stateSuspected {
		i, _ := slices.BinarySearch(z.done.waiting, session)
		if i < maxShown {
			z.done.waiting = slices.Insert(z.done.waiting, i, session)[:min(len(z.done.waiting)+1, maxShown)]
		}
	}
	if final != nil && len(z.done.records) < maxShown {
		z.done.records = append(z.done.records, final)
	}
}

// sameResult tells whether two final records say the same of the candidate. What
// else they hold, as the decisions, is the jury's.
func sameResult(a, b *engine.Record) bool {
	if a.Outcome != b.Outcome || a.Professional != b.Professional || a.Degraded != b.Degraded || (a.Result == nil) != (b.Result == nil) {
		return false
	}
	if a.Result == nil {
		return true
	}
	if (a.Measure == nil) != (b.Measure == nil) || a.Measure != nil && *a.Measure != *b.Measure {
		return false
	}
	return a.Score == b.Score && maps.Equal(a.Levels, b.Levels) && maps.Equal(a.Pix, b.Pix)
}

// again finalises the records that decisions have changed since they were made
// final, but those that an attestation stands for.
func (z *finaliser) again(ctx context.Context) error {
	if len(z.differ) == 0 {
		return nil
	}
	// An open plan gives numbers to records as they stand.
	if err := z.noPlan("the change of " + count(len(z.differ), "final record")); err != nil {
		z.faults.add("", err)
		return nil
	}
	slices.Sort(z.differ)
	standing, err := z.standing(z.differ)
	if err != nil {
		return err
	}
	var stop error
	share(len(z.differ), func(worker, i int) {
		session := z.differ[i]
		err := ctx.Err()
		if err == nil {
			err = z.oneAgain(worker, session, standing[session])
		}
		z.lock.Lock()
		defer z.lock.Unlock()
		if ctx.Err() != nil {
			stop = ctx.Err()
		} else if err := z.keep(session, err); err != nil {
			stop = err
		}
	})
	slices.SortFunc(z.done.standing, func(a, b conflict) int { return strings.Compare(a.session, b.session) })
	return stop
}

func (z *finaliser) oneAgain(worker int, session string, issued *issuedFile) error {
	r, err := z.record(session)
	if err != nil {
		return err
	}
	rule, err := z.ruling(session)
	if err != nil {
		return err
	}
	final, err := z.final(z.replay, r, rule.Decision)
	if err != nil {
		return fmt.Errorf("%s: %w", rule.path, err)
	}
	if issued == nil {
		if err := z.save(worker, r, final); err != nil {
			return err
		}
		z.lock.Lock()
		z.done.changed++
		z.lock.Unlock()
		z.note(session, stateOf(final), final)
		return nil
	}
	z.lock.Lock()
	defer z.lock.Unlock()
	z.done.counts[stateOf(r)]++
	if len(z.done.records) < maxShown {
		z.done.records = append(z.done.records, r)
	}
	z.done.standing = append(z.done.standing, conflict{
		session: session, number: issued.Number, was: resultText(r), is: resultText(final),
		obtained: obtained(final), erased: issued.Erased != nil,
	})
	return nil
}

// resultText is a result in a few words, as 444 pix, level 4.
func resultText(r *engine.Record) string {
	switch {
	case r.Outcome != engine.Validated || r.Result == nil:
		return r.Outcome
	case r.Measure == nil:
		return fmt.Sprintf("%d pix", r.Score)
	}
	return fmt.Sprintf("%d pix, level %d", r.Score, r.Level)
}

// print tells what was done: sessions one by one when they are few.
func (f *finalised) print(out io.Writer) error {
	sum := 0
	for _, n := range f.counts {
		sum += n
	}
	if sum <= maxShown {
		if err := printRecords(out, f.records); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "%d final: %d validated, %d rejected, %d cancelled.\n", sum-f.await(),
			f.counts[stateValidated], f.counts[stateRejected], f.counts[stateCancelled])
		fmt.Fprintf(out, "%d made final now.\n", f.made)
	}
	if f.changed > 0 {
		fmt.Fprintf(out, "%d had another result before, and no attestation stands for them.\n", f.changed)
	}
	if n := f.await(); n > 0 {
		more := ""
		if n > len(f.waiting) {
			more = fmt.Sprintf(" and %d more", n-len(f.waiting))
		}
		fmt.Fprintf(out, "\n%d await the jury, %d of them with a suspicion of fraud to decide: %s%s\nPrint the minutes with 'generator minutes'; decide with 'generator decide', or accept what needs no debate with -accept -by NAME.\n",
			n, f.counts[stateSuspected], strings.Join(f.waiting, ", "), more)
	}
	if len(f.standing) == 0 {
		return nil
	}
	fmt.Fprintf(out, "\n%d were issued with a result that does not hold any more. Their records are left as they were; for each:\n", len(f.standing))
	for i, c := range f.standing {
		if i == maxShown {
			fmt.Fprintf(out, "  … and %d more: run finalise again once these are settled\n", len(f.standing)-i)
			break
		}
		fmt.Fprintf(out, "  %s  %s: %s becomes %s: %s\n", c.number, c.session, c.was, c.is, c.remedy())
	}
	return nil
}

// await is how many sessions await the jury.
func (f *finalised) await() int { return f.counts[stateWaiting] + f.counts[stateSuspected] }

// remedy is the command that settles a conflict.
func (c *conflict) remedy() string {
	switch {
	case !c.obtained:
		return fmt.Sprintf("generator revoke %s -reason TEXT", c.number)
	case c.erased:
		return fmt.Sprintf("it was erased and cannot be issued again; generator revoke %s -reason TEXT if it must not stand", c.number)
	}
	return fmt.Sprintf("generator reissue %s -result -reason TEXT", c.number)
}
