package attestation

import (
	"strconv"

	"etalon/signing"
)

// ruler is the reading grid of the score: a graduated scale from 0 to 1024
// whose long marks are the scores where levels begin, the bands named below,
// and the candidate's place on it.
func (p *pages) ruler(x, y, w float64) {
	at := func(score int) float64 { return x + w*float64(score)/1024 }
	scores := p.framework.Scores
	reach := 128 * p.cred.MaxLevel
	p.line(x, y, at(reach), y, 0.3, ink)
	if reach < 1024 {
		p.line(at(reach), y, at(1024), y, 0.15, hair)
	}
	for s := 0; s <= 1024; s += 16 {
		c := ink
		if s > reach {
			c = hair
		}
		p.line(at(s), y, at(s), y+0.9, 0.1, c)
	}
	small := style{face: p.f.sans, size: 6.2, color: quiet, align: center}
	for i, s := range scores {
		p.line(at(s), y, at(s), y+2.2, 0.2, ink)
		p.text("scale "+strconv.Itoa(i+1), rect{at(s) - 3.6, y + 1.9, 7.2, 2.9}, small, strconv.Itoa(s))
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
		p.text("scale band", rect{at(from), y + 4.7, at(to) - at(from), 3.2},
			style{face: p.f.bold, size: 6.6, least: 4.8, color: ink, align: center}, p.in(b.Name))
	}
	cx := at(min(p.cred.Score, 1024))
	p.fill(rect{x, y - 1.15, cx - x, 0.7}, bronze)
	p.pdf.SetFillColor(int(ink[0]), int(ink[1]), int(ink[2]))
	p.pdf.MoveTo(cx, y-0.2)
	p.pdf.LineTo(cx-1.05, y-2.5)
	p.pdf.LineTo(cx+1.05, y-2.5)
	p.pdf.ClosePath()
	p.pdf.DrawPath("f")
}

// chart is the profile of the 16 levels: one row a competence, one group a
// domain, a bar of as many graduations as the scale has levels.
func (p *pages) chart(top float64) {
	const (
		row, gap     = 4.15, 1.9
		domainW      = 33.0
		codeX        = marginX + 37
		titleX       = codeX + 7.4
		barX         = 141.0
		rightX       = areaR
		levelW       = 9.4
		pixW, header = 6.6, 5.0
	)
	profile := p.cred.Regime == signing.Profile
	barR := rightX - levelW
	if profile {
		barR -= pixW
	}
	unit := (barR - barX) / float64(p.cred.MaxLevel)
	p.label("profile", rect{marginX, top - 0.6, barX - marginX - 4, 3.4}, bronze, left, p.in(words.profile))
	p.bandMarks(barX, top, unit)
	if profile {
		p.label("pix column", rect{barR, top - 0.6, pixW, 3.4}, quiet, right, p.in(words.pixColumn))
	}
	p.label("level column", rect{rightX - levelW, top - 0.6, levelW, 3.4}, quiet, right, p.in(words.levelColumn))
	y := top + header
	i := 0
	for d := range p.doc.Referential.Domains {
		domain := &p.doc.Referential.Domains[d]
		tint := domains[d%len(domains)]
		h := row * float64(len(domain.Competences))
		p.line(marginX, y-gap/2, rightX, y-gap/2, 0.12, hair)
		p.fill(rect{marginX, y + 0.3, 0.9, h - 0.6}, tint)
		p.text("domain", rect{marginX + 2.6, y - 0.1, domainW - 2.6, h}, style{face: p.f.bold, size: 8.2, least: 6, lines: 3, early: true, lead: 1.15, color: tint}, p.in(domain.Title))
		for _, c := range domain.Competences {
			p.text("code", rect{codeX, y, 6.6, row}, style{face: p.f.sans, size: 7.8, color: quiet}, c.Code)
			p.text("competence", rect{titleX, y - 0.15, barX - titleX - 2, row}, style{face: p.f.sans, size: 8.8, least: 6, color: ink}, p.in(c.Title))
			level := p.cred.Levels[i]
			p.bar(barX, y+0.85, unit, 2.5, level, tint)
			digit := strconv.Itoa(level)
			if profile {
				n := strconv.Itoa(p.cred.Pix[i])
				if p.cred.Pix[i] == 0 {
					n, digit = "–", "–"
				}
				p.text("pix", rect{barR, y - 0.15, pixW, row}, style{face: p.f.sans, size: 8.8, color: ink, align: right}, n)
			}
			p.text("level", rect{rightX - levelW, y - 0.2, levelW, row}, style{face: p.f.bold, size: 9, color: ink, align: right}, digit)
			y += row
			i++
		}
		y += gap
	}
	p.line(marginX, y-gap/2, rightX, y-gap/2, 0.12, hair)
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
		p.text("band", m.rect, t, m.name)
		p.line(m.rect.x, top+2.9, m.rect.right(), top+2.9, 0.15, pale)
	}
}

// bar draws one graduation a level: full up to the level reached, outlined
// beyond, so that it reads in black and white too.
func (p *pages) bar(x, y, unit, h float64, level int, tint color) {
	for n := range p.cred.MaxLevel {
		g := rect{x + unit*float64(n), y, unit - 0.5, h}
		if n < level {
			p.fill(g, tint)
			continue
		}
		p.stroke(rect{g.x + 0.06, g.y + 0.06, g.w - 0.12, g.h - 0.12}, 0.12, hair)
	}
}
