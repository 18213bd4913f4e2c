package attestation

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

// TestLongestOffice gives issuer and signatory, each alone and all together,
// the longest texts that each form takes: nothing may leave its frame or touch.
func TestLongestOffice(t *testing.T) {
	const words = "Établissement national de certification des compétences numériques interministérielles – Ștefănescu-Nguyễn "
	text := func(n int) string { return strings.TrimSpace(string([]rune(strings.Repeat(words, 8))[:n])) }
	fields := map[string]func(d *Document, s string){
		"issuer":         func(d *Document, s string) { d.Issuer = s },
		"signatory name": func(d *Document, s string) { d.Signatory.Name = s },
		"signatory role": func(d *Document, s string) { d.Signatory.Role = content.Text{FR: s, EN: s + "x"} },
	}
	for _, form := range Forms {
		for _, change := range []func(*signing.Credential){long, profile} {
			c := sample(change)
			fresh := func() Document {
				d := document(t, content.FR, c)
				d.Form = form
				return d
			}
			all := fresh()
			for field, put := range fields {
				longest := sort.Search(700, func(n int) bool {
					d := fresh()
					put(&d, text(n+1))
					_, err := lay(d, false)
					return err != nil
				})
				if longest < 60 || longest == 700 {
					t.Errorf("%s: %s takes %d letters", form, field, longest)
					continue
				}
				d := fresh()
				put(&d, text(longest))
				put(&all, text(longest))
				checkLaid(t, fmt.Sprintf("%s, %s of %d letters", form, field, longest), d)
			}
			checkLaid(t, string(form)+", all long", all)
		}
	}
}

// checkLaid draws a document and checks where its lines stand.
func checkLaid(t *testing.T, name string, d Document) {
	t.Helper()
	p, err := lay(d, true)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	checkBoxes(t, name, p.boxes)
}
