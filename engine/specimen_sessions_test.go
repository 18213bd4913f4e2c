package engine

import "crypto/sha256"

func hash(s string) [32]byte { return sha256.Sum256([]byte(s)) }

const (
	valbrume   = "Centre SPECIMEN de Valbrume"
	port       = "Lycée SPECIMEN de Port-aux-Anses"
	montclair  = "Médiathèque SPECIMEN de Montclair-sur-Oyse"
	supervisor = "surveillant-07"
)

// specimens covers each row of the tables of validation, global levels 0 to 7
// and the events of the room.
var specimens = []specimen{
	{
		session: "valbrume-2026-09-14-01", start: "2026-09-14T09:00:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"2001-11-07", "Valbrume", "Ferrand-Côté", "Amélie Zoé"},
		ability:   -1.6, pace: 110,
		want: "all-treated validated level 4",
	},
	{
		session: "valbrume-2026-09-14-02", start: "2026-09-14T09:00:00+02:00", language: "en", centre: valbrume,
		candidate: Candidate{"1994-03-21", "Little Hensham", "Hartwell-Brown", "Oliver James"},
		ability:   0.1, pace: 120, passes: []int{17},
		want: "all-treated validated level 5",
	},
	{
		// A long name with letters of Latin Extended-A and -Additional; a
		// question whose picture does not load is neutralised and replaced.
		session: "valbrume-2026-09-14-03", start: "2026-09-14T09:02:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"1988-02-29", "Liepāja", "Łukaszewicz-N’Guyễn", "Ķristīne"},
		ability:   -2.4, pace: 100,
		before: func(p *player, question int) {
			switch question {
			case 9:
				p.must(p.s.Report(p.wait(40), 9, "L’image de la consigne ne s’affiche pas."))
				p.must(p.s.Confirm(p.wait(150), 9, supervisor))
				p.must(p.s.Neutralise(p.wait(20), 9, supervisor))
				p.must(p.s.AddTime(p.wait(5), 4, supervisor))
			case 20:
				p.must(p.s.Report(p.wait(30), 20, "Le son est trop faible."))
				p.must(p.s.Dismiss(p.wait(60), 20, supervisor))
			case 24:
				p.must(p.s.Report(p.wait(15), 24, "La page reste blanche."))
				p.must(p.s.Confirm(p.wait(45), 24, supervisor))
				p.must(p.s.Continue(p.wait(30), 24, supervisor))
			}
		},
		want: "all-treated validated level 3",
	},
	{
		session: "valbrume-2026-09-14-04", start: "2026-09-14T14:00:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"1999-12-31", "Đà Nẵng", "Nguyễn", "Thị Ánh Tuyết"},
		ability:   2.3, pace: 130, passes: []int{29},
		want: "all-treated validated level 7",
	},
	{
		session: "valbrume-2026-09-14-05", start: "2026-09-14T14:00:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"2006-05-16", "Valbrume", "Delorme", "Maël"},
		ability:   1, pace: 70,
		before: func(p *player, question int) {
			if question == 12 {
				p.must(p.s.Suspect(p.wait(30), supervisor, "Téléphone mobile tenu sous la table, retiré à 14 h 25."))
			}
		},
		decision: Ruling{Outcome: DecideFraud, Reason: "SPECIMEN : usage d’un téléphone établi, candidat entendu."},
		want:     "fraud-established rejected level 6",
	},
	{
		session: "valbrume-2026-09-14-06", start: "2026-09-14T14:01:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"2003-08-08", "Montclair-sur-Oyse", "O’Sullivan-Æbelø", "Gaëlle"},
		ability:   -3.6, pace: 90,
		before: func(p *player, question int) {
			if question == 5 {
				p.must(p.s.Suspect(p.wait(20), supervisor, "Échange de regards répété avec le poste voisin."))
			}
		},
		decision: Ruling{Outcome: DecideAccept, Reason: "SPECIMEN : soupçon non établi."},
		want:     "all-treated validated level 2",
	},
	{
		// The earlier regime: a profile to confirm. A question is neutralised, the
		// candidate leaves the page of another.
		session: "valbrume-2026-09-14-07", start: "2026-09-14T14:02:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"2004-02-17", "Valbrume", "Ben Salah-Müller", "Inès"},
		position:  &positioning{"1.1 1.2 1.3 2.1 2.2 2.3 3.1 3.2 4.1 4.2 5.2", 3.6},
		ability:   5.2, pace: 110, passes: []int{20},
		before: func(p *player, question int) {
			switch {
			case question == 8:
				p.must(p.s.Report(p.wait(30), 8, "Le fichier à télécharger est vide."))
				p.must(p.s.Confirm(p.wait(120), 8, supervisor))
				p.must(p.s.Neutralise(p.wait(15), 8, supervisor))
			case question > 13 && question < 16 && p.s.Current().Item.Mode == Focus:
				p.must(p.s.FocusLost(p.wait(12)))
			}
		},
		want: "by-competence validated 178 pix",
	},
	{
		session: "port-aux-anses-2026-09-22-01", start: "2026-09-22T08:30:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"2008-01-19", "Port-aux-Anses", "Hoarau", "Jean-Désiré"},
		ability:   -2.9, pace: 120, stop: 13, reason: EndTechnical,
		before: func(p *player, question int) {
			if question == 14 {
				p.must(p.s.Report(p.wait(60), 14, "Coupure du réseau dans toute la salle."))
				p.must(p.s.Confirm(p.wait(300), 14, "surveillante-02"))
			}
		},
		want: "too-few-technical cancelled",
	},
	{
		session: "port-aux-anses-2026-09-22-02", start: "2026-09-22T08:30:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"2007-10-02", "Port-aux-Anses", "Payet", "Lou-Anne"},
		ability:   -2.2, pace: 410, reason: EndTime,
		want: "too-few rejected",
	},
	{
		session: "port-aux-anses-2026-09-22-03", start: "2026-09-22T13:30:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"1961-06-24", "Sainte-Ombeline", "Técher", "Marie-Noëlle"},
		ability:   -99, pace: 60, passes: []int{3, 4, 8, 15, 16, 23},
		want: "score-zero rejected level 0",
	},
	{
		session: "port-aux-anses-2026-09-22-04", start: "2026-09-22T13:30:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"2005-04-30", "Port-aux-Anses", "Grondin-Čapková", "Élise"},
		ability:   -0.2, pace: 130, stop: 26, reason: EndTechnical,
		before: func(p *player, question int) {
			if question == 27 {
				p.must(p.s.Report(p.wait(20), 27, "L’ordinateur s’est éteint."))
				p.must(p.s.Confirm(p.wait(200), 27, "surveillante-02"))
				p.must(p.s.Resume(p.wait(400), "surveillante-02"))
			}
		},
		want: "stopped-by-technical validated level 5",
	},
	{
		session: "port-aux-anses-2026-09-22-05", start: "2026-09-22T13:35:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"2006-12-01", "Port-aux-Anses", "Fontaine", "Mathéo"},
		position:  &positioning{"1.1 2.1 2.2 3.1 4.3 5.2", 4.5},
		ability:   0.5, pace: 150,
		want: "low-rate rejected",
	},
	{
		// A breakdown in the room: more than a third of the test is neutralised.
		session: "port-aux-anses-2026-09-22-06", start: "2026-09-22T13:35:00+04:00", language: "fr", centre: port,
		candidate: Candidate{"2005-07-25", "Sainte-Ombeline", "Rivière", "Anaëlle"},
		position:  &positioning{"1.1 1.2 2.1 3.1 5.1", 2.4},
		ability:   4, pace: 100,
		before: func(p *player, question int) {
			if question > 4 && question < 11 {
				p.must(p.s.Report(p.wait(20), question, "La page ne se charge plus."))
				p.must(p.s.Confirm(p.wait(40), question, "surveillante-02"))
				p.must(p.s.Neutralise(p.wait(10), question, "surveillante-02"))
			}
		},
		want: "too-many-neutralised cancelled",
	},
	{
		session: "montclair-2026-10-01-01", start: "2026-10-01T10:00:00+02:00", language: "fr", centre: montclair,
		candidate: Candidate{"1972-09-09", "Montclair-sur-Oyse", "Bàrnabéu", "Iñaki"},
		ability:   0.4, pace: 240, reason: EndTime,
		want: "degraded validated level 5",
	},
	{
		session: "montclair-2026-10-01-02", start: "2026-10-01T10:00:00+02:00", language: "fr", centre: montclair,
		candidate: Candidate{"1955-03-03", "Saint-Aubin-des-Brumes", "Żółkiewska", "Małgorzata"},
		ability:   -5.6, pace: 150, passes: []int{6, 7, 19},
		want: "all-treated validated level 0",
	},
	{
		session: "montclair-2026-10-01-03", start: "2026-10-01T10:05:00+02:00", language: "fr", centre: montclair,
		candidate: Candidate{"1990-07-14", "Montclair-sur-Oyse", "Øksendal", "Åse"},
		ability:   -4.6, pace: 100,
		want: "all-treated validated level 1",
	},
	{
		// A third more time and items for screen readers; the candidate leaves
		// the page twice during questions in focus mode.
		session: "montclair-2026-10-01-04", start: "2026-10-01T14:00:00+02:00", language: "fr", centre: montclair,
		candidate: Candidate{"1996-11-23", "Bois-l’Évêque", "Keïta-Lefèvre", "Fatoumata"},
		needs:     []string{NeedKeyboard, NeedScreenReader}, extra: 35,
		ability: 1.1, pace: 205, passes: []int{11, 22},
		before: func(p *player, question int) {
			if (question == 7 || question > 14 && question < 20) && p.s.Current().Item.Mode == Focus {
				p.must(p.s.FocusLost(p.wait(25)))
			}
			if question == 18 {
				p.must(p.s.AddTime(p.wait(10), 10, supervisor))
			}
		},
		want: "all-treated validated level 6",
	},
	{
		// After the session a flaw was found in an item: the jury takes it out.
		session: "montclair-2026-10-01-05", start: "2026-10-01T14:00:00+02:00", language: "en", centre: montclair,
		candidate: Candidate{"1985-12-12", "Saint-Aubin-des-Brumes", "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Smythe", "Maximiliane"},
		ability:   0.2, pace: 115,
		decision: Ruling{Outcome: DecideNeutralise, Reason: "SPECIMEN: the source quoted by the item has disappeared."},
		want:     "all-treated validated level 5",
	},
	{
		session: "valbrume-2023-05-23-01", start: "2023-05-23T09:00:00+02:00", language: "fr", centre: valbrume,
		candidate: Candidate{"1979-01-05", "Valbrume", "Šimková-Étienne", "Noémie"},
		ability:   -2.6, pace: 105,
		want: "all-treated validated level 3",
	},
}
