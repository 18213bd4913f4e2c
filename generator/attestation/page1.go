package attestation

import (
	"strconv"
	"strings"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// The text area: the same margins on every A4 page.
const (
	marginX = 22.0
	areaW   = pageW - 2*marginX
	areaR   = pageW - marginX
)

// first draws page 1.
func (p *pages) first() {
	p.begin()
	p.part(pdf.Paragraph, func() { p.head(p.plan.head) })
	p.always(block{name: "heading"}, p.heading)
	p.identity(rect{marginX + 2, p.plan.name, areaW - 4, p.plan.nameH})
	p.diamondRule(pageW/2, p.plan.rule)
	p.facts(p.plan.facts)
	p.result(p.plan.result)
	p.chart(p.plan.chart)
	p.always(block{name: "notes", a: int(p.cred.Regime), b: p.cred.MaxLevel}, p.notes)
	p.verification()
	p.foot()
}

// block names a part of the page that many documents have word for word in the
// same place.
type block struct {
	name string
	form Form
	lang content.Lang
	a, b int
	of   *content.Competence
}

// always draws a block. It is compressed once for all files; the small rows of
// the chart, which would not gain by it, only for a file of many documents.
func (p *pages) always(b block, do func()) {
	if b.of != nil && !p.file.Shares() {
		do()
		return
	}
	b.form, b.lang = p.doc.Form, p.lang
	p.repeat(b, p.high, do)
}

// begin opens a page with what lies under the text.
func (p *pages) begin() {
	p.add(pageW, pageH)
	if p.doc.Specimen {
		p.specimen(pageW, 53)
	}
	p.page.Place(drawingBorder, 0, 0)
}

// english sets the English of a form in both languages, unless it is word for
// word the French.
func (p *pages) english(field string, r rect, t style, say func() string) {
	if s := p.inEnglish(say); s != "" && s != say() {
		p.as(pdf.Span, pdf.Trait{Lang: string(content.EN)}, func() { p.text(field+" in English", r, t, s) })
	}
}

// label sets a small caption in capitals; in both languages, English follows
// it, or stands below where there is no room or the caption ends at the right.
func (p *pages) label(field string, r rect, c color, a align, text content.Text) {
	t := style{face: p.f.bold, size: 6.6, least: 5.2, track: 0.07, color: c, align: a}
	caption := upper(p.in(text))
	p.word(field+" label", r, t, caption)
	if text.FR == text.EN {
		return
	}
	small := style{face: p.f.sans, size: 6, least: 4.6, color: quiet, align: a}
	used := t.width(caption) + 1.2
	english := p.inEnglish(func() string { return p.in(text) })
	beside := rect{r.x + used, r.y, r.w - used, r.h}
	if _, fits := small.fit(english, beside.w, beside.h); fits && a == left {
		r = beside
	} else {
		r.y += 2.3
	}
	p.english(field+" label", r, small, func() string { return p.in(text) })
}

// head is the line at the top of every page: issuer and number.
func (p *pages) head(y float64) {
	p.text("issuer", rect{marginX, y, 108, 7.4}, style{face: p.f.bold, size: 9.2, least: 6, lines: 2, track: 0.03, color: ink}, p.doc.Issuer)
	p.text("number", rect{marginX + 112, y, areaW - 112, 5.2}, style{face: p.f.bold, size: 9.2, color: ink, align: right}, p.say(words.number, p.number()))
	p.line(marginX, y+8.2, areaR, y+8.2, 0.15, bronze)
}

func (p *pages) heading() {
	l := p.plan
	p.part(pdf.H1, func() {
		p.word("title", rect{marginX, l.title, areaW, l.titleH}, style{face: p.f.serif, size: l.titleSize, color: ink, align: center}, p.in(words.title))
		p.word("subtitle", rect{marginX, l.subtitle, areaW, 7.4}, style{face: p.f.italic, size: l.subtitleSize, color: bronze, align: center}, p.in(words.subtitle))
		p.english("title", rect{marginX, l.english, areaW, 4.8}, style{face: p.f.italic, size: 9.6, color: quiet, align: center},
			func() string { return p.in(words.title) + " " + p.in(words.subtitle) })
	})
	p.part(pdf.Paragraph, func() {
		t := style{face: p.f.italic, size: l.awardedSize, color: quiet, align: center}
		french := p.in(words.awarded)
		r := rect{marginX, l.awarded, areaW, 6}
		english := p.inEnglish(func() string { return p.in(words.awarded) })
		if english == "" {
			p.word("awarded", r, t, french)
			return
		}
		small := t
		small.size, t.align, small.align = 8.4, left, left
		w, gap := t.width(french), 2.2
		r.x, r.w = r.x+(areaW-w-gap-small.width(english))/2, w+0.1
		p.word("awarded", r, t, french)
		r.x, r.y, r.w = r.x+w+gap, r.y+ascent*(t.size-small.size)/mm, small.width(english)+0.1
		p.english("awarded", r, small, func() string { return p.in(words.awarded) })
	})
}

// identity sets the person's name: on one line if it can be large, else given
// names above the family name, else as two lines break best.
func (p *pages) identity(frame rect) {
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
	if r, bad := t.face.Missing(p.name()); bad {
		p.fail("attestation: name: character %q (%U) is not in the font: spell %q with letters of the Latin alphabet", r, r, p.name())
		return
	}
	if !ok {
		p.fail("attestation: name: %q does not fit three lines of %.0f mm at 9 points: shorten the given names or the family name", p.name(), frame.w)
		return
	}
	frame.y += (frame.h - out.height()) / 2
	frame.h = out.height()
	p.part(pdf.Paragraph, func() { p.place("name", frame, out) })
}

// diamondRule is a short rule with a lozenge in its middle.
func (p *pages) diamondRule(mid, y float64) {
	const half, gap = 26.0, 2.6
	p.line(mid-half, y, mid-gap, y, 0.2, bronze)
	p.line(mid+gap, y, mid+half, y, 0.2, bronze)
	p.lozenge(mid, y, 0.95)
}

func (p *pages) lozenge(x, y, r float64) {
	p.polygon(bronze, x, y-r, x+r, y, x, y+r, x-r, y)
}

// facts are the dates and places, in four columns.
func (p *pages) facts(top float64) {
	value := style{face: p.f.sans, size: 9.4, least: 7, lines: 2, early: true, lead: 1.2, color: ink}
	small := style{face: p.f.sans, size: 7, least: 5, color: quiet}
	both := p.doc.Form.both()
	put := func(x, y, w, h float64, field string, label content.Text, t style, say, english func() string) {
		p.part(pdf.Paragraph, func() {
			p.label(field, rect{x, y, w, 3.4}, bronze, left, label)
			if both {
				t.size -= 0.6
			}
			down := p.text(field, rect{x, y + 3.5, w, h}, t, say())
			p.english(field, rect{x, down - 0.2, w, 3.2}, small, english)
		})
	}
	long := value
	long.lines, long.least = 3, 6.4
	one := value
	one.lines = 1
	step := 9.2
	if both {
		step = 10.8
	}
	put(marginX, top, 40, 12.8, "birth", words.birth, long, p.birth, func() string { return p.date(p.cred.BirthDate) })
	p.part(pdf.Paragraph, func() {
		p.label("centre", rect{marginX + 43, top, 48, 3.4}, bronze, left, words.centre)
		p.text("centre", rect{marginX + 43, top + 3.5, 48, 12.8}, long, p.cred.Centre)
	})
	session := func() string { return p.date(p.cred.SessionDate) }
	issued := func() string { return p.date(p.cred.IssuedOn) }
	until := func() string { return p.say(words.until, p.date(p.cred.ExpiresOn)) }
	put(marginX+94, top, 28, 4.6, "session", words.session, one, session, session)
	put(marginX+94, top+step, 28, 4.6, "issued", words.issued, one, issued, issued)
	put(marginX+125, top, 41, 12.8, "validity", words.validity, long, until, until)
	for _, x := range []float64{41, 92, 123} {
		p.line(marginX+x, top+0.4, marginX+x, top+step+7.8, 0.12, hair)
	}
}

// sealFigure is the seal with the result in it.
func (p *pages) sealFigure(cx, cy float64) {
	p.seal(cx, cy)
	r := rect{cx - rosetteRadius, cy - rosetteRadius, 2 * rosetteRadius, 2 * rosetteRadius}
	p.figure(r, p.say(words.sealAlt, p.resultName()), p.cred.Regime == signing.Profile, func() {
		switch {
		case p.cred.Regime != signing.Adaptive:
			p.sealText(cx, cy+1.2, strconv.Itoa(p.cred.Score), "pix")
		case p.cred.Level == 0:
			first := p.in(p.doc.Referential.Levels[0].Name)
			p.word("seal", rect{cx - 10.4, cy - 5.6, 20.8, 6}, style{face: p.f.serif, size: 12.5, least: 8, color: ink, align: center}, first)
			p.word("seal", rect{cx - 10.4, cy + 0.8, 20.8, 5.4}, style{face: p.f.italic, size: 10.5, least: 7, color: ink, align: center}, p.in(words.notReached))
		default:
			name := p.levelName()
			at := max(strings.LastIndexAny(name, " \u00a0"), 0)
			p.word("seal", rect{cx - 10.8, cy - 8, 21.6, 6}, style{face: p.f.serif, size: 12.5, least: 8, color: ink, align: center}, name[:at])
			p.sealText(cx, cy+2.8, strings.Trim(name[at:], " \u00a0"), "")
		}
	})
}

// sealText sets a large figure about a centre inside the rosette, and a word
// under it.
func (p *pages) sealText(cx, cy float64, figure, word string) {
	p.text("seal figure", rect{cx - 11, cy - 6.8, 22, 13.2}, style{face: p.f.serif, size: 28, least: 16, color: ink, align: center}, figure)
	p.word("seal word", rect{cx - 9, cy + 3.8, 18, 5}, style{face: p.f.italic, size: 10.5, color: ink, align: center}, word)
}

// result is the seal with the level, what it means, the score and its scale.
func (p *pages) result(top float64) {
	p.sealFigure(marginX+rosetteRadius, top+rosetteRadius)
	x := marginX + 50.0
	w := areaR - x
	if p.cred.Regime != signing.Adaptive {
		p.profileResult(x, w, top)
		return
	}
	both := p.doc.Form.both()
	p.part(pdf.Paragraph, func() {
		p.label("level", rect{x, top, 60, 3.4}, bronze, left, words.globalLevel)
		big := style{face: p.f.serif, size: 21, least: 13, color: ink}
		name := rect{x, top + 3.2, 74, 10.6}
		if out, ok := settings.fit(big, p.levelName(), name.w, name.h); ok { // on the score's baseline
			down := (ascent*big.size - out.base[0]*out.size) / mm
			name.y, name.h = name.y+down, name.h-down
		}
		p.word("level", name, big, p.levelName())
		p.english("level", rect{x, top + 12.6, 66, 4.2}, style{face: p.f.italic, size: 9.6, least: 7, color: quiet}, p.levelName)
	})
	p.part(pdf.Paragraph, func() {
		label := rect{areaR - 40, top, 40, 3.4}
		p.label("score", label, bronze, right, content.Text{FR: p.in(words.score), EN: p.in(words.score)}) // one word
		p.text("score", rect{areaR - 40, top + 3.2, 40, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink, align: right}, p.pix(p.cred.Score))
		scale := func() string {
			return p.say(words.outOf, thousands(p.lang, 1024)) + " · " + p.say(words.reachable, thousands(p.lang, 128*p.cred.MaxLevel-1))
		}
		t := style{face: p.f.sans, size: 7.4, least: 6, color: quiet, align: right}
		y := top + 13.2
		if both {
			y -= 0.3
		}
		p.word("score scale", rect{areaR - 48, y, 48, 4}, t, scale())
		t.size, t.least = 6.2, 5
		p.english("score scale", rect{areaR - 48, top + 15.8, 48, 3.4}, t, scale)
	})
	meaning := func() string {
		if p.cred.Level > 0 {
			return p.in(p.doc.Referential.Levels[p.cred.Level-1].Meaning)
		}
		return p.say(words.below, p.pix(p.framework.Scores[0]))
	}
	t := style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}
	if !both {
		p.mention(x, top+13.2)
		p.part(pdf.Paragraph, func() { p.word("meaning", rect{x, top + 18.2, w, 14.2}, t, meaning()) })
	} else {
		p.mention(x, top+18.7)
		t.size, t.least, t.lead = 8, 6.2, 1.2
		p.part(pdf.Paragraph, func() {
			y := p.word("meaning", rect{x, top + 23.2, w, 6.9}, t, meaning())
			t.size, t.least, t.color = 6.6, 5.4, quiet
			p.english("meaning", rect{x, y - 0.1, w, 5.4}, t, meaning)
		})
	}
	scale := top + 36.2
	if both {
		scale += 2.8
	}
	p.ruler(x, scale, w)
}

