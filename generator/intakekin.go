package main

import (
	"fmt"

	"etalon/engine"
	"etalon/generator/intake"
	"etalon/generator/table"
)

// kin tells, as faults that do not stop the intake, the sittings too close to
// one of somebody who may be the same person: of the same family name and birth
// date, with given names one of which is left out in one of the two. That is for
// a person to decide, who has the identity documents to look at. It is asked
// once nothing is wrong, when every line that is new has been prepared.
func (t *taking) kin(r *intake.Reader) (*table.Faults, error) {
	type sight struct{ session, given string }
	type pair struct{ late, other intake.Sat }
	var pairs []pair
	seen := make(map[intake.Sat]sight) // of those in pairs
	t.sat.Kin(t.wait, func(late, other intake.Sat) {
		pairs = append(pairs, pair{late, other})
		seen[late.Past()], seen[other.Past()] = sight{}, sight{}
	})
	list := new(table.Faults)
	if len(pairs) == 0 {
		return list, nil
	}
	see := func(c engine.Candidate, day, session string) {
		sat := intake.SatOn(c, day)
		if _, ok := seen[sat]; ok {
			seen[sat] = sight{session, c.GivenNames}
		}
	}
	stage := *t.workspace
	stage.dir = t.path(stageName)
	for _, w := range []*workspace{t.workspace, &stage} {
		for room, err := range w.rooms() {
			if err != nil {
				return nil, err
			}
			for i := range room.Candidates {
				see(room.Candidates[i].candidate(), room.Date, room.Candidates[i].Session)
			}
		}
	}
	if err := t.roomless(r, see); err != nil {
		return nil, err
	}
	for _, p := range pairs {
		late, other := seen[p.late.Past()], seen[p.other.Past()]
		if !intake.Alike(late.given, other.given) {
			continue // twins
		}
		where := "taken in before"
		if p.other.Line > 0 {
			where = fmt.Sprintf("of line %d", p.other.Line)
		}
		list.Add(&table.Fault{
			File: t.file, Line: p.late.Line, Field: "given",
			Why: fmt.Sprintf("session %s of %s may be of the same person as session %s of %s, %s: family name and birth date are the same, the given names of one are among the other's, and %v",
				late.session, p.late.Day, other.session, p.other.Day, where, t.wait(p.late.Day, []string{p.other.Day})),
			Remedy: fmt.Sprintf("look at both identity documents; if it is one person, 'generator decide %s cancel' with the reason", late.session),
		})
	}
	return list, nil
}
