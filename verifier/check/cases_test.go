package check_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"etalon/signing"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// Each verdict, and each pair of states that meet in one credential.
var verdictCases = []tableCase{
	{name: "valid", run: qr(valid), want: check.Valid, also: statusIs("valid")},
	{name: "revoked", run: qr(revoked), want: check.Revoked, also: statusIs("revoked")},
	{name: "suspended", run: qr(suspended), want: check.Suspended, also: statusIs("suspended")},
	{name: "superseded", run: qr(superseded), want: check.Superseded, also: statusIs("superseded")},
	{name: "expired", run: qr(expired), want: check.Expired, also: statusIs("valid")},
	{name: "revoked before expired", run: qr(func(w *world) *testsite.Attestation { return w.expiredRevoked }), want: check.Revoked},
	{name: "superseded before expired", change: func(w *world) { w.Set(w.expired, signing.Superseded) }, run: qr(expired), want: check.Superseded},
	{name: "suspended before expired", change: func(w *world) { w.Set(w.expired, signing.Suspended) }, run: qr(expired), want: check.Suspended},
	{name: "reinstated", change: func(w *world) { w.Set(w.suspended, signing.Valid) }, run: qr(suspended), want: check.Valid},
	{name: "stale list", change: staleList, run: qr(valid), want: check.StatusUnknown, reason: "status list is past", also: statusIs("unknown")},
	{name: "stale list shows authenticity", change: staleList, run: qr(valid), want: check.StatusUnknown, reason: "status list",
		also: func(_ *world, r *check.Result) error {
			if r.Credential.Score != 385 || r.Status.AsOf.IsZero() {
				return fmt.Errorf("%+v %+v", r.Credential, r.Status)
			}
			return nil
		}},
	{name: "stale list says nothing of a revoked one", change: staleList, run: qr(revoked), want: check.StatusUnknown, reason: "status list"},
	{name: "expired before stale list", change: staleList, run: qr(expired), want: check.Expired},
	{name: "list not yet begun", change: func(w *world) { w.Lists[1].ValidFrom = testsite.Now.Add(time.Hour) }, run: qr(valid), want: check.StatusUnknown, reason: "not yet"},
	{name: "list at its very end", change: func(w *world) { w.Lists[1].ValidUntil = testsite.Now }, run: qr(valid), want: check.StatusUnknown, reason: "past its date"},
	{name: "list one second before its end", change: func(w *world) { w.Lists[1].ValidUntil = testsite.Now.Add(time.Second) }, run: qr(valid), want: check.Valid},
	{name: "stale manifest", change: staleKeys, run: qr(valid), want: check.StatusUnknown, reason: "list of keys is past", also: statusIs("unknown")},
	{name: "stale manifest, revoked", change: staleKeys, run: qr(revoked), want: check.Revoked},
	{name: "stale manifest, expired", change: staleKeys, run: qr(expired), want: check.Expired},
	{name: "manifest not yet begun", change: func(w *world) { w.Manifest.Created = testsite.Now.Add(time.Hour) }, run: qr(valid), want: check.StatusUnknown, reason: "not yet"},
	{name: "not genuine before stale", change: staleList, run: text(func(w *world) string { return bump(w.valid.QR) }), want: check.NotGenuine, reason: "does not match"},
	{name: "unknown issuer before revoked", change: func(w *world) { w.Manifest.Keys[0].Public = testsite.Key("other").Public() },
		run: qr(revoked), want: check.UnknownIssuer, reason: "No key"},
	{name: "last day of validity", change: around("2029-03-10T23:59:00Z"), adjust: at("2029-03-10T23:59:59Z"), run: qr(valid), want: check.Valid},
	{name: "first second after", change: around("2029-03-10T23:59:00Z"), adjust: at("2029-03-11T00:00:00Z"), run: qr(valid), want: check.Expired},
	{name: "closed service, list without end", change: closed, adjust: at("2028-01-01T00:00:00Z"), run: qr(valid), want: check.Valid, also: statusIs("valid")},
	{name: "closed service, revoked", change: closed, adjust: at("2028-01-01T00:00:00Z"), run: qr(revoked), want: check.Revoked},
	{name: "closed service, expired since", change: closed, adjust: at("2030-01-01T00:00:00Z"), run: qr(valid), want: check.Expired},
	{name: "list without end signed by a status key", spoil: func(w *world) {
		l := signing.NewStatusList(testsite.Address, 1, w.Lists[1].ValidFrom, time.Time{})
		b, err := signing.SignStatusList(l, testsite.Key("status"))
		if err != nil {
			panic(err)
		}
		w.Files["status/1.json"] = b
	}, run: qr(valid), want: check.StatusUnknown, reason: "not signed"},
	{name: "list of another service", spoil: func(w *world) { w.Files["status/1.json"] = testsite.New().Publish()["status/1.json"][:100] },
		run: qr(valid), want: check.StatusUnknown, reason: "not signed by the issuer"},
	{name: "list 2 in the place of list 1", change: func(w *world) {
		w.Lists[2] = signing.NewStatusList(testsite.Address, 2, w.Lists[1].ValidFrom, w.Lists[1].ValidUntil)
	}, spoil: func(w *world) { w.Files["status/1.json"] = w.Files["status/2.json"] }, run: qr(revoked), want: check.StatusUnknown, reason: "not signed"},
	{name: "list signed by a credential key", change: func(w *world) { w.Status = testsite.Key("credential") }, run: qr(valid), want: check.StatusUnknown, reason: "not signed"},
	{name: "list signed by a compromised key", change: func(w *world) { w.Manifest.Keys[2].State = signing.Compromised }, run: qr(valid), want: check.StatusUnknown, reason: "not signed"},
}

