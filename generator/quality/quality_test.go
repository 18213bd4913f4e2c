package quality

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"etalon/content"
	"etalon/engine"
	"etalon/testdata"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := testdata.FS.ReadFile("specimen/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func check(t *testing.T, bank, framework []byte) *Report {
	t.Helper()
	referential, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	c := Check{Name: "b.json", Bank: engine.InspectBank("b.json", bank), Referential: referential, Error: 0.35}
	if framework != nil {
		c.Framework, c.Faults = engine.InspectFramework("f.json", framework)
	}
	return c.Run()
}

func TestSpecimenIsSound(t *testing.T) {
	r := check(t, read(t, "bank.json"), read(t, "adaptive-2022.json"))
	if len(r.Wrong) > 0 {
		t.Errorf("wrong:\n%s", strings.Join(r.Wrong, "\n"))
	}
	if r.Items != 1043 || len(r.Competences) != 16 || len(r.Bounds) != 7 || len(r.Coverage) != 12 {
		t.Errorf("%d items, %d competences, %d bounds, %d lines of coverage", r.Items, len(r.Competences), len(r.Bounds), len(r.Coverage))
	}
	var b bytes.Buffer
	if err := r.Print(&b); err != nil || !strings.Contains(b.String(), "nothing is wrong") || !regexp.MustCompile(`3\.2 +84 +6 of 6 +0\.62`).Match(b.Bytes()) {
		t.Errorf("%v\n%s", err, b.String())
	}
	svg := r.SVG("bank.json")
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n := bytes.Count(svg, []byte("<g ")); n != 18 {
		t.Errorf("%d panels", n)
	}
	if regexp.MustCompile(`NaN|Inf\b`).Match(svg) {
		t.Error("a curve has a point that is no number")
	}
}

// Each kind of fault is found, where it is.
func TestWrong(t *testing.T) {
	bank, framework := string(read(t, "bank.json")), string(read(t, "adaptive-2022.json"))
	lines := strings.Split(bank, "\n")
	item := lines[5] // the first
	number := func(line, field, value string) string {
		return regexp.MustCompile(`"`+field+`":-?[0-9.]+`).ReplaceAllString(line, `"`+field+`":`+value)
	}
	without := func(keep func(string) bool) string {
		var out []string
		for _, l := range lines {
			if keep(l) {
				out = append(out, l)
			}
		}
		return strings.Replace(strings.Join(out, "\n"), "},\n ]", "}\n ]", 1)
	}
	for _, c := range []struct{ name, bank, framework, want string }{
		{"a negative discrimination", strings.Replace(bank, item, number(item, "a", "-1"), 1), framework, `b\.json:6: field items\[0\]\.a .* is -1`},
		{"an implausible one", strings.Replace(bank, item, number(item, "a", "7"), 1), framework, `b\.json:6: item .* discriminates by a = 7`},
		{"an implausible difficulty", strings.Replace(bank, item, number(item, "b", "-12"), 1), framework, `b\.json:6: item .* difficulty b = -12`},
		{"a theme of another competence", strings.Replace(bank, item, strings.Replace(item, `"theme":"web-browsing"`, `"theme":"wireless-waves"`, 1), 1), framework, `b\.json:6: item .* theme "wireless-waves", which is none of competence 1\.1`},
		{"a copy under another id", strings.Replace(bank, item, item+"\n"+strings.Replace(item, `"id":"1.1-`, `"id":"copy-1.1-`, 1), 1), framework, `b\.json:7: item "copy-.* parameters of item "1\.1-.*" on line 6`},
		{"the same id twice", strings.Replace(bank, item, item+"\n"+item, 1), framework, `b\.json:7: field items\[1\]\.id repeats`},
		{"a theme without items", without(func(l string) bool { return !strings.Contains(l, `"theme":"workstation-ergonomics"`) }), framework, `theme "workstation-ergonomics" of competence 4\.3 has no item`},
		{"a competence without hard items", without(func(l string) bool {
			return !strings.Contains(l, `"competence":"5.2"`) || !regexp.MustCompile(`"level":[4567]`).MatchString(l)
		}), framework, `competence 5\.2 is thin at the bound of level 6 \(ability 0\.3\)`},
		{"a theme without hard items", without(func(l string) bool {
			return !strings.Contains(l, `"theme":"sensors"`) || !regexp.MustCompile(`"level":[34567]`).MatchString(l)
		}), framework, `theme "sensors" of competence 4\.3 is thin at the bound of level 7`},
		{"a bank without hard items", without(func(l string) bool { return !regexp.MustCompile(`"level":[34567]`).MatchString(l) }), framework, `the best test at the bound of level 7 \(ability 1\.6\) ends with error [1-9]`},
		{"a language that one competence lacks", regexp.MustCompile(`("competence":"2\.4".*"languages":\[)"en",`).ReplaceAllString(bank, "$1"), framework, `in language en and for the need keyboard, no item of 2\.4`},
		{"inverted intervals", bank, strings.Replace(framework, `["-7.50", "-4.90"]`, `["-4.90", "-7.50"]`, 1), `f\.json:\d+: field intervals\.global\[0\] is inverted`},
		{"a level too narrow", bank, strings.NewReplacer(`["-4.90", "-4.10"], ["-4.10"`, `["-4.90", "-4.80"], ["-4.80"`).Replace(framework), `level 1 is 0\.1 wide`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := check(t, []byte(c.bank), []byte(c.framework))
			if !regexp.MustCompile(c.want).MatchString(strings.Join(r.Wrong, "\n")) {
				t.Errorf("nothing like %s in\n%s", c.want, strings.Join(r.Wrong, "\n"))
			}
			var b bytes.Buffer
			if err := r.Print(&b); err != nil || strings.Contains(b.String(), "nothing is wrong") {
				t.Error(err, "nothing is wrong, it says")
			}
		})
	}
}

// Rubbish is told, never a crash; a bank without parameters is not measured.
func TestOtherBanks(t *testing.T) {
	for _, bank := range []string{"", "null", "[]", `{"items":[]}`, `{"items":[1,{}]}`, `{"items":`} {
		r := check(t, []byte(bank), read(t, "adaptive-2022.json"))
		if len(r.Wrong) == 0 {
			t.Errorf("nothing wrong with %s", bank)
		}
		r.SVG("x")
		if err := r.Print(io.Discard); err != nil {
			t.Error(err)
		}
	}
	r := check(t, read(t, "skills.json"), read(t, "profile-2021.json"))
	if r.SVG("x") != nil || r.Bounds != nil {
		t.Error("a bank of skills has curves of information")
	}
}
