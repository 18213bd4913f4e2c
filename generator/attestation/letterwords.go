package attestation

import "etalon/content"

// The words of the letters. A no-break space stands where a line may not end.
var letterWords = struct {
	title, intro                             [3]content.Text // by Outcome
	group, alt, dated, forWhom               content.Text
	code, again, why, when                   content.Text
	from, ask, askText, more                 content.Text
	keep, keepText, show, showText           content.Text
	go1, go2, go3, goText1, goText2, goText3 content.Text
	back1, back2, back3                      content.Text
	backText1, backText2, backText3          content.Text
	foot                                     content.Text
}{
	title: [3]content.Text{
		{FR: "Votre certification est obtenue", EN: "You have obtained your certification"},
		{FR: "Votre certification n’est pas obtenue", EN: "You have not obtained your certification"},
		{FR: "Votre session est annulée", EN: "Your session is cancelled"},
	},
	intro: [3]content.Text{
		{FR: "Votre session du\u00a0%s a été validée et votre attestation vous est délivrée. Elle est valable jusqu’au\u00a0%s\u00a0inclus.", EN: "Your session of\u00a0%s has been validated and your attestation is issued. It is valid until\u00a0%s\u00a0inclusive."},
		{FR: "Le jury a examiné votre session du\u00a0%s. Elle ne permet pas de vous délivrer une attestation cette fois.", EN: "The jury has examined your session of\u00a0%s. It does not allow an attestation to be issued to you this time."},
		{FR: "Votre session du\u00a0%s est annulée\u00a0: elle ne donne pas de résultat, et ne compte ni pour vous ni contre vous.", EN: "Your session of\u00a0%s is cancelled: it gives no result, and counts neither for you nor against you."},
	},
	group:     content.Text{FR: "Lettres aux candidats", EN: "Letters to candidates"},
	alt:       content.Text{FR: "Lettre à %s", EN: "Letter to %s"},
	dated:     content.Text{FR: "Le\u00a0%s", EN: "%s"},
	forWhom:   content.Text{FR: "À l’attention de", EN: "To"},
	code:      content.Text{FR: "Votre code d’accès", EN: "Your access code"},
	again:     content.Text{FR: "Pour viser plus haut, vous pouvez passer une nouvelle session à partir du\u00a0%s, et autant de fois que vous le souhaitez.", EN: "To aim higher, you may sit another session from\u00a0%s, and as many times as you wish."},
	why:       content.Text{FR: "Pourquoi", EN: "Why"},
	when:      content.Text{FR: "Vous pouvez vous représenter", EN: "You may sit again"},
	from:      content.Text{FR: "à partir du\u00a0%s", EN: "from\u00a0%s"},
	ask:       content.Text{FR: "Une question\u00a0?", EN: "A question?"},
	askText:   content.Text{FR: "Pour comprendre cette décision ou la contester, écrivez à l’organisme certificateur en rappelant la référence de votre session, %s.", EN: "To understand this decision or to contest it, write to the certifying body and quote the reference of your session, %s."},
	more:      content.Text{FR: "Le référentiel, pour se préparer\u00a0:", EN: "The referential, to prepare:"},
	keep:      content.Text{FR: "Gardez ce code pour vous", EN: "Keep this code to yourself"},
	keepText:  content.Text{FR: "Il ouvre tout\u00a0: qui le possède voit l’attestation entière, date et lieu de naissance compris, et peut la télécharger. Rangez cette lettre avec vos diplômes\u00a0; n’en publiez ni photo ni copie.", EN: "It opens everything: whoever has it sees the whole attestation, date and place of birth included, and can download it. Put this letter away with your diplomas; publish neither photograph nor copy of it."},
	show:      content.Text{FR: "Pour prouver votre résultat", EN: "To prove your result"},
	showText:  content.Text{FR: "Montrez l’attestation\u00a0: son code QR suffit à la vérifier, même sans réseau. Sur un CV ou en ligne, donnez plutôt le lien de partage, qui ne dit rien de votre naissance.", EN: "Show the attestation: its QR code is enough to check it, even without a network. On a CV or online, rather give the share link, which says nothing of your birth."},
	go1:       content.Text{FR: "Tapez l’adresse", EN: "Type the address"},
	goText1:   content.Text{FR: "à la main, dans un navigateur. Aucune autre n’est la bonne\u00a0:", EN: "by hand, in a browser. No other one is right:"},
	go2:       content.Text{FR: "Saisissez le code", EN: "Enter the code"},
	goText2:   content.Text{FR: "Majuscules, espaces et tirets importent peu. La page dit si l’attestation est authentique et valable.", EN: "Capitals, spaces and hyphens matter little. The page tells whether the attestation is genuine and valid."},
	go3:       content.Text{FR: "Servez-vous", EN: "Help yourself"},
	goText3:   content.Text{FR: "Tout y est\u00a0: l’attestation à télécharger et à imprimer, le résultat en détail, un lien à partager.", EN: "All is there: the attestation to download and print, the result in detail, a link to share."},
	back1:     content.Text{FR: "Préparez-vous", EN: "Prepare"},
	backText1: content.Text{FR: "Faites à nouveau le point\u00a0: pour s’inscrire, il faut au moins %d compétences au niveau\u00a01.", EN: "Take stock once more: to enrol takes at least %d competences at level\u00a01."},
	back2:     content.Text{FR: "Choisissez une date", EN: "Choose a date"},
	backText2: content.Text{FR: "Demandez-la à votre centre ou à un autre. %d\u00a0jours au moins séparent deux sessions.", EN: "Ask your centre for one, or another centre. At least %d\u00a0days lie between two sessions."},
	back3:     content.Text{FR: "Revenez", EN: "Come back"},
	backText3: content.Text{FR: "Le nombre de sessions n’est pas limité, et chacune est jugée pour elle-même.", EN: "There is no limit to the number of sessions, and each is judged by itself."},
	foot:      content.Text{FR: "Session %s", EN: "Session %s"},
}
