package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const usage = `generator builds, scores, issues and publishes Étalon attestations.

Usage: generator COMMAND [flags]

  demo        make a workspace from sample sessions, publish it, serve it
  build       build the site of the referential alone, or of -content DIR:
              a tree like content/, or any folder of Markdown (a handbook);
              -watch builds again on every change and reloads the pages
  keys        the roots, the signing keys and the signed manifest
                init        make them, once
                list        show them, with what is about to end
                renew       sign the manifest again, for 90 days
                rotate      make the next key of a role     (ROLE)
                retire      take a key out of use           (KID)
                compromise  mark a stolen key, sign the roll (KID)
  init        make a workspace                 (DIR -issuer TEXT -address URL -signatory TEXT)
  intake      take in what a centre sends: who sat, logs or answers
              (-candidates FILE [-logs DIR] [-answers FILE])
  status      tell what awaits a log, scoring, the jury, issue, publication,
              renewal, and what to type next (-session NAME, -json)
  check       look through the whole workspace for what is missing, orphaned,
              edited or open to others
  score       replay the session logs and propose a record for each
  minutes     write the jury's minutes, to print and as CSV
              (-room ROOM, -centre TEXT, -from DAY, -to DAY, -all)
  decide      decide on a session, or decide otherwise than before
              (SESSION accept|dismiss|fraud|cancel|neutralise -by NAME -reason TEXT
              -kind KIND of fraud, -items of what is neutralised)
  neutralise  take a question out of every session, or put it back
              (ITEM -bank ID -by NAME -reason TEXT -from DAY -to DAY, -undo, -n)
  finalise    apply the jury's decisions to the records
  issue       sign and render an attestation for each record obtained
              (-forms fr,en,bi,diploma, -copies=false; -plan, then -shard I/N
              on each of N machines)
  revoke      withdraw an attestation          (NUMBER -reason TEXT)
  suspend     withdraw it for a time           (NUMBER -reason TEXT)
  reinstate   end a suspension                 (NUMBER -reason TEXT)
  supersede   mark it as replaced              (NUMBER -reason TEXT)
  reissue     correct a spelling, under a new number that supersedes
              (NUMBER -family TEXT -given TEXT -birth-place TEXT -reason TEXT),
              or with -result what the jury decided since
  erase       forget a person on request       (NUMBER -reason TEXT)
  countersign show what a stolen key had signed, and sign it again (-accept)
  publish     write public/: pages, keys, status lists, encrypted registry
  deliver     write deliveries/: for each room, class and prescriber the results
              as CSV and the papers, for each candidate a letter with the code;
              issue and publish do it too
  close       end the service: last status lists, signed by a root, without end
  explain     tell how a result came about     (NUMBER or SESSION)
              (-out FILE.html, -svg FILE, -json, -lang fr|en)
  audit       make every result again and name what is not as it should be
              (-deep opens the PDFs too, -public compares public/)
  statistics  count results by centre, month, level and competence, small
              numbers withheld, as CSV and pages (-from DAY -to DAY)
  bank check  tell all that is wrong with an item bank (-framework F BANK)
  bank calibrate
              item parameters from answers, and which items do not fit (RESPONSES)
  simulate    take tests by simulated candidates, report how well they measure
  estimate    abilities from patterns of answers, and the next item of each

Every command but demo, build, init, bank, simulate and estimate works on the
workspace in the current folder, or -w DIR, and takes -at DATE instead of the
clock. 'generator COMMAND -h' lists its flags.
Key files are read with the passphrase in ETALON_PASSPHRASE or in the file
named by -passphrase-file.

A session to copy:

  $ go run ./generator demo                     # everything, on localhost:8080

  $ cd my-workspace                             # etalon.json, banks/, frameworks/, sessions/
  $ generator keys init -root /media/offline    # once
  $ generator score
  $ generator finalise -accept -by "Jury of 12 October"
  $ generator issue
  $ generator publish
  $ verifier -site public
`

// env is what a command may touch of the world outside its workspace.
type env struct {
	stdout, stderr io.Writer
	now            func() time.Time
	rand           io.Reader
	held           []*os.File // locks, until the command ends
}

// run is the whole program but for process exit.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) error {
	return (&env{stdout: stdout, stderr: stderr, now: time.Now, rand: rand.Reader}).run(ctx, args)
}

