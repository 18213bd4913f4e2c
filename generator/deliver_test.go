package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"etalon/engine"
)

var delivered = flag.Int("delivered", 32, "attestations that TestDeliver issues and delivers")

// testRun runs a command of the generator and returns what it prints.
func testRun(t testing.TB, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	if err := run(context.Background(), args, nil, &out, &problems); err != nil {
		t.Fatalf("generator %s: %v\n%s", strings.Join(args, " "), err, problems.String())
	}
	return out.String()
}

// layDeliveries makes a workspace of n final records, in rooms of 30, of three
// classes and two prescribers.
func layDeliveries(t testing.TB, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "w")
	specimen := filepath.Join("..", "testdata", "specimen")
	put := func(name string, data []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	take := func(from, to string) {
		data, err := os.ReadFile(filepath.Join(specimen, from))
		if err != nil {
			t.Fatal(err)
		}
		put(to, data)
	}
	const session = "valbrume-2026-09-14-01"
	take("bank.json", "banks/specimen-2026.json")
	take("adaptive-2022.json", "frameworks/adaptive-2022.json")
	take("sessions/"+session+".jsonl", "sessions/"+session+".jsonl")
	take("decisions/"+session+".json", "decisions/"+session+".json")
	put("etalon.json", []byte(`{"schema": "etalon-config/1", "issuer": "Étalon SPECIMEN", "address": "https://etalon.test",
"signatory": {"name": "Camille SPECIMEN", "role": {"fr": "Direction de la certification", "en": "Head of certification"}}, "specimen": true}`))
	testRun(t, "keys", "init", "-w", dir, "-root", filepath.Join(t.TempDir(), "offline"), "-at", "2026-11-01")
	testRun(t, "score", "-w", dir)
	testRun(t, "finalise", "-w", dir, "-at", "2026-11-01")
	w, err := openWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	base, err := w.record(session)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(w.path("records", session+".json")); err != nil {
		t.Fatal(err)
	}
	given, family := []string{"Amélie Zoé", "Élise", "Łucja", "Jean-Désiré", "Inès"}, []string{"Ferrand-Côté", "Payet", "Nguyễn", "O’Sullivan", "Técher", "Müller"}
	for i := 0; i < n; i += 30 {
		name := fmt.Sprintf("room-%06d", i/30)
		r := &room{Schema: roomSchema, Room: name, Centre: base.Centre, Date: base.SessionDate}
		for k := i; k < min(i+30, n); k++ {
			own := *base
			own.Session = fmt.Sprintf("%s-%02d", name, k-i)
			own.Candidate = engine.Candidate{BirthDate: fmt.Sprintf("2008-%02d-%02d", 1+k%12, 1+k%28), BirthPlace: "Valbrume", FamilyName: family[k%6], GivenNames: given[k%5]}
			put("records/"+own.Session+".json", own.Encode())
			c := own.Candidate
			r.Candidates = append(r.Candidates, enrolment{
				BirthDate: c.BirthDate, BirthPlace: c.BirthPlace, Class: []string{"3e A", "3e B", ""}[k%3], Competences: 16,
				FamilyName: c.FamilyName, GivenNames: c.GivenNames, Prescriber: []string{"", "Agence SPECIMEN", "Région SPECIMEN"}[i/30%3], Session: own.Session,
			})
		}
		data, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		put("rooms/"+name+".json", data)
	}
	return dir
}

// TestDeliver issues attestations, delivers them, and sees that what is handed
// out is what was issued; with -delivered, how long it takes beside the issue.
func TestDeliver(t *testing.T) {
	t.Parallel()
	n := *delivered
	dir := layDeliveries(t, n)
	at := "2026-11-02"
	timed := func(what string, args ...string) {
		t.Helper()
		runtime.GC()
		start := time.Now()
		out := testRun(t, append(args, "-w", dir, "-at", at)...)
		t.Logf("%s: %v, %d MB from the system\n%s", what, time.Since(start).Round(time.Millisecond), fromSystem()>>20, strings.TrimSpace(out))
	}
	timed("issue", "issue", "-deliver=false")
	timed("deliver", "deliver")
	timed("deliver again", "deliver")
	w, err := openWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	zips, err := filepath.Glob(w.path("deliveries", "*", "attestations.zip"))
	classes, _ := filepath.Glob(w.path("deliveries", "*", "class-*", "attestations.zip"))
	if err != nil || len(zips) < n/30 || len(classes) < 2*(n/30) {
		t.Fatalf("%d archives of rooms and prescribers, %d of classes (%v)", len(zips), len(classes), err)
	}
	for _, path := range append(zips, classes...) {
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range z.File {
			number, form, _ := strings.Cut(strings.TrimSuffix(file.Name, ".pdf"), ".")
			f, err := w.issued(number)
			if err != nil {
				t.Fatal(err)
			}
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			h := sha256.New()
			if _, err := io.Copy(h, r); err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(h.Sum(nil)); got != f.Forms[form] {
				t.Fatalf("%s: %s is not the file that was issued", path, file.Name)
			}
			checked++
		}
		z.Close()
	}
	if checked < 2*n {
		t.Errorf("%d files in archives for %d attestations in two forms", checked, n)
	}
	if n > 100 {
		return
	}
	// An attestation that is erased is nowhere, in whatever file.
	f, err := w.issued("2026-0000001")
	if err != nil {
		t.Fatal(err)
	}
	code := []byte(f.Code)
	testRun(t, "erase", "2026-0000001", "-w", dir, "-at", "2026-11-03", "-reason", "request")
	err = filepath.WalkDir(w.path("deliveries"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		// The attached text of each PDF in an archive holds the code in the open.
		if bytes.Contains(data, code) || strings.HasSuffix(path, ".csv") && bytes.Contains(data, []byte("2026-0000001")) {
			t.Errorf("%s still holds who was erased", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDeliverInterrupted stops deliveries half-way, at several places, and sees
// that the next run ends with the bytes of an undisturbed one.
func TestDeliverInterrupted(t *testing.T) {
	t.Parallel()
	dir := layDeliveries(t, 34)
	testRun(t, "issue", "-w", dir, "-at", "2026-11-02")
	w, err := openWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := hashTree(t, w.path("deliveries"))
	for i := range 4 {
		if err := os.RemoveAll(w.path("deliveries")); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		time.AfterFunc(time.Duration(i*20)*time.Millisecond, stop)
		_ = run(ctx, []string{"deliver", "-w", dir, "-at", "2026-11-02"}, nil, io.Discard, io.Discard)
		stop()
		// What stands is whole.
		states, _ := filepath.Glob(w.path("deliveries", stateFolder, "*.json"))
		for _, path := range states {
			folder := strings.TrimSuffix(filepath.Base(path), ".json")
			if _, err := os.Stat(w.path("deliveries", folder)); err == nil && !w.readDeliveryState(folder).stands(w.path("deliveries", folder)) {
				t.Errorf("%s is not whole", folder)
			}
		}
		testRun(t, "deliver", "-w", dir, "-at", "2026-11-02")
		if got := hashTree(t, w.path("deliveries")); got != want {
			t.Fatalf("after an interruption deliveries are others")
		}
	}
}

// hashTree is a digest of the files of a folder, hidden ones left out.
func hashTree(t testing.TB, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %x\n", path, sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// fromSystem is the memory that the program holds, in bytes.
func fromSystem() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}
