package delivery

import (
	"fmt"

	"etalon/content"
	"etalon/engine"
)

// reasons say in plain words why a session gave no certification, by the rule
// that decided. Each may name the questions treated (1) and those that it takes
// (2), and the right answers in 100 (3).
var reasons = map[string]content.Text{
	engine.RuleFraud: {
		FR: "Le jury a établi qu’une règle de la session n’a pas été respectée. La certification n’est alors pas délivrée, quelles que soient les réponses.",
		EN: "The jury has established that a rule of the session was not kept. No certification is then issued, whatever the answers.",
	},
	engine.RuleCancelled: {
		FR: "Le jury a annulé cette session. Ce n’est pas un jugement sur vos réponses, qui n’ont pas été prises en compte.",
		EN: "The jury has cancelled this session. That is no judgement on your answers, which were not taken into account.",
	},
	engine.RuleTooFewTechnical: {
		FR: "Un problème technique a été constaté dans la salle, et %[1]d questions ont pu être traitées sur les %[2]d qu’il faut au moins pour calculer un score. Rien ne vous est reproché.",
		EN: "A technical problem was confirmed in the room, and %[1]d questions could be treated of the %[2]d that a score takes at least. You are not to blame.",
	},
	engine.RuleTooFew: {
		FR: "Pour calculer un score, il faut qu’au moins %[2]d questions soient traitées, c’est-à-dire répondues ou passées avant la fin du temps. Votre session en compte %[1]d, et aucun problème technique n’y a été constaté.",
		EN: "A score takes at least %[2]d treated questions, that is, answered or passed before the end of the time. Your session counts %[1]d, and no technical problem was confirmed in it.",
	},
	engine.RuleScoreZero: {
		FR: "Les réponses données ne permettent pas d’attribuer de pix\u00a0: le score obtenu est nul, et une attestation demande un score d’au moins un pix.",
		EN: "The answers given earn no pix: the score is zero, and an attestation takes a score of one pix at least.",
	},
	engine.RuleNeutralised: {
		FR: "Trop de questions ont dû être neutralisées, pour une raison qui ne tient pas à vous\u00a0: celles qui restent ne suffisent pas à confirmer votre profil. Rien ne vous est reproché.",
		EN: "Too many questions had to be neutralised, for a reason that does not lie with you: those that remain are not enough to confirm your profile. You are not to blame.",
	},
	engine.RuleLowRate: {
		FR: "La session sert à confirmer votre profil\u00a0: il faut pour cela au moins %[4]d\u00a0%% de réponses justes. Vous en avez donné %[3]d\u00a0%%\u00a0; les questions sans réponse et celles répondues trop tard comptent comme fausses.",
		EN: "The session is there to confirm your profile, which takes at least %[4]d%% of right answers. You gave %[3]d%%; questions without an answer, or answered too late, count as wrong.",
	},
}

// reason is why the candidate's session gave no certification.
func (c *Candidate) reason(lang content.Lang) (string, error) {
	text, ok := reasons[c.Record.Rule]
	if !ok {
		return "", fmt.Errorf("session %s: no words for the rule %q", c.Session, c.Record.Rule)
	}
	rate := 0
	if c.Record.Rate != nil {
		rate = *c.Record.Rate
	}
	// The last verb takes the rest, which need not all be shown.
	return fmt.Sprintf(text.In(lang)+"%[5]s", c.Record.Treated, c.Framework.MinimumTreated, rate, engine.LeastRate, ""), nil
}
