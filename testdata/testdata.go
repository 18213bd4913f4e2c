// Package testdata holds the sample data of the project: a synthetic item
// bank, its framework, session logs and jury decisions (specimen/), and the
// vectors that formats and formulas are tested against (vectors/). The
// generator's demonstration and the tests read it; nothing else does.
package testdata

import "embed"

// FS holds specimen/ and vectors/.
//
//go:embed specimen vectors
var FS embed.FS
