//go:build race

package main

// raceDetector: the process under test keeps the detector's own memory.
const raceDetector = true
