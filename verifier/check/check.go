// Package check decides on an attestation: from the text of its QR code, from
// its access code, or from its PDF, to one verdict with every signed field.
//
// A check trusts the pinned root keys and nothing else. The files it reads
// come from a [Source] that may lie, hang or vanish: the worst that does is to
// turn "valid" into "status unknown", "not found" or a refusal.
//
// The two parts below are published with the formats of package signing, whose
// sections they cite, for whoever writes another verifier.
//
// # A whole check
//
// A reader gets a link or digits (section 5), an access code (section 6) or a
// PDF (section 13), and reads the issuer's public files, from the site of the
// issuer or a copy. A host that lies, hangs or vanishes can turn "valid" into
// "status unknown", "not found" or a refusal, and do nothing else.
//
//  1. The key manifest is opened with the pinned roots (section 10). One with a
//     sequence below the least pinned, or below the highest ever seen, is
//     refused. If it cannot be had, the last one opened serves, and the answer
//     is at best "status unknown"; if there is none, no signature can be
//     verified and the answer is "unknown issuer".
//  2. The credential is verified (section 4). If its key is marked compromised,
//     the roll decides; a shard that cannot be had, or is not the one that the
//     manifest names, leaves "unknown issuer".
//  3. The status list that the credential names (section 11) says whether it was
//     revoked, superseded or suspended since. One that cannot be read, does not
//     verify or is not within its dates says nothing: unknown. Under a manifest
//     out of its dates, a withdrawal that the list names is believed, and
//     "valid" only from a final list.
//  4. For a code, all this happens to the credential in the registry entry
//     (section 8), once it was opened. No file at its place, or none that can
//     be read, is "not found", as is a text that cannot be a code; one that
//     does not open or verify is "not genuine", or "unknown issuer" if nobody
//     knows its key. The share credential must verify too, and the record agree
//     with the credential: "state" is "final" and "outcome" "validated";
//     "regime", "centre", "sessionDate" and, within "candidate", "familyName",
//     "givenNames", "birthDate" and "birthPlace" are equal; so are, where the
//     record has them, "score", "maxLevel", "professional", "level" in the
//     adaptive regime, and each of "levels", an object by code of competence.
//     Else: "not genuine".
//  5. For a PDF of at most 8 MiB, all this happens to the credential inside it,
//     then the code inside it opens the entry. If it does, the credential of
//     the entry must verify and say the same, else "not genuine"; and its list
//     of hashes tells whether the file is byte for byte one that was issued. If
//     it does not, the credential stands by itself.
//
// # Verdicts
//
// The first that applies of: not genuine, unknown issuer, revoked, superseded,
// suspended, expired (from 00:00 UTC after the last day of validity), status
// unknown, valid; and "not found", of a code. With a verdict from "revoked" on,
// every signed field is shown, to be compared with the paper: an edited page is
// caught by eye. With the others, nothing of what was read is.
package check

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/signing"
)

// MaxPDF is the longest PDF that is looked into, in bytes. An issued one is
// below 4 MiB; an edited one may have grown.
const MaxPDF = 8 << 20

// Checker checks attestations. Its fields are set once, before its first use;
// then any number of goroutines may use it.
type Checker struct {
	Trust  signing.Trust    // the pinned roots and the least sequence of a manifest
	Source Source           // the issuer's public files
	Now    func() time.Time // nil: time.Now
	Origin Origin           // where the roots come from; "": Pinned
	State  *State           // remembers the highest sequence seen; nil: this Checker does, for its lifetime

	// RootsFile is the name of the file that pinned roots were read from, which
	// each answer tells; "": they are compiled in.
	RootsFile string

	// Recheck is how long a manifest or list is used before the Source is asked
	// again; 0: it is asked each time.
	Recheck time.Duration

	mu   sync.Mutex
	memo memo
}

// QR checks the text of a QR code: a link to a verification page, or the bare
// digits after its "#".
func (c *Checker) QR(ctx context.Context, text string) *Result {
	r := c.begin(InputQR)
	cred, err := signing.ParseQRText(text)
	if err != nil {
		return r.refuse(NotGenuine, reasonQRText)
	}
	c.judge(ctx, r, cred)
	return r
}

// Text checks a line that somebody typed or pasted: a QR text or a code.
func (c *Checker) Text(ctx context.Context, text string) *Result {
	if looksLikeQR(text) {
		return c.QR(ctx, text)
	}
	return c.Code(ctx, text)
}

// looksLikeQR tells a link, or more digits than a code has symbols, from a code.
func looksLikeQR(text string) bool {
	text = strings.TrimSpace(text)
	return strings.ContainsAny(text, "#/:") || len(text) > 60 && strings.Trim(text, "0123456789") == ""
}

// Code checks what an access code opens.
func (c *Checker) Code(ctx context.Context, text string) *Result {
	r := c.begin(InputCode)
	code, err := signing.ParseCode(text)
	if err != nil {
		return r.refuse(NotFound, reasonCodeTyped)
	}
	m, reason := c.manifest(ctx)
	if m == nil {
		return r.refuse(UnknownIssuer, reason)
	}
	entry, verdict, reason := c.entry(ctx, code, m)
	if entry == nil {
		return r.refuse(verdict, reason)
	}
	cred := c.judge(ctx, r, entry.Credential)
	if cred == nil {
		return r
	}
	share, _, _ := c.open(ctx, m, entry.Share)
	if share == nil || *share != *cred.Share() || !agrees(entry.Record, cred) {
		return r.refuse(NotGenuine, reasonEntryMixed)
	}
	r.Share = signing.QRText(strings.TrimSuffix(m.Issuer.URL, "/"), entry.Share)
	seen := map[string]bool{}
	for _, f := range entry.Forms {
		if !seen[f.Form] {
			seen[f.Form] = true
			r.Forms = append(r.Forms, f.Form)
		}
	}
	return r
}

