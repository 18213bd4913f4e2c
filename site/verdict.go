package site

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"time"

	"etalon/content"
)

// Verdicts are the strings of every verdict there is, in order of precedence;
// not-found stands apart, for a code.
var Verdicts = []string{"not-genuine", "unknown-issuer", "revoked", "superseded", "suspended", "expired", "status-unknown", "valid", "not-found"}

// Verdict is the answer to a check, as the page shows it. It has the fields of
// the answer of the verifier's interface, and their names in JSON.
type Verdict struct {
	Verdict    string      `json:"verdict"` // one of Verdicts
	CheckedAt  time.Time   `json:"checkedAt"`
	Issuer     *Issuer     `json:"issuer,omitempty"`
	Trust      string      `json:"trust,omitempty"`      // "pinned" or "site"
	RootsFile  string      `json:"rootsFile,omitempty"`  // that pinned roots were read from; "": built in
	Input      string      `json:"input,omitempty"`      // "qr", "code" or "pdf"
	Credential *Credential `json:"credential,omitempty"` // only when its signature was verified
	Status     *Status     `json:"status,omitempty"`
	Document   *Document   `json:"document,omitempty"` // for a PDF
	Share      string      `json:"share,omitempty"`    // link of the share credential
	Downloads  []string    `json:"-"`                  // forms of the PDF that can be had
	Code       string      `json:"-"`                  // with this access code, sent back by the page
	Reason     string      `json:"reason,omitempty"`   // why not genuine, a sentence in the page's language
}

// Issuer names the certifying body, from the key manifest.
type Issuer struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Specimen bool   `json:"specimen"`
}

// Credential is every signed field. Dates are 2006-01-02.
type Credential struct {
	Number       string         `json:"number"`
	Form         string         `json:"form"`   // "full" or "share"
	Regime       string         `json:"regime"` // "adaptive" or "profile"
	FamilyName   string         `json:"familyName"`
	GivenNames   string         `json:"givenNames"`
	BirthDate    string         `json:"birthDate,omitempty"`   // full form
	BirthPlace   string         `json:"birthPlace,omitempty"`  // full form
	Centre       string         `json:"centre,omitempty"`      // full form
	SessionDate  string         `json:"sessionDate,omitempty"` // full form
	IssuedOn     string         `json:"issuedOn"`
	ExpiresOn    string         `json:"expiresOn"` // last day of validity
	Score        int            `json:"score"`
	Level        int            `json:"level"`
	MaxLevel     int            `json:"maxLevel"`
	Professional bool           `json:"professional"`
	Levels       map[string]int `json:"levels,omitempty"` // full form: by competence code
	Pix          map[string]int `json:"pix,omitempty"`    // full form of the profile regime
	StatusList   uint32         `json:"statusList"`
	StatusIndex  uint32         `json:"statusIndex"`
}

// Status is what the status list says.
type Status struct {
	Value      string    `json:"value"` // "valid", "revoked", "suspended", "superseded" or "unknown"
	AsOf       time.Time `json:"asOf"`  // zero when no list was read
	ValidUntil time.Time `json:"validUntil"`
}

// Document tells whether a file is one of those that were issued.
type Document struct {
	Known  bool   `json:"-"` // the list of issued files was read
	Issued bool   `json:"issued"`
	Form   string `json:"form,omitempty"` // "fr", "en"
}

// Verdict writes the page that answers a form sent without scripts: the card
// that the browser would have made, and the forms to check another.
func (s *Site) Verdict(w io.Writer, l content.Lang, v Verdict) error {
	if s.messages[l] == nil {
		l = content.FR
	}
	if !slices.Contains(Verdicts, v.Verdict) {
		return fmt.Errorf("site: verdict %q is none of the %d there are", v.Verdict, len(Verdicts))
	}
	return s.writeVerdict(w, s.verdictView(l, v))
}

// verdictView is what the template of a verdict sees.
func (s *Site) verdictView(l content.Lang, v Verdict) *view {
	m := s.messages[l]
	p := &page{Kind: "verdict", Lang: l, Section: "verify", NoIndex: true, Canonical: "-",
		Path: s.address(l, "site", "verify"), Mirror: s.address(other(l), "site", "verify"),
		Title: m.text["check.verdicts."+v.Verdict+".title"], Description: m.text["check.verdicts."+v.Verdict+".meaning"],
		card: &v}
	return &view{page: p, s: s, m: m, R: s.r}
}

// row is a line of the card: a name and a value.
type row struct {
	Key, Name, Value string
	Address          string // the value is a link
}

// Card is the verdict of the page.
func (v *view) Card() *Verdict { return v.card }

