package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"etalon/engine"
	"etalon/signing"
	"etalon/testdata"
	"etalon/verifier/check"
	"etalon/verifier/server"
)

func (e *env) demo(ctx context.Context, args []string) error {
	c := e.command("demo", "")
	out := c.String("out", "", "`folder` to make the workspace in (default: a temporary one)")
	once := c.Bool("once", false, "do everything but serve")
	addr := c.String("addr", "localhost:8080", "`address` to serve on")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	at, err := parseAt(*c.at, e.now())
	if err != nil {
		return err
	}
	if _, port, err := net.SplitHostPort(*addr); err != nil || port == "" {
		return usagef("-addr %q is not of the form localhost:8080", *addr)
	}
	dir := *out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "etalon-demo-"); err != nil {
			return err
		}
	} else if list, err := os.ReadDir(dir); err == nil && len(list) > 0 {
		return withHint(fmt.Errorf("%s is not empty", dir), "name a new folder with -out, or leave -out away for a temporary one")
	}
	// The address is taken before the work, so that a busy port is told at once.
	var listener net.Listener
	if !*once {
		if listener, err = net.Listen("tcp", *addr); err != nil {
			return withHint(fmt.Errorf("listen: %w", err), "choose another port with -addr localhost:8081, or only make the files with -once")
		}
		defer listener.Close()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := e.lock(dir, c.Name(), writes); err != nil {
		return err
	}
	d := &demonstration{env: e, dir: dir, address: "http://" + *addr}
	if err := d.make(ctx, at); err != nil {
		return err
	}
	if err := d.tell(!*once); err != nil {
		return err
	}
	if *once {
		return nil
	}
	e.unlock() // whoever tries other commands on it meanwhile may
	return d.serve(ctx, listener)
}

// demonstration is a workspace made from the sample data of the project.
type demonstration struct {
	*keyring
	env     *env
	dir     string
	address string
	at      time.Time
	links   []demoLink
	sample  *issuedFile // a valid one, to type and to open
}

type demoLink struct{ verdict, about, text string }

