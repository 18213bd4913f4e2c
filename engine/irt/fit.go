package irt

import (
	"math"
	"slices"
)

// scores is what one person's answers say of an item: the derivative of their
// log-likelihood by slope and intercept, and by the coefficients of a
// quadratic and a cubic term that the model does not have.
type scores [4]float64

// terms of an ability, in the order of scores: Hermite polynomials, which are
// uncorrelated in the population.
func terms(θ float64) scores {
	return scores{θ, 1, θ*θ - 1, θ*θ*θ - 3*θ}
}

// judge computes parameters, standard errors and fit. Errors come from the
// cross products of the persons' scores, an estimate of the information on the
// parameters that counts in what is not known of abilities.
func (e *em) judge(out *Calibrated) {
	place, parameters := make([]int, len(e.curves)), 0
	for i := range e.curves {
		if place[i] = parameters; !e.curves[i].idle {
			parameters += 2
		}
	}
	var work float64
	for _, answers := range e.persons {
		m := 2 * float64(len(answers))
		work += m * m / 2
	}
	out.Joint = parameters > 0 && parameters <= maxJoint && len(e.persons) >= 4*parameters && work <= jointWork
	var joint []float64
	if out.Joint {
		joint = make([]float64, parameters*parameters)
	}
	sums, products := make([]scores, len(e.curves)), make([][4]scores, len(e.curves))
	e.score(place, sums, products, joint, parameters)
	if out.Joint && !invert(joint, parameters) {
		out.Joint = false
	}
	for i := range e.curves {
		c, o := &e.curves[i], &e.out[i]
		if c.idle {
			nan := math.NaN()
			o.A, o.B, o.ErrorA, o.ErrorB, o.Fit, o.P, o.RMSD = nan, nan, nan, nan, nan, nan, nan
			continue
		}
		var vss, vsi, vii float64
		if out.Joint {
			at := place[i]
			vss, vsi, vii = joint[at*parameters+at], joint[at*parameters+at+1], joint[(at+1)*parameters+at+1]
		} else {
			m := products[i]
			det := m[0][0]*m[1][1] - m[0][1]*m[0][1]
			vss, vsi, vii = m[1][1]/det, -m[0][1]/det, m[0][0]/det
		}
		o.A, o.B = c.slope, -c.intercept/c.slope
		o.ErrorA = math.Sqrt(vss)
		o.ErrorB = math.Sqrt(vii+o.B*o.B*vss+2*o.B*vsi) / math.Abs(c.slope)
		o.Fit = fitStatistic(sums[i], products[i])
		o.P = math.Exp(-o.Fit / 2)
		var weighed, total float64
		for k, n := range c.n {
			if n > 0 {
				d := c.r[k]/n - c.p[k]
				weighed += n * d * d
				total += n
			}
		}
		o.RMSD = math.Sqrt(weighed / total)
	}
}

// score sums, over the persons, their scores by item and the products of these:
// by item what they are expected to be given the person's other answers, which
// a few odd answers do not sway, and jointly as they are.
func (e *em) score(place []int, sums []scores, products [][4]scores, joint []float64, parameters int) {
	var w [calibrationNodes]float64
	var moments [calibrationNodes]scores
	for k, θ := range &calibrationGrid {
		moments[k] = terms(θ)
	}
	var mine []scores
	for _, answers := range e.persons {
		e.posterior(answers, &w)
		mine = mine[:0]
		for _, a := range answers {
			c := &e.curves[a.Item]
			var s scores
			if !c.idle {
				// The probability of the answer given the person's others.
				var inverse float64
				for k, x := range &w {
					p, d := 1-c.p[k], -c.p[k]
					if a.Correct {
						p, d = c.p[k], 1-c.p[k]
					}
					if p > 0 {
						inverse += x / p
					}
					x *= d
					for j := range s {
						s[j] += x * moments[k][j]
					}
				}
				// What the square of the score is expected to be: the score of
				// the other answer is this one's times -p/(1-p).
				var odds float64
				if inverse > 1 {
					odds = 1 / (inverse - 1)
				}
				for j := range s {
					sums[a.Item][j] += s[j]
					for l := range s {
						products[a.Item][j][l] += odds * s[j] * s[l]
					}
				}
			}
			mine = append(mine, s)
		}
		if joint == nil {
			continue
		}
		for x, a := range answers {
			if e.curves[a.Item].idle {
				continue
			}
			for y, b := range answers {
				if e.curves[b.Item].idle {
					continue
				}
				row := joint[place[a.Item]*parameters+place[b.Item]:]
				row[0] += mine[x][0] * mine[y][0]
				row[1] += mine[x][0] * mine[y][1]
				row = joint[(place[a.Item]+1)*parameters+place[b.Item]:]
				row[0] += mine[x][1] * mine[y][0]
				row[1] += mine[x][1] * mine[y][1]
			}
		}
	}
}

