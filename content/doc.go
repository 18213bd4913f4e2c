// Package content holds the referential and loads it: what people read, in
// French and in English, and the published rules, as data.
//
// # The tree
//
//	themes.yaml                    the 82 theme titles: id, fr, en
//	digcomp.yaml                   the 21 competences of DigComp 2.1: see below
//	LANG/domains/N.md              5: number, title; the definition
//	LANG/competences/CODE.md       16: code, title, themes; see below
//	LANG/bands/N.md                4: number, name, first, last; a description
//	LANG/levels/N.md               8: number, name, meaning; a description
//	LANG/pages/ID.md               id, order, group, slug, title, summary; a page
//	frameworks/ID.json             the rules of a period, without the intervals
//	versions/YEAR.json             the states that were published: see Versions
//	aliases.json                   addresses that were permanent, and what took their place
//
// LANG is fr or en, and each is a mirror of the other: the same files, the
// same themes in the same order, the same headings. Any other file is a
// mistake; so is one above 64 KiB, and a tree above 400 files.
//
// # Text
//
// Files are UTF-8 in NFC, with line feeds alone. No control, tab, format
// character (zero width, bidirectional) or private character may stand in
// them. Prose is typeset as it is loaded, in the one way every page and
// attestation then shows: curved apostrophes; no-break spaces (U+00A0)
// between number and unit, before the tall French punctuation and inside
// « ». Titles of domains, competences and themes and names of levels stay as
// written, letter for letter: they are official.
//
// # Front matter
//
// A Markdown file begins with a line "---", then lines of YAML "key: value",
// then a line "---". Exactly the keys named above must stand there, each
// once, of the right type: text (quote what looks like a number), whole
// number, or list of text. Anchors and tags are refused.
//
//	---
//	code: "1.3"
//	title: "Traiter des données"
//	themes: [quantitative-data, calculation-statistics]
//	---
//	The definition, one paragraph.
//
//	## Niveau 1
//
//	What a person does at this level, one paragraph of at most 380 characters.
//
// and so to "## Niveau 8" ("## Level 8" in English), in order, none empty. A
// level's meaning is plain text of at most 260 characters, in the third
// person: page 1 of an attestation prints it.
//
// # DigComp
//
// digcomp.yaml lists the competences of DigComp 2.1 in order: code, official
// English name, and here, the codes of ours that cover it:
//
//   - code: "1.3"
//     name: "Managing data, information and digital content"
//     here: ["1.2", "1.3"]
//
// Each of the 21 stands once and is covered; each of our 16 covers one at
// least. Which covers which is a reading of ours, in this one place.
//
// # Markdown
//
// Definitions, descriptors and descriptions are paragraphs with emphasis,
// code and links. Pages may also hold lists, tables, quotations, fenced code
// and headings, from level 2, each with an id of its own and nothing else in
// its braces:
//
//	## Le score réduit {#degraded}
//
// The id is the same in every language. Raw HTML and images are refused
// everywhere.
//
// # Links
//
// A link goes to an https address or into the referential:
//
//	[text](c:1.3)            competence 1.3; c:1.3#level-4, c:1.3#themes
//	[text](domain:2)         domain 2
//	[text](level:4)          level 4 in the general grid
//	[text](page:rules)       a page; page:rules#suspicion, a heading of it
//	[text](site:verify)      a page that the site makes: see SitePages
//	[text](data:referential.json)  a file of the referential: see DataFiles
//	[text](#degraded)        a heading of the same page
//
// Load refuses targets and fragments that do not exist. HTML asks its caller
// for the address of each kind and id, so that the site alone knows paths.
//
// # Frameworks
//
// A framework (schema etalon-framework/1) dates the rules of a regime, among
// them the highest level that can be reached. It is the engine's framework
// without intervals, which are not published, and with a note in each
// language saying what its dates rest on. Where a date is a convention, the
// note says so.
//
// # Versions
//
// A version (schema etalon-version/1) has an id, a date, the highest level
// that could be reached, whether definitions and descriptors came with it, a
// title, a note on what its date rests on, and what it had otherwise than the
// version after it: "competences", each with its code and those of title,
// definition, themes (titles) and descriptors (level, text) that have changed
// since. The last version is the tree itself and has none. So to publish a new
// edition: write its file, and put each text that it changes, as it was, into
// the file of the version before.
//
// An alias (schema etalon-aliases/1) leads from a former permanent address to
// the one that took its place; both may have a fragment. A build fails where
// one leads nowhere.
//
// # Handbooks
//
// A handbook is any folder of Markdown files of the kind of pages, to be
// published beside the referential: a centre's own instructions, say. Its
// front matter is a title and a summary; a heading without an id gets one from
// its words; links lead to other files, as Markdown programs write them:
//
//	[text](../folder/other.md#heading)
//
// A folder named fr or en at the top holds pages of that language, a file
// index.md the text of its folder's page. See ReadSheet and Converter.
//
// # Mistakes
//
// Load reports every mistake of a tree at once, in order, each as
//
//	fr/competences/1.3.md:5: theme "big-dta" is not in themes.yaml; mend it or add it there
//
// and returns a referential only when there is none.
package content
