package attestation

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"

	"etalon/content"
	"etalon/signing"
)

// Document is what an attestation is drawn from. Person and result come from
// the credential alone, so that the paper cannot say what was not signed.
type Document struct {
	Credential  *signing.Credential // in full form
	QR          string              // signing.QRText of the signed credential
	Code        string              // signing.Code.String: P-XXXXX-XXXXX-XXXXX-XXXXX-C
	Lang        content.Lang        // language of the form
	Referential *content.Referential
	Issuer      string // name of the certifying body
	Signatory   Signatory
	Verify      string // address of the verification page, printed in words
	Reference   string // address of the referential
	Specimen    bool   // marks both pages
}

// Signatory is who signs the paper for the issuer.
type Signatory struct {
	Name string
	Role string // in the document's language
}

// maxField bounds each text of a document, in bytes: far above what fits.
const maxField = 4096

// Render draws the attestation: a PDF of two A4 pages, the same bytes for the
// same document. It fails, naming the field, when a text does not fit even at
// its smallest size, holds a character that the fonts lack, is not UTF-8, or
// is missing.
func Render(d Document) ([]byte, error) {
	data, _, err := render(d)
	return data, err
}

// render also returns every line of text that was set, for the tests.
func render(d Document) ([]byte, []box, error) {
	p, err := lay(d)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, nil, fmt.Errorf("attestation: writing the pages: %w", err)
	}
	data, err := assemble(out.Bytes(), p.about(), signing.Attachment(d.QR, d.Code))
	if err != nil {
		return nil, nil, err
	}
	return data, p.boxes, nil
}

// lay draws both pages.
func lay(d Document) (*pages, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	p, err := newPages(d)
	if err != nil {
		return nil, err
	}
	p.first()
	p.second()
	return p, p.err
}

// check refuses a document that cannot be drawn.
func (d Document) check() error {
	if d.Credential == nil || d.Referential == nil {
		return errors.New("attestation: a document needs a credential and the referential")
	}
	c := d.Credential
	if c.Form != signing.Full {
		return errors.New("attestation: credential: its form is " + c.Form.String() + ", not full")
	}
	if d.Lang != content.FR && d.Lang != content.EN {
		return fmt.Errorf("attestation: language: %q is neither fr nor en", d.Lang)
	}
	for _, f := range []struct {
		name, value string
		optional    bool
	}{
		{"family name", c.FamilyName, false},
		{"given names", c.GivenNames, true},
		{"birth place", c.BirthPlace, true},
		{"centre", c.Centre, false},
		{"issuer", d.Issuer, false},
		{"signatory name", d.Signatory.Name, false},
		{"signatory role", d.Signatory.Role, false},
		{"verification address", d.Verify, false},
		{"referential address", d.Reference, false},
		{"QR text", d.QR, false},
		{"access code", d.Code, false},
	} {
		switch {
		case !utf8.ValidString(f.value):
			return fmt.Errorf("attestation: %s: not valid UTF-8: encode it as UTF-8", f.name)
		case len(f.value) > maxField:
			return fmt.Errorf("attestation: %s: %d bytes, more than %d", f.name, len(f.value), maxField)
		case !f.optional && strings.TrimSpace(f.value) == "":
			return fmt.Errorf("attestation: %s: missing", f.name)
		}
	}
	if c.MaxLevel < 1 || c.MaxLevel > 8 || c.Level < 0 || c.Level > c.MaxLevel {
		return fmt.Errorf("attestation: credential: level %d of %d is out of range", c.Level, c.MaxLevel)
	}
	for i, l := range c.Levels {
		if l < 0 || l > c.MaxLevel || c.Pix[i] < 0 {
			return fmt.Errorf("attestation: credential: level %d of competence %d is outside 0 to %d", l, i+1, c.MaxLevel)
		}
	}
	if n := len(d.Referential.Competences()); n != len(c.Levels) {
		return fmt.Errorf("attestation: the referential has %d competences, the credential %d", n, len(c.Levels))
	}
	return nil
}

