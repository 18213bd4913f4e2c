//go:build !slow && !race

package main

// kills is how many instants TestKilled tries.
const kills = 8
