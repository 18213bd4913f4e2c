//go:build !race && !slow

package check_test

// stride thins out the long loops; with the tag slow every byte is tried.
const stride = 5
