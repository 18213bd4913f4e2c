package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// vectors is what the worked example shows of testdata/signing/vectors.json.
type vectors struct {
	Address, Now string
	Keys         []struct{ Name, Role, Public, Kid, Multikey string }
	Credentials  []struct {
		Credential, Payload, Protected, ToBeSigned, Signature, SHA256, Digits, QRText string
		Fields                                                                        struct {
			StatusList, StatusIndex int
			ExpiresOn               string
		}
	}
	Code  struct{ Text, Secret, Locator, EntryKey, PDFKey, NonceKey string }
	Entry struct{ AAD, Nonce, Sealed, Sign1, Payload, Credential, Share, Record string }
	PDF   struct{ Content, SHA256, Sealed, Form string }

	Manifest struct {
		Document, ProofConfig, HashData, Signature, Signed string
	}
	StatusLists []struct {
		Number                               int
		BitsSHA256, HashData, Signature, Key string
		Statuses                             []struct {
			Index  int
			Status string
		}
	}
}

// TestExamplePage: the worked example is made from the vectors that the formats
// are tested against, in both languages.
func TestExamplePage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../testdata/signing/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		name := "../content/" + lang + "/pages/formats-example.md"
		want := (&example{v: v, fr: lang == "fr"}).page()
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != want {
			t.Errorf("%s is not what the vectors say: go test ./verifier -run TestExamplePage -update writes it anew", name)
		}
	}
}

type example struct {
	v  vectors
	fr bool
	b  strings.Builder
}

// say chooses the language.
func (e *example) say(fr, en string) string {
	if e.fr {
		return fr
	}
	return en
}

func (e *example) heading(id, fr, en string) {
	fmt.Fprintf(&e.b, "\n## %s {#%s}\n\n", e.say(fr, en), id)
}
func (e *example) text(fr, en string) { e.b.WriteString(e.say(fr, en) + "\n\n") }
func (e *example) code(lines ...string) {
	e.b.WriteString("```\n" + strings.Join(lines, "\n") + "\n```\n\n")
}

// wrapped cuts a long value into lines.
func wrapped(s string) []string {
	var out []string
	for len(s) > 72 {
		out, s = append(out, s[:72]), s[72:]
	}
	return append(out, s)
}

func (e *example) page() string {
	fmt.Fprintf(&e.b, `---
id: "formats-example"
order: 240
group: "about"
slug: %q
title: %q
summary: %q
---
`, e.say("formats-exemple", "formats-example"), e.say("Les formats, un exemple commenté", "The formats, a worked example"),
		e.say("Une attestation d’essai, octet par octet : ses clés, sa signature, son code QR, son code d’accès, son entrée au registre, le manifeste et la liste d’état.",
			"A TEST attestation, byte by byte: its keys, its signature, its QR code, its access code, its entry in the registry, the manifest and the status list."))
	e.text("Chaque valeur vient des vecteurs d’essai que le programme lui-même doit retrouver (`testdata/signing/vectors.json`). Les clés sont des clés d’essai : la graine de chacune est le SHA-256 de son nom, elles ne protègent rien. Les numéros entre parenthèses sont ceux des sections de la [page des formats](page:formats).",
		"Every value comes from the test vectors that the program itself is held to (`testdata/signing/vectors.json`). The keys are TEST keys: the seed of each is the SHA-256 of its name, they protect nothing. Numbers in parentheses are those of the sections of the [page of formats](page:formats).")
	e.keys()
	e.credential()
	e.access()
	e.entry()
	e.documents()
	return strings.TrimRight(e.b.String(), "\n") + "\n"
}

func (e *example) keys() {
	e.heading("keys", "Les clés (1)", "The keys (1)")
	e.text("Une clé publique, son kid (les 4 premiers octets du SHA-256 de la ligne du dessus) et sa Multikey :",
		"A public key, its kid (the first 4 bytes of the SHA-256 of the line above) and its Multikey:")
	for _, k := range e.v.Keys {
		if k.Role == "root" || k.Role == "credential" {
			e.code(k.Name, k.Public, k.Kid, k.Multikey)
		}
	}
}