func (e *env) run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"init": e.init, "intake": e.intake, "status": e.status, "check": e.check,
		"demo": e.demo, "build": e.build, "keys": e.keys, "score": e.score, "finalise": e.finalise,
		"minutes": e.minutes, "decide": e.decideSession, "neutralise": e.neutralise,
		"issue": e.issue, "publish": e.publish, "deliver": e.deliver, "close": e.close, "simulate": e.simulate, "bank": e.bank, "estimate": e.estimate,
		"explain": e.explain, "audit": e.audit, "statistics": e.statistics,
		"revoke": e.decideLater(revoke), "suspend": e.decideLater(suspend), "reinstate": e.decideLater(reinstate),
		"supersede": e.decideLater(supersede), "reissue": e.reissue, "erase": e.erase, "countersign": e.countersign,
	}
	if len(args) == 0 {
		fmt.Fprint(e.stderr, usage)
		return usagef("no command given")
	}
	if name := args[0]; name == "help" || name == "-h" || name == "--help" || name == "-help" {
		_, err := fmt.Fprint(e.stdout, usage)
		return err
	}
	command, ok := commands[args[0]]
	if !ok {
		return usagef("unknown command %q", args[0])
	}
	defer e.unlock()
	err := command(ctx, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}

// command is a flag set with the flags that every command shares.
type command struct {
	*flag.FlagSet
	env            *env
	dir, at        *string
	passphraseFile *string
	access         access // to the workspace
}

// flags is a command that needs no workspace.
func (e *env) flags(name, arguments string) *command {
	fs := flag.NewFlagSet("generator "+name, flag.ContinueOnError)
	fs.SetOutput(e.stderr)
	fs.Usage = func() {
		fmt.Fprintf(e.stderr, "Usage: generator %s [flags] %s\n\n", name, arguments)
		fs.PrintDefaults()
	}
	return &command{FlagSet: fs, env: e}
}

// command is a command that writes its workspace, which it holds alone: see
// [command.reads] and access.
func (e *env) command(name, arguments string) *command {
	c := e.flags(name, arguments)
	c.dir = c.String("w", ".", "workspace `folder`")
	c.at = c.String("at", "", "`date` to act at instead of now (2026-11-21 or 2026-11-21T08:00:00Z)")
	c.passphraseFile = c.String("passphrase-file", "", "`file` holding the passphrase of the key files")
	return c
}

// reads makes c a command that changes nothing, and that runs beside others.
func (c *command) reads() *command {
	c.access = reads
	return c
}

// given tells whether a flag stands on the command line.
func (c *command) given(name string) (found bool) {
	c.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// parse reads flags before and after the positional arguments and returns
// exactly n of those.
func (c *command) parse(args []string, n int) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		if err := c.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usagef("%v", err)
		}
		if args = c.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if len(rest) != n {
		return nil, usagef("%s takes %d arguments, not %d", c.Name(), n, len(rest))
	}
	return rest, nil
}

// open opens the workspace and the date of a command without positional
// arguments.
func (c *command) open(args []string) (*workspace, time.Time, error) {
	if _, err := c.parse(args, 0); err != nil {
		return nil, time.Time{}, err
	}
	return c.workspace()
}

// workspace opens the workspace, and holds it until the command ends if the
// command writes it.
func (c *command) workspace() (*workspace, time.Time, error) {
	at, err := parseAt(*c.at, c.env.now())
	if err != nil {
		return nil, time.Time{}, err
	}
	w, err := openWorkspace(*c.dir)
	if err != nil {
		return nil, at, err
	}
	return w, at, c.env.lock(*c.dir, c.Name(), c.access)
}

// passphrase is the secret that opens the key files, or nothing.
func (c *command) passphrase() (string, error) {
	if *c.passphraseFile == "" {
		return os.Getenv("ETALON_PASSPHRASE"), nil
	}
	return passphraseIn(*c.passphraseFile)
}

// passphraseIn reads a passphrase: the file without the line end.
func passphraseIn(path string) (string, error) {
	data, err := readFile(path)
	if err != nil {
		return "", fmt.Errorf("passphrase: %w", err)
	}
	pass := strings.TrimRight(string(data), "\r\n")
	if pass == "" {
		return "", fmt.Errorf("passphrase: %s is empty", path)
	}
	return pass, nil
}
