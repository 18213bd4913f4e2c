package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/engine"
	"etalon/generator/table"
)

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"Nguyễn", "NGUYEN", "nguyễn"},
		{"O’Sullivan-Æbelø", "o'sullivan aebelo", "OSULLIVAN AEBELO"},
		{"Łukaszewicz", "LUKASZEWICZ"},
		{"Jean-Désiré", "JEAN DESIRE", "Jean  Desiré"},
		{"Groß", "GROSS"},
		{"Đà Nẵng", "da nang"},
	} {
		for _, name := range same[1:] {
			if fold(name) != fold(same[0]) {
				t.Errorf("%q folds to %q, %q to %q", name, fold(name), same[0], fold(same[0]))
			}
		}
	}
	if fold("Marie") == fold("Mario") || fold("Дарья") == "" || fold("李") == fold("王") {
		t.Error("different names fold alike")
	}
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Jean", "Jean Paul", true}, {"Jean-Paul", "JEAN", true}, {"Paul", "Jean Paul", true}, {"", "Jean", true},
		{"Zoé Anne", "ANNE ZOE", true}, {"Jean", "Paul", false}, {"Jean Paul", "Jean Marc", false}, {"Jean", "Jeanne", false},
	} {
		if Alike(c.a, c.b) != c.want || Alike(c.b, c.a) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}

// TestDays: whatever the order in which sittings are added, each of the table
// that is too close to another one is refused, and of two the later.
func TestDays(t *testing.T) {
	person := engine.Candidate{FamilyName: "Doe", GivenNames: "Jo", BirthDate: "2001-02-03"}
	twin := engine.Candidate{FamilyName: "Doe", GivenNames: "Al", BirthDate: "2001-02-03"}
	wait := func(day string, others []string) error {
		a, _ := time.Parse(time.DateOnly, day)
		for _, o := range others {
			b, _ := time.Parse(time.DateOnly, o)
			if a.Sub(b).Abs() < 15*24*time.Hour {
				return errors.New("too close")
			}
		}
		return nil
	}
	sat := []struct {
		who  engine.Candidate
		day  string
		line int
	}{
		{person, "2026-09-01", 0}, {person, "2026-09-15", 7}, {person, "2026-09-16", 5}, {person, "2026-10-01", 3},
		{person, "2026-10-20", 0}, {person, "2026-10-10", 9}, {twin, "2026-09-15", 8}, {twin, "1900-01-01", 0},
	}
	for shift := range sat {
		var d Days
		for i := range sat {
			s := sat[(i+shift)%len(sat)]
			d.Add(s.who, s.day, s.line)
		}
		got := make(map[int]string)
		d.Check(wait, func(line int, other Sat, err error) {
			got[line] = fmt.Sprintf("%s@%d", other.Day, other.Line)
		})
		if fmt.Sprint(got) != "map[5:2026-09-15@7 7:2026-09-01@0 9:2026-10-01@3]" {
			t.Fatalf("%v", got)
		}
		var kin []string
		d.Kin(wait, func(late, other Sat) {
			kin = append(kin, fmt.Sprintf("%d %s@%d", late.Line, other.Day, other.Line))
			if late.Past() != SatOn(twin, "2026-09-15") && other.Past() != SatOn(twin, "2026-09-15") {
				t.Errorf("%v and %v are of one person", late, other)
			}
		})
		slices.Sort(kin)
		if fmt.Sprint(kin) != "[8 2026-09-01@0 8 2026-09-15@7 8 2026-09-16@5]" {
			t.Fatalf("%v", kin)
		}
		if d.Len() != len(sat) {
			t.Fatalf("%d sittings", d.Len())
		}
	}
}

func TestNames(t *testing.T) {
	var n Names
	for i := range 1000 {
		n.Add(fmt.Sprintf("s-%d", i), i+2)
	}
	n.Add("s-17", 2000)
	n.Sort()
	if !n.Has("s-0") || !n.Has("s-999") || n.Has("s-1000") {
		t.Error("the set does not hold what was added")
	}
	n.Twice(func(line, before int) {
		if line != 2000 || before != 19 {
			t.Errorf("line %d again, %d before", line, before)
		}
	})
}

// TestAnswers: what is wrong with a table of answers is told by line and column.
func TestAnswers(t *testing.T) {
	const seed = "4692edd7db2690489ba7943efc5f7aa3ec26ebf8da3ebf6026a22cd335007852"
	other := strings.Replace(seed, "4", "5", 1)
	const header = "session;seed;start;question;item;answer;at;end\n"
	for name, c := range map[string]struct{ text, want string }{
		"no end":        {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;right;2026-09-14T08:01:00Z;\n", "2: end: is missing from the session"},
		"no seed":       {"a;;2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\n", "2: seed: is not a seed"},
		"no start":      {"a;" + seed + ";;;;;2026-09-14T08:01:00Z;candidate\n", "2: start: is empty"},
		"another seed":  {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;right;2026-09-14T08:01:00Z;\na;" + other + ";;;;;2026-09-14T08:01:00Z;candidate\n", "3: seed: is not that of the session"},
		"another start": {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;right;2026-09-14T08:01:00Z;\na;;2026-09-14T09:00:00Z;;;;2026-09-14T08:01:00Z;candidate\n", "3: start: is not that of the session"},
		"seed twice":    {"a;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\nb;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\n", "3: seed: is that of the session of line 2"},
		"apart": {"a;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\nb;" + other + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\n" +
			"a;" + strings.Replace(seed, "4", "6", 1) + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\n", "4: session: stands apart"},
		"after the end": {"a;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:01:00Z;candidate\na;;;1;x;right;2026-09-14T08:02:00Z;\n", "3: end: came before, at line 2"},
		"wrong number":  {"a;" + seed + ";2026-09-14T08:00:00Z;2;x;right;2026-09-14T08:01:00Z;\na;;;;;;2026-09-14T08:02:00Z;candidate\n", "2: question: is not 1, which is due"},
		"wrong answer":  {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;maybe;2026-09-14T08:01:00Z;\na;;;;;;2026-09-14T08:02:00Z;candidate\n", `2: answer: "maybe" is none`},
		"no answer": {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;;2026-09-14T08:01:00Z;\na;;;2;y;right;2026-09-14T08:02:00Z;\na;;;;;;2026-09-14T08:02:00Z;candidate\n",
			"3: question: follows one that was not answered"},
		"wrong time":    {"a;" + seed + ";2026-09-14T08:00:00Z;1;x;right;14/09/2026 08:01;\na;;;;;;2026-09-14T08:02:00Z;candidate\n", "2: at: is not a time"},
		"wrong reason":  {"a;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:02:00Z;bored\n", `2: end: "bored" is not a reason for an end`},
		"filled end":    {"a;" + seed + ";2026-09-14T08:00:00Z;1;;;2026-09-14T08:02:00Z;candidate\n", "2: question: is filled in on the line of the end"},
		"wrong session": {"A;" + seed + ";2026-09-14T08:00:00Z;;;;2026-09-14T08:02:00Z;candidate\n", `2: session: "A" is not a name`},
	} {
		var faults table.Faults
		found := ReadAnswers("answers.csv", strings.NewReader(header+c.text), &faults)
		if faults.Len() != 1 || !strings.HasPrefix(faults.Unwrap()[0].Error(), "answers.csv:"+c.want) {
			t.Errorf("%s: %v, want %s", name, faults.Err(), c.want)
		}
		if len(found) > 1 {
			t.Errorf("%s: %d sessions are taken", name, len(found))
		}
	}
}
