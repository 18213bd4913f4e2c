package attestation

import (
	"etalon/content"
	"etalon/generator/attestation/pdf"
)

// verification is the band at the foot: QR code, what it proves, the address
// in words, the access code, the signatory.
func (p *pages) verification() {
	const top, w = 241.6, 75.0
	area := p.qrFigure(marginX, top)
	x := area.right() + 2.2
	p.always(block{name: "verify", a: p.modules.Size}, func() { p.whatItProves(x, top, w) })
	p.address(rect{x, top + 19.6, w, 4.6})
	p.codePlate(rect{x, top + 25, w, 11.2})
	p.signature(x+w+4, areaR, top+25+11.2+1.4, 2)
}

// whatItProves says what to do with the code.
func (p *pages) whatItProves(x, top, w float64) {
	title := style{face: p.f.serif, size: 12, color: ink}
	p.part(pdf.H2, func() {
		p.word("verify", rect{x, top - 1.6, w, 5.8}, title, p.in(words.verify))
		used := title.width(p.in(words.verify)) + 2
		p.english("verify", rect{x + used, top - 0.4, w - used, 4.4}, style{face: p.f.italic, size: 8.6, least: 6, color: quiet}, func() string { return p.in(words.verify) })
	})
	y := top - 1.6 + title.stack([]string{p.in(words.verify)}).height()
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.sans, size: 8, least: 6.4, lines: 4, early: true, lead: 1.22, color: ink}
		if !p.doc.Form.both() {
			p.word("verify text", rect{x, y + 0.5, w, 14.4}, t, p.in(words.verifyText))
			return
		}
		t.size, t.least, t.lead = 7.2, 6.2, 1.18
		down := p.word("verify text", rect{x, y + 0.2, w, 9}, t, p.in(words.verifyShort))
		t.size, t.least, t.lead, t.color = 6.2, 5.4, 1.16, quiet
		p.english("verify text", rect{x, down, w, 7.4}, t, func() string { return p.in(words.verifyShort) })
	})
}

// qrFigure is the code, which leads to what scanning it would.
func (p *pages) qrFigure(x, y float64) (area rect) {
	side := qrSide(p.modules.Size)
	r := rect{x, y, side, side}
	p.link(r, p.doc.QR, p.in(words.qrLink), func() {
		p.figure(r, p.in(words.qrAlt), false, func() { area = p.code(p.modules, x, y) })
	})
	return area
}

// address is that of the verification page, in words.
func (p *pages) address(r rect) {
	p.part(pdf.Paragraph, func() {
		p.link(r, p.doc.Verify, p.say(words.verifyLink, p.doc.Verify), func() {
			p.text("verification address", r, style{face: p.f.bold, size: 9.4, least: 5.4, color: ink}, p.doc.Verify)
		})
	})
}

// codePlate holds the access code.
func (p *pages) codePlate(plate rect) {
	p.fill(plate, faint)
	p.stroke(plate, 0.15, pale)
	p.part(pdf.Paragraph, func() {
		p.label("code", rect{plate.x + 2, plate.y + 0.7, plate.w - 4, 3.4}, bronze, left, words.code)
		p.text("access code", rect{plate.x + 1.6, plate.y + 4.2, plate.w - 3.2, 6.4}, style{face: p.f.mono, size: 12.6, least: 10, color: ink, align: center}, p.doc.Code)
	})
}

// signature names who signs for the issuer: texts of at most some lines that
// end at the right and at bottom, under a rule.
func (p *pages) signature(x, edge, bottom float64, most int) {
	w := edge - x
	t := style{face: p.f.sans, size: 7.8, least: 5.6, lines: most, early: true, lead: 1.15, color: quiet, align: right}
	small := t
	small.size, small.least = 6.6, 5
	type line struct {
		field string
		h     float64
		below float64 // room kept under the line
		text  string
		style style
		lang  string
	}
	lines := []line{
		{"signatory issuer", 7.2, 0, p.say(words.signed, p.doc.Issuer), t, ""},
		{"signatory role", 7.2, 1.2, p.in(p.doc.Signatory.Role), t, ""},
		{"signatory name", 8.8, 0, p.doc.Signatory.Name, style{face: p.f.italic, size: 13.5, least: 7, lines: most, lead: 1.1, color: ink, align: right}, ""},
	}
	if english := p.inEnglish(func() string { return p.in(p.doc.Signatory.Role) }); english != "" && english != p.in(p.doc.Signatory.Role) {
		lines[1].below = 0
		lines = append(lines[:2:2], line{"signatory role in English", 5.6, 1.2, english, small, string(content.EN)}, lines[2])
	}
	// From the bottom up to know where the first begins, then in reading order.
	heights := make([]float64, len(lines))
	y := bottom
	for i, l := range lines {
		out, ok := l.style.fit(l.text, w, l.h)
		if !ok { // let text say which field and why
			p.text(l.field, rect{x, y, w, l.h}, l.style, l.text)
			return
		}
		heights[i] = out.height()
	}
	for i, l := range lines {
		y -= heights[i] + l.below
	}
	p.line(edge-24, y-1, edge, y-1, 0.2, bronze)
	p.part(pdf.Paragraph, func() {
		for i, l := range lines {
			r := rect{x, y, w, heights[i]}
			if l.lang != "" {
				p.as(pdf.Span, pdf.Trait{Lang: l.lang}, func() { p.text(l.field, r, l.style, l.text) })
			} else {
				p.text(l.field, r, l.style, l.text)
			}
			y += heights[i] + l.below
		}
	})
}

// foot is the last line of every page. It also says SPECIMEN to those who do
// not see the mark across the page.
func (p *pages) foot() {
	count := 2
	if p.doc.Form == Bilingual {
		count = 3
	}
	text := p.say(words.page, p.number(), p.local(), count)
	if p.doc.Specimen {
		text += " · " + p.in(words.specimen)
	}
	p.part(pdf.Paragraph, func() {
		p.text("foot", rect{marginX + 45, 280.6, areaW - 90, 4}, style{face: p.f.sans, size: 7, color: quiet, align: center}, text)
	})
}
