package engine

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// smallSkills is a bank of the profile regime with three skills of level 1 in
// 1.1, and one skill a level elsewhere.
var smallSkills = func() string {
	var b strings.Builder
	b.WriteString(`{"schema": "etalon-bank/1", "id": "small-skills", "regime": "profile", "specimen": true, "items": [`)
	item := func(code, theme string, level int) {
		fmt.Fprintf(&b, `%s{"id": "%s-%s-%d", "competence": "%[2]s", "theme": "%[3]s", "level": %[4]d, "mode": "free", "languages": ["fr"]}`, "\n", code, theme, level)
	}
	for i, code := range competenceCodes {
		for level := 1; level <= 2; level++ {
			if i > 0 || level > 1 {
				b.WriteString(",")
			}
			item(code, "copyright", level)
		}
	}
	b.WriteString(",")
	item("1.1", "netiquette", 1)
	b.WriteString(",")
	item("1.1", "privacy", 1)
	b.WriteString("\n]}\n")
	return b.String()
}()

func profileFramework(t failer, change ...string) *Framework {
	t.Helper()
	f, err := DecodeFramework("fw.json", []byte(strings.NewReplacer(change...).Replace(specimenProfileFramework)))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return f
}

func TestDecodeSkills(t *testing.T) {
	checkRefusals(t, smallSkills, []refusal{
		{"a regime that is none", `"regime": "profile"`, `"regime": "static"`, []string{"field regime", "adaptive"}},
		{"the other regime", `"regime": "profile"`, `"regime": "adaptive"`, []string{"items[0].a", "missing"}},
		{"a discrimination", `"1.1-copyright-1", `, `"1.1-copyright-1", "a": 1, `, []string{"items[0].a", "no use"}},
		{"a difficulty", `"1.1-copyright-1", `, `"1.1-copyright-1", "b": 0, `, []string{"items[0].b", "no use"}},
		{"no skill at a level", `"5.2", "theme": "copyright", "level": 2`, `"5.2", "theme": "copyright", "level": 3`, []string{"field items", "competence 1.1 at level 3"}},
		{"a competence without one", `"4.3", "theme": "copyright", "level": 1`, `"4.3", "theme": "copyright", "level": 2`, []string{"competence 4.3 at level 1"}},
	}, func(data []byte) error { _, err := DecodeBank("small.json", data); return err })
	b, err := DecodeBank("small.json", []byte(smallSkills))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range b.skills[0] {
		ids = append(ids, k.id)
	}
	if got := strings.Join(ids, " "); got != "1.1-copyright-1 1.1-netiquette-1 1.1-privacy-1 1.1-copyright-2" || b.highest != 2 {
		t.Errorf("skills of 1.1 are %s, up to level %d", got, b.highest)
	}
}

// The published frameworks of the profile regime are read as they stand.
func TestPublishedProfileFrameworks(t *testing.T) {
	for id, maxLevel := range map[string]int{"profile-2018": 5, "profile-2021": 6} {
		name := "../content/frameworks/" + id + ".json"
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := DecodeFramework(name, data)
		if err != nil {
			t.Fatal(err)
		}
		if f.ID != id || f.Regime != regimeProfile || f.MaxLevel != maxLevel || f.QuestionsPerCompetence != 3 || f.MinimumQuestions != 15 ||
			f.MinimumCompetences != 5 || f.WaitDays != 15 || f.Time != 105*time.Minute {
			t.Errorf("%s is %+v", id, f)
		}
	}
}

