package site

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// sharing is what the holder of a code may put on a profile or a CV: built from
// the share credential's fields alone, hence without birth data, and never with
// the code. share.js builds the same.
type sharing struct {
	LinkedIn string // a link that fills LinkedIn's form; nothing is asked of it before the click
	Line     string // for a CV
	Badge    string // address of the badge, without language and extension
	Alt      string // the badge in words
}

// Sharing is offered with a valid result that a code opened.
func (v *view) Sharing() (*sharing, error) {
	d := v.card
	c := d.Credential
	if d.Verdict != "valid" || d.Share == "" || c == nil || d.Issuer == nil {
		return nil, nil
	}
	score, err := v.T("check.values.score", "n", c.Score)
	if err != nil {
		return nil, err
	}
	kind, result, reached := "profile", score, c.Regime == "adaptive" && c.Level > 0
	if c.Regime == "adaptive" {
		kind = "adaptive-" + strconv.Itoa(c.Level)
	}
	if reached {
		result = v.R.LevelName(c.Level).In(v.Lang)
	}
	name, err := v.T("share.name", "result", result)
	if err != nil {
		return nil, err
	}
	full := name
	if reached {
		if full, err = v.T("share.scored", "name", name, "score", score); err != nil {
			return nil, err
		}
	}
	s := &sharing{Badge: "/badges/" + year(c.IssuedOn) + "/" + kind, LinkedIn: linkedIn(name, d)}
	if s.Line, err = v.T("share.line", "name", full, "issuer", d.Issuer.Name,
		"issued", v.m.isoDate(c.IssuedOn), "until", v.m.isoDate(c.ExpiresOn), "number", c.Number); err != nil {
		return nil, err
	}
	s.Alt, err = v.T("share.badgeAlt", "name", full)
	return s, err
}

func year(day string) string { return strings.SplitN(day, "-", 2)[0] }

// linkedIn fills the form by which a member adds a certification to a profile.
func linkedIn(name string, d *Verdict) string {
	c := d.Credential
	fields := []struct{ name, value string }{
		{"startTask", "CERTIFICATION_NAME"}, {"name", name}, {"organizationName", d.Issuer.Name},
	}
	for _, day := range []struct{ name, value string }{{"issue", c.IssuedOn}, {"expiration", c.ExpiresOn}} {
		if t, err := time.Parse(time.DateOnly, day.value); err == nil {
			fields = append(fields, struct{ name, value string }{day.name + "Year", strconv.Itoa(t.Year())},
				struct{ name, value string }{day.name + "Month", strconv.Itoa(int(t.Month()))})
		}
	}
	fields = append(fields, struct{ name, value string }{"certUrl", d.Share}, struct{ name, value string }{"certId", c.Number})
	var b strings.Builder
	b.WriteString("https://www.linkedin.com/profile/add?")
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(f.name + "=" + strings.ReplaceAll(url.QueryEscape(f.value), "+", "%20"))
	}
	return b.String()
}
