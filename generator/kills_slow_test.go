//go:build slow

package main

// kills is how many instants TestKilled tries.
const kills = 200
