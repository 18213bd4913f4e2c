//go:build !race

package main

var leftOut []string
