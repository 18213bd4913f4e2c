package attestation

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

var groupSize = flag.Int("group", 40, "attestations in the group file of the test")

// grouped are n documents of different people and results.
func grouped(t testing.TB, n int) []Document {
	rnd := newRandom(11)
	list := make([]Document, n)
	for i := range list {
		list[i] = rnd.document(t, content.FR, i)
	}
	return list
}

// TestGroup draws 500 in one file: small, valid, each name on its pages.
func TestGroup(t *testing.T) {
	n := *groupSize
	list := grouped(t, n)
	at := list[0].Credential.IssuedOn.Time()
	data, err := Group("Groupe SPECIMEN", content.FR, at, list)
	if err != nil {
		t.Fatal(err)
	}
	one, err := Render(list[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d attestations: %d bytes, one alone %d", n, len(data), len(one))
	contents := ownContents(data)
	above := len(data) - len(one) - contents
	t.Logf("contents of the pages %d bytes, above them and one attestation %d", contents, above)
	// 3 MB for 500. Pieces that all share weigh as much in a small group as in a
	// large one.
	if most := 3 << 20 * max(n, 80) / 500; above > most {
		t.Errorf("%d bytes above the contents and one attestation, more than %d", above, most)
	}
	if again, err := Group("Groupe SPECIMEN", content.FR, at, list); err != nil || !bytes.Equal(data, again) {
		t.Errorf("two runs differ (%v)", err)
	}
	if _, _, err := signing.FindAttachment(data); err != signing.ErrNoAttachment {
		t.Errorf("a group passes for an attestation: %v", err)
	}
	path := write(t, "group", data)
	if *keep != "" {
		if err := os.WriteFile(*keep+"/group.pdf", data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out := run(t, tool(t, "qpdf"), "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Error(out)
	}
	var table struct {
		Outlines []struct {
			Title string
			Page  int `json:"destpageposfrom1"`
		}
	}
	if err := json.Unmarshal([]byte(run(t, tool(t, "qpdf"), "--json", "--json-key=outlines", path)), &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Outlines) != n || !bytes.Contains(data, []byte("/PageMode/UseOutlines")) {
		t.Errorf("%d bookmarks shown for %d attestations", len(table.Outlines), n)
	}
	for i, b := range table.Outlines {
		if c := list[i].Credential; b.Title != strings.TrimSpace(c.GivenNames+" "+c.FamilyName) || b.Page != 2*i+1 {
			t.Errorf("bookmark %d leads to page %d as %q", i+1, b.Page, b.Title)
		}
	}
	pdftotext := tool(t, "pdftotext")
	pages := strings.Split(run(t, pdftotext, "-raw", path, "-"), "\f")
	if len(pages) != 2*n+1 {
		t.Fatalf("%d pages for %d attestations", len(pages)-1, n)
	}
	for i, d := range list {
		for k := range 2 {
			text := strings.Join(strings.Fields(pages[2*i+k]), "")
			for _, want := range []string{d.Credential.FamilyName, d.Credential.GivenNames, fmt.Sprintf("page%d/2", k+1), signing.FormatNumber(d.Credential.Number)} {
				if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
					t.Errorf("attestation %d, page %d does not say %q", i+1, k+1, want)
				}
			}
		}
	}
}

// ownContents counts the bytes of the content streams that belong to one page.
func ownContents(data []byte) int {
	n := 0
	for _, part := range bytes.Split(data, []byte(" 0 obj\n<</Filter/FlateDecode/Length "))[1:] {
		size, _ := strconv.Atoi(string(part[:bytes.IndexByte(part, '>')]))
		stream := part[bytes.Index(part, []byte("stream\n"))+len("stream\n"):][:size]
		r, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			continue
		}
		if text, err := io.ReadAll(r); err == nil && (bytes.Contains(text, []byte("/Artifact BMC")) || bytes.Contains(text, []byte("BDC")) && !bytes.HasPrefix(text, []byte("0 g 0 G"))) {
			n += size
		}
	}
	return n
}

func TestGroupRefusals(t *testing.T) {
	at := sample(nil).IssuedOn.Time()
	if _, err := Group("", content.FR, at, nil); err == nil {
		t.Error("a group of nobody is drawn")
	}
	list := grouped(t, 3)
	list[1].Credential.FamilyName = "Ольга"
	if _, err := Group("", content.FR, at, list); err == nil || !strings.Contains(err.Error(), "attestation 2") {
		t.Errorf("a name without letters: %v", err)
	}
	if _, err := Group("", content.FR, at, make([]Document, MostGrouped+1)); err == nil {
		t.Error("too many are taken")
	}
}
