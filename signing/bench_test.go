package signing

import (
	"crypto/ed25519"
	"testing"
)

// BenchmarkOpenCredential stands beside BenchmarkVerify, the signature check
// alone on the same bytes: the difference is decoding, checks and encoding
// again.
func BenchmarkOpenCredential(b *testing.B) {
	m := openManifest(b, testManifest())
	cred := must(SignCredential(full(), testCredential))
	for b.Loop() {
		if _, err := OpenCredential(cred, m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	_, msg, err := splitCOSE(must(SignCredential(full(), testCredential)))
	if err != nil {
		b.Fatal(err)
	}
	data, public := toBeSigned(msg.Protected, msg.Payload), testCredential.Public().Bytes()
	for b.Loop() {
		if !ed25519.Verify(public, data, msg.Signature) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkSignCredential(b *testing.B) {
	c := full()
	for b.Loop() {
		if _, err := SignCredential(c, testCredential); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenEntry(b *testing.B) {
	m, code := openManifest(b, testManifest()), testCode()
	sealed := must(SealEntry(code, testEntryOf(b, full(), code), testEntry))
	for b.Loop() {
		if _, err := OpenEntry(code, sealed, m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenManifest(b *testing.B) {
	data := must(SignManifest(testManifest(), testRoot))
	for b.Loop() {
		if _, err := OpenManifest(data, testTrust); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenStatusList(b *testing.B) {
	m := openManifest(b, testManifest())
	data := must(SignStatusList(testList(), testStatus))
	for b.Loop() {
		if _, err := OpenStatusList(data, m, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlace(b *testing.B) {
	key := [32]byte{'T', 'E', 'S', 'T'}
	for n := uint64(0); b.Loop(); n++ {
		Place(key, n)
	}
}
