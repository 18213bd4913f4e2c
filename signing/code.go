package signing

import (
	"fmt"
	"io"
	"strings"
)

// crockford is the alphabet of access codes; a symbol's place is its value.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeSymbols counts the 20 symbols of 5 bits and the check symbol.
const codeSymbols = 21

// Code is an access code (section 6): 100 random bits. It is a secret: print
// it for the holder, never in a log.
type Code struct {
	bits [13]byte // big-endian, the first 4 bits zero
}

// NewCode draws a code from rand, [crypto/rand.Reader] outside tests.
func NewCode(rand io.Reader) (Code, error) {
	var c Code
	if _, err := io.ReadFull(rand, c.bits[:]); err != nil {
		return Code{}, fmt.Errorf("drawing an access code: %w", err)
	}
	c.bits[0] &= 0x0f
	return c, nil
}

// CodeError tells what is wrong with a typed code.
type CodeError struct {
	// Problem is "length", "symbol" (not one of the alphabet) or "check" (all
	// symbols are possible, but at least one is mistyped).
	Problem  string
	Position int  // of the symbol, from 1 after the P, for "symbol"
	Symbol   rune // the symbol read there
	Count    int  // symbols read, for "length"
}

// Error implements error.
func (e *CodeError) Error() string {
	switch e.Problem {
	case "length":
		return fmt.Sprintf("access code: %d symbols, want P and 21 more, as in P-XXXXX-XXXXX-XXXXX-XXXXX-X", e.Count)
	case "symbol":
		if e.Symbol == 'U' || e.Symbol == 'u' {
			return fmt.Sprintf("access code: symbol %d is the letter U, which codes never use: it may be a V", e.Position)
		}
		return fmt.Sprintf("access code: symbol %d is %q: want a digit or a letter", e.Position, e.Symbol)
	}
	return "access code: one symbol is mistyped, or two are exchanged: compare with the attestation"
}

// ParseCode reads a code as people type it: any case, with or without the P,
// spaces and hyphens anywhere, O for 0, I or L for 1. The error is a
// *[CodeError].
func ParseCode(s string) (Code, error) {
	if len(s) > 200 {
		return Code{}, &CodeError{Problem: "length", Count: len(s)}
	}
	var symbols []rune
	for _, r := range s {
		if !separator(r) {
			symbols = append(symbols, r)
		}
	}
	// P is also a symbol: only the count tells whether it stands in front.
	prefixed := len(symbols) == codeSymbols+1 && (symbols[0] == 'P' || symbols[0] == 'p')
	if prefixed {
		symbols = symbols[1:]
	}
	values := make([]byte, len(symbols))
	for i, r := range symbols {
		v, ok := symbolValue(r)
		if !ok {
			position := i + 1
			if len(symbols) > codeSymbols {
				position = i // the P in front is not counted
			}
			return Code{}, &CodeError{Problem: "symbol", Position: position, Symbol: r}
		}
		values[i] = v
	}
	if len(values) != codeSymbols {
		n := len(values)
		if n > 0 && (symbols[0] == 'P' || symbols[0] == 'p') {
			n-- // more likely the P in front than a first symbol
		}
		return Code{}, &CodeError{Problem: "length", Count: n}
	}
	if checkSymbol(values[:codeSymbols-1]) != values[codeSymbols-1] {
		if after, ok := strings.CutPrefix(strings.ToUpper(strings.TrimLeftFunc(s, separator)), "P"); ok &&
			!prefixed && strings.IndexFunc(after, separator) == 0 {
			return Code{}, &CodeError{Problem: "length", Count: codeSymbols - 1} // "P-" in front, one is missing
		}
		return Code{}, &CodeError{Problem: "check"}
	}
	var c Code
	for i, v := range values[:codeSymbols-1] {
		for bit := range 5 {
			if v>>(4-bit)&1 == 1 {
				at := 4 + 5*i + bit
				c.bits[at/8] |= 0x80 >> (at % 8)
			}
		}
	}
	return c, nil
}

// String returns the one written form: "P-XXXXX-XXXXX-XXXXX-XXXXX-C".
func (c Code) String() string {
	values := make([]byte, codeSymbols-1, codeSymbols)
	for i := range values {
		for bit := range 5 {
			at := 4 + 5*i + bit
			values[i] = values[i]<<1 | c.bits[at/8]>>(7-at%8)&1
		}
	}
	values = append(values, checkSymbol(values))
	var b strings.Builder
	b.WriteByte('P')
	for i, v := range values {
		if i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[v])
	}
	return b.String()
}

// separator: whatever typing or copying may put between symbols.
func separator(r rune) bool {
	return strings.ContainsRune(" \t\r\n-_.\u00a0\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u202f\u200b\ufeff", r)
}

func symbolValue(r rune) (byte, bool) {
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	i := strings.IndexRune(crockford, r)
	return byte(i), i >= 0
}

// checkSymbol returns the symbol c20 that makes Σ α^i·c_i = 0 for i = 0…20, in
// GF(32) = GF(2)[x]/(x⁵+x²+1), α = x. The powers α^0…α^20 differ, so changing
// one symbol or exchanging any two different ones breaks the sum.
func checkSymbol(values []byte) byte {
	var sum byte
	for i := len(values) - 1; i >= 0; i-- { // Horner, from the last
		sum = timesAlpha(sum) ^ values[i]
	}
	// c20 = sum·α^−20 = sum·α^11, since α^31 = 1.
	for range 31 - len(values) {
		sum = timesAlpha(sum)
	}
	return sum
}

func timesAlpha(v byte) byte {
	v <<= 1
	if v&0x20 != 0 {
		v ^= 0x25
	}
	return v
}
