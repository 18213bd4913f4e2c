package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// mistake is one edit of the fixture and the errors it must give: at least
// these words at exactly this place, and nothing else.
type mistake struct {
	name     string
	file     string
	old, new string
	want     string // a line for each error: "file:line:" and some words, set apart by " … "
}

var mistakes = []mistake{
	{"no front matter", "fr/domains/2.md", "---\nnumber", "number", "fr/domains/2.md:1: … front matter is missing"},
	{"open front matter", "fr/domains/2.md", "\"\n---\n", "\"\n", "fr/domains/2.md:1: … not closed"},
	{"bad YAML", "fr/domains/2.md", "title: ", "title: [", "fr/domains/2.md:3: … YAML is wrong"},
	{"unknown field", "fr/domains/2.md", "title:", "color: \"red\"\ntitle:", "fr/domains/2.md:3: … field \"color\" is unknown … remove it"},
	{"duplicate field", "fr/domains/2.md", "---\nDef", "title: \"Domain 2\"\n---\nDef", "fr/domains/2.md:4: … field \"title\" stands twice"},
	{"missing field", "fr/domains/2.md", "number: 2\n", "", "fr/domains/2.md:2: … field \"number\" is missing"},
	{"number is text", "fr/domains/2.md", "number: 2", "number: two", "fr/domains/2.md:2: … not a whole number"},
	{"text is number", "fr/domains/2.md", "title: \"Domain 2\"", "title: 2", "fr/domains/2.md:3: … not text … quotes"},
	{"text is a list", "fr/domains/2.md", "title: \"Domain 2\"", "title: [a]", "fr/domains/2.md:3: … not text"},
	{"anchor", "fr/domains/2.md", "title: \"Domain 2\"", "title: &a \"Domain 2\"", "fr/domains/2.md:3: … anchor"},
	{"wrong number", "fr/domains/2.md", "number: 2", "number: 3", "fr/domains/2.md:2: … its place demands 2"},
	{"empty title", "fr/domains/2.md", "title: \"Domain 2\"", "title: \"\"", "fr/domains/2.md:3: … is empty"},
	{"edged title", "fr/domains/2.md", "title: \"Domain 2\"", "title: \"Domain 2 \"", "fr/domains/2.md:3: … begins or ends with a space"},
	{"long title", "fr/domains/2.md", "Domain 2\"", strings.Repeat("é", 121) + "\"", "fr/domains/2.md:3: … 121 characters, the limit is 120"},
	{"tag in title", "fr/domains/2.md", "Domain 2\"", "<b>\"", "fr/domains/2.md:3: … holds < or >"},
	{"escaped bidi", "fr/domains/2.md", "Domain 2\"", `Domain \u202e2"`, "fr/domains/2.md:3: … U+202E"},
	{"escaped line", "fr/domains/2.md", "Domain 2\"", `Domain\n2"`, "fr/domains/2.md:3: … U+000A"},
	{"two documents", "fr/domains/2.md", "title: \"Domain 2\"\n", "title: \"Domain 2\"\n...\n{a: b}\n", "fr/domains/2.md:2: … more than one document"},
	{"no text", "fr/domains/2.md", "Definition of domain 2.\n", "", "fr/domains/2.md:5: … text is missing"},
	{"long text", "fr/domains/2.md", "Definition of domain 2.", strings.Repeat("mot ", 400), "fr/domains/2.md:5: … 1599 characters, the limit is 1500"},
	{"heading in prose", "fr/domains/2.md", "domain 2.", "domain 2.\n\n## More\n\nText.", "fr/domains/2.md:7: … headings are not allowed"},
	{"list in prose", "fr/domains/2.md", "domain 2.", "domain 2.\n\n- one\n- two", "fr/domains/2.md:7: … only paragraphs"},
	{"raw block", "fr/domains/2.md", "domain 2.", "domain 2.\n\n<div>x</div>", "fr/domains/2.md:7: … raw HTML"},
	{"raw inline", "fr/domains/2.md", "domain 2.", "domain 2,\nso <b>bold</b", "fr/domains/2.md:6: … raw HTML"},
	{"image", "fr/domains/2.md", "domain 2.", "domain 2,\nso ![x](https://example.org/x.png)", "fr/domains/2.md:6: … images"},
	{"indented code", "fr/domains/2.md", "domain 2.", "domain 2.\n\n    code", "fr/domains/2.md:7: … CodeBlock is not allowed"},
	{"rule", "fr/domains/2.md", "domain 2.", "domain 2.\n\n***", "fr/domains/2.md:7: … ThematicBreak is not allowed"},

	{"http link", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](http://example.org/).", "fr/domains/2.md:6: … neither internal … nor https"},
	{"http autolink", "fr/domains/2.md", "domain 2.", "domain 2,\nsee <http://example.org/>.", "fr/domains/2.md:6: … nor https"},
	{"script link", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](javascript:alert).", "fr/domains/2.md:6: … nor https"},
	{"relative link", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](../rules).", "fr/domains/2.md:6: … nor https"},
	{"no such competence", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](c:1.4).", "fr/domains/2.md:6: … no competence 1.4"},
	{"no such place", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](c:1.3#level-9).", "fr/domains/2.md:6: … has no place \"level-9\""},
	{"no such domain", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](domain:6).", "fr/domains/2.md:6: … no domain 6"},
	{"no such level", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](level:0).", "fr/domains/2.md:6: … no level 0"},
	{"level with zero", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](level:04).", "fr/domains/2.md:6: … no level 04"},
	{"place in a level", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](level:4#top).", "fr/domains/2.md:6: … has no place"},
	{"no such page", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](page:rulez).", "fr/domains/2.md:6: … no page rulez"},
	{"no such heading", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](page:rules#party).", "fr/domains/2.md:6: … page rules has no place \"party\""},
	{"no such site page", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](site:shop).", "fr/domains/2.md:6: … no page shop made by the site"},
	{"own heading outside a page", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x](#part).", "fr/domains/2.md:6: … no headings here"},
	{"no own heading", "fr/pages/rules.md", "First.", "First,\nsee [x](#parts).", "fr/pages/rules.md:10: … has no place \"parts\""},
	{"link in a table", "fr/pages/about.md", "| 1 | 2 |", "| 1 | [x](page:no) |", "fr/pages/about.md:15: … no page no"},
	{"link by reference", "fr/domains/2.md", "domain 2.", "domain 2,\nsee [x].\n\n[x]: c:9.9", "fr/domains/2.md:6: … no competence 9.9\nfr/domains/2.md:8: … LinkReferenceDefinition is not allowed"},

	{"DigComp out of order", "digcomp.yaml", "code: \"1.2\"", "code: \"1.4\"", "digcomp.yaml:4: … competence 2 is \"1.4\" … \"1.2\""},
	{"DigComp leads nowhere", "digcomp.yaml", "5.4\"\n  here: [\"2.2\"]", "5.4\"\n  here: [\"2.2\", \"6.1\"]", "digcomp.yaml:63: … no competence \"6.1\""},
	{"DigComp twice", "digcomp.yaml", "5.4\"\n  here: [\"2.2\"]", "5.4\"\n  here: [\"2.2\", \"2.2\"]", "digcomp.yaml:63: … stands twice"},
	{"DigComp too few", "digcomp.yaml", "- code: \"5.4\"\n  name: \"European 5.4\"\n  here: [\"2.2\"]\n", "", "digcomp.yaml:1: … holds 20 competences"},
	{"DigComp without one of ours", "digcomp.yaml", "4.3\"\n  here: [\"5.2\"]", "4.3\"\n  here: [\"5.1\"]", "digcomp.yaml:1: … leads to competence 5.2"},
	{"DigComp not a list", "digcomp.yaml", "- code: \"1.1\"\n  name: \"European 1.1\"\n  here: [\"1.1\"]\n", "- x\n", "digcomp.yaml:1: … key: value"},

	{"wrong code", "en/competences/1.3.md", "code: \"1.3\"", "code: \"1.2\"", "en/competences/1.3.md:2: … code is \"1.2\""},
	{"bare code", "en/competences/1.3.md", "code: \"1.3\"", "code: 1.3", "en/competences/1.3.md:2: … quotes"},
	{"unknown theme", "fr/competences/5.2.md", "theme-37,", "theme-x,", "en/competences/5.2.md:4: … in French it is \"theme-x\"\nfr/competences/5.2.md:4: … theme \"theme-x\" is not in themes.yaml"},
	{"themes in another order", "en/competences/5.2.md", "theme-36, theme-37", "theme-37, theme-36", "en/competences/5.2.md:4: … theme 5 is \"theme-37\", in French it is \"theme-36\""},
	{"theme twice", "en/competences/5.2.md", "theme-37,", "theme-36,", "en/competences/5.2.md:4: … theme \"theme-36\" stands twice\nen/competences/5.2.md:4: … theme 6 is"},
	{"theme too few", "en/competences/5.2.md", ", theme-38]", "]", "en/competences/5.2.md:4: … lists 6 themes, the register gives it 7"},
	{"theme too many", "en/competences/5.2.md", "theme-38]", "theme-38, theme-1]", "en/competences/5.2.md:4: … lists 8 themes\nen/competences/5.2.md:4: … no counterpart in French"},
	{"themes not a list", "en/competences/4.2.md", "themes: [theme-13, theme-14, theme-15, theme-16]", "themes: theme-13", "en/competences/4.2.md:4: … not a list"},
	{"no definition", "fr/competences/1.3.md", "Definition of 1.3.\n", "", "fr/competences/1.3.md:6: … definition is missing"},
	{"two paragraphs", "fr/competences/1.3.md", "Descriptor 2 of 1.3.", "Descriptor 2 of 1.3.\n\nMore.", "fr/competences/1.3.md:16: … second paragraph"},
	{"level missing", "fr/competences/1.3.md", "## Niveau 4\n\nDescriptor 4 of 1.3.\n\n", "", "fr/competences/1.3.md:20: … expected the heading \"## Niveau 4\", found \"Niveau 5\""},
	{"levels swapped", "fr/competences/1.3.md", "## Niveau 4\n\nDescriptor 4 of 1.3.\n\n## Niveau 5", "## Niveau 5\n\nDescriptor 4 of 1.3.\n\n## Niveau 4", "fr/competences/1.3.md:20: … in order"},
	{"last level missing", "fr/competences/1.3.md", "\n## Niveau 8\n\nDescriptor 8 of 1.3.\n", "", "fr/competences/1.3.md:35: … level 8 is missing"},
	{"level too many", "fr/competences/1.3.md", "Descriptor 8 of 1.3.", "Descriptor 8 of 1.3.\n\n## Niveau 9\n\nMore.", "fr/competences/1.3.md:40: … after level 8"},
	{"level empty", "fr/competences/1.3.md", "Descriptor 4 of 1.3.\n", "", "fr/competences/1.3.md:20: … level 4 is empty"},
	{"level in the other language", "en/competences/1.3.md", "## Level 3", "## Niveau 3", "en/competences/1.3.md:16: … expected the heading \"## Level 3\""},
	{"level of depth 3", "fr/competences/1.3.md", "## Niveau 3", "### Niveau 3", "fr/competences/1.3.md:16: … of level 3"},
	{"long descriptor", "fr/competences/1.3.md", "Descriptor 3 of 1.3.", strings.Repeat("é", 381), "fr/competences/1.3.md:18: … 381 characters, the limit is 380"},
	{"list in a descriptor", "fr/competences/1.3.md", "Descriptor 3 of 1.3.", "Descriptor 3.\n\n- a\n- b", "fr/competences/1.3.md:20: … only paragraphs"},

	{"level misnamed", "fr/levels/3.md", "Band2 1", "Band2 2", "fr/levels/3.md:3: … its band demands \"Band2 1\""},
	{"long meaning", "fr/levels/3.md", "Meaning 3.", strings.Repeat("é", 261), "fr/levels/3.md:4: … 261 characters, the limit is 260"},
	{"band of other levels", "en/bands/2.md", "first: 3", "first: 2", "en/bands/2.md:4: … its place demands 3"},

	{"page misnamed", "fr/pages/about.md", "id: \"about\"", "id: \"abut\"", "fr/pages/about.md:2: … id is \"abut\""},
	{"order out of range", "en/pages/about.md", "order: 2", "order: 0", "en/pages/about.md:3: … from 1 to 999"},
	{"order twice", "en/pages/rules.md", "order: 1", "order: 2", "en/pages/rules.md:3: … belongs to page \"about\"\nen/pages/rules.md:3: … in French it is 1"},
	{"order unlike", "en/pages/about.md", "order: 2", "order: 3", "en/pages/about.md:3: … in French it is 2"},
	{"group unknown", "en/pages/about.md", "group: \"about\"", "group: \"shop\"", "en/pages/about.md:4: … must be certification, screens or about"},
	{"group unlike", "en/pages/about.md", "group: \"about\"", "group: \"certification\"", "en/pages/about.md:4: … in French it is \"about\""},
	{"slug with capitals", "en/pages/about.md", "slug: \"about\"", "slug: \"About\"", "en/pages/about.md:5: … lower-case"},
	{"slug twice", "en/pages/rules.md", "slug: \"rules\"", "slug: \"about\"", "en/pages/rules.md:5: … belongs to page \"about\""},
	{"heading without id", "en/pages/about.md", "## End {#end}", "## End", "en/pages/about.md:11: … needs an id"},
	{"heading with a class", "en/pages/about.md", "## End {#end}", "## End {#end .big}", "en/pages/about.md:11: … and nothing else"},
	{"heading twice", "en/pages/rules.md", "Text with", "## Part {#part}\n\nText with", "en/pages/rules.md:13: … stands twice"},
	{"heading of depth 1", "en/pages/about.md", "## End {#end}", "# End {#end}", "en/pages/about.md:11: … pages use ## and ###"},
	{"heading out of place", "en/pages/about.md", "See ", "### Early {#early}\n\nSee ", "en/pages/about.md:9: … before any of level 2"},
	{"heading unlike", "en/pages/about.md", "## End {#end}", "## End {#finish}", "en/pages/about.md:11: … does not mirror the French page"},
	{"heading absent", "en/pages/about.md", "## End {#end}\n\n", "", "fr/pages/about.md:11: … is missing from the English page"},
	{"heading in English alone", "en/pages/about.md", "## End", "## More {#more}\n\n## End", "en/pages/about.md:11: … does not mirror"},
	{"heading empty", "en/pages/about.md", "## End {#end}", "## {#end}", "en/pages/about.md:11: … heading is empty"},
	{"raw HTML in a page", "en/pages/rules.md", "Text with", "<br>\n\nText with", "en/pages/rules.md:13: … raw HTML"},
	{"raw HTML in a table", "en/pages/about.md", "| 1 | 2 |", "| 1 | a<br>b |", "en/pages/about.md:15: … raw HTML"},

	{"theme id twice", "themes.yaml", "- id: theme-81\n", "- id: theme-80\n", "en/competences/3.3.md:4: … \"theme-81\" is not in themes.yaml\nfr/competences/3.3.md:4: … \"theme-81\"\nthemes.yaml:244: … \"theme-80\" stands twice"},
	{"theme id form", "themes.yaml", "- id: theme-81\n", "- id: Theme_81\n", "en/competences/3.3.md:4: … \"theme-81\" is not\nfr/competences/3.3.md:4: … \"theme-81\"\nthemes.yaml:244: … belongs to no competence\nthemes.yaml:244: … not kebab case"},
	{"theme title twice", "themes.yaml", "en: \"Theme 7\"", "en: \"Theme 6\"", "themes.yaml:24: … belongs to theme \"theme-6\""},
	{"theme without title", "themes.yaml", "  en: \"Theme 7\"\n", "", "themes.yaml:22: … field \"en\" is missing"},
	{"theme of no competence", "themes.yaml", "- id: theme-81\n", "- id: spare\n  fr: \"De trop\"\n  en: \"Spare\"\n- id: theme-81\n", "themes.yaml:1: … holds 83 themes\nthemes.yaml:244: … belongs to no competence"},
	{"themes not a list", "themes.yaml", "- id: theme-0\n", "id: theme-0\n", "themes.yaml:2: … YAML is wrong"},

	{"NFD", "fr/domains/2.md", "domain 2.", "domain 2,\ne\u0301te\u0301.", "fr/domains/2.md:6: … NFC"},
	{"control", "fr/domains/2.md", "domain 2.", "domain 2,\nbell \a.", "fr/domains/2.md:6: … U+0007"},
	{"tab", "fr/domains/2.md", "domain 2.", "domain 2,\na\tb.", "fr/domains/2.md:6: … U+0009"},
	{"carriage return", "fr/domains/2.md", "domain 2.\n", "domain 2.\r\n", "fr/domains/2.md:5: … U+000D"},
	{"bidi", "fr/domains/2.md", "domain 2.", "domain 2,\n\u202e.", "fr/domains/2.md:6: … U+202E"},
	{"zero width", "fr/domains/2.md", "domain 2.", "domain 2,\na\u200bb.", "fr/domains/2.md:6: … U+200B"},
	{"not UTF-8", "fr/domains/2.md", "domain 2.", "domain 2,\n\xff.", "fr/domains/2.md:6: … UTF-8"},
	{"private use", "fr/domains/2.md", "domain 2.", "domain 2,\n\ue000.", "fr/domains/2.md:6: … U+E000"},

	{"JSON syntax", "frameworks/adaptive-1.json", "\"questions\": 32,", "\"questions\": 32", "frameworks/adaptive-1.json:12: … JSON is wrong"},
	{"JSON duplicate", "frameworks/adaptive-1.json", "\"questions\": 32,", "\"questions\": 32,\n  \"questions\": 32,", "frameworks/adaptive-1.json:12: … duplicate"},
	{"JSON unknown", "frameworks/adaptive-1.json", "\"questions\": 32,", "\"questions\": 32,\n  \"intervals\": {},", "frameworks/adaptive-1.json:12: … \"/intervals\" is unknown"},
	{"JSON type", "frameworks/adaptive-1.json", "\"questions\": 32,", "\"questions\": \"32\",", "frameworks/adaptive-1.json:11: … \"/questions\" has the wrong type"},
	{"JSON schema", "frameworks/adaptive-1.json", "framework/1", "framework/2", "frameworks/adaptive-1.json:2: … must be etalon-framework/1"},
	{"JSON id", "frameworks/adaptive-1.json", "\"id\": \"adaptive-1\"", "\"id\": \"adaptive-2\"", "frameworks/adaptive-1.json:3: … the file is named"},
	{"JSON regime", "frameworks/adaptive-1.json", "\"adaptive\",", "\"oral\",", "frameworks/adaptive-1.json:4: … adaptive or profile"},
	{"JSON date", "frameworks/adaptive-1.json", "\"validFrom\": \"2022-01-01\"", "\"validFrom\": \"2022-02-30\"", "frameworks/adaptive-1.json:5: … date as"},
	{"JSON dates inverted", "frameworks/profile-1.json", "2021-12-31", "2017-12-31", "frameworks/profile-1.json:6: … before validFrom"},
	{"JSON ceiling", "frameworks/adaptive-1.json", "\"maxLevel\": 7", "\"maxLevel\": 9", "frameworks/adaptive-1.json:8: … from 1 to 8"},
	{"JSON scores", "frameworks/adaptive-1.json", "384, 512", "512, 384", "frameworks/adaptive-1.json:9: … \"/scores/4\" is 384"},
	{"JSON scores short", "frameworks/adaptive-1.json", ", 896]", "]", "frameworks/adaptive-1.json:9: … holds 7 scores"},
	{"JSON note", "frameworks/adaptive-1.json", "\"fr\": \"Note.\"", "\"fr\": \"\"", "frameworks/adaptive-1.json:7: … \"/note/fr\" is empty"},
	{"JSON note hidden", "frameworks/adaptive-1.json", "\"fr\": \"Note.\"", `"fr": "No\u202ete."`, "frameworks/adaptive-1.json:7: … U+202E"},
	{"JSON capacity", "frameworks/adaptive-1.json", "-3", "null", "frameworks/adaptive-1.json:18: … \"/initialCapacity\" is missing"},
	{"JSON limit", "frameworks/adaptive-1.json", "\"variationLimit\": null", "\"variationLimit\": 0", "frameworks/adaptive-1.json:19: … null for no limit"},
	{"JSON adaptive with profile rules", "frameworks/adaptive-1.json", "\"questions\": 32,", "\"questions\": 32, \"minimumQuestions\": 15,", "frameworks/adaptive-1.json:4: … remove them"},
	{"JSON profile with adaptive rules", "frameworks/profile-1.json", "\"minutes\": 105,", "\"minutes\": 105, \"questions\": 32,", "frameworks/profile-1.json:4: … remove them"},
}

// matches tells whether the error is this one: the first words are where it
// begins.
func matches(err error, want string) bool {
	text := err.Error()
	for i, words := range strings.Split(want, " … ") {
		if i == 0 && !strings.HasPrefix(text, words) {
			return false
		}
		if !strings.Contains(text, words) {
			return false
		}
	}
	return true
}

func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			fsys := fixture()
			edit(t, fsys, m.file, m.old, m.new)
			expect(t, fsys, strings.Split(m.want, "\n")...)
		})
	}
}

// expect loads the tree and wants these errors, in order, and no other.
func expect(t *testing.T, fsys fstest.MapFS, want ...string) {
	t.Helper()
	r, err := Load(fsys)
	if err == nil || r != nil {
		t.Fatalf("loaded; wanted %q", want)
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("error is not a join: %v", err)
	}
	got := joined.Unwrap()
	if len(got) != len(want) {
		t.Fatalf("%d errors, wanted %d:\n%v", len(got), len(want), err)
	}
	for i := range want {
		if !matches(got[i], want[i]) {
			t.Errorf("error %q\nwanted %q", got[i], want[i])
		}
	}
}

// TestHistoryMistakes wants each mistake of versions and aliases told with its
// file and line.
func TestHistoryMistakes(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"versions/2018.json", `"ceiling": 5`, `"ceiling": 9`, `versions/2018.json:1: field "/ceiling" is 9; give a number from 1 to 8`},
		{"versions/2018.json", `"date": "2018-01-01"`, `"date": "2021-01-01"`, `field "/date" is 2021-01-01, not in the year of "2018"`},
		{"versions/2018.json", `"id": "2018"`, `"id": "2019"`, `field "/id" is "2019": it must be the file's name`},
		{"versions/2018.json", `"schema": "etalon-version/1"`, `"schema": "etalon-version/2"`, `it must be etalon-version/1`},
		{"versions/2018.json", `"competences": []`, `"competences": [{"code": "6.1"}]`, `names competence "6.1"`},
		{"versions/2018.json", `"competences": []`, `"competences": [{"code": "1.1", "descriptors": [{"level": 9, "text": {"fr": "a", "en": "b"}}]}]`, `names level 9 of competence 1.1`},
		{"versions/2018.json", `"texts": false`, `"texts": 1`, `field "/texts" has the wrong type`},
		{"versions/2018.json", `"texts": false`, `"text": false`, `field "/text" is unknown`},
		{"versions/2020.json", `"ceiling": 7`, `"ceiling": 4`, `versions/2020.json:1: a version takes back what 2018 gave`},
		{"versions/2020.json", `"texts": true`, `"texts": false`, `so the last version has texts`},
		{"versions/2020.json", `"competences": []`, `"competences": [{"code": "1.1"}]`, `the last version is what the tree holds`},
		{"versions/2020.json", `"fr": "Deux"`, `"fr": ""`, `field "/title/fr" is empty`},
		{"aliases.json", `"/old"`, `"old"`, `aliases.json:1: field "/aliases" holds "old" to "/c/1.3"`},
		{"aliases.json", `[{`, `[{"from": "/old", "to": "/c/1.1"}, {`, `holds "/old" twice`},
		{"aliases.json", `"to"`, `"at"`, `field "/aliases/0/at" is unknown`},
	} {
		fsys := fixture()
		edit(t, fsys, c.file, c.old, c.new)
		if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %s: %v, want %q", c.file, c.new, err, c.want)
		}
	}
	fsys := fixture()
	delete(fsys, "versions/2018.json")
	delete(fsys, "versions/2020.json")
	if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), "no version; write one as versions/YEAR.json") {
		t.Errorf("without versions: %v", err)
	}
}

