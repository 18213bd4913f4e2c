package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/signing"
	"etalon/verifier/check"
)

// Commands of the scripts about keys and the life of attestations: what a
// holder, a thief and a verifier do. Each works on the workspace in the current
// folder.
var trustCommands = map[string]func(*testscript.TestScript, bool, []string){
	"kid": keyID, "paper": keepPaper, "forge": forge, "verdict": verdict, "secret": findSecrets,
}

func scriptKeyring(ts *testscript.TestScript) *keyring {
	w, err := openWorkspace(ts.MkAbs("."))
	ts.Check(err)
	k, err := w.keyring("")
	ts.Check(err)
	return k
}

// keyID VARIABLE ROLE N: puts the short name of the N-th key of a role, from 1,
// into an environment variable.
func keyID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: kid VARIABLE ROLE N")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	for _, key := range scriptKeyring(ts).manifest.Keys {
		if string(key.Role) == args[1] {
			if n--; n == 0 {
				ts.Setenv(args[0], key.Public.KID().String())
				return
			}
		}
	}
	ts.Fatalf("the manifest names no such %s key", args[1])
}

// keepPaper NUMBER DIR: what a holder keeps: NUMBER.qr and NUMBER.share (texts
// of the QR code and of the share link), NUMBER.code, NUMBER.pdf.
func keepPaper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: paper NUMBER DIR")
	}
	k := scriptKeyring(ts)
	f, err := k.issued(args[0])
	ts.Check(err)
	signed, err := f.credentials()
	ts.Check(err)
	pdf, err := os.ReadFile(k.path("attestations", f.Number+".fr.pdf"))
	ts.Check(err)
	base := filepath.Join(ts.MkAbs(args[1]), f.Number)
	ts.Check(os.MkdirAll(filepath.Dir(base), 0o755))
	for suffix, data := range map[string][]byte{
		".qr": []byte(signing.QRText(k.config.Address, signed[0])), ".share": []byte(signing.QRText(k.config.Address, signed[1])),
		".code": []byte(f.Code), ".pdf": pdf,
	} {
		ts.Check(os.WriteFile(base+suffix, data, 0o644))
	}
}

// forge KEYFILE NUMBER FAMILYNAME FILE: signs, with a stolen key, a credential
// like an issued one under another name and number.
func forge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: forge KEYFILE NUMBER FAMILYNAME FILE")
	}
	_, seed, err := loadKey(ts.MkAbs(args[0]), string(signing.RoleCredential), "")
	ts.Check(err)
	key, err := signing.NewKeyFromSeed(seed[:])
	ts.Check(err)
	k := scriptKeyring(ts)
	f, err := k.issued(args[1])
	ts.Check(err)
	raw, err := base64.RawURLEncoding.DecodeString(f.Credential)
	ts.Check(err)
	// The sample's own manifest opens it, whatever became of the key since.
	before := *k.manifest
	for i := range before.Keys {
		before.Keys[i].State = signing.Active
	}
	root, err := signing.GenerateKey(testRandom(9))
	ts.Check(err)
	signed, err := signing.SignManifest(&before, root)
	ts.Check(err)
	opened, err := signing.OpenManifest(signed, signing.Trust{Roots: []signing.PublicKey{root.Public()}})
	ts.Check(err)
	cred, err := signing.OpenCredential(raw, opened)
	ts.Check(err)
	cred.FamilyName = args[2]
	cred.Number += 4000
	cred.Index ^= 1
	forged, err := signing.SignCredential(cred, key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), []byte(signing.QRText(k.config.Address, forged)), 0o644))
}

// verdict WANT DATE SITE FILE [ROOTS]: what a verifier says on a day, with the
// public files in SITE, of a PDF or of the text in a file. It believes the
// roots in ROOTS, SITE/roots.json by default.
func verdict(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || len(args) > 5 {
		ts.Fatalf("usage: verdict WANT DATE SITE FILE [ROOTS]")
	}
	day, err := time.Parse(time.DateOnly, args[1])
	ts.Check(err)
	roots := filepath.Join(ts.MkAbs(args[2]), "roots.json")
	if len(args) == 5 {
		roots = ts.MkAbs(args[4])
	}
	data, err := os.ReadFile(roots)
	ts.Check(err)
	trust, err := check.DecodeRoots(roots, data)
	ts.Check(err)
	source, err := check.Dir(ts.MkAbs(args[2]))
	ts.Check(err)
	defer source.Close()
	checker := &check.Checker{Trust: trust, Source: source, Now: func() time.Time { return day.Add(12 * time.Hour) }}
	subject, err := os.ReadFile(ts.MkAbs(args[3]))
	ts.Check(err)
	var r *check.Result
	if strings.HasSuffix(args[3], ".pdf") {
		r = checker.PDF(context.Background(), subject)
	} else {
		r = checker.Text(context.Background(), string(subject))
	}
	if string(r.Verdict) != args[0] {
		ts.Fatalf("%s: verdict %s (%s), want %s", args[3], r.Verdict, r.Reason, args[0])
	}
}

// findSecrets [DIR…]: fails where a file, or what the last command printed, holds
// the seed of a key of this workspace.
func findSecrets(ts *testscript.TestScript, neg bool, args []string) {
	if !neg {
		ts.Fatalf("usage: ! secret [DIR…]")
	}
	w, err := openWorkspace(ts.MkAbs("."))
	ts.Check(err)
	list, err := names(w.path("keys"), ".key")
	ts.Check(err)
	if len(list) == 0 {
		ts.Fatalf("no key to look for")
	}
	texts := map[string][]byte{"stdout": []byte(ts.ReadFile("stdout")), "stderr": []byte(ts.ReadFile("stderr"))}
	for _, dir := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			texts[path], err = os.ReadFile(path)
			return err
		}))
	}
	for _, name := range list {
		var k keyFile
		path := w.path("keys", name+".key")
		data, err := os.ReadFile(path)
		ts.Check(err)
		ts.Check(decodeStrict(path, data, &k))
		for _, where := range sortedKeys(texts) {
			if bytes.Contains(bytes.ToLower(texts[where]), []byte(k.Seed)) {
				ts.Fatalf("%s holds the seed of %s", where, name)
			}
		}
	}
}
