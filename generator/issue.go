package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/attestation"
	"etalon/signing"
)

func (e *env) issue(ctx context.Context, args []string) error {
	c := e.command("issue", "")
	list := c.String("forms", "fr,en", "`forms` to make of each attestation, of fr, en, bi and diploma")
	copies := c.Bool("copies", true, "keep a readable copy of each PDF in attestations/")
	planOnly := c.Bool("plan", false, "write the plan alone, for shards to carry out")
	deliver := c.Bool("deliver", true, "bring deliveries/ up to date with what is issued")
	part := c.String("shard", "", "`I/N`: carry out the I-th of N parts of the plan; job/N: the part of a pod of an Indexed Job")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	forms, err := parseForms(*list)
	if err != nil {
		return err
	}
	of := wholePlan
	if *part != "" {
		if of, err = parseShard(*part); err != nil {
			return err
		}
		if *planOnly || c.given("forms") {
			return usagef("-shard carries out the plan as it is: give -forms with -plan, before the shards")
		}
		c.access = shares
	}
	k, at, err := c.keys()
	if err != nil {
		return err
	}
	if *part != "" {
		if err := e.lockFile(k.shardLock(of.index, of.count), fmt.Sprintf("%s -shard %d/%d", c.Name(), of.index, of.count), writes); err != nil {
			return err
		}
	}
	e.warnEnds(k, at)
	open, err := k.plan()
	if err != nil {
		return err
	}
	r := &pressRun{env: e, keyring: k, copies: *copies}
	switch {
	case *part != "":
		return r.shard(ctx, open, of)
	case *planOnly && open != nil:
		if c.given("forms") && !slices.EqualFunc(forms, open.Forms, func(form attestation.Form, name string) bool { return string(form) == name }) {
			return withHint(fmt.Errorf("%s is not complete, and is of other forms: %v", open.name(), open.Forms), "complete it with 'generator issue' or its shards")
		}
		fmt.Fprintf(e.stdout, "Planned before: %s stands as it is.\n", open.name())
		return nil
	case *planOnly:
		return r.planAhead(at, forms)
	}
	issued, err := r.all(ctx, open, at, forms)
	if err != nil {
		return err
	}
	if *deliver {
		if err := k.deliver(ctx, e, at); err != nil {
			return err
		}
	}
	if issued > 0 {
		fmt.Fprintln(e.stdout, "The codes answer once 'generator publish' has run.")
	}
	return nil
}

// shard carries out a part of the open plan.
func (r *pressRun) shard(ctx context.Context, open *plan, of shard) error {
	if open == nil {
		return withHint(errors.New("no plan is open: there is nothing for a shard to do"), "write it with 'generator issue -plan', before copying the workspace to where shards run; all shards done, a plain 'generator issue' ends it")
	}
	if err := r.press(ctx, open, of); err != nil {
		return err
	}
	fmt.Fprintf(r.env.stdout, "Shard %d/%d of %s: %s.\n", of.index, of.count, open.name(), r.summary())
	return nil
}

// planAhead writes a plan and does nothing of it.
func (r *pressRun) planAhead(at time.Time, forms []attestation.Form) error {
	p, err := r.newPlan(at, forms)
	if err != nil {
		return err
	}
	if p == nil {
		fmt.Fprintln(r.env.stdout, "Nothing to issue: no plan was written.")
		return nil
	}
	fmt.Fprintf(r.env.stdout, "Planned: %d attestations of %s, %s to %s. Carry it out with 'generator issue', or in N parts with 'generator issue -shard I/N'.\n",
		p.count, p.Day, p.FirstNumber, signing.FormatNumber(p.number(p.count-1)))
	return nil
}

// all completes the open plan, if there is one, then plans and issues what is due
// since.
func (r *pressRun) all(ctx context.Context, open *plan, at time.Time, forms []attestation.Form) (issued int, err error) {
	out := r.env.stdout
	if open != nil {
		fmt.Fprintf(out, "Resuming %s.\n", open.name())
		if err := r.complete(ctx, open); err != nil {
			return 0, err
		}
		fmt.Fprintf(out, "%s on %s.\n", r.summary(), open.Day)
		issued = r.issued
		r = &pressRun{env: r.env, keyring: r.keyring, copies: r.copies}
	}
	next, err := r.newPlan(at, forms)
	if err != nil {
		return 0, err
	}
	if next != nil {
		if err := r.complete(ctx, next); err != nil {
			return 0, err
		}
	}
	if next == nil && open != nil {
		return issued, nil
	}
	fmt.Fprintf(out, "%s on %s", r.summary(), at.Format(time.DateOnly))
	if r.issued > 0 {
		fmt.Fprintf(out, ", %s to %s", r.first, r.last)
		if r.copies {
			fmt.Fprintf(out, "; readable copies in %s", r.path("attestations"))
		}
	}
	fmt.Fprintln(out, ".")
	return issued + r.issued, nil
}

