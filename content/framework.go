package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// frameworkFile is the JSON of content/frameworks: the engine's framework
// without its intervals, and with a note.
type frameworkFile struct {
	Schema     string `json:"schema"`
	ID         string `json:"id"`
	Regime     string `json:"regime"`
	ValidFrom  string `json:"validFrom"`
	ValidUntil string `json:"validUntil"`
	Note       struct {
		FR string `json:"fr"`
		EN string `json:"en"`
	} `json:"note"`
	MaxLevel     int   `json:"maxLevel"`
	Scores       []int `json:"scores"`
	Professional *struct {
		Score int    `json:"score"`
		From  string `json:"from"`
	} `json:"professional"`
	Questions              int      `json:"questions"`
	MinimumTreated         int      `json:"minimumTreated"`
	QuestionsPerCompetence int      `json:"questionsPerCompetence"`
	MinimumQuestions       int      `json:"minimumQuestions"`
	MaximumQuestions       int      `json:"maximumQuestions"`
	Minutes                int      `json:"minutes"`
	SessionMinutes         int      `json:"sessionMinutes"`
	ValidityYears          int      `json:"validityYears"`
	WaitDays               int      `json:"waitDays"`
	MinimumCompetences     int      `json:"minimumCompetences"`
	InitialCapacity        *float64 `json:"initialCapacity"`
	VariationLimit         *float64 `json:"variationLimit"`
}

// loadFramework reads one framework; id is the file's name without .json.
func loadFramework(ps *problems, file, id string, data []byte) *Framework {
	var f frameworkFile
	if !decodeJSON(ps, file, data, &f, " (a published framework holds no intervals)") {
		return nil
	}
	c := &frameworkCheck{ps: ps, file: file, lines: memberLines(data)}
	c.check(&f, id)
	out := &Framework{
		ID: f.ID, Regime: f.Regime, ValidFrom: f.ValidFrom, ValidUntil: f.ValidUntil,
		Note:     Text{typeset(FR, f.Note.FR), typeset(EN, f.Note.EN)},
		MaxLevel: f.MaxLevel, Scores: f.Scores,
		Questions: f.Questions, MinimumTreated: f.MinimumTreated,
		QuestionsPerCompetence: f.QuestionsPerCompetence,
		MinimumQuestions:       f.MinimumQuestions, MaximumQuestions: f.MaximumQuestions,
		Minutes: f.Minutes, SessionMinutes: f.SessionMinutes,
		ValidityYears: f.ValidityYears, WaitDays: f.WaitDays, MinimumCompetences: f.MinimumCompetences,
		InitialCapacity: f.InitialCapacity, VariationLimit: f.VariationLimit,
		Raw: data,
	}
	if f.Professional != nil {
		out.ProfessionalScore, out.ProfessionalFrom = f.Professional.Score, f.Professional.From
	}
	return out
}

// decodeJSON reads a file whole into v and tells whether it could; hint is
// added where a field is unknown.
func decodeJSON(ps *problems, file string, data []byte, v any, hint string) bool {
	err := json.Unmarshal(data, v, json.RejectUnknownMembers(true))
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntactic):
		ps.add(file, lineOf(data, syntactic.ByteOffset), "JSON is wrong at %q: %v", syntactic.JSONPointer, syntactic.Err)
	case errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName):
		ps.add(file, lineOf(data, semantic.ByteOffset), "field %q is unknown; remove it%s", semantic.JSONPointer, hint)
	case errors.As(err, &semantic):
		ps.add(file, lineOf(data, semantic.ByteOffset), "field %q has the wrong type: JSON %s for %v", semantic.JSONPointer, semantic.JSONKind, semantic.GoType)
	case err != nil:
		ps.add(file, 1, "JSON is wrong: %v", err)
	}
	return err == nil
}

func lineOf(data []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(data)))
	// Offsets of an error may stand on the blank before the value at fault.
	for offset < int64(len(data)) && strings.IndexByte(" \n,:", data[offset]) >= 0 {
		offset++
	}
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}

// memberLines maps the JSON pointer of each value to its line.
func memberLines(data []byte) map[jsontext.Pointer]int {
	lines := map[jsontext.Pointer]int{}
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := dec.ReadToken(); err != nil {
			if err != io.EOF {
				return lines
			}
			return lines
		}
		p := dec.StackPointer()
		if _, ok := lines[p]; !ok {
			lines[p] = lineOf(data, dec.InputOffset()-1)
		}
	}
}

