package attestation

import (
	"strconv"
	"strings"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/signing"
)

// ruler is the reading grid of the score: a graduated scale from 0 to 1024
// whose long marks are the scores where levels begin, the bands named below,
// and the candidate's place on it.
func (p *pages) ruler(x, y, w float64) {
	p.figure(rect{x, y - 2.5, w, 10.4}, p.scaleInWords(), true, func() { p.drawRuler(x, y, w) })
}

// scaleInWords is the ruler for those who do not see it.
func (p *pages) scaleInWords() string {
	var b strings.Builder
	b.WriteString(p.say(words.scaleAlt, p.pix(1024)))
	for i := range p.doc.Referential.Bands {
		band := &p.doc.Referential.Bands[i]
		glue := ", "
		if i == 0 {
			glue = "\u00a0: "
			if p.lang == content.EN {
				glue = ": "
			}
		}
		if band.First <= len(p.framework.Scores) {
			b.WriteString(glue + p.say(words.scaleFrom, p.in(band.Name), thousands(p.lang, p.framework.Scores[band.First-1])))
		}
	}
	b.WriteString(". " + p.say(words.scaleAt, p.pix(p.cred.Score)))
	return b.String()
}

func (p *pages) drawRuler(x, y, w float64) {
	at := func(score int) float64 { return x + w*float64(score)/1024 }
	scores := p.framework.Scores
	reach := 128 * p.cred.MaxLevel
	p.line(x, y, at(reach), y, 0.3, ink)
	if reach < 1024 {
		p.line(at(reach), y, at(1024), y, 0.15, hair)
	}
	// A mark every 16 pix: short strokes of a line as wide as the marks are long.
	const mark, size, every = 0.1, 0.9, 16
	marks := func(from, to int, c color) {
		p.page.Pen(size*mm, c)
		line := (p.high - y - size/2) * mm
		p.page.Dashes((at(from)-mark/2)*mm, line, (at(to)+mark/2)*mm, line, mark*mm, (w*every/1024-mark)*mm)
	}
	marks(0, reach, ink)
	if reach < 1024 {
		marks(reach+every, 1024, hair)
	}
	for _, s := range scores {
		p.line(at(s), y, at(s), y+2.2, 0.2, ink)
	}
	cx := at(min(p.cred.Score, 1024))
	p.fill(rect{x, y - 1.15, cx - x, 0.7}, bronze)
	p.polygon(ink, cx, y-0.2, cx-1.05, y-2.5, cx+1.05, y-2.5)
	small := style{face: p.f.sans, size: 6.2, color: quiet, align: center}
	for i, s := range scores {
		p.word("scale "+strconv.Itoa(i+1), rect{at(s) - 3.6, y + 1.9, 7.2, 2.9}, small, strconv.Itoa(s))
	}
	for i := range p.doc.Referential.Bands {
		b := &p.doc.Referential.Bands[i]
		if b.First > len(scores) {
			continue
		}
		from, to := scores[b.First-1], 1024
		if b.Last < len(scores) {
			to = scores[b.Last]
		}
		name := p.in(b.Name)
		if english := p.inEnglish(func() string { return p.in(b.Name) }); english != "" && english != name {
			name += " · " + english
		}
		p.word("scale band", rect{at(from), y + 4.7, at(to) - at(from), 3.2},
			style{face: p.f.bold, size: 6.6, least: 4.4, color: ink, align: center}, name)
	}
}

// Places of the chart, in millimetres.
const (
	domainW     = 33.0
	codeX       = marginX + 37
	titleX      = codeX + 7.4
	barX        = 141.0
	levelW      = 9.4
	pixW        = 6.6
	chartHeader = 5.0
)

