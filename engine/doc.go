// Package engine holds and scores certification sessions of two regimes, the
// adaptive one and the earlier one that confirms a profile: the choice of
// questions, the events of the room, the rules of validation, and the record
// that results. It reads no file, no clock and no source of chance: bytes, times
// and a seed come in as arguments, and the same arguments give the same bytes on
// every machine.
//
// A session is the list of its events, its log. [Start] begins one; methods of
// [Session] append events; [Replay] runs a log again, choosing each question
// and computing each capacity anew; [Score] gives the [Record] that the rules
// propose, and [Record.Finalise] the one that a jury's [Decision] makes final.
// The examples are a tutorial: that of the package embeds the engine in ten
// lines, that of [Start] shows a whole session up to the jury, that of [Profile]
// one of the profile regime.
//
// [Simulator] takes tests without log, clock and room, by the same choice of
// questions and the same capacities, to learn how well a bank and a framework
// measure. [InspectBank] and [InspectFramework] tell all that is wrong with a
// file at once, where decoding stops at the first mistake.
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
// A bank of the profile regime says so, with "regime": "profile" ("adaptive" may
// be said too), and its items have neither a nor b. Its items of one competence,
// theme and level are the variants of one skill, whose id is the three joined by
// hyphens, as 1.3-big-data-2. Each competence has a skill at least at every level
// from 1 to the highest in the bank, which is not below a framework's maxLevel.
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
// In the profile regime questionsPerCompetence (1 to 3), minimumQuestions (at
// most that times minimumCompetences) and maximumQuestions (that times 16) stand
// in the place of scores, questions, minimumTreated, initialCapacity,
// variationLimit and intervals.
//
// # Capacity
//
// The nodes are θ_k = -9 + 0.225·k, k = 0 … 80. Before each answer the prior is
// normal, of variance 1.5, centred on the capacity so far (at first
// initialCapacity). Its product with the likelihood of all answers so far gives
// the posterior, whose mean is the new capacity. With a variation limit v, the
// step from the previous capacity c is then bounded: by v while |c| < v, else by
// |c·v|. The error is the root of max(0, Σ posterior·(θ_k - capacity)² -
// (9/80)²/12), about the capacity after that limit. The likelihood is kept so
// that no number of answers makes it vanish. After each answer both are rounded to 1e-9, half to even, the
// error having been taken about the capacity before rounding; the rounded
// capacity centres the next prior. Before the first answer the error is the
// prior's, √1.5.
//
// A passed question is a wrong answer. A neutralised one is taken out, and the
// path of capacities is run again from the start.
//
// The estimator is that of package irt, whose exponential and logarithm are made
// of operations that IEEE 754 rounds exactly, so that two machines never round
// apart.
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
// # Positioning
//
// In the profile regime a candidate first shows a profile, by one positioning
// test a competence, each without time limit. A right answer validates the skill
// asked for and the easier ones of its theme, a wrong one rules out it and the
// harder ones. Skills above maxLevel are never asked and count for nothing.
//
// Next comes, among the skills not settled that lie at most two levels above the
// highest one answered right (at first level 2) and have an item for the
// candidate, the one with the largest P·n(right) + (1-P)·n(wrong), to the nearest
// 1e-9: n are the skills that the answer would settle, P = 1 / (1 + exp(level -
// ℓ)), and ℓ is the value in {0, 0.5, … 8} that the answers so far make most
// likely, the lowest before the first. Ties go to the lower level, then to the
// lower id in byte order. The test is complete when there is none, or after 20
// questions; results are due after every fifth and when it is complete.
//
// A skill's variant, here as in the certification, is that of its items in the
// candidate's language, serving all needs, whose id has the least HMAC-SHA-256
// under the seed of the test, compared as bytes.
//
// The 8 pix of a level are shared among the competence's skills of that level,
// as exact fractions. The pix of a competence are their sum over the validated
// skills, the fraction dropped; its level is a whole eighth of them.
//
// # Profile
//
// Schema etalon-profile/1, at most 256 KiB, in RFC 8785 form; a file may end in
// a line feed. It holds of each competence the last test that was saved, complete
// or not, in the order of codes:
//
//	{"schema": "etalon-profile/1", "id": "…", "bank": {id, sha256}, "framework": {id, sha256},
//	 "tests": [{"competence": "1.1", "language": "fr", "needs": [], "seed": "…",
//	            "saved": "2026-09-03T10:00:00.000Z", "answers": [{"item": "…", "correct": true}, …]}, …]}
//
// A profile is refused whose items the rules would not have put. To sit a
// certification, minimumCompetences competences must be at level 1 or above, and
// waitDays lie between two sessions of a candidate, whatever came of the first
// ([Framework.Wait]).
//
// # Certification of a profile
//
// The start freezes the profile. For each competence at level 1 or above, in the
// order of codes, up to questionsPerCompetence of its validated skills that have
// an item for the candidate are asked: each time the highest one of a theme not
// taken yet, or when there is none the highest one; between equals the one whose
// id has the least HMAC-SHA-256 under the session's seed. Of a skill's variants,
// one that the saved tests did not put comes first. With fewer than
// minimumQuestions in all no session is held. A neutralised question is not
// replaced.
//
// # Session log
//
// JSON lines, each at most 32 KiB in RFC 8785 form and ended by a line feed,
// at most 2000. Every event has n (its number, from 1), prev (SHA-256 of the
// line before, its end left out; 64 zeros in the first), at (never before that
// of the line before) and type, and the members of its type, all required:
//
//	consent      session, rules           candidate consented to the rules of that id; first event
//	start        schema "etalon-session/1", regime, bank {id, sha256}, framework {id, sha256},
//	             candidate {birthDate, birthPlace, familyName, givenNames}, centre, date,
//	             language, needs, extraMinutes, seed (64 hexadecimal digits); second event
//	profile      profile {id, sha256 of its RFC 8785 form}, skills (the hardest validated one of each
//	             theme), seen (items of the saved tests), both sorted; profile regime only, third event
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
// capacity and error stand in events of the adaptive regime only.
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
// In the profile regime, asked counts the questions of the test, put or not,
// and R = 100·right / (asked - neutralised), rounded half up. What was passed,
// answered late or not at all is not right; those that the jury takes out are
// neutralised as those in the room. The first line that applies:
//
//	fraud-established     fraud, by the jury's decision           rejected
//	cancelled-by-jury     by the jury's decision                  cancelled
//	too-many-neutralised  asked - neutralised < ⌈0.66·asked⌉      cancelled
//	low-rate              R < 50                                  rejected
//	score-zero            nothing is certified                    rejected
//	by-competence         otherwise                               validated
//
// Each competence is confirmed (V), brought down by one level and 8 pix (D; from
// level 1 to nothing), or not certified (X), by its questions asked, right and
// neutralised, at R ≥ 80, 70 ≤ R < 80 and R < 70:
//
//	3 3 0  VVV      3 2 0  VDD      3 2 1  VVV      3 1 0  XXX      3 1 1  VDX      3 1 2  VVD
//	2 2 0  VVV      2 1 0  VDX      2 1 1  VVD      1 1 0  VVD      any 0 any  XXX
//
// The score is the sum of the pix certified.
//
// # Record
//
// Schema etalon-record/1, in RFC 8785 form, at most 64 KiB; a file may end in a
// line feed. The members are those of [Record]. capacity, error, level, levels
// and score are absent when fewer than minimumTreated questions were treated.
// A record of the profile regime has profile and rate (R, absent when too many
// questions were neutralised), neither capacity, error nor level, and levels, pix
// and score when R ≥ 50: 16 levels and 16 numbers of pix, 0 for what is not
// certified.
// professional is true for a validated record with at least professional.score
// pix on or after professional.from. decision and neutralised are what the jury
// decided; see below.
//
// # Decision
//
// Schema etalon-decision/1, at most 64 KiB: what a jury decided on one session.
//
//	{"schema": "etalon-decision/1", "session": "valbrume-2026-09-14-01",
//	 "outcome": "accept", "at": "2026-10-05T09:30:00.000Z", "by": "Jury", "reason": "…"}
//
// outcome is accept (the table stands; a suspicion was not established), dismiss
// (the same, of a session in which a suspicion was noted), fraud, cancel, or
// neutralise with items, sorted ids of items that the session put: they are taken
// out, the path is run again, and the table applied to what it gives; an answer
// at least must be left. In the profile regime items of the test that were not
// put can be named too, and any number. at is not before the end of the session.
// kind, with fraud and dismiss, is one of [FraudKinds].
//
// A decision is never changed. A later one takes its place, and says so: follows
// is the SHA-256 of the file of the one before. The last one alone makes the
// final record.
//
// Schema etalon-item-decision/1, at most 64 KiB: what a jury decided on an item,
// for everyone.
//
//	{"schema": "etalon-item-decision/1", "bank": "specimen-2026", "item": "1.3-big-data-2a",
//	 "outcome": "neutralise", "from": "2026-09-01", "to": "2026-09-30",
//	 "at": "2026-10-05T09:30:00.000Z", "by": "Jury", "reason": "…"}
//
// The item is taken out of every session held from one day to another, both of
// which may be left out, with a bank of that id, as by neutralise; a session that
// did not put it, or where it was neutralised in the room, stays as it is. The
// record's member neutralised names the item and the SHA-256 of the decision's
// file. A later decision, which follows, gives other days, or the outcome
// restore, which ends it.
package engine
