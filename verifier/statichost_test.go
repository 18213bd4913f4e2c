package main

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/content"
	"etalon/site"
	"etalon/verifier/internal/testsite"
)

// TestStaticHost: nginx, with the configuration of deploy/, answers as the
// verifier itself does, address by address and header by header, and a
// verification over it works, with either of two verifiers behind it stopped.
func TestStaticHost(t *testing.T) {
	t.Parallel()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx = "/usr/sbin/nginx"; !exists(nginx) {
			t.Skip("skipped: nginx is not installed (Debian: nginx-light)")
		}
	}
	p := prepare(t)
	wholeSite(t, p.dir)
	behind := []*process{{dir: p.dir}, {dir: p.dir}}
	for _, v := range behind {
		v.launch(t, p.dir, "-rate", "-1", "-proxies", "1")
	}
	host := serveNginx(t, nginx, p.dir, behind)

	var addresses []string
	err = fs.WalkDir(os.DirFS(p.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			addresses = append(addresses, "/"+name+"/")
		}
		// A folder that is no page is "not found" here, and there too, but one
		// redirection later.
		if !d.IsDir() || exists(filepath.Join(p.dir, name, "index.html")) {
			addresses = append(addresses, "/"+name)
		}
		return nil
	})
	if err != nil || len(addresses) < 300 {
		t.Fatalf("%d addresses (%v)", len(addresses), err)
	}
	addresses = append(addresses, "/", "/v", "/fr", "/fr?x=1", "/none", "/none/", "/assets/none.0123456789ab.js",
		"/registry/ab/none", "/status/9.json", "/.git/config", "/fr/.hidden", "/verify", "/healthz", "/api/v1/openapi.json", "/api/v1/verify", "/api/none")
	for _, method := range []string{"GET", "HEAD"} {
		for _, address := range addresses {
			want, got := answerAt(t, method, behind[0].base+address), answerAt(t, method, host+address)
			if got != want {
				t.Errorf("%s %s: nginx answers\n%s\nand the verifier\n%s", method, address, got, want)
			}
		}
	}

	// A verification over the host, by the code and over the API.
	roots := filepath.Join(p.dir, "roots.json")
	for _, question := range []string{p.code, p.qr} {
		if err := run(t.Context(), []string{"check", "-site", host, "-roots", roots, "-state", "none", question}, nil, io.Discard, io.Discard); err != nil {
			t.Errorf("verifier check -site %s: %v", host, err)
		}
	}
	p.base = host
	for i, v := range behind {
		if verdict := p.verdict(t, fmt.Sprintf("{\"code\":%q}", p.code)); verdict != "valid" {
			t.Errorf("verdict %s with %d verifiers stopped", verdict, i)
		}
		v.stop(t)
	}
	// Without any, the pages and the files are there all the same.
	for _, address := range []string{"/v", "/keys.json", "/fr/verifier/"} {
		if got := answerAt(t, "GET", host+address); !strings.HasPrefix(got, "200\n") {
			t.Errorf("%s without a verifier: %s", address, got)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// wholeSite puts every page beside the issuer's files.
func wholeSite(t *testing.T, dir string) {
	t.Helper()
	r, err := content.Default()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := site.Build(r, site.Config{Address: testsite.Address, Issuer: "TEST Issuer", Specimen: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := (&testsite.Site{Files: pages}).Write(dir); err != nil {
		t.Fatal(err)
	}
}

// serveNginx runs deploy/nginx.conf over a folder, its places and ports alone
// replaced.
func serveNginx(t *testing.T, nginx, public string, behind []*process) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	text := readText(t, "deploy/nginx.conf")
	for _, r := range [][2]string{
		{"listen 8080;", "listen " + address + ";"},
		{"root /srv/etalon/public;", "root " + public + ";"},
		{"server 127.0.0.1:8081;", "server " + strings.TrimPrefix(behind[0].base, "http://") + ";"},
		{"server 127.0.0.1:8082;", "server " + strings.TrimPrefix(behind[1].base, "http://") + ";"},
	} {
		if strings.Count(text, r[0]) != 1 {
			t.Fatalf("deploy/nginx.conf holds %q %d times", r[0], strings.Count(text, r[0]))
		}
		text = strings.Replace(text, r[0], r[1], 1)
	}
	dir := t.TempDir()
	// Run by root, nginx changes its user, who must reach the files.
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	whole := fmt.Sprintf("%s daemon off; worker_processes 1; pid %s/pid; error_log %[2]s/error.log warn;\nevents { }\nhttp {\n"+
		"client_body_temp_path %[2]s/body; proxy_temp_path %[2]s/proxy; fastcgi_temp_path %[2]s/f; uwsgi_temp_path %[2]s/u; scgi_temp_path %[2]s/s;\n%s}\n", user, dir, text)
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(whole), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(nginx, "-t", "-p", dir, "-e", dir+"/error.log", "-c", conf).CombinedOutput(); err != nil || strings.Contains(string(out), "[warn]") {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	cmd := exec.Command(nginx, "-p", dir, "-e", dir+"/error.log", "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if log := readText(t, dir+"/error.log"); strings.Contains(log, "registry/") {
			t.Errorf("the log of nginx holds a locator:\n%s", log)
		}
	})
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return "http://" + address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nginx does not listen:\n%s", readText(t, dir+"/error.log"))
	return ""
}

// answerAt is what matters of an answer: the status, the headers, and the body
// of a page or a file that is there.
func answerAt(t *testing.T, method, address string) string {
	t.Helper()
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintln(&b, resp.StatusCode)
	names := []string{
		"Location", "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy", "Content-Security-Policy",
		"Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options",
	}
	if resp.StatusCode == http.StatusOK {
		names = append(names, "Content-Type", "Cache-Control")
	}
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %q\n", name, resp.Header.Values(name))
	}
	if resp.StatusCode == http.StatusOK {
		fmt.Fprintf(&b, "%d bytes\n", len(body))
	}
	return b.String()
}
