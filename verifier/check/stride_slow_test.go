//go:build !race && slow

package check_test

const stride = 1
