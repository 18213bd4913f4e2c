// Package statistics counts final records, and publishes the counts without
// telling anything about one person: results by outcome and rule, by centre, by
// month, by global level and by competence, as CSV and as a page with charts.
//
// # What is counted
//
// Sessions whose record is final, by the day they were held; somebody who sat
// two counts twice. The two regimes are never added up: each is a population of
// its own, and no table holds both. Levels are those of certifications obtained.
//
// # What is withheld
//
// A count of people from 1 to least-1 is withheld. The threshold is 5 unless the
// operator says otherwise: statistical offices ask for three or for five people
// behind a published count (Glossary of Statistical Disclosure Control, UNECE and
// Eurostat, 2005, « threshold rule »), and results of persons, minors among them,
// call for the stricter. Nothing below 3 is accepted. Zero is published: nobody
// stands behind it. In a row of fewer than least people, everything is withheld,
// the zeros and the sum included, for « all of them failed » is about each.
//
// A withheld count must not come back by subtraction. Further counts are withheld
// (secondary suppression), so few as the way below finds, until the published
// figures leave each of the former an interval at least least wide:
//
//   - A list whose sum is published (the rules of an outcome, the levels of a
//     competence) withholds two counts or more, which together are at least
//     least; any of them may then be all of it or nothing.
//   - Where a mean level is published too, it gives a second equation. The
//     interval is computed under both, the mean taken as anything that rounds to
//     what is shown; if need be the mean is withheld as well.
//   - In a table of centres or months by outcome, of which all sums by outcome are
//     published, the interval of a withheld count is a greatest flow: raising it by
//     one means lowering another in its row, raising one in that column, and so on
//     round to its own column. Shortest paths find which counts to withhold for the
//     flow to be great enough; small counts go before great ones, sums last.
//
// All tables of a regime share the sums by outcome and nothing else, so that what
// each leaves open by itself stays open when they are taken together. These sums
// are therefore the first thing decided: obtained, not obtained and cancelled;
// where one of the three would be withheld, obtained and all others; where that
// fails too, the obtained alone and nothing about the others; then the sessions
// alone; then nothing.
//
// # What this cannot see
//
// Two publications for periods that overlap can be subtracted from each other:
// publish whole months, or whole years, once. In the adaptive regime all levels
// follow from one capacity; whoever knows the framework's intervals, which are
// not published, can compare the levels of two competences at their bounds.
// Sums published elsewhere, by a centre about itself for instance, are known to
// whoever reads them.
package statistics