// Every form in which each of the three inputs comes.
var inputCases = []tableCase{
	{name: "bare digits", run: text(digits), want: check.Valid},
	{name: "link to another host", run: text(func(w *world) string { return "https://elsewhere.example/v#" + digits(w) }), want: check.Valid},
	{name: "link to the page of a language", run: text(func(w *world) string { return testsite.Address + "/fr/verifier/#" + digits(w) }), want: check.Valid},
	{name: "link to this machine", run: text(func(w *world) string { return "http://localhost:8080/v#" + digits(w) }), want: check.Valid},
	{name: "spaces around", run: text(func(w *world) string { return "\n  " + w.valid.QR + "  \r\n" }), want: check.Valid},
	{name: "plain http link", run: text(func(w *world) string { return "http://attestations.example/v#" + digits(w) }), want: check.NotGenuine, reason: "QR code"},
	{name: "link without its fragment", run: text(func(*world) string { return testsite.Address + "/v" }), want: check.NotGenuine, reason: "QR code"},
	{name: "link with an empty fragment", run: text(func(*world) string { return testsite.Address + "/v#" }), want: check.NotGenuine, reason: "QR code"},
	{name: "a zero in front", run: text(func(w *world) string { return "0" + digits(w) }), want: check.NotGenuine, reason: "QR code"},
	{name: "first half of the digits", run: text(func(w *world) string { return digits(w)[:250] }), want: check.NotGenuine, reason: "QR code"},
	{name: "ten thousand digits", run: text(func(*world) string { return strings.Repeat("1", 10_000) }), want: check.NotGenuine, reason: "QR code"},
	{name: "script in place of a link", run: text(func(*world) string { return "javascript:alert(1)#12" }), want: check.NotGenuine, reason: "QR code"},
	{name: "share link", run: text(func(w *world) string { return signing.QRText(testsite.Address, w.valid.Share) }), want: check.Valid,
		also: func(_ *world, r *check.Result) error {
			if c := r.Credential; c.Form != "share" || c.BirthDate != "" || c.Levels != nil || c.Score != 385 {
				return fmt.Errorf("%+v", c)
			}
			return nil
		}},
	{name: "share link of a revoked one", run: text(func(w *world) string { return signing.QRText(testsite.Address, w.revoked.Share) }), want: check.Revoked},
	{name: "code", run: code(valid), want: check.Valid, also: func(w *world, r *check.Result) error {
		if r.Input != check.InputCode || r.Share != signing.QRText(testsite.Address, w.valid.Share) || strings.Join(r.Forms, " ") != "fr en" || r.Document != nil {
			return fmt.Errorf("%+v", r)
		}
		return nil
	}},
	{name: "code in lower case without hyphens", run: text(func(w *world) string {
		return strings.ToLower(strings.ReplaceAll(w.valid.Code.String(), "-", ""))
	}), want: check.Valid},
	{name: "code with spaces and without its P", run: text(func(w *world) string {
		return " " + strings.ReplaceAll(w.valid.Code.String()[2:], "-", " ") + " "
	}), want: check.Valid},
	{name: "code with O for 0 and l for 1", run: text(func(w *world) string {
		return strings.NewReplacer("0", "O", "1", "l").Replace(w.valid.Code.String())
	}), want: check.Valid},
	{name: "code with one symbol changed", run: text(func(w *world) string { return bump(w.valid.Code.String()) }), want: check.NotFound, reason: "mistyped"},
	{name: "code with two symbols exchanged", run: text(func(w *world) string {
		s := []byte(w.valid.Code.String())
		for i := 2; i < 6; i++ {
			if s[i] != s[i+1] {
				s[i], s[i+1] = s[i+1], s[i]
				break
			}
		}
		return string(s)
	}), want: check.NotFound, reason: "mistyped"},
	{name: "code too short", run: text(func(*world) string { return "P-12345" }), want: check.NotFound, reason: "mistyped"},
	{name: "nothing", run: text(func(*world) string { return "" }), want: check.NotFound, reason: "mistyped"},
	{name: "a word", run: text(func(*world) string { return "bonjour" }), want: check.NotFound, reason: "mistyped"},
	{name: "bytes that are no text", run: text(func(*world) string { return "\xff\xfe\x00" }), want: check.NotFound, reason: "mistyped"},
	{name: "code that opens nothing", run: text(func(*world) string {
		c, err := signing.NewCode(strings.NewReader("never issued."))
		if err != nil {
			panic(err)
		}
		return c.String()
	}), want: check.NotFound, reason: "no attestation answers"},
	{name: "code of a revoked one", run: code(revoked), want: check.Revoked},
	{name: "code of a suspended one", run: code(suspended), want: check.Suspended},
	{name: "code of an expired one", run: code(expired), want: check.Expired},
	{name: "code under a stale list", change: staleList, run: code(valid), want: check.StatusUnknown, reason: "status list"},
	{name: "pdf", run: pdf(valid), want: check.Valid, also: document(true, "fr")},
	{name: "pdf in English", run: func(w *world, c checks) *check.Result { return c.PDF(ctx, w.valid.PDF["en"]) }, want: check.Valid, also: document(true, "en")},
	{name: "pdf with its page edited", run: func(w *world, c checks) *check.Result { return c.PDF(ctx, edited(w)) }, want: check.Valid, also: document(false, "")},
	{name: "pdf of a revoked one", run: pdf(revoked), want: check.Revoked, also: document(true, "fr")},
	{name: "pdf without attachment", run: func(_ *world, c checks) *check.Result { return c.PDF(ctx, []byte("%PDF-1.7\n%%EOF\n")) }, want: check.NotGenuine, reason: "no signed attestation"},
	{name: "pdf with two attachments", run: func(w *world, c checks) *check.Result {
		return c.PDF(ctx, append(append([]byte(nil), w.valid.PDF["fr"]...), w.revoked.PDF["fr"]...))
	}, want: check.NotGenuine, reason: "malformed"},
	{name: "pdf with a torn attachment", run: func(w *world, c checks) *check.Result {
		return c.PDF(ctx, []byte(strings.Replace(string(w.valid.PDF["fr"]), "end-etalon", "end-other!", 1)))
	}, want: check.NotGenuine, reason: "malformed"},
	{name: "pdf with the code of another", run: func(w *world, c checks) *check.Result {
		return c.PDF(ctx, testsite.PDF("mixed", w.valid.QR, w.revoked.Code.String()))
	}, want: check.NotGenuine, reason: "two different"},
	{name: "pdf with the signature of another", run: func(w *world, c checks) *check.Result {
		return c.PDF(ctx, testsite.PDF("mixed", w.revoked.QR, w.valid.Code.String()))
	}, want: check.NotGenuine, reason: "two different"},
	{name: "pdf with a mangled signature", run: func(w *world, c checks) *check.Result {
		return c.PDF(ctx, testsite.PDF("x", bump(w.valid.QR), w.valid.Code.String()))
	}, want: check.NotGenuine, reason: "does not match"},
	{name: "pdf larger than any", run: func(_ *world, c checks) *check.Result { return c.PDF(ctx, make([]byte, check.MaxPDF+1)) }, want: check.NotGenuine, reason: "far larger"},
	{name: "pdf of nothing", run: func(_ *world, c checks) *check.Result { return c.PDF(ctx, nil) }, want: check.NotGenuine, reason: "no signed attestation"},
}

