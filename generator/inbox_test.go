package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/engine"
	"etalon/generator/table"
	"etalon/testdata"
)

var update = flag.Bool("update", false, "write testdata/specimen/inbox anew")

// specimenLogs are the sample logs by session, in order.
func specimenLogs(t testing.TB) (sessions []string, logs map[string][]byte) {
	t.Helper()
	list, err := fs.ReadDir(testdata.FS, "specimen/sessions")
	if err != nil || len(list) == 0 {
		t.Fatalf("%d sample logs, %v", len(list), err)
	}
	logs = make(map[string][]byte)
	for _, entry := range list {
		session := strings.TrimSuffix(entry.Name(), ".jsonl")
		data, err := testdata.FS.ReadFile("specimen/sessions/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		sessions, logs[session] = append(sessions, session), data
	}
	return sessions, logs
}

// tableEvent is what of an event a table can say.
type tableEvent struct {
	At, Type, Item, Reason, Seed string
	Question, ExtraMinutes       int
	Correct                      bool
	Language                     string
	Needs                        []string
	Candidate                    engine.Candidate
	Centre, Date                 string
}

func tableEvents(t testing.TB, log []byte) (list []tableEvent) {
	t.Helper()
	for line := range bytes.Lines(log) {
		var e tableEvent
		if err := unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// plain tells whether a table of answers can say all of a log.
func plain(events []tableEvent) bool {
	return !slices.ContainsFunc(events, func(e tableEvent) bool {
		return !slices.Contains([]string{"consent", "start", "question", "answer", "pass", "end"}, e.Type)
	})
}

// TestInbox: the tables of the sample say what its logs say, one room in answers.
func TestInbox(t *testing.T) {
	t.Parallel()
	var candidates, answers bytes.Buffer
	sessions, logs := specimenLogs(t)
	c := table.NewWriter(&candidates, "room", "session", "family", "given", "birthDate", "birthPlace", "centre", "date", "class", "prescriber", "competences", "profile", "language", "needs", "extraMinutes")
	a := table.NewWriter(&answers, "session", "seed", "start", "question", "item", "answer", "at", "end")
	for i, session := range sessions {
		events := tableEvents(t, logs[session])
		start := events[1]
		class, prescriber := fmt.Sprintf("Groupe %c", 'A'+i%2), ""
		switch {
		case strings.Contains(start.Centre, "Lycée"):
			class, prescriber = fmt.Sprintf("Terminale %d", 1+i%2), "Académie SPECIMEN des Anses"
		case strings.Contains(start.Centre, "Médiathèque"):
			class, prescriber = "", "Agence SPECIMEN pour l’emploi"
		}
		competences, profile := fmt.Sprint(5+i%12), ""
		if _, err := fs.Stat(testdata.FS, "specimen/profiles/"+session+".json"); err == nil {
			competences, profile = "", "profiles/"+session+".json"
		}
		extra := ""
		if start.ExtraMinutes > 0 {
			extra = fmt.Sprint(start.ExtraMinutes)
		}
		p := start.Candidate
		c.Write(session[:strings.LastIndex(session, "-")], session, p.FamilyName, p.GivenNames, p.BirthDate, p.BirthPlace, start.Centre, start.Date,
			class, prescriber, competences, profile, start.Language, strings.Join(start.Needs, " "), extra)
		if !strings.HasPrefix(session, "montclair-") || !plain(events) {
			continue
		}
		seed, began := start.Seed, start.At
		for j, e := range events {
			switch e.Type {
			case "question":
				answer, at := "", e.At
				if next := events[j+1]; next.Type != "end" {
					at = next.At
					answer = map[bool]string{true: "right", false: "wrong"}[next.Correct]
					if next.Type == "pass" {
						answer = "pass"
					}
				}
				a.Write(session, seed, began, fmt.Sprint(e.Question), e.Item, answer, at, "")
				seed, began = "", ""
			case "end":
				a.Write(session, "", "", "", "", "", e.At, e.Reason)
			}
		}
	}
	if c.Flush() != nil || a.Flush() != nil {
		t.Fatal("a row does not fit its header")
	}
	for name, b := range map[string]*bytes.Buffer{"candidates.csv": &candidates, "answers.csv": &answers} {
		path := filepath.Join("..", "testdata", "specimen", "inbox", name)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, b.Bytes()) {
			t.Errorf("%s does not say what the sample logs say; write it anew with -update (%v)", path, err)
		}
	}
}
