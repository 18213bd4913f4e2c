package signing

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// someCodes returns n different codes from a fixed seed.
func someCodes(n int) []Code {
	source := rand.NewChaCha8([32]byte{'T', 'E', 'S', 'T'})
	codes := make([]Code, n)
	for i := range codes {
		codes[i] = must(NewCode(source))
	}
	return codes
}

func TestCodeRoundTrip(t *testing.T) {
	for _, c := range append(someCodes(500), Code{}) {
		text := c.String()
		if len(text) != 27 || !strings.HasPrefix(text, "P-") {
			t.Fatalf("code %q", text)
		}
		if back, err := ParseCode(text); err != nil || back != c {
			t.Fatalf("%s: %v %v", text, back, err)
		}
	}
	if text := (Code{}).String(); text != "P-00000-00000-00000-00000-0" {
		t.Error(text)
	}
	first := must(ParseCode("P-Z0000-00000-00000-00000-" + string(crockford[checkSymbol(append([]byte{31}, make([]byte, 19)...))])))
	if first.bits != [13]byte{0x0f, 0x80} {
		t.Errorf("the first symbol is not the highest bits: %x", first.bits)
	}
}

// TestCodeCheckSymbol: every substitution of one symbol and every exchange of
// two different symbols is caught, without exception.
func TestCodeCheckSymbol(t *testing.T) {
	substitutions, exchanges := 0, 0
	for _, c := range someCodes(40) {
		symbols := []byte(strings.ReplaceAll(c.String()[1:], "-", ""))
		refuse := func(changed []byte, what string) {
			var e *CodeError
			if _, err := ParseCode(string(changed)); !errors.As(err, &e) || e.Problem != "check" {
				t.Fatalf("%s: %s becomes %s: %v", what, symbols, changed, err)
			}
		}
		for i := range symbols {
			for _, s := range []byte(crockford) {
				if s == symbols[i] {
					continue
				}
				changed := bytes.Clone(symbols)
				changed[i] = s
				refuse(changed, "substitution")
				substitutions++
			}
			for j := range i {
				if symbols[i] == symbols[j] {
					continue
				}
				changed := bytes.Clone(symbols)
				changed[i], changed[j] = changed[j], changed[i]
				refuse(changed, "exchange")
				exchanges++
			}
		}
	}
	if substitutions != 40*21*31 || exchanges < 7000 {
		t.Errorf("%d substitutions and %d exchanges tried", substitutions, exchanges)
	}
}

// TestCodeCheckSum recomputes the sum of section 6 in another way.
func TestCodeCheckSum(t *testing.T) {
	product := func(a, b byte) (p byte) { // schoolbook, then reduction
		wide := uint16(0)
		for i := range 5 {
			if b>>i&1 == 1 {
				wide ^= uint16(a) << i
			}
		}
		for i := 8; i >= 5; i-- {
			if wide>>i&1 == 1 {
				wide ^= 0b100101 << (i - 5)
			}
		}
		return byte(wide)
	}
	for _, c := range someCodes(50) {
		sum, power := byte(0), byte(1)
		for _, r := range strings.ReplaceAll(c.String()[1:], "-", "") {
			v, _ := symbolValue(r)
			sum ^= product(power, v)
			power = product(power, 2)
		}
		if sum != 0 {
			t.Fatalf("%s: sum %d", c, sum)
		}
	}
	seen, power := map[byte]bool{}, byte(1)
	for range 31 {
		seen[power] = true
		power = timesAlpha(power)
	}
	if len(seen) != 31 || power != 1 {
		t.Error("α is not of order 31")
	}
}

func TestCodeTolerance(t *testing.T) {
	for _, c := range someCodes(200) {
		text := c.String()
		for _, typed := range []string{
			strings.ToLower(text), strings.ReplaceAll(text, "-", ""), strings.ReplaceAll(text, "-", " "),
			text[2:], strings.ReplaceAll(text[2:], "-", ""), " " + text + "\n", strings.ReplaceAll(text, "-", " – "),
			strings.ReplaceAll(text, "-", "\u2011"), strings.ReplaceAll(text, "0", "O"), strings.ReplaceAll(text, "0", "o"),
			strings.ReplaceAll(text, "1", "I"), strings.ReplaceAll(text, "1", "l"), strings.ReplaceAll(text, "1", "L"),
			strings.ReplaceAll(text, "1", "i"), text + ".",
		} {
			if back, err := ParseCode(typed); err != nil || back != c {
				t.Fatalf("%q for %s: %v", typed, text, err)
			}
		}
	}
}

