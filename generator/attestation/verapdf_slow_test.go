//go:build slow

package attestation

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/content"
)

var validated = flag.Int("validated", 12, "random attestations that veraPDF validates")

// veraPDF returns a command that validates the files given to it against
// PDF/A-3a and PDF/UA-1. Maven keeps what it fetches, so only the first run
// needs a network.
func veraPDF(t *testing.T, files ...string) *exec.Cmd {
	t.Helper()
	mvn, java := tool(t, "mvn"), tool(t, "java")
	tool(t, "javac")
	lib := filepath.Join(t.TempDir(), "lib")
	fetch := []string{"-q", "-B", "-f", "testdata/verapdf/pom.xml", "dependency:copy-dependencies", "-DoutputDirectory=" + lib}
	if err := exec.Command(mvn, append([]string{"-o"}, fetch...)...).Run(); err != nil {
		if out, err := exec.Command(mvn, fetch...).CombinedOutput(); err != nil {
			t.Skipf("veraPDF is not to be had from Maven Central: not validated\n%s", out)
		}
	}
	jars := filepath.Join(lib, "*")
	classes := t.TempDir()
	if out, err := exec.Command("javac", "-cp", jars, "-d", classes, "testdata/verapdf/Check.java").CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	return exec.Command(java, append([]string{"-Xmx1g", "-cp", jars + string(os.PathListSeparator) + classes, "Check"}, files...)...)
}

// TestValid validates every sample, random attestations in all forms, a
// group file and letters with veraPDF, and sees that a file with a fault is refused.
func TestValid(t *testing.T) {
	tool(t, "mvn") // before drawing anything
	dir := t.TempDir()
	var files []string
	add := func(name string, data []byte) {
		path := filepath.Join(dir, name+".pdf")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	for name, d := range samples(t) {
		if *validated < 50 && !slices.Contains([]string{"en", "profile", "kristine", "bi", "diploma-level0"}, name) {
			continue
		}
		data, _ := render1(t, name, d)
		add(name, data)
	}
	rnd := newRandom(3)
	for i := range *validated {
		d := rnd.document(t, content.FR, i)
		if i%4 == 3 {
			d = rnd.longest(t, i)
		}
		d.Form = Forms[i%2]
		if i%10 == 9 || i == 3 {
			d.Form = Forms[2+i/10%2]
		}
		data, err := Render(d)
		if err != nil {
			t.Fatal(err)
		}
		add(fmt.Sprintf("random-%03d", i), data)
	}
	list := grouped(t, 8)
	group, err := Group("Groupe SPECIMEN", content.FR, list[0].Credential.IssuedOn.Time(), list)
	if err != nil {
		t.Fatal(err)
	}
	add("group", group)
	mail := letterSamples(t, content.FR, 4)
	file, err := Letters("Lettres SPECIMEN", content.FR, mail[0].Day.Time(), mail)
	if err != nil {
		t.Fatal(err)
	}
	add("letters", file)
	out, err := veraPDF(t, files...).CombinedOutput()
	if want := fmt.Sprintf("%d files, 0 failures", len(files)); err != nil || !strings.Contains(string(out), want) {
		t.Errorf("veraPDF: %v\n%s", err, out)
	}
	t.Logf("%s", bytes.TrimSpace(out))

	data, _ := render1(t, "fr", samples(t)["fr"])
	faulty := bytes.Replace(data, []byte("/Marked true"), []byte("/Marked null"), 1)
	faulty = bytes.Replace(faulty, []byte("<pdfuaid:part>1"), []byte("<pdfuaid:part>7"), 1)
	path := write(t, "faulty", faulty)
	out, err = veraPDF(t, path).CombinedOutput()
	if err == nil || !strings.Contains(string(out), ": 3a ") || !strings.Contains(string(out), ": ua1 ") {
		t.Errorf("a file with two faults passes: %v\n%s", err, out)
	}
}