// pages is the drawing of one document.
type pages struct {
	*sheet
	doc       Document
	cred      *signing.Credential
	framework *content.Framework
	modules   [][]bool
	f         *faceSet
}

func newPages(d Document) (*pages, error) {
	framework, err := findFramework(d.Referential, d.Credential)
	if err != nil {
		return nil, err
	}
	m, err := modules(d.QR)
	if err != nil {
		return nil, err
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	issued := d.Credential.IssuedOn.Time()
	pdf.SetCreationDate(issued)
	pdf.SetModificationDate(issued)
	pdf.SetProducer("Etalon", true)
	f := faces()
	for _, face := range f.all() {
		// A copy: fpdf writes into the font's own bytes while it cuts it down.
		pdf.AddUTF8FontFromBytes(face.family, "", bytes.Clone(face.data))
	}
	p := &pages{sheet: &sheet{pdf: pdf}, doc: d, cred: d.Credential, framework: framework, modules: m, f: f}
	a := p.about()
	pdf.SetTitle(a.title, true)
	pdf.SetAuthor(a.author, true)
	pdf.SetSubject(a.subject, true)
	return p, nil
}

// findFramework returns the rules in force on the day of the session.
func findFramework(r *content.Referential, c *signing.Credential) (*content.Framework, error) {
	day := c.SessionDate.String()
	for i := range r.Frameworks {
		f := &r.Frameworks[i]
		if f.Regime != c.Regime.String() || f.MaxLevel != c.MaxLevel || f.ValidFrom > day || f.ValidUntil != "" && f.ValidUntil < day {
			continue
		}
		if c.Regime == signing.Adaptive && len(f.Scores) < c.MaxLevel {
			return nil, fmt.Errorf("attestation: framework %s has no score for each of its %d levels", f.ID, f.MaxLevel)
		}
		return f, nil
	}
	return nil, fmt.Errorf("attestation: no framework of the %s regime with levels up to %d held on %s: add it under content/frameworks",
		c.Regime, c.MaxLevel, day)
}

// in gives a text in the document's language.
func (p *pages) in(t content.Text) string { return t.In(p.doc.Lang) }

// say formats a text in the document's language.
func (p *pages) say(t content.Text, args ...any) string { return fmt.Sprintf(p.in(t), args...) }

func (p *pages) pix(n int) string { return pix(p.doc.Lang, n) }

func (p *pages) date(d signing.Date) string { return dateWords(p.doc.Lang, d.Time()) }

func (p *pages) number() string { return signing.FormatNumber(p.cred.Number) }

// name is the person's, given names first.
func (p *pages) name() string {
	return strings.TrimSpace(p.cred.GivenNames + " " + p.cred.FamilyName)
}

// birth is the date and, if known, the place of birth.
func (p *pages) birth() string {
	date := p.date(p.cred.BirthDate)
	if p.cred.BirthPlace == "" {
		return date
	}
	return p.say(words.born, date, p.cred.BirthPlace)
}

// certified counts the competences with pix, in the profile regime.
func (p *pages) certified() int {
	n := 0
	for _, v := range p.cred.Pix {
		if v > 0 {
			n++
		}
	}
	return n
}

// levelName names the global level, its first letter a capital.
func (p *pages) levelName() string {
	s := p.in(p.doc.Referential.LevelName(p.cred.Level))
	r, n := utf8.DecodeRuneInString(s)
	return upper(string(r)) + s[n:]
}

// note is the caution that stands on both pages.
func (p *pages) note() string {
	if p.cred.Regime == signing.Profile {
		return p.say(words.measured, p.cred.MaxLevel)
	}
	return p.say(words.estimate, p.cred.MaxLevel)
}

// about is what the file says of itself.
func (p *pages) about() about {
	return about{
		title:   p.say(words.fileTitle, p.number(), p.name()),
		author:  p.doc.Issuer,
		subject: p.in(words.fileSubject),
		lang:    string(p.doc.Lang),
		issued:  p.cred.IssuedOn.Time(),
	}
}
