package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/signing"
)

// correction replaces the misspelt texts of a record's candidate. The record
// itself stays what the session's log gives.
type correction struct {
	BirthPlace string `json:"birthPlace"`
	FamilyName string `json:"familyName"`
	GivenNames string `json:"givenNames"`
}

func (c *correction) apply(r *engine.Record) {
	r.Candidate.BirthPlace, r.Candidate.FamilyName, r.Candidate.GivenNames = c.BirthPlace, c.FamilyName, c.GivenNames
}

// attestedRecord is the record that an attestation stands for: that of its
// session, with the correction it was issued for.
func (w *workspace) attestedRecord(f *issuedFile) (*engine.Record, error) {
	r, err := w.record(f.Session)
	if err != nil {
		return nil, withHint(fmt.Errorf("attestation %s: %w", f.Number, err), "restore records/ from a backup")
	}
	if f.Correction != nil {
		f.Correction.apply(r)
	}
	return r, nil
}

// reissue corrects a spelling: a new attestation with the dates and the result
// of the old one, under a number, a code and a place in the status lists of its
// own, and the old one marked superseded. The two are linked in issued/ only:
// nobody who holds the old paper is led to the new one.
func (e *env) reissue(_ context.Context, args []string) error {
	var family, given, place *string
	var result *bool
	c := e.decisionCommand("reissue", func(c *command) {
		result = c.Bool("result", false, "issue again with the result that the jury's decisions give now, instead of a corrected spelling")
		family = c.String("family", "", "corrected family `name`")
		given = c.String("given", "", "corrected given `names`")
		place = c.String("birth-place", "", "corrected `place` of birth")
	})
	d, err := c.open(args)
	if err != nil {
		return err
	}
	was, err := d.mayReissue()
	if err != nil {
		return err
	}
	if *result {
		if c.given("family") || c.given("given") || c.given("birth-place") {
			return usagef("-result goes without a corrected spelling: issue again for the one, then for the other")
		}
		return d.reissueResult(e, was)
	}
	r, err := d.attestedRecord(was)
	if err != nil {
		return err
	}
	before := r.Candidate
	c.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "family":
			r.Candidate.FamilyName = *family
		case "given":
			r.Candidate.GivenNames = *given
		case "birth-place":
			r.Candidate.BirthPlace = *place
		}
	})
	if r.Candidate == before {
		return usagef("nothing to correct: give what changes with -family, -given or -birth-place")
	}
	if _, err := engine.DecodeRecord("the corrected record", r.Encode()); err != nil {
		return withHint(err, "nothing was issued: correct the flag and run the command again")
	}
	next, err := d.reissueAs(e, was, r, nil)
	if err != nil {
		return err
	}
	return d.sayReissued(e, was, next)
}

func (d *decider) sayReissued(e *env, was, next *issuedFile) error {
	_, err := fmt.Fprintf(e.stdout, "%s is superseded: issued again as %s, with its dates, into %s; publish to make it known.\n",
		was.Number, next.Number, d.path("attestations"))
	return err
}

// reissueResult issues again with the result that the jury's decisions give now;
// the record of the session, which finalise left as it was, becomes the one
// attested. Until the old attestation is superseded, the same command finishes
// what an interrupted run began.
func (d *decider) reissueResult(e *env, was *issuedFile) error {
	k, err := d.docket()
	if err != nil {
		return err
	}
	replay, err := d.replayer()
	if err != nil {
		return err
	}
	r, err := d.record(was.Session)
	if err != nil {
		return err
	}
	rule, err := k.ruling(was.Session)
	if err != nil {
		return err
	}
	if rule == nil {
		return missing(d.rulingPath(was.Session, 1))
	}
	final, err := k.final(replay, r, rule.Decision)
	if err != nil {
		return err
	}
	if !obtained(final) {
		return withHint(fmt.Errorf("%s: by the decisions that hold, session %s is %s: there is no result to issue", was.Number, was.Session, final.Outcome),
			"withdraw the attestation with 'generator revoke %s -reason TEXT'", was.Number)
	}
	begun, err := d.successor(was.Number)
	if err != nil {
		return err
	}
	if begun == nil && sameResult(r, final) {
		return withHint(fmt.Errorf("%s: the decisions that hold give the result that it attests, %s", was.Number, resultText(r)), "there is nothing to issue again")
	}
	attested := *final
	if was.Correction != nil {
		was.Correction.apply(&attested)
	}
	next, err := d.reissueAs(e, was, &attested, func() error { return d.saveRecord(final) })
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s: %s, until now %s.\n", was.Session, resultText(final), resultText(r))
	return d.sayReissued(e, was, next)
}

