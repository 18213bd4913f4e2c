package minutes

import (
	"fmt"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
)

// in is a text in both languages; the French one gets the spaces that do not
// break.
func in(fr, en string) content.Text { return content.Text{FR: unbroken.Replace(fr), EN: en} }

var unbroken = strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»", " :", "\u00a0:", " ;", "\u00a0;", "1er ", "1er\u00a0")

// words are the texts of the page, by the names the template gives them.
var words = map[string]content.Text{
	"title":       in("Procès-verbal du jury de certification", "Minutes of the certification jury"),
	"draft":       in("Document préparatoire à la délibération", "Prepared for the deliberation"),
	"private":     in("Données personnelles — réservé au jury", "Personal data — for the jury alone"),
	"specimen":    in("SPÉCIMEN", "SPECIMEN"),
	"body":        in("Organisme certificateur", "Certifying body"),
	"jury":        in("Jury", "Jury"),
	"on":          in("Établi le", "Drawn up on"),
	"scope":       in("Objet", "Scope"),
	"candidates":  in("Candidats", "Candidates"),
	"neutralised": in("Questions neutralisées pour tous", "Questions neutralised for everyone"),
	"sessions":    in("sessions", "sessions"),
	"room":        in("Salle", "Room"),
	"no":          in("N°", "No."),
	"candidate":   in("Candidat", "Candidate"),
	"test":        in("Épreuve", "Test"),
	"result":      in("Score", "Score"),
	"proposal":    in("Proposition et règle appliquée", "Proposal and the rule applied"),
	"events":      in("Événements de la salle", "Events of the room"),
	"decision":    in("Décision du jury", "Decision of the jury"),
	"suspicion":   in("Soupçon de fraude", "Suspicion of fraud"),
	"pending":     in("à trancher", "to be decided"),
	"none":        in("Aucun.", "None."),
	"log":         in("journal", "log"),
	"summary":     in("Récapitulatif", "Summary"),
	"proposed":    in("Proposé", "Proposed"),
	"final":       in("Décidé", "Decided"),
	"awaiting":    in("En attente de décision", "Awaiting a decision"),
	"suspicions":  in("dont soupçons de fraude à trancher", "of which suspicions of fraud to be decided"),
	"absent":      in("Inscrits sans épreuve", "Enrolled, no test"),
	"total":       in("Ensemble", "All"),
	"signatures":  in("Signatures", "Signatures"),
	"closing":     in("Le jury, après en avoir délibéré, arrête les décisions portées ci-dessus.", "The jury, having deliberated, takes the decisions entered above."),
	"president":   in("La présidence du jury", "Chair of the jury"),
	"member":      in("Membre du jury", "Member of the jury"),
	"place":       in("Fait à ……………………………………, le ……………………", "Done at ……………………………………, on ……………………"),
	"nameAndSign": in("Nom, qualité, signature", "Name, capacity, signature"),
	"accept":      in("conforme à la proposition", "as proposed"),
	"other":       in("autre :", "other:"),
	"dismissBox":  in("soupçon écarté", "suspicion dismissed"),
	"fraudBox":    in("fraude établie, nature :", "fraud established, kind:"),
	"notTaken":    in("Inscrit ; aucune épreuve n’a été transmise.", "Enrolled; no test was taken in."),
	"unscored":    in("Épreuve transmise, sans proposition.", "Test taken in, no proposal yet."),
	"inPlace":     in("en remplacement d’une décision antérieure", "in the place of an earlier decision"),
	"again":       in("Peut se représenter à partir du", "May sit again from"),
	"rules":       in("Règles de validation : la première qui s’applique donne l’issue", "Rules of validation: the first that applies gives the outcome"),
	"minutes":     in("min %d : ", "min %d: "),
	"legend":      in("Les minutes (« min 42 ») se comptent depuis le début de l’épreuve. Le score d’une proposition n’est pas acquis tant que le jury n’a pas décidé.", "Minutes (“min 42”) count from the start of the test. The score of a proposal is not awarded before the jury decides."),
}

var outcomeWords = map[string]content.Text{
	engine.Validated: in("Validée", "Validated"),
	engine.Rejected:  in("Rejetée", "Rejected"),
	engine.Cancelled: in("Annulée", "Cancelled"),
}

