package statistics

import (
	"bytes"
	"fmt"
	"strconv"

	"etalon/content"
	"etalon/generator/table"
)

// Files returns the report as files: five tables in CSV, and a page in French
// and one in English. In the tables, c stands for a count that is withheld, as
// Eurostat marks confidential figures, and nothing for what a row does not have.
func (r *Report) Files(referential *content.Referential) (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"outcomes.csv": r.outcomes, "centres.csv": r.places("centre", func(g *Regime) []Row { return g.Centres }),
		"months.csv": r.places("month", func(g *Regime) []Row { return g.Months }),
		"levels.csv": r.levels, "competences.csv": r.competences(referential),
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = b.Bytes()
	}
	for _, lang := range []content.Lang{content.FR, content.EN} {
		files["statistics."+string(lang)+".html"] = r.page(referential, lang)
	}
	return files, nil
}

// text is a cell of a CSV file.
func (c Cell) text() string {
	if c.Withheld {
		return "c"
	}
	return strconv.Itoa(c.Count)
}

func (r *Report) outcomes(b *bytes.Buffer) error {
	w := table.NewWriter(b, "regime", "outcome", "rule", "sessions")
	for _, g := range r.Regimes {
		for _, c := range g.Classes {
			w.Write(g.Name, string(c.Class), "", strconv.Itoa(c.Count))
			for _, rule := range c.Rules {
				w.Write(g.Name, string(c.Class), rule.Name, rule.text())
			}
		}
	}
	return w.Flush()
}

// allClasses are the columns of the tables of centres and months.
var allClasses = []Class{Obtained, NotObtained, Cancelled, NotObtainedOrCancel, Sessions}

func (r *Report) places(what string, of func(*Regime) []Row) func(*bytes.Buffer) error {
	return func(b *bytes.Buffer) error {
		w := table.NewWriter(b, "regime", what, "obtained", "not_obtained", "cancelled", "not_obtained_or_cancelled", "sessions")
		for i := range r.Regimes {
			g := &r.Regimes[i]
			columns := g.columns()
			for _, row := range of(g) {
				cells := []string{g.Name, row.Name}
				for _, class := range allClasses {
					text := ""
					for c, column := range columns {
						if column == class {
							text = row.Cells[c].text()
						}
					}
					cells = append(cells, text)
				}
				w.Write(cells...)
			}
		}
		return w.Flush()
	}
}

// columns are the classes of a row's cells.
func (g *Regime) columns() []Class {
	var columns []Class
	for _, c := range g.Classes {
		columns = append(columns, c.Class)
	}
	if len(columns) > 1 {
		columns = append(columns, Sessions)
	}
	return columns
}

func (r *Report) levels(b *bytes.Buffer) error {
	w := table.NewWriter(b, "regime", "level", "obtained")
	for _, g := range r.Regimes {
		if g.Levels == nil {
			continue
		}
		for l, c := range g.Levels.Cells {
			w.Write(g.Name, strconv.Itoa(l), c.text())
		}
		w.Write(g.Name, "all", strconv.Itoa(g.Levels.Count))
		w.Write(g.Name, "mean", g.Levels.mean("c", "."))
	}
	return w.Flush()
}

func (r *Report) competences(referential *content.Referential) func(*bytes.Buffer) error {
	return func(b *bytes.Buffer) error {
		columns := []string{"regime", "competence", "title", "mean_level"}
		for l := range levels {
			columns = append(columns, "level_"+strconv.Itoa(l))
		}
		w := table.NewWriter(b, append(columns, "obtained")...)
		for _, g := range r.Regimes {
			for _, c := range g.Codes {
				row := []string{g.Name, c.Code, referential.Competence(c.Code).Title.FR, c.mean("c", ".")}
				for l := range levels {
					text := ""
					if l < len(c.Cells) {
						text = c.Cells[l].text()
					}
					row = append(row, text)
				}
				w.Write(append(row, strconv.Itoa(c.Count))...)
			}
		}
		return w.Flush()
	}
}

// mean writes the mean level with one decimal.
func (l *Levels) mean(withheld, point string) string {
	if l.Mean == nil {
		return withheld
	}
	return fmt.Sprintf("%d%s%d", *l.Mean/10, point, *l.Mean%10)
}
