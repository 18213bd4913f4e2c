package signing

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"math/bits"
	"net/url"
	"strings"
)

// maxDigits bounds the decimal digits of a credential: a leading byte 1 and
// maxCredential bytes make an integer below 2 × 256^400 < 10^964.
const maxDigits = 964

// maxLink bounds the whole text that ParseQRText reads.
const maxLink = maxDigits + 1024

var errNoCredential = errors.New("no credential in this text: want the address in the QR code, or its digits")

// QRText returns the text of the QR code (section 5): address is the site's,
// "https://HOST", without a slash at the end.
func QRText(address string, cred []byte) string {
	n := new(big.Int).SetBytes(append([]byte{1}, cred...))
	return address + "/v#" + n.String()
}

// ParseQRText returns the bytes of the credential in a QR text, a link to a
// verification page or bare digits. They are unverified: give them to
// [OpenCredential]. The error is a [Refusal] when there are digits, but no
// credential in them; any other error means that the text is something else.
func ParseQRText(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxLink {
		return nil, errNoCredential
	}
	digits := text
	if address, fragment, isLink := strings.Cut(text, "#"); isLink {
		address, _, _ = strings.Cut(address, "?") // what sharing a link may add
		if err := checkLink(address); err != nil {
			return nil, err
		}
		digits = fragment
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return nil, errNoCredential
	}
	if len(digits) > maxDigits || digits[0] == '0' {
		return nil, notGenuine("these digits make no credential")
	}
	b := fromDecimal(digits)
	if len(b) < 2 || len(b) > 1+maxCredential || b[0] != 1 {
		return nil, notGenuine("these digits make no credential")
	}
	return b[1:], nil
}

// checkLink accepts the address of a verification page, at any host: the host
// proves nothing, and the digits are checked wherever they come from.
func checkLink(s string) error {
	u, err := url.Parse(s)
	if err != nil || checkAddress(s) != nil || u.Path == "" {
		return errNoCredential
	}
	switch p := strings.TrimSuffix(u.Path, "/"); {
	case strings.HasSuffix(p, "/v"), strings.HasSuffix(p, "/fr/verifier"), strings.HasSuffix(p, "/en/verify"):
		return nil
	}
	return errNoCredential
}

// fromDecimal returns the bytes of a decimal number of at most maxDigits
// digits, the highest first and none of them zero. It takes 19 digits at a
// time, as many as 64 bits hold.
func fromDecimal(digits string) []byte {
	var words [51]uint64 // 3264 bits, the lowest first; 10^964 has 3203
	used := 0
	for len(digits) > 0 {
		n := (len(digits)-1)%19 + 1
		carry, scale := uint64(0), uint64(1)
		for _, d := range []byte(digits[:n]) {
			carry, scale = 10*carry+uint64(d-'0'), 10*scale
		}
		digits = digits[n:]
		for i := range used {
			high, low := bits.Mul64(words[i], scale)
			var over uint64
			words[i], over = bits.Add64(low, carry, 0)
			carry = high + over
		}
		if carry > 0 {
			words[used] = carry
			used++
		}
	}
	b := make([]byte, 0, 8*len(words))
	for i := used - 1; i >= 0; i-- {
		b = binary.BigEndian.AppendUint64(b, words[i])
	}
	return bytes.TrimLeft(b, "\x00")
}