// successor is the attestation that takes the place of another, or nil.
func (w *workspace) successor(number string) (*issuedFile, error) {
	var found *issuedFile
	for f, err := range w.attestations() {
		if err != nil {
			return nil, err
		}
		if f.Supersedes == number {
			found = f
		}
	}
	return found, nil
}

// mayReissue returns the attestation to correct, if it may be.
func (d *decider) mayReissue() (*issuedFile, error) {
	was, err := d.issued(d.number)
	if err != nil {
		return nil, err
	}
	if was.Erased != nil {
		return nil, fmt.Errorf("%s was erased on %s: nothing is left to correct", d.number, was.Erased.On)
	}
	if was.ExpiresOn < d.at.Format(time.DateOnly) {
		return nil, fmt.Errorf("%s expired on %s: it would be issued again with that date", d.number, was.ExpiresOn)
	}
	lives, err := d.lives()
	if err != nil {
		return nil, err
	}
	l := lives[d.number]
	if l == nil || l.status() == signing.Valid {
		return was, nil
	}
	hint := "correct the attestation that took its place"
	switch l.status() {
	case signing.Suspended:
		hint = "reinstate it first, or revoke it"
	case signing.Revoked:
		hint = "a revocation is for ever: a new attestation needs a new session"
	}
	return nil, withHint(fmt.Errorf("%s is %v: only a valid attestation is issued again", d.number, l.status()), "%s", hint)
}

// reissueAs issues the corrected attestation, then, if more is to be done before
// the old one goes, does that, then supersedes the old one. If an earlier run
// was interrupted after the first step, only the others are left.
func (d *decider) reissueAs(e *env, was *issuedFile, r *engine.Record, between func() error) (*issuedFile, error) {
	if err := d.noPlan("the correction of " + was.Number); err != nil { // it gave away the next numbers
		return nil, err
	}
	next, err := d.successor(was.Number)
	if err != nil {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, was.IssuedOn)
	if err != nil {
		return nil, fmt.Errorf("issued/%s.json: issuedOn: %w", was.Number, err)
	}
	if next != nil {
		same, err := d.attests(next, r, day)
		if err != nil {
			return nil, err
		}
		if !same {
			return nil, withHint(fmt.Errorf("%s was issued already to correct %s, in another way", next.Number, was.Number),
				"finish that with 'generator supersede %s -reason TEXT', then reissue %s", was.Number, next.Number)
		}
	}
	// What could still refuse the second step does so before the first.
	if _, err := d.signer(signing.RoleStatus, d.at); err != nil {
		return nil, err
	}
	if next == nil {
		is, err := d.newIssuer(d.at, day, defaultForms)
		if err != nil {
			return nil, err
		}
		_, serial, last, err := d.alreadyIssued(d.at.Year())
		if err != nil {
			return nil, err
		}
		id := identity{number: last + 1, serial: serial}
		if id.number%numbersAYear == 0 {
			return nil, fmt.Errorf("the numbers of %d are used up", d.at.Year())
		}
		if id.code, err = signing.NewCode(e.rand); err != nil {
			return nil, err
		}
		if next, err = is.issueOne(r, id, was); err != nil {
			return nil, fmt.Errorf("issue %s again: %w", was.Number, err)
		}
	}
	if between != nil {
		if err := between(); err != nil {
			return nil, err
		}
	}
	_, err = d.decide(was.Number, supersede, d.why, d.by, d.at)
	return next, err
}

// attests tells whether an attestation is what would be issued of a record, on a
// day.
func (d *decider) attests(f *issuedFile, r *engine.Record, day time.Time) (bool, error) {
	if f.Erased != nil {
		return false, nil
	}
	signed, err := f.credentials()
	if err != nil {
		return false, err
	}
	have, err := signing.OpenCredential(signed[0], d.manifest)
	if err != nil {
		return false, fmt.Errorf("issued/%s.json: %w", f.Number, err)
	}
	referential, err := content.Default()
	if err != nil {
		return false, err
	}
	want, err := credentialOf(referential, r, have.Number, day, have.List, have.Index)
	if err != nil {
		return false, err
	}
	want.ExpiresOn = have.ExpiresOn
	return *want == *have, nil
}
