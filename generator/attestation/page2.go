package attestation

import (
	"math"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// Places on page 2, in millimetres.
const (
	tableTop    = 50.4
	tableBottom = 259.0         // at the latest: above a signatory of many lines, earlier
	cellX       = marginX + 2.8 // left cell: title and level
	cellW       = 46.0
	proseX      = marginX + 52.0 // right cell: what the person does
	proseW      = areaR - proseX
	closingW    = 112.0 // of the note, beside the signatory
)

// second draws page 2: the identity again and, for each competence, its level
// and what a person does at it.
func (p *pages) second() {
	p.begin()
	p.file.Ornament(func() { p.head(onePlan.head) }) // said on page 1
	p.part(pdf.H2, func() {
		p.word("second title", rect{marginX, 28, areaW, 9.4}, style{face: p.f.serif, size: 18, color: ink}, p.in(words.second))
	})
	p.recall()
	const bottom = 279.2 // of the page's last lines
	o := p.office(areaW-closingW-4, 2)
	p.table(min(tableBottom, bottom-o.height-1.4))
	p.closing()
	p.signature(o, areaR, bottom)
	p.foot()
}

// recall repeats who and what.
func (p *pages) recall() {
	p.part(pdf.Paragraph, func() {
		p.text("name again", rect{marginX, 37.4, areaW, 5.8}, style{face: p.f.bold, size: 12, least: 6, lines: 2, lead: 1.1, color: ink}, p.name())
	})
	result := p.resultName()
	if p.cred.Regime == signing.Adaptive {
		result += ", " + p.pix(p.cred.Score)
	}
	result += " · " + p.say(words.until, p.date(p.cred.ExpiresOn))
	t := style{face: p.f.sans, size: 8.6, least: 5, color: quiet, align: right}
	w := min(t.width(result)+0.1, 104)
	t.align = left
	p.part(pdf.Paragraph, func() { p.text("birth again", rect{marginX, 43, areaW - w - 4, 4.4}, t, p.birth()) })
	t.align = right
	p.part(pdf.Paragraph, func() { p.text("result again", rect{areaR - w, 43, w, 4.4}, t, result) })
}

// entry is one row of the table, or the heading of a domain.
type entry struct {
	domain *content.Domain // of a heading; else nil
	row    *row
	index  int // of the competence, 0 to 15
	height float64
}

// sizes of the table's prose, from the one wanted down to the least.
const (
	largestProse = 8.6
	proseSteps   = 25 // of a tenth of a point
)

// table sets every row at the largest size at which all of them fit, then
// shares out what height is left above bottom.
func (p *pages) table(bottom float64) {
	if p.err != nil {
		return
	}
	room := bottom - tableTop
	competences := p.doc.Referential.Competences()
	var few [16]*rowSizes
	all := few[:0]
	for i := range competences {
		k := rowKey{p.doc.Referential, p.lang, p.cred.Regime, i, p.cred.Levels[i], p.cred.Pix[i], p.cred.MaxLevel}
		all = append(all, rows.get(k, func() *rowSizes { return p.setRows(i, competences[i]) }))
		if r := all[i].missing; r != 0 {
			p.fail("attestation: descriptor of %s: character %q (%U) is not in the font", competences[i].Code, r, r)
			return
		}
	}
	for n := range proseSteps {
		total := domainH * float64(len(p.doc.Referential.Domains))
		for _, r := range all {
			total += r.heights[n]
		}
		if total > room {
			continue
		}
		entries := make([]entry, 0, 32)
		i := 0
		for d := range p.doc.Referential.Domains {
			domain := &p.doc.Referential.Domains[d]
			entries = append(entries, entry{domain: domain, height: domainH})
			for range domain.Competences {
				entries = append(entries, entry{row: &all[i].sizes[n], height: all[i].heights[n], index: i})
				i++
			}
		}
		p.drawRows(entries, min((room-total)/float64(len(entries)), 2.2))
		return
	}
	p.fail("attestation: descriptors: the 16 descriptors of these levels do not fit page 2 at 6.2 points: shorten the longest in content/%s/competences", p.lang)
}

const (
	rowPad     = 1.5
	domainH    = 6.8
	statusH    = 3.6
	titleToBar = 0.3
)

// rows remembers how each row is set at every size. It holds words of the
// referential and numbers, nothing of a person's.
var rows = newMemo[rowKey, *rowSizes](20_000)

type rowKey struct {
	referential        *content.Referential
	lang               content.Lang
	regime             signing.Regime
	index              int
	level, pix, levels int
}

type rowSizes struct {
	missing rune // a character that the font lacks
	heights [proseSteps]float64
	sizes   [proseSteps]row
}

// row is one competence, set at a size.
type row struct{ title, text, status setting }

// setRows sets a row at every size; where it does not fit, it is endless.
func (p *pages) setRows(i int, c *content.Competence) *rowSizes {
	name, text, state := c.Code+"\u00a0\u00a0"+p.in(c.Title), p.descriptor(c, i), p.status(i)
	r := &rowSizes{}
	for n := range r.sizes {
		size := largestProse - 0.1*float64(n)
		prose := style{face: p.f.sans, size: size, lines: 9, early: true, lead: 1.2, color: ink}
		title := style{face: p.f.bold, size: min(size+0.2, 8.2), least: 6, lines: 2, early: true, lead: 1.12, color: ink}
		status := style{face: p.f.sans, size: min(size, 7.6), least: 5.4, color: quiet}
		for _, s := range []struct {
			t    style
			text string
		}{{title, name}, {prose, text}, {status, state}} {
			if c, bad := s.t.face.Missing(s.text); bad {
				r.missing = c
				return r
			}
		}
		e := &r.sizes[n]
		var okT, okD, okS bool
		e.title, okT = title.fit(name, cellW, 20)
		e.text, okD = prose.fit(text, proseW, 60)
		e.status, okS = status.fit(state, cellW-p.miniWidth()-1.5, 6)
		r.heights[n] = max(e.title.height()+titleToBar+statusH, e.text.height()) + rowPad
		if !okT || !okD || !okS {
			r.heights[n] = math.Inf(1)
		}
	}
	return r
}

// plain remembers descriptors without their marks.
var plain = newMemo[string, string](2_000)

// descriptor is what the person does in a competence.
func (p *pages) descriptor(c *content.Competence, i int) string {
	level := p.cred.Levels[i]
	switch {
	case p.cred.Regime == signing.Profile && p.cred.Pix[i] == 0:
		return p.in(words.notCertified)
	case level == 0:
		return p.in(words.zero)
	}
	text := p.in(c.Descriptors[level-1])
	return plain.get(text, func() string { return content.Plain(text) })
}

// status is the level in words, with the pix of a profile.
func (p *pages) status(i int) string {
	level := p.say(words.level, p.cred.Levels[i])
	if n := p.cred.Levels[i]; n > 0 && p.cred.Regime == signing.Adaptive {
		level += " · " + p.in(p.doc.Referential.LevelName(n))
	}
	if p.cred.Regime == signing.Profile {
		if p.cred.Pix[i] == 0 {
			return "–"
		}
		return p.pix(p.cred.Pix[i]) + ", " + level
	}
	return level
}

// miniUnit is a graduation of the small bars of page 2.
const miniUnit = 2.2

func (p *pages) miniWidth() float64 { return miniUnit * float64(p.cred.MaxLevel) }

// grid moves a row to the nearest tenth of a millimetre, so that many pages
// have rows in the same places.
func grid(y float64) float64 { return math.Round(10*y) / 10 }

// drawRows draws the table, each row taller by extra.
func (p *pages) drawRows(entries []entry, extra float64) {
	y := tableTop
	tint := ink
	for i := range entries {
		e := &entries[i]
		h := e.height + extra
		if e.domain != nil {
			tint = domains[(e.domain.Number-1)%len(domains)]
			title := p.in(e.domain.Title)
			p.repeat(title, grid(y+h), func() {
				p.part(pdf.H3, func() {
					p.word("domain heading", rect{marginX, grid(y+h) - 5.2, areaW, 4.6}, style{face: p.f.bold, size: 8, track: 0.05, color: tint}, upper(title))
				})
			})
			p.line(marginX, y+h-0.5, areaR, y+h-0.5, 0.25, tint)
			y += h
			continue
		}
		top := grid(y + (rowPad+extra)/2 - 0.3)
		at := top + e.row.title.height() + titleToBar
		p.bar(cellX, at+0.75, &gauges[2], p.cred.Levels[e.index], tint)
		p.repeat(e.row, top, func() {
			p.part(pdf.H4, func() { p.place("competence", rect{cellX, top, cellW, e.row.title.height()}, e.row.title) })
			p.part(pdf.Paragraph, func() {
				p.place("status", rect{cellX + p.miniWidth() + 1.5, at - 0.05, cellW - p.miniWidth() - 1.5, e.row.status.height()}, e.row.status)
			})
			p.part(pdf.Paragraph, func() { p.place("descriptor", rect{proseX, top, proseW, e.row.text.height()}, e.row.text) })
		})
		p.fill(rect{marginX, y + 0.6, 0.7, h - 1.2}, tint)
		y += h
		if i+1 < len(entries) && entries[i+1].domain == nil {
			p.line(cellX, y, areaR, y, 0.1, hair)
		}
	}
}

// closing is the note and the way to the referential, beside the signatory.
func (p *pages) closing() {
	const y, w = 261.2, closingW
	t := style{face: p.f.sans, size: 7.6, least: 6, color: quiet}
	p.part(pdf.Paragraph, func() {
		note := t
		note.lines, note.early = 3, true
		p.word("note again", rect{marginX, y, w, 9.6}, note, p.note())
	})
	p.part(pdf.Paragraph, func() {
		p.word("referential", rect{marginX, y + 10.2, w, 3.6}, t, p.in(words.more))
		r, address := rect{marginX, y + 13.6, w, 3.8}, p.in(p.doc.Reference)
		p.link(r, address, p.say(words.moreLink, address), func() {
			p.text("referential address", r, style{face: p.f.bold, size: 8, least: 5.4, color: ink}, address)
		})
	})
}
