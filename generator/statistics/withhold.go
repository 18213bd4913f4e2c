package statistics

import "math"

// small tells a count that is withheld by itself.
func small(count, least int) bool { return count > 0 && count < least }

// withholdList tells which counts of a list are withheld, where their sum is
// published and is nothing or at least least.
func withholdList(counts []int, least int) []bool {
	hidden := make([]bool, len(counts))
	any, number, sum := false, 0, 0
	for i, k := range counts {
		if small(k, least) {
			hidden[i], any = true, true
			number, sum = number+1, sum+k
		}
	}
	for any && (number < 2 || sum < least) {
		next := cheapest(counts, hidden)
		if next < 0 {
			break
		}
		hidden[next] = true
		number, sum = number+1, sum+counts[next]
	}
	return hidden
}

// cheapest is the smallest count that is not withheld and not nothing, -1 for
// none.
func cheapest(counts []int, hidden []bool) int {
	next := -1
	for i, k := range counts {
		if !hidden[i] && k > 0 && (next < 0 || k < counts[next]) {
			next = i
		}
	}
	return next
}

// withholdLevels does the same for the counts of levels 0, 1, 2 …, whose mean is
// published in tenths. It tells whether it may be.
func withholdLevels(counts []int, least int) (hidden []bool, mean bool) {
	hidden = withholdList(counts, least)
	for !openUnderMean(counts, hidden, least) {
		next := cheapest(counts, hidden)
		if next < 0 {
			return withholdList(counts, least), false
		}
		hidden[next] = true
	}
	return hidden, true
}

// meanTenths is the mean level in tenths, rounded half up.
func meanTenths(counts []int) int {
	n, moment := 0, 0
	for l, k := range counts {
		n, moment = n+k, moment+l*k
	}
	return (20*moment + n) / (2 * n)
}

// openUnderMean tells whether each small count keeps its interval once the sum
// and the rounded mean are known.
func openUnderMean(counts []int, hidden []bool, least int) bool {
	n, knownMoment, sum := 0, 0, 0
	var others []int // levels withheld
	for l, k := range counts {
		n += k
		if hidden[l] {
			others, sum = append(others, l), sum+k
		} else {
			knownMoment += l * k
		}
	}
	if len(others) == 0 {
		return true
	}
	// The whole moments m with (20m + n) / (2n) = tenths.
	tenths := meanTenths(counts)
	from := ceilDiv(2*n*tenths-n, 20) - knownMoment
	to := floorDiv(2*n*(tenths+1)-n-1, 20) - knownMoment
	for _, l := range others {
		if !small(counts[l], least) {
			continue
		}
		low, high := counts[l], counts[l]
		for k := max(0, counts[l]-least); k <= min(sum, counts[l]+least); k++ {
			if reachable(others, l, sum-k, from-l*k, to-l*k) {
				low, high = min(low, k), max(high, k)
			}
		}
		if high-low < least {
			return false
		}
	}
	return true
}

// reachable tells whether people can be spread over the withheld levels but one
// so that the sum of their levels lies within bounds; it looks at two levels at
// a time, and may miss a way that takes three.
func reachable(others []int, but, people, from, to int) bool {
	var rest []int
	for _, l := range others {
		if l != but {
			rest = append(rest, l)
		}
	}
	if len(rest) == 0 {
		return people == 0 && from <= 0 && 0 <= to
	}
	for i, a := range rest {
		if a*people >= from && a*people <= to {
			return true
		}
		for _, b := range rest[i+1:] {
			first := max(0, ceilDiv(from-a*people, b-a))
			last := min(people, floorDiv(to-a*people, b-a))
			if first <= last {
				return true
			}
		}
	}
	return false
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int) int { return -floorDiv(-a, b) }

// grid is a table of rows by outcome. The last column holds the sum of its row;
// the sums of the columns are published.
type grid struct {
	counts [][]int
	hidden [][]bool
	least  int

	// Scratch of the search for a flow.
	moved             [][]int // by how much each count is moved
	touched           []cellAt
	toColumn, fromRow []int // cost of the cheapest way so far, and where it comes from
	toRow, fromColumn []int
}

type cellAt struct{ row, column int }

// withholdTable tells which counts of a table are withheld, the sum of each row
// last. Each column's sum is nothing or at least least.
func withholdTable(rows [][]int, least int) [][]bool {
	g := &grid{least: least}
	used := make([]bool, len(rows[0])+1)
	for _, row := range rows {
		for c, k := range row {
			used[c] = used[c] || k > 0
		}
	}
	used[len(used)-1] = true
	var first []cellAt
	for r, row := range rows {
		sum := 0
		for _, k := range row {
			sum += k
		}
		g.counts = append(g.counts, append(append([]int(nil), row...), sum))
		g.hidden = append(g.hidden, make([]bool, len(row)+1))
		g.moved = append(g.moved, make([]int, len(row)+1))
		for c, k := range g.counts[r] {
			if small(k, least) || small(sum, least) && used[c] {
				g.hidden[r][c] = true
				first = append(first, cellAt{r, c})
			}
		}
	}
	g.toColumn, g.fromRow = make([]int, len(used)), make([]int, len(used))
	g.toRow, g.fromColumn = make([]int, len(rows)), make([]int, len(rows))
	for _, p := range first {
		if g.width(p, false) < least {
			g.width(p, true)
		}
	}
	return g.hidden
}

