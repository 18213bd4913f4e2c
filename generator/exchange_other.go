//go:build !linux

package main

import "errors"

// exchange is not to be had here: the caller renames twice instead.
func exchange(a, b string) error { return errors.ErrUnsupported }
