package engine

import "slices"

// Place returns the score in pix, the global level and the level by competence,
// in the order of Competences, that a capacity has on the framework's scales.
// It is taken to the nearest 1e-9, and to the bounds of the first and last
// intervals where it lies beyond. The profile regime has no scales: all is 0.
func (f *Framework) Place(capacity float64) (score, level int, levels [16]int) {
	if f.Regime != regimeAdaptive {
		return 0, 0, levels
	}
	n := billionths(max(-100, min(100, capacity)))
	score = f.global.score(n, f.floor)
	for l, least := range f.floor[:f.MaxLevel+1] {
		if score >= least {
			level = l
		}
	}
	for i := range levels {
		levels[i] = f.competences[i].level(n)
	}
	return score, level, levels
}

// Bounds returns the capacities at which a scale goes from one level to the
// next, from the low end of level 0 to the high end of the highest. The scale
// is a competence's code, or "" for the global one; nil for any other, and in
// the profile regime.
func (f *Framework) Bounds(competence string) []float64 {
	s := f.global
	if competence != "" {
		i := competenceIndex(competence)
		if i < 0 {
			return nil
		}
		s = f.competences[i]
	}
	if s == nil {
		return nil
	}
	bounds := []float64{fromBillionths(s[0].low)}
	for _, i := range s {
		bounds = append(bounds, fromBillionths(i.high))
	}
	return bounds
}

// Competences returns the codes of the 16 competences, "1.1" to "5.2".
func Competences() []string { return slices.Clone(competenceCodes[:]) }
