package attestation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"etalon/content"
)

// The words of the pages. A no-break space stands where a line may not end.
var words = struct {
	title, subtitle, awarded                           content.Text
	birth, centre, session, issued, validity, until    content.Text
	born, number, page                                 content.Text
	globalLevel, notReached, below, level              content.Text
	outOf, reachable, professional, professionalDetail content.Text
	total, totalMeaning, totalDetail                   content.Text
	profile, pixColumn, levelColumn                    content.Text
	notCertified, zero                                 content.Text
	estimate, measured, score                          content.Text
	verify, verifyText, code, signed                   content.Text
	second, more                                       content.Text
	specimen, fileTitle, fileSubject                   content.Text
	competence, verifyShort, attachment, groupTitle    content.Text
	sealAlt, scaleAlt, scaleFrom, scaleAt              content.Text
	chartAlt, qrAlt, qrLink, verifyLink, moreLink      content.Text
	diploma, diplomaOf, diplomaBody, diplomaTotal      content.Text
	certify, check, handed                             content.Text
	badgeTitle, badgeSubject, badgeVerify              content.Text
	badgeRange, badgeBelow                             content.Text
	badgeProfile, badgeCertified, badgeByCompetence    content.Text
}{
	title:              content.Text{FR: "Attestation de certification", EN: "Attestation of certification"},
	subtitle:           content.Text{FR: "des compétences numériques", EN: "in digital competences"},
	awarded:            content.Text{FR: "délivrée à", EN: "awarded to"},
	birth:              content.Text{FR: "Naissance", EN: "Birth"},
	born:               content.Text{FR: "%s, à\u00a0%s", EN: "%s, in\u00a0%s"},
	centre:             content.Text{FR: "Centre de certification", EN: "Certification centre"},
	session:            content.Text{FR: "Session du", EN: "Session held on"},
	issued:             content.Text{FR: "Délivrée le", EN: "Issued on"},
	validity:           content.Text{FR: "Validité", EN: "Validity"},
	until:              content.Text{FR: "valable jusqu’au %s\u00a0inclus", EN: "valid until %s\u00a0inclusive"},
	number:             content.Text{FR: "N°\u00a0%s", EN: "No.\u00a0%s"},
	page:               content.Text{FR: "Attestation %s · page\u00a0%d/%d", EN: "Attestation %s · page\u00a0%d/%d"},
	globalLevel:        content.Text{FR: "Niveau global", EN: "Overall level"},
	notReached:         content.Text{FR: "non atteint", EN: "not reached"},
	below:              content.Text{FR: "Le score reste au-dessous de %s, seuil du premier niveau de l’échelle. Les niveaux estimés par compétence montrent par où poursuivre.", EN: "The score stays below %s, where the first level of the scale begins. The estimated levels by competence show where to go on from."},
	level:              content.Text{FR: "niveau\u00a0%d", EN: "level\u00a0%d"},
	outOf:              content.Text{FR: "sur\u00a0%s", EN: "out of\u00a0%s"},
	reachable:          content.Text{FR: "maximum atteignable\u00a0: %s", EN: "highest reachable: %s"},
	professional:       content.Text{FR: "Certification professionnalisante", EN: "Professional certification"},
	professionalDetail: content.Text{FR: "à partir de %s", EN: "from %s"},
	total:              content.Text{FR: "Total certifié", EN: "Certified total"},
	totalMeaning:       content.Text{FR: "%s dans %d compétences certifiées", EN: "%s in %d certified competences"},
	totalDetail:        content.Text{FR: "Chaque compétence certifiée porte un nombre de pix et un niveau\u00a0; huit pix font un niveau. Le total est la somme des pix certifiés. Ce régime de certification ne donne pas de niveau global.", EN: "Each certified competence has a number of pix and a level; eight pix make a level. The total is the sum of the certified pix. This kind of certification gives no overall level."},
	profile:            content.Text{FR: "Profil de compétences", EN: "Competence profile"},
	pixColumn:          content.Text{FR: "pix", EN: "pix"},
	levelColumn:        content.Text{FR: "niveau", EN: "Level"},
	notCertified:       content.Text{FR: "Compétence non certifiée.", EN: "Competence not certified."},
	zero:               content.Text{FR: "Le niveau\u00a01 n’est pas encore atteint dans cette compétence.", EN: "Level\u00a01 has not yet been reached in this competence."},
	score:              content.Text{FR: "Score", EN: "Score"},
	estimate:           content.Text{FR: "Les niveaux par compétence sont estimés à partir du score\u00a0: pour certaines compétences, le niveau réel peut être différent. Ils s’expriment sur une échelle de 1 à %d, plus haut niveau du référentiel ouvert à la date de la session.", EN: "The levels by competence are estimated from the score: for some competences the real level may differ. They are given on a scale of 1 to %d, the highest level of the framework open on the date of the session."},
	measured:           content.Text{FR: "Les pix et les niveaux sont ceux que la session a confirmés dans chaque compétence évaluée\u00a0; le niveau réel peut être différent. Ils s’expriment sur une échelle de 1 à %d, plus haut niveau du référentiel ouvert à la date de la session.", EN: "The pix and levels are those the session confirmed in each competence assessed; the real level may differ. They are given on a scale of 1 to %d, the highest level of the framework open on the date of the session."},
	handed:             content.Text{FR: "Délivré le", EN: "Issued on"}, // a « certificat », where an « attestation » is « délivrée »
	check:              content.Text{FR: "Vérifier ce certificat", EN: "Check this certificate"},
	verify:             content.Text{FR: "Vérifier cette attestation", EN: "Check this attestation"},
	verifyText:         content.Text{FR: "Le code QR contient, signées, toutes les données de cette page\u00a0: scanné, il dit si l’attestation est authentique et toujours valable. Sans appareil photo, saisissez le code d’accès à cette adresse, et à nulle autre\u00a0:", EN: "The QR code holds all the data of this page under a digital signature: scanned, it tells whether the attestation is genuine and still valid. Without a camera, type the access code at this address and no other:"},
	code:               content.Text{FR: "Code d’accès", EN: "Access code"},
	signed:             content.Text{FR: "Pour %s", EN: "For %s"},
	second:             content.Text{FR: "Niveaux et pratiques par compétence", EN: "Levels and practices by competence"},
	more:               content.Text{FR: "Le référentiel entier, ses domaines, ses thématiques et ses huit niveaux\u00a0:", EN: "The whole referential, its domains, themes and eight levels:"},
	specimen:           content.Text{FR: "SPECIMEN sans valeur", EN: "SPECIMEN of no value"},
	fileTitle:          content.Text{FR: "Attestation %s, %s", EN: "Attestation %s, %s"},
	competence:         content.Text{FR: "Compétence", EN: "Competence"},
	verifyShort:        content.Text{FR: "Le code QR contient, signées, toutes les données de cette page. Scannez-le, ou saisissez le code d’accès à cette adresse et à nulle autre :", EN: "The QR code holds all the data of this page under a digital signature. Scan it, or type the access code at this address and no other:"},
	attachment:         content.Text{FR: "Attestation signée et code d’accès", EN: "Signed credential and access code"},
	groupTitle:         content.Text{FR: "Attestations", EN: "Attestations"},
	sealAlt:            content.Text{FR: "Sceau : %s", EN: "Seal: %s"},
	scaleAlt:           content.Text{FR: "Échelle du score, de 0 à %s", EN: "Scale of the score, from 0 to %s"},
	scaleFrom:          content.Text{FR: "%s à partir de %s", EN: "%s from %s"},
	scaleAt:            content.Text{FR: "Le repère est à %s.", EN: "The mark is at %s."},
	chartAlt:           content.Text{FR: "Diagramme en barres : le niveau de chacune des 16 compétences sur une échelle de 1 à %d. Le tableau qui suit donne les mêmes valeurs.", EN: "Bar chart: the level of each of the 16 competences on a scale of 1 to %d. The table that follows gives the same values."},
	qrAlt:              content.Text{FR: "Code QR qui contient les données de cette page sous signature numérique.", EN: "QR code that holds the data of this page under a digital signature."},
	qrLink:             content.Text{FR: "Vérifier cette attestation en ligne", EN: "Check this attestation online"},
	verifyLink:         content.Text{FR: "Page de vérification : %s", EN: "Verification page: %s"},
	moreLink:           content.Text{FR: "Référentiel : %s", EN: "Referential: %s"},
	diploma:            content.Text{FR: "Certificat", EN: "Certificate"},
	diplomaOf:          content.Text{FR: "de compétences numériques", EN: "of digital competences"},
	certify:            content.Text{FR: "Il est certifié que", EN: "This is to certify that"},
	diplomaBody:        content.Text{FR: "a obtenu la certification des compétences numériques au niveau", EN: "has been awarded the certification of digital competences at level"},
	diplomaTotal:       content.Text{FR: "a obtenu la certification des compétences numériques avec un total de", EN: "has been awarded the certification of digital competences with a total of"},
	badgeTitle:         content.Text{FR: "Badge\u00a0: compétences numériques, %s", EN: "Badge: digital competences, %s"},
	badgeSubject:       content.Text{FR: "Compétences numériques", EN: "Digital competences"},
	badgeVerify:        content.Text{FR: "à vérifier\u00a0: %s", EN: "verify at %s"},
	badgeRange:         content.Text{FR: "%s à %s", EN: "%s to %s"},
	badgeBelow:         content.Text{FR: "moins de %s", EN: "below %s"},
	badgeProfile:       content.Text{FR: "Profil", EN: "Profile"},
	badgeCertified:     content.Text{FR: "certifié", EN: "certified"},
	badgeByCompetence:  content.Text{FR: "par compétence", EN: "by competence"},
	fileSubject:        content.Text{FR: "Attestation de certification des compétences numériques", EN: "Attestation of certification in digital competences"},
}

var months = map[content.Lang][12]string{
	content.FR: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	content.EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// dateWords writes a date out: « 1er mars 2026 », "1 March 2026".
func dateWords(lang content.Lang, t time.Time) string {
	day := strconv.Itoa(t.Day())
	if lang == content.FR && t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s\u00a0%s\u00a0%d", day, months[lang][t.Month()-1], t.Year())
}

// pix writes a number of pix.
func pix(lang content.Lang, n int) string { return thousands(lang, n) + "\u00a0pix" }

// thousands groups digits: « 1 024 », "1,024".
func thousands(lang content.Lang, n int) string {
	s := strconv.Itoa(n)
	glue := "\u202f"
	if lang == content.EN {
		glue = ","
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + glue + s[i:]
	}
	return s
}

// upper sets a label in capitals; French capitals keep their accents.
func upper(s string) string { return strings.ToUpper(s) }
