package irt

import (
	"errors"
	"fmt"
	"math"
)

// Item holds the parameters of a logistic model of up to four parameters:
//
//	P(correct | θ) = C + (D - C) / (1 + exp(A·(B - θ)))
//
// The one-parameter model has one A for all items; the two-parameter model
// leaves C at 0 and D at 0 or 1.
type Item struct {
	A float64 // discrimination, above 0
	B float64 // difficulty, on the scale of ability
	C float64 // lower asymptote: chance of a right answer by guessing
	D float64 // upper asymptote; 0 stands for 1
}

// Limits of parameters. They are wide: they keep products finite, no more.
const (
	maxDiscrimination = 1e4
	maxDifficulty     = 1e4
)

// Check tells what is wrong with the parameters, if anything.
func (it Item) Check() error {
	switch c, d := it.asymptotes(); {
	case !(it.A > 0 && it.A <= maxDiscrimination):
		return fmt.Errorf("a is %v; a discrimination lies above 0 and up to %g", it.A, float64(maxDiscrimination))
	case !(math.Abs(it.B) <= maxDifficulty):
		return fmt.Errorf("b is %v; a difficulty lies between -%g and %[2]g", it.B, float64(maxDifficulty))
	case !(c >= 0 && c < 1):
		return fmt.Errorf("c is %v; a lower asymptote lies from 0 to below 1", it.C)
	case !(d > 0 && d <= 1):
		return fmt.Errorf("d is %v; an upper asymptote lies above 0 and up to 1", it.D)
	case c >= d:
		return errors.New("c is not below d; the upper asymptote lies above the lower one")
	}
	return nil
}

func (it Item) asymptotes() (c, d float64) {
	if it.D == 0 {
		return it.C, 1
	}
	return it.C, it.D
}

// twoParameter tells that the item has neither asymptote: its log-likelihood
// is concave, and many formulas are shorter.
func (it Item) twoParameter() bool { return it.C == 0 && (it.D == 0 || it.D == 1) }

func (it Item) z(θ float64) float64 { return float64(it.A * (θ - it.B)) }

// Probability returns the probability of a right and of a wrong answer.
func (it Item) Probability(θ float64) (right, wrong float64) {
	p, q := logistic(it.z(θ))
	if it.twoParameter() {
		return p, q
	}
	c, d := it.asymptotes()
	return c + float64((d-c)*p), (1 - d) + float64((d-c)*q)
}

// LogProbability returns the logarithms of the two probabilities, finite even
// where the probabilities are too small for a float64.
func (it Item) LogProbability(θ float64) (right, wrong float64) {
	z := it.z(θ)
	if it.twoParameter() {
		return logLogistic(z)
	}
	c, d := it.asymptotes()
	p, q := logistic(z)
	lnP, lnQ := logLogistic(z)
	if c > 0 {
		right = ln(c + float64((d-c)*p))
	} else {
		right = ln(d) + lnP
	}
	if d < 1 {
		wrong = ln((1 - d) + float64((d-c)*q))
	} else {
		wrong = ln(1-c) + lnQ
	}
	return right, wrong
}

// Information returns Fisher's information of the item on an ability,
// P'²/(P·(1-P)).
func (it Item) Information(θ float64) float64 {
	t := expNeg(-math.Abs(it.z(θ)))
	u := 1 + t
	info := float64(it.A*it.A) * t / float64(u*u)
	if it.twoParameter() {
		return info
	}
	right, wrong := it.shares(θ)
	_, d := it.asymptotes()
	range2 := float64((d - it.C) * (d - it.C))
	return float64(float64(info*range2) * float64(right*wrong))
}

// shares returns σ/P and (1-σ)/(1-P), σ being the logistic part of P. Where an
// asymptote is absent they are constants, which keeps P'/P and the information
// from being 0/0 far from the difficulty.
func (it Item) shares(θ float64) (right, wrong float64) {
	c, d := it.asymptotes()
	p, q := logistic(it.z(θ))
	right, wrong = 1/d, 1/(1-c)
	if c > 0 {
		right = p / (c + float64((d-c)*p))
	}
	if d < 1 {
		wrong = q / ((1 - d) + float64((d-c)*q))
	}
	return right, wrong
}

// logInformation is the logarithm of Information, finite wherever that is too
// small for a float64.
func (it Item) logInformation(θ float64) float64 {
	lnP, lnQ := logLogistic(it.z(θ))
	right, wrong := it.LogProbability(θ)
	c, d := it.asymptotes()
	return 2*(ln(it.A)+ln(d-c)+lnP+lnQ) - right - wrong
}

// at returns what estimators by maximum need of an answer at an ability: the
// derivative of its log-likelihood, the item's information, and J/I of Warm
// (1989), P″/P', which is a·(1-2σ) in this family of models.
func (it Item) at(θ float64, correct bool) (slope, info, skew float64) {
	p, q := logistic(it.z(θ))
	skew = float64(it.A * (q - p))
	a, right, wrong := it.A, 1.0, 1.0
	if !it.twoParameter() {
		c, d := it.asymptotes()
		a = float64(a * (d - c))
		right, wrong = it.shares(θ)
	}
	info = float64(float64(a*a)*float64(p*q)) * float64(right*wrong)
	if correct {
		return float64(a * float64(q*right)), info, skew
	}
	return -float64(a * float64(p*wrong)), info, skew
}

// Response is an answer to an item.
type Response struct {
	Item    Item
	Correct bool
}
