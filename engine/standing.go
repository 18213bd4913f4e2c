package engine

import (
	"fmt"
	"time"
)

// What a candidate is told of a session. Before its result is published it is
// pending, whatever the table or the jury say.
const (
	StatusPending     = "pending"
	StatusObtained    = "obtained"
	StatusNotObtained = "not obtained"
	StatusCancelled   = "cancelled"
)

// Status is what the candidate of a session is told, published being whether
// its final result was. r is nil while the session was not scored.
func (r *Record) Status(published bool) string {
	switch {
	case r == nil || r.State != Final || !published:
		return StatusPending
	case r.Outcome == Validated:
		return StatusObtained
	case r.Outcome == Cancelled:
		return StatusCancelled
	}
	return StatusNotObtained
}

// Again returns the first day on which a candidate who sat a session on day may
// sit another one, whatever came of it.
func (f *Framework) Again(day string) (string, error) {
	on, err := checkDate(day)
	if err != nil {
		return "", fmt.Errorf("engine: the day of the session %w", err)
	}
	return on.AddDate(0, 0, f.WaitDays).Format(time.DateOnly), nil
}
