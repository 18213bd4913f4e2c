package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestInspectSpecimen(t *testing.T) {
	data := specimenFile(t, "bank.json")
	in := InspectBank("bank.json", data)
	if len(in.Mistakes) > 0 || !in.Specimen || in.Regime != regimeAdaptive {
		t.Fatalf("specimen %v of the regime %q, mistakes: %v", in.Specimen, in.Regime, in.Mistakes)
	}
	lines := strings.Split(string(data), "\n")
	for _, it := range in.Items {
		if !strings.Contains(lines[it.Line-1], fmt.Sprintf("%q", it.ID)) {
			t.Fatalf("item %s is not on line %d: %s", it.ID, it.Line, lines[it.Line-1])
		}
	}
	if len(in.Items) != 1043 {
		t.Errorf("%d items", len(in.Items))
	}
}

// Every mistake is told at once, with its line.
func TestInspectAllMistakes(t *testing.T) {
	lines := bytes.Split(specimenFile(t, "bank.json"), []byte("\n"))
	mangle := func(line int, old, new string) {
		if !bytes.Contains(lines[line-1], []byte(old)) {
			t.Fatalf("line %d holds no %s: %s", line, old, lines[line-1])
		}
		lines[line-1] = bytes.Replace(lines[line-1], []byte(old), []byte(new), 1)
	}
	mangle(6, `"competence":"1.1"`, `"competence":"6.1"`)
	mangle(6, `"a":`, `"a":-`)
	mangle(7, `"b":`, `"b":1000,"was":`)
	mangle(9, `"b":`, `"b":"`+`x","c":`)
	lines[10] = bytes.Replace(lines[10], []byte(`"mode":"`), []byte(`"mode":"x`), 1)
	lines[11] = slices.Clone(lines[7])
	mangle(14, `"languages":["en","fr"]`, `"languages":["fr","en"]`)
	mangle(4, `"specimen": true`, `"specimen": true, "specimens": 1`)
	in := InspectBank("b.json", bytes.Join(lines, []byte("\n")))
	var got []string
	for _, err := range in.Mistakes {
		got = append(got, err.Error())
	}
	for i, want := range []string{
		"b.json:4: field specimens is unknown", // the first by DecodeBank's reading
		"b.json:6: field items[0].competence (item",
		"b.json:6: field items[0].a (item",
		"b.json:7: field items[1].was is unknown",
		"b.json:9: field items[3].b holds a JSON string",
		"b.json:11: field items[5].mode (item",
		"b.json:12: field items[6].id repeats the id",
		"b.json:14: field items[8].languages (item",
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("mistake %d does not begin with %q in\n%s", i, want, strings.Join(got, "\n"))
		}
	}
	if len(got) != 8 {
		t.Errorf("%d mistakes:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// InspectBank finds a mistake just when DecodeBank refuses.
func TestInspectAgreesWithDecode(t *testing.T) {
	data := specimenFile(t, "bank.json")[:0:0]
	for i, line := range bytes.SplitAfter(specimenFile(t, "bank.json"), []byte("\n")) {
		if i < 12 {
			data = append(data, line...)
		}
	}
	data = append(bytes.TrimRight(data, ",\n"), "]}"...)
	if in := InspectBank("b.json", data); len(in.Mistakes) > 0 || len(in.Items) != 7 {
		t.Fatalf("%d items, %v", len(in.Items), in.Mistakes)
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := bytes.Clone(data)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(bad)-1).Draw(t, "at")
			bad[i] = rapid.SampledFrom([]byte(`"{}[],:0189-.en x`)).Draw(t, "byte")
		}
		_, err := DecodeBank("b.json", bad)
		if in := InspectBank("b.json", bad); (err == nil) != (len(in.Mistakes) == 0) {
			t.Fatalf("decoding: %v; inspecting: %v", err, in.Mistakes)
		}
	})
}

func TestInspectFramework(t *testing.T) {
	data := specimenFile(t, "adaptive-2022.json")
	if f, faults := InspectFramework("f.json", data); f == nil || len(faults) > 0 {
		t.Fatal(faults)
	}
	lines := bytes.Split(data, []byte("\n"))
	inverted, empty := 0, 0
	for i, line := range lines {
		if inner, ok := bytes.CutPrefix(line, []byte(`  "1.2": [["`)); ok {
			low, rest, _ := bytes.Cut(inner, []byte(`", "`))
			high, rest, _ := bytes.Cut(rest, []byte(`"]`))
			lines[i] = fmt.Appendf(nil, `  "1.2": [["%s", "%s"]%s`, high, low, rest)
			inverted = i + 1
		}
		if inner, ok := bytes.CutPrefix(line, []byte(`  "4.3": [["`)); ok {
			low, rest, _ := bytes.Cut(inner, []byte(`", "`))
			_, rest, _ = bytes.Cut(rest, []byte(`"]`))
			lines[i] = fmt.Appendf(nil, `  "4.3": [["%s", "%[1]s"]%s`, low, rest)
			empty = i + 1
		}
	}
	f, faults := InspectFramework("f.json", bytes.Join(lines, []byte("\n")))
	if f != nil || len(faults) != 4 {
		t.Fatalf("%d faults: %v", len(faults), faults)
	}
	for i, want := range []string{
		fmt.Sprintf("f.json:%d: field intervals.1.2[0] is inverted", inverted), fmt.Sprintf("f.json:%d: field intervals.1.2[1]", inverted),
		fmt.Sprintf("f.json:%d: field intervals.4.3[0] is empty", empty), fmt.Sprintf("f.json:%d: field intervals.4.3[1]", empty),
	} {
		if !strings.HasPrefix(faults[i].Error(), want) {
			t.Errorf("fault %d is %v, want %s", i, faults[i], want)
		}
	}
	if _, faults := InspectFramework("f.json", []byte(`{"schema":1}`)); len(faults) != 1 {
		t.Errorf("not a framework: %v", faults)
	}
}