// mention is the professional one, from the framework's score on.
func (p *pages) mention(x, y float64) {
	if !p.cred.Professional {
		return
	}
	p.lozenge(x+0.9, y+2.25, 0.9)
	say := func() string {
		text := p.in(words.professional)
		if p.framework.ProfessionalScore > 0 {
			text += " (" + p.say(words.professionalDetail, p.pix(p.framework.ProfessionalScore)) + ")"
		}
		return text
	}
	t := style{face: p.f.bold, size: 8.4, least: 6, color: ink}
	r := rect{x + 3, y, areaR - x - 52, 4.4}
	p.part(pdf.Paragraph, func() {
		if p.doc.Form.both() {
			t.size = 7.6
		}
		p.word("professional mention", r, t, say())
		used := t.width(say()) + 1.8
		p.english("professional mention", rect{r.x + used, y + 0.3, areaR - r.x - used, 4.2}, style{face: p.f.sans, size: 6.6, least: 5, color: quiet}, say)
	})
}

// profileResult is the total of a profile certification.
func (p *pages) profileResult(x, w, top float64) {
	small := style{face: p.f.italic, size: 9.6, least: 7, color: quiet}
	y := top + 6.4
	p.part(pdf.Paragraph, func() {
		p.label("score", rect{x, top + 3, w, 3.4}, bronze, left, words.total)
		y = p.text("score", rect{x, y, w, 10.6}, style{face: p.f.serif, size: 21, least: 13, color: ink}, p.total())
		p.english("score", rect{x, y - 0.8, w, 4.6}, small, p.total)
	})
	detail := func() string { return p.in(words.totalDetail) }
	t := style{face: p.f.sans, size: 9.2, least: 7, lines: 4, early: true, lead: 1.28, color: ink}
	if !p.doc.Form.both() {
		p.mention(x, top+17.6)
		p.part(pdf.Paragraph, func() { p.word("meaning", rect{x, top + 23.4, w, 14.2}, t, detail()) })
		return
	}
	p.mention(x, top+20.4)
	t.size, t.lead = 8, 1.22
	p.part(pdf.Paragraph, func() {
		y := p.word("meaning", rect{x, top + 25.2, w, 10.6}, t, detail())
		t.size, t.least, t.color = 6.8, 5.6, quiet
		p.english("meaning", rect{x, y, w, 9}, t, detail)
	})
}

// notes are the caution under the chart.
func (p *pages) notes() {
	t := style{face: p.f.sans, size: 7.8, least: 6.6, lines: 2, early: true, color: quiet}
	p.part(pdf.Paragraph, func() {
		if !p.doc.Form.both() {
			p.word("note", rect{marginX, p.plan.note, areaW, 7.6}, t, p.note())
			return
		}
		const gap = 6.0 // between the languages, side by side
		const w = (areaW - gap) / 2
		t.size, t.least, t.lead, t.lines = 6.6, 6, 1.18, 3
		p.word("note", rect{marginX, p.plan.note, w, 8.6}, t, p.note())
		t.size, t.least = 6.4, 5.6
		p.english("note", rect{marginX + w + gap, p.plan.note, w, 8.6}, t, p.note)
	})
}
