//go:build race

package main

// leftOut are the scripts not run under the race detector, which slows each
// command tenfold: those of commands that do one thing at a time, and those
// that tell the same of the others as audit, deliver, jury, main_job, plan,
// score and simulate do.
var leftOut = []string{
	"check.txt", "closing.txt", "explain.txt", "forms.txt", "full_disk.txt", "init.txt", "intake.txt", "keys.txt", "lifecycle.txt", "lock.txt",
	"minutes.txt", "neutralise.txt", "passphrase.txt", "profile_regime.txt", "status.txt", "stolen_key.txt", "stolen_status_key.txt", "wrong_input.txt",
}
