package attestation

import (
	"slices"
	"strconv"
	"strings"

	"etalon/signing"
)

// The text area: the same margins on both pages.
const (
	marginX = 22.0
	areaW   = pageW - 2*marginX
	areaR   = pageW - marginX
)

// first draws page 1.
func (p *pages) first() {
	p.begin()
	p.heading()
	p.identity()
	p.facts()
	p.result()
	p.chart(150.2)
	p.text("note", rect{marginX, 231.1, areaW, 7.6}, style{face: p.f.sans, size: 7.8, least: 6.6, lines: 2, early: true, color: quiet}, p.note())
	p.verification()
	p.foot(1)
}

// begin opens a page with what lies under the text.
func (p *pages) begin() {
	p.pdf.AddPage()
	if p.doc.Specimen {
		p.specimen()
	}
	p.frame()
}

// label sets a small caption in capitals.
func (p *pages) label(field string, r rect, c color, a align, text string) {
	p.text(field+" label", r, style{face: p.f.bold, size: 6.6, least: 5.2, track: 0.07, color: c, align: a}, upper(text))
}

// head is the line at the top of both pages: issuer and number.
func (p *pages) head() {
	p.text("issuer", rect{marginX, 18.2, 108, 7.4}, style{face: p.f.bold, size: 9.2, least: 6, lines: 2, track: 0.03, color: ink}, p.doc.Issuer)
	p.text("number", rect{marginX + 112, 18.2, areaW - 112, 5.2}, style{face: p.f.bold, size: 9.2, color: ink, align: right}, p.say(words.number, p.number()))
	p.line(marginX, 26.4, areaR, 26.4, 0.15, bronze)
}

func (p *pages) heading() {
	p.head()
	p.text("title", rect{marginX, 28.4, areaW, 13.6}, style{face: p.f.serif, size: 28, color: ink, align: center}, p.in(words.title))
	p.text("subtitle", rect{marginX, 41.6, areaW, 7.4}, style{face: p.f.italic, size: 14, color: bronze, align: center}, p.in(words.subtitle))
	p.text("awarded", rect{marginX, 50.6, areaW, 6}, style{face: p.f.italic, size: 12, color: quiet, align: center}, p.in(words.awarded))
}

// identity sets the person's name: on one line if it can be large, else given
// names above the family name, else as two lines break best.
func (p *pages) identity() {
	frame := rect{marginX + 2, 56.6, areaW - 4, 19.4}
	t := style{face: p.f.serif, size: 31, least: 19, color: ink, align: center, lead: 1.12}
	out, ok := t.fit(p.name(), frame.w, frame.h)
	if given, family := p.cred.GivenNames, p.cred.FamilyName; !ok && given != "" {
		t.size, t.least = 24, 12
		g, okG := t.fit(given, frame.w, frame.h)
		f, okF := t.fit(family, frame.w, frame.h)
		if okG && okF {
			t.size = min(g.size, f.size)
			out = t.stack([]string{given, family})
			ok = out.height() <= frame.h
		}
	}
	if !ok {
		t.size, t.least, t.lines = 20, 9, 3
		out, ok = t.fit(p.name(), frame.w, frame.h)
	}
	if r, bad := t.face.missing(p.name()); bad {
		p.fail("attestation: name: character %q (%U) is not in the font: spell %q with letters of the Latin alphabet", r, r, p.name())
		return
	}
	if !ok {
		p.fail("attestation: name: %q does not fit three lines of %.0f mm at 9 points: shorten the given names or the family name", p.name(), frame.w)
		return
	}
	frame.y += (frame.h - out.height()) / 2
	frame.h = out.height()
	p.place("name", frame, out)
	p.diamondRule(77.6)
}

// diamondRule is a short rule with a lozenge in its middle.
func (p *pages) diamondRule(y float64) {
	const mid, half, gap = pageW / 2, 26.0, 2.6
	p.line(mid-half, y, mid-gap, y, 0.2, bronze)
	p.line(mid+gap, y, mid+half, y, 0.2, bronze)
	p.lozenge(mid, y, 0.95)
}

func (p *pages) lozenge(x, y, r float64) {
	p.pdf.SetFillColor(int(bronze[0]), int(bronze[1]), int(bronze[2]))
	p.pdf.MoveTo(x, y-r)
	p.pdf.LineTo(x+r, y)
	p.pdf.LineTo(x, y+r)
	p.pdf.LineTo(x-r, y)
	p.pdf.ClosePath()
	p.pdf.DrawPath("f")
}

