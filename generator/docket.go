package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"etalon/engine"
)

// The jury's decisions stand in decisions/: the first one on a session is
// SESSION.json, those that take its place are SESSION.002.json, SESSION.003.json
// …; those on an item, for everyone, are items/BANK/ITEM.001.json,
// ITEM.002.json …. None is ever changed: each later one holds the SHA-256 of
// the file before it, and the last alone holds.

// laterRuling is the name of a later decision on a session, without .json.
var laterRuling = regexp.MustCompile(`^(.+)\.([0-9]{3})$`)

// maxRulings is how many decisions there may be on one session, item or
// attestation: as many as three digits of a file name count.
const maxRulings = 999

// checkSession refuses a name that a session cannot have in a workspace: it is a
// file name, beside those of later decisions on sessions and attestations.
func checkSession(session string) error {
	if !sessionName.MatchString(session) {
		return errors.New("use letters, digits, dots, hyphens and underscores, at most 64")
	}
	if laterRuling.MatchString(session) {
		return errors.New("a name that ends in a dot and three digits is kept for later decisions: give the session another one")
	}
	if attestationName.MatchString(session) {
		return errors.New("that is the form of an attestation's number: give the session another name")
	}
	return nil
}

// attestationName is the form of an attestation's number.
var attestationName = regexp.MustCompile(`^[0-9]{4}-[0-9]{7}$`)

// docket knows the decisions that hold.
type docket struct {
	*workspace
	later map[string]int                    // sessions with later decisions: how many
	items map[string][]*engine.ItemDecision // on items, those that hold, by bank; in the order of items
}

// ruling is the decision that holds on a session.
type ruling struct {
	*engine.Decision
	path   string
	sha256 string // of the file
	number int    // from 1
}

