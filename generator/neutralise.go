package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"etalon/engine"
)

// neutralise decides on an item for everyone: it is taken out of every session
// of its bank, or of those of some days, or put back. What that changes is told
// before it is decided (-n), and again with the decision.
func (e *env) neutralise(ctx context.Context, args []string) error {
	c := e.command("neutralise", "ITEM")
	bank := c.String("bank", "", "`id` of the item's bank (required)")
	by := c.String("by", "", "`name` of the jury that decides (required)")
	why := c.String("reason", "", "`text` kept with the decision (required)")
	from := c.String("from", "", "first `day` of the sessions it is about, instead of any")
	to := c.String("to", "", "last `day` of the sessions it is about, instead of any")
	undo := c.Bool("undo", false, "end what an earlier decision neutralised")
	dry := c.Bool("n", false, "only tell what would change; nothing is decided, -by and -reason may be left out")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	d := engine.ItemDecision{Bank: *bank, By: *by, From: *from, Item: rest[0], Outcome: engine.DecideNeutralise, Reason: *why, To: *to}
	if *undo {
		d.Outcome = engine.DecideRestore
	}
	if *dry {
		c.reads()
		for _, text := range []*string{&d.By, &d.Reason} {
			if *text == "" {
				*text = "not decided"
			}
		}
	}
	if err := checkItemFlags(&d); err != nil {
		return err
	}
	w, at, err := c.workspace()
	if err != nil {
		return err
	}
	d.At = timestamp(at)
	replay, err := w.replayer()
	if err != nil {
		return err
	}
	if err := replay.knows(d.Bank, d.Item); err != nil {
		return err
	}
	before, err := w.docket()
	if err != nil {
		return err
	}
	chains, err := w.itemChains(d.Bank)
	if err != nil {
		return err
	}
	if err := mayNeutralise(chains[d.Item], &d); err != nil {
		return err
	}
	decision, err := engine.NewItemDecision(d)
	if err != nil {
		return withHint(err, "correct the command and run it again; nothing was decided")
	}
	effect, err := w.effect(ctx, e, replay, before, decision)
	if err != nil {
		return err
	}
	if *dry {
		return effect.print(e.stdout, "Nothing was decided.")
	}
	path := w.itemPath(d.Bank, d.Item, len(chains[d.Item])+1)
	if err := createFile(path, decision.Encode(), 0o600); err != nil {
		return err
	}
	verb := "neutralised for everyone"
	if *undo {
		verb = "counts again"
	}
	return effect.print(e.stdout, fmt.Sprintf("%s of bank %s: %s, decided %s in %s; 'generator finalise' makes it so.", d.Item, d.Bank, verb, d.At[:10], path))
}

// checkItemFlags checks what the command line says of a decision on an item.
func checkItemFlags(d *engine.ItemDecision) error {
	for _, day := range []struct{ name, value string }{{"from", d.From}, {"to", d.To}} {
		if _, err := time.Parse(time.DateOnly, day.value); day.value != "" && err != nil {
			return usagef("-%s: %q is not a day, as 2026-09-14", day.name, day.value)
		}
	}
	switch {
	case d.Bank == "":
		return usagef("-bank: name the item's bank by its id")
	case strings.TrimSpace(d.By) == "":
		return usagef("a decision is somebody's: -by NAME")
	case strings.TrimSpace(d.Reason) == "":
		return usagef("a decision needs its reason: -reason TEXT")
	case d.Outcome == engine.DecideRestore && d.From+d.To != "":
		return usagef("-undo is about every session: it goes without -from and -to")
	case d.To != "" && d.To < d.From:
		return usagef("-to %s is before -from %s", d.To, d.From)
	}
	return checkFlags(map[string]string{"by": d.By, "reason": d.Reason})
}

// knows checks that a bank of that id has the item.
func (r *replayer) knows(bank, item string) error {
	found := false
	for _, b := range r.banks {
		if b.ID == bank {
			found = true
			if slices.ContainsFunc(b.Items, func(i engine.Item) bool { return i.ID == item }) {
				return nil
			}
		}
	}
	if !found {
		return withHint(fmt.Errorf("no file in banks/ is bank %.80q", bank), "the id is the member \"id\" of the bank, and stands in every record")
	}
	return withHint(fmt.Errorf("bank %s has no item %.80q", bank, item), "'generator explain' and the logs name the items that were put")
}

