//go:build slow

package engine

const wanderings = 100_000
