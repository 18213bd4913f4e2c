package delivery

import (
	"strconv"

	"etalon/content"
	"etalon/engine"
	"etalon/signing"
)

// columns of the results, before those of the competences.
var columns = []content.Text{
	{FR: "session", EN: "session"},
	{FR: "nom", EN: "family name"},
	{FR: "prénoms", EN: "given names"},
	{FR: "date de naissance", EN: "birth date"},
	{FR: "classe", EN: "class"},
	{FR: "prescripteur", EN: "prescriber"},
	{FR: "résultat", EN: "outcome"},
	{FR: "score", EN: "score"},
	{FR: "niveau global", EN: "global level"},
	{FR: "numéro", EN: "number"},
	{FR: "attestation", EN: "attestation"},
	{FR: "délivrée le", EN: "issued on"},
	{FR: "valable jusqu’au", EN: "valid until"},
	{FR: "professionnalisante", EN: "professional"},
	{FR: "peut se représenter à partir du", EN: "may sit again from"},
}

var (
	outcomes = map[string]content.Text{
		engine.StatusPending:     {FR: "en attente", EN: "pending"},
		engine.StatusObtained:    {FR: "obtenue", EN: "obtained"},
		engine.StatusNotObtained: {FR: "non obtenue", EN: "not obtained"},
		engine.StatusCancelled:   {FR: "annulée", EN: "cancelled"},
	}
	statuses = map[signing.Status]content.Text{
		signing.Valid:      {FR: "valide", EN: "valid"},
		signing.Revoked:    {FR: "révoquée", EN: "revoked"},
		signing.Suspended:  {FR: "suspendue", EN: "suspended"},
		signing.Superseded: {FR: "remplacée", EN: "superseded"},
	}
	levelColumn = content.Text{FR: "niveau ", EN: "level "}
	pixColumn   = content.Text{FR: "pix ", EN: "pix "}
	yes         = content.Text{FR: "oui", EN: "yes"}
	no          = content.Text{FR: "non", EN: "no"}
)

// header names the columns of the results.
func (s *Sender) header() []string {
	var list []string
	for _, c := range columns {
		list = append(list, c.In(s.Lang))
	}
	for _, prefix := range []content.Text{levelColumn, pixColumn} {
		for _, c := range s.Referential.Competences() {
			list = append(list, prefix.In(s.Lang)+c.Code)
		}
	}
	return list
}

// row is a candidate's line of the results.
func (s *Sender) row(c *Candidate) []string {
	competences := s.Referential.Competences()
	row := make([]string, len(columns)+2*len(competences))
	p := c.Candidate
	copy(row, []string{c.Session, p.FamilyName, p.GivenNames, p.BirthDate, c.Class, c.Prescriber, outcomes[c.status()].In(s.Lang)})
	row[14] = c.again()
	a := c.Attestation
	if a == nil {
		return row
	}
	copy(row[9:], []string{a.Number, statuses[a.Status].In(s.Lang), a.IssuedOn, a.ExpiresOn})
	if c.status() != engine.StatusObtained {
		return row
	}
	cred := a.Credential
	row[7] = strconv.Itoa(cred.Score)
	if cred.Regime == signing.Adaptive {
		row[8] = s.Referential.LevelName(cred.Level).In(s.Lang)
	}
	row[13] = no.In(s.Lang)
	if cred.Professional {
		row[13] = yes.In(s.Lang)
	}
	for i := range competences {
		at := len(columns) + i
		row[at] = strconv.Itoa(cred.Levels[i])
		if cred.Regime == signing.Profile {
			row[at+len(competences)] = strconv.Itoa(cred.Pix[i])
		}
	}
	return row
}
