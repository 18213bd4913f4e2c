package attestation

import (
	"strings"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// The diploma is one landscape page to frame, in French with English below in
// smaller type: who, what, when, the seal, and the code that proves it.
const (
	wideW, wideH = pageH, pageW
	wideMargin   = 26.0
	wideArea     = wideW - 2*wideMargin
)

func (p *pages) diploma() {
	p.add(wideW, wideH)
	if p.doc.Specimen {
		p.specimen(wideW, 34)
	}
	p.page.Place(drawingWide, 0, 0)
	p.diplomaHead()
	p.identity(rect{wideMargin + 6, 74, wideArea - 12, 21})
	p.diamondRule(wideW/2, 97.4)
	p.award()
	p.diplomaFoot()
}

// pair sets a line and its English, centred in a band.
func (p *pages) pair(field string, y float64, t, small style, gap float64, say func() string) float64 {
	t.align, small.align = center, center
	down := p.text(field, rect{wideMargin, y, wideArea, 16}, t, say())
	p.english(field, rect{wideMargin, down + gap, wideArea, 8}, small, say)
	return down
}

func (p *pages) diplomaHead() {
	p.part(pdf.Paragraph, func() {
		p.text("issuer", rect{wideMargin, 21, 150, 5.2}, style{face: p.f.bold, size: 9.6, least: 6, track: 0.03, color: ink}, p.doc.Issuer)
		p.text("number", rect{wideW - wideMargin - 70, 21, 70, 5.2}, style{face: p.f.bold, size: 9.6, color: ink, align: right}, p.say(words.number, p.number()))
	})
	p.line(wideMargin, 28.2, wideW-wideMargin, 28.2, 0.15, bronze)
	p.part(pdf.H1, func() {
		title := style{face: p.f.serif, size: 40, track: 0.02, color: ink, align: center}
		p.word("title", rect{wideMargin, 30, wideArea, 19}, title, p.in(words.diploma))
		t := style{face: p.f.italic, size: 17, color: bronze, align: center}
		p.word("subtitle", rect{wideMargin, 47.6, wideArea, 8}, t, p.in(words.diplomaOf))
		t.size, t.color = 10.4, quiet
		p.english("title", rect{wideMargin, 55.2, wideArea, 5.2}, t, func() string { return p.in(words.diploma) + " " + p.in(words.diplomaOf) })
	})
	p.part(pdf.Paragraph, func() {
		awarded := style{face: p.f.italic, size: 12, color: quiet}
		small := awarded
		small.size = 8.6
		p.pair("certified", 63, awarded, small, -0.8, func() string { return p.in(words.certify) })
	})
}

// award says what was obtained, and until when it holds.
func (p *pages) award() {
	top := 101.0
	p.part(pdf.Paragraph, func() {
		body := style{face: p.f.sans, size: 10.4, least: 8, color: ink}
		small := style{face: p.f.sans, size: 7.8, least: 6, color: quiet}
		p.pair("body", top, body, small, -0.4, func() string {
			if p.cred.Regime == signing.Profile {
				return p.in(words.diplomaTotal)
			}
			return p.in(words.diplomaBody)
		})
	})
	p.part(pdf.H2, func() {
		big := style{face: p.f.serif, size: 28, least: 16, color: ink}
		small := style{face: p.f.italic, size: 11, least: 8, color: quiet}
		p.pair("level", top+9.6, big, small, -1, p.resultName)
	})
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.bold, size: 10, least: 7, color: ink}
		small := style{face: p.f.sans, size: 7.8, least: 6, color: quiet}
		p.pair("score", top+28, t, small, -0.2, func() string {
			var parts []string
			if p.cred.Regime == signing.Adaptive {
				parts = append(parts, p.in(words.score)+" "+p.pix(p.cred.Score)+" "+p.say(words.outOf, thousands(p.lang, 1024)))
			}
			if p.cred.Professional {
				parts = append(parts, p.in(words.professional))
			}
			return strings.Join(parts, " · ")
		})
	})
}

// diplomaFoot is the band at the foot: dates and the code that proves them on
// the left, the seal in the middle, the signatory on the right.
func (p *pages) diplomaFoot() {
	const bottom = wideH - 22.0
	p.sealFigure(wideW/2, bottom-rosetteRadius+1.2)
	top := bottom - qrSide(p.modules.Size)
	area := p.qrFigure(wideMargin, top)
	x, w := area.right()+1.4, wideW/2-rosetteRadius-area.right()-4.4
	value := style{face: p.f.sans, size: 8.2, least: 6, lines: 2, early: true, lead: 1.16, color: ink}
	small := style{face: p.f.sans, size: 6.4, least: 5, lines: 1, early: true, color: quiet}
	y := top - 0.8
	value.lines = 1
	date := func(field string, label content.Text, d signing.Date) {
		p.part(pdf.Paragraph, func() {
			p.label(field, rect{x, y, w, 3.4}, bronze, left, label)
			say := func() string { return p.date(d) }
			p.text(field, rect{x, y + 3.2, 36, 3.8}, value, say())
			beside := x + value.width(say()) + 1.6
			p.english(field, rect{beside, y + 3.8, x + w - beside, 3}, small, say)
		})
		y += 8.4
	}
	date("birth", words.birth, p.cred.BirthDate)
	date("session", words.session, p.cred.SessionDate)
	p.part(pdf.Paragraph, func() {
		say := func() string { return p.say(words.until, p.date(p.cred.ExpiresOn)) }
		p.label("validity", rect{x, y, w, 3.4}, bronze, left, words.validity)
		down := p.text("validity", rect{x, y + 3.2, w, 3.8}, value, say())
		p.english("validity", rect{x, down - 0.3, w, 3}, small, say)
	})
	p.address(rect{x, bottom - 9.4, w, 4.4})
	p.part(pdf.Paragraph, func() {
		p.text("access code", rect{x, bottom - 4.8, w, 4.8}, style{face: p.f.mono, size: 8.6, least: 5.6, color: ink}, p.doc.Code)
	})
	edge := wideW - wideMargin
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.sans, size: 8.2, least: 6, color: quiet, align: right}
		p.text("issued", rect{wideW/2 + rosetteRadius + 4, top - 0.6, edge - wideW/2 - rosetteRadius - 4, 4.4}, t, p.in(words.issued)+" "+p.date(p.cred.IssuedOn))
		t.size = 6.6
		p.english("issued", rect{wideW/2 + rosetteRadius + 4, top + 2.8, edge - wideW/2 - rosetteRadius - 4, 3.4}, t, func() string { return p.in(words.issued) + " " + p.date(p.cred.IssuedOn) })
	})
	p.signature(wideW/2+rosetteRadius+16, edge, bottom+0.6)
	if p.doc.Specimen {
		p.part(pdf.Paragraph, func() {
			t := style{face: p.f.sans, size: 7, color: quiet, align: center}
			p.word("foot", rect{wideMargin + 60, wideH - 17.4, wideArea - 120, 4}, t, p.in(words.specimen)+" · "+words.specimen.In(content.EN))
		})
	}
}
