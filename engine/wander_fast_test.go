//go:build !slow

package engine

const wanderings = 300
