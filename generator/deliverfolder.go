package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"etalon/content"
	"etalon/generator/attestation"
	"etalon/generator/attestation/qr"
	"etalon/generator/delivery"
	"etalon/signing"
)

// member is one who is in a delivery. Without a room, the enrolment is empty.
type member struct {
	session, centre, date string
	enrolment             enrolment
}

// order is a delivery to be made: for a room, a sitting, or a prescriber.
type order struct {
	kind, name, date string
	folder           string // below deliveries/
	title            string
	source           string                   // look of what is not a record nor issued
	sessions         func() ([]string, error) // in their order
	members          iter.Seq2[member, error] // the same; may be walked again
	prescribers      []string                 // found on the way
}

// make brings a delivery up to date, and says whether it was made anew.
func (d *deliverer) make(ctx context.Context, o *order) (bool, error) {
	dir := d.path("deliveries", o.folder)
	before := d.readDeliveryState(o.folder)
	sessions, err := o.sessions()
	if err != nil {
		return false, err
	}
	stamp, err := d.stamp(o.source, sessions)
	if err != nil {
		return false, err
	}
	same := before != nil && before.Kind == o.kind && before.Name == o.name && before.Date == o.date && before.stands(dir)
	if same && before.Stamp == stamp {
		o.prescribers = before.Prescribers
		return false, nil
	}
	now := &deliveryState{Date: o.date, Kind: o.kind, Name: o.name, Schema: deliverySchema, Source: o.source, Stamp: stamp}
	classes := make(map[string]bool)
	prescribers := make(map[string]bool)
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", d.common, program())
	for m, err := range o.members {
		if err != nil {
			return false, err
		}
		if err := d.digest(h, &m); err != nil {
			return false, err
		}
		now.Sessions = append(now.Sessions, deliveredSession{Session: m.session, Numbers: d.issued.of(m.session)})
		classes[m.enrolment.Class] = true
		prescribers[m.enrolment.Prescriber] = true
	}
	now.Digest = hex.EncodeToString(h.Sum(nil))
	delete(classes, "")
	delete(prescribers, "")
	if o.kind == kindRoom {
		now.Prescribers = slices.Sorted(maps.Keys(prescribers))
		o.prescribers = now.Prescribers
	}
	if same && before.Digest == now.Digest {
		now.Files = before.Files
		return false, d.writeDeliveryState(o.folder, now)
	}
	claim := *now
	claim.Stamp, claim.Digest = "", ""
	if err := d.writeDeliveryState(o.folder, &claim); err != nil {
		return false, err
	}
	stage := d.path("deliveries", "."+o.folder+".new")
	if err := os.RemoveAll(stage); err != nil {
		return false, err
	}
	defer os.RemoveAll(stage)
	now.Files = make(map[string]int64)
	known := new(knownRoom)
	if len(classes) > 0 && o.kind == kindRoom { // they are read again, and a room is small
		known.candidates = make(map[string][]delivery.Candidate)
	}
	everybody := func(*member) bool { return true }
	if err := d.fill(ctx, o, stage, "", o.title, now.Files, known, everybody); err != nil {
		return false, err
	}
	if known.candidates != nil {
		if _, ok := now.Files[delivery.Archive]; ok {
			if known.papers, err = zip.OpenReader(filepath.Join(stage, delivery.Archive)); err != nil {
				return false, err
			}
			defer known.papers.Close()
		}
		slugs := make(delivery.Slugs)
		for _, class := range slices.Sorted(maps.Keys(classes)) {
			of := func(m *member) bool { return m.enrolment.Class == class }
			if err := d.fill(ctx, o, stage, "class-"+slugs.Name(class), o.title+" – "+class, now.Files, known, of); err != nil {
				return false, err
			}
		}
	}
	if err := replaceFolder(dir, stage); err != nil {
		return false, err
	}
	return true, d.writeDeliveryState(o.folder, now)
}

