package explain

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/engine"
)

// Schema of the JSON of a report.
const Schema = "etalon-explanation/1"

// JSON returns all of the report, without the candidate: names and dates of
// birth are left empty.
func (r *Report) JSON() ([]byte, error) {
	x := *r.Explanation
	x.Proposed, x.Record = nameless(x.Proposed), nameless(x.Record)
	return json.Marshal(struct {
		Schema string `json:"schema"`
		Paper  *Paper `json:"attestation,omitzero"`
		*engine.Explanation
		Compared  []Comparison `json:"compared"`
		Identical bool         `json:"identical"`
	}{Schema, r.Paper, &x, r.Compared, r.Identical()}, json.Deterministic(true), jsontext.WithIndent("  "))
}

func nameless(r *engine.Record) *engine.Record {
	c := *r
	c.Candidate = engine.Candidate{}
	return &c
}
