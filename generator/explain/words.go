package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
)

// tongue is a language to tell in.
type tongue content.Lang

// t chooses between a text in French and one in English.
func (l tongue) t(fr, en string) string {
	if content.Lang(l) == content.FR {
		return french.Replace(fr)
	}
	return en
}

// french keeps signs with the word they follow or precede.
var french = strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»", " :", "\u00a0:", " ;", "\u00a0;", " %%", "\u00a0%%")

// status of an attestation.
func (l tongue) status(s string) string {
	if fr, ok := map[string]string{
		"valid": "valide", "revoked": "révoquée", "suspended": "suspendue", "superseded": "remplacée", "erased": "effacée",
	}[s]; ok {
		return l.t(fr, s)
	}
	return s
}

func (l tongue) f(fr, en string, args ...any) string { return fmt.Sprintf(l.t(fr, en), args...) }

// outcome is the status that a candidate is told.
func (l tongue) outcome(r *engine.Record) string {
	return map[string]string{
		engine.Validated: l.t("obtenue", "obtained"), engine.Rejected: l.t("non obtenue", "not obtained"), engine.Cancelled: l.t("annulée", "cancelled"),
	}[r.Outcome]
}

// rule says in words which line of the table of validation applied.
func (r *Report) rule(l tongue) string {
	x := r.Explanation
	switch x.Record.Rule {
	case engine.RuleFraud:
		return l.t("le jury a établi une fraude ; cette ligne passe avant toutes les autres", "the jury established a fraud; this line comes before all others")
	case engine.RuleCancelled:
		return l.t("le jury a annulé la session", "the jury cancelled the session")
	case engine.RuleTooFewTechnical:
		return l.f("%d questions traitées, moins de %d, et un problème technique confirmé", "%d questions treated, fewer than %d, and a confirmed technical problem", x.Record.Treated, x.Least)
	case engine.RuleTooFew:
		return l.f("%d questions traitées, moins de %d, sans problème technique confirmé", "%d questions treated, fewer than %d, without a confirmed technical problem", x.Record.Treated, x.Least)
	case engine.RuleScoreZero:
		if r.profile() {
			return l.t("rien n’est certifié dans aucune compétence", "nothing is certified in any competence")
		}
		return l.t("le score à délivrer est 0", "the score to be issued is 0")
	case engine.RuleStopped:
		return l.f("%d questions traitées sur %d, et un problème technique a arrêté le test : le score n’est pas dégradé", "%d questions treated of %d, and a technical problem stopped the test: the score is not degraded", x.Record.Treated, x.Whole)
	case engine.RuleDegraded:
		return l.f("%d questions traitées sur %d, sans problème technique qui ait arrêté le test : le score est dégradé", "%d questions treated of %d, and no technical problem stopped the test: the score is degraded", x.Record.Treated, x.Whole)
	case engine.RuleAllTreated:
		return l.f("les %d questions ont été traitées à temps", "all %d questions were treated in time", x.Whole)
	case engine.RuleNeutralised:
		return l.f("il reste %d questions sur %d une fois les neutralisées ôtées ; il en faut %d", "%d questions of %d are left without those neutralised; %d are needed", x.Tally.Asked-x.Tally.Neutralised, x.Tally.Asked, x.Needed)
	case engine.RuleLowRate:
		return l.f("R = %d, moins de %d", "R = %d, below %d", *x.Record.Rate, engine.LeastRate)
	case engine.RuleByCompetence:
		return l.f("R = %d, au moins %d : chaque compétence suit le tableau", "R = %d, at least %d: each competence follows the table", *x.Record.Rate, engine.LeastRate)
	}
	return x.Record.Rule
}

// answer says what became of a question.
func (l tongue) answer(q *engine.Asking) string {
	s := map[string]string{
		engine.AnswerRight: l.t("juste", "right"), engine.AnswerWrong: l.t("faux", "wrong"), engine.AnswerPassed: l.t("passée", "passed"),
		engine.AnswerLate: l.t("hors délai", "late"), engine.AnswerNone: l.t("sans réponse", "no answer"),
	}[q.Answer]
	return s
}

// yields names the rules of selection, in the order in which they yield.
func (l tongue) yields(n int) []string {
	return []string{
		l.t("pas une compétence des 2 dernières questions", "not a competence of the last 2 questions"),
		l.t("une question par thème", "one question a theme"),
		l.t("chaque compétence d’abord", "every competence first"),
	}[:n]
}