// writeDeliveryState puts a state in its place, in one step. Nothing of a
// delivery is synced: what a crash leaves of it is not of the noted sizes, and
// made anew.
func (w *workspace) writeDeliveryState(folder string, st *deliveryState) error {
	data, err := encode(st)
	if err != nil {
		return err
	}
	path := w.deliveryStatePath(folder)
	f, err := os.CreateTemp(filepath.Dir(path), "."+folder+".*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// knownRoom is what the folder of a room leaves to those of its classes.
type knownRoom struct {
	candidates map[string][]delivery.Candidate // by session; nil: nothing is kept
	papers     *zip.ReadCloser                 // the archive of the room; nil until it is whole
}

// fill writes those of an order who are wanted into a folder below the stage.
func (d *deliverer) fill(ctx context.Context, o *order, stage, sub, title string, sizes map[string]int64, known *knownRoom, wanted func(*member) bool) (err error) {
	f, err := delivery.Create(filepath.Join(stage, sub), title, d.sender, o.kind != kindPrescriber)
	if err != nil {
		return err
	}
	if known.papers != nil {
		f.CopyFrom(&known.papers.Reader)
	}
	open := true
	defer func() {
		if open {
			f.Abort()
		}
		if err != nil {
			err = fmt.Errorf("deliveries/%s: %w", path.Join(o.folder, sub), err)
		}
	}()
	for m, err := range o.members {
		if err != nil {
			return err
		}
		if !wanted(&m) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		list, ok := known.candidates[m.session]
		if !ok {
			if list, err = d.candidates(&m); err != nil {
				return err
			}
			if known.candidates != nil {
				known.candidates[m.session] = list
			}
		}
		for i := range list {
			if err := f.Add(&list[i]); err != nil {
				return err
			}
		}
	}
	open = false
	files, err := f.Close()
	for name, size := range files {
		sizes[path.Join(sub, name)] = size
	}
	return err
}

// candidates are the lines of one member: one for each attestation that was not
// erased; when nothing was issued, one. Nobody is left of who was erased.
func (d *deliverer) candidates(m *member) ([]delivery.Candidate, error) {
	e := &m.enrolment
	base := delivery.Candidate{Session: m.session, Candidate: e.candidate(), Class: e.Class, Prescriber: e.Prescriber, Centre: m.centre, Held: m.date}
	r, err := d.record(m.session)
	switch {
	case err == nil:
		base.Record, base.Candidate, base.Centre, base.Held = r, r.Candidate, r.Centre, r.SessionDate
		base.Framework = d.frameworks[r.Framework.SHA256]
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	var list []delivery.Candidate
	erased := false
	for _, number := range d.issued.of(m.session) {
		f, err := d.workspace.issued(number)
		if err != nil {
			return nil, err
		}
		if f.Session != m.session { // of the same hash
			continue
		}
		if l := d.lives[number]; f.Erased != nil || l != nil && !l.erased.IsZero() {
			erased = true
			continue
		}
		if r == nil {
			return nil, withHint(fmt.Errorf("attestation %s: no %s", number, d.path("records", m.session+".json")), "restore records/ from a backup")
		}
		c := base
		own := *r
		if f.Correction != nil {
			f.Correction.apply(&own)
		}
		c.Record, c.Candidate, c.Repeated = &own, own.Candidate, len(list) > 0
		if c.Attestation, err = d.attestation(f); err != nil {
			return nil, fmt.Errorf("issued/%s.json: %w", number, err)
		}
		list = append(list, c)
	}
	if len(list) == 0 && !erased {
		list = append(list, base)
	}
	return list, nil
}

// attestation is what was issued, as a delivery takes it.
func (d *deliverer) attestation(f *issuedFile) (*delivery.Attestation, error) {
	signed, err := f.credentials()
	if err != nil {
		return nil, err
	}
	cred, err := d.openCredential(signed[0])
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	text := signing.QRText(d.config.Address, signed[0])
	modules, err := qr.Encode(text)
	if err != nil {
		return nil, fmt.Errorf("QR text: %w", err)
	}
	a := &delivery.Attestation{
		Number: f.Number, IssuedOn: f.IssuedOn, ExpiresOn: f.ExpiresOn, Status: d.status(f.Number), Code: f.Code,
		QR: text, Credential: cred,
		Modules: modules, PDF: func(form attestation.Form) ([]byte, error) { return d.issuedPDF(f, form) },
	}
	for _, form := range attestation.Forms {
		if _, ok := f.Forms[string(form)]; ok {
			a.Forms = append(a.Forms, form)
		}
	}
	return a, nil
}

// openCredential verifies a credential, also one whose key was stolen since:
// then the roll vouches for it.
func (d *deliverer) openCredential(signed []byte) (*signing.Credential, error) {
	cred, err := signing.OpenCredential(signed, d.manifest)
	need, ok := errors.AsType[*signing.RollNeeded](err)
	if !ok || d.shards == nil {
		return cred, err
	}
	return signing.OpenCredential(signed, d.manifest, d.shards[need.Shard])
}

// issuedPDF opens the PDF that was issued, which need not be kept readable.
func (w *workspace) issuedPDF(f *issuedFile, form attestation.Form) ([]byte, error) {
	code, err := signing.ParseCode(f.Code)
	if err != nil {
		return nil, fmt.Errorf("code: %w", err)
	}
	file := w.path("issued", sealedPath(f.Locator, string(form)))
	sealed, err := readFile(file)
	if err != nil {
		return nil, withHint(err, "restore issued/ from a backup")
	}
	data, err := signing.OpenFile(code, string(form), sealed)
	if err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", file, err), "restore issued/ from a backup")
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.Forms[string(form)] {
		return nil, withHint(fmt.Errorf("%s: not the file that was issued: its hash is another", file), "restore issued/ from a backup")
	}
	return data, nil
}

// members of a room, from its file.
func (r *room) members(yield func(member, error) bool) {
	for i := range r.Candidates {
		if !yield(member{r.Candidates[i].Session, r.Centre, r.Date, r.Candidates[i]}, nil) {
			return
		}
	}
}

// newSender says who delivers.
func (w *workspace) newSender() (*delivery.Sender, error) {
	r, err := content.Default()
	if err != nil {
		return nil, err
	}
	c := w.config
	return &delivery.Sender{
		Lang: content.Lang(c.language()), Referential: r, Issuer: c.Issuer, Specimen: c.Specimen,
		Signatory: attestation.Signatory{Name: c.Signatory.Name, Role: content.Text{FR: c.Signatory.Role["fr"], EN: c.Signatory.Role["en"]}},
		Verify:    c.Address + "/v",
		Reference: content.Text{FR: c.Address + referentialPath[content.FR], EN: c.Address + referentialPath[content.EN]},
	}, nil
}