// facts are the dates and places, in four columns.
func (p *pages) facts() {
	const top = 81.6
	value := style{face: p.f.sans, size: 9.4, least: 7, lines: 2, early: true, lead: 1.2, color: ink}
	put := func(x, y, w, h float64, field, label, text string, t style) {
		p.label(field, rect{x, y, w, 3.4}, bronze, left, label)
		p.text(field, rect{x, y + 3.5, w, h}, t, text)
	}
	long := value
	long.lines, long.least = 3, 6.4
	put(marginX, top, 40, 12.8, "birth", p.in(words.birth), p.birth(), long)
	put(marginX+43, top, 50, 12.8, "centre", p.in(words.centre), p.cred.Centre, long)
	one := value
	one.lines = 1
	put(marginX+97, top, 29, 4.6, "session", p.in(words.session), p.date(p.cred.SessionDate), one)
	put(marginX+97, top+9.2, 29, 4.6, "issued", p.in(words.issued), p.date(p.cred.IssuedOn), one)
	put(marginX+130, top, 36, 12.8, "validity", p.in(words.validity), p.say(words.until, p.date(p.cred.ExpiresOn)), long)
	for _, x := range []float64{41, 95, 128} {
		p.line(marginX+x, top+0.4, marginX+x, top+17, 0.12, hair)
	}
}

// result is the seal with the level, what it means, the score and its scale.
func (p *pages) result() {
	const top = 102.6
	cx, cy := marginX+rosetteRadius, top+rosetteRadius
	p.seal(cx, cy)
	x := marginX + 50.0
	w := areaR - x
	adaptive := p.cred.Regime == signing.Adaptive
	switch {
	case !adaptive:
		p.sealText(cx, cy+1.2, strconv.Itoa(p.cred.Score), "pix")
	case p.cred.Level == 0:
		first := p.in(p.doc.Referential.Levels[0].Name)
		p.text("seal", rect{cx - 10.4, cy - 5.6, 20.8, 6}, style{face: p.f.serif, size: 12.5, least: 8, color: ink, align: center}, first)
		p.text("seal", rect{cx - 10.4, cy + 0.8, 20.8, 5.4}, style{face: p.f.italic, size: 10.5, least: 7, color: ink, align: center}, p.in(words.notReached))
	default:
		name := p.levelName()
		at := max(strings.LastIndexAny(name, " \u00a0"), 0)
		p.text("seal", rect{cx - 10.8, cy - 8, 21.6, 6}, style{face: p.f.serif, size: 12.5, least: 8, color: ink, align: center}, name[:at])
		p.sealText(cx, cy+2.8, strings.Trim(name[at:], " \u00a0"), "")
	}
	if !adaptive {
		p.profileResult(x, w, top)
		return
	}
	p.label("level", rect{x, top, 60, 3.4}, bronze, left, p.in(words.globalLevel))
	big := style{face: p.f.serif, size: 21, least: 13, color: ink}
	name := rect{x, top + 3.2, 74, 10.6}
	if out, ok := big.fit(p.levelName(), name.w, name.h); ok { // on the score's baseline
		down := (ascent*big.size - out.base[0]*out.size) / mm
		name.y, name.h = name.y+down, name.h-down
	}
	p.text("level", name, big, p.levelName())
	p.label("score", rect{areaR - 40, top, 40, 3.4}, bronze, right, p.in(words.score))
	p.text("score", rect{areaR - 40, top + 3.2, 40, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink, align: right}, p.pix(p.cred.Score))
	p.text("score scale", rect{areaR - 48, top + 13.2, 48, 4}, style{face: p.f.sans, size: 7.4, least: 6, color: quiet, align: right},
		p.say(words.outOf, thousands(p.doc.Lang, 1024))+" · "+p.say(words.reachable, thousands(p.doc.Lang, 128*p.cred.MaxLevel-1)))
	p.mention(x, top+13.2)
	meaning := p.say(words.below, p.pix(p.framework.Scores[0]))
	if p.cred.Level > 0 {
		meaning = p.in(p.doc.Referential.Levels[p.cred.Level-1].Meaning)
	}
	p.text("meaning", rect{x, top + 18.2, w, 14.2}, style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}, meaning)
	p.ruler(x, top+36.2, w)
}

// mention is the professional one, from the framework's score on.
func (p *pages) mention(x, y float64) {
	if !p.cred.Professional {
		return
	}
	p.lozenge(x+0.9, y+2.25, 0.9)
	text := p.in(words.professional)
	if p.framework.ProfessionalScore > 0 {
		text += " (" + p.say(words.professionalDetail, p.pix(p.framework.ProfessionalScore)) + ")"
	}
	p.text("professional mention", rect{x + 3, y, areaR - x - 52, 4.4}, style{face: p.f.bold, size: 8.4, least: 6, color: ink}, text)
}

