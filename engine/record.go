package engine

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	recordSchema = "etalon-record/1"
	maxRecord    = 64 << 10 // bytes
)

// States of a record.
const (
	Proposed = "proposed" // what the table gives; the jury has not decided
	Final    = "final"    // after the jury's decision, for ever
)

// Record is the result of one session. Its JSON has the members below, sorted
// (package comment, "Record").
type Record struct {
	Bank         Ref               `json:"bank"`
	Candidate    Candidate         `json:"candidate"`
	Centre       string            `json:"centre"`
	Decision     *Ruling           `json:"decision,omitzero"` // nil in a proposed record
	Degraded     bool              `json:"degraded"`          // the result is the degraded one
	Framework    Ref               `json:"framework"`
	Language     string            `json:"language"` // of the session
	Log          LogRef            `json:"log"`
	MaxLevel     int               `json:"maxLevel"`             // the framework's highest level
	Neutralised  map[string]string `json:"neutralised,omitzero"` // items taken out for everyone, by id: SHA-256 of the decision's file; final records only
	Outcome      string            `json:"outcome"`              // Validated, Rejected or Cancelled
	Professional bool              `json:"professional"`
	Profile      *Ref              `json:"profile,omitzero"` // frozen; profile regime only
	Rate         *int              `json:"rate,omitzero"`    // right answers in 100; profile regime only, nil when too many were neutralised
	Regime       string            `json:"regime"`
	*Result                        // capacity, error, level, levels, pix, score; nil when too few questions were treated, or answered right
	Rule         string            `json:"rule"` // that gave the outcome: RuleFraud …
	Schema       string            `json:"schema"`
	Session      string            `json:"session"`
	SessionDate  string            `json:"sessionDate"` // day at the centre
	Specimen     bool              `json:"specimen"`    // the bank is made up
	State        string            `json:"state"`       // Proposed or Final
	Suspicion    bool              `json:"suspicion"`   // of fraud, noted in the room
	Treated      int               `json:"treated"`     // questions answered or passed in time, not neutralised in the room
}

// LogRef names the log that a record was computed from.
type LogRef struct {
	Events int    `json:"events"`
	SHA256 string `json:"sha256"` // hex, of the whole log
}

// Score replays the log of an ended session and returns the record that the
// table of validation gives: a proposal, which the jury's decision finalises.
func Score(name string, log []byte, b *Bank, f *Framework) (*Record, error) {
	s, err := replayEnded(name, log, b, f)
	if err != nil {
		return nil, err
	}
	return s.record(nil, nil), nil
}

func replayEnded(name string, log []byte, b *Bank, f *Framework) (*Session, error) {
	s, err := Replay(name, log, b, f)
	if err != nil {
		return nil, err
	}
	if s.ended == "" {
		return nil, eventError(name, s.events, "type", "is the last, and no end follows; the log was cut, or the session is still to be ended")
	}
	return s, nil
}

// record returns the record of an ended session, final if the jury ruled.
func (s *Session) record(ruling *Ruling, out []int) *Record {
	v := s.judge(ruling, out)
	o := &s.opening
	r := &Record{
		Bank: s.bank.ref(), Candidate: o.Candidate, Centre: o.Centre, Decision: ruling, Degraded: v.degraded,
		Framework: s.framework.ref(), Language: o.Language, Log: s.logRef(),
		MaxLevel: s.framework.MaxLevel, Outcome: ruleOutcomes[s.framework.Regime][v.rule], Rate: v.rate, Regime: s.framework.Regime,
		Result: v.result, Rule: v.rule, Schema: recordSchema, Session: o.Session, SessionDate: o.Date,
		Specimen: s.bank.Specimen, State: Proposed, Suspicion: s.suspicion, Treated: s.treated,
	}
	if ruling != nil {
		r.State = Final
	}
	if s.frozen != nil {
		r.Profile = &s.frozen.profile
	}
	least, from := s.framework.professionalScore, s.framework.professionalFrom
	r.Professional = r.Outcome == Validated && least > 0 && r.Score >= least && r.SessionDate >= from
	return r
}

func (s *Session) logRef() LogRef { return LogRef{s.events, sha256Hex(s.log)} }

// Encode returns the record's JSON in RFC 8785 form, without a line end.
func (r *Record) Encode() []byte { return canonical(r) }

// DecodeRecord decodes a record, which must be in the form that Encode gives,
// a line end after it allowed; name stands in its errors.
func DecodeRecord(name string, data []byte) (*Record, error) {
	d := document{name: name, data: data}
	r := new(Record)
	if err := d.decode(r, maxRecord); err != nil {
		return nil, err
	}
	if p, err := r.check(); err != nil {
		return nil, d.at(p, "%v", err)
	}
	if !bytes.Equal(bytes.TrimSuffix(data, []byte("\n")), r.Encode()) {
		return nil, d.at("", "is not in canonical form (RFC 8785), or lacks a member; score the session again")
	}
	return r, nil
}