func TestChanges(t *testing.T) {
	fsys := fixture()
	edit(t, fsys, "versions/2018.json", `"texts": false`, `"texts": true`)
	edit(t, fsys, "versions/2018.json", `"competences": []`, `"competences": [{"code": "1.3", "title": {"fr": "Avant", "en": "Before"},
    "themes": [{"fr": "Ancien", "en": "Old"}, {"fr": "Thème 19", "en": "Theme 19"}],
    "descriptors": [{"level": 2, "text": {"fr": "Autre.", "en": "Other."}}]}]`)
	r, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	changes := r.Changes(0, 1)
	if len(changes) != competenceCount {
		t.Fatalf("%d changes", len(changes))
	}
	for _, c := range changes {
		if !slices.Equal(c.Opened, []int{6, 7}) || c.First || c.Definition != nil {
			t.Errorf("%s: %+v", c.Competence.Code, c)
		}
		if c.Competence.Code != "1.3" {
			if c.Title != nil || len(c.Descriptors)+len(c.Added)+len(c.Gone) > 0 {
				t.Errorf("%s: %+v", c.Competence.Code, c)
			}
			continue
		}
		if c.Title == nil || c.Title[0].EN != "Before" || c.Title[1].EN != "Competence 1.3" {
			t.Errorf("title: %+v", c.Title)
		}
		if len(c.Gone) != 1 || c.Gone[0].EN != "Old" || len(c.Added) != len(r.Competence("1.3").Themes)-1 {
			t.Errorf("themes: %+v gone, %+v added", c.Gone, c.Added)
		}
		if len(c.Descriptors) != 1 || c.Descriptors[0].Level != 2 || c.Descriptors[0].Texts[0].FR != "Autre." || c.Descriptors[0].Texts[1].FR != "Descriptor 2 of 1.3." {
			t.Errorf("descriptors: %+v", c.Descriptors)
		}
	}
	for _, c := range r.Changes(1, 1) {
		if !c.Empty() {
			t.Errorf("a version differs from itself: %+v", c)
		}
	}
}
