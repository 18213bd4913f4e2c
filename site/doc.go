// Package site makes the web pages of Étalon: the referential, the grid of
// levels, the pages about the certification, and the page that verifies an
// attestation in the reader's own browser.
//
// # Addresses
//
// [Site.Build] returns every file under public/ that does not hold
// certification data:
//
//	index.html                      home, in French, leading to both languages
//	404.html                        in both languages
//	formats/index.html              the formats, in French, leading to English
//	v/index.html                    where a QR code leads, in both languages
//	fr/…  en/…                      the pages of a language, mirrored
//	assets/NAME.HASH.EXT            styles, scripts, fonts
//	sw.js                           keeps the verification pages offline
//
//	fr/index.html                   en/index.html
//	fr/referentiel/                 en/referential/
//	fr/domaines/1/ … 5/             en/domains/1/ … 5/
//	fr/competences/1.1/ … 5.2/      en/competences/1.1/ … 5.2/
//	fr/niveaux/[1/ … 8/]            en/levels/[1/ … 8/]
//	fr/matrice/[1/ … 5/]            en/matrix/[1/ … 5/]
//	fr/comparer/niveaux/            en/compare/levels/        ?a=3&b=5
//	fr/comparer/competences/        en/compare/competences/   ?a=1.2&b=3.4
//	fr/livre/                       en/book/
//	fr/recherche/                   en/search/                ?q=WORDS
//	fr/ecart/                       en/gap/                   #e=DIGITS&g=DIGITS
//	fr/historique/[2018-2026/]      en/history/[2018-2026/]
//	fr/certification/[SLUG/]        en/certification/[SLUG/]
//	fr/a-propos/SLUG/               en/about/SLUG/
//	fr/verifier/                    en/verify/
//
//	fr/feed.xml                     en/feed.xml               what versions changed
//
// In no language: data/… (see package export) with data/etalon.zip, the pages
// to read without a network; sitemap.xml; robots.txt; and a page at each former
// address of content/aliases.json, which leads on.
//
// A level of a competence is the fragment #n1 … #n8 of its page (also
// #level-1 … #level-8), a theme #theme-ID, themes together #themes; a level of
// the grid is #n1 … #n8 of the page of levels, a band #band-1 … #band-4.
// These addresses and fragments are printed and linked: they do not change.
//
// What stands in the referential has an identifier in no language, for ever:
//
//	d/2  c/1.3  c/1.3#n4  c/1.3#theme-big-data  l/4  t/big-data
//
// Each is a page that leads to both languages; a script takes the first of the
// reader's languages, with the fragment.
//
// The matrix is filtered by address alone: the domain is in the path, band and
// level are the fragment, #b1 … #b4 and #n1 … #n8, the headings of its columns.
// Styles hide the others, so no script is needed. A comparison shows the columns
// that its two fields name, by styles too; a script puts the choice into the
// query and takes it from there. Of the gap tool, the fragment holds the
// expected and the actual profile: 16 digits each, in the order of the
// referential, a hyphen where there is none. Names never go there.
//
// # Assets
//
// HASH is the first 12 hexadecimal digits of the SHA-256 of the file as it is
// served, after the names in it were replaced likewise. An asset may therefore
// be cached for ever. Nothing comes from another host, and no page holds an
// inline script or style: the policy in [ContentSecurityPolicy] stands in each
// page, so that a plain static host is as strict as our own server.
//
// # Verification in the browser
//
// The scripts follow package signing to the byte: see its comment for the
// formats. What the page trusts comes with it, in a JSON data block: the root
// keys, the least sequence of the key manifest, the wording. The page fetches
// only the key manifest, whole status lists and roll shards, and, for an access
// code, the sealed entry under its locator. A QR code's content stays in the
// fragment of the address, which browsers do not send.
//
//	bytes.js       bytes, digests, refusals
//	cbor.js        deterministic CBOR, decoded strictly
//	keys.js        checks on keys, Ed25519, multikeys
//	cose.js        COSE_Sign1
//	credential.js  credentials and QR text
//	jcs.js         canonical JSON (RFC 8785)
//	proof.js       eddsa-jcs-2022
//	manifest.js    key manifest and roots
//	status.js      status lists
//	code.js        access codes, sealed files
//	entry.js       registry entries
//	attachment.js  the signed data within a PDF
//	verdict.js     which verdict comes first
//	check.js       a whole check, from input to result
//	card.js        the result as a page shows it
//	share.js       a result for a CV or a profile, from the share credential
//	badge.js       the badge of its level, painted
//	page.js        forms and events
//	service.js     what these scripts ask of the browser
//
// Once a verification page was open, it works without a network: a service
// worker (worker.js, published as sw.js) keeps the pages, their assets, the key
// manifest and the status lists, never a registry entry. The dates that were
// signed say whether a kept list still tells anything.
//
// To whoever opened a valid result with its code, the page offers a link that
// fills LinkedIn's form (nothing is asked of LinkedIn before the click), a line
// for a CV, the share link and the badge of the level. All of it comes from
// fields of the share credential: no birth data, no code. Badges belong to a
// level and a year and stand in badges/ beside the pages; the page fetches those
// of a year in one file (badges/2026.fr.json), so that the host does not learn
// which level was reached, and paints the one it needs.
//
// Without scripts, or where the browser offers no cryptography, the same forms
// post to the server, which answers with [Site.Verdict]: the same card from the
// same wording (messages.json).
//
// # Other scripts
//
// Pages can be read, filtered and compared without any. site.js copies
// permanent links and leads to the search on « / »; lead.js stands on the
// identifiers' pages; matrix.js, compare.js and book.js on those they are
// named after; search.js searches with MiniSearch in an index that is made with
// the site, in its serialised form (search.go), cutting words as it was cut
// (terms.js); gap.js is the tool of profiles and gaps, gapdata.js its
// arithmetic, gapchart.js its drawing.
package site
