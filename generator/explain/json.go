package explain

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"etalon/engine"
)

// reportSchema is the schema of the JSON of a report.
const reportSchema = "etalon-explanation/1"

// JSON returns all of the report, without the candidate: names and dates of
// birth are left empty.
func (r *Report) JSON() ([]byte, error) {
	x := *r.Explanation
	x.Proposed, x.Record = nameless(x.Proposed), nameless(x.Record)
	var now *since
	if r.Since != nil {
		now = &since{nameless(r.Since.Record), r.Since.Number}
	}
	return json.Marshal(struct {
		Schema string `json:"schema"`
		Paper  *Paper `json:"attestation,omitzero"`
		*engine.Explanation
		Since     *since       `json:"since,omitzero"`
		Compared  []Comparison `json:"compared"`
		Identical bool         `json:"identical"`
	}{reportSchema, r.Paper, &x, now, r.Compared, r.Identical()}, json.Deterministic(true), jsontext.WithIndent("  "))
}

// since is what stands now, in JSON.
type since struct {
	Record *engine.Record `json:"record"`
	Number string         `json:"number,omitzero"`
}

func nameless(r *engine.Record) *engine.Record {
	c := *r
	c.Candidate = engine.Candidate{}
	return &c
}
