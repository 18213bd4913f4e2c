package engine

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCompetenceOutcomes holds every cell of the table against the published
// one, and finds a row for whatever can happen to three questions or fewer.
func TestCompetenceOutcomes(t *testing.T) {
	const table = "3,3,0 VVV · 3,2,0 VDD · 3,2,1 VVV · 3,1,0 XXX · 3,1,1 VDX · 3,1,2 VVD · 3,0,any XXX · " +
		"2,2,0 VVV · 2,1,0 VDX · 2,1,1 VVD · 2,0,any XXX · 1,1,0 VVD · 1,0,any XXX"
	rows := map[tally]string{}
	for _, row := range strings.Split(table, " · ") {
		at, outcomes, _ := strings.Cut(row, " ")
		for neutralised := range 4 {
			var k tally
			if _, err := fmt.Sscanf(strings.Replace(at, "any", fmt.Sprint(neutralised), 1), "%d,%d,%d", &k.asked, &k.right, &k.neutralised); err != nil {
				t.Fatal(err)
			}
			if k.right+k.neutralised <= k.asked {
				rows[k] = outcomes
			}
		}
	}
	cells := 0
	for asked := 1; asked <= 3; asked++ {
		for right := 0; right <= asked; right++ {
			for neutralised := 0; right+neutralised <= asked; neutralised++ {
				k := tally{asked, right, neutralised}
				want, ok := rows[k]
				if !ok {
					t.Errorf("the table has no row for %v", k)
					continue
				}
				for rate := 0; rate <= 100; rate++ {
					column := 2
					if rate >= 80 {
						column = 0
					} else if rate >= 70 {
						column = 1
					}
					if got := k.outcome(rate); got != want[column] {
						t.Fatalf("%v at %d is %c, want %c", k, rate, got, want[column])
					}
					cells++
				}
			}
		}
	}
	if len(rows) != 19 || cells != 19*101 {
		t.Errorf("%d rows, %d cells", len(rows), cells)
	}
}

// What is certified of a competence: all, one level less, nothing; from level
// 1, one level less is nothing.
func TestCertify(t *testing.T) {
	for _, c := range []struct {
		pix   int
		asked tally
		rate  int
		want  int // pix
	}{
		{22, tally{3, 3, 0}, 60, 22},
		{22, tally{3, 2, 0}, 80, 22},
		{22, tally{3, 2, 0}, 79, 14},
		{22, tally{3, 1, 0}, 100, 0},
		{15, tally{3, 2, 0}, 70, 0},
		{8, tally{3, 2, 0}, 70, 0},
		{16, tally{2, 1, 0}, 79, 8},
		{48, tally{1, 1, 0}, 50, 40},
		{22, tally{}, 100, 0}, // not asked: below level 1
	} {
		s := &Session{frozen: new(frozen)}
		s.frozen.standings[2] = standingOf(big.NewRat(int64(3*c.pix+1), 3)) // a third of a pix more
		var each [16]tally
		each[2] = c.asked
		r := s.certify(&each, c.rate)
		if r.Pix["1.3"] != c.want || r.Levels["1.3"] != c.want/8 || r.Score != c.want || len(r.Pix) != 16 {
			t.Errorf("%d pix, %v at %d: %d pix, level %d", c.pix, c.asked, c.rate, r.Pix["1.3"], r.Levels["1.3"])
		}
	}
}

