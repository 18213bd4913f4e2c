package signing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func TestJCSVectors(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join(vectors, "jcs/input/*.json"))
	if err != nil || len(inputs) != 6 {
		t.Fatalf("%d inputs, want 6: %v", len(inputs), err)
	}
	for _, path := range inputs {
		name := filepath.Base(path)
		got, err := canonical(readVector(t, "jcs/input/"+name))
		if err != nil {
			t.Fatal(err)
		}
		if want := readVector(t, "jcs/output/"+name); !bytes.Equal(got, want) {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
		digits := strings.Join(strings.Fields(string(readVector(t, "jcs/outhex/"+strings.TrimSuffix(name, ".json")+".txt"))), "")
		if want := unhex(t, digits); !bytes.Equal(got, want) {
			t.Errorf("%s: %x\nwant %x", name, got, want)
		}
	}
}

func TestJCSRefuses(t *testing.T) {
	for _, bad := range []string{``, `{`, `{"a":1,"a":2}`, `{"x":{"a":1,"\u0061":2}}`, `{"a":1}x`, `[1,]`, "\"\xff\"",
		`"\ud800"`, `{"x":[{"b":1,"b":1}]}`, `nul`, `01`} {
		if got, err := canonical([]byte(bad)); err == nil {
			t.Errorf("%s gives %s", bad, got)
		}
	}
}

// TestW3CVector compares every intermediate value of the W3C example, then the
// signature itself: Ed25519 is deterministic.
func TestW3CVector(t *testing.T) {
	text := func(name string) string {
		return strings.TrimSpace(string(readVector(t, "eddsa-jcs-2022/"+name)))
	}
	var pair struct{ PublicKeyMultibase, PrivateKeyMultibase string }
	if err := json.Unmarshal([]byte(text("keyPair.json")), &pair); err != nil {
		t.Fatal(err)
	}
	secret, err := decodeBase58(pair.PrivateKeyMultibase[1:])
	if err != nil || len(secret) != 34 || secret[0] != 0x80 || secret[1] != 0x26 {
		t.Fatalf("private key: %x %v", secret, err)
	}
	key := must(NewKeyFromSeed(secret[2:]))
	if got := key.Public().Multikey(); got != pair.PublicKeyMultibase {
		t.Errorf("public key %s, want %s", got, pair.PublicKeyMultibase)
	}

	doc, err := canonical([]byte(text("unsigned.json")))
	if err != nil || string(doc) != text("canonDocJCS.txt") {
		t.Errorf("canonical document: %s %v", doc, err)
	}
	if sum := sha256.Sum256(doc); hex.EncodeToString(sum[:]) != text("docHashJCS.txt") {
		t.Errorf("document hash: %x", sum)
	}
	var p proof
	if err := jsonv2.Unmarshal([]byte(text("proofConfigJCS.json")), &p); err != nil {
		t.Fatal(err)
	}
	config, err := marshalCanonical(p)
	if err != nil || string(config) != text("proofCanonJCS.txt") {
		t.Errorf("canonical proof: %s %v", config, err)
	}
	if sum := sha256.Sum256(config); hex.EncodeToString(sum[:]) != text("proofHashJCS.txt") {
		t.Errorf("proof hash: %x", sum)
	}
	hash, err := hashData(p, doc)
	if err != nil || hex.EncodeToString(hash) != text("combinedHashJCS.txt") {
		t.Errorf("hash data: %x %v", hash, err)
	}
	if sig := key.sign(hash); hex.EncodeToString(sig) != text("sigHexJCS.txt") || "z"+encodeBase58(sig) != text("sigBTC58JCS.txt") {
		t.Errorf("signature: %x", sig)
	}

	signed, err := signDocument(jsontext.Value(doc), must(parseTime(p.Created)), key)
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonical([]byte(text("signedJCS.json")))
	if err != nil || !bytes.Equal(signed, want) {
		t.Errorf("signed document: %s\nwant %s", signed, want)
	}
	back, signer, created, err := openDocument(want)
	if err != nil || signer != key.Public() || formatTime(created) != p.Created || !bytes.Equal(back, doc) {
		t.Errorf("opening it: %s %v", back, err)
	}
	if _, _, _, err := openDocument([]byte(text("signedJCS.json"))); err == nil {
		t.Error("a document that is not in canonical form is accepted")
	}
}

// TestProofMembers signs documents whose proof is right in all but one member.
func TestProofMembers(t *testing.T) {
	doc := []byte(`{"a":1}`)
	good := proof{Created: formatTime(testNow), Suite: cryptosuite, Purpose: "assertionMethod",
		Type: "DataIntegrityProof", Method: testRoot.Public().verificationMethod()}
	build := func(p proof, extra string) []byte {
		p.Value = "z" + encodeBase58(testRoot.sign(must(hashData(p, doc))))
		text := string(must(marshalCanonical(p)))
		if extra != "" {
			text = text[:len(text)-1] + extra + "}"
		}
		return must(canonical([]byte(`{"a":1,"proof":` + text + `}`)))
	}
	if _, _, _, err := openDocument(build(good, "")); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*proof){
		"suite":   func(p *proof) { p.Suite = "eddsa-rdfc-2022" },
		"purpose": func(p *proof) { p.Purpose = "authentication" },
		"type":    func(p *proof) { p.Type = "Ed25519Signature2020" },
		"created": func(p *proof) { p.Created = "2026-11-21T12:00:00+00:00" },
		"empty":   func(p *proof) { p.Created = "" },
		"context": func(p *proof) { p.Context = jsontext.Value(`["x"]`) },
		"method":  func(p *proof) { p.Method = testRoot.Public().didKey() },
		"other":   func(p *proof) { p.Method = testRoot2.Public().verificationMethod() },
	} {
		p := good
		change(&p)
		if _, _, _, err := openDocument(build(p, "")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, _, _, err := openDocument(build(good, `,"expires":"2027-01-01T00:00:00Z"`)); err == nil {
		t.Error("a proof with an unknown member is accepted")
	}
	for _, bad := range []string{`{}`, `[]`, `null`, `1`, `{"proof":null}`, `{"proof":[]}`, `{"proof":{}}`, `{"a":1}`} {
		if _, _, _, err := openDocument([]byte(bad)); err == nil {
			t.Errorf("%s: accepted", bad)
		}
	}
}
