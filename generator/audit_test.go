package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"etalon/testdata"
)

// auditedWorkspace makes a workspace with what is issued of some sample sessions.
func auditedWorkspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	w := filepath.Join(dir, "w")
	put := func(from, to string) {
		data, err := testdata.FS.ReadFile("specimen/" + from)
		if err != nil {
			t.Fatal(err)
		}
		writeAll(t, filepath.Join(w, to), data)
	}
	put("bank.json", "banks/bank.json")
	put("adaptive-2022.json", "frameworks/adaptive-2022.json")
	for _, session := range []string{"valbrume-2026-09-14-01", "valbrume-2026-09-14-02", "montclair-2026-10-01-05", "port-aux-anses-2026-09-22-02"} {
		put("sessions/"+session+".jsonl", "sessions/"+session+".jsonl")
		put("decisions/"+session+".json", "decisions/"+session+".json")
	}
	writeAll(t, filepath.Join(w, "etalon.json"), []byte(`{"schema": "etalon-config/1", "issuer": "Étalon SPECIMEN", "address": "https://etalon.test",
		"signatory": {"name": "Camille SPECIMEN", "role": {"fr": "Direction", "en": "Head"}}, "specimen": true}`))
	for _, args := range [][]string{
		{"keys", "init", "-root", filepath.Join(dir, "root"), "-at", "2026-11-01"},
		{"score"}, {"finalise", "-at", "2026-11-01"}, {"issue", "-deliver=false", "-at", "2026-11-02"},
	} {
		if out, err := audited(w, args...); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return w
}

func writeAll(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// audited runs a command on a workspace and returns what it printed.
func audited(dir string, args ...string) (string, error) {
	var out, diagnostics bytes.Buffer
	fixed := func() time.Time { return time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC) }
	e := &env{stdout: &out, stderr: &diagnostics, now: fixed, rand: rand.NewChaCha8([32]byte{byte(len(args))})}
	n := 1
	if args[0] == "keys" {
		n = 2
	}
	err := e.run(context.Background(), append(append(append([]string{}, args[:n]...), "-w", dir), args[n:]...))
	return out.String(), err
}