// check returns the first member at fault and what is wrong with it.
func (r *Record) check() (jsontext.Pointer, error) {
	if r.Schema != recordSchema {
		return "/schema", fmt.Errorf("is %.40q; this program reads %s", r.Schema, recordSchema)
	}
	outcomes, ok := ruleOutcomes[r.Regime]
	if !ok {
		return "/regime", fmt.Errorf("is %.40q; this program reads records of the regimes %q and %q", r.Regime, regimeAdaptive, regimeProfile)
	}
	if err := checkID(r.Session); err != nil {
		return "/session", err
	}
	for _, ref := range []struct {
		at  jsontext.Pointer
		ref Ref
	}{{"/bank", r.Bank}, {"/framework", r.Framework}} {
		if field, err := ref.ref.check(); err != nil {
			return ref.at.AppendToken(field), err
		}
	}
	if !hashPattern.MatchString(r.Log.SHA256) {
		return "/log/sha256", fmt.Errorf("is not 64 lower-case hexadecimal digits")
	}
	if r.Log.Events < 3 || r.Log.Events > maxEvents {
		return "/log/events", fmt.Errorf("is %d; a log holds 3 to %d events", r.Log.Events, maxEvents)
	}
	if _, err := checkDate(r.SessionDate); err != nil {
		return "/sessionDate", err
	}
	if field, err := r.Candidate.check(r.Centre, r.SessionDate); err != nil {
		return jsontext.Pointer("/" + string(bytes.ReplaceAll([]byte(field), []byte("."), []byte("/")))), err
	}
	if !langPattern.MatchString(r.Language) {
		return "/language", fmt.Errorf("is %.40q; give a language code, as \"fr\"", r.Language)
	}
	if r.MaxLevel < 1 || r.MaxLevel > 8 {
		return "/maxLevel", fmt.Errorf("is %d; give 1 to 8", r.MaxLevel)
	}
	if r.Treated < 0 || r.Treated > maxEvents {
		return "/treated", fmt.Errorf("is %d; give a count of questions", r.Treated)
	}
	if outcome, ok := outcomes[r.Rule]; !ok {
		return "/rule", fmt.Errorf("is %.40q, which is no rule of the regime %q", r.Rule, r.Regime)
	} else if r.Outcome != outcome {
		return "/outcome", fmt.Errorf("is %.40q, where the rule %s gives %s", r.Outcome, r.Rule, outcome)
	}
	if p, err := r.checkResult(); err != nil {
		return p, err
	}
	special := r.checkMeasure
	if r.Regime == regimeProfile {
		special = r.checkProfile
	}
	if p, err := special(); err != nil {
		return p, err
	}
	return r.checkDecision()
}

// withoutResult lists the rules that give no result, and optionalResult those
// that say nothing about it.
var (
	withoutResult  = []string{RuleTooFew, RuleTooFewTechnical, RuleNeutralised, RuleLowRate}
	optionalResult = []string{RuleFraud, RuleCancelled}
)

// checkResult checks what the two regimes have in common.
func (r *Record) checkResult() (jsontext.Pointer, error) {
	without := slices.Contains(withoutResult, r.Rule)
	needed := !without && !slices.Contains(optionalResult, r.Rule)
	switch {
	case r.Result == nil && needed:
		return "/score", fmt.Errorf("is missing, though the rule %s gives a score", r.Rule)
	case r.Result == nil && r.Degraded:
		return "/degraded", fmt.Errorf("is true, though there is no score")
	case r.Result == nil && r.Professional:
		return "/professional", fmt.Errorf("is true, though there is no score")
	case r.Result == nil:
		return "", nil
	case without:
		return "/score", fmt.Errorf("is given, though the rule %s gives none", r.Rule)
	case (r.Score == 0) != (r.Rule == RuleScoreZero) && needed:
		return "/score", fmt.Errorf("is %d, which the rule %s does not give", r.Score, r.Rule)
	case r.Professional && r.Outcome != Validated:
		return "/professional", fmt.Errorf("is true, though the outcome is %s", r.Outcome)
	case r.Degraded && (r.Rule == RuleStopped || r.Rule == RuleAllTreated):
		return "/degraded", fmt.Errorf("is true, though the rule %s does not degrade", r.Rule)
	case !r.Degraded && r.Rule == RuleDegraded:
		return "/degraded", fmt.Errorf("is false, though the rule is %s", r.Rule)
	}
	most := 128 * r.MaxLevel
	if r.Regime == regimeAdaptive {
		most--
	}
	if r.Score < 0 || r.Score > most {
		return "/score", fmt.Errorf("is %d; give 0 to %d", r.Score, most)
	}
	for _, code := range competenceCodes {
		if l, ok := r.Levels[code]; !ok || l < 0 || l > r.MaxLevel {
			return "/levels", fmt.Errorf("gives no level from 0 to %d for competence %s", r.MaxLevel, code)
		}
	}
	if len(r.Levels) != len(competenceCodes) {
		return "/levels", fmt.Errorf("holds %d competences; give the 16 from 1.1 to 5.2", len(r.Levels))
	}
	return "", nil
}

