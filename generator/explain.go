package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/explain"
	"etalon/signing"
)

// explain tells how a result came about, from log, bank, framework and
// decisions alone, and compares it with what stands in the workspace.
func (e *env) explain(ctx context.Context, args []string) error {
	c := e.command("explain", "NUMBER or SESSION").reads()
	out := c.String("out", "", "`file` for a page that stands alone, instead of text")
	svg := c.String("svg", "", "`file` for the curve of capacity and error alone")
	asJSON := c.Bool("json", false, "write everything as JSON")
	lang := c.String("lang", "", "`language`, fr or en (default the workspace's)")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if *lang != "" && *lang != "fr" && *lang != "en" {
		return usagef("-lang %q is neither fr nor en", *lang)
	}
	if *asJSON && (*out != "" || *svg != "") {
		return usagef("-json goes without -out and -svg")
	}
	w, _, err := c.workspace()
	if err != nil {
		return err
	}
	if *lang == "" {
		*lang = w.config.language()
	}
	pass, err := c.passphrase()
	if err != nil {
		return err
	}
	r, err := w.explanation(ctx, rest[0], pass)
	if err != nil {
		return err
	}
	switch {
	case *asJSON:
		data, err := r.JSON()
		if err != nil {
			return err
		}
		_, err = e.stdout.Write(data)
		return err
	case *out == "" && *svg == "":
		return r.Text(e.stdout, content.Lang(*lang))
	}
	files := map[string][]byte{}
	if *out != "" {
		files[*out] = r.HTML(content.Lang(*lang))
	}
	if *svg != "" {
		if files[*svg] = r.SVG(content.Lang(*lang)); files[*svg] == nil {
			return fmt.Errorf("session %s is of the profile regime, which measures no capacity: there is no curve", r.Record.Session)
		}
	}
	for _, name := range sortedKeys(files) {
		if err := writeFile(name, files[name], 0o600); err != nil {
			return err
		}
	}
	same := "identical to what was recorded and issued"
	if !r.Identical() {
		same = "NOT what was recorded or issued"
	}
	_, err = fmt.Fprintf(e.stdout, "session %s explained in %s: %s\n", r.Record.Session, strings.Join(sortedKeys(files), " and "), same)
	return err
}

// explanation makes the report on one result: that of a session as it stands, or
// that which an attestation states, with the decisions of its time.
func (w *workspace) explanation(ctx context.Context, name, pass string) (*explain.Report, error) {
	a := &auditor{workspace: w, faults: faults{most: 200}}
	if err := a.prepare(pass); err != nil {
		return nil, err
	}
	paper, err := a.paperOf(ctx, name)
	if err != nil {
		return nil, err
	}
	session := name
	if paper != nil {
		session = paper.Session
	}
	path := w.path("sessions", session+".jsonl")
	log, bank, framework, err := a.replay.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("no session %s in this workspace: no %s", session, path), "the sessions are the file names in sessions/, the numbers those in issued/")
	}
	if err != nil {
		return nil, err
	}
	ruling, err := a.docket.ruling(session)
	if err != nil {
		return nil, err
	}
	var d *engine.Decision
	if ruling != nil {
		d = ruling.Decision
	}
	x, err := engine.Explain(path, log, bank, framework, d, a.docket.about(bank.ID)...)
	if err != nil {
		return nil, err
	}
	r := &explain.Report{Explanation: x, Referential: a.referential, Rules: framework}
	if err := a.compareRecord(r, session); err != nil {
		return nil, err
	}
	if paper == nil {
		return r, nil
	}
	a.comparePaper(r, paper)
	if then := a.sealedRecord(paper); name == paper.Number && then != nil && !then.SameDecisions(x.Record) {
		d, items, err := a.docket.decisionsOf(then, bank.ID)
		if err != nil {
			return nil, withHint(fmt.Errorf("attestation %s: %w", name, err), "decisions are never removed: restore decisions/ from a backup; 'generator explain %s' explains what stands now", session)
		}
		if r.Explanation, err = engine.Explain(path, log, bank, framework, d, items...); err != nil {
			return nil, err
		}
		r.Since = &explain.Since{Record: x.Record, Same: sameResult(r.Record, x.Record)}
		last, err := a.paperOf(ctx, session)
		if err != nil {
			return nil, err
		}
		if last.Number != paper.Number && last.Erased == nil {
			r.Since.Number = last.Number
		}
	}
	return r, nil
}

// sealedRecord is the record that was sealed with an attestation, nil where it
// cannot be read: its comparison tells why.
func (a *auditor) sealedRecord(f *issuedFile) *engine.Record {
	if f.Erased != nil {
		return nil
	}
	_, entry := a.entry("issued/"+f.Number+".json", f)
	if entry == nil {
		return nil
	}
	r, err := engine.DecodeRecord("record", entry.Record)
	if err != nil {
		return nil
	}
	return r
}

// compareRecord sets the record in records/ against the one made anew.
func (a *auditor) compareRecord(r *explain.Report, session string) error {
	name := "records/" + session + ".json"
	have, err := a.record(session)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // score has not run
	}
	c := explain.Comparison{With: name}
	if err != nil {
		c.Differences = []string{a.plain(err)}
		r.Compared = append(r.Compared, c)
		return nil
	}
	want := r.Record
	if have.State == engine.Proposed {
		want = r.Proposed
		c.With += " (" + engine.Proposed + ")"
	}
	list, err := differences(want.Encode(), have.Encode())
	for _, d := range list {
		c.Differences = append(c.Differences, d.String())
	}
	r.Compared = append(r.Compared, c)
	return err
}

// comparePaper sets what was signed and sealed against the record made anew.
func (a *auditor) comparePaper(r *explain.Report, f *issuedFile) {
	status := signing.Valid
	if l := a.lives[f.Number]; l != nil {
		status = l.status()
	}
	r.Paper = &explain.Paper{Number: f.Number, IssuedOn: f.IssuedOn, ExpiresOn: f.ExpiresOn, Status: status.String()}
	if f.Erased != nil {
		r.Paper.Status = "erased"
		return
	}
	name := "issued/" + f.Number + ".json"
	a.deep, a.given = true, r.Record
	a.paper(name, f)
	a.faults.cut()
	c := explain.Comparison{With: "attestation " + f.Number}
	for _, fault := range a.faults.list {
		c.Differences = append(c.Differences, fault.file+": "+fault.what)
	}
	r.Compared = append(r.Compared, c)
}

// paperOf finds the attestation of that number, or the last of that session; nil
// when the session has none.
func (a *auditor) paperOf(ctx context.Context, name string) (*issuedFile, error) {
	if _, err := signing.ParseNumber(name); err == nil {
		return a.issued(name)
	}
	if err := checkSession(name); err != nil {
		return nil, usagef("%q is neither the number of an attestation, as 2026-0000123, nor a session: %v", name, err)
	}
	if _, err := os.Stat(a.path("sessions", name+".jsonl")); err != nil || a.keys == nil {
		return nil, nil
	}
	var lock sync.Mutex
	var found *issuedFile
	err := survey(ctx, a.path("issued"), ".json", func(_ int, number string) error {
		if _, err := signing.ParseNumber(number); err != nil {
			return nil
		}
		f, err := a.issued(number)
		if err != nil || f.Session != name {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		if found == nil || found.Number < f.Number {
			found = f
		}
		return nil
	})
	return found, err
}
