package delivery

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/attestation"
	"etalon/signing"
)

func sender(t testing.TB, lang content.Lang) *Sender {
	t.Helper()
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	return &Sender{
		Lang: lang, Referential: r, Issuer: "Étalon SPECIMEN", Verify: "https://etalon.test/v", Specimen: true,
		Signatory: attestation.Signatory{Name: "Camille SPECIMEN", Role: content.Text{FR: "Direction", EN: "Head"}},
		Reference: content.Text{FR: "https://etalon.test/fr/referentiel/", EN: "https://etalon.test/en/referential/"},
	}
}

var framework = &engine.Framework{WaitDays: 15, MinimumCompetences: 5, MinimumTreated: 20}

// someone is the i-th candidate, who obtained the certification.
func someone(t testing.TB, s *Sender, i int) *Candidate {
	t.Helper()
	day := func(text string) signing.Date {
		d, err := signing.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	code, err := signing.NewCode(bytes.NewReader(bytes.Repeat([]byte{byte(i), byte(i >> 8), 7}, 10)))
	if err != nil {
		t.Fatal(err)
	}
	key, err := signing.NewKeyFromSeed([]byte("TEST seed of 32 bytes, no secret"))
	if err != nil {
		t.Fatal(err)
	}
	cred := &signing.Credential{
		Form: signing.Full, Regime: signing.Adaptive, Number: 20260000001 + uint64(i), FamilyName: fmt.Sprintf("Ferrand-Côté %d", i), GivenNames: "Amélie Zoé",
		BirthDate: day("2001-11-07"), BirthPlace: "Valbrume", Centre: "Centre SPECIMEN de Valbrume", SessionDate: day("2026-09-14"),
		IssuedOn: day("2026-11-02"), ExpiresOn: day("2029-11-02"), Score: 444, Level: 4, MaxLevel: 7, Professional: true,
		Levels: [16]int{4, 4, 4, 4, 5, 5, 3, 4, 4, 4, 4, 4, 4, 4, 0, 7}, List: 1, Index: uint32(i),
	}
	signed, err := signing.SignCredential(cred, key)
	if err != nil {
		t.Fatal(err)
	}
	c := &Candidate{
		Session:   fmt.Sprintf("valbrume-2026-09-14-%04d", i),
		Candidate: engine.Candidate{BirthDate: "2001-11-07", BirthPlace: "Valbrume", FamilyName: cred.FamilyName, GivenNames: cred.GivenNames},
		Class:     "3e B", Centre: cred.Centre, Held: "2026-09-14", Framework: framework,
		Record: &engine.Record{State: engine.Final, Outcome: engine.Validated},
	}
	c.Attestation = &Attestation{
		Number: signing.FormatNumber(cred.Number), IssuedOn: "2026-11-02", ExpiresOn: "2029-11-02", Code: code.String(),
		QR: signing.QRText("https://etalon.test", signed), Credential: cred, Forms: []attestation.Form{attestation.French, attestation.Diploma},
	}
	c.Attestation.PDF = func(form attestation.Form) ([]byte, error) { return attestation.Render(c.document(s, form)) }
	return c
}

// refused is a candidate whose session gave nothing.
func refused(t testing.TB, s *Sender, i int, outcome, rule string) *Candidate {
	c := someone(t, s, i)
	rate := 37
	c.Attestation = nil
	c.Record = &engine.Record{State: engine.Final, Outcome: outcome, Rule: rule, Treated: 13, Rate: &rate, Decision: &engine.Ruling{At: "2026-10-13T09:00:00.000Z"}}
	return c
}

func deliver(t testing.TB, s *Sender, letters bool, list []*Candidate) (string, map[string]int64) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "x")
	f, err := Create(dir, "Valbrume – 2026-09-14", s, letters)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if err := f.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	sizes, err := f.Close()
	if err != nil {
		t.Fatal(err)
	}
	return dir, sizes
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFolder(t *testing.T) {
	for _, lang := range content.Langs {
		s := sender(t, lang)
		revoked, hostile := someone(t, s, 1), someone(t, s, 2)
		revoked.Attestation.Status = signing.Revoked
		hostile.Candidate.FamilyName, hostile.Class = "=HYPERLINK(\"x\")", "+3; \"B\""
		waiting := someone(t, s, 5)
		waiting.Attestation, waiting.Record = nil, nil
		list := []*Candidate{someone(t, s, 0), revoked, hostile, refused(t, s, 3, engine.Rejected, engine.RuleTooFew), refused(t, s, 4, engine.Cancelled, engine.RuleCancelled), waiting}
		dir, sizes := deliver(t, s, true, list)
		var have []string
		for name := range sizes {
			have = append(have, name)
		}
		slices.Sort(have)
		if want := []string{"attestations.diploma.pdf", "attestations.fr.pdf", "attestations.zip", "letters.pdf", "results.csv"}; !slices.Equal(have, want) {
			t.Fatalf("files %v, want %v", have, want)
		}
		again, _ := deliver(t, s, true, list)
		for name, size := range sizes {
			data := read(t, dir, name)
			if int64(len(data)) != size || !bytes.Equal(data, read(t, again, name)) {
				t.Errorf("%s: of another size than told, or different in a second run", name)
			}
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %v", name, info.Mode())
			}
		}
		checkResults(t, s, read(t, dir, "results.csv"))
		checkArchive(t, s, filepath.Join(dir, "attestations.zip"), []*Candidate{list[0], hostile})
		if lang == content.FR {
			checkPapers(t, dir, list)
		}
	}
}