// chart is the profile of the 16 levels: bars of as many graduations as the
// scale has levels, one a competence, and the table of the same values.
func (p *pages) chart(top float64) {
	profile := p.cred.Regime == signing.Profile
	barR, kind := areaR-levelW, &gauges[0]
	if profile {
		barR, kind = barR-pixW, &gauges[1]
	}
	unit := (barR - barX) / float64(p.cred.MaxLevel)
	h := chartHeader + 16*p.plan.row + 5*p.plan.gap
	p.part(pdf.H2, func() {
		p.label("profile", rect{marginX, top - 0.6, codeX - marginX, 3.4}, bronze, left, words.profile)
	})
	p.figure(rect{barX, top - 0.6, barR - barX, h}, p.say(words.chartAlt, p.cred.MaxLevel), false, func() {
		p.bandMarks(barX, top, unit)
		p.eachRow(top, func(i int, y float64, tint color) {
			p.bar(barX, y+0.85+(p.plan.row-onePlan.row)/2, kind, p.cred.Levels[i], tint)
		})
	})
	p.part(pdf.Table, func() { p.chartTable(top, barR, profile) })
	p.line(marginX, top+h-p.plan.gap/2, areaR, top+h-p.plan.gap/2, 0.12, hair)
}

// eachRow visits the rows of the chart with their tops.
func (p *pages) eachRow(top float64, do func(i int, y float64, tint color)) {
	y, i := top+chartHeader, 0
	for d := range p.doc.Referential.Domains {
		for range p.doc.Referential.Domains[d].Competences {
			do(i, y, domains[d%len(domains)])
			y += p.plan.row
			i++
		}
		y += p.plan.gap
	}
}

func (p *pages) chartTable(top, barR float64, profile bool) {
	column := pdf.Trait{Attr: pdf.ScopeColumn}
	p.part(pdf.Row, func() {
		p.part(pdf.Cell, func() {}) // over the domains, which name themselves
		p.as(pdf.Header, column, func() {
			p.label("competence", rect{titleX, top - 0.6, 60, 3.4}, quiet, left, words.competence)
		})
		if profile {
			p.as(pdf.Header, column, func() {
				p.label("pix column", rect{barR, top - 0.6, pixW, 3.4}, quiet, right, words.pixColumn)
			})
		}
		p.as(pdf.Header, column, func() {
			p.label("level column", rect{areaR - levelW, top - 0.6, levelW, 3.4}, quiet, right, words.levelColumn)
		})
	})
	l := p.plan
	row := l.row
	y, i := top+chartHeader, 0
	for d := range p.doc.Referential.Domains {
		domain := &p.doc.Referential.Domains[d]
		tint := domains[d%len(domains)]
		h := row * float64(len(domain.Competences))
		p.line(marginX, y-l.gap/2, areaR, y-l.gap/2, 0.12, hair)
		p.fill(rect{marginX, y + 0.3, 0.9, h - 0.6}, tint)
		for k, c := range domain.Competences {
			b := block{name: "row", a: p.cred.Levels[i], b: -1, of: c}
			if profile {
				b.b = p.cred.Pix[i]
			}
			p.always(b, func() {
				p.part(pdf.Row, func() {
					if k == 0 {
						p.as(pdf.Header, pdf.Trait{Attr: pdf.RowSpan(len(domain.Competences))}, func() { p.domainTitle(domain, y, h, tint) })
					}
					p.chartRow(c, i, y, barR, profile)
				})
			})
			y += row
			i++
		}
		y += l.gap
	}
}

// chartRow is a competence with its values.
func (p *pages) chartRow(c *content.Competence, i int, y, barR float64, profile bool) {
	l, row := p.plan, p.plan.row
	p.as(pdf.Header, pdf.Trait{Attr: pdf.ScopeRow}, func() {
		p.word("code", rect{codeX, y, 6.6, row}, style{face: p.f.sans, size: 7.8, color: quiet}, c.Code)
		up := 0.15
		if p.doc.Form.both() {
			up = 0.35
		}
		p.word("competence", rect{titleX, y - up, barX - titleX - 2, row}, style{face: p.f.sans, size: l.competence, least: l.least, color: ink}, p.in(c.Title))
		p.english("competence", rect{titleX, y + 2.6, barX - titleX - 2, 2.9}, style{face: p.f.sans, size: 5.6, least: 5, color: quiet}, func() string { return p.in(c.Title) })
	})
	digit := strconv.Itoa(p.cred.Levels[i])
	middle := (row - onePlan.row) / 2
	if profile {
		n := strconv.Itoa(p.cred.Pix[i])
		if p.cred.Pix[i] == 0 {
			n, digit = "–", "–"
		}
		p.part(pdf.Cell, func() {
			p.word("pix", rect{barR, y - 0.15 + middle, pixW, row}, style{face: p.f.sans, size: 8.8, color: ink, align: right}, n)
		})
	}
	p.part(pdf.Cell, func() {
		p.word("level", rect{areaR - levelW, y - 0.2 + middle, levelW, row}, style{face: p.f.bold, size: 9, color: ink, align: right}, digit)
	})
}

