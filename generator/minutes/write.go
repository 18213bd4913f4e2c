package minutes

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/content"
	"etalon/engine"
	"etalon/generator/table"
)

// Minutes is what stands at the head of the document.
type Minutes struct {
	Lang        content.Lang
	Referential *content.Referential
	Issuer      string
	Jury        string // as it calls itself; may be empty
	At          time.Time
	Room        string // what the minutes are about; each may be empty
	Centre      string
	From, To    string                 // days
	Neutralised []*engine.ItemDecision // for everyone, that hold
	Specimen    bool
}

// Room is who sat together.
type Room struct {
	Name       string // "" for sessions that came without one
	Centre     string
	Date       string // day
	Candidates []*Candidate
}

//go:embed page.html
var files embed.FS

var page = template.Must(template.New("page.html").ParseFS(files, "page.html"))

func (m *Minutes) word(name string) string { return words[name].In(m.Lang) }

// Write writes the page and the table of the minutes, room by room, and returns
// their sums.
func (m *Minutes) Write(html, csv io.Writer, rooms iter.Seq2[*Room, error]) (*Sums, error) {
	sums := new(Sums)
	w := m.words()
	sheet := table.NewWriter(csv, m.columns()...)
	frameworks := make(map[string]*engine.Framework) // by hash
	var body bytes.Buffer                            // the head has the sums, and the frameworks' rules
	for room, err := range rooms {
		if err != nil {
			return nil, err
		}
		shown := struct {
			*Room
			W    map[string]string
			Day  string
			Rows []*line
		}{Room: room, W: w, Day: day(room.Date, m.Lang)}
		for _, c := range room.Candidates {
			l, err := m.line(c, sums.Candidates+1)
			if err != nil {
				return nil, err
			}
			sums.add(l)
			if c.Framework != nil {
				frameworks[c.Framework.SHA256] = c.Framework
			}
			shown.Rows = append(shown.Rows, l)
			sheet.Write(m.cells(room, c, l)...)
		}
		if err := page.ExecuteTemplate(&body, "room", shown); err != nil {
			return nil, err
		}
	}
	frame := struct {
		*Minutes
		*Sums
		W           map[string]string
		Date, Scope string
		Items       []item
		Rows        []sumRow
		Rules       []regime
	}{m, sums, w, day(m.At.UTC().Format(time.DateOnly), m.Lang), m.scope(), m.items(), m.sumRows(sums), m.rules(frameworks)}
	if err := page.ExecuteTemplate(html, "head", frame); err != nil {
		return nil, err
	}
	if _, err := body.WriteTo(html); err != nil {
		return nil, err
	}
	if err := page.ExecuteTemplate(html, "foot", frame); err != nil {
		return nil, err
	}
	return sums, sheet.Flush()
}

// regime is the rules of a framework, as the page recalls them.
type regime struct {
	Regime, Framework string
	Rows              []ruleRow
}

type ruleRow struct{ Text, Outcome string }

// rules recalls the rules that the sessions were held under, with the figures of
// their frameworks, which come by regime and id.
func (m *Minutes) rules(frameworks map[string]*engine.Framework) []regime {
	list := slices.SortedFunc(maps.Values(frameworks), func(a, b *engine.Framework) int {
		return cmp.Or(cmp.Compare(a.Regime, b.Regime), cmp.Compare(a.ID, b.ID), cmp.Compare(a.SHA256, b.SHA256))
	})
	var all []regime
	for _, f := range list {
		r := regime{Regime: regimeWords[f.Regime].In(m.Lang), Framework: f.ID}
		for _, row := range ruleRows[f.Regime] {
			if row.short && f.MinimumTreated >= f.Questions {
				continue
			}
			text := spell(row.text, m.Lang, f.MinimumTreated, f.Questions-1, engine.LeastRate, engine.LeastKept)
			r.Rows = append(r.Rows, ruleRow{text, row.outcome.In(m.Lang)})
		}
		all = append(all, r)
	}
	return all
}

func (m *Minutes) words() map[string]string {
	all := make(map[string]string, len(words))
	for name, text := range words {
		all[name] = text.In(m.Lang)
	}
	return all
}

// scope says in words what the minutes are about.
func (m *Minutes) scope() string {
	var parts []string
	if m.Room != "" {
		parts = append(parts, m.word("room")+" "+m.Room)
	}
	if m.Centre != "" {
		parts = append(parts, m.Centre)
	}
	if m.From+m.To != "" {
		parts = append(parts, m.word("sessions")+" "+span(m.From, m.To, m.Lang))
	}
	if parts == nil {
		return in("toutes les sessions proposées au jury", "every session put to the jury").In(m.Lang)
	}
	return strings.Join(parts, ", ")
}

// item is a decision on an item for everyone, as the page shows it.
type item struct{ Item, Bank, Span, Day, By, Reason string }

func (m *Minutes) items() []item {
	var list []item
	for _, d := range m.Neutralised {
		list = append(list, item{d.Item, d.Bank, span(d.From, d.To, m.Lang), day(d.At[:10], m.Lang), d.By, d.Reason})
	}
	return list
}