// Keys: roots, sequences, windows, the roll.
var trustCases = []tableCase{
	{name: "wrong roots", adjust: func(_ *world, c *check.Checker) {
		c.Trust.Roots = []signing.PublicKey{testsite.Key("stranger").Public()}
	},
		run: qr(valid), want: check.UnknownIssuer, reason: "not signed by an authority"},
	{name: "no roots", adjust: func(_ *world, c *check.Checker) { c.Trust.Roots = nil }, run: qr(valid), want: check.UnknownIssuer, reason: "not signed by an authority"},
	{name: "second root", change: func(w *world) { w.Root = testsite.Key("root 2") }, run: qr(valid), want: check.Valid},
	{name: "manifest signed by a listed key", change: func(w *world) { w.Root = testsite.Key("stranger") }, run: qr(valid), want: check.UnknownIssuer, reason: "not signed by an authority"},
	{name: "lower sequence than pinned", adjust: func(_ *world, c *check.Checker) { c.Trust.LeastSequence = 8 }, run: qr(valid), want: check.UnknownIssuer, reason: "older than one already seen"},
	{name: "same sequence as pinned", adjust: func(_ *world, c *check.Checker) { c.Trust.LeastSequence = 7 }, run: qr(valid), want: check.Valid},
	{name: "code with wrong roots", adjust: func(_ *world, c *check.Checker) { c.Trust.Roots = nil }, run: code(valid), want: check.UnknownIssuer, reason: "authority"},
	{name: "stranger's signature", run: func(w *world, c checks) *check.Result {
		return c.QR(ctx, testsite.New().IssueWith(testsite.Key("stranger"), nil).QR)
	}, want: check.UnknownIssuer, reason: "No key"},
	{name: "credential signed by the entry key", run: func(w *world, c checks) *check.Result {
		return c.QR(ctx, testsite.New().IssueWith(testsite.Key("entry"), nil).QR)
	}, want: check.NotGenuine, reason: "signature"},
	{name: "credential signed by a root", run: func(w *world, c checks) *check.Result {
		return c.QR(ctx, testsite.New().IssueWith(testsite.Key("root 1"), nil).QR)
	}, want: check.UnknownIssuer, reason: "No key"},
	{name: "retired key, issued in its window", change: window(signing.Retired), run: qr(valid), want: check.Valid},
	{name: "issued after the key's window", change: func(w *world) { w.Manifest.Keys[0].NotAfter = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC) },
		run: qr(valid), want: check.NotGenuine, reason: "signature"},
	{name: "compromised key, on the roll", change: func(w *world) { w.Compromise("credential", w.valid, w.revoked) }, run: qr(valid), want: check.Valid},
	{name: "compromised key, revoked, on the roll", change: func(w *world) { w.Compromise("credential", w.valid, w.revoked) }, run: qr(revoked), want: check.Revoked},
	{name: "compromised key, share form on the roll", change: func(w *world) { w.Compromise("credential", w.valid) },
		run: text(func(w *world) string { return signing.QRText(testsite.Address, w.valid.Share) }), want: check.Valid},
	{name: "compromised key, code", change: func(w *world) { w.Compromise("credential", w.valid) }, run: code(valid), want: check.Valid},
	{name: "compromised key, not on the roll", change: func(w *world) { w.Compromise("credential", w.revoked) }, run: qr(valid), want: check.NotGenuine, reason: "not among those"},
	{name: "compromised key, roll withheld", change: func(w *world) { w.Compromise("credential", w.valid) },
		spoil: func(w *world) { delete(w.Files, fmt.Sprintf("roll/%02x", sum(w.valid.Signed)[0])) },
		run:   qr(valid), want: check.UnknownIssuer, reason: "could not be read"},
	{name: "compromised key, forger adds itself to the roll", change: func(w *world) { w.Compromise("credential", w.revoked) },
		spoil: func(w *world) {
			s := sum(w.valid.Signed)
			w.Files[fmt.Sprintf("roll/%02x", s[0])] = s[:16]
		}, run: qr(valid), want: check.UnknownIssuer, reason: "could not be read"},
	{name: "compromised entry key", change: func(w *world) { w.Manifest.Keys[1].State = signing.Compromised }, run: code(valid), want: check.NotGenuine, reason: "not signed by the issuer"},
	{name: "compromised entry key, pdf", change: func(w *world) { w.Manifest.Keys[1].State = signing.Compromised }, run: pdf(valid), want: check.Valid, also: noDocument},
}

