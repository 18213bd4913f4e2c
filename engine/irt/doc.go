// Package irt holds item response theory: models of up to four parameters,
// estimators of ability, the selection of items in adaptive tests, and the
// calibration of items.
package irt
