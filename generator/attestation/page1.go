package attestation

import (
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
	p.chart(152)
	p.text("note", rect{marginX, 230.2, areaW, 7.6}, style{face: p.f.sans, size: 7.8, least: 6.6, lines: 2, early: true, color: quiet}, p.note())
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
	p.text("title", rect{marginX, 29.2, areaW, 13.6}, style{face: p.f.serif, size: 28, color: ink, align: center}, p.in(words.title))
	p.text("subtitle", rect{marginX, 42.8, areaW, 7.4}, style{face: p.f.italic, size: 14, color: bronze, align: center}, p.in(words.subtitle))
	p.text("awarded", rect{marginX, 52.4, areaW, 6}, style{face: p.f.italic, size: 12, color: quiet, align: center}, p.in(words.awarded))
}

// identity sets the person's name: on one line if it can be large, else given
// names above the family name, else as two lines break best.
func (p *pages) identity() {
	frame := rect{marginX, 58.6, areaW, 20}
	t := style{face: p.f.serif, size: 31, least: 19, color: ink, align: center, lead: 1.12}
	out, ok := t.fit(p.name(), frame.w, frame.h)
	if given, family := p.cred.GivenNames, p.cred.FamilyName; !ok && given != "" {
		t.size, t.least = 24, 12
		g, okG := t.fit(given, frame.w, frame.h)
		f, okF := t.fit(family, frame.w, frame.h)
		if okG && okF {
			out, ok = g, true
			out.size, out.lines = min(g.size, f.size), []string{given, family}
			ok = out.height() <= frame.h
		}
	}
	if !ok {
		t.size, t.least, t.lines = 20, 10, 2
		out, ok = t.fit(p.name(), frame.w, frame.h)
	}
	if r, bad := t.face.missing(p.name()); bad {
		p.fail("attestation: name: character %q (%U) is not in the font: spell %q with letters of the Latin alphabet", r, r, p.name())
		return
	}
	if !ok {
		p.fail("attestation: name: %q does not fit two lines of %.0f mm at 10 points: shorten the given names or the family name", p.name(), frame.w)
		return
	}
	frame.y += (frame.h - out.height()) / 2
	frame.h = out.height()
	p.place("name", frame, out)
	p.diamondRule(80.4)
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
	const top = 84.4
	value := style{face: p.f.sans, size: 9.4, least: 7, lines: 2, early: true, lead: 1.2, color: ink}
	put := func(x, y, w, h float64, field, label, text string, t style) {
		p.label(field, rect{x, y, w, 3.4}, bronze, left, label)
		p.text(field, rect{x, y + 3.5, w, h}, t, text)
	}
	birth := p.date(p.cred.BirthDate)
	if p.cred.BirthPlace != "" {
		birth = p.say(words.born, birth, p.cred.BirthPlace)
	}
	long := value
	long.lines, long.least = 3, 6.4
	put(marginX, top, 40, 12.8, "birth", p.in(words.birth), birth, long)
	put(marginX+44, top, 54, 12.8, "centre", p.in(words.centre), p.cred.Centre, long)
	one := value
	one.lines = 1
	put(marginX+102, top, 29, 4.6, "session", p.in(words.session), p.date(p.cred.SessionDate), one)
	put(marginX+102, top+8.2, 29, 4.6, "issued", p.in(words.issued), p.date(p.cred.IssuedOn), one)
	put(marginX+135, top, 31, 12.8, "validity", p.in(words.validity), p.say(words.until, p.date(p.cred.ExpiresOn)), long)
	for _, x := range []float64{42, 100, 133} {
		p.line(marginX+x, top+0.4, marginX+x, top+15.6, 0.12, hair)
	}
}

// result is the seal with the level, what it means, the score and its scale.
func (p *pages) result() {
	const top = 104.0
	cx, cy := marginX+rosetteRadius, top+rosetteRadius
	p.seal(cx, cy)
	x := marginX + 50.0
	w := areaR - x
	adaptive := p.cred.Regime == signing.Adaptive
	switch {
	case !adaptive:
		p.sealText(cx, cy, p.in(words.total), strconv.Itoa(p.cred.Score), "pix")
	case p.cred.Level == 0:
		p.sealText(cx, cy, p.in(words.globalLevel), "0", p.in(words.notReached))
	default:
		name := p.levelName()
		at := strings.LastIndexAny(name, " \u00a0")
		p.sealText(cx, cy, p.in(words.globalLevel), strings.TrimLeft(name[max(at, 0):], " \u00a0"), name[:max(at, 0)])
	}
	if !adaptive {
		p.profileResult(x, w, top)
		return
	}
	p.label("level", rect{x, top, 60, 3.4}, bronze, left, p.in(words.globalLevel))
	p.text("level", rect{x, top + 3.2, 74, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink}, p.levelName())
	p.label("score", rect{areaR - 40, top, 40, 3.4}, bronze, right, "score")
	p.text("score", rect{areaR - 40, top + 3.2, 40, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink, align: right}, p.pix(p.cred.Score))
	p.text("score scale", rect{areaR - 48, top + 13.2, 48, 4}, style{face: p.f.sans, size: 7.4, least: 6, color: quiet, align: right},
		p.outOf()+" · "+p.say(words.reachable, thousands(p.doc.Lang, 128*p.cred.MaxLevel-1)))
	p.mention(x, top+13.2)
	meaning := p.say(words.below, p.pix(p.framework.Scores[0]))
	if p.cred.Level > 0 {
		meaning = p.in(p.doc.Referential.Levels[p.cred.Level-1].Meaning)
	}
	p.text("meaning", rect{x, top + 18.2, w, 14.2}, style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}, meaning)
	p.ruler(x, top+37.6, w)
}