// Rows lists the identity and result fields, in the order of page 1 of the
// attestation. card.js lists the same ones.
func (v *view) Rows() ([]row, error) {
	if v.filling != nil {
		return v.filling.rows, nil
	}
	c := v.card.Credential
	t := func(key string, pairs ...any) string { s, _ := v.m.get("check.values."+key, pairs...); return s }
	level := t("level.none")
	if c.Regime == "adaptive" {
		if level = t("level.0"); c.Level > 0 {
			name := v.R.LevelName(c.Level)
			level = t("level.n", "name", name.In(v.Lang), "n", c.Level)
		}
	}
	// What the document does not state is said too: a paper that states it all
	// the same was edited.
	stated := func(value string) string {
		if value == "" && c.Form == "full" {
			return t("unstated")
		}
		return value
	}
	rows := []row{
		{Key: "form", Value: t("form." + c.Form)},
		{Key: "familyName", Value: c.FamilyName},
		{Key: "givenNames", Value: stated(c.GivenNames)},
		{Key: "birthDate", Value: v.m.isoDate(c.BirthDate)},
		{Key: "birthPlace", Value: stated(c.BirthPlace)},
		{Key: "centre", Value: c.Centre},
		{Key: "sessionDate", Value: v.m.isoDate(c.SessionDate)},
		{Key: "issuedOn", Value: v.m.isoDate(c.IssuedOn)},
		{Key: "expiresOn", Value: v.m.isoDate(c.ExpiresOn)},
		{Key: "number", Value: c.Number},
		{Key: "regime", Value: t("regime." + c.Regime)},
		{Key: "level", Value: level},
		{Key: "score", Value: t("score", "n", c.Score)},
		{Key: "maxLevel", Value: t("maxLevel", "n", c.MaxLevel)},
		{Key: "professional", Value: t("professional." + strconv.FormatBool(c.Professional))},
	}
	return v.named(rows)
}

// Proof lists how the verdict came about.
func (v *view) Proof() ([]row, error) {
	if v.filling != nil {
		return v.filling.proof, nil
	}
	d := v.card
	t := func(key string, pairs ...any) string { s, _ := v.m.get("check.values."+key, pairs...); return s }
	var rows []row
	if d.Issuer != nil {
		rows = append(rows, row{Key: "issuer", Value: d.Issuer.Name}, row{Key: "issuerUrl", Value: d.Issuer.URL, Address: httpsOnly(d.Issuer.URL)})
	}
	if d.Trust != "" {
		told := t("trust." + d.Trust)
		if d.Trust == "pinned" && d.RootsFile != "" {
			told = t("trust.file", "file", d.RootsFile)
		}
		rows = append(rows, row{Key: "trust", Value: told})
	}
	if d.Status != nil {
		rows = append(rows, row{Key: "status", Value: t("status." + d.Status.Value)})
		if !d.Status.AsOf.IsZero() {
			rows = append(rows, row{Key: "statusAsOf", Value: v.m.moment(d.Status.AsOf)})
		}
		if !d.Status.ValidUntil.IsZero() {
			rows = append(rows, row{Key: "statusUntil", Value: v.m.moment(d.Status.ValidUntil)})
		}
	}
	if c := d.Credential; c != nil {
		rows = append(rows, row{Key: "statusEntry", Value: t("statusEntry", "list", c.StatusList, "index", c.StatusIndex)})
	}
	if !d.CheckedAt.IsZero() {
		rows = append(rows, row{Key: "checkedAt", Value: v.m.moment(d.CheckedAt)})
	}
	return v.named(rows)
}

