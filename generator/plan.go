package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/generator/attestation"
	"etalon/signing"
)

// plan is issued/plan.json: what one run of issue is to do, written before
// anything is issued and removed when all of it is. From the plan, the records
// and the keys follow every byte that the run writes: interrupted, it goes on
// where it stood; cut into shards, the parts make up the whole.
//
// The n-th session, from 0, gets the number firstNumber + n, the place of
// serial firstSerial + n, and the access code of
//
//	HKDF-SHA-256(seed, salt "etalon/plan/1", info "access code " ‖ number as printed)
//
// of which 13 bytes are read as package signing draws a code. The seed is
// therefore as secret as the codes in issued/ (0600), and goes with the plan.
type plan struct {
	At          string   `json:"at"`          // RFC 3339, UTC
	Day         string   `json:"day"`         // of issue
	FirstNumber string   `json:"firstNumber"` // 2026-0000123
	FirstSerial uint64   `json:"firstSerial"`
	Forms       []string `json:"forms"`
	Schema      string   `json:"schema"` // "etalon-plan/1"
	Seed        string   `json:"seed"`   // 32 random bytes, hex

	// The last member, "sessions", holds their names in order. Memory does not:
	// they are read as they are needed.
	path  string
	count int
}

const planSchema = "etalon-plan/1"

func (w *workspace) planPath() string { return w.path("issued", planName+".json") }

// plan reads the open plan; nil when none is open.
func (w *workspace) plan() (*plan, error) {
	p := &plan{path: w.planPath()}
	f, _, head, err := p.open()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f.Close()
	if err := decodeStrict(p.path, head, p); err != nil {
		return nil, err
	}
	for _, err := range p.sessions() {
		if err != nil {
			return nil, err
		}
		p.count++
	}
	if err := p.check(); err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", p.path, err), planRemedy)
	}
	return p, nil
}

const planRemedy = "restore the file from a backup: it is never edited"

// sessionsMember stands between the other members of a plan and its sessions.
const sessionsMember = `,"sessions":[`

// open opens the file of a plan; rest gives its sessions, and head is the document
// of the other members.
func (p *plan) open() (f *os.File, rest *bufio.Reader, head []byte, err error) {
	if f, err = os.Open(p.path); err != nil {
		return nil, nil, nil, err
	}
	rest = bufio.NewReader(f)
	start, err := rest.Peek(1024)
	at := bytes.Index(start, []byte(sessionsMember))
	if err == io.EOF || err == nil {
		err = nil
		if at < 0 {
			err = withHint(fmt.Errorf("%s: not a plan: it names no sessions", p.path), planRemedy)
		}
	}
	if err != nil {
		f.Close()
		return nil, nil, nil, err
	}
	head = append(bytes.Clone(start[:at]), '}')
	rest.Discard(at + len(sessionsMember)) // which is in the buffer
	return f, rest, head, nil
}

func (p *plan) check() error {
	if p.Schema != planSchema {
		return fmt.Errorf("schema: %q where %q is expected", p.Schema, planSchema)
	}
	if _, err := time.Parse(time.RFC3339, p.At); err != nil {
		return fmt.Errorf("at: %.30q is not an RFC 3339 time", p.At)
	}
	if _, err := time.Parse(time.DateOnly, p.Day); err != nil {
		return fmt.Errorf("day: %.30q is not a day", p.Day)
	}
	first, err := signing.ParseNumber(p.FirstNumber)
	if err != nil {
		return fmt.Errorf("firstNumber: %w", err)
	}
	if p.count == 0 || first%numbersAYear+uint64(p.count) > numbersAYear {
		return fmt.Errorf("sessions: %d do not fit behind number %s", p.count, p.FirstNumber)
	}
	if _, err := parseForms(strings.Join(p.Forms, ",")); err != nil {
		return fmt.Errorf("forms: %w", err)
	}
	if seed, err := hex.DecodeString(p.Seed); err != nil || len(seed) != 32 {
		return errors.New("seed: not 64 hexadecimal digits")
	}
	return nil
}

