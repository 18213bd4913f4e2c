package attestation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

// letterSamples are one of each kind, in a language, then some to random people.
func letterSamples(t testing.TB, lang content.Lang, more int) []Letter {
	t.Helper()
	date := func(s string) signing.Date {
		d, err := signing.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	base := func(i int, d Document) Letter {
		d.Form = Form(lang)
		return Letter{
			Document: d, Name: "Sophie Delarue", Centre: "Lycée de Valbrume SPECIMEN", Session: fmt.Sprintf("valbrume-2026-11-12-%02d", i),
			Held: date("2026-11-12"), Day: date("2026-11-21"), Again: date("2026-11-27"), WaitDays: 15, MinimumCompetences: 5,
		}
	}
	var list []Letter
	for i, change := range []func(*signing.Credential){nil, levelZero, profile, long} {
		l := base(i, document(t, lang, sample(change)))
		l.Name, l.Centre = strings.TrimSpace(l.Credential.GivenNames+" "+l.Credential.FamilyName), l.Credential.Centre
		l.Class = "3e B"
		list = append(list, l)
	}
	without := document(t, lang, sample(nil))
	without.Credential, without.Code, without.QR = nil, "", ""
	for _, outcome := range []Outcome{NotObtained, Cancelled} {
		l := base(10+int(outcome), without)
		l.Outcome, l.Why = outcome, strings.Repeat("Moins de 20 questions ont été traitées dans le temps prévu, sans problème technique. ", 2+int(outcome))
		list = append(list, l)
	}
	rnd := newRandom(17)
	for i := range more {
		l := base(20+i, rnd.document(t, lang, i))
		l.Name, l.Centre = strings.TrimSpace(l.Credential.GivenNames+" "+l.Credential.FamilyName), l.Credential.Centre
		if i%3 == 1 {
			l.Outcome, l.Why = NotObtained, "Ệ "+rnd.words(300)
			l.Credential, l.Code, l.QR = nil, "", ""
		}
		list = append(list, l)
	}
	return list
}

func TestLetters(t *testing.T) {
	for _, lang := range content.Langs {
		list := letterSamples(t, lang, 20)
		at := list[0].Day.Time()
		s, err := layLetters("Lettres SPECIMEN", lang, at, list, true)
		if err != nil {
			t.Fatal(err)
		}
		checkBoxes(t, "letters "+string(lang), s.boxes)
		data := s.file.Bytes()
		again, err := Letters("Lettres SPECIMEN", lang, at, list)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("two runs differ (%v)", err)
		}
		if _, _, err := signing.FindAttachment(data); err != signing.ErrNoAttachment {
			t.Errorf("a letter passes for an attestation: %v", err)
		}
		if *keep != "" {
			if err := os.WriteFile(filepath.Join(*keep, "letters-"+string(lang)+".pdf"), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		path := write(t, "letters", data)
		if out := run(t, tool(t, "qpdf"), "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Error(out)
		}
		pages := strings.Split(run(t, tool(t, "pdftotext"), "-raw", path, "-"), "\f")
		if len(pages) != len(list)+1 {
			t.Fatalf("%d pages for %d letters", len(pages)-1, len(list))
		}
		for i, l := range list {
			text := strings.Join(strings.Fields(pages[i]), "")
			want := []string{l.Name, l.Centre, l.Session, dateWords(lang, l.Held.Time()), dateWords(lang, l.Again.Time()), l.Issuer}
			if l.Outcome == Obtained {
				want = append(want, l.Code, l.Verify, signing.FormatNumber(l.Credential.Number), pix(lang, l.Credential.Score), dateWords(lang, l.Credential.ExpiresOn.Time()))
			} else {
				want = append(want, l.Why)
				if strings.Contains(text, "P-M5Y4B") {
					t.Errorf("letter %d of who obtained nothing shows a code", i+1)
				}
			}
			for _, w := range want {
				if !strings.Contains(text, strings.Join(strings.Fields(w), "")) {
					t.Errorf("%s, letter %d does not say %q", lang, i+1, w)
				}
			}
		}
	}
}

func TestLetterRefusals(t *testing.T) {
	for name, change := range map[string]func(*Letter){
		"in two languages":                func(l *Letter) { l.Form = Bilingual },
		"to nobody":                       func(l *Letter) { l.Name = " " },
		"without a reason":                func(l *Letter) { l.Outcome, l.Credential, l.Code = Cancelled, nil, "" },
		"with a code that was not earned": func(l *Letter) { l.Outcome, l.Why = NotObtained, "x" },
		"without a credential":            func(l *Letter) { l.Credential = nil },
		"with letters that no font has":   func(l *Letter) { l.Name = "Ольга" },
	} {
		l := letterSamples(t, content.FR, 0)[0]
		change(&l)
		if _, err := Letters("", content.FR, l.Day.Time(), []Letter{l}); err == nil {
			t.Errorf("a letter %s is drawn", name)
		}
	}
	if _, err := Letters("", content.FR, letterSamples(t, content.FR, 0)[0].Day.Time(), nil); err == nil {
		t.Error("a file of no letter is drawn")
	}
}

func BenchmarkLetters(b *testing.B) {
	list := letterSamples(b, content.FR, 94)
	for b.Loop() {
		if _, err := Letters("x", content.FR, list[0].Day.Time(), list); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "letters/s")
}