func checkResults(t *testing.T, s *Sender, data []byte) {
	t.Helper()
	body, ok := bytes.CutPrefix(data, []byte("\ufeff"))
	if !ok {
		t.Error("results.csv does not begin with a byte order mark")
	}
	r := csv.NewReader(bytes.NewReader(body))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 7 || len(rows[0]) != len(columns)+32 {
		t.Fatalf("%d rows of %d cells", len(rows), len(rows[0]))
	}
	in := func(text content.Text) string { return text.In(s.Lang) }
	for i, want := range []string{in(outcomes[engine.StatusObtained]), in(outcomes[engine.StatusObtained]), in(outcomes[engine.StatusObtained]),
		in(outcomes[engine.StatusNotObtained]), in(outcomes[engine.StatusCancelled]), in(outcomes[engine.StatusPending])} {
		if got := rows[i+1][6]; got != want {
			t.Errorf("row %d: outcome %q, want %q", i+1, got, want)
		}
		if again := rows[i+1][14]; again != "2026-09-29" {
			t.Errorf("row %d: may sit again from %q", i+1, again)
		}
	}
	if got := rows[2][10]; got != in(statuses[signing.Revoked]) {
		t.Errorf("the revoked one is %q", got)
	}
	if rows[3][1] != "'=HYPERLINK(\"x\")" || rows[3][4] != "'+3; \"B\"" {
		t.Errorf("a formula is run: %q", rows[3][:5])
	}
	if got := rows[1][len(columns) : len(columns)+16]; strings.Join(got, "") != "4444553444444407" {
		t.Errorf("levels %q", got)
	}
	for _, row := range rows[4:] {
		if strings.Join(row[7:14], "")+strings.Join(row[15:], "") != "" {
			t.Errorf("who obtained nothing has %q", row[7:])
		}
	}
}

func checkArchive(t *testing.T, s *Sender, path string, want []*Candidate) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	i := 0
	for _, c := range want {
		for _, form := range c.Attestation.Forms {
			file := z.File[i]
			i++
			if name := c.Attestation.Number + "." + string(form) + ".pdf"; file.Name != name || file.Modified.Format("2006-01-02") != "2026-11-02" {
				t.Errorf("%s of %v where %s is expected", file.Name, file.Modified, name)
			}
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r) // checks the CRC
			if err != nil {
				t.Error(err)
			}
			issued, err := c.Attestation.PDF(form)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, issued) {
				t.Errorf("%s is not the file that was issued", file.Name)
			}
		}
	}
	if len(z.File) != i {
		t.Errorf("%d files in the archive, want %d", len(z.File), i)
	}
}