// defaultForms are made of every attestation unless the operator says.
var defaultForms = []attestation.Form{attestation.French, attestation.English}

// parseForms reads a list like "fr,en", and puts it in the order of all forms,
// which is that of the entry's list.
func parseForms(list string) ([]attestation.Form, error) {
	var forms []attestation.Form
	for name := range strings.SplitSeq(list, ",") {
		form := attestation.Form(strings.TrimSpace(name))
		if !slices.Contains(attestation.Forms, form) {
			return nil, usagef("-forms: %q is none of %v", form, attestation.Forms)
		}
		if slices.Contains(forms, form) {
			return nil, usagef("-forms: %s stands there twice", form)
		}
		forms = append(forms, form)
	}
	slices.SortFunc(forms, func(a, b attestation.Form) int {
		return slices.Index(attestation.Forms, a) - slices.Index(attestation.Forms, b)
	})
	return forms, nil
}

// issuer holds what making an attestation needs; it is used by several
// goroutines at a time.
type issuer struct {
	*keyring
	referential *content.Referential
	credential  *signing.PrivateKey
	entry       *signing.PrivateKey
	placement   [32]byte
	forms       []attestation.Form
	day         time.Time // of issue
}

// newIssuer gets ready to issue at a given time attestations that bear a given
// day of issue: that of the first paper where one is issued again.
func (k *keyring) newIssuer(at, day time.Time, forms []attestation.Form) (*issuer, error) {
	is := &issuer{keyring: k, day: day, forms: forms}
	var err error
	if is.referential, err = content.Default(); err != nil {
		return nil, err
	}
	if err := errors.Join(k.notClosed(), k.current(at)); err != nil {
		return nil, err
	}
	if is.credential, err = k.signer(signing.RoleCredential, day); err != nil {
		return nil, err
	}
	if is.entry, err = k.entrySigner(at); err != nil {
		return nil, err
	}
	_, is.placement, err = loadKey(k.placementPath(), rolePlacement, k.pass)
	return is, err
}

// validityYears is how long an attestation is good for, whatever its regime.
const validityYears = 3

// numbersAYear is the room for attestations in one year's numbers.
const numbersAYear = 10_000_000

// dueRecord reads the record of a session; nil if it earns no attestation.
func (w *workspace) dueRecord(session string) (*engine.Record, error) {
	r, err := w.record(session)
	if err != nil {
		return nil, err
	}
	if r.Session != session {
		return nil, withHint(fmt.Errorf("%s: session: %q does not match the file's name", w.path("records", session+".json"), r.Session), "score the session again")
	}
	if !obtained(r) {
		return nil, nil
	}
	return r, nil
}

// made is an attestation that stands nowhere yet.
type made struct {
	file   *issuedFile
	sealed map[string][]byte // by form, "" for the entry
	pdfs   map[string][]byte // by form
}

// identity is what an attestation is given beside its record.
type identity struct {
	number, serial uint64
	code           signing.Code
}

// make signs, renders and seals one attestation; the record of a corrected one
// is the corrected record, and was the attestation it takes the place of.
func (is *issuer) make(r *engine.Record, id identity, was *issuedFile) (*made, error) {
	list, index := signing.Place(is.placement, id.serial)
	cred, err := credentialOf(is.referential, r, id.number, is.day, list, index)
	if err != nil {
		return nil, err
	}
	if was != nil {
		if cred.ExpiresOn, err = signing.ParseDate(was.ExpiresOn); err != nil {
			return nil, fmt.Errorf("issued/%s.json: expiresOn: %w", was.Number, err)
		}
	}
	signed, err := signing.SignCredential(cred, is.credential)
	if err != nil {
		return nil, err
	}
	share, err := signing.SignCredential(cred.Share(), is.credential)
	if err != nil {
		return nil, err
	}
	// A credential that verifiers would refuse must not leave the house.
	for _, b := range [][]byte{signed, share} {
		if _, err := signing.OpenCredential(b, is.manifest); err != nil {
			return nil, fmt.Errorf("the new credential does not verify: %w", err)
		}
	}
	f := &issuedFile{
		Code: id.code.String(), Credential: base64.RawURLEncoding.EncodeToString(signed), ExpiresOn: cred.ExpiresOn.String(),
		Forms: make(map[string]string), Index: index, IssuedOn: cred.IssuedOn.String(), List: list, Locator: id.code.Locator(),
		Number: signing.FormatNumber(id.number), Schema: issuedSchema, Serial: id.serial, Session: r.Session,
		Share: base64.RawURLEncoding.EncodeToString(share),
	}
	if was != nil {
		f.Supersedes = was.Number
		f.Correction = &correction{r.Candidate.BirthPlace, r.Candidate.FamilyName, r.Candidate.GivenNames}
	}
	m := &made{file: f, sealed: make(map[string][]byte), pdfs: make(map[string][]byte)}
	entry := &signing.Entry{Credential: signed, Share: share, Record: r.Encode()}
	for _, kind := range is.forms {
		pdf, err := attestation.Render(is.document(cred, signed, f.Code, kind))
		if err != nil {
			return nil, err
		}
		form, sum := string(kind), sha256.Sum256(pdf)
		m.pdfs[form], f.Forms[form] = pdf, hex.EncodeToString(sum[:])
		entry.Forms = append(entry.Forms, signing.FormHash{Form: form, SHA256: sum})
		if m.sealed[form], err = signing.SealFile(id.code, form, pdf); err != nil {
			return nil, err
		}
	}
	m.sealed[""], err = signing.SealEntry(id.code, entry, is.entry)
	return m, err
}