// domainTitle names a domain beside its rows.
func (p *pages) domainTitle(domain *content.Domain, y, h float64, tint color) {
	t := style{face: p.f.bold, size: p.plan.domain, least: 6, lines: 3, early: true, lead: 1.15, color: tint}
	r := rect{marginX + 2.6, y - 0.1, domainW - 2.6, h}
	if !p.doc.Form.both() {
		p.word("domain", r, t, p.in(domain.Title))
		return
	}
	t.lines, r.h = 2, 6.6
	down := p.word("domain", r, t, p.in(domain.Title))
	p.english("domain", rect{r.x, down - 0.1, r.w, y + h - down}, style{face: p.f.sans, size: 6.2, least: 5, color: quiet}, func() string { return p.in(domain.Title) })
}

// bandMarks names the bands over the graduations they cover, all at one size.
func (p *pages) bandMarks(x, top, unit float64) {
	t := style{face: p.f.sans, size: 6.4, color: quiet, align: center}
	type mark struct {
		name string
		rect rect
	}
	var marks []mark
	for i := range p.doc.Referential.Bands {
		b := &p.doc.Referential.Bands[i]
		if b.First > p.cred.MaxLevel {
			continue
		}
		w := unit*float64(min(b.Last, p.cred.MaxLevel)-b.First+1) - 0.5
		m := mark{p.in(b.Name), rect{x + unit*float64(b.First-1), top - 0.6, w, 3.2}}
		for t.width(m.name) > w && t.size > 4.6 {
			t.size -= step
		}
		marks = append(marks, m)
	}
	for _, m := range marks {
		p.line(m.rect.x, top+2.9, m.rect.right(), top+2.9, 0.15, pale)
	}
	for _, m := range marks {
		p.word("band", m.rect, t, m.name)
	}
}

// gauge is a kind of bar: how wide and high its graduations are, in
// millimetres, and the white between them.
type gauge struct {
	name    string
	units   func(levels int) float64
	h, side float64
}

const cellGap = 0.5

// Gauges of page 1, by regime, and of page 2.
var gauges = []gauge{
	{"A", func(n int) float64 { return (areaR - levelW - barX) / float64(n) }, 2.5, 0.06},
	{"P", func(n int) float64 { return (areaR - levelW - pixW - barX) / float64(n) }, 2.5, 0.06},
	{"M", func(int) float64 { return miniUnit }, 1.7, 0.06},
}

// cells are the outlines of the graduations, for every number of levels.
func cells() (list []pdf.Drawing) {
	for _, g := range gauges {
		for levels := 1; levels <= 8; levels++ {
			unit := g.units(levels)
			b := []byte(pen(hair) + "0.34 w\n")
			for n := range levels {
				for _, v := range []float64{unit*float64(n) + g.side, -g.h + g.side, unit - cellGap - 2*g.side, g.h - 2*g.side} {
					b = append(pdf.AppendNumber(b, v*mm), ' ')
				}
				b = append(b, "re\n"...)
			}
			d := drawing(g.name+strconv.Itoa(levels), 0, string(append(b, "S\n"...)))
			d.Box = [4]float64{0, -g.h * mm, unit * float64(levels) * mm, 0}
			list = append(list, d)
		}
	}
	return list
}

// bar draws one graduation a level: full up to the level reached, outlined
// beyond, so that it reads in black and white too.
func (p *pages) bar(x, y float64, g *gauge, level int, tint color) {
	unit := g.units(p.cred.MaxLevel)
	if level < p.cred.MaxLevel {
		p.page.Place(g.name+strconv.Itoa(p.cred.MaxLevel), x*mm, (p.high-y)*mm)
	}
	if level > 0 {
		middle := (p.high - y - g.h/2) * mm
		p.page.Pen(g.h*mm, tint)
		p.page.Dashes(x*mm, middle, (x+unit*float64(level)-cellGap)*mm, middle, (unit-cellGap)*mm, cellGap*mm)
	}
}
