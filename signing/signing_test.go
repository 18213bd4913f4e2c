package signing

import (
	"bytes"
	"reflect"
	"testing"
)

// TestWhole walks through everything once: issue, publish, verify.
func TestWhole(t *testing.T) {
	m := openManifest(t, testManifest())
	code := testCode()
	for _, c := range []*Credential{full(), profile(), full().Share(), profile().Share()} {
		b, err := SignCredential(c, testCredential)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %s: %d bytes, %d digits", c.Regime, c.Form, len(b), len(QRText("", b))-3)
		read, err := ParseQRText(QRText(testAddress, b))
		if err != nil || !bytes.Equal(read, b) {
			t.Fatalf("QR text: %v", err)
		}
		got, err := OpenCredential(read, m)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("got %+v, %v; want %+v", got, err, c)
		}
	}

	e := testEntryOf(t, full(), code)
	sealed, err := SealEntry(code, e, testEntry)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := ParseCode(code.String())
	if err != nil || typed != code {
		t.Fatalf("code %s: %v", code, err)
	}
	if got, err := OpenEntry(typed, sealed, m); err != nil || !reflect.DeepEqual(got, e) {
		t.Fatalf("entry: %v", err)
	}

	pdf := testPDF(QRText(testAddress, e.Credential), code)
	sealedPDF, err := SealFile(code, "fr", pdf)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := OpenFile(code, "fr", sealedPDF)
	if err != nil || !bytes.Equal(opened, pdf) {
		t.Fatalf("PDF: %v", err)
	}
	if form, ok := e.Issued(opened); !ok || form != "fr" {
		t.Error("the issued PDF is not recognised")
	}
	qr, written, err := FindAttachment(opened)
	if err != nil || qr != QRText(testAddress, e.Credential) || written != code.String() {
		t.Fatalf("attachment: %q %q %v", qr, written, err)
	}

	l := NewStatusList(testAddress, 1, testNow.AddDate(0, 0, -1), testNow.AddDate(0, 0, 7))
	if err := l.Set(4711, Superseded); err != nil {
		t.Fatal(err)
	}
	data, err := SignStatusList(l, testStatus)
	if err != nil {
		t.Fatal(err)
	}
	list, err := OpenStatusList(data, m, 1)
	if err != nil {
		t.Fatal(err)
	}
	for index, want := range map[uint32]Status{4710: Valid, 4711: Superseded, 4712: Valid, ListSize: Unknown} {
		if got := list.At(index, testNow); got != want {
			t.Errorf("status at %d: %s, want %s", index, got, want)
		}
	}
}