// marks lists what else there is to say of a question.
func (r *Report) marks(q *engine.Asking, l tongue) []string {
	var list []string
	if q.FocusLost {
		list = append(list, l.t("page quittée en mode focus : la réponse est fausse", "page left in focus mode: the answer is wrong"))
	}
	switch q.Neutralised {
	case engine.ByRoom:
		list = append(list, l.t("neutralisée dans la salle et remplacée", "neutralised in the room and replaced"))
	case engine.ByJury:
		list = append(list, l.t("neutralisée par le jury", "neutralised by the jury"))
	}
	if q.Moved != nil {
		list = append(list, l.f("après la question %d, le parcours refait sans elle donne %s ± %s", "after question %d, the path run again without it gives %s ± %s", q.Moved.After, fixed(q.Moved.Capacity, 4), fixed(q.Moved.Error, 4)))
	}
	if q.Unlimited != nil {
		list = append(list, l.f("pas borné : %s ramené à %s", "step limited: %s held to %s", fixed(*q.Unlimited, 4), fixed(q.After.Capacity, 4)))
	}
	if q.Yielded > 0 {
		list = append(list, l.t("a cédé : ", "yielded: ")+strings.Join(l.yields(q.Yielded), ", "))
	}
	for _, m := range q.Remarks {
		list = append(list, l.remark(&m))
	}
	return list
}

// remark tells an event of the room.
func (l tongue) remark(m *engine.Remark) string {
	s := map[string]string{
		"problem": l.t("problème signalé", "problem reported"), "confirmed": l.t("problème confirmé", "problem confirmed"),
		"dismissed": l.t("signalement écarté", "report dismissed"), "continued": l.t("problème terminé, la question reste", "problem over, the question stands"),
		"neutralised": l.t("neutralisée", "neutralised"), "suspicion": l.t("suspicion de fraude", "suspicion of fraud"),
		"extra-time": l.t("temps ajouté", "time added"), "resume": l.t("reprise", "resumed"),
	}[m.Type]
	if m.Minutes > 0 {
		s += fmt.Sprintf(" (%d min)", m.Minutes)
	}
	s = clock(m.At) + " " + s
	if m.By != "" {
		s += l.t(", par ", ", by ") + m.By
	}
	if m.Note != "" {
		s += l.t(" : « ", ": “") + m.Note + l.t(" »", "”")
	}
	return s
}

var endings = map[string]content.Text{
	engine.EndCandidate:  {FR: "remise par le candidat", EN: "handed in by the candidate"},
	engine.EndSupervisor: {FR: "arrêtée par le surveillant", EN: "stopped by the supervisor"},
	engine.EndTechnical:  {FR: "arrêtée par un problème technique", EN: "stopped by a technical problem"},
	engine.EndTime:       {FR: "au terme du temps", EN: "when the time was over"},
	engine.EndExhausted:  {FR: "faute de question à poser", EN: "for want of a question to put"},
}

// fact is a line of the head.
type fact struct{ label, value string }

// head lists what identifies the result and what was decided.
func (r *Report) head(l tongue) []fact {
	rec := r.Record
	regime := l.t("adaptatif", "adaptive")
	if r.profile() {
		regime = l.t("confirmation d’un profil", "confirmation of a profile")
	}
	if rec.Specimen {
		regime += l.t(", SPÉCIMEN", ", SPECIMEN")
	}
	language := rec.Language
	if len(r.Needs) > 0 {
		language += ", " + strings.Join(r.Needs, ", ")
	}
	facts := []fact{{l.t("Session", "Session"), rec.Session}}
	if p := r.Paper; p != nil {
		if p.Status == "erased" {
			facts = append(facts, fact{"Attestation", p.Number + ", " + l.status(p.Status)})
		} else {
			facts = append(facts, fact{"Attestation", l.f("%s, délivrée le %s, jusqu’au %s : %s", "%s, issued on %s, until %s: %s", p.Number, p.IssuedOn, p.ExpiresOn, l.status(p.Status))})
		}
	}
	facts = append(facts,
		fact{l.t("Régime", "Regime"), regime},
		fact{l.t("Tenue le", "Held on"), rec.SessionDate + ", " + rec.Centre},
		fact{l.t("Questions en", "Questions in"), language},
		fact{l.t("Test", "Test"), l.f("%s à %s UTC, %s ; terme à %s (%d min + %d)", "%s to %s UTC, %s; deadline %s (%d min + %d)",
			clock(r.Start), clock(r.EndedAt), endings[r.Ended].In(content.Lang(l)), clock(r.Deadline), r.Minutes, r.Extra)},
		fact{l.t("Cadre", "Framework"), ref(rec.Framework)},
		fact{l.t("Banque", "Bank"), ref(rec.Bank)},
	)
	if rec.Profile != nil {
		facts = append(facts, fact{l.t("Profil figé", "Frozen profile"), ref(*rec.Profile)})
	}
	facts = append(facts, fact{l.t("Journal", "Log"), l.f("%d événements, sha256 %s", "%d events, sha256 %s", rec.Log.Events, rec.Log.SHA256)})
	return append(facts, decided(rec, l)...)
}

