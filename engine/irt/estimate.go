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

// AnswerAll takes several answers into account and returns the estimate after
// the last. It spares the estimators that look at all answers each time, ML,
// MAP and WL, the estimates between.
func AnswerAll(e Estimator, answers []Response) Estimate {
	if m, ok := e.(*maximum); ok && len(answers) > 0 {
		last := len(answers) - 1
		for _, r := range answers[:last] {
			m.note(r)
		}
		return m.Answer(answers[last].Item, answers[last].Correct)
	}
	for _, r := range answers {
		e.Answer(r.Item, r.Correct)
	}
	return e.Estimate()
}
