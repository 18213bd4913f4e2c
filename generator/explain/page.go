package explain

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/leaf"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// HTML returns a page that stands alone.
func (r *Report) HTML(lang content.Lang) []byte {
	v := &view{Report: r, lang: tongue(lang)}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, v); err != nil {
		panic("explain: " + err.Error()) // the view has all that the page asks for
	}
	page := leaf.Page{Lang: string(lang), Title: v.T("Session ", "Session ") + r.Record.Session, Body: template.HTML(b.String())}
	return page.HTML()
}

// view is what the page is made from.
type view struct {
	*Report
	lang tongue
}

// T chooses between two languages.
func (v *view) T(fr, en string) string { return v.lang.t(fr, en) }

// F does the same of a text with arguments.
func (v *view) F(fr, en string, args ...any) string { return v.lang.f(fr, en, args...) }

// Facts are the head.
func (v *view) Facts() []map[string]string { return labelled(v.head(v.lang)) }

// Now says what stands since the jury decided again; none where it did not.
func (v *view) Now() []map[string]string { return labelled(v.since(v.lang)) }

func labelled(facts []fact) []map[string]string {
	var list []map[string]string
	for _, f := range facts {
		list = append(list, map[string]string{"Label": f.label, "Value": f.value})
	}
	return list
}

// Verdict is the outcome in a line.
func (v *view) Verdict() string { return v.verdict(v.lang) }

// Rule is the line of the table that applied.
func (v *view) Rule() string { return v.rule(v.lang) }

// Tone colours the outcome.
func (v *view) Tone() string {
	switch v.Record.Outcome {
	case engine.Validated:
		return "good"
	case engine.Rejected:
		return "bad"
	}
	return "warn"
}

// Chart is the curve, as an image of its own.
func (v *view) Chart() template.HTML {
	f, description := v.figure(v.lang)
	if f == nil {
		return ""
	}
	return template.HTML(fmt.Sprintf("<figure class=\"curve\"><img src=\"data:image/svg+xml;base64,%s\" alt=\"%s\"><figcaption>%s</figcaption></figure>",
		base64.StdEncoding.EncodeToString(f.SVG()), template.HTMLEscapeString(f.Title+". "+description), template.HTMLEscapeString(description)))
}

// Adaptive tells the regime that measures a capacity.
func (v *view) Adaptive() bool { return !v.profile() }

// Answer says what became of a question.
func (v *view) Answer(q engine.Asking) string { return v.lang.answer(&q) }

// AnswerTone colours an answer.
func (v *view) AnswerTone(q engine.Asking) string {
	switch q.Answer {
	case engine.AnswerRight:
		return "good"
	case engine.AnswerWrong:
		return "bad"
	}
	return "warn"
}

// Marks are the further remarks on a question.
func (v *view) Marks(q engine.Asking) []string { return v.marks(&q, v.lang) }

// Remark tells an event of the room.
func (v *view) Remark(m engine.Remark) string { return v.lang.remark(&m) }

// Clock writes a time of day.
func (v *view) Clock(q engine.Asking) string { return clock(q.At) }

// Fixed writes a capacity with four decimals.
func (v *view) Fixed(x float64) string { return fixed(x, 4) }

// Full writes it with all of them.
func (v *view) Full(x float64) string { return full(x) }

// Information of an item of a short list.
func (v *view) Information(x float64) string { return fixed(x, 4) }

// Draw writes u.
func (v *view) Draw(u float64) string { return fmt.Sprintf("%.6f", u) }

// Plus adds one.
func (v *view) Plus(i int) int { return i + 1 }

// Theme names the theme that a question asks for.
func (v *view) Theme(it *engine.Item) string { return v.theme(it, content.Lang(v.lang)) }

// Competence names a competence.
func (v *view) Competence(code string) string { return v.competence(code, content.Lang(v.lang)) }

// Paths are the ways gone apart from the session.
func (v *view) Paths() []map[string]any {
	var list []map[string]any
	for _, p := range []struct {
		title string
		steps []engine.Step
	}{
		{v.T("Parcours refait sans les questions neutralisées par le jury", "The path run again without the questions that the jury neutralised"), v.Rerun},
		{v.T("Dégradation : les questions manquantes, chacune fausse", "Degradation: the questions that are missing, each wrong"), v.Degradation},
	} {
		if len(p.steps) > 0 {
			list = append(list, map[string]any{"Title": p.title, "Steps": p.steps})
		}
	}
	return list
}

// Sign puts a true minus before a decimal.
func (v *view) Sign(s string) string { return sign(s) }

// Formula is the score in exact arithmetic.
func (v *view) Formula() string { return v.formula() }

// Rate is how R is computed.
func (v *view) Rate() string { return v.rate(content.Lang(v.lang)) }

// Letters are the outcomes of a competence, the one that applied marked.
func (v *view) Letters(c engine.CompetenceTally) []map[string]any {
	var list []map[string]any
	for i, letter := range c.Row {
		list = append(list, map[string]any{"Letter": string(letter), "On": c.Outcome != "" && i == columnOf(*v.Record.Rate)})
	}
	return list
}

// Exact writes a fraction of pix.
func (v *view) Exact(s string) string { return cut(s) }

// LeastKept is how many of 100 questions must not be neutralised.
func (v *view) LeastKept() int { return engine.LeastKept }

// Left is how many questions are not neutralised.
func (v *view) Left() int { return v.Tally.Asked - v.Tally.Neutralised }
