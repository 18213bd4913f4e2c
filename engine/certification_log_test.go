package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// TestPlan checks the choice of questions: highest first, distinct themes
// first, unseen variants first, by the seed alone where the rules leave a
// choice.
func TestPlan(t *testing.T) {
	b, f := profileData()
	taken := map[string]*Positioning{}
	rapid.Check(t, func(t *rapid.T) {
		p, _ := NewProfile("p-1", b, f)
		n := rapid.IntRange(5, 16).Draw(t, "competences")
		for _, code := range rapid.Permutation(competenceCodes[:]).Draw(t, "order")[:n] {
			seed, below := rapid.ByteMax(3).Draw(t, "seed"), rapid.IntRange(1, 7).Draw(t, "below")
			key := fmt.Sprint(code, seed, below)
			if taken[key] == nil {
				taken[key] = takeTest(t, p, code, seed, below)
			}
			if err := p.Save(taken[key], testStart.AddDate(0, 0, -1)); err != nil {
				t.Fatal(err)
			}
		}
		var seed [32]byte
		seed[0] = rapid.Byte().Draw(t, "session")
		o := testOpening()
		o.Profile, o.Seed = p, seed
		s, err := Start(o, b, f)
		if !p.Certifiable() {
			if err == nil || !strings.Contains(err.Error(), "5 are needed") {
				t.Fatalf("a profile that is not certifiable: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := Start(o, b, f)
		if err != nil || !slices.Equal(again.frozen.items, s.frozen.items) {
			t.Fatalf("the same seed gives another test (%v)", err)
		}
		if n := len(s.frozen.items); n < 15 || n > 48 {
			t.Fatalf("the test has %d questions", n)
		}
		_, seen := p.freeze(f.MaxLevel)
		items := s.frozen.items
		for c, code := range competenceCodes {
			n := 0
			for n < len(items) && b.Items[items[n]].Competence == code {
				n++
			}
			if n != min(n, 3) || (n > 0) != (p.Standing(code).Level >= 1) {
				t.Fatalf("%s at level %d has %d questions", code, p.Standing(code).Level, n)
			}
			if test := p.tests[c]; n > 0 {
				checkPicks(t, b, test, items[:n], seen)
			}
			items = items[n:]
		}
		if len(items) > 0 {
			t.Fatal("competences are out of order")
		}
	})
}

// checkPicks checks the questions of one competence against the validated
// skills that could have been put instead.
func checkPicks(t *rapid.T, b *Bank, test *Positioning, items []int, seen []string) {
	type at struct {
		theme string
		level int
	}
	left := map[at]bool{}
	for place, k := range b.skills[test.competence] {
		if test.states[place] == validated && b.variant(&k, new([32]byte), "fr", nil, nil) >= 0 {
			left[at{k.theme, k.level}] = true
		}
	}
	themes := map[string]bool{}
	for _, i := range items {
		it := b.Items[i]
		k := at{it.Competence + "-" + it.Theme, it.Level}
		if !left[k] {
			t.Fatalf("%s is put, whose skill is not validated or was put", it.ID)
		}
		for o := range left {
			if fresh := !themes[o.theme]; fresh && themes[k.theme] || fresh == !themes[k.theme] && o.level > k.level {
				t.Fatalf("%s is put before %v", it.ID, o)
			}
		}
		other := strings.TrimRight(it.ID, "vw") + map[bool]string{true: "w", false: "v"}[strings.HasSuffix(it.ID, "v")]
		if o := b.item(other); slices.Contains(seen, it.ID) && !slices.Contains(seen, other) && o != nil && o.serves("fr", nil) {
			t.Fatalf("%s was seen, %s was not", it.ID, other)
		}
		delete(left, k)
		themes[k.theme] = true
	}
	if len(items) < 3 && len(left) > 0 {
		t.Fatalf("%d questions, though %v are left", len(items), left)
	}
}

// Seeds matter where the rules leave a choice.
func TestPlanDrawn(t *testing.T) {
	p := knownProfile(t, fiveCodes, 4)
	tests := map[string]bool{}
	for seed := range byte(20) {
		r := openProfileRoom(t, p, func(o *Opening) { o.Seed[1] = seed })
		tests[fmt.Sprint(r.s.frozen.items)] = true
	}
	if len(tests) < 15 {
		t.Errorf("20 seeds give %d tests", len(tests))
	}
}

// TestMangledProfileLogs changes a sound log, mends its chain of hashes, and
// expects the refusal to name the event and the field.
func TestMangledProfileLogs(t *testing.T) {
	b, f := profileData()
	log := specimenFile(t, "sessions/valbrume-2026-09-14-07.jsonl")
	lines := strings.Split(strings.TrimSuffix(string(log), "\n"), "\n")
	find := func(part string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, part) })
	}
	replace := func(i int, from, to string) []string {
		t.Helper()
		out := slices.Clone(lines)
		if out[i] = strings.Replace(lines[i], from, to, 1); out[i] == lines[i] {
			t.Fatalf("event %d has no %s: %s", i+1, from, lines[i])
		}
		return out
	}
	if !bytes.Equal(relink(t, lines), log) {
		t.Fatal("relinking changes a sound log")
	}
	skills := lines[2][strings.Index(lines[2], `"skills":["`)+11:]
	skill := skills[:strings.Index(skills, `"`)]
	last := len(lines) - 1
	answer := find(`"type":"answer"`)
	for _, c := range []struct {
		what  string
		lines []string
		want  []string
	}{
		{"no profile", slices.Delete(slices.Clone(lines), 2, 3), []string{"event 3, field type", "profile is due", "consent, start, profile"}},
		{"a second profile", slices.Insert(slices.Clone(lines), 3, lines[2]), []string{"event 4, field type", "once"}},
		{"a start alone", lines[:2], []string{"event 2", "no test was started"}},
		{"a skill that is none", replace(2, `"skills":["`+skill, `"skills":["`+skill[:len(skill)-1]+"9"), []string{"event 3, field skills", "does not have"}},
		{"a skill above the highest level", replace(2, `"skills":["`+skill, `"skills":["`+skill[:len(skill)-1]+"7"), []string{"event 3, field skills"}},
		{"a skill of nowhere", replace(2, `"skills":["`+skill, `"skills":["0.0-x-1","`+skill), []string{"event 3, field skills", "does not have"}},
		{"a skill twice", replace(2, `"skills":["`+skill, `"skills":["`+skill+`","`+skill), []string{"event 3, field skills", "repeats"}},
		{"an easier skill", replace(2, `"skills":["`+skill, `"skills":["`+skill[:len(skill)-1]+"1"+`","`+skill), []string{"event 3, field skills", "two skills of the theme"}},
		{"a seen item that is none", replace(2, `"seen":["`, `"seen":["0","`), []string{"event 3, field seen"}},
		{"another profile's hash", replace(2, `"sha256":"`, `"sha256":"z`), []string{"event 3, field profile.sha256"}},
		{"a capacity", replace(answer, `"correct"`, `"capacity":0,"correct"`), []string{fmt.Sprintf("event %d, field capacity", answer+1), "does not belong"}},
		{"an error", replace(answer, `"n"`, `"error":1,"n"`), []string{fmt.Sprintf("event %d, field error", answer+1)}},
		{"an item", replace(3, `"item":"1.1-`, `"item":"1.2-`), []string{"event 4, field item", "rules choose"}},
		{"an end by exhaustion", replace(last, `"candidate"`, `"bank-exhausted"`), []string{fmt.Sprintf("event %d", last+1)}},
		{"the other regime", replace(1, `"regime":"profile"`, `"regime":"adaptive"`), []string{"event 2, field regime"}},
		{"a question too many", slices.Insert(slices.Clone(lines), last, strings.NewReplacer(`"question":1,`, `"question":34,`).Replace(lines[3])), []string{"the test has no more"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			var err error
			if c.what == "an end by exhaustion" {
				_, err = Score("s.jsonl", relink(t, c.lines[:last+1]), b, f)
			} else {
				_, err = Score("s.jsonl", relinkAt(t, c.lines, last, lines), b, f)
			}
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not hold %q", err, want)
				}
			}
		})
	}
	// An answer without a capacity is one of the other regime.
	adaptiveBank, adaptive := specimenData()
	log = specimenFile(t, "sessions/valbrume-2026-09-14-01.jsonl")
	e := new(event)
	lines = strings.Split(string(log), "\n")
	if err := json.Unmarshal([]byte(lines[3]), e); err != nil {
		t.Fatal(err)
	}
	e.Capacity, e.Error = nil, nil
	lines[3] = string(canonical(e))
	if _, err := Replay("s.jsonl", []byte(strings.Join(lines, "\n")), adaptiveBank, adaptive); err == nil || !strings.Contains(err.Error(), "event 4, field capacity: is missing") {
		t.Errorf("an answer of the adaptive regime without its capacity: %v", err)
	}
}

// relinkAt relinks lines, moving the times of inserted ones to where they stand.
func relinkAt(t *testing.T, lines []string, last int, original []string) []byte {
	t.Helper()
	out := slices.Clone(lines)
	if len(out) > len(original) && out[last] != original[last] {
		e, before := new(event), new(event)
		for v, line := range map[*event]string{e: out[last], before: out[last-1]} {
			if err := json.Unmarshal([]byte(line), v); err != nil {
				t.Fatal(err)
			}
		}
		e.At = before.At
		out[last] = string(canonical(e))
	}
	return relink(t, out)
}
