package minutes

import (
	"bytes"
	"errors"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/testdata"
)

// sample reads a session of the sample and a decision on it.
func sample(t *testing.T, session string, ruling *engine.Ruling) *Candidate {
	t.Helper()
	file := func(name string) []byte {
		data, err := testdata.FS.ReadFile("specimen/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	log := file("sessions/" + session + ".jsonl")
	bank, framework := "bank.json", "adaptive-2022.json"
	if b, _, err := engine.References(session, log); err != nil {
		t.Fatal(err)
	} else if b.ID == "specimen-skills-2026" {
		bank, framework = "skills.json", "profile-2021.json"
	}
	b, err := engine.DecodeBank(bank, file(bank))
	if err != nil {
		t.Fatal(err)
	}
	f, err := engine.DecodeFramework(framework, file(framework))
	if err != nil {
		t.Fatal(err)
	}
	a, err := engine.Examine(session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	c := &Candidate{Session: session, Person: a.Proposal.Candidate, Account: a, Framework: f, Ruling: ruling}
	if ruling != nil {
		if c.Final, err = a.Proposal.Finalise(&engine.Decision{Session: session, Ruling: *ruling}, session, log, b, f); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func minutesOf(t *testing.T, lang content.Lang, rooms ...*Room) (page, sheet string, sums *Sums) {
	t.Helper()
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	m := &Minutes{
		Lang: lang, Referential: referential, Issuer: `Body "A" </style> & Co`, Jury: "Jury <b>", At: time.Date(2026, 10, 22, 9, 0, 0, 0, time.UTC),
		From: "2026-09-01", Specimen: true,
		Neutralised: []*engine.ItemDecision{{At: "2026-10-22T09:00:00.000Z", Bank: "specimen-2026", By: "Jury", Item: "4.3-ai-robots-2a", Outcome: engine.DecideNeutralise, Reason: "R & D", To: "2026-10-01"}},
	}
	var html, csv bytes.Buffer
	sums, err = m.Write(&html, &csv, each(rooms))
	if err != nil {
		t.Fatal(err)
	}
	return html.String(), csv.String(), sums
}

func each(rooms []*Room) iter.Seq2[*Room, error] {
	return func(yield func(*Room, error) bool) {
		for _, r := range rooms {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func sampleRooms(t *testing.T) []*Room {
	fraud := &engine.Ruling{At: "2026-10-22T09:00:00.000Z", By: "Jury", Kind: engine.FraudDevice, Outcome: engine.DecideFraud, Reason: "Établi <i>", Follows: strings.Repeat("0", 64)}
	evil := sample(t, "valbrume-2026-09-14-02", nil)
	evil.Class = "=1+1"
	return []*Room{
		{Name: "valbrume-1", Centre: "Centre <V>", Date: "2026-09-14", Candidates: []*Candidate{
			evil, sample(t, "valbrume-2026-09-14-03", nil), sample(t, "valbrume-2026-09-14-05", fraud), sample(t, "valbrume-2026-09-14-06", nil),
			{Session: "valbrume-2026-09-14-99", Person: engine.Candidate{FamilyName: "Nul", BirthDate: "2001-01-01"}},
		}},
		{Centre: "Port-aux-Anses", Date: "2026-09-22", Candidates: []*Candidate{
			sample(t, "port-aux-anses-2026-09-22-01", nil), sample(t, "port-aux-anses-2026-09-22-02", nil), sample(t, "port-aux-anses-2026-09-22-05", nil),
			sample(t, "port-aux-anses-2026-09-22-06", nil), sample(t, "valbrume-2026-09-14-07", nil),
		}},
	}
}

var outside = regexp.MustCompile(`(?i)\b(src|href|url|@import)\s*[=(]|<script|https?:`)

func TestWrite(t *testing.T) {
	rooms := sampleRooms(t)
	for _, lang := range content.Langs {
		page, sheet, sums := minutesOf(t, lang, rooms...)
		again, sheetAgain, _ := minutesOf(t, lang, rooms...)
		if page != again || sheet != sheetAgain {
			t.Errorf("%s: equal candidates give other bytes", lang)
		}
		for _, text := range []string{page, sheet} {
			for _, bad := range []string{"%!", "ZgotmplZ", "<no value>", "<nil>"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s: holds %q", lang, bad)
				}
			}
		}
		if m := outside.FindString(page); m != "" {
			t.Errorf("%s: the page reaches outside: %q", lang, m)
		}
		for _, bad := range []string{"Jury <b>", "<i>", "<V>", "</style> &"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %q stands in the page as it is", lang, bad)
			}
		}
		if sums.Candidates != 10 || sums.Absent != 1 || sums.Suspicions != 1 || sums.Awaiting != 8 || sums.Final[engine.Rejected] != 1 {
			t.Errorf("%s: %+v", lang, sums)
		}
		if lines := strings.Count(sheet, "\r\n"); lines != 11 || !strings.HasPrefix(sheet, "\ufeff") || !strings.Contains(sheet, ";'=1+1;") {
			t.Errorf("%s: %d lines: %.300s", lang, lines, sheet)
		}
		if n := strings.Count(page, `class="due"`); n != 1 {
			t.Errorf("%s: %d suspicions to be decided", lang, n)
		}
	}
	page, _, _ := minutesOf(t, content.EN, rooms...)
	page = strings.ReplaceAll(page, "\u00a0", " ")
	for _, want := range []string{
		"fewer than 20, and a technical problem: cancelled", "fewer than 20, without a technical problem: rejected",
		"min 13: “Téléphone mobile", "Fraud established (telephone or connected device)", "in the place of an earlier decision",
		"May sit again from 29 September 2026", "Enrolled; no test was taken in", "A confirmed technical problem does not change that", "Novice 2", "Room <span class=\"id\">valbrume-1",
		"Too many questions neutralised", "until 1 October 2026", "sessions from 1 September 2026",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Every rule, end, decision and kind has its words in both languages.
func TestWords(t *testing.T) {
	for name, all := range map[string]map[string]content.Text{"words": words, "outcomes": outcomeWords, "rules": ruleWords, "kinds": kindWords, "rulings": rulingWords, "ends": endWords, "events": eventWords} {
		for key, text := range all {
			if text.FR == "" || text.EN == "" {
				t.Errorf("%s: %s lacks a language", name, key)
			}
			if fr, en := verbs.FindAllString(text.FR, -1), verbs.FindAllString(text.EN, -1); len(fr) != len(en) {
				t.Errorf("%s: %s says %v in French, %v in English", name, key, fr, en)
			}
		}
	}
	for _, kind := range engine.FraudKinds() {
		if _, ok := kindWords[kind]; !ok {
			t.Errorf("no words for %s", kind)
		}
	}
	page, err := files.ReadFile("page.html")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"minutes": true, "notTaken": true, "unscored": true, "total": true}
	for _, m := range regexp.MustCompile(`\.W\.([a-zA-Z]+)`).FindAllSubmatch(page, -1) {
		used[string(m[1])] = true
		if _, ok := words[string(m[1])]; !ok {
			t.Errorf("the page asks for the word %s", m[1])
		}
	}
	for name := range words {
		if !used[name] {
			t.Errorf("no one uses the word %s", name)
		}
	}
}

// TestRulesAreTheFrameworks: the rules that the page recalls have the figures of
// the frameworks that the sessions were held under, and of these alone.
func TestRulesAreTheFrameworks(t *testing.T) {
	c := sample(t, "valbrume-2026-09-14-02", nil)
	rules := func() string {
		page, _, _ := minutesOf(t, content.EN, &Room{Centre: "C", Date: "2026-09-14", Candidates: []*Candidate{c}})
		_, page, _ = strings.Cut(page, "Rules of validation")
		page, _, _ = strings.Cut(page, "</section>")
		return page
	}
	if page := rules(); !strings.Contains(page, "20 to 31 questions treated") || !strings.Contains(page, "adaptive-2022") || strings.Contains(page, "earlier regime") {
		t.Error(page)
	}
	other := *c.Framework
	other.MinimumTreated, other.Questions = 12, 24
	c.Framework = &other
	if page := rules(); !strings.Contains(page, "Fewer than 12 questions treated") || !strings.Contains(page, "12 to 23 questions treated") || strings.Contains(page, "20 to") || strings.Contains(page, "than 20") {
		t.Error(page)
	}
	other.MinimumTreated = 24
	if page := rules(); strings.Contains(page, "24 to") || !strings.Contains(page, "Fewer than 24") {
		t.Error(page)
	}
}

var verbs = regexp.MustCompile(`%\[\d\][ds]|%[ds]`)

func TestDays(t *testing.T) {
	for _, c := range []struct{ from, to, fr, en string }{
		{"", "", "toutes", "all"},
		{"2026-09-01", "", "depuis le 1er\u00a0septembre\u00a02026", "from 1\u00a0September 2026"},
		{"", "2026-10-31", "jusqu’au 31\u00a0octobre 2026", "until 31\u00a0October 2026"},
		{"2026-10-31", "2026-10-31", "du 31\u00a0octobre 2026", "of 31\u00a0October 2026"},
	} {
		fr, en := span(c.from, c.to, content.FR), span(c.from, c.to, content.EN)
		if strings.ReplaceAll(fr, "\u00a0", " ") != strings.ReplaceAll(c.fr, "\u00a0", " ") || en != c.en {
			t.Errorf("%s to %s: %q, %q", c.from, c.to, fr, en)
		}
	}
}

func TestErrorOfARoom(t *testing.T) {
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	m := &Minutes{Lang: content.FR, Referential: referential}
	want := errors.New("unread")
	_, err = m.Write(new(bytes.Buffer), new(bytes.Buffer), func(yield func(*Room, error) bool) { yield(nil, want) })
	if err != want {
		t.Errorf("%v", err)
	}
}