type frameworkCheck struct {
	ps    *problems
	file  string
	lines map[jsontext.Pointer]int
}

func (c *frameworkCheck) fail(pointer jsontext.Pointer, format string, args ...any) {
	c.ps.add(c.file, c.lines[pointer], "field %q %s", pointer, fmt.Sprintf(format, args...))
}

func (c *frameworkCheck) between(pointer jsontext.Pointer, v, low, high int) {
	if v < low || v > high {
		c.fail(pointer, "is %d; give a number from %d to %d", v, low, high)
	}
}

func (c *frameworkCheck) date(pointer jsontext.Pointer, s string) {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 2000 || t.Year() > 2200 {
		c.fail(pointer, "is %q; give a date as 2022-01-01", s)
	}
}

func (c *frameworkCheck) check(f *frameworkFile, id string) {
	if f.Schema != "etalon-framework/1" {
		c.fail("/schema", "is %q; it must be etalon-framework/1", f.Schema)
	}
	if f.ID != id {
		c.fail("/id", "is %q, yet the file is named %q; mend one of them", f.ID, id)
	}
	c.date("/validFrom", f.ValidFrom)
	if f.ValidUntil != "" {
		c.date("/validUntil", f.ValidUntil)
		if f.ValidUntil < f.ValidFrom {
			c.fail("/validUntil", "is before validFrom; mend one of them")
		}
	}
	checkTitle(c.ps, c.file, c.lines["/note/fr"], "/note/fr", f.Note.FR, maxNote)
	checkTitle(c.ps, c.file, c.lines["/note/en"], "/note/en", f.Note.EN, maxNote)
	c.between("/maxLevel", f.MaxLevel, 1, levelCount)
	if f.Professional != nil {
		c.between("/professional/score", f.Professional.Score, 1, 1024)
		c.date("/professional/from", f.Professional.From)
	}
	c.between("/minutes", f.Minutes, 1, 600)
	c.between("/sessionMinutes", f.SessionMinutes, f.Minutes, 600)
	c.between("/validityYears", f.ValidityYears, 1, 20)
	c.between("/waitDays", f.WaitDays, 0, 365)
	c.between("/minimumCompetences", f.MinimumCompetences, 0, competenceCount)
	switch f.Regime {
	case "adaptive":
		c.between("/questions", f.Questions, 1, 200)
		c.between("/minimumTreated", f.MinimumTreated, 1, f.Questions)
		if len(f.Scores) != levelCount {
			c.fail("/scores", "holds %d scores; give the least score of each of the %d levels", len(f.Scores), levelCount)
		}
		for i, low := 0, 1; i < len(f.Scores); i++ {
			c.between(jsontext.Pointer(fmt.Sprintf("/scores/%d", i)), f.Scores[i], low, 1024)
			low = f.Scores[i] + 1
		}
		if f.InitialCapacity == nil || *f.InitialCapacity < -9 || *f.InitialCapacity > 9 {
			c.fail("/initialCapacity", "is missing or out of range; give a number from -9 to 9")
		}
		if f.VariationLimit != nil && !(*f.VariationLimit > 0) {
			c.fail("/variationLimit", "is not above 0; give null for no limit")
		}
		if f.QuestionsPerCompetence != 0 || f.MinimumQuestions != 0 || f.MaximumQuestions != 0 {
			c.fail("/regime", "is adaptive, which has no questionsPerCompetence, minimumQuestions or maximumQuestions; remove them")
		}
	case "profile":
		c.between("/questionsPerCompetence", f.QuestionsPerCompetence, 1, 20)
		c.between("/minimumQuestions", f.MinimumQuestions, 1, 200)
		c.between("/maximumQuestions", f.MaximumQuestions, f.MinimumQuestions, 320)
		if f.Questions != 0 || f.MinimumTreated != 0 || f.Scores != nil || f.InitialCapacity != nil || f.VariationLimit != nil {
			c.fail("/regime", "is profile, which has no questions, minimumTreated, scores, initialCapacity or variationLimit; remove them")
		}
	default:
		c.fail("/regime", "is %q; it must be adaptive or profile", f.Regime)
	}
}
