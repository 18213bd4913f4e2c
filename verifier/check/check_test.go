package check_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	strict "github.com/go-json-experiment/json"

	"etalon/signing"
	"etalon/verifier/check"
	"etalon/verifier/internal/testsite"
)

// world is an issuer with one attestation for each state, as a case finds it.
type world struct {
	*testsite.Site
	valid, revoked, suspended, superseded, expired, expiredRevoked *testsite.Attestation
}

func newWorld() *world {
	w := &world{Site: testsite.New()}
	past := func(c *signing.Credential) { c.ExpiresOn = signing.DateOf(testsite.Now) - 1 }
	w.valid = w.Issue(nil)
	w.revoked = w.Issue(nil)
	w.suspended = w.Issue(nil)
	w.superseded = w.Issue(nil)
	w.expired = w.Issue(past)
	w.expiredRevoked = w.Issue(past)
	w.Set(w.revoked, signing.Revoked)
	w.Set(w.suspended, signing.Suspended)
	w.Set(w.superseded, signing.Superseded)
	w.Set(w.expiredRevoked, signing.Revoked)
	return w
}

func (w *world) checker() *check.Checker {
	return &check.Checker{Trust: w.Trust(), Source: check.FS(w.FS()), Now: func() time.Time { return testsite.Now }}
}

// broken is a source in which some files cannot be read.
type broken struct {
	check.Source
	prefix string
}

func (b broken) Fetch(ctx context.Context, name string, limit int64, have string) ([]byte, string, error) {
	if strings.HasPrefix(name, b.prefix) {
		return nil, "", errors.New("connection refused")
	}
	return b.Source.Fetch(ctx, name, limit, have)
}

// A tableCase publishes a changed world and checks one thing in it.
type tableCase struct {
	name   string
	change func(w *world) // before publication
	spoil  func(w *world) // after publication
	adjust func(w *world, c *check.Checker)
	run    func(w *world, c checks) *check.Result
	series func(w *world, c *check.Checker) *check.Result // instead of run: several checks, the last one's answer
	want   check.Verdict
	reason string // a part of the English sentence; "" for none at all
	also   func(w *world, r *check.Result) error
}

// checks is what a case asks: a checker, or whoever notes what it was asked.
type checks interface {
	QR(context.Context, string) *check.Result
	Code(context.Context, string) *check.Result
	Text(context.Context, string) *check.Result
	PDF(context.Context, []byte) *check.Result
}

var ctx = context.Background()

func qr(of func(*world) *testsite.Attestation) func(*world, checks) *check.Result {
	return func(w *world, c checks) *check.Result { return c.QR(ctx, of(w).QR) }
}

func code(of func(*world) *testsite.Attestation) func(*world, checks) *check.Result {
	return func(w *world, c checks) *check.Result { return c.Code(ctx, of(w).Code.String()) }
}

func pdf(of func(*world) *testsite.Attestation) func(*world, checks) *check.Result {
	return func(w *world, c checks) *check.Result { return c.PDF(ctx, of(w).PDF["fr"]) }
}

func text(form func(w *world) string) func(*world, checks) *check.Result {
	return func(w *world, c checks) *check.Result { return c.Text(ctx, form(w)) }
}

func valid(w *world) *testsite.Attestation      { return w.valid }
func revoked(w *world) *testsite.Attestation    { return w.revoked }
func suspended(w *world) *testsite.Attestation  { return w.suspended }
func superseded(w *world) *testsite.Attestation { return w.superseded }
func expired(w *world) *testsite.Attestation    { return w.expired }

func digits(w *world) string { _, d, _ := strings.Cut(w.valid.QR, "#"); return d }

// staleList lets list 1 end an hour before Now.
func staleList(w *world) { w.Lists[1].ValidUntil = testsite.Now.Add(-time.Hour) }

func staleKeys(w *world) { w.Manifest.ValidUntil = testsite.Now.Add(-time.Hour) }

func window(state signing.State) func(w *world) {
	return func(w *world) {
		w.Manifest.Keys[0].State = state
		w.Manifest.Keys[0].NotAfter = testsite.Now.AddDate(0, -1, 0)
	}
}

// at moves the clock.
func at(day string) func(*world, *check.Checker) {
	t, err := time.Parse(time.RFC3339, day)
	if err != nil {
		panic(err)
	}
	return func(_ *world, c *check.Checker) { c.Now = func() time.Time { return t } }
}

// longLists makes the list and the manifest good around a moment.
func around(day string) func(w *world) {
	t, err := time.Parse(time.RFC3339, day)
	if err != nil {
		panic(err)
	}
	return func(w *world) {
		w.Manifest.Created, w.Manifest.ValidUntil = t.AddDate(0, 0, -2), t.AddDate(0, 0, 2)
		w.Lists[1].ValidFrom, w.Lists[1].ValidUntil = t.AddDate(0, 0, -1), t.AddDate(0, 0, 1)
	}
}

