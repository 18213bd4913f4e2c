package table

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var people = []Column{
	{Name: "session"}, {Name: "family", Max: 32}, {Name: "given", Empty: true}, {Name: "class", Empty: true, Optional: true},
}

// read returns the rows as "session|family|given|class" and the faults.
func read(text string) (rows []string, faults []string) {
	var f Faults
	r := NewReader("people.csv", strings.NewReader(text), people, &f)
	for row := range r.Rows() {
		if row.Faulty() {
			continue
		}
		rows = append(rows, fmt.Sprintf("%d|%s|%s|%s|%s", row.Line, row.Get("session"), row.Get("family"), row.Get("given"), row.Get("class")))
	}
	for _, err := range f.Unwrap() {
		faults = append(faults, err.Error())
	}
	return rows, faults
}

func TestSpreadsheetsOfEveryKind(t *testing.T) {
	want := []string{`2|a-1|Ķalniņa|Zoé|3e B`, `3|a-2|O'Neill; "Jim"||`}
	for name, text := range map[string]string{
		"semicolons":      "session;family;given;class\na-1;Ķalniņa;Zoé;3e B\na-2;\"O'Neill; \"\"Jim\"\"\";;\n",
		"commas":          "session,family,given,class\na-1,Ķalniņa,Zoé,3e B\na-2,\"O'Neill; \"\"Jim\"\"\",,\n",
		"tabs":            "session\tfamily\tgiven\tclass\na-1\tĶalniņa\tZoé\t3e B\na-2\t\"O'Neill; \"\"Jim\"\"\"\t\t\n",
		"mark and CR LF":  bom + "session;family;given;class\r\na-1;Ķalniņa;Zoé;3e B\r\na-2;\"O'Neill; \"\"Jim\"\"\";;\r\n",
		"no last end":     "session;family;given;class\na-1;Ķalniņa;Zoé;3e B\na-2;\"O'Neill; \"\"Jim\"\"\";;",
		"another order":   "class;given;family;session\n3e B;Zoé;Ķalniņa;a-1\n;;\"O'Neill; \"\"Jim\"\"\";a-2\n",
		"empty lines":     "session;family;given;class\na-1;Ķalniņa;Zoé;3e B\na-2;\"O'Neill; \"\"Jim\"\"\";;\n\n;;;\n\r\n",
		"quoted header":   "\"session\";\"family\";\"given\";\"class\"\na-1;Ķalniņa;Zoé;3e B\na-2;\"O'Neill; \"\"Jim\"\"\";;\n",
		"quotes on all":   "session;family;given;class\n\"a-1\";\"Ķalniņa\";\"Zoé\";\"3e B\"\n\"a-2\";\"O'Neill; \"\"Jim\"\"\";\"\";\"\"\n",
		"quoted mark too": bom + "\"session\",family,given,class\na-1,Ķalniņa,Zoé,3e B\na-2,\"O'Neill; \"\"Jim\"\"\",,\n",
	} {
		rows, faults := read(text)
		if !slices.Equal(rows, want) || len(faults) > 0 {
			t.Errorf("%s: %q, faults %q", name, rows, faults)
		}
	}
	if rows, faults := read("session;given;family\na;b;c\n"); len(faults) > 0 || !slices.Equal(rows, []string{"2|a|c|b|"}) {
		t.Errorf("an optional column left out: %q %q", rows, faults)
	}
}

