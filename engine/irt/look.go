package irt

// Waived returns how many rules, from the first, had to be waived for the
// items that Best or Rank found last.
func (s *Selector) Waived() int { return s.waived }

// Unlimited returns a copy whose steps nothing bounds, to tell what a limit
// held back.
func (r *Recentred) Unlimited() *Recentred {
	c := r.Clone()
	c.limit = 0
	return c
}