func (e *example) credential() {
	c := e.v.Credentials[0]
	e.heading("credential", "L’attestation signée (3 et 4)", "The credential (3 and 4)")
	e.text(fmt.Sprintf("%d octets, du premier au dernier. À droite, ce qu’ils disent.", len(c.Credential)/2),
		fmt.Sprintf("%d bytes, from first to last. On the right, what they say.", len(c.Credential)/2))
	d := &dump{example: e, b: unhex(c.Credential)}
	d.line(1, 0, e.say("étiquette 18 : COSE_Sign1", "tag 18: COSE_Sign1"))
	d.line(1, 0, e.say("tableau de 4", "array of 4"))
	d.line(1, 1, e.say("chaîne de 9 octets : l’en-tête protégé", "byte string of 9: the protected header"))
	d.line(1, 2, e.say("table de 2", "map of 2"))
	d.line(2, 3, "alg (1): −19, Ed25519")
	d.line(6, 3, "kid (4): "+e.v.Keys[2].Kid)
	d.line(1, 1, e.say("en-tête non protégé : table vide", "unprotected header: empty map"))
	d.line(2, 1, e.say("chaîne d’octets : le contenu", "byte string: the payload"))
	d.line(1, 2, e.say("table de 3", "map of 3"))
	d.line(6, 3, e.say("exp (4) : minuit après le "+c.Fields.ExpiresOn, "exp (4): midnight after "+c.Fields.ExpiresOn))
	d.line(6, 3, "iat (6)")
	d.line(5, 3, "−65537:")
	d.line(1, 4, e.say("tableau de 17", "array of 17"))
	for _, name := range strings.Split(e.say(
		"forme 1|régime : adaptatif|numéro 20260000123|nom|prénoms|naissance, en jours|lieu|centre|session, en jours|score 385|niveau 4|niveau maximal 7|professionnelle : oui|16 niveaux : 3 4 4 4 5 3 …|pix : aucun|liste d’état 1|place 4711",
		"form 1|regime: adaptive|number 20260000123|family name|given names|birth, in days|place|centre|session, in days|score 385|level 4|max level 7|professional: yes|16 levels: 3 4 4 4 5 3 …|pix: none|status list 1|index 4711"), "|") {
		d.item(5, name)
	}
	d.line(2, 1, e.say("chaîne de 64 octets : la signature", "byte string of 64: the signature"))
	d.line(32, 2, "R")
	d.line(32, 2, "S")
	d.end()
	e.text("Ce qui est signé est la Sig\\_structure :", "What is signed is the Sig\\_structure:")
	e.code(wrapped(c.ToBeSigned)...)
	e.text("Le SHA-256 de l’attestation signée ; ses 16 premiers octets sont son inscription sur la liste d’émargement (10), dans le fragment que nomme son premier octet :",
		"The SHA-256 of the credential; its first 16 bytes are its entry on the roll (10), in the shard that its first byte names:")
	e.code(c.SHA256)
	e.text("Le texte du code QR (5) : l’octet 01 devant, et le tout lu comme un seul nombre.", "The text of the QR code (5): the byte 01 in front, and the whole read as one number.")
	e.code(wrapped(c.QRText)...)
}

func (e *example) access() {
	c := e.v.Code
	e.heading("code", "Le code d’accès (6)", "The access code (6)")
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var values []string
	sum, power := 0, 1
	for _, s := range strings.ReplaceAll(c.Text, "-", "")[1:] {
		value := strings.IndexRune(alphabet, s)
		values = append(values, fmt.Sprint(value))
		for bit, x := 0, power; bit < 5; bit++ {
			if value>>bit&1 == 1 {
				sum ^= x
			}
			if x <<= 1; x&32 != 0 {
				x ^= 0x25
			}
		}
		if power <<= 1; power&32 != 0 {
			power ^= 0x25
		}
	}
	e.text("Le code, les valeurs de ses 21 symboles, leur somme de contrôle, son secret, et ce que HKDF en tire :",
		"The code, the values of its 21 symbols, their check sum, its secret, and what HKDF draws from it:")
	e.code(c.Text, strings.Join(values, " "), fmt.Sprintf("Σ α^i·c_i = %d", sum), "", "secret     "+c.Secret, "locator    "+c.Locator,
		"entry key  "+c.EntryKey, "pdf key    "+c.PDFKey, "nonce key  "+c.NonceKey)
}

func (e *example) entry() {
	n := e.v.Entry
	e.heading("entry", "L’entrée du registre (7 et 8)", "The entry in the registry (7 and 8)")
	e.text(fmt.Sprintf("Le fichier registry/%s/%s, %d octets :", e.v.Code.Locator[:2], e.v.Code.Locator, len(n.Sealed)/2),
		fmt.Sprintf("The file registry/%s/%s, %d bytes:", e.v.Code.Locator[:2], e.v.Code.Locator, len(n.Sealed)/2))
	d := &dump{example: e, b: unhex(n.Sealed)}
	d.line(1, 0, "version")
	d.line(12, 0, "nonce")
	d.line(len(d.b)-16, 0, e.say(fmt.Sprintf("%d octets chiffrés", len(d.b)-16), fmt.Sprintf("%d bytes, encrypted", len(d.b)-16)))
	d.line(16, 0, e.say("étiquette de GCM", "tag of GCM"))
	d.end()
	e.text("Données associées : `entry`, 00, locator :", "Additional data: `entry`, 00, locator:")
	e.code(wrapped(n.AAD)...)
	e.text(fmt.Sprintf("Déchiffré et débarrassé de 80 et des zéros : un COSE\\_Sign1 de %d octets, dont le contenu est un tableau de 6.", len(n.Sign1)/2),
		fmt.Sprintf("Decrypted, and rid of 80 and the zeros: a COSE\\_Sign1 of %d bytes, whose payload is an array of 6.", len(n.Sign1)/2))
	d = &dump{example: e, b: unhex(n.Payload)}
	d.line(1, 0, e.say("tableau de 6", "array of 6"))
	for _, name := range strings.Split(e.say("version 1|locator|attestation, forme 1|attestation, forme 2|dossier|formes", "version 1|locator|credential, form 1|credential, form 2|record|forms"), "|") {
		d.item(1, name)
	}
	d.end()
}

