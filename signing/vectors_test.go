package signing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var update = flag.Bool("update", false, "write testdata/signing/vectors.json anew")

const vectorFile = "../testdata/signing/vectors.json"

// object is a JSON object whose members are written in sorted order.
type object = map[string]any

var codes = strings.Fields("1.1 1.2 1.3 2.1 2.2 2.3 2.4 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2")

// TestVectors holds every format to the bytes of vectors.json, which other
// implementations are tested against: run with -update only when a format
// changes, that is, never without a new version of it.
func TestVectors(t *testing.T) {
	old, err := os.ReadFile(vectorFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	lists := vectorLists(t, old)
	got, err := json.Marshal(buildVectors(t, lists), json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.MkdirAll(filepath.Dir(vectorFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, old) {
		line := 0
		before, after := strings.Split(string(old), "\n"), strings.Split(string(got), "\n")
		for line < min(len(before), len(after))-1 && before[line] == after[line] {
			line++
		}
		t.Errorf("%s:%d: has %.120s\nthe code makes %.120s", vectorFile, line+1, before[line], after[line])
	}
}

// vectorLists returns the signed status lists, dated and final. Another
// version of gzip may compress to other bytes, so those on file are kept as
// long as they open and say the same.
func vectorLists(t *testing.T, old []byte) [2]string {
	dated, final := testList(), testList()
	final.ValidUntil = time.Time{}
	made := [2]string{string(must(SignStatusList(dated, testStatus))), string(must(SignStatusList(final, testRoot)))}
	var file struct {
		StatusLists []struct {
			Signed string `json:"signed"`
		} `json:"statusLists"`
	}
	if json.Unmarshal(old, &file) != nil || len(file.StatusLists) != 2 {
		return made
	}
	m := openManifest(t, testManifest())
	for i, want := range []*StatusList{dated, final} {
		l, err := OpenStatusList([]byte(file.StatusLists[i].Signed), m, 1)
		if err != nil {
			if !*update {
				t.Errorf("%s: status list %d: %v", vectorFile, i, err)
			}
			continue
		}
		if bytes.Equal(l.bits, want.bits) && l.ValidUntil.Equal(want.ValidUntil) && l.ValidFrom.Equal(want.ValidFrom) {
			made[i] = file.StatusLists[i].Signed
		}
	}
	return made
}

func buildVectors(t *testing.T, lists [2]string) object {
	code := testCode()
	entry := testEntryOf(t, full(), code)
	pdf := testPDF(QRText(testAddress, entry.Credential), code)
	sealedPDF := must(SealFile(code, "fr", pdf))
	manifest := must(SignManifest(testManifest(), testRoot))

	keys := []any{}
	for _, k := range []struct {
		name string
		role Role
		key  *PrivateKey
	}{
		{"root 1", RoleRoot, testRoot}, {"root 2", RoleRoot, testRoot2}, {"credential", RoleCredential, testCredential},
		{"entry", RoleEntry, testEntry}, {"status", RoleStatus, testStatus},
	} {
		keys = append(keys, object{"name": "TEST " + k.name, "role": k.role, "seed": hex.EncodeToString(k.key.Seed()),
			"public": hex.EncodeToString(k.key.Public().Bytes()), "kid": k.key.Public().KID().String(), "multikey": k.key.Public().Multikey()})
	}
	return object{
		"about":       "TEST vectors of the formats of package signing, section numbers as in its comment. Keys are TEST keys, seed = SHA-256 of their name. Binary values in hexadecimal.",
		"now":         formatTime(testNow),
		"address":     testAddress,
		"keys":        keys,
		"trust":       object{"leastSequence": testTrust.LeastSequence, "roots": []string{testRoot.Public().Multikey(), testRoot2.Public().Multikey()}},
		"credentials": []any{credentialVector(full()), credentialVector(profile()), credentialVector(full().Share()), credentialVector(profile().Share())},
		"refused":     refusedVectors(),
		"code": object{"text": code.String(), "secret": hex.EncodeToString(code.bits[:]), "locator": code.Locator(),
			"entryKey": hex.EncodeToString(code.derive("entry key", 32)), "pdfKey": hex.EncodeToString(code.derive("pdf key", 32)),
			"nonceKey": hex.EncodeToString(code.derive("nonce key", 32))},
		"typed":       typedVectors(code),
		"entry":       entryVector(code, entry),
		"pdf":         object{"form": "fr", "content": hex.EncodeToString(pdf), "sha256": sum(pdf), "sealed": hex.EncodeToString(sealedPDF), "sealedSha256": sum(sealedPDF)},
		"manifest":    signedVector(string(manifest)),
		"statusLists": []any{listVector(t, lists[0]), listVector(t, lists[1])},
		"compromised": compromisedVector(entry),
		"places":      placeVectors(),
	}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func fieldsOf(c *Credential) object {
	o := object{"form": c.Form.String(), "regime": c.Regime.String(), "number": FormatNumber(c.Number),
		"familyName": c.FamilyName, "givenNames": c.GivenNames, "issuedOn": c.IssuedOn.String(), "expiresOn": c.ExpiresOn.String(),
		"score": c.Score, "level": c.Level, "maxLevel": c.MaxLevel, "professional": c.Professional,
		"statusList": c.List, "statusIndex": c.Index}
	if c.Form == Full {
		o["birthDate"], o["birthPlace"] = c.BirthDate.String(), c.BirthPlace
		o["centre"], o["sessionDate"] = c.Centre, c.SessionDate.String()
		levels, pix := object{}, object{}
		for i, code := range codes {
			levels[code], pix[code] = c.Levels[i], c.Pix[i]
		}
		o["levels"] = levels
		if c.Regime == Profile {
			o["pix"] = pix
		}
	}
	return o
}

func credentialVector(c *Credential) object {
	b := must(SignCredential(c, testCredential))
	_, msg, err := splitCOSE(b)
	if err != nil {
		panic(err)
	}
	text := QRText(testAddress, b)
	return object{"fields": fieldsOf(c), "payload": hex.EncodeToString(msg.Payload), "protected": hex.EncodeToString(msg.Protected),
		"toBeSigned": hex.EncodeToString(toBeSigned(msg.Protected, msg.Payload)), "signature": hex.EncodeToString(msg.Signature),
		"credential": hex.EncodeToString(b), "sha256": sum(b), "qrText": text, "digits": text[strings.Index(text, "#")+1:]}
}

func entryVector(code Code, e *Entry) object {
	sealed := must(SealEntry(code, e, testEntry))
	inner := must(entryBox.open(code, sealed))
	return object{"payload": hex.EncodeToString(encodeEntry(e, code.locator())), "sign1": hex.EncodeToString(inner),
		"aad": hex.EncodeToString(entryBox.aad(code)), "nonce": hex.EncodeToString(sealed[1:13]), "sealed": hex.EncodeToString(sealed),
		"credential": hex.EncodeToString(e.Credential), "share": hex.EncodeToString(e.Share), "record": string(e.Record),
		"forms": []any{object{"form": e.Forms[0].Form, "sha256": hex.EncodeToString(e.Forms[0].SHA256[:])}}}
}

// signedVector takes a signed document apart.
func signedVector(signed string) object {
	doc, key, _, err := openDocument([]byte(signed))
	if err != nil {
		panic(err)
	}
	var fields struct{ Proof proof }
	if err := json.Unmarshal([]byte(signed), &fields, json.MatchCaseInsensitiveNames(true)); err != nil {
		panic(err)
	}
	p := fields.Proof
	p.Value = ""
	return object{"signed": signed, "document": string(doc), "proofConfig": string(must(marshalCanonical(p))),
		"hashData": hex.EncodeToString(must(hashData(p, doc))), "key": key.Multikey(),
		"signature": hex.EncodeToString(must(decodeBase58(fields.Proof.Value[1:])))}
}

func listVector(t *testing.T, signed string) object {
	l, err := OpenStatusList([]byte(signed), openManifest(t, testManifest()), 1)
	if err != nil {
		t.Fatal(err)
	}
	statuses := []any{}
	for _, i := range []uint32{0, 1, 4710, 4711, 4712, 262142, 262143} {
		statuses = append(statuses, object{"index": i, "status": l.At(i, testNow).String()})
	}
	o := signedVector(signed)
	o["number"], o["final"], o["bitsSha256"], o["statuses"] = 1, l.Final(), sum(l.bits), statuses
	return o
}

func compromisedVector(e *Entry) object {
	stolen := full()
	stolen.Number, stolen.FamilyName = 20260000999, "Faussaire"
	forged := must(SignCredential(stolen, testCredential))
	shards, hashes := testRoll(e.Credential, e.Share)
	m := testManifest()
	m.Keys[0].State, m.Roll, m.Sequence = Compromised, hashes, m.Sequence+1
	needed := object{}
	for _, b := range [][]byte{e.Credential, e.Share, forged} {
		shard := sha256.Sum256(b)[0]
		needed[fmt.Sprintf("%02x", shard)] = hex.EncodeToString(shards[shard])
	}
	return object{"manifest": string(must(SignManifest(m, testRoot2))), "roll": needed,
		"onRoll": []string{hex.EncodeToString(e.Credential), hex.EncodeToString(e.Share)}, "notOnRoll": []string{hex.EncodeToString(forged)}}
}

func placeVectors() []any {
	var out []any
	key := [32]byte{'T', 'E', 'S', 'T'}
	for _, n := range []uint64{0, 1, 2, ListSize - 1, ListSize, 10 * ListSize} {
		list, index := Place(key, n)
		out = append(out, object{"key": hex.EncodeToString(key[:]), "n": n, "list": list, "index": index})
	}
	return out
}