func TestCodeErrors(t *testing.T) {
	good := testCode().String()
	for _, c := range []struct {
		typed string
		want  CodeError
		says  string
	}{
		{"", CodeError{Problem: "length"}, "0 symbols"},
		{"P-", CodeError{Problem: "length"}, "0 symbols"},
		{good[:len(good)-2], CodeError{Problem: "length", Count: 20}, "20 symbols"},
		{good[2 : len(good)-3], CodeError{Problem: "length", Count: 19}, "19 symbols"},
		{good + "00", CodeError{Problem: "length", Count: 23}, "23 symbols"},
		{"P-0000U-00000-00000-00000-0", CodeError{Problem: "symbol", Position: 5, Symbol: 'U'}, "letter U"},
		{"0000u-00000-00000-00000-0", CodeError{Problem: "symbol", Position: 5, Symbol: 'u'}, "letter U"},
		{"P-00000-0000*-00000-00000-0", CodeError{Problem: "symbol", Position: 10, Symbol: '*'}, "symbol 10"},
		{"P-00000-00000-00000-00000-É", CodeError{Problem: "symbol", Position: 21, Symbol: 'É'}, "symbol 21"},
		{"P-00000-00000-00000-00000-1", CodeError{Problem: "check"}, "mistyped"},
		{strings.Repeat("0", 1<<20), CodeError{Problem: "length", Count: 1 << 20}, "1048576 symbols"},
	} {
		var e *CodeError
		_, err := ParseCode(c.typed)
		if !errors.As(err, &e) {
			t.Errorf("%.40q: %v", c.typed, err)
			continue
		}
		if c.want.Problem == "length" && c.typed == good+"00" {
			c.want.Count = e.Count // 23 or 24 symbols, with or without the P
		}
		if *e != c.want || !strings.Contains(err.Error(), c.says) && c.typed != good+"00" {
			t.Errorf("%.40q: %+v (%v), want %+v", c.typed, *e, err, c.want)
		}
	}
}

func TestCodeKeys(t *testing.T) {
	c := testCode()
	if n := len(c.Locator()); n != 32 {
		t.Errorf("locator of %d digits", n)
	}
	seen := map[string]bool{}
	for _, info := range []string{"locator", "entry key", "pdf key", "nonce key"} {
		seen[fmt.Sprintf("%x", c.derive(info, 16))] = true
	}
	if len(seen) != 4 {
		t.Error("two of the derived secrets are equal")
	}
	if _, err := NewCode(bytes.NewReader(make([]byte, 12))); err == nil {
		t.Error("code from 12 random bytes")
	}
}

func TestQRText(t *testing.T) {
	b := must(SignCredential(full(), testCredential))
	text := QRText(testAddress, b)
	digits := text[strings.Index(text, "#")+1:]
	for _, good := range []string{text, digits, " " + text + "\n",
		"http://localhost:8080/v#" + digits, "http://127.0.0.1/v/#" + digits, "https://other.example/base/v#" + digits,
		"https://verify.example/v?utm=1#" + digits, "https://verify.example/fr/verifier/#" + digits,
		"https://verify.example/en/verify#" + digits} {
		if got, err := ParseQRText(good); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%.60s: %v", good, err)
		}
	}
	for _, other := range []string{"", "#", "https://verify.example/v", "https://verify.example/v#",
		"http://verify.example/v#" + digits, "ftp://verify.example/v#" + digits, "javascript:alert(1)#" + digits,
		"https://verify.example/w#" + digits, "https:///v#" + digits, "/v#" + digits, "v#" + digits,
		"https://user@verify.example/v#" + digits, text + "x", text + "#1", "-" + digits, "+" + digits,
		strings.Repeat("1", 1<<16), "1e10", "0x10", "１２３"} {
		if got, err := ParseQRText(other); err == nil {
			t.Errorf("%.60q gives %x", other, got)
		} else if errors.Is(err, ErrNotGenuine) {
			t.Errorf("%.60q: %v, want the text taken for something else", other, err)
		}
	}
	for _, bad := range []string{"0", "1", "255", "256" + digits, "0" + digits, digits + "0", "2" + digits[1:] + "0",
		strings.Repeat("9", maxDigits), strings.Repeat("9", maxDigits+1), text[:len(text)-len(digits)] + "0" + digits} {
		if got, err := ParseQRText(bad); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%.60q: %x, %v, want not genuine", bad, got, err)
		}
	}
	longest := QRText("", bytes.Repeat([]byte{0xff}, maxCredential))[3:]
	if len(longest) > maxDigits {
		t.Errorf("%d digits, at most %d", len(longest), maxDigits)
	}
	if _, err := ParseQRText(longest); err != nil {
		t.Error(err)
	}
}