func (e *example) documents() {
	m := e.v.Manifest
	e.heading("manifest", "Le manifeste des clés (9 et 10)", "The key manifest (9 and 10)")
	e.text("Les octets publiés sous keys.json :", "The bytes published as keys.json:")
	e.code(wrappedText(m.Signed)...)
	e.text("La preuve sans proofValue, puis les deux empreintes que la signature couvre, celle de la preuve d’abord, puis la signature :",
		"The proof without proofValue, then the two digests that the signature covers, the proof's first, then the signature:")
	e.code(append(wrappedText(m.ProofConfig), "", m.HashData[:64], m.HashData[64:], "", m.Signature[:64], m.Signature[64:])...)
	l, c := e.v.StatusLists[0], e.v.Credentials[0].Fields
	e.heading("status", "La liste d’état (11)", "The status list (11)")
	status := "valid"
	for _, s := range l.Statuses {
		if s.Index == c.StatusIndex {
			status = s.Status
		}
	}
	e.text(fmt.Sprintf("La place %d est dans l’octet %d, décalé de %d bits vers la droite. Décompressée, la liste a ce SHA-256, et dit : `%s`.", c.StatusIndex, c.StatusIndex/4, 6-2*(c.StatusIndex%4), status),
		fmt.Sprintf("Index %d is in byte %d, shifted right by %d bits. Uncompressed, the list has this SHA-256, and says: `%s`.", c.StatusIndex, c.StatusIndex/4, 6-2*(c.StatusIndex%4), status))
	e.code(l.BitsSHA256)
	e.heading("pdf", "Le PDF (13)", "The PDF (13)")
	e.text("La pièce jointe dans le plus petit fichier qui en tienne lieu, et le SHA-256 du fichier, inscrit dans l’entrée :",
		"The attachment in the least file that will do, and the SHA-256 of the file, which stands in the entry:")
	pdf := string(unhex(e.v.PDF.Content))
	at := strings.Index(pdf, "etalon-attestation-1")
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(pdf[at:strings.Index(pdf, "end-etalon-attestation")+len("end-etalon-attestation")]), "\n") {
		lines = append(lines, wrapped(line)...)
	}
	e.code(append(lines, "", e.v.PDF.SHA256)...)
}

// wrappedText is wrapped for text: by characters, not bytes.
func wrappedText(s string) []string {
	var out []string
	r := []rune(s)
	for len(r) > 72 {
		out, r = append(out, string(r[:72])), r[72:]
	}
	return append(out, string(r))
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// A dump prints bytes with what they say beside.
type dump struct {
	*example
	b     []byte
	lines []string
}

// longest is the longest run of bytes that is printed whole.
const longest = 64

// line takes n bytes.
func (d *dump) line(n, depth int, says string) {
	const row, column = 10, 46
	indent := strings.Repeat("  ", depth)
	taken := d.b[:n]
	d.b = d.b[n:]
	for i := 0; i < len(taken); i += row {
		left := indent + fmt.Sprintf("% x", taken[i:min(i+row, len(taken))])
		if i == 0 {
			d.lines = append(d.lines, left+strings.Repeat(" ", max(2, column-len(left)))+says)
			continue
		}
		if n > longest {
			d.lines = append(d.lines, indent+"…")
			break
		}
		d.lines = append(d.lines, left)
	}
}

// item takes one CBOR item: a number, a string, a boolean, or, last, the rest.
func (d *dump) item(depth int, says string) {
	major, short := d.b[0]>>5, int(d.b[0]&31)
	head := 1
	n := short
	if short >= 24 && short < 28 {
		head += 1 << (short - 24)
		n = 0
		for _, x := range d.b[1:head] {
			n = n<<8 | int(x)
		}
	}
	switch major {
	case 2:
		says += d.say(fmt.Sprintf(" (%d octets)", n), fmt.Sprintf(" (%d bytes)", n))
		head += n
	case 3:
		says += ": " + string(d.b[head:head+n])
		head += n
	case 4:
		head = len(d.b)
	}
	d.line(head, depth, says)
}

func (d *dump) end() {
	if len(d.b) > 0 {
		panic(fmt.Sprintf("%d bytes left", len(d.b)))
	}
	d.code(d.lines...)
}
