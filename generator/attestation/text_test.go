package attestation

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

// reader finds texts one after the other in what a program reads off a page.
type reader struct {
	t     testing.TB
	name  string
	text  string
	langs []content.Lang // of the page
}

// joined is a text as one line, whatever way it was broken.
func joined(s string) string { return strings.ReplaceAll(squeeze(s), "- ", "-") }

// next finds a text after all those before it.
func (r *reader) next(format string, args ...any) {
	r.t.Helper()
	want := joined(strings.TrimSpace(fmt.Sprintf(format, args...)))
	_, after, ok := strings.Cut(r.text, want)
	if !ok {
		r.t.Errorf("%s does not go on with %q:\n%s", r.name, want, r.text)
		return
	}
	r.text = after
}

// each finds what is said in each language of the page, but for words that are
// the same in both.
func (r *reader) each(say func(l content.Lang) string) {
	r.t.Helper()
	for i, l := range r.langs {
		if i == 0 || say(l) != say(r.langs[0]) {
			r.next("%s", say(l))
		}
	}
}

func (r *reader) words(t content.Text, args ...any) {
	r.t.Helper()
	r.each(func(l content.Lang) string {
		if len(args) == 0 {
			return t.In(l)
		}
		return fmt.Sprintf(t.In(l), args...)
	})
}

func (r *reader) date(d signing.Date) {
	r.t.Helper()
	r.each(func(l content.Lang) string { return dateWords(l, d.Time()) })
}

func (r *reader) until(d signing.Date) {
	r.t.Helper()
	r.each(func(l content.Lang) string { return fmt.Sprintf(words.until.In(l), dateWords(l, d.Time())) })
}

func (r *reader) birth(c *signing.Credential) {
	r.t.Helper()
	date := dateWords(r.langs[0], c.BirthDate.Time())
	if c.BirthPlace == "" {
		r.next("%s", date)
	} else {
		r.next(words.born.In(r.langs[0]), date, c.BirthPlace)
	}
}

func (r *reader) professional(c *signing.Credential) {
	r.t.Helper()
	if c.Professional {
		r.words(words.professional)
	}
}

// result is the level and the score, or the total of a profile.
func (r *reader) result(d Document) {
	r.t.Helper()
	c := d.Credential
	r.each(func(l content.Lang) string {
		if c.Regime == signing.Profile {
			n := 0
			for _, v := range c.Pix {
				n += min(v, 1)
			}
			return fmt.Sprintf(words.totalMeaning.In(l), pix(l, c.Score), n)
		}
		name := d.Referential.LevelName(c.Level).In(l)
		return strings.ToUpper(name[:1]) + name[1:]
	})
	if c.Regime == signing.Adaptive {
		r.next("%d pix", c.Score)
	}
}

func (r *reader) note(c *signing.Credential) {
	r.t.Helper()
	if c.Regime == signing.Profile {
		r.words(words.measured, c.MaxLevel)
	} else {
		r.words(words.estimate, c.MaxLevel)
	}
}

// seal is what stands in it.
func (r *reader) seal(d Document) {
	r.t.Helper()
	switch c := d.Credential; {
	case c.Regime == signing.Profile:
		r.next("%d pix", c.Score)
	case c.Level == 0:
		r.next("%s %s", d.Referential.Levels[0].Name.In(r.langs[0]), words.notReached.In(r.langs[0]))
	default:
		r.next("%s", d.Referential.LevelName(c.Level).In(r.langs[0]))
	}
}

func (r *reader) signatory(d Document) {
	r.t.Helper()
	r.next(words.signed.In(r.langs[0]), d.Issuer)
	r.words(d.Signatory.Role)
	r.next("%s", d.Signatory.Name)
}

// firstPage reads every field of page 1 in its order.
func (r *reader) firstPage(d Document) {
	c := d.Credential
	r.next("%s", d.Issuer)
	r.next("%s", signing.FormatNumber(c.Number))
	r.each(func(l content.Lang) string { return words.title.In(l) + " " + words.subtitle.In(l) })
	r.next("%s %s", c.GivenNames, c.FamilyName)
	r.birth(c)
	r.next("%s", c.Centre)
	r.date(c.SessionDate)
	r.date(c.IssuedOn)
	r.until(c.ExpiresOn)
	r.seal(d)
	r.result(d)
	r.professional(c)
	switch {
	case c.Regime == signing.Profile:
		r.words(words.totalDetail)
	case c.Level > 0:
		r.words(d.Referential.Levels[c.Level-1].Meaning)
	default:
		r.each(func(l content.Lang) string { return fmt.Sprintf(words.below.In(l), pix(l, 64)) })
	}
	i := 0
	for k := range d.Referential.Domains {
		domain := &d.Referential.Domains[k]
		r.words(domain.Title)
		for _, competence := range domain.Competences {
			row := competence.Code + " " + competence.Title.In(r.langs[0])
			values := strconv.Itoa(c.Levels[i])
			if c.Regime == signing.Profile {
				values = fmt.Sprintf("%d %d", c.Pix[i], c.Levels[i])
				if c.Pix[i] == 0 {
					values = "– –"
				}
			}
			if len(r.langs) > 1 {
				row += " " + competence.Title.In(r.langs[1])
			}
			r.next("%s %s", row, values)
			i++
		}
	}
	r.note(c)
	if len(r.langs) > 1 {
		r.words(words.verifyShort)
	} else {
		r.words(words.verifyText)
	}
	r.next("%s", d.Verify)
	r.next("%s", d.Code)
	r.signatory(d)
	r.next("%s", signing.FormatNumber(c.Number))
	r.next("%s", words.specimen.In(r.langs[0]))
}

