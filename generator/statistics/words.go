package statistics

import (
	"fmt"
	"strconv"
	"strings"

	"etalon/content"
	"etalon/engine"
)

func in(fr, en string) content.Text { return content.Text{FR: fr, EN: en} }

// words are the texts of the page.
var words = map[string]content.Text{
	"title":       in("Résultats des certifications", "Results of certifications"),
	"all":         in("toutes les sessions", "all sessions"),
	"from":        in("sessions depuis le %s", "sessions from %s on"),
	"to":          in("sessions jusqu’au %s", "sessions up to %s"),
	"between":     in("sessions du %s au %s", "sessions from %s to %s"),
	"specimen":    in("SPÉCIMEN : ces résultats sont fictifs.", "SPECIMEN: these results are made up."),
	"once":        in("Chaque session compte une fois, au jour où elle s’est tenue, une fois sa décision prise. Les niveaux sont ceux des certifications obtenues.", "Each session counts once, on the day it was held, when it has been decided. Levels are those of certifications obtained."),
	"secret":      in("Un effectif de 1 à %d personnes n’est pas publié. D’autres sont retenus avec lui, pour qu’une soustraction ne le rende pas ; ils sont notés « c » (confidentiel). Sur les graphiques, ce qui est retenu est hachuré.", "A count of 1 to %d people is not published. Others are withheld with it, so that no subtraction gives it back; they are marked “c” (confidential). In the charts, what is withheld is hatched."),
	Adaptive:      in("Certification adaptative", "Adaptive certification"),
	Profile:       in("Certification d’un profil", "Certification of a profile"),
	"few":         in("Trop peu de sessions pour que rien en soit publié.", "Too few sessions for anything about them to be published."),
	"merged":      in("Les sessions non obtenues et annulées sont comptées ensemble : à part, l’un des deux effectifs serait retenu.", "Sessions not obtained and cancelled are counted together: apart, one of the two counts would be withheld."),
	"only":        in("Seules les certifications obtenues sont comptées : les autres sessions sont trop peu nombreuses pour l’être à part.", "Only certifications obtained are counted: the other sessions are too few to be told apart."),
	"undivided":   in("Les sessions ne sont pas réparties par issue : l’un des effectifs serait retenu.", "Sessions are not divided by outcome: one of the counts would be withheld."),
	"outcomes":    in("Issues", "Outcomes"),
	"outcome":     in("Issue et règle", "Outcome and rule"),
	"centres":     in("Par centre", "By centre"),
	"centre":      in("Centre", "Centre"),
	"months":      in("Par mois", "By month"),
	"month":       in("Mois", "Month"),
	"levels":      in("Niveau global", "Global level"),
	"level":       in("Niveau", "Level"),
	"competences": in("Par compétence", "By competence"),
	"competence":  in("Compétence", "Competence"),
	"mean":        in("Niveau moyen", "Mean level"),
	"share":       in("Part", "Share"),
	"obtainedPct": in("Obtenues", "Obtained"),
	"people":      in("Effectif", "Count"),
	"withheld":    in("retenu", "withheld"),
	"first":       in("Les %d centres qui comptent le plus de sessions ; tous sont dans le tableau.", "The %d centres with most sessions; all are in the table."),
	"every":       in("Ensemble", "All"),
	"none":        in("aucun", "none"),
	"made":        in("Fait par %s.", "Made by %s."),
}

var classNames = map[Class]content.Text{
	Obtained:            in("Obtenue", "Obtained"),
	NotObtained:         in("Non obtenue", "Not obtained"),
	Cancelled:           in("Annulée", "Cancelled"),
	NotObtainedOrCancel: in("Non obtenue ou annulée", "Not obtained or cancelled"),
	Sessions:            in("Sessions", "Sessions"),
}

var ruleNames = map[string]content.Text{
	engine.RuleFraud:           in("fraude établie", "fraud established"),
	engine.RuleCancelled:       in("annulée par le jury", "cancelled by the jury"),
	engine.RuleTooFewTechnical: in("trop peu de questions traitées, problème technique", "too few questions treated, technical problem"),
	engine.RuleTooFew:          in("trop peu de questions traitées", "too few questions treated"),
	engine.RuleScoreZero:       in("score nul", "score of zero"),
	engine.RuleStopped:         in("arrêtée par un problème technique", "stopped by a technical problem"),
	engine.RuleDegraded:        in("score dégradé", "degraded score"),
	engine.RuleAllTreated:      in("toutes les questions traitées", "all questions treated"),
	engine.RuleNeutralised:     in("trop de questions neutralisées", "too many questions neutralised"),
	engine.RuleLowRate:         in(fmt.Sprintf("taux de réussite inférieur à %d %%", engine.LeastRate), fmt.Sprintf("rate of right answers below %d%%", engine.LeastRate)),
	engine.RuleByCompetence:    in("selon les compétences", "by competence"),
}

// figure writes a whole number with its thousands apart.
func figure(n int, lang content.Lang) string {
	s := strconv.Itoa(n)
	apart := ","
	if lang == content.FR {
		apart = "\u202f"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + apart + s[i:]
	}
	return s
}

// percent writes a share with one decimal.
func percent(part, whole int, lang content.Lang) string {
	if whole == 0 {
		return "–"
	}
	s := strconv.FormatFloat(float64((2000*part+whole)/(2*whole))/10, 'f', 1, 64)
	if lang == content.FR {
		return strings.Replace(s, ".", ",", 1) + "\u202f%"
	}
	return s + "%"
}

// monthName writes 2026-09 in words.
func monthName(month string, lang content.Lang) string {
	n, err := strconv.Atoi(month[5:])
	if err != nil || n < 1 || n > 12 {
		return month
	}
	return monthNames[lang][n-1] + " " + month[:4]
}

var monthNames = map[content.Lang][12]string{
	content.FR: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	content.EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// dayName writes 2026-09-14 in words.
func dayName(day string, lang content.Lang) string {
	number := strings.TrimPrefix(day[8:], "0")
	if number == "1" && lang == content.FR {
		number = "1er"
	}
	return number + " " + monthName(day[:7], lang)
}