// File checks what an access code opens and decrypts one form of its PDF, for
// whoever has no other means; nil, with the answer that says why, unless it is
// byte for byte a file that was issued.
func (c *Checker) File(ctx context.Context, text, form string) ([]byte, *Result) {
	r := c.Code(ctx, text)
	if !slices.Contains(r.Forms, form) {
		return nil, r
	}
	code, err := signing.ParseCode(text)
	m, _ := c.manifest(ctx)
	if err != nil || m == nil {
		return nil, r
	}
	entry, _, _ := c.entry(ctx, code, m)
	locator := code.Locator()
	sealed, _, err := c.Source.Fetch(ctx, "registry/"+locator[:2]+"/"+locator+"."+form, maxFile, "")
	if entry == nil || err != nil {
		return nil, r
	}
	pdf, err := signing.OpenFile(code, form, sealed)
	if err != nil {
		return nil, r
	}
	if own, ok := entry.Issued(pdf); !ok || own != form {
		return nil, r
	}
	return pdf, r
}

// PDF checks the file of an attestation.
func (c *Checker) PDF(ctx context.Context, pdf []byte) *Result {
	if len(pdf) > MaxPDF {
		return c.TooLarge()
	}
	r := c.begin(InputPDF)
	text, typed, found := findAttachment(pdf)
	if found != "" {
		return r.refuse(NotGenuine, found)
	}
	b, err := signing.ParseQRText(text)
	if err != nil {
		return r.refuse(NotGenuine, reasonAttachment)
	}
	code, err := signing.ParseCode(typed)
	if err != nil {
		return r.refuse(NotGenuine, reasonAttachment)
	}
	cred := c.judge(ctx, r, b)
	if cred == nil {
		return r
	}
	m, _ := c.manifest(ctx)
	entry, _, _ := c.entry(ctx, code, m)
	if entry == nil {
		// Erased at the holder's request, withheld, or rewritten by somebody who
		// knows the code: the credential stands by itself.
		return r
	}
	if own, _, _ := c.open(ctx, m, entry.Credential); own == nil || *own != *cred {
		return r.refuse(NotGenuine, reasonPDFMixed)
	}
	r.Document = &Document{}
	r.Document.Form, r.Document.Issued = entry.Issued(pdf)
	return r
}

// TooLarge is the answer to a PDF that is not even read because of its length.
func (c *Checker) TooLarge() *Result {
	return c.begin(InputPDF).refuse(NotGenuine, reasonPDFSize)
}

func findAttachment(pdf []byte) (text, code string, reason Reason) {
	text, code, err := signing.FindAttachment(pdf)
	switch {
	case err == nil:
		return text, code, ""
	case errors.Is(err, signing.ErrNoAttachment):
		return "", "", reasonNoAttachment
	}
	return "", "", reasonAttachment
}

func (c *Checker) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c *Checker) begin(in Input) *Result {
	r := &Result{CheckedAt: c.now().UTC().Truncate(time.Second), Trust: c.Origin, RootsFile: c.RootsFile, Input: in}
	if r.Trust == "" {
		r.Trust = Pinned
	}
	return r
}

// refuse makes r an answer that shows nothing but its verdict and reason.
func (r *Result) refuse(v Verdict, reason Reason) *Result {
	*r = Result{Verdict: v, CheckedAt: r.CheckedAt, Trust: r.Trust, RootsFile: r.RootsFile, Input: r.Input, Reason: reason}
	return r
}

// judge verifies a credential and fills r in. It returns the credential, or
// nil after a refusal.
func (c *Checker) judge(ctx context.Context, r *Result, b []byte) *signing.Credential {
	m, keysReason := c.manifest(ctx)
	if m == nil {
		r.refuse(UnknownIssuer, keysReason)
		return nil
	}
	cred, verdict, reason := c.open(ctx, m, b)
	if cred == nil {
		r.refuse(verdict, reason)
		return nil
	}
	now := r.CheckedAt
	if keysReason == "" && !m.Current(now) {
		keysReason = reasonKeysStale
	}
	r.Issuer = &Issuer{Name: m.Issuer.Name, URL: m.Issuer.URL, Specimen: m.Issuer.Specimen}
	r.Credential = show(cred)
	value, final, listReason := c.status(ctx, r, m, cred)
	// A final list is signed by a pinned root: it holds whatever the manifest.
	if value == signing.Valid && keysReason != "" && !final {
		value = signing.Unknown
	}
	r.Status.Value = value.String()
	switch {
	case value == signing.Revoked:
		r.Verdict = Revoked
	case value == signing.Superseded:
		r.Verdict = Superseded
	case value == signing.Suspended:
		r.Verdict = Suspended
	case cred.Expired(now):
		r.Verdict = Expired
	case value != signing.Valid:
		r.Verdict = StatusUnknown
		if r.Reason = keysReason; r.Reason == "" {
			r.Reason = listReason
		}
	default:
		r.Verdict = Valid
	}
	return cred
}
