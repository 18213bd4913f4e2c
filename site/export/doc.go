// Package export writes the referential in the forms that other programs read.
// Equal referentials at equal addresses give equal bytes.
//
//	data/referential.json          everything, see Document
//	data/referential.schema.json   its JSON Schema (2020-12)
//	data/referentiel.csv           128 rows, a descriptor each, in French
//	data/referential.csv           the same in English
//	data/referential.ttl           SKOS and schema.org, as Turtle
//	data/referential.jsonld        the same graph, as JSON-LD
//	data/case-fr.json              1EdTech CASE 1.1, a CFPackage in French
//	data/case-en.json              the same in English
//
// # Identifiers
//
// What has an identifier has it for ever, under the address of the service:
//
//	/d/2                a domain
//	/c/1.3              a competence
//	/c/1.3#n4           its descriptor of level 4
//	/c/1.3#theme-ID     a theme of it
//	/t/ID               a theme, wherever it stands
//	/l/4                a level of the general grid
//	/data/referential.ttl#referential, #levels, #band-1
//
// CASE wants UUIDs: they are of version 5 (RFC 9562), made from the identifier
// without the host, so that they stay the same when the service moves.
//
// # Texts
//
// Texts are plain, without Markdown, and set as on the pages. Official titles
// stay letter for letter.
//
// # SKOS
//
// Two concept schemes. The referential: domains on top, below them competences,
// below those their themes and descriptors; a theme of several competences has
// as many broader concepts. The general grid: bands on top, levels below. A
// descriptor's relatedMatch is its level. Each scheme is a DefinedTermSet of
// schema.org too, each concept a DefinedTerm.
package export