// secondPage reads the page of the descriptors.
func (r *reader) secondPage(d Document) {
	c := d.Credential
	r.next("%s", d.Issuer)
	r.next("%s", signing.FormatNumber(c.Number))
	r.words(words.second)
	r.next("%s %s", c.GivenNames, c.FamilyName)
	r.birth(c)
	r.result(d)
	r.until(c.ExpiresOn)
	i := 0
	for k := range d.Referential.Domains {
		domain := &d.Referential.Domains[k]
		r.next("%s", upper(domain.Title.In(r.langs[0])))
		for _, competence := range domain.Competences {
			r.next("%s %s", competence.Code, competence.Title.In(r.langs[0]))
			switch {
			case c.Regime == signing.Profile && c.Pix[i] == 0:
				r.words(words.notCertified)
			case c.Levels[i] == 0:
				r.words(words.zero)
			default:
				if c.Regime == signing.Profile {
					r.next("%d pix", c.Pix[i])
				}
				r.words(words.level, c.Levels[i])
				r.next("%s", content.Plain(competence.Descriptors[c.Levels[i]-1].In(r.langs[0])))
			}
			i++
		}
	}
	r.note(c)
	r.words(d.Reference)
	r.signatory(d)
	r.next("%s", words.specimen.In(r.langs[0]))
}

// wide reads the diploma.
func (r *reader) wide(d Document) {
	c := d.Credential
	r.next("%s", d.Issuer)
	r.next("%s", signing.FormatNumber(c.Number))
	r.each(func(l content.Lang) string { return words.diploma.In(l) + " " + words.diplomaOf.In(l) })
	r.next("%s %s", c.GivenNames, c.FamilyName)
	r.result(d)
	r.professional(c)
	r.date(c.BirthDate)
	r.date(c.SessionDate)
	r.date(c.IssuedOn)
	r.until(c.ExpiresOn)
	r.seal(d)
	r.words(words.verifyShort)
	r.next("%s", d.Verify)
	r.next("%s", d.Code)
	r.signatory(d)
	r.next("%s", words.specimen.In(content.EN))
}

// TestText reads every form with pdftotext and finds every field, in reading
// order: both regimes, levels from none to the highest, names in letters of all
// kinds and as long as they may be.
func TestText(t *testing.T) {
	pdftotext := tool(t, "pdftotext")
	all := samples(t)
	rnd := newRandom(51)
	for _, form := range Forms {
		for i, change := range []func(*signing.Credential){nil, profile} {
			awkward := rnd.document(t, content.FR, 1)
			c := *awkward.Credential
			c.GivenNames = strings.TrimSpace("Nguyễn Ķristīne " + c.GivenNames)
			if change != nil {
				change(&c)
			}
			d := document(t, content.FR, &c)
			d.Form = form
			all[fmt.Sprintf("awkward-%s-%d", form, i)] = d
			d = rnd.longest(t, 1+i)
			d.Form = form
			all[fmt.Sprintf("longest-%s-%d", form, i)] = d
		}
	}
	for name, d := range all {
		if strings.HasPrefix(name, "all-") {
			continue
		}
		data, _ := render1(t, name, d)
		pages := strings.Split(run(t, pdftotext, "-raw", write(t, name, data), "-"), "\f")
		first := &reader{t: t, name: name + ", page 1", text: joined(pages[0]), langs: []content.Lang{d.Form.lang()}}
		if d.Form.both() {
			first.langs = content.Langs
		}
		if d.Form == Diploma {
			first.wide(d)
			continue
		}
		first.firstPage(d)
		for i, l := range first.langs {
			r := &reader{t: t, name: fmt.Sprintf("%s, page %d", name, i+2), text: joined(pages[i+1]), langs: []content.Lang{l}}
			r.secondPage(d)
		}
	}
}
