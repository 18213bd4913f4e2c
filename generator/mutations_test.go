//go:build !slow

package main

// intakeMutations is how many mutated files TestMutatedIntake tries; 10,000
// with -tags slow.
const intakeMutations = 1200
