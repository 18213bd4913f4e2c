package engine

import "testing"

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		r         *Record
		published bool
		want      string
	}{
		{nil, true, StatusPending},
		{&Record{State: Proposed, Outcome: Rejected}, true, StatusPending},
		{&Record{State: Final, Outcome: Validated}, false, StatusPending},
		{&Record{State: Final, Outcome: Validated}, true, StatusObtained},
		{&Record{State: Final, Outcome: Rejected}, true, StatusNotObtained},
		{&Record{State: Final, Outcome: Cancelled}, true, StatusCancelled},
	} {
		if got := c.r.Status(c.published); got != c.want {
			t.Errorf("%+v, published %v: %s, want %s", c.r, c.published, got, c.want)
		}
	}
}

// The day that Again gives is the first that Wait allows.
func TestAgain(t *testing.T) {
	_, f := specimenData()
	got, err := f.Again("2026-12-20")
	if err != nil || got != "2027-01-04" {
		t.Fatalf("again from %s (%v)", got, err)
	}
	if err := f.Wait(got, "2026-12-20"); err != nil {
		t.Errorf("on that day: %v", err)
	}
	if err := f.Wait("2027-01-03", "2026-12-20"); err == nil {
		t.Error("a day before is allowed")
	}
	if _, err := f.Again("2026-02-30"); err == nil {
		t.Error("a day that does not exist")
	}
}
