package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/attestation"
	"etalon/signing"
)

// issuedFile is issued/NUMBER.json: all that was decided once when an
// attestation was issued. It holds the access code, so it is the operator's
// alone (0600) and never published.
//
// After an erasure only number, place, serial, session and hashes remain:
// enough for the status list, the roll, and for never issuing it again.
type issuedFile struct {
	Code       string            `json:"code,omitzero"`
	Correction *correction       `json:"correction,omitzero"` // to the record's candidate
	Credential string            `json:"credential,omitzero"` // base64url of the COSE_Sign1
	Erased     *erasure          `json:"erased,omitzero"`     // then no member above or below that omits zero
	ExpiresOn  string            `json:"expiresOn,omitzero"`
	Forms      map[string]string `json:"forms,omitzero"` // SHA-256 of each PDF, hex
	Index      uint32            `json:"index"`
	IssuedOn   string            `json:"issuedOn,omitzero"`
	List       uint32            `json:"list"`
	Locator    string            `json:"locator,omitzero"`
	Number     string            `json:"number"`
	Schema     string            `json:"schema"` // "etalon-issued/1"
	Serial     uint64            `json:"serial"` // count of attestations issued before, ever
	Session    string            `json:"session"`
	Share      string            `json:"share,omitzero"`      // base64url
	Supersedes string            `json:"supersedes,omitzero"` // number of the attestation that this one corrects
}

// erasure is what remains of an erased attestation for the roll.
type erasure struct {
	On         string `json:"on"`         // day
	Credential string `json:"credential"` // SHA-256 of the full form, hex
	Share      string `json:"share"`      // SHA-256 of the share form, hex
}

const issuedSchema = "etalon-issued/1"

// sealedPath is where a sealed file stands below issued/ and below public/.
func sealedPath(locator, form string) string {
	name := locator
	if form != "" {
		name += "." + form
	}
	return path.Join("registry", locator[:2], name)
}

// issued reads one attestation's file.
func (w *workspace) issued(number string) (*issuedFile, error) {
	path := w.path("issued", number+".json")
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("no attestation %s was issued in this workspace: no %s", number, path), "the numbers are the file names in issued/")
	}
	if err != nil {
		return nil, err
	}
	f := new(issuedFile)
	if err := decodeStrict(path, data, f); err != nil {
		return nil, err
	}
	switch {
	case f.Schema != issuedSchema:
		err = fmt.Errorf("%s: schema: %q where %q is expected", path, f.Schema, issuedSchema)
	case f.Number != number:
		err = fmt.Errorf("%s: number: %q does not match the file's name", path, f.Number)
	case f.Erased == nil && len(f.Locator) != 32:
		err = fmt.Errorf("%s: locator: not 32 hexadecimal digits", path)
	}
	return f, withHint(err, "restore the file from a backup: it is never edited")
}

// credentials are the two signed forms, full and share, of an attestation that
// was not erased.
func (f *issuedFile) credentials() (both [2][]byte, err error) {
	for i, text := range []string{f.Credential, f.Share} {
		if both[i], err = base64.RawURLEncoding.DecodeString(text); err != nil || len(both[i]) == 0 {
			return both, withHint(fmt.Errorf("issued/%s.json: a credential is not base64url", f.Number), "restore the file from a backup: it is never edited")
		}
	}
	return both, nil
}

// digests are the SHA-256 of both forms, which outlive an erasure.
func (f *issuedFile) digests() (both [2][32]byte, err error) {
	if f.Erased == nil {
		signed, err := f.credentials()
		return [2][32]byte{sha256.Sum256(signed[0]), sha256.Sum256(signed[1])}, err
	}
	for i, text := range []string{f.Erased.Credential, f.Erased.Share} {
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != len(both[i]) {
			return both, withHint(fmt.Errorf("issued/%s.json: a hash is not 64 hexadecimal digits", f.Number), "restore the file from a backup: it is never edited")
		}
		both[i] = [32]byte(sum)
	}
	return both, nil
}

