package statistics

import (
	"math/rand/v2"
	"testing"
	"time"
)

// solve finds, by trying all of them, the least and greatest value of each
// withheld count over the tables of whole numbers that agree with what is
// published: the counts, sums of rows and sums of columns not withheld. The last
// column of rows holds the sums of rows.
func solve(rows [][]int, hidden [][]bool) (low, high [][]int) {
	inner := len(rows[0]) - 1
	columns := make([]int, inner)
	for _, row := range rows {
		for c, k := range row[:inner] {
			columns[c] += k
		}
	}
	table := make([][]int, len(rows))
	for r := range rows {
		table[r] = make([]int, inner)
		low, high = append(low, make([]int, inner+1)), append(high, make([]int, inner+1))
		for c := range low[r] {
			low[r][c], high[r][c] = 1<<30, -1
		}
	}
	left := columns
	var try func(r, c, sum int)
	try = func(r, c, sum int) {
		if r == len(rows) {
			for _, k := range left {
				if k != 0 {
					return
				}
			}
			for r, row := range table {
				total := 0
				for c, k := range row {
					low[r][c], high[r][c], total = min(low[r][c], k), max(high[r][c], k), total+k
				}
				low[r][inner], high[r][inner] = min(low[r][inner], total), max(high[r][inner], total)
			}
			return
		}
		if c == inner {
			if hidden[r][inner] || sum == rows[r][inner] {
				try(r+1, 0, 0)
			}
			return
		}
		from, to := 0, left[c]
		if !hidden[r][c] {
			from, to = rows[r][c], min(to, rows[r][c])
		}
		for k := from; k <= to; k++ {
			table[r][c] = k
			left[c] -= k
			try(r, c+1, sum+k)
			left[c] += k
		}
	}
	try(0, 0, 0)
	return low, high
}

// TestWithholdTable solves small tables after suppression: no withheld small
// count may be recovered, nor brought within an interval narrower than least.
func TestWithholdTable(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 7))
	const least = 3
	tables, withheld, secondary, narrow := 0, 0, 0, 0
	for tables < 1500 {
		rows := make([][]int, 2+chance.IntN(3))
		columns := 2 + chance.IntN(2)
		if len(rows) == 4 {
			columns = 2
		}
		sums := make([]int, columns)
		empty := false
		for r := range rows {
			total := 0
			for c := range columns {
				k := 0
				if chance.IntN(4) > 0 {
					k = chance.IntN(7)
				}
				rows[r] = append(rows[r], k)
				sums[c] += k
				total += k
			}
			empty = empty || total == 0
		}
		for _, k := range sums {
			empty = empty || small(k, least)
		}
		if empty {
			continue // no such table is published: the classes are merged before
		}
		tables++
		hidden := withholdTable(rows, least)
		full := make([][]int, len(rows))
		for r, row := range rows {
			sum := 0
			for _, k := range row {
				sum += k
			}
			full[r] = append(append([]int(nil), row...), sum)
		}
		low, high := solve(full, hidden)
		for r := range full {
			tiny := small(full[r][columns], least)
			for c, k := range full[r] {
				if c < columns && sums[c] == 0 {
					continue // nobody is there at all, which the sum says
				}
				if hidden[r][c] {
					withheld++
				}
				if !small(k, least) && !tiny {
					if hidden[r][c] {
						secondary++
					}
					continue
				}
				switch {
				case !hidden[r][c]:
					t.Fatalf("%v: %d at %d,%d is published", full, k, r, c)
				case high[r][c]-low[r][c] < least:
					// Only where nothing more can be withheld.
					for i := range full {
						for j := range full[i] {
							if !hidden[i][j] && full[i][j] > 0 {
								t.Fatalf("%v withheld %v: %d at %d,%d lies within %d to %d", full, hidden, k, r, c, low[r][c], high[r][c])
							}
						}
					}
					narrow++
				}
			}
		}
	}
	t.Logf("%d tables: %d counts withheld, %d of them secondary, %d narrow though all is withheld", tables, withheld, secondary, narrow)
	if secondary == 0 || narrow > 0 {
		t.Error("the tables do not try the secondary suppression, or it failed")
	}
}

// TestWithholdLevels solves lists with a published sum and mean.
func TestWithholdLevels(t *testing.T) {
	chance := rand.New(rand.NewPCG(8, 8))
	const least = 3
	withMean, without, extra := 0, 0, 0
	for range 4000 {
		counts := make([]int, 3+chance.IntN(3))
		sum := 0
		for l := range counts {
			if chance.IntN(3) > 0 {
				counts[l] = chance.IntN(9)
			}
			sum += counts[l]
		}
		if sum < least {
			continue
		}
		hidden, mean := withholdLevels(counts, least)
		plain := withholdList(counts, least)
		for l := range hidden {
			if hidden[l] && !plain[l] {
				extra++
			}
		}
		if mean {
			withMean++
		} else {
			without++
		}
		low, high := solveList(counts, hidden, mean)
		for l, k := range counts {
			if small(k, least) && (!hidden[l] || high[l]-low[l] < least) {
				t.Fatalf("%v withheld %v, mean %v: %d at level %d lies within %d to %d", counts, hidden, mean, k, l, low[l], high[l])
			}
		}
	}
	t.Logf("mean published of %d lists, not of %d; %d counts withheld for the mean alone", withMean, without, extra)
	if withMean == 0 || extra == 0 {
		t.Error("the lists do not try what a mean tells")
	}
}

func solveList(counts []int, hidden []bool, mean bool) (low, high []int) {
	total, tenths := 0, 0
	for _, k := range counts {
		total += k
	}
	if total > 0 {
		tenths = meanTenths(counts)
	}
	low, high = make([]int, len(counts)), make([]int, len(counts))
	for l := range low {
		low[l], high[l] = 1<<30, -1
	}
	guess := make([]int, len(counts))
	var try func(l, left int)
	try = func(l, left int) {
		if l == len(counts) {
			if left != 0 || mean && meanTenths(guess) != tenths {
				return
			}
			for i, k := range guess {
				low[i], high[i] = min(low[i], k), max(high[i], k)
			}
			return
		}
		from, to := 0, left
		if !hidden[l] {
			from, to = counts[l], min(left, counts[l])
		}
		for k := from; k <= to; k++ {
			guess[l] = k
			try(l+1, left-k)
		}
	}
	try(0, total)
	return low, high
}

// TestWithholdMany: a country's centres take seconds at most.
func TestWithholdMany(t *testing.T) {
	chance := rand.New(rand.NewPCG(9, 9))
	rows := make([][]int, 3000)
	for r := range rows {
		n := 1 + int(400*chance.Float64()*chance.Float64()*chance.Float64())
		rows[r] = []int{n - n/4, n / 5, n/4 - n/5}
	}
	start := time.Now()
	hidden := withholdTable(rows, 5)
	n := 0
	for r := range hidden {
		for _, h := range hidden[r] {
			if h {
				n++
			}
		}
	}
	took := time.Since(start)
	t.Logf("%d of %d counts withheld in %v", n, 4*len(rows), took)
	if took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