// checkMeasure checks what only the adaptive regime has.
func (r *Record) checkMeasure() (jsontext.Pointer, error) {
	switch {
	case r.Profile != nil:
		return "/profile", fmt.Errorf("is given in a record of the regime %q, which has none", r.Regime)
	case r.Rate != nil:
		return "/rate", fmt.Errorf("is given in a record of the regime %q, which has none", r.Regime)
	case r.Result == nil:
		return "", nil
	case r.Pix != nil:
		return "/pix", fmt.Errorf("is given in a record of the regime %q, whose levels are estimates and worth no pix", r.Regime)
	case r.Measure == nil:
		return "/capacity", fmt.Errorf("is missing, though there is a score")
	case r.Level < 0 || r.Level > r.MaxLevel:
		return "/level", fmt.Errorf("is %d; give 0 to %d", r.Level, r.MaxLevel)
	}
	for _, v := range []struct {
		at    jsontext.Pointer
		value float64
	}{{"/capacity", r.Capacity}, {"/error", r.Error}} {
		if math.Abs(v.value) > 100 || fromBillionths(billionths(v.value)) != v.value {
			return v.at, fmt.Errorf("is %v; give a multiple of 1e-9 between -100 and 100", v.value)
		}
	}
	if r.Error < 0 {
		return "/error", fmt.Errorf("is %v, below 0", r.Error)
	}
	return "", nil
}

// checkProfile checks what only the profile regime has.
func (r *Record) checkProfile() (jsontext.Pointer, error) {
	if r.Profile == nil {
		return "/profile", fmt.Errorf("is missing from a record of the regime %q", r.Regime)
	}
	if field, err := r.Profile.check(); err != nil {
		return "/profile/" + jsontext.Pointer(field), err
	}
	switch {
	case r.Degraded:
		return "/degraded", fmt.Errorf("is true in a record of the regime %q, which degrades nothing", r.Regime)
	case r.Rate == nil && r.Rule != RuleNeutralised && !slices.Contains(optionalResult, r.Rule):
		return "/rate", fmt.Errorf("is missing, though the rule is %s", r.Rule)
	case r.Rate == nil && r.Result != nil:
		return "/rate", fmt.Errorf("is missing, though there is a score")
	case r.Rate != nil && (*r.Rate < 0 || *r.Rate > 100 || r.Rule == RuleNeutralised):
		return "/rate", fmt.Errorf("is %d, which the rule %s does not give", *r.Rate, r.Rule)
	case r.Rate != nil && (*r.Rate >= LeastRate) != (r.Result != nil):
		return "/rate", fmt.Errorf("is %d; there is a score from %d on", *r.Rate, LeastRate)
	case r.Result == nil:
		return "", nil
	case r.Measure != nil:
		return "/capacity", fmt.Errorf("or error or level is given in a record of the regime %q, which has none", r.Regime)
	case len(r.Pix) != len(competenceCodes):
		return "/pix", fmt.Errorf("holds %d competences; give the 16 from 1.1 to 5.2", len(r.Pix))
	}
	sum := 0
	for _, code := range competenceCodes {
		pix, ok := r.Pix[code]
		if !ok || pix < 0 || pix > 0 && pix < pixPerLevel || pix/pixPerLevel != r.Levels[code] {
			return "/pix", fmt.Errorf("gives %d for competence %s at level %d; a level is %d pix, and fewer are not certified", pix, code, r.Levels[code], pixPerLevel)
		}
		sum += pix
	}
	if sum != r.Score {
		return "/score", fmt.Errorf("is %d, where the pix make %d", r.Score, sum)
	}
	return "", nil
}

func (r *Record) checkDecision() (jsontext.Pointer, error) {
	if r.Neutralised != nil && (r.State != Final || len(r.Neutralised) == 0 || len(r.Neutralised) > maxNeutralised) {
		return "/neutralised", fmt.Errorf("holds %d items; a final record names 1 to %d or has no such member, a proposed one has none", len(r.Neutralised), maxNeutralised)
	}
	for item, hash := range r.Neutralised {
		if checkID(item) != nil || !hashPattern.MatchString(hash) {
			return "/neutralised", fmt.Errorf("holds %.80q: %.80q; give ids of items, and SHA-256 hashes in 64 lower-case hexadecimal digits", item, hash)
		}
	}
	byJury := map[string]string{RuleFraud: DecideFraud, RuleCancelled: DecideCancel}[r.Rule]
	switch {
	case r.State == Proposed && r.Decision != nil:
		return "/decision", fmt.Errorf("is given, though the record is only proposed")
	case r.State == Proposed && byJury != "":
		return "/rule", fmt.Errorf("is %s, which only a jury's decision gives", r.Rule)
	case r.State == Proposed:
		return "", nil
	case r.State != Final:
		return "/state", fmt.Errorf("is %.40q; give %s or %s", r.State, Proposed, Final)
	case r.Decision == nil:
		return "/decision", fmt.Errorf("is missing from a final record")
	}
	if field, err := r.Decision.check(); err != nil {
		return "/decision/" + jsontext.Pointer(field), err
	}
	d := r.Decision.Outcome
	if (d == DecideFraud || d == DecideCancel || byJury != "") && d != byJury {
		return "/rule", fmt.Errorf("is %s, which does not follow from the decision %s", r.Rule, d)
	}
	return "", nil
}