// ruleWords say why, by rule. Verbs: questions treated (1), of the whole test
// (2), least for a score (3), right answers in 100 (4), least of these (5), least
// that must be left in 100 once the neutralised ones are out (6).
var ruleWords = map[string]content.Text{
	engine.RuleFraud: in(
		"Le jury a établi une fraude : la certification est rejetée, quel que soit le nombre de questions traitées.",
		"The jury established fraud: rejected, however many questions were treated."),
	engine.RuleCancelled: in(
		"Le jury a annulé la session.",
		"The jury cancelled the session."),
	engine.RuleTooFewTechnical: in(
		"%[1]d questions traitées, moins de %[3]d, et un problème technique : annulée, sans score ni niveau.",
		"%[1]d questions treated, fewer than %[3]d, and a technical problem: cancelled, with neither score nor level."),
	engine.RuleTooFew: in(
		"%[1]d questions traitées, moins de %[3]d, sans problème technique : rejetée, sans score ni niveau.",
		"%[1]d questions treated, fewer than %[3]d, without a technical problem: rejected, with neither score nor level."),
	engine.RuleScoreZero: in(
		"Le score à délivrer est nul : rejetée.",
		"The score to be issued is zero: rejected."),
	engine.RuleStopped: in(
		"%[1]d questions traitées sur %[2]d ; un problème technique a empêché d’aller au bout : validée, score sans dégradation.",
		"%[1]d of %[2]d questions treated; a technical problem stopped the test: validated, score not degraded."),
	engine.RuleDegraded: in(
		"%[1]d questions traitées sur %[2]d, sans qu’un problème technique arrête l’épreuve : validée, score dégradé (les autres comptent fausses).",
		"%[1]d of %[2]d questions treated, and no technical problem stopped the test: validated, degraded score (the others count as wrong)."),
	engine.RuleAllTreated: in(
		"Les %[2]d questions ont été traitées dans le temps imparti : validée, score sans dégradation.",
		"All %[2]d questions were treated in time: validated, score not degraded."),
	engine.RuleNeutralised: in(
		"Trop de questions neutralisées : il en reste moins de %[6]d sur 100. Annulée.",
		"Too many questions neutralised: fewer than %[6]d in 100 are left. Cancelled."),
	engine.RuleLowRate: in(
		"%[4]d réponses justes sur 100, moins de %[5]d : rejetée.",
		"%[4]d right answers in 100, fewer than %[5]d: rejected."),
	engine.RuleByCompetence: in(
		"%[4]d réponses justes sur 100 : validée ; chaque compétence est confirmée, abaissée d’un niveau ou non certifiée selon ses réponses.",
		"%[4]d right answers in 100: validated; each competence is confirmed, brought down by a level or not certified, by its answers."),
}

// despiteWords go with a validation that a technical problem did not change.
var despiteWords = in(" Un problème technique confirmé n’y change rien.", " A confirmed technical problem does not change that.")

var kindWords = map[string]content.Text{
	engine.FraudImpersonation: in("usurpation d’identité", "impersonation"),
	engine.FraudCommunication: in("communication avec autrui", "communication with others"),
	engine.FraudDevice:        in("téléphone ou appareil connecté", "telephone or connected device"),
	engine.FraudAI:            in("système d’intelligence artificielle", "artificial intelligence"),
	engine.FraudForum:         in("forum d’entraide", "forum that hands out answers"),
	engine.FraudAnswers:       in("autre moyen livrant la réponse", "other means that give the answer"),
	engine.FraudOther:         in("autre", "other"),
}

var rulingWords = map[string]content.Text{
	engine.DecideAccept:     in("Conforme à la proposition", "As proposed"),
	engine.DecideDismiss:    in("Soupçon écarté, conforme à la proposition", "Suspicion dismissed, as proposed"),
	engine.DecideFraud:      in("Fraude établie", "Fraud established"),
	engine.DecideCancel:     in("Session annulée", "Session cancelled"),
	engine.DecideNeutralise: in("Questions neutralisées pour cette session", "Questions neutralised for this session"),
}

var endWords = map[string]content.Text{
	engine.EndCandidate:  in("rendue", "handed in"),
	engine.EndSupervisor: in("arrêtée par la surveillance", "stopped by the supervisor"),
	engine.EndTechnical:  in("arrêt technique", "technical stop"),
	engine.EndTime:       in("temps écoulé", "time up"),
	engine.EndExhausted:  in("banque épuisée (arrêt technique)", "bank exhausted (technical stop)"),
}

