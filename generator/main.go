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
//	sessions/      one event log a session, NAME.jsonl
//	records/       one record a session, proposed by score, made final by finalise
//	decisions/     the jury's decisions (NAME.json) and the later decisions
//	               about an attestation (NUMBER.001.json, NUMBER.002.json, …)
//	issued/        what was signed, once and for ever: NUMBER.json and the sealed
//	               registry files in issued/registry
//	keys/          private keys, the placement key and the signed manifest
//	attestations/  readable copies of the PDFs, for the operator
//	public/        what goes online: rebuilt by publish, nothing readable in it
//	               about a person
//
// # Publishing is a pure function
//
//	public/ = publish(content, records, decisions, issued, keys, at)
//
// Equal inputs give equal bytes: no clock is read but for the default of -at,
// no order comes from a map or a folder, and Ed25519 signatures are
// deterministic. What must be random (an access code) is drawn once, in issue,
// and kept in issued/.
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
