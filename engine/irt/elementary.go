package irt

import "math"

// The standard library's exponential and logarithm are written in assembly on
// some machines and may differ there in the last bit; a compiler may also fuse
// a product and a sum. A value near the middle of two multiples of 1e-9 would
// then be rounded differently on two machines, and two items in a near tie
// ranked differently. The functions here use only operations that IEEE 754 rounds exactly;
// each product is converted to float64 before it is added, which forbids
// fusing (Go specification, "Floating-point operators").

// ln2Hi has 21 zero bits at its end, so that k*ln2Hi is exact for the k below.
const (
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = 0x1.a39ef35793c76p-33
)

// expNeg returns e^x for x <= 0, and 0 below -700, where nothing that this
// package adds up can notice it.
func expNeg(x float64) float64 {
	if x < -700 {
		return 0
	}
	n := int64(float64(x*(1/math.Ln2)) - 0.5) // to the nearest: conversion drops the fraction
	k := float64(n)
	r := x - float64(k*ln2Hi)
	r -= float64(k * ln2Lo)
	// Taylor: |r| <= ln(2)/2, so the first term left out is below 5e-18. The
	// terms are summed in pairs, pairs of pairs (Estrin), which a processor
	// works on abreast.
	q := float64(r * r)
	q2 := float64(q * q)
	a := 1.0/2 + float64(r*(1.0/6))
	b := 1.0/24 + float64(r*(1.0/120))
	c := 1.0/720 + float64(r*(1.0/5040))
	d := 1.0/40320 + float64(r*(1.0/362880))
	e := 1.0/3628800 + float64(r*(1.0/39916800))
	f := 1.0/479001600 + float64(r*(1.0/6227020800))
	a += float64(b * q)
	c += float64(d * q)
	e += float64(f * q)
	c += float64(e * q2)
	a += float64(c * q2)
	p := 1 + (r + float64(a*q))
	return float64(p * math.Float64frombits(uint64(n+1023)<<52))
}

// logOnePlus returns ln(1 + e) for 0 <= e <= 1, as twice the inverse
// hyperbolic tangent of s = e/(2+e) <= 1/3.
func logOnePlus(e float64) float64 {
	s := e / (2 + e)
	q := float64(s * s)
	sum := 0.0
	for _, c := range &atanh {
		sum = float64(sum*q) + c
	}
	return 2 * float64(s*sum)
}

// atanh holds 1/35, 1/33, … 1/3, 1: the first term left out is below 2e-18.
var atanh = func() (c [18]float64) {
	for i := range c {
		c[i] = 1 / float64(35-2*i)
	}
	return c
}()

// ln returns the natural logarithm of a normal x > 0, within 2e-16 of the sum of
// its two parts.
func ln(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	k := float64(exponent - 1)
	return float64(k*ln2Hi) + (float64(k*ln2Lo) + logOnePlus(2*fraction-1))
}

// logistic returns 1/(1+e^-z) and its complement, each with its own full
// precision, however far z is from 0.
func logistic(z float64) (p, q float64) {
	t := expNeg(-math.Abs(z))
	p = 1 / (1 + t)
	q = float64(t * p)
	if z < 0 {
		return q, p
	}
	return p, q
}

// logLogistic returns the logarithms of the two values of logistic. Neither is
// ever taken of a rounded probability, so that even an answer of probability
// 1e-300 leaves a finite trace.
func logLogistic(z float64) (lnP, lnQ float64) {
	t := logOnePlus(expNeg(-math.Abs(z)))
	if z < 0 {
		return z - t, -t
	}
	return -t, -z - t
}
