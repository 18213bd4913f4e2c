// Package engine holds and scores adaptive certification sessions: item
// response theory, the choice of questions, the events of the room, the rules
// of validation, and the record that results. It reads no file, no clock and
// no source of chance: bytes, times and a seed come in as arguments, and the
// same arguments give the same bytes on every machine.
//
// A session is the list of its events, its log. [Start] begins one; methods of
// [Session] append events; [Replay] runs a log again, choosing each question
// and computing each capacity anew; [Score] gives the [Record] that the rules
// propose, and [Record.Finalise] the one that a jury's [Decision] makes final.
// The example of [Start] shows a whole session.
//
// All formats are UTF-8 JSON in which unknown and duplicate members, wrong
// types, and null where it has no meaning are refused. Texts are in Unicode
// normal form C, without leading or trailing space, without control, bidirectional
// or other invisible characters. Ids are lower-case letters and digits
// joined by single dots or hyphens, at most 64 bytes. Days are written
// 2026-09-14, times 2026-09-14T08:30:00.000Z. SHA-256 hashes are taken over the
// bytes of a file as it stands and written in lower-case hexadecimal.
//
// # Bank
//
// Schema etalon-bank/1, up to 32 MiB and 50,000 items:
//
//	{"schema": "etalon-bank/1", "id": "specimen-2026", "specimen": true,
//	 "items": [{"id": "1.3-big-data-2a", "competence": "1.3", "theme": "big-data",
//	            "level": 2, "a": 1.3904, "b": -2.5129, "mode": "focus",
//	            "languages": ["en", "fr"], "accessible": ["keyboard"]}, …]}
//
// An item follows the two-parameter logistic model,
//
//	P(correct | θ) = 1 / (1 + exp(a·(b - θ))),
//
// with discrimination 0 < a ≤ 10 and difficulty -30 ≤ b ≤ 30. Its mode is free
// (the web and the machine's tools may be used) or focus (leaving the page makes
// the answer wrong). languages and accessible (keyboard, no-colour, no-sound,
// screen-reader) are sorted. Theme ids are unique within a competence; level, 1
// to 8, is that of the skill asked for and plays no part in selection. A bank
// marked specimen is made up; so says every record scored with it.
//
// # Framework
//
// Schema etalon-framework/1, up to 1 MiB: the rules of a period.
//
//	{"schema": "etalon-framework/1", "id": "adaptive-2022", "regime": "adaptive",
//	 "validFrom": "2022-01-01", "validUntil": "", "note": {"fr": "…", "en": "…"},
//	 "maxLevel": 7, "scores": [64, 128, 256, 384, 512, 640, 768, 896],
//	 "professional": {"score": 120, "from": "2022-01-01"},
//	 "questions": 32, "minimumTreated": 20, "minutes": 105, "sessionMinutes": 120,
//	 "validityYears": 3, "waitDays": 15, "minimumCompetences": 5,
//	 "initialCapacity": -3, "variationLimit": null,
//	 "intervals": {"global": [["-7.5", "-4.9"], …], "1.1": […], …, "5.2": […]}}
//
// validUntil is the last day, or "" while the framework holds; a session is held
// under a framework that holds on its day. professional may be null. intervals
// gives the global scale and each of the 16 competences one interval [low, high)
// a level, 0 to maxLevel: in order, touching, none empty. A bound is a decimal
// of at most 6 places, in a string or not, and is never held in a float.
//
// # Capacity
//
// The nodes are θ_k = -9 + 0.225·k, k = 0 … 80. Before each answer the prior is
// normal, of variance 1.5, centred on the capacity so far (at first
// initialCapacity). Its product with the likelihood of all answers so far gives
// the posterior, whose mean is the new capacity. With a variation limit v, the
// step from the previous capacity c is then bounded: by v while |c| < v, else by
// |c·v|. The error is the root of max(0, Σ posterior·(θ_k - capacity)² -
// (9/80)²/12), about the capacity after that limit. Sums are taken of
// logarithms. After each answer both are rounded to 1e-9, half to even, the
// error having been taken about the capacity before rounding; the rounded
// capacity centres the next prior. Before the first answer the error is the
// prior's, √1.5.
//
// A passed question is a wrong answer. A neutralised one is taken out, and the
// path of capacities is run again from the start.
//
// Exponential and logarithm are computed by this package, from operations that
// IEEE 754 rounds exactly, so that two machines never round apart.
//
// # Selection
//
// Of the items not asked before that exist in the session's language and serve
// all the candidate's needs, those are kept that meet three rules:
//
//  1. not a competence of the last two questions;
//  2. no theme that already had a question;
//  3. until each competence has had one, only competences without a question.
//     (One that has no item left is not waited for.)
//
// When none is left, rule 1 yields for this question; then rule 2 as well; then
// rule 3. When there is still none, the bank is exhausted: a technical end. A
// neutralised question is not seen by the three rules, but its item is never
// asked again.
//
// The five with most information a²·P·(1-P) at the capacity, rounded to 1e-9,
// half to even, ties to the lower id in byte order, form the short list. One is
// drawn: the first if u < 0.51, the second if u < 0.7599, the third if u <
// 0.882351, the fourth if u < 0.94235199, else the fifth; a shorter list leaves
// the rest to its last. u is the first 53 bits of HMAC-SHA-256(seed, ordinal),
// as a fraction of 2^53; ordinal, eight bytes big-endian, counts the questions
// put from 1, neutralised ones included.
//
// # Score
//
// With S = 0, then scores, then 1024: a capacity in the global interval [low,
// high) of level L scores floor(S(L) + (capacity - low)·(S(L+1) - S(L)) / (high -
// low)), in exact arithmetic; below the first interval 0, above the last
// 128·maxLevel - 1. The global level is the highest L whose S(L) the score
// reaches. The level of a competence is that of the interval, among its own,
// that the same capacity falls in, clamped to 0 … maxLevel: an estimate.
//
// The degraded score is that of the capacity once further questions were
// answered wrong: the one on screen, then the first of the short list each time,
// until as many are counted as a whole test has.
//
// # Session log
//
// JSON lines, each at most 4096 bytes in RFC 8785 form and ended by a line feed,
// at most 2000. Every event has n (its number, from 1), prev (SHA-256 of the
// line before, its end left out; 64 zeros in the first), at (never before that
// of the line before) and type, and the members of its type, all required:
//
//	consent      session, rules           candidate consented to the rules of that id; first event
//	start        schema "etalon-session/1", regime, bank {id, sha256}, framework {id, sha256},
//	             candidate {birthDate, birthPlace, familyName, givenNames}, centre, date,
//	             language, needs, extraMinutes, seed (64 hexadecimal digits); second event
//	question     question (ordinal), item put on screen
//	answer       question, correct, capacity, error: those after it
//	pass         question, capacity, error: it counts as wrong
//	focus-lost   question                 on screen, in focus mode: its answer will be wrong
//	problem      question, note           reported by the candidate; changes nothing by itself
//	confirmed    question, by             the supervisor confirms the report: a technical problem
//	dismissed    question, by             … or dismisses it
//	continued    question, by             the confirmed problem is over, the question stands
//	neutralised  question, by, capacity, error    confirmed, and taken out of the test
//	suspicion    by, note                 of fraud
//	extra-time   minutes, by              the deadline moves
//	resume       by                       after an interruption; the deadline does not move
//	end          reason                   candidate, supervisor, technical, time or bank-exhausted; last event
//
// date is the day at the centre, which may differ from that of UTC. Names, birth
// place and centre take at most 128, 128, 96 and 128 bytes, 232 together: they
// will be signed. The deadline is the start, plus minutes, plus extraMinutes,
// plus each extra-time, which come to 240 at most. An answer or a pass at the
// deadline counts; after it, it is kept and not treated: the question stays on
// screen. No question is put after the deadline. time ends a session at the
// deadline or later; bank-exhausted, only when no item can be chosen.
//
// A log is refused whose events a session could not have written, be it in a
// single question or capacity. The chain of hashes shows an accident or a clumsy
// hand, not a forger who writes it anew, nor a change to the last line: what
// holds a log for good is its hash in the record. Replay accepts a log without an end, so that a
// test cut short can go on; Score does not.
//
// # Validation
//
// A question is treated when it was answered or passed in time and not
// neutralised in the room; one that the jury takes out later stays in the count.
// There was a technical problem if a report was confirmed, or if the end is
// technical or bank-exhausted. It stopped the session if the end is one of
// these two, or if it was still open on the question on screen: confirmed, and
// since then neither continued, neutralised, answered nor passed. The first line
// that applies gives the rule and the outcome:
//
//	fraud-established     fraud, by the jury's decision           rejected
//	cancelled-by-jury     by the jury's decision                  cancelled
//	too-few-technical     fewer than minimumTreated, technical    cancelled
//	too-few               fewer than minimumTreated               rejected
//	score-zero            the score to be issued is 0             rejected
//	stopped-by-technical  not all treated, a problem stopped it   validated
//	degraded              not all treated                         validated, degraded score
//	all-treated           whatever happened                       validated
//
// # Record
//
// Schema etalon-record/1, in RFC 8785 form, at most 64 KiB; a file may end in a
// line feed. The members are those of [Record]. capacity, error, level, levels
// and score are absent when fewer than minimumTreated questions were treated.
// professional is true for a validated record with at least professional.score
// pix on or after professional.from.
//
// # Decision
//
// Schema etalon-decision/1, at most 64 KiB: what a jury decided on one session.
//
//	{"schema": "etalon-decision/1", "session": "valbrume-2026-09-14-01",
//	 "outcome": "accept", "at": "2026-10-05T09:30:00.000Z", "by": "Jury", "reason": "…"}
//
// outcome is accept (the table stands; a suspicion was not established), fraud,
// cancel, or neutralise with items, sorted ids of items that the session put:
// they are taken out, the path is run again, and the table applied to what it
// gives; an answer at least must be left. at is not before the end of the
// session.
package engine
