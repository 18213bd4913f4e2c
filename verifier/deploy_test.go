package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// resource is what deploy/kubernetes.yaml says of one thing, as far as it must
// agree with the program or with the rest of the file.
type resource struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Selector    any
		PodSelector struct{ MatchLabels map[string]string }
		PolicyTypes []string
		Ingress     []struct{ Ports []struct{ Port int } }
		Ports       []struct{ Name, TargetPort string }
		Rules       []struct {
			HTTP struct {
				Paths []struct {
					Backend struct {
						Service struct {
							Name string
							Port struct{ Name string }
						}
					}
				}
			}
		}
		ScaleTargetRef struct{ Kind, Name string }
		MinReplicas    int
		Template       struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				AutomountServiceAccountToken  *bool
				TerminationGracePeriodSeconds int
				SecurityContext               struct {
					RunAsNonRoot   bool
					RunAsUser      int
					SeccompProfile struct{ Type string }
				}
				Containers []container
			}
		}
	}
}

type container struct {
	Image           string
	Env             []struct{ Name, Value string }
	SecurityContext struct {
		AllowPrivilegeEscalation *bool
		ReadOnlyRootFilesystem   bool
		Capabilities             struct{ Drop []string }
	}
	Ports []struct {
		Name          string
		ContainerPort int
	}
	Resources                                   struct{ Limits struct{ CPU, Memory string } }
	StartupProbe, ReadinessProbe, LivenessProbe struct{ HTTPGet struct{ Path, Port string } }
	Lifecycle                                   struct {
		PreStop struct{ Sleep struct{ Seconds int } }
	}
	VolumeMounts []mount
}

type mount struct {
	MountPath string
	ReadOnly  bool
}

// resources reads a file of manifests.
func resources(t *testing.T, path string) map[string]resource {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]resource{}
	in := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document any
		err := in.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all
		}
		// By way of JSON, which finds matchLabels in MatchLabels.
		var one resource
		var plain []byte
		if err == nil {
			plain, err = json.Marshal(document)
		}
		if err == nil {
			err = json.Unmarshal(plain, &one)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, twice := all[one.Kind]; twice || one.Kind == "" {
			t.Errorf("%s: %q stands there twice", path, one.Kind)
		}
		all[one.Kind] = one
	}
}

