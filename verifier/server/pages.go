package server

import (
	"context"
	"fmt"
	"net/url"

	"etalon/content"
	"etalon/site"
	"etalon/verifier/check"
)

// Pages makes the pages of answers, in the name of the issuer that the key
// manifest tells; without a manifest, in nobody's.
func Pages(ctx context.Context, c *check.Checker) (*site.Site, error) {
	config := site.Config{Address: "http://localhost", LeastSequence: c.Trust.LeastSequence}
	for _, r := range c.Trust.Roots {
		config.Roots = append(config.Roots, r.Multikey())
	}
	if k, err := c.Keys(ctx); err == nil {
		config.Issuer, config.Specimen = k.Issuer.Name, k.Issuer.Specimen
		if u, err := url.Parse(k.Issuer.URL); err == nil && u.Host != "" {
			config.Address = u.Scheme + "://" + u.Host
		}
	}
	r, err := content.Default()
	if err != nil {
		return nil, fmt.Errorf("the embedded referential: %w", err)
	}
	return site.New(r, config)
}

// PageVerdict is a result as the site's page shows it.
func PageVerdict(r *check.Result, lang content.Lang) site.Verdict {
	v := site.Verdict{
		Verdict:   string(r.Verdict),
		CheckedAt: r.CheckedAt,
		Trust:     string(r.Trust),
		Input:     string(r.Input),
		Share:     r.Share,
		Reason:    r.Reason.In(string(lang)),
	}
	if r.Issuer != nil {
		v.Issuer = (*site.Issuer)(r.Issuer)
	}
	if r.Credential != nil {
		v.Credential = (*site.Credential)(r.Credential)
	}
	if r.Status != nil {
		v.Status = (*site.Status)(r.Status)
	}
	if r.Input == check.InputPDF && r.Credential != nil {
		v.Document = &site.Document{}
		if d := r.Document; d != nil {
			*v.Document = site.Document{Known: true, Issued: d.Issued, Form: d.Form}
		}
	}
	return v
}
