package attestation

import (
	"fmt"
	"time"

	"etalon/content"
	"etalon/generator/attestation/pdf"
)

// MostGrouped bounds the attestations of one file.
const MostGrouped = 2000

// Group draws many attestations into one file, in their order, for a ceremony
// or a class: fonts and drawings are there once, bookmarks lead to each person.
// Nothing is attached: the codes on the pages verify, the file as a whole is
// nobody's attestation. title and lang are the file's own; at is its date.
func Group(title string, lang content.Lang, at time.Time, documents []Document) ([]byte, error) {
	if n := len(documents); n == 0 || n > MostGrouped {
		return nil, fmt.Errorf("attestation: a group of %d: 1 to %d attestations fit one file", n, MostGrouped)
	}
	file := kit().New(pdf.Info{
		Title: title, Author: documents[0].Issuer, Subject: words.fileSubject.In(lang), Lang: string(lang), Date: at, Producer: producer,
	}, pdf.Many)
	for i, d := range documents {
		p, err := newPages(d, nil)
		if err != nil {
			return nil, fmt.Errorf("attestation %d of the group: %w", i+1, err)
		}
		p.sheet = &sheet{file: file, start: file.Pages()}
		file.Bookmark(p.name())
		p.as(pdf.Part, pdf.Trait{Lang: string(p.lang), Title: p.info().Title}, p.draw)
		if p.err != nil {
			return nil, fmt.Errorf("attestation %d of the group: %w", i+1, p.err)
		}
	}
	return file.Bytes(), nil
}