func edited(w *world) []byte {
	return []byte(strings.Replace(string(w.valid.PDF["fr"]), "TEST attestation", "TEST edited text", 1))
}

// hidden asserts that nothing of a person, nor of an issuer, is shown.
func hidden(_ *world, r *check.Result) error {
	if r.Credential != nil || r.Issuer != nil || r.Status != nil || r.Document != nil || r.Share != "" || r.Forms != nil {
		return fmt.Errorf("unverified data is shown: %+v", r)
	}
	return nil
}

func document(issued bool, form string) func(*world, *check.Result) error {
	return func(_ *world, r *check.Result) error {
		if r.Document == nil || r.Document.Issued != issued || r.Document.Form != form {
			return fmt.Errorf("document %+v, want issued %v, form %q", r.Document, issued, form)
		}
		return nil
	}
}

func noDocument(_ *world, r *check.Result) error {
	if r.Document != nil {
		return fmt.Errorf("document %+v, want none", r.Document)
	}
	return nil
}

func statusIs(value string) func(*world, *check.Result) error {
	return func(_ *world, r *check.Result) error {
		if r.Status == nil || r.Status.Value != value {
			return fmt.Errorf("status %+v, want %s", r.Status, value)
		}
		return nil
	}
}

func tables() [][]tableCase {
	return [][]tableCase{verdictCases, inputCases, trustCases, registryCases, hostCases}
}

func TestChecks(t *testing.T) {
	seen := map[string]bool{}
	total := 0
	for _, table := range tables() {
		for _, c := range table {
			if seen[c.name] {
				t.Fatalf("two cases %q", c.name)
			}
			seen[c.name] = true
			total++
			t.Run(c.name, c.test)
		}
	}
	if total < 60 {
		t.Errorf("only %d cases", total)
	}
}

// publish makes the world of a case.
func (c tableCase) publish() (*world, *check.Checker) {
	w := newWorld()
	if c.change != nil {
		c.change(w)
	}
	w.Publish()
	if c.spoil != nil {
		c.spoil(w)
	}
	checker := w.checker()
	if c.adjust != nil {
		c.adjust(w, checker)
	}
	return w, checker
}

func (c tableCase) test(t *testing.T) {
	w, checker := c.publish()
	var r *check.Result
	if c.series != nil {
		r = c.series(w, checker)
	} else {
		r = c.run(w, checker)
	}
	if r.Verdict != c.want {
		t.Fatalf("verdict %s (%s), want %s", r.Verdict, r.Reason.In("en"), c.want)
	}
	if said := r.Reason.In("en"); (c.reason == "") != (said == "") || !strings.Contains(said, c.reason) {
		t.Errorf("reason %q, want one with %q", said, c.reason)
	}
	if (r.Reason.In("fr") == "") != (r.Reason.In("en") == "") {
		t.Errorf("reason %q is not said in both languages", r.Reason)
	}
	switch r.Verdict {
	case check.NotGenuine, check.UnknownIssuer, check.NotFound:
		if err := hidden(w, r); err != nil {
			t.Error(err)
		}
	default:
		if r.Credential == nil || r.Credential.FamilyName != "Łukaszewicz-N’Guyễn" || r.Issuer == nil || r.Status == nil {
			t.Errorf("an authentic credential is not shown whole: %+v", r)
		}
	}
	if c.also != nil {
		if err := c.also(w, r); err != nil {
			t.Error(err)
		}
	}
	r.RootsFile = `the "roots".json`
	want, err := strict.Marshal(r, strict.Deterministic(true))
	if got := r.AppendJSON(nil); err != nil || string(got) != string(want) {
		t.Errorf("%v\nwrote %s\nwant  %s", err, got, want)
	}
}

// TestMangled: no altered byte, no truncation and no insertion in anything
// that is read leads to "valid" — or, for the credential itself, to any answer
// that shows a person.
func TestMangled(t *testing.T) {
	w := newWorld()
	w.Publish()
	genuine := w.valid.Signed
	try := func(what string, signed []byte) {
		t.Helper()
		r := w.checker().QR(ctx, signing.QRText(testsite.Address, signed))
		if r.Verdict != check.NotGenuine && r.Verdict != check.UnknownIssuer || r.Credential != nil {
			t.Fatalf("credential, %s: %s", what, r.Verdict)
		}
	}
	checker := w.checker()
	if v := checker.QR(ctx, w.valid.QR).Verdict; v != check.Valid {
		t.Fatal(v)
	}
	testsite.Mangled(genuine, stride, testsite.CredentialParts(genuine), try)
	for i := strings.Index(w.valid.QR, "#") + 1; i < len(w.valid.QR); i += stride {
		d := w.valid.QR[i]
		other := w.valid.QR[:i] + string('0'+(d-'0'+1)%10) + w.valid.QR[i+1:]
		if r := checker.QR(ctx, other); r.Credential != nil {
			t.Fatalf("digit %d changed: %s", i, r.Verdict)
		}
	}
}

