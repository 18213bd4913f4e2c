package minutes

import "etalon/engine"

// Sums counts the candidates of the minutes.
type Sums struct {
	Candidates int
	Proposed   map[string]int // by outcome, engine.Validated …: what the rules propose
	Final      map[string]int // by outcome: what the jury decided
	Awaiting   int            // no decision yet
	Suspicions int            // of these, with a suspicion of fraud
	Absent     int            // nothing to decide on
}

func (s *Sums) add(l *line) {
	s.Candidates++
	if l.account == nil {
		s.Absent++
		return
	}
	if s.Proposed == nil {
		s.Proposed, s.Final = make(map[string]int), make(map[string]int)
	}
	s.Proposed[l.account.Proposal.Outcome]++
	switch {
	case l.final != nil:
		s.Final[l.final.Outcome]++
	default:
		s.Awaiting++
		if l.account.Proposal.Suspicion {
			s.Suspicions++
		}
	}
}

// sumRow is a line of the sums, as the page shows them.
type sumRow struct {
	Word            string
	Proposed, Final int
}

func (m *Minutes) sumRows(s *Sums) []sumRow {
	var rows []sumRow
	all := sumRow{Word: m.word("total")}
	for _, outcome := range []string{engine.Validated, engine.Rejected, engine.Cancelled} {
		row := sumRow{outcomeWords[outcome].In(m.Lang), s.Proposed[outcome], s.Final[outcome]}
		all.Proposed += row.Proposed
		all.Final += row.Final
		rows = append(rows, row)
	}
	return append(rows, all)
}
