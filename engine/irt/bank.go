package irt

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// MaxItems bounds a bank.
const MaxItems = 50_000

// Bank is a set of items, known by their index. It is never changed, and may
// be shared by goroutines.
type Bank struct {
	items []Item
	index atomic.Pointer[index]
}

// NewBank checks the items and returns a bank of them.
func NewBank(items []Item) (*Bank, error) {
	if len(items) == 0 || len(items) > MaxItems {
		return nil, fmt.Errorf("irt: a bank of %d items; give 1 to %d", len(items), MaxItems)
	}
	for i, it := range items {
		if err := it.Check(); err != nil {
			return nil, fmt.Errorf("irt: item %d: %w", i, err)
		}
	}
	return &Bank{items: slices.Clone(items)}, nil
}

// Len returns the number of items.
func (b *Bank) Len() int { return len(b.items) }

// Item returns an item by its index, from 0.
func (b *Bank) Item(i int) Item { return b.items[i] }

// Index prepares the bank for many selections: from now on, those by maximum
// information look at a few items instead of all, and choose the same. It
// costs some 0.2 ms an item, once.
func (b *Bank) Index() {
	if b.index.Load() == nil {
		b.index.Store(newIndex(b.items))
	}
}

// index orders the items by an upper bound of their information over each of
// many narrow bins of ability. A selection reads the list of its bin from the
// top and stops where the bound falls below the information already found.
type index struct {
	lists [bins][]bound // falling bounds
	rest  [bins]float64 // bound of the items that the list leaves out; -1 for none
}

// bound is an item and an upper bound of its information over a bin.
type bound struct {
	most float32
	item int32
}

// Bins cover the abilities from -indexed to indexed; elsewhere all items are
// looked at.
const (
	indexed = 9.0
	bins    = 1152
	perUnit = bins / (2 * indexed)
	depth   = 1024 // greatest length of a list
)

// bin returns the bin of an ability, -1 for none.
func bin(θ float64) int {
	if x := (θ + indexed) * perUnit; x >= 0 && x < bins {
		return int(x)
	}
	return -1
}

func newIndex(items []Item) *index {
	x := new(index)
	peaks := make([]float64, len(items))
	for i, it := range items {
		peaks[i] = it.peak()
	}
	kept := min(len(items), depth)
	block := make([]bound, bins*kept)
	all := make([]bound, len(items))
	for k := range x.lists {
		// A bin is widened by far more than rounding can move an ability.
		low, high := float64(k)/perUnit-indexed-1e-9, float64(k+1)/perUnit-indexed+1e-9
		for i, it := range items {
			all[i] = bound{it.mostWithin(low, high, peaks[i]), int32(i)}
		}
		slices.SortFunc(all, func(a, b bound) int {
			if c := cmp.Compare(b.most, a.most); c != 0 {
				return c
			}
			return cmp.Compare(a.item, b.item)
		})
		x.lists[k] = block[k*kept : (k+1)*kept]
		copy(x.lists[k], all)
		x.rest[k] = -1
		if kept < len(all) {
			x.rest[k] = float64(all[kept].most)
		}
	}
	return x
}

// peak returns the ability at which the item informs most. Information rises
// up to it and falls after it (Magis 2013 for four parameters).
func (it Item) peak() float64 {
	if it.twoParameter() {
		return it.B
	}
	low, high := it.B-40/it.A, it.B+40/it.A
	for range 200 {
		third := (high - low) / 3
		if it.Information(low+third) < it.Information(high-third) {
			low += third
		} else {
			high -= third
		}
	}
	return (low + high) / 2
}

// mostWithin returns an upper bound of the information over [low, high].
func (it Item) mostWithin(low, high, peak float64) float32 {
	// A peak found by search is known to the root of the precision only; there
	// the information is flat to far less than the margin below.
	most := it.Information(min(max(peak, low), high))
	most = most*(1+1e-9) + math.SmallestNonzeroFloat32
	up := float32(most)
	if float64(up) < most {
		up = math.Nextafter32(up, math.MaxFloat32)
	}
	return up
}

var errItems = errors.New("irt: groups are not given for each item of the bank")