// The rate and the least number of questions are those of exact arithmetic.
func TestRates(t *testing.T) {
	for asked := 1; asked <= 48; asked++ {
		for neutralised := 0; neutralised <= asked; neutralised++ {
			counted := int64(asked - neutralised)
			// ⌈0.66·asked⌉ ≤ counted exactly when 0.66·asked ≤ counted.
			if got, want := (tally{asked, 0, neutralised}).enough(), big.NewRat(66*int64(asked), 100).Cmp(big.NewRat(counted, 1)) <= 0; got != want {
				t.Errorf("%d asked, %d neutralised: enough %v", asked, neutralised, got)
			}
			for right := 0; counted > 0 && right <= int(counted); right++ {
				half := new(big.Rat).Add(big.NewRat(100*int64(right), counted), big.NewRat(1, 2))
				want := new(big.Int).Quo(half.Num(), half.Denom()).Int64()
				if got := (tally{asked, right, neutralised}).rate(); int64(got) != want {
					t.Errorf("%d right of %d: rate %d, want %d", right, counted, got, want)
				}
			}
		}
	}
	if (tally{8, 1, 0}).rate() != 13 || (tally{200, 99, 0}).rate() != 50 {
		t.Error("halves are not rounded up")
	}
}

// knownProfile is that of a candidate who knows what is below a level in some
// competences.
func knownProfile(t failer, codes string, below int) *Profile {
	t.Helper()
	b, f := profileData()
	p, err := NewProfile("p-1", b, f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for i, code := range strings.Fields(codes) {
		if err := p.Save(takeTest(t, p, code, byte(i), below), testStart.AddDate(0, 0, -1)); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return p
}

// fiveCodes are competences of few themes, where twenty questions settle much.
const fiveCodes = "1.3 3.2 3.4 4.2 5.1"

// openProfileRoom opens a certification.
func openProfileRoom(t failer, p *Profile, change func(*Opening)) *room {
	t.Helper()
	b, f := profileData()
	return openRoomWith(t, b, f, func(o *Opening) {
		o.Profile = p
		if change != nil {
			change(o)
		}
	})
}

// do takes one step a letter: right, wrong, pass, neutralised (right before),
// focus lost (right, too late), late (right, past the deadline).
func (r *room) do(steps string) {
	r.t.Helper()
	for _, step := range steps {
		switch q := r.next(); step {
		case 'r', 'w':
			r.ok(r.s.Answer(r.now(), step == 'r'))
		case 'p':
			r.ok(r.s.Pass(r.now()))
		case 'n':
			r.confirmed()
			r.ok(r.s.Answer(r.now(), true))
			r.ok(r.s.Neutralise(r.at, q.Number, "s"))
		case 'f':
			if q.Item.Mode == Focus {
				r.ok(r.s.FocusLost(r.at))
				r.ok(r.s.Answer(r.now(), true))
			} else {
				r.ok(r.s.Answer(r.now(), false))
			}
		case 'l':
			r.at = r.s.Deadline().Add(time.Second)
			r.ok(r.s.Answer(r.at, true))
		}
	}
}

// TestProfileValidation goes through the rules in their order, and through
// what decides between two. The test has 15 questions, three a competence.
func TestProfileValidation(t *testing.T) {
	p := knownProfile(t, fiveCodes, 4)
	low := knownProfile(t, fiveCodes, 2)
	for _, code := range strings.Fields(fiveCodes) {
		if l := low.Standing(code).Level; l != 1 {
			t.Fatalf("the low profile has level %d in %s", l, code)
		}
	}
	all := func(steps string) string { return strings.Repeat(steps, 5) }
	for _, c := range []struct {
		name, steps string
		profile     *Profile
		want        string // rule, outcome, rate, treated
	}{
		{"all right", all("rrr"), p, "by-competence validated 100 15"},
		{"two of three right", all("rwr"), p, "by-competence validated 67 15"},
		{"passed", all("rpr"), p, "by-competence validated 67 15"},
		{"focus lost", all("rfr"), p, "by-competence validated 67 15"},
		{"8 right of 15", "rrrrrrrrwwwwwww", p, "by-competence validated 53 15"},
		{"7 right of 15", "rrrrrrrwwwwwwww", p, "low-rate rejected 47 15"},
		{"8 right, then nothing", "rrrrrrrr", p, "by-competence validated 53 8"},
		{"7 right, then nothing", "rrrrrrr", p, "low-rate rejected 47 7"},
		{"7 right, one late", "rrrrrrrl", p, "low-rate rejected 47 7"},
		{"nothing", "", p, "low-rate rejected 0 0"},
		{"5 neutralised, the others right", "nnnnnrrrrrrrrrr", p, "by-competence validated 100 10"},
		{"5 neutralised, half of the others right", "nnnnnrrrrrwwwww", p, "by-competence validated 50 10"},
		{"5 neutralised, fewer right", "nnnnnrrrrwwwwww", p, "low-rate rejected 40 10"},
		{"6 neutralised, the others right", "nnnnnnrrrrrrrrr", p, "too-many-neutralised cancelled – 9"},
		{"6 neutralised, the others wrong", "nnnnnnwwwwwwwww", p, "too-many-neutralised cancelled – 9"},
		{"all neutralised", all("nnn"), p, "too-many-neutralised cancelled – 0"},
		{"nothing left to certify", all("rwr"), low, "score-zero rejected 67 15"},
		{"confirmed at level 1", all("rrr"), low, "by-competence validated 100 15"},
		{"neutralised instead of wrong, at level 1", all("rnr"), low, "by-competence validated 100 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, reason := range []string{EndCandidate, EndTechnical} {
				r := openProfileRoom(t, c.profile, nil)
				r.do(c.steps)
				rec := r.end(reason)
				rate := "–"
				if rec.Rate != nil {
					rate = fmt.Sprint(*rec.Rate)
				}
				if got := fmt.Sprint(rec.Rule, " ", rec.Outcome, " ", rate, " ", rec.Treated); got != c.want {
					t.Errorf("%q, want %q", got, c.want)
				}
				checkProfileRecord(t, rec)
				// The jury's two decisions come first, whatever happened.
				for decision, want := range map[string]string{DecideFraud: RuleFraud + " " + Rejected, DecideCancel: RuleCancelled + " " + Cancelled} {
					final, err := r.finalise(decision)
					r.ok(err)
					if got := final.Rule + " " + final.Outcome; got != want || final.Professional {
						t.Errorf("%s: %s", decision, got)
					}
					checkProfileRecord(t, final)
				}
				final, err := r.finalise(DecideAccept)
				r.ok(err)
				if final.Rule != rec.Rule || final.State != Final {
					t.Errorf("accepted: %s, %s", final.Rule, final.State)
				}
				checkProfileRecord(t, final)
			}
		})
	}
}

