package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/content"
	"etalon/site/export"
)

const address = "https://etalon.test"

func files(t *testing.T) map[string][]byte {
	t.Helper()
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	out, err := export.Files(r, address)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameBytes(t *testing.T) {
	a, b := files(t), files(t)
	if len(a) != 8 {
		t.Errorf("%d files", len(a))
	}
	for name, data := range a {
		if !bytes.Equal(data, b[name]) {
			t.Errorf("%s differs from one time to the next", name)
		}
		if len(data) == 0 || bytes.Contains(data, []byte("etalon.invalid")) {
			t.Errorf("%s is empty or names a host that does not exist", name)
		}
	}
}

// TestWhole wants everything of the referential in each form.
func TestWhole(t *testing.T) {
	f := files(t)
	var d export.Document
	dec := json.NewDecoder(bytes.NewReader(f["data/referential.json"]))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for i, c := range r.Competences() {
		x := d.Competences[i]
		if x.Code != c.Code || x.Title != c.Title || len(x.Descriptors) != 8 || len(x.Themes) != len(c.Themes) {
			t.Errorf("competence %s is %+v", c.Code, x)
		}
		pairs += len(x.Themes)
	}
	if len(d.Domains) != 5 || len(d.Competences) != 16 || pairs != 121 || len(d.Themes) != 82 || len(d.Levels) != 8 || len(d.Bands) != 4 {
		t.Errorf("%d domains, %d competences, %d pairs, %d themes, %d levels, %d bands", len(d.Domains), len(d.Competences), pairs, len(d.Themes), len(d.Levels), len(d.Bands))
	}
	for _, c := range d.Competences {
		for _, x := range c.Descriptors {
			for _, text := range []string{x.Text.FR, x.Text.EN} {
				if strings.Contains(text, "](") {
					t.Errorf("%s holds Markdown: %q", x.ID, text)
				}
				quoted, _ := json.Marshal(text)
				inTurtle := strings.Trim(string(quoted), `"`)
				if !strings.Contains(string(f["data/referential.ttl"]), inTurtle) {
					t.Errorf("%s is not in the Turtle", x.ID)
				}
			}
		}
	}
}

// TestTable wants the CSV as a spreadsheet reads it, and no cell that one
// would take for a formula.
func TestTable(t *testing.T) {
	f := files(t)
	for name, l := range map[string]content.Lang{"data/referentiel.csv": content.FR, "data/referential.csv": content.EN} {
		text, ok := strings.CutPrefix(string(f[name]), "\ufeff")
		if !ok {
			t.Errorf("%s has no byte order mark", name)
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 129 || !slices.Equal(rows[0], export.Columns[l]) {
			t.Errorf("%s has %d rows under %q", name, len(rows), rows[0])
		}
		for _, row := range rows {
			for i, cell := range row {
				if cell == "" || strings.ContainsRune("=+-@\t", rune(cell[0])) {
					t.Errorf("%s: cell %d of %s is %q", name, i, row[0], cell)
				}
			}
		}
	}
}

var uuid5Form = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestCase wants unique identifiers, every item below another or the document,
// and the same identifiers wherever the service is.
func TestCase(t *testing.T) {
	f := files(t)
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	moved, err := export.Files(r, "https://elsewhere.test")
	if err != nil {
		t.Fatal(err)
	}
	type link struct{ Identifier, URI string }
	type pack struct {
		CFDocument link
		CFItems    []struct {
			Identifier, FullStatement, HumanCodingScheme string
		}
		CFAssociations []struct {
			Identifier, AssociationType       string
			OriginNodeURI, DestinationNodeURI link
		}
	}
	seen := map[string]bool{}
	for _, name := range []string{"data/case-fr.json", "data/case-en.json"} {
		var p, q pack
		if json.Unmarshal(f[name], &p) != nil || json.Unmarshal(moved[name], &q) != nil {
			t.Fatalf("%s is no JSON", name)
		}
		if len(p.CFItems) != 5+16+121+128 || len(p.CFAssociations) != len(p.CFItems) {
			t.Errorf("%s: %d items, %d associations", name, len(p.CFItems), len(p.CFAssociations))
		}
		known := map[string]bool{p.CFDocument.Identifier: true}
		for i, x := range p.CFItems {
			if seen[x.Identifier] || !uuid5Form.MatchString(x.Identifier) || x.FullStatement == "" {
				t.Errorf("%s: item %+v", name, x)
			}
			if q.CFItems[i].Identifier != x.Identifier {
				t.Errorf("%s: identifier of %q depends on the host", name, x.FullStatement)
			}
			seen[x.Identifier], known[x.Identifier] = true, true
		}
		for i, a := range p.CFAssociations {
			if a.OriginNodeURI.Identifier != p.CFItems[i].Identifier || !known[a.DestinationNodeURI.Identifier] || a.AssociationType != "isChildOf" || seen[a.Identifier] {
				t.Errorf("%s: association %+v", name, a)
			}
			seen[a.Identifier] = true
		}
	}
}

// python is a Python that has the module, or the test is skipped.
func python(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if path, err := exec.LookPath(name); err == nil && exec.Command(path, "-c", "import "+module).Run() == nil {
			return path
		}
	}
	t.Skipf("no python3 with %s (Debian: python3-%s)", module, module)
	return ""
}

// lay writes the files to a folder, for a program to read.
func lay(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files(t) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func check(t *testing.T, module string, args ...string) {
	t.Helper()
	out, err := exec.Command(python(t, module), args...).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %v\n%s", args, err, out)
	}
	t.Logf("%s", out)
}

// TestSchemas validates each JSON against its schema: ours, and 1EdTech's; and
// wants ours to refuse what is not as it says.
func TestSchemas(t *testing.T) {
	dir := lay(t)
	official, err := filepath.Abs(filepath.Join("..", "..", "testdata", "schemas", "case-v1p1-cfpackage.json"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "jsonschema", "testdata/schema.py", dir, official)
}

// TestSKOS parses both graphs, wants them equal, and checks the integrity
// conditions of SKOS.
func TestSKOS(t *testing.T) {
	check(t, "rdflib", "testdata/skos.py", lay(t))
}

// TestDictionary wants every field and every column explained in the page on
// the data, in both languages.
func TestDictionary(t *testing.T) {
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, w := range v {
				fields[name] = true
				collect(w)
			}
		case []any:
			for _, w := range v {
				collect(w)
			}
		}
	}
	var document any
	if err := json.Unmarshal(files(t)["data/referential.json"], &document); err != nil {
		t.Fatal(err)
	}
	collect(document)
	if len(fields) < 20 {
		t.Fatalf("only %d fields", len(fields))
	}
	page := r.Page("data")
	for _, l := range content.Langs {
		for name := range fields {
			if !strings.Contains(page.Body.In(l), "`"+name+"`") {
				t.Errorf("%s: field %s is not explained", l, name)
			}
		}
		for _, name := range export.Columns[l] {
			if !strings.Contains(page.Body.In(l), "\n| `"+name+"` |") {
				t.Errorf("%s: column %s is not explained", l, name)
			}
		}
	}
}