// make runs the whole operator's side: keys, scores, jury, attestations,
// later decisions, publication.
func (d *demonstration) make(ctx context.Context, at time.Time) error {
	say := func(format string, args ...any) { fmt.Fprintf(d.env.stdout, format+"\n", args...) }
	config := Config{
		Schema: configSchema, Issuer: "Étalon SPECIMEN", Address: d.address, Specimen: true,
		Signatory: Signatory{Name: "Camille SPECIMEN", Role: map[string]string{"fr": "Direction de la certification", "en": "Head of certification"}},
	}
	if err := d.lay(config); err != nil {
		return err
	}
	w, err := openWorkspace(d.dir)
	if err != nil {
		return err
	}
	d.keyring = &keyring{workspace: w}
	say("Workspace %s\n", d.dir)

	scored, err := d.score(ctx, d.env, scoreOptions{})
	if err != nil {
		return err
	}
	say("Scores proposed from the session logs:\n")
	if err := scored.print(d.env.stdout); err != nil {
		return err
	}

	juries, err := d.juries()
	if err != nil {
		return err
	}
	d.at = at
	if last := juries[len(juries)-1].at; last.After(at) {
		d.at = last // a clock that lags behind the samples
	}
	if err := d.enrol(ctx); err != nil {
		return err
	}
	roots, err := os.MkdirTemp("", "etalon-demo-root-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(roots)
	if _, err := d.initKeys(d.env.rand, roots, "", "", d.at, juries[0].at.Truncate(24*time.Hour), d.at.AddDate(1, 0, 0)); err != nil {
		return err
	}
	if d.keyring, err = w.keyring(""); err != nil {
		return err
	}
	say("\nTEST keys made; the two roots signed the manifest and were thrown away.")

	var final *finalised
	for i, jury := range juries {
		for name, data := range jury.decisions {
			if err := createFile(d.path("decisions", name), data, 0o600); err != nil {
				return err
			}
		}
		if final, err = d.finalise(ctx, d.env); err != nil {
			return err
		}
		issuedAt := jury.at
		if i == len(juries)-1 {
			issuedAt = d.at
		}
		if err := d.issueDue(ctx, d.env, issuedAt); err != nil {
			return err
		}
	}
	all, err := d.allIssued()
	if err != nil {
		return err
	}
	say("\nThe jury decided:\n")
	if err := printRecords(d.env.stdout, final.records); err != nil {
		return err
	}
	if len(all) < 4 {
		return fmt.Errorf("only %d attestations were obtained in the sample sessions", len(all))
	}
	if err := d.choose(all); err != nil {
		return err
	}
	p, err := d.publish(ctx, d.env, d.at)
	if err != nil {
		return err
	}
	say("\n%d attestations issued and published with %d files of the site into %s.", p.attestations, p.pages, d.path("public"))
	return nil
}

// lay writes the sample files and the configuration.
func (d *demonstration) lay(config Config) error {
	data, err := encode(config)
	if err != nil {
		return err
	}
	if err := createFile(filepath.Join(d.dir, "etalon.json"), data, 0o644); err != nil {
		return err
	}
	for _, list := range []map[string]string{sampleRules, sampleInbox, {"specimen/sessions": "sessions"}} {
		if err := layFiles(d.dir, list); err != nil {
			return err
		}
	}
	return nil
}

// enrol makes the rooms that the sample sessions were held in.
func (d *demonstration) enrol(ctx context.Context) error {
	t := &taking{workspace: d.workspace, at: d.at, file: d.path("inbox", "candidates.csv")}
	defer os.RemoveAll(t.path(stageName))
	for _, do := range []func() error{t.load, func() error { return t.prepare("") }, func() error { return t.read(ctx, d.env) }, t.faults.Err, t.show} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// jury is a sitting: decisions taken on one day.
type jury struct {
	at        time.Time
	decisions map[string][]byte
}

// juries groups the sample decisions by day, earliest first.
func (d *demonstration) juries() ([]jury, error) {
	list, err := fs.ReadDir(testdata.FS, "specimen/decisions")
	if err != nil {
		return nil, err
	}
	days := make(map[string]*jury)
	for _, entry := range list {
		name := path.Join("specimen/decisions", entry.Name())
		data, err := testdata.FS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		decision, err := engine.DecodeDecision(name, data)
		if err != nil {
			return nil, err
		}
		at, err := time.Parse(time.RFC3339, decision.At)
		if err != nil {
			return nil, err
		}
		day := at.Format(time.DateOnly)
		if days[day] == nil {
			days[day] = &jury{decisions: make(map[string][]byte)}
		}
		j := days[day]
		j.decisions[entry.Name()] = data
		if at.After(j.at) {
			j.at = at
		}
	}
	if len(days) == 0 {
		return nil, errors.New("no sample decisions")
	}
	var sorted []jury
	for _, day := range sortedKeys(days) {
		sorted = append(sorted, *days[day])
	}
	return sorted, nil
}

// allIssued reads every attestation of the demonstration.
func (d *demonstration) allIssued() (all []*issuedFile, err error) {
	for f, err := range d.attestations() {
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// choose takes decisions about some attestations and prepares a link for each
// verdict that can be shown.
func (d *demonstration) choose(all []*issuedFile) error {
	var current, expired []*issuedFile
	for _, f := range all {
		if f.ExpiresOn < d.at.Format(time.DateOnly) {
			expired = append(expired, f)
		} else {
			current = append(current, f)
		}
	}
	if len(current) < 4 || len(expired) == 0 {
		return fmt.Errorf("%d current and %d expired attestations are not enough to show every verdict", len(current), len(expired))
	}
	d.sample = current[0]
	revoked, suspended, misspelt := current[1], current[2], current[3]
	const by = "Jury SPECIMEN"
	if _, err := d.decide(revoked.Number, revoke, "identity document found to be another person's", by, d.at); err != nil {
		return err
	}
	if _, err := d.decide(suspended.Number, suspend, "complaint under examination", by, d.at); err != nil {
		return err
	}
	r, err := d.attestedRecord(misspelt)
	if err != nil {
		return err
	}
	r.Candidate.BirthPlace += "-sur-Mer"
	if _, err := (&decider{d.keyring, misspelt.Number, "birth place misspelt", by, d.at}).reissueAs(d.env, misspelt, r, nil); err != nil {
		return err
	}
	genuine := d.link(d.sample)
	add := func(verdict, about, text string) { d.links = append(d.links, demoLink{verdict, about, text}) }
	add("valid", "attestation "+d.sample.Number, genuine)
	for _, f := range current[3:] {
		r, err := d.record(f.Session)
		if err != nil {
			return err
		}
		if r.Regime == signing.Profile.String() {
			add("valid", "attestation "+f.Number+", of the profile regime", d.link(f))
			break
		}
	}
	add("revoked", "attestation "+revoked.Number, d.link(revoked))
	add("superseded", "attestation "+misspelt.Number+", issued again with another spelling", d.link(misspelt))
	add("suspended", "attestation "+suspended.Number, d.link(suspended))
	add("expired", "attestation "+expired[0].Number, d.link(expired[0]))
	middle := len(genuine) - 60
	digit := (genuine[middle]-'0'+1)%10 + '0'
	add("not-genuine", "the first link with one digit changed", genuine[:middle]+string(digit)+genuine[middle+1:])

	stranger, unlisted, err := d.strangers()
	if err != nil {
		return err
	}
	add("unknown-issuer", "the same result signed with a stranger's key", stranger)
	add("status-unknown", "a genuine credential whose status list is withheld", unlisted)
	return nil
}

// strangers makes two links that verifiers must not take for valid: the sample
// signed by a key that no manifest names, and signed by the right key but with
// its place in a status list that was never published.
func (d *demonstration) strangers() (stranger, unlisted string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(d.sample.Credential)
	if err != nil {
		return "", "", err
	}
	cred, err := signing.OpenCredential(raw, d.manifest)
	if err != nil {
		return "", "", err
	}
	forger, err := signing.GenerateKey(d.env.rand)
	if err != nil {
		return "", "", err
	}
	forged, err := signing.SignCredential(cred, forger)
	if err != nil {
		return "", "", err
	}
	key, err := d.signer(signing.RoleCredential, d.at)
	if err != nil {
		return "", "", err
	}
	elsewhere := *cred
	elsewhere.List = 99
	withheld, err := signing.SignCredential(&elsewhere, key)
	return signing.QRText(d.address, forged), signing.QRText(d.address, withheld), err
}

func (d *demonstration) link(f *issuedFile) string {
	raw, err := base64.RawURLEncoding.DecodeString(f.Credential)
	if err != nil {
		panic(err) // encoded by issueOne in this very run
	}
	return signing.QRText(d.address, raw)
}

// tell prints what to try.
func (d *demonstration) tell(serving bool) error {
	var b strings.Builder
	if serving {
		fmt.Fprintf(&b, "\nOpen %s/ and try:\n", d.address)
	} else {
		fmt.Fprintf(&b, "\nServe it with 'go run ./verifier -site %s' and try:\n", d.path("public"))
	}
	fmt.Fprintf(&b, "\n  a code to type     %s\n  a PDF to drop      %s\n", d.sample.Code, d.path("attestations", d.sample.Number+".fr.pdf"))
	fmt.Fprintf(&b, "  in the terminal    go run ./verifier check -site %s %s\n", d.path("public"), d.path("attestations", d.sample.Number+".en.pdf"))
	fmt.Fprintf(&b, "\nOne link for each verdict, as a QR code holds it:\n")
	for _, l := range d.links {
		fmt.Fprintf(&b, "\n%s: %s\n%s\n", l.verdict, l.about, l.text)
	}
	_, err := io.WriteString(d.env.stdout, b.String())
	return err
}

// serve answers on the address until the context ends.
func (d *demonstration) serve(ctx context.Context, l net.Listener) error {
	source, err := check.Dir(d.path("public"))
	if err != nil {
		return err
	}
	defer source.Close()
	// The clock keeps running from the date of the demonstration.
	began, at := d.env.now(), d.at
	now := func() time.Time { return at.Add(d.env.now().Sub(began)) }
	logger := slog.New(slog.NewTextHandler(d.env.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	handler, err := server.New(server.Config{
		Site: source.FS(), Logger: logger,
		Checker: &check.Checker{Trust: d.trust, Source: source, Now: now},
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.env.stdout, "\nServing on %s/ – press Ctrl-C to stop.\n", d.address)
	return server.Serve(ctx, l, handler, logger)
}
