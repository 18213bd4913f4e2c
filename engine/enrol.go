package engine

// What can be told before a session starts, when a candidate is enrolled for
// one.

// Covers tells whether a session may be held on a day under the framework.
func (f *Framework) Covers(day string) bool { return f.coversDay(day) }

// Check checks who is to sit, where and when, as Start will; field names what is
// wrong, as "candidate.birthDate".
func (c Candidate) Check(centre, day string) (field string, err error) { return c.check(centre, day) }
