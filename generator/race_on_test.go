//go:build race

package main

// leftOut are the scripts not run under the race detector, which slows each
// command tenfold: those of commands that do one thing at a time.
var leftOut = []string{"full_disk.txt", "keys.txt", "lifecycle.txt", "passphrase.txt", "stolen_key.txt", "stolen_status_key.txt", "wrong_input.txt"}
