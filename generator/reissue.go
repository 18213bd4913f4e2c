package main

import (
	"context"
	"flag"
	"fmt"
	"time"

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
	c := e.decisionCommand("reissue", func(c *command) {
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
	next, err := d.reissueAs(e, was, r)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s is superseded: issued again as %s, with its dates, into %s; publish to make it known.\n",
		was.Number, next.Number, d.path("attestations"))
	return nil
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

// reissueAs issues the corrected attestation, then supersedes the old one. If
// an earlier run was interrupted between the two, only the second step is left.
func (d *decider) reissueAs(e *env, was *issuedFile, r *engine.Record) (*issuedFile, error) {
	all, err := d.allIssued()
	if err != nil {
		return nil, err
	}
	corrected := correction{r.Candidate.BirthPlace, r.Candidate.FamilyName, r.Candidate.GivenNames}
	var next *issuedFile
	for _, f := range all {
		if f.Supersedes != was.Number {
			continue
		}
		if next = f; f.Correction == nil || *f.Correction != corrected {
			return nil, withHint(fmt.Errorf("%s was issued already to correct %s, in another way", f.Number, was.Number),
				"finish that with 'generator supersede %s -reason TEXT', then reissue %s", was.Number, f.Number)
		}
	}
	// What could still refuse the second step does so before the first.
	if _, err := d.signer(signing.RoleStatus, d.at); err != nil {
		return nil, err
	}
	if next == nil {
		day, err := time.Parse(time.DateOnly, was.IssuedOn)
		if err != nil {
			return nil, fmt.Errorf("issued/%s.json: issuedOn: %w", was.Number, err)
		}
		is, err := d.newIssuer(e, d.at, day)
		if err != nil {
			return nil, err
		}
		if next, err = is.issueOne(r, was); err != nil {
			return nil, fmt.Errorf("issue %s again: %w", was.Number, err)
		}
	}
	_, err = d.decide(was.Number, supersede, d.why, d.by, d.at)
	return next, err
}
