package attestation

import (
	"math/rand/v2"
	"strings"
	"testing"

	"etalon/content"
	"etalon/signing"
)

// random makes people and results: names over Latin-1, Latin Extended-A and
// Vietnamese, every level, both regimes.
type random struct {
	*rand.Rand
	letters []rune
}

func newRandom(seed uint64) *random {
	r := &random{Rand: rand.New(rand.NewPCG(seed, 2))}
	for c := rune('A'); c <= 0x1ef9; c++ {
		if c <= 'z' && (c < '[' || c > '`') || c >= 0xc0 && c <= 0x17f && c != 0xd7 && c != 0xf7 || c >= 0x1ea0 {
			r.letters = append(r.letters, c)
		}
	}
	return r
}

// words are letters of all kinds, in words of at most 24, up to a number of
// bytes.
func (r *random) words(bytes int) string {
	var b strings.Builder
	for b.Len() < bytes {
		var w strings.Builder
		for range 1 + r.IntN(24) {
			w.WriteRune(r.letters[r.IntN(len(r.letters))])
		}
		if b.Len()+1+w.Len() > bytes {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(" -"[r.IntN(2)])
		}
		b.WriteString(w.String())
	}
	return b.String()
}

// document is the i-th of a run.
func (r *random) document(t testing.TB, lang content.Lang, i int) Document {
	scores := []int{0, 64, 128, 256, 384, 512, 640, 768}
	return document(t, lang, sample(func(c *signing.Credential) {
		c.Number += uint64(i)
		c.FamilyName = "Ệ" + r.words(1+r.IntN(60))
		c.GivenNames = r.words(r.IntN(60))
		c.BirthPlace = "Ģ" + r.words(r.IntN(40))
		c.Centre = "Ṭ" + r.words(r.IntN(40))
		if i%9 == 8 {
			profile(c)
			return
		}
		c.Level = i % 8
		c.Score = scores[c.Level] + 5
		c.Professional = c.Score >= 120
		for k := range c.Levels {
			c.Levels[k] = r.IntN(8)
		}
	}))
}

// longest is the i-th of a run of people whose names are as long as the
// credential takes, in letters of all kinds.
func (r *random) longest(t testing.TB, i int) Document {
	return document(t, content.FR, sample(func(c *signing.Credential) {
		if i%3 == 2 {
			profile(c)
		}
		c.FamilyName, c.GivenNames = "Ệ"+r.words(100), r.words(50+r.IntN(40))
		left := 212 - len(c.FamilyName) - len(c.GivenNames)
		c.BirthPlace = "Ģ" + r.words(min(90, left/2))
		c.Centre = "Ṭ" + r.words(left-len(c.BirthPlace))
	}))
}