// issueOne makes one attestation and puts it in place, file by file.
// issued/NUMBER.json is written last: until it stands there, nothing was
// issued, and the sealed files of an interrupted run are never published.
func (is *issuer) issueOne(r *engine.Record, id identity, was *issuedFile) (*issuedFile, error) {
	m, err := is.make(r, id, was)
	if err != nil {
		return nil, err
	}
	f := m.file
	for _, form := range sortedKeys(m.sealed) {
		if err := createFile(is.path("issued", sealedPath(f.Locator, form)), m.sealed[form], 0o644); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(is.path("attestations"), 0o700); err != nil {
		return nil, err
	}
	for _, form := range sortedKeys(m.pdfs) {
		if err := writeFile(is.path("attestations", f.Number+"."+form+".pdf"), m.pdfs[form], 0o600); err != nil {
			return nil, err
		}
	}
	data, err := encode(f)
	if err != nil {
		return nil, err
	}
	return f, createFile(is.path("issued", f.Number+".json"), data, 0o600)
}

// referentialPath is where the referential stands on the site (package site,
// "Addresses").
var referentialPath = map[content.Lang]string{content.FR: "/fr/referentiel/", content.EN: "/en/referential/"}

// document is what the paper shows; person and result come from the
// credential alone.
func (is *issuer) document(cred *signing.Credential, signed []byte, code string, form attestation.Form) attestation.Document {
	role := is.config.Signatory.Role
	return attestation.Document{
		Credential: cred, QR: signing.QRText(is.config.Address, signed), Code: code,
		Form: form, Referential: is.referential, Issuer: is.config.Issuer,
		Signatory: attestation.Signatory{Name: is.config.Signatory.Name, Role: content.Text{FR: role["fr"], EN: role["en"]}},
		Verify:    is.config.Address + "/v",
		Reference: content.Text{FR: is.config.Address + referentialPath[content.FR], EN: is.config.Address + referentialPath[content.EN]},
		Specimen:  is.config.Specimen,
	}
}

// credentialOf maps a final record to the credential that attests it.
func credentialOf(referential *content.Referential, r *engine.Record, number uint64, at time.Time, list, index uint32) (*signing.Credential, error) {
	if !obtained(r) {
		return nil, fmt.Errorf("the record is not a final and validated one")
	}
	birth, err := signing.ParseDate(r.Candidate.BirthDate)
	if err != nil {
		return nil, fmt.Errorf("candidate.birthDate: %w", err)
	}
	session, err := signing.ParseDate(r.SessionDate)
	if err != nil {
		return nil, fmt.Errorf("sessionDate: %w", err)
	}
	issued := signing.DateOf(at)
	if issued < session {
		return nil, withHint(fmt.Errorf("issued on %v, before its session of %v", issued, session), "give the date of publication with -at")
	}
	c := &signing.Credential{
		Form: signing.Full, Regime: signing.Adaptive, Number: number,
		FamilyName: r.Candidate.FamilyName, GivenNames: r.Candidate.GivenNames,
		BirthDate: birth, BirthPlace: r.Candidate.BirthPlace, Centre: r.Centre,
		SessionDate: session, IssuedOn: issued, ExpiresOn: issued.AddYears(validityYears),
		Score: r.Score, MaxLevel: r.MaxLevel, Professional: r.Professional,
		List: list, Index: index,
	}
	profile := r.Regime == signing.Profile.String()
	if profile {
		c.Regime = signing.Profile
	} else {
		c.Level = r.Level
	}
	for i, competence := range referential.Competences() {
		level, ok := r.Levels[competence.Code]
		if !ok {
			return nil, fmt.Errorf("levels.%s: missing", competence.Code)
		}
		c.Levels[i] = level
		if profile {
			c.Pix[i] = r.Pix[competence.Code]
		}
	}
	return c, nil
}

// obtained says whether a record earns an attestation.
func obtained(r *engine.Record) bool {
	return r.State == engine.Final && r.Outcome == engine.Validated && r.Result != nil
}
