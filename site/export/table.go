package export

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"etalon/content"
)

// Columns of the table, by language.
var Columns = map[content.Lang][]string{
	content.FR: {"identifiant", "domaine", "titre_du_domaine", "code", "competence", "definition", "niveau", "nom_du_niveau", "palier", "descripteur", "themes"},
	content.EN: {"identifier", "domain", "domain_title", "code", "competence", "definition", "level", "level_name", "band", "descriptor", "themes"},
}

// table is a row for each descriptor, for spreadsheets: UTF-8 behind a byte
// order mark, semicolons, CRLF. Themes are parted by " | ".
func (d *Document) table(l content.Lang) ([]byte, error) {
	titles := map[string]string{}
	for _, t := range d.Themes {
		titles[t.Key] = t.Title.In(l)
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{Columns[l]}
	for _, c := range d.Competences {
		var themes []string
		for _, key := range c.Themes {
			themes = append(themes, titles[key])
		}
		for _, x := range c.Descriptors {
			v := d.Levels[x.Level-1]
			rows = append(rows, []string{
				x.ID, strconv.Itoa(c.Domain), d.Domains[c.Domain-1].Title.In(l), c.Code, c.Title.In(l), c.Definition.In(l),
				strconv.Itoa(x.Level), v.Name.In(l), d.Bands[v.Band-1].Name.In(l), x.Text.In(l), strings.Join(themes, " | "),
			})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
