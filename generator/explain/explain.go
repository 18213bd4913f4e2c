// Package explain tells a person how a result came about: from an
// engine.Explanation it makes a text for a terminal, at most 100 columns wide, a
// page that stands alone, and the curve of capacity and error as SVG, in French
// or in English.
//
// It names the session and the attestation, never the candidate: what is
// explained is the measure. Only the remarks of the room are shown as they were
// typed. Times are UTC, as in the log.
//
// Numbers are exact where the rules are: bounds of intervals, the score before
// it is cut to a whole number (as far as six decimals show it), fractions of pix.
package explain

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
)

// Report is what is told.
type Report struct {
	*engine.Explanation
	Referential *content.Referential
	Rules       *engine.Framework // that the session was held under
	Paper       *Paper            // nil when no attestation was issued
	Compared    []Comparison
	Since       *Since // nil when the decisions explained are those that hold
}

// Since is what stands now, where the jury decided again after the attestation
// that is explained was issued.
type Since struct {
	Record *engine.Record
	Same   bool   // its result is the one attested
	Number string // of the attestation that states it; "" for none
}

// Paper is the attestation of a result.
type Paper struct {
	Number    string `json:"number"`
	IssuedOn  string `json:"issuedOn"`
	ExpiresOn string `json:"expiresOn"`
	Status    string `json:"status"` // valid, revoked …, or erased: then there are no dates
}

// Comparison is what was set against the result computed anew.
type Comparison struct {
	With        string   `json:"with"` // file, or attestation
	Differences []string `json:"differences"`
}

// Identical tells that nothing that was compared differs.
func (r *Report) Identical() bool {
	for _, c := range r.Compared {
		if len(c.Differences) > 0 {
			return false
		}
	}
	return true
}

// profile tells a session of the regime that confirms a profile.
func (r *Report) profile() bool { return r.Initial == nil }

// competence names a competence.
func (r *Report) competence(code string, lang content.Lang) string {
	return r.Referential.Competence(code).Title.In(lang)
}

// theme names a theme.
func (r *Report) theme(it *engine.Item, lang content.Lang) string {
	for _, t := range r.Referential.Competence(it.Competence).Themes {
		if t.ID == it.Theme {
			return t.Title.In(lang)
		}
	}
	return it.Theme
}

// fixed writes a number with so many decimals and a true minus.
func fixed(x float64, decimals int) string {
	s := fmt.Sprintf("%.*f", decimals, x)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// sign puts a true minus before an exact decimal.
func sign(decimal string) string { return strings.Replace(decimal, "-", "−", 1) }

// full writes a capacity as records hold it.
func full(x float64) string {
	return sign(strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.9f", x), "0"), "."))
}

// cut writes an exact fraction as far as six decimals, never rounded up.
func cut(fraction string) string {
	x, ok := new(big.Rat).SetString(fraction)
	if !ok {
		return fraction
	}
	const decimals = 1_000_000
	n := new(big.Int).Mul(x.Num(), big.NewInt(decimals))
	q, rest := n.QuoRem(n, x.Denom(), new(big.Int))
	s := new(big.Rat).SetFrac(q, big.NewInt(decimals)).FloatString(6)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "" {
		s = "0"
	}
	if rest.Sign() != 0 {
		s += "…"
	}
	return sign(s)
}

// clock writes a time of day.
func clock(t time.Time) string { return t.UTC().Format(time.TimeOnly) }

// rate writes how the rate of the profile regime is computed.
func (r *Report) rate(lang content.Lang) string {
	t := r.Tally
	counted := t.Asked - t.Neutralised
	s := fmt.Sprintf("100 × %d / (%d − %d)", t.Right, t.Asked, t.Neutralised)
	if counted > 0 {
		s += " = " + cut(big.NewRat(int64(100*t.Right), int64(counted)).RatString())
	}
	if r.Record.Rate != nil {
		s += fmt.Sprintf(" → R = %d", *r.Record.Rate)
	}
	return s
}

// formula writes the score in exact arithmetic.
func (r *Report) formula() string {
	p := r.Global
	capacity, low, high := full(p.Capacity), sign(p.Low), sign(p.High)
	return fmt.Sprintf("%d + (%s − %s) × (%d − %d) / (%s − %s) = %s", p.Least, capacity, bracket(low), p.Next, p.Least, high, bracket(low), cut(p.Exact))
}

// bracket puts a negative number in brackets.
func bracket(s string) string {
	if strings.HasPrefix(s, "−") {
		return "(" + s + ")"
	}
	return s
}

// final is the capacity that score and levels are read at.
func (r *Report) final() *engine.Point {
	if r.Record.Result == nil || r.Record.Measure == nil {
		return nil
	}
	return &engine.Point{Capacity: r.Record.Capacity, Error: r.Record.Error}
}

// columnOf is the place in a row of outcomes that a rate belongs to.
func columnOf(rate int) int {
	switch {
	case rate >= 80:
		return 0
	case rate >= 70:
		return 1
	}
	return 2
}
