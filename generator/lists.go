package main

import (
	"fmt"
	"time"

	"etalon/signing"
)

// statusPath is where a status list stands below public/.
func statusPath(number uint32) string { return fmt.Sprintf("status/%d.json", number) }

// lists makes every list that an issued attestation has its place in, as things
// stand at one time.
type lists struct {
	address   string
	lives     map[string]*life
	at, until time.Time
	lists     map[uint32]*signing.StatusList
	met       map[string]bool             // attestations with a life that were met
	statuses  map[signing.Status][]string // numbers that are not plainly valid
}

func newLists(address string, lives map[string]*life, at, until time.Time) *lists {
	return &lists{
		address: address, lives: lives, at: at, until: until,
		lists: make(map[uint32]*signing.StatusList), met: make(map[string]bool), statuses: make(map[signing.Status][]string),
	}
}

// meet notes an attestation that is not on the lists yet.
func (l *lists) meet(f *issuedFile) {
	if l.lives[f.Number] != nil {
		l.met[f.Number] = true
	}
}

// add gives an attestation, and none twice, its place.
func (l *lists) add(f *issuedFile) error {
	l.meet(f)
	list := l.lists[f.List]
	if list == nil {
		list = signing.NewStatusList(l.address, f.List, l.at, l.until)
		l.lists[f.List] = list
	}
	status := signing.Valid
	if past := l.lives[f.Number]; past != nil {
		status = past.at(l.at)
	}
	if err := list.Set(f.Index, status); err != nil {
		return fmt.Errorf("issued/%s.json: index: %w", f.Number, err)
	}
	if status != signing.Valid {
		l.statuses[status] = append(l.statuses[status], f.Number)
	}
	return nil
}

// sign returns the files of all lists, once every attestation was added.
func (l *lists) sign(k *keyring, key *signing.PrivateKey) (map[string][]byte, error) {
	for _, number := range sortedKeys(l.lives) {
		if !l.met[number] {
			return nil, withHint(fmt.Errorf("decisions/%s.001.json: no attestation %s was issued", number, number), "the file issued/%s.json is missing: restore it from a backup", number)
		}
	}
	files := make(map[string][]byte, len(l.lists))
	for number, list := range l.lists {
		data, err := signing.SignStatusList(list, key)
		if err != nil {
			return nil, err
		}
		// A list that verifiers would refuse must not be published.
		if _, err := signing.OpenStatusList(data, k.manifest, number); err != nil {
			return nil, fmt.Errorf("the new status list %d does not verify: %w", number, err)
		}
		files[statusPath(number)] = data
	}
	return files, nil
}
