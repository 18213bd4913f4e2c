package engine

import (
	"bytes"
	"time"
)

// Account is what a jury reads of an ended session before it decides.
type Account struct {
	// Proposal is the record that the table gives. Where questions were
	// neutralised for everyone they are taken out of it, as they will be out of
	// the final one; it is then not the proposal that Score gives, and is
	// never kept.
	Proposal *Record

	Put      int // questions put, neutralised ones included
	Start    time.Time
	Deadline time.Time // with all extra time
	End      time.Time
	Ended    string      // EndCandidate …
	Stopped  bool        // a technical problem stopped it
	Room     []RoomEvent // what happened in the room, in order: all but questions, answers and passes in time
}

// RoomEvent is an event of the log, of those that are no part of the test
// itself: focus-lost, problem, confirmed, dismissed, continued, neutralised,
// suspicion, extra-time, resume, end, and an answer or a pass that came late.
type RoomEvent struct {
	Remark
	Question int    // the question it is about, from 1; 0 for none
	Item     string // put by that question
}

// Examine replays the log of an ended session and returns the account of it.
// items are the decisions on items that hold.
func Examine(name string, log []byte, b *Bank, f *Framework, items ...*ItemDecision) (*Account, error) {
	s, err := replayEnded(name, log, b, f)
	if err != nil {
		return nil, err
	}
	out, withdrawn, err := s.withdraw(nil, items)
	if err != nil {
		return nil, err
	}
	a := &Account{
		Proposal: s.record(nil, out), Put: len(s.asked), Start: s.opening.Start,
		Deadline: s.deadline, End: s.latest, Ended: s.ended, Stopped: s.stopped,
	}
	a.Proposal.Neutralised = withdrawn
	deadline := a.Start.Add(f.Time + time.Duration(s.opening.ExtraMinutes)*time.Minute)
	for n := 1; len(log) > 0; n++ {
		line, rest, _ := bytes.Cut(log, []byte{'\n'})
		log = rest
		e, err := decodeEvent(name, n, line)
		if err != nil {
			return nil, err
		}
		at, _ := checkTimestamp(*e.At)
		switch *e.Type {
		case evConsent, evStart, evProfile, evQuestion:
			continue
		case evAnswer, evPass:
			if !at.After(deadline) {
				continue
			}
		case evExtraTime:
			deadline = deadline.Add(time.Duration(*e.Minutes) * time.Minute)
		}
		r := RoomEvent{Remark: remark(e, at)}
		if e.Question != nil {
			r.Question = *e.Question
			r.Item = b.Items[s.asked[r.Question-1].item].ID
		}
		a.Room = append(a.Room, r)
	}
	return a, nil
}
