package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"etalon/content"
	"etalon/generator/attestation"
)

// Badges belong to a level and a year, to nobody. They are drawn when the first
// attestation of a year is issued, all of them, so that what stands in public/
// tells no level that was reached; copies stand beside the PDFs.
//
//	badges/2026.fr.json             the set, which the verification page asks for whole
//	badges/2026/adaptive-2.fr.svg   one badge, and its .png

// badges draws those of the issuer's year, unless they are there.
func (is *issuer) badges() error {
	year := is.day.Year()
	maker := attestation.Badges{
		Referential: is.referential, Issuer: is.config.Issuer, Verify: is.config.Address + "/v", Specimen: is.config.Specimen,
	}
	for _, lang := range content.Langs {
		done := is.path("issued", "badges", fmt.Sprintf("%d.%s.json", year, lang))
		if _, err := os.Stat(done); err == nil {
			continue
		}
		set, err := maker.Set(lang, year)
		if err != nil {
			return withHint(err, "shorten the issuer's name or the address in etalon.json")
		}
		files := make(map[string][]byte)
		for key := range set.Kinds {
			name := fmt.Sprintf("badges/%d/%s.%s", year, key, lang)
			files[name+".svg"], files[name+".png"] = set.SVG(key), set.PNG(key)
		}
		for _, dir := range []string{"attestations", "issued"} {
			if err := stageTree(is.path(dir), files); err != nil {
				return err
			}
		}
		if err := syncTree(is.path("issued", "badges")); err != nil {
			return err
		}
		data, err := set.JSON()
		if err != nil {
			return err
		}
		if err := writeFile(done, data, 0o644); err != nil { // last: the sign that all are there
			return err
		}
	}
	return nil
}

// publishBadges puts the badges of all years into the staged tree.
func (w *workspace) publishBadges(stage string) error {
	root := w.path("issued")
	err := filepath.WalkDir(filepath.Join(root, "badges"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return linkOrCopy(path, filepath.Join(stage, rel))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was issued yet
	}
	return err
}
