package attestation

import "etalon/content"

// Form is one way of setting an attestation.
type Form string

const (
	French    Form = "fr"
	English   Form = "en"
	Bilingual Form = "bi"      // French with English below in smaller type; its descriptors take a page in each
	Diploma   Form = "diploma" // one landscape page to frame, in both languages
)

// Forms are all forms, in the order of their listing.
var Forms = []Form{French, English, Bilingual, Diploma}

// plan places the parts of page 1. Lengths are in millimetres.
type plan struct {
	head                      float64 // issuer and number on page 1
	title, titleSize, titleH  float64
	subtitle, subtitleSize    float64
	english                   float64 // the title in English
	awarded, awardedSize      float64
	name, nameH, rule         float64
	facts, result             float64
	chart, row, gap           float64
	note                      float64
	competence, least, domain float64 // sizes of the chart's titles
}

var (
	onePlan = plan{
		head:  18.2,
		title: 28.4, titleSize: 28, titleH: 13.6, subtitle: 41.6, subtitleSize: 14, awarded: 50.6, awardedSize: 12,
		name: 56.6, nameH: 19.4, rule: 77.6, facts: 81.6, result: 102.6,
		chart: 150.2, row: 4.15, gap: 1.9, note: 231.1, competence: 8.8, least: 6, domain: 8.2,
	}
	twoPlan = plan{
		head:  17,
		title: 25.4, titleSize: 24, titleH: 11.2, subtitle: 35.6, subtitleSize: 12.5, english: 40.9, awarded: 45.8, awardedSize: 10.5,
		name: 50.4, nameH: 15.4, rule: 67, facts: 69.2, result: 90.8,
		chart: 138.9, row: 5.12, gap: 1, note: 231, competence: 7.8, least: 6, domain: 7.6,
	}
)

// lang is the form's first language.
func (f Form) lang() content.Lang {
	if f == English {
		return content.EN
	}
	return content.FR
}

// both says whether the form is in two languages.
func (f Form) both() bool { return f == Bilingual || f == Diploma }

func (f Form) known() bool { return f == French || f == English || f.both() }
