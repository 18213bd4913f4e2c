package attestation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"sync"

	"etalon/content"
	"etalon/generator/attestation/pdf"
	"etalon/generator/attestation/picture"
	"etalon/signing"
)

// Badges draws the badges of an issuer: the seal of the attestation as a
// picture to share. A badge says the level and the scores it stands for, the
// year, the issuer, and where to verify; it names nobody, for an image that
// anyone can copy proves nothing. It is therefore the same for everybody of a
// level and a year: nothing of it need be sealed or drawn twice.
type Badges struct {
	Referential *content.Referential
	Issuer      string // name of the certifying body
	Verify      string // address of the verification page
	Specimen    bool   // marks every badge
}

// BadgeKey names a kind of badge within a year.
type BadgeKey string

// badgeProfile is the key of the profile regime, which has no global level.
const badgeProfile BadgeKey = "profile"

// adaptiveBadge is the key of a level of the adaptive regime, as "adaptive-2".
func adaptiveBadge(level int) BadgeKey {
	return BadgeKey("adaptive-" + strconv.Itoa(level))
}

// BadgeSet is every badge of a year in one language. The SVG of a key is
// Head + Kinds[key] + Tail: a page that has the set needs to ask for no single
// badge, which would tell a level.
type BadgeSet struct {
	Head  string              `json:"head"`
	Kinds map[BadgeKey]string `json:"kinds"`
	Tail  string              `json:"tail"`

	base  func() *picture.Canvas // what all have
	drawn map[BadgeKey]picture.Picture
}

// SVG is the badge of a key as a file: no font, no script, nothing fetched.
func (s *BadgeSet) SVG(k BadgeKey) []byte { return []byte(s.Head + s.Kinds[k] + s.Tail) }

// badgePixels is the side of a PNG.
const badgePixels = 480

// PNG is the same picture in 480 by 480 pixels, transparent about the disc.
func (s *BadgeSet) PNG(k BadgeKey) []byte {
	c := s.base().Clone()
	c.Draw(s.drawn[k])
	return c.PNG()
}

// JSON encodes the set for the verification page.
func (s *BadgeSet) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is no HTML, and would be half as long again
	err := e.Encode(s)
	return b.Bytes(), err
}

// Set draws the badges of a year: one a level up to the highest that any
// framework opens, and that of the profile regime.
func (m Badges) Set(lang content.Lang, year int) (*BadgeSet, error) {
	if m.Referential == nil || year < 1900 || year > 9999 {
		return nil, errors.New("attestation: badges need the referential and a year of four digits")
	}
	var scores []int
	for i := range m.Referential.Frameworks {
		if f := &m.Referential.Frameworks[i]; f.Regime == signing.Adaptive.String() && len(f.Scores) > len(scores) {
			scores = f.Scores
		}
	}
	d := &badge{Badges: m, lang: lang, year: year, f: faces()}
	frame := d.frame()
	s := &BadgeSet{Kinds: map[BadgeKey]string{}, drawn: map[BadgeKey]picture.Picture{}}
	s.base = sync.OnceValue(func() *picture.Canvas {
		c := picture.NewCanvas(badgePixels)
		c.Draw(disc())
		c.Draw(frame)
		return c
	})
	s.Head = fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %[1]d\" width=\"%[1]d\" height=\"%[1]d\" role=\"img\" lang=\"%s\">\n", picture.Side, lang)
	s.Tail = frame.SVG() + "</svg>\n"
	for level := 0; level <= len(scores); level++ {
		s.add(adaptiveBadge(level), d, d.level(level, scores))
	}
	s.add(badgeProfile, d, d.profile())
	if d.err != nil {
		return nil, d.err
	}
	return s, nil
}

func (s *BadgeSet) add(k BadgeKey, d *badge, f badgeFace) {
	s.drawn[k] = d.draw(f)
	s.Kinds[k] = fmt.Sprintf("<title>%s</title>\n<desc>%s</desc>\n%s", html.EscapeString(f.title), html.EscapeString(d.description(f)), disc().SVG()+s.drawn[k].SVG())
}

// badge draws in units of package picture.
type badge struct {
	Badges
	lang content.Lang
	year int
	f    *faceSet
	err  error
}

// badgeFace is what the middle of a badge says.
type badgeFace struct {
	title  string // the badge in words
	over   string // above the figure; alone with under where there is none
	figure string
	under  string // below over, in italics, where there is no figure
	scores string
}

func (d *badge) say(t content.Text, args ...any) string { return fmt.Sprintf(t.In(d.lang), args...) }

