// Package intake reads what a centre sends: who sat, and for centres that keep
// no event logs, what was answered. Both are CSV tables (package table).
//
// # Candidates
//
// A line a candidate; the lines of a room stand together. Columns, the first
// eight required:
//
//	room         one sitting: one centre, one day; at most 1000 candidates
//	session      name of the candidate's session, never used before
//	family       names as on the identity document
//	given        … may be empty where the document has one name only
//	birthDate    day, as 2001-11-07
//	birthPlace   may be empty where the document states none
//	centre       the certification centre
//	date         day of the sitting, as 2026-09-14
//	class        group within the centre; may be empty, as all that follow
//	prescriber   the body that asked for the certification
//	competences  how many competences of the positioning profile are at level 1 or above
//	profile      … or the profile itself, a file beside the table
//	language     of the questions (default: that of the workspace)
//	needs        accessibility needs, joined by spaces
//	extraMinutes granted ahead, 0 to 240
//
// Rooms and sessions are named as ids are (package engine): lower-case letters
// and digits joined by single dots or hyphens, at most 64. A line has competences
// or profile. Language, needs and extraMinutes are for sessions made from a table
// of answers: a log says its own.
//
// # Answers
//
// A line a question, in the order they were put; the lines of a session stand
// together, and the last one is its end:
//
//	session   name, as in the table of candidates
//	seed      64 hexadecimal digits, fresh for each session
//	start     when the test began, RFC 3339, as 2026-09-14T08:00:00Z
//	question  its number, from 1; empty in the last line
//	item      that was put
//	answer    right, wrong or pass; empty for a question left on screen at the end
//	at        when it was answered; in the last line, when the session ended
//	end       in the last line: candidate, supervisor, technical, time or bank-exhausted
//
// seed and start stand in the first line of a session and may be repeated. The
// log is made by holding the session again: each item must be the very one that
// the engine puts, or the line is refused. A question counts as put when the one
// before it was answered. What else happens in a room (a report, a suspicion,
// extra time) has no column: it takes a log.
//
// # Persons
//
// Two lines are of one person when family name, given names and birth date are
// the same but for case, accents, hyphens, apostrophes and spaces. Where family
// name and birth date are the same and the given names of one are all among the
// other's, they may be (Alike): no rule can tell, so it is for a person to look.
// Days holds a key of 16 bytes a sitting, whatever the number of rooms.
package intake
