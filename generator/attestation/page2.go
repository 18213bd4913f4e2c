package attestation

import (
	"etalon/content"
	"etalon/signing"
)

// Places on page 2, in millimetres.
const (
	tableTop    = 50.4
	tableBottom = 259.0
	cellX       = marginX + 2.8 // left cell: title and level
	cellW       = 46.0
	proseX      = marginX + 52.0 // right cell: what the person does
	proseW      = areaR - proseX
)

// second draws page 2: the identity again and, for each competence, its level
// and what a person does at it.
func (p *pages) second() {
	p.begin()
	p.head()
	p.text("second title", rect{marginX, 28, areaW, 9.4}, style{face: p.f.serif, size: 18, color: ink}, p.in(words.second))
	p.recall()
	p.table()
	p.closing()
	p.foot(2)
}

// recall repeats who and what.
func (p *pages) recall() {
	result := p.levelName() + ", " + p.pix(p.cred.Score)
	if p.cred.Regime == signing.Profile {
		result = p.say(words.totalMeaning, p.pix(p.cred.Score), p.certified())
	}
	p.text("name again", rect{marginX, 37.4, areaW, 5.8}, style{face: p.f.bold, size: 12, least: 6, lines: 2, lead: 1.1, color: ink}, p.name())
	result += " · " + p.say(words.until, p.date(p.cred.ExpiresOn))
	t := style{face: p.f.sans, size: 8.6, least: 5, color: quiet, align: right}
	w := min(t.width(result)+0.1, 104)
	p.text("result again", rect{areaR - w, 43, w, 4.4}, t, result)
	t.align = left
	p.text("birth again", rect{marginX, 43, areaW - w - 4, 4.4}, t, p.birth())
}

// entry is one row of the table, set at a size.
type entry struct {
	domain      *content.Domain // of a heading row; else nil
	competence  *content.Competence
	index       int // of the competence, 0 to 15
	title, text setting
	status      setting
	height      float64
}

// table sets every row at the largest size at which all of them fit, then
// shares out what height is left.
func (p *pages) table() {
	if p.err != nil {
		return
	}
	const room = tableBottom - tableTop
	practice := make([]string, 16)
	for i, c := range p.doc.Referential.Competences() {
		practice[i] = p.descriptor(c, i)
	}
	for size := 8.6; size >= 6.2; size -= 0.1 {
		rows, total, ok := p.rows(size, practice)
		if p.err != nil {
			return
		}
		if ok && total <= room {
			p.drawRows(rows, min((room-total)/float64(len(rows)), 2.2))
			return
		}
	}
	p.fail("attestation: descriptors: the 16 descriptors of these levels do not fit page 2 at 6.2 points: shorten the longest in content/%s/competences", p.doc.Lang)
}

const (
	rowPad     = 1.5
	domainH    = 6.8
	statusH    = 3.6
	titleToBar = 0.3
)

// rows sets the table at a size, with what the person does in each competence.
func (p *pages) rows(size float64, practice []string) (rows []entry, total float64, ok bool) {
	prose := style{face: p.f.sans, size: size, lines: 9, early: true, lead: 1.2, color: ink}
	title := style{face: p.f.bold, size: min(size+0.2, 8.2), least: 6, lines: 2, early: true, lead: 1.12, color: ink}
	status := style{face: p.f.sans, size: min(size, 7.6), least: 5.4, color: quiet}
	i := 0
	for d := range p.doc.Referential.Domains {
		domain := &p.doc.Referential.Domains[d]
		rows = append(rows, entry{domain: domain, height: domainH})
		total += domainH
		for _, c := range domain.Competences {
			e := entry{competence: c, index: i}
			var okT, okD, okS bool
			name, text, state := c.Code+"\u00a0\u00a0"+p.in(c.Title), practice[i], p.status(i)
			for _, s := range []struct {
				t    style
				text string
			}{{title, name}, {prose, text}, {status, state}} {
				if r, bad := s.t.face.missing(s.text); bad {
					p.fail("attestation: descriptor of %s: character %q (%U) is not in the font", c.Code, r, r)
					return nil, 0, false
				}
			}
			e.title, okT = title.fit(name, cellW, 20)
			e.text, okD = prose.fit(text, proseW, 60)
			e.status, okS = status.fit(state, cellW-p.miniWidth()-1.5, 6)
			if !okT || !okD || !okS {
				return nil, 0, false
			}
			e.height = max(e.title.height()+titleToBar+statusH, e.text.height()) + rowPad
			total += e.height
			rows = append(rows, e)
			i++
		}
	}
	return rows, total, true
}

// descriptor is what the person does in a competence.
func (p *pages) descriptor(c *content.Competence, i int) string {
	level := p.cred.Levels[i]
	switch {
	case p.cred.Regime == signing.Profile && p.cred.Pix[i] == 0:
		return p.in(words.notCertified)
	case level == 0:
		return p.in(words.zero)
	}
	return content.Plain(p.in(c.Descriptors[level-1]))
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

// drawRows draws the table, each row taller by extra.
func (p *pages) drawRows(rows []entry, extra float64) {
	y := tableTop
	tint := ink
	for i, e := range rows {
		h := e.height + extra
		if e.domain != nil {
			tint = domains[(e.domain.Number-1)%len(domains)]
			p.text("domain heading", rect{marginX, y + h - 5.2, areaW, 4.6}, style{face: p.f.bold, size: 8, track: 0.05, color: tint}, upper(p.in(e.domain.Title)))
			p.line(marginX, y+h-0.5, areaR, y+h-0.5, 0.25, tint)
			y += h
			continue
		}
		top := y + (rowPad+extra)/2 - 0.3
		p.place("competence", rect{cellX, top, cellW, e.title.height()}, e.title)
		at := top + e.title.height() + titleToBar
		p.bar(cellX, at+0.75, miniUnit, 1.7, p.cred.Levels[e.index], tint)
		p.place("status", rect{cellX + p.miniWidth() + 1.5, at - 0.05, cellW - p.miniWidth() - 1.5, e.status.height()}, e.status)
		p.place("descriptor", rect{proseX, top, proseW, e.text.height()}, e.text)
		p.fill(rect{marginX, y + 0.6, 0.7, h - 1.2}, tint)
		y += h
		if i+1 < len(rows) && rows[i+1].domain == nil {
			p.line(cellX, y, areaR, y, 0.1, hair)
		}
	}
}

// closing is the note, the way to the referential and the signatory.
func (p *pages) closing() {
	const y, w = 261.2, 112.0
	p.text("note again", rect{marginX, y, w, 9.6}, style{face: p.f.sans, size: 7.6, least: 6, lines: 3, early: true, color: quiet}, p.note())
	p.text("referential", rect{marginX, y + 10.2, w, 3.6}, style{face: p.f.sans, size: 7.6, least: 6, color: quiet}, p.in(words.more))
	link := rect{marginX, y + 13.6, w, 3.8}
	p.text("referential address", link, style{face: p.f.bold, size: 8, least: 5.4, color: ink}, p.doc.Reference)
	p.link(link, p.doc.Reference)
	p.signature(marginX+w+4, y+18)
}