// sessions reads the names of the sessions, which stand in the order of the files
// of their records. An error is the last pair.
func (p *plan) sessions() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		f, rest, _, err := p.open()
		if err == nil {
			defer f.Close()
		}
		before := ""
		for n, more := 0, true; err == nil && more; n++ {
			var name string
			if name, more, err = nextSession(rest); err != nil {
				err = withHint(fmt.Errorf("%s: sessions.%d: %w", p.path, n, err), planRemedy)
			} else if !sessionName.MatchString(name) || before != "" && compareFiles(before, name, ".json") >= 0 {
				err = withHint(fmt.Errorf("%s: sessions.%d: %.70q is not the name of a session, or not in order", p.path, n, name), planRemedy)
			} else if before = name; !yield(name, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}

// nextSession reads a name and what follows it: another one, or the end of the
// plan.
func nextSession(r *bufio.Reader) (name string, more bool, err error) {
	quoted, err := r.ReadSlice('"')
	if err == nil && len(quoted) == 1 {
		quoted, err = r.ReadSlice('"')
	}
	if err != nil || len(quoted) < 2 {
		return "", false, errors.New("not a list of names")
	}
	name = string(quoted[:len(quoted)-1])
	if b, err := r.ReadByte(); err == nil && b == ',' {
		return name, true, nil
	} else if rest, _ := io.ReadAll(io.LimitReader(r, 3)); b != ']' || string(rest) != "}\n" {
		return "", false, errors.New("not a list of names, or cut off")
	}
	return name, false, nil
}

// name is what people know a plan by.
func (p *plan) name() string {
	return fmt.Sprintf("the plan of %s (%d attestations from %s)", p.Day, p.count, p.FirstNumber)
}

// number is that of the n-th session.
func (p *plan) number(n int) uint64 {
	first, _ := signing.ParseNumber(p.FirstNumber)
	return first + uint64(n)
}

// holds says whether an attestation is one of the plan.
func (p *plan) holds(number string) bool {
	return p != nil && number >= p.FirstNumber && number <= signing.FormatNumber(p.number(p.count-1))
}

// codes derives the access codes of a plan.
type codes struct{ key []byte }

func (p *plan) codes() (*codes, error) {
	seed, err := hex.DecodeString(p.Seed)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Extract(sha256.New, seed, []byte("etalon/plan/1"))
	return &codes{key}, err
}

func (c *codes) of(number uint64) (signing.Code, error) {
	bits, err := hkdf.Expand(sha256.New, c.key, "access code "+signing.FormatNumber(number), 13)
	if err != nil {
		return signing.Code{}, err
	}
	return signing.NewCode(bytes.NewReader(bits))
}

// noPlan refuses what would disagree with an open plan.
func (w *workspace) noPlan(what string) error {
	p, err := w.plan()
	if err == nil && p != nil {
		err = withHint(fmt.Errorf("%s waits: %s is not complete", what, p.name()), "complete it first with 'generator issue'")
	}
	return err
}

// makePlan writes the plan of all that is due, or nothing where nothing is.
func (k *keyring) makePlan(random io.Reader, at time.Time, forms []attestation.Form) (p *plan, err error) {
	done, serial, number, err := k.alreadyIssued(at.Year())
	if err != nil {
		return nil, err
	}
	seed := make([]byte, 32)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("draw the seed of the access codes: %w", err)
	}
	p = &plan{
		At: at.Format(time.RFC3339), Day: at.Format(time.DateOnly), FirstNumber: signing.FormatNumber(number + 1), FirstSerial: serial,
		Schema: planSchema, Seed: hex.EncodeToString(seed), path: k.planPath(),
	}
	for _, form := range forms {
		p.Forms = append(p.Forms, string(form))
	}
	head, err := encode(p)
	if err != nil {
		return nil, err
	}
	fail := func(err error) error {
		return withHint(fmt.Errorf("write %s: %w", p.path, err), "nothing was issued: check the free space and the rights of %s, then run the command again", k.path("issued"))
	}
	if err := os.MkdirAll(k.path("issued"), 0o700); err != nil {
		return nil, fail(err)
	}
	f, err := os.CreateTemp(k.path("issued"), "."+planName+".json.*") // 0600
	if err != nil {
		return nil, fail(err)
	}
	defer os.Remove(f.Name()) // unless it was renamed
	defer f.Close()
	out := bufio.NewWriter(f)
	out.Write(bytes.TrimSuffix(head, []byte("}\n")))
	out.WriteString(sessionsMember)
	for session, err := range k.due(done) {
		if err != nil {
			return nil, err
		}
		if !sessionName.MatchString(session) {
			return nil, fmt.Errorf("%s: not a name for a session", k.path("records", session+".json"))
		}
		if p.count++; p.count > 1 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + session + `"`)
	}
	if p.count == 0 {
		return nil, nil
	}
	if number%numbersAYear+uint64(p.count) >= numbersAYear {
		return nil, fmt.Errorf("the numbers of %d are used up: %d more are due after %s", at.Year(), p.count, signing.FormatNumber(number))
	}
	out.WriteString("]}\n")
	if err := errors.Join(out.Flush(), syncFile(f), f.Close()); err != nil {
		return nil, fail(err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("plan the issue: %w", err)
	}
	if err := os.Rename(f.Name(), p.path); err != nil {
		return nil, fail(err)
	}
	return p, syncFolder(k.path("issued"))
}

