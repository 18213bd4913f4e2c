//go:build !race

package main

// raceDetector: memory is the server's own.
const raceDetector = false
