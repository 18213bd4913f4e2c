package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"etalon/signing"
)

// statusDecision is one later decision about an issued attestation, a file
// decisions/NUMBER.001.json, NUMBER.002.json, …: never changed, only followed
// by another.
type statusDecision struct {
	At     string `json:"at"`     // RFC 3339, UTC
	By     string `json:"by"`     // who decided
	Number string `json:"number"` // 2026-0000123
	Reason string `json:"reason"`
	Schema string `json:"schema"` // "etalon-status-decision/1"
	Status string `json:"status"` // valid, revoked or suspended
}

const statusSchema = "etalon-status-decision/1"

// statusFile is the name of a status decision, without .json.
var statusFile = regexp.MustCompile(`^([0-9]{4}-[0-9]{7})\.([0-9]{3})$`)

// statuses are what a decision may say.
var statuses = map[string]signing.Status{
	signing.Valid.String():     signing.Valid,
	signing.Revoked.String():   signing.Revoked,
	signing.Suspended.String(): signing.Suspended,
}

// transitions says which status may follow which; nothing follows a
// revocation.
var transitions = map[signing.Status][]signing.Status{
	signing.Valid:     {signing.Revoked, signing.Suspended},
	signing.Suspended: {signing.Valid, signing.Revoked},
}

func (e *env) revoke(ctx context.Context, args []string) error {
	return e.decideStatus("revoke", signing.Revoked, args)
}

func (e *env) suspend(ctx context.Context, args []string) error {
	return e.decideStatus("suspend", signing.Suspended, args)
}

func (e *env) reinstate(ctx context.Context, args []string) error {
	return e.decideStatus("reinstate", signing.Valid, args)
}

func (e *env) decideStatus(name string, to signing.Status, args []string) error {
	c := e.command(name, "NUMBER")
	why := c.String("reason", "", "`text` kept with the decision (required)")
	by := c.String("by", "", "`name` of who decides")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	w, at, err := c.workspace()
	if err != nil {
		return err
	}
	path, err := w.decideStatus(rest[0], to, *why, *by, at)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s: %v, decided %s in %s; publish to make it known.\n", rest[0], to, at.Format(time.DateOnly), path)
	return nil
}

// decideStatus records a decision about one attestation, after checking that
// it exists and that the step is possible.
func (w *workspace) decideStatus(number string, to signing.Status, why, by string, at time.Time) (string, error) {
	if _, err := signing.ParseNumber(number); err != nil {
		return "", withHint(err, "a number reads 2026-0000123")
	}
	if strings.TrimSpace(why) == "" {
		return "", usagef("a decision needs its reason: -reason TEXT")
	}
	for field, text := range map[string]string{"reason": why, "by": by} {
		if flaw := unclean(text); flaw != "" || len(text) > 500 {
			return "", usagef("-%s: at most 500 bytes of plain text%s", field, flaw)
		}
	}
	if _, err := w.issued(number); err != nil {
		return "", err
	}
	history, err := w.statusHistory()
	if err != nil {
		return "", err
	}
	past := history[number]
	from := signing.Valid
	if n := len(past); n > 0 {
		last := past[n-1]
		from = last.status
		if at.Before(last.at) {
			return "", fmt.Errorf("%s: a decision of %s cannot precede the last one, of %s", number, at.Format(time.RFC3339), last.at.Format(time.RFC3339))
		}
	}
	if !allowed(from, to) {
		return "", withHint(fmt.Errorf("%s is %v: it cannot become %v", number, from, to), "'generator publish' shows the present status of every attestation")
	}
	data, err := encode(statusDecision{At: at.Format(time.RFC3339), By: by, Number: number, Reason: why, Schema: statusSchema, Status: to.String()})
	if err != nil {
		return "", err
	}
	path := w.path("decisions", fmt.Sprintf("%s.%03d.json", number, len(past)+1))
	return path, createFile(path, data, 0o600)
}

func allowed(from, to signing.Status) bool {
	for _, s := range transitions[from] {
		if s == to {
			return true
		}
	}
	return false
}

// statusChange is one decision, read and checked.
type statusChange struct {
	at     time.Time
	status signing.Status
}

// statusHistory reads every status decision of the workspace, by number, in
// order.
func (w *workspace) statusHistory() (map[string][]statusChange, error) {
	list, err := names(w.path("decisions"), ".json")
	if err != nil {
		return nil, err
	}
	history := make(map[string][]statusChange)
	for _, name := range list {
		m := statusFile.FindStringSubmatch(name)
		if m == nil {
			continue // the jury's
		}
		path := w.path("decisions", name+".json")
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		var d statusDecision
		if err := decodeStrict(path, data, &d); err != nil {
			return nil, err
		}
		fail := func(format string, args ...any) error {
			return withHint(fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)), "decisions are made with 'generator revoke', 'suspend' and 'reinstate', not by hand")
		}
		at, err := time.Parse(time.RFC3339, d.At)
		if err != nil {
			return nil, fail("at: %q is not an RFC 3339 time", d.At)
		}
		status, ok := statuses[d.Status]
		if !ok {
			return nil, fail("status: %q is not valid, revoked or suspended", d.Status)
		}
		past := history[m[1]]
		from := signing.Valid
		if n := len(past); n > 0 {
			from = past[n-1].status
		}
		switch {
		case d.Schema != statusSchema:
			return nil, fail("schema: %q where %q is expected", d.Schema, statusSchema)
		case d.Number != m[1]:
			return nil, fail("number: %q does not match the file's name", d.Number)
		case m[2] != fmt.Sprintf("%03d", len(past)+1):
			return nil, fail("decision %03d is missing before it", len(past)+1)
		case !allowed(from, status):
			return nil, fail("status: %v cannot become %v", from, status)
		case len(past) > 0 && at.Before(past[len(past)-1].at):
			return nil, fail("at: earlier than the decision before it")
		}
		history[m[1]] = append(past, statusChange{at, status})
	}
	return history, nil
}

// statusAt is the status that holds at a given time.
func statusAt(history []statusChange, at time.Time) signing.Status {
	status := signing.Valid
	for _, c := range history {
		if !c.at.After(at) {
			status = c.status
		}
	}
	return status
}
