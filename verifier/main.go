// Verifier tells whether an attestation is genuine, whether it still holds,
// and what exactly it certifies.
//
//	verifier check [flags] FILE.pdf | FOLDER | QR-TEXT | CODE …
//	verifier -site DIR|URL [flags]
//
// The first form checks on this machine and prints; the second serves the
// built site with its verification form and API (see package server). Neither
// holds a secret. What is believed hangs on the root keys alone: those of
// -roots FILE, or else those compiled in (roots.json beside this file), or
// else, with a warning and for a local folder only, those that the folder
// itself announces.
//
// Exit status: 0 everything checked is valid (or the server was told to stop),
// 1 something is not, or could not be done, 2 the command line is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(status(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr), os.Stderr))
}

const usage = `Verifier checks attestations of digital competences.

    verifier check [flags] FILE.pdf | FOLDER | QR-TEXT | CODE …
    verifier -site DIR|URL [flags]

Checking, on this machine:

    $ go run ./generator demo -once -out demo
    $ go run ./verifier check -site demo/public demo/attestations
    $ go run ./verifier check -site demo/public P-7M2KD-9QX4T-B0W8H-3VNRE-5
    $ go run ./verifier check -site https://HOST -roots roots.json -json 'https://HOST/v#123…'

    -site DIR|URL   the issuer's public files (default "public")
    -manifest FILE  instead of a site: its keys.json alone …
    -status FILE    … and a status list, status/1.json; may be repeated
    -roots FILE     root keys to believe, {"leastSequence":1,"roots":["z6Mk…"]}
    -state FILE     where the highest manifest sequence seen is remembered
                    (default: the user's configuration folder; "none": nowhere)
    -at DATE        answer as of a day, 2026-03-31, or a time, 2026-03-31T12:00:00Z
    -lang fr|en     language of the answer (default: the system's)
    -json           one JSON object a line, as the API answers

    FOLDER stands for every PDF in it; - reads standard input: a PDF, or QR
    texts and codes, one a line. Exit status: 0 all valid, 1 not, 2 usage.

Serving:

    $ go run ./verifier -site demo/public
    $ curl -s localhost:8080/api/v1/verify -H 'Content-Type: application/json' -d '{"code":"P-…"}'
    $ curl -s localhost:8080/api/v1/verify -H 'Content-Type: application/x-ndjson' -T lines.ndjson -X POST

    -site DIR|URL   the built site (default "public"); at a URL, the pages are
                    those built in, the keys, lists and entries are passed on
    -registry DIR|URL   where keys, lists and entries are (default: in the site)
    -addr ADDR      where to listen (default "localhost:8080")
    -roots FILE, -state FILE   as above
    -metrics ADDR   serve Prometheus metrics at ADDR/metrics (default: off)
    -rate N         checks a minute for one client (default 60; -1: no limit)
    -proxies N      trusted proxies in front that set X-Forwarded-For (default 0)
    -log text|json  form of the log on standard error (default text)
    -v              log every request, not only checks

Each flag can be given as a variable: ETALON_SITE for -site, ETALON_ADDR for
-addr and so on. The command line has the last word.
`

// run is the whole program; tests call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "check":
			return runCheck(ctx, args[1:], stdin, stdout, stderr)
		case "help", "-h", "-help", "--help":
			_, err := io.WriteString(stdout, usage)
			return err
		}
	}
	return runServe(ctx, args, stderr)
}

// errNotValid ends a check whose answer, already printed, is not "valid".
var errNotValid = errors.New("not valid")

// hinted is an error with what to do about it.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

func hint(err error, hint string) error { return &hinted{err, hint} }

// usageError is a command line that makes no sense.
type usageError struct{ message string }

func (u *usageError) Error() string { return u.message }

func badUsage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// status reports an error as the command does and gives the exit status.
func status(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, errNotValid) {
		return 1
	}
	fmt.Fprintf(stderr, "verifier: error: %v\n", err)
	if _, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintln(stderr, "verifier: hint: verifier help shows the flags and some examples")
		return 2
	}
	if h, ok := errors.AsType[*hinted](err); ok {
		fmt.Fprintf(stderr, "verifier: hint: %s\n", h.hint)
	}
	return 1
}
