package attestation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/generator/attestation/qr"
	"etalon/signing"
)

// Outcome is what a candidate is told of a session once it is published.
type Outcome int

const (
	Obtained Outcome = iota
	NotObtained
	Cancelled
)

// Letter tells one candidate what came of a session, on one page: the result
// and the access code, with how to use it and why to keep it; or the status,
// why, and from when and how to sit again.
type Letter struct {
	// Document is the attestation, if one was obtained. If not, it has neither
	// credential nor codes. Its form, French or English, is the letter's language.
	Document
	Outcome Outcome
	Name    string // of the candidate, given names first
	Centre  string
	Class   string       // "" for none: for whoever hands the letters out
	Session string       // the reference to quote
	Held    signing.Date // day of the session
	Day     signing.Date // of the letter
	Again   signing.Date // from when one may sit again
	Why     string       // in plain words, in the letter's language; unless obtained
	// Rules for sitting again: days between two sessions, competences at level 1.
	WaitDays, MinimumCompetences int
}

// Letters draws letters into one file, a page each, in their order: at most
// MostGrouped. title and lang are the file's own; at is its date.
func Letters(title string, lang content.Lang, at time.Time, letters []Letter) ([]byte, error) {
	if n := len(letters); n == 0 || n > MostGrouped {
		return nil, fmt.Errorf("attestation: a file of %d letters: it holds 1 to %d", n, MostGrouped)
	}
	p, err := layLetters(title, lang, at, letters, false)
	if err != nil {
		return nil, err
	}
	return p.file.Bytes(), nil
}

func layLetters(title string, lang content.Lang, at time.Time, letters []Letter, watch bool) (*sheet, error) {
	s := &sheet{watch: watch, file: kit().New(pdf.Info{
		Title: title, Author: letters[0].Issuer, Subject: letterWords.group.In(lang), Lang: string(lang), Date: at, Producer: producer,
	}, pdf.Many)}
	for i := range letters {
		l := &letters[i]
		p, err := l.pages()
		if err != nil {
			return nil, fmt.Errorf("attestation: letter %d: %w", i+1, err)
		}
		p.sheet = s
		s.start = s.file.Pages()
		s.file.Bookmark(l.Name)
		p.as(pdf.Part, pdf.Trait{Lang: string(p.lang), Title: p.say(letterWords.alt, l.Name)}, func() { p.letter(l) })
		if s.err != nil {
			return nil, fmt.Errorf("attestation: letter %d: %w", i+1, s.err)
		}
	}
	return s, nil
}

// pages checks a letter and gets its drawing ready.
func (l *Letter) pages() (*pages, error) {
	if l.Form != French && l.Form != English {
		return nil, fmt.Errorf("form: %q: a letter is in French or in English", l.Form)
	}
	for name, value := range map[string]string{"name": l.Name, "centre": l.Centre, "session": l.Session, "issuer": l.Issuer, "signatory name": l.Signatory.Name} {
		if strings.TrimSpace(value) == "" || len(value) > maxField {
			return nil, fmt.Errorf("%s: missing or longer than %d bytes", name, maxField)
		}
	}
	if l.Outcome != Obtained {
		if l.Credential != nil || l.Code != "" || strings.TrimSpace(l.Why) == "" {
			return nil, errors.New("who obtained nothing is told why, and has neither credential nor code")
		}
		return &pages{doc: l.Document, lang: l.Form.lang(), plan: &onePlan, f: faces()}, nil
	}
	return newPages(l.Document, new(qr.Code)) // whose code is not drawn
}

// A letter's parts, from the top, in millimetres.
const (
	letterTo      = 34.0
	letterTitle   = 60.0
	letterResult  = 90.0
	letterPlate   = 147.6
	letterSteps   = 178.6
	letterBoxes   = 209.0
	letterLast    = 242.0
	letterBottom  = 277.0
	letterColumns = 3
)