func (d *badge) level(level int, bounds []int) badgeFace {
	name := d.Referential.LevelName(level).In(d.lang)
	f := badgeFace{title: d.say(words.badgeTitle, name)}
	if level == 0 {
		f.over, f.under = d.Referential.Levels[0].Name.In(d.lang), words.notReached.In(d.lang)
		f.scores = d.say(words.badgeBelow, pix(d.lang, bounds[0]))
		return f
	}
	at := max(strings.LastIndexAny(name, " \u00a0"), 0)
	f.over, f.figure = name[:at], strings.Trim(name[at:], " \u00a0")
	last := 128*level - 1
	if level < len(bounds) {
		last = bounds[level] - 1
	}
	f.scores = d.say(words.badgeRange, thousands(d.lang, bounds[level-1]), pix(d.lang, last))
	return f
}

func (d *badge) profile() badgeFace {
	return badgeFace{
		title: d.say(words.badgeTitle, d.say(words.badgeProfile)+" "+d.say(words.badgeCertified)),
		over:  d.say(words.badgeProfile), under: d.say(words.badgeCertified), scores: d.say(words.badgeByCompetence),
	}
}

// description is the whole badge in words.
func (d *badge) description(f badgeFace) string {
	parts := []string{f.scores, strconv.Itoa(d.year), d.Issuer, d.say(words.badgeVerify, d.host())}
	if d.Specimen {
		parts = append(parts, words.specimen.In(d.lang))
	}
	return strings.Join(parts, " · ")
}

// host is the address as one types it.
func (d *badge) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(d.Verify, "https://"), "http://")
}

// Radii of the badge, from the edge to the middle.
const (
	badgeEdge  = 197.0
	badgeWave  = 180.5 // middle of the guilloche
	badgeBand  = 165.0 // the dark band with the words, from here…
	badgeRoom  = 130.0 // … to here
	badgeWords = 147.5 // middle of the words
	middle     = picture.Side / 2
)

// frame is what all badges of a set have: guilloche, band and words.
func (d *badge) frame() picture.Picture {
	var waves, band, rims picture.Path
	const petals, phases, height = 24, 8, 12.4
	for j := range phases {
		shift := 2 * math.Pi * float64(j) / phases
		waves.Curve(4, 0, 1, func(t float64) (float64, float64) {
			u := 2*math.Pi*t + shift
			r := badgeWave + height*(math.Sin(u)+0.12*math.Sin(2*u))
			a := t * 2 * math.Pi / petals
			return middle + r*math.Cos(a), middle + r*math.Sin(a)
		})
	}
	band.Circle(middle, middle, badgeBand, false)
	band.Circle(middle, middle, badgeRoom, true)
	for _, r := range []float64{badgeEdge - 0.8, badgeRoom - 4} {
		rims.Circle(middle, middle, r, false)
	}
	p := picture.Picture{
		{Path: &waves, Color: picture.Color(bronze), Width: 0.9, Turns: petals},
		{Path: &rims, Color: picture.Color(bronze), Width: 1.4},
		{Path: &band, Color: picture.Color(ink)},
	}
	var text, marks picture.Path
	title := style{face: d.f.bold, size: 20, least: 12, track: 0.09}
	d.arc(&text, "subject", title, upper(d.say(words.badgeSubject)), 190, false)
	address := style{face: d.f.bold, size: 18, least: 8.4, track: 0.03}
	d.arc(&text, "verification address", address, d.say(words.badgeVerify, d.host()), 150, true)
	for _, x := range []float64{middle - badgeWords, middle + badgeWords} {
		const r = 5
		marks.Move(x, middle+12-r)
		marks.Line(x+r, middle+12)
		marks.Line(x, middle+12+r)
		marks.Line(x-r, middle+12)
		marks.Close()
	}
	var issuer, specimen picture.Path
	d.issuer(&issuer)
	if d.Specimen {
		d.line(&specimen, "specimen", style{face: d.f.bold, size: 13.5, track: 0.16}, "SPECIMEN", 101, 120)
	}
	return append(p,
		picture.Layer{Path: &text, Color: picture.Color{255, 255, 255}},
		picture.Layer{Path: &marks, Color: picture.Color(pale)},
		picture.Layer{Path: &issuer, Color: picture.Color(quiet)},
		picture.Layer{Path: &specimen, Color: picture.Color(domains[3])})
}

// disc is the white under all.
func disc() picture.Picture {
	var p picture.Path
	p.Circle(middle, middle, badgeEdge, false)
	return picture.Picture{{Path: &p, Color: picture.Color{255, 255, 255}}}
}

// draw is what the middle says of the level.
func (d *badge) draw(f badgeFace) picture.Picture {
	var dark, soft picture.Path
	if f.figure != "" {
		d.line(&dark, "level", style{face: d.f.serif, size: 45, least: 22}, f.over, 145, 184)
		d.line(&dark, "level", style{face: d.f.serif, size: 116}, f.figure, 230, 190)
	} else {
		d.line(&dark, "level", style{face: d.f.serif, size: 52, least: 22}, f.over, 176, 214)
		d.line(&soft, "level", style{face: d.f.italic, size: 40, least: 18}, f.under, 220, 214)
	}
	d.line(&dark, "scores", style{face: d.f.bold, size: 19, least: 12}, f.scores+" · "+strconv.Itoa(d.year), 262, 206)
	return picture.Picture{{Path: &dark, Color: picture.Color(ink)}, {Path: &soft, Color: picture.Color(quiet)}}
}

