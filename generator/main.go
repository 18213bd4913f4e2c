// Command generator runs the certifying body's side of Étalon: it builds the
// site of the referential, scores session logs, records the jury's decisions,
// issues signed attestations and publishes the whole as static files.
//
// # Workspace
//
// A workspace is a folder. Everything the operator owns is a file in it:
//
//	etalon.json    issuer, address, signatory (see Config)
//	banks/         item banks, named by the logs that used them
//	frameworks/    frameworks with their intervals, likewise
//	inbox/         what centres send, before intake takes it; nothing reads it by itself
//	rooms/         who was enrolled, one file a sitting, made by intake
//	sessions/      one event log a session, NAME.jsonl
//	records/       one record a session, proposed by score, made final by finalise
//	decisions/     the jury's decisions on sessions (NAME.json, NAME.002.json, …)
//	               and on items (items/BANK/ITEM.001.json, …), and the later ones
//	               about an attestation (NUMBER.001.json, NUMBER.002.json, …)
//	issued/        what was signed, once and for ever: NUMBER.json and the sealed
//	               registry files in issued/registry; plan.json, what an issue
//	               that is not complete still has to do
//	keys/          manifest.json, the signed list of the keys that count; the
//	               private keys, ROLE-KID.key; placement.key; roots.json, what
//	               verifiers pin; roll-SEQUENCE.bin after a theft
//	attestations/  readable copies of the PDFs, for the operator; badges/ by year,
//	               one a level and language, as SVG and PNG: they name nobody
//	publications/  what each publication made visible for the first time
//	deliveries/    what centres, prescribers and candidates are given, ROOM/ and
//	               prescriber-NAME/; .state/ tells what each was made from
//	minutes/       what the jury reads and signs
//	statistics/    counts, small ones withheld
//	public/        what goes online: rebuilt by publish, nothing readable in it
//	               about a person
//	.lock          who writes the workspace now; .public.spare, the former
//	               public/, and .published, what the last publication was made
//	               from: caches, that no backup needs
//
// One command at a time writes a workspace. A second one is told which, on
// which machine and since when, and does nothing; a process that is killed
// holds nothing any more. Commands that only read run at any time.
//
// What is about persons, and every key, is for the operator alone: 'check' tells
// what others of the machine could read. It also tells what is missing,
// orphaned or edited, without scoring anything again, which is for 'audit'.
// 'status' counts where every session stands and says what to type next.
//
// # Intake
//
// 'intake' takes in a table of candidates, with logs or a table of answers
// (package intake). It checks names, days and ages, that a candidate may sit, that
// the framework's days lie between two sessions of a person in any room, and
// that each log is whole and that very candidate's; it tells every faulty line at
// once, without a name, and then takes nothing. Who may be the same person, by
// given names that one document leaves out, is told and taken. What it takes is
// prepared in .intake/, synced, and linked into place, rooms before logs: run
// again after an interruption it takes what is left, and run twice it finds
// nothing new. What was taken is never replaced: a line that changed is refused.
//
// # Scoring
//
// 'score' replays each log on all cores. Memory does not grow with the number
// of sessions, and what is printed does not depend on the number of cores. A
// faulty log is told with its line and field (the first hundred; more are
// counted), and the others are scored. Of more than a hundred sessions the sums
// by outcome and rule are printed, and with -table a line for each.
//
// A record is replaced in one step, and all are synced together at the end. So
// a run that is killed leaves whole records, and the next one makes those that
// are missing; after a loss of power, records that were torn are made again.
//
// What has not changed since the last run is not scored again. score keeps for
// that an index, DIR/.scored, of some 25 bytes a session, which notices any
// change of size, time, or number of the log's and the record's file, another
// program, and a bank or framework that is gone. It can be thrown away at any
// time: -again, or removing it, costs time and changes nothing. It is no proof:
// 'audit' is the command that recomputes every record from its log.
//
// # The jury
//
// 'minutes' writes what the jury has before it: of each candidate the proposed
// outcome with its reason in words, what happened in the room, and the decision
// or the place to write it, as a page to print and to sign and as a table
// (package minutes). 'decide' writes a decision on one session; 'finalise
// -accept' accepts, in one go, what needs no debate: sessions without a decision
// and without a suspicion of fraud. A suspicion is established as fraud, with its
// kind, or dismissed; it cannot be merely accepted. 'neutralise' takes an item
// out of every session of its bank, or of those of some days, and with -n only
// tells what that would change.
//
// A decision is a file, dated, with who decided and why; package engine
// specifies both forms. None is ever changed or removed: a later one, with the
// next number, takes its place and holds the SHA-256 of the one before, so that
// an edited or missing one is noticed. The last one holds. A decision that could
// not be applied is refused before it is written.
//
// 'finalise' makes every record anew from its log and the decisions that hold,
// on all cores; run again it changes nothing, and spares what did not change, by
// an index, DIR/.finalised, which like that of score can be thrown away. A final
// record whose decisions changed becomes another one, unless an attestation
// stands for it with another result: finalise leaves that record as it is and
// says what to type. A result that is not obtained any more is revoked; another
// result is issued again with 'reissue -result'; then the record follows.
//
// # Issuing follows a plan
//
// 'issue' first writes issued/plan.json: which sessions are due, the number and
// the place that the first gets, the forms, the day, and a random seed that all
// access codes are derived from. From plan, records and keys follows every byte
// of what it then issues, on all cores, a batch at a time. issued/NUMBER.json
// appears when the files that it names are safe on the disk. Whatever stops the
// run, the next 'issue' goes on with the same plan and the same bytes, and
// removes the plan at the end; then it issues what became due since.
//
// The plan is as secret as issued/NUMBER.json, for its seed opens what that
// does. While it stands no attestation is erased, corrected or, by 'close',
// made the last; 'publish' holds back what was issued of it, so that a batch
// becomes visible as a whole. A planned session that is no longer due gets no
// number.
//
// 'issue -plan' writes the plan alone. 'issue -shard I/N' carries out every
// N-th of its sessions, beginning with the I-th: N machines with a copy of the
// workspace each make a part, at once or not; brought together, the parts are
// what a single run makes, byte for byte, and a plain 'issue' ends the plan.
//
// # Publishing is a pure function
//
//	public/ = publish(content, records, decisions, issued, keys, at)
//
// Equal inputs give equal bytes: no clock is read but for the default of -at,
// no order comes from a map or a folder, and Ed25519 signatures are
// deterministic. What must be random (the seed of access codes) is drawn once,
// in issue, and what follows from it is kept in issued/.
//
// The next state of public/ is made from the former one, which stands aside as
// .public.spare, by difference: names are added and removed, a file that changed
// is made anew and never written into. Then both folders change places in one
// step of the system. A reader finds one state or the other, whole, and a kill
// at any instant leaves nothing that the next 'publish' would not put right.
// When neither what public/ is made from nor public/ itself changed, by name,
// size and time, nothing is done.
//
// A result is pending until it is published. publications/AT.json says which
// sessions became visible, with their results, the numbers of attestations and
// the changes of status; it is written once public/ is in place.
//
// # Deliveries
//
// 'issue' and 'publish' bring deliveries/ up to date, and 'deliver' does nothing
// else ('issue -deliver=false' leaves them out, and publish makes none where the
// folder is not there). A room has a folder of its name; sessions without a room
// have one of their centre and day; each class of a room has one in it, class-NAME;
// each prescriber has one over all rooms, prescriber-NAME, without letters
// (package delivery). They hold what the coming publication makes visible, or the
// last one made: letters can be printed before it, and are handed out after.
//
// A delivery is made anew when something that it shows has changed, and put in
// place in one step; one that lost a file is made again, one of nobody is removed.
// So put nothing of yours in it. The PDFs in the archives are the sealed ones of
// issued/, opened with their codes and compared with the hashes in the entry, so
// that readable copies need not be kept. 'erase' takes whoever is erased out of
// every delivery before it forgets them. An attestation bears its access code:
// what a prescriber gets is as confidential as the papers.
//
// # Keys
//
// Two roots, kept offline, sign the manifest and nothing else from day to day.
// The manifest names the signing keys, each with its role, its window and its
// state (package signing, section 10). A new manifest has the next sequence
// number, which roots.json then gives as the least that verifiers accept, and
// is believed for 90 days: 'keys renew' signs it again. 'keys rotate ROLE'
// makes the next key of a role and retires the former; 'keys retire KID' takes
// one out of use without a successor; 'keys compromise KID' marks a stolen one.
// 'keys list' shows all of them, warns 60 days before the end of a key and 15
// before that of the manifest, and fails once something has ended; issue and
// publish give the same warnings.
//
// For a role and a day, the active key signs whose window holds the day; of
// several, the newest. The window of a credential key speaks of dates of issue.
// An attestation issued again keeps its date, so a rotated credential key may
// sign for the three years before it was made.
//
// The placement key gives each attestation its place in a status list. It signs
// nothing and is never changed: the places it gave would be given twice.
//
// # Looking back
//
// 'explain' runs one session again and tells how its result came about: of each
// question the short list, the draw and what yielded, the capacity before and
// after, the path without what was neutralised, the degradation, the score in
// exact arithmetic, the levels; in the profile regime the frozen profile, the rate
// and the row of the table for each competence. Nothing is read from the record;
// it is compared, field by field, with what was computed, and so is what was
// signed and sealed. The page of -out stands alone and names nobody.
//
// 'audit' does that for all: every record from its log, bank, framework and the
// decisions in force, by the very functions of score and finalise; every
// credential, seal and form from its record, number and place (an attestation that
// was revoked or superseded, from the record that was sealed with it); with -deep
// the PDFs, with -public every byte that is online. It goes through folders in no
// order, on all cores, keeps 16 bytes an attestation, and prints differences by
// file: equal workspaces give equal output. It ends with 1 when there is one. It
// takes no lock: run it while nothing else writes.
//
// 'statistics' counts final records. What it withholds, and why nobody gets it
// back by subtraction, is said in package statistics. It writes into statistics/
// and puts nothing online: the operator decides.
//
// # After the issue
//
// What happens later to an attestation is a decision: a file, dated, with its
// reason, signed with a status key (eddsa-jcs-2022, like all signed JSON), which
// can withdraw and restore in the status list anyway; a role of its own would
// add a key and no safety. An edited decision stops publication.
//
//	revoke      valid, suspended or superseded → revoked, for ever
//	suspend     valid → suspended
//	reinstate   suspended → valid
//	supersede   valid → superseded
//	reissue     supersede, after issuing the same result with a corrected spelling,
//	            or with -result the one that the jury's decisions give now
//	erase       no change of status
//
// reissue keeps the dates and takes a new number, code and place. Only issued/
// links the two: who holds the old paper learns that it was replaced, not by
// what. erase removes the entry, the PDFs, the code and the credentials; number,
// place, session and the hashes for the roll stay, so that the holder's own
// paper verifies as before and the session is never issued again. It takes
// effect when the command runs, whatever -at a later publication has. The
// reason of a decision outlives the erasure: it names nobody.
//
// # A key is stolen: the first hour
//
// testdata/script/stolen_key.txt rehearses this at every test, from the theft to
// the verdicts.
//
//	minute  0  stop issuing; cut off the machine that held the key and keep a copy of it;
//	           go on with a clean machine and the workspace from its latest backup
//	minute 10  look through issued/: what stands there, the roll will vouch for
//	minute 20  with one root: generator keys compromise KID -root DIR
//	minute 25  generator keys rotate ROLE -root DIR; the root goes offline again
//	minute 30  generator publish; empty the caches in front of public/
//	minute 40  try it: a forged credential is refused; genuine ones, erased ones included, are valid
//	minute 50  have other verifiers take the new roots.json, whose least sequence refuses the old files
//	then       issue again, and say in public what happened
//
// 'keys compromise' makes the roll from issued/ and signs its hashes into the
// very manifest that marks the key: no verifier learns of the theft without
// learning what was rightly signed before it. What is issued afterwards is
// signed with the next key, which is not compromised, and needs no roll.
//
// A stolen status or entry key attests nothing, but nothing that it signed
// counts any more: after rotating it, 'generator countersign' shows the
// decisions it had signed and, with -accept, signs them and the registry
// entries again.
//
// # Estimates and calibration
//
// 'estimate' reads items and patterns of answers to them, up to 50,000 and
// 200,000; ids are texts or whole numbers, c and d may be absent:
//
//	{"bank": [{"id": "i1", "a": 1.2, "b": -0.5, "c": 0.2, "d": 0.98}, …],
//	 "patterns": [{"id": "p1", "responses": [{"item": "i1", "correct": true}, …]}, …]}
//
// and writes one line for each pattern, in their order:
//
//	{"pattern": "p1", "ability": 0.31, "error": 0.87,
//	 "next": {"item": "i7", "information": 0.56},
//	 "history": [{"ability": 0.31, "error": 0.87}, …]}
//
// next, the item of most information among those not answered, is null when
// none is left; error is null where the answers inform on nothing; history, the
// estimate after each answer, stands there with -history.
//
// 'bank calibrate' reads answers in the same form, of patterns alone, or as CSV:
// a line of item ids after a first column for persons, then a line a person of
// 1, 0 or nothing. It prints a table, and writes with -out:
//
//	{"schema": "etalon-calibration/1", "persons": 3000, "iterations": 42, "converged": true,
//	 "logLikelihood": -43211.9, "errors": "joint",
//	 "items": [{"id": "i1", "answers": 2700, "right": 1512, "a": 1.21, "b": -0.48,
//	            "errorA": 0.06, "errorB": 0.05, "fit": 1.3, "p": 0.52, "rmsd": 0.006, "flags": []}, …]}
//
// Abilities follow N(0, 1), which fixes the scale. fit is chi-square with two
// degrees of freedom, p its probability for an item that fits, rmsd how far the
// curve is from the answers (package irt, "Calibration"). An item that cannot
// be estimated has its counts and a flag that says why.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := exitCode(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr), os.Stderr)
	stop()
	os.Exit(code)
}
