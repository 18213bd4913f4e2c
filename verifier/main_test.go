package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/content"
	"etalon/signing"
	"etalon/site"
	"etalon/verifier/internal/testsite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"verifier": main})
}

// TestCommand runs testdata/script/*.txt in a folder that holds public/ (a
// TEST issuer, Now its moment), attestations/ (PDFs) and roots.json.
func TestCommand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: setup,
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"status": exitStatus, "serve": serveAndAsk},
	})
}

func setup(env *testscript.Env) error {
	issuer := testsite.New()
	valid, revoked := issuer.Issue(nil), issuer.Issue(nil)
	expired := issuer.Issue(func(c *signing.Credential) { c.ExpiresOn = signing.DateOf(testsite.Now) - 1 })
	issuer.Set(revoked, signing.Revoked)
	issuer.Publish()
	r, err := content.Default()
	if err != nil {
		return err
	}
	pages, err := site.Build(r, site.Config{Address: testsite.Address, Issuer: "TEST Issuer", Specimen: true})
	if err != nil {
		return err
	}
	for _, name := range []string{"index.html", "v/index.html"} {
		issuer.Files[name] = pages[name]
	}
	dir := filepath.Join(env.WorkDir, "public")
	if err := issuer.Write(dir); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"attestations/1.pdf":       valid.PDF["fr"],
		"attestations/2.PDF":       revoked.PDF["fr"],
		"attestations/old/3.pdf":   expired.PDF["en"],
		"attestations/LISEZ-MOI":   []byte("not a PDF"),
		"edited.pdf":               []byte(strings.Replace(string(valid.PDF["fr"]), "TEST", "EDIT", 1)),
		"roots.json":               issuer.Files["roots.json"],
		"stranger.json":            []byte(`{"leastSequence":1,"roots":["` + testsite.Key("stranger").Public().Multikey() + `"]}`),
		"texts":                    []byte(valid.QR + "\n\n  " + revoked.Code.String() + "\n"),
		"later.json":               []byte(strings.Replace(string(issuer.Files["roots.json"]), `"leastSequence":1`, `"leastSequence":8`, 1)),
		"attestations/old/no.json": []byte("{}"),
	} {
		path := filepath.Join(env.WorkDir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	mangled := []byte(valid.QR)
	mangled[len(mangled)-1] ^= 1
	env.Setenv("QR", valid.QR)
	env.Setenv("MANGLED", string(mangled))
	env.Setenv("CODE", valid.Code.String())
	env.Setenv("REVOKED", revoked.Code.String())
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	env.Setenv("LC_ALL", "en_GB.UTF-8")
	return nil
}

// exitStatus runs a command that must end with an exact status: status 2 verifier …
func exitStatus(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d\n%s", got, want, ts.ReadFile("stderr"))
	}
}

// serveAndAsk starts the server on a free port, asks for an address, stops it
// with SIGTERM and demands a clean end: serve PATH WANTED FLAGS….
func serveAndAsk(ts *testscript.TestScript, _ bool, args []string) {
	path, wanted := args[0], args[1]
	exe, err := os.Executable()
	ts.Check(err)
	cmd := exec.Command(exe, append(args[2:], "-addr", "127.0.0.1:0")...)
	cmd.Args[0] = "verifier" // testscript.Main runs the command of this name
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+ts.Getenv("XDG_CONFIG_HOME"))
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	defer cmd.Process.Kill()
	said := make([]byte, 0, 4096)
	var base, metrics string
	for base == "" {
		buf := make([]byte, 512)
		n, err := stderr.Read(buf)
		said = append(said, buf[:n]...)
		if err != nil {
			ts.Fatalf("the server ended: %s", said)
		}
		if _, rest, ok := strings.Cut(string(said), " on http://"); ok && strings.Contains(rest, "\n") {
			line, _, _ := strings.Cut(rest, "\n")
			base, metrics, _ = strings.Cut(line, ", metrics on ")
		}
	}
	go io.Copy(io.Discard, stderr)
	address := "http://" + base + path
	if path == "/metrics" {
		address = metrics
	}
	client := &http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(address)
	ts.Check(err)
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	ts.Check(err)
	if !strings.Contains(string(body), wanted) {
		ts.Fatalf("%s: status %d, want %q in\n%.600s", path, resp.StatusCode, wanted, body)
	}
	client.CloseIdleConnections()
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		ts.Check(err)
	case <-time.After(15 * time.Second):
		ts.Fatalf("the server did not stop")
	}
}

// TestLinks: a verifier can neither write a PDF nor hold a key file.
func TestLinks(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "etalon/verifier").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	found := false
	for _, d := range deps {
		found = found || d == "etalon/signing"
		for _, banned := range []string{"go-pdf/fpdf", "go-qrcode", "filippo.io/age", "etalon/generator", "etalon/engine", "etalon/testdata", "testsite"} {
			if strings.Contains(d, banned) {
				t.Errorf("the verifier links %s", d)
			}
		}
	}
	if !found {
		t.Errorf("%d packages listed, etalon/signing not among them", len(deps))
	}
}
