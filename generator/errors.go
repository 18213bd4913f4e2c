package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// hinted is an error with the remedy a person can apply.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// withHint attaches a remedy to an error; a nil error stays nil.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// errUsage marks errors in the command line itself: exit status 2.
var errUsage = errors.New("usage")

type usageError struct{ msg string }

func (u *usageError) Error() string        { return u.msg }
func (u *usageError) Is(target error) bool { return target == errUsage }

func usagef(format string, args ...any) error {
	return withHint(&usageError{fmt.Sprintf(format, args...)}, "run 'generator help' for the commands and their flags")
}

// exitCode prints err the way every command of the house does and returns the
// status to exit with: 0 without an error, 2 for a misuse, 1 otherwise.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "generator: error: %v\n", err)
	for _, hint := range hints(err) {
		fmt.Fprintf(stderr, "generator: hint: %s\n", hint)
	}
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

// hints collects the remedies in an error tree, each once, in order.
func hints(err error) []string {
	var found []string
	var walk func(error)
	walk = func(err error) {
		if h, ok := err.(*hinted); ok {
			if slices.Contains(found, h.hint) {
				return
			}
			found = append(found, h.hint)
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			if e := u.Unwrap(); e != nil {
				walk(e)
			}
		case interface{ Unwrap() []error }:
			for _, e := range u.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	return found
}
