package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"etalon/testdata"
)

// specimenThemes lists the themes of each competence, as in the referential.
var specimenThemes = map[string]string{
	"1.1": "web-browsing search-engines monitoring-curation evaluating-information sources-citation internet-governance overload-filtering critical-distance copyright",
	"1.2": "folders-files storage-compression transfer-synchronisation search-metadata semantic-indexing data-structuring information-systems data-location economic-models system-security",
	"1.3": "quantitative-data calculation-statistics data-flows big-data computational-thinking privacy interoperability",
	"2.1": "interaction-protocols interaction-roles interaction-services privacy digital-identity connected-life netiquette",
	"2.2": "sharing-protocols sharing-services publication-rules social-networks freedom-expression online-learning privacy digital-identity civic-participation e-reputation web-writing netiquette copyright",
	"2.3": "collaboration-roles online-editing versions-revisions access-rights project-management copyright connected-life privacy",
	"2.4": "digital-identity e-reputation netiquette civic-participation economic-models ethics-values internet-governance freedom-expression",
	"3.1": "text-editing structure-form illustration-embedding visual-identity interoperability document-usability accessibility copyright",
	"3.2": "multimedia-editing capture-digitisation interoperability accessibility copyright visual-identity",
	"3.3": "licences distribution-online document-usability web-writing interoperability accessibility privacy",
	"3.4": "algorithms-programs encoding-information complexity computational-thinking big-data ai-robots",
	"4.1": "attacks-threats encryption protection-software authentication system-security privacy",
	"4.2": "personal-data-law traces privacy big-data",
	"4.3": "workstation-ergonomics wireless-waves environmental-impact accessibility connected-life sensors ai-robots health privacy",
	"5.1": "breakdowns-support administration-configuration maintenance-updates backup-restoration interoperability complexity",
	"5.2": "history-computing computing-hardware software-services operating-systems computer-networks offers economic-models",
}

// chance is a number in [0, 1) that depends on its words alone: the specimen
// data must come out the same from every version of Go.
func chance(words ...any) float64 {
	sum := sha256.Sum256([]byte(fmt.Sprintln(words...)))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}

func rounded(x float64, decimals float64) float64 {
	p := math.Pow(10, decimals)
	return math.Round(x*p) / p
}

// specimenBank makes up a calibrated bank: for each theme and level 1 to 7 one
// item, or two where a competence has few themes. Difficulty follows the level
// with noise; neither was ever measured on anybody.
func specimenBank() []byte {
	var items []any
	for _, code := range competenceCodes {
		themes := strings.Fields(specimenThemes[code])
		for _, theme := range themes {
			for level := 1; level <= 7; level++ {
				for _, letter := range []string{"a", "b"}[:specimenVariants(len(themes))] {
					items = append(items, specimenItem(code, theme, level, letter))
				}
			}
		}
	}
	return specimenBankFile(`"id": "specimen-2026"`, items)
}