func TestFaults(t *testing.T) {
	const header = "session;family;given;class\n"
	for name, c := range map[string]struct {
		text string
		want []string // each fault begins so
	}{
		"empty file":         {"", []string{"people.csv:1: header: the file is empty; begin with the line session;family;given;class"}},
		"mark alone":         {bom, []string{"people.csv:1: header: the first line is not a header"}},
		"empty first line":   {"\nsession;family\n", []string{"people.csv:1: header: the first line is not a header"}},
		"UTF-16":             {"\xff\xfes\x00e\x00\n\x00", []string{"people.csv:1: header: the file is in UTF-16; save it as \"CSV UTF-8\""}},
		"unknown column":     {"session;family;given;colour\n", []string{"people.csv:1: column 4: \"colour\" is not a column of this table; take it out"}},
		"another case":       {"Session;family;given\n", []string{"people.csv:1: column 1: \"Session\" is not a column of this table; write session", "people.csv:1: session: the column is missing"}},
		"missing column":     {"session;given\n", []string{"people.csv:1: family: the column is missing; add it"}},
		"column twice":       {"session;family;given;family\n", []string{"people.csv:1: family: the column stands twice"}},
		"column without one": {"session;family;given;\n", []string{"people.csv:1: column 4: has no name"}},
		"no header":          {"a-1;Doe;Jo;\n", []string{"people.csv:1: header: the first line is not a header; begin with the line session;family;given;class"}},
		"quote in a cell":    {header + "a;b\"c;d;e\nb;Doe;;\n", []string{"people.csv:2: family: has a quote out of place"}},
		"quote not closed":   {header + "a;\"b;d;e\nb;Doe;;\n;\n", []string{"people.csv:2: family: has a quote out of place"}},
		"text after a quote": {header + "a;\"b\"x;d;e\n", []string{"people.csv:2: family: has a quote out of place"}},
		"too few cells":      {header + "a;b\n", []string{"people.csv:2: given: the line has 2 cells where the header has 4"}},
		"too many cells":     {header + "a;b;c;d;e\n", []string{"people.csv:2: column 5: the line has 5 cells where the header has 4"}},
		"empty cell":         {header + "a;;c;d\n;b;;\n", []string{"people.csv:2: family: is empty; fill it in", "people.csv:3: session: is empty"}},
		"too long":           {header + "a;" + strings.Repeat("é", 17) + ";;\n", []string{"people.csv:2: family: takes 34 bytes, over the limit of 32; shorten it"}},
		"Latin-1":            {header + "a;Zo\xe9;;\n", []string{"people.csv:2: family: is not UTF-8; save the file as \"CSV UTF-8\""}},
		"control":            {header + "a;Zo\x00;;\n", []string{"people.csv:2: family: holds U+0000"}},
		"lone CR":            {header + "a;b;c;d\ra;b;c;d\n", []string{"people.csv:2: column 5"}},
		"bidirectional":      {header + "a;Zo\u202e;;\n", []string{"people.csv:2: family: holds U+202E"}},
		"zero width":         {header + "a;Zo\u200be;;\n", []string{"people.csv:2: family: holds U+200B"}},
		"decomposed":         {header + "a;Zoe\u0301;;\n", []string{"people.csv:2: family: spells an accent as a character of its own; bring"}},
		"space":              {header + "a; Zoé;Jo\u00a0;\n", []string{"people.csv:2: family: begins or ends with a space", "people.csv:2: given: begins or ends with a space"}},
		"formula":            {header + "a;=1+1;@SUM(1);-\nb;+b;-1;１\n", []string{"people.csv:2: family: begins with a sign", "people.csv:2: given: begins", "people.csv:2: class", "people.csv:3: family"}},
		"line too long":      {header + "a;" + strings.Repeat("x", MaxLine) + ";;\nb;Doe;;\n;Doe;;\n", []string{"people.csv:2: line: takes more than 16384 bytes", "people.csv:4: session: is empty"}},
		"endless line":       {strings.Repeat("x", 3*MaxLine), []string{"people.csv:1: line: takes more than 16384 bytes"}},
	} {
		_, faults := read(c.text)
		ok := len(faults) == len(c.want)
		for i := 0; ok && i < len(faults); i++ {
			ok = strings.HasPrefix(faults[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: got %q\nwant %q", name, faults, c.want)
		}
	}
}

func TestFaultyLineTakesNoOtherWithIt(t *testing.T) {
	rows, faults := read("session;family;given\na;\"b;c\nb;Doe;Jo\nc;;x\nd;Roe;\n")
	if !slices.Equal(rows, []string{"3|b|Doe|Jo|", "5|d|Roe||"}) || len(faults) != 2 {
		t.Errorf("%q %q", rows, faults)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	var f Faults
	if f.Err() != nil {
		t.Error("no fault is an error")
	}
	for i := 250; i > 0; i-- {
		f.Add(&Fault{"a.csv", i, "family", "is empty", ""})
	}
	f.Add(&Fault{"a.csv", 1, "given", "is empty", "fill it in"})
	text := f.Err().Error()
	if lines := strings.Split(text, "\n"); len(lines) != 102 || lines[0] != "251 faults:" || lines[1] != "  a.csv:1: family: is empty" ||
		lines[2] != "  a.csv:1: given: is empty; fill it in" || lines[100] != "  a.csv:99: family: is empty" || lines[101] != "  and 151 more" {
		t.Errorf("%d lines: %s", len(lines), text)
	}
	var one Faults
	one.Add(&Fault{"a.csv", 7, "family", "is empty", "fill it in"})
	if got := one.Err().Error(); got != "a.csv:7: family: is empty; fill it in" {
		t.Error(got)
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, "name", "score")
	w.Write("Ķalniņa; \"Zoé\"", "-3.25")
	w.Write("=HYPERLINK(\"x\")", "+33")
	w.Write("@SUM(A1)", "-")
	w.Write("\t=1", "＝1")
	w.Write("'t Hooft", "12")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := bom + "name;score\r\n\"Ķalniņa; \"\"Zoé\"\"\";-3.25\r\n\"'=HYPERLINK(\"\"x\"\")\";'+33\r\n'@SUM(A1);'-\r\n'\t=1;'＝1\r\n't Hooft;12\r\n"
	if got := b.String(); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	w.Write("one")
	if err := w.Flush(); err == nil {
		t.Error("a row with a cell missing is written")
	}
}

// TestRoundTrip: what is written reads back as it was, unless it would run.
func TestRoundTrip(t *testing.T) {
	cell := rapid.StringOfN(rapid.RuneFrom([]rune(`abÉķ '";,-=1`)), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		w := NewWriter(&b, "session", "family", "given", "class")
		var want []string
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			cells := []string{"s", "f" + strings.TrimSpace(cell.Draw(t, "family")), strings.TrimSpace(cell.Draw(t, "given")), strings.TrimSpace(cell.Draw(t, "class"))}
			w.Write(cells...)
			for j := range cells {
				if runs(cells[j]) {
					cells[j] = "'" + cells[j]
				}
			}
			want = append(want, fmt.Sprintf("%d|%s", i+2, strings.Join(cells, "|")))
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows, faults := read(b.String())
		if !slices.Equal(rows, want) || len(faults) > 0 {
			t.Fatalf("%q read as %q, not %q: %q", b.String(), rows, want, faults)
		}
	})
}

// TestRefusedCells: a line with a cell that is refused is still a line, of which
// more can be wrong; of that cell nothing more is said.
func TestRefusedCells(t *testing.T) {
	var f Faults
	r := NewReader("people.csv", strings.NewReader("session;family;given;class\na;;Jo;\nb;Doe;=A;\n\"c;Doe\nd;Doe;Jo;\n"), people, &f)
	seen := ""
	for row := range r.Rows() {
		seen += fmt.Sprintf("%s %v %v, ", row.Get("session"), row.Faulty(), row.Refused("family"))
		row.Fault("family", "", "is not known")
	}
	if seen != "a true true, b true false, d false false, " {
		t.Error(seen)
	}
	told := ""
	for _, err := range f.Unwrap() {
		told += fmt.Sprintf("%d %s, ", err.(*Fault).Line, err.(*Fault).Field)
	}
	if told != "2 family, 3 given, 3 family, 4 session, 5 family, " {
		t.Error(told)
	}
}

// where is the form of every fault: file, line, field, why.
var where = regexp.MustCompile(`^people\.csv:[1-9][0-9]*: (line|header|column [0-9]+|session|family|given|class): .`)

func FuzzTable(f *testing.F) {
	f.Add([]byte("session;family;given;class\na;Doe;Jo;\n"))
	f.Add([]byte(bom + "class,session,given,family\r\n\"3e \"\"B\"\"\",a,,Doe\r\n"))
	f.Add([]byte("session\tfamily\tgiven\n\"a\tb\nc\"\"\t\n=\t\xff\t\u202e\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var faults Faults
		r := NewReader("people.csv", bytes.NewReader(data), people, &faults)
		last := 1
		for row := range r.Rows() {
			if row.Line <= last {
				t.Fatalf("line %d after %d", row.Line, last)
			}
			last = row.Line
			for _, c := range people {
				if why, _ := c.check(row.Get(c.Name)); r.Has(c.Name) && (why != "") != row.Refused(c.Name) {
					t.Fatalf("line %d: %s %s, refused: %v", row.Line, c.Name, why, row.Refused(c.Name))
				}
			}
		}
		for _, err := range faults.Unwrap() {
			if text := err.Error(); !where.MatchString(text) || strings.ContainsAny(text, "\r\n") {
				t.Fatalf("%q does not name file, line and field", text)
			}
		}
	})
}
