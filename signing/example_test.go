package signing_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"time"

	"etalon/signing"
)

// A whole life: keys, an attestation, its code and entry, and what a verifier
// makes of them. Keys and code come from fixed bytes here, from
// crypto/rand.Reader elsewhere.
func Example() {
	key := func(b byte) *signing.PrivateKey {
		k, err := signing.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{b}, 32)))
		if err != nil {
			log.Fatal(err)
		}
		return k
	}
	root, signer := key(1), key(2)
	day := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	keysJSON, err := signing.SignManifest(&signing.Manifest{
		Issuer:   signing.Issuer{Name: "Example", URL: "https://verify.example", Specimen: true},
		Sequence: 1, Created: day, ValidUntil: day.AddDate(0, 0, 60),
		Keys: []signing.Key{{Name: "credential-1", Role: signing.RoleCredential, Public: signer.Public(),
			NotBefore: day, NotAfter: day.AddDate(2, 0, 0), State: signing.Active}},
	}, root)
	if err != nil {
		log.Fatal(err)
	}

	issued := signing.DateOf(day)
	list, index := signing.Place([32]byte{3}, 0)
	cred, err := signing.SignCredential(&signing.Credential{
		Form: signing.Full, Regime: signing.Adaptive, Number: 20260000001,
		FamilyName: "Łukaszewicz", GivenNames: "Ķristīne", BirthDate: 11633, BirthPlace: "Brest",
		Centre: "Lycée de l’Exemple", SessionDate: issued - 6, IssuedOn: issued, ExpiresOn: issued.AddYears(3),
		Score: 385, Level: 4, MaxLevel: 7, Professional: true, List: list, Index: index,
	}, signer)
	if err != nil {
		log.Fatal(err)
	}
	qr := signing.QRText("https://verify.example", cred)

	// The verifier knows the root, and nothing else.
	manifest, err := signing.OpenManifest(keysJSON, signing.Trust{Roots: []signing.PublicKey{root.Public()}})
	if err != nil {
		log.Fatal(err)
	}
	b, err := signing.ParseQRText(qr)
	if err != nil {
		log.Fatal(err)
	}
	c, err := signing.OpenCredential(b, manifest)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signing.FormatNumber(c.Number), c.GivenNames, c.FamilyName, c.Score, "pix, until", c.ExpiresOn)

	b[len(b)/2] ^= 1
	_, err = signing.OpenCredential(b, manifest)
	fmt.Println(errors.Is(err, signing.ErrNotGenuine), err)
	// Output:
	// 2026-0000001 Ķristīne Łukaszewicz 385 pix, until 2029-11-20
	// true not genuine: the signature does not match the content
}

// People type codes in their own way.
func ExampleParseCode() {
	code, err := signing.NewCode(bytes.NewReader([]byte("thirteen byte")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(code)
	typed, err := signing.ParseCode("p 8t39e 9t6as be4lh 7jx35 r")
	fmt.Println(typed == code, err)
	_, err = signing.ParseCode("P-8T39E-9T6AS-BE41H-7JX3U-R")
	fmt.Println(err)
	// Output:
	// P-8T39E-9T6AS-BE41H-7JX35-R
	// true <nil>
	// access code: symbol 20 is the letter U, which codes never use: it may be a V
}
