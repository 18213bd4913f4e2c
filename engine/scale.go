package engine

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// competenceCodes lists the 16 competences of the referential. They are part
// of the format: a framework gives intervals for each, a record a level.
var competenceCodes = [16]string{
	"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1",
	"3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2",
}

func competenceIndex(code string) int {
	for i, c := range competenceCodes {
		if c == code {
			return i
		}
	}
	return -1
}

// billion is the unit in which capacities and bounds are held as integers.
const billion = 1_000_000_000

// interval is [low, high) on the scale of ability, in units of 1e-9.
type interval struct{ low, high int64 }

// scale is one interval a level, 0 to the highest, contiguous.
type scale []interval

// level of a capacity, clamped to the scale.
func (s scale) level(capacity int64) int {
	for l, i := range s {
		if capacity < i.high {
			return l
		}
	}
	return len(s) - 1
}

// score places a capacity on the scale of pix. floor holds the least score of
// levels 0, 1, 2 … and, last, the first score out of reach. All is exact: a
// product is below 2^63, since bounds are at most 100 and a level at most 1024
// pix wide.
func (s scale) score(capacity int64, floor []int) int {
	if capacity < s[0].low {
		return 0
	}
	l := s.level(capacity)
	i := s[l]
	if capacity >= i.high {
		return floor[l+1] - 1
	}
	return floor[l] + int((capacity-i.low)*int64(floor[l+1]-floor[l])/(i.high-i.low))
}

var decimalPattern = regexp.MustCompile(`^-?(?:0|[1-9][0-9]{0,2})(?:\.[0-9]+)?$`)

// parseDecimal reads a decimal, a JSON number or the same in a string, exactly,
// in units of 1e-9.
func parseDecimal(v jsontext.Value) (int64, error) {
	s := strings.TrimSpace(string(v))
	if len(s) >= 2 && s[0] == '"' {
		s = s[1 : len(s)-1]
	}
	if !decimalPattern.MatchString(s) || len(s) > 32 {
		return 0, fmt.Errorf("is %.40q; give a plain decimal, as -1.25", s)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > 6 {
		return 0, fmt.Errorf("is %s, with %d decimals; a bound has at most 6", s, len(fraction))
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 9-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("is %.40q; give a plain decimal, as -1.25", s)
	}
	if n < -100*billion || n > 100*billion {
		return 0, fmt.Errorf("is %s; abilities lie between -100 and 100", s)
	}
	return n, nil
}

// decimal writes units of 1e-9 without trailing zeros, for messages.
func decimal(n int64) string {
	return strconv.FormatFloat(fromBillionths(n), 'f', -1, 64)
}

// decodeScale reads the intervals of one competence, or of the global scale.
// A published table of this kind once carried inverted bounds: every flaw is
// named by scale and level, all of them at once.
func decodeScale(d document, key string, raw [][]jsontext.Value, maxLevel int) (s scale, faults []error) {
	base := jsontext.Pointer("/intervals").AppendToken(key)
	what := "competence " + key
	if key == globalScale {
		what = "the global scale"
	}
	fail := func(at jsontext.Pointer, format string, args ...any) {
		faults = append(faults, d.at(at, format, args...))
	}
	if len(raw) != maxLevel+1 {
		fail(base, "holds %d intervals for %s; give one a level, 0 to %d", len(raw), what, maxLevel)
		return nil, faults
	}
	for l, pair := range raw {
		at := base.AppendToken(strconv.Itoa(l))
		if len(pair) != 2 {
			fail(at, "holds %d bounds for %s, level %d; give [low, high]", len(pair), what, l)
			return nil, faults
		}
		var bounds [2]int64
		for i, v := range pair {
			n, err := parseDecimal(v)
			if err != nil {
				fail(at.AppendToken(strconv.Itoa(i)), "(%s, level %d) %v", what, l, err)
				return nil, faults
			}
			bounds[i] = n
		}
		low, high := bounds[0], bounds[1]
		switch {
		case low > high:
			fail(at, "is inverted for %s, level %d: %s is above %s; put the lower bound first", what, l, decimal(low), decimal(high))
		case low == high:
			fail(at, "is empty for %s, level %d: both bounds are %s; widen it", what, l, decimal(low))
		case l > 0 && low > s[l-1].high:
			fail(at, "leaves a gap for %s between level %d, which ends at %s, and level %d, which begins at %s; make them touch", what, l-1, decimal(s[l-1].high), l, decimal(low))
		case l > 0 && low < s[l-1].high:
			fail(at, "overlaps for %s: level %d ends at %s and level %d begins at %s; make them touch", what, l-1, decimal(s[l-1].high), l, decimal(low))
		}
		s = append(s, interval{low, high})
	}
	return s, faults
}

// checkScores checks the least scores of global levels 1 to 8 and returns
// them from level 0 up to one beyond maxLevel.
func checkScores(scores []int, maxLevel int) ([]int, error) {
	if len(scores) != 8 {
		return nil, fmt.Errorf("holds %d scores; give the least score of each of the 8 levels", len(scores))
	}
	floor := append(append([]int{0}, scores...), 1024)
	for i := 1; i < len(floor); i++ {
		if floor[i] <= floor[i-1] {
			return nil, fmt.Errorf("does not rise at level %d: %d after %d", i, floor[i], floor[i-1])
		}
	}
	// 8 pix a level and competence: the highest score at level max is
	// 128·max - 1, which must be where the next level begins.
	if floor[maxLevel+1] != 128*maxLevel {
		return nil, errors.New("does not agree with maxLevel: the level after the highest must begin at 128 times the highest")
	}
	return floor[:maxLevel+2], nil
}