func (p *pages) outOf() string {
	if p.doc.Lang == "en" {
		return "out of " + thousands(p.doc.Lang, 1024)
	}
	return "sur " + thousands(p.doc.Lang, 1024)
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
	certified := 0
	for _, n := range p.cred.Pix {
		if n > 0 {
			certified++
		}
	}
	p.label("score", rect{x, top + 3, w, 3.4}, bronze, left, p.in(words.total))
	p.text("score", rect{x, top + 6.4, w, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink},
		p.say(words.totalMeaning, p.pix(p.cred.Score), certified))
	p.mention(x, top+17.6)
	p.text("meaning", rect{x, top + 23.4, w, 14.2}, style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}, p.in(words.totalDetail))
}

// sealText sets the caption, the large figure and the word under it inside the
// rosette.
func (p *pages) sealText(cx, cy float64, caption, figure, word string) {
	w := 2 * rosetteRoom
	p.label("seal", rect{cx - w*0.34, cy - 8.9, w * 0.68, 3}, bronze, center, caption)
	p.text("seal figure", rect{cx - w/2, cy - 6.6, w, 11.2}, style{face: p.f.serif, size: 24, least: 16, color: ink, align: center}, figure)
	p.text("seal word", rect{cx - w*0.42, cy + 4, w * 0.84, 5.4}, style{face: p.f.serif, size: 10.5, least: 7, color: ink, align: center}, word)
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
	y := p.text("verify", rect{x, top - 1.4, w, 5.8}, style{face: p.f.serif, size: 12, color: ink}, p.in(words.verify))
	p.text("verify text", rect{x, y + 0.2, w, 14.4}, style{face: p.f.sans, size: 8, least: 6.4, lines: 4, early: true, lead: 1.22, color: ink}, p.in(words.verifyText))
	address := rect{x, top + 19.4, w, 4.6}
	p.text("verification address", address, style{face: p.f.bold, size: 9.4, least: 5.4, color: ink}, p.doc.Verify)
	p.link(address, p.doc.Verify)
	plate := rect{x, top + 25, w, 11.2}
	p.fill(plate, faint)
	p.stroke(plate, 0.15, pale)
	p.label("code", rect{plate.x + 2, plate.y + 0.7, plate.w - 4, 3.4}, bronze, left, p.in(words.code))
	p.text("access code", rect{plate.x + 1.6, plate.y + 4.2, plate.w - 3.2, 6.4}, style{face: p.f.mono, size: 12.6, least: 10, color: ink, align: center}, p.doc.Code)
	p.signature(plate.right()+5, top+14, areaR)
}

// signature names who signs for the issuer, between x and to.
func (p *pages) signature(x, y, to float64) {
	w := to - x
	p.text("signatory issuer", rect{x, y, w, 7.6}, style{face: p.f.sans, size: 7.8, least: 5.6, lines: 2, early: true, color: quiet, align: right}, p.say(words.signed, p.doc.Issuer))
	p.text("signatory role", rect{x, y + 7.8, w, 6.6}, style{face: p.f.sans, size: 7.8, least: 5.6, lines: 2, early: true, lead: 1.15, color: quiet, align: right}, p.doc.Signatory.Role)
	p.text("signatory name", rect{x, y + 14.6, w, 7.6}, style{face: p.f.italic, size: 13, least: 7, lines: 2, lead: 1.1, color: ink, align: right}, p.doc.Signatory.Name)
}

// foot is the last line of both pages.
func (p *pages) foot(page int) {
	text := p.say(words.page, p.number(), page)
	if p.doc.Specimen {
		text += " · " + p.in(words.specimen)
	}
	p.text("foot", rect{marginX + 45, 280.6, areaW - 90, 4}, style{face: p.f.sans, size: 7, color: quiet, align: center}, text)
}
