package engine

import (
	"strings"
	"testing"
)

// refusals decodes a file changed in one place and expects an error that
// holds each of some words.
type refusal struct {
	what, from, to string
	want           []string // parts of the error
}

func checkRefusals(t *testing.T, good string, refusals []refusal, decode func(data []byte) error) {
	t.Helper()
	if err := decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range refusals {
		bad := strings.Replace(good, c.from, c.to, 1)
		if bad == good {
			t.Errorf("%s: the file does not hold %q", c.what, c.from)
			continue
		}
		err := decode([]byte(bad))
		if err == nil {
			t.Errorf("%s is accepted", c.what)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not hold %q", c.what, err, want)
			}
		}
	}
}

const smallBank = `{
 "schema": "etalon-bank/1",
 "id": "small",
 "specimen": true,
 "items": [
  {"id": "b-2", "competence": "1.1", "theme": "copyright", "level": 2, "a": 1.5, "b": -2, "mode": "focus", "languages": ["en", "fr"], "accessible": ["keyboard"]},
  {"id": "b-1", "competence": "5.2", "theme": "offers", "level": 7, "a": 0.7, "b": 0, "mode": "free", "languages": ["fr"]}
 ]
}
`

func TestDecodeBankRefusals(t *testing.T) {
	checkRefusals(t, smallBank, []refusal{
		{"an unknown member", `"level": 7`, `"levle": 7`, []string{"small.json:7:", "items[1].levle", "unknown"}},
		{"a duplicate member", `"level": 7`, `"level": 7, "level": 6`, []string{"small.json:7:", "items[1].level", "twice"}},
		{"a wrong type", `"a": 0.7`, `"a": "0.7"`, []string{"small.json:7:", "items[1].a", "a number"}},
		{"a null", `"theme": "offers"`, `"theme": null`, []string{"small.json:7:", "items[1].theme", "null"}},
		{"another schema", `etalon-bank/1`, `etalon-bank/2`, []string{"small.json:2:", "schema", "etalon-bank/1"}},
		{"an id that is none", `"small"`, `"Small Bank"`, []string{"small.json:3:", "field id"}},
		{"a repeated id", `"b-1"`, `"b-2"`, []string{"small.json:7:", "items[1].id", "repeats"}},
		{"a missing difficulty", `"b": 0, `, ``, []string{"small.json:7:", "items[1].b", "missing"}},
		{"a missing discrimination", `"a": 0.7, `, ``, []string{"items[1].a", "missing"}},
		{"a negative discrimination", `"a": 0.7`, `"a": -0.7`, []string{"items[1].a"}},
		{"a missing level", `"level": 7, `, ``, []string{"items[1].level", "missing"}},
		{"a level of 9", `"level": 7`, `"level": 9`, []string{"items[1].level", "1 to 8"}},
		{"a level that is no whole number", `"level": 7`, `"level": 7.5`, []string{"items[1].level", "whole number"}},
		{"a number out of range", `"a": 0.7`, `"a": 1e999`, []string{"small.json:7:", "items[1].a"}},
		{"a competence that is none", `"5.2"`, `"5.3"`, []string{"items[1].competence", "5.3"}},
		{"a mode that is none", `"free"`, `"open"`, []string{"items[1].mode", "focus"}},
		{"no language", `["fr"]`, `[]`, []string{"items[1].languages"}},
		{"languages out of order", `["en", "fr"]`, `["fr", "en"]`, []string{"items[0].languages", "sort"}},
		{"a need that is none", `"keyboard"`, `"keybord"`, []string{"items[0].accessible", "keyboard"}},
		{"a text for a list", `"languages": ["fr"]`, `"languages": "fr"`, []string{"items[1].languages", "a list"}},
		{"a number for a boolean", `"specimen": true`, `"specimen": 1`, []string{"small.json:4:", "specimen", "true or false"}},
		{"a number for a text", `"id": "small"`, `"id": 5`, []string{"small.json:3:", "field id", "a string"}},
		{"a text for an item", `{"id": "b-2"`, `"b-2", {"id": "b-2"`, []string{"items[0]", "an object"}},
		{"text after the end", "]\n}\n", "]\n}\n{}", []string{"small.json:10:"}},
		{"a cut file", "]\n}\n", "]\n", []string{"not valid JSON"}},
		{"invalid UTF-8", `"copyright"`, "\"copy\xffright\"", []string{"small.json:6:", "UTF-8"}},
		{"no item", smallBank[strings.Index(smallBank, "["):], "[]}", []string{"items", "0 items"}},
	}, func(data []byte) error {
		_, err := DecodeBank("small.json", data)
		return err
	})
	b, err := DecodeBank("small.json", []byte(smallBank))
	if err != nil || b.Items[0].ID != "b-1" || b.item("b-2").A != 1.5 || b.item("b-3") != nil {
		t.Errorf("the bank is %+v, %v", b, err)
	}
}

