package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// A job is what deploy/kubernetes.yaml has pods do.
type job struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		CompletionMode string
		Completions    int
		Template       jobPod
		JobTemplate    struct{ Spec struct{ Template jobPod } }
	}
}

type jobPod struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		AutomountServiceAccountToken *bool
		SecurityContext              struct {
			RunAsUser      int
			SeccompProfile struct{ Type string }
		}
		InitContainers, Containers []struct {
			Name            string
			Args            []string
			SecurityContext struct {
				ReadOnlyRootFilesystem   bool
				AllowPrivilegeEscalation *bool
			}
		}
	}
}

// readJobs reads the manifests, by name.
func readJobs(t *testing.T) map[string]job {
	t.Helper()
	data, err := os.ReadFile("deploy/kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	jobs := make(map[string]job)
	in := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document any
		if err := in.Decode(&document); errors.Is(err, io.EOF) {
			return jobs
		} else if err != nil {
			t.Fatal(err)
		}
		// By way of JSON, which finds runAsUser in RunAsUser.
		plain, err := json.Marshal(document)
		var one job
		if err == nil {
			err = json.Unmarshal(plain, &one)
		}
		if err != nil {
			t.Fatal(err)
		}
		jobs[one.Metadata.Name] = one
	}
}

// TestJobs does what the manifests have a cluster do, with their arguments: the
// plan, eight shards, the closing run, the weekly publication. The result is, byte
// for byte, that of a single `issue`.
func TestJobs(t *testing.T) {
	jobs := readJobs(t)
	one, eight := t.TempDir(), t.TempDir()
	pass := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(pass, []byte("TEST passphrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(seed byte, args ...string) {
		t.Helper()
		var out bytes.Buffer
		e := &env{stdout: &out, stderr: &out, now: func() time.Time { return time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC) }, rand: testRandom(seed)}
		if err := e.run(t.Context(), args); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, &out)
		}
	}
	for _, dir := range []string{one, eight} {
		run(1, "init", filepath.Join(dir, "w"), "-issuer", "TEST", "-address", "https://etalon.test", "-signatory", "TEST", "-specimen", "-sample")
		in := filepath.Join(dir, "w", "inbox")
		run(2, "intake", "-w", filepath.Join(dir, "w"), "-candidates", filepath.Join(in, "candidates.csv"), "-answers", filepath.Join(in, "answers.csv"), "-logs", filepath.Join(in, "logs"))
		run(3, "keys", "init", "-w", filepath.Join(dir, "w"), "-root", filepath.Join(dir, "root"), "-passphrase-file", pass)
		run(4, "score", "-w", filepath.Join(dir, "w"))
		for _, session := range []string{"valbrume-2026-09-14-05", "valbrume-2026-09-14-06"} {
			run(5, "decide", session, "dismiss", "-by", "Jury", "-reason", "TEST", "-w", filepath.Join(dir, "w"))
		}
		run(6, "finalise", "-accept", "-by", "Jury", "-w", filepath.Join(dir, "w"))
	}
	run(7, "issue", "-w", filepath.Join(one, "w"), "-passphrase-file", pass)
	run(8, "publish", "-w", filepath.Join(one, "w"), "-passphrase-file", pass)

	// In a pod the workspace is /work and the passphrase a secret.
	container := func(args []string) []string {
		here := slices.Clone(args)
		for i, a := range here {
			switch {
			case a == "/work":
				here[i] = filepath.Join(eight, "w")
			case a == "/run/secrets/etalon/passphrase":
				here[i] = pass
			case strings.Contains(a, "/") && a != "job/8":
				t.Errorf("%v: %s is nowhere in a pod", args, a)
			}
		}
		return here
	}
	runJob := func(name string, pod jobPod) {
		t.Helper()
		if pod.Metadata.Labels["app.kubernetes.io/name"] != "generator" || pod.Spec.AutomountServiceAccountToken == nil ||
			*pod.Spec.AutomountServiceAccountToken || pod.Spec.SecurityContext.RunAsUser != 65532 || pod.Spec.SecurityContext.SeccompProfile.Type != "RuntimeDefault" {
			t.Errorf("%s: the pod is not closed as it should be: %+v", name, pod)
		}
		containers := slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
		if len(containers) == 0 {
			t.Fatalf("no job %s", name)
		}
		for _, c := range containers {
			if s := c.SecurityContext; !s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation {
				t.Errorf("%s: the container %s is not closed as it should be", name, c.Name)
			}
			run(7, container(c.Args)...)
		}
	}
	runJob("issue-plan", jobs["issue-plan"].Spec.Template)
	shards := jobs["issue-shards"]
	if shards.Spec.CompletionMode != "Indexed" || shards.Spec.Completions != 8 {
		t.Errorf("%d shards, %s", shards.Spec.Completions, shards.Spec.CompletionMode)
	}
	for i := range shards.Spec.Completions {
		t.Setenv(jobIndex, strconv.Itoa(i))
		runJob("issue-shards", shards.Spec.Template)
	}
	runJob("issue-close", jobs["issue-close"].Spec.Template)
	for _, room := range []string{"issued", "attestations", "public", "deliveries"} {
		a, err1 := filesIn(filepath.Join(one, "w", room))
		b, err2 := filesIn(filepath.Join(eight, "w", room))
		if err := errors.Join(err1, err2); err != nil || len(a) == 0 || len(a) != len(b) {
			t.Errorf("%s: %d files and %d (%v)", room, len(a), len(b), err)
		}
		for name, data := range a {
			// What deliveries notes for itself of files is when they changed.
			if b[name] != data && !strings.HasPrefix(name, ".state/") {
				t.Errorf("%s/%s is not what a single run writes", room, name)
			}
		}
	}
	runJob("publish", jobs["publish"].Spec.JobTemplate.Spec.Template)

	t.Setenv(jobIndex, "")
	if _, err := parseShard("job/8"); err == nil || !strings.Contains(err.Error(), jobIndex) {
		t.Errorf("outside a job: %v", err)
	}
}
