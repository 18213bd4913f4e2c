package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/signing"
)

// laterDecision is one decision about an attestation after its issue, a file
// decisions/NUMBER.001.json, NUMBER.002.json, …, signed with a status key (its
// member "proof"). It is never changed, only followed by another.
type laterDecision struct {
	Action string `json:"action"` // what is done: see actions
	At     string `json:"at"`     // RFC 3339, UTC
	By     string `json:"by"`     // who decided
	Number string `json:"number"` // 2026-0000123
	Reason string `json:"reason"`
	Schema string `json:"schema"` // "etalon-later-decision/1"
}

const laterSchema = "etalon-later-decision/1"

// laterFile is the name of a later decision, without .json.
var laterFile = regexp.MustCompile(`^([0-9]{4}-[0-9]{7})\.([0-9]{3})$`)

// action is what a later decision can do.
type action string

const (
	revoke    action = "revoke"
	suspend   action = "suspend"
	reinstate action = "reinstate"
	supersede action = "supersede"
	erase     action = "erase"
)

// actions says from which status each action leads to which. Nothing follows a
// revocation. One who was suspended is cleared or revoked first: a corrected
// attestation must not end a suspension.
var actions = map[action]struct {
	from []signing.Status
	to   signing.Status
}{
	revoke:    {[]signing.Status{signing.Valid, signing.Suspended, signing.Superseded}, signing.Revoked},
	suspend:   {[]signing.Status{signing.Valid}, signing.Suspended},
	reinstate: {[]signing.Status{signing.Suspended}, signing.Valid},
	supersede: {[]signing.Status{signing.Valid}, signing.Superseded},
}

// life is what was decided about one attestation so far, at a given point of
// its history.
type life struct {
	changes []statusChange
	erased  time.Time // zero: it is not
}

// statusChange is one decision, read and checked.
type statusChange struct {
	at     time.Time
	action action
	status signing.Status // that holds from then on
}

// at is the status that holds at a given time.
func (l *life) at(at time.Time) signing.Status {
	status := signing.Valid
	for _, c := range l.changes {
		if !c.at.After(at) {
			status = c.status
		}
	}
	return status
}

// status is the present one, whatever the date.
func (l *life) status() signing.Status {
	if n := len(l.changes); n > 0 {
		return l.changes[n-1].status
	}
	return signing.Valid
}

// stands tells whether an attestation is neither revoked nor superseded. None
// was decided on with a nil life.
func (l *life) stands() bool {
	return l == nil || l.status() == signing.Valid || l.status() == signing.Suspended
}

// follow adds a decision, if it can follow the ones before it.
func (l *life) follow(act action, at time.Time) error {
	status := l.status()
	if n := len(l.changes); n > 0 && at.Before(l.changes[n-1].at) {
		return fmt.Errorf("a decision of %s cannot precede the last one, of %s", at.Format(time.RFC3339), l.changes[n-1].at.Format(time.RFC3339))
	}
	if act == erase {
		if !l.erased.IsZero() {
			return fmt.Errorf("was erased on %s already", l.erased.Format(time.DateOnly))
		}
		l.erased = at
	} else if step, ok := actions[act]; !ok {
		return fmt.Errorf("action %.20q is not one of revoke, suspend, reinstate, supersede and erase", act)
	} else if !slices.Contains(step.from, status) {
		return fmt.Errorf("is %v: it cannot become %v", status, step.to)
	} else {
		status = step.to
	}
	l.changes = append(l.changes, statusChange{at, act, status})
	return nil
}

func (e *env) decideLater(act action) func(context.Context, []string) error {
	return func(_ context.Context, args []string) error {
		d, err := e.decisionCommand(string(act), nil).open(args)
		if err != nil {
			return err
		}
		path, err := d.decide(d.number, act, d.why, d.by, d.at)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s: %v, decided %s in %s; publish to make it known.\n", d.number, actions[act].to, d.at.Format(time.DateOnly), path)
		return nil
	}
}

// decisionCommand is a command that decides about one attestation.
type decisionCommand struct {
	*command
	why, by *string
}

func (e *env) decisionCommand(name string, more func(*command)) *decisionCommand {
	c := e.command(name, "NUMBER")
	if more != nil {
		more(c)
	}
	return &decisionCommand{c,
		c.String("reason", "", "`text` kept with the decision (required); it outlives an erasure, so it names nobody"),
		c.String("by", "", "`name` of who decides"),
	}
}

// decider is what such a command works with.
type decider struct {
	*keyring
	number, why, by string
	at              time.Time
}

