//go:build !race

package check_test

const stride = 1
