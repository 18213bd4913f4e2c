package site

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"etalon/content"
)

// messageFiles hold the wording: messages.json what every page and the
// verification need, messages-NAME.json a section or more of their own.
//
//go:embed messages*.json
var messageFiles embed.FS

// messages is the wording of one language.
type messages struct {
	lang   content.Lang
	text   map[string]string // "check.verdicts.valid.title" → text
	months []string
	check  json.RawMessage // the section that the scripts use
}

// loadMessages reads the wording of every language and sets it as a printer
// would: curved apostrophes and, in French, no-break spaces.
func loadMessages() (map[content.Lang]*messages, error) {
	raw, err := readMessages()
	if err != nil {
		return nil, err
	}
	out := map[content.Lang]*messages{}
	for _, l := range content.Langs {
		if raw[l] == nil {
			return nil, fmt.Errorf("site: messages.json: language %q is missing", l)
		}
		m := &messages{lang: l, text: map[string]string{}}
		set := m.flatten("", raw[l]).(map[string]any)
		for _, name := range set["check"].(map[string]any)["months"].([]any) {
			m.months = append(m.months, name.(string))
		}
		if len(m.months) != 12 {
			return nil, fmt.Errorf("site: messages.json: %s: %d months", l, len(m.months))
		}
		// Maps are encoded with their keys sorted: equal bytes each time.
		check, err := json.Marshal(set["check"])
		if err != nil {
			return nil, fmt.Errorf("site: messages.json: %s: %w", l, err)
		}
		m.check = check
		out[l] = m
	}
	return out, nil
}

// readMessages joins the files of wording: language, section, texts. A section
// stands in one file.
func readMessages() (map[content.Lang]map[string]any, error) {
	files, err := messageFiles.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("site: wording: %w", err)
	}
	out := map[content.Lang]map[string]any{}
	for _, f := range files {
		data, err := messageFiles.ReadFile(f.Name())
		if err != nil {
			return nil, fmt.Errorf("site: wording: %w", err)
		}
		var raw map[content.Lang]map[string]any
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, fmt.Errorf("site: %s: %w", f.Name(), err)
		}
		for l, sections := range raw {
			for name := range sections {
				if out[l][name] != nil {
					return nil, fmt.Errorf("site: %s: %s: section %q stands in another file too", f.Name(), l, name)
				}
			}
			if out[l] == nil {
				out[l] = map[string]any{}
			}
			maps.Copy(out[l], sections)
		}
	}
	return out, nil
}

// flatten sets the texts within v and files each under its dotted key.
func (m *messages) flatten(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, w := range v {
			v[k] = m.flatten(strings.TrimPrefix(key+"."+k, "."), w)
		}
		return v
	case []any:
		for i, w := range v {
			v[i] = m.flatten(key+"."+strconv.Itoa(i), w)
		}
		return v
	case string:
		s := typeset(m.lang, v)
		m.text[key] = s
		return s
	}
	return v
}

// get returns the text of a key with its {names} filled in from pairs of name
// and value. A missing key is an error of this package, caught by its tests.
func (m *messages) get(key string, pairs ...any) (string, error) {
	s, ok := m.text[key]
	if !ok {
		return "", fmt.Errorf("site: messages.json: %s: no text %q", m.lang, key)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		value, ok := pairs[i+1].(string)
		if n, is := pairs[i+1].(int); is {
			value = strconv.Itoa(n)
		} else if !ok {
			value = fmt.Sprint(pairs[i+1])
		}
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s, nil
}

// date writes a day as readers of the language do: « 1er mars 2026 ».
func (m *messages) date(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = m.text["check.first"]
	}
	s, _ := m.get("check.date", "d", day, "m", m.months[t.Month()-1], "y", t.Year())
	return s
}

// isoDate writes a day given as 2006-01-02; anything else stays as it is.
func (m *messages) isoDate(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return m.date(t)
}

// moment writes a time in UTC, to the minute.
func (m *messages) moment(t time.Time) string {
	t = t.UTC()
	s, _ := m.get("check.time", "date", m.date(t), "h", fmt.Sprintf("%02d", t.Hour()), "min", fmt.Sprintf("%02d", t.Minute()))
	return s
}

// curl gives a text curved apostrophes; official titles hold straight ones,
// which data keeps and pages do not show.
func curl(s string) string { return strings.ReplaceAll(s, "'", "’") }

var frenchSpaces = strings.NewReplacer(
	" :", "\u00a0:", " ;", "\u00a0;", " !", "\u00a0!", " ?", "\u00a0?",
	"« ", "«\u00a0", " »", "\u00a0»", " pix", "\u00a0pix",
)

func typeset(l content.Lang, s string) string {
	s = curl(s)
	if l == content.FR {
		s = frenchSpaces.Replace(s)
	}
	return s
}