// TestAuditFindsTampering alters a sound workspace in every way that somebody
// might, and looks for the file and the field in what audit says.
func TestAuditFindsTampering(t *testing.T) {
	t.Parallel()
	sound := auditedWorkspace(t)
	for _, args := range [][]string{{"audit"}, {"audit", "-deep"}} {
		if out, err := audited(sound, args...); err != nil || !strings.Contains(out, "\n0 differences\n") {
			t.Fatalf("%v of the sound workspace: %v\n%s", args, err, out)
		}
	}
	edit := func(pattern, to string) func(string) string {
		return func(s string) string {
			re := regexp.MustCompile(pattern)
			if !re.MatchString(s) {
				t.Errorf("nothing to alter: no %s", pattern)
			}
			return re.ReplaceAllString(s, to)
		}
	}
	const one, two = "valbrume-2026-09-14-01", "valbrume-2026-09-14-02"
	change := func(name string, how func(string) string) func(t *testing.T, w string) {
		return func(t *testing.T, w string) {
			data, err := os.ReadFile(filepath.Join(w, name))
			if err != nil {
				t.Fatal(err)
			}
			writeAll(t, filepath.Join(w, name), []byte(how(string(data))))
		}
	}
	swap := func(a, b string) func(t *testing.T, w string) {
		return func(t *testing.T, w string) {
			a, b := expand(t, w, a), expand(t, w, b)
			rename(t, a, a+".x")
			rename(t, b, a)
			rename(t, a+".x", b)
		}
	}
	remove := func(name string) func(t *testing.T, w string) {
		return func(t *testing.T, w string) {
			if err := os.Remove(expand(t, w, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		alter func(t *testing.T, w string)
		args  []string
		want  string // pattern of a line
	}{
		{"a score", change("records/"+one+".json", edit(`"score":444`, `"score":445`)), nil, `^records/` + one + `\.json: score is 445, where 444 is due$`},
		{"a level", change("records/"+one+".json", edit(`"3.2":\d`, `"3.2":7`)), nil, `^records/` + one + `\.json: levels\.3\.2 is 7, where \d is due$`},
		{"a capacity", change("records/"+one+".json", edit(`"capacity":(-?\d+\.\d{4})\d+`, `"capacity":${1}1`)), nil, `^records/` + one + `\.json: capacity is `},
		{"a name", change("records/"+one+".json", edit(`"familyName":"([^"]*)"`, `"familyName":"X$1"`)), nil, `^records/` + one + `\.json: candidate\.familyName is not what it should be$`},
		{"a rejection made a success", change("records/port-aux-anses-2026-09-22-02.json", edit(`"outcome":"rejected"`, `"outcome":"validated"`)), nil, `^records/port-aux-anses-2026-09-22-02\.json: .*outcome`},
		{"two records swapped", swap("records/"+one+".json", "records/"+two+".json"), nil, `^records/` + one + `\.json: session is "` + two + `", where "` + one + `" is due$`},
		{"a record renamed", func(t *testing.T, w string) {
			rename(t, filepath.Join(w, "records", one+".json"), filepath.Join(w, "records", "other.json"))
		}, nil, `^records/other\.json: stands there without a log`},
		{"an interval of a framework", change("frameworks/adaptive-2022.json", edit(`-0\.90`, `-0.80`)), nil, `^sessions/` + one + `\.jsonl: .*no file in frameworks/ is framework adaptive-2022`},
		{"a difficulty in the bank", change("banks/bank.json", edit(`"b":-?\d\.\d+`, `"b":0.5`)), nil, `^sessions/` + one + `\.jsonl: .*no file in banks/ is bank specimen-2026`},
		{"a decision's reason", change("decisions/"+one+".json", edit(`"reason":"`, `"reason":"X `)), nil, `^records/` + one + `\.json: decision\.reason is `},
		{"a decision's outcome", change("decisions/"+one+".json", edit(`"outcome":"accept"`, `"outcome":"cancel"`)), nil, `^records/` + one + `\.json: rule is "all-treated", where "cancelled-by-jury" is due$`},
		{"what a decision neutralises", change("decisions/montclair-2026-10-01-05.json", func(s string) string {
			return strings.Replace(edit(`"items":\[[^\]]*\],?`, ``)(s), `"neutralise"`, `"accept"`, 1)
		}), nil, `^records/montclair-2026-10-01-05\.json: score is 596, where 601 is due$`},
		{"a decision removed", remove("decisions/" + one + ".json"), nil, `^records/` + one + `\.json: `},
		{"an answer in a log", change("sessions/"+one+".jsonl", edit(`"correct":false`, `"correct":true`)), nil, `^sessions/` + one + `\.jsonl: `},
		{"a log's last line", change("sessions/"+one+".jsonl", edit(`"reason":"candidate"`, `"reason":"supervisor"`)), nil, `^records/` + one + `\.json: log\.sha256 is `},
		{"a log cut", change("sessions/"+one+".jsonl", func(s string) string { return s[:strings.LastIndex(s[:len(s)-1], "\n")+1] }), nil, `^sessions/` + one + `\.jsonl: .*no end follows`},
		{"a log removed", remove("sessions/" + one + ".jsonl"), nil, `^records/` + one + `\.json: stands there without a log`},
		{"two logs swapped", swap("sessions/"+one+".jsonl", "sessions/"+two+".jsonl"), nil, `^sessions/` + one + `\.jsonl: session is "` + two + `"`},
		{"an attestation renumbered", func(t *testing.T, w string) {
			rename(t, filepath.Join(w, "issued", "2026-0000002.json"), filepath.Join(w, "issued", "2026-0000009.json"))
		}, nil, `^issued/2026-0000009\.json: .*number: "2026-0000002" does not match`},
		{"an attestation renumbered within too", func(t *testing.T, w string) {
			rename(t, filepath.Join(w, "issued", "2026-0000002.json"), filepath.Join(w, "issued", "2026-0000009.json"))
			change("issued/2026-0000009.json", edit(`2026-0000002`, `2026-0000009`))(t, w)
		}, nil, `^issued/2026-0000009\.json: credential: number is "2026-0000002", where "2026-0000009" is due$`},
		{"an attestation copied", func(t *testing.T, w string) {
			data, err := os.ReadFile(filepath.Join(w, "issued", "2026-0000002.json"))
			if err != nil {
				t.Fatal(err)
			}
			writeAll(t, filepath.Join(w, "issued", "2026-0000009.json"), bytes.ReplaceAll(data, []byte("2026-0000002"), []byte("2026-0000009")))
		}, nil, `^issued/2026-0000002\.json: shares its place`},
		{"a place in the list", change("issued/2026-0000002.json", edit(`"index":\d+`, `"index":7`)), nil, `^issued/2026-0000002\.json: list and index are 1 and 7, where serial 1 has its place`},
		{"a serial", change("issued/2026-0000002.json", edit(`"serial":1`, `"serial":5`)), nil, `^issued/2026-0000002\.json: list and index are .* where serial 5`},
		{"a day of issue", change("issued/2026-0000002.json", edit(`"issuedOn":"2026-11-02"`, `"issuedOn":"2026-11-01"`)), nil, `^issued/2026-0000002\.json: credential: issuedOn is "2026-11-02", where "2026-11-01" is due$`},
		{"an expiry", change("issued/2026-0000002.json", edit(`"expiresOn":"2029`, `"expiresOn":"2039`)), nil, `^issued/2026-0000002\.json: expiresOn is "2039-11-02", where "2029-11-02" is due$`},
		{"a session", change("issued/2026-0000002.json", edit(`"session":"[^"]*"`, `"session":"port-aux-anses-2026-09-22-02"`)), nil, `^issued/2026-0000002\.json: attests session port-aux-anses-2026-09-22-02, whose record is final, rejected by the rule too-few$`},
		{"a signature", change("issued/2026-0000002.json", func(s string) string {
			i := strings.Index(s, `"credential":"`) + len(`"credential":"`) + 200
			flip := byte('A')
			if s[i] == 'A' {
				flip = 'B'
			}
			return s[:i] + string(flip) + s[i+1:]
		}), nil, `^issued/2026-0000002\.json: credential: `},
		{"an access code", change("issued/2026-0000002.json", edit(`"code":"P-.....`, `"code":"P-00000`)), nil, `^issued/2026-0000002\.json: (code|locator)`},
		{"the hash of a form", change("issued/2026-0000002.json", edit(`"fr":"....`, `"fr":"0000`)), nil, `^issued/registry/../\w+: \(of 2026-0000002\) names "\w+" as the SHA-256 of the form fr`},
		{"two entries swapped", swap("issued/registry/{1}", "issued/registry/{2}"), nil, `^issued/registry/../\w{32}: \(of 2026-0000002\) `},
		{"an entry removed", remove("issued/registry/{2}"), nil, `^issued/registry/../\w{32}: \(of 2026-0000002\) .*no such file`},
		{"a sealed PDF removed", remove("issued/registry/{2}.fr"), nil, `^issued/registry/../\w{32}\.fr: \(of 2026-0000002\) .*no such file`},
		{"two sealed PDFs swapped", swap("issued/registry/{1}.fr", "issued/registry/{2}.fr"), []string{"-deep"}, `^issued/registry/../\w{32}\.fr: \(of 2026-0000002\) `},
		{"a readable copy", change("attestations/2026-0000002.fr.pdf", func(s string) string { return s + " " }), []string{"-deep"}, `^attestations/2026-0000002\.fr\.pdf: is not the PDF that was issued$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := filepath.Join(t.TempDir(), "w")
			if err := os.CopyFS(w, os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			c.alter(t, w)
			out, err := audited(w, append([]string{"audit"}, c.args...)...)
			if err == nil {
				t.Errorf("audit finds nothing:\n%s", out)
			}
			if !regexp.MustCompile(`(?m)` + c.want).MatchString(out) {
				t.Errorf("audit does not say %s:\n%s", c.want, out)
			}
			again, _ := audited(w, append([]string{"audit"}, c.args...)...)
			if again != out {
				t.Errorf("two runs differ:\n%s\n%s", out, again)
			}
		})
	}
}

// expand puts the place of the n-th attestation's entry in the registry for {n}.
func expand(t *testing.T, w, name string) string {
	t.Helper()
	for _, n := range []string{"1", "2"} {
		if !strings.Contains(name, "{"+n+"}") {
			continue
		}
		opened, err := openWorkspace(w)
		if err != nil {
			t.Fatal(err)
		}
		f, err := opened.issued("2026-000000" + n)
		if err != nil {
			t.Fatal(err)
		}
		name = strings.Replace(name, "{"+n+"}", f.Locator[:2]+"/"+f.Locator, 1)
	}
	return filepath.Join(w, filepath.FromSlash(name))
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