// specimenBankFile writes a specimen bank, an item a line.
func specimenBankFile(head string, items []any) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n \"schema\": \"etalon-bank/1\",\n %s,\n \"specimen\": true,\n \"items\": [", head)
	for i, it := range items {
		line, err := json.Marshal(it)
		if err != nil {
			panic(err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  ")
		b.Write(line)
	}
	b.WriteString("\n ]\n}\n")
	return b.Bytes()
}

func specimenItem(code, theme string, level int, letter string) Item {
	id := fmt.Sprintf("%s-%s-%d%s", code, theme, level, letter)
	// Twelve draws less six: nearly a normal law of variance 1.
	noise := -6.0
	for i := range 12 {
		noise += chance(id, "b", i)
	}
	// Some competences are harder than others: hence intervals of their own.
	hardness := 0.8*chance(code, "hardness") - 0.4
	it := Item{
		ID: id, Competence: code, Theme: theme, Level: level,
		A:    rounded(0.6+1.4*chance(id, "a"), 4),
		B:    rounded(-4.4+1.15*float64(level-1)+hardness+0.45*noise, 4),
		Mode: Focus, Languages: []string{"en", "fr"}, Accessible: []string{},
	}
	if chance(id, "mode") < 0.4 {
		it.Mode = Free
	}
	for i, need := range allNeeds {
		if chance(id, need) < []float64{0.85, 0.8, 0.9, 0.6}[i] {
			it.Accessible = append(it.Accessible, need)
		}
	}
	return it
}

// specimenFramework is the framework adaptive-2022 with made-up intervals.
func specimenFramework() []byte {
	bounds := []float64{-7.5, -4.9, -4.1, -3.1, -2, -0.9, 0.3, 1.6, 6}
	var b strings.Builder
	b.WriteString(`{
 "schema": "etalon-framework/1",
 "id": "adaptive-2022",
 "regime": "adaptive",
 "validFrom": "2022-01-01",
 "validUntil": "",
 "note": {
  "fr": "SPECIMEN : bornes inventées pour la démonstration.",
  "en": "SPECIMEN: bounds made up for the demonstration."
 },
 "maxLevel": 7,
 "scores": [64, 128, 256, 384, 512, 640, 768, 896],
 "professional": {"score": 120, "from": "2022-01-01"},
 "questions": 32,
 "minimumTreated": 20,
 "minutes": 105,
 "sessionMinutes": 120,
 "validityYears": 3,
 "waitDays": 15,
 "minimumCompetences": 5,
 "initialCapacity": -3,
 "variationLimit": null,
 "intervals": {`)
	for i, key := range append([]string{globalScale}, competenceCodes[:]...) {
		if i > 0 {
			b.WriteByte(',')
		}
		shift := 0.0
		if key != globalScale {
			shift = specimenShift(key)
		}
		fmt.Fprintf(&b, "\n  %q: [", key)
		for l := range 8 {
			if l > 0 {
				b.WriteString(", ")
			}
			at := func(l int) float64 {
				jitter := 0.0
				if key != globalScale && l > 0 && l < 8 {
					jitter = 0.5*chance(key, l) - 0.25
				}
				return rounded(bounds[l]+shift+jitter, 2)
			}
			fmt.Fprintf(&b, "[\"%.2f\", \"%.2f\"]", at(l), at(l+1))
		}
		b.WriteByte(']')
	}
	b.WriteString("\n }\n}\n")
	return []byte(b.String())
}

// specimenShift moves a competence's intervals: from -0.9 to 0.9 in even steps,
// in the order of the items' own hardness, so that one capacity gives levels
// that differ, as those of people do.
func specimenShift(code string) float64 {
	rank := 0
	for _, other := range competenceCodes {
		if chance(other, "hardness") < chance(code, "hardness") {
			rank++
		}
	}
	return 1.8*float64(rank)/float64(len(competenceCodes)-1) - 0.9
}

func readSpecimen(t testing.TB) (*Bank, *Framework) {
	t.Helper()
	bank, framework := specimenFile(t, "bank.json"), specimenFile(t, "adaptive-2022.json")
	b, err := DecodeBank("bank.json", bank)
	if err != nil {
		t.Fatal(err)
	}
	f, err := DecodeFramework("adaptive-2022.json", framework)
	if err != nil {
		t.Fatal(err)
	}
	return b, f
}

func specimenFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := testdata.FS.ReadFile("specimen/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSpecimenBank(t *testing.T) {
	b, f := readSpecimen(t)
	if !b.Specimen || b.ID != "specimen-2026" || f.MaxLevel != 7 {
		t.Errorf("bank %s, specimen %v; framework up to %d", b.ID, b.Specimen, f.MaxLevel)
	}
	for _, code := range competenceCodes {
		levels, n := map[int]bool{}, 0
		for _, it := range b.Items {
			if it.Competence == code {
				n++
				levels[it.Level] = true
				if !slices.Contains(strings.Fields(specimenThemes[code]), it.Theme) {
					t.Errorf("%s has theme %s", it.ID, it.Theme)
				}
			}
		}
		if n < 40 || len(levels) != 7 {
			t.Errorf("competence %s has %d items over %d levels; want 40 or more over 7", code, n, len(levels))
		}
	}
	t.Logf("%d items", len(b.Items))
}

// specimenVariants is how many items a theme and level get: enough for 40 a
// competence.
func specimenVariants(themes int) int {
	if 7*themes < 49 {
		return 2
	}
	return 1
}