// allIssued reads every attestation's file, by number.
func (w *workspace) allIssued() ([]*issuedFile, error) {
	list, err := names(w.path("issued"), ".json")
	if err != nil {
		return nil, err
	}
	all := make([]*issuedFile, 0, len(list))
	for _, number := range list {
		f, err := w.issued(number)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func (e *env) issue(ctx context.Context, args []string) error {
	c := e.command("issue", "")
	list := c.String("forms", "fr,en", "`forms` to make of each attestation, of fr, en, bi and diploma")
	deliver := c.Bool("deliver", true, "bring deliveries/ up to date with what is issued")
	k, at, err := c.openKeys(args)
	if err != nil {
		return err
	}
	forms, err := parseForms(*list)
	if err != nil {
		return err
	}
	is, err := k.newIssuer(e, at, at)
	if err != nil {
		return err
	}
	is.forms = forms
	e.warnEnds(k, at)
	made, err := is.issueAll(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%d issued on %s", len(made), at.Format(time.DateOnly))
	if len(made) > 0 {
		fmt.Fprintf(e.stdout, ", %s to %s; readable copies in %s", made[0].Number, made[len(made)-1].Number, k.path("attestations"))
	}
	fmt.Fprintln(e.stdout, ".")
	if !*deliver {
		return nil
	}
	return k.deliver(ctx, e, at)
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

// issuer holds what issuing needs: the keys, the referential, the counters.
type issuer struct {
	*keyring
	env         *env
	referential *content.Referential
	credential  *signing.PrivateKey
	entry       *signing.PrivateKey
	placement   [32]byte
	forms       []attestation.Form
	at          time.Time
	day         time.Time       // of issue
	done        map[string]bool // sessions that have their attestation
	serial      uint64
	number      uint64 // last number given
}

// newIssuer gets ready to issue at a given time attestations that bear a given
// day of issue: that of the first paper where one is issued again.
func (k *keyring) newIssuer(e *env, at, day time.Time) (*issuer, error) {
	is := &issuer{keyring: k, env: e, at: at, day: day, forms: defaultForms, done: make(map[string]bool)}
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
	if is.entry, err = k.signer(signing.RoleEntry, at); err != nil {
		return nil, err
	}
	if _, is.placement, err = loadKey(k.placementPath(), rolePlacement, k.pass); err != nil {
		return nil, err
	}
	all, err := k.allIssued()
	if err != nil {
		return nil, err
	}
	is.number = uint64(at.Year()) * numbersAYear
	for _, f := range all {
		is.done[f.Session] = true
		is.serial = max(is.serial, f.Serial+1)
		n, err := signing.ParseNumber(f.Number)
		if err != nil {
			return nil, err
		}
		if n/numbersAYear == uint64(at.Year()) {
			is.number = max(is.number, n)
		}
	}
	return is, nil
}

// validityYears is how long an attestation is good for, whatever its regime.
const validityYears = 3

// numbersAYear is the room for attestations in one year's numbers.
const numbersAYear = 10_000_000

// issueAll issues, in the order of their names, every final and validated
// record that has no attestation yet.
func (is *issuer) issueAll(ctx context.Context) ([]*issuedFile, error) {
	list, err := names(is.path("records"), ".json")
	if err != nil {
		return nil, err
	}
	var due []*engine.Record
	for _, session := range list {
		if is.done[session] {
			continue
		}
		r, err := is.record(session)
		if err != nil {
			return nil, err
		}
		if r.Session != session {
			return nil, withHint(fmt.Errorf("%s: session: %q does not match the file's name", is.path("records", session+".json"), r.Session), "score the session again")
		}
		if obtained(r) {
			due = append(due, r)
		}
	}
	bar := newProgress(is.env.stderr, "issuing", len(due))
	defer bar.end()
	var made []*issuedFile
	for _, r := range due {
		if err := ctx.Err(); err != nil {
			return made, err
		}
		f, err := is.issueOne(r, nil)
		if err != nil {
			return made, fmt.Errorf("issue session %s: %w", r.Session, err)
		}
		made = append(made, f)
		bar.step()
	}
	if len(made) > 0 {
		if err := is.badges(); err != nil {
			return made, err
		}
	}
	return made, nil
}

// issueOne signs, renders and seals one attestation; the record of a corrected
// one is the corrected record, and was the attestation it takes the place of.
// issued/NUMBER.json is written last: until it stands there, nothing was
// issued, and the sealed files of an interrupted run are never published.
func (is *issuer) issueOne(r *engine.Record, was *issuedFile) (*issuedFile, error) {
	number, serial := is.number+1, is.serial
	if number%numbersAYear == 0 {
		return nil, fmt.Errorf("the numbers of %d are used up", is.at.Year())
	}
	list, index := signing.Place(is.placement, serial)
	cred, err := credentialOf(is.referential, r, number, is.day, list, index)
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
	code, err := signing.NewCode(is.env.rand)
	if err != nil {
		return nil, err
	}
	f := &issuedFile{
		Code: code.String(), Credential: base64.RawURLEncoding.EncodeToString(signed), ExpiresOn: cred.ExpiresOn.String(),
		Forms: make(map[string]string), Index: index, IssuedOn: cred.IssuedOn.String(), List: list, Locator: code.Locator(),
		Number: signing.FormatNumber(number), Schema: issuedSchema, Serial: serial, Session: r.Session,
		Share: base64.RawURLEncoding.EncodeToString(share),
	}
	if was != nil {
		f.Supersedes = was.Number
		f.Correction = &correction{r.Candidate.BirthPlace, r.Candidate.FamilyName, r.Candidate.GivenNames}
	}
	entry := &signing.Entry{Credential: signed, Share: share, Record: r.Encode()}
	pdfs := make(map[string][]byte)
	for _, kind := range is.forms {
		pdf, err := attestation.Render(is.document(cred, signed, f.Code, kind))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(pdf)
		form := string(kind)
		pdfs[form], f.Forms[form] = pdf, hex.EncodeToString(sum[:])
		entry.Forms = append(entry.Forms, signing.FormHash{Form: form, SHA256: sum})
	}
	sealed, err := signing.SealEntry(code, entry, is.entry)
	if err != nil {
		return nil, err
	}
	if err := createFile(is.path("issued", sealedPath(f.Locator, "")), sealed, 0o644); err != nil {
		return nil, err
	}
	for _, kind := range is.forms {
		form := string(kind)
		sealed, err := signing.SealFile(code, form, pdfs[form])
		if err != nil {
			return nil, err
		}
		if err := createFile(is.path("issued", sealedPath(f.Locator, form)), sealed, 0o644); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(is.path("attestations"), 0o700); err != nil {
			return nil, err
		}
		if err := writeFile(is.path("attestations", f.Number+"."+form+".pdf"), pdfs[form], 0o600); err != nil {
			return nil, err
		}
	}
	data, err := encode(f)
	if err != nil {
		return nil, err
	}
	if err := createFile(is.path("issued", f.Number+".json"), data, 0o600); err != nil {
		return nil, err
	}
	is.number, is.serial = number, serial+1
	return f, nil
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
