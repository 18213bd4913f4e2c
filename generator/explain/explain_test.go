package explain

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"etalon/content"
	"etalon/engine"
	"etalon/testdata"
)

// reports explains every sample session.
func reports(t *testing.T) []*Report {
	t.Helper()
	read := func(name string) []byte {
		data, err := testdata.FS.ReadFile("specimen/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	logs, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil || len(logs) < 10 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	var list []*Report
	banks := map[string]*engine.Bank{}
	for _, entry := range logs {
		session := strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))
		log := read("sessions/" + entry.Name())
		bank, framework := "bank.json", "adaptive-2022.json"
		if ref, _, err := engine.References(session, log); err != nil {
			t.Fatal(err)
		} else if ref.ID != "specimen-2026" {
			bank, framework = "skills.json", "profile-2021.json"
		}
		b := banks[bank]
		if b == nil {
			if b, err = engine.DecodeBank(bank, read(bank)); err != nil {
				t.Fatal(err)
			}
			banks[bank] = b
		}
		f, err := engine.DecodeFramework(framework, read(framework))
		if err != nil {
			t.Fatal(err)
		}
		d, err := engine.DecodeDecision(session, read("decisions/"+session+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*engine.Decision{nil, d} {
			x, err := engine.Explain(session, log, b, f, d)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, &Report{Explanation: x, Referential: referential, Rules: f, Compared: []Comparison{{With: "records/" + session + ".json"}}})
		}
	}
	return list
}

func TestReports(t *testing.T) {
	for _, r := range reports(t) {
		for _, lang := range []content.Lang{content.FR, content.EN} {
			var one, two bytes.Buffer
			if err := errors.Join(r.Text(&one, lang), r.Text(&two, lang)); err != nil {
				t.Fatal(err)
			}
			page := r.HTML(lang)
			if !bytes.Equal(one.Bytes(), two.Bytes()) || !bytes.Equal(page, r.HTML(lang)) {
				t.Errorf("%s: two runs differ", r.Record.Session)
			}
			for n, line := range strings.Split(one.String(), "\n") {
				if utf8.RuneCountInString(line) > textWidth || strings.Contains(line, "%!") {
					t.Errorf("%s, line %d: %q", r.Record.Session, n+1, line)
				}
			}
			for _, never := range []string{"<script", "https://", " style=", "%!", "<no value>"} {
				if bytes.Contains(page, []byte(never)) {
					t.Errorf("%s: the page holds %q", r.Record.Session, never)
				}
			}
			for _, name := range []string{r.Record.Candidate.FamilyName, r.Record.Candidate.BirthDate} {
				if strings.Contains(one.String(), name) || bytes.Contains(page, []byte(name)) {
					t.Errorf("%s: the explanation names the candidate", r.Record.Session)
				}
			}
			svg := r.SVG(lang)
			if (svg == nil) != (r.Record.Regime == "profile") {
				t.Errorf("%s: %d bytes of curve", r.Record.Session, len(svg))
			}
			for dec := xml.NewDecoder(bytes.NewReader(svg)); ; {
				if _, err := dec.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", r.Record.Session, err)
				}
			}
		}
		data, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(data, &back); err != nil {
			t.Errorf("%s: %v", r.Record.Session, err)
		}
		if name := r.Record.Candidate.FamilyName; bytes.Contains(data, []byte(name)) {
			t.Errorf("%s: the JSON names the candidate", r.Record.Session)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ fraction, want string }{
		{"512", "512"}, {"1/2", "0.5"}, {"-1/3", "−0.333333…"}, {"1999999/1000000", "1.999999"}, {"19999999/10000000", "1.999999…"}, {"0", "0"}, {"400", "400"},
	} {
		if got := cut(c.fraction); got != c.want {
			t.Errorf("%s: %s, want %s", c.fraction, got, c.want)
		}
	}
}