func (v *view) named(rows []row) ([]row, error) {
	var out []row
	for _, r := range rows {
		if r.Value == "" {
			continue
		}
		var err error
		if r.Name, err = v.T("check.fields." + r.Key); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// httpsOnly is an address that a page may link to, or "".
func httpsOnly(address string) string {
	if len(address) > 8 && address[:8] == "https://" {
		return address
	}
	return ""
}

// levelRow is a competence's level on the card.
type levelRow struct {
	Code, Title, Address, Value, Pix string
	Steps                            []bool // one a level of the scale: reached or not
}

type levelGroup struct {
	Number int
	Title  string
	Rows   []template.HTML // by competence
}

// Levels lists the 16 levels by domain; nothing for a share link.
func (v *view) Levels() ([]levelGroup, error) {
	if v.filling != nil {
		return v.filling.levels, nil
	}
	if len(v.card.Credential.Levels) == 0 {
		return nil, nil
	}
	out := make([]levelGroup, 0, len(v.R.Domains))
	for _, d := range v.R.Domains {
		g := levelGroup{Number: d.Number, Title: v.In(d.Title), Rows: make([]template.HTML, 0, len(d.Competences))}
		for _, comp := range d.Competences {
			html, err := v.levelHTML(comp)
			if err != nil {
				return nil, err
			}
			g.Rows = append(g.Rows, html)
		}
		out = append(out, g)
	}
	return out, nil
}

// levelRow is the line of one competence.
func (v *view) levelRow(comp *content.Competence) levelRow {
	c := v.card.Credential
	n := c.Levels[comp.Code]
	r := levelRow{Code: comp.Code, Title: v.In(comp.Title), Address: v.URL("c", comp.Code)}
	if n > 0 {
		r.Value, _ = v.m.get("check.text.levelReached", "n", n)
		r.Address += "#n" + strconv.Itoa(n)
	} else {
		r.Value = v.m.text[v.byRegime("check.text.levelNone", "check.text.pixNone")]
	}
	if c.Pix != nil && c.Pix[comp.Code] > 0 {
		r.Pix, _ = v.m.get("check.values.score", "n", c.Pix[comp.Code])
	}
	for i := 1; i <= c.MaxLevel; i++ {
		r.Steps = append(r.Steps, i <= n)
	}
	return r
}

// byRegime is what to say of levels: those of the adaptive regime are estimates,
// those of the profile regime were certified one by one.
func (v *view) byRegime(adaptive, profile string) string {
	if v.card.Credential.Regime == "profile" {
		return profile
	}
	return adaptive
}

func (v *view) LevelsTitle() (string, error) {
	return v.T(v.byRegime("check.text.levels", "check.text.pixLevels"))
}

func (v *view) LevelsNote() (string, error) {
	return v.T(v.byRegime("check.text.levelsNote", "check.text.pixNote"), "n", v.card.Credential.MaxLevel)
}

// DocumentLine says whether the file is the issued one.
func (v *view) DocumentLine() (string, error) {
	switch d := v.card.Document; {
	case d == nil:
		return "", nil
	case d.Issued:
		return v.T("check.values.document.true")
	case d.Known:
		return v.T("check.values.document.false")
	}
	return v.T("check.values.document.unknown")
}

func (v *view) DownloadLabel(form string) (string, error) {
	if label := v.m.text["check.values.file."+form]; label != "" {
		return label, nil
	}
	name, err := v.T("check.values.lang." + form)
	if err != nil {
		name = form
	}
	return v.T("check.text.downloadForm", "lang", name)
}

// Card is a verdict in the words of the page, for an answer that is not one:
// the command prints it.
type Card struct {
	Title, Meaning, Action string
	Specimen               string // empty unless the issuer is one
	Document               string // whether the file is an issued one; empty where that does not arise
	Reason                 string
	Headings               struct{ Reason, Fields, Levels, Proof string }
	Separator              string // between a heading and what follows on its line
	Fields                 []Line // every signed field but the levels
	Levels                 []Line // by competence
	LevelsNote             string
	Proof                  []Line // how the verdict came about
}

// Line is a name and a value.
type Line struct{ Key, Name, Value string }

// Card puts a verdict into words.
func (s *Site) Card(l content.Lang, d Verdict) (*Card, error) {
	if s.messages[l] == nil {
		l = content.FR
	}
	v := &view{page: &page{Kind: "verdict", Lang: l, card: &d}, s: s, m: s.messages[l], R: s.r}
	c := &Card{Reason: d.Reason}
	texts := map[string]*string{
		"check.verdicts." + d.Verdict + ".title":   &c.Title,
		"check.verdicts." + d.Verdict + ".meaning": &c.Meaning,
		"check.verdicts." + d.Verdict + ".action":  &c.Action,
		"check.text.reason":                        &c.Headings.Reason,
		"check.text.identity":                      &c.Headings.Fields,
		"check.text.levels":                        &c.Headings.Levels,
		"check.text.proof":                         &c.Headings.Proof,
		"check.values.separator":                   &c.Separator,
	}
	if d.Issuer != nil && d.Issuer.Specimen {
		texts["check.text.specimenText"] = &c.Specimen
	}
	for key, to := range texts {
		var err error
		if *to, err = v.T(key); err != nil {
			return nil, err
		}
	}
	var err error
	if c.Document, err = v.DocumentLine(); err != nil {
		return nil, err
	}
	proof, err := v.Proof()
	if err != nil {
		return nil, err
	}
	c.Proof = lines(proof)
	if d.Credential == nil {
		return c, nil
	}
	fields, err := v.Rows()
	if err != nil {
		return nil, err
	}
	c.Fields = lines(fields)
	if len(d.Credential.Levels) > 0 {
		for _, comp := range v.R.Competences() {
			r := v.levelRow(comp)
			if r.Pix != "" {
				r.Value += ", " + r.Pix
			}
			c.Levels = append(c.Levels, Line{Key: r.Code, Name: r.Code + " " + r.Title, Value: r.Value})
		}
	}
	if c.Levels != nil {
		if c.Headings.Levels, err = v.LevelsTitle(); err != nil {
			return nil, err
		}
		c.LevelsNote, err = v.LevelsNote()
	}
	return c, err
}

func lines(rows []row) []Line {
	var out []Line
	for _, r := range rows {
		out = append(out, Line{r.Key, r.Name, r.Value})
	}
	return out
}