// mayNeutralise checks that a decision on an item can follow those before it,
// and ties it to them.
func mayNeutralise(past []*engine.ItemDecision, d *engine.ItemDecision) error {
	if len(past) == 0 {
		if d.Outcome == engine.DecideRestore {
			return fmt.Errorf("item %s of bank %s is not neutralised: nothing is to be undone", d.Item, d.Bank)
		}
		return nil
	}
	last := past[len(past)-1]
	switch {
	case len(past) == maxRulings:
		return fmt.Errorf("item %s: %d decisions stand already, as many as there may be", d.Item, maxRulings)
	case d.At < last.At:
		return fmt.Errorf("item %s: a decision of %s cannot precede the last one, of %s", d.Item, d.At, last.At)
	case d.Outcome == last.Outcome && d.Outcome == engine.DecideRestore:
		return fmt.Errorf("item %s of bank %s is not neutralised since %s: nothing is to be undone", d.Item, d.Bank, last.At[:10])
	case d.Outcome == last.Outcome && d.From == last.From && d.To == last.To:
		return fmt.Errorf("item %s of bank %s is neutralised since %s, for the same sessions", d.Item, d.Bank, last.At[:10])
	}
	d.Follows = last.SHA256
	return nil
}

// effect is what a decision on an item changes.
type effect struct {
	about  int // sessions of that bank and those days
	put    int // of these, that put the item
	final  int // of these, that have a decision: the others await the jury
	score  int // sessions whose score changes
	up     int // whose level goes up
	down   int
	moves  map[[2]string]int // outcomes that change, from and to
	change int               // sessions whose result changes, a level of one competence included
	issued int               // attestations whose result would not hold any more
	rows   []effectRow       // the first maxShown sessions that change, by name
}

type effectRow struct {
	session  string
	was, is  *engine.Record
	attested bool
}

