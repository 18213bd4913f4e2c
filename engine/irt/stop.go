package irt

import (
	"errors"
	"fmt"
	"math"
)

// Stop says when a test is over: at the first of its rules that is met. A zero
// field is no rule; the bank's end is always one.
type Stop struct {
	Questions int     // at most
	Least     int     // none of the rules below before that many questions
	Error     float64 // once the error is not above

	// Cuts are the abilities, rising, that separate levels. The test is over
	// once the ability lies in one level with that Confidence, above 0.5 and
	// below 1, under the normal law of estimate and error.
	Cuts       []float64
	Confidence float64
}

// Reason is why a test is over.
type Reason string

// Reasons, in the order in which they are looked at.
const (
	Length     Reason = "length"
	Precise    Reason = "error"
	Classified Reason = "classified"
	Exhausted  Reason = "bank-exhausted"
)

func (s Stop) check() error {
	switch {
	case s.Questions < 0 || s.Least < 0 || !(s.Error >= 0):
		return errors.New("a rule to stop by is negative")
	case len(s.Cuts) > 0 != (s.Confidence != 0):
		return errors.New("cuts and a confidence go together; give both")
	case s.Confidence != 0 && !(s.Confidence > 0.5 && s.Confidence < 1):
		return fmt.Errorf("the confidence is %v; give a number between 0.5 and 1", s.Confidence)
	}
	for i := 1; i < len(s.Cuts); i++ {
		if !(s.Cuts[i-1] < s.Cuts[i]) {
			return fmt.Errorf("the cuts do not rise: %v after %v", s.Cuts[i], s.Cuts[i-1])
		}
	}
	return nil
}

func (s *Stop) reached(questions int, e Estimate) Reason {
	switch {
	case s.Questions > 0 && questions >= s.Questions:
		return Length
	case questions < max(s.Least, 1):
		return ""
	case s.Error > 0 && e.Error <= s.Error:
		return Precise
	case s.Confidence > 0 && s.decided(e):
		return Classified
	}
	return ""
}

// Level returns the level that an ability lies in: the number of cuts not above
// it.
func (s Stop) Level(θ float64) int {
	level := 0
	for _, c := range s.Cuts {
		if θ >= c {
			level++
		}
	}
	return level
}

func (s *Stop) decided(e Estimate) bool {
	level := s.Level(e.Ability)
	below, above := 0.0, 1.0
	if level > 0 {
		below = normal((s.Cuts[level-1] - e.Ability) / e.Error)
	}
	if level < len(s.Cuts) {
		above = normal((s.Cuts[level] - e.Ability) / e.Error)
	}
	return above-below >= s.Confidence
}

// normal is the distribution function of the standard normal law.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
