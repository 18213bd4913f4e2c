package attestation

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/generator/attestation/qr"
	"etalon/signing"
)

// Document is what an attestation is drawn from. Person and result come from
// the credential alone, so that the paper cannot say what was not signed.
type Document struct {
	Credential  *signing.Credential // in full form
	QR          string              // signing.QRText of the signed credential
	Modules     *qr.Code            // of that text, for who draws it several times; nil to have it encoded
	Code        string              // signing.Code.String: P-XXXXX-XXXXX-XXXXX-XXXXX-C
	Form        Form
	Referential *content.Referential
	Issuer      string // name of the certifying body
	Signatory   Signatory
	Verify      string       // address of the verification page, printed in words
	Reference   content.Text // address of the referential in each language
	Specimen    bool         // marks every page
}

// Signatory is who signs the paper for the issuer.
type Signatory struct {
	Name string
	Role content.Text
}

// maxField bounds each text of a document, in bytes: far above what fits.
const maxField = 4096

const producer = "Etalon"

// attachmentName is the embedded file that holds the signed text.
const attachmentName = "etalon-attestation.txt"

// Render draws the attestation: a PDF of two A4 pages, three in both languages,
// one for the diploma; the same bytes for the same document. It fails, naming
// the field, when a text does not fit even at its smallest size, holds a
// character that the fonts lack, is not UTF-8, or is missing.
func Render(d Document) ([]byte, error) { return render(d, nil) }

// render takes the code of the document's QR text if it has been encoded.
func render(d Document, code *qr.Code) ([]byte, error) {
	mode := pdf.Quick
	if d.Form == Bilingual {
		mode = pdf.Small // or its three pages would make a large file
	}
	p, err := layIn(mode, d, code, false)
	if err != nil {
		return nil, err
	}
	data := p.file.Bytes()
	if len(data) <= largest || mode == pdf.Small {
		return data, nil
	}
	// Long names in letters of all kinds: pack tighter, which takes longer.
	if p, err = layIn(pdf.Small, d, p.modules, false); err != nil {
		return nil, err
	}
	return p.file.Bytes(), nil
}

// largest is the size of a file, in bytes, past which it is packed tighter.
const largest = 70_000

// lay draws the pages. watch asks for a record of every line of text.
func lay(d Document, watch bool) (*pages, error) { return layIn(pdf.Quick, d, nil, watch) }

func layIn(mode pdf.Mode, d Document, code *qr.Code, watch bool) (*pages, error) {
	p, err := newPages(d, code)
	if err != nil {
		return nil, err
	}
	info := p.info()
	info.Attachment = &pdf.Attachment{
		Name: attachmentName, Description: p.in(words.attachment), Type: "text/plain", Data: signing.Attachment(d.QR, d.Code),
	}
	p.sheet = &sheet{file: kit().New(info, mode), watch: watch}
	p.draw()
	return p, p.err
}

// draw draws the pages of the document's form.
func (p *pages) draw() {
	if p.doc.Form == Diploma {
		p.part(pdf.Section, p.diploma)
		return
	}
	p.part(pdf.Section, p.first)
	p.part(pdf.Section, p.second)
	if p.doc.Form == Bilingual {
		p.lang = content.EN
		p.as(pdf.Section, pdf.Trait{Lang: string(content.EN)}, p.second)
	}
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
	if !d.Form.known() {
		return fmt.Errorf("attestation: form: %q is none of %v", d.Form, Forms)
	}
	// The texts of a language that the form does not show may be missing.
	fr, en := d.Form == English, d.Form == French
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
		{"signatory role", d.Signatory.Role.FR, fr},
		{"signatory role", d.Signatory.Role.EN, en},
		{"verification address", d.Verify, false},
		{"referential address", d.Reference.FR, fr},
		{"referential address", d.Reference.EN, en},
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
	lang      content.Lang // of the page under way
	plan      *plan
	cred      *signing.Credential
	framework *content.Framework
	modules   *qr.Code
	f         *faceSet
}

func newPages(d Document, code *qr.Code) (*pages, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	framework, err := findFramework(d.Referential, d.Credential)
	if err != nil {
		return nil, err
	}
	if code == nil {
		code = d.Modules
	}
	if code == nil {
		if code, err = encode(d.QR); err != nil {
			return nil, err
		}
	}
	p := &pages{doc: d, lang: d.Form.lang(), plan: &onePlan, cred: d.Credential, framework: framework, modules: code, f: faces()}
	if d.Form.both() {
		p.plan = &twoPlan
	}
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

// in gives a text in the language of the page.
func (p *pages) in(t content.Text) string { return t.In(p.lang) }

// say formats a text in the language of the page.
func (p *pages) say(t content.Text, args ...any) string { return fmt.Sprintf(p.in(t), args...) }

// inEnglish gives what the page says to do in English, where the form is in
// both languages; else nothing.
func (p *pages) inEnglish(say func() string) string {
	if !p.doc.Form.both() || p.lang == content.EN {
		return ""
	}
	p.lang = content.EN
	defer func() { p.lang = content.FR }()
	return say()
}

func (p *pages) pix(n int) string { return pix(p.lang, n) }

func (p *pages) date(d signing.Date) string { return dateWords(p.lang, d.Time()) }

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

// total is the result of a profile certification.
func (p *pages) total() string { return p.say(words.totalMeaning, p.pix(p.cred.Score), p.certified()) }

// resultName is the level or, where there is none, the total.
func (p *pages) resultName() string {
	if p.cred.Regime == signing.Profile {
		return p.total()
	}
	return p.levelName()
}

// note is the caution that stands on every page.
func (p *pages) note() string {
	if p.cred.Regime == signing.Profile {
		return p.say(words.measured, p.cred.MaxLevel)
	}
	return p.say(words.estimate, p.cred.MaxLevel)
}

// info is what the file says of itself.
func (p *pages) info() pdf.Info {
	return pdf.Info{
		Title: p.say(words.fileTitle, p.number(), p.name()), Author: p.doc.Issuer, Subject: p.in(words.fileSubject),
		Lang: string(p.lang), Date: p.cred.IssuedOn.Time(), Producer: producer,
	}
}