func TestProfileFrameworkRefusals(t *testing.T) {
	checkRefusals(t, specimenProfileFramework, []refusal{
		{"no number of questions", `"questionsPerCompetence": 3,`, ``, []string{"questionsPerCompetence", "missing"}},
		{"four questions", `"questionsPerCompetence": 3,`, `"questionsPerCompetence": 4,`, []string{"questionsPerCompetence", "1 to 3"}},
		{"a least number out of reach", `"minimumQuestions": 15,`, `"minimumQuestions": 16,`, []string{"minimumQuestions", "1 to 15"}},
		{"a most that does not follow", `"maximumQuestions": 48,`, `"maximumQuestions": 32,`, []string{"maximumQuestions", "48"}},
		{"scores", `"minutes"`, `"scores": [1], "minutes"`, []string{"fw.json:16:", "field scores", "no meaning"}},
		{"intervals", `"minutes"`, `"intervals": {}, "minutes"`, []string{"field intervals", "no meaning"}},
		{"a length", `"minutes"`, `"questions": 32, "minutes"`, []string{"field questions", "no meaning"}},
		{"a capacity", `"minutes"`, `"initialCapacity": -3, "minutes"`, []string{"field initialCapacity", "no meaning"}},
	}, func(data []byte) error { _, err := DecodeFramework("fw.json", data); return err })
	adaptive := string(specimenFile(t, "adaptive-2022.json"))
	checkRefusals(t, adaptive, []refusal{
		{"questions a competence", `"minutes"`, `"questionsPerCompetence": 3, "minutes"`, []string{"field questionsPerCompetence", "no meaning"}},
	}, func(data []byte) error { _, err := DecodeFramework("fw.json", data); return err })
}

// Eight pix shared by three skills are eight pix, which sums of floats are not.
func TestPixAreExact(t *testing.T) {
	b, err := DecodeBank("small.json", []byte(smallSkills))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []struct {
		exact      *big.Rat
		pix, level int
	}{
		{big.NewRat(0, 1), 0, 0}, {big.NewRat(8, 3), 2, 0}, {big.NewRat(16, 3), 5, 0}, {big.NewRat(8, 1), 8, 1}, {big.NewRat(16, 1), 16, 2},
	} {
		got := b.standing(0, 2, func(place int) bool { return place < n })
		if got.Exact.Cmp(want.exact) != 0 || got.Pix != want.pix || got.Level != want.level {
			t.Errorf("%d skills: %v, %d pix, level %d; want %v", n, got.Exact, got.Pix, got.Level, want)
		}
	}
	if got := b.standing(0, 1, func(int) bool { return true }); got.Pix != 8 {
		t.Errorf("%d pix where level 1 is the highest", got.Pix)
	}
}

// oracle chooses the next skill from the answers alone, by sets and with
// math.Exp: a second reading of the rule.
func oracle(t *Positioning) string {
	skills := t.bank.skills[t.competence]
	settled := map[string]bool{}
	follows := func(k skill, right bool) (ids []string) {
		for _, o := range skills {
			if o.theme == k.theme && o.level <= t.maxLevel && (o.level == k.level || o.level < k.level == right) && !settled[o.id] {
				ids = append(ids, o.id)
			}
		}
		return ids
	}
	reached := 0
	for _, a := range t.answers {
		for _, id := range follows(skills[a.skill], a.correct) {
			settled[id] = true
		}
		if a.correct {
			reached = max(reached, skills[a.skill].level)
		}
	}
	p := func(level int, ability float64) float64 { return 1 / (1 + math.Exp(float64(level)-ability)) }
	ability, likely := 0.0, -1.0
	for l := 0.0; l <= 8; l += 0.5 {
		product := 1.0
		for _, a := range t.answers {
			q := p(skills[a.skill].level, l)
			if !a.correct {
				q = 1 - q
			}
			product *= q
		}
		if product > likely*(1+1e-12) {
			ability, likely = l, product
		}
	}
	best, most := -1, 0.0
	for i, k := range skills {
		if settled[k.id] || k.level > 2+reached || k.level > t.maxLevel || t.items[i] < 0 {
			continue
		}
		q := p(k.level, ability)
		gain := q*float64(len(follows(k, true))) + (1-q)*float64(len(follows(k, false)))
		better := best < 0 || gain > most+1e-9
		if best >= 0 && math.Abs(gain-most) <= 1e-9 {
			o := skills[best]
			better = k.level < o.level || k.level == o.level && k.id < o.id
		}
		if better {
			best, most = i, gain
		}
	}
	if best < 0 || len(t.answers) == 20 {
		return ""
	}
	return t.bank.Items[t.items[best]].ID
}