func (c *decisionCommand) open(args []string) (*decider, error) {
	rest, err := c.parse(args, 1)
	if err != nil {
		return nil, err
	}
	w, at, err := c.workspace()
	if err != nil {
		return nil, err
	}
	pass, err := c.passphrase()
	if err != nil {
		return nil, err
	}
	d := &decider{number: rest[0], why: *c.why, by: *c.by, at: at}
	if _, err := signing.ParseNumber(d.number); err != nil {
		return nil, withHint(err, "a number reads 2026-0000123")
	}
	if strings.TrimSpace(d.why) == "" {
		return nil, usagef("a decision needs its reason: -reason TEXT")
	}
	if err := checkFlags(map[string]string{"reason": d.why, "by": d.by}); err != nil {
		return nil, err
	}
	if _, err := w.issued(d.number); err != nil {
		return nil, err
	}
	d.keyring, err = w.keyring(pass)
	return d, err
}

// checkFlags refuses texts that could not stand in a decision.
func checkFlags(texts map[string]string) error {
	for _, name := range sortedKeys(texts) {
		if flaw := unclean(texts[name]); flaw != "" || len(texts[name]) > 500 {
			return usagef("-%s: at most 500 bytes of plain text %s", name, flaw)
		}
	}
	return nil
}

// decide signs and keeps a decision about one attestation, after checking that
// it can follow those before it.
func (k *keyring) decide(number string, act action, why, by string, at time.Time) (string, error) {
	if act != erase {
		if err := k.notClosed(); err != nil {
			return "", err
		}
	}
	lives, err := k.lives()
	if err != nil {
		return "", err
	}
	past := lives[number]
	if past == nil {
		past = new(life)
	}
	if err := past.follow(act, at); err != nil {
		return "", withHint(fmt.Errorf("%s %w", number, err), "'generator publish' shows the present status of every attestation")
	}
	if len(past.changes) > maxRulings {
		return "", fmt.Errorf("%s: %d decisions stand already, as many as there may be", number, maxRulings)
	}
	key, err := k.signer(signing.RoleStatus, at)
	if err != nil {
		return "", err
	}
	d := laterDecision{Action: string(act), At: at.Format(time.RFC3339), By: by, Number: number, Reason: why, Schema: laterSchema}
	data, err := signing.SignStatement(d, at, key)
	if err != nil {
		return "", err
	}
	path := k.laterPath(number, len(past.changes))
	return path, createFile(path, append(data, '\n'), 0o600)
}

// laterPath is where the n-th later decision about an attestation stands.
func (w *workspace) laterPath(number string, n int) string {
	return w.path("decisions", fmt.Sprintf("%s.%03d.json", number, n))
}

// lives reads and verifies every later decision of the workspace, by number.
func (k *keyring) lives() (map[string]*life, error) {
	list, err := k.laterNames()
	if err != nil {
		return nil, err
	}
	lives := make(map[string]*life)
	for _, name := range list {
		number, _, _ := strings.Cut(name, ".")
		past := lives[number]
		if past == nil {
			past = new(life)
			lives[number] = past
		}
		path := k.path("decisions", name+".json")
		if want := k.laterPath(number, len(past.changes)+1); want != path {
			return nil, withHint(fmt.Errorf("%s: %s is missing before it", path, want), "restore decisions/ from a backup")
		}
		d, err := k.laterDecision(path)
		if err != nil {
			return nil, err
		}
		at, err := d.check(number)
		if err == nil {
			err = past.follow(action(d.Action), at)
		}
		if err != nil {
			return nil, withHint(fmt.Errorf("%s: %w", path, err), "decisions are made with commands ('generator help'), not by hand")
		}
	}
	return lives, nil
}

// laterNames lists the files of later decisions, without .json: those of one
// attestation in their order. The others in the folder are the jury's.
func (w *workspace) laterNames() ([]string, error) {
	list, err := names(w.path("decisions"), ".json")
	return slices.DeleteFunc(list, func(name string) bool { return !laterFile.MatchString(name) }), err
}

// laterDecision reads a decision and verifies who signed it.
func (k *keyring) laterDecision(path string) (*laterDecision, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := signing.OpenStatement([]byte(strings.TrimSuffix(string(data), "\n")), k.manifest)
	if distrusted, ok := errors.AsType[*signing.DistrustedStatement](err); ok {
		return nil, withHint(fmt.Errorf("%s: %w", path, distrusted), "look through the decisions, then sign those that are yours again with 'generator countersign'")
	}
	if err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", path, err), "decisions are made with commands ('generator help'), not by hand; restore the file from a backup")
	}
	d := new(laterDecision)
	return d, decodeStrict(path, doc, d)
}

func (d *laterDecision) check(number string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, d.At)
	switch {
	case err != nil:
		return at, fmt.Errorf("at: %q is not an RFC 3339 time", d.At)
	case d.Schema != laterSchema:
		return at, fmt.Errorf("schema: %q where %q is expected", d.Schema, laterSchema)
	case d.Number != number:
		return at, fmt.Errorf("number: %q does not match the file's name", d.Number)
	}
	return at, nil
}
