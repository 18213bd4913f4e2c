package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"etalon/engine"
	"etalon/generator/delivery"
	"etalon/signing"
)

// deliver brings deliveries/ up to date.
func (e *env) deliver(ctx context.Context, args []string) error {
	k, at, err := e.command("deliver", "").openKeys(args)
	if err != nil {
		return err
	}
	return k.deliver(ctx, e, at)
}

// redeliver brings deliveries/ up to date where the operator has them made.
func (k *keyring) redeliver(ctx context.Context, e *env, at time.Time) error {
	if _, err := os.Stat(k.path("deliveries")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return k.deliver(ctx, e, at)
}

// deliverer makes deliveries: one folder a room, a sitting without a room, a
// prescriber (package delivery). Of each session no more is kept in memory than
// a few compact keys.
type deliverer struct {
	*keyring
	at         time.Time
	sender     *delivery.Sender
	frameworks map[string]*engine.Framework // by hash
	lives      map[string]*life
	shards     *[256][]byte // the roll, if the manifest has one
	common     string       // what every delivery depends on
	folders    []string     // that stand in deliveries/
	issued     issuedIndex

	mu      sync.Mutex
	bar     *progress
	covered []uint64            // hashes of the sessions that have a room
	asked   map[string][]string // rooms by prescriber
	taken   map[string]bool     // folders that have their place
	slugs   delivery.Slugs
	count   map[string]int // deliveries, by kind
	renewed int
	removed int
}

// deliver brings every delivery up to date: makes those that are new or that
// something changed in, leaves the others, removes those of nobody.
func (k *keyring) deliver(ctx context.Context, e *env, at time.Time) error {
	d, err := k.newDeliverer(at)
	if err != nil {
		return err
	}
	rooms, err := names(k.path("rooms"), ".json")
	if err != nil {
		return err
	}
	d.bar = newProgress(e.stderr, "delivering", len(rooms))
	defer d.bar.end()
	orders := make([]*order, len(rooms))
	for i, name := range rooms {
		d.slugs[strings.ToLower(name)] = true
		orders[i] = d.room(name)
	}
	if err := d.makeAll(ctx, orders); err != nil {
		return err
	}
	for i, o := range orders {
		for _, p := range o.prescribers {
			d.asked[p] = append(d.asked[p], o.name)
		}
		orders[i] = nil
	}
	if orders, err = d.sittings(); err != nil {
		return err
	}
	if err := d.makeAll(ctx, orders); err != nil {
		return err
	}
	orders = orders[:0]
	for _, name := range slices.Sorted(maps.Keys(d.asked)) {
		orders = append(orders, d.prescriber(name, d.asked[name]))
	}
	if err := d.makeAll(ctx, orders); err != nil {
		return err
	}
	if err := d.clear(); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Deliveries in %s: %d rooms, %d prescribers; %d made, the others as they were", k.path("deliveries"), d.count[kindRoom]+d.count[kindSitting], d.count[kindPrescriber], d.renewed)
	if d.removed > 0 {
		fmt.Fprintf(e.stdout, ", %d removed", d.removed)
	}
	fmt.Fprintln(e.stdout, ".")
	return nil
}

func (k *keyring) newDeliverer(at time.Time) (*deliverer, error) {
	d := &deliverer{
		keyring: k, at: at, asked: make(map[string][]string), taken: make(map[string]bool),
		slugs: make(delivery.Slugs), count: make(map[string]int),
	}
	if err := os.MkdirAll(d.path("deliveries", stateFolder), 0o700); err != nil {
		return nil, err
	}
	err := errors.Join(os.Chmod(d.path("deliveries"), 0o700), d.clearStages())
	if err != nil {
		return nil, err
	}
	if d.folders, err = d.deliveries(); err != nil {
		return nil, err
	}
	if d.sender, err = d.newSender(); err != nil {
		return nil, err
	}
	if d.frameworks, err = d.workspace.frameworks(); err != nil {
		return nil, err
	}
	if d.lives, err = d.keyring.lives(); err != nil {
		return nil, err
	}
	if d.shards, err = d.rollShards(); err != nil {
		return nil, err
	}
	config, err := encode(d.config)
	if err != nil {
		return nil, err
	}
	d.common = deliverySchema + "\n" + string(config)
	for _, hash := range sortedKeys(d.frameworks) {
		d.common += hash + "\n"
	}
	return d, d.indexIssued()
}

// status is what holds of an attestation.
func (d *deliverer) status(number string) signing.Status {
	if l := d.lives[number]; l != nil {
		return l.at(d.at)
	}
	return signing.Valid
}

// makeAll makes several orders at a time.
func (d *deliverer) makeAll(ctx context.Context, orders []*order) error {
	var failures []error
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(workers(), len(orders)) {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(orders) {
					return
				}
				o := orders[i]
				renewed, err := d.make(ctx, o)
				d.mu.Lock()
				d.taken[o.folder] = true
				d.count[o.kind]++
				o.sessions, o.members = nil, nil // and the room that they hold
				if renewed {
					d.renewed++
				}
				if err != nil {
					failures = append(failures, withHint(err, "the other deliveries are up to date; this one is as it was"))
				}
				d.bar.step()
				d.mu.Unlock()
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	slices.SortFunc(failures, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(failures...)
}

// room is the delivery of a room.
func (d *deliverer) room(name string) *order {
	o := &order{kind: kindRoom, name: name, folder: name}
	var r *room // once it was read
	read := func() (err error) {
		if r == nil {
			r, err = d.workspace.room(name)
		}
		return err
	}
	o.sessions = func() ([]string, error) {
		seen, err := look(d.path("rooms", name+".json"))
		if err != nil {
			return nil, err
		}
		o.source = seen
		var list []string
		if st := d.readDeliveryState(name); st != nil && st.Kind == kindRoom && st.Source == seen {
			for _, s := range st.Sessions {
				list = append(list, s.Session)
			}
		} else {
			if err := read(); err != nil {
				return nil, err
			}
			for i := range r.Candidates {
				list = append(list, r.Candidates[i].Session)
			}
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, s := range list {
			d.covered = append(d.covered, hashOf(s))
		}
		return list, nil
	}
	o.members = func(yield func(member, error) bool) {
		if err := read(); err != nil {
			yield(member{}, err)
			return
		}
		o.title = r.Centre + " – " + r.Date
		r.members(yield)
	}
	return o
}

// sittings are the deliveries of sessions that have no room, by centre and day.
func (d *deliverer) sittings() ([]*order, error) {
	type sitting struct{ centre, date string }
	sessions := make(map[sitting][]string)
	slices.Sort(d.covered)
	// Where those were found that are delivered already, which saves reading
	// their records.
	type place struct {
		session uint64
		of      uint32
	}
	var found []place
	var before []sitting
	for _, folder := range d.folders {
		if st := d.readDeliveryState(folder); st != nil && st.Kind == kindSitting {
			for _, s := range st.Sessions {
				found = append(found, place{hashOf(s.Session), uint32(len(before))})
			}
			before = append(before, sitting{st.Name, st.Date})
		}
	}
	slices.SortFunc(found, func(a, b place) int { return cmp.Compare(a.session, b.session) })
	err := eachName(d.path("records"), ".json", func(session string) error {
		h := hashOf(session)
		if _, ok := slices.BinarySearch(d.covered, h); ok {
			return nil
		}
		var at sitting
		if i, ok := slices.BinarySearchFunc(found, h, func(p place, h uint64) int { return cmp.Compare(p.session, h) }); ok {
			at = before[found[i].of]
		} else {
			r, err := d.record(session)
			if err != nil {
				return err
			}
			at = sitting{r.Centre, r.SessionDate}
		}
		sessions[at] = append(sessions[at], session)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var orders []*order
	for _, at := range slices.SortedFunc(maps.Keys(sessions), func(a, b sitting) int {
		return cmp.Or(strings.Compare(a.centre, b.centre), strings.Compare(a.date, b.date))
	}) {
		list := sessions[at]
		slices.Sort(list)
		orders = append(orders, &order{
			kind: kindSitting, name: at.centre, date: at.date, folder: d.slugs.Name(at.centre + " " + at.date),
			title:    at.centre + " – " + at.date,
			sessions: func() ([]string, error) { return list, nil },
			members: func(yield func(member, error) bool) {
				for _, session := range list {
					if !yield(member{session: session, centre: at.centre, date: at.date}, nil) {
						return
					}
				}
			},
		})
	}
	return orders, nil
}

// prescriber is the delivery to a body that asked for the certification of
// candidates in some rooms, sorted.
func (d *deliverer) prescriber(name string, rooms []string) *order {
	o := &order{kind: kindPrescriber, name: name, folder: d.slugs.Name(kindPrescriber + " " + name), title: name}
	o.members = d.prescribed(name, rooms)
	// How its rooms look stands for the sessions: these are not read unless a
	// room changed.
	o.sessions = func() ([]string, error) {
		var looks strings.Builder
		for _, room := range rooms {
			st := d.readDeliveryState(room)
			if st == nil {
				return nil, fmt.Errorf("deliveries/%s: its state is gone", room)
			}
			fmt.Fprintf(&looks, "%s %s\n", room, st.Stamp)
		}
		o.source = hex.EncodeToString([]byte(sumOf([]byte(looks.String()))))
		return nil, nil
	}
	return o
}

func (d *deliverer) prescribed(name string, rooms []string) iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		for _, room := range rooms {
			r, err := d.workspace.room(room)
			if err != nil {
				yield(member{}, err)
				return
			}
			for m := range r.members {
				if m.enrolment.Prescriber == name && !yield(m, nil) {
					return
				}
			}
		}
	}
}

// clear removes the deliveries that nobody stands for any more. A folder of
// another make is left.
func (d *deliverer) clear() error {
	states, err := names(d.path("deliveries", stateFolder), ".json")
	if err != nil {
		return err
	}
	for _, folder := range states {
		if d.taken[folder] {
			continue
		}
		if err := d.removeDelivery(folder); err != nil {
			return err
		}
		d.removed++
	}
	return nil
}