// drawTest draws a positioning test that is under way.
func drawTest(t *rapid.T, p *Profile) *Positioning {
	s := Setting{Competence: rapid.SampledFrom(competenceCodes[:]).Draw(t, "competence"), Language: "fr"}
	s.Needs = rapid.SampledFrom([][]string{nil, {NeedKeyboard}, {NeedNoColour, NeedNoSound}}).Draw(t, "needs")
	s.Seed[0] = rapid.Byte().Draw(t, "seed")
	test, err := p.Position(s)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

// id of the item on screen, "" for none.
func (t *Positioning) id() string {
	if it := t.Next(); it != nil {
		return it.ID
	}
	return ""
}

// TestPositioning goes through whole tests and holds every step against the
// rule: which skill comes next, what an answer settles, what is shown when.
func TestPositioning(t *testing.T) {
	b, f := profileData()
	longest := 0
	rapid.Check(t, func(t *rapid.T) {
		p, err := NewProfile("p-1", b, f)
		if err != nil {
			t.Fatal(err)
		}
		test := drawTest(t, p)
		level := rapid.Float64Range(0, 8).Draw(t, "level")
		for test.Next() != nil {
			if want := oracle(test); test.id() != want {
				t.Fatalf("after %d answers %s comes next, want %s", test.Asked(), test.id(), want)
			}
			if it := test.Next(); !it.serves("fr", test.setting.Needs) || it.Level > f.MaxLevel {
				t.Fatalf("item %s is put", it.ID)
			}
			if due := test.Asked() > 0 && test.Asked()%5 == 0; test.ResultsDue() != due {
				t.Fatalf("results due after %d questions: %v", test.Asked(), !due)
			}
			before, states := test.Standing(), slices.Clone(test.states)
			right, wrong := test.clone(), test.clone()
			for answer, test := range map[bool]*Positioning{true: right, false: wrong} {
				if err := test.Answer(answer); err != nil {
					t.Fatal(err)
				}
			}
			if right.Standing().Exact.Cmp(before.Exact) <= 0 {
				t.Fatalf("a right answer takes the profile from %v to %v", before.Exact, right.Standing().Exact)
			}
			if wrong.Standing().Exact.Cmp(before.Exact) != 0 {
				t.Fatalf("a wrong answer takes the profile from %v to %v", before.Exact, wrong.Standing().Exact)
			}
			next := wrong
			if rapid.Float64Range(0, 1).Draw(t, "u") < 1/(1+math.Exp(float64(test.Next().Level)-level)) {
				next = right
			}
			test = next
			checkStates(t, test, states)
		}
		if !test.ResultsDue() || test.Asked() > 20 || oracle(test) != "" {
			t.Fatalf("the test ends after %d questions, %s being due", test.Asked(), oracle(test))
		}
		if err := test.Answer(true); err == nil {
			t.Fatal("a complete test takes an answer")
		}
		longest = max(longest, test.Asked())
	})
	if longest < 15 {
		t.Errorf("the longest test had %d questions", longest)
	}
}

// checkStates checks that what was settled stays so, that a theme is validated
// below and ruled out above, and that something was settled.
func checkStates(t *rapid.T, test *Positioning, before []state) {
	news := 0
	lowest := map[string]int{} // ruled out, by theme
	for place, k := range test.bank.skills[test.competence] {
		now := test.states[place]
		if before[place] != unsettled && now != before[place] {
			t.Fatalf("%s was settled and changed", k.id)
		}
		if now != before[place] {
			news++
		}
		if now == ruledOut && lowest[k.theme] == 0 {
			lowest[k.theme] = k.level
		}
		if lowest[k.theme] > 0 && now != ruledOut && k.level <= test.maxLevel {
			t.Fatalf("%s is not ruled out, though an easier one is", k.id)
		}
	}
	if news == 0 {
		t.Fatal("an answer settled nothing")
	}
}

// Gains that are not equal differ by far more than the rounding that makes
// equal ones equal.
func TestGainsApart(t *testing.T) {
	var gains []float64
	for d := -16; d <= 16; d++ {
		p := 1 / (1 + math.Exp(float64(d)/2))
		for right := 1; right <= 8; right++ {
			for wrong := 1; wrong <= 8; wrong++ {
				gains = append(gains, float64(wrong)+p*float64(right-wrong))
			}
		}
	}
	slices.Sort(gains)
	for i := range gains[1:] {
		if gap := gains[i+1] - gains[i]; gap > 1e-12 && gap < 1e-6 {
			t.Errorf("%v and %v differ by %v", gains[i], gains[i+1], gap)
		}
	}
}

// A test may stop after any answer, be saved, read back and go on as if it had
// not stopped.
func TestStopAndResume(t *testing.T) {
	b, f := profileData()
	rapid.Check(t, func(t *rapid.T) {
		p, _ := NewProfile("p-1", b, f)
		test := drawTest(t, p)
		code := test.setting.Competence
		for n := 0; test.Next() != nil; n++ {
			if rapid.IntRange(0, 2).Draw(t, "stop") > 0 {
				if err := test.Answer(rapid.Bool().Draw(t, "right")); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := p.Save(test, testStart.Add(time.Duration(n)*time.Minute)); err != nil {
				t.Fatal(err)
			}
			back, err := DecodeProfile("p.json", append(p.Encode(), '\n'), b, f)
			if err != nil {
				t.Fatalf("%v\n%s", err, p.Encode())
			}
			again := back.Resume(code)
			if again.id() != test.id() || again.Standing().Exact.Cmp(test.Standing().Exact) != 0 || again.Asked() != test.Asked() {
				t.Fatalf("%s comes next after a stop, %s without", again.id(), test.id())
			}
			correct := rapid.Bool().Draw(t, "right")
			for _, test := range []*Positioning{test, again} {
				if err := test.Answer(correct); err != nil {
					t.Fatal(err)
				}
			}
			if back.Resume(code).Asked() != n {
				t.Fatal("a saved test changes while it goes on")
			}
			test = again
		}
	})
}

// takeTest takes a whole positioning test; right says which levels are known.
func takeTest(t failer, p *Profile, competence string, seed byte, below int) *Positioning {
	t.Helper()
	test, err := p.Position(Setting{Competence: competence, Language: "fr", Seed: [32]byte{seed}})
	if err != nil {
		t.Fatalf("%v", err)
	}
	for test.Next() != nil {
		if err := test.Answer(test.Next().Level < below); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return test
}

func TestLastSavedCounts(t *testing.T) {
	b, f := profileData()
	p, err := NewProfile("p-1", b, f)
	if err != nil {
		t.Fatal(err)
	}
	strong, weak := takeTest(t, p, "1.1", 1, 5), takeTest(t, p, "1.1", 2, 2)
	if strong.Standing().Level <= weak.Standing().Level {
		t.Fatalf("levels %d and %d", strong.Standing().Level, weak.Standing().Level)
	}
	if p.Standing("1.1").Pix != 0 || p.Resume("1.1") != nil || p.Resume("9.9") != nil {
		t.Error("a profile without tests stands somewhere")
	}
	for i, test := range []*Positioning{strong, weak} {
		if err := p.Save(test, testStart.AddDate(0, 0, i)); err != nil {
			t.Fatal(err)
		}
		if got := p.Standing("1.1"); got.Pix != test.Standing().Pix {
			t.Errorf("the profile has %d pix, the last saved test %d", got.Pix, test.Standing().Pix)
		}
	}
	if err := p.Save(strong, testStart); err == nil || !strings.Contains(err.Error(), "last one counts") {
		t.Errorf("an earlier test comes back: %v", err)
	}
	other, err := NewProfile("p-2", b, profileFramework(t, `"maxLevel": 6`, `"maxLevel": 5`))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Save(strong, testStart); err == nil || !strings.Contains(err.Error(), "begin it with Position") {
		t.Errorf("a test of another framework is saved: %v", err)
	}
}

func TestCertifiable(t *testing.T) {
	b, f := profileData()
	p, err := NewProfile("p-1", b, f)
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range []string{"1.1", "1.2", "2.1", "3.1", "4.1", "5.1"} {
		below := 4
		if code == "1.2" {
			below = 1 // taken, and nothing known
		}
		if err := p.Save(takeTest(t, p, code, 1, below), testStart); err != nil {
			t.Fatal(err)
		}
		if got, want := p.Certifiable(), i >= 5; got != want {
			t.Errorf("certifiable with %d competences at level 1: %v", i, got)
		}
	}
}

func TestWait(t *testing.T) {
	_, f := profileData()
	for _, c := range []struct {
		day    string
		others []string
		want   string // in the error, or "" for none
	}{
		{"2026-09-14", nil, ""},
		{"2026-09-29", []string{"2026-09-14"}, ""},
		{"2026-09-28", []string{"2026-09-14"}, "sit from 2026-09-29 on"},
		{"2026-09-14", []string{"2026-09-14"}, "0 days"},
		{"2026-03-10", []string{"2025-09-14", "2026-02-24"}, "sit from 2026-03-11 on"},
		{"2026-03-11", []string{"2025-09-14", "2026-02-24"}, ""},
		{"2026-09-14", []string{"2026-09-20"}, "6 days"}, // entered for a later one already
		{"2026-02-30", nil, "day that exists"},
		{"2026-09-14", []string{"yesterday"}, "day of another session"},
	} {
		err := f.Wait(c.day, c.others...)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s after %v: %v, want %q", c.day, c.others, err, c.want)
		}
	}
}

func TestNewProfileRefusals(t *testing.T) {
	b, f := profileData()
	adaptiveBank, adaptive := specimenData()
	small, err := DecodeBank("small.json", []byte(smallSkills))
	if err != nil {
		t.Fatal(err)
	}
	for want, try := range map[string]func() error{
		"field id":       func() error { _, err := NewProfile("P 1", b, f); return err },
		"two of the":     func() error { _, err := NewProfile("p-1", adaptiveBank, f); return err },
		"of the regime":  func() error { _, err := NewProfile("p-1", adaptiveBank, adaptive); return err },
		"up to level 2,": func() error { _, err := NewProfile("p-1", small, f); return err },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	p, err := NewProfile("p-1", b, f)
	if err != nil {
		t.Fatal(err)
	}
	for want, s := range map[string]Setting{
		"field competence": {Competence: "1.4", Language: "fr"},
		"field language":   {Competence: "1.1", Language: "French"},
		"field needs":      {Competence: "1.1", Language: "fr", Needs: []string{"coffee"}},
		"has no item":      {Competence: "1.1", Language: "lv"},
	} {
		if _, err := p.Position(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	if err := p.Save(takeTest(t, p, "1.1", 1, 3), time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("a test is saved in the last century")
	}
}

// TestMangledProfiles changes a sound profile and expects the refusal to name
// the field.
func TestMangledProfiles(t *testing.T) {
	b, f := profileData()
	good := string(specimenFile(t, "profiles/valbrume-2026-09-14-07.json"))
	if _, err := DecodeProfile("p.json", []byte(good), b, f); err != nil {
		t.Fatal(err)
	}
	first := good[strings.Index(good, `{"answers"`):]
	first = first[:strings.Index(first, `,{"answers"`)+1]
	checkRefusals(t, good, []refusal{
		{"another schema", `etalon-profile/1`, `etalon-profile/2`, []string{"p.json:1:", "field schema"}},
		{"another bank", b.SHA256, f.SHA256, []string{"field bank", "tests were taken with"}},
		{"another framework", `"profile-2021"`, `"profile-2018"`, []string{"field framework"}},
		{"an id that is none", `"id":"profile-valbrume`, `"id":"Profile-valbrume`, []string{"field id"}},
		{"a wrong answer made right", `"correct":false`, `"correct":true`, []string{"tests[0].answers["}},
		{"an item", `"item":"1.1-`, `"item":"1.2-`, []string{"tests[0].answers[0].item", "rules choose"}},
		{"the seed", `"seed":"`, `"seed":"z`, []string{"tests[0].seed"}},
		{"a competence", `"competence":"1.2"`, `"competence":"1.4"`, []string{"tests[1]", "competence"}},
		{"a time", `"saved":"2026`, `"saved":"1926`, []string{"tests[0].saved"}},
		{"a test twice", first, first + first, []string{"canonical"}},
		{"a space", `{"bank"`, `{ "bank"`, []string{"canonical"}},
		{"an unknown member", `{"bank"`, `{"x":1,"bank"`, []string{"x", "unknown"}},
		{"answers beyond the end", `],"competence":"1.1"`, strings.Repeat(`,{"correct":true,"item":"x"}`, 21) + `],"competence":"1.1"`, []string{"tests[0].answers["}},
	}, func(data []byte) error { _, err := DecodeProfile("p.json", data, b, f); return err })
	back, err := DecodeProfile("p.json", []byte(good), b, f)
	if err != nil || !bytes.Equal(append(back.Encode(), '\n'), []byte(good)) {
		t.Errorf("the profile changes when decoded and encoded: %v", err)
	}
}