func TestDecodeFrameworkRefusals(t *testing.T) {
	good := string(specimenFile(t, "adaptive-2022.json"))
	checkRefusals(t, good, []refusal{
		{"an inverted interval", `["-4.90", "-4.10"]`, `["-4.10", "-4.90"]`, []string{"fw.json:24:", "intervals.global[1]", "the global scale, level 1", "inverted"}},
		{"an empty interval", `["-4.90", "-4.10"]`, `["-4.90", "-4.90"]`, []string{"fw.json:24:", "the global scale, level 1", "empty"}},
		{"a gap", `["-4.90", "-4.10"]`, `["-4.80", "-4.10"]`, []string{"the global scale", "gap", "level 0", "level 1"}},
		{"an overlap", `["-4.90", "-4.10"]`, `["-5.0", "-4.10"]`, []string{"the global scale", "overlaps", "level 0", "level 1"}},
		{"a bound with 7 decimals", `"-4.90", "-4.10"`, `"-4.9000001", "-4.10"`, []string{"level 1", "at most 6"}},
		{"a bound that is no decimal", `"-4.90", "-4.10"`, `"-49e-1", "-4.10"`, []string{"level 1", "plain decimal"}},
		{"three bounds", `["-4.90", "-4.10"]`, `["-4.90", "-4.10", "-4"]`, []string{"level 1", "3 bounds"}},
		{"a level too few", `["-4.90", "-4.10"], `, ``, []string{"global", "7 intervals", "0 to 7"}},
		{"an inverted interval of a competence", specimenInterval(t, "3.4", 2), swapped(specimenInterval(t, "3.4", 2)), []string{"intervals.3.4[2]", "competence 3.4, level 2", "inverted"}},
		{"a missing competence", `"2.1": [`, `"2.9": [`, []string{"intervals.2.9", "names no competence"}},
		{"no intervals", good[strings.Index(good, `"intervals"`):], `"note": {}}`, []string{"note", "twice"}},
		{"an unknown member", `"minutes"`, `"minuts"`, []string{"fw.json:16:", "minuts", "unknown"}},
		{"a missing number", `"minutes": 105,`, ``, []string{"minutes", "missing"}},
		{"professional pix out of reach", `"score": 120`, `"score": 2000`, []string{"professional.score"}},
		{"a professional day that does not exist", `"from": "2022-01-01"`, `"from": "2022-13-01"`, []string{"professional.from"}},
		{"an end that is no day", `"validUntil": ""`, `"validUntil": "never"`, []string{"validUntil"}},
		{"a start that is no decimal", `"initialCapacity": -3`, `"initialCapacity": -3e0`, []string{"initialCapacity", "plain decimal"}},
		{"a variation limit that is no decimal", `"variationLimit": null`, `"variationLimit": "x"`, []string{"variationLimit", "plain decimal"}},
		{"another schema", `framework/1`, `framework/2`, []string{"field schema"}},
		{"an id that is none", `"id": "adaptive-2022"`, `"id": ""`, []string{"field id"}},
		{"a floor above the count", `"minimumTreated": 20`, `"minimumTreated": 33`, []string{"minimumTreated", "1 to 32"}},
		{"another regime", `"adaptive",`, `"static",`, []string{"fw.json:4:", "regime"}},
		{"a day that does not exist", `"2022-01-01"`, `"2022-02-30"`, []string{"fw.json:5:", "validFrom"}},
		{"an end before the beginning", `"validUntil": ""`, `"validUntil": "2021-12-31"`, []string{"validUntil", "before"}},
		{"scores that do not rise", `256`, `128`, []string{"scores", "rise"}},
		{"a highest level that does not fit", `"maxLevel": 7`, `"maxLevel": 6`, []string{"intervals.global", "0 to 6"}},
		{"no start", `"initialCapacity": -3,`, ``, []string{"initialCapacity", "missing"}},
		{"a start off the grid", `"initialCapacity": -3`, `"initialCapacity": -9.5`, []string{"initialCapacity", "-9 to 9"}},
		{"no word on variation", `"variationLimit": null,`, ``, []string{"variationLimit", "null for no limit"}},
		{"a variation limit of 0", `"variationLimit": null`, `"variationLimit": 0`, []string{"variationLimit", "above 0"}},
	}, func(data []byte) error {
		_, err := DecodeFramework("fw.json", data)
		return err
	})
	published := good[:strings.Index(good, ",\n \"intervals\"")] + "\n}\n"
	if _, err := DecodeFramework("fw.json", []byte(published)); err == nil || !strings.Contains(err.Error(), "published rules only") {
		t.Errorf("a published framework: %v", err)
	}
}

// specimenInterval returns the text of one interval of the specimen framework.
func specimenInterval(t *testing.T, code string, level int) string {
	good := string(specimenFile(t, "adaptive-2022.json"))
	_, rest, _ := strings.Cut(good, `"`+code+`": [[`)
	parts := strings.Split(rest, "], [")
	if len(parts) < level {
		t.Fatalf("no interval %d of %s", level, code)
	}
	return "[" + parts[level] + "]"
}

func swapped(interval string) string {
	low, high, _ := strings.Cut(strings.Trim(interval, "[]"), ", ")
	return "[" + high + ", " + low + "]"
}

func TestCheckText(t *testing.T) {
	for _, good := range []string{"Ķristīne Łukaszewicz-N’Guyễn", "O’Brien", "李小龍", "می\u200cخواهم", "D. J. 2"} {
		if err := checkText(good, 128); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", " a", "a ", "a\tb", "a\u0000", "e\u0301", "a\u202eb", "a\u200eb", "a\u061cb", "\ufeffa", "a\u2028b", "a\u2066b", "a\u200bb", "a\ufffdb", "a\xffb", "a\ue000", "a\ufdd0", strings.Repeat("é", 65)} {
		if err := checkText(bad, 128); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