// column is a column of the table.
type column struct {
	name content.Text
	cell func(r *Room, c *Candidate, l *line) string
}

// columns of the table, in their order.
var columns = []column{
	{in("salle", "room"), func(r *Room, _ *Candidate, _ *line) string { return r.Name }},
	{in("centre", "centre"), func(r *Room, _ *Candidate, _ *line) string { return r.Centre }},
	{in("date", "date"), func(r *Room, _ *Candidate, _ *line) string { return r.Date }},
	{in("session", "session"), func(_ *Room, _ *Candidate, l *line) string { return l.Session }},
	{in("nom", "family name"), func(_ *Room, _ *Candidate, l *line) string { return l.Family }},
	{in("prénoms", "given names"), func(_ *Room, _ *Candidate, l *line) string { return l.Given }},
	{in("date de naissance", "birth date"), func(_ *Room, c *Candidate, _ *line) string { return c.Person.BirthDate }},
	{in("lieu de naissance", "birth place"), func(_ *Room, c *Candidate, _ *line) string { return c.Person.BirthPlace }},
	{in("classe", "class"), func(_ *Room, _ *Candidate, l *line) string { return l.Class }},
	{in("prescripteur", "prescriber"), func(_ *Room, _ *Candidate, l *line) string { return l.Prescriber }},
	{in("questions traitées", "questions treated"), tested(func(_ *line, r *engine.Record) string { return strconv.Itoa(r.Treated) })},
	{in("durée en minutes", "minutes taken"), func(_ *Room, c *Candidate, _ *line) string {
		if c.Account == nil {
			return ""
		}
		return strconv.Itoa(int(c.Account.End.Sub(c.Account.Start) / time.Minute))
	}},
	{in("fin", "end"), func(_ *Room, _ *Candidate, l *line) string { return l.Ended }},
	{in("issue proposée", "proposed outcome"), func(_ *Room, _ *Candidate, l *line) string { return l.Outcome }},
	{in("règle", "rule"), tested(func(_ *line, r *engine.Record) string { return r.Rule })},
	{in("motif de la proposition", "reason of the proposal"), func(_ *Room, _ *Candidate, l *line) string { return l.Why }},
	{in("score proposé", "proposed score"), func(_ *Room, _ *Candidate, l *line) string { return l.Score }},
	{in("niveau proposé", "proposed level"), func(_ *Room, _ *Candidate, l *line) string { return l.Level }},
	{in("score dégradé", "degraded score"), tested(func(_ *line, r *engine.Record) string { return flag(r.Degraded) })},
	{in("problème technique", "technical problem"), tested(func(l *line, _ *engine.Record) string { return flag(l.Technical) })},
	{in("pages quittées", "pages left"), tested(func(l *line, _ *engine.Record) string { return strconv.Itoa(l.Focus) })},
	{in("événements de la salle", "events of the room"), func(_ *Room, _ *Candidate, l *line) string { return strings.Join(l.Events, " | ") }},
	{in("soupçon de fraude", "suspicion of fraud"), func(_ *Room, _ *Candidate, l *line) string { return strings.Join(l.Suspicions, " | ") }},
	{in("nature", "kind"), func(_ *Room, _ *Candidate, l *line) string { return l.Kind }},
	{in("décision", "decision"), func(_ *Room, _ *Candidate, l *line) string { return l.Ruling }},
	{in("décidée le", "decided on"), func(_ *Room, _ *Candidate, l *line) string { return l.On }},
	{in("décidée par", "decided by"), func(_ *Room, _ *Candidate, l *line) string { return l.By }},
	{in("motif de la décision", "reason of the decision"), func(_ *Room, _ *Candidate, l *line) string { return l.Because }},
	{in("issue décidée", "decided outcome"), func(_ *Room, _ *Candidate, l *line) string { return l.FinalOutcome }},
	{in("score décidé", "decided score"), func(_ *Room, c *Candidate, _ *line) string {
		if c.Final == nil || c.Final.Outcome != engine.Validated || c.Final.Result == nil {
			return ""
		}
		return strconv.Itoa(c.Final.Score)
	}},
	{in("peut se représenter à partir du", "may sit again from"), func(_ *Room, _ *Candidate, l *line) string { return l.Again }},
	{in("SHA-256 du journal", "SHA-256 of the log"), tested(func(_ *line, r *engine.Record) string { return r.Log.SHA256 })},
}

// tested is the cell of a column about the proposal, empty where there is none.
func tested(cell func(l *line, r *engine.Record) string) func(*Room, *Candidate, *line) string {
	return func(_ *Room, c *Candidate, l *line) string {
		if c.Account == nil {
			return ""
		}
		return cell(l, c.Account.Proposal)
	}
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func (m *Minutes) columns() []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name.In(m.Lang))
	}
	return names
}

func (m *Minutes) cells(r *Room, c *Candidate, l *line) []string {
	cells := make([]string, len(columns))
	for i := range columns {
		cells[i] = columns[i].cell(r, c, l)
	}
	return cells
}