// issuer sets the issuer's name on as many lines as it takes, under the scores.
func (d *badge) issuer(path *picture.Path) {
	t := style{face: d.f.sans, size: 16.5, least: 9, lines: 3, lead: 1.16}
	// In millimetres and points, as style counts, a unit is a point.
	out, ok := t.fit(d.Issuer, 158/mm, 47/mm)
	if !ok {
		d.unfit("issuer", d.Issuer, t.face)
		return
	}
	for i, line := range out.lines {
		t.size = out.size
		d.line(path, "issuer", t, line, 269+out.base[i]*out.size, 200)
	}
}

func (d *badge) unfit(field, text string, face *pdf.Font) {
	if d.err != nil {
		return
	}
	if r, bad := face.Missing(text); bad {
		d.err = fmt.Errorf("attestation: badge: %s: character %q (%U) is not in the font", field, r, r)
		return
	}
	d.err = fmt.Errorf("attestation: badge: %s: %q does not fit: shorten it", field, text)
}

// length is that of a line in units: points of style are units here.
func (t style) units(s string) float64 { return t.width(s) * mm }

// size is the largest at which text is at most w long.
func (d *badge) fit(field string, t style, text string, w float64) (style, bool) {
	least := t.least
	if least == 0 {
		least = t.size
	}
	_, bad := t.face.Missing(text)
	for ; !bad && t.size >= least-1e-9; t.size -= step {
		if t.units(text) <= w {
			return t, true
		}
	}
	d.unfit(field, text, t.face)
	return t, false
}

// line sets text about the middle, at most w long, on a baseline.
func (d *badge) line(path *picture.Path, field string, t style, text string, baseline, w float64) {
	t, ok := d.fit(field, t, text, w)
	if !ok {
		return
	}
	x := middle - t.units(text)/2
	d.glyphs(t, text, func(r rune, along float64) {
		trace(path, t.face, r, t.size, func(u, v float64) (float64, float64) { return x + along + u, baseline - v })
	})
}

// arc sets text along the band, over the middle or under it, within so many
// degrees.
func (d *badge) arc(path *picture.Path, field string, t style, text string, degrees float64, under bool) {
	t, ok := d.fit(field, t, text, badgeWords*degrees*math.Pi/180)
	if !ok {
		return
	}
	// The letters' middle, half the height of a capital, lies on the circle.
	up := 0.33 * t.size
	turn, start := 1.0, -math.Pi/2
	radius := badgeWords - up
	if under {
		turn, start, radius = -1, math.Pi/2, badgeWords+up
	}
	start -= turn * t.units(text) / 2 / badgeWords
	d.glyphs(t, text, func(r rune, along float64) {
		wide := float64(t.face.Width(string(r))) / 1000 * t.size
		sin, cos := math.Sincos(start + turn*(along+wide/2)/badgeWords)
		trace(path, t.face, r, t.size, func(u, v float64) (float64, float64) {
			u -= wide / 2
			out := radius + turn*v
			return middle + out*cos - turn*u*sin, middle + out*sin + turn*u*cos
		})
	})
}

// glyphs visits the letters of a line with their places along it.
func (d *badge) glyphs(t style, text string, visit func(r rune, along float64)) {
	along := 0.0
	for _, r := range text {
		visit(r, along)
		along += float64(t.face.Width(string(r)))/1000*t.size + t.track*t.size
	}
}

// trace adds a letter's outline to a path; to maps units from its origin, y up.
func trace(path *picture.Path, face *pdf.Font, r rune, size float64, to func(u, v float64) (x, y float64)) {
	for _, contour := range face.Outline(r) {
		n := len(contour)
		if n < 2 {
			continue
		}
		place := func(i int) (float64, float64) {
			p := contour[i%n]
			return to(p.X*size/1000, p.Y*size/1000)
		}
		half := func(i int) (float64, float64) { // between two control points
			p, q := contour[i%n], contour[(i+1)%n]
			return to((p.X+q.X)/2*size/1000, (p.Y+q.Y)/2*size/1000)
		}
		first := 0
		for first < n && !contour[first].On {
			first++
		}
		if first == n { // controls alone: begin between two
			first = 0
			path.Move(half(n - 1))
		} else {
			path.Move(place(first))
			first++
		}
		for i := first; i < first+n; i++ {
			if contour[i%n].On {
				if i < first+n-1 {
					path.Line(place(i))
				}
				continue
			}
			cx, cy := place(i)
			if contour[(i+1)%n].On {
				x, y := place(i + 1)
				path.Quad(cx, cy, x, y)
				i++
			} else {
				x, y := half(i)
				path.Quad(cx, cy, x, y)
			}
		}
		path.Close()
	}
}
