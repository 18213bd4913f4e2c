package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var updateGuide = flag.Bool("update-guide", false, "write what the commands of GUIDE.md really answer into it")

// A step of the guide is one command of a block ```console, as it is pasted,
// and what is shown under it.
type step struct {
	line    int // in the guide
	command string
	shown   string
}

// guideSteps reads the guide. A line that begins with "$ " begins a command;
// the lines after it belong to it as long as each ends in a backslash, or, when
// it opens a here-document <<'END', up to the line END.
func guideSteps(text string) (steps []step, err error) {
	inside, lines := false, strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case strings.HasPrefix(line, "```"):
			inside = !inside && strings.TrimSpace(line) == "```console"
		case !inside:
		case strings.HasPrefix(line, "$ "):
			s := step{line: i + 1, command: line[2:]}
			for i+1 < len(lines) && strings.HasSuffix(lines[i], "\\\n") {
				i++
				s.command += lines[i]
			}
			if strings.Contains(line, "<<'END'") {
				for !strings.HasSuffix(s.command, "\nEND\n") {
					if i++; i >= len(lines) {
						return nil, fmt.Errorf("line %d: no END", s.line)
					}
					s.command += lines[i]
				}
			}
			steps = append(steps, s)
		case len(steps) == 0:
			return nil, fmt.Errorf("line %d: output without a command", i+1)
		default:
			steps[len(steps)-1].shown += line
		}
	}
	return steps, nil
}

// What differs from one run of the guide to the next, by its nature.
var guideVaries = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`\bP(-[0-9A-HJKMNP-TV-Z]{5}){4}-[0-9A-Z*~$=U]`), "an access code"},
	{regexp.MustCompile(`\bz6Mk[1-9A-HJ-NP-Za-km-z]{44}\b`), "a public key"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "a hash"},
	{regexp.MustCompile(`\b[0-9a-f]{32}\b`), "a locator"},
	{regexp.MustCompile(`\b[0-9a-f]{8}\b`), "the short name of a key"},
	{regexp.MustCompile(`\blist 1, place \d+`), "a place in the list"},
	{regexp.MustCompile(`\bprocess \d+ on \S+\)`), "a process"},
	{regexp.MustCompile(`since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "the hour"},
}

func withoutChance(text string) string {
	for _, v := range guideVaries {
		text = v.pattern.ReplaceAllString(text, "<"+v.name+">")
	}
	return text
}

// TestGuide does what GUIDE.md says, as a new user would: every command of it,
// in order, pasted into one shell in an empty folder, with the programs that
// its first command builds. Each answer must be the one shown.
func TestGuide(t *testing.T) {
	if len(leftOut) > 0 {
		return // under the race detector; the guide is for programs built without it
	}
	t.Parallel()
	const marker = "@@ step"
	data, err := os.ReadFile("GUIDE.md")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := guideSteps(string(data))
	if err != nil || len(steps) < 20 {
		t.Fatalf("%d steps: %v", len(steps), err)
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("skipped: no bash to paste into")
	}
	home := t.TempDir()
	clone, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&script, "%s\necho \"%s %d $?\"\n", strings.TrimSuffix(s.command, "\n"), marker, i)
	}
	pasted := filepath.Join(t.TempDir(), "pasted")
	if err := os.WriteFile(pasted, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(shell, "--norc", pasted)
	cmd.Dir = clone
	cmd.Env = append(os.Environ(), "HOME="+home, "LC_ALL=C.UTF-8", "TZ=UTC", "ETALON_PASSPHRASE=",
		"GOPATH="+goEnv(t, "GOPATH"), "GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	rest, answers := out.String(), make([]string, len(steps))
	for i, s := range steps {
		answer, after, ok := strings.Cut(rest, fmt.Sprintf("%s %d ", marker, i))
		if !ok {
			t.Fatalf("GUIDE.md:%d: the shell ended:\n%s", s.line, rest)
		}
		code, after, _ := strings.Cut(after, "\n")
		rest, answers[i] = after, strings.ReplaceAll(answer, home, "/home/operator")
		// A verdict other than valid is told by the status too, as is a
		// difference, and neither is an error.
		tells := strings.HasPrefix(s.command, "verifier check") || strings.HasPrefix(s.command, "diff ")
		if refused := strings.Contains(answers[i], ": error: "); refused == (code == "0") && !tells {
			t.Errorf("GUIDE.md:%d: exit status %s of %s", s.line, code, s.command)
		}
		if strings.TrimSpace(withoutChance(answers[i])) != strings.TrimSpace(withoutChance(s.shown)) && !*updateGuide {
			t.Errorf("GUIDE.md:%d: %s\nanswers\n%s\nnot, as shown,\n%s", s.line, s.command, answers[i], s.shown)
		}
	}
	if *updateGuide {
		if err := os.WriteFile("GUIDE.md", []byte(updatedGuide(string(data), steps, answers)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// updatedGuide puts the answers in the place of what was shown; where they
// differ by chance only, what was shown stays.
func updatedGuide(text string, steps []step, answers []string) string {
	var b strings.Builder
	for i, s := range steps {
		before, after, _ := strings.Cut(text, "$ "+s.command+s.shown)
		answer := answers[i]
		if withoutChance(answer) == withoutChance(s.shown) {
			answer = s.shown
		}
		b.WriteString(before + "$ " + s.command + answer)
		text = after
	}
	return b.String() + text
}
