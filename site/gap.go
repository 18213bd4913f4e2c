package site

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"etalon/content"
)

// profile is a ready-made expected profile: an example to start from.
type profile struct {
	ID     string `json:"id"`
	FR     string `json:"fr"`
	EN     string `json:"en"`
	Levels string `json:"levels"` // 16 digits, by competence
}

// Name of the profile in the page's language.
func (p profile) Name(l content.Lang) string { return curl(content.Text{FR: p.FR, EN: p.EN}.In(l)) }

//go:embed profiles.json
var profilesFile []byte

var profileForm = regexp.MustCompile(`^[0-8]{16}$`)

func loadProfiles() ([]profile, error) {
	var out []profile
	if err := json.Unmarshal(profilesFile, &out); err != nil {
		return nil, fmt.Errorf("site: profiles.json: %w", err)
	}
	for i, p := range out {
		if p.ID == "" || p.FR == "" || p.EN == "" || !profileForm.MatchString(p.Levels) {
			return nil, fmt.Errorf("site: profiles.json: profile %d: want id, fr, en and 16 levels from 0 to 8", i+1)
		}
	}
	return out, nil
}

// gapPage is the tool that sets an expected profile against a given one.
func (s *Site) gapPage(l content.Lang) *page {
	t := s.messages[l].text
	return &page{Kind: "gap", Lang: l, Path: s.address(l, "site", "gap"), Mirror: s.address(other(l), "site", "gap"),
		Title: t["gap.title"], Description: t["gap.description"], Section: "referential", Tool: "gap",
		Item: s.profiles, Sheets: []string{"gap.css"}, Modules: []string{"gap.js"}}
}

// gapData is what the script of the tool is given.
type gapData struct {
	Lang          content.Lang      `json:"lang"`
	Address       string            `json:"address"`
	Roots         []string          `json:"roots"`
	LeastSequence uint64            `json:"leastSequence"`
	Competences   []gapCompetence   `json:"competences"`
	Profiles      map[string]string `json:"profiles"` // levels by id
	Verdicts      map[string]string `json:"verdicts"` // titles
	Texts         map[string]string `json:"texts"`
}

type gapCompetence struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Address string `json:"address"`
}

// GapData is the JSON block of the tool.
func (v *view) GapData() gapData {
	d := gapData{Lang: v.Lang, Address: v.s.c.Address, Roots: append([]string{}, v.s.c.Roots...), LeastSequence: v.s.c.LeastSequence,
		Profiles: map[string]string{}, Verdicts: map[string]string{}, Texts: map[string]string{}}
	for _, c := range v.R.Competences() {
		d.Competences = append(d.Competences, gapCompetence{c.Code, v.In(c.Title), v.URL("c", c.Code)})
	}
	for _, p := range v.s.profiles {
		d.Profiles[p.ID] = p.Levels
	}
	for _, name := range Verdicts {
		d.Verdicts[name] = v.m.text["check.verdicts."+name+".title"]
	}
	for key, text := range v.m.text {
		if name, ok := strings.CutPrefix(key, "gap."); ok {
			d.Texts[name] = text
		}
	}
	return d
}