// docket reads decisions/, but for the first decisions on sessions, which are read
// as they are needed.
func (w *workspace) docket() (*docket, error) {
	j := &docket{workspace: w, later: make(map[string]int), items: make(map[string][]*engine.ItemDecision)}
	err := eachName(w.path("decisions"), ".json", func(name string) error {
		if m := laterRuling.FindStringSubmatch(name); m != nil && !laterFile.MatchString(name) {
			j.later[m[1]]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	folders, err := os.ReadDir(w.path("decisions", "items"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		chains, err := w.itemChains(folder.Name())
		if err != nil {
			return nil, err
		}
		for _, item := range sortedKeys(chains) {
			if d := chains[item][len(chains[item])-1]; d.Outcome == engine.DecideNeutralise {
				j.items[folder.Name()] = append(j.items[folder.Name()], d)
			}
		}
	}
	return j, nil
}

// rulingPath is where the n-th decision on a session stands.
func (w *workspace) rulingPath(session string, n int) string {
	if n == 1 {
		return w.path("decisions", session+".json")
	}
	return w.path("decisions", fmt.Sprintf("%s.%03d.json", session, n))
}

// ruling returns the decision that holds on a session, or nil while there is
// none.
func (j *docket) ruling(session string) (*ruling, error) {
	all, err := j.rulings(session)
	if len(all) == 0 || err != nil {
		return nil, err
	}
	return all[len(all)-1], nil
}

// rulings returns every decision on a session, in their order.
func (j *docket) rulings(session string) ([]*ruling, error) {
	var all []*ruling
	more := j.later[session]
	for n := 1; n == 1 || n <= more+1; n++ {
		r := &ruling{path: j.rulingPath(session, n), number: n}
		data, err := readFile(r.path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && n == 1 && more == 0:
			return nil, nil
		case errors.Is(err, fs.ErrNotExist):
			return nil, missing(r.path)
		case err != nil:
			return nil, err
		}
		if r.Decision, err = engine.DecodeDecision(r.path, data); err != nil {
			return nil, err
		}
		if r.Session != session {
			return nil, withHint(fmt.Errorf("%s: field session: %q does not match the file's name", r.path, r.Session), "decisions are made with 'generator decide', not by hand")
		}
		r.sha256 = hexSum(data)
		var last *chained
		if n > 1 {
			last = &chained{at: all[n-2].At, sha256: all[n-2].sha256}
		}
		if err := follows(r.path, &chained{r.At, r.Follows, ""}, last); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// itemChains reads every decision on the items of a bank, by item in their
// order.
func (w *workspace) itemChains(bank string) (map[string][]*engine.ItemDecision, error) {
	dir := w.path("decisions", "items", bank)
	list, err := names(dir, ".json")
	if err != nil {
		return nil, err
	}
	chains := make(map[string][]*engine.ItemDecision)
	for _, name := range list {
		path := filepath.Join(dir, name+".json")
		m := laterRuling.FindStringSubmatch(name)
		if m == nil {
			return nil, withHint(fmt.Errorf("%s: not the name of a decision on an item", path), "decisions on items are made with 'generator neutralise', not by hand")
		}
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		d, err := engine.DecodeItemDecision(path, data)
		if err != nil {
			return nil, err
		}
		if d.Bank != bank || d.Item != m[1] {
			return nil, withHint(fmt.Errorf("%s: bank %q and item %q do not match the file's place", path, d.Bank, d.Item), "decisions on items are made with 'generator neutralise', not by hand")
		}
		chain := chains[d.Item]
		if due := w.itemPath(bank, d.Item, len(chain)+1); due != path {
			return nil, missing(due)
		}
		var last *chained
		if n := len(chain); n > 0 {
			last = &chained{at: chain[n-1].At, sha256: chain[n-1].SHA256}
		}
		if err := follows(path, &chained{d.At, d.Follows, ""}, last); err != nil {
			return nil, err
		}
		chains[d.Item] = append(chain, d)
	}
	return chains, nil
}

// itemPath is where the n-th decision on an item stands.
func (w *workspace) itemPath(bank, item string, n int) string {
	return w.path("decisions", "items", bank, fmt.Sprintf("%s.%03d.json", item, n))
}

// chained is what ties a decision to the one before it.
type chained struct{ at, follows, sha256 string }

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// follows checks that a decision follows another one, or none.
func follows(path string, d, last *chained) error {
	switch {
	case last == nil && d.follows == "":
		return nil
	case last == nil:
		return withHint(fmt.Errorf("%s: field follows: given in the first decision, which follows none", path), "restore decisions/ from a backup")
	case d.follows != last.sha256:
		return withHint(fmt.Errorf("%s: field follows: not the SHA-256 of the decision before it, %s", path, last.sha256), "one of the two was edited: restore decisions/ from a backup")
	case d.at < last.at:
		return withHint(fmt.Errorf("%s: field at: %s is before the decision that it follows, of %s", path, d.at, last.at), "restore decisions/ from a backup")
	}
	return nil
}

// final returns the record that a decision on a session makes final, with those
// on items.
func (j *docket) final(replay *replayer, r *engine.Record, d *engine.Decision) (*engine.Record, error) {
	path := j.path("sessions", r.Session+".jsonl")
	log, bank, framework, err := replay.open(path)
	if err != nil {
		return nil, err
	}
	return r.Finalise(d, path, log, bank, framework, j.about(bank.ID)...)
}

// attested returns the record that a session's log gives with the very decisions
// that then, a final record of it, names: those that held when it was issued.
func (j *docket) attested(replay *replayer, then *engine.Record) (*engine.Record, error) {
	path := j.path("sessions", then.Session+".jsonl")
	log, bank, framework, err := replay.open(path)
	if err != nil {
		return nil, err
	}
	d, items, err := j.decisionsOf(then, bank.ID)
	if err != nil {
		return nil, err
	}
	proposal, err := engine.Score(path, log, bank, framework)
	if err != nil {
		return nil, err
	}
	return proposal.Finalise(d, path, log, bank, framework, items...)
}

// decisionsOf finds the decisions that a final record of a session names: the
// jury's on it, and those on items of the bank, whether they still hold or not.
func (j *docket) decisionsOf(then *engine.Record, bank string) (*engine.Decision, []*engine.ItemDecision, error) {
	rulings, err := j.rulings(then.Session)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(rulings, func(r *ruling) bool { return then.Decision != nil && r.Same(then.Decision) })
	if i < 0 {
		return nil, nil, fmt.Errorf("the decision it was issued by is none of those on session %s in decisions/", then.Session)
	}
	if len(then.Neutralised) == 0 {
		return rulings[i].Decision, nil, nil
	}
	chains, err := j.itemChains(bank)
	if err != nil {
		return nil, nil, err
	}
	var items []*engine.ItemDecision
	for _, item := range sortedKeys(then.Neutralised) {
		k := slices.IndexFunc(chains[item], func(d *engine.ItemDecision) bool { return d.SHA256 == then.Neutralised[item] })
		if k < 0 {
			return nil, nil, fmt.Errorf("the decision that took item %s out is none of those in decisions/items/%s", item, bank)
		}
		items = append(items, chains[item][k])
	}
	return rulings[i].Decision, items, nil
}

func missing(path string) error {
	return withHint(fmt.Errorf("%s is missing", path), "decisions are never removed: restore decisions/ from a backup")
}

// about returns the decisions on items that are about the sessions of a bank.
func (j *docket) about(bank string) []*engine.ItemDecision { return j.items[bank] }

// holds returns every decision on an item that holds, by bank and item.
func (j *docket) holds() []*engine.ItemDecision {
	var all []*engine.ItemDecision
	for _, list := range j.items {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *engine.ItemDecision) int {
		return cmp.Or(strings.Compare(a.Bank, b.Bank), strings.Compare(a.Item, b.Item))
	})
	return all
}
