//go:build race

package check_test

// stride thins out the long loops, which the race detector slows twentyfold;
// the plain run tries every byte.
const stride = 13
