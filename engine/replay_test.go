package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

const mangled = "valbrume-2026-09-14-03"

// relink gives every event its number and the hash of the line before, as a
// forger would who knows the format; nothing else is mended.
func relink(t *testing.T, lines []string) []byte {
	t.Helper()
	var out bytes.Buffer
	prev := strings.Repeat("0", 64)
	for i, line := range lines {
		e := new(event)
		if err := json.Unmarshal([]byte(line), e); err != nil {
			t.Fatal(err)
		}
		e.N, e.Prev = ptr(i+1), &prev
		data := canonical(e)
		out.Write(data)
		out.WriteByte('\n')
		prev = sha256Hex(data)
	}
	return out.Bytes()
}

// TestMangledLogs changes a sound log and expects the refusal to name the
// event, its line and the field.
func TestMangledLogs(t *testing.T) {
	b, f := specimenData()
	log := specimenFile(t, "sessions/"+mangled+".jsonl")
	lines := strings.Split(strings.TrimSuffix(string(log), "\n"), "\n")
	if _, err := Score("s.jsonl", relink(t, lines), b, f); err != nil {
		t.Fatal(err)
	}
	find := func(part string) int {
		i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, part) })
		if i < 0 {
			t.Fatalf("the log has no %s", part)
		}
		return i
	}
	replace := func(i int, from, to string) []string {
		out := slices.Clone(lines)
		if out[i] = strings.Replace(lines[i], from, to, 1); out[i] == lines[i] {
			t.Fatalf("event %d has no %s: %s", i+1, from, lines[i])
		}
		return out
	}
	whole := func(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
	right := find(`"correct":true`)
	wrong := find(`"correct":false`)
	neutralised := find(`"type":"neutralised"`)
	extra := find(`"type":"extra-time"`)
	n := len(lines)
	for _, c := range []struct {
		what string
		log  []byte
		want []string
	}{
		// The hash chain catches what was not relinked.
		{"an answer altered", whole(replace(wrong, `"correct":false`, `"correct":true`)), []string{fmt.Sprintf("s.jsonl:%d: event %d, field capacity", wrong+1, wrong+1)}},
		{"a name altered", whole(replace(1, "Liepāja", "Liepaja")), []string{"s.jsonl:3: event 3, field prev"}},
		{"the last line altered", whole(replace(n-1, `"candidate"`, `"technical"`)), nil},
		{"an event removed", whole(slices.Delete(slices.Clone(lines), 10, 11)), []string{"s.jsonl:11: event 11, field n: is 12"}},
		{"an event twice", whole(slices.Insert(slices.Clone(lines), 10, lines[10])), []string{"s.jsonl:12: event 12, field n: is 11"}},
		{"two events exchanged", whole(append(append(slices.Clone(lines[:10]), lines[11], lines[10]), lines[12:]...)), []string{"event 11, field n"}},
		{"the first event removed", whole(lines[1:]), []string{"event 1, field n"}},
		{"the end cut off", whole(lines[:n-1]), []string{fmt.Sprintf("s.jsonl:%d: event %d", n-1, n-1), "no end follows"}},
		{"half a line at the end", log[:len(log)-30], []string{fmt.Sprintf("event %d", n), "cut before the end"}},
		{"the last line feed missing", log[:len(log)-1], []string{"cut before the end"}},
		{"nothing", nil, []string{"empty"}},
		{"an empty line", append(slices.Clone(log), '\n'), []string{fmt.Sprintf("event %d", n+1)}},
		{"an event after the end", append(slices.Clone(log), lines[n-1]+"\n"...), []string{fmt.Sprintf("event %d, field n", n+1)}},
		{"consent alone", whole(lines[:1]), []string{"event 1", "no test was started"}},
		// Form of a line.
		{"a space", whole(replace(4, `,"n"`, `, "n"`)), []string{"s.jsonl:5: event 5", "canonical"}},
		{"members out of order", whole(replace(4, `{"at"`, `{"z":1,"at"`)), []string{"event 5", "z is unknown"}},
		{"a duplicate member", whole(replace(4, `"n":5`, `"n":5,"n":5`)), []string{"event 5", "n stands twice"}},
		{"a wrong type", whole(replace(4, `"n":5`, `"n":"5"`)), []string{"event 5", "field n holds"}},
		{"a null", whole(replace(4, `"n":5`, `"n":null`)), []string{"event 5", "n is null"}},
		{"a type that is none", whole(replace(4, `"type":"question"`, `"type":"quiz"`)), []string{"event 5, field type", "quiz"}},
		{"a member of another type", whole(replace(4, `"question":2`, `"note":"x","question":2`)), []string{"event 5, field note", "does not belong"}},
		{"a missing member", whole(replace(right, `"correct":true,`, ``)), []string{fmt.Sprintf("event %d, field correct: is missing", right+1)}},
		{"a line too long", whole(replace(1, "Liepāja", strings.Repeat("a", maxLine))), []string{"event 2", "limit of 32768"}},
		{"an escape that is not shortest", whole(replace(1, "Liepāja", `Liep\u0101ja`)), []string{"event 2", "canonical"}},
		{"text not in normal form", relink(t, replace(1, "Liepāja", "Liepa\u0304ja")), []string{"event 2, field candidate.birthPlace", "NFC"}},
		// Relinked: only the replay catches these.
		{"a wrong answer made right", relink(t, replace(wrong, `"correct":false`, `"correct":true`)), []string{fmt.Sprintf("event %d, field capacity", wrong+1)}},
		{"a capacity", relink(t, replace(right, `"capacity":-`, `"capacity":`)), []string{fmt.Sprintf("event %d, field capacity", right+1)}},
		{"an error", relink(t, replace(right, `"error":`, `"error":1`)), []string{fmt.Sprintf("event %d, field error", right+1)}},
		{"an item", relink(t, replace(2, `"item":"`, `"item":"1.1-`)), []string{"event 3, field item"}},
		{"a question number", relink(t, replace(4, `"question":2`, `"question":3`)), []string{"event 5, field question", "2 is due"}},
		{"the seed", relink(t, replace(1, `"seed":"`+string(lines[1][strings.Index(lines[1], `"seed":"`)+8]), `"seed":"z`)), []string{"event 2, field seed"}},
		{"the bank", relink(t, replace(1, b.SHA256, f.SHA256)), []string{"event 2, field bank.sha256"}},
		{"the framework", relink(t, replace(1, `"adaptive-2022"`, `"adaptive-2021"`)), []string{"event 2, field framework.id"}},
		{"a time that goes back", relink(t, replace(4, `"at":"2026-09-14T07`, `"at":"2026-09-13T07`)), []string{"event 5, field at", "never goes back"}},
		{"a time not in UTC", relink(t, replace(4, `Z"`, `+02:00"`)), []string{"event 5, field at"}},
		{"an answer removed", relink(t, slices.Delete(slices.Clone(lines), right, right+1)), []string{fmt.Sprintf("event %d, field type", right+1), "on screen"}},
		{"a neutralisation removed", relink(t, slices.Delete(slices.Clone(lines), neutralised, neutralised+1)), []string{"field type", "on screen"}},
		{"more extra time than allowed", relink(t, replace(extra, `"minutes":4`, `"minutes":241`)), []string{fmt.Sprintf("event %d, field minutes", extra+1)}},
		{"a second start", relink(t, slices.Insert(slices.Clone(lines), 2, lines[1])), []string{"event 3, field type", "once"}},
		{"no consent", relink(t, lines[1:]), []string{"event 1, field type", "consent is due"}},
		{"a second end", relink(t, append(slices.Clone(lines), lines[n-1])), []string{"comes after the end"}},
		{"an end by time too early", relink(t, replace(n-1, `"reason":"candidate"`, `"reason":"time"`)), []string{fmt.Sprintf("event %d, field reason", n)}},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, err := Score("s.jsonl", c.log, b, f)
			if c.want == nil {
				// An altered last line breaks no chain; the record's hash of the
				// log tells it from the one that was scored.
				if err != nil || r.Log.SHA256 == sha256Hex(log) {
					t.Errorf("record %v, %v", r, err)
				}
				return
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
}

// No single byte of a log can be changed without a refusal or another hash of
// the log in the record; and no cut log is scored.
func TestEveryByteCounts(t *testing.T) {
	b, f := specimenData()
	log := specimenFile(t, "sessions/port-aux-anses-2026-09-22-01.jsonl")
	ends := bytes.LastIndexByte(log[:len(log)-1], '\n') + 1
	accepted := 0
	for i := 0; i < len(log); i += 7 {
		if i >= ends {
			break
		}
		bad := slices.Clone(log)
		bad[i] ^= 1
		if _, err := Score("s.jsonl", bad, b, f); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
		if _, err := Score("s.jsonl", log[:i], b, f); err == nil {
			accepted++
		}
	}
	if accepted > 0 {
		t.Errorf("%d cut logs are scored", accepted)
	}
}

func TestReplayGoesOn(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(9, 4)
	q := r.next()
	again, err := Replay("test.jsonl", r.s.Log(), r.s.bank, r.s.framework)
	r.ok(err)
	r.ok(again.Resume(r.now(), "surveillant"))
	if same, err := again.Next(r.at); err != nil || *same != *q {
		t.Errorf("after a crash question %v is on screen, %v; want %v", same, err, q)
	}
	r.s = again
	r.answer(23, 4)
	if rec := r.end(EndCandidate); rec.Rule != RuleAllTreated {
		t.Errorf("rule %s", rec.Rule)
	}
}

func TestReferences(t *testing.T) {
	b, f := specimenData()
	log := specimenFile(t, "sessions/"+mangled+".jsonl")
	bank, framework, err := References("s.jsonl", log)
	if err != nil || bank != b.ref() || framework != f.ref() {
		t.Errorf("%v, %v, %v", bank, framework, err)
	}
	line, rest, _ := bytes.Cut(log, []byte("\n"))
	for _, bad := range [][]byte{nil, line, append(line, '\n'), rest[bytes.IndexByte(rest, '\n')+1:]} {
		if _, _, err := References("s.jsonl", bad); err == nil {
			t.Errorf("%.60q has references", bad)
		}
	}
}
