package export

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"etalon/content"
)

// licence of the texts, by its SPDX name and its address.
const (
	licence        = "Apache-2.0"
	licenceAddress = "https://www.apache.org/licenses/LICENSE-2.0"
)

// Document is the whole referential as data/referential.json holds it.
type Document struct {
	JSONSchema  string       `json:"$schema"`
	Schema      string       `json:"schema"` // etalon-referential/1
	Address     string       `json:"address"`
	Licence     string       `json:"licence"`
	Edition     Edition      `json:"edition"`
	Domains     []Domain     `json:"domains"`
	Competences []Competence `json:"competences"`
	Themes      []Theme      `json:"themes"`
	Bands       []Band       `json:"bands"`
	Levels      []Level      `json:"levels"`
}

// Edition is the version that is published.
type Edition struct {
	ID      string       `json:"id"`
	Date    string       `json:"date"`
	Ceiling int          `json:"ceiling"` // highest level that can be reached
	Title   content.Text `json:"title"`
}

// Domain is one of 5.
type Domain struct {
	ID          string       `json:"id"`
	Number      int          `json:"number"`
	Title       content.Text `json:"title"`
	Definition  content.Text `json:"definition"`
	Competences []string     `json:"competences"` // codes
}

// Competence is one of 16.
type Competence struct {
	ID          string       `json:"id"`
	Code        string       `json:"code"`
	Domain      int          `json:"domain"`
	Title       content.Text `json:"title"`
	Definition  content.Text `json:"definition"`
	Themes      []string     `json:"themes"` // keys
	Descriptors []Descriptor `json:"descriptors"`
	DigComp     []DigComp    `json:"digcomp"`
}

// Descriptor is what a person does at a level of a competence.
type Descriptor struct {
	ID    string       `json:"id"`
	Level int          `json:"level"`
	Text  content.Text `json:"text"`
}

// DigComp is a competence of DigComp 2.1.
type DigComp struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Theme is one of 82.
type Theme struct {
	ID          string       `json:"id"`
	Key         string       `json:"key"`
	Title       content.Text `json:"title"`
	Competences []string     `json:"competences"` // codes
}

// Band is a pair of levels.
type Band struct {
	ID          string       `json:"id"`
	Number      int          `json:"number"`
	Name        content.Text `json:"name"`
	Levels      []int        `json:"levels"`
	Description content.Text `json:"description"`
}

// Level is one of the 8 steps of the general grid.
type Level struct {
	ID          string       `json:"id"`
	Number      int          `json:"number"`
	Band        int          `json:"band"`
	Name        content.Text `json:"name"`
	Meaning     content.Text `json:"meaning"`
	Description content.Text `json:"description"`
}

// newDocument gathers the referential; address is https://HOST.
func newDocument(r *content.Referential, address string) *Document {
	e := r.Edition()
	d := &Document{
		JSONSchema: address + "/data/referential.schema.json", Schema: "etalon-referential/1",
		Address: address, Licence: licence,
		Edition: Edition{e.ID, e.Date, e.Ceiling, e.Title},
	}
	uses := map[string][]string{}
	for _, c := range r.Competences() {
		x := Competence{ID: address + "/c/" + c.Code, Code: c.Code, Domain: c.Domain.Number, Title: c.Title, Definition: plain(c.Definition)}
		for i, t := range c.Descriptors {
			x.Descriptors = append(x.Descriptors, Descriptor{fmt.Sprintf("%s#n%d", x.ID, i+1), i + 1, plain(t)})
		}
		for _, t := range c.Themes {
			x.Themes = append(x.Themes, t.ID)
			if uses[t.ID] == nil {
				d.Themes = append(d.Themes, Theme{ID: address + "/t/" + t.ID, Key: t.ID, Title: t.Title})
			}
			uses[t.ID] = append(uses[t.ID], c.Code)
		}
		for _, t := range c.DigComp {
			x.DigComp = append(x.DigComp, DigComp{t.Code, t.Name})
		}
		d.Competences = append(d.Competences, x)
	}
	for i := range d.Themes {
		d.Themes[i].Competences = uses[d.Themes[i].Key]
	}
	for _, x := range r.Domains {
		var codes []string
		for _, c := range x.Competences {
			codes = append(codes, c.Code)
		}
		d.Domains = append(d.Domains, Domain{fmt.Sprintf("%s/d/%d", address, x.Number), x.Number, x.Title, plain(x.Definition), codes})
	}
	for _, b := range r.Bands {
		d.Bands = append(d.Bands, Band{fmt.Sprintf("%s/data/referential.ttl#band-%d", address, b.Number), b.Number, b.Name, []int{b.First, b.Last}, plain(b.Description)})
	}
	for _, l := range r.Levels {
		d.Levels = append(d.Levels, Level{fmt.Sprintf("%s/l/%d", address, l.Number), l.Number, l.Band.Number, l.Name, l.Meaning, plain(l.Description)})
	}
	return d
}

func plain(t content.Text) content.Text {
	return content.Text{FR: content.Plain(t.FR), EN: content.Plain(t.EN)}
}

// schema is the JSON Schema of Document.
//
//go:embed referential.schema.json
var schema string

// Files returns every file, by its path under public/.
func Files(r *content.Referential, address string) (map[string][]byte, error) {
	d := newDocument(r, address)
	g := d.graph()
	out := map[string][]byte{
		"data/referential.schema.json": []byte(strings.Replace(schema, "https://etalon.invalid", address, 1)),
		"data/referential.ttl":         g.turtle(),
	}
	for name, v := range map[string]any{
		"data/referential.json": d, "data/referential.jsonld": g.jsonLD(),
		"data/case-fr.json": d.pack(content.FR), "data/case-en.json": d.pack(content.EN),
	} {
		data, err := encode(v)
		if err != nil {
			return nil, fmt.Errorf("export: %s: %w", name, err)
		}
		out[name] = data
	}
	for name, l := range map[string]content.Lang{"data/referentiel.csv": content.FR, "data/referential.csv": content.EN} {
		data, err := d.table(l)
		if err != nil {
			return nil, fmt.Errorf("export: %s: %w", name, err)
		}
		out[name] = data
	}
	return out, nil
}

// encode is JSON for people as for programs: indented, and with its characters
// as they are.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
