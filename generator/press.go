package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"etalon/generator/attestation"
	"etalon/signing"
)

// pressRun carries out plans. Attestations are made on all cores, a batch at a
// time; what a batch wrote is made safe on the disk in one go, and only then do
// its issued/NUMBER.json appear. A power cut or a kill at any instant leaves
// attestations that are whole, and for the rest files that nothing names: the
// next run writes them again, with the same bytes.
type pressRun struct {
	*keyring
	env    *env
	copies bool // keep readable ones

	issued      int // in this run
	stood       int // issued by an earlier run of the same plan
	dropped     int // planned, and no longer due
	first, last string
}

// pressBatch is how many attestations become safe together.
const pressBatch = 512

// newPlan plans what is due; nil where nothing is.
func (r *pressRun) newPlan(at time.Time, forms []attestation.Form) (*plan, error) {
	// What would refuse to issue does so before a plan is written.
	if _, err := r.newIssuer(at, at, forms); err != nil {
		return nil, err
	}
	return r.makePlan(r.env.rand, at, forms)
}

// complete carries out a plan and ends it.
func (r *pressRun) complete(ctx context.Context, p *plan) error {
	if err := r.press(ctx, p, wholePlan); err != nil {
		return err
	}
	return r.closePlan()
}

// issueDue plans and issues all that is due.
func (k *keyring) issueDue(ctx context.Context, e *env, at time.Time) error {
	r := &pressRun{env: e, keyring: k, copies: true}
	p, err := r.newPlan(at, defaultForms)
	if err != nil || p == nil {
		return err
	}
	return r.complete(ctx, p)
}

// summary is what was done, in words.
func (r *pressRun) summary() string {
	s := fmt.Sprintf("%d issued", r.issued)
	if r.stood > 0 {
		s += fmt.Sprintf(", %d stood already", r.stood)
	}
	if r.dropped > 0 {
		s += fmt.Sprintf(", %d no longer due, without their numbers", r.dropped)
	}
	return s
}

// press issues a part of a plan.
func (r *pressRun) press(ctx context.Context, p *plan, of shard) error {
	at, err := time.Parse(time.RFC3339, p.At)
	if err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, p.Day)
	if err != nil {
		return err
	}
	var forms []attestation.Form
	for _, form := range p.Forms {
		forms = append(forms, attestation.Form(form))
	}
	is, err := r.newIssuer(at, day, forms)
	if err != nil {
		return err
	}
	codes, err := p.codes()
	if err != nil {
		return err
	}
	if r.copies {
		if err := os.MkdirAll(r.path("attestations"), 0o700); err != nil {
			return err
		}
	}
	if of.index == 1 { // one of the shards draws them
		if err := is.badges(r.copies); err != nil {
			return err
		}
	}
	bar := newProgress(r.env.stderr, "issuing", of.size(p.count))
	defer bar.end()
	// While one batch becomes safe the next is made.
	safe := make(chan error, 1)
	safe <- nil
	for batch, err := range p.batches(of) {
		if err == nil {
			err = firstError(len(batch), func(i int) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return r.one(is, p, codes, &batch[i])
			})
		}
		if before := <-safe; before != nil || err != nil {
			r.discard(batch)
			if before == nil && errors.Is(err, context.Canceled) {
				return withHint(err, "what was issued stands; 'generator issue' goes on from there")
			}
			return errors.Join(before, err)
		}
		for i := range batch {
			r.count(&batch[i])
			bar.step()
		}
		go func() { safe <- r.settle(batch) }()
	}
	if err := <-safe; err != nil {
		return err
	}
	return syncFolder(r.path("issued"))
}

// pressed is what became of one session of a batch.
type pressed struct {
	rank    int // in the plan
	session string
	number  string
	state   pressState
	written []string // files to make safe
	stands  bool     // under its name
}