// profileResult is the total of a profile certification.
func (p *pages) profileResult(x, w, top float64) {
	p.label("score", rect{x, top + 3, w, 3.4}, bronze, left, p.in(words.total))
	p.text("score", rect{x, top + 6.4, w, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink},
		p.say(words.totalMeaning, p.pix(p.cred.Score), p.certified()))
	p.mention(x, top+17.6)
	p.text("meaning", rect{x, top + 23.4, w, 14.2}, style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}, p.in(words.totalDetail))
}

// sealText sets a large figure about a centre inside the rosette, and a word
// under it.
func (p *pages) sealText(cx, cy float64, figure, word string) {
	p.text("seal figure", rect{cx - 11, cy - 6.8, 22, 13.2}, style{face: p.f.serif, size: 28, least: 16, color: ink, align: center}, figure)
	p.text("seal word", rect{cx - 9, cy + 3.8, 18, 5}, style{face: p.f.italic, size: 10.5, color: ink, align: center}, word)
}

// verification is the band at the foot: QR code, what it proves, the address
// in words, the access code, the signatory.
func (p *pages) verification() {
	const top = 241.6
	side := qrSide(len(p.modules))
	area := p.code(p.modules, marginX, top)
	p.link(rect{marginX, top, side, side}, p.doc.QR)
	x := area.right() + 2.2
	w := 75.0
	y := p.text("verify", rect{x, top - 1.6, w, 5.8}, style{face: p.f.serif, size: 12, color: ink}, p.in(words.verify))
	p.text("verify text", rect{x, y + 0.5, w, 14.4}, style{face: p.f.sans, size: 8, least: 6.4, lines: 4, early: true, lead: 1.22, color: ink}, p.in(words.verifyText))
	address := rect{x, top + 19.6, w, 4.6}
	p.text("verification address", address, style{face: p.f.bold, size: 9.4, least: 5.4, color: ink}, p.doc.Verify)
	p.link(address, p.doc.Verify)
	plate := rect{x, top + 25, w, 11.2}
	p.fill(plate, faint)
	p.stroke(plate, 0.15, pale)
	p.label("code", rect{plate.x + 2, plate.y + 0.7, plate.w - 4, 3.4}, bronze, left, p.in(words.code))
	p.text("access code", rect{plate.x + 1.6, plate.y + 4.2, plate.w - 3.2, 6.4}, style{face: p.f.mono, size: 12.6, least: 10, color: ink, align: center}, p.doc.Code)
	p.signature(plate.right()+4, plate.bottom()+1.4)
}

// signature names who signs for the issuer: lines that end at the right margin
// and at bottom, under a rule.
func (p *pages) signature(x, bottom float64) {
	w := areaR - x
	lines := []struct {
		field string
		h     float64
		below float64 // room kept under the line
		text  string
		style style
	}{
		{"signatory issuer", 7.2, 0, p.say(words.signed, p.doc.Issuer), style{face: p.f.sans, size: 7.8, least: 5.6, lines: 2, early: true, lead: 1.15, color: quiet, align: right}},
		{"signatory role", 7.2, 1.2, p.doc.Signatory.Role, style{face: p.f.sans, size: 7.8, least: 5.6, lines: 2, early: true, lead: 1.15, color: quiet, align: right}},
		{"signatory name", 8.8, 0, p.doc.Signatory.Name, style{face: p.f.italic, size: 13.5, least: 7, lines: 2, lead: 1.1, color: ink, align: right}},
	}
	y := bottom
	for _, l := range slices.Backward(lines) {
		out, ok := l.style.fit(l.text, w, l.h)
		if !ok { // let text say which field and why
			p.text(l.field, rect{x, y, w, l.h}, l.style, l.text)
			return
		}
		y -= out.height() + l.below
		p.text(l.field, rect{x, y, w, out.height()}, l.style, l.text)
	}
	p.line(areaR-24, y-1, areaR, y-1, 0.2, bronze)
}

// foot is the last line of both pages.
func (p *pages) foot(page int) {
	text := p.say(words.page, p.number(), page)
	if p.doc.Specimen {
		text += " · " + p.in(words.specimen)
	}
	p.text("foot", rect{marginX + 45, 280.6, areaW - 90, 4}, style{face: p.f.sans, size: 7, color: quiet, align: center}, text)
}
