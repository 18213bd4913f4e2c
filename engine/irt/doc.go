// Package irt holds item response theory: models of up to four parameters,
// estimators of ability, the selection of items in an adaptive test, and the
// calibration of items from answers. It reads no file, no clock and no source of
// chance but those given to it, and the same arguments give the same bits on
// every machine: exponentials and logarithms are its own, made of operations
// that IEEE 754 rounds exactly, in which no product and sum are fused.
//
// A [Test] says how a test goes, a [Run] is one candidate's. The examples of
// [Test], [Estimator], [Rule] and [Calibrate] are the tutorial.
//
// # Models
//
// An [Item] is answered right with the probability
//
//	P(θ) = c + (d - c) / (1 + exp(a·(b - θ)))
//
// with a > 0 and 0 ≤ c < d ≤ 1. Its information is P'²/(P·(1-P)). Probabilities
// far from the difficulty keep their full precision, their logarithms stay
// finite: nothing is a NaN after ten thousand answers, nor where |a(θ-b)| is
// beyond what a float64 can exponentiate.
//
// # Estimators
//
// Those on a [Scale], by default N(0, 1), abilities from -4 to 4, 33 nodes:
//
//	ML   where Π P^x·(1-P)^(1-x) is greatest                   error 1/√I
//	MAP  where its product with the prior is greatest          error 1/√(I + 1/SD²)
//	WL   where Σ P'(x-P)/(P(1-P)) + J/2I falls through 0,      error 1/√I
//	     J = Σ P'P″/(P(1-P)) (Warm 1989)
//	EAP  the posterior's mean over the nodes, trapezoid rule   error its standard deviation
//
// I is the sum of the information of the items answered, at the estimate. These
// are the definitions of catR; an estimate at a bound of the scale has the
// error of that bound. Of several maxima the highest is taken. Before any
// answer ML and WL give the prior's mean, and an error without end.
//
// The recentred estimator works on the 81 nodes -9, -8.775, … 9. Before each
// answer its prior, normal of variance 1.5, is centred on the capacity so far;
// the likelihood is that of all answers. The capacity is the posterior's mean,
// its step limited when a limit v is given: to v while |previous| < v, else to
// |previous·v|. The error is √max(0, Σ posterior·(θ - capacity)² - (9/80)²/12).
//
// EAP and the recentred estimator cost the same for every answer, whatever came
// before: likelihoods are products by node, brought back into range in the log
// domain long before they could vanish. ML, MAP and WL look at all answers
// again, from where the last root lay.
//
// # Selection
//
// Of the items that were neither asked nor closed, the rules keep some; the
// [Criterion] ranks them, ties going to the lower index; [Ranks] draw one of the
// best. Rules yield in the order in which they are given: when they leave
// nothing, the first is waived for this question, then the second as well, and
// so on.
//
// Maximum information is exact, and looks at few items once [Bank.Index] has
// listed them, for each of 1152 bins of ability, by an upper bound of their
// information over the bin: information rises to one peak and falls after it,
// so that its bound lies at the point of the bin nearest to the peak. A list is read until
// the bound is below what was found.
//
// Exposure is held down by [Capped], a rule like others that bars what too many
// have seen, or by the chances that [Test.SympsonHetter] computes by
// simulation.
//
// A test is over at its length, at an error, when a level is decided with a
// given confidence, or when nothing is left: [Stop], [Reason].
//
// # Calibration
//
// [Calibrate] estimates two-parameter items by marginal maximum likelihood,
// abilities following N(0, 1), on 49 nodes from -6 to 6. Standard errors come
// from the cross products of the persons' scores. Fit is a score test of each
// curve against one with a quadratic and a cubic term of ability, which finds
// guessing, slips and curves that bend back; its reference is the law of
// chi-square with two degrees of freedom, of which simulated items that fit
// exceed the 5 % point in 3 to 5 % of cases.
package irt
