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
		y, h := top+9.4, 19.0
		out, ok := big.fit(p.resultName(), wideArea, 16)
		if ok { // in the middle of what it and its English may take
			h -= out.height()
			if english := p.inEnglish(p.resultName); english != p.resultName() {
				h -= small.stack([]string{english}).height() - 1
			}
			y += max(h, 0) / 2
		}
		p.pair("level", y, big, small, -1, p.resultName)
	})
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.bold, size: 10, least: 7, color: ink}
		small := style{face: p.f.sans, size: 7.8, least: 6, color: quiet}
		p.pair("score", top+29.4, t, small, -0.2, func() string {
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

// Places of the band at the foot: code and what it proves left of the seal,
// dates and signatory right of it.
const (
	diplomaBottom = wideH - 22.0
	beside        = rosetteRadius + 6 // from the middle of the page to what stands beside the seal
)

func (p *pages) diplomaFoot() {
	p.diplomaDates(rect{wideW/2 + beside, diplomaBottom - qrLeastSide - 2.6, wideArea/2 - beside, 20})
	p.sealFigure(wideW/2, diplomaBottom-rosetteRadius+1.2)
	p.diplomaProof()
	p.signature(p.office(wideArea/2-beside, 1), wideW-wideMargin, diplomaBottom+0.6)
	if p.doc.Specimen {
		p.part(pdf.Paragraph, func() {
			t := style{face: p.f.sans, size: 7, color: quiet, align: center}
			p.word("foot", rect{wideMargin + 60, wideH - 17.4, wideArea - 120, 4}, t, p.in(words.specimen)+" · "+words.specimen.In(content.EN))
		})
	}
}

// diplomaDates are the four dates in two columns, all as large as the longest
// may be, with the English of each below.
func (p *pages) diplomaDates(r rect) {
	const gap, row = 4.0, 10.4
	narrow := (r.w - gap) * 0.44
	wide := r.w - gap - narrow
	dates := []struct {
		field string
		label content.Text
		say   func() string
		frame rect
	}{
		{"birth", words.birth, func() string { return p.date(p.cred.BirthDate) }, rect{r.x, r.y, narrow, row}},
		{"session", words.session, func() string { return p.date(p.cred.SessionDate) }, rect{r.x + narrow + gap, r.y, wide, row}},
		{"issued", words.handed, func() string { return p.date(p.cred.IssuedOn) }, rect{r.x, r.y + row, narrow, row}},
		{"validity", words.validity, func() string { return p.say(words.until, p.date(p.cred.ExpiresOn)) }, rect{r.x + narrow + gap, r.y + row, wide, row}},
	}
	value := style{face: p.f.sans, size: 8.6, least: 6, early: true, color: ink}
	small := style{face: p.f.sans, size: 6.6, least: 5, early: true, color: quiet}
	for _, d := range dates {
		if out, ok := value.fit(d.say(), d.frame.w, 3.9); ok {
			value.size = out.size
		}
	}
	for _, d := range dates {
		p.part(pdf.Paragraph, func() {
			f := d.frame
			p.label(d.field, rect{f.x, f.y - 0.8, f.w, 3.4}, bronze, left, d.label)
			down := p.text(d.field, rect{f.x, f.y + 2.3, f.w, 3.9}, value, d.say())
			p.english(d.field, rect{f.x, down - 0.4, f.w, 3}, small, d.say)
		})
	}
}

// diplomaProof is the code, what it proves, the address to type and the access
// code, from the top of the code to its bottom.
func (p *pages) diplomaProof() {
	side := qrSide(p.modules.Size)
	top := diplomaBottom - side
	area := p.qrFigure(wideMargin, top)
	x := area.right() + 1.4
	w := wideW/2 - beside - x + 2
	p.always(block{name: "proof", a: p.modules.Size}, func() {
		p.part(pdf.H2, func() { p.label("verify", rect{x, top - 0.8, w, 3.4}, bronze, left, words.check) })
		p.part(pdf.Paragraph, func() {
			t := style{face: p.f.sans, size: 7.8, least: 6.4, lines: 4, early: true, lead: 1.2, color: ink}
			down := p.word("verify text", rect{x, top + 2.6, w, 13}, t, p.in(words.verifyShort))
			t.size, t.least, t.lead, t.color = 6.6, 5.4, 1.18, quiet
			p.english("verify text", rect{x, down + 0.3, w, 10.6}, t, func() string { return p.in(words.verifyShort) })
		})
	})
	p.address(rect{x, diplomaBottom - 10.4, w, 4.6})
	p.part(pdf.Paragraph, func() {
		p.text("access code", rect{x, diplomaBottom - 4.9, w, 4.9}, style{face: p.f.mono, size: 9.2, least: 5.6, color: ink}, p.doc.Code)
	})
}
