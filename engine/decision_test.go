package engine

import "testing"

func TestSameDecisions(t *testing.T) {
	of := func(change func(*Record)) *Record {
		d := ruling(DecideNeutralise, "1.1-a-1")
		r := &Record{Decision: &d, Neutralised: map[string]string{"1.1-a-2": "x"}}
		if change != nil {
			change(r)
		}
		return r
	}
	if !of(nil).SameDecisions(of(nil)) || !new(Record).SameDecisions(new(Record)) {
		t.Error("a record has other decisions than itself")
	}
	for name, change := range map[string]func(*Record){
		"none":    func(r *Record) { r.Decision = nil },
		"at":      func(r *Record) { r.Decision.At = "x" },
		"by":      func(r *Record) { r.Decision.By = "x" },
		"follows": func(r *Record) { r.Decision.Follows = "x" },
		"items":   func(r *Record) { r.Decision.Items = nil },
		"kind":    func(r *Record) { r.Decision.Kind = "x" },
		"outcome": func(r *Record) { r.Decision.Outcome = DecideAccept },
		"reason":  func(r *Record) { r.Decision.Reason = "x" },
		"item":    func(r *Record) { r.Neutralised = nil },
		"hash":    func(r *Record) { r.Neutralised["1.1-a-2"] = "y" },
	} {
		if of(change).SameDecisions(of(nil)) || of(nil).SameDecisions(of(change)) {
			t.Errorf("%s goes unseen", name)
		}
	}
}