// checkPapers reads the PDFs as a person would.
func checkPapers(t *testing.T, dir string, list []*Candidate) {
	t.Helper()
	for _, tool := range []string{"qpdf", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the papers are not read", tool)
		}
	}
	text := func(name string) string {
		path := filepath.Join(dir, name)
		if out, err := exec.Command("qpdf", "--check", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
		out, err := exec.Command("pdftotext", "-raw", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	letters, group := text("letters.pdf"), text("attestations.fr.pdf")
	if n := strings.Count(letters, "\f"); n != 4 { // neither the revoked one nor who waits
		t.Errorf("%d letters, want 4", n)
	}
	if n := strings.Count(group, "\f"); n != 4 {
		t.Errorf("%d pages of attestations, want 4", n)
	}
	for i, c := range list[:3] {
		for name, pages := range map[string]string{"letters": letters, "attestations": group} {
			if got := strings.Contains(pages, c.Attestation.Code); got != (i != 1) {
				t.Errorf("%s: the code of candidate %d: %v", name, i, got)
			}
		}
	}
}

// TestParts goes past what one file holds.
func TestParts(t *testing.T) {
	s := sender(t, content.FR)
	c := refused(t, s, 0, engine.Cancelled, engine.RuleCancelled)
	list := slices.Repeat([]*Candidate{c}, perFile+1)
	dir, sizes := deliver(t, s, true, list)
	if len(sizes) != 3 || sizes["letters.2.pdf"] == 0 || sizes["letters.2.pdf"] >= sizes["letters.pdf"] {
		t.Errorf("files %v", sizes)
	}
	if n := bytes.Count(read(t, dir, "results.csv"), []byte("\n")); n != perFile+2 {
		t.Errorf("%d lines", n)
	}
}

// TestPrescriber sees that no letter, and no code in the results, goes out of
// the centre.
func TestPrescriber(t *testing.T) {
	s := sender(t, content.FR)
	c := someone(t, s, 0)
	dir, sizes := deliver(t, s, false, []*Candidate{c, refused(t, s, 1, engine.Rejected, engine.RuleFraud)})
	if _, ok := sizes["letters.pdf"]; ok || bytes.Contains(read(t, dir, "results.csv"), []byte(c.Attestation.Code)) {
		t.Errorf("a prescriber gets codes: %v", sizes)
	}
	if bytes.Contains(read(t, dir, "results.csv"), []byte("fraud")) {
		t.Error("a prescriber is told of a fraud")
	}
}

// TestReasons sees that every rule that gives no certification has its words.
func TestReasons(t *testing.T) {
	s := sender(t, content.FR)
	for _, rule := range []string{engine.RuleFraud, engine.RuleCancelled, engine.RuleTooFewTechnical, engine.RuleTooFew, engine.RuleScoreZero, engine.RuleNeutralised, engine.RuleLowRate} {
		c := refused(t, s, 0, engine.Rejected, rule)
		for _, lang := range content.Langs {
			text, err := c.reason(lang)
			if err != nil || strings.Contains(text, "%!") || len(text) < 80 {
				t.Errorf("%s in %s: %q (%v)", rule, lang, text, err)
			}
		}
	}
	if _, err := refused(t, s, 0, engine.Rejected, "new-rule").reason(content.FR); err == nil {
		t.Error("a rule without words passes")
	}
	f, err := Create(filepath.Join(t.TempDir(), "x"), "x", s, true)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	c := refused(t, s, 0, engine.Rejected, engine.RuleTooFew)
	c.Framework = nil
	if err := f.Add(c); err == nil || !strings.Contains(err.Error(), c.Session) {
		t.Errorf("a letter without rules: %v", err)
	}
}

// TestChangedByTheJury takes an attestation whose session the jury has rejected
// since: no paper of it is handed out, and one letter says so.
func TestChangedByTheJury(t *testing.T) {
	s := sender(t, content.FR)
	first, second := someone(t, s, 0), someone(t, s, 1)
	for _, c := range []*Candidate{first, second} {
		c.Record = refused(t, s, 0, engine.Rejected, engine.RuleFraud).Record
		c.Attestation.Status = signing.Revoked
	}
	second.Attestation.Status = signing.Valid // not revoked yet
	second.Repeated = true
	dir, sizes := deliver(t, s, true, []*Candidate{first, second})
	if len(sizes) != 2 || sizes["letters.pdf"] == 0 {
		t.Errorf("files %v", sizes)
	}
	if n := bytes.Count(read(t, dir, "results.csv"), []byte(";non obtenue;")); n != 2 {
		t.Errorf("%d lines say that it was not obtained", n)
	}
}

func TestSlugs(t *testing.T) {
	for text, want := range map[string]string{
		"Lycée d’Aval": "lycee-d-aval", "  3e B ": "3e-b", "../../etc": "etc", "Đà Nẵng": "da-nang", "Œuvre & Cie": "oeuvre-cie", "": "x", "学校": "x",
		strings.Repeat("é", 200): strings.Repeat("e", maxSlug),
	} {
		if got := Slug(text); got != want {
			t.Errorf("Slug(%q) = %q, want %q", text, got, want)
		}
	}
	s := make(Slugs)
	for i, want := range []string{"a", "a-2", "a-3", "a-2-2"} {
		if got := s.Name([]string{"A", "à", "a!", "a 2"}[i]); got != want {
			t.Errorf("name %d: %q, want %q", i, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("Lycée d’Aval")
	f.Fuzz(func(t *testing.T, text string) {
		slug := Slug(text)
		if slug == "" || len(slug) > maxSlug+2 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || slug[0] == '-' || slug[len(slug)-1] == '-' {
			t.Errorf("Slug(%q) = %q", text, slug)
		}
		if again := Slug(slug); again != slug && len(slug) < maxSlug {
			t.Errorf("Slug(%q) = %q, of which it is %q", text, slug, again)
		}
	})
}
