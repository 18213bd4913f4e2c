package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// pixPerLevel is what a level of a competence is worth.
const pixPerLevel = 8

// skill is an « acquis »: what one theme asks for at one level. The items that
// ask for it are its variants.
type skill struct {
	id    string // competence, theme and level, as "1.3-big-data-2"
	theme string // competence and theme, as "1.3-big-data"
	level int
	items []int // indices, in order of ids
}

// indexSkills groups the items of a bank of the profile regime into skills: by
// competence, and in each by level, then id.
func (b *Bank) indexSkills() error {
	at := map[string]int{}
	for i := range b.Items {
		it := &b.Items[i]
		list := &b.skills[competenceIndex(it.Competence)]
		theme, id := it.Competence+"-"+it.Theme, it.skill()
		j, ok := at[id]
		if !ok {
			j = len(*list)
			at[id] = j
			*list = append(*list, skill{id: id, theme: theme, level: it.Level})
		}
		(*list)[j].items = append((*list)[j].items, i)
		b.highest = max(b.highest, it.Level)
	}
	for c, list := range b.skills {
		slices.SortFunc(list, func(x, y skill) int {
			if x.level != y.level {
				return x.level - y.level
			}
			return strings.Compare(x.id, y.id)
		})
		for level := 1; level <= b.highest; level++ {
			if !slices.ContainsFunc(list, func(k skill) bool { return k.level == level }) {
				return fmt.Errorf("has no skill of competence %s at level %d; a bank of the profile regime has one at least for each competence and level, here 1 to %d", competenceCodes[c], level, b.highest)
			}
		}
	}
	return nil
}

// skill is the id of the skill that an item asks for.
func (it *Item) skill() string {
	return it.Competence + "-" + it.Theme + "-" + strconv.Itoa(it.Level)
}

// skillByID returns the competence and the place within it of a skill.
func (b *Bank) skillByID(id string) (competence, place int, ok bool) {
	for c, list := range b.skills {
		if strings.HasPrefix(id, competenceCodes[c]+"-") {
			place = slices.IndexFunc(list, func(k skill) bool { return k.id == id })
			return c, place, place >= 0
		}
	}
	return 0, 0, false
}

// standing is what the validated skills of a competence, by place, are worth:
// the 8 pix of a level are shared among its skills. Those above maxLevel are
// worth nothing.
func (b *Bank) standing(competence, maxLevel int, validated func(place int) bool) Standing {
	var all, have [9]int64
	for i, k := range b.skills[competence] {
		all[k.level]++
		if validated(i) {
			have[k.level]++
		}
	}
	sum := new(big.Rat)
	for level := 1; level <= maxLevel; level++ {
		if all[level] > 0 {
			sum.Add(sum, big.NewRat(pixPerLevel*have[level], all[level]))
		}
	}
	return standingOf(sum)
}

// Standing is where a candidate stands in a competence.
type Standing struct {
	Exact *big.Rat // pix, before the fraction is dropped
	Pix   int      // whole pix
	Level int      // Pix / 8
}

func standingOf(exact *big.Rat) Standing {
	pix := int(new(big.Int).Quo(exact.Num(), exact.Denom()).Int64())
	return Standing{exact, pix, pix / pixPerLevel}
}

// keyed orders what the rules leave to chance: the one with the least key comes
// first. Skills and items have keys of their own in each test, which anybody
// who has its seed computes again.
func keyed(seed *[32]byte, id string) string {
	mac := hmac.New(sha256.New, seed[:])
	mac.Write([]byte(id))
	return string(mac.Sum(nil))
}

// variant returns the item that asks for a skill in a test: of those in the
// candidate's language that serve all needs, one that is not in seen if there
// is any, the one of least key. It returns -1 when the candidate can be put
// none.
func (b *Bank) variant(k *skill, seed *[32]byte, language string, needs []string, seen map[int]bool) int {
	best, bestKey := -1, ""
	for _, i := range k.items {
		it := &b.Items[i]
		if !it.serves(language, needs) {
			continue
		}
		key := keyed(seed, it.ID)
		if best < 0 || seen[best] && !seen[i] || seen[best] == seen[i] && key < bestKey {
			best, bestKey = i, key
		}
	}
	return best
}
