package attestation

import (
	"etalon/content"
	"etalon/generator/attestation/pdf"
)

// verification is the band at the foot: QR code, what it proves, the address
// in words, the access code, the signatory.
func (p *pages) verification() {
	const top, w = 242.2, 75.0
	area := p.qrFigure(marginX, top)
	x := area.right() + 2.2
	p.always(block{name: "verify", a: p.modules.Size}, func() { p.whatItProves(x, top, w) })
	p.address(rect{x, top + 19.6, w, 4.6})
	p.codePlate(rect{x, top + 25, w, 11.2})
	p.signature(p.office(areaR-x-w-4, 2), areaR, top+25+11.2+1.4)
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

// office is who signs for the issuer, as it is set.
type office struct {
	lines  []officeLine
	w      float64
	height float64 // from the rule above it to its bottom
}

type officeLine struct {
	field  string
	below  float64 // room kept under it
	lang   string  // if it is not the page's
	out    setting
	height float64
}

// office sets who signs in a width, each text on at most some lines.
func (p *pages) office(w float64, most int) office {
	t := style{face: p.f.sans, size: 7.8, least: 5.6, lines: most, early: true, lead: 1.15, color: quiet, align: right}
	name := style{face: p.f.italic, size: 13.5, least: 7, lines: most, lead: 1.1, color: ink, align: right}
	o := office{w: w, height: 1}
	put := func(field string, t style, h, below float64, lang, text string) {
		out, ok := t.fit(text, w, h)
		if !ok { // let text say which field and why
			p.text(field, rect{0, 0, w, h}, t, text)
		}
		o.lines = append(o.lines, officeLine{field, below, lang, out, out.height()})
		o.height += out.height() + below
	}
	role := p.in(p.doc.Signatory.Role)
	put("signatory issuer", t, 7.2, 0, "", p.say(words.signed, p.doc.Issuer))
	if english := p.inEnglish(func() string { return p.in(p.doc.Signatory.Role) }); english != "" && english != role {
		put("signatory role", t, 7.2, 0, "", role)
		t.size, t.least = 6.6, 5
		put("signatory role in English", t, 5.6, 1.2, string(content.EN), english)
	} else {
		put("signatory role", t, 7.2, 1.2, "", role)
	}
	put("signatory name", name, 8.8, 0, "", p.doc.Signatory.Name)
	return o
}

// signature draws who signs, under a rule: lines that end at the right and at
// bottom.
func (p *pages) signature(o office, edge, bottom float64) {
	if p.err != nil {
		return
	}
	y := bottom - o.height
	p.line(edge-24, y, edge, y, 0.2, bronze)
	y++
	p.part(pdf.Paragraph, func() {
		for _, l := range o.lines {
			r := rect{edge - o.w, y, o.w, l.height}
			if l.lang != "" {
				p.as(pdf.Span, pdf.Trait{Lang: l.lang}, func() { p.place(l.field, r, l.out) })
			} else {
				p.place(l.field, r, l.out)
			}
			y += l.height + l.below
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
		p.text("foot", rect{marginX + 45, 281, areaW - 90, 4}, style{face: p.f.sans, size: 7, color: quiet, align: center}, text)
	})
}
