package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"etalon/engine/irt"
	"etalon/testdata"
)

// estimated is a line of the answer of estimate.
type estimated struct {
	Pattern any
	Ability float64
	Error   *float64
	Next    *struct {
		Item        any
		Information float64
	}
	History []struct{ Ability, Error float64 }
}

// estimateWith runs the command on a file that holds v.
func estimateWith(t *testing.T, v any, flags ...string) []estimated {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "patterns.json")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(context.Background(), append(append([]string{"estimate"}, flags...), path), nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var lines []estimated
	for line := range strings.Lines(out.String()) {
		var e estimated
		if err := json.Unmarshal([]byte(line), &e, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, e)
	}
	return lines
}

type object = map[string]any

func TestEstimateVectors(t *testing.T) {
	t.Parallel()
	data, err := testdata.Vectors.ReadFile("vectors/irt-2pl.json")
	if err != nil {
		t.Fatal(err)
	}
	type figures struct {
		Ability float64 `json:"exact_theta"`
		Error   float64 `json:"exact_se"`
		Next    int     `json:"next_mfi"`
	}
	var v struct {
		Bank     []struct{ A, B float64 }
		Patterns []struct {
			ID              int
			Items, X        []int
			ML, BM, EAP, WL figures
		}
	}
	if err := json.Unmarshal(data, &v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	var bank, patterns []any
	for i, it := range v.Bank {
		bank = append(bank, object{"id": i + 1, "a": it.A, "b": it.B})
	}
	for _, p := range v.Patterns {
		var responses []any
		for k, item := range p.Items {
			responses = append(responses, object{"item": item, "correct": p.X[k] == 1})
		}
		patterns = append(patterns, object{"id": fmt.Sprint("p", p.ID), "responses": responses})
	}
	file := object{"bank": bank, "patterns": patterns}
	for _, name := range []string{"ml", "map", "eap", "wl"} {
		plain, history := estimateWith(t, file, "-estimator", name), estimateWith(t, file, "-estimator", name, "-history")
		if len(plain) != 30 || len(history) != 30 {
			t.Fatalf("%s: %d and %d lines", name, len(plain), len(history))
		}
		for i, p := range v.Patterns {
			want := map[string]figures{"ml": p.ML, "map": p.BM, "eap": p.EAP, "wl": p.WL}[name]
			for _, got := range []estimated{plain[i], history[i]} {
				if !(math.Abs(got.Ability-want.Ability) <= 1e-10) || !(math.Abs(*got.Error-want.Error) <= 1e-10) || got.Next.Item != float64(want.Next) {
					t.Errorf("%s, pattern %d: %+v, want %+v", name, p.ID, got, want)
				}
			}
			h := history[i].History
			if len(h) != len(p.Items) || h[len(h)-1].Ability != history[i].Ability || plain[i].History != nil {
				t.Errorf("%s, pattern %d: a history of %d", name, p.ID, len(h))
			}
		}
	}
}

func TestEstimateCapacityVectors(t *testing.T) {
	t.Parallel()
	data, err := testdata.Vectors.ReadFile("vectors/capacity-recentred.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Bank []struct {
			ID   string
			A, B float64
		}
		Cases []struct {
			ID              int
			InitialCapacity float64  `json:"initial_capacity"`
			VariationLimit  *float64 `json:"variation_limit"`
			Answers         []any
			History         []struct{ Capacity, Error float64 }
		}
	}
	if err := json.Unmarshal(data, &v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	var bank []any
	for _, it := range v.Bank {
		bank = append(bank, object{"id": it.ID, "a": it.A, "b": it.B})
	}
	for _, c := range v.Cases {
		flags := []string{"-estimator=recentred", "-history"}
		if c.InitialCapacity != -3 {
			flags = append(flags, fmt.Sprint("-initial=", c.InitialCapacity))
		}
		if c.VariationLimit != nil {
			flags = append(flags, fmt.Sprint("-limit=", *c.VariationLimit))
		}
		lines := estimateWith(t, object{"bank": bank, "patterns": []any{object{"id": c.ID, "responses": c.Answers}}}, flags...)
		if len(lines) != 1 || len(lines[0].History) != len(c.History) {
			t.Fatalf("case %d: %+v", c.ID, lines)
		}
		for k, want := range c.History {
			if got := lines[0].History[k]; !(math.Abs(got.Ability-want.Capacity) <= 1e-9) || !(math.Abs(got.Error-want.Error) <= 1e-9) {
				t.Errorf("case %d, answer %d: %+v, want %+v", c.ID, k+1, got, want)
			}
		}
	}
}

// responsesCSV simulates a table of answers.
func responsesCSV(persons, items int) string {
	rng := rand.New(rand.NewPCG(2, 2))
	var b strings.Builder
	b.WriteString("person")
	for i := range items {
		fmt.Fprintf(&b, ",item-%02d", i)
	}
	b.WriteByte('\n')
	for p := range persons {
		θ := rng.NormFloat64()
		fmt.Fprintf(&b, "p%d", p)
		for i := range items {
			it := irt.Item{A: 0.8 + 0.1*float64(i%10), B: float64(i%7-3) / 2}
			if i == 5 {
				it.C = 0.4
			}
			right, _ := it.Probability(θ)
			switch {
			case rng.IntN(10) == 0:
				b.WriteString(",")
			case rng.Float64() < right:
				b.WriteString(",1")
			default:
				b.WriteString(",0")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// The same answers as CSV and JSON give the same parameters; what was put in
// comes out, and the guessed item is flagged.
func TestBankCalibrate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	csvPath, jsonPath := filepath.Join(dir, "answers.csv"), filepath.Join(dir, "answers.json")
	table := responsesCSV(3000, 30)
	if err := os.WriteFile(csvPath, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := decodeResponses(csvPath, []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	var patterns []any
	for p, answers := range r.persons {
		responses := []any{}
		for _, a := range answers {
			responses = append(responses, object{"item": r.items[a.Item], "correct": a.Correct})
		}
		patterns = append(patterns, object{"id": p, "responses": responses})
	}
	data, err := json.Marshal(object{"patterns": patterns})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(jsonPath, data, 0o644); err != nil {
		t.Fatal(err)
	}
	calibrate := func(path string) (out, table string) {
		var stdout, stderr bytes.Buffer
		if err := run(context.Background(), []string{"bank", "calibrate", "-out", "-", path}, nil, &stdout, &stderr); err != nil {
			t.Fatal(err)
		}
		return stdout.String(), stderr.String()
	}
	fromCSV, report := calibrate(csvPath)
	fromJSON, _ := calibrate(jsonPath)
	var a, b calibration
	for text, f := range map[string]*calibration{fromCSV: &a, fromJSON: &b} {
		if err := json.Unmarshal([]byte(text), f, json.RejectUnknownMembers(true)); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.Items) != 30 || len(b.Items) != 30 || a.Persons != 3000 || !a.Converged {
		t.Fatalf("%d and %d items of %d persons", len(a.Items), len(b.Items), a.Persons)
	}
	other := map[string]calibratedItem{}
	for _, it := range b.Items {
		other[it.ID] = it
	}
	for i, it := range a.Items {
		if o := other[it.ID]; math.Abs(*o.A-*it.A) > 1e-3 || o.Answers != it.Answers || o.Right != it.Right {
			t.Errorf("%s: %+v from CSV, %+v from JSON", it.ID, it, o)
		}
		flagged := strings.Join(it.Flags, "")
		if i == 5 {
			if flagged != "does not fit" {
				t.Errorf("%s, which is guessed, has flags %q", it.ID, flagged)
			}
			continue
		}
		za, zb := (*it.A-(0.8+0.1*float64(i%10))) / *it.ErrorA, (*it.B-float64(i%7-3)/2) / *it.ErrorB
		if math.Abs(za) > 4 || math.Abs(zb) > 4 || flagged != "" {
			t.Errorf("%s: a %v±%v, b %v±%v, flags %q", it.ID, *it.A, *it.ErrorA, *it.B, *it.ErrorB, flagged)
		}
	}
	for _, want := range []string{"item-05", "does not fit", "3000 persons, 30 items, 1 flagged; converged after", "standard errors joint"} {
		if !strings.Contains(report, want) {
			t.Errorf("the table does not say %q:\n%s", want, report)
		}
	}
}

func FuzzDecodeEstimation(f *testing.F) {
	f.Add([]byte(`{"bank":[{"id":"i","a":1,"b":0,"c":0.2,"d":0.9}],"patterns":[{"id":1,"responses":[{"item":"i","correct":true}]}]}`))
	f.Add([]byte(`{"bank":[{"id":1,"a":300,"b":-9999}],"patterns":[{"id":"p","responses":[]}]}`))
	f.Add([]byte(`{"bank":[{"id":{},"a":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, bank, err := decodeEstimation("f.json", data)
		if err != nil {
			return
		}
		for name, kind := range estimators {
			var e irt.Estimator
			if name == "recentred" {
				e = irt.NewRecentred(-3, 0, nil)
			} else {
				e = kind.make(irt.Scale{})
			}
			for i := range file.Patterns {
				if _, err := json.Marshal(bank.line(file, i, e, true)); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	})
}

func FuzzDecodeResponses(f *testing.F) {
	f.Add([]byte("person,i1,i2\np1,1,0\np2,,NA\n"))
	f.Add([]byte("\ufeffperson;i1\n\"p;1\";1\n"))
	f.Add([]byte(`{"patterns":[{"id":"p","responses":[{"item":"i","correct":true}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeResponses("f", data)
		if err != nil {
			return
		}
		for _, answers := range r.persons {
			for _, a := range answers {
				if int(a.Item) >= len(r.items) {
					t.Fatalf("item %d of %d", a.Item, len(r.items))
				}
			}
		}
		if len(r.items) < 50 && len(r.persons) < 50 {
			if found, err := irt.Calibrate(len(r.items), r.persons, irt.Calibration{Iterations: 20}); err == nil {
				if err := writeCalibration(io.Discard, r.report(found)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
