// Package testdata holds the sample data of the project: a synthetic item
// bank, its framework, session logs and jury decisions (specimen/), and the
// vectors that formats and formulas are tested against (vectors/). The
// generator's demonstration and the tests read it; nothing else does.
package testdata

import "embed"

// FS holds specimen/, what the demonstration is made from.
//
//go:embed specimen
var FS embed.FS

// Vectors holds vectors/, for tests alone: a program that does not name it
// does not carry it.
//
//go:embed vectors
var Vectors embed.FS