// batches reads the sessions of a part of the plan. An error is the last pair.
func (p *plan) batches(of shard) iter.Seq2[[]pressed, error] {
	return func(yield func([]pressed, error) bool) {
		var batch []pressed
		rank := 0
		for session, err := range p.sessions() {
			if err != nil {
				yield(nil, err)
				return
			}
			if of.has(rank) {
				batch = append(batch, pressed{rank: rank, session: session})
			}
			if rank++; len(batch) == pressBatch {
				if !yield(batch, nil) {
					return
				}
				batch = nil // the former is still becoming safe
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

type pressState int

const (
	pressedNow pressState = iota
	pressedBefore
	pressedNot // the session is no longer due
)

func (r *pressRun) count(one *pressed) {
	switch one.state {
	case pressedBefore:
		r.stood++
	case pressedNot:
		r.dropped++
	case pressedNow:
		r.issued++
		if r.first == "" {
			r.first = one.number
		}
		r.last = one.number
	}
}

// one makes the attestation of a rank of a plan and writes its files; its
// issued/NUMBER.json stands beside its place.
func (r *pressRun) one(is *issuer, p *plan, codes *codes, done *pressed) error {
	session, rank, number := done.session, done.rank, p.number(done.rank)
	done.number = signing.FormatNumber(number)
	if _, err := os.Lstat(r.path("issued", done.number+".json")); err == nil {
		f, err := r.workspace.issued(done.number)
		if err != nil {
			return err
		}
		if f.Session != session {
			return withHint(fmt.Errorf("issued/%s.json is of session %s, and %s gives its number to %s", f.Number, f.Session, p.name(), session), "restore issued/ from a backup")
		}
		done.state = pressedBefore
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	record, err := r.dueRecord(session)
	if errors.Is(err, fs.ErrNotExist) && r.gone(session) {
		record, err = nil, nil
	}
	if err != nil {
		return err
	}
	if record == nil {
		r.env.warn("session %s was planned and is no longer due: it does not get number %s", session, done.number)
		done.state = pressedNot
		return nil
	}
	code, err := codes.of(number)
	if err != nil {
		return err
	}
	m, err := is.make(record, identity{number, p.FirstSerial + uint64(rank), code}, nil)
	if err != nil {
		return fmt.Errorf("issue session %s: %w", session, err)
	}
	data, err := encode(m.file)
	if err != nil {
		return err
	}
	for form, sealed := range m.sealed {
		if err := done.write(r.path("issued", sealedPath(m.file.Locator, form)), sealed, 0o644); err != nil {
			return err
		}
	}
	if r.copies {
		for form, pdf := range m.pdfs {
			if err := done.write(r.path("attestations", done.number+"."+form+".pdf"), pdf, 0o600); err != nil {
				return err
			}
		}
	}
	return done.write(r.beside(done.number), data, 0o600)
}

// gone says whether nothing is left of a session: it was removed on purpose.
func (r *pressRun) gone(session string) bool {
	for _, path := range []string{r.path("sessions"), r.path("records")} {
		if _, err := os.Stat(path); err != nil {
			return false // not one session: the whole folder
		}
	}
	_, err := os.Lstat(r.path("sessions", session+".jsonl"))
	return errors.Is(err, fs.ErrNotExist)
}

// beside is where issued/NUMBER.json waits until the files it names are safe.
func (r *pressRun) beside(number string) string {
	return r.path("issued", fmt.Sprintf(".%s.json.%d", number, os.Getpid()))
}

// write puts a file in place that nothing names yet, without waiting for the
// disk. What an interrupted run left there is replaced.
func (p *pressed) write(path string, data []byte, perm fs.FileMode) error {
	p.written = append(p.written, path)
	return writeNew(path, data, perm)
}

// writeNew makes a file, in the place of one that may be there, and its folder
// of the registry where it is the first in it.
func writeNew(path string, data []byte, perm fs.FileMode) error {
	create := func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm) }
	f, err := create()
	switch {
	case errors.Is(err, fs.ErrExist):
		err = os.Remove(path)
	case errors.Is(err, fs.ErrNotExist):
		err = makeFolderOf(path, perm)
	}
	if f == nil && err == nil {
		f, err = create()
	}
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return withHint(fmt.Errorf("write %s: %w", path, err), "what was issued stands: check the free space and the rights of %s, then run 'generator issue' again; it goes on from there", filepath.Dir(path))
	}
	return nil
}

// settle makes a batch safe and gives it its names.
func (r *pressRun) settle(batch []pressed) error {
	var written []string
	for i := range batch {
		written = append(written, batch[i].written...)
	}
	if len(written) == 0 {
		return nil
	}
	err := syncWritten(r.path("issued"), written)
	for i := range batch {
		if one := &batch[i]; err == nil && one.state == pressedNow {
			err = os.Rename(r.beside(one.number), r.path("issued", one.number+".json"))
			one.stands = err == nil
		}
	}
	if err != nil {
		r.discard(batch)
		return withHint(fmt.Errorf("write %s: %w", r.path("issued"), err), "what was issued stands: check the disk, then run 'generator issue' again; it goes on from there")
	}
	return nil
}

// discard removes, after a failure, what a batch wrote and nothing names: on a
// full disk it would be in the way.
func (r *pressRun) discard(batch []pressed) {
	for i := range batch {
		if one := &batch[i]; !one.stands {
			for _, path := range one.written {
				os.Remove(path)
			}
		}
	}
}
