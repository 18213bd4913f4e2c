// Package attestation draws the paper a candidate keeps: two A4 pages that
// say what one signed credential says, and nothing else.
//
// # What the pages hold
//
// Page 1 prints every field of the credential that concerns the person and the
// result, so that whoever verifies can compare the verdict with the paper
// field by field: names, birth date and place, centre, session and issue
// dates, last day of validity, number, global level with its meaning, score,
// professional mention, the 16 levels by domain. It adds what reading them
// takes (scale, reading grid, the note that levels are estimates), the address
// to verify at in words, the access code, the QR code and the signatory. Page 2
// repeats the identity and gives, for each competence, its level and what a
// person does at that level.
//
// The diploma is one page to frame: names, dates, number, result, signatory, and
// the QR code with what it proves, the address and the access code beside it; it
// leaves out the places, the 16 levels and what they mean.
//
// Under the profile regime there is no global level: each certified competence
// has pix and a level, and the pix have a total.
//
// # Rules of layout
//
// Nothing is left to luck. Each text is measured with the metrics of the very
// fonts that are embedded and set in a frame of its own: as large as its style
// wants, then smaller down to a least size, then on more lines as far as the
// frame allows; past that Render fails with an error naming the field. Frames
// do not overlap and lie inside the margins; the table of page 2 ends above the
// signatory, whatever lines that takes. A character that a font lacks is
// an error naming it: no attestation is issued with a hole in a name.
//
// # Equal bytes
//
// Render is a pure function: equal documents give equal bytes. Both dates of
// the file are the credential's date of issue, at 00:00 UTC; the file
// identifier is a hash of the contents.
//
// # The file
//
// Package pdf writes the file: PDF/A-3a and PDF/UA-1, tagged, its fonts cut to
// what it shows. The bytes of signing.Attachment are in it, uncompressed, as an
// embedded file named etalon-attestation.txt whose relationship
// (AFRelationship) to the document is Data, so that signing.FindAttachment
// finds them without parsing PDF. A file has at most 70,000 bytes: one that
// would be larger, and every one in both languages, is packed tighter.
//
// # Badges
//
// Badges draws the seal as a picture to share, as SVG and PNG (package picture):
// level, scores, year, issuer, address. It has no name, no number and no code,
// and is the same for everybody of a level and a year.
//
// # Fonts
//
// fonts/ holds the faces, cut down to Latin (Basic, Latin-1, Extended-A, B and
// Additional, hence Vietnamese) from Spectral, Source Sans 3 and JetBrains
// Mono, under the SIL Open Font License; fonts/README.md says how.
package attestation