// The registry entry, rewritten by somebody who knows the code or mixed up by
// the issuer itself.
var registryCases = []tableCase{
	{name: "entry rewritten by a holder of the code", change: func(w *world) { w.Entry = testsite.Key("stranger") }, run: code(valid), want: check.UnknownIssuer, reason: "No key"},
	{name: "entry signed by the credential key", change: func(w *world) { w.Entry = testsite.Key("credential") }, run: code(valid), want: check.NotGenuine, reason: "not signed by the issuer"},
	{name: "entry of another under this locator", spoil: func(w *world) { w.Files[w.valid.Path()] = w.Files[w.revoked.Path()] }, run: code(valid), want: check.NotGenuine, reason: "does not open"},
	{name: "entry cut short", spoil: func(w *world) { w.Files[w.valid.Path()] = w.Files[w.valid.Path()][:700] }, run: code(valid), want: check.NotGenuine, reason: "does not open"},
	{name: "entry empty", spoil: func(w *world) { w.Files[w.valid.Path()] = nil }, run: code(valid), want: check.NotGenuine, reason: "does not open"},
	{name: "entry far too long", spoil: func(w *world) { w.Files[w.valid.Path()] = make([]byte, 1<<20) }, run: code(valid), want: check.NotGenuine, reason: "does not open"},
	{name: "entry is a pdf", spoil: func(w *world) { w.Files[w.valid.Path()] = w.Files[w.valid.Path()+".fr"] }, run: code(valid), want: check.NotGenuine, reason: "does not open"},
	{name: "record of another", change: func(w *world) {
		other := w.valid.Credential
		other.FamilyName = "Autre"
		w.valid.Entry.Record = testsite.Record(&other)
	}, run: code(valid), want: check.NotGenuine, reason: "same attestation"},
	{name: "record with another score", change: func(w *world) {
		other := w.valid.Credential
		other.Score++
		w.valid.Entry.Record = testsite.Record(&other)
	}, run: code(valid), want: check.NotGenuine, reason: "same attestation"},
	{name: "record with another level of a competence", change: func(w *world) {
		other := w.valid.Credential
		other.Levels[15]++
		w.valid.Entry.Record = testsite.Record(&other)
	}, run: code(valid), want: check.NotGenuine, reason: "same attestation"},
	{name: "record that is rejected", change: func(w *world) {
		w.valid.Entry.Record = []byte(strings.Replace(string(w.valid.Entry.Record), `"validated"`, `"rejected"`, 1))
	}, run: code(valid), want: check.NotGenuine, reason: "same attestation"},
	{name: "record that is no JSON", change: func(w *world) { w.valid.Entry.Record = []byte("{") }, run: code(valid), want: check.NotGenuine, reason: "same attestation"},
	{name: "entry erased, code", spoil: func(w *world) { delete(w.Files, w.valid.Path()) }, run: code(valid), want: check.NotFound, reason: "no attestation answers"},
	{name: "entry erased, pdf", spoil: func(w *world) { delete(w.Files, w.valid.Path()) }, run: pdf(valid), want: check.Valid, also: noDocument},
	{name: "entry damaged, pdf", spoil: func(w *world) { w.Files[w.valid.Path()][500] ^= 1 }, run: pdf(valid), want: check.Valid, also: noDocument},
	{name: "new pdf, older one still issued", change: func(w *world) {
		again := testsite.PDF("printed again", w.valid.QR, w.valid.Code.String())
		w.valid.Entry.Forms = append(w.valid.Entry.Forms, signing.FormHash{Form: "fr", SHA256: sum(again)})
	}, run: pdf(valid), want: check.Valid, also: document(true, "fr")},
	{name: "entry without pdf", change: func(w *world) { w.valid.Entry.Forms = nil }, run: pdf(valid), want: check.Valid, also: document(false, "")},
}