// TestMangledFiles alters every file of the host, byte by byte.
func TestMangledFiles(t *testing.T) {
	w := newWorld()
	w.Publish()
	typed := w.valid.Code.String()
	for _, name := range []string{"keys.json", "status/1.json", w.valid.Path()} {
		whole := w.Files[name]
		try := func(what string, data []byte) {
			w.Files[name] = data
			if r := w.checker().Code(ctx, typed); r.Verdict == check.Valid {
				t.Fatalf("%s, %s: %s", name, what, r.Verdict)
			}
		}
		testsite.Mangled(whole, stride, []int{0, 1, 13, len(whole) - 16}, try)
		w.Files[name] = whole
	}
	if r := w.checker().Code(ctx, typed); r.Verdict != check.Valid {
		t.Fatalf("restored: %s", r.Verdict)
	}
}

// TestMangledAttachment alters the signed part of the PDF.
func TestMangledAttachment(t *testing.T) {
	w := newWorld()
	w.Publish()
	whole := w.valid.PDF["fr"]
	begin := strings.Index(string(whole), "etalon-attestation-1")
	end := strings.Index(string(whole), "end-etalon-attestation") + len("end-etalon-attestation\n")
	checker := w.checker()
	code := strings.Index(string(whole), "\nP-") + 1
	head, tail := whole[:begin], whole[end:]
	part := whole[begin:end]
	testsite.Mangled(part, stride, []int{0, len("etalon-attestation-1\n"), code - begin, code - begin + 29}, func(what string, altered []byte) {
		r := checker.PDF(ctx, slices.Concat(head, altered, tail))
		if r.Document != nil && r.Document.Issued {
			t.Fatalf("%s: called the issued file", what)
		}
		// Only a change in the code, or in the host, which is nobody's word, leaves
		// the credential as it was.
		_, text, _ := strings.Cut(string(altered), "#")
		if own, _, _ := strings.Cut(text, "\n"); r.Credential != nil && own != digits(w) {
			t.Fatalf("%s: %s, document %+v", what, r.Verdict, r.Document)
		}
	})
	for i := begin; i < end; i += stride {
		if r := checker.PDF(ctx, whole[:i]); r.Verdict != check.NotGenuine {
			t.Fatalf("cut at %d: %s", i, r.Verdict)
		}
	}
}

// TestEveryField: what page 1 prints is what the answer shows.
func TestEveryField(t *testing.T) {
	w := newWorld()
	w.Publish()
	got, err := json.Marshal(w.checker().QR(ctx, w.valid.QR))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"verdict":"valid","checkedAt":"2026-06-15T12:00:00Z","issuer":{"name":"TEST Issuer","url":"https://attestations.example","specimen":true},"trust":"pinned","input":"qr",` +
		`"credential":{"number":"2026-0000001","form":"full","regime":"adaptive","familyName":"Łukaszewicz-N’Guyễn","givenNames":"Ķristīne","birthDate":"2001-11-07","birthPlace":"Saint-Étienne (42)","centre":"Lycée TEST, Montbrison","sessionDate":"2026-03-02","issuedOn":"2026-03-10","expiresOn":"2029-03-10","score":385,"level":4,"maxLevel":7,"professional":true,` +
		`"levels":{"1.1":4,"1.2":3,"1.3":5,"2.1":4,"2.2":4,"2.3":3,"2.4":4,"3.1":4,"3.2":2,"3.3":4,"3.4":3,"4.1":4,"4.2":5,"4.3":4,"5.1":3,"5.2":0},"statusList":1,"statusIndex":4711},` +
		`"status":{"value":"valid","asOf":"2026-06-01T12:00:00Z","validUntil":"2026-07-13T12:00:00Z"}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestProfile: pix beside the levels, no global level.
func TestProfile(t *testing.T) {
	w := newWorld()
	a := w.Issue(func(c *signing.Credential) {
		c.Regime, c.Level, c.MaxLevel, c.Score = signing.Profile, 0, 5, 0
		for i := range c.Levels {
			c.Levels[i] = i % 6
			c.Pix[i] = 8*(i%6) + i%8
			c.Score += c.Pix[i]
		}
	})
	w.Publish()
	for _, r := range []*check.Result{w.checker().QR(ctx, a.QR), w.checker().Code(ctx, a.Code.String())} {
		if r.Verdict != check.Valid || r.Credential.Regime != "profile" || r.Credential.Pix["5.2"] != 31 || r.Credential.Levels["5.2"] != 3 {
			t.Errorf("%+v %+v", r, r.Credential)
		}
	}
}

func sum(b []byte) [32]byte { return sha256.Sum256(b) }
