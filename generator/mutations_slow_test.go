//go:build slow

package main

const intakeMutations = 10_000
