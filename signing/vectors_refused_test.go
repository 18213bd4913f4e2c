package signing

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// TestRefusedVectors holds OpenCredential to the verdicts that refusedVectors
// writes beside each credential.
func TestRefusedVectors(t *testing.T) {
	data, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Refused []struct {
			Name       string `json:"name"`
			Verdict    string `json:"verdict"`
			Credential string `json:"credential"`
			QRText     string `json:"qrText"`
		} `json:"refused"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Refused) < 20 {
		t.Errorf("%d refused credentials on file", len(file.Refused))
	}
	m := openManifest(t, testManifest())
	for _, r := range file.Refused {
		want := ErrNotGenuine
		if r.Verdict == "unknown-issuer" {
			want = ErrUnknownIssuer
		}
		b := unhex(t, r.Credential)
		_, err := OpenCredential(b, m)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", r.Name, err, want)
		}
		t.Logf("%s: %v", r.Name, err)
		if read, err := ParseQRText(r.QRText); err != nil || !bytes.Equal(read, b) {
			t.Errorf("%s: QR text: %v", r.Name, err)
		}
	}
}

// refusedVectors are credentials that a careless reader would accept.
func refusedVectors() []any {
	good := must(SignCredential(full(), testCredential))
	payload := encodeClaims(full())
	protected := protectedHeader(testCredential.Public().KID())
	signed := func(p []byte) []byte { return signCOSE(p, testCredential) }
	seal := func(protected []byte) []byte {
		return encodeSign1(protected, payload, testCredential.sign(toBeSigned(protected, payload)))
	}
	edit := func(change func(*Credential)) []byte {
		c := full()
		change(c)
		return signed(encodeClaims(c))
	}
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	malleable := bytes.Clone(good)
	s := malleable[len(good)-32:]
	reversed := func(b []byte) []byte {
		out := make([]byte, 32)
		for i, v := range b {
			out[31-i] = v
		}
		return out
	}
	copy(s, reversed(new(big.Int).Add(new(big.Int).SetBytes(reversed(s)), order).FillBytes(make([]byte, 32))))
	flipped := bytes.Clone(good)
	flipped[60] ^= 1
	oldAlg := bytes.Clone(protected)
	oldAlg[2] = 0x27
	var out []any
	for _, c := range []struct {
		name, want string
		b          []byte
	}{
		{"one bit of the content changed", "not-genuine", flipped},
		{"S + L in the signature", "not-genuine", malleable},
		{"signed by a key of no one", "unknown-issuer", must(SignCredential(full(), testKey("stranger")))},
		{"signed by the entry key", "not-genuine", must(SignCredential(full(), testEntry))},
		{"signed by a root", "unknown-issuer", must(SignCredential(full(), testRoot))},
		{"issued before the key's window", "not-genuine", edit(func(c *Credential) { c.SessionDate, c.IssuedOn = c.SessionDate-365, day("2025-12-31") })},
		{"family name in decomposed Unicode", "not-genuine", edit(func(c *Credential) { c.FamilyName = "Noe\u0308l" })},
		{"direction override in the name", "not-genuine", edit(func(c *Credential) { c.FamilyName = "A\u202eB" })},
		{"competence level above the highest", "not-genuine", edit(func(c *Credential) { c.Levels[0] = 8 })},
		{"birth date after the session", "not-genuine", edit(func(c *Credential) { c.BirthDate = c.SessionDate })},
		{"score above the highest", "not-genuine", edit(func(c *Credential) { c.Score = 897 })},
		{"index outside the list", "not-genuine", edit(func(c *Credential) { c.Index = ListSize })},
		{"form 3", "not-genuine", signed(bytes.Replace(payload, []byte{0x91, 1}, []byte{0x91, 3}, 1))},
		{"number not in its shortest form", "not-genuine", signed(bytes.Replace(payload, []byte{0x91, 1}, []byte{0x91, 0x18, 1}, 1))},
		{"array of indefinite length", "not-genuine", signed(append(bytes.Replace(payload, []byte{0x91, 1}, []byte{0x9f, 1}, 1), 0xff))},
		{"null for no pix", "not-genuine", signed(bytes.Replace(payload, []byte{0x40, 1, 0x19}, []byte{0xf6, 1, 0x19}, 1))},
		{"byte after the claims", "not-genuine", signed(append(bytes.Clone(payload), 0))},
		{"byte after the message", "not-genuine", append(bytes.Clone(good), 0)},
		{"without the tag", "not-genuine", good[1:]},
		{"unprotected header", "not-genuine", bytes.Replace(good, []byte{0xa0, 0x58}, []byte{0xa1, 1, 0x32, 0x58}, 1)},
		{"algorithm EdDSA (−8)", "not-genuine", seal(oldAlg)},
	} {
		if bytes.Equal(c.b, good) {
			panic(c.name)
		}
		out = append(out, object{"name": c.name, "verdict": c.want, "credential": hex.EncodeToString(c.b), "qrText": QRText(testAddress, c.b)})
	}
	return out
}

func typedVectors(code Code) []any {
	text := code.String()
	swapped := []byte(text)
	swapped[2], swapped[24] = swapped[24], swapped[2]
	var out []any
	for _, typed := range []string{text, strings.ToLower(text), text[2:], strings.ReplaceAll(text, "-", ""), strings.ReplaceAll(text, "-", " – "),
		strings.NewReplacer("1", "l", "0", "o").Replace(text), string(swapped), text[:25], text + "0", strings.Replace(text, text[4:5], "U", 1), ""} {
		o := object{"typed": typed}
		var e *CodeError
		if c, err := ParseCode(typed); err == nil {
			o["code"] = c.String()
		} else if e = err.(*CodeError); e.Problem == "symbol" {
			o["problem"], o["position"] = e.Problem, e.Position
		} else {
			o["problem"] = e.Problem
		}
		out = append(out, o)
	}
	return out
}