// checkProfileRecord decodes a record again, and checks what a credential will
// demand of it.
func checkProfileRecord(t failer, r *Record) {
	t.Helper()
	back, err := DecodeRecord("r.json", r.Encode())
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Encode())
	}
	if !bytes.Equal(back.Encode(), r.Encode()) {
		t.Fatalf("the record changes: %s", r.Encode())
	}
	for _, field := range []string{`"capacity"`, `"error"`, `"level"`} {
		if bytes.Contains(r.Encode(), []byte(field)) {
			t.Fatalf("the record holds %s", field)
		}
	}
	if r.Result == nil {
		return
	}
	sum := 0
	for _, code := range competenceCodes {
		if r.Pix[code]/8 != r.Levels[code] || r.Levels[code] == 0 && r.Pix[code] != 0 {
			t.Fatalf("%s: %d pix, level %d", code, r.Pix[code], r.Levels[code])
		}
		sum += r.Pix[code]
	}
	if sum != r.Score {
		t.Fatalf("score %d, %d pix", r.Score, sum)
	}
}

// What the jury neutralises leaves the questions counted, be they put or not.
func TestJuryNeutralisesProfile(t *testing.T) {
	r := openProfileRoom(t, knownProfile(t, fiveCodes, 4), nil)
	r.do("rrrrrrrww")
	if rec := r.end(EndTechnical); rec.Rule != RuleLowRate || *rec.Rate != 47 {
		t.Fatalf("rule %s, rate %d", rec.Rule, *rec.Rate)
	}
	id := func(i int) string { return r.s.bank.Items[r.s.frozen.items[i]].ID }
	for _, c := range []struct {
		out  []int
		want string
	}{
		{[]int{7}, "by-competence 50"},     // answered wrong
		{[]int{9}, "by-competence 50"},     // on no screen
		{[]int{9, 12}, "by-competence 54"}, // 7 of 13
		{[]int{0}, "low-rate 43"},          // answered right
		{[]int{9, 10, 11, 12, 13, 14}, "too-many-neutralised"},
	} {
		var items []string
		for _, i := range c.out {
			items = append(items, id(i))
		}
		slices.Sort(items)
		rec, err := r.finalise(DecideNeutralise, items...)
		r.ok(err)
		got := rec.Rule
		if rec.Rate != nil {
			got += fmt.Sprint(" ", *rec.Rate)
		}
		if got != c.want {
			t.Errorf("without %v: %s, want %s", c.out, got, c.want)
		}
		checkProfileRecord(t, rec)
	}
	if _, err := r.finalise(DecideNeutralise, "1.1-copyright-1a"); err == nil {
		t.Error("an item of another bank is neutralised")
	}
}