// width is how wide an interval the published figures leave a withheld count,
// as far as least. With open, counts are withheld as well until it is that wide,
// if it can be.
func (g *grid) width(p cellAt, open bool) int {
	up := g.shift(p, 1, g.least, open)
	return up + g.shift(p, -1, g.least-up, open)
}

// shift is by how much a withheld count can be moved up or down, as far as want,
// others being moved so that all published figures hold: a flow from its row to
// its column.
//
// Along a path, a count of a row is lowered, one of that column raised in
// another row, and so on. The sum of a row, being on the other side of the
// equation, moves the other way.
func (g *grid) shift(p cellAt, way, want int, open bool) int {
	way *= g.sign(p.column)
	want = min(want, g.room(p.row, p.column, way))
	total := 0
	for total < want {
		path, most := g.path(p, way, open)
		if path == nil {
			break
		}
		most = min(most, want-total)
		for _, s := range append(path, step{p, way}) {
			g.moved[s.row][s.column] += s.way * g.sign(s.column) * most
			g.hidden[s.row][s.column] = true
			g.touched = append(g.touched, s.cellAt)
		}
		total += most
	}
	for _, c := range g.touched {
		g.moved[c.row][c.column] = 0
	}
	g.touched = g.touched[:0]
	return total
}

func (g *grid) sums() int { return len(g.toColumn) - 1 }

// sign is -1 for the column of sums.
func (g *grid) sign(column int) int {
	if column == g.sums() {
		return -1
	}
	return 1
}

// room is how far a count can go, way being that of the equation of its row.
func (g *grid) room(row, column, way int) int {
	if way*g.sign(column) > 0 {
		return math.MaxInt
	}
	return g.counts[row][column] + g.moved[row][column]
}

// step is one count of a path and which way it goes.
type step struct {
	cellAt
	way int
}

// cost of withholding a count more. An inner one costs its size, for the reader
// loses that much; nothing is dearer, and the sum of a row dearer still.
func (g *grid) cost(row, column int) int {
	k := g.counts[row][column]
	switch {
	case g.hidden[row][column]:
		return 0
	case column == g.sums():
		return 1_000_000_000 + k
	case k == 0:
		return 1_000_000
	}
	return 1000 + min(k, 900_000)
}

const far = math.MaxInt / 2

// path finds the cheapest way from a count's row to its column that can be moved
// along, and by how much. There are few columns and many rows: the columns are
// gone through until nothing gets cheaper.
func (g *grid) path(p cellAt, way int, open bool) ([]step, int) {
	for c := range g.toColumn {
		g.toColumn[c] = far
	}
	for r := range g.toRow {
		g.toRow[r] = far
	}
	usable := func(r, c, way int) bool {
		return (open || g.hidden[r][c]) && (r != p.row || c != p.column) && g.room(r, c, way) > 0
	}
	leave := func(r int) (better bool) {
		for c := range g.toColumn {
			d := g.toRow[r] + g.cost(r, c)
			if d < g.toColumn[c] && d < g.toColumn[p.column] && usable(r, c, -way) {
				g.toColumn[c], g.fromRow[c], better = d, r, true
			}
		}
		return better
	}
	g.toRow[p.row] = 0
	leave(p.row)
	for better := true; better && g.toColumn[p.column] > 0; {
		better = false
		for c := range g.toColumn {
			if g.toColumn[c] == far || c == p.column {
				continue
			}
			for r := range g.toRow {
				d := g.toColumn[c] + g.cost(r, c)
				if d < g.toRow[r] && d < g.toColumn[p.column] && usable(r, c, way) {
					g.toRow[r], g.fromColumn[r] = d, c
					better = leave(r) || better
				}
				if g.toColumn[p.column] == 0 {
					return g.trace(p, way)
				}
			}
		}
	}
	if g.toColumn[p.column] == far {
		return nil, 0
	}
	return g.trace(p, way)
}

// trace lists the steps of the path that was found, from its end.
func (g *grid) trace(p cellAt, way int) (path []step, most int) {
	most = math.MaxInt
	add := func(r, c, way int) {
		path = append(path, step{cellAt{r, c}, way})
		most = min(most, g.room(r, c, way))
	}
	for c := p.column; ; {
		r := g.fromRow[c]
		add(r, c, -way)
		if r == p.row {
			return path, most
		}
		c = g.fromColumn[r]
		add(r, c, way)
	}
}