func ref(r engine.Ref) string { return r.ID + ", sha256 " + r.SHA256 }

// decided lists what the jury decided on a record.
func decided(rec *engine.Record, l tongue) []fact {
	d := rec.Decision
	if d == nil {
		return []fact{{"Jury", l.t("pas encore de décision : le résultat est proposé", "no decision yet: the result is proposed")}}
	}
	what := map[string]string{
		engine.DecideAccept: l.t("accepte le résultat proposé", "accepts the proposed result"), engine.DecideDismiss: l.t("écarte la suspicion de fraude", "dismisses the suspicion of fraud"),
		engine.DecideFraud: l.t("établit une fraude", "establishes a fraud"), engine.DecideCancel: l.t("annule la session", "cancels the session"),
		engine.DecideNeutralise: l.t("neutralise ", "neutralises ") + strings.Join(d.Items, ", "),
	}[d.Outcome]
	if d.Kind != "" {
		what += " (" + d.Kind + ")"
	}
	day := d.At
	if at, err := time.Parse(time.RFC3339, d.At); err == nil {
		day = at.UTC().Format("2006-01-02 15:04")
	}
	facts := []fact{{"Jury", l.f("%s, %s, le %s : « %s »", "%s, %s, on %s: “%s”", d.By, what, day, d.Reason)}}
	if len(rec.Neutralised) > 0 {
		items := slices.Sorted(maps.Keys(rec.Neutralised))
		facts = append(facts, fact{l.t("Pour tous", "For everyone"), l.t("neutralisées dans toutes les sessions : ", "neutralised in every session: ") + strings.Join(items, ", ")})
	}
	return facts
}

// since says, before anything else, that the jury decided again: what the
// attestation states, what stands now, and which of the two is explained.
func (r *Report) since(l tongue) []fact {
	if r.Since == nil {
		return nil
	}
	now := r.verdictOn(r.Since.Record, l)
	switch {
	case r.Since.Same:
		now = l.t("le même résultat", "the same result")
	case r.Since.Number != "":
		now += l.t(", attestation ", ", attestation ") + r.Since.Number
	}
	facts := []fact{
		{l.t("Attention", "Mind"), l.f("le jury a décidé à nouveau depuis que l’attestation %s a été délivrée", "the jury decided again after attestation %s was issued", r.Paper.Number)},
		{l.t("Elle énonce", "It states"), r.verdict(l)},
		{l.t("Vaut désormais", "Stands now"), now},
	}
	for _, f := range decided(r.Since.Record, l) {
		f.label = l.t("… par", "… by")
		facts = append(facts, f)
	}
	return append(facts, fact{l.t("Ci-dessous", "Below"), l.f("ce que l’attestation énonce, selon les décisions d’alors ; le reste : generator explain %s", "what the attestation states, by the decisions of its time; for the other: generator explain %s", r.Record.Session)})
}

// verdict is the outcome in one line.
func (r *Report) verdict(l tongue) string { return r.verdictOn(r.Record, l) }

func (r *Report) verdictOn(rec *engine.Record, l tongue) string {
	s := l.t("Certification ", "Certification ") + l.outcome(rec)
	if rec.Result != nil {
		s += fmt.Sprintf(", %d pix", rec.Score)
		if rec.Measure != nil {
			s += l.t(", niveau ", ", level ") + fmt.Sprint(rec.Level)
			if rec.Level > 0 {
				s += " (" + r.Referential.LevelName(rec.Level).In(content.Lang(l)) + ")"
			}
		}
		if rec.Outcome != engine.Validated {
			s += l.t(", non délivrés", ", not issued")
		}
	}
	if rec.Professional {
		s += l.t(", professionnalisante", ", professional")
	}
	return s
}
