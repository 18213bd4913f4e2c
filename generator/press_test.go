package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/engine"
	"etalon/testdata"
	"etalon/verifier/check"
)

// makeRecords lays a workspace with n final records that obtain, all of one
// sample session but for the person.
func makeRecords(t testing.TB, dir string, n int) {
	t.Helper()
	w := &workspace{dir: dir, config: Config{
		Schema: configSchema, Issuer: "Étalon SPECIMEN", Address: "https://etalon.test", Specimen: true,
		Signatory: Signatory{Name: "Camille SPECIMEN", Role: map[string]string{"fr": "Direction", "en": "Head"}},
	}}
	config, err := encode(w.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := createFile(w.path("etalon.json"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"specimen/bank.json": "banks/specimen.json", "specimen/adaptive-2022.json": "frameworks/adaptive-2022.json",
		"specimen/sessions/valbrume-2026-09-14-01.jsonl": "sessions/valbrume-2026-09-14-01.jsonl",
	} {
		data, err := testdata.FS.ReadFile(from)
		if err == nil {
			err = createFile(w.path(filepath.FromSlash(to)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	for _, args := range [][]string{{"score"}, {"finalise", "-accept", "-by", "TEST jury", "-at", "2026-11-01"}} {
		if err := run(ctx, append(args, "-w", dir), nil, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	r, err := w.record("valbrume-2026-09-14-01")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(w.path("records", r.Session+".json")); err != nil {
		t.Fatal(err)
	}
	share(n, func(_, i int) {
		one := *r
		one.Session = fmt.Sprintf("synthetic-2026-09-14-%07d", i)
		one.Candidate = engine.Candidate{FamilyName: fmt.Sprintf("SPECIMEN-%d", i), GivenNames: "Camille", BirthDate: r.Candidate.BirthDate, BirthPlace: r.Candidate.BirthPlace}
		if err := os.WriteFile(w.path("records", one.Session+".json"), append(one.Encode(), '\n'), 0o600); err != nil {
			t.Error(err)
		}
	})
}

// do runs a command in this process and returns what it printed.
func do(t *testing.T, w string, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	if err := run(t.Context(), append(args, "-w", w), nil, &said, &said); err != nil {
		t.Fatalf("%s: %v\n%s", args, err, said.String())
	}
	return said.String()
}

// planned is a workspace with a first batch of attestations, published, and the
// plan of a second one.
func planned(t *testing.T, first, second int) string {
	t.Helper()
	w := filepath.Join(t.TempDir(), "w")
	makeRecords(t, w, first+second)
	later := filepath.Join(w, "later")
	list, err := names(filepath.Join(w, "records"), ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(later, 0o755); err != nil {
		t.Fatal(err)
	}
	move := func(from, to string) {
		for _, name := range list[first:] {
			if err := os.Rename(filepath.Join(from, name+".json"), filepath.Join(to, name+".json")); err != nil {
				t.Fatal(err)
			}
		}
	}
	move(filepath.Join(w, "records"), later)
	do(t, w, "keys", "init", "-root", filepath.Join(t.TempDir(), "offline"), "-at", "2026-11-01")
	do(t, w, "issue", "-deliver=false", "-at", "2026-11-01")
	do(t, w, "publish", "-at", "2026-11-01")
	do(t, w, "publish", "-at", "2026-11-02") // there is a former one now
	move(later, filepath.Join(w, "records"))
	if err := os.Remove(later); err != nil {
		t.Fatal(err)
	}
	do(t, w, "issue", "-plan", "-at", "2026-11-03")
	return w
}

// linkTree gives a workspace a second one, of links: whatever would write into
// a file that exists would show in both. What the system locks is left out.
func linkTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil || strings.HasPrefix(rel, ".lock") {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		err = os.Link(path, filepath.Join(to, rel))
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// digestTree is the SHA-256 of every file of a workspace, but for what it keeps
// for itself: locks, the former public/, the note of the last publication.
func digestTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && rel == ".public.spare":
			return filepath.SkipDir
		case d.IsDir() || strings.HasPrefix(rel, ".lock") || strings.HasPrefix(rel, ".published"):
			return nil
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		found[rel] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("%s holds no file", dir)
	}
	return found
}

// equalTrees tells where two workspaces differ.
func equalTrees(t *testing.T, want, have map[string]string) {
	t.Helper()
	var differ []string
	for _, name := range sortedKeys(want) {
		if have[name] != want[name] {
			differ = append(differ, name)
		}
	}
	for _, name := range sortedKeys(have) {
		if _, ok := want[name]; !ok {
			differ = append(differ, "more: "+name)
		}
	}
	if len(differ) > 0 {
		t.Errorf("%d files are not as those of the undisturbed run: %s", len(differ), differ[:min(len(differ), 10)])
	}
}

// TestShards: eight shards, in eight copies of a workspace or at once in one,
// make what a single run makes, byte for byte.
func TestShards(t *testing.T) {
	t.Parallel()
	const n, shards = 21, 8
	w := planned(t, 2, n)
	copyOf := func(name string) string {
		to := filepath.Join(filepath.Dir(w), name)
		linkTree(t, w, to)
		return to
	}
	single, union, together := copyOf("single"), filepath.Join(filepath.Dir(w), "union"), copyOf("together")
	do(t, single, "issue", "-deliver=false", "-at", "2026-11-05")
	want := digestTree(t, single)

	for i := range shards {
		part := copyOf(fmt.Sprint("part", i))
		said := do(t, part, "issue", "-shard", fmt.Sprintf("%d/%d", i+1, shards))
		if mine := (n - i + shards - 1) / shards; !strings.Contains(said, fmt.Sprintf(": %d issued", mine)) {
			t.Errorf("shard %d of %d says %q, want %d issued", i+1, shards, said, mine)
		}
		linkTree(t, part, union)
	}
	if said := do(t, union, "issue", "-deliver=false", "-at", "2026-11-05"); !strings.Contains(said, fmt.Sprintf("0 issued, %d stood already", n)) {
		t.Errorf("after all shards: %s", said)
	}
	equalTrees(t, want, digestTree(t, union))

	var wait sync.WaitGroup
	for i := range shards {
		wait.Go(func() {
			if err := run(t.Context(), []string{"issue", "-w", together, "-shard", fmt.Sprintf("%d/%d", i+1, shards)}, nil, io.Discard, io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	do(t, together, "issue", "-deliver=false", "-at", "2026-11-05")
	equalTrees(t, want, digestTree(t, together))
}

// TestShardsAndOthers: while a shard is at work nobody else writes, and no other
// takes the same part.
func TestShardsAndOthers(t *testing.T) {
	t.Parallel()
	w := planned(t, 1, 2)
	shard := &env{stdout: io.Discard, stderr: io.Discard, now: func() time.Time { return testDay }}
	defer shard.unlock()
	if err := shard.lock(w, "generator issue", shares); err != nil {
		t.Fatal(err)
	}
	if err := shard.lockFile((&workspace{dir: w}).shardLock(1, 2), "generator issue -shard 1/2", writes); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"issue"}, {"publish"}, {"issue", "-shard", "1/2"}} {
		err := run(t.Context(), append(args, "-w", w), nil, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), `in use by "generator issue -shard 1/2" since`) {
			t.Errorf("%s: %v", args, err)
		}
	}
	do(t, w, "issue", "-shard", "2/2")
	shard.unlock()
	do(t, w, "issue", "-deliver=false")
}

// TestKilled kills the command at random instants of an issue and of the
// publication that follows, has it go on, and compares the whole workspace with
// that of an undisturbed run. Meanwhile somebody reads public/: every file is
// whole, and the second batch is there altogether or not at all.
func TestKilled(t *testing.T) {
	t.Parallel()
	const first, second = 3, 30
	w := planned(t, first, second)
	base := filepath.Dir(w)
	calm := filepath.Join(base, "calm")
	linkTree(t, w, calm)
	issue, publish := []string{"issue", "-deliver=false", "-at", "2026-11-03"}, []string{"publish", "-at", "2026-11-03"}
	before := digestTree(t, filepath.Join(calm, "public"))
	var took [2]time.Duration
	for i, args := range [][]string{issue, publish} {
		started := time.Now()
		if killed, err := kill(t, calm, time.Hour, args...); killed || err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(started)
	}
	want := digestTree(t, calm)
	r := &reader{before: before, after: digestTree(t, filepath.Join(calm, "public")), now: testDay}
	k := &workspace{dir: calm}
	for f, err := range k.attestations() {
		if err != nil {
			t.Fatal(err)
		}
		r.all = append(r.all, f)
	}
	r.first = first
	random := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	instants, hits := 0, 0
	for round := 0; instants < kills; round++ {
		one := filepath.Join(base, "one")
		linkTree(t, w, one)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.read(ctx, one) }()
		for i, args := range [][]string{issue, publish} {
			for more := true; more && instants < kills; more = random.IntN(3) == 0 { // a resumed one is killed, too
				instants++
				killed, err := kill(t, one, time.Duration(random.Int64N(int64(took[i]))), args...)
				if err != nil {
					t.Fatalf("round %d, %s: %v", round, args[0], err)
				}
				if killed {
					hits++
				}
			}
			if _, err := kill(t, one, time.Hour, args...); err != nil {
				t.Fatalf("round %d, %s resumed: %v", round, args[0], err)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		equalTrees(t, want, digestTree(t, one))
		if t.Failed() {
			t.FailNow()
		}
		if err := os.RemoveAll(one); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d instants, %d killed something; public/ was read %d times", instants, hits, r.passes)
	if hits < kills/3 {
		t.Errorf("of %d kills %d came before the end", kills, hits)
	}
}

// kill runs the command as a program and kills it after a time, if it has not
// ended then. The error is that of the command.
func kill(t *testing.T, w string, after time.Duration, args ...string) (killed bool, err error) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, append(args, "-w", w)...)
	cmd.Args[0] = "generator" // see TestMain
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	timer.Stop()
	if err != nil && cmd.ProcessState.ExitCode() < 0 {
		return true, nil
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, said.String())
	}
	return false, err
}

// reader looks at public/ as the public does.
type reader struct {
	before, after map[string]string // digests of the two states of public/
	all           []*issuedFile     // by number
	first         int               // how many of them are in the first state
	now           time.Time
	passes        int
}

// read looks again and again until ctx ends.
func (r *reader) read(ctx context.Context, dir string) error {
	w := &workspace{dir: dir}
	k, err := w.keyring("")
	if err != nil {
		return err
	}
	public := w.path("public")
	source, err := check.Dir(public)
	if err != nil {
		return err
	}
	defer source.Close()
	checker := &check.Checker{Trust: k.trust, Source: source, Now: func() time.Time { return r.now }}
	for seen := false; ctx.Err() == nil; r.passes++ { // seen: the second batch became visible
		for _, name := range sortedKeys(r.after) {
			data, err := os.ReadFile(filepath.Join(public, name))
			if errors.Is(err, fs.ErrNotExist) && r.before[name] == "" {
				continue
			}
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			if have := hex.EncodeToString(sum[:]); have != r.before[name] && have != r.after[name] {
				return fmt.Errorf("public/%s is neither the former file nor the next one", name)
			}
		}
		visible := seen
		for i, f := range r.all {
			form := sortedKeys(f.Forms)[i%len(f.Forms)]
			pdf, result := checker.File(context.Background(), f.Code, form)
			if pdf == nil && i >= r.first && !visible {
				continue
			}
			if pdf == nil {
				return fmt.Errorf("%s: %s (%s), and others of its batch were there", f.Number, result.Verdict, result.Reason)
			}
			if sum := sha256.Sum256(pdf); hex.EncodeToString(sum[:]) != f.Forms[form] {
				return fmt.Errorf("%s.%s is not the file that was issued", f.Number, form)
			}
			visible = visible || i >= r.first
		}
		seen = visible
	}
	if !slices.Equal(sortedKeys(r.after), sortedKeys(digestsOf(public))) {
		return errors.New("in the end public/ holds other files")
	}
	return nil
}

// digestsOf lists the files of a folder.
func digestsOf(dir string) map[string]string {
	found := make(map[string]string)
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if rel, relErr := filepath.Rel(dir, path); err == nil && relErr == nil && !d.IsDir() {
			found[rel] = ""
		}
		return nil
	})
	return found
}
