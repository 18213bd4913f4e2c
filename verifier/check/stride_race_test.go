//go:build race

package check_test

// stride thins out the long loops, which the race detector slows twentyfold;
// without it and with the tag slow every byte is tried.
const stride = 13
