package leaf

import (
	"bytes"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	p := &Page{Lang: "fr", Title: "Un <titre>", Body: `<h1>A</h1><svg><style>text{fill:red}</style></svg>`}
	page := p.HTML()
	if !bytes.Equal(page, p.HTML()) {
		t.Error("two runs differ")
	}
	text := string(page)
	for _, want := range []string{"<title>Un &lt;titre&gt;</title>", `lang="fr"`, "default-src &#39;none&#39;", "text{fill:red}"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if n := strings.Count(text, "sha256-"); n != 2 {
		t.Errorf("%d hashes of styles, want 2: the page's and the chart's", n)
	}
	for _, never := range []string{"http://", "https://", "<script", "url(", "unsafe-inline"} {
		if strings.Contains(text, never) {
			t.Errorf("holds %s", never)
		}
	}
}
