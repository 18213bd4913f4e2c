package engine

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/testdata"
)

var update = flag.Bool("update", false, "write testdata/specimen anew")

// specimen is the scenario of one sample session. The candidates, the centres
// and the places are made up.
type specimen struct {
	session   string
	start     string // RFC 3339, with the centre's offset
	candidate Candidate
	centre    string
	language  string
	needs     []string
	extra     int          // minutes granted ahead
	position  *positioning // profile regime: how the profile came about; else nil
	ability   float64      // of the simulated candidate; -99 never knows, 99 always; in the profile regime on the scale of levels
	pace      int          // seconds a question, more or less
	passes    []int        // questions passed
	// before runs while a question is on screen; it may neutralise it.
	before func(p *player, question int)
	stop   int    // ends after that many treated; 0 after all
	reason string // of the end

	decision Ruling // of the jury, but for the time
	want     string // state of the final record: rule, outcome, level
}

// player plays a scenario.
type player struct {
	*specimen
	t  testing.TB
	s  *Session
	at time.Time

	encoded []byte // profile, in that regime
}

func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", p.session, err)
	}
}

// wait lets some seconds pass and returns the time.
func (p *player) wait(seconds int) time.Time {
	p.at = p.at.Add(time.Duration(seconds)*time.Second + time.Duration(1000*chance(p.session, p.at.Unix()))*time.Millisecond)
	return p.at
}

func (p *player) play(b *Bank, f *Framework) []byte {
	start, err := time.Parse(time.RFC3339, p.start)
	p.must(err)
	o := Opening{
		Session: p.session, Rules: "rules-2022", Consent: start.Add(-95 * time.Second), Start: start, Date: p.start[:10],
		Candidate: p.candidate, Centre: p.centre, Language: p.language, Needs: p.needs, ExtraMinutes: p.extra,
		Seed: [32]byte(hash("SPECIMEN seed of " + p.session)),
	}
	if p.position != nil {
		o.Profile = p.profile(b, f, start)
		p.encoded = append(o.Profile.Encode(), '\n')
	}
	p.s, err = Start(o, b, f)
	p.must(err)
	p.at = start
	for p.stop == 0 || p.s.Treated() < p.stop {
		q, err := p.s.Next(p.wait(2))
		if errors.Is(err, ErrComplete) || errors.Is(err, ErrTimeUp) {
			break
		}
		p.must(err)
		if p.before != nil {
			p.before(p, q.Number)
			if p.s.Current() == nil {
				continue
			}
		}
		at := p.wait(p.pace/2 + int(float64(p.pace)*chance(p.session, q.Number, "pace")))
		model := q.Item.model()
		if p.position != nil {
			model = onLevel(q.Item.Level)
		}
		right, _ := model.Probability(p.ability)
		switch {
		case slices.Contains(p.passes, q.Number):
			p.must(p.s.Pass(at))
		default:
			p.must(p.s.Answer(at, chance(p.session, q.Number) < right))
		}
	}
	if p.reason == "" {
		p.reason = EndCandidate
	}
	if p.reason == EndTime && p.at.Before(p.s.Deadline()) {
		p.at = p.s.Deadline()
	}
	if p.stop > 0 {
		// The next question is on screen when the session stops.
		_, err := p.s.Next(p.wait(3))
		p.must(err)
		if p.before != nil {
			p.before(p, p.s.Current().Number)
		}
	}
	p.must(p.s.End(p.wait(20), p.reason))
	return p.s.Log()
}

// rule returns the decision of the jury, three weeks later.
func (p *player) rule() *Decision {
	d := &Decision{p.decision, p.session}
	if d.Outcome == "" {
		d.Outcome, d.Reason = DecideAccept, "SPECIMEN : procès-verbal sans observation."
	}
	if d.Outcome == DecideNeutralise {
		d.Items = []string{p.s.bank.Items[p.s.asked[10].item].ID}
	}
	day := p.at.AddDate(0, 0, 21)
	d.At = formatTime(time.Date(day.Year(), day.Month(), day.Day(), 9, 30, 0, 0, time.UTC))
	d.By = "Jury SPECIMEN"
	return d
}

// TestSpecimens plays every scenario again and compares logs and decisions
// with the files, byte for byte; then it replays, scores and finalises them.
func TestSpecimens(t *testing.T) {
	files := map[string][]byte{
		"bank.json": specimenBank(), "adaptive-2022.json": specimenFramework(),
		"skills.json": specimenSkills(), "profile-2021.json": []byte(specimenProfileFramework),
	}
	b, err := DecodeBank("bank.json", files["bank.json"])
	if err != nil {
		t.Fatal(err)
	}
	f, err := DecodeFramework("adaptive-2022.json", files["adaptive-2022.json"])
	if err != nil {
		t.Fatal(err)
	}
	for i := range specimens {
		p := &player{specimen: &specimens[i], t: t}
		b, f := b, f
		if p.position != nil {
			b, f = profileData()
		}
		log := p.play(b, f)
		files["sessions/"+p.session+".jsonl"] = log
		if p.encoded != nil {
			files["profiles/"+p.session+".json"] = p.encoded
		}
		d := p.rule()
		files["decisions/"+p.session+".json"] = append(d.Encode(), '\n')
		t.Run(p.session, func(t *testing.T) { checkSpecimen(t, p.specimen, log, d, b, f) })
	}
	if *update {
		writeSpecimens(t, files)
	}
	for name, want := range files {
		if got, err := testdata.FS.ReadFile("specimen/" + name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("testdata/specimen/%s is not what this test plays (%v); run go test ./engine -run Specimens -update", name, err)
		}
	}
	for _, dir := range []string{"sessions", "decisions"} {
		if entries, err := testdata.FS.ReadDir("specimen/" + dir); err != nil || len(entries) != len(specimens) {
			t.Errorf("testdata/specimen/%s holds %d files, want %d (%v)", dir, len(entries), len(specimens), err)
		}
	}
}

func checkSpecimen(t *testing.T, sp *specimen, log []byte, d *Decision, b *Bank, f *Framework) {
	s, err := Replay(sp.session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Log(), log) {
		t.Error("replay gives another log")
	}
	r, err := Score(sp.session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	final, err := r.Finalise(d, sp.session, log, b, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Record{r, final} {
		back, err := DecodeRecord("record.json", r.Encode())
		if err != nil {
			t.Fatalf("%v\n%s", err, r.Encode())
		}
		if !bytes.Equal(back.Encode(), r.Encode()) {
			t.Errorf("a record changes when decoded and encoded again")
		}
	}
	got := final.Rule + " " + final.Outcome
	if final.Result != nil {
		if final.Measure != nil {
			got += " level " + string(rune('0'+final.Level))
			t.Logf("capacity %v ± %v", final.Capacity, final.Error)
		} else {
			got += fmt.Sprintf(" %d pix", final.Score)
			t.Logf("%d right in 100, pix %v", *final.Rate, final.Pix)
		}
		t.Logf("proposed %s, final %s, score %d, treated %d", r.Rule, final.Rule, final.Score, final.Treated)
	}
	if got != sp.want {
		t.Errorf("final record is %q, want %q", got, sp.want)
	}
	if !final.Specimen {
		t.Error("the record does not say that it is a specimen")
	}
}

func writeSpecimens(t *testing.T, files map[string][]byte) {
	root := filepath.Join("..", "testdata", "specimen")
	for name, data := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if err != nil || e.IsDir() || files[filepath.ToSlash(name)] != nil || strings.HasSuffix(name, ".md") {
			return err
		}
		return os.Remove(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Skip("written; run again without -update, so that the embedded files are the new ones")
}
