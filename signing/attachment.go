package signing

import (
	"bytes"
	"errors"
	"strings"
)

const (
	attachmentBegin = "etalon-attestation-1\n"
	attachmentEnd   = "end-etalon-attestation\n"
)

// Attachment returns the bytes of the stream that the PDF carries, uncompressed
// (section 13): qr is the text of the QR code, code the written access code.
func Attachment(qr, code string) []byte {
	return []byte(attachmentBegin + qr + "\n" + code + "\n" + attachmentEnd)
}

// ErrNoAttachment is the error of [FindAttachment] for a file that never was
// an attestation, or lost its stream when it was printed or scanned.
var ErrNoAttachment = errors.New("no attestation in this file: want the PDF as it was issued, not a print or a scan")

// FindAttachment finds the one attachment in the bytes of a PDF. Both texts
// are well formed but unverified, the address in qr is nobody's word. The
// error is ErrNoAttachment or a [Refusal].
func FindAttachment(pdf []byte) (qr, code string, err error) {
	at := bytes.Index(pdf, []byte(attachmentBegin))
	if at < 0 {
		return "", "", ErrNoAttachment
	}
	rest := pdf[at+len(attachmentBegin):]
	if bytes.Contains(rest, []byte(attachmentBegin)) || bytes.Count(pdf, []byte(attachmentEnd)) > 1 {
		return "", "", notGenuine("more than one attestation in this file: it was altered")
	}
	damaged := notGenuine("the attestation in this file is damaged")
	if at == 0 || pdf[at-1] != '\n' && pdf[at-1] != '\r' {
		return "", "", damaged
	}
	rest = rest[:min(len(rest), maxLink+len("P-XXXXX-XXXXX-XXXXX-XXXXX-C")+len(attachmentEnd)+2)]
	lines := strings.SplitN(string(rest), "\n", 3)
	if len(lines) != 3 || !strings.HasPrefix(lines[2], attachmentEnd) {
		return "", "", damaged
	}
	qr, code = lines[0], lines[1]
	address, _, isLink := strings.Cut(qr, "/v#")
	cred, err := ParseQRText(qr)
	if err != nil || !isLink || QRText(address, cred) != qr {
		return "", "", damaged
	}
	if c, err := ParseCode(code); err != nil || c.String() != code {
		return "", "", damaged
	}
	return qr, code, nil
}
