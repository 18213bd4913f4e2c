package content

import (
	"strings"
	"testing"
)

// TestGuidance wants the pages to answer what a candidate asks: on this page,
// under this heading, these facts, in both languages.
func TestGuidance(t *testing.T) {
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		page, heading string
		fr, en        []string
	}{
		{"sitting", "who", []string{"octobre 2024", "troisième", "terminale", "CAP", "BTS", "Aucun niveau"}, []string{"October 2024", "troisième", "terminale", "CAP", "BTS", "No level"}},
		{"sitting", "prerequisites", []string{"niveau 1", "5 des"}, []string{"level 1", "5 of the"}},
		{"sitting", "before", []string{"compte", "Entraînez-vous", "centre agréé", "Quelques jours avant", "2018", "trentaine d’heures"}, []string{"account", "Practise", "approved centre", "A few days before", "2018", "thirty hours"}},
		{"sitting", "day", []string{"adresse électronique", "mot de passe", "deux heures", "1 h 45"}, []string{"email", "password", "two hours", "1 hour 45"}},
		{"sitting", "after", []string{"jury", "En attente", "Obtenue", "Non obtenue", "Annulée", "15 jours", "reçoit aussi"}, []string{"jury", "Pending", "Obtained", "Not obtained", "Cancelled", "15 days", "receives"}},
		{"sitting", "whole", []string{"pas de certification partielle"}, []string{"no partial certification"}},
		{"sitting", "uses", []string{"CV", "livret scolaire", "Parcoursup", "120 pix"}, []string{"CV", "school records", "Parcoursup", "120 pix"}},
		{"sitting", "price", []string{"novembre 2020", "45 €", "octobre 2024", "compte personnel de formation", "2 mai 2024", "100 €"}, []string{"November 2020", "€45", "October 2024", "CPF", "2 May 2024", "€100"}},
		{"screen-adaptive", "", []string{"test adaptatif", "16 compétences", "passer"}, []string{"adaptive test", "16 competences", "pass"}},
		{"screen-time", "", []string{"32", "1 h 45", "20 au moins"}, []string{"32", "1 hour 45", "20 at least"}},
		{"screen-modes", "free", []string{"verte", "chercher sur le web"}, []string{"Green", "search the web"}},
		{"screen-modes", "focus", []string{"jaune", "sans quitter la page"}, []string{"Yellow", "without leaving the page"}},
		{"screen-problem", "", []string{"bas de la page", "signaler", "Confirmez", "Levez la main"}, []string{"bottom of the page", "report", "Confirm", "Raise your hand"}},
		{"screen-rules", "", []string{"communiquer", "téléphone", "intelligence artificielle", "forum", "moyen", "passer"}, []string{"communicate", "telephone", "artificial intelligence", "forum", "means", "pretend"}},
	} {
		p := r.Page(c.page)
		if p == nil {
			t.Errorf("no page %s", c.page)
			continue
		}
		for lang, facts := range map[Lang][]string{FR: c.fr, EN: c.en} {
			text := p.Body.In(lang)
			if c.heading != "" {
				_, after, ok := strings.Cut(text, "{#"+c.heading+"}")
				if !ok {
					t.Errorf("%s/%s has no heading %s", lang, c.page, c.heading)
					continue
				}
				text, _, _ = strings.Cut(after, "\n## ")
			}
			text = strings.ReplaceAll(text, nbsp, " ")
			for _, fact := range facts {
				if !strings.Contains(strings.ToLower(text), strings.ToLower(fact)) {
					t.Errorf("%s/%s#%s does not say %q", lang, c.page, c.heading, fact)
				}
			}
		}
	}
	// The class sheet: 12 questions on the platform (three of them under one
	// heading), 7 on the certification, 3 steps.
	questions := r.Page("questions")
	if questions == nil {
		t.Fatal("no page of questions")
	}
	for lang, n := range map[Lang]int{FR: 20, EN: 20} {
		if got := strings.Count(questions.Body.In(lang), "\n### "); got != n {
			t.Errorf("%s: %d questions are answered, want %d", lang, got, n)
		}
	}
}

// TestDataIsLinked wants every file for other programs in the page on the data.
func TestDataIsLinked(t *testing.T) {
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	p := r.Page("data")
	if p == nil {
		t.Fatal("no page on the data")
	}
	for _, lang := range Langs {
		for _, name := range DataFiles {
			if !strings.Contains(p.Body.In(lang), "(data:"+name+")") {
				t.Errorf("%s: the page on the data does not link to %s", lang, name)
			}
		}
	}
}
