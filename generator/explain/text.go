package explain

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"etalon/content"
	"etalon/engine"
)

// textWidth is how many columns the text takes at most, but for a single word that
// is longer.
const textWidth = 100

// Text writes the explanation for a terminal.
func (r *Report) Text(w io.Writer, lang content.Lang) error {
	t := &text{tongue: tongue(lang)}
	for _, f := range r.since(t.tongue) {
		t.wrap(pad(f.label, 15), f.value)
	}
	if r.Since != nil {
		t.line("")
	}
	for _, f := range r.head(t.tongue) {
		t.wrap(pad(f.label, 15), f.value)
	}
	t.line("")
	t.wrap("", r.verdict(t.tongue))
	t.wrap("  ", t.t("Règle ", "Rule ")+r.Record.Rule+t.t(" : ", ": ")+r.rule(t.tongue)+".")
	r.compared(t)
	r.questions(t)
	if r.profile() {
		r.frozen(t)
	} else {
		r.paths(t)
		r.score(t)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// text is what is written so far.
type text struct {
	tongue
	b strings.Builder
}

func (t *text) line(s string) {
	t.b.WriteString(strings.TrimRight(s, " "))
	t.b.WriteByte('\n')
}

// title writes a heading.
func (t *text) title(s string) {
	t.line("")
	t.line("── " + s + " " + strings.Repeat("─", max(0, textWidth-4-utf8.RuneCountInString(s))))
}

// wrap writes a text after a lead, its further lines below its beginning.
func (t *text) wrap(lead, s string) {
	at := utf8.RuneCountInString(lead)
	indent, row := strings.Repeat(" ", at), lead
	empty := true
	for word := range strings.SplitSeq(s, " ") {
		n := utf8.RuneCountInString(row)
		if !empty && n+1+utf8.RuneCountInString(word) > textWidth {
			t.line(row)
			row, empty = indent, true
		}
		if !empty {
			row += " "
		}
		row, empty = row+word, false
	}
	t.line(row)
}

// pad fills a text with spaces at its end.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// left fills it at its beginning.
func left(s string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s))) + s
}

// compared tells what the result computed anew was set against.
func (r *Report) compared(t *text) {
	if len(r.Compared) == 0 {
		return
	}
	t.line("")
	for _, c := range r.Compared {
		if len(c.Differences) == 0 {
			t.wrap("  = ", c.With+t.t(" : identique", ": identical"))
			continue
		}
		for _, d := range c.Differences {
			t.wrap("  ≠ ", c.With+t.t(" : ", ": ")+d)
		}
	}
}

func (r *Report) questions(t *text) {
	t.title(t.f("Question par question (%d posées, %d traitées)", "Question by question (%d put, %d treated)", len(r.Questions), r.Record.Treated))
	for _, m := range r.Remarks {
		t.wrap("  ", t.remark(&m))
	}
	if r.profile() {
		t.line(t.t("  n  heure    question                             niv. mode   réponse", "  n  time     question                             lev. mode   answer"))
	} else {
		t.line(t.t("  n  heure    question                             niv. mode   réponse      capacité et erreur après", "  n  time     question                             lev. mode   answer       capacity and error after"))
		if p := r.Initial; p != nil {
			t.line(strings.Repeat(" ", 76) + point(p))
		}
	}
	for i := range r.Questions {
		q := &r.Questions[i]
		row := left(fmt.Sprint(q.Number), 3) + "  " + clock(q.At) + " " + pad(q.Item.ID, 37) + fmt.Sprintf("%-4d ", q.Item.Level) + pad(q.Item.Mode, 7) + pad(t.answer(q), 13)
		if q.After != nil {
			row += point(q.After)
		}
		t.line(row)
		if len(q.Candidates) > 0 {
			t.contenders(q)
		}
		for _, m := range r.marks(q, t.tongue) {
			t.wrap("       • ", m)
		}
	}
}

// point is a capacity and its error in a column.
func point(p *engine.Point) string {
	return left(fixed(p.Capacity, 4), 8) + " ± " + fixed(p.Error, 4)
}

// contenders lists a short list in columns, the item drawn marked.
func (t *text) contenders(q *engine.Asking) {
	lead := fmt.Sprintf("       u = %.6f  ", q.Draw)
	var cells []string
	width := 0
	for i, c := range q.Candidates {
		mark := " "
		if i+1 == q.Rank {
			mark = "►"
		}
		cells = append(cells, fmt.Sprintf("%s%d %s %.4f", mark, i+1, c.Item, c.Information))
		width = max(width, utf8.RuneCountInString(cells[i])+2)
	}
	room := textWidth - len(lead)
	for len(cells) > 0 {
		row, n := lead, max(1, min(len(cells), (room+2)/width))
		for _, c := range cells[:n] {
			row += pad(c, width)
		}
		t.line(row)
		lead, cells = strings.Repeat(" ", len(lead)), cells[n:]
	}
}

