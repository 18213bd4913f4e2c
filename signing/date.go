package signing

import (
	"fmt"
	"time"
)

// Date is a calendar day without a time zone, in days since 1970-01-01.
type Date int32

const daySeconds = 86400

// ParseDate reads "2006-01-02", and only that spelling.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Format(time.DateOnly) != s {
		return 0, fmt.Errorf("date %.20q: want year-month-day, as in 2026-03-31", s)
	}
	return DateOf(t), nil
}

// DateOf returns the UTC day in which t falls.
func DateOf(t time.Time) Date {
	s := t.Unix()
	d := s / daySeconds
	if s%daySeconds < 0 {
		d--
	}
	return Date(d)
}

// Time returns 00:00 UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// String returns "2006-01-02".
func (d Date) String() string { return d.Time().Format(time.DateOnly) }

// AddYears returns the same day and month n years later, 28 February where
// there is no 29: the last day of validity counted from a day of issue.
func (d Date) AddYears(n int) Date {
	y, m, day := d.Time().Date()
	t := time.Date(y+n, m, day, 0, 0, 0, 0, time.UTC)
	if t.Month() != m { // 29 February ran into March
		t = t.AddDate(0, 0, -1)
	}
	return DateOf(t)
}

const timeLayout = "2006-01-02T15:04:05Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// parseTime accepts exactly what formatTime writes.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(timeLayout, s)
	if err != nil || formatTime(t) != s {
		return time.Time{}, fmt.Errorf("time %.30q: want 2006-01-02T15:04:05Z", s)
	}
	return t.UTC(), nil
}
