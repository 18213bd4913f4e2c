package signing

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"
)

// testKey returns a TEST key: its seed is the SHA-256 of "TEST " and its name,
// so that anyone can make it and nobody can mistake it for a real one.
func testKey(name string) *PrivateKey {
	seed := sha256.Sum256([]byte("TEST " + name))
	return must(NewKeyFromSeed(seed[:]))
}

func testCode() Code {
	sum := sha256.Sum256([]byte("TEST code"))
	return must(NewCode(bytes.NewReader(sum[:])))
}

var (
	testRoot, testRoot2 = testKey("root 1"), testKey("root 2")
	testCredential      = testKey("credential")
	testEntry           = testKey("entry")
	testStatus          = testKey("status")
	testTrust           = Trust{Roots: []PublicKey{testRoot.Public(), testRoot2.Public()}, LeastSequence: 3}
	testNow             = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

const testAddress = "https://verify.example"

func day(s string) Date { return must(ParseDate(s)) }

// testManifest lists one TEST key a role.
func testManifest() *Manifest {
	key := func(k *PrivateKey, role Role) Key {
		return Key{Name: "TEST " + string(role), Role: role, Public: k.Public(), State: Active,
			NotBefore: day("2026-01-01").Time(), NotAfter: day("2027-12-31").Time()}
	}
	return &Manifest{
		Issuer:   Issuer{Name: "Étalon TEST", URL: testAddress, Specimen: true},
		Sequence: 7, Created: testNow.AddDate(0, 0, -1), ValidUntil: testNow.AddDate(0, 0, 60),
		Keys: []Key{key(testCredential, RoleCredential), key(testEntry, RoleEntry), key(testStatus, RoleStatus)},
	}
}

func openManifest(t testing.TB, m *Manifest) *Manifest {
	t.Helper()
	data, err := SignManifest(m, testRoot)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := OpenManifest(data, testTrust)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// full returns a credential of the adaptive regime with typical fields.
func full() *Credential {
	return &Credential{
		Form: Full, Regime: Adaptive, Number: 20260000123,
		FamilyName: "Łukaszewicz-N’Guyễn", GivenNames: "Ķristīne Zoé",
		BirthDate: day("2001-11-07"), BirthPlace: "Saint-Étienne (42)", Centre: "Lycée Jean-Moulin, Béziers",
		SessionDate: day("2026-11-14"), IssuedOn: day("2026-11-20"), ExpiresOn: day("2029-11-20"),
		Score: 385, Level: 4, MaxLevel: 7, Professional: true,
		Levels: [16]int{3, 4, 4, 4, 5, 3, 4, 4, 4, 2, 4, 5, 4, 4, 3, 7},
		List:   1, Index: 4711,
	}
}

// profile returns one of the profile regime.
func profile() *Credential {
	c := full()
	c.Regime, c.Number, c.MaxLevel, c.Level, c.Index = Profile, 20260000124, 5, 0, 262143
	c.FamilyName, c.GivenNames = "Le Goff", "Anne-Gaël"
	c.Pix = [16]int{24, 33, 32, 39, 40, 24, 32, 32, 0, 17, 32, 40, 32, 32, 24, 7}
	c.Levels, c.Score = [16]int{}, 0
	for i, p := range c.Pix {
		c.Levels[i] = p / 8
		c.Score += p
	}
	return c
}

const testRecord = `{"schema":"etalon-record/1","specimen":true,"state":"final"}`

// testPDF stands for the issued file: like one, it holds its attachment.
func testPDF(qr string, code Code) []byte {
	return []byte("%PDF-1.7 TEST\nstream\n" + string(Attachment(qr, code.String())) + "endstream\n%%EOF\n")
}

func testEntryOf(t testing.TB, c *Credential, code Code) *Entry {
	t.Helper()
	cred, err := SignCredential(c, testCredential)
	if err != nil {
		t.Fatal(err)
	}
	share, err := SignCredential(c.Share(), testCredential)
	if err != nil {
		t.Fatal(err)
	}
	pdf := testPDF(QRText(testAddress, cred), code)
	return &Entry{Credential: cred, Share: share, Record: []byte(testRecord),
		Forms: []FormHash{{"fr", sha256.Sum256(pdf)}}}
}
