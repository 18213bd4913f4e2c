package engine

import (
	"strings"
	"testing"
)

func TestDecodeRecordRefusals(t *testing.T) {
	r := openRoom(t, nil)
	r.answer(32, 4)
	proposed := r.end(EndCandidate)
	final, err := r.finalise(DecideAccept)
	r.ok(err)
	good := string(final.Encode())
	decode := func(data []byte) error { _, err := DecodeRecord("r.json", data); return err }
	if err := decode([]byte(good + "\n")); err != nil {
		t.Errorf("a line feed after the record: %v", err)
	}
	if err := decode([]byte(good + "\n\n")); err == nil {
		t.Error("two line feeds after the record are accepted")
	}
	checkRefusals(t, good, []refusal{
		{"an unknown member", `"regime"`, `"regimen"`, []string{"r.json:1:", "regimen", "unknown"}},
		{"a duplicate member", `"treated":32`, `"treated":32,"treated":32`, []string{"r.json:1:", "treated", "twice"}},
		{"a wrong type", `"treated":32`, `"treated":"32"`, []string{"treated", "whole number"}},
		{"a null", `"treated":32`, `"treated":null`, []string{"treated", "null"}},
		{"a missing member", `,"treated":32`, ``, []string{"r.json:1:", "canonical"}},
		{"a missing boolean", `"degraded":false,`, ``, []string{"canonical"}},
		{"a space", `,"treated"`, `, "treated"`, []string{"canonical"}},
		{"a name not in NFC", `"Sophie"`, "\"Sophie\u0308\"", []string{"candidate.givenNames", "NFC"}},
		{"a bidirectional mark", `"Sophie"`, "\"So\u202ephie\"", []string{"candidate.givenNames", "U+202E"}},
		{"a control", `"Sophie"`, `"So\u0007phie"`, []string{"candidate.givenNames", "U+0007"}},
		{"a name too long", `"Sophie"`, `"` + strings.Repeat("a", 129) + `"`, []string{"candidate.givenNames", "128"}},
		{"another schema", `etalon-record/1`, `etalon-record/2`, []string{"schema"}},
		{"another regime", `"adaptive","rule"`, `"profile","rule"`, []string{"regime"}},
		{"another outcome", `"validated"`, `"rejected"`, []string{"outcome", "all-treated gives validated"}},
		{"a rule that is none", `"all-treated"`, `"all"`, []string{"rule"}},
		{"a rule that degrades", `"all-treated"`, `"degraded"`, []string{"degraded", "is false"}},
		{"degraded with a rule that is not", `"degraded":false`, `"degraded":true`, []string{"degraded", "does not degrade"}},
		{"a score out of reach", `"score":`, `"score":9`, []string{"score", "0 to 895"}},
		{"a score of 0", good[strings.Index(good, `"score":`):strings.Index(good, `,"session"`)], `"score":0`, []string{"score"}},
		{"a level out of reach", `"level":`, `"level":1`, []string{"level"}},
		{"a level of a competence missing", `"3.2":`, `"3.9":`, []string{"levels", "3.2"}},
		{"a capacity too fine", good[strings.Index(good, `"capacity":`):strings.Index(good, `,"centre"`)], `"capacity":-1.23456789012`, []string{"capacity", "1e-9"}},
		{"a state that is none", `"final"`, `"done"`, []string{"state"}},
		{"a decision with a proposal", `"final"`, `"proposed"`, []string{"decision"}},
		{"another decision", `"outcome":"accept"`, `"outcome":"fraud"`, []string{"rule", "does not follow"}},
		{"a decision without a time", `"at":"2026-10-05T09:30:00.000Z"`, `"at":""`, []string{"decision.at"}},
		{"a hash too short", proposed.Log.SHA256, proposed.Log.SHA256[1:], []string{"log.sha256"}},
		{"a session that is no id", `"test-1"`, `"../test"`, []string{"field session"}},
		{"a day that does not exist", `"sessionDate":"2026-09-14"`, `"sessionDate":"2026-09-31"`, []string{"sessionDate"}},
		{"a birth after the session", `"2001-11-07"`, `"2027-11-07"`, []string{"candidate.birthDate"}},
	}, decode)
	checkRefusals(t, string(proposed.Encode()), []refusal{
		{"a jury's rule in a proposal", `"validated","professional":true`, `"rejected","professional":false`, []string{"outcome"}},
		{"a final record without a decision", `"proposed"`, `"final"`, []string{"decision", "missing"}},
	}, decode)
}

func TestProfessional(t *testing.T) {
	b, _ := specimenData()
	for from, want := range map[string]bool{"2022-01-01": true, "2026-09-14": true, "2026-09-15": false} {
		data := strings.Replace(string(specimenFile(t, "adaptive-2022.json")), `"from": "2022-01-01"`, `"from": "`+from+`"`, 1)
		f, err := DecodeFramework("fw.json", []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		r := openRoomWith(t, b, f, nil)
		r.answer(32, 4)
		if rec := r.end(EndCandidate); rec.Professional != want || rec.Score < 120 {
			t.Errorf("from %s: professional %v with %d pix", from, rec.Professional, rec.Score)
		}
	}
	r := openRoom(t, nil)
	r.answer(32, 1)
	if rec := r.end(EndCandidate); rec.Professional {
		t.Errorf("professional with %d pix", rec.Score)
	}
}
