package delivery

import (
	"etalon/content"
	"etalon/engine"
	"etalon/generator/attestation"
	"etalon/generator/attestation/qr"
	"etalon/signing"
)

// Sender is who delivers, and the language in which: fr or en.
type Sender struct {
	Lang        content.Lang
	Referential *content.Referential
	Issuer      string
	Signatory   attestation.Signatory
	Verify      string // address of the verification page
	Reference   content.Text
	Specimen    bool
}

// Candidate is one line of the results, and the papers that go with it.
type Candidate struct {
	Session           string
	Candidate         engine.Candidate
	Class, Prescriber string // "" for none
	Centre            string
	Held              string            // day of the session
	Record            *engine.Record    // nil while there is none; corrected as the attestation is
	Framework         *engine.Framework // of the record; nil when it is unknown

	// Attestation is what was issued, nil for nothing. A session for which
	// several were has a line for each, Repeated but for the first.
	Attestation *Attestation
	Repeated    bool
}

// Attestation is one that was issued to a candidate.
type Attestation struct {
	Number, IssuedOn, ExpiresOn string
	Status                      signing.Status
	Code                        string
	QR                          string
	Modules                     *qr.Code // of that text; nil to have it encoded for each paper
	Credential                  *signing.Credential
	Forms                       []attestation.Form                          // in the order of attestation.Forms
	PDF                         func(form attestation.Form) ([]byte, error) // the file that was issued
}

// status is what the candidate sees, an engine.StatusPending …. What has not
// been issued yet cannot be seen.
func (c *Candidate) status() string {
	r := c.Record
	return r.Status(c.Attestation != nil || r == nil || r.Outcome != engine.Validated)
}

// holds says whether there are papers to hand out.
func (c *Candidate) holds() bool {
	return c.Attestation != nil && c.Attestation.Status == signing.Valid && c.status() == engine.StatusObtained
}

// again is the day from which the candidate may sit another session, "" when
// the rules of this one are not known.
func (c *Candidate) again() string {
	if c.Framework == nil {
		return ""
	}
	day, err := c.Framework.Again(c.Held)
	if err != nil {
		return ""
	}
	return day
}

// document is the attestation as paper shows it.
func (c *Candidate) document(s *Sender, form attestation.Form) attestation.Document {
	d := attestation.Document{
		Form: form, Referential: s.Referential, Issuer: s.Issuer, Signatory: s.Signatory,
		Verify: s.Verify, Reference: s.Reference, Specimen: s.Specimen,
	}
	if a := c.Attestation; a != nil && c.holds() {
		d.Credential, d.Code, d.QR, d.Modules = a.Credential, a.Code, a.QR, a.Modules
	}
	return d
}