// effect computes every session of the bank without the decision and with it.
func (w *workspace) effect(ctx context.Context, e *env, replay *replayer, before *docket, d *engine.ItemDecision) (*effect, error) {
	after := before.with(d)
	list, err := listFiles(w.path("records"), ".json")
	if err != nil {
		return nil, err
	}
	defer list.close()
	f := &effect{moves: make(map[[2]string]int)}
	bar := newProgress(e.stderr, "comparing", list.count)
	defer bar.end()
	var lock sync.Mutex
	var changed []string
	err = list.share(ctx, func(_ int, session string) error {
		c, err := w.compare(replay, before, after, session, d)
		lock.Lock()
		defer lock.Unlock()
		bar.step()
		if c == nil || err != nil {
			return err
		}
		if f.add(c) && c.was.State == engine.Final {
			changed = append(changed, c.session)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(changed)
	issued, err := w.standing(changed)
	if err != nil {
		return nil, err
	}
	f.issued = len(issued)
	for i := range f.rows {
		_, f.rows[i].attested = issued[f.rows[i].session]
	}
	return f, nil
}

// with is the docket once a decision on an item holds.
func (j *docket) with(d *engine.ItemDecision) *docket {
	after := &docket{workspace: j.workspace, later: j.later, items: make(map[string][]*engine.ItemDecision)}
	for bank, list := range j.items {
		after.items[bank] = slices.DeleteFunc(slices.Clone(list), func(o *engine.ItemDecision) bool { return o.Bank == d.Bank && o.Item == d.Item })
	}
	if d.Outcome == engine.DecideNeutralise {
		after.items[d.Bank] = append(after.items[d.Bank], d)
	}
	return after
}

// compared is a session under two dockets.
type compared struct {
	effectRow
	put bool
}

// compare returns nil for a session of another bank, or of other days than those
// that the decision, or the one it follows, is about.
func (w *workspace) compare(replay *replayer, before, after *docket, session string, d *engine.ItemDecision) (*compared, error) {
	r, err := w.record(session)
	if err != nil {
		return nil, err
	}
	if r.Bank.ID != d.Bank || !slices.ContainsFunc(slices.Concat(before.about(d.Bank), after.about(d.Bank)), func(o *engine.ItemDecision) bool {
		return o.Item == d.Item && o.About(r.Bank.ID, r.SessionDate)
	}) {
		return nil, nil
	}
	c := &compared{effectRow: effectRow{session: session}}
	path := w.path("sessions", session+".jsonl")
	log, err := readFile(path)
	if err != nil {
		return nil, err
	}
	// In the profile regime an item of the test can be taken out though it was
	// never put; in the other one, none that the log does not name.
	c.put = bytes.Contains(log, []byte(`"item":"`+d.Item+`"`))
	if !c.put && r.Profile == nil {
		return c, nil
	}
	bank, framework, err := replay.find(path, log)
	if err != nil {
		return nil, err
	}
	rule, err := before.ruling(session)
	if err != nil {
		return nil, err
	}
	under := func(k *docket) (*engine.Record, error) {
		if rule != nil {
			return r.Finalise(rule.Decision, path, log, bank, framework, k.about(bank.ID)...)
		}
		a, err := engine.Examine(path, log, bank, framework, k.about(bank.ID)...)
		if err != nil {
			return nil, err
		}
		return a.Proposal, nil
	}
	if c.was, err = under(before); err != nil {
		return nil, err
	}
	c.is, err = under(after)
	return c, err
}

// add counts a session, and tells whether its result changes.
func (f *effect) add(c *compared) bool {
	f.about++
	if c.put {
		f.put++
	}
	if c.was == nil {
		return false
	}
	if c.put && c.was.State == engine.Final {
		f.final++
	}
	if sameResult(c.was, c.is) {
		return false
	}
	f.change++
	if c.was.Outcome != c.is.Outcome {
		f.moves[[2]string{c.was.Outcome, c.is.Outcome}]++
	}
	if a, b := c.was, c.is; a.Result != nil && b.Result != nil {
		if a.Score != b.Score {
			f.score++
		}
		if a.Measure != nil && b.Measure != nil {
			f.up += btoi(b.Level > a.Level)
			f.down += btoi(b.Level < a.Level)
		}
	}
	i, _ := slices.BinarySearchFunc(f.rows, c.session, func(r effectRow, s string) int { return strings.Compare(r.session, s) })
	if i < maxShown {
		f.rows = slices.Insert(f.rows, i, c.effectRow)
		f.rows = f.rows[:min(len(f.rows), maxShown)]
	}
	return true
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// print tells what changes.
func (f *effect) print(out io.Writer, what string) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(f.rows) > 0 {
		fmt.Fprintln(t, "session\twas\tbecomes\tissued\tcompetences")
		for _, r := range f.rows {
			issued := "no"
			if r.attested {
				issued = "yes"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.session, resultText(r.was), resultText(r.is), issued, levelChanges(r.was, r.is))
		}
		if f.change > len(f.rows) {
			fmt.Fprintf(t, "… and %d more\n", f.change-len(f.rows))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d sessions of that bank and those days; %d put the item, of which %d have a decision of the jury.\n", f.about, f.put, f.final)
	fmt.Fprintf(out, "Scores that change: %d; levels that go up: %d, down: %d.\n", f.score, f.up, f.down)
	for _, from := range []string{engine.Validated, engine.Rejected, engine.Cancelled} {
		for _, to := range []string{engine.Validated, engine.Rejected, engine.Cancelled} {
			if n := f.moves[[2]string{from, to}]; n > 0 {
				fmt.Fprintf(out, "%d go from %s to %s.\n", n, from, to)
			}
		}
	}
	if f.issued > 0 {
		fmt.Fprintf(out, "%d of them have an attestation: finalise will tell what to do with each.\n", f.issued)
	}
	_, err := fmt.Fprintln(out, what)
	return err
}

// levelChanges names the competences whose level changes, with both levels.
// Where none does, and the score stays, what changes is the measure behind them.
func levelChanges(was, is *engine.Record) string {
	if was.Result == nil || is.Result == nil {
		return "–"
	}
	var changes []string
	for _, code := range slices.Sorted(maps.Keys(was.Levels)) {
		if a, b := was.Levels[code], is.Levels[code]; a != b {
			changes = append(changes, fmt.Sprintf("%s: %d to %d", code, a, b))
		}
	}
	if len(changes) == 0 {
		return "–"
	}
	return strings.Join(changes, ", ")
}
