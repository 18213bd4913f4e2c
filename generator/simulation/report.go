package simulation

import (
	"cmp"
	"math"
	"slices"

	"etalon/engine"
)

// Schema of a report's JSON.
const Schema = "etalon-simulation/1"

// Report is what a simulation found. Shares are of 0 to 1, abilities,
// capacities, biases and errors on the scale of ability; numbers are rounded to
// six decimals.
type Report struct {
	Schema     string     `json:"schema"`
	Bank       engine.Ref `json:"bank"`
	Framework  engine.Ref `json:"framework"`
	Specimen   bool       `json:"specimen"` // the bank is made up
	Language   string     `json:"language"`
	Needs      []string   `json:"needs"`
	Seed       uint64     `json:"seed,string"`
	Spread     Abilities  `json:"spread"`
	Candidates int        `json:"candidates"`
	Exhausted  int        `json:"exhausted"` // tests that the bank could not fill

	Overall   Measure         `json:"overall"`
	Abilities []AbilityRow    `json:"abilities"` // by ability, rising
	Levels    [][]int         `json:"levels"`    // candidates by true level, then by the level they were given
	ByCode    []CompetenceRow `json:"competences"`
	Lengths   []LengthRow     `json:"lengths"`
	Stops     Stops           `json:"errorAtStop"`
	Exposure  Exposure        `json:"exposure"`
	Items     []ItemRow       `json:"items"` // most put first
}

// Measure is how well some candidates were measured.
type Measure struct {
	Bias    float64 `json:"bias"` // mean of capacity less ability
	RMSE    float64 `json:"rmse"`
	Error   float64 `json:"error"`   // mean error at stop
	PixBias float64 `json:"pixBias"` // of scores against the score of the ability
	PixRMSE float64 `json:"pixRmse"`
	Exact   float64 `json:"exact"` // share whose level is that of the ability
	Near    float64 `json:"near"`  // … or one beside it
	Length  float64 `json:"length"`
}

// AbilityRow is the measure of candidates from one ability to another.
type AbilityRow struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Candidates int     `json:"candidates"`
	Measure
}

// CompetenceRow is how well the levels of a competence agree.
type CompetenceRow struct {
	Competence string  `json:"competence"`
	Exact      float64 `json:"exact"`
	Near       float64 `json:"near"`
}

// LengthRow is how many tests had that many questions.
type LengthRow struct {
	Questions  int `json:"questions"`
	Candidates int `json:"candidates"`
}

// Stops is the distribution of the error at stop: shares of the candidates
// below a tenth, half and so on are within a hundredth above the number.
type Stops struct {
	Mean   float64 `json:"mean"`
	P10    float64 `json:"p10"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
}

// Exposure is how evenly the bank is used.
type Exposure struct {
	Max     float64 `json:"max"`     // greatest share of the candidates that one item was put to
	Never   int     `json:"never"`   // items put to nobody
	Half    int     `json:"half"`    // least number of items that make half of the questions
	Overlap float64 `json:"overlap"` // mean share of a test that two candidates have in common
}

// ItemRow is how often an item was put.
type ItemRow struct {
	Item       string  `json:"item"`
	Competence string  `json:"competence"`
	Theme      string  `json:"theme"`
	Put        int     `json:"put"`
	Rate       float64 `json:"rate"` // of the candidates
}

func (s *sums) report(p Plan) *Report {
	r := &Report{
		Schema: Schema, Bank: engine.Ref{ID: p.Bank.ID, SHA256: p.Bank.SHA256},
		Framework: engine.Ref{ID: p.Framework.ID, SHA256: p.Framework.SHA256}, Specimen: p.Bank.Specimen,
		Language: p.Language, Needs: slices.Concat([]string{}, p.Needs), Seed: p.Seed, Spread: p.Abilities,
		Candidates: p.Candidates, Exhausted: s.exhausted,
		Overall: s.all.measure(), Levels: s.levels,
	}
	var keys []int
	for k := range s.bins {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		r.Abilities = append(r.Abilities, AbilityRow{float64(k) * binWidth, float64(k+1) * binWidth, s.bins[k].N, s.bins[k].measure()})
	}
	for c, code := range engine.Competences() {
		a := s.competences[c]
		r.ByCode = append(r.ByCode, CompetenceRow{code, share(a.exact, s.all.N), share(a.near, s.all.N)})
	}
	for n, candidates := range s.lengths {
		if candidates > 0 {
			r.Lengths = append(r.Lengths, LengthRow{n, candidates})
		}
	}
	r.Stops = Stops{r.Overall.Error, s.quantile(0.1), s.quantile(0.5), s.quantile(0.9), s.quantile(0.99), six(s.all.worst)}
	s.exposure(r, p.Bank)
	return r
}

func (s *sums) exposure(r *Report, b *engine.Bank) {
	pairs := 0.0
	for i, put := range s.items {
		it := &b.Items[i]
		r.Items = append(r.Items, ItemRow{it.ID, it.Competence, it.Theme, put, share(put, s.all.N)})
		pairs += float64(float64(put) * float64(put-1))
		if put == 0 {
			r.Exposure.Never++
		}
	}
	slices.SortStableFunc(r.Items, func(x, y ItemRow) int { return cmp.Compare(y.Put, x.Put) })
	r.Exposure.Max = r.Items[0].Rate
	for sum := 0; 2*sum < s.all.length; r.Exposure.Half++ {
		sum += r.Items[r.Exposure.Half].Put
	}
	if n := float64(s.all.N); n > 1 && s.all.length > 0 {
		// An item put to k of n candidates is common to k(k-1) of their n(n-1)
		// ordered pairs.
		r.Exposure.Overlap = six(pairs / (n - 1) / float64(s.all.length))
	}
}

func (m *moments) measure() Measure {
	n := float64(m.N)
	return Measure{
		Bias: six(m.off / n), RMSE: six(math.Sqrt(m.square / n)), Error: six(m.error / n),
		PixBias: six(m.pix / n), PixRMSE: six(math.Sqrt(m.pixSquare / n)),
		Exact: share(m.exact, m.N), Near: share(m.near, m.N), Length: six(float64(m.length) / n),
	}
}

// quantile returns the lower end of the bin of errors that a share of the
// candidates reaches.
func (s *sums) quantile(q float64) float64 {
	below := 0
	for k, n := range s.errors {
		if below += n; float64(below) >= q*float64(s.all.N) {
			return six(float64(k) * errorWidth)
		}
	}
	return six(errorBins * errorWidth)
}

func share(n, of int) float64 { return six(float64(n) / float64(of)) }

// six rounds to six decimals, and never gives -0.
func six(x float64) float64 { return math.Round(x*1e6)/1e6 + 0 }