// sessionKey stands for the name of a session where a million are remembered.
type sessionKey [16]byte

func keyOf(session string) sessionKey {
	sum := sha256.Sum256([]byte(session))
	return sessionKey(sum[:16])
}

// sessionSet is a set of sessions, 16 bytes each.
type sessionSet []sessionKey

func compareKeys(a, b sessionKey) int { return bytes.Compare(a[:], b[:]) }

func (s sessionSet) sort() { slices.SortFunc(s, compareKeys) }

// has looks in a sorted set.
func (s sessionSet) has(session string) bool {
	_, found := slices.BinarySearchFunc(s, keyOf(session), compareKeys)
	return found
}

// alreadyIssued returns the sessions that have their attestation, the next free
// serial and the last number given in a year.
func (w *workspace) alreadyIssued(year int) (done sessionSet, serial, number uint64, err error) {
	number = uint64(year) * numbersAYear
	for f, err := range w.attestations() {
		if err != nil {
			return nil, 0, 0, err
		}
		done = append(done, keyOf(f.Session))
		serial = max(serial, f.Serial+1)
		if n, err := signing.ParseNumber(f.Number); err != nil {
			return nil, 0, 0, err
		} else if n/numbersAYear == uint64(year) {
			number = max(number, n)
		}
	}
	done.sort()
	return done, serial, number, nil
}

// due lists, in order, the sessions whose final record earns an attestation
// that was not issued.
func (w *workspace) due(done sessionSet) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for some, err := range chunks(w.path("records"), func(session string) bool { return !done.has(session) }) {
			earned := make([]bool, len(some))
			if err == nil {
				err = firstError(len(some), func(i int) error {
					r, err := w.dueRecord(some[i])
					earned[i] = r != nil
					return err
				})
			}
			if err != nil {
				yield("", err)
				return
			}
			for i, session := range some {
				if earned[i] && !yield(session, nil) {
					return
				}
			}
		}
	}
}

// shard is a part of a plan: the sessions whose rank leaves one remainder.
type shard struct{ index, count int } // 1 ≤ index ≤ count

// wholePlan is the only part of a plan that is not divided.
var wholePlan = shard{1, 1}

const maxShards = 10_000

// jobIndex is the variable with which an Indexed Job of Kubernetes tells each of
// its pods which one it is, from 0.
const jobIndex = "JOB_COMPLETION_INDEX"

// parseShard reads I/N, or job/N, where I is one more than the index of the job.
func parseShard(text string) (shard, error) {
	i, n, ok := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(i)
	if i == "job" {
		if index, err1 = strconv.Atoi(os.Getenv(jobIndex)); err1 != nil {
			return shard{}, usagef("-shard %s: the variable %s holds no number: give I/N, with I from 1", text, jobIndex)
		}
		index++
	}
	count, err2 := strconv.Atoi(n)
	if !ok || cmp.Or(err1, err2) != nil || index < 1 || index > count || count > maxShards {
		return shard{}, usagef("-shard %q is not of the form I/N with 1 ≤ I ≤ N ≤ %d", text, maxShards)
	}
	return shard{index, count}, nil
}

// has says whether a rank, from 0, is in the shard.
func (s shard) has(rank int) bool { return rank%s.count == s.index-1 }

// size is how many of n ranks are in the shard.
func (s shard) size(n int) int { return (n - s.index + s.count) / s.count }

// closePlan ends a plan that is complete. The caller holds the workspace alone.
func (w *workspace) closePlan() error {
	if err := w.clearShardLocks(); err != nil {
		return err
	}
	if err := sweep(w.path("issued"), "."); err != nil {
		return err
	}
	if err := os.Remove(w.planPath()); err != nil {
		return err
	}
	return syncFolder(w.path("issued"))
}