// down makes files that begin with prefix unreadable.
func down(prefix string) func(*world, *check.Checker) {
	return func(_ *world, c *check.Checker) { c.Source = broken{c.Source, prefix} }
}

// A host that withholds, fails or hangs.
var hostCases = []tableCase{
	{name: "no status list", spoil: func(w *world) { delete(w.Files, "status/1.json") }, run: qr(valid), want: check.StatusUnknown, reason: "could not be read", also: statusIs("unknown")},
	{name: "no status list, expired", spoil: func(w *world) { delete(w.Files, "status/1.json") }, run: qr(expired), want: check.Expired},
	{name: "no status list, pdf", spoil: func(w *world) { delete(w.Files, "status/1.json") }, run: pdf(valid), want: check.StatusUnknown, reason: "could not be read", also: document(true, "fr")},
	{name: "status list unreachable", adjust: down("status/"), run: qr(revoked), want: check.StatusUnknown, reason: "status list could not be read"},
	{name: "status list too long", spoil: func(w *world) { w.Files["status/1.json"] = make([]byte, 1<<20) }, run: qr(valid), want: check.StatusUnknown, reason: "could not be read"},
	{name: "no manifest", spoil: func(w *world) { delete(w.Files, "keys.json") }, run: qr(valid), want: check.UnknownIssuer, reason: "list of keys could not be read"},
	{name: "manifest unreachable", adjust: down("keys"), run: pdf(valid), want: check.UnknownIssuer, reason: "list of keys could not be read"},
	{name: "manifest too long", spoil: func(w *world) { w.Files["keys.json"] = make([]byte, 1<<20) }, run: code(valid), want: check.UnknownIssuer, reason: "list of keys"},
	{name: "manifest is no JSON", spoil: func(w *world) { w.Files["keys.json"] = []byte("<html>") }, run: code(valid), want: check.UnknownIssuer, reason: "authority"},
	{name: "registry unreachable, code", adjust: down("registry/"), run: code(valid), want: check.NotFound, reason: "registry could not be read"},
	{name: "registry unreachable, pdf", adjust: down("registry/"), run: pdf(valid), want: check.Valid, also: noDocument},
	{name: "everything unreachable", adjust: down(""), run: qr(valid), want: check.UnknownIssuer, reason: "could not be read"},
	{name: "asked to stop", series: func(w *world, c *check.Checker) *check.Result {
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		return c.QR(stopped, w.valid.QR)
	}, want: check.UnknownIssuer, reason: "could not be read"},
	{name: "manifest lost after a first check", series: func(w *world, c *check.Checker) *check.Result {
		if v := c.QR(ctx, w.valid.QR).Verdict; v != check.Valid {
			panic(v)
		}
		c.Source = broken{c.Source, "keys"}
		return c.QR(ctx, w.valid.QR)
	}, want: check.StatusUnknown, reason: "last one known"},
	{name: "manifest lost after a first check, revoked", series: func(w *world, c *check.Checker) *check.Result {
		c.QR(ctx, w.valid.QR)
		c.Source = broken{c.Source, "keys"}
		return c.QR(ctx, w.revoked.QR)
	}, want: check.Revoked},
	{name: "older manifest brought back", series: func(w *world, c *check.Checker) *check.Result {
		c.QR(ctx, w.valid.QR)
		w.Manifest.Sequence = 6
		w.Publish()
		c.Source = check.FS(w.FS())
		return c.QR(ctx, w.valid.QR)
	}, want: check.StatusUnknown, reason: "last one known"},
	{name: "newer manifest retires the key", series: func(w *world, c *check.Checker) *check.Result {
		c.QR(ctx, w.valid.QR)
		w.Manifest.Sequence = 8
		w.Manifest.Keys = w.Manifest.Keys[1:]
		w.Publish()
		c.Source = check.FS(w.FS())
		return c.QR(ctx, w.valid.QR)
	}, want: check.UnknownIssuer, reason: "No key"},
	{name: "newer list revokes", series: func(w *world, c *check.Checker) *check.Result {
		c.QR(ctx, w.valid.QR)
		w.Set(w.valid, signing.Revoked)
		w.Publish()
		c.Source = check.FS(w.FS())
		return c.QR(ctx, w.valid.QR)
	}, want: check.Revoked},
}

// closed turns list 1 into the last list of a service that closed.
func closed(w *world) {
	w.Lists[1].ValidUntil = time.Time{}
	w.Status = w.Root
}

// bump changes the last decimal digit of a text.
func bump(s string) string {
	i := strings.LastIndexAny(s, "0123456789")
	return s[:i] + string('0'+(s[i]-'0'+1)%10) + s[i+1:]
}