// TestManifests: what deploy/kubernetes.yaml promises and names agrees with the
// program, the image and itself.
func TestManifests(t *testing.T) {
	t.Parallel()
	all := resources(t, "deploy/kubernetes.yaml")
	for _, kind := range []string{"Namespace", "Deployment", "Service", "Ingress", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"} {
		if _, ok := all[kind]; !ok {
			t.Errorf("no %s", kind)
		}
	}
	deployment := all["Deployment"]
	pod := deployment.Spec.Template.Spec
	if len(pod.Containers) != 1 {
		t.Fatalf("%d containers", len(pod.Containers))
	}
	c := pod.Containers[0]
	for _, must := range []struct {
		holds bool
		what  string
	}{
		{pod.AutomountServiceAccountToken != nil && !*pod.AutomountServiceAccountToken, "no token of a service account"},
		{pod.SecurityContext.RunAsNonRoot && pod.SecurityContext.RunAsUser == 65532, "the image's user"},
		{pod.SecurityContext.SeccompProfile.Type == "RuntimeDefault", "the runtime's seccomp profile"},
		{c.SecurityContext.ReadOnlyRootFilesystem, "a read-only root"},
		{c.SecurityContext.AllowPrivilegeEscalation != nil && !*c.SecurityContext.AllowPrivilegeEscalation, "no more privileges"},
		{slices.Equal(c.SecurityContext.Capabilities.Drop, []string{"ALL"}), "no capability"},
		{c.Resources.Limits.Memory != "" && c.Resources.Limits.CPU != "", "limits"},
		{pod.TerminationGracePeriodSeconds > c.Lifecycle.PreStop.Sleep.Seconds+20, "time to finish requests (see drainTimeout of the server)"},
		{!strings.HasSuffix(c.Image, ":latest") && strings.Contains(c.Image[strings.LastIndex(c.Image, "/"):], ":"), "an image of a version"},
		{all["HorizontalPodAutoscaler"].Spec.MinReplicas >= 2 && all["HorizontalPodAutoscaler"].Spec.ScaleTargetRef.Name == deployment.Metadata.Name, "two replicas or more"},
		{slices.Equal(all["NetworkPolicy"].Spec.PolicyTypes, []string{"Ingress", "Egress"}), "a policy for both directions"},
	} {
		if !must.holds {
			t.Errorf("the pod must have %s", must.what)
		}
	}
	ports := map[string]int{}
	for _, p := range c.Ports {
		ports[p.Name] = p.ContainerPort
	}
	// Whoever selects the pods selects these.
	labels := deployment.Spec.Template.Metadata.Labels
	for _, kind := range []string{"Deployment", "Service", "PodDisruptionBudget"} {
		if said := fmt.Sprint(all[kind].Spec.Selector); !strings.Contains(said, fmt.Sprint(labels)) {
			t.Errorf("%s selects %s, the pods are %v", kind, said, labels)
		}
	}
	if got := all["NetworkPolicy"].Spec.PodSelector.MatchLabels; fmt.Sprint(got) != fmt.Sprint(labels) {
		t.Errorf("NetworkPolicy selects %v", got)
	}
	for kind, r := range all {
		if kind != "Namespace" && r.Metadata.Namespace != all["Namespace"].Metadata.Name {
			t.Errorf("%s is in namespace %q", kind, r.Metadata.Namespace)
		}
	}
	// The way in: ingress, service, port, and the policy that lets it through.
	service := all["Service"]
	backend := all["Ingress"].Spec.Rules[0].HTTP.Paths[0].Backend.Service
	if backend.Name != service.Metadata.Name || backend.Port.Name != service.Spec.Ports[0].Name || ports[service.Spec.Ports[0].TargetPort] == 0 {
		t.Errorf("ingress to %+v, service %+v, ports %v", backend, service.Spec.Ports, ports)
	}
	var open []int
	for _, from := range all["NetworkPolicy"].Spec.Ingress {
		for _, p := range from.Ports {
			open = append(open, p.Port)
		}
	}
	for name, port := range ports {
		if !slices.Contains(open, port) {
			t.Errorf("port %s, %d, is closed by the policy: %v", name, port, open)
		}
	}
	dockerfile := readText(t, "deploy/Dockerfile")
	for _, line := range []string{"USER 65532:65532", fmt.Sprintf("EXPOSE %d", ports["http"]), fmt.Sprintf("ENV ETALON_ADDR=:%d", ports["http"])} {
		if !strings.Contains(dockerfile, line) {
			t.Errorf("Dockerfile lacks %q", line)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestManifestRuns: a verifier started with the variables of the manifest, its
// places alone replaced, answers at the paths of the probes.
func TestManifestRuns(t *testing.T) {
	t.Parallel()
	c := resources(t, "deploy/kubernetes.yaml")["Deployment"].Spec.Template.Spec.Containers[0]
	p := prepare(t)
	files := httptest.NewServer(http.FileServer(http.Dir(p.dir)))
	defer files.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state.json")
	here := map[string]string{
		"ETALON_SITE": files.URL, "ETALON_ADDR": "127.0.0.1:0", "ETALON_METRICS": "127.0.0.1:0",
		"ETALON_ROOTS": filepath.Join(p.dir, "roots.json"), "ETALON_STATE": state,
	}
	cmd := exec.Command(exe)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}
	ports := map[string]string{}
	for _, port := range c.Ports {
		ports[port.Name] = fmt.Sprintf(":%d", port.ContainerPort)
	}
	for _, e := range c.Env {
		value := e.Value
		if flag, ours := strings.CutPrefix(e.Name, environment); ours {
			if !strings.Contains(usage, " -"+strings.ToLower(flag)+" ") {
				t.Errorf("%s is no flag's variable", e.Name)
			}
		}
		switch e.Name {
		case "ETALON_ADDR":
			if value != ports["http"] {
				t.Errorf("listens on %s, the port is %s", value, ports["http"])
			}
		case "ETALON_METRICS":
			if value != ports["metrics"] {
				t.Errorf("metrics on %s, the port is %s", value, ports["metrics"])
			}
		case "ETALON_ROOTS", "ETALON_STATE":
			if !slices.Contains(c.VolumeMounts, mount{filepath.Dir(value), e.Name == "ETALON_ROOTS"}) {
				t.Errorf("%s: %s is mounted nowhere, or not as it must be", e.Name, value)
			}
		}
		if other, ok := here[e.Name]; ok {
			value = other
			delete(here, e.Name)
		}
		cmd.Env = append(cmd.Env, e.Name+"="+value)
	}
	if len(here) > 0 {
		t.Errorf("the manifest does not set %v", here)
	}
	p.follow(t, cmd)
	for _, probe := range []struct{ Path, Port string }{c.StartupProbe.HTTPGet, c.ReadinessProbe.HTTPGet, c.LivenessProbe.HTTPGet} {
		resp, err := http.Get(p.base + probe.Path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if probe.Path == "" || probe.Port != "http" || resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("probe %+v: %s", probe, resp.Status)
		}
	}
	if v := p.verdict(t, fmt.Sprintf("{\"code\":%q}", p.code)); v != "valid" {
		t.Errorf("verdict %s", v)
	}
	if _, err := os.Stat(state); err != nil {
		t.Errorf("no state kept: %v", err)
	}
	p.stop(t)
}

// checkedAt is the one thing in an answer that hangs on the moment.
var checkedAt = regexp.MustCompile(`"checkedAt":"[^"]*",?`)

// TestReplicas: any number of verifiers over one issuer's files answer alike,
// byte for byte but for the moment of the check; one that is stopped changes
// nothing for the others.
func TestReplicas(t *testing.T) {
	t.Parallel()
	p := prepare(t)
	replicas := []*process{{dir: p.dir}, {dir: p.dir}, {dir: p.dir}}
	for _, r := range replicas {
		r.launch(t, p.dir, "-rate", "-1", "-proxies", "1")
	}
	questions := []string{fmt.Sprintf("{\"qr\":%q}", p.qr), fmt.Sprintf("{\"code\":%q}", p.code), `{"qr":"1"}`, `{"code":"P-00000-00000-00000-00000-0"}`, `{`}
	compare := func(replicas []*process) {
		t.Helper()
		for _, q := range questions {
			var first string
			for i, r := range replicas {
				got, err := ask(http.DefaultClient, r.base+"/api/v1/verify", "application/json", q)
				if err != nil {
					t.Fatal(err)
				}
				got = checkedAt.ReplaceAllString(got, "")
				if i == 0 {
					first = got
				} else if got != first {
					t.Errorf("%s: %s\nand\n%s", q, first, got)
				}
			}
		}
	}
	compare(replicas)
	replicas[0].stop(t)
	compare(replicas[1:])
}
