package irt

// Estimate is an ability and its standard error.
type Estimate struct{ Ability, Error float64 }

// Estimator is one candidate's estimate, moved by each answer. It is not safe
// for use by several goroutines at once.
type Estimator interface {
	Answer(it Item, correct bool) Estimate
	Estimate() Estimate // as it stands
	Reset()             // forgets all answers
}