func TestStartProfileRefusals(t *testing.T) {
	b, f := profileData()
	adaptiveBank, adaptive := specimenData()
	p := knownProfile(t, fiveCodes, 4)
	for want, try := range map[string]func(o *Opening) (*Bank, *Framework){
		"give it in the opening": func(o *Opening) (*Bank, *Framework) { return b, f },
		"leave it out":           func(o *Opening) (*Bank, *Framework) { o.Profile = p; return adaptiveBank, adaptive },
		"the very bank":          func(o *Opening) (*Bank, *Framework) { o.Profile = p; return adaptiveBank, f },
		"field bank":             func(o *Opening) (*Bank, *Framework) { return b, adaptive },
		"4 competences at level 1 or above": func(o *Opening) (*Bank, *Framework) {
			o.Profile = knownProfile(t, "1.3 3.2 3.4 4.2", 6)
			return b, f
		},
		"fewer than the 15": func(o *Opening) (*Bank, *Framework) {
			o.Profile, o.Language = p, "lv"
			return b, f
		},
		"when framework profile-2021 does not hold": func(o *Opening) (*Bank, *Framework) {
			o.Profile, o.Start, o.Consent, o.Date = p, o.Start.AddDate(-6, 0, 0), o.Consent.AddDate(-6, 0, 0), "2020-09-14"
			return b, f
		},
	} {
		o := testOpening()
		b, f := try(&o)
		if _, err := Start(o, b, f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestProfileRecordRefusals(t *testing.T) {
	r := openProfileRoom(t, knownProfile(t, fiveCodes, 4), nil)
	r.do(strings.Repeat("rrr", 5))
	rec := r.end(EndCandidate)
	good := string(rec.Encode())
	pix := fmt.Sprintf(`"1.3":%d,`, rec.Pix["1.3"])
	at := strings.Index(good, `"pix":{"1.1":0,"1.2":0,`) + len(`"pix":{"1.1":0,"1.2":0,`)
	if !strings.HasPrefix(good[at:], pix) {
		t.Fatalf("no %s in %s", pix, good)
	}
	before := good[at-20:at] + pix
	checkRefusals(t, good, []refusal{
		{"a capacity", `"centre"`, `"capacity":0,"centre"`, []string{"field capacity"}},
		{"a level", `"levels"`, `"level":0,"levels"`, []string{"capacity or error or level"}},
		{"no rate", `"rate":100,`, ``, []string{"field rate", "missing"}},
		{"a rate that is none", `"rate":100,`, `"rate":101,`, []string{"field rate"}},
		{"a low rate", `"rate":100,`, `"rate":49,`, []string{"field rate", "from 50 on"}},
		{"no profile", `"profile":{`, `"profil":{`, []string{"unknown"}},
		{"another profile", `"profile":{"id":"p-1"`, `"profile":{"id":"P"`, []string{"field profile.id"}},
		{"a rule of the other regime", `"by-competence"`, `"all-treated"`, []string{"field rule", "no rule of the regime"}},
		{"pix without a level", before, good[at-20:at] + `"1.3":7,`, []string{"field pix", "1.3"}},
		{"pix that make another score", `"score":`, `"score":1`, []string{"field score"}},
		{"degraded", `"degraded":false`, `"degraded":true`, []string{"field degraded"}},
		{"the other regime", `"regime":"profile"`, `"regime":"adaptive"`, []string{"field rule"}},
	}, func(data []byte) error { _, err := DecodeRecord("r.json", data); return err })

	adaptive := openRoom(t, nil)
	adaptive.answer(32, 4)
	good = string(adaptive.end(EndCandidate).Encode())
	checkRefusals(t, good, []refusal{
		{"a rate", `"regime"`, `"rate":50,"regime"`, []string{"field rate"}},
		{"a profile", `"regime"`, `"profile":{"id":"p","sha256":"` + strings.Repeat("0", 64) + `"},"regime"`, []string{"field profile"}},
		{"pix", `"professional"`, `"pix":{},"professional"`, []string{"field pix"}},
	}, func(data []byte) error { _, err := DecodeRecord("r.json", data); return err })
}

// TestProfileSessions plays random rooms: what is replayed is what happened,
// and one more right answer, or one wrong answer less, never lowers anything.
func TestProfileSessions(t *testing.T) {
	profiles := map[string]*Profile{}
	rapid.Check(t, func(t *rapid.T) {
		codes := fiveCodes + " " + strings.Join(competenceCodes[3:rapid.IntRange(3, 8).Draw(t, "competences")], " ")
		below := rapid.IntRange(2, 7).Draw(t, "below")
		key := fmt.Sprint(codes, below)
		if profiles[key] == nil {
			profiles[key] = knownProfile(t, codes, below)
		}
		seed := rapid.Byte().Draw(t, "seed")
		open := func() *room {
			return openProfileRoom(t, profiles[key], func(o *Opening) { o.Seed[0] = seed })
		}
		r := open()
		n := len(r.s.frozen.items)
		steps := []byte(rapid.StringOfN(rapid.SampledFrom([]rune("rrrwwpfn")), 0, n, -1).Draw(t, "steps"))
		r.do(string(steps))
		if rapid.Bool().Draw(t, "crash") {
			again, err := Replay("s.jsonl", r.s.Log(), r.s.bank, r.s.framework)
			r.ok(err)
			r.s = again
			r.ok(r.s.Resume(r.at, "s"))
		}
		rec := r.end(rapid.SampledFrom([]string{EndCandidate, EndSupervisor, EndTechnical}).Draw(t, "reason"))
		checkProfileRecord(t, rec)
		if other := r.score(); !bytes.Equal(other.Encode(), rec.Encode()) {
			t.Fatal("the log gives another record the second time")
		}
		if rec.Treated != len(steps)-bytes.Count(steps, []byte("n")) {
			t.Fatalf("%d treated after %s", rec.Treated, steps)
		}

		wrong := []int{}
		for i, step := range steps {
			if step != 'r' && step != 'n' {
				wrong = append(wrong, i)
			}
		}
		if len(wrong) == 0 {
			return
		}
		i := rapid.SampledFrom(wrong).Draw(t, "mended")
		for _, better := range []byte{'r', 'n'} {
			mended := slices.Clone(steps)
			mended[i] = better
			again := open()
			again.do(string(mended))
			other := again.end(EndCandidate)
			if better == 'n' && other.Rule == RuleNeutralised {
				continue // it takes questions to certify
			}
			if rank(other) < rank(rec) {
				t.Fatalf("question %d %c: %s with score %d, before %s with %d", i+1, better, other.Rule, rank(other), rec.Rule, rank(rec))
			}
		}
	})
}

// rank orders records: cancelled ones and rejected ones below, then by score.
func rank(r *Record) int {
	if r.Outcome != Validated {
		return -1
	}
	return r.Score
}
