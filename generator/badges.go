package main

import (
	"fmt"
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
func (is *issuer) badges(copies bool) error {
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
		dirs := []string{"issued"}
		if copies {
			dirs = append(dirs, "attestations")
		}
		for _, dir := range dirs {
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

// stageTree writes the files of a tree that nothing names yet; one that is there
// is replaced, never written into.
func stageTree(dir string, files map[string][]byte) error {
	made := make(map[string]bool)
	for _, name := range sortedKeys(files) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if parent := filepath.Dir(path); !made[parent] {
			if err := os.MkdirAll(parent, 0o755); err != nil {
				return err
			}
			made[parent] = true
		}
		if err := writeNew(path, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}
