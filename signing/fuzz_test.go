package signing

import (
	"bytes"
	"errors"
	"testing"
)

// Every fuzz target asks the same: no panic on any bytes, and what is accepted
// encodes back to the bytes that were read.

func FuzzOpenCredential(f *testing.F) {
	m := openManifest(f, testManifest())
	for _, c := range []*Credential{full(), profile(), full().Share()} {
		f.Add(must(SignCredential(c, testCredential)), encodeClaims(c))
	}
	f.Fuzz(func(t *testing.T, b, payload []byte) {
		// As an outsider: only bytes. As the holder of the key: any payload.
		for _, b := range [][]byte{b, signCOSE(payload, testCredential)} {
			c, err := OpenCredential(b, m)
			if err != nil {
				if c != nil || !errors.Is(err, ErrNotGenuine) && !errors.Is(err, ErrUnknownIssuer) {
					t.Fatalf("%v, %v", c, err)
				}
				continue
			}
			if again, err := SignCredential(c, testCredential); err != nil || !bytes.Equal(again, b) {
				t.Fatalf("%x is read as %+v, which is written %x, %v", b, c, again, err)
			}
		}
	})
}

func FuzzParseQRText(f *testing.F) {
	cred := must(SignCredential(full(), testCredential))
	f.Add(QRText(testAddress, cred))
	f.Add(QRText("", cred)[3:])
	f.Add("http://localhost:8080/v/?a#256")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseQRText(text)
		if err != nil {
			return
		}
		if again, err := ParseQRText(QRText(testAddress, b)); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q: %x, then %x %v", text, b, again, err)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add(testCode().String())
	f.Add("p oil 0u")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := ParseCode(typed)
		if err != nil {
			var e *CodeError
			if !errors.As(err, &e) || e.Error() == "" {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseCode(c.String()); err != nil || again != c {
			t.Fatalf("%q: %s, then %s %v", typed, c, again, err)
		}
	})
}

func FuzzOpenEntry(f *testing.F) {
	m, code := openManifest(f, testManifest()), testCode()
	e := testEntryOf(f, full(), code)
	f.Add(must(SealEntry(code, e, testEntry)), encodeEntry(e, code.locator()))
	f.Fuzz(func(t *testing.T, sealed, payload []byte) {
		if forged, err := entryBox.seal(code, signCOSE(payload, testEntry)); err == nil {
			sealedAgain(t, code, forged, m)
		}
		sealedAgain(t, code, sealed, m)
		if data, err := OpenFile(code, "fr", sealed); err == nil {
			if again, err := SealFile(code, "fr", data); err != nil || !bytes.Equal(again, sealed) {
				t.Fatalf("a sealed file of another form: %v", err)
			}
		}
	})
}

func sealedAgain(t *testing.T, code Code, sealed []byte, m *Manifest) {
	t.Helper()
	e, err := OpenEntry(code, sealed, m)
	if err != nil {
		return
	}
	if again, err := SealEntry(code, e, testEntry); err != nil || !bytes.Equal(again, sealed) {
		t.Fatalf("an entry of another form: %+v, %v", e, err)
	}
}

func FuzzOpenManifest(f *testing.F) {
	f.Add(must(SignManifest(testManifest(), testRoot)), must(marshalCanonical(testManifest().document())))
	m := testManifest()
	_, m.Roll = testRoll()
	f.Add([]byte(`{"proof":{}}`), must(marshalCanonical(m.document())))
	f.Fuzz(func(t *testing.T, data, doc []byte) {
		if _, err := OpenManifest(data, testTrust); err != nil && !errors.Is(err, ErrNotGenuine) && !errors.Is(err, ErrUnknownIssuer) {
			t.Fatal(err)
		}
		m, err := decodeManifest(doc)
		if err != nil {
			return
		}
		if again, err := marshalCanonical(m.document()); err != nil || !bytes.Equal(again, doc) {
			t.Fatalf("%s is written %s, %v", doc, again, err)
		}
	})
}

func FuzzOpenStatusList(f *testing.F) {
	m := openManifest(f, testManifest())
	data := must(SignStatusList(testList(), testStatus))
	doc, _, _, err := openDocument(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, doc)
	f.Fuzz(func(t *testing.T, data, doc []byte) {
		if _, err := OpenStatusList(data, m, 1); err != nil && !errors.Is(err, ErrNotGenuine) && !errors.Is(err, ErrUnknownIssuer) {
			t.Fatal(err)
		}
		if l, err := decodeStatusList(doc, testStatus.Public(), 1); err == nil && l.At(0, l.ValidFrom) == Unknown {
			t.Fatalf("%s: a list without statuses", doc)
		}
	})
}

func FuzzFindAttachment(f *testing.F) {
	qr := QRText(testAddress, must(SignCredential(full(), testCredential)))
	f.Add(testPDF(qr, testCode()))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		qr, code, err := FindAttachment(pdf)
		if err == nil && bytes.Count(pdf, Attachment(qr, code)) != 1 {
			t.Fatalf("%q %q are not in the file", qr, code)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add("2026-11-20", "2026-11-20T12:00:00Z", "2026-0000123", testRoot.Public().Multikey())
	f.Fuzz(func(t *testing.T, date, instant, number, key string) {
		if d, err := ParseDate(date); err == nil && d.String() != date {
			t.Errorf("date %q is written %s", date, d)
		}
		if at, err := parseTime(instant); err == nil && formatTime(at) != instant {
			t.Errorf("instant %q is written %s", instant, formatTime(at))
		}
		if n, err := ParseNumber(number); err == nil && FormatNumber(n) != number {
			t.Errorf("number %q is written %s", number, FormatNumber(n))
		}
		if p, err := ParseMultikey(key); err == nil && p.Multikey() != key {
			t.Errorf("key %q is written %s", key, p)
		}
	})
}
