package delivery

import (
	"fmt"
	"strings"

	"etalon/generator/attestation"
	"etalon/signing"
)

// letter is what a candidate is told of a session, which is dated by what it
// tells of: the issue, or the jury's decision.
func (c *Candidate) letter(s *Sender, outcome attestation.Outcome) (*attestation.Letter, error) {
	form := attestation.Form(s.Lang)
	l := &attestation.Letter{
		Document: c.document(s, form), Outcome: outcome,
		Name:   strings.TrimSpace(c.Candidate.GivenNames + " " + c.Candidate.FamilyName),
		Centre: c.Centre, Class: c.Class, Session: c.Session,
	}
	if c.Framework == nil {
		return nil, fmt.Errorf("the framework of the record is not in the workspace")
	}
	l.WaitDays, l.MinimumCompetences = c.Framework.WaitDays, c.Framework.MinimumCompetences
	day := ""
	if outcome == attestation.Obtained {
		day = c.Attestation.IssuedOn
	} else {
		var err error
		if l.Why, err = c.reason(s.Lang); err != nil {
			return nil, err
		}
		if len(c.Record.Decision.At) >= len("2006-01-02") {
			day = c.Record.Decision.At[:len("2006-01-02")]
		}
	}
	for _, d := range []struct {
		what, day string
		to        *signing.Date
	}{{"day of the letter", day, &l.Day}, {"day of the session", c.Held, &l.Held}, {"day to sit again", c.again(), &l.Again}} {
		var err error
		if *d.to, err = signing.ParseDate(d.day); err != nil {
			return nil, fmt.Errorf("%s: %w", d.what, err)
		}
	}
	return l, nil
}
