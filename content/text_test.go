package content

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// typesetPlainly is typeset character by character, to compare with.
func typesetPlainly(lang Lang, s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/50)
	rest := s
	var prev rune
	for rest != "" {
		if n := literal(rest, prev); n > 0 {
			b.WriteString(rest[:n])
			prev, _ = utf8.DecodeLastRuneInString(rest[:n])
			rest = rest[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		next, _ := utf8.DecodeRuneInString(rest[size:])
		switch {
		case r == '\'' && unicode.IsLetter(prev) && unicode.IsLetter(next):
			b.WriteString("’")
		case r == ' ' && (joined(prev, rest[size:]) || lang == FR && french(prev, rest[size:])):
			b.WriteString(nbsp)
		default:
			b.WriteString(rest[:size])
		}
		prev = r
		rest = rest[size:]
	}
	return b.String()
}

func TestTypesetAgrees(t *testing.T) {
	samples := []string{
		"", " ", "'", "l'eau, 1 h 45, 120 pix ; 5 % !", "« mot » : l'a `l'a : b` [x](y : z) fin ?",
		"| a | :--- |\n| 1 024 | b : |", "1 h 45 pour 32 questions", "<https://x.y/l'a ?b> l'é", "«mot» ; » !", "h 12 h 1 5 € 5 euros",
	}
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" {
			return err
		}
		data, err := fs.ReadFile(FS, name)
		samples = append(samples, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, s := range samples {
		for _, lang := range Langs {
			want := typesetPlainly(lang, s)
			if got := typeset(lang, s); got != want {
				t.Errorf("typeset(%s, %.60q) = %.80q, want %.80q", lang, s, got, want)
			}
			if want != s {
				changed++
			}
		}
	}
	if changed < 20 {
		t.Errorf("only %d of %d samples changed: too few to tell", changed, len(samples))
	}
}

// TestOrdinary wants that no line spared the full checks would have failed
// them, over every character that has a place in the first two planes.
func TestOrdinary(t *testing.T) {
	spared := 0
	for r := rune(0); r < 0x20000; r++ {
		for _, l := range []string{string(r), "a" + string(r), "é" + string(r) + "e", string(r) + "\u0301"} {
			if !ordinary([]byte(l)) || r == '\n' {
				continue
			}
			spared++
			if _, bad := unseen(l); bad || !utf8.ValidString(l) || !norm.NFC.IsNormalString(l) {
				t.Fatalf("%q (%U) is spared the checks that it fails", l, r)
			}
		}
	}
	if spared < 600 {
		t.Errorf("only %d lines are ordinary", spared)
	}
	for _, l := range []string{"\xc3", "\xe2\x80", "a\x00", "\xc2\x20", "\xc5"} {
		if ordinary([]byte(l)) {
			t.Errorf("%q is spared the checks", l)
		}
	}
}

func FuzzTypeset(f *testing.F) {
	f.Add("« l'eau » : 1 h 45 `a ; b` [x](y) 5 %")
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range Langs {
			if got, want := typeset(lang, s), typesetPlainly(lang, s); got != want {
				t.Errorf("typeset(%s, %q) = %q, want %q", lang, s, got, want)
			}
		}
	})
}

func TestIDs(t *testing.T) {
	for _, s := range []string{"", "a", "a-b", "9a", "-a", "A", "é", "a9", "a_b", strings.Repeat("a", 60), strings.Repeat("a", 61), "a b"} {
		if isID(s) != headingID.MatchString(s) {
			t.Errorf("isID(%q) is %v", s, isID(s))
		}
	}
	for name, want := range map[string]bool{"a.md": true, "a/b-c.1_2.md": true, "A.md": false, "/a.md": false, "a//b.md": false,
		"a/.md": false, ".a.md": false, "a/-b.md": false, "a.txt": false, "": false, "../a.md": false, strings.Repeat("a", 198) + ".md": false} {
		if sheetPath(name) != want {
			t.Errorf("sheetPath(%q) is %v", name, !want)
		}
	}
}
