package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/signing"
)

// press reads what was issued: each attestation has its result and its sealed
// files, in public/ too once it was published; no serial or place was given
// twice, and nothing else is sealed.
func (k *checker) press(ctx context.Context) error {
	list, err := listFiles(k.path("issued"), ".json")
	if err != nil {
		return err
	}
	defer list.close()
	plan, err := k.plan()
	if err != nil {
		k.add("issued", err)
	}
	known, online, err := k.told()
	if err != nil {
		return err
	}
	read := func(number string) (*issuedFile, error) {
		if number == planName {
			return nil, nil
		}
		return k.whole(number, online && known.has(number))
	}
	var serials, places [][2]uint64 // and the number that each was given to
	err = inOrder(ctx, list, read, func(number string, f *issuedFile, err error) error {
		path := filepath.Join("issued", number+".json")
		if err != nil {
			k.add(path, err)
		}
		if f == nil {
			return nil
		}
		n, err := signing.ParseNumber(number)
		if err != nil {
			k.fault(path, "move it away", "is not named as an attestation is")
			return nil
		}
		k.numbers = append(k.numbers, n)
		serials = append(serials, [2]uint64{f.Serial, n})
		places = append(places, [2]uint64{uint64(f.List)<<32 | uint64(f.Index), n})
		if f.Erased != nil {
			k.erased = append(k.erased, n)
			return nil
		}
		if raw, err := hex.DecodeString(f.Locator); err == nil {
			k.locators = append(k.locators, sessionKey(raw))
		}
		if f.Supersedes != "" && k.stands(f.Supersedes) {
			k.fault(path, fmt.Sprintf("finish it with the same 'generator reissue', or with 'generator supersede %s -reason TEXT'", f.Supersedes), "was issued in the place of %s, which still stands: a reissue was cut short", f.Supersedes)
		}
		if !k.final.has(f.Session) && !plan.holds(number) && k.stands(number) {
			k.fault(path, "restore records/ from a backup, or run 'generator finalise' and see what changed", "was issued for %s, which has no final record that earns it", f.Session)
		}
		return nil
	})
	if err != nil {
		return err
	}
	k.locators.sort()
	slices.Sort(k.numbers)
	slices.Sort(k.erased)
	k.once(serials, "has the serial of %s, which takes the same place in the status lists")
	k.once(places, "has the place of %s in a status list: what is decided about one would be said of both")
	if online {
		if err := k.sealed("public", "run 'generator publish': it removes what was erased"); err != nil {
			return err
		}
	}
	return k.sealed("issued", "remove it: only a run of issue that was cut short leaves it, and 'generator issue' makes it again")
}

// whole reads an attestation's file, and looks for its sealed files: in issued/
// and, once it was published, in public/.
func (k *checker) whole(number string, published bool) (*issuedFile, error) {
	f, err := k.issued(number)
	if err != nil || f.Erased != nil {
		return f, err
	}
	for _, form := range append([]string{""}, sortedKeys(f.Forms)...) {
		sealed := filepath.FromSlash(sealedPath(f.Locator, form))
		if info, err := os.Lstat(k.path("issued", sealed)); err != nil || info.Size() == 0 {
			return f, withHint(fmt.Errorf("%s: a sealed file of %s is missing", k.path("issued", sealed), number), "restore issued/ from a backup: it cannot be made again")
		}
		if !published {
			continue
		}
		if _, err := os.Lstat(k.path("public", sealed)); err != nil {
			return f, withHint(fmt.Errorf("%s: %s was published, and this file of it is missing", k.path("public", sealed), number), "run 'generator publish'")
		}
	}
	return f, nil
}

// stands tells whether an attestation must have a record that earns it: one that
// was revoked or superseded need not, when the jury decided otherwise since.
func (k *checker) stands(number string) bool {
	if k.lives == nil {
		k.lives = make(map[string]*life)
		if ring, err := k.keyring(""); err == nil {
			if lives, err := ring.lives(); err == nil {
				k.lives = lives
			}
		}
	}
	return k.lives[number].stands()
}

// once refuses what was given to two attestations.
func (k *checker) once(given [][2]uint64, format string) {
	slices.SortFunc(given, func(a, b [2]uint64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for i := 1; i < len(given); i++ {
		if given[i][0] == given[i-1][0] {
			k.fault(filepath.Join("issued", signing.FormatNumber(given[i][1])+".json"), restore, format, signing.FormatNumber(given[i-1][1]))
		}
	}
}

// sealed looks for files of a registry that belong to no attestation.
func (k *checker) sealed(folder, remedy string) error {
	for first := range 256 {
		dir := filepath.Join(folder, "registry", fmt.Sprintf("%02x", first))
		err := eachName(k.path(dir), "", func(name string) error {
			locator, _, _ := strings.Cut(name, ".")
			raw, err := hex.DecodeString(locator)
			known := err == nil && len(raw) == 16
			if known {
				_, known = slices.BinarySearchFunc(k.locators, sessionKey(raw), compareKeys)
			}
			if !known {
				k.fault(filepath.Join(dir, name), remedy, "belongs to no attestation")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// paper looks at the readable copies: none of what was erased, none of what was
// never issued.
func (k *checker) paper(context.Context) error {
	return eachName(k.path("attestations"), ".pdf", func(name string) error {
		number, _, _ := strings.Cut(name, ".")
		if !attestationName.MatchString(number) {
			return nil
		}
		path := filepath.Join("attestations", name+".pdf")
		n, err := signing.ParseNumber(number)
		if _, ok := slices.BinarySearch(k.numbers, n); err != nil || !ok {
			k.fault(path, "move it away, and ask who put it there", "is of an attestation that was never issued")
		} else if _, gone := slices.BinarySearch(k.erased, n); gone {
			k.fault(path, "remove it: the person asked to be forgotten", "is a copy of an attestation that was erased")
		}
		return nil
	})
}

// told reads the publications, and says whether there is a folder to compare
// them with.
func (k *checker) told() (known *publishedResults, online bool, err error) {
	list, err := names(k.path("publications"), ".json")
	if err != nil {
		return nil, false, err
	}
	k.publications = len(list)
	if known, err = k.published(); err != nil {
		k.add("publications", err)
		return nil, false, nil
	}
	if _, err := os.Lstat(k.path("public")); err == nil {
		return known, true, k.readable()
	}
	if len(known.numbers) > 0 {
		k.fault("public", "run 'generator publish'", "is missing, though results were published")
	}
	return known, false, nil
}

// readable looks for files right below public/ that tell about a person, or
// sign.
func (k *checker) readable() error {
	return eachName(k.path("public"), "", func(name string) error {
		if ext := filepath.Ext(name); ext == ".key" || ext == ".jsonl" || ext == ".csv" {
			k.fault(filepath.Join("public", name), "move it away at once: everything there is online", "is in the folder that is published")
		}
		return nil
	})
}
