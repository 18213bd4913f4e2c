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

// FindAttachment finds the one attachment in the bytes of a PDF. Both texts
// are well formed but unverified.
func FindAttachment(pdf []byte) (qr, code string, err error) {
	switch bytes.Count(pdf, []byte(attachmentBegin)) {
	case 0:
		return "", "", errors.New("no attestation in this file: want the PDF as it was issued, not a print or a scan")
	case 1:
	default:
		return "", "", errors.New("more than one attestation in this file: it was altered")
	}
	damaged := errors.New("the attestation in this file is damaged: want the PDF as it was issued")
	at := bytes.Index(pdf, []byte(attachmentBegin))
	if at > 0 && pdf[at-1] != '\n' && pdf[at-1] != '\r' || bytes.Count(pdf, []byte(attachmentEnd)) != 1 {
		return "", "", damaged
	}
	rest := pdf[at+len(attachmentBegin):]
	rest = rest[:min(len(rest), maxLink+64+len(attachmentEnd))]
	lines := strings.SplitN(string(rest), "\n", 3)
	if len(lines) != 3 || !strings.HasPrefix(lines[2], attachmentEnd) {
		return "", "", damaged
	}
	cred, err := ParseQRText(lines[0])
	if err != nil {
		return "", "", damaged
	}
	address, _, isLink := strings.Cut(lines[0], "/v#")
	if c, err := ParseCode(lines[1]); err != nil || c.String() != lines[1] ||
		!isLink || QRText(address, cred) != lines[0] {
		return "", "", damaged
	}
	return lines[0], lines[1], nil
}
