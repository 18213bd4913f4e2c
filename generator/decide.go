package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"etalon/engine"
)

// outcomes are what the jury can decide on a session.
var outcomes = []string{engine.DecideAccept, engine.DecideDismiss, engine.DecideFraud, engine.DecideCancel, engine.DecideNeutralise}

// decideSession writes the jury's decision on one session: the first one, or one
// that takes the place of that which holds. A decision that finalise would
// refuse is never written, as it could not be taken back.
func (e *env) decideSession(_ context.Context, args []string) error {
	c := e.command("decide", "SESSION "+strings.Join(outcomes, "|"))
	by := c.String("by", "", "`name` of the jury that decides (required)")
	why := c.String("reason", "", "`text` kept with the decision (required); a candidate who obtains the certification can read it")
	kind := c.String("kind", "", "`kind` of fraud: "+strings.Join(engine.FraudKinds(), ", ")+" (required with fraud, allowed with dismiss)")
	items := c.String("items", "", "`ids` of the items to neutralise in this session, with commas between (required with neutralise)")
	rest, err := c.parse(args, 2)
	if err != nil {
		return err
	}
	d := &engine.Decision{Session: rest[0], Ruling: engine.Ruling{By: *by, Kind: *kind, Outcome: rest[1], Reason: *why}}
	if *items != "" {
		d.Items = strings.Split(*items, ",")
		for i, item := range d.Items {
			d.Items[i] = strings.TrimSpace(item)
		}
		slices.Sort(d.Items)
	}
	if err := checkSession(d.Session); err != nil {
		return usagef("%.80q is no session: %v", d.Session, err)
	}
	if err := checkRuling(d); err != nil {
		return err
	}
	w, at, err := c.workspace()
	if err != nil {
		return err
	}
	d.At = timestamp(at)
	r, err := w.record(d.Session)
	if errors.Is(err, fs.ErrNotExist) {
		return withHint(fmt.Errorf("no record of session %s: no %s", d.Session, w.path("records", d.Session+".json")), "the sessions are the file names in sessions/; score them first")
	}
	if err != nil {
		return err
	}
	k, err := w.docket()
	if err != nil {
		return err
	}
	past, err := k.rulings(d.Session)
	if err != nil {
		return err
	}
	if err := mayRule(r, past, d); err != nil {
		return err
	}
	replay, err := w.replayer()
	if err != nil {
		return err
	}
	final, err := k.final(replay, r, d)
	if err != nil {
		return withHint(err, "nothing was decided: correct the command and run it again")
	}
	path := w.rulingPath(d.Session, len(past)+1)
	if err := w.keepRuling(d, len(past)+1); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s: %s, decided %s in %s", d.Session, rulingText(&d.Ruling), d.At[:10], path)
	if n := len(past); n > 0 {
		fmt.Fprintf(e.stdout, ", in the place of %s of %s", rulingText(&past[n-1].Ruling), past[n-1].At[:10])
	}
	fmt.Fprintf(e.stdout, ".\nFrom %s to %s; 'generator finalise' makes it so.\n", describe(r), describe(final))
	return nil
}

// keepRuling writes the n-th decision on a session, once.
func (w *workspace) keepRuling(d *engine.Decision, n int) error {
	path := w.rulingPath(d.Session, n)
	data := append(d.Encode(), '\n')
	if _, err := engine.DecodeDecision(path, data); err != nil {
		return err
	}
	return createFile(path, data, 0o600)
}

// rulingText is a decision in a few words.
func rulingText(r *engine.Ruling) string {
	text := map[string]string{
		engine.DecideAccept: "accepted", engine.DecideDismiss: "suspicion dismissed", engine.DecideFraud: "fraud established",
		engine.DecideCancel: "cancelled", engine.DecideNeutralise: "neutralised " + strings.Join(r.Items, ", "),
	}[r.Outcome]
	if r.Kind != "" {
		text += " (" + r.Kind + ")"
	}
	return text
}

// describe is a record's outcome, state and result in a few words.
func describe(r *engine.Record) string {
	text := r.State + ", " + r.Outcome
	if r.Outcome == engine.Validated {
		text = fmt.Sprintf("%s: %s", text, resultText(r))
	}
	return text
}

// checkRuling checks what the command line says of a decision.
func checkRuling(d *engine.Decision) error {
	switch {
	case !slices.Contains(outcomes, d.Outcome):
		return usagef("%.40q is none of %s", d.Outcome, strings.Join(outcomes, ", "))
	case strings.TrimSpace(d.By) == "":
		return usagef("a decision is somebody's: -by NAME")
	case strings.TrimSpace(d.Reason) == "":
		return usagef("a decision needs its reason: -reason TEXT")
	case d.Outcome == engine.DecideFraud && d.Kind == "":
		return usagef("fraud is established with its kind: -kind, one of %s", strings.Join(engine.FraudKinds(), ", "))
	case d.Kind != "" && !slices.Contains(engine.FraudKinds(), d.Kind):
		return usagef("-kind: %.40q is none of %s", d.Kind, strings.Join(engine.FraudKinds(), ", "))
	case d.Kind != "" && d.Outcome != engine.DecideFraud && d.Outcome != engine.DecideDismiss:
		return usagef("-kind goes with fraud and dismiss, not with %s", d.Outcome)
	case (d.Items != nil) != (d.Outcome == engine.DecideNeutralise):
		return usagef("-items and neutralise go together")
	}
	return checkFlags(map[string]string{"by": d.By, "reason": d.Reason})
}

// mayRule checks that a decision on a session can follow those before it, and
// ties it to them.
func mayRule(r *engine.Record, past []*ruling, d *engine.Decision) error {
	dismissed := false
	for _, p := range past {
		dismissed = p.Outcome == engine.DecideDismiss || dismissed && p.Outcome != engine.DecideFraud
	}
	if r.Suspicion && !dismissed && (d.Outcome == engine.DecideAccept || d.Outcome == engine.DecideNeutralise) {
		return withHint(fmt.Errorf("session %s: a suspicion of fraud was noted in the room, and %s does not say what becomes of it", d.Session, d.Outcome),
			"decide 'fraud -kind KIND', or 'dismiss', after which items can be neutralised")
	}
	if len(past) == 0 {
		return nil
	}
	if len(past) == maxRulings {
		return fmt.Errorf("session %s: %d decisions stand already, as many as there may be", d.Session, maxRulings)
	}
	last := past[len(past)-1]
	if d.At < last.At {
		return fmt.Errorf("session %s: a decision of %s cannot precede the last one, of %s", d.Session, d.At, last.At)
	}
	if d.Outcome == last.Outcome && d.Kind == last.Kind && slices.Equal(d.Items, last.Items) {
		return withHint(fmt.Errorf("session %s: %s holds already, since %s", d.Session, rulingText(&last.Ruling), last.At[:10]), "it stands in %s; nothing is to be decided again", last.path)
	}
	d.Follows = last.sha256
	return nil
}