// eventWords tell an event of the room, by its type. Verbs: question (1), who
// (2), note (3), minutes (4); what an event has not is empty.
var eventWords = map[string]content.Text{
	"problem":     in("question %[1]d signalée : « %[3]s »", "question %[1]d reported: “%[3]s”"),
	"confirmed":   in("question %[1]d : problème technique confirmé (%[2]s)", "question %[1]d: technical problem confirmed (%[2]s)"),
	"dismissed":   in("question %[1]d : signalement non retenu (%[2]s)", "question %[1]d: report dismissed (%[2]s)"),
	"continued":   in("question %[1]d : problème résolu, question maintenue (%[2]s)", "question %[1]d: problem over, the question stands (%[2]s)"),
	"neutralised": in("question %[1]d neutralisée (%[2]s)", "question %[1]d neutralised (%[2]s)"),
	"extra-time":  in("%[4]d minutes ajoutées (%[2]s)", "%[4]d minutes added (%[2]s)"),
	"resume":      in("reprise après interruption (%[2]s)", "resumed after an interruption (%[2]s)"),
	"answer":      in("question %[1]d : réponse hors délai, non traitée", "question %[1]d: answered too late, not treated"),
	"pass":        in("question %[1]d : passée hors délai, non traitée", "question %[1]d: passed too late, not treated"),
	"suspicion":   in("« %[3]s » (%[2]s)", "“%[3]s” (%[2]s)"),
}

var focusWords = in("page quittée en mode focus, réponse comptée fausse : question %s", "page left in focus mode, answer counted as wrong: question %s")

var months = map[content.Lang][12]string{
	content.FR: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	content.EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// day writes a day, 2026-09-14, in words; anything else as it is.
func day(s string, lang content.Lang) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	n := fmt.Sprint(t.Day())
	if lang == content.FR && n == "1" {
		n = "1er"
	}
	return fmt.Sprintf("%s\u00a0%s %d", n, months[lang][t.Month()-1], t.Year())
}

// span writes from which day to which.
func span(from, to string, lang content.Lang) string {
	switch {
	case from == "" && to == "":
		return in("toutes", "all").In(lang)
	case to == "":
		return fmt.Sprintf(in("depuis le %s", "from %s").In(lang), day(from, lang))
	case from == "":
		return fmt.Sprintf(in("jusqu’au %s", "until %s").In(lang), day(to, lang))
	case from == to:
		return fmt.Sprintf(in("du %s", "of %s").In(lang), day(from, lang))
	}
	return fmt.Sprintf(in("du %s au %s", "from %s to %s").In(lang), day(from, lang), day(to, lang))
}

// spell puts the arguments into a text that need not show them all.
func spell(text content.Text, lang content.Lang, args ...any) string {
	return fmt.Sprintf(text.In(lang)+fmt.Sprintf("%%[%d]s", len(args)+1), append(args, "")...)
}

// ruleRows are the rules of validation as the page recalls them, by regime: case
// and outcome. Verbs: least for a score (1), the most short of a whole test (2),
// right answers in 100 (3), least that must be left in 100 (4).
var ruleRows = map[string][]struct {
	text, outcome content.Text
	short         bool // only where a test can be short and yet have a score
}{
	"adaptive": {
		{text: in("Fraude établie par le jury", "Fraud established by the jury"), outcome: outcomeWords[engine.Rejected]},
		{text: in("Moins de %[1]d questions traitées, problème technique", "Fewer than %[1]d questions treated, technical problem"), outcome: outcomeWords[engine.Cancelled]},
		{text: in("Moins de %[1]d questions traitées", "Fewer than %[1]d questions treated"), outcome: outcomeWords[engine.Rejected]},
		{text: in("Score à délivrer nul", "The score to be issued is zero"), outcome: outcomeWords[engine.Rejected]},
		{text: in("%[1]d à %[2]d questions traitées, arrêt par un problème technique", "%[1]d to %[2]d questions treated, stopped by a technical problem"), outcome: in("Validée, sans dégradation", "Validated, not degraded"), short: true},
		{text: in("%[1]d à %[2]d questions traitées", "%[1]d to %[2]d questions treated"), outcome: in("Validée, score dégradé", "Validated, degraded score"), short: true},
		{text: in("Toutes les questions traitées dans le temps", "All questions treated in time"), outcome: in("Validée, sans dégradation", "Validated, not degraded")},
	},
	"profile": {
		{text: in("Fraude établie par le jury", "Fraud established by the jury"), outcome: outcomeWords[engine.Rejected]},
		{text: in("Moins de %[4]d questions sur 100 non neutralisées", "Fewer than %[4]d questions in 100 not neutralised"), outcome: outcomeWords[engine.Cancelled]},
		{text: in("Moins de %[3]d réponses justes sur 100", "Fewer than %[3]d right answers in 100"), outcome: outcomeWords[engine.Rejected]},
		{text: in("Rien n’est certifié", "Nothing is certified"), outcome: outcomeWords[engine.Rejected]},
		{text: in("Autrement, selon chaque compétence", "Otherwise, by each competence"), outcome: outcomeWords[engine.Validated]},
	},
}

var regimeWords = map[string]content.Text{
	"adaptive": in("Certification adaptative", "Adaptive certification"),
	"profile":  in("Certification d’un profil (régime antérieur)", "Certification of a profile (earlier regime)"),
}
