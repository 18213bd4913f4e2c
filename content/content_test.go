package content

import (
	"html/template"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func load(tb testing.TB) *Referential {
	tb.Helper()
	r, err := Default()
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// The official names, as the national register prints them (répertoire
// spécifique, description of the certification, 2018).
func TestOfficialNames(t *testing.T) {
	r := load(t)
	domains := []string{
		"Information et données", "Communication et collaboration", "Création de contenu",
		"Protection et sécurité", "Environnement numérique",
	}
	for i, want := range domains {
		if got := r.Domains[i].Title.FR; got != want {
			t.Errorf("domain %d is %q, the register says %q", i+1, got, want)
		}
	}
	competences := map[string]string{
		"1.1": "Mener une recherche et une veille d’information",
		"1.2": "Gérer des données",
		"1.3": "Traiter des données",
		"2.1": "Interagir",
		"2.2": "Partager et publier",
		"2.3": "Collaborer",
		"2.4": "S’insérer dans le monde numérique",
		"3.1": "Développer des documents textuels",
		"3.2": "Développer des documents multimédia",
		"3.3": "Adapter les documents à leur finalité",
		"3.4": "Programmer",
		"4.1": "Sécuriser l’environnement numérique",
		"4.2": "Protéger les données personnelles et la vie privée",
		"4.3": "Protéger la santé, le bien-être et l’environnement",
		"5.1": "Résoudre des problèmes techniques",
		"5.2": "Évoluer dans un environnement numérique",
	}
	pairs := map[[2]string]bool{}
	titles := map[string]bool{}
	for _, c := range r.Competences() {
		if got := c.Title.FR; got != competences[c.Code] {
			t.Errorf("competence %s is %q, the register says %q", c.Code, got, competences[c.Code])
		}
		for _, theme := range c.Themes {
			pairs[[2]string{c.Code, theme.ID}] = true
			titles[theme.Title.FR] = true
		}
	}
	if len(r.Competences()) != 16 || len(pairs) != 121 || len(titles) != 82 {
		t.Errorf("%d competences, %d theme pairs, %d titles; wanted 16, 121, 82", len(r.Competences()), len(pairs), len(titles))
	}
	names := "Novice 1, Novice 2, Indépendant 1, Indépendant 2, Avancé 1, Avancé 2, Expert 1, Expert 2"
	var got []string
	for n := 1; n <= 8; n++ {
		got = append(got, r.LevelName(n).FR)
	}
	if strings.Join(got, ", ") != names {
		t.Errorf("levels are named %q", got)
	}
	if got := r.LevelName(0); got != (Text{"niveau Novice 1 non atteint", "level Novice 1 not reached"}) {
		t.Errorf("level 0 is %q", got)
	}
	if r.LevelName(9) != (Text{}) || r.LevelName(-1) != (Text{}) {
		t.Error("levels beyond the scale have names")
	}
}

// The facts that the rules rest on.
func TestFrameworks(t *testing.T) {
	r := load(t)
	a := r.Framework("adaptive-2022")
	if a == nil {
		t.Fatal("no adaptive-2022")
	}
	want := Framework{
		ID: "adaptive-2022", Regime: "adaptive", ValidFrom: "2022-01-01", MaxLevel: 7,
		Scores:            []int{64, 128, 256, 384, 512, 640, 768, 896},
		ProfessionalScore: 120, ProfessionalFrom: "2022-01-01", Questions: 32, MinimumTreated: 20,
		Minutes: 105, SessionMinutes: 120, ValidityYears: 3, WaitDays: 15, MinimumCompetences: 5,
	}
	got := *a
	if got.InitialCapacity == nil || *got.InitialCapacity != -3 {
		t.Error("initial capacity is not -3")
	}
	got.Note, got.Raw, got.InitialCapacity = Text{}, nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("adaptive-2022 is %+v", got)
	}
	for id, max := range map[string]int{"profile-2018": 5, "profile-2021": 6} {
		f := r.Framework(id)
		if f == nil || f.MaxLevel != max || f.QuestionsPerCompetence != 3 || f.MinimumQuestions != 15 || f.MaximumQuestions != 48 || len(f.Scores) != 0 {
			t.Errorf("%s is %+v", id, f)
		}
	}
	if r.Framework("none") != nil || r.Page("none") != nil || r.Competence("9.9") != nil || r.Domain(0) != nil || r.Domain(6) != nil {
		t.Error("what does not exist was found")
	}
}

// prose calls f with every text of the tree that is Markdown, in every language.
func prose(r *Referential, f func(where string, lang Lang, markdown string)) {
	for _, lang := range Langs {
		at := func(where string, t Text) { f(string(lang)+" "+where, lang, t.In(lang)) }
		for _, d := range r.Domains {
			at("domain "+d.Title.FR, d.Definition)
		}
		for _, c := range r.Competences() {
			at("competence "+c.Code, c.Definition)
			for n, d := range c.Descriptors {
				at("competence "+c.Code+" level "+string(rune('1'+n)), d)
			}
		}
		for _, b := range r.Bands {
			at("band "+b.Name.FR, b.Description)
		}
		for _, v := range r.Levels {
			at("level "+v.Name.FR, v.Description)
			at("meaning "+v.Name.FR, v.Meaning)
		}
		for _, p := range r.Pages {
			at("page "+p.ID, p.Body)
			at("summary "+p.ID, p.Summary)
		}
	}
}

var (
	loose    = regexp.MustCompile(` [;:!?»](\s|$|\|)|« |\p{L}'\p{L}`)
	guillemt = regexp.MustCompile(`«\S*[^\x{a0}]»|«[^\x{a0}]`)
	code     = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`") // set as it is
	leftover = regexp.MustCompile(`\(#|\]\(|\{#|\*\*|raw HTML omitted|href=""`)
)

// Every text of the tree renders, is set as print would set it, and is said
// once: no descriptor repeats another.
func TestProse(t *testing.T) {
	r := load(t)
	resolve := func(kind, id string) string { return "/" + kind + "/" + id + "/" }
	seen := map[string]string{}
	count := 0
	prose(r, func(where string, lang Lang, markdown string) {
		count++
		html := string(HTML(markdown, resolve))
		if s := leftover.FindString(html); s != "" || !strings.HasPrefix(html, "<") {
			t.Errorf("%s: %q left in its HTML", where, s)
		}
		text := Plain(code.ReplaceAllString(markdown, ""))
		if text == "" {
			t.Errorf("%s: no plain text", where)
		}
		if s := loose.FindString(text); lang == FR && s != "" {
			t.Errorf("%s: loose %q", where, s)
		}
		if s := guillemt.FindString(text); lang == FR && s != "" {
			t.Errorf("%s: quotation marks not set: %q", where, s)
		}
		if strings.Contains(text, "\"") {
			t.Errorf("%s: straight quotation marks", where)
		}
		if other := seen[text]; other != "" {
			t.Errorf("%s says the same as %s", where, other)
		}
		seen[text] = where
	})
	if count < 2*(5+16*9+4+8+8+20) {
		t.Errorf("only %d texts", count)
	}
	for _, v := range r.Levels {
		if !strings.HasPrefix(v.Meaning.FR, "La personne certifiée ") || !strings.HasPrefix(v.Meaning.EN, "The certified person ") {
			t.Errorf("meaning of level %d is not in the third person: %q", v.Number, v.Meaning)
		}
	}
}

// The nine verdicts each have their place on the page about checking, under
// the names that verdicts have everywhere.
func TestVerdictsExplained(t *testing.T) {
	body := load(t).Page("checking").Body
	for _, verdict := range []string{
		"valid", "status-unknown", "expired", "suspended", "superseded", "revoked", "unknown-issuer", "not-genuine", "not-found",
	} {
		for _, lang := range Langs {
			if !strings.Contains(body.In(lang), " {#"+verdict+"}\n") {
				t.Errorf("%s: verdict %s has no heading", lang, verdict)
			}
		}
	}
}

func TestLoadTwice(t *testing.T) {
	a, err := Load(FS)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Load(FS)
	if !reflect.DeepEqual(a, b) {
		t.Error("two loads of one tree differ")
	}
}

func TestHTML(t *testing.T) {
	resolve := func(kind, id string) string { return "/" + kind + "/" + id + "/" }
	for _, test := range []struct{ markdown, want string }{
		{"A *b* **c**.", "<p>A <em>b</em> <strong>c</strong>.</p>\n"},
		{"[a](c:1.3)", "<p><a href=\"/c/1.3/\">a</a></p>\n"},
		{"[a](c:1.3#level-4)", "<p><a href=\"/c/1.3/#level-4\">a</a></p>\n"},
		{"[a](site:verify)", "<p><a href=\"/site/verify/\">a</a></p>\n"},
		{"[a](#part)", "<p><a href=\"#part\">a</a></p>\n"},
		{"[a](https://example.org/)", "<p><a href=\"https://example.org/\">a</a></p>\n"},
		{"[*a*](http://example.org/) b", "<p><em>a</em> b</p>\n"},
		{"[a](javascript:alert)", "<p>a</p>\n"},
		{"a <b>c</b>", "<p>a c</p>\n"},
		{"<div>\nx\n</div>", ""},
		{"![a](https://example.org/x.png)", "<p>a</p>\n"},
		{"[![a](x)](y)", "<p>a</p>\n"},
		{"<https://example.org/>", "<p><a href=\"https://example.org/\">https://example.org/</a></p>\n"},
		{"<a@example.org>", "<p></p>\n"},
		{"## T {#t}", "<h2 id=\"t\">T</h2>\n"},
		{"| a |\n|---:|\n| b |", "<table>\n<thead>\n<tr>\n<th align=\"right\" scope=\"col\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"right\">b</td>\n</tr>\n</tbody>\n</table>\n"},
		{"1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"},
	} {
		if got := HTML(test.markdown, resolve); got != template.HTML(test.want) {
			t.Errorf("HTML(%q)\n got %q\nwant %q", test.markdown, got, test.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, test := range []struct{ markdown, want string }{
		{"A *b* **c** `d`.", "A b c d."},
		{"A\nb [c](c:1.3).", "A b c."},
		{"One.\n\nTwo.", "One.\nTwo."},
		{"- a\n- b", "a\nb"},
		{"| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n1, 2"},
		{"## T {#t}\n\nx", "T\nx"},
		{"a\\*b &eacute; &#233;", "a*b é é"},
		{"<b>x</b>", "x"},
		{"<https://example.org/>", "https://example.org/"},
		{"```\na < b\n```", "a < b"},
		{"", ""},
	} {
		if got := Plain(test.markdown); got != test.want {
			t.Errorf("Plain(%q) = %q, want %q", test.markdown, got, test.want)
		}
	}
}

func TestTypeset(t *testing.T) {
	for _, test := range []struct {
		lang     Lang
		in, want string
	}{
		{FR, "l'on a « ceci » : oui ; non ! si ?", "l’on a «~ceci~»~: oui~; non~! si~?"},
		{EN, "it's 120 pix : so", "it’s 120~pix : so"},
		{FR, "120 pix, 1 h 45, 30 min, 45 €, 5 %, 1 024", "120~pix, 1~h~45, 30~min, 45~€, 5~%, 1~024"},
		{FR, "120 pixels en 2 heures", "120 pixels en 2 heures"},
		{FR, "`l'a : b` c'est", "`l'a : b` c’est"},
		{FR, "[l'a](https://example.org/d'a)", "[l’a](https://example.org/d'a)"},
		{FR, "| a | b |\n|---| :---: |\n| :-- |", "| a | b |\n|---| :---: |\n| :-- |"},
		{FR, "**Note :** oui", "**Note~:** oui"},
		{FR, "```\na : b\n```\nc : d", "```\na : b\n```\nc~: d"},
		{EN, "'quoted' rock 'n' roll", "'quoted' rock 'n' roll"},
		{FR, "", ""},
	} {
		if got := strings.ReplaceAll(typeset(test.lang, test.in), nbsp, "~"); got != test.want {
			t.Errorf("typeset(%s, %q) = %q, want %q", test.lang, test.in, got, test.want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(FS); err != nil {
			b.Fatal(err)
		}
	}
}
