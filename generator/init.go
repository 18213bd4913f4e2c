package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/testdata"
)

// folders are those of a workspace, in the order in which a session goes
// through them. What is about persons, and keys, is nobody else's to read.
var folders = []struct {
	name, about string
	private     bool
}{
	{"banks", "item banks, named by the logs that used them", false},
	{"frameworks", "the rules of a period, with their intervals", false},
	{"rooms", "who was enrolled, by room", true},
	{"sessions", "event logs, one a session", true},
	{"records", "results, proposed and then final", true},
	{"decisions", "what the jury decided", true},
	{"issued", "what was signed, once and for ever", true},
	{"keys", "the manifest, and the private keys", true},
}

// Sample data, by folder of the workspace.
var (
	sampleRules = map[string]string{
		"specimen/bank.json": "banks/specimen-2026.json", "specimen/adaptive-2022.json": "frameworks/adaptive-2022.json",
		"specimen/skills.json": "banks/specimen-skills-2026.json", "specimen/profile-2021.json": "frameworks/profile-2021.json",
	}
	sampleInbox = map[string]string{"specimen/inbox": "inbox", "specimen/profiles": "inbox/profiles"}
)

// layInbox lays what centres send: a table of candidates, the answers of one
// room, the logs of the others, profiles.
func layInbox(dir string) error {
	answers, err := testdata.FS.ReadFile("specimen/inbox/answers.csv")
	if err != nil {
		return err
	}
	logs, err := testdata.FS.ReadDir("specimen/sessions")
	if err != nil {
		return err
	}
	list := maps.Clone(sampleInbox)
	for _, entry := range logs {
		session := strings.TrimSuffix(entry.Name(), ".jsonl")
		if !bytes.Contains(answers, []byte("\n"+session+";")) {
			list["specimen/sessions/"+entry.Name()] = "inbox/logs/" + entry.Name()
		}
	}
	return layFiles(dir, list)
}

func (e *env) init(_ context.Context, args []string) error {
	c := e.flags("init", "DIR")
	config := Config{Schema: configSchema, Signatory: Signatory{Role: make(map[string]string)}}
	c.StringVar(&config.Issuer, "issuer", "", "`name` of the certifying body, printed on every attestation (required)")
	c.StringVar(&config.Address, "address", "", "`https://HOST` where public/ will be served (required)")
	c.StringVar(&config.Signatory.Name, "signatory", "", "`name` of who signs the attestations (required)")
	fr := c.String("role-fr", "Direction de la certification", "the signatory's `role`, in French")
	en := c.String("role-en", "Head of certification", "the signatory's `role`, in English")
	c.StringVar(&config.Language, "language", "fr", "`fr or en`: of minutes and letters, and first among the forms of an attestation")
	c.BoolVar(&config.Specimen, "specimen", false, "mark everything SPECIMEN, and lay the sample banks and frameworks")
	sample := c.Bool("sample", false, "lay tables and logs to try intake with, in inbox/ (with -specimen)")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	for _, name := range []string{"issuer", "address", "signatory"} {
		if !c.given(name) {
			return usagef("init needs -%s: 'generator init -h' lists what a workspace says of its body", name)
		}
	}
	if *sample && !config.Specimen {
		return usagef("-sample needs -specimen: made-up sessions never enter a real workspace")
	}
	config.Signatory.Role["fr"], config.Signatory.Role["en"] = *fr, *en
	texts := map[string]string{"issuer": config.Issuer, "signatory": config.Signatory.Name, "role-fr": *fr, "role-en": *en, "address": config.Address}
	if err := checkFlags(texts); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return usagef("%v", err)
	}
	dir := rest[0]
	if err := refuseFolder(dir); err != nil {
		return err
	}
	if err := layWorkspaceIn(dir, config, *sample); err != nil {
		return err
	}
	return e.showInit(dir, config, *sample)
}

// refuseFolder refuses to make a workspace where something is already.
func refuseFolder(dir string) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0:
		return nil
	case err != nil:
		return err
	}
	if _, err := os.Lstat(filepath.Join(dir, "etalon.json")); err == nil {
		return withHint(fmt.Errorf("%s is a workspace already", dir), "nothing was changed; 'generator status -w %s' shows it", dir)
	}
	return withHint(fmt.Errorf("%s is not empty", dir), "name a new folder")
}

// layWorkspaceIn makes the folders and puts the configuration last: a folder is
// a workspace from then on.
func layWorkspaceIn(dir string, config Config, sample bool) error {
	for _, f := range folders {
		mode := fs.FileMode(0o755)
		if f.private {
			mode = 0o700
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(dir, f.name), mode); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if config.Specimen {
		if err := layFiles(dir, sampleRules); err != nil {
			return err
		}
	}
	if sample {
		if err := layInbox(dir); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(config, json.Deterministic(true))
	if err != nil {
		return err
	}
	text := jsontext.Value(raw)
	if err := text.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	return createFile(filepath.Join(dir, "etalon.json"), append(text, '\n'), 0o644)
}

// layFiles copies files and folders of the sample data, named on the left, into
// dir.
func layFiles(dir string, list map[string]string) error {
	for _, from := range sortedKeys(list) {
		err := fs.WalkDir(testdata.FS, from, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := testdata.FS.ReadFile(name)
			if err != nil {
				return err
			}
			target := list[from] + strings.TrimPrefix(name, from)
			return createFile(filepath.Join(dir, filepath.FromSlash(target)), data, 0o600)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// showInit says what was made and what comes next.
func (e *env) showInit(dir string, config Config, sample bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Workspace %s, for %s at %s.\n\n", dir, config.Issuer, config.Address)
	for _, f := range folders {
		fmt.Fprintf(&b, "  %-12s %s\n", f.name+"/", f.about)
	}
	if sample {
		fmt.Fprintf(&b, "  %-12s %s\n", "inbox/", "sample tables and logs, as a centre sends them")
	}
	b.WriteString("\nNext:\n\n")
	if !config.Specimen {
		b.WriteString("  put the item banks into banks/ and the frameworks, with their intervals, into frameworks/\n")
	}
	fmt.Fprintf(&b, "  cd %s\n  generator keys init -root /media/offline\n", dir)
	if sample {
		b.WriteString("  generator intake -candidates inbox/candidates.csv -answers inbox/answers.csv -logs inbox/logs\n")
	} else {
		b.WriteString("  generator intake -candidates CANDIDATES.csv -logs DIR\n")
	}
	b.WriteString("  generator status\n")
	_, err := fmt.Fprint(e.stdout, b.String())
	return err
}
