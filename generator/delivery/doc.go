// Package delivery writes what is handed out after a publication: to a centre,
// for one of its rooms or classes, or to a body that prescribed certifications.
//
// A delivery is a folder:
//
//	results.csv            a line for each candidate, in the order of sessions
//	                       (package table, "What is written")
//	attestations.FORM.pdf  the attestations that hold, all in one file, to print
//	attestations.zip       the same as the files that were issued, byte for byte:
//	                       NUMBER.FORM.pdf
//	letters.pdf            a page for each candidate whose result is known, with
//	                       the access code; never for a prescriber
//
// What is more than 500 for one PDF goes on in attestations.FORM.2.pdf, or
// letters.2.pdf, and so on. What would hold nothing is not made, but for the
// results.
//
// # Results
//
// Columns, in French or English: session, family name, given names, birth date,
// class, prescriber, outcome, score in pix, global level in words, number,
// status of the attestation, issued on, valid until, professional mention, may
// sit again from, the 16 levels (level 1.1 …), and the pix of each competence
// (pix 1.1 …), which the earlier regime alone has. Days are 2006-01-02.
//
// The outcome is the one that the candidate sees: pending, obtained, not
// obtained, cancelled. Only who obtained the certification has a score and
// levels there. An attestation that was revoked, suspended or superseded keeps
// its line, which says so; its papers are in no other file. Why a certification
// was not obtained stands in the candidate's letter alone.
//
// # Equal bytes
//
// Equal candidates give equal files: no clock is read, and the times in archives
// and documents are those of issue.
package delivery