func (p *pages) letter(l *Letter) {
	p.add(pageW, pageH)
	if p.doc.Specimen {
		p.specimen(pageW, 53)
	}
	p.page.Place(drawingBorder, 0, 0)
	p.part(pdf.Paragraph, func() {
		p.text("issuer", rect{marginX, 18.2, 108, 7.4}, style{face: p.f.bold, size: 9.2, least: 6, lines: 2, track: 0.03, color: ink}, p.doc.Issuer)
		if l.Credential != nil {
			p.text("number", rect{marginX + 112, 18.2, areaW - 112, 5.2}, style{face: p.f.bold, size: 9.2, color: ink, align: right}, p.say(words.number, p.number()))
		}
		p.line(marginX, 26.4, areaR, 26.4, 0.15, bronze)
	})
	p.recipient(l)
	p.letterHeading(l)
	if l.Outcome == Obtained {
		p.obtainedLetter(l)
	} else {
		p.otherLetter(l)
	}
	p.signature(p.office(62, 2), areaR, letterBottom-2)
	p.part(pdf.Paragraph, func() {
		text := p.say(letterWords.foot, l.Session)
		if p.doc.Specimen {
			text += " · " + p.in(words.specimen)
		}
		p.text("foot", rect{marginX + 25, 280.6, areaW - 50, 4}, style{face: p.f.sans, size: 7, least: 5, color: quiet, align: center}, text)
	})
}

// recipient says to whom, on which day, of which centre.
func (p *pages) recipient(l *Letter) {
	p.part(pdf.Paragraph, func() {
		p.label("to", rect{marginX, letterTo, 60, 3.4}, bronze, left, letterWords.forWhom)
		y := p.text("name", rect{marginX, letterTo + 3.2, 104, 12.6}, style{face: p.f.serif, size: 15, least: 6.4, lines: 3, lead: 1.12, color: ink}, l.Name)
		p.text("centre", rect{marginX, y + 0.2, 104, 7.4}, style{face: p.f.sans, size: 8.8, least: 6.4, lines: 2, early: true, lead: 1.2, color: quiet}, strings.TrimSuffix(l.Centre+" · "+l.Class, " · "))
	})
	p.part(pdf.Paragraph, func() {
		p.text("day", rect{areaR - 58, letterTo + 3.6, 58, 5}, style{face: p.f.sans, size: 9.4, color: ink, align: right}, p.say(letterWords.dated, p.date(l.Day)))
	})
}

// letterHeading is the outcome, and a sentence that says it.
func (p *pages) letterHeading(l *Letter) {
	w := &letterWords
	p.part(pdf.H1, func() {
		p.word("title", rect{marginX, letterTitle, areaW, 11.6}, style{face: p.f.serif, size: 24, least: 20, color: ink, align: center}, p.in(w.title[l.Outcome]))
	})
	p.diamondRule(pageW/2, letterTitle+13.4)
	text := p.say(w.intro[l.Outcome], p.date(l.Held))
	if l.Outcome == Obtained {
		text = p.say(w.intro[l.Outcome], p.date(l.Held), p.date(p.cred.ExpiresOn))
	}
	p.part(pdf.Paragraph, func() {
		p.text("intro", rect{marginX + 21, letterTitle + 16.6, areaW - 42, 10.4}, style{face: p.f.sans, size: 10, least: 8.4, lines: 2, early: true, color: ink, align: center}, text)
	})
}

func (p *pages) obtainedLetter(l *Letter) {
	w := &letterWords
	p.result(letterResult)
	p.plate(letterPlate, w.code, l.Code, p.f.mono, 25)
	p.steps([letterColumns]stepText{{w.go1, p.in(w.goText1)}, {w.go2, p.in(w.goText2)}, {w.go3, p.in(w.goText3)}})
	p.address(rect{marginX + 7, letterSteps + 14.6, stepWidth - 7, 4.6})
	p.halfNote(marginX, w.keep, p.in(w.keepText), true)
	p.halfNote(marginX+areaW/2+2.5, w.show, p.in(w.showText), false)
	p.part(pdf.Paragraph, func() {
		p.text("again", rect{marginX, letterLast, 92, 22}, p.prose(), p.say(w.again, p.date(l.Again)))
	})
}