// paths tells the ways that were gone apart from the session.
func (r *Report) paths(t *text) {
	for _, p := range []struct {
		title string
		steps []engine.Step
	}{
		{t.t("Parcours refait sans les questions neutralisées par le jury", "The path run again without the questions that the jury neutralised"), r.Rerun},
		{t.t("Dégradation : les questions manquantes, chacune fausse", "Degradation: the questions that are missing, each wrong"), r.Degradation},
	} {
		if len(p.steps) == 0 {
			continue
		}
		t.title(p.title)
		for _, s := range p.steps {
			number := "–"
			if s.Question > 0 {
				number = fmt.Sprint(s.Question)
			}
			answer := t.t("faux", "wrong")
			if s.Correct {
				answer = t.t("juste", "right")
			}
			row := left(number, 3) + strings.Repeat(" ", 11) + pad(s.Item, 49) + pad(answer, 11) + point(&s.Point)
			if s.Unlimited != nil {
				row += " ⊣"
			}
			t.line(row)
		}
	}
}

// score tells how score and levels are read off the capacity.
func (r *Report) score(t *text) {
	p := r.Global
	if p == nil {
		return
	}
	t.title(t.t("Score", "Score"))
	t.line("  " + t.t("capacité ", "capacity ") + full(p.Capacity) + " ± " + full(r.final().Error))
	switch p.Beyond {
	case "below":
		t.wrap("  ", t.f("en dessous du premier intervalle, [%s, %s) : 0 pix", "below the first interval, [%s, %s): 0 pix", sign(p.Low), sign(p.High)))
	case "above":
		t.wrap("  ", t.f("au-dessus du dernier intervalle, [%s, %s) : %d pix, le plus qui puisse être atteint", "above the last interval, [%s, %s): %d pix, the most that can be reached", sign(p.Low), sign(p.High), p.Score))
	default:
		t.wrap("  ", t.f("dans l’intervalle [%s, %s) du niveau %d, qui va de %d à %d pix", "in the interval [%s, %s) of level %d, which spans %d to %d pix", sign(p.Low), sign(p.High), p.Level, p.Least, p.Next))
		t.wrap("  ", r.formula()+t.f(", arrondi à l’unité inférieure : %d pix", ", cut to a whole number: %d pix", p.Score))
	}
	t.title(t.t("Niveaux des compétences, à la même capacité", "Levels of the competences, at the same capacity"))
	for _, c := range r.Competences {
		interval := fmt.Sprintf("[%s, %s)", sign(c.Low), sign(c.High))
		switch c.Beyond {
		case "below":
			interval += t.t(", en dessous", ", below")
		case "above":
			interval += t.t(", au-dessus", ", above")
		}
		t.line("  " + c.Scale + " " + pad(r.competence(c.Scale, content.Lang(t.tongue)), 52) + t.t("niveau ", "level ") + fmt.Sprint(c.Level) + "  " + interval)
	}
}

// frozen tells what a test of the profile regime certified.
func (r *Report) frozen(t *text) {
	if len(r.Unput) > 0 {
		t.wrap("     ", t.t("non posées : ", "not put: ")+strings.Join(r.Unput, ", "))
	}
	t.title(t.t("Taux de réussite", "Rate of right answers"))
	t.wrap("  ", t.f("%d questions, %d neutralisées : il en reste %d ; il en faut %d (%d %% de %d, arrondi au-dessus)",
		"%d questions, %d neutralised: %d are left; %d are needed (%d%% of %d, rounded up)", r.Tally.Asked, r.Tally.Neutralised, r.Tally.Asked-r.Tally.Neutralised, r.Needed, engine.LeastKept, r.Tally.Asked))
	t.wrap("  ", r.rate(content.Lang(t.tongue)))
	t.title(t.t("Compétences", "Competences"))
	t.line("  " + pad(t.t("compétence", "competence"), 38) + t.t("profil figé     posées justes neutr.  R≥80 ≥70 <70  certifié", "frozen profile  asked right  neutr.  R≥80 ≥70 <70  certified"))
	for _, c := range r.Frozen {
		name := c.Competence + " " + r.competence(c.Competence, content.Lang(t.tongue))
		if runes := []rune(name); len(runes) > 36 {
			name = string(runes[:35]) + "…"
		}
		row := "  " + pad(name, 38) + pad(fmt.Sprintf("%d pix, %s %d", c.Pix, t.t("niv.", "lev."), c.Level), 16)
		if c.Asked > 0 {
			row += left(fmt.Sprint(c.Asked), 4) + left(fmt.Sprint(c.Right), 7) + left(fmt.Sprint(c.Neutralised), 7) + "     " + r.row(&c)
			row += left(fmt.Sprintf("%d pix", c.Certified), 9)
		}
		t.line(row)
	}
	t.wrap("  ", t.t("V : confirmée ; D : un niveau et 8 pix de moins ; X : non certifiée. La colonne de R est entre crochets.", "V: confirmed; D: one level and 8 pix less; X: not certified. The column of R is in brackets."))
}

// row writes a row of outcomes with the column that applied in brackets.
func (r *Report) row(c *engine.CompetenceTally) string {
	var b strings.Builder
	for i, letter := range c.Row {
		if c.Outcome != "" && i == columnOf(*r.Record.Rate) {
			fmt.Fprintf(&b, "[%c] ", letter)
		} else {
			fmt.Fprintf(&b, " %c  ", letter)
		}
	}
	return b.String()
}