// fitStatistic is Rao's score test of the last two terms, given that the first
// two are estimated.
func fitStatistic(sum scores, m [4]scores) float64 {
	det := m[0][0]*m[1][1] - m[0][1]*m[0][1]
	if !(det > 0) {
		return 0
	}
	var u [2]float64
	var v [2][2]float64
	project := func(j, l int) float64 { // m[j]·M⁻¹·m[l] over the first two
		return (m[j][0]*(m[1][1]*m[l][0]-m[0][1]*m[l][1]) + m[j][1]*(m[0][0]*m[l][1]-m[0][1]*m[l][0])) / det
	}
	for j := range u {
		// At the maximum the first two sums are 0 but for the last step.
		u[j] = sum[2+j] - (m[2+j][0]*(m[1][1]*sum[0]-m[0][1]*sum[1])+m[2+j][1]*(m[0][0]*sum[1]-m[0][1]*sum[0]))/det
		for l := range u {
			v[j][l] = m[2+j][2+l] - project(2+j, 2+l)
		}
	}
	d := v[0][0]*v[1][1] - v[0][1]*v[1][0]
	if !(d > 1e-12*v[0][0]*v[1][1]) {
		return 0
	}
	return max(0, (u[0]*(v[1][1]*u[0]-v[0][1]*u[1])+u[1]*(v[0][0]*u[1]-v[1][0]*u[0]))/d)
}

// invert replaces a symmetric positive matrix by its inverse, by Cholesky's
// method, and tells whether it could.
func invert(m []float64, n int) bool {
	l := slices.Clone(m)
	for j := range n {
		for i := j; i < n; i++ {
			sum := l[i*n+j]
			for k, x := range l[i*n : i*n+j] {
				sum -= x * l[j*n+k]
			}
			if i == j {
				if !(sum > 1e-9*m[j*n+j]) {
					return false
				}
				l[j*n+j] = math.Sqrt(sum)
			} else {
				l[i*n+j] = sum / l[j*n+j]
			}
		}
	}
	// Columns of the inverse of l, then the inverse of m = l·lᵀ from them.
	inverse := make([]float64, n*n) // by column: lower entries of l⁻¹
	for j := range n {
		column := inverse[j*n : (j+1)*n]
		column[j] = 1 / l[j*n+j]
		for i := j + 1; i < n; i++ {
			var sum float64
			for k := j; k < i; k++ {
				sum -= l[i*n+k] * column[k]
			}
			column[i] = sum / l[i*n+i]
		}
	}
	for i := range n {
		for j := range i + 1 {
			var sum float64
			for k := i; k < n; k++ {
				sum += inverse[i*n+k] * inverse[j*n+k]
			}
			m[i*n+j], m[j*n+i] = sum, sum
		}
	}
	return true
}

// Misfits returns the items whose curve does not fit, by Benjamini and
// Hochberg's procedure: of those it returns, the given share at most is
// expected to fit. An item whose RMSD is below least is never among them:
// among very many answers, differences show that matter to nobody.
func (c *Calibrated) Misfits(share, least float64) []int {
	var order []int
	for i, it := range c.Items {
		if it.Fault == "" {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case c.Items[a].P < c.Items[b].P:
			return -1
		case c.Items[a].P > c.Items[b].P:
			return 1
		}
		return 0
	})
	last := 0
	for rank, i := range order {
		if c.Items[i].P <= share*float64(rank+1)/float64(len(order)) {
			last = rank + 1
		}
	}
	found := slices.DeleteFunc(slices.Clone(order[:last]), func(i int) bool { return c.Items[i].RMSD < least })
	slices.Sort(found)
	return found
}
