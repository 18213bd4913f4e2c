package check

import (
	"encoding/json"
	"os"
	"testing"
)

// TestReasonsAgree: the pages' scripts say the same sentences, from the site's
// wording. A mistyped code alone they explain in more detail, while it is typed.
func TestReasonsAgree(t *testing.T) {
	data, err := os.ReadFile("../../site/messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]struct {
		Check struct {
			Reasons map[Reason]string `json:"reasons"`
		} `json:"check"`
	}
	if err := json.Unmarshal(data, &messages); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		reasons := messages[lang].Check.Reasons
		if len(reasons) == 0 {
			t.Fatalf("%s: no reasons in the wording of the site", lang)
		}
		for r := range sentences {
			if r != reasonCodeTyped && reasons[r] != r.In(lang) {
				t.Errorf("%s, %s: the site says %q, we say %q", lang, r, reasons[r], r.In(lang))
			}
		}
		for r := range reasons {
			if r.In(lang) == "" {
				t.Errorf("%s: the site has a reason %q that no check gives", lang, r)
			}
		}
	}
}
