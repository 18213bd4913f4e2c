package delivery

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/attestation"
	"etalon/generator/table"
	"etalon/signing"
)

// Folder is a delivery under way. Candidates are added in the order of their
// sessions; at most perFile of them are held in memory.
type Folder struct {
	sender  *Sender
	dir     string
	title   string
	letters bool
	files   []string // names, in the order in which they were begun

	results *output
	table   *table.Writer
	archive *output
	zip     *zip.Writer
	from    map[string]*zip.File // papers that an archive has already, by name
	groups  map[attestation.Form]*part[attestation.Document]
	mail    part[attestation.Letter]
}

// Archive is the file that holds each paper of a delivery as it was issued.
const Archive = "attestations.zip"

// perFile bounds the attestations of one PDF, or its letters: a file of that many
// can still be mailed. It is at most attestation.MostGrouped.
const perFile = 500

// part is what goes into the next of the files that one matter takes.
type part[T any] struct {
	list   []T
	number int       // of files written
	latest time.Time // day of issue among the list
}

// Create begins a delivery in a new folder, which only its owner reads. title
// names it; letters says whether letters are among it.
func Create(dir, title string, s *Sender, letters bool) (*Folder, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	f := &Folder{sender: s, dir: dir, title: title, letters: letters, groups: make(map[attestation.Form]*part[attestation.Document])}
	var err error
	if f.results, err = f.begin("results.csv"); err != nil {
		return nil, err
	}
	f.table = table.NewWriter(f.results, s.header()...)
	return f, nil
}

// CopyFrom has the papers that stand in an archive of a delivery that was just
// made copied from there, as they are, instead of being opened again.
func (f *Folder) CopyFrom(archive *zip.Reader) {
	f.from = make(map[string]*zip.File, len(archive.File))
	for _, file := range archive.File {
		f.from[file.Name] = file
	}
}

// output is one file under way.
type output struct {
	*bufio.Writer
	file *os.File
}

// maxBuffer is what is held of a file before it is written, in bytes.
const maxBuffer = 64 << 10

func (f *Folder) begin(name string) (*output, error) {
	file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	f.files = append(f.files, name)
	return &output{bufio.NewWriterSize(file, maxBuffer), file}, nil
}

func (o *output) close() error { return errors.Join(o.Flush(), o.file.Close()) }

// Add adds a candidate.
func (f *Folder) Add(c *Candidate) error {
	f.table.Write(f.sender.row(c)...)
	if c.holds() {
		if err := f.papers(c); err != nil {
			return fmt.Errorf("attestation %s: %w", c.Attestation.Number, err)
		}
	}
	if f.letters {
		if err := f.letter(c); err != nil {
			return fmt.Errorf("letter for session %s: %w", c.Session, err)
		}
	}
	return nil
}

// papers adds an attestation that holds, in each of its forms.
func (f *Folder) papers(c *Candidate) error {
	a := c.Attestation
	for _, form := range a.Forms {
		if err := f.pack(a, form); err != nil {
			return err
		}
		g := f.groups[form]
		if g == nil {
			g = new(part[attestation.Document])
			f.groups[form] = g
		}
		if len(g.list) == perFile {
			if err := f.writeGroup(form); err != nil {
				return err
			}
		}
		g.add(c.document(f.sender, form), a.Credential.IssuedOn)
	}
	return nil
}

func (p *part[T]) add(v T, day signing.Date) {
	p.list = append(p.list, v)
	if at := day.Time(); at.After(p.latest) {
		p.latest = at
	}
}

// name is that of the next file.
func (p *part[T]) name(stem string) string {
	if p.number++; p.number > 1 {
		stem = fmt.Sprintf("%s.%d", stem, p.number)
	}
	return stem + ".pdf"
}

// clear makes ready for the next file.
func (p *part[T]) clear() {
	clear(p.list)
	p.list, p.latest = p.list[:0], time.Time{}
}

// pack adds a paper to the archive. PDFs are compressed already: they are stored.
func (f *Folder) pack(a *Attestation, form attestation.Form) error {
	name := a.Number + "." + string(form) + ".pdf"
	if f.zip == nil {
		var err error
		if f.archive, err = f.begin(Archive); err != nil {
			return err
		}
		f.zip = zip.NewWriter(f.archive)
	}
	if file := f.from[name]; file != nil {
		return f.zip.Copy(file)
	}
	data, err := a.PDF(form)
	if err != nil {
		return err
	}
	w, err := f.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: a.Credential.IssuedOn.Time()})
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

func (f *Folder) writeGroup(form attestation.Form) error {
	g := f.groups[form]
	lang := content.FR
	if form == attestation.English {
		lang = content.EN
	}
	data, err := attestation.Group("Attestations – "+f.title, lang, g.latest, g.list)
	if err != nil {
		return err
	}
	defer g.clear()
	return f.write(g.name("attestations."+string(form)), data)
}

func (f *Folder) write(name string, data []byte) error {
	o, err := f.begin(name)
	if err != nil {
		return err
	}
	_, err = o.Write(data)
	return errors.Join(err, o.close())
}

var letterTitle = content.Text{FR: "Lettres – ", EN: "Letters – "}

// told are the outcomes that a letter tells.
var told = map[string]attestation.Outcome{
	engine.StatusObtained: attestation.Obtained, engine.StatusNotObtained: attestation.NotObtained, engine.StatusCancelled: attestation.Cancelled,
}

// letter adds what the candidate is told, once there is something to tell.
func (f *Folder) letter(c *Candidate) error {
	outcome, known := told[c.status()]
	if !known || outcome == attestation.Obtained && !c.holds() || outcome != attestation.Obtained && c.Repeated {
		return nil
	}
	l, err := c.letter(f.sender, outcome)
	if err != nil {
		return err
	}
	if len(f.mail.list) == perFile {
		if err := f.writeLetters(); err != nil {
			return err
		}
	}
	f.mail.add(*l, l.Day)
	return nil
}

func (f *Folder) writeLetters() error {
	data, err := attestation.Letters(letterTitle.In(f.sender.Lang)+f.title, f.sender.Lang, f.mail.latest, f.mail.list)
	if err != nil {
		return err
	}
	defer f.mail.clear()
	return f.write(f.mail.name("letters"), data)
}

// Close ends the delivery and returns the size of each of its files. Whatever
// it returns, nothing stays open.
func (f *Folder) Close() (map[string]int64, error) {
	err := f.table.Flush()
	for _, form := range attestation.Forms {
		if g := f.groups[form]; g != nil && len(g.list) > 0 && err == nil {
			err = f.writeGroup(form)
		}
	}
	if len(f.mail.list) > 0 && err == nil {
		err = f.writeLetters()
	}
	if err = errors.Join(err, f.shut()); err != nil {
		return nil, err
	}
	sizes := make(map[string]int64, len(f.files))
	for _, name := range f.files {
		info, err := os.Stat(filepath.Join(f.dir, name))
		if err != nil {
			return nil, err
		}
		sizes[name] = info.Size()
	}
	return sizes, nil
}

// shut ends the files that stay open from the first candidate to the last.
func (f *Folder) shut() error {
	var err error
	if f.zip != nil {
		err = errors.Join(f.zip.Close(), f.archive.close())
	}
	return errors.Join(err, f.results.close())
}

// Abort ends a delivery that failed. Its folder is of no use.
func (f *Folder) Abort() { _ = f.shut() }