func (p *pages) otherLetter(l *Letter) {
	w := &letterWords
	const why = 94.0
	heading := style{face: p.f.serif, size: 14, color: ink}
	p.part(pdf.H2, func() { p.word("why", rect{marginX + 6, why, areaW - 12, 7}, heading, p.in(w.why)) })
	bottom := why
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.sans, size: 11, least: 8, lines: 7, early: true, lead: 1.36, color: ink}
		bottom = p.text("why text", rect{marginX + 6, why + 7.6, areaW - 12, 38}, t, l.Why)
	})
	p.fill(rect{marginX, why + 0.8, 1.1, bottom - why - 1}, bronze)
	p.plate(letterPlate, w.when, p.say(w.from, p.date(l.Again)), p.f.serif, 21)
	p.steps([letterColumns]stepText{{w.back1, p.say(w.backText1, l.MinimumCompetences)}, {w.back2, p.say(w.backText2, l.WaitDays)}, {w.back3, p.in(w.backText3)}})
	p.part(pdf.H2, func() { p.word("ask", rect{marginX, letterBoxes + 3, areaW, 7}, heading, p.in(w.ask)) })
	p.part(pdf.Paragraph, func() {
		t := p.prose()
		y := p.text("ask text", rect{marginX, letterBoxes + 10.2, areaW, 12}, t, p.say(w.askText, l.Session))
		p.text("more", rect{marginX, y + 2.4, areaW, 5}, t, p.in(w.more))
		address := p.in(p.doc.Reference)
		r := rect{marginX + t.width(p.in(w.more)) + 1.4, y + 2.4, 0, 5}
		r.w = areaR - r.x
		p.link(r, address, p.say(words.moreLink, address), func() {
			p.text("reference", r, style{face: p.f.bold, size: t.size, least: 5.6, color: ink}, address)
		})
	})
}

func (p *pages) prose() style {
	return style{face: p.f.sans, size: 9.2, least: 7.6, lines: 5, early: true, lead: 1.3, color: ink}
}

// plate holds what matters most, in large type.
func (p *pages) plate(top float64, caption content.Text, text string, face *pdf.Font, size float64) {
	r := rect{marginX, top, areaW, 22.4}
	p.fill(r, faint)
	p.stroke(r, 0.2, bronze)
	p.stroke(rect{r.x + 1, r.y + 1, r.w - 2, r.h - 2}, 0.12, pale)
	p.part(pdf.H2, func() {
		p.label("plate", rect{r.x + 6, r.y + 3.4, r.w - 12, 3.4}, bronze, center, caption)
	})
	p.part(pdf.Paragraph, func() {
		p.text("plate", rect{r.x + 4, r.y + 6.8, r.w - 8, 13}, style{face: face, size: size, least: 14, color: ink, align: center}, text)
	})
}

// stepText is one of the steps that follow each other under the plate.
type stepText struct {
	title content.Text
	text  string
}

const (
	stepGap   = 6.0
	stepWidth = (areaW - (letterColumns-1)*stepGap) / letterColumns
)

// steps are numbered columns.
func (p *pages) steps(list [letterColumns]stepText) {
	p.always(block{name: "steps " + list[0].text + list[1].text}, func() {
		for i, s := range list {
			x := marginX + float64(i)*(stepWidth+stepGap)
			p.part(pdf.H3, func() {
				p.text("step number", rect{x, letterSteps - 1.6, 6, 9}, style{face: p.f.serif, size: 19, color: bronze}, string(rune('1'+i)))
				p.word("step", rect{x + 7, letterSteps, stepWidth - 7, 5}, style{face: p.f.bold, size: 9.6, least: 8, color: ink}, p.in(s.title))
			})
			p.part(pdf.Paragraph, func() {
				p.word("step text", rect{x + 7, letterSteps + 5, stepWidth - 7, 21}, style{face: p.f.sans, size: 8.6, least: 7, lines: 5, early: true, lead: 1.26, color: ink}, s.text)
			})
		}
	})
}

// halfNote is a note in half of the width, the more pressing one marked.
func (p *pages) halfNote(x float64, title content.Text, text string, pressing bool) {
	r := rect{x, letterBoxes, areaW/2 - 2.5, 25}
	mark := hair
	if pressing {
		mark = bronze
	}
	p.fill(rect{r.x, r.y, 1.1, r.h}, mark)
	p.always(block{name: "note", a: int(x)}, func() {
		p.part(pdf.H3, func() {
			p.word("note title", rect{r.x + 4, r.y + 0.4, r.w - 4, 6}, style{face: p.f.serif, size: 12, color: ink}, p.in(title))
		})
		p.part(pdf.Paragraph, func() {
			p.word("note text", rect{r.x + 4, r.y + 6.6, r.w - 4, r.h - 6.6}, style{face: p.f.sans, size: 8.8, least: 7.4, lines: 6, early: true, lead: 1.28, color: ink}, text)
		})
	})
}
