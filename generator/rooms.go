package main

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"etalon/engine"
)

// room is rooms/ROOM.json: who was enrolled for one sitting, in one centre on
// one day. It is made by intake and never leaves the operator (0600). A
// session without a room, whose log was put into sessions/ by hand, is known
// by its log alone: it has neither class nor prescriber.
type room struct {
	Candidates []enrolment `json:"candidates"` // by session
	Centre     string      `json:"centre"`
	Date       string      `json:"date"` // day of the sitting
	Room       string      `json:"room"` // name of the file, as valbrume-2026-09-14
	Schema     string      `json:"schema"`
}

// enrolment is one candidate of a room.
type enrolment struct {
	BirthDate   string `json:"birthDate"`
	BirthPlace  string `json:"birthPlace,omitzero"`
	Class       string `json:"class,omitzero"`
	Competences int    `json:"competences"` // at level 1 or above in the positioning profile
	FamilyName  string `json:"familyName"`
	GivenNames  string `json:"givenNames,omitzero"`
	Prescriber  string `json:"prescriber,omitzero"` // the body that asked for the certification
	Session     string `json:"session"`
}

const roomSchema = "etalon-room/1"

// candidate is the person, as in the start event of a log.
func (e *enrolment) candidate() engine.Candidate {
	return engine.Candidate{BirthDate: e.BirthDate, BirthPlace: e.BirthPlace, FamilyName: e.FamilyName, GivenNames: e.GivenNames}
}

// encode returns the room's file, in the form that room reads.
func (r *room) encode() ([]byte, error) {
	slices.SortFunc(r.Candidates, func(a, b enrolment) int { return strings.Compare(a.Session, b.Session) })
	return encode(r)
}

// find returns the enrolment of a session, or nil.
func (r *room) find(session string) *enrolment {
	i, ok := slices.BinarySearchFunc(r.Candidates, session, func(e enrolment, s string) int { return strings.Compare(e.Session, s) })
	if !ok {
		return nil
	}
	return &r.Candidates[i]
}

// rooms reads the rooms one after the other, by name. An error ends the walk.
func (w *workspace) rooms() iter.Seq2[*room, error] {
	return each(w.path("rooms"), w.room)
}

// room reads one room.
func (w *workspace) room(name string) (*room, error) {
	path := w.path("rooms", name+".json")
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	r := new(room)
	if err := decodeStrict(path, data, r); err != nil {
		return nil, err
	}
	switch {
	case r.Schema != roomSchema:
		err = fmt.Errorf("%s: schema: %q where %q is expected", path, r.Schema, roomSchema)
	case r.Room != name:
		err = fmt.Errorf("%s: room: %q does not match the file's name", path, r.Room)
	case !slices.IsSortedFunc(r.Candidates, func(a, b enrolment) int { return strings.Compare(a.Session, b.Session) }):
		err = fmt.Errorf("%s: candidates: not in the order of their sessions", path)
	}
	return r, withHint(err, "restore the file from a backup: rooms are made by 'generator intake', not by hand")
}

// records reads every session's record, by name of session. An error ends the
// walk. One record at a time is in memory.
func (w *workspace) records() iter.Seq2[*engine.Record, error] {
	return each(w.path("records"), w.record)
}

// each reads the JSON files of a folder in the order of their names. An error
// is the last pair.
func each[T any](dir string, read func(name string) (*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		list, err := listFiles(dir, ".json")
		if err != nil {
			yield(nil, err)
			return
		}
		defer list.close()
		for name, err := range list.all() {
			var v *T
			if err == nil {
				v, err = read(name)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}
