package signing

import (
	"bytes"
	"reflect"
	"testing"
)

// mangle calls try with every variant of b: each byte with each bit pattern
// applied, each byte left out or doubled, each truncation, extensions.
func mangle(b []byte, patterns []byte, try func(what string, at int, changed []byte)) {
	for i := range b {
		for _, p := range patterns {
			changed := bytes.Clone(b)
			changed[i] ^= p
			try("changed", i, changed)
		}
		try("cut", i, b[:i:i])
		try("left out", i, append(bytes.Clone(b[:i]), b[i+1:]...))
		try("doubled", i, append(bytes.Clone(b[:i+1]), b[i:]...))
	}
	for _, tail := range [][]byte{{0}, {0x0a}, {0x20}, {0x80}, {0xff}, {0xf6}, make([]byte, 64), b} {
		try("extended", len(b), append(bytes.Clone(b), tail...))
		try("preceded", 0, append(bytes.Clone(tail), b...))
	}
}

// eachBit are all single flips, all bits at once, and the case of a letter is
// among them (0x20).
var eachBit = []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, 0x0f, 0xf0, 0x55, 0xaa}

// fewBits are for what takes long to try.
var fewBits = []byte{0x01, 0x20, 0x80, 0xff}

func TestMangleCredential(t *testing.T) {
	m := openManifest(t, testManifest())
	for _, c := range []*Credential{full(), profile().Share()} {
		good := must(SignCredential(c, testCredential))
		tried := 0
		mangle(good, eachBit, func(what string, at int, changed []byte) {
			tried++
			if got, err := OpenCredential(changed, m); err == nil || got != nil {
				t.Errorf("%s at %d: %+v", what, at, got)
			}
		})
		// Parts of two genuine credentials put together.
		other := must(SignCredential(profile(), testCredential))
		for i := 1; i < len(good); i++ {
			spliced := append(bytes.Clone(good[:i]), other[min(i, len(other)):]...)
			if bytes.Equal(spliced, other) || bytes.Equal(spliced, good) {
				continue // so far, the two are alike
			}
			if _, err := OpenCredential(spliced, m); err == nil {
				t.Errorf("head of one, tail of another at %d: opened", i)
			}
		}
		t.Logf("%d variants refused", tried)
	}
}

func TestMangleQRText(t *testing.T) {
	m := openManifest(t, testManifest())
	good := []byte(QRText("", must(SignCredential(full(), testCredential)))[3:])
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			changed := bytes.Clone(good)
			if changed[i] = d; bytes.Equal(changed, good) {
				continue
			}
			if b, err := ParseQRText(string(changed)); err == nil {
				if c, err := OpenCredential(b, m); err == nil {
					t.Errorf("digit %d as %c: %+v", i, d, c)
				}
			}
		}
	}
}

func TestMangleEntry(t *testing.T) {
	m, code := openManifest(t, testManifest()), testCode()
	sealed := must(SealEntry(code, testEntryOf(t, full(), code), testEntry))
	mangle(sealed, fewBits, func(what string, at int, changed []byte) {
		if got, err := OpenEntry(code, changed, m); err == nil {
			t.Errorf("%s at %d: %+v", what, at, got)
		}
	})
	// The signed entry changed by someone who knows the code.
	inner := must(entryBox.open(code, sealed))
	mangle(inner, fewBits, func(what string, at int, changed []byte) {
		if got, err := OpenEntry(code, must(entryBox.seal(code, changed)), m); err == nil {
			t.Errorf("inside, %s at %d: %+v", what, at, got)
		}
	})
}

func TestMangleFile(t *testing.T) {
	code := testCode()
	sealed := must(SealFile(code, "fr", []byte("%PDF TEST")))
	for i := 0; i < len(sealed); i++ {
		if i > 64 && i < len(sealed)-64 && i%37 != 0 {
			continue // 16 KiB under one tag: a sample of its middle
		}
		changed := bytes.Clone(sealed)
		changed[i] ^= 1 << (i % 8)
		for _, b := range [][]byte{changed, sealed[:i]} {
			if _, err := OpenFile(code, "fr", b); err == nil {
				t.Fatalf("changed or cut at %d: opened", i)
			}
		}
	}
	if _, err := OpenFile(code, "fr", append(sealed, 0)); err == nil {
		t.Error("extended: opened")
	}
}

func TestMangleManifest(t *testing.T) {
	good := must(SignManifest(testManifest(), testRoot))
	mangle(good, fewBits, func(what string, at int, changed []byte) {
		if m, err := OpenManifest(changed, testTrust); err == nil {
			t.Errorf("%s at %d: %+v", what, at, m)
		}
	})
	// Proof and content of two genuine manifests exchanged.
	later := testManifest()
	later.Sequence++
	other := must(SignManifest(later, testRoot))
	mixed := bytes.Replace(good, []byte(`"sequence":7`), []byte(`"sequence":8`), 1)
	if bytes.Equal(mixed, other) {
		t.Fatal("the sequence is not signed")
	}
	if _, err := OpenManifest(mixed, testTrust); err == nil {
		t.Error("the proof of one manifest vouches for another")
	}
}

func TestMangleStatusList(t *testing.T) {
	m := openManifest(t, testManifest())
	good := must(SignStatusList(testList(), testStatus))
	mangle(good, fewBits, func(what string, at int, changed []byte) {
		if l, err := OpenStatusList(changed, m, 1); err == nil {
			t.Errorf("%s at %d: %+v", what, at, l.Number)
		}
	})
}

// TestMangleAttachment: a changed attachment is not found, or what it holds
// does not open, or it is the same but for the address, which nobody signs.
func TestMangleAttachment(t *testing.T) {
	m, code := openManifest(t, testManifest()), testCode()
	cred := must(SignCredential(full(), testCredential))
	pre, post := []byte("%PDF\nstream\n"), []byte("endstream\n")
	block := Attachment(QRText(testAddress, cred), code.String())
	mangle(block, eachBit, func(what string, at int, changed []byte) {
		qr, typed, err := FindAttachment(append(append(bytes.Clone(pre), changed...), post...))
		if err != nil {
			return
		}
		b, err := ParseQRText(qr)
		if err != nil {
			return
		}
		got, err := OpenCredential(b, m)
		if err != nil {
			return
		}
		if !reflect.DeepEqual(got, full()) || !bytes.Equal(b, cred) || typed != code.String() {
			t.Errorf("%s at %d: %+v %s", what, at, got, typed)
		}
		if begin := len(attachmentBegin); what == "changed" && (at < begin || at >= begin+len(testAddress)) {
			t.Errorf("changed at %d, outside the address, and accepted", at)
		}
	})
}
