//go:build linux

package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// nobody is the user of the image.
const nobody = 65532

// TestImage: what the Dockerfile builds is one static program that needs
// nothing around it: it runs in a folder that holds itself, the roots and the
// issuer's files alone, as a user who may write nowhere.
func TestImage(t *testing.T) {
	t.Parallel()
	build := regexp.MustCompile(`(?m)^RUN CGO_ENABLED=0 .*go build (-trimpath -ldflags '-s -w') -o /out/ \./generator \./verifier$`).FindStringSubmatch(readText(t, "deploy/Dockerfile"))
	if build == nil {
		t.Fatal("the Dockerfile builds otherwise than this test")
	}
	p := prepare(t)
	root := t.TempDir()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "verifier"), ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := elf.Open(filepath.Join(root, "verifier"))
	if err != nil {
		t.Skipf("skipped: not a system that runs images: %v", err)
	}
	for _, s := range program.Progs {
		if s.Type == elf.PT_INTERP {
			t.Error("the program is not static")
		}
	}
	program.Close()
	if info, err := os.Stat(filepath.Join(root, "verifier")); err != nil || info.Size() > 20<<20 {
		t.Errorf("%d bytes (%v), want at most 20 MiB", info.Size(), err)
	} else {
		t.Logf("%.1f MB", float64(info.Size())/1e6)
	}
	if err := os.CopyFS(filepath.Join(root, "public"), os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	// Whoever the test is, the image's user may read and write nothing.
	for at := root; at != filepath.Dir(os.TempDir()) && at != "/"; at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			break // the system's own folder
		}
	}
	cmd = exec.Command("/verifier", "-site", "/public", "-roots", "/public/roots.json", "-state", "/state/state.json", "-addr", "127.0.0.1:0")
	cmd.Dir, cmd.Env = "/", []string{"GOMEMLIMIT=144MiB"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if me := os.Getuid(); me != 0 {
		// Without root, a world of one user, who is the image's there.
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: me, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getgid(), Size: 1}}
		cmd.SysProcAttr.Credential.NoSetGroups = true
	}
	p.follow(t, cmd)
	for _, question := range []string{fmt.Sprintf("{\"qr\":%q}", p.qr), fmt.Sprintf("{\"code\":%q}", p.code)} {
		if v := p.verdict(t, question); v != "valid" {
			t.Errorf("verdict %s", v)
		}
	}
	status := readText(t, fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if !strings.Contains(status, "CapEff:\t0000000000000000") {
		t.Error("the program has capabilities")
	}
	if mb := p.resident("VmHWM"); mb == 0 || mb > 64 {
		t.Errorf("%.1f MB", mb)
	}
	if found, err := os.ReadDir(root); err != nil || len(found) != 2 {
		t.Errorf("the folder holds %v (%v)", found, err)
	}
	p.stop(t)
}
